"""`Recurrent` against torch.nn, against ONNX Runtime, against finite differences, and against the clock."""

import statistics
import time

import numpy as np
import pytest
import torch
from torch import nn

from gatelab import Recurrent, recurrent, trace
from gatelab.cells import CELLS
from tests import onnx_reference

D, H = 5, 7
MODULES = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


@pytest.fixture(params=MODULES)
def known(request):
    """A cell that torch.nn has as well."""
    return request.param


@pytest.fixture(params=["fused", "in a loop"])
def way(request, monkeypatch):
    """PyTorch's fused calls where there are some, or the equations of cells.py for every cell."""
    if request.param == "in a loop":
        monkeypatch.setattr(recurrent, "FUSED", {})


def pair(cell, layers=1):
    """A `Recurrent` and torch's module with the same weights."""
    torch.manual_seed(0)
    ours, theirs = Recurrent(cell, D, H, layers), MODULES[cell](D, H, layers)
    theirs.load_state_dict(ours.state_dict())
    return ours, theirs


def states(cell, *shape, **options):
    """A state that is not zero, in the form that the cell takes."""
    h, c = torch.randn(2, *shape, **options) / 2
    return (h, c) if "c" in CELLS[cell].names else h


def close(ours, theirs, tolerance=1e-5):
    torch.testing.assert_close(ours, theirs, atol=tolerance, rtol=0)


# torch.nn


@pytest.mark.parametrize("layers", [1, 3])
def test_it_begins_with_the_values_of_torch_s_module_for_the_same_seed(known, layers):
    torch.manual_seed(11)
    ours = Recurrent(known, D, H, layers).state_dict()
    torch.manual_seed(11)
    theirs = MODULES[known](D, H, layers).state_dict()
    assert list(ours) == list(theirs)
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


@pytest.mark.parametrize("layers", [1, 2])
def test_a_state_dict_fits_both_ways(known, layers):
    x = torch.randn(9, 3, D)
    ours, theirs = Recurrent(known, D, H, layers), MODULES[known](D, H, layers)
    assert not torch.equal(ours(x)[0], theirs(x)[0])
    ours.load_state_dict(theirs.state_dict())
    close(ours(x)[0], theirs(x)[0])
    other = MODULES[known](D, H, layers)
    other.load_state_dict(ours.state_dict())
    assert torch.equal(other(x)[0], theirs(x)[0])


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("batch", [(), (1,), (4,)], ids=["no batch", "batch of 1", "batch of 4"])
@pytest.mark.parametrize("begun", [False, True], ids=["from zeros", "from a state"])
@pytest.mark.parametrize("steps", [1, 2, 60])
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_every_step_and_the_last_state_are_torch_s(known, layers, steps, begun, batch):
    ours, theirs = pair(known, layers)
    x = torch.randn(steps, *batch, D)
    state = states(known, layers, *batch, H) if begun else None
    close(ours(x, state), theirs(x, state))


@pytest.mark.usefixtures("way")
def test_the_state_of_every_layer_after_every_step_is_torch_s(known):
    """One step at a time, each from the state that the last one left."""
    ours, theirs = pair(known, 2)
    mine = other = None
    for x in torch.randn(20, 1, 3, D):
        (h, mine), (expected, other) = ours(x, mine), theirs(x, other)
        close(h, expected)
        close(mine, other)


# ONNX Runtime


@pytest.mark.parametrize("steps", [1, 2, 40, 300])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
def test_every_state_is_that_of_onnx_runtime(cell, layers, steps):
    torch.manual_seed(0)
    ours, x = Recurrent(cell, D, H, layers), torch.randn(steps, 1, D)
    expected = onnx_reference.states(ours, x.numpy())
    seen = trace(ours, x[:, 0])
    for k in range(layers):
        for name, values in expected[k].items():
            np.testing.assert_allclose(seen.layer(k)[name], values[:, 0], atol=1e-5, rtol=0)
    close(ours(x)[0], torch.tensor(expected[-1]["h"]))
    state = None
    for t in range(steps):
        _, state = ours(x[t : t + 1], state)
        for name, values in zip("hc", state if isinstance(state, tuple) else (state,)):
            for k in range(layers):
                close(values[k], torch.tensor(expected[k][name][t]))


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("cell", CELLS)
def test_a_batch_that_goes_on_from_a_state_is_that_of_onnx_runtime(cell):
    torch.manual_seed(0)
    ours, x, state = Recurrent(cell, D, H, 2), torch.randn(12, 3, D), states(cell, 2, 3, H)
    given = [s.numpy() for s in state] if isinstance(state, tuple) else state.numpy()
    expected = onnx_reference.states(ours, x.numpy(), given)
    h, last = ours(x, state)
    close(h, torch.tensor(expected[-1]["h"]))
    for name, values in zip("hc", last if isinstance(last, tuple) else (last,)):
        close(values, torch.tensor(np.stack([layer[name][-1] for layer in expected])))


# Gradients and training


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("cell", CELLS)
def test_every_gradient_is_that_of_finite_differences(cell):
    """With respect to the input, the state before the first step, and every parameter of both layers."""
    torch.manual_seed(0)
    ours = Recurrent(cell, 2, 3, 2).double()
    x, state = torch.randn(3, 2, 2, dtype=torch.double), states(cell, 2, 2, 3, dtype=torch.double)
    parts = state if isinstance(state, tuple) else (state,)
    names, parameters = zip(*ours.named_parameters())
    assert len(names) == 2 * (4 + len(CELLS[cell].peepholes))

    def run(x, *given):
        state, parameters = given[: len(parts)], dict(zip(names, given[len(parts) :], strict=True))
        h, last = torch.func.functional_call(ours, parameters, (x, state if len(state) > 1 else state[0]))
        return h, *(last if isinstance(last, tuple) else (last,))

    wanted = [given.detach().clone().requires_grad_() for given in (x, *parts, *parameters)]
    assert torch.autograd.gradcheck(run, wanted)
    grads = torch.autograd.grad(sum(out.square().sum() for out in run(*wanted)), wanted)
    assert all(grad.abs().max() > 1e-6 for grad in grads)  # each of them takes part


@pytest.mark.usefixtures("way")
def test_it_trains_like_torch_s_module(known):
    """The same seed and data: the loss of every one of 50 steps."""

    def losses(module):
        torch.manual_seed(5)
        network, head = module(D, 16, 2), nn.Linear(16, 1)
        optimizer = torch.optim.Adam([*network.parameters(), *head.parameters()], lr=1e-2)
        generator, seen = torch.Generator().manual_seed(6), []
        for _ in range(50):
            x = torch.randn(12, 32, D, generator=generator)
            wanted = (x[:, :, :1] + x[:, :, 1:2].roll(2, 0)).sign()  # what stands here, and what stood two steps before
            loss = nn.functional.mse_loss(head(network(x)[0])[2:], wanted[2:])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            seen.append(loss.item())
        return seen

    ours = losses(lambda *sizes: Recurrent(known, *sizes))
    assert ours == pytest.approx(losses(MODULES[known]), rel=1e-4)
    assert ours[-1] < 0.8 * ours[0]


@pytest.mark.parametrize("cell", CELLS)
def test_a_training_step_takes_at_most_four_times_that_of_a_loop_over_lstm_cells(cell):
    """The median of rounds in which both take turns; `benchmarks/cells.py` measures it at length."""
    torch.manual_seed(0)
    ours, loop, x = Recurrent(cell, 16, 32), nn.LSTMCell(16, 32), torch.randn(30, 8, 16)

    def looped(x):
        state, hs = None, []
        for a in x:
            state = loop(a, state)
            hs.append(state[0])
        return torch.stack(hs)

    def seconds(run):
        began = time.perf_counter()
        run(x).square().mean().backward()
        return time.perf_counter() - began

    rounds = [(seconds(lambda x: ours(x)[0]), seconds(looped)) for _ in range(23)]
    assert statistics.median(mine / other for mine, other in rounds[3:]) <= 4


# What it says of itself


@pytest.mark.parametrize("cell", CELLS)
def test_every_parameter_has_the_shape_that_its_rows_say(cell):
    ours, rows = Recurrent(cell, D, H, 2), len(CELLS[cell].rows) * H
    shapes = {name: tuple(p.shape) for name, p in ours.named_parameters()}
    for k, width in ((0, D), (1, H)):
        assert shapes.pop(f"weight_ih_l{k}") == (rows, width) and shapes.pop(f"weight_hh_l{k}") == (rows, H)
        assert shapes.pop(f"bias_ih_l{k}") == shapes.pop(f"bias_hh_l{k}") == (rows,)
    peepholes = {f"weight_c{gate}_l{k}" for gate in "ifo" for k in (0, 1)} if cell == "peephole" else set()
    assert shapes == dict.fromkeys(peepholes, (H,))
    assert all(p.abs().max() <= H**-0.5 and p.std() > 0.1 * H**-0.5 for p in ours.parameters())
    assert str(ours) == f"Recurrent('{cell}', 5, 7, num_layers=2)"


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        (("elman", 5, 7), "cell must be one of rnn, lstm, peephole, coupled, gru, gru-cho, mgu: got 'elman'"),
        (("lstm", 0, 7), "input_size must be a positive integer: got 0"),
        (("lstm", 5, 7.0), "hidden_size must be a positive integer: got 7.0"),
        (("gru", 5, -7), "hidden_size must be a positive integer: got -7"),
        (("gru", 5, 7, True), "num_layers must be a positive integer: got True"),
    ],
)
def test_a_wrong_module_is_refused_by_name(sizes, said):
    with pytest.raises(ValueError) as error:
        Recurrent(*sizes)
    assert str(error.value) == said


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("shape", [(5,), (9, 4), (9, 3, 6), (2, 9, 3, 5), (0, 5), (0, 3, 5)])
def test_an_input_of_another_shape_is_refused(cell, shape):
    with pytest.raises(ValueError) as error:
        Recurrent(cell, D, H)(torch.zeros(shape))
    assert str(error.value) == f"input must have shape (T, B, 5) or (T, 5), T at least 1: got {shape}"


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(
    ("given", "error", "got"),
    [
        (lambda: nn.utils.rnn.pack_sequence([torch.zeros(9, D)]), TypeError, "a tensor (T, B, 5) or (T, 5): got PackedSequence"),
        (lambda: np.zeros((9, D), np.float32), TypeError, "a tensor (T, B, 5) or (T, 5): got ndarray"),
        (lambda: torch.zeros(9, D).double(), ValueError, "torch.float32, like the weights: got torch.float64"),
    ],
)
def test_an_input_of_another_kind_or_dtype_is_refused_by_name(cell, given, error, got):
    with pytest.raises(error) as raised:
        Recurrent(cell, D, H)(given())
    assert str(raised.value) == f"input must be {got}"
    with torch.autocast("cpu", torch.bfloat16):  # which casts by itself
        Recurrent(cell, D, H)(torch.zeros(9, D, dtype=torch.bfloat16))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("shape", [(2, 1, 7), (1, 3, 7), (3, 3, 7), (2, 3, 6), (2, 7), (3, 7), (7,)])
def test_a_state_of_another_shape_is_refused_before_it_reaches_the_fused_calls(cell, shape):
    """They trust it, and read and write where they should not."""
    s = torch.zeros(shape)
    has_c = "c" in CELLS[cell].names
    with pytest.raises(ValueError) as error:
        Recurrent(cell, D, H, 2)(torch.zeros(9, 3, D), (s, s) if has_c else s)
    wanted, got = ("h and c, each", f"{shape}, {shape}") if has_c else ("h", shape)
    assert str(error.value) == f"state must be {wanted} of shape (2, 3, 7): got {got}"


@pytest.mark.parametrize("cell", CELLS)
def test_a_state_in_the_form_of_another_cell_is_refused(cell):
    h, has_c = torch.zeros(2, 3, H), "c" in CELLS[cell].names
    with pytest.raises(ValueError, match=r"h and c, each of shape \(2, 3, 7\): got \(2, 3, 7\)$" if has_c else "state must be h of .* got tuple$"):
        Recurrent(cell, D, H, 2)(torch.zeros(9, 3, D), h if has_c else (h, h))
    with pytest.raises(ValueError, match=r"of shape \(2, 7\): got \(2, 3, 7\)"):
        Recurrent(cell, D, H, 2)(torch.zeros(9, D), (h, h) if has_c else h)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        (torch.zeros(3, 2, D), ValueError, r"one sequence: say which with index=0 to index=1; got an input of 3 steps and 2 sequences"),
        (torch.zeros(3, 4), ValueError, r"\(T, 5\).*got \(3, 4\)"),
        (torch.zeros(D), ValueError, r"got \(5,\)"),
        (torch.zeros(3, D, dtype=torch.double), ValueError, "input must be torch.float32, like the weights: got torch.float64"),
        ("text", TypeError, r"a plain Recurrent reads numbers \(T, 5\): got str"),
        (np.zeros((3, D), object), TypeError, "got ndarray"),
        (np.zeros((3, D), bool), TypeError, "got ndarray of bool"),
    ],
)
def test_a_trace_refuses_another_input_by_name(cell, given, error, said):
    with pytest.raises(error, match=said):
        trace(Recurrent(cell, D, H), given)
    with pytest.raises(error, match=said):
        trace(Recurrent(cell, D, H), torch.zeros(2, D)).extend(given)
