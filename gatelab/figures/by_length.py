"""How well models do against the length of what they read, from the measurements in their cards."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from gatelab.figures import axis
from gatelab.languages import tr
from gatelab.palette import LINES


def lengths(cards: Sequence[Mapping[str, Any]], theme: str = "light") -> go.Figure:
    """One line a model: its score on held-out sources of each length, with the interval of 95 % as error bars.

    Args:
        cards: cards of models of one task, each with "by_length" (see `gatelab.card`).
        theme: "light" or "dark".

    Returns:
        A `plotly.graph_objects.Figure`; x is the middle of each bin, y the score as stored.
    """
    marks = []
    for card, color, symbol in zip(cards, LINES[theme], ("circle", "square", "diamond", "triangle-up")):
        bins = card["by_length"]["bins"]
        scores = [each["score"] for each in bins]
        marks.append(
            go.Scatter(
                x=[(each["from"] + each["to"]) / 2 for each in bins],
                y=scores,
                error_y={
                    "type": "data",
                    "symmetric": False,
                    "array": [each["high"] - each["score"] for each in bins],
                    "arrayminus": [each["score"] - each["low"] for each in bins],
                },
                customdata=[
                    [
                        tr("{low} to {high}", low=each["from"], high=each["to"]) if each["to"] > each["from"] else str(each["from"]),
                        each["count"],
                        each["low"],
                        each["high"],
                    ]
                    for each in bins
                ],
                hovertemplate=tr("%{customdata[0]}: %{y:.3g} (%{customdata[2]:.3g} to %{customdata[3]:.3g}), %{customdata[1]} sources")
                + "<extra>"
                + card["name"]
                + "</extra>",
                mode="lines+markers",
                name=card["name"],
                line={"color": color, "width": 2.5},
                marker={"symbol": symbol, "size": 9},
            )
        )
    about = cards[0]["by_length"]
    top = 1.02 if about["score"] == "exact match" else 100
    layout = axis.bare(theme) | {
        "xaxis": {"title": {"text": tr(about["length"])}, "dtick": 1 if about["score"] == "BLEU" else 5},
        "yaxis": {"title": {"text": tr(about["score"])}, "range": [0, top]},
        "legend": {"orientation": "h", "y": 1.12},
        "height": 420,
        "margin": {"l": 60, "r": 20, "t": 30, "b": 50},
    }
    return go.Figure(marks, layout)
