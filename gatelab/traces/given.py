"""Arrays by name of a network of any kind, brought into a trace: nothing is computed here, and nothing is known of the network but its arrays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from gatelab import palette, roles
from gatelab.naming import meant
from gatelab.palette import Colors
from gatelab.traces.heads import NEAR, labelled
from gatelab.traces.rows import Columns, Rows
from gatelab.traces.states import numbers

NEARLY = 1e-6
"""How far a gate may lie outside [0, 1]: rounding."""

TAKEN = ("answers", "labels", "probs", "tokens", "units", "vocab")
"""Names that a file of a trace uses for what is no array of the network."""


@dataclass(frozen=True)
class Given:
    """What stands for the model in a trace of arrays.

    Attributes:
        title: what the network is called.
        cell: a key of `roles.KNOWN` whose names the arrays have, or "" where the names are free.
        labels: what the columns of the answers stand for; () without answers.
        colors: name -> `palette.Colors`.
    """

    title: str
    cell: str
    labels: tuple[str, ...]
    colors: Mapping[str, Colors] = field(repr=False)


class Brought(NamedTuple):
    """The parts of a trace of arrays."""

    given: Given
    tokens: tuple[str, ...]
    columns: Columns
    rows: Rows
    units: tuple[str, ...]


def bring(
    tokens: Iterable[str],
    arrays: Mapping[str, ArrayLike],
    cell: str = "",
    units: Iterable[str] | None = None,
    probs: ArrayLike | None = None,
    labels: Iterable[str] | None = None,
    title: str = "arrays",
) -> Brought:
    """The parts of a trace of arrays, see `Trace.of`.

    Raises:
        TypeError, ValueError: as `Trace.of` says.
    """
    words = _tokens(tokens)
    if not isinstance(cell, str) or (cell and cell not in roles.KNOWN):
        raise ValueError(f"cell must be one of {', '.join(roles.KNOWN)}, or left out: got {cell!r}{meant(cell, roles.KNOWN)}")
    made = {name: _array(name, array, len(words)) for name, array in arrays.items()}
    if not made:
        raise ValueError("a trace must have at least one array, such as h=...: got none")
    made = {name: made[name] for name in _ordered(made, cell)}
    if cell:
        _check_gates(made, roles.of(cell))
    width = max(array.shape[1] for array in made.values())
    said = None if probs is None else _probs(_values("probs", probs, len(words)))
    if said is None and labels is not None:
        raise ValueError("labels must be left out where no probs are given")
    called = () if said is None else labelled("labels", labels, said.shape[1]) or tuple(map(str, range(said.shape[1])))
    colors = {name: palette.colors(name, cell) if cell else palette.colors_of(array) for name, array in made.items()}
    columns = Columns(tuple(made), 0, tuple(array.shape[1] for array in made.values()))
    parts = [*made.values(), *([] if said is None else [said])]
    table = np.concatenate(parts, axis=1)
    rows = Rows(table.shape[1], table.dtype, max(1, len(words)))
    rows.reserve(0, len(words))
    rows.table[: len(words)] = table
    return Brought(Given(str(title), cell, called, colors), words, columns, rows, labelled("units", units, width))


def _tokens(tokens):
    words = tuple(tokens)
    for word in words:
        if not isinstance(word, str):
            raise TypeError(f"tokens must be strings: got {type(word).__name__} {word!r}")
    return words


def _array(name, given, count):
    """(T, H) floats."""
    if not isinstance(name, str) or not name:
        raise TypeError(f"the name of an array must be a string: got {name!r}")
    if name in TAKEN or not name.isprintable() or "/" in name or "\\" in name:
        raise ValueError(f"the name of an array must be printable, without slashes, and none of {', '.join(TAKEN)}: got {name!r}")
    return _values(name, given, count)


def _values(name, given, count):
    array = numbers(given)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name!r} must be an array of numbers: got {array.dtype}")
    if array.ndim != 2 or len(array) != count or not array.shape[1]:
        raise ValueError(f"{name!r} must have one row per token, ({count}, H): got {array.shape} for {count} tokens")
    return array if array.dtype == np.float64 else array.astype(np.float32)


def _ordered(names, cell):
    """The names in the order of the cell's equations, or as they came."""
    if not cell:
        return list(names)
    known = roles.of(cell).names
    for name in names:
        if name not in known:
            raise ValueError(f"an array of the cell {cell} must be one of {', '.join(known)}: got {name!r}{meant(name, known)}; without cell= names are free")
    return [name for name in known if name in names]


def _check_gates(arrays, record):
    for name, array in arrays.items():
        if name in record.gates:
            finite = array[np.isfinite(array)]
            if finite.size and (finite.min() < -NEARLY or finite.max() > 1 + NEARLY):
                raise ValueError(f"{name!r}, a gate of the {record.called}, must lie in [0, 1]: got {finite.min():.4g} to {finite.max():.4g}")


def _probs(array):
    finite = array[np.isfinite(array).all(1)]
    if len(finite) and ((finite < 0).any() or (np.abs(finite.sum(1) - 1) > NEAR).any()):
        raise ValueError(f"probs must have rows of at least 0 that sum to 1: got sums {finite.sum(1).min():.4g} to {finite.sum(1).max():.4g}")
    return array
