"""The colors of every picture, defined once: Plotly figures, exported pictures and the live stage all read them here.

Gates are sequential on [0, 1], candidates and states diverging around 0. Lightness changes steadily along each scale, and
the diverging one runs from blue to orange, so both hold for color-blind eyes (Okabe and Ito 2008). Zero recedes into the
page, so there is a scale for each theme.
"""

from collections.abc import Mapping
from math import floor, log10
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from gatelab.roles import ROLES, of

SCALES = {
    "light": {
        "sequential": ("#f5f2ea", "#cfe2da", "#93c5bd", "#4f9fa3", "#237487", "#12506c", "#0b2c49"),
        "diverging": ("#123a7c", "#3a6fbe", "#8fb4e3", "#f5f2ea", "#f0b37a", "#cf6f21", "#7d3706"),
    },
    "dark": {
        "sequential": ("#171c26", "#14363f", "#16565f", "#1f7d7f", "#49a894", "#94d2a8", "#ecf7c9"),
        "diverging": ("#b5d6ff", "#5b97e0", "#2a5390", "#171c26", "#82481a", "#d98434", "#ffd9a8"),
    },
}
"""Evenly spaced stops, from the lower end of a range to the upper."""

INK = {
    "light": {"kept": "#237487", "added": "#cf6f21", "out": "#1b2430", "back": "#7a4fa3"},
    "dark": {"kept": "#49a894", "added": "#d98434", "out": "#e9edf3", "back": "#b79ae0"},
}
"""The marks of the cell-state flow: what was kept, what was added, what came out; and of what flows back, the gradient."""

LINES = {
    "light": ("#237487", "#cf6f21", "#5b6472", "#7a4fa3", "#a3324f"),
    "dark": ("#49a894", "#d98434", "#aab3c0", "#b79ae0", "#f08ca6"),
}
"""One color a model, where several are drawn as lines; each has a sign of its own as well."""

GATES = frozenset(name for record in ROLES.values() for name in record.gates)
"""Names of gates, whose values lie in [0, 1]."""

SHARES = GATES | {"weights"}
"""Names whose values lie in [0, 1], attention weights among them; every other lies around 0."""

LIMIT = 4.0
"""The value at which the color of a name saturates that is not bounded by 1, in a model of which no range was measured (numbers are always shown as they are)."""

NOTHING: Mapping[str, float] = MappingProxyType({})

MISSING = {"light": "#d4149b", "dark": "#ff5fc4"}
"""The color of an entry that is NaN or infinite; it stands on no scale."""


def limits(cell: str = "") -> dict[str, float]:
    """The names of a cell, of any cell where none is given, that are not bounded by 1: name -> the value at which their color saturates."""
    return {name: LIMIT for record in ([of(cell)] if cell else ROLES.values()) for name in record.states if name != "h" or record.rectified}


LIMITS = limits()
"""The same of all cells: their memories apart from the hidden state."""


def span(name: str, cell: str = "", ranges: Mapping[str, float] = NOTHING) -> tuple[float, float]:
    """The pinned range of a name's color: (0, 1) for a gate or a weight, symmetric for a candidate or a state of the cell.

    Args:
        ranges: what was measured of the model, `Reader.ranges`: name -> the value at which the color of a state saturates.
    """
    limit = ranges.get(name, limits(cell).get(name, 1.0))
    return (0.0, 1.0) if scale(name, cell) == "sequential" else (-limit, limit)


def saturates(name: str, cell: str = "", ranges: Mapping[str, float] = NOTHING) -> bool:
    """Whether a value of the name can lie outside its pinned range; its color is then that of the nearer end."""
    return name in ranges or name in limits(cell)


def scale(name: str, cell: str = "") -> str:
    """Which scale a name of the cell is drawn in: "sequential" or "diverging"."""
    return "sequential" if name in (of(cell).gates if cell else SHARES) else "diverging"


class Colors(NamedTuple):
    """How the values of one name are colored: in every picture alike, after every keystroke alike."""

    scale: str  # "sequential" or "diverging"
    low: float  # the value of the scale's first color
    high: float  # that of its last
    saturates: bool  # whether a value can lie outside; its color is then that of the nearer end


def colors(name: str, cell: str = "", ranges: Mapping[str, float] = NOTHING) -> Colors:
    """The `Colors` of a name of a cell, see `scale`, `span` and `saturates`."""
    return Colors(scale(name, cell), *span(name, cell, ranges), saturates(name, cell, ranges))


def colors_of(values: np.ndarray) -> Colors:
    """The `Colors` of values of which nothing is known but themselves.

    Sequential from 0 to 1 where all lie there, as a gate's do; else diverging around 0, as far as the largest goes, up or down, rounded up
    to 1, 2 or 5 times a power of ten. Values that are not finite have no say.
    """
    finite = values[np.isfinite(values)]
    if finite.size and finite.min() >= 0 and finite.max() <= 1:
        return Colors("sequential", 0.0, 1.0, False)
    largest = float(np.abs(finite).max(initial=0)) or 1.0
    ten = floor(log10(largest))
    limit = next((step * 10.0**ten for step in (1, 2, 5) if largest <= step * 10.0**ten), 10.0 ** (ten + 1))
    return Colors("diverging", -limit, limit, False)
