"""The two curves that gates and candidates are made with, drawn from the functions themselves, as SVG: light enough for a lesson."""

from collections.abc import Callable
from math import exp, tanh

from gatelab.languages import tr
from gatelab.palette import INK, LINES

WIDE, HIGH = 420, 230
LEFT, RIGHT, TOP, BOTTOM = 34, 14, 14, 40
"""Room around the curves, in pixels, for the numbers of the axes."""
REACH = 5.0
"""The curves go from minus this sum to plus this."""
POINTS = 81


def sigmoid(a: float) -> float:
    """1 / (1 + e^-a), in (0, 1)."""
    return 1 / (1 + exp(-a))


CURVES: tuple[tuple[str, Callable[[float], float], str], ...] = (("σ", sigmoid, ""), ("tanh", tanh, "7 4"))
"""Each curve's name, its function, and its dashes, for those who do not tell the colors apart."""


def squashing(theme: str = "light") -> str:
    """Sigmoid and tanh over the sums from -5 to 5, as an SVG.

    Args:
        theme: "light" or "dark".
    """
    ink = INK[theme]["out"]
    grid = [
        f'<line x1="{LEFT}" x2="{WIDE - RIGHT}" y1="{_y(level):.1f}" y2="{_y(level):.1f}" stroke="{ink}" stroke-opacity="{0.6 if level == 0 else 0.25}"/>'
        for level in (-1, 0, 1)
    ] + [f'<line x1="{_x(0):.1f}" x2="{_x(0):.1f}" y1="{_y(1):.1f}" y2="{_y(-1):.1f}" stroke="{ink}" stroke-opacity="0.25"/>']
    numbers = [_text(LEFT - 8, _y(level), _signed(level), ink, "end") for level in (-1, 0, 1)]
    sums = [_text(_x(a), HIGH - BOTTOM + 14, _signed(a), ink, "middle") for a in (-5, 0, 5)]
    curves = []
    for (name, of, dashes), color in zip(CURVES, LINES[theme]):
        at = [REACH * (2 * k / (POINTS - 1) - 1) for k in range(POINTS)]
        points = " ".join(f"{_x(a):.1f},{_y(of(a)):.1f}" for a in at)
        curves.append(f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="3" stroke-dasharray="{dashes}"/>')
    names = [
        _text(_x(-1.4), _y(0.36), tr("σ: from 0 to 1"), LINES[theme][0], "end"),
        _text(_x(0.15), _y(-0.7), tr("tanh: from −1 to 1"), LINES[theme][1], "start"),
    ]
    axis = _text(_x(0), HIGH - 9, tr("the sum that goes in"), ink, "middle")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" font-family="sans-serif" font-size="14">'
        f"{''.join([*grid, *numbers, *sums, *curves, *names, axis])}</svg>"
    )


def _x(a):
    return LEFT + (WIDE - LEFT - RIGHT) * (a + REACH) / (2 * REACH)


def _y(value):
    return TOP + (HIGH - TOP - BOTTOM) * (1 - value) / 2


def _signed(value):
    return str(value).replace("-", "−")


def _text(x, y, words, color, anchor):
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{color}" text-anchor="{anchor}" dominant-baseline="central">{words}</text>'
