"""Of a batch in any of PyTorch's forms one sequence is traced, as PyTorch computes it."""

import numpy as np
import pytest
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pack_sequence, pad_packed_sequence

from gatelab import trace
from tests.own import CELLS, MODULES, D, H, equal, forward, module, numbers

each = pytest.mark.parametrize("cell", MODULES)


@each
@pytest.mark.parametrize("batch_first", [False, True])
def test_one_sequence_of_a_batch_is_what_pytorch_computes_for_it(cell, batch_first):
    made, x = module(cell, 2, batch_first=batch_first), numbers(6, 4, D)
    h, _ = forward(made, x)
    count = x.shape[0 if batch_first else 1]
    for index in range(count):
        equal(trace(made, x, index=index)["h"], h[index] if batch_first else h[:, index])


@each
@pytest.mark.parametrize("ways", [1, 2])
@pytest.mark.parametrize("sort", [True, False])
def test_a_packed_sequence_is_read_to_its_own_end(cell, ways, sort):
    made, lengths = module(cell, bidirectional=ways == 2), [6, 4, 2] if sort else [2, 6, 4]
    packed = pack_padded_sequence(numbers(6, 3, D), lengths, enforce_sorted=sort)
    with torch.no_grad():
        h, _ = pad_packed_sequence(made(packed)[0])
    for index, length in enumerate(lengths):
        seen = trace(made, packed, index=index)
        assert len(seen) == length
        equal(seen["h"], h[:length, index])


def test_a_batch_of_one_needs_no_index():
    made = module("lstm", batch_first=True)
    x = numbers(1, 9, D)
    equal(trace(made, x)["h"], forward(made, x)[0][0])
    assert len(trace(made, pack_sequence([x[0]]))) == 9
    longer = trace(made, x).extend(x)
    equal(longer["h"], forward(made, torch.cat((x, x), 1))[0][0])


@pytest.mark.parametrize("form", [np.asarray, lambda x: x.double().numpy(), lambda x: x.tolist(), list, tuple, lambda x: x.numpy()[::-1][::-1]])
def test_numbers_come_as_a_tensor_an_array_or_lists(form):
    made, x = module("gru"), numbers(8, D)
    np.testing.assert_allclose(trace(made, form(x))["h"], trace(made, x)["h"], atol=1e-7)
    np.testing.assert_allclose(trace(made, x).extend(form(x))["h"], trace(made, torch.cat((x, x)))["h"], atol=1e-6)


def test_doubles_stay_doubles():
    made, x = module("gru").double(), numbers(8, D).double()
    equal(trace(made, x.numpy())["h"], forward(made, x)[0], 1e-14)


@pytest.mark.parametrize(
    ("given", "options", "error", "said"),
    [
        (numbers(6, 3, D), {}, ValueError, "say which with index=0 to index=2; got an input of 6 steps and 3 sequences"),
        (numbers(6, 3, D), {"index": 3}, ValueError, "index must be in 0 to 2 for an input of 6 steps and 3 sequences: got 3"),
        (numbers(6, 3, D), {"index": -1}, ValueError, "index must be in 0 to 2"),
        (numbers(6, 3, D), {"index": "a"}, TypeError, "index must be an integer: got str"),
        (numbers(6, D), {"index": 0}, ValueError, r"index must be left out for an input without a batch, \(6, 5\): got 0"),
        (pack_sequence([numbers(3, D)] * 2), {}, ValueError, "index=0 to index=1; got a packed sequence of 2"),
        (torch.zeros(6, dtype=torch.long), {}, ValueError, r"got \(6,\); ids of tokens must go through the model's embedding first"),
        (torch.zeros(6, D, dtype=torch.long), {}, ValueError, "got torch.int64; ids of tokens must go"),
        ([[0] * D], {}, ValueError, "got torch.int64; ids of tokens must go"),
        ([[0.0, 1.0], [0.0]], {}, TypeError, r"a plain GRU reads numbers \(T, 5\): got list"),
        ("hello", {}, TypeError, "got str; text must go through the model's embedding first, and tokens= labels the steps"),
        (numbers(6, D), {"idnex": 0}, TypeError, "got idnex; did you mean 'index'"),
    ],
)
def test_an_input_that_is_not_one_sequence_is_refused_with_what_to_do(given, options, error, said):
    with pytest.raises(error, match=said):
        trace(module("gru"), given, **options)


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_of_pytorch_is_called_once_a_step(cell):
    torch.manual_seed(0)
    made, x = CELLS[cell](D, H), numbers(6, 3, D)
    whole = MODULES[cell](D, H)
    whole.load_state_dict({f"{name}_l0": weight for name, weight in made.state_dict().items()})
    h, _ = forward(whole, x)
    equal(trace(made, x, index=2)["h"], h[:, 2])
    equal(trace(made, x[:4, 0])["h"], h[:4, 0])
    equal(trace(made, x[:4, 0]).extend(x[4:, 0])["h"], h[:, 0])
