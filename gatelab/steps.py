"""The steps of one layer, each way where it is the fastest: what makes a full trace cost little more than a fused call.

One step is the equations of cells.py. More steps run in the loops of scan.py. A long LSTM takes h of every step from
PyTorch's fused call, which keeps the gates to itself but is the fastest there is; with h known, the gates are one product.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import linear

from gatelab import cells, roles, scan
from gatelab.holds import Hold, Holding

SHORT = 100
"""Rows of an LSTM up to which the loop of scan.py is the fastest way to all its values."""

BLOCK = 256
"""Rows of a long LSTM whose gates are computed together, so that they stay in the processor's cache."""


def fill(cell: str, x: Tensor, w: cells.Weights, before: Mapping[str, np.ndarray], out: np.ndarray) -> None:
    """Compute the steps of one layer.

    Args:
        cell: a key of `roles.KNOWN`.
        x: the inputs, a tensor (n, D), n at least 1.
        w: `cells.Weights`.
        before: NumPy arrays (H,) under "h" and, for a cell that has one, "c": the state before the first step; h of an LSTM with a
            projection is (P,).
        out: where the values go, a NumPy array (n, columns of the cell), in the order of `cells.NAMES`.
    """
    if len(x) == 1:
        _one_step(cell, x, w, before, out)
    elif cell == "lstm" and (len(x) > SHORT or w.weight_hr is not None):
        _long_lstm(x, w, torch.from_numpy(before["h"]), torch.from_numpy(before["c"]), out)
    else:
        arrays: dict[str, Any] = {name: None if (p := getattr(w, name)) is None else p.detach().numpy() for name in scan.Arrays._fields}
        scan.SCANS[cell](cells.from_input(x, w).numpy(), scan.Arrays(**arrays), before, out)


def fill_held(cell: str, x: Tensor, w: cells.Weights, before: Mapping[str, np.ndarray], out: np.ndarray, held: Iterable[Hold], numbers: Sequence[int]) -> None:
    """Compute the steps of one layer with holds; where none acts, as `fill` does.

    Args:
        cell, x, w, before, out: as of `fill`.
        held: holds of this layer, under names without a place.
        numbers: the number of each of the n steps, by which a hold knows its own.
    """
    held = tuple(held)
    if not held:
        return fill(cell, x, w, before, out)
    runs = groupby(range(len(x)), lambda row: any(hold.at(numbers[row]) for hold in held))
    for acts, run in ((acts, list(run)) for acts, run in runs):
        rows = slice(run[0], run[-1] + 1)
        if acts:
            _held_steps(cell, x[rows], w, before, out[rows], held, numbers[rows])
        else:
            fill(cell, x[rows], w, before, out[rows])
        last = parts(cell, out[run[-1]], len(before["h"]))
        before = {name: last[name] for name in before}


def parts(cell: str, row: np.ndarray, width: int) -> dict[str, np.ndarray]:
    """The values of one row by name; h, the last of every cell, has `width` of them."""
    names = roles.of(cell).names
    size = (len(row) - width) // max(1, len(names) - 1)
    return dict(zip(names, np.split(row, range(size, size * len(names), size) if size else [])))


def _held_steps(cell, x, w, before, out, held, numbers):
    """The equations of cells.py, step by step."""
    state, names = [torch.from_numpy(array) for array in before.values()], tuple(before)
    from_x, w = cells.from_input(x, w), w._replace(weight_ih=None)
    for a, row, number in zip(from_x, out, numbers):
        done = cells.STEPS[cell](a, state if len(state) > 1 else state[0], w, Holding(held, number))
        torch.cat(done, out=torch.from_numpy(row))
        state = [getattr(done, name) for name in names]


def _one_step(cell, x, w, before, out):
    """The equations as they stand in cells.py, for one row."""
    state = [torch.from_numpy(array) for array in before.values()]
    torch.cat(cells.STEPS[cell](x[0], state if len(state) > 1 else state[0], w), out=torch.from_numpy(out[0]))


def _long_lstm(x, w, h, c, out):
    """h from PyTorch's fused call; with h of every step known, the gates are one product; and c is a scan."""
    biases, size = [b for b in (w.bias_ih, w.bias_hh) if b is not None], len(c)
    state, projection = (h[None, None], c[None, None]), [] if w.weight_hr is None else [w.weight_hr]
    # input, state, parameters, has_biases, num_layers, dropout, train, bidirectional, batch_first
    hs = torch.lstm(x[:, None], state, [w.weight_ih, w.weight_hh, *biases, *projection], bool(biases), 1, 0.0, False, False, False)[0][:, 0]
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
