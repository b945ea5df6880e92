"""Attention weights: where each step of a decoder looked."""

import numpy as np
import plotly.graph_objects as go

from gatelab.figures import axis, kinds, missing
from gatelab.figures.heatmaps import colorscale
from gatelab.languages import tr
from gatelab.traces import AttentionTrace
from gatelab.words import glyph


def alignment(trace: AttentionTrace, theme: str = "light", layer: int | None = None, head: int | None = None, where: str = "across") -> go.Figure:
    """A heatmap of the attention weights, steps of the decoder (rows) by tokens of the source (columns).

    Args:
        trace: a `gatelab.AttentionTrace` of a model with attention.
        theme: "light" or "dark".
        layer, head: of a transformer, counted from 0; None takes the last layer and the mean over its heads.
        where: which of a transformer's attentions, as of `kinds.look`.

    Returns:
        A `plotly.graph_objects.Figure`; z is (Q, K), its color range pinned to [0, 1]. Where weights are NaN, a second mark shows
        them in a color of their own, and the title says how many they are.

    Raises:
        TypeError: it is no `AttentionTrace`.
        ValueError: there is no such attention.
        KeyError: the model has no attention weights.
        IndexError: there is no such layer or head.
    """
    look = kinds.look(trace, where)
    weights, title = look.weights, tr("attention weights")
    if weights.ndim == 4:
        shown = tr("layer {layer}", layer=len(weights) if layer is None else layer + 1)
        title = ", ".join(filter(None, (title, tr(look.title), shown, tr("mean of its heads") if head is None else tr("head {head}", head=head + 1))))
        weights = weights[-1 if layer is None else layer]
        weights = weights.mean(axis=0) if head is None else weights[head]
    count, width = weights.shape
    marked = {
        "x": np.arange(1, width + 1),
        "y": np.arange(1, count + 1),
        "customdata": np.array([[(row, column) for column in look.columns] for row in look.rows], dtype=object).reshape(count, width, 2),
    }
    steps = look.row == "step"
    hover = (
        tr("step %{y} “%{customdata[0]}”<br>token %{x} ‘%{customdata[1]}’<br>weight")
        if steps
        else tr("token %{y} “%{customdata[0]}”<br>token %{x} ‘%{customdata[1]}’<br>weight")
    ) + " "
    mark = go.Heatmap(z=weights, zmin=0, zmax=1, colorscale=colorscale("weights", theme), hovertemplate=hover + "%{z:.4f}<extra></extra>", **marked)
    gone = missing.marks(weights, theme, hovertemplate=hover + "%{text}<extra></extra>", **marked)
    layout = axis.bare(theme) | {
        "xaxis": _labelled(tr(look.read), look.columns) | {"side": "top"},
        "yaxis": _labelled(tr(look.written), look.rows) | {"autorange": "reversed"},
        "height": max(360, 120 + 26 * count),
        "margin": {"l": 90, "r": 20, "t": 110, "b": 20},
    }
    size = {"title": title, "count": count, "width": width}
    called = tr("{title}: {count} steps by {width} tokens", **size) if steps else tr("{title}: {count} tokens by {width} tokens", **size)
    return go.Figure([mark, *gone], missing.titled(layout, called, weights, theme))


def _labelled(title, tokens):
    """An axis over positions, labelled by tokens unless there are too many."""
    if len(tokens) > axis.MANY:
        return {"title": {"text": title}}
    return {"title": {"text": title}, "tickmode": "array", "tickvals": list(range(1, len(tokens) + 1)), "ticktext": [glyph(token) for token in tokens]}
