"""The steps of one layer, each way where it is the fastest: what makes a full trace cost little more than a fused call.

One step is the equations of cells.py. More steps run in the loops of scan.py. A long LSTM takes h of every step from
PyTorch's fused call, which keeps the gates to itself but is the fastest there is; with h known, the gates are one product.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import linear

from gatelab import cells, scan

SHORT = 100
"""Rows of an LSTM up to which the loop of scan.py is the fastest way to all its values."""

BLOCK = 256
"""Rows of a long LSTM whose gates are computed together, so that they stay in the processor's cache."""


def fill(mode, x, w, before, out):
    """Compute the steps of one layer.

    Args:
        mode: "LSTM", "GRU", "RNN_TANH" or "RNN_RELU", as in a PyTorch module.
        x: the inputs, a tensor (n, D), n at least 1.
        w: `cells.Weights`.
        before: NumPy arrays (H,) under "h" and, for an LSTM, "c": the state before the first step.
        out: where the values go, a NumPy array (n, columns of the cell), in the order of `cells.NAMES`.
    """
    (_one_step if len(x) == 1 else _all_steps)(mode, x, w, before, out)


def _one_step(mode, x, w, before, out):
    """The equations as they stand in cells.py, for one row."""
    h = torch.from_numpy(before["h"])
    if mode == "LSTM":
        step = cells.lstm(x[0], (h, torch.from_numpy(before["c"])), w)
    elif mode == "GRU":
        step = cells.gru(x[0], h, w)
    else:
        step = cells.rnn(x[0], h, w, Tensor.relu if mode == "RNN_RELU" else Tensor.tanh)
    torch.cat(step, out=torch.from_numpy(out[0]))


def _all_steps(mode, x, w, before, out):
    """The same for many rows."""
    if mode == "LSTM" and len(x) > SHORT:
        return _long_lstm(x, w, *map(torch.from_numpy, (before["h"], before["c"])), out)
    from_x = linear(x, w.weight_ih, w.bias_ih).numpy()
    parts = from_x, w.weight_hh.detach().numpy(), 0 if w.bias_hh is None else w.bias_hh.detach().numpy(), before["h"]
    if mode == "LSTM":
        scan.lstm(*parts, before["c"], out)
    elif mode == "GRU":
        scan.gru(*parts, out)
    else:
        scan.rnn(*parts, out, relu=mode == "RNN_RELU")


def _long_lstm(x, w, h, c, out):
    """h from PyTorch's fused call; with h of every step known, the gates are one product; and c is a scan."""
    biases, size = [b for b in (w.bias_ih, w.bias_hh) if b is not None], len(h)
    state = h[None, None], c[None, None]
    # input, state, parameters, has_biases, num_layers, dropout, train, bidirectional, batch_first
    hs = torch.lstm(x[:, None], state, [w.weight_ih, w.weight_hh, *biases], bool(biases), 1, 0.0, False, False, False)[0][:, 0]
    out[:, 5 * size :] = hs.numpy()
    read = torch.cat((x, torch.cat((h[None], hs[:-1]))), 1)  # what the gates of each step see, (n, D + H)
    product = _product(torch.cat((w.weight_ih, w.weight_hh), 1), sum(biases) if biases else None, len(x))
    c = c.numpy()
    for at in range(0, len(x), BLOCK):
        rows = out[at : at + BLOCK]
        pre = product(read[at : at + BLOCK])
        pre[:, : 2 * size].sigmoid_()
        pre[:, 2 * size : 3 * size].tanh_()
        pre[:, 3 * size :].sigmoid_()
        i, f, g, _ = np.split(pre.numpy(), 4, axis=1)
        rows[:, : 4 * size] = pre.numpy()
        c = scan.cell_state(f, c, np.multiply(i, g, rows[:, 4 * size : 5 * size]))


def _product(weight, bias, count):
    """A function x -> x weight^T + bias, for `count` rows in all.

    For many rows by oneDNN, which takes half the time of PyTorch's default on some processors; it wants its own layout.
    """
    if count <= BLOCK or weight.dtype != torch.float32 or not torch.backends.mkldnn.is_available():
        return lambda x: linear(x, weight, bias)
    weight, bias = weight.to_mkldnn(), None if bias is None else bias.to_mkldnn()
    return lambda x: linear(x.to_mkldnn(), weight, bias).to_dense()
