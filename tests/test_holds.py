"""Values put in the place of computed ones: all that follows is what a plain loop, written here, computes from them."""

import pickle
import random

import numpy as np
import pytest
import torch
from torch import nn

import gatelab
from gatelab import Hold, Recurrent, holds, roles, steps
from gatelab.languages import speaking
from gatelab.text import END, START
from gatelab.traces import places, trace
from tests.conftest import random_model
from tests.equations import parameters, sigmoid
from tests.test_attention_trace import RECURRENT, TEXT, random_pair
from tests.test_trace import equal

D, H, T = 3, 4, 7
HOWS = ("set", "times", "plus")


def module(cell, layers=1):
    """A recurrent module in float64, so that nothing but an error makes a difference; with weights that reach far into the gates."""
    made = nn.RNN(D, H, layers, nonlinearity="relu") if cell == "rnn-relu" else Recurrent(cell, D, H, layers)
    made = made.double()
    with torch.no_grad():
        for weight in made.parameters():
            weight.uniform_(-1, 1)
    return made


# A loop of its own


class Loose:
    """What a hold says, in the plainest form: its fields, and whether it acts at a step."""

    def __init__(self, rng, names, size, place=""):
        self.place, self.letter, self.how, self.value = place, rng.choice(names), rng.choice(HOWS), rng.uniform(-1.5, 1.5)
        self.units = rng.choice([None, rng.sample(range(size), rng.randint(1, size))])
        first, last = sorted((rng.randrange(T), rng.randrange(T + 3)))
        self.steps, self.acts = rng.choice(
            [
                (None, lambda t: True),
                (slice(first, None), lambda t: t >= first),
                (range(first, last + 1), lambda t: first <= t <= last),
                ([first, last], lambda t: t in (first, last)),
            ]
        )

    @property
    def hold(self):
        return Hold(f"{self.place}.{self.letter}" if self.place else self.letter, self.value, self.units, self.steps, self.how)


def put(held, name, t, computed):
    """A computed value (H,) after all holds of that name, unit by unit."""
    out = [float(value) for value in computed]
    for one in held:
        if one.letter == name and one.acts(t):
            for k in range(len(out)) if one.units is None else one.units:
                out[k] = {"set": one.value, "times": out[k] * one.value, "plus": out[k] + one.value}[one.how]
    return np.array(out)


def plain_step(cell, w, x, h, c, at):
    """The published equations in NumPy, with `at(name, value)` where a value is computed: name -> (H,)."""
    blocks = len(w["weight_hh"]) // len(h)
    a, b = (np.split(w[f"weight_{kind}"] @ of + w[f"bias_{kind}"], blocks) for kind, of in (("ih", x), ("hh", h)))

    def seen(gate, state):
        """What a candidate sees of the old state through a gate that acts before the product."""
        return (w["weight_hh"] @ (gate * state) + w["bias_hh"])[-len(h) :]

    if cell in ("rnn", "rnn-relu"):
        return {"h": at("h", np.tanh(a[0] + b[0]) if cell == "rnn" else np.maximum(a[0] + b[0], 0))}
    if cell == "mgu":
        f = at("f", sigmoid(a[0] + b[0]))
        n = at("n", np.tanh(a[1] + seen(f, h)))
        return {"f": f, "n": n, "h": at("h", (1 - f) * h + f * n)}
    if cell in ("gru", "gru-cho"):
        r, z = at("r", sigmoid(a[0] + b[0])), at("z", sigmoid(a[1] + b[1]))
        n = at("n", np.tanh(a[2] + (r * b[2] if cell == "gru" else seen(r, h))))
        return {"r": r, "z": z, "n": n, "h": at("h", z * h + (1 - z) * n)}
    if cell == "coupled":
        f = at("f", sigmoid(a[0] + b[0]))
        i = at("i", 1 - f)
    else:
        peeps = [w.get(f"weight_c{gate}", 0) for gate in "if"]
        i, f = (at(gate, sigmoid(a[k] + b[k] + peeps[k] * c)) for k, gate in enumerate("if"))
    g = at("g", np.tanh(a[-2] + b[-2]))
    c = at("c", f * c + i * g)
    o = at("o", sigmoid(a[-1] + b[-1] + w.get("weight_co", 0) * c))
    return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": at("h", o * np.tanh(c))}


def plain_layer(cell, w, x, held, begun=None, numbers=None):
    """All steps of a layer: name -> (T, H)."""
    h, c = ((begun or {}).get(name, np.zeros(w["weight_hh"].shape[1])) for name in "hc")
    rows = []
    for row, t in zip(x, numbers or range(len(x))):
        rows.append(plain_step(cell, w, row, h, c, lambda name, value: put(held, name, t, value)))
        h, c = rows[-1]["h"], rows[-1].get("c")
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


@pytest.mark.parametrize("cell", roles.KNOWN)
def test_what_follows_a_hold_is_what_a_plain_loop_computes_from_it(cell):
    """500 random sets of holds on every cell, over one layer and over two, from zeros and from a state of their own."""
    torch.manual_seed(0)
    rng, names, states = random.Random(0), roles.of(cell).names, roles.of(cell).states
    for layers in (1, 2):
        ours, x = module(cell, layers), torch.randn(T, D, dtype=torch.double)
        w = [parameters(ours, k) for k in range(layers)]
        for _ in range(250):
            loose = [Loose(rng, names, H, rng.choice(["", *(f"l{k + 1}" for k in range(layers))])) for _ in range(rng.randint(1, 4))]
            state = {name: np.random.default_rng(rng.randrange(99)).normal(size=H) for name in states if rng.random() < 0.5}
            seen, expected = trace(ours, x, hold=[one.hold for one in loose], state=state), x.numpy()
            for k in range(layers):
                last = k == layers - 1
                here = [one for one in loose if one.place == f"l{k + 1}" or (last and not one.place)]
                expected = plain_layer(cell, w[k], expected, here, state if last else None)
                for name in names:
                    np.testing.assert_allclose(seen.layer(k)[name], expected[name], rtol=1e-9, atol=1e-9)
                    mask = [
                        [any(one.letter == name and one.acts(t) and (one.units is None or u in one.units) for one in here) for u in range(H)] for t in range(T)
                    ]
                    assert (seen.held_at(f"l{k + 1}.{name}") == mask).all()
                expected = expected["h"]


@pytest.mark.parametrize(("cell", "theirs"), [("lstm", nn.LSTMCell), ("gru", nn.GRUCell), ("rnn", nn.RNNCell)])
def test_the_plain_loop_without_holds_is_torch_s_own_cell(cell, theirs):
    torch.manual_seed(1)
    ours, step, x = module(cell), theirs(D, H).double(), torch.randn(T, D, dtype=torch.double)
    step.load_state_dict({name.removesuffix("_l0"): weight for name, weight in ours.state_dict().items()})
    expected, state = plain_layer(cell, parameters(ours), x.numpy(), []), None
    for t in range(T):
        state = step(x[t], state)
        done = dict(zip("hc", state)) if cell == "lstm" else {"h": state}
        for name, value in done.items():
            np.testing.assert_allclose(expected[name][t], value.detach().numpy(), atol=1e-12)


# The order within a step


def test_each_value_of_a_step_is_computed_from_the_held_ones_before_it():
    torch.manual_seed(2)
    x, half = torch.randn(T, D, dtype=torch.double), 0.5
    seen = trace(module("lstm"), x, hold=[Hold("f", 1.0), Hold("i", 0.0)], state={"c": [half] * H})
    assert (seen["c"] == half).all() and (seen["f"] == 1).all()  # nothing is forgotten, nothing is written
    equal(seen["h"], seen["o"] * np.tanh(half))
    seen = trace(module("coupled"), x, hold=Hold("f", 0.25))
    assert (seen["i"] == 0.75).all()  # i = 1 - f, of the held f
    assert (trace(module("coupled"), x, hold=[Hold("f", 0.25), Hold("i", 1.0)])["i"] == 1).all()
    for cell in ("gru", "gru-cho"):
        seen = trace(module(cell), x, hold=Hold("z", 1.0), state={"h": [half] * H})
        assert (seen["h"] == half).all()  # z = 1 keeps the old state
    peephole = module("peephole")
    seen = trace(peephole, x[:1], hold=Hold("c", 3.0))
    plain, co = trace(peephole, x[:1]), peephole.weight_co_l0.detach().numpy()
    logits = [np.log(one["o"] / (1 - one["o"])) for one in (seen, plain)]
    equal(logits[0] - logits[1], co * (3 - plain["c"]), tolerance=1e-9)  # o sees the held c


def test_a_held_state_enters_the_next_step():
    torch.manual_seed(3)
    ours, x = module("gru"), torch.randn(T, D, dtype=torch.double)
    seen = trace(ours, x, hold=Hold("h", 0.3, steps=[2]))
    equal(seen["h"][3:], trace(ours, x[3:], state={"h": [0.3] * H})["h"])
    equal(seen["h"][:2], trace(ours, x[:2])["h"])


def test_several_holds_act_in_the_order_given():
    x = torch.randn(T, D, dtype=torch.double)
    for given, value in (
        ([Hold("f", 0.2), Hold("f", 0.7)], 0.7),
        ([Hold("f", 0.2), Hold("f", 2, how="times"), Hold("f", 0.1, how="plus")], 0.5),
        ([Hold("f", 0.1, how="plus"), Hold("f", 0.2)], 0.2),
    ):
        equal(trace(module("mgu"), x, hold=given)["f"], np.full((T, H), value))


# Nothing held


@pytest.mark.parametrize("cell", roles.KNOWN)
@pytest.mark.parametrize("length", [1, 2, 40, 300])
def test_with_nothing_held_a_trace_is_bit_for_bit_the_one_without(cell, length):
    torch.manual_seed(4)
    ours, x = module(cell, 2).float(), torch.randn(length, D)
    plain = trace(ours, x)
    for options in ({"hold": []}, {"hold": None, "state": None}, {"hold": Hold("h", 1.0, steps=slice(length, None))}, {"state": {"h": [0.0] * H}}):
        seen = trace(ours, x, **options)
        assert seen.rows.table[:length].tobytes() == plain.rows.table[:length].tobytes()
        assert not seen.held_at("h").any()


def test_steps_before_the_first_hold_are_bit_for_bit_those_without():
    model = random_model("lstm")
    seen, plain = trace(model, TEXT * 20, hold=Hold("f", 0.0, steps=slice(150, None))), trace(model, (TEXT * 20)[:150])
    assert seen.rows.table[:150].tobytes() == plain.rows.table[:150].tobytes()


@pytest.mark.parametrize("cell", roles.ROLES)
def test_held_at_its_own_values_a_trace_stays_the_same(cell):
    model = random_model(cell, layers=2)
    plain = trace(model, "the cat sat")
    for place, k in (("", 1), ("l1.", 0)):
        for name in plain.names:
            own = plain.layer(k)[name]
            given = [Hold(place + name, own[t, unit], [unit], [t]) for t in range(len(plain)) for unit in range(own.shape[1])]
            seen = trace(model, "the cat sat", hold=given)
            equal(seen.probs, plain.probs, tolerance=1e-6)
            for layer in (0, 1):
                for each in plain.names:
                    equal(seen.layer(layer)[each], plain.layer(layer)[each], tolerance=1e-6)
            assert seen.held_at(place + name).all()


def test_the_predictions_follow_from_the_held_state():
    model = random_model("gru")
    seen = trace(model, "the cat", hold=Hold("h", 0.5, units=[1, 3]))
    assert (seen["h"][:, [1, 3]] == 0.5).all()
    equal(seen.probs, model.answer(torch.tensor(seen["h"])).numpy())


# A text that grows


@pytest.mark.parametrize("cell", roles.ROLES)
def test_a_trace_with_holds_that_is_extended_is_that_of_the_whole_text(cell):
    model, text = random_model(cell, layers=2), "the cat sat on the mat. "
    given = [Hold("h", 0.2, units=[0, 5], steps=slice(9, None)), Hold("l1.h", 0.5, steps=[3, 12], how="times")]
    options = {"hold": given, "state": {"h": np.full(8, 0.5), "l1.h": np.full(8, -0.5)}}
    whole = trace(model, text, **options)
    grown = trace(model, "", **options)
    for piece in (text[:2], text[2:10], text[10], text[11:]):
        grown = grown.extend(piece)
    revised = trace(model, text[:12] + "xyz", **options).revised(text)
    assert len(trace(model, text + "and", **options).shared(text)) == len(text)
    for seen in (grown, revised, trace(model, text + "and", **options).head(len(text)), pickle.loads(pickle.dumps(whole))):
        assert (seen.text, seen.held, set(seen.state)) == (text, whole.held, {"h", "l1.h"})
        for k in (0, 1):
            for name in whole.names:
                equal(seen.layer(k)[name], whole.layer(k)[name], tolerance=1e-6)
        equal(seen.probs, whole.probs, tolerance=1e-6)
    assert not np.allclose(whole.head(0).extend("a")["h"], trace(model, "a")["h"])  # the state to begin from is kept


def test_extending_a_trace_with_holds_computes_the_new_steps_alone(monkeypatch):
    computed, fill = [], steps.fill_held
    monkeypatch.setattr(steps, "fill_held", lambda cell, x, *others: computed.append(len(x)) or fill(cell, x, *others))
    seen = trace(random_model("lstm"), "a" * 500, hold=Hold("f", 1.0))
    longer = seen.extend("b")
    assert longer.extend("cd").rows is longer.rows
    assert computed == [500, 1, 2]


def test_only_the_steps_that_are_held_take_the_slow_way(monkeypatch):
    computed, fill = [], steps.fill
    monkeypatch.setattr(steps, "fill", lambda cell, x, *others: computed.append(len(x)) or fill(cell, x, *others))
    trace(random_model("lstm"), "a" * 500, hold=[Hold("f", 1.0, steps=[200]), Hold("i", 1.0, steps=range(300, 320))])
    assert computed == [200, 99, 180]


def test_a_trace_says_what_was_held_and_where():
    given = [Hold("f", 1.0, units=[2], steps=slice(3, None)), Hold("l1.c", 0.0, steps=range(2))]
    seen = trace(random_model("lstm", layers=2), "the cat", hold=given)
    assert seen.held == tuple(given)
    expected = np.zeros((7, 8), bool)
    expected[3:, 2] = True
    assert (seen.held_at("f") == expected).all() and (seen.held_at("l2.f") == expected).all() and (seen.layer(1).held_at("f") == expected).all()
    assert seen.held_at("l1.c").sum() == 2 * 8 and not seen.held_at("c").any() and not seen.layer(0).held_at("f").any()
    assert trace(random_model("lstm"), "the cat").held == ()
    for wrong in ("r", "l3.f", "encoder.f", "", 7):
        with pytest.raises((KeyError, TypeError, AttributeError)):
            seen.held_at(wrong)
    assert not seen.state


# Encoder and decoder


def plain_pair(model, seen, held, state):
    """Encoder and decoder in NumPy, along the tokens that were written: arrays by name."""
    tensors = {name: weight.detach().numpy().astype(float) for name, weight in model.state_dict().items()}
    half = model.spec.hidden_size // 2
    x, encoder = tensors["source_embedding.weight"][seen.ids], {}
    for side, suffix in enumerate(("_l0", "_l0_reverse")):
        w = {
            name.removeprefix("encoder.").removesuffix(suffix): weight
            for name, weight in tensors.items()
            if name.startswith("encoder.") and name.endswith(suffix)
        }
        here, inside = [], range(side * half, (side + 1) * half)
        for one in (one for one in held if one.place == "encoder"):
            units = [unit - inside.start for unit in (range(2 * half) if one.units is None else one.units) if unit in inside]
            here.append(type("Half", (), {"letter": one.letter, "acts": one.acts, "units": units, "how": one.how, "value": one.value}))
        begun = {"h": state.get("encoder.h", np.zeros(2 * half))[inside.start : inside.stop]}
        numbers = list(range(len(x)))[:: -1 if side else 1]
        layer = plain_layer("gru", w, x[numbers], here, begun, numbers)
        encoder[side] = {name: values[:: -1 if side else 1] for name, values in layer.items()}
    encoder = {name: np.concatenate((encoder[0][name], encoder[1][name]), 1) for name in encoder[0]}
    states = encoder["h"]
    summary = np.concatenate((states[-1, :half], states[0, half:]))
    s = state.get("decoder.h", np.tanh(tensors["start.weight"] @ summary + tensors["start.bias"]))
    w = {name.removeprefix("decoder."): weight for name, weight in tensors.items() if name.startswith("decoder.")}
    id, rows, probs = model.target.ids[START], [], []
    for q, token in enumerate(seen.written):
        context = summary
        if model.spec.attention != "none":
            keys = states @ tensors["key.weight"].T
            scores = keys @ s if model.spec.attention == "multiplicative" else np.tanh(tensors["query.weight"] @ s + keys) @ tensors["v"]
            weights = np.exp(scores - scores.max())
            context = weights @ states / weights.sum()
        read = tensors["target_embedding.weight"][id]
        here = [one for one in held if one.place == "decoder"]
        rows.append(plain_step("gru", w, np.concatenate((read, context)), s, None, lambda name, value: put(here, name, q, value)))
        s = rows[-1]["h"]
        out = np.tanh(tensors["readout.weight"] @ np.concatenate((s, context, read)) + tensors["readout.bias"])
        scores = tensors["target_embedding.weight"] @ out + tensors["bias"]
        probs.append(np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum())
        id = model.target.ids[token]
    return encoder, {name: np.array([row[name] for row in rows]) for name in rows[0]}, np.array(probs)


@pytest.mark.parametrize("attention", RECURRENT)
def test_what_follows_a_hold_in_an_encoder_and_decoder_is_what_a_plain_loop_computes(attention):
    rng = random.Random(5)
    model, size = random_pair(attention), 8
    for _ in range(60):
        loose = [Loose(rng, "rznh", size, rng.choice(["encoder", "decoder"])) for _ in range(rng.randint(1, 4))]
        state = {name: np.random.default_rng(rng.randrange(99)).normal(size=size) for name in ("encoder.h", "decoder.h") if rng.random() < 0.4}
        seen = trace(model, TEXT[: rng.randint(1, 10)], hold=[one.hold for one in loose], state=state, beam=rng.choice([1, 3]))
        encoder, decoder, probs = plain_pair(model, seen, loose, state)
        for name in "rznh":
            np.testing.assert_allclose(seen.encoder[name], encoder[name], rtol=1e-4, atol=1e-4)
            np.testing.assert_allclose(seen.decoder[name], decoder[name], rtol=1e-3, atol=1e-3)
        np.testing.assert_allclose(seen.probs, probs, rtol=1e-2, atol=1e-3)
        assert seen.tree or seen.written == tuple(model.spec.target[k] for k in seen.probs.argmax(1))
        assert seen.held == tuple(one.hold for one in loose) and seen.written.count(END) <= 1


@pytest.mark.parametrize("attention", RECURRENT)
def test_with_nothing_held_an_encoder_and_decoder_write_bit_for_bit_the_same(attention):
    model = random_pair(attention)
    plain, seen = trace(model, TEXT), trace(model, TEXT, hold=[Hold("encoder.z", 1.0, steps=[50]), Hold("decoder.z", 1.0, steps=[90])], state={})
    for one, other in ((plain, seen), (plain.encoder, seen.encoder), (plain.decoder, seen.decoder)):
        assert all(one[name].tobytes() == other[name].tobytes() for name in one)
    assert plain.probs.tobytes() == seen.probs.tobytes()


def test_the_encoder_s_units_and_steps_are_those_of_its_arrays_in_both_directions():
    seen = trace(random_pair("additive"), TEXT, hold=[Hold("encoder.z", 0.125, units=[1, 6], steps=[2]), Hold("decoder.h", 0.25, units=[0])])
    assert (seen.encoder["z"] == 0.125).nonzero()[0].tolist() == [2, 2] and (seen.encoder["z"][2, [1, 6]] == 0.125).all()
    assert (seen.held_at("encoder.z") == (seen.encoder["z"] == 0.125)).all() and seen.held_at("encoder.z").shape == (10, 8)
    assert (seen.held_at("decoder.h")[:, 0]).all() and not seen.held_at("decoder.h")[:, 1:].any() and len(seen.held_at("decoder.h")) == len(seen.written)
    with pytest.raises(KeyError, match="must be among encoder, decoder"):
        seen.held_at("z")


def test_a_transformer_refuses_holds():
    model = random_pair("transformer")
    for options in ({"hold": Hold("encoder.z", 1.0)}, {"hold": [Hold("f", 1.0)]}, {"state": {"h": [0.0]}}):
        with pytest.raises(ValueError, match=r"(hold|state) must be left out for random-transformer, a transformer, which has no recurrent cells.*: got"):
            trace(model, TEXT, **options)
    assert trace(model, TEXT, hold=[], state=None).output == trace(model, TEXT).output
    with pytest.raises(KeyError, match="transformer"):
        trace(model, TEXT).held_at("encoder.z")


# As text


@pytest.mark.parametrize(
    ("text", "hold"),
    [
        ("f:all:4-:=1", Hold("f", 1, steps=slice(3, None))),
        ("c:7,12:4-9:*0.5", Hold("c", 0.5, [7, 12], range(3, 9), "times")),
        ("encoder.z:0:4:+-1", Hold("encoder.z", -1, [0], [3], "plus")),
        ("l1.h:all:all:+0.3", Hold("l1.h", 0.3, how="plus")),
        ("f:all:all:=-0.333333", Hold("f", -1 / 3)),
        ("f:all:1-2:=0;f:all:5:=0", Hold("f", 0, steps=[4, 0, 1, 1])),
        ("f:all:all:=0.00000000012", Hold("f", 1.2e-10)),
        ("f:all:all:=1234570", Hold("f", 1234567)),
    ],
)
def test_a_hold_is_written_as_the_page_writes_it(text, hold):
    assert holds.write([hold]) == text
    found, sentences = holds.parse(text)
    assert not sentences and holds.write(found) == text
    if ";" not in text:
        assert (found[0].name, found[0].units, found[0].steps, found[0].how) == (hold.name, hold.units, hold.steps, hold.how)
        assert found[0].value == pytest.approx(hold.value, rel=5e-6)


def test_what_is_written_is_read_back():
    rng = random.Random(6)
    for _ in range(500):
        given = [Loose(rng, "ifgoch", 128, rng.choice(["", "l1", "l2"])).hold for _ in range(rng.randint(0, 9))]
        text = holds.write(given)
        found, sentences = holds.parse(text, holds.layers("lstm", 128, 2))
        assert not sentences and holds.write(found) == text
        for name in ("f", "l1.h"):
            assert (holds.mask(found, name, 20, 128) == holds.mask(given, name, 20, 128)).all()
    assert holds.write([]) == "" and holds.parse("") == ((), ()) == holds.parse(";;")


def test_what_is_wrong_in_a_text_is_said_in_a_sentence_and_the_rest_is_kept():
    lstm, pair = places(random_model("lstm")), places(random_pair("additive"))
    for text, known, said in (
        ("q:all:all:=1", lstm, "The hold 'q:all:all:=1' names q, which the LSTM does not compute."),
        ("f:all:all:=1", places(random_model("gru")), "The hold 'f:all:all:=1' names f, which the GRU does not compute."),
        ("l2.f:all:all:=1", lstm, "The hold 'l2.f:all:all:=1' names l2.f, but what stands before a dot must be among l1."),
        ("z:all:all:=1", pair, "The hold 'z:all:all:=1' names z, but what stands before a dot must be among encoder, decoder."),
        ("f:3,8:all:=1", lstm, "The hold 'f:3,8:all:=1' names unit 8, but the units are 0 to 7."),
        ("f:x:all:=1", lstm, "The hold 'f:x:all:=1' must have units that are all, or integers from 0 with commas between them."),
        ("f:all:0:=1", lstm, "The hold 'f:all:0:=1' must have steps such as all, 4, 4-9 or 4-, counted from 1."),
        ("f:all:9-4:=1", lstm, "The hold 'f:all:9-4:=1' must have steps such as all, 4, 4-9 or 4-, counted from 1."),
        ("f:all:all:1", lstm, "The hold 'f:all:all:1' must end in =, * or + and a number, such as =1, *0.5 or +-0.3."),
        ("f", lstm, "The hold 'f' must be of the form name:units:steps:value, such as f:all:4-:=1."),
        ("F:all:all:=1", None, "The hold 'F:all:all:=1' must begin with a name such as f, l1.f or encoder.z."),
    ):
        good = "encoder.h:all:all:=1" if known is pair else "h:all:all:=1"
        found, sentences = holds.parse(f"{text};{good}", known)
        assert sentences == (said,) and len(found) == 1
    found, sentences = holds.parse(";".join(["h:all:all:=1"] * 70))
    assert len(found) == 64 and sentences == ("A text has at most 64 holds, and the 6 behind them are left out.",)


def test_what_is_wrong_is_said_in_the_language_that_is_spoken_and_an_error_in_english():
    model = random_model("lstm")
    with speaking("es"):
        assert holds.parse("q:all:all:=1", places(model)) == ((), ("El valor fijado 'q:all:all:=1' nombra q, que la LSTM no calcula.",))
        for hold in (Hold("q", 1), Hold("f", 1, [99])):
            with pytest.raises((KeyError, ValueError), match="names"):
                trace(model, "a", hold=hold)


def test_no_text_raises_and_what_is_good_in_it_can_be_held():
    rng, model = random.Random(7), random_model("lstm")
    letters = [
        *"fcq:;=*+-.,0149elh",
        "all",
        "l1.",
        "99999999999",
        "1e9",
        "nan",
        "inf",
        "\x00",
        "\ud800",
        "é",
        "٤",
        "²",
        " ",
        "\n",
        "<script>",
        "f:all:4-:=1;",
        "_1",
    ]
    texts = ["".join(rng.choices(letters, k=rng.randint(0, 25))) for _ in range(3000)]
    texts += ["f:all:all:=" + "9" * 10_000, "f:" + "1," * 50_000 + "1:all:=1", ":" * 100_000, "f:" + "9" * 5000 + ":all:=1", "f:all:1-" + "9" * 5000 + ":=1"]
    for text in texts:
        for known in (None, places(model)):
            found, sentences = holds.parse(text, known)
            assert len(found) <= 64 and all(len(said) < 200 and said.isprintable() and said.endswith(".") for said in sentences)
        trace(model, "abc", hold=found)


# Errors


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda: Hold("", 1), ValueError, 'name of a hold must be one such as "f", "l1.f" or "encoder.z": got \'\''),
        (lambda: Hold("f:x", 1), ValueError, "got 'f:x'"),
        (lambda: Hold(7, 1), ValueError, "got 7"),
        (lambda: Hold("f", float("nan")), ValueError, "value of the hold of f must be a finite number: got nan"),
        (lambda: Hold("f", float("inf")), ValueError, "got inf"),
        (lambda: Hold("f", 1e39), ValueError, "got 1e\\+39"),
        (lambda: Hold("f", "1"), ValueError, "got '1'"),
        (lambda: Hold("f", True), ValueError, "got True"),
        (lambda: Hold("f", 1, how="minus"), ValueError, "how of the hold of f must be one of set, times, plus: got 'minus'"),
        (lambda: Hold("f", 1, units=7), TypeError, "units of the hold of f must be None or several integers from 0: got 7"),
        (lambda: Hold("f", 1, units="7"), TypeError, "got '7'"),
        (lambda: Hold("f", 1, units=[]), ValueError, r"at least one: got \(\)"),
        (lambda: Hold("f", 1, units=[-1]), ValueError, "units of the hold of f must be None or integers from 0, at least one: got -1"),
        (lambda: Hold("f", 1, units=[1.0]), ValueError, "got 1.0"),
        (lambda: Hold("f", 1, steps=range(4, 4)), ValueError, r"steps of the hold of f must begin at 0 or later.*got range\(4, 4\)"),
        (lambda: Hold("f", 1, steps=slice(-3, None)), ValueError, "steps of the hold of f must begin at 0"),
        (lambda: Hold("f", 1, steps=slice(0, None, 2)), TypeError, r"steps of the hold of f.*got slice\(0, None, 2\)"),
        (lambda: Hold("f", 1, steps=[True]), ValueError, "got True"),
        (lambda: trace(random_model("lstm"), "a", hold=Hold("q", 1)), KeyError, "the hold 'q:all:all:=1' names q, which the LSTM does not compute"),
        (lambda: trace(random_model("gru"), "a", hold=[Hold("c", 1)]), KeyError, "names c, which the GRU does not compute"),
        (lambda: trace(random_model("gru"), "a", hold=[Hold("l2.z", 1)]), KeyError, "names l2.z, but what stands before a dot must be among l1"),
        (lambda: trace(random_model("gru"), "a", hold=[Hold("z", 1, [8])]), ValueError, "the hold 'z:8:all:=1' names unit 8, but the units are 0 to 7"),
        (lambda: trace(random_model("gru"), "a", hold=["z:all:all:=1"]), TypeError, "hold must be a Hold, or several: got str"),
        (lambda: trace(random_pair("none"), "a", hold=Hold("z", 1)), KeyError, "names z, but what stands before a dot must be among encoder, decoder"),
        (lambda: trace(random_model("gru"), "a", state={"c": [0] * 8}), KeyError, "a name of state must be one of h, l1.h: got 'c'"),
        (lambda: trace(random_model("gru"), "a", state={"z": [0] * 8}), KeyError, "got 'z'"),
        (lambda: trace(random_pair("none"), "a", state={"h": [0] * 8}), KeyError, "must be one of encoder.h, decoder.h: got 'h'"),
        (lambda: trace(random_model("gru"), "a", state={"h": [0] * 7}), ValueError, r"state 'h' must be 8 finite numbers, \(8,\): got \(7,\)"),
        (lambda: trace(random_model("gru"), "a", state={"h": [float("nan")] * 8}), ValueError, "state 'h' must be 8 finite numbers.*nan"),
        (lambda: trace(random_model("gru"), "a", state=[0] * 8), TypeError, "state must be a mapping of names to arrays: got list"),
    ],
)
def test_an_error_names_the_thing_the_rule_and_what_came(wrong, error, said):
    with pytest.raises(error, match=said):
        wrong()


def test_the_public_name_works_as_the_readme_says():
    model = gatelab.load("prose-lstm")
    seen = gatelab.trace(model, "It is a truth", hold=[gatelab.Hold("f", 1.0, units=[7], steps=slice(3, None))])
    assert (seen["f"][3:, 7] == 1).all() and seen.held_at("f").sum() == 10
