"""How the values of each name are spread: which gates stand open, which are shut, which hover between."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from gatelab.figures import axis
from gatelab.figures.heatmap import ends
from gatelab.palette import INK, span

BINS = 40


def distribution(trace, theme="light"):
    """A histogram of each name over all units and steps, in percent of its entries.

    Values outside a name's pinned range (a cell state may be) are counted in the bin at its end.

    Args:
        trace: a `gatelab.Trace` of T steps.
        theme: "light" or "dark".

    Returns:
        A `plotly.graph_objects.Figure` with one bar mark for each of `trace.names`, `BINS` bars each.
    """
    figure = make_subplots(1, len(trace.names), subplot_titles=trace.names, shared_yaxes=True)
    for column, name in enumerate(trace.names, 1):
        edges = np.linspace(*span(name), BINS + 1)
        counts, _ = np.histogram(np.clip(trace[name], edges[0], edges[-1]), edges)
        percent = 100 * counts / max(1, counts.sum())
        mark = go.Bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=percent,
            width=edges[1] - edges[0],
            name=name,
            marker={"color": INK[theme]["kept"], "line": {"width": 0}},
            hovertemplate="about %{x:.2f}: %{y:.1f} %<extra></extra>",
        )
        figure.add_trace(mark, 1, column)
        low, high = span(name)
        figure.update_xaxes(range=[low, high], tickvals=[low, (low + high) / 2, high], ticktext=ends(name), row=1, col=column)
    figure.update_layout(axis.bare(theme) | {"height": 300, "showlegend": False, "bargap": 0})
    figure.update_yaxes(title_text="% of entries", col=1)
    return figure
