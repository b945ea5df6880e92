"""The equations of cells.py against torch.nn's own cells, and against the published equations."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from gatelab import Recurrent, cells
from tests import equations

D, H, STEPS = 5, 7, 9


@pytest.fixture(params=[True, False], ids=["with biases", "without biases"])
def bias(request):
    torch.manual_seed(0)
    return request.param


def weights(cell):
    return cells.Weights(cell.weight_ih, cell.weight_hh, cell.bias_ih, cell.bias_hh)


def test_rnn_steps_are_those_of_torch(bias):
    for nonlinearity, step in (("tanh", cells.rnn), ("relu", cells.rnn_relu)):
        cell = nn.RNNCell(D, H, bias, nonlinearity)
        h = torch.zeros(H)
        for x in torch.randn(STEPS, D):
            ours, h = step(x, h, weights(cell)), cell(x, h)
            torch.testing.assert_close(ours.h, h, atol=1e-6, rtol=0)


def test_lstm_steps_are_those_of_torch(bias):
    cell = nn.LSTMCell(D, H, bias)
    h = c = torch.zeros(H)
    for x in torch.randn(STEPS, D):
        ours, (h, c) = cells.lstm(x, (h, c), weights(cell)), cell(x, (h, c))
        torch.testing.assert_close((ours.h, ours.c), (h, c), atol=1e-6, rtol=0)


def test_gru_steps_are_those_of_torch(bias):
    cell = nn.GRUCell(D, H, bias)
    h = torch.zeros(H)
    for x in torch.randn(STEPS, D):
        ours, h = cells.gru(x, h, weights(cell)), cell(x, h)
        torch.testing.assert_close(ours.h, h, atol=1e-6, rtol=0)


def test_every_intermediate_follows_the_published_equations():
    """Recomputed in NumPy-like plain arithmetic from the formulas in PyTorch's documentation."""
    torch.manual_seed(1)
    x, h, c = torch.randn(D), torch.randn(H), torch.randn(H)
    lstm = nn.LSTMCell(D, H)
    pre = lstm.weight_ih @ x + lstm.bias_ih + lstm.weight_hh @ h + lstm.bias_hh
    step = cells.lstm(x, (h, c), weights(lstm))
    torch.testing.assert_close(step.i, 1 / (1 + torch.exp(-pre[:H])))
    torch.testing.assert_close(step.f, 1 / (1 + torch.exp(-pre[H : 2 * H])))
    torch.testing.assert_close(step.g, torch.tanh(pre[2 * H : 3 * H]))
    torch.testing.assert_close(step.o, 1 / (1 + torch.exp(-pre[3 * H :])))
    torch.testing.assert_close(step.c, step.f * c + step.i * step.g)
    gru = nn.GRUCell(D, H)
    from_x, from_h = gru.weight_ih @ x + gru.bias_ih, gru.weight_hh @ h + gru.bias_hh
    step = cells.gru(x, h, weights(gru))
    torch.testing.assert_close(step.r, torch.sigmoid(from_x[:H] + from_h[:H]))
    torch.testing.assert_close(step.z, torch.sigmoid(from_x[H : 2 * H] + from_h[H : 2 * H]))
    torch.testing.assert_close(step.n, torch.tanh(from_x[2 * H :] + step.r * from_h[2 * H :]))
    torch.testing.assert_close(step.h, (1 - step.z) * step.n + step.z * h)


def test_all_steps_at_once_are_the_steps_one_by_one():
    torch.manual_seed(2)
    gru = nn.GRUCell(D, H)
    x, h = torch.randn(STEPS, D), torch.randn(STEPS, H)
    at_once = cells.gru(x, h, weights(gru))
    for t in range(STEPS):
        for ours, one in zip(at_once, cells.gru(x[t], h[t], weights(gru))):
            torch.testing.assert_close(ours[t], one)


# The cells that torch.nn does not have


@pytest.mark.parametrize("cell", cells.CELLS)
@pytest.mark.parametrize("leading", [(), (3,), (2, 3)], ids=["one", "batch", "two leading dimensions"])
def test_every_value_of_a_step_is_that_of_the_published_equations(cell, leading):
    """equations.py has them in float64, so do these weights."""
    torch.manual_seed(3)
    layer = Recurrent(cell, D, H).double()
    x, h, c = (torch.randn(*leading, size, dtype=torch.double) for size in (D, H, H))
    has_c = "c" in cells.NAMES[cell]
    ours = cells.CELLS[cell].step(x, (h, c) if has_c else h, cells.weights(layer, "_l0"))
    theirs = equations.step(cell, equations.parameters(layer), x.numpy(), h.numpy(), c.numpy() if has_c else None)
    assert ours._fields == cells.NAMES[cell] == tuple(theirs)
    for name, value in ours._asdict().items():
        np.testing.assert_allclose(value.detach().numpy(), theirs[name], atol=1e-12, rtol=0)


@pytest.mark.parametrize("cell", cells.CELLS)
def test_a_step_without_biases_is_that_with_biases_of_zero(cell):
    torch.manual_seed(4)
    with_biases = cells.weights(Recurrent(cell, D, H), "_l0")
    zeros = torch.zeros_like(with_biases.bias_ih)
    x, h, c = torch.randn(D), torch.randn(H), torch.randn(H)
    state = (h, c) if "c" in cells.NAMES[cell] else h
    one, other = (cells.CELLS[cell].step(x, state, with_biases._replace(bias_ih=bias, bias_hh=bias)) for bias in (None, zeros))
    torch.testing.assert_close(tuple(one), tuple(other), atol=1e-6, rtol=0)


def test_a_peephole_lstm_whose_peepholes_are_zero_is_torch_s_lstm_and_ours_exactly():
    torch.manual_seed(5)
    theirs, zeros = nn.LSTMCell(D, H), [torch.zeros(H)] * 3
    x, h, c = torch.randn(D), torch.randn(H), torch.randn(H)
    step = cells.peephole(x, (h, c), cells.Weights(*weights(theirs)[:4], *zeros))
    torch.testing.assert_close((step.h, step.c), theirs(x, (h, c)), atol=1e-6, rtol=0)
    assert all(map(torch.equal, step, cells.lstm(x, (h, c), weights(theirs))))


def test_the_input_and_forget_gates_of_a_peephole_see_the_old_memory_and_the_output_gate_the_new_one():
    """With every other weight at zero, the gates are the sigmoid of their peephole times the memory."""
    torch.manual_seed(7)
    layer = Recurrent("peephole", D, H)
    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        nn.init.zeros_(getattr(layer, f"{name}_l0"))
    layer.bias_ih_l0.data[2 * H : 3 * H] = 0.7  # the candidate alone has a bias, so the new memory is another
    x, h, c = torch.randn(D), torch.randn(H), torch.randn(H)
    step = cells.peephole(x, (h, c), cells.weights(layer, "_l0"))
    new = torch.sigmoid(layer.weight_cf_l0 * c) * c + torch.sigmoid(layer.weight_ci_l0 * c) * math.tanh(0.7)
    torch.testing.assert_close(step.c, new)
    torch.testing.assert_close(step.o, torch.sigmoid(layer.weight_co_l0 * new))


def test_the_two_forms_of_the_gru_agree_where_the_reset_gate_is_open_and_differ_where_it_is_not():
    torch.manual_seed(6)
    theirs = nn.GRUCell(D, H)
    x, h = torch.randn(D), torch.randn(H)
    assert not torch.allclose(cells.gru_cho(x, h, weights(theirs)).h, theirs(x, h), atol=1e-3)
    theirs.bias_ih.data[:H] = 200.0  # r = 1
    torch.testing.assert_close(cells.gru_cho(x, h, weights(theirs)).h, theirs(x, h), atol=1e-6, rtol=0)
