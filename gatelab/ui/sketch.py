"""Small pictures of real numbers, as SVG that follows the theme: rows of squares, lines, and dots."""

from collections.abc import Sequence

import numpy as np

from gatelab.figures.picture import shades
from gatelab.palette import LINES

WIDE, HIGH = 240, 72
"""Size of a picture in CSS pixels; it grows and shrinks with the room that there is."""
FAINT = 0.02
"""What is nearer to 0 has the color of the page, and needs no square."""


def squares(rows: Sequence[np.ndarray], names: Sequence[str], cell: str, said: str) -> str:
    """One row of squares for each array, in the colors that its values have everywhere.

    Args:
        rows: arrays of one length, (T,), from top to bottom.
        names: what each row is, e.g. "f": it says which scale colors it.
        cell: of which cell, e.g. "lstm"; "" where a name means the same in all.
        said: what one sees, for those who do not.
    """
    wide, high = WIDE / len(rows[0]), HIGH / len(rows)
    gap = 1 if high > 8 else 0
    colors = [[shades(np.asarray(row), name, theme, cell) for theme in LINES] for row, name in zip(rows, names, strict=True)]
    marks = [
        f'<rect x="{t * wide:.1f}" y="{k * high:.1f}" width="{wide - gap:.1f}" height="{high - gap:.1f}" style="fill:{_both(_hex(light), _hex(dark))}"/>'
        for k, themes in enumerate(colors)
        for t, (light, dark) in enumerate(zip(*themes))
        if abs(rows[k][t]) > FAINT
    ]
    return _svg(marks, said)


def lines(series: Sequence[np.ndarray], said: str) -> str:
    """One line for each array of values from 0 to 1, from left to right, in the colors of the models.

    Args:
        series: arrays (T,), each with two values or more; all span the whole width.
        said: what one sees.
    """
    marks = []
    for values, colors in zip(series, zip(*LINES.values())):
        x = np.linspace(3, WIDE - 3, len(values))
        points = " ".join(f"{at:.1f},{4 + (1 - value) * (HIGH - 8):.1f}" for at, value in zip(x, values))
        marks.append(f'<polyline points="{points}" style="fill:none;stroke:{_both(*colors)};stroke-width:2.5"/>')
    return _svg(marks, said)


def dots(rows: Sequence[Sequence[bool]], said: str) -> str:
    """One row of dots for each list, full where a value is true.

    Args:
        rows: lists of Booleans.
        said: what one sees.
    """
    step = min(HIGH / len(rows), 16)
    color = _both(*(of[0] for of in LINES.values()))
    marks = [
        f'<circle cx="{10 + t * step * 1.6:.1f}" cy="{(k + 0.5) * step:.1f}" r="{step / 3:.1f}" style="fill:{color if held else "none"};stroke:{color};stroke-width:1.5"/>'
        for k, row in enumerate(rows)
        for t, held in enumerate(row)
    ]
    return _svg(marks, said)


def _svg(marks, said):
    return f'<svg viewBox="0 0 {WIDE} {HIGH}" width="100%" preserveAspectRatio="none" role="img" aria-label="{said}">{"".join(marks)}</svg>'


def _both(light, dark):
    return f"light-dark({light},{dark})"


def _hex(rgb):
    return f"#{bytes(rgb).hex()}"
