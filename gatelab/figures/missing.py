"""Values that are NaN or infinite: every figure says how many there are, and none shows them as a number."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from gatelab.languages import grouped, tr
from gatelab.palette import MISSING


def told(values: np.ndarray) -> str:
    """How many values are not finite, e.g. "3 NaN and 1 infinite of 140 values"; "" where all are."""
    nan, infinite = np.isnan(values).sum(), np.isinf(values).sum()
    counts = {"nan": grouped(nan), "infinite": grouped(infinite), "all": grouped(values.size)}
    if nan and infinite:
        return tr("{nan} NaN and {infinite} infinite of {all} values", **counts)
    return tr("{nan} NaN of {all} values", **counts) if nan else tr("{infinite} infinite of {all} values", **counts) if infinite else ""


def titled(layout: dict[str, Any], text: str, values: np.ndarray, theme: str) -> dict[str, Any]:
    """A layout with a title, and under it how many of the values are not finite, in the color that they are drawn in."""
    more = told(values)
    if not more:
        return layout | {"title": {"text": text}}
    return layout | {
        "title": {"text": f'{text}<br><span style="color:{MISSING[theme]}">{more}</span>'},
        "margin": layout["margin"] | {"t": layout["margin"]["t"] + 26},
    }


def marks(values: np.ndarray, theme: str, **like: Any) -> list[go.Heatmap]:
    """A heatmap mark that shows the entries that are not finite, in a list; an empty list where all are.

    Args:
        values: as the rows and columns of the heatmap.
        like: what the mark shares with that of the finite entries.
    """
    gone = ~np.isfinite(values)
    if not gone.any():
        return []
    written = np.where(gone, values.astype(str), "")
    return [go.Heatmap(z=np.where(gone, 1.0, np.nan), text=written, colorscale=[[0, MISSING[theme]], [1, MISSING[theme]]], showscale=False, **like)]
