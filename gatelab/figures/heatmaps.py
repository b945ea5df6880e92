"""One value of all units at every step."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from gatelab.figures import axis, kinds, missing
from gatelab.languages import tr
from gatelab.palette import SCALES, Colors, scale
from gatelab.traces import Layer, Trace


def colorscale(name: str, theme: str, cell: str = "") -> list[list[float | str]]:
    """The stops of a name's colors as Plotly wants them: [[0, "#..."], ..., [1, "#..."]]."""
    return stops_of(scale(name, cell), theme)


def stops_of(kind: str, theme: str) -> list[list[float | str]]:
    """The stops of a scale, "sequential" or "diverging"."""
    stops = SCALES[theme][kind]
    return [[k / (len(stops) - 1), color] for k, color in enumerate(stops)]


def ends(colors: Colors) -> list[str]:
    """How the ends and the middle of a name's range are written: "≤" and "≥" where colors saturate there."""
    below, above = ("≤ ", "≥ ") if colors.saturates else ("", "")
    return [f"{below}{colors.low:g}", f"{(colors.low + colors.high) / 2:g}", f"{above}{colors.high:g}"]


def heatmap(trace: Trace | Layer, name: str, theme: str = "light", order: Sequence[int] | None = None) -> go.Figure:
    """A heatmap of one name, units (rows) by steps (columns), in the colors of the live stage.

    Args:
        trace: a `gatelab.Trace` of T steps, whose last layer is shown, or a layer of one, `trace.layer(k)`; of a model that writes
            `trace.layer("encoder")` or `trace.layer("decoder")`.
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
    colors = trace.colors(name)
    low, high, called = colors.low, colors.high, trace.units(name)
    where = {
        "x": np.arange(1, len(trace) + 1),
        "y": [called[unit] if called.count(called[unit]) == 1 else f"{called[unit]} ({unit})" for unit in rows],
        "customdata": np.broadcast_to(np.array(trace.tokens, dtype=object), (len(rows), len(trace))),
    }
    hover = tr("step %{x} “%{customdata}”<br>unit %{y}") + "<br>" + name + " = "
    mark = go.Heatmap(
        z=values.T[rows],
        zmin=low,
        zmax=high,
        colorscale=stops_of(colors.scale, theme),
        colorbar={"tickvals": [low, (low + high) / 2, high], "ticktext": ends(colors)},
        hovertemplate=hover + "%{z:.4f}<extra></extra>",
        **where,
    )
    gone = missing.marks(values.T[rows], theme, hovertemplate=hover + "%{text}<extra></extra>", **where)
    layout = axis.bare(theme) | {
        "xaxis": axis.steps(trace),
        "yaxis": {"title": {"text": tr("unit")}, "type": "category", "autorange": "reversed"},
        "height": 560,
    }
    title = tr("{name}: {units} units by {steps} steps", name=kinds.named(name, trace), units=values.shape[1], steps=len(trace))
    return go.Figure([mark, *gone], missing.titled(layout, title, values, theme))
