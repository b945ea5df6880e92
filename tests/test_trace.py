import copy
import pickle
import threading

import numpy as np
import pytest
import torch
import torch.nn.utils.prune
from torch import nn

import gatelab
from gatelab import Recurrent
from gatelab.cells import CELLS, NAMES
from gatelab.traces import trace
from gatelab.traces.weights import sample
from tests import equations
from tests.conftest import random_model

MODULES = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
TEXT = "the forget gate, the input gate."


def module(cell, layers=1, **options):
    torch.manual_seed(0)
    return MODULES[cell](5, 7, layers, **options)


def mixed():
    """A module of which one matrix has another dtype."""
    made = nn.LSTM(5, 7, 2)
    made.weight_hh_l1.data = made.weight_hh_l1.data.double()
    return made


def equal(a, b, tolerance=1e-5):
    assert a.shape == b.shape
    assert np.abs(a - b).max(initial=0) <= tolerance


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("steps", [1, 2, 17, 300])
def test_outputs_and_final_states_equal_those_of_torch(cell, layers, steps):
    ours = module(cell, layers)
    x = torch.randn(steps, 5)
    outputs, final = ours(x)
    seen = trace(ours, x)
    equal(seen["h"], outputs.detach().numpy())
    states = {"h": final[0], "c": final[1]} if cell == "lstm" else {"h": final}
    for name, state in states.items():
        for k in range(layers):
            equal(seen.layer(k)[name][-1], state[k].detach().numpy())


def test_every_step_equals_torch_stopped_at_that_step(cell):
    ours, x = module(cell, 2), torch.randn(12, 5)
    seen = trace(ours, x)
    for t in range(12):
        final = ours(x[: t + 1])[1]
        states = {"h": final[0], "c": final[1]} if cell == "lstm" else {"h": final}
        for name, state in states.items():
            equal(seen.layer(0)[name][t], state[0].detach().numpy())
            equal(seen.layer(1)[name][t], state[1].detach().numpy())


@pytest.mark.parametrize("steps", [50, 700])
def test_gates_explain_the_states_at_every_step(cell, steps):
    """The equations of the cell hold between the arrays of a trace."""
    seen = trace(module(cell), torch.randn(steps, 5))
    before = lambda name: np.vstack([np.zeros((1, 7)), seen[name][:-1]])
    if cell == "lstm":
        equal(seen["c"], seen["f"] * before("c") + seen["i"] * seen["g"])
        equal(seen["h"], seen["o"] * np.tanh(seen["c"]))
    if cell == "gru":
        equal(seen["h"], seen["z"] * before("h") + (1 - seen["z"]) * seen["n"])
    for name in set(seen.names) & set("iforz"):
        assert seen[name].min() >= 0 and seen[name].max() <= 1


@pytest.mark.parametrize("options", [{"bias": False}, {"batch_first": True}, {"dropout": 0.5, "num_layers": 2}, {"dtype": torch.float64}])
def test_other_settings_of_a_module_are_followed(cell, options):
    torch.manual_seed(0)
    ours = MODULES[cell](5, 7, **options)
    x = torch.randn(20, 5, dtype=options.get("dtype", torch.float32))
    seen = trace(ours, x)  # the module is in training mode: a trace is without dropout all the same
    equal(seen["h"], ours.eval()(x)[0].detach().numpy())
    assert seen["h"].dtype == (np.float64 if "dtype" in options else np.float32)


def test_relu_is_followed():
    ours, x = module("rnn", nonlinearity="relu"), torch.randn(20, 5)
    expected = ours(x)[0].detach().numpy()
    equal(trace(ours, x)["h"], expected)
    grown = trace(ours, x[:1])
    for row in x[1:]:
        grown = grown.extend(row[None])
    equal(grown["h"], expected)


@pytest.mark.parametrize("name", gatelab.models("character"))
def test_a_shipped_model_over_2000_characters_stays_with_torch(name):
    """In float32, PyTorch itself is up to 2e-5 away from the same model in float64 here: twice that is the bound."""
    model = gatelab.load(name)
    text = (TEXT * 70)[:2000]
    expected = model.recurrent(model.embedding(torch.tensor(model.vocabulary.encode(text))))[0].numpy()
    equal(trace(model, text)["h"], expected, tolerance=4e-5)
    equal(trace(model, text[:1999]).extend(text[1999])["h"], expected, tolerance=4e-5)


def test_a_trace_extended_piece_by_piece_equals_one_made_at_once(model):
    whole = trace(model, TEXT)
    grown = trace(model, "")
    for piece in (TEXT[:1], TEXT[1:2], TEXT[2:9], "", TEXT[9:]):
        grown = grown.extend(piece)
    assert grown.text == whole.text and grown.tokens == whole.tokens
    for name in whole.names:
        equal(grown[name], whole[name])
    equal(grown.probs, whole.probs)


def test_a_plain_module_s_trace_is_extended_by_a_tensor(cell):
    ours, x = module(cell, 2), torch.randn(30, 5)
    grown = trace(ours, x[:11]).extend(x[11:12]).extend(x[12:])
    for k in (0, 1):
        for name in NAMES[cell]:
            equal(grown.layer(k)[name], trace(ours, x).layer(k)[name])


def test_extending_twice_from_one_trace_changes_neither(model):
    base = trace(model, "the ")
    one, two = base.extend("cat"), base.extend("dog")
    for grown in (one, two):
        for name in grown.names:
            equal(grown[name], trace(model, grown.text)[name])
    assert len(base) == 4 and base.text == "the "


def test_an_edit_in_the_middle_equals_a_fresh_trace(model):
    edited = trace(model, TEXT).revised(TEXT.replace("input", "output"))
    for name in edited.names:
        equal(edited[name], trace(model, edited.text)[name])


def test_an_edit_in_the_middle_does_not_run_the_common_beginning_again(model, monkeypatch):
    read = []
    encode = type(model.vocabulary).encode
    monkeypatch.setattr(type(model.vocabulary), "encode", lambda self, text: read.append(text) or encode(self, text))
    trace(model, TEXT).revised(TEXT[:-2] + "!!")
    assert read == [tuple(TEXT), ("!", "!")]


def test_probabilities_equal_the_model_s_own_forward_pass(model):
    seen = trace(model, TEXT)
    scores = model(torch.tensor(model.vocabulary.encode(TEXT)))
    equal(seen.probs, torch.softmax(scores, -1).numpy())
    assert seen.probs.shape == (len(TEXT), len(seen.vocab))
    equal(seen.probs.sum(axis=1), np.ones(len(TEXT), np.float32))


def test_two_layers_of_a_character_model(cell):
    deep = random_model(cell, layers=2)
    seen = trace(deep, TEXT)
    x = deep.embedding(torch.tensor(deep.vocabulary.encode(TEXT)))
    equal(seen["h"], deep.recurrent(x)[0].numpy())


def test_empty_text_gives_empty_arrays(model):
    seen = trace(model, "")
    assert len(seen) == 0 and seen.tokens == () and seen.probs.shape == (0, len(seen.vocab))
    assert all(seen[name].shape == (0, 8) for name in seen.names)


def test_tokens_are_what_was_typed_also_where_the_model_never_saw_it(model):
    assert trace(model, "a😀ش").tokens == ("a", "😀", "ش")


def test_arrays_are_read_only(model):
    with pytest.raises(ValueError, match="read-only"):
        trace(model, TEXT)["h"][0, 0] = 1


def test_threads_that_extend_one_trace_do_not_mix_their_steps(model):
    base = trace(model, "x" * 60)
    grown = {}

    def type_on(letter):
        mine = base
        for _ in range(40):
            mine = mine.extend(letter)
        grown[letter] = mine

    threads = [threading.Thread(target=type_on, args=(letter,)) for letter in "abcdef"]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    for letter, mine in grown.items():
        equal(mine["h"], trace(model, "x" * 60 + letter * 40)["h"])


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda: trace(nn.Linear(2, 2), torch.zeros(3, 2)), TypeError, "Linear"),
        (lambda: trace(nn.GRU(5, 7), torch.zeros(3, 2, 5)), ValueError, "index=0 to index=1; got an input of 3 steps and 2 sequences"),
        (lambda: trace(nn.GRU(5, 7), torch.zeros(3, 4)), ValueError, r"\(3, 4\)"),
        (lambda: trace(nn.GRU(5, 7), torch.zeros(3, 5, dtype=torch.float64)), ValueError, "float64"),
        (lambda: trace(random_model("gru").bfloat16(), "a"), ValueError, "must be float32 or float64: got torch.bfloat16"),
        (lambda: trace(nn.GRU(5, 7), "text"), TypeError, "str"),
        (lambda: trace(random_model("gru"), 7), TypeError, "int"),
        (lambda: trace(random_model("gru"), "a")["f"], KeyError, "r, z, n, h"),
        (lambda: trace(random_model("gru"), "a").layer(1), IndexError, "0 to 0: got 1"),
        (lambda: trace(nn.GRU(5, 7), torch.zeros(3, 5)).revised("a"), TypeError, "GRU"),
        (lambda: trace("prose-lstm", "text"), TypeError, "must be a GateLab model.* got the string 'prose-lstm'"),
        (lambda: trace(nn.GRU(5, 7), torch.zeros(3, 5, device="meta")), ValueError, "input must be on the CPU.* got meta"),
        (lambda: trace(nn.GRU(5, 7, device="meta"), torch.zeros(3, 5)), ValueError, "on the CPU: got torch.float32 on meta"),
        (lambda: trace(mixed(), torch.zeros(3, 5)), ValueError, "one dtype: got torch.float64 for weight_hh_l1 beside torch.float32"),
        (lambda: trace(random_model("gru"), "a", forced={}), TypeError, "of a trace of Reader must be state or hold: got forced"),
        (
            lambda: trace(nn.LSTM(5, 7), torch.zeros(3, 5), h0=None),
            TypeError,
            r"of LSTM must be state or tokens or .*: got h0; a state to begin from is state=h0 or state=\(h0, c0\)",
        ),
    ],
)
def test_an_error_names_the_thing_the_rule_and_what_came(wrong, error, said):
    with pytest.raises(error, match=said):
        wrong()


def test_the_public_names_work_as_the_readme_says():
    seen = gatelab.trace(gatelab.load(gatelab.models()[0]), "It is a truth")
    assert seen["f"].shape == (13, 128) and seen.tokens[:2] == ("I", "t") and len(seen.vocab) == seen.probs.shape[1]
    seen = gatelab.trace(gatelab.load("dates-additive"), "March 5, 2019")
    assert seen.output == "2019-03-05" and seen["weights"].shape == (11, 13) and seen.encoder["z"].shape[0] == 13
    assert gatelab.trace(nn.LSTM(3, 4), torch.randn(6, 3)).tokens == ("1", "2", "3", "4", "5", "6")


# Every cell of the family


def made(cell, layers=1, dtype=torch.float32, scale=2.0):
    """A `Recurrent` with larger weights than PyTorch's first ones, so that its gates do not all stand half open."""
    torch.manual_seed(0)
    recurrent = Recurrent(cell, 5, 7, layers).to(dtype)
    for parameter in recurrent.parameters():
        parameter.data *= scale
    return recurrent


def published(recurrent, x):
    """The values of each layer at every step, by the equations that are not ours."""
    read, layers = x.numpy().astype(float), []
    for k in range(recurrent.num_layers):
        layers.append(equations.layer(recurrent.cell, equations.parameters(recurrent, k), read))
        read = layers[-1]["h"]
    return layers


@pytest.mark.parametrize("steps", [1, 2, 40, 300])
@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.float64, 1e-12)])
def test_every_value_of_every_layer_at_every_step_is_that_of_the_published_equations(cell, layers, steps, dtype, tolerance):
    recurrent, x = made(cell, layers, dtype), torch.randn(steps, 5, dtype=dtype)
    seen, expected = trace(recurrent, x), published(recurrent, x)
    assert len(seen) == steps and len(seen.layers) == layers
    for k in range(layers):
        assert seen.layer(k).names == NAMES[cell] == tuple(expected[k])
        for name, values in expected[k].items():
            equal(seen.layer(k)[name], values, tolerance)
    if steps > 1:
        gates = np.concatenate([values for name, values in expected[0].items() if name in "iforz"] or [np.array([0, 1])])
        assert gates.min() < 0.2 and gates.max() > 0.8  # an equation that is wrong would be seen


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("cell", CELLS)
def test_a_trace_of_any_cell_extended_piece_by_piece_is_the_whole_one(cell, layers):
    recurrent, x = made(cell, layers), torch.randn(260, 5)
    grown = trace(recurrent, x[:0])
    for piece in x.split((1, 1, 7, 0, 120, 1, 130)):
        grown = grown.extend(piece)
    assert grown.tokens == tuple(map(str, range(1, 261)))
    for k, expected in enumerate(published(recurrent, x)):
        for name, values in expected.items():
            equal(grown.layer(k)[name], values)


@pytest.mark.parametrize("cell", CELLS)
def test_the_head_of_a_trace_is_the_trace_of_the_beginning_and_goes_on_otherwise(cell):
    model = random_model(cell, layers=2)
    whole = trace(model, TEXT)
    for length in (0, 1, 9, len(TEXT)):
        head, fresh = whole.head(length), trace(model, TEXT[:length])
        assert (head.text, head.tokens, len(head)) == (TEXT[:length], tuple(TEXT[:length]), length)
        for name in head.names:
            equal(head[name], fresh[name])
        equal(head.probs, fresh.probs)
    other = whole.head(9).extend("x")
    equal(other["h"], trace(model, TEXT[:9] + "x")["h"])
    equal(whole["h"], trace(model, TEXT)["h"])  # it is as it was
    for length in (-1, len(TEXT) + 1):
        with pytest.raises(ValueError, match=f"length must be in 0 to {len(TEXT)}: got {length}"):
            whole.head(length)


@pytest.mark.parametrize("cell", CELLS)
def test_a_text_read_by_any_cell_piece_by_piece_or_edited_is_the_text_read_at_once(cell):
    model = random_model(cell, layers=2)
    scores = model(torch.tensor(model.vocabulary.encode(TEXT)))
    pieces = trace(model, "")
    for piece in (TEXT[:1], TEXT[1:2], TEXT[2:9], "", TEXT[9:]):
        pieces = pieces.extend(piece)
    for seen in (trace(model, TEXT), pieces, trace(model, TEXT.replace("input", "other")).revised(TEXT)):
        assert seen.text == TEXT
        equal(seen["h"], published(model.recurrent, model.inputs(TEXT))[1]["h"].astype(np.float32))
        equal(seen.probs, scores.softmax(-1).numpy())


@pytest.mark.parametrize("steps", [1, 90, 300])
def test_a_peephole_lstm_whose_peepholes_are_zero_is_the_lstm(steps):
    lstm, peephole, x = made("lstm", 2), made("peephole", 2), torch.randn(steps, 5)
    zeros = {name: torch.zeros_like(p) for name, p in peephole.state_dict().items() if "weight_c" in name}
    peephole.load_state_dict(lstm.state_dict() | zeros)
    theirs = nn.LSTM(5, 7, 2)
    theirs.load_state_dict(lstm.state_dict())
    equal(trace(peephole, x)["h"], theirs(x)[0].detach().numpy())
    for k in (0, 1):
        for name in NAMES["lstm"]:
            one, other = trace(peephole, x).layer(k)[name], trace(lstm, x).layer(k)[name]
            assert np.array_equal(one, other) if steps <= 100 else np.abs(one - other).max() <= 1e-5  # above, the LSTM takes torch's fused call


def test_coupled_gates_sum_to_exactly_1_in_every_entry_and_keep_the_memory_in_range():
    recurrent, x = made("coupled", 3, scale=4.0), 3 * torch.randn(500, 5)
    pieces = trace(recurrent, x[:1])  # one step, and a loop
    for seen in (trace(recurrent, x), pieces.extend(x[1:2]).extend(x[2:])):
        for k in range(3):
            layer = seen.layer(k)
            assert np.array_equal(layer["i"] + layer["f"], np.ones((500, 7), np.float32))
            assert np.ptp(layer["f"]) > 0.5  # the gates do move
            assert np.abs(layer["c"]).max() <= 1  # a mean of what was and a candidate in [-1, 1]


@pytest.mark.parametrize("cell", ["lstm", "peephole", "coupled"])
def test_a_cell_that_forgets_nothing_and_writes_nothing_keeps_its_memory_to_the_last_bit(cell):
    """Big biases shut the input gate and open the forget gate; the first input alone turns both round."""
    recurrent, rows = made(cell), dict(zip(CELLS[cell].rows, range(4)))
    for gate, sign in {"i": 1, "f": -1}.items():
        if gate in rows:
            block = slice(7 * rows[gate], 7 * rows[gate] + 7)
            recurrent.bias_ih_l0.data[block] = -200.0 * sign
            recurrent.weight_ih_l0.data[block, 0] = 400.0 * sign
    x = torch.randn(1000, 5)
    x[:, 0] = 0
    x[0, 0] = 1
    seen = trace(recurrent, x)
    assert np.abs(seen["c"][0]).min() > 1e-3 and np.ptp(seen["g"], axis=0).min() > 0.5  # there is something to keep, and something to write
    grown = trace(recurrent, x[:1])
    for row in x[1:50]:
        grown = grown.extend(row[None])
    for one in (seen, grown):
        assert np.array_equal(one["f"][1:], np.ones_like(one["f"][1:])) and not one["i"][1:].any()
        assert np.array_equal(one["c"], np.tile(one["c"][0], (len(one), 1)))
    state = recurrent(x[:1])[1]
    assert torch.equal(recurrent(x[1:], state)[1][1], state[1])


@pytest.mark.parametrize("cell", ["gru", "gru-cho"])
def test_a_gru_whose_update_gate_is_1_keeps_its_state(cell):
    """Within rounding: z * h + (1 - z) * n is computed as z * (h - n) + n, as PyTorch does."""
    recurrent = made(cell)
    recurrent.bias_ih_l0.data[7:14] = 200.0
    recurrent.weight_ih_l0.data[7:14, 0] = -400.0
    x = torch.randn(1000, 5)
    x[:, 0] = 0
    x[0, 0] = 1
    seen = trace(recurrent, x)
    assert np.array_equal(seen["z"][1:], np.ones_like(seen["z"][1:])) and np.abs(seen["h"][0]).min() > 1e-3
    equal(seen["h"], np.tile(seen["h"][0], (1000, 1)))


@pytest.mark.parametrize("cell", CELLS)
def test_a_reader_s_own_model_is_traced_with_recurrent_in_the_place_of_an_lstm(cell):
    """An ordinary module that was trained a little by ordinary code: its own outputs, explained."""

    class Tagger(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(6, 5)
            self.recurrent = Recurrent(cell, 5, 7, num_layers=2)  # was: nn.LSTM(5, 7, num_layers=2)
            self.head = nn.Linear(7, 3)

        def forward(self, ids):
            h, _ = self.recurrent(self.embedding(ids))
            return self.head(h)

    torch.manual_seed(0)
    tagger, ids = Tagger(), torch.randint(6, (30, 4))
    optimizer = torch.optim.Adam(tagger.parameters(), lr=0.05)
    first = None
    for _ in range(20):
        loss = nn.functional.cross_entropy(tagger(ids).flatten(0, 1), (ids % 3).flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        first = first or loss.item()
    assert loss.item() < 0.7 * first
    x = tagger.embedding(ids[:, 0])  # still part of a graph
    seen = gatelab.trace(tagger.recurrent, x)
    equal(tagger.head(torch.tensor(seen["h"])).detach().numpy(), tagger(ids)[:, 0].detach().numpy())
    for k, expected in enumerate(published(tagger.recurrent, x.detach())):
        for name, values in expected.items():
            equal(seen.layer(k)[name], values)
    assert tagger.training and all(p.grad is not None for p in tagger.parameters())  # it can be trained on


# Modules that compute more than the equations of their cell


class Doubled(nn.LSTM):
    def forward(self, x, state=None):
        return super().forward(2 * x, state)


class Called(nn.GRU):
    def __call__(self, x, state=None):
        return super().__call__(2 * x, state)


class DoubledRecurrent(Recurrent):
    def forward(self, x, state=None):
        return super().forward(2 * x, state)


class DoubledReader(type(random_model("gru"))):
    def forward(self, read, dropout=0.0):
        return 2 * super().forward(read, dropout)


def patched(module):
    """The module, with another `forward` set by hand."""
    module.forward = lambda x: type(module).forward(module, 2 * x)
    return module


def hooked(module, register="register_forward_hook", on=""):
    """The module, with a hook on it or on its part of that name."""
    getattr(module.get_submodule(on), register)(lambda *_: None)
    return module


X = torch.zeros(3, 5)


@pytest.mark.parametrize(
    ("model", "given", "said"),
    [
        (lambda: Doubled(5, 7), X, r"the module \(Doubled\) must compute what LSTM does.* got a forward of its own"),
        (lambda: Called(5, 7), X, r"the module \(Called\) must compute what GRU does.* got a __call__ of its own"),
        (lambda: DoubledRecurrent("gru", 5, 7), X, r"\(DoubledRecurrent\) must compute what Recurrent does"),
        (lambda: patched(nn.RNN(5, 7)), X, r"the module \(RNN\) must compute what RNN does.* got a forward of its own"),
        (lambda: hooked(nn.LSTM(5, 7)), X, r"the module \(LSTM\) must have no forward hooks.* got <function hooked"),
        (lambda: hooked(nn.LSTM(5, 7), "register_forward_pre_hook"), X, r"the module \(LSTM\) must have no forward hooks.* got <function hooked"),
        (lambda: hooked(random_model("gru")), "ab", r"the module \(Reader\) must have no forward hooks"),
        (lambda: hooked(random_model("gru"), on="recurrent"), "ab", r"recurrent \(Recurrent\) must have no forward hooks"),
        (lambda: DoubledReader(random_model("gru").spec), "ab", r"\(DoubledReader\) must compute what Reader does"),
    ],
)
def test_what_computes_more_than_its_equations_is_refused_and_not_traced_without_it(model, given, said):
    with pytest.raises(ValueError, match=said):
        trace(model(), given)


@pytest.mark.parametrize("register", ["register_module_forward_hook", "register_module_forward_pre_hook"])
def test_a_hook_on_all_modules_is_refused_while_it_is_there(register):
    seen = trace(nn.GRU(5, 7), X)
    handle = getattr(nn.modules.module, register)(lambda *_: None)
    try:
        for go_on in (lambda: trace(nn.GRU(5, 7), X), lambda: seen.extend(X)):
            with pytest.raises(ValueError, match="there must be none: got one for all modules"):
                go_on()
    finally:
        handle.remove()
    assert len(seen.extend(X)) == 6


def test_a_hook_that_a_model_gets_later_is_refused_when_its_trace_goes_on():
    ours, model = nn.GRU(5, 7), random_model("gru")
    plain, text = trace(ours, X), trace(model, "ab")
    hooked(ours), hooked(model, on="recurrent")
    for go_on in (lambda: plain.extend(X), lambda: text.extend("c"), lambda: text.revised("ac")):
        with pytest.raises(ValueError, match="must have no forward hooks"):
            go_on()


def test_a_subclass_that_computes_the_same_is_followed():
    class Named(nn.LSTM):
        def __init__(self):
            super().__init__(5, 7)
            self.what = "an encoder"

    ours, x = Named(), torch.randn(9, 5)
    equal(trace(ours, x)["h"], ours(x)[0].detach().numpy())


@pytest.mark.parametrize("model", [lambda: nn.LSTM(5, 7), lambda: random_model("lstm")])
def test_in_autocast_a_trace_is_neither_begun_nor_continued(model):
    ours = model()
    given = X if isinstance(ours, nn.LSTM) else "abc"
    seen = trace(ours, given)
    with torch.autocast("cpu", torch.bfloat16):
        for go_on in (lambda: trace(ours, given), lambda: seen.extend(given)):
            with pytest.raises(ValueError, match="outside torch.autocast"):
                go_on()


# Weights that are made of others, and weights that change


class Random(nn.Module):
    """A parametrization that leaves out other entries each time, while in training."""

    def forward(self, weight):
        return nn.functional.dropout(weight, 0.5, self.training)


MADE = {
    "weight_norm before 2.0": lambda module: nn.utils.weight_norm(module, "weight_hh_l1"),
    "spectral_norm before 2.0": lambda module: nn.utils.spectral_norm(module, "weight_hh_l1"),
    "pruning": lambda module: nn.utils.prune.l1_unstructured(module, "weight_hh_l1", 0.5),
    "pruning twice": lambda module: nn.utils.prune.l1_unstructured(nn.utils.prune.random_unstructured(module, "weight_hh_l1", 0.3), "weight_hh_l1", 0.3),
    "weight_norm": lambda module: nn.utils.parametrizations.weight_norm(module, "weight_hh_l1"),
    "spectral_norm": lambda module: nn.utils.parametrizations.spectral_norm(module, "weight_hh_l1"),
    "a parametrization": lambda module: nn.utils.parametrize.register_parametrization(module, "weight_hh_l1", Random()),
}


@pytest.mark.filterwarnings("ignore:.*weight_norm.*:FutureWarning")
@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_a_weight_that_is_made_of_others_is_the_one_of_the_next_forward(cell, make):
    """After a training step PyTorch's older ways make it anew only when the module is called."""
    ours, x = module(cell, 2), torch.randn(120, 5)
    make(ours)
    for _ in range(20):
        ours(x[:2])  # while training, a spectral norm is estimated at each call
    ours.eval()
    with torch.no_grad():
        for parameter in ours.parameters():
            parameter.mul_(1 + 0.2 * torch.rand_like(parameter))
    before = {name: weight.clone() for name, weight in ours.state_dict().items()}
    seen, first = trace(ours, x), trace(ours, x[:70])
    pieces = first.extend(x[70:71])
    expected = ours(x)[0].detach().numpy()
    equal(seen["h"], expected)
    equal(pieces.extend(x[71:])["h"], expected)  # the call in between made the same weight anew
    assert all(torch.equal(weight, before[name]) for name, weight in ours.state_dict().items())
    with torch.no_grad():
        next(p for name, p in ours.named_parameters() if "weight_hh_l1" in name).mul_(3)
    with pytest.raises(RuntimeError, match="weight_hh_l1"):
        pieces.extend(x[71:])


def test_a_weight_that_is_another_at_each_reading_is_refused():
    ours = nn.utils.parametrize.register_parametrization(module("gru"), "weight_hh_l0", Random())
    with pytest.raises(ValueError, match=r"another weight_hh_l0 of \w+GRU each time; call its eval\(\) first"):
        trace(ours.train(), X)
    equal(trace(ours.eval(), X)["h"], ours(X)[0].detach().numpy())


def stepped(ours):
    """One step of an optimizer."""
    optimizer = torch.optim.Adam(ours.parameters(), lr=0.01)
    sum(parameter.square().sum() for parameter in ours.parameters()).backward()
    optimizer.step()


def scaled(ours):
    ours.get_parameter("weight_hh_l0").data.mul_(3)


def row(ours):
    ours.get_parameter("weight_ih_l1").data[3] = 0


def column(ours):
    ours.get_parameter("weight_hh_l1").detach().numpy()[:, 4] = 0


def replaced(ours):
    ours.weight_hh_l0 = nn.Parameter(2 * ours.weight_hh_l0)


WRITES = {
    "a training step": stepped,
    "other weights": lambda ours: ours.load_state_dict({name: weight + 0.1 for name, weight in ours.state_dict().items()}),
    "one entry": lambda ours: nn.init.constant_(ours.weight_hh_l0[2, 3:4].detach(), 0.5),
    "all through .data": scaled,
    "a row through .data": row,
    "a column through NumPy": column,
    "other memory": lambda ours: setattr(ours.bias_hh_l0, "data", ours.bias_hh_l0.data + 0.1),
    "another parameter": replaced,
    "another precision": lambda ours: ours.double(),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_trace_does_not_go_on_with_other_weights(cell, write):
    ours = module(cell, 2)
    begun = trace(ours, torch.randn(9, 5))
    write(ours)
    x = torch.randn(2, 5, dtype=ours.weight_ih_l0.dtype)
    for old in (begun, begun.head(4)):
        with pytest.raises(
            RuntimeError, match=r"the weights with which it was begun: (weight|bias)_\w+_l. of \w+ was written to or replaced after that; make the trace anew"
        ):
            old.extend(x)
    equal(trace(ours, x)["h"], ours(x)[0].detach().numpy(), tolerance=1e-5)


@pytest.mark.parametrize("part", ["embedding.weight", "recurrent.bias_hh_l0", "head.weight", "head.bias"])
def test_a_trace_of_text_does_not_go_on_with_other_weights_in_any_part_of_the_model(part):
    model = random_model("gru")
    begun = trace(model, "the cat")
    model.get_parameter(part).data.mul_(1.5)
    for go_on in (lambda: begun.extend("s"), lambda: begun.revised("the dog"), lambda: begun.head(3).extend("s")):
        with pytest.raises(RuntimeError, match=part.split(".")[1]):
            go_on()
    assert len(trace(model, "the cat").extend("s")) == 8


@pytest.mark.parametrize("shape", [(28, 7), (7, 28), (1, 9), (9, 1), (2, 2), (12, 8), (5, 64), (3, 3), (30, 6)])
def test_a_row_or_a_column_that_is_written_behind_pytorch_s_back_is_seen(shape):
    weight = torch.randn(shape)
    some = sample(weight.numpy())
    places = np.zeros(shape, bool)
    sample(places)[...] = True
    assert places.any(0).all() and places.any(1).all()
    assert np.array_equal(np.sort(some.ravel()), np.sort(weight.numpy()[places]))


def test_what_changes_no_weight_stops_no_trace(cell):
    """A forward and a backward pass, another mode, frozen parameters, a copy of the module in use."""
    ours, x = module(cell, 2), torch.randn(20, 5)
    begun = trace(ours, x[:10])
    ours(x)[0].sum().backward()
    ours.zero_grad()
    ours.train().eval().requires_grad_(False)
    copy.deepcopy(ours).double()
    equal(begun.extend(x[10:])["h"], ours(x)[0].numpy())


@pytest.mark.parametrize(
    "again",
    [copy.deepcopy, lambda seen: pickle.loads(pickle.dumps(seen)), lambda seen: pickle.loads(pickle.dumps(seen, protocol=0))],
    ids=["deepcopy", "pickle", "pickle, oldest protocol"],
)
def test_a_copy_of_a_trace_has_its_values_and_goes_on_by_itself(again):
    model = random_model("lstm", layers=2)
    seen = trace(model, "the cat")
    other = again(seen)
    assert (other.text, other.tokens, other.names) == (seen.text, seen.tokens, seen.names)
    for k in (0, 1):
        for name in seen.names:
            np.testing.assert_array_equal(other.layer(k)[name], seen.layer(k)[name])
    equal(again(trace(model, "")).extend("the cat")["h"], seen["h"])
    model.head.bias.data += 1  # the copy has a model of its own
    longer, whole = other.extend(" sat"), trace(random_model("lstm", layers=2), "the cat sat")
    equal(longer["c"], whole["c"])
    equal(longer.probs, whole.probs)
    with pytest.raises(RuntimeError, match="bias of Linear"):
        again(seen)


def test_a_trace_and_its_layers_are_dictionaries_of_their_arrays():
    seen = trace(module("gru", 2), torch.randn(4, 5))
    for arrays, k in ((dict(seen), 1), (dict(seen.layer(0)), 0)):
        assert list(arrays) == ["r", "z", "n", "h"]
        np.testing.assert_array_equal(arrays["z"], seen.layer(k)["z"])
    assert (seen.place, seen.layer(0).place, trace(module("gru"), X).place) == ("layer 2 of 2", "layer 1 of 2", "")


def test_the_help_says_what_a_trace_leaves_out():
    text = " ".join(gatelab.trace.__doc__.split())
    assert "zero state" in text and "without dropout, also where the model is in training mode" in text and "without forward hooks" in text
