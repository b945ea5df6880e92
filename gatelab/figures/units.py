"""All values of one unit as lines over the steps."""

import numpy as np
import plotly.graph_objects as go

from gatelab.figures import axis, kinds, missing
from gatelab.languages import tr
from gatelab.traces import Layer, Trace

LINES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9")
"""The colors of Okabe and Ito (2008), which color-blind readers can tell apart."""

DASHES = ("solid", "dash", "dot")
"""How lines are drawn, the first round of colors, the second and the third."""


def unit(trace: Trace | Layer, index: int, theme: str = "light") -> go.Figure:
    """Every value of one unit, one line for each name.

    Args:
        trace: a `gatelab.Trace` of T steps, whose last layer is shown, or a layer of one, `trace.layer(k)`.
        index: the unit, in [0, H); names that have fewer units are left out behind their last.
        theme: "light" or "dark".

    Returns:
        A `plotly.graph_objects.Figure` with one scatter mark for each of `trace.names`. A line has no point where a value is
        NaN or infinite, and the title says how many are.

    Raises:
        TypeError: it is no trace of steps.
        IndexError: there is no such unit.
    """
    kinds.of_steps(trace)
    size = max(trace[name].shape[1] for name in trace.names)
    if not 0 <= index < size:
        raise IndexError(f"unit must be in 0 to {size - 1}: got {index}")
    steps, names = np.arange(1, len(trace) + 1), [name for name in trace.names if index < trace[name].shape[1]]
    marks = [
        go.Scatter(
            x=steps,
            y=trace[name][:, index],
            name=name,
            mode="lines+markers",
            text=trace.tokens,
            line={"color": LINES[k % len(LINES)], "dash": DASHES[k // len(LINES)]},
            hovertemplate=tr("step %{x} “%{text}”: %{y:.4f}"),
        )
        for k, name in enumerate(names)
    ]
    layout = axis.bare(theme) | {
        "xaxis": axis.steps(trace),
        "dragmode": "select",
        "hovermode": "x unified",
        "height": 380,
    }
    shown = np.stack([trace[name][:, index] for name in names])
    label = trace.units(names[0])[index]
    called = tr("Unit {index}", index=index) + (f", {label}" if label != str(index) else "")
    return go.Figure(marks, missing.titled(layout, kinds.named(called, trace), shown, theme))
