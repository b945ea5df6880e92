"""One value of all units at every step."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from gatelab.figures import axis, kinds, missing
from gatelab.palette import SCALES, saturates, scale, span
from gatelab.traces import Layer, Trace


def colorscale(name: str, theme: str, cell: str = "") -> list[list[float | str]]:
    """The stops of a name's colors as Plotly wants them: [[0, "#..."], ..., [1, "#..."]]."""
    stops = SCALES[theme][scale(name, cell)]
    return [[k / (len(stops) - 1), color] for k, color in enumerate(stops)]


def ends(name: str, trace: Trace | Layer) -> list[str]:
    """How the ends and the middle of a name's range are written: "≤" and "≥" where colors saturate there."""
    low, high = span(name, trace.cell, trace.ranges)
    below, above = ("≤ ", "≥ ") if saturates(name, trace.cell, trace.ranges) else ("", "")
    return [f"{below}{low:g}", f"{(low + high) / 2:g}", f"{above}{high:g}"]


def heatmap(trace: Trace | Layer, name: str, theme: str = "light", order: Sequence[int] | None = None) -> go.Figure:
    """A heatmap of one name, units (rows) by steps (columns), in the colors of the live stage.

    Args:
        trace: a `gatelab.Trace` of T steps, whose last layer is shown, or a layer of one, `trace.layer(k)`.
        name: one of `trace.names`.
        theme: "light" or "dark".
        order: the H units from top to bottom; by index where it is None.

    Returns:
        A `plotly.graph_objects.Figure`; z is (H, T), its color range pinned. Where entries are NaN or infinite, a second mark
        shows them in a color of their own, and the title says how many they are.

    Raises:
        TypeError: it is no trace of steps.
        KeyError: the trace has nothing of that name.
    """
    values = kinds.of_steps(trace)[name]
    rows = np.arange(values.shape[1]) if order is None else np.asarray(order)
    low, high = span(name, trace.cell, trace.ranges)
    where = {
        "x": np.arange(1, len(trace) + 1),
        "y": [str(unit) for unit in rows],
        "customdata": np.broadcast_to(np.array(trace.tokens, dtype=object), (len(rows), len(trace))),
    }
    hover = "step %{x} “%{customdata}”<br>unit %{y}<br>" + name + " = "
    mark = go.Heatmap(
        z=values.T[rows],
        zmin=low,
        zmax=high,
        colorscale=colorscale(name, theme, trace.cell),
        colorbar={"tickvals": [low, (low + high) / 2, high], "ticktext": ends(name, trace)},
        hovertemplate=hover + "%{z:.4f}<extra></extra>",
        **where,
    )
    gone = missing.marks(values.T[rows], theme, hovertemplate=hover + "%{text}<extra></extra>", **where)
    layout = axis.bare(theme) | {
        "xaxis": axis.steps(trace),
        "yaxis": {"title": {"text": "unit"}, "type": "category", "autorange": "reversed"},
        "height": 560,
    }
    title = f"{kinds.named(name, trace)}: {values.shape[1]} units by {len(trace)} steps"
    return go.Figure([mark, *gone], missing.titled(layout, title, values, theme))
