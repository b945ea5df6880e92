"""How the values of each name are spread: which gates stand open, which are shut, which hover between."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from gatelab.figures import axis, kinds, missing
from gatelab.figures.heatmaps import ends
from gatelab.languages import grouped, tr
from gatelab.palette import INK
from gatelab.traces import Layer, Trace

BINS = 40


def distribution(trace: Trace | Layer, theme: str = "light") -> go.Figure:
    """A histogram of each name over all units and steps, in percent of its finite entries.

    Values outside a name's pinned range (a cell state may be) are counted in the bin at its end. Entries that are NaN or
    infinite are left out: over each histogram stands of how many, and the title says what they are.

    Args:
        trace: a `gatelab.Trace` of T steps, whose last layer is shown, or a layer of one, `trace.layer(k)`.
        theme: "light" or "dark".

    Returns:
        A `plotly.graph_objects.Figure` with one bar mark for each of `trace.names`, `BINS` bars each.

    Raises:
        TypeError: it is no trace of steps.
    """
    every = [trace[name] for name in kinds.of_steps(trace).names]
    left_out = [np.count_nonzero(~np.isfinite(values)) for values in every]
    titles = [tr("{name}<br>{count} left out", name=name, count=grouped(int(count))) if count else name for name, count in zip(trace.names, left_out)]
    figure = make_subplots(1, len(trace.names), subplot_titles=titles, shared_yaxes=True)
    for column, (name, values) in enumerate(zip(trace.names, every), 1):
        colors = trace.colors(name)
        low, high = colors.low, colors.high
        edges = np.linspace(low, high, BINS + 1)
        counts, _ = np.histogram(np.clip(values[np.isfinite(values)], low, high), edges)
        percent = 100 * counts / max(1, counts.sum())
        mark = go.Bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=percent,
            width=edges[1] - edges[0],
            name=name,
            marker={"color": INK[theme]["kept"], "line": {"width": 0}},
            hovertemplate=tr("about %{x:.2f}: %{y:.1f} %") + "<extra></extra>",
        )
        figure.add_trace(mark, 1, column)
        figure.update_xaxes(range=[low, high], tickvals=[low, (low + high) / 2, high], ticktext=ends(colors), row=1, col=column)
    layout = axis.bare(theme) | {"height": 300, "showlegend": False, "bargap": 0}
    if any(left_out) or trace.place:
        room = {"height": 400, "margin": layout["margin"] | {"t": 124}}
        layout = missing.titled(layout | room, trace.place, np.concatenate([values.ravel() for values in every]), theme)
    figure.update_layout(layout)
    figure.update_yaxes(title_text=tr("% of finite entries") if any(left_out) else tr("% of entries"), col=1)
    return figure
