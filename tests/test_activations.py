"""The drawing of sigmoid and tanh: its curves are the functions."""

import re

import numpy as np
import pytest

from gatelab.figures import squashing
from gatelab.palette import INK, LINES


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_curves_are_sigmoid_and_tanh_between_the_lines_of_minus_one_and_one(theme):
    svg = squashing(theme)
    floor, middle, ceiling = (float(y) for y in re.findall(r'<line x1="34" [^>]* y1="([\d.]+)"', svg))
    curves = [np.array([[float(at) for at in point.split(",")] for point in points.split()]) for points in re.findall(r'points="([^"]+)"', svg)]
    sums = np.linspace(-5, 5, len(curves[0]))
    for curve, expected in zip(curves, (1 / (1 + np.exp(-sums)), np.tanh(sums)), strict=True):
        np.testing.assert_allclose((curve[:, 1] - middle) / (ceiling - middle), expected, atol=1e-3)
        np.testing.assert_allclose(np.diff(curve[:, 0]), curve[1, 0] - curve[0, 0], atol=0.11)
    assert floor > middle > ceiling
    assert INK[theme]["out"] in svg and all(color in svg for color in LINES[theme][:2])
