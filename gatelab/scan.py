"""What must be computed step after step, over all steps of a text at once: NumPy, no temporaries, results in their place.

The equations of cells.py in a loop: one matrix-vector product and a dozen operations on short vectors a step. For the
simple RNN and the GRU that takes less time than PyTorch's fused calls, which keep the gates to themselves. PyTorch's LSTM
is faster than any such loop; over a long text its gates follow from its outputs by one product (steps.py), and only c is
left to do here.

NumPy has a fast tanh and no sigmoid, so sigmoid(x) = tanh(x / 2) / 2 + 1 / 2; the halves of x are taken beforehand.

Shapes: from_x is what the inputs contribute, W_ih x + b_ih, (n, G H), and is used up; h and c are (H,); weight_hh is
(G H, H); bias_hh is (G H,) or 0; out is (n, columns of the cell).
"""

import numpy as np
from numpy import add, dot, multiply, subtract, tanh


def rnn(from_x, weight_hh, bias_hh, h, out, relu=False):
    """The simple RNN: fills `out` (n, H) with h."""
    from_x += bias_hh
    pre = np.empty_like(h)
    for a, h_next in zip(from_x, out):
        dot(weight_hh, h, pre)
        add(pre, a, pre)
        h = np.maximum(pre, 0, out=h_next) if relu else tanh(pre, h_next)


def gru(from_x, weight_hh, bias_hh, h, out):
    """The GRU in PyTorch's form: fills `out` (n, 4 H) with r, z, n, h."""
    size, half = len(h), h.dtype.type(0.5)
    bias_hh = np.broadcast_to(bias_hh, 3 * size)
    from_x[:, : 2 * size] += bias_hh[: 2 * size]
    from_x[:, : 2 * size] *= half
    bias_n = bias_hh[2 * size :]  # the reset gate acts on this one too
    weight_hh = weight_hh * np.repeat(np.array([0.5, 0.5, 1], h.dtype), size)[:, None]
    from_h = np.empty(3 * size, h.dtype)
    pre, inner = from_h[: 2 * size], from_h[2 * size :]
    r, z, n, hs = np.split(out, 4, axis=1)
    for a, b, gates, r, z, n, h_next in zip(from_x[:, : 2 * size], from_x[:, 2 * size :], out[:, : 2 * size], r, z, n, hs):
        dot(weight_hh, h, from_h)
        add(pre, a, pre)
        tanh(pre, pre)
        multiply(pre, half, pre)
        add(pre, half, gates)
        add(inner, bias_n, inner)
        multiply(inner, r, inner)
        add(inner, b, inner)
        tanh(inner, n)
        subtract(h, n, h_next)  # z * h + (1 - z) * n = z * (h - n) + n
        multiply(h_next, z, h_next)
        h = add(h_next, n, h_next)


def lstm(from_x, weight_hh, bias_hh, h, c, out):
    """The LSTM: fills `out` (n, 6 H) with i, f, g, o, c, h."""
    slope = np.repeat(np.array([0.5, 0.5, 1, 0.5], h.dtype), len(h))  # i, f and o are sigmoids, g is a tanh
    offset = 1 - slope
    from_x += bias_hh
    from_x *= slope
    weight_hh = weight_hh * slope[:, None]
    pre, new = np.empty_like(slope), np.empty_like(h)
    i, f, g, o, cs, hs = np.split(out, 6, axis=1)
    for a, gates, i, f, g, o, c_next, h_next in zip(from_x, out[:, : len(slope)], i, f, g, o, cs, hs):
        dot(weight_hh, h, pre)
        add(pre, a, pre)
        tanh(pre, pre)
        multiply(pre, slope, pre)
        add(pre, offset, gates)
        multiply(f, c, c_next)
        multiply(i, g, new)
        c = add(c_next, new, c_next)
        tanh(c, new)
        h = multiply(o, new, h_next)


def cell_state(keep, c, out):
    """An LSTM's c alone: `out` (n, H) holds i * g and is filled with keep * the c before + i * g; returns the last one."""
    kept = np.empty_like(c)
    for state, share in zip(out, keep):
        multiply(share, c, kept)
        c = add(state, kept, state)
    return c
