"""The time axis that every figure shares: positions, labelled by their tokens."""

from typing import Any

from gatelab.languages import tr
from gatelab.palette import INK
from gatelab.traces import Layer, Trace
from gatelab.words import glyph

MANY = 120
"""More steps than this, and the axis shows numbers: letters would run into each other."""


def steps(trace: Trace | Layer) -> dict[str, Any]:
    """The layout of an x axis over the steps of a trace; positions count from 1, as on the screen."""
    axis = {"title": {"text": tr("step")}, "range": [0.5, max(1, len(trace)) + 0.5]}
    if len(trace) > MANY:
        return axis
    return axis | {
        "tickmode": "array",
        "tickvals": list(range(1, len(trace) + 1)),
        "ticktext": [glyph(token) for token in trace.tokens],
        "tickangle": 0,
    }


def bare(theme: str) -> dict[str, Any]:
    """The layout that all figures share: no background of their own, the ink of the theme."""
    return {
        "template": "plotly_dark" if theme == "dark" else "plotly_white",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": INK[theme]["out"], "size": 14},
        "margin": {"l": 60, "r": 20, "t": 50, "b": 50},
    }
