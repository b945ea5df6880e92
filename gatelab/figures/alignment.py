"""Attention weights: where each step of a decoder looked."""

import numpy as np
import plotly.graph_objects as go

from gatelab.figures import axis, kinds, missing
from gatelab.figures.heatmap import colorscale
from gatelab.words import glyph


def alignment(trace, theme="light", layer=None, head=None):
    """A heatmap of the attention weights, steps of the decoder (rows) by tokens of the source (columns).

    Args:
        trace: a `gatelab.AttentionTrace` of a model with attention; of a transformer, its decoder's look at the source.
        theme: "light" or "dark".
        layer, head: of a transformer, counted from 0; None takes the last layer and the mean over its heads.

    Returns:
        A `plotly.graph_objects.Figure`; z is (Q, K), its color range pinned to [0, 1]. Where weights are NaN, a second mark shows
        them in a color of their own, and the title says how many they are.

    Raises:
        TypeError: it is no `AttentionTrace`.
        KeyError: the model has no attention weights.
        IndexError: there is no such layer or head.
    """
    weights, title = kinds.of_attention(trace)["weights"], "attention weights"
    if weights.ndim == 4:
        weights = weights[-1 if layer is None else layer]
        weights = weights.mean(axis=0) if head is None else weights[head]
        title += f", layer {len(trace['weights']) if layer is None else layer + 1}, " + ("mean of its heads" if head is None else f"head {head + 1}")
    count, width = weights.shape
    where = {
        "x": np.arange(1, width + 1),
        "y": np.arange(1, count + 1),
        "customdata": np.array([[(written, token) for token in trace.tokens] for written in trace.written], dtype=object).reshape(count, width, 2),
    }
    hover = "step %{y} ‘%{customdata[0]}’<br>token %{x} ‘%{customdata[1]}’<br>weight "
    mark = go.Heatmap(z=weights, zmin=0, zmax=1, colorscale=colorscale("weights", theme), hovertemplate=hover + "%{z:.4f}<extra></extra>", **where)
    gone = missing.marks(weights, theme, hovertemplate=hover + "%{text}<extra></extra>", **where)
    layout = axis.bare(theme) | {
        "xaxis": _labelled("source", trace.tokens) | {"side": "top"},
        "yaxis": _labelled("written", trace.written) | {"autorange": "reversed"},
        "height": max(360, 120 + 26 * count),
        "margin": {"l": 90, "r": 20, "t": 110, "b": 20},
    }
    return go.Figure([mark, *gone], missing.titled(layout, f"{title}: {count} steps by {width} tokens", weights, theme))


def _labelled(title, tokens):
    """An axis over positions, labelled by tokens unless there are too many."""
    if len(tokens) > axis.MANY:
        return {"title": {"text": title}}
    return {"title": {"text": title}, "tickmode": "array", "tickvals": list(range(1, len(tokens) + 1)), "ticktext": [glyph(token) for token in tokens]}
