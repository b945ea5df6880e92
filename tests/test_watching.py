"""`gatelab.watch` traces the recurrent modules of any model while its own code runs, and changes nothing."""

import copy

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from gatelab import Recurrent, figures, watch
from tests.own import CELLS, MODULES, D, H, equal, module, numbers

pytestmark = pytest.mark.filterwarnings("error:gatelab.watch")


class Tagger(nn.Module):
    """What people build: an embedding, a bidirectional encoder with packed sentences, a decoder that begins where it ended, a cell in a loop."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(20, D)
        self.encoder = nn.ModuleDict({"lstm": nn.LSTM(D, H, 2, bidirectional=True, dropout=0.5)})
        self.decoder = nn.GRU(2 * H, H, batch_first=True)
        self.loop = nn.LSTMCell(H, H)
        self.peephole = Recurrent("peephole", H, H)

    def forward(self, ids, lengths):
        packed = pack_padded_sequence(self.embedding(ids), lengths, enforce_sorted=False)
        out, (h, _) = self.encoder["lstm"](packed)
        padded = pad_packed_sequence(out)[0]
        decoded, _ = self.decoder(padded.transpose(0, 1), hx=h[-1:])
        state, looped = None, []
        for step in decoded.transpose(0, 1):
            state = self.loop(step, state)
            looped.append(state[0])
        read, _ = self.peephole(torch.stack(looped))
        return padded, decoded, torch.stack(looped), read


def tagger():
    torch.manual_seed(0)
    return Tagger().eval()


IDS, LENGTHS = torch.randint(0, 20, (6, 3), generator=torch.Generator().manual_seed(0)), [4, 6, 3]


@pytest.mark.parametrize("index", [0, 1, 2])
def test_every_module_inside_is_traced_by_name_as_pytorch_computes_it(index):
    model = tagger()
    with watch(model, index=index) as seen:
        padded, decoded, looped, read = model(IDS, LENGTHS)
    assert list(seen) == ["encoder.lstm", "decoder", "loop", "peephole"] and all(len(traces) == 1 for traces in seen.values())
    length = LENGTHS[index]
    assert len(seen["encoder.lstm"][0]) == length
    equal(seen["encoder.lstm"][0]["h"], padded[:length, index])
    equal(seen["decoder"][0]["h"], decoded[index])
    equal(seen["loop"][0]["h"], looped[:, index])  # six calls of the cell that go on from each other are one trace of six steps
    equal(seen["peephole"][0]["h"], read[:, index])


def test_the_model_computes_what_it_would_without_bit_for_bit_and_keeps_nothing():
    model, other = tagger(), tagger()
    with watch(model) as seen:
        ours = model(IDS, LENGTHS)
        sum(each.sum() for each in ours).backward()
    theirs = other(IDS, LENGTHS)
    sum(each.sum() for each in theirs).backward()
    for one, two in zip(ours, theirs):
        assert torch.equal(one, two)
    for (name, one), two in zip(model.named_parameters(), other.parameters()):
        assert torch.equal(one.grad, two.grad), name
    assert not any(part._forward_hooks or part._forward_pre_hooks for part in model.modules())
    model(IDS, LENGTHS)
    assert len(seen["decoder"]) == 1


def test_random_numbers_are_left_alone():
    model = nn.Sequential(nn.GRU(D, H))
    torch.manual_seed(5)
    with watch(model):
        model(numbers(3, 2, D))
    here = torch.rand(3)
    torch.manual_seed(5)
    assert torch.equal(here, torch.rand(3))


def test_each_call_is_one_trace_and_an_error_leaves_no_hook():
    model = tagger()
    with pytest.raises(RuntimeError, match="of mine"), watch(model) as seen:
        model(IDS, LENGTHS)
        model(IDS[:3], [3, 2, 1])
        raise RuntimeError("of mine")
    assert [len(each) for each in seen["encoder.lstm"]] == [4, 3] and [len(each) for each in seen["loop"]] == [6, 3]
    assert not any(part._forward_hooks for part in model.modules())


@pytest.mark.parametrize("cell", MODULES)
def test_a_module_by_itself_has_the_empty_name_and_may_be_called_without_a_batch(cell):
    made, x = module(cell, 2), numbers(9, D)
    with watch(made) as seen:
        h, last = made(x)
        made(x, last)
    equal(seen[""][0]["h"], h)
    equal(seen[""][1]["h"], made(x, last)[0])


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_that_begins_anew_begins_a_new_trace(cell):
    torch.manual_seed(0)
    made, x = CELLS[cell](D, H), numbers(4, 2, D)
    with watch(made, index=1) as seen, torch.no_grad():
        for _ in range(2):
            state = None
            for step in x:
                state = made(step, state)
        made(x[0], tuple(each + 1 for each in state) if cell == "lstm" else state + 1)
    assert [len(each) for each in seen[""]] == [4, 4, 1]
    np.testing.assert_array_equal(seen[""][0]["h"], seen[""][1]["h"])


class Normed(nn.LSTM):
    def forward(self, x, hx=None):
        return super().forward(nn.functional.layer_norm(x, (D,)), hx)


class Passing(nn.LSTM):
    def forward(self, input, hx=None):
        return super().forward(input, hx)


def hooked(how):
    made = nn.LSTM(D, H)
    how(made)
    return made


@pytest.mark.filterwarnings("ignore:gatelab.watch")
@pytest.mark.parametrize(
    ("part", "said"),
    [
        (lambda: Normed(D, H), "differs from what the module gave, by up to .*: it computes something else than its equations"),
        (lambda: hooked(lambda made: made.register_forward_hook(lambda part, args, out: (out[0] * 2, out[1]))), "h differs from what the module gave"),
        (lambda: nn.LSTM(D, H, 2, dropout=0.5).train(), r"dropout between its layers, which no trace follows: call the model's eval\(\) first"),
    ],
    ids=["a forward of its own", "a hook that changes what comes out", "dropout"],
)
def test_what_a_trace_would_show_otherwise_is_told_and_left_out(part, said):
    model = nn.ModuleDict({"rnn": part()})
    with watch(model) as seen, pytest.warns(UserWarning, match=said):
        model["rnn"](numbers(6, 2, D))
    assert len(seen.left_out["rnn"]) == 1 and "left out" in repr(seen)
    with pytest.raises(LookupError, match=f"rnn was called and has no trace: .*{said}"):
        seen["rnn"]


def test_what_changes_nothing_does_not_keep_a_module_from_being_watched():
    for part in (Passing(D, H), hooked(lambda made: made.register_forward_hook(lambda *_: None))):
        with watch(part) as seen:
            part(numbers(6, 2, D))
        assert len(seen[""]) == 1
    doubled = hooked(lambda made: made.register_forward_pre_hook(lambda part, args: (2 * args[0],)))
    with watch(doubled) as seen:  # what comes in is what the module reads
        h, _ = doubled(numbers(6, 2, D))
    equal(seen[""][0]["h"], h[:, 0])


def test_a_batch_that_has_no_such_sequence_is_told():
    made = nn.GRU(D, H)
    with watch(made, index=5) as seen, pytest.warns(UserWarning, match="index must be in 0 to 1 for a batch of 2: got 5"):
        made(numbers(6, 2, D))
    assert seen.left_out[""]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_every_precision_is_watched(dtype):
    model = nn.ModuleList([nn.LSTM(D, H, 2), nn.GRUCell(D, H)]).to(dtype)
    with watch(model) as seen:
        model[0](numbers(6, 2, D).to(dtype))
        state = model[1](numbers(2, D).to(dtype))
        model[1](numbers(2, D).to(dtype), state)
    assert len(seen["0"]) == 1 and sum(map(len, seen["1"])) == 2


def test_in_autocast_the_trace_is_that_of_the_weights():
    model = nn.ModuleList([nn.Linear(D, D), nn.LSTM(D, H)])
    with watch(model) as seen, torch.autocast("cpu", torch.bfloat16):
        h, _ = model[1](model[0](numbers(6, 2, D)))
    assert seen["1"][0]["h"].dtype == np.float32
    equal(seen["1"][0]["h"], h[:, 0], 2e-2)


def test_training_goes_on_while_it_is_watched():
    model = tagger()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with watch(model) as seen:
        for _ in range(3):
            optimizer.zero_grad()
            sum(each.sum() for each in model(IDS, LENGTHS)).backward()
            optimizer.step()
    assert all(len(traces) == 3 for traces in seen.values())
    with pytest.raises(RuntimeError, match="was written to or replaced"):
        seen["decoder"][0].extend(numbers(1, 2 * H))


def test_a_trace_that_was_seen_is_a_trace_like_any_other():
    model = tagger()
    with watch(model) as seen:
        model(IDS, LENGTHS)
    words = seen["decoder"][0].labelled(list("abcdef"))
    assert copy.deepcopy(words).tokens == tuple("abcdef") and figures.heatmap(words, "z").data[0].z.shape == (H, 6)
    longer = words.extend(numbers(2, 2 * H), tokens=["g", "h"])
    assert longer.tokens[-1] == "h" and len(longer) == 8


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("model", "error", "said"),
    [
        (lambda: nn.Linear(2, 2), ValueError, "must have an nn.RNN.* inside: got Linear"),
        (lambda: "prose-lstm", TypeError, "model must be an nn.Module: got str"),
        (
            lambda: torch.compile(tagger(), backend="eager"),
            ValueError,
            "the model is compiled, so it is not called as a module of PyTorch's: watch and call the model",
        ),
        (lambda: nn.Sequential(torch.jit.script(nn.LSTM(D, H))), ValueError, "0 is scripted, so .*, or give this part alone to gatelab.trace"),
    ],
)
def test_what_cannot_be_watched_is_refused_with_what_to_do(model, error, said):
    with pytest.raises(error, match=said):
        watch(model())


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_scripted_or_compiled_part_without_recurrence_is_no_hindrance():
    model = nn.Sequential(torch.jit.script(nn.Linear(D, D)), torch.compile(nn.Linear(D, D), backend="eager"), nn.GRU(D, H))
    with watch(model) as seen, torch.no_grad():
        model(numbers(4, 2, D))
    assert list(seen) == ["2"] and len(seen["2"][0]) == 4


def test_a_module_compiled_in_place_is_refused():
    model = nn.Sequential(nn.LSTM(D, H))
    model.compile(backend="eager")
    with pytest.raises(ValueError, match="is compiled"):
        watch(model)


def test_a_mistyped_name_is_answered_with_the_nearest():
    with pytest.raises(KeyError, match="got 'encoder.lst'; did you mean 'encoder.lstm'"):
        watch(tagger())["encoder.lst"]
