"""A layer that reads in both directions: the first half of its units from the left, the second from the right, as in PyTorch."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from torch import Tensor

from gatelab import cells, holds, roles, steps
from gatelab.holds import Hold


def fill(
    cell: str, x: Tensor, halves: Sequence[cells.Weights], before: Mapping[str, np.ndarray], out: Mapping[str, np.ndarray], held: Iterable[Hold] = ()
) -> None:
    """Compute all steps of one layer, each half of its units by itself.

    Args:
        cell: a key of `roles.KNOWN`.
        x: the inputs, a tensor (T, D).
        halves: the weights of the cell that reads from the left, and of the one that reads from the right.
        before: "h" and, for a cell that has one, "c" -> (2 H,): what each half begins from, at its own end of the text.
        out: where the values go: each of the cell's names -> (T, 2 H).
        held: holds of this layer; their steps count from the left in both halves.
    """
    if not len(x):
        return
    held, names = tuple(held), roles.of(cell).names
    for side, w in enumerate(halves):
        units = {name: _half(out[name].shape[1], side) for name in names}
        rows = np.empty((len(x), sum(map(len, units.values()))), out["h"].dtype)
        begun = {name: np.ascontiguousarray(array[_slice(_half(len(array), side))]) for name, array in before.items()}
        own = [hold for name in names for hold in holds.among((each for each in held if each.name == name), units[name])]
        numbers = range(len(x))[::-1] if side else range(len(x))
        steps.fill_held(cell, x.flip(0) if side else x, w, begun, rows, own, numbers)
        for name, values in zip(names, np.split(rows[::-1] if side else rows, np.cumsum([len(units[name]) for name in names])[:-1], axis=1)):
            out[name][:, _slice(units[name])] = values


def told(width: int) -> str:
    """Which of so many units read in which direction, e.g. "units 0 to 6 from the left, 7 to 13 from the right"."""
    return f"units 0 to {width // 2 - 1} from the left, {width // 2} to {width - 1} from the right"


def _half(width, side):
    return range(side * width // 2, (side + 1) * width // 2)


def _slice(units):
    return slice(units.start, units.stop)
