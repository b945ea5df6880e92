"""Small pictures of real numbers as SVG: rows of squares, lines, and dots, in the colors of a theme."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from gatelab.figures.picture import shades
from gatelab.palette import LINES

WIDE, HIGH = 240, 72
"""Size of a picture in CSS pixels."""
FAINT = 0.02
"""What is nearer to 0 has the color of the page, and needs no square."""


def squares(rows: Sequence[np.ndarray], names: Sequence[str], cell: str, theme: str, ranges: Mapping[str, float] = MappingProxyType({})) -> str:
    """One row of squares for each array, in the colors that its values have everywhere.

    Args:
        rows: arrays of one length, (T,), from top to bottom.
        names: what each row is, e.g. "f": it says which scale colors it.
        cell: of which cell, e.g. "lstm"; "" where a name means the same in all.
        theme: "light" or "dark".
        ranges: as of `palette.span`.
    """
    wide, high = WIDE / len(rows[0]), HIGH / len(rows)
    gap = 1 if high > 8 else 0
    marks = [
        f'<rect x="{t * wide:.1f}" y="{k * high:.1f}" width="{wide - gap:.1f}" height="{high - gap:.1f}" fill="#{bytes(color).hex()}"/>'
        for k, (row, name) in enumerate(zip(rows, names, strict=True))
        for t, (value, color) in enumerate(zip(row, shades(np.asarray(row), name, theme, cell, ranges)))
        if abs(value) > FAINT
    ]
    return _svg(marks)


def lines(series: Sequence[np.ndarray], theme: str) -> str:
    """One line for each array of values from 0 to 1, from left to right, in the colors of the models.

    Args:
        series: arrays (T,), each with two values or more; all span the whole width.
        theme: "light" or "dark".
    """
    marks = []
    for values, color in zip(series, LINES[theme]):
        x = np.linspace(3, WIDE - 3, len(values))
        points = " ".join(f"{at:.1f},{4 + (1 - value) * (HIGH - 8):.1f}" for at, value in zip(x, values))
        marks.append(f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2.5"/>')
    return _svg(marks)


def dots(rows: Sequence[Sequence[bool]], theme: str) -> str:
    """One column of dots for each list, full where a value is true.

    Args:
        rows: lists of Booleans.
        theme: "light" or "dark".
    """
    step, color = min(WIDE / len(rows), HIGH / max(map(len, rows)), 24), LINES[theme][0]
    marks = [
        f'<circle cx="{(k + 0.5) * step:.1f}" cy="{(t + 0.5) * step:.1f}" r="{step / 3:.1f}" fill="{color if held else "none"}" stroke="{color}" stroke-width="1.5"/>'
        for k, row in enumerate(rows)
        for t, held in enumerate(row)
    ]
    return _svg(marks)


def _svg(marks):
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" preserveAspectRatio="none">{"".join(marks)}</svg>'
