"""The equations of cells.py against torch.nn's own cells."""

import pytest
import torch
from torch import nn

from gatelab import cells

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
