"""Where the values of a trace stand: one row a step, and in it the arrays of each layer side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import DTypeLike


class Rows:
    """An append-only table that traces of one growing text share, so that a new row costs the same whatever came before.

    A trace sees the first T rows. The trace that ends at the last row written may append in place; any other copies.
    """

    def __init__(self, width: int, dtype: DTypeLike, capacity: int = 64) -> None:
        self.table = np.empty((capacity, width), dtype)
        self.used = 0
        self.lock = Lock()

    def reserve(self, at: int, count: int) -> "Rows":
        """Rows whose first `at` rows are these, with room for `count` more that nobody else writes: `self` if it has it."""
        end = at + count
        with self.lock:
            if at == self.used and end <= len(self.table):
                self.used = end
                return self
        copy = Rows(self.table.shape[1], self.table.dtype, capacity=max(64, end + end // 4))
        copy.table[:at] = self.table[:at]
        copy.used = end
        return copy

    def __getstate__(self) -> dict[str, np.ndarray]:
        """What is pickled or copied: the rows written so far."""
        return {"table": self.table[: self.used]}

    def __setstate__(self, state: dict[str, np.ndarray]) -> None:
        self.table, self.used, self.lock = state["table"], len(state["table"]), Lock()


@dataclass(frozen=True)
class Columns:
    """Where each array of a layer stands in the rows."""

    names: tuple[str, ...]
    start: int
    widths: tuple[int, ...]  # of each name: H, 2 H where a layer reads in both directions, P for h behind a projection

    def __getitem__(self, name: str) -> slice:
        """The columns of one name."""
        k = self.names.index(name)
        at = self.start + sum(self.widths[:k])
        return slice(at, at + self.widths[k])

    def width(self, name: str) -> int:
        """How many columns one name has."""
        return self.widths[self.names.index(name)]

    @property
    def stop(self) -> int:
        """The first column behind this layer's."""
        return self.start + sum(self.widths)


def stacked(count: int, names: tuple[str, ...], widths: Sequence[int]) -> tuple[Columns, ...]:
    """The `Columns` of so many layers alike, one behind the other."""
    return tuple(Columns(names, k * sum(widths), tuple(widths)) for k in range(count))
