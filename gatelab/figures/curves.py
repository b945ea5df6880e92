"""How often each cell is right against how far it must remember or count, over several seeds, from the stored results."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from gatelab import results, roles
from gatelab.figures import axis
from gatelab.languages import tr
from gatelab.palette import INK, LINES
from gatelab.words import FAMILY

LOOKS = (
    ("circle", "solid"),
    ("square", "7px,3px"),
    ("triangle-up", "2px,3px"),
    ("diamond", "9px,3px,2px,3px"),
    ("x", "4px,2px"),
    ("star", "12px,3px"),
    ("hexagram", "12px,3px,2px,3px,2px,3px"),
    ("cross", "1px,5px"),
)
"""The sign and the dash of each place in `roles.SHOWN`; with its color that of the live stage when it shows the first five side by side."""

FEW, MANY = 5, 20
"""Up to so many points, each has its number on the axis; from so many on, their signs are smaller."""


def curve(stored: Mapping[str, Any], theme: str = "light", size: str = "hidden") -> go.Figure:
    """One line a cell: the mean over its seeds at each distance; the error bars go from the worst seed to the best.

    Args:
        stored: what `gatelab.results.results` gives for a task.
        theme: "light" or "dark".
        size: "hidden" (the same number of units) or "parameters" (as many parameters as the LSTM).

    Returns:
        A `plotly.graph_objects.Figure`, y pinned to [0, 1]: a mark for each cell; chance, where there is one, as a dashed line;
        a shade where strings are longer than those of training.

    Raises:
        ValueError: a cell was compared that has no place among `LOOKS`.
    """
    places = sorted(map(_place, results.cells(stored, size)))
    wider = max(len(LINES[theme]), places[-1] + 1)  # what is drawn first is larger, so lines that lie on each other are all seen
    marks = [_line(place, wider - 1 - place, results.curve(stored, roles.SHOWN[place], size), theme) for place in places]
    at = sorted({x for mark in marks for x in mark.x})
    layout = axis.bare(theme) | {
        "xaxis": {"title": {"text": tr(stored["x"])}, "range": [0, 1.03 * at[-1]]} | ({"tickvals": at} if len(at) <= FEW else {}),
        "yaxis": {"title": {"text": tr(stored["y"])}, "range": [0, 1], "tickformat": ".0%", "automargin": True},
        "legend": {"orientation": "h", "y": 1.1, "yanchor": "bottom"},
        "hovermode": "x unified",
        "height": 460,
        "margin": {"l": 60, "r": 20, "t": 30, "b": 50},
    }
    figure = go.Figure(marks, layout)
    if stored.get("chance") is not None:
        figure.add_hline(
            stored["chance"],
            line={"color": INK[theme]["out"], "width": 1.5, "dash": "dash"},
            opacity=0.7,
            annotation={"text": tr("chance"), "font": {"size": 13}},
            annotation_position="bottom left",
        )
    if stored.get("trained_to") is not None:  # said above the picture, where it hides nothing
        figure.add_vrect(stored["trained_to"], 1.03 * at[-1], fillcolor=INK[theme]["out"], opacity=0.06, line_width=0, layer="below")
        figure.add_annotation(
            text=tr("longer than in training →"),
            font={"size": 13},
            showarrow=False,
            x=stored["trained_to"],
            xanchor="left",
            yref="paper",
            y=1.02,
            yanchor="bottom",
        )
        figure.add_vline(stored["trained_to"], line={"color": INK[theme]["out"], "width": 1.5, "dash": "dot"}, opacity=0.7)
    return figure


def _place(cell):
    """Where a cell stands in `roles.SHOWN`, and so how it is drawn."""
    drawn = roles.SHOWN[: len(LOOKS)]
    if cell not in drawn:
        raise ValueError(f"cell must be one that has a place among figures.curve.LOOKS, {', '.join(drawn)}: got {cell!r}")
    return drawn.index(cell)


def _line(place, behind, points, theme):
    symbol, dash = LOOKS[place]
    xs, means, lows, highs = zip(*points)
    return go.Scatter(
        x=xs,
        y=means,
        error_y={
            "type": "data",
            "symmetric": False,
            "thickness": 1.5,
            "width": 4,
            "array": [high - mean for mean, high in zip(means, highs)],
            "arrayminus": [mean - low for mean, low in zip(means, lows)],
        },
        customdata=list(zip(lows, highs)),
        hovertemplate=tr("%{y:.1%} (%{customdata[0]:.1%} to %{customdata[1]:.1%})"),
        mode="lines+markers",
        name=tr(FAMILY[roles.SHOWN[place]]),
        cliponaxis=False,  # much of what is worth seeing lies on the line at 100 %
        line={"color": LINES[theme][place % len(LINES[theme])], "width": 2 + 0.6 * behind, "dash": dash},
        marker={"symbol": symbol, "size": (8 if len(points) < MANY else 5) + 1.7 * behind},
    )
