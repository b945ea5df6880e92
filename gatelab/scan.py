"""What must be computed step after step, over all steps of a text at once: NumPy, no temporaries, results in their place.

The equations of cells.py in a loop: one or two matrix-vector products and a dozen operations on short vectors a step. For
the simple RNN and the GRU that takes less time than PyTorch's fused calls, which keep the gates to themselves. PyTorch's
LSTM is faster than any such loop; over a long text its gates follow from its outputs by one product (steps.py), and only c
is left to do here.

NumPy has a fast tanh and no sigmoid, so sigmoid(x) = tanh(x / 2) / 2 + 1 / 2; the halves of x are taken beforehand.

Every loop is called as (from_x, w, before, out): from_x is what the inputs contribute, W_ih x + b_ih, (n, G H), and is used
up; w is `Arrays`, of which a bias may be None; before holds "h" and, where the cell has one, "c",
(H,); out is (n, columns of the cell), in the order of `cells.NAMES`.
"""

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy import add, dot, multiply, subtract, tanh

from gatelab import roles


class Arrays(NamedTuple):
    """What a loop needs of `cells.Weights`, as NumPy arrays."""

    weight_hh: np.ndarray  # (G * H, H)
    bias_hh: np.ndarray | None = None  # (G * H,)
    weight_ci: np.ndarray | None = None  # (H,)
    weight_cf: np.ndarray | None = None  # (H,)
    weight_co: np.ndarray | None = None  # (H,)


def rnn(from_x: np.ndarray, w: Arrays, before: Mapping[str, np.ndarray], out: np.ndarray, relu: bool = False) -> None:
    """The simple RNN: fills `out` (n, H) with h."""
    h = before["h"]
    from_x += _bias(w, len(h))
    pre = np.empty_like(h)
    for a, h_next in zip(from_x, out):
        dot(w.weight_hh, h, pre)
        add(pre, a, pre)
        h = np.maximum(pre, 0, out=h_next) if relu else tanh(pre, h_next)


def gru(from_x: np.ndarray, w: Arrays, before: Mapping[str, np.ndarray], out: np.ndarray) -> None:
    """The GRU in PyTorch's form: fills `out` (n, 4 H) with r, z, n, h."""
    h = before["h"]
    size, half = len(h), h.dtype.type(0.5)
    bias_hh = _bias(w, 3 * size)
    from_x[:, : 2 * size] += bias_hh[: 2 * size]
    from_x[:, : 2 * size] *= half
    bias_n = bias_hh[2 * size :]  # the reset gate acts on this one too
    weight_hh = w.weight_hh * _slope("gru", size, h.dtype)[:, None]
    from_h = np.empty(3 * size, h.dtype)
    pre, inner = from_h[: 2 * size], from_h[2 * size :]
    r, z, n, hs = np.split(out, 4, axis=1)
    for a, b, gates, r, z, n, h_next in zip(from_x[:, : 2 * size], from_x[:, 2 * size :], out[:, : 2 * size], r, z, n, hs):
        dot(weight_hh, h, from_h)
        add(pre, a, pre)
        _sigmoid(pre, half, gates)
        add(inner, bias_n, inner)
        multiply(inner, r, inner)
        add(inner, b, inner)
        tanh(inner, n)
        h = _between(z, h, n, h_next)


def gru_cho(from_x: np.ndarray, w: Arrays, before: Mapping[str, np.ndarray], out: np.ndarray) -> None:
    """The GRU in Cho's form: fills `out` (n, 4 H) with r, z, n, h."""
    h = before["h"]
    size, half = len(h), h.dtype.type(0.5)
    from_x += _bias(w, 3 * size)
    from_x[:, : 2 * size] *= half
    to_gates, to_candidate = w.weight_hh[: 2 * size] * half, np.ascontiguousarray(w.weight_hh[2 * size :])
    pre, shown, inner = np.empty(2 * size, h.dtype), np.empty_like(h), np.empty_like(h)
    r, z, n, hs = np.split(out, 4, axis=1)
    for a, b, gates, r, z, n, h_next in zip(from_x[:, : 2 * size], from_x[:, 2 * size :], out[:, : 2 * size], r, z, n, hs):
        dot(to_gates, h, pre)
        add(pre, a, pre)
        _sigmoid(pre, half, gates)
        multiply(r, h, shown)
        dot(to_candidate, shown, inner)
        add(inner, b, inner)
        tanh(inner, n)
        h = _between(z, h, n, h_next)


def lstm(from_x: np.ndarray, w: Arrays, before: Mapping[str, np.ndarray], out: np.ndarray) -> None:
    """The LSTM: fills `out` (n, 6 H) with i, f, g, o, c, h."""
    h, c = before["h"], before["c"]
    slope = _slope("lstm", len(h), h.dtype)
    offset = 1 - slope
    from_x += _bias(w, len(slope))
    from_x *= slope
    weight_hh = w.weight_hh * slope[:, None]
    pre, new = np.empty_like(slope), np.empty_like(h)
    i, f, g, o, cs, hs = np.split(out, 6, axis=1)
    for a, gates, i, f, g, o, c_next, h_next in zip(from_x, out[:, : len(slope)], i, f, g, o, cs, hs):
        dot(weight_hh, h, pre)
        add(pre, a, pre)
        tanh(pre, pre)
        multiply(pre, slope, pre)
        add(pre, offset, gates)
        c = _updated(f, c, i, g, new, c_next)
        h = _shown(o, c, new, h_next)


def peephole(from_x: np.ndarray, w: Arrays, before: Mapping[str, np.ndarray], out: np.ndarray) -> None:
    """The LSTM with peepholes: fills `out` (n, 6 H) with i, f, g, o, c, h."""
    h, c = before["h"], before["c"]
    size, half = len(h), h.dtype.type(0.5)
    slope = _slope("peephole", size, h.dtype)
    offset = 1 - slope
    from_x += _bias(w, len(slope))
    from_x *= slope
    weight_hh = w.weight_hh * slope[:, None]
    peeps = np.stack((w.weight_ci, w.weight_cf)) * half  # type: ignore[arg-type]  # this cell has them
    weight_co = w.weight_co * half
    pre, new = np.empty_like(slope), np.empty_like(h)
    early, late, seen = pre[: 3 * size], pre[3 * size :], np.empty_like(peeps)
    i, f, g, o, cs, hs = np.split(out, 6, axis=1)
    for a, gates, i, f, g, o, c_next, h_next in zip(from_x, out[:, : 3 * size], i, f, g, o, cs, hs):
        dot(weight_hh, h, pre)
        add(pre, a, pre)
        multiply(peeps, c, seen)
        add(early[: 2 * size], seen.ravel(), early[: 2 * size])
        tanh(early, early)
        multiply(early, slope[: 3 * size], early)
        add(early, offset[: 3 * size], gates)
        c = _updated(f, c, i, g, new, c_next)
        multiply(weight_co, c, new)
        add(late, new, late)
        _sigmoid(late, half, o)
        h = _shown(o, c, new, h_next)


def coupled(from_x: np.ndarray, w: Arrays, before: Mapping[str, np.ndarray], out: np.ndarray) -> None:
    """The LSTM with coupled gates: fills `out` (n, 6 H) with i, f, g, o, c, h."""
    h, c = before["h"], before["c"]
    slope = _slope("coupled", len(h), h.dtype)
    offset = 1 - slope
    from_x += _bias(w, len(slope))
    from_x *= slope
    weight_hh = w.weight_hh * slope[:, None]
    pre, new = np.empty_like(slope), np.empty_like(h)
    i, f, g, o, cs, hs = np.split(out, 6, axis=1)
    for a, gates, i, f, g, o, c_next, h_next in zip(from_x, out[:, len(h) : 4 * len(h)], i, f, g, o, cs, hs):
        dot(weight_hh, h, pre)
        add(pre, a, pre)
        tanh(pre, pre)
        multiply(pre, slope, pre)
        add(pre, offset, gates)
        subtract(1, f, i)
        c = _updated(f, c, i, g, new, c_next)
        h = _shown(o, c, new, h_next)


def mgu(from_x: np.ndarray, w: Arrays, before: Mapping[str, np.ndarray], out: np.ndarray) -> None:
    """The minimal gated unit: fills `out` (n, 3 H) with f, n, h."""
    h = before["h"]
    size, half = len(h), h.dtype.type(0.5)
    from_x += _bias(w, 2 * size)
    from_x[:, :size] *= half
    to_gate, to_candidate = w.weight_hh[:size] * half, np.ascontiguousarray(w.weight_hh[size:])
    pre, shown, inner = np.empty_like(h), np.empty_like(h), np.empty_like(h)
    f, n, hs = np.split(out, 3, axis=1)
    for a, b, f, n, h_next in zip(from_x[:, :size], from_x[:, size:], f, n, hs):
        dot(to_gate, h, pre)
        add(pre, a, pre)
        _sigmoid(pre, half, f)
        multiply(f, h, shown)
        dot(to_candidate, shown, inner)
        add(inner, b, inner)
        tanh(inner, n)
        h = _between(f, n, h, h_next)


SCANS = roles.complete(
    "scan.SCANS",
    {
        "rnn": rnn,
        "rnn-relu": partial(rnn, relu=True),
        "lstm": lstm,
        "peephole": peephole,
        "coupled": coupled,
        "gru": gru,
        "gru-cho": gru_cho,
        "mgu": mgu,
    },
)
"""A cell -> the loop over its steps."""


def cell_state(keep: np.ndarray, c: np.ndarray, out: np.ndarray) -> np.ndarray:
    """An LSTM's c alone: `out` (n, H) holds i * g and is filled with keep * the c before + i * g; returns the last one."""
    kept = np.empty_like(c)
    for state, share in zip(out, keep):
        multiply(share, c, kept)
        c = add(state, kept, state)
    return c


def _bias(w, size):
    return np.broadcast_to(np.zeros(1, w.weight_hh.dtype) if w.bias_hh is None else w.bias_hh, size)


def _slope(cell, size, dtype):
    """For each row of a cell's matrices 1/2 if it is squashed by a sigmoid, 1 if by tanh: (G H,)."""
    record = roles.of(cell)
    return np.repeat(np.array([1 if name == record.candidate else 0.5 for name in record.rows], dtype), size)


def _sigmoid(halved, half, out):
    tanh(halved, halved)
    multiply(halved, half, halved)
    add(halved, half, out)


def _updated(f, c, i, g, new, out):
    """The cell state: f * c + i * g."""
    multiply(f, c, out)
    multiply(i, g, new)
    return add(out, new, out)


def _shown(o, c, new, out):
    """The hidden state: o * tanh(c)."""
    tanh(c, new)
    return multiply(o, new, out)


def _between(share, one, other, out):
    """A mixture of two states: share * one + (1 - share) * other = share * (one - other) + other."""
    subtract(one, other, out)
    multiply(out, share, out)
    return add(out, other, out)
