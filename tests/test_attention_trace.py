"""The trace of a model that writes: every array, recomputed from the model's weights in NumPy or by PyTorch's own modules."""

from itertools import product

import numpy as np
import pytest
import torch
from torch import nn

import gatelab
from gatelab.networks import ATTENTIONS, PairSpec, build
from gatelab.text import END, START, UNKNOWN
from gatelab.traces import beams, trace
from gatelab.traces.attending import Decoder
from tests.test_trace import equal

RECURRENT = ("additive", "multiplicative", "none")
LOOKING = ("additive", "multiplicative")
SOURCE, TARGET = (UNKNOWN, *"abcdefghij"), (UNKNOWN, START, END, *"0123456789")
WORDS = {"unit": "words", "source": (UNKNOWN, "i'm", "here", "."), "target": (UNKNOWN, START, END, "j'", "ai", "faim", ".")}
TEXT = "abcdefghij"


def random_pair(attention, name=None, source=SOURCE, target=TARGET, unit="characters", seed=0, end=0.0):
    """A model that writes, with weights so large that it writes many things, and no two alike; `end` is added to the bias of `END`."""
    torch.manual_seed(seed)
    model = build(PairSpec(name or f"random-{attention}", attention, unit, source, target, 6, 8, *((2, 2) if attention == "transformer" else ())))
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(1.5 if attention == "transformer" else 3).add_(0.2 * torch.randn(weight.shape))
        model.bias[model.target.ids[END]] += end
    return model.eval().requires_grad_(False)


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """As the server computes: on a loaded machine, threads that wait for each other take a thousand times as long."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def sources(count=12, longest=9, seed=1, letters=TEXT):
    rng = np.random.default_rng(seed)
    return ["".join(rng.choice(list(letters), size=rng.integers(1, longest + 1))) for _ in range(count)]


def ids_of(model, seen):
    """What a decoder read at each step: `START`, and all that it wrote but the last."""
    return [model.target.ids[token] for token in (START, *seen.written[:-1])]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def gates(x, h, cell, suffix):
    """r, z and n of a GRU for many steps at once, in NumPy, from inputs and the states before them."""
    w, u, b, c = (getattr(cell, f"{name}{suffix}").numpy().astype(float) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
    (xr, xz, xn), (hr, hz, hn) = np.split(x @ w.T + b, 3, -1), np.split(h @ u.T + c, 3, -1)
    r = sigmoid(xr + hr)
    return {"r": r, "z": sigmoid(xz + hz), "n": np.tanh(xn + r * hn)}


def states_before(model, seen):
    """The decoder's state before each step, (Q, H): the first comes from the encoder's two last states."""
    summary = np.concatenate((seen["states"][-1, :4], seen["states"][0, 4:]))
    first = np.tanh(model.start.weight.numpy() @ summary + model.start.bias.numpy())
    return np.vstack((first, seen.decoder["h"][:-1]))


def check_looks(model, seen):
    """Queries, keys and scores of a trace from states and weights; returns the weights that the model itself would have."""
    states, s = seen["states"].astype(float), states_before(model, seen)
    key = states @ model.key.weight.numpy().T
    if model.spec.attention == "additive":
        query = s @ model.query.weight.numpy().T
        scores = np.array([[model.v.numpy() @ np.tanh(a + b) for b in key] for a in query])
    else:
        query, scores = s, np.einsum("qa,ka->qk", s, key)
    for name, values in (("query", query), ("key", key), ("scores", scores)):
        equal(seen[name], values)
    return softmax(scores)


def check_decoder(model, seen):
    """States, gates and probabilities of a trace's decoder, given its contexts."""
    tokens = model.target_embedding(torch.tensor(ids_of(model, seen)))
    x, s = torch.cat((tokens, torch.tensor(seen["context"])), -1), torch.tensor(states_before(model, seen)[:1], dtype=torch.float32)
    for q in range(len(x)):
        s = model.decoder(x[q : q + 1], s)  # nn.GRUCell
        equal(seen.decoder["h"][q : q + 1], s.numpy())
    for name, values in gates(x.numpy(), states_before(model, seen), model.decoder, "").items():
        equal(seen.decoder[name], values)
    seen_by_readout = np.hstack((seen.decoder["h"], seen["context"], tokens.numpy()))
    d = np.tanh(seen_by_readout @ model.readout.weight.numpy().T + model.readout.bias.numpy())
    equal(seen.probs, softmax(d @ model.target_embedding.weight.numpy().T + model.bias.numpy()))


@pytest.mark.parametrize("text", ["a", TEXT, "jaj?j", "cab" * 20])
@pytest.mark.parametrize("attention", LOOKING)
def test_scores_weights_and_context_are_the_equations_of_the_state_before_each_step(attention, text):
    model = random_pair(attention)
    seen = trace(model, text)
    equal(seen["weights"], check_looks(model, seen))
    equal(seen["context"], seen["weights"].astype(float) @ seen["states"])
    equal(seen["weights"].sum(1), np.ones(len(seen.written)))


def test_without_attention_every_context_is_the_two_last_states():
    model = random_pair("none")
    seen = trace(model, TEXT)
    _, last = model.encoder(model.source_embedding(torch.tensor(seen.ids)))
    equal(seen["context"], np.tile(last.flatten().numpy(), (len(seen.written), 1)))
    assert set(seen) == {"context", "states"}


@pytest.mark.parametrize("text", ["a", "ab", TEXT * 3])
@pytest.mark.parametrize("attention", RECURRENT)
def test_the_encoder_is_a_bidirectional_gru(attention, text):
    model = random_pair(attention)
    seen, x = trace(model, text), model.source_embedding(torch.tensor([SOURCE.index(letter) for letter in text]))
    outputs = model.encoder(x)[0].numpy()
    equal(seen["states"], outputs)
    equal(seen.encoder["h"], outputs)
    left, right = np.vstack((np.zeros(4), outputs[:-1, :4])), np.vstack((outputs[1:, 4:], np.zeros(4)))
    for before, suffix, half in ((left, "_l0", slice(0, 4)), (right, "_l0_reverse", slice(4, 8))):
        for name, values in gates(x.numpy(), before, model.encoder, suffix).items():
            equal(seen.encoder[name][:, half], values)


@pytest.mark.parametrize("attention", RECURRENT)
def test_the_decoder_is_a_gru_cell_over_token_and_context(attention):
    model = random_pair(attention)
    for text in sources(4):
        check_decoder(model, trace(model, text))


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_probabilities_are_those_of_the_forward_pass_that_training_uses(attention):
    model = random_pair(attention)
    for text in sources(4):
        seen = trace(model, text)
        scores = model(torch.tensor(seen.ids)[:, None], torch.tensor(ids_of(model, seen))[:, None])
        equal(seen.probs, scores.softmax(-1)[:, 0].numpy())
        assert seen.written == tuple(TARGET[id] for id in seen.probs.argmax(1))


@pytest.mark.parametrize("text", ["a", TEXT])
def test_the_heads_of_a_transformer_are_those_of_multihead_attention(text):
    model = random_pair("transformer")
    seen = trace(model, text)

    def check(found, layer, module, x, memory, mask=None):
        out, weights = module(x, memory, memory, attn_mask=mask, need_weights=True, average_attn_weights=False)
        query, value, context = (torch.tensor(found[name][layer]) for name in ("query", "value", "context"))
        equal(found["weights"][layer], weights.numpy())
        equal(softmax(found["scores"][layer]), weights.numpy())
        equal(module.out_proj(context.transpose(0, 1).flatten(1)).numpy(), out.numpy())
        allowed = None if mask is None else mask == 0
        expected = nn.functional.scaled_dot_product_attention(query, torch.tensor(found["key"][layer]), value, attn_mask=allowed)
        equal(context.numpy(), expected.numpy())
        return out

    memory = model.embed(model.source_embedding, torch.tensor(seen.ids))
    for k, layer in enumerate(model.encoder):  # nn.TransformerEncoderLayer
        check(seen.encoder, k, layer.self_attn, memory, memory)
        memory = layer(memory)
    x = model.embed(model.target_embedding, torch.tensor(ids_of(model, seen)))
    mask = nn.Transformer.generate_square_subsequent_mask(len(x))
    for k, layer in enumerate(model.decoder):  # nn.TransformerDecoderLayer
        own = check(seen.decoder, k, layer.self_attn, x, x, mask)
        check(seen, k, layer.multihead_attn, layer.norm1(x + own), memory)
        x = layer(x, memory, tgt_mask=mask)
    equal(seen.probs, model.score(x).softmax(-1).numpy())


def test_a_transformer_never_looks_at_what_it_has_not_written_yet():
    seen = trace(random_pair("transformer", end=-1e4), TEXT)
    weights = seen.decoder["weights"]
    assert weights.shape == (2, 2, 30, 30)
    assert (weights[..., np.triu_indices(30, 1)[0], np.triu_indices(30, 1)[1]] == 0).all()
    equal(weights.sum(-1), np.ones((2, 2, 30), np.float32))


def test_places_are_the_sines_and_cosines_of_the_paper():
    model = random_pair("transformer")
    ids = torch.tensor([3, 1, 4, 1, 5] * 10)
    expected = np.empty((50, 8))
    for place, k in product(range(50), range(4)):
        angle = place / 10_000 ** (2 * k / 8)
        expected[place, 2 * k : 2 * k + 2] = np.sin(angle), np.cos(angle)
    equal(model.embed(model.source_embedding, ids).numpy(), model.source_embedding.weight.numpy()[ids] * 8**0.5 + expected, tolerance=1e-4)


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_decoding_with_a_trace_equals_decoding_without_also_in_batches(attention):
    ended = 0
    for end, length in product((0.0, 4.0), (1, 2, 5, 8)):
        model, texts = random_pair(attention, end=end), [(text * length)[:length] for text in sources(9, seed=length)]
        ids = torch.tensor([[SOURCE.index(letter) for letter in text] for text in texts]).T
        columns = model.greedy(ids, model.spec.longest(length)).T.tolist()
        for text, column in zip(texts, columns):
            end = column.index(TARGET.index(END)) + 1 if TARGET.index(END) in column else len(column)
            assert trace(model, text).written == tuple(TARGET[id] for id in column[:end])
            ended += TARGET.index(END) in column
    assert 0 < ended < 72, "some must end by themselves, and some must be stopped"


@pytest.mark.parametrize("attention", LOOKING)
@pytest.mark.parametrize("step", [0, 1, 7])
def test_forcing_the_model_s_own_weights_changes_not_one_bit(attention, step):
    model = random_pair(attention, end=-1e4)
    own = trace(model, TEXT)
    for forced in ({step: own["weights"][step]}, {step: own["weights"][step].tolist()}, dict(enumerate(own["weights"]))):
        again = trace(model, TEXT, forced=forced)
        assert again.written == own.written and again.output == own.output and set(again.forced) == set(forced)
        for mine, theirs in ((again.arrays, own.arrays), (again.encoder, own.encoder), (again.decoder, own.decoder)):
            assert all(np.array_equal(mine[name], theirs[name]) for name in theirs)
        assert np.array_equal(again.probs, own.probs)


@pytest.mark.parametrize("attention", LOOKING)
def test_a_forced_row_is_what_the_decoder_sees_and_goes_on_from(attention):
    model = random_pair(attention, end=-1e4)
    own, row = trace(model, TEXT), np.eye(10)[3] * 0.75 + 0.025
    seen = trace(model, TEXT, forced={5: row})
    np.testing.assert_array_equal(seen["weights"][5], row.astype(np.float32))
    equal(seen["context"], seen["weights"].astype(float) @ seen["states"])
    for name in ("scores", "query"):
        assert np.array_equal(seen[name][:6], own[name][:6])  # what the model would have looked at
    for name in ("weights", "context"):
        assert np.array_equal(seen[name][:5], own[name][:5]) and not np.array_equal(seen[name][5:], own[name][5:])
    assert np.array_equal(seen.probs[:5], own.probs[:5]) and not np.array_equal(seen.probs[5], own.probs[5])
    equal(np.delete(seen["weights"], 5, 0), np.delete(check_looks(model, seen), 5, 0))  # the others are the model's own again
    check_decoder(model, seen)


def enumerated(model, text, longest):
    """Every whole target of at most `longest` tokens, and its mean log probability a token."""
    source = torch.tensor([SOURCE.index(letter) for letter in text])[:, None]
    end, begin = model.target.ids[END], model.target.ids[START]
    others = [id for id in range(len(model.target)) if id != end]
    for length in range(1, longest + 1):
        targets = torch.tensor([(*ids, end) for ids in product(others, repeat=length - 1)]).T
        read = torch.cat((torch.full_like(targets[:1], begin), targets[:-1]))
        logp = model(source.expand(-1, targets.shape[1]), read).log_softmax(-1).gather(-1, targets[..., None])[..., 0]
        yield from zip(targets.T.tolist(), logp.mean(0).tolist())


@pytest.mark.parametrize("attention", RECURRENT)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_beam_as_wide_as_the_tree_finds_the_best_of_all_targets(attention, seed):
    model = random_pair(attention, target=(UNKNOWN, START, END), seed=seed)
    seen = trace(model, "a", beam=2**14)  # two tokens that are no end, at most 12 steps
    best, mean = max(enumerated(model, "a", 12), key=lambda found: found[1])
    assert seen.written == tuple(model.spec.target[id] for id in best)
    assert [node for node in seen.tree if node.best][-1].total / len(best) == pytest.approx(mean, abs=1e-4)
    assert sum(node.fate == "ended" for node in seen.tree) == 2**12 - 1


@pytest.mark.parametrize("attention", RECURRENT)
def test_a_beam_of_one_is_greedy(attention):
    model = random_pair(attention, end=4.0)
    for text in sources(6):
        greedy = trace(model, text)
        decoder = Decoder(model, torch.tensor(greedy["states"]), {})
        tree = beams.search(decoder, 1, model.spec.longest(len(text)))
        assert [TARGET[node.id] for node in tree] == list(greedy.written) == [TARGET[id] for id in beams.best(tree)]
        assert trace(model, text, beam=1).tree == () == greedy.tree


@pytest.mark.parametrize("attention", RECURRENT)
@pytest.mark.parametrize(("end", "whole"), [(-30.0, "stopped"), (6.0, "ended")])
@pytest.mark.parametrize("beam", [2, 3, 5])
def test_a_tree_tells_how_the_search_went(attention, end, whole, beam):
    model, fates = random_pair(attention, end=end), set()
    for text in sources(3):
        seen = trace(model, text, beam=beam)
        for node in seen.tree:
            parent = seen.tree[node.parent] if node.parent >= 0 else None
            assert node.total == pytest.approx((parent.total if parent else 0) + node.logp, abs=1e-6)
            assert node.step == (parent.step + 1 if parent else 0) and (parent is None or parent.fate == "kept")
        check_rounds(seen, beam)
        way = [node for node in seen.tree if node.best]
        assert tuple(TARGET[node.id] for node in way) == seen.written
        equal(np.log(seen.probs[np.arange(len(way)), [node.id for node in way]]), np.array([node.logp for node in way]), tolerance=1e-4)
        fate = "ended" if any(node.fate == "ended" for node in seen.tree) else "stopped"
        mean = {k: node.total / (node.step + 1) for k, node in enumerate(seen.tree) if node.fate == fate}
        assert max(mean, key=mean.get) == seen.tree.index(way[-1])
        fates.add(fate)
    assert whole in fates


def check_rounds(seen, beam):
    """At each step the likeliest are gone on with, as many as the beam is wide without those that have ended."""
    ended = 0
    for step in range(seen.tree[-1].step + 1):
        nodes = sorted((node for node in seen.tree if node.step == step), key=lambda node: -node.total)
        room = min(len(nodes), beam - ended)
        assert all(node.fate != "dropped" for node in nodes[:room]) and all(node.fate == "dropped" for node in nodes[room:])
        assert all((node.fate == "ended") == (TARGET[node.id] == END) for node in nodes[:room])
        ended += sum(node.fate == "ended" for node in nodes)
    assert all(node.fate != "stopped" or node.step == seen.tree[-1].step for node in seen.tree)


@pytest.mark.parametrize("attention", LOOKING)
def test_a_beam_searches_with_the_forced_rows(attention):
    model, row = random_pair(attention), [0.0] * 9 + [1.0]
    seen = trace(model, TEXT, forced={0: row, 1: row}, beam=4)
    np.testing.assert_array_equal(seen["weights"][:2], [row, row])
    way = [node for node in seen.tree if node.best]
    equal(np.log(seen.probs[np.arange(len(way)), [node.id for node in way]]), np.array([node.logp for node in way]), tolerance=1e-4)


def shapes(model, count, steps):
    """Every array of a trace and the shape that it promises."""
    if model.spec.attention != "transformer":
        whole = {"context": (steps, 8), "states": (count, 8)}
        looks = {"scores": (steps, count), "weights": (steps, count), "query": (steps, 8), "key": (count, 8)}
        return (whole if model.spec.attention == "none" else whole | looks), dict.fromkeys("rznh", (count, 8)), dict.fromkeys("rznh", (steps, 8))

    def heads(q, k):
        looking, seen = dict.fromkeys(("query", "context"), (2, 2, q, 4)), dict.fromkeys(("key", "value"), (2, 2, k, 4))
        return looking | seen | dict.fromkeys(("scores", "weights"), (2, 2, q, k))

    return heads(steps, count), heads(count, count), heads(steps, steps)


@pytest.mark.parametrize("attention", ATTENTIONS)
@pytest.mark.parametrize(("text", "limit"), [("", 0), ("a", 12), ("?ü😀", 16), (TEXT * 20, 64)])
def test_a_source_of_any_length_gives_whole_arrays_and_an_end(attention, text, limit):
    for model in (random_pair(attention, end=-1e4), random_pair(attention, end=1e4)):
        seen = trace(model, text)
        endless = model.bias[TARGET.index(END)] < 0
        assert len(seen.written) == (limit if endless else min(limit, 1)) and (END in seen.written) == (bool(text) and not endless)
        found = tuple({name: array.shape for name, array in arrays.items()} for arrays in (seen, seen.encoder, seen.decoder))
        assert found == shapes(model, len(text), len(seen.written))
        assert seen.probs.shape == (len(seen.written), 13) and seen.output == "".join(token for token in seen.written if token != END)
        assert all(array.dtype == np.float32 and not np.isnan(array).any() for array in (*seen.values(), seen.probs))


@pytest.mark.parametrize("attention", RECURRENT)
def test_an_empty_source_writes_nothing_with_a_beam_too(attention):
    seen = trace(random_pair(attention), "", beam=3)
    assert (seen.tokens, seen.written, seen.output, seen.tree, seen.ids) == ((), (), "", (), [])


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_a_letter_that_the_model_does_not_know_is_read_as_the_unknown(attention):
    model = random_pair(attention)
    seen = trace(model, "aXş😀A")
    assert seen.tokens == tuple("aXş😀A") and seen.ids == [1, 0, 0, 0, 1]  # a capital is read as its small letter
    other = trace(model, f"a{UNKNOWN}~?a")
    assert other.written == seen.written and np.array_equal(other.probs, seen.probs)


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_words_are_read_and_written_as_words(attention):
    model = random_pair(attention, **WORDS, end=-1e4)
    seen = trace(model, "I’m  HERE zzz.")
    assert seen.tokens == ("I’m", "HERE", "zzz", ".") and seen.ids == [1, 2, 0, 3] and len(seen.written) == 18
    assert seen.vocab == model.spec.target and set(seen.written) <= set(seen.vocab)


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_arrays_are_read_only(attention):
    seen = trace(random_pair(attention), "ab")
    for array in (*seen.values(), *seen.encoder.values(), *seen.decoder.values(), seen.probs):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 1


def test_a_trace_is_a_mapping_of_its_arrays():
    seen = gatelab.trace(random_pair("additive"), "ab")
    assert list(seen) == ["scores", "weights", "context", "states", "query", "key"] and len(seen) == 6
    assert "weights" in seen and "value" not in seen and dict(seen).keys() == seen.keys()


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_tracing_leaves_the_model_as_it_was(attention):
    model = random_pair(attention)
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    trace(model, TEXT)
    assert all(torch.equal(weight, before[name]) for name, weight in model.state_dict().items())


@pytest.mark.parametrize(
    ("attention", "options", "error", "said"),
    [
        ("additive", {"given": 7}, TypeError, "random-additive reads a string: got int"),
        ("additive", {"given": None}, TypeError, "got NoneType"),
        ("transformer", {"given": b"ab"}, TypeError, "random-transformer reads a string: got bytes"),
        ("additive", {"forced": {0: [1.0]}}, ValueError, r"2 weights of at least 0 that sum to 1: got \(1,\)"),
        ("additive", {"forced": {0: [[0.5, 0.5]]}}, ValueError, r"2 weights.*got \(1, 2\)"),
        ("multiplicative", {"forced": {3: [1.5, -0.5]}}, ValueError, "2 weights of at least 0"),
        ("multiplicative", {"forced": {0: [0.5, 0.6]}}, ValueError, r"sum to 1: got \(2,\) with sum 1.1"),
        ("multiplicative", {"forced": {0: [float("nan"), 1]}}, ValueError, "sum nan"),
        ("multiplicative", {"forced": {0: [float("inf"), 0]}}, ValueError, "sum inf"),
        ("none", {"forced": {0: [0.5, 0.5]}}, TypeError, "random-none has no attention weights to force"),
        ("additive", {"beam": 0}, ValueError, "beam must be an integer of at least 1: got 0"),
        ("additive", {"beam": True}, ValueError, "got True"),
        ("none", {"beam": "2"}, ValueError, "got '2'"),
        ("additive", {"beam": 2.0}, ValueError, "got 2.0"),
        ("transformer", {"beam": 2}, TypeError, "beam"),
        ("transformer", {"forced": {0: [1, 0]}}, TypeError, "forced"),
    ],
)
def test_an_error_names_the_thing_the_rule_and_what_came(attention, options, error, said):
    with pytest.raises(error, match=said):
        trace(random_pair(attention), **({"given": "ab"} | options))


def hooked(model, on):
    model.get_submodule(on).register_forward_hook(lambda *_: None)
    return model


def replaced(model, on, by):
    """The model, with a part of another class in place of its own."""
    model.get_submodule(on).__class__ = by
    return model


class Doubled(nn.GRU):
    def forward(self, x, state=None):
        return super().forward(2 * x, state)


class Blind(nn.TransformerEncoderLayer):
    def _sa_block(self, x, *masks, **options):
        return 0 * x


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (lambda: hooked(random_pair("additive"), ""), r"the module \(EncoderDecoder\) must have no forward hooks"),
        (lambda: hooked(random_pair("none"), "decoder"), r"decoder \(GRUCell\) must have no forward hooks"),
        (lambda: hooked(random_pair("transformer"), "encoder.1.self_attn"), r"encoder.1.self_attn \(MultiheadAttention\) must have no forward hooks"),
        (lambda: replaced(random_pair("additive"), "encoder", Doubled), r"encoder \(Doubled\) must compute what GRU does"),
        (
            lambda: replaced(random_pair("transformer"), "encoder.0", Blind),
            r"\(Blind\) must compute what TransformerEncoderLayer does.* got a _sa_block of its own",
        ),
        (lambda: random_pair("additive").double(), "must be float32 on the CPU: got torch.float64"),
    ],
)
def test_a_model_that_computes_more_than_its_equations_is_refused(model, said):
    with pytest.raises(ValueError, match=said):
        trace(model(), "ab")


@pytest.mark.filterwarnings("ignore:.*weight_norm.*:FutureWarning")
def test_a_weight_that_a_hook_makes_anew_is_refused_where_a_trace_would_read_an_old_one():
    model = random_pair("additive")
    nn.utils.weight_norm(model.encoder, "weight_hh_l0")
    with pytest.raises(ValueError, match=r"encoder \(GRU\) must have no forward hooks.* got <torch.nn.utils.weight_norm.WeightNorm"):
        trace(model, "ab")


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_in_autocast_no_trace_is_made(attention):
    with torch.autocast("cpu", torch.bfloat16), pytest.raises(ValueError, match="outside torch.autocast"):
        trace(random_pair(attention), "ab")


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_a_wrong_name_lists_the_right_ones(attention):
    seen = trace(random_pair(attention), "ab")
    with pytest.raises(KeyError, match=f"{', '.join(seen)}: got 'f'"):
        seen["f"]
