"""What must be computed step after step, over all steps of a text at once: NumPy, no temporaries, results in their place.

The simple RNN and the GRU are their equations of cells.py in a loop: one matrix-vector product and a dozen operations on
short vectors a step, in less time than PyTorch's fused calls, which keep the gates to themselves. PyTorch's LSTM is
faster than any such loop; its gates follow from its outputs by one product (trace.py), so only c is left to do here.

Shapes: from_x is what the inputs contribute, W_ih x + b_ih, (n, G H), and is used up; h and c are (H,); weight_hh is
(G H, H); bias_hh is (G H,) or 0; out is (n, columns of the cell).
"""

import math

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
    """The GRU in PyTorch's form: fills `out` (n, 4 H) with r, z, n, h.

    NumPy has a fast tanh and no sigmoid, so sigmoid(x) = tanh(x / 2) / 2 + 1 / 2; the halves of x are taken beforehand.
    """
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


def cell_state(keep, c, out):
    """An LSTM's c after each step: `out` (n, H) holds i * g and is filled with keep * the c before + i * g.

    In blocks of about sqrt(n) steps: all blocks advance together from zero, then each gets what came into it.
    """
    n, size = out.shape
    block = math.isqrt(n)
    whole = n - n % block
    left = keep[:whole].reshape(-1, block, size).copy()  # share of what comes into a block that is left after a step
    blocks = out[:whole].reshape(-1, block, size)
    for t in range(1, block):
        blocks[:, t] += left[:, t] * blocks[:, t - 1]
        left[:, t] *= left[:, t - 1]
    for state, share in zip(blocks, left):
        state += share * c
        c = state[-1]
    for state, share in zip(out[whole:], keep[whole:]):
        state += share * c
        c = state
