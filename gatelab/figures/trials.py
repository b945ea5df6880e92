"""Every round of a time trial: one row a model, one dot a round, so that the spread is seen and not only told."""

from collections.abc import Mapping, Sequence
from statistics import median

import plotly.graph_objects as go

from gatelab.figures import axis
from gatelab.languages import tr
from gatelab.palette import INK
from gatelab.trial import Lap

ROW = 56  # pixels


def trial(laps: Sequence[Lap], called: Mapping[str, str], theme: str = "light") -> go.Figure:
    """The time of each lap of a trial, and the median of each model.

    Args:
        laps: each a `gatelab.trial.Lap`; the warm-up, round 0, is left out.
        called: name of a model -> what it is called.
        theme: "light" or "dark".

    Returns:
        A `plotly.graph_objects.Figure` with two marks a model, its rounds and its median; x in milliseconds from 0.
    """
    marks = []
    names = [name for name in called if any(lap.model == name and lap.round for lap in laps)]
    for name in names:
        mine = [lap for lap in laps if lap.model == name and lap.round]
        times = [1000 * lap.seconds for lap in mine]
        marks += [
            go.Scatter(
                x=times,
                y=[called[name]] * len(mine),
                customdata=[lap.round for lap in mine],
                mode="markers",
                marker={"color": INK[theme]["kept"], "size": 11, "opacity": 0.55},
                hovertemplate=tr("round %{customdata}: %{x:.4g} ms") + "<extra>" + called[name] + "</extra>",
            ),
            go.Scatter(
                x=[median(times)],
                y=[called[name]],
                mode="markers+text",
                text=[f"{median(times):#.3g}".rstrip(".") + " ms"],
                textposition="top center",
                marker={"color": INK[theme]["added"], "symbol": "line-ns", "size": 26, "line": {"color": INK[theme]["added"], "width": 3}},
                hovertemplate=tr("median: %{x:.4g} ms") + "<extra>" + called[name] + "</extra>",
            ),
        ]
    most = max((lap.seconds for lap in laps if lap.round), default=0.001)
    layout = axis.bare(theme) | {
        "xaxis": {"title": {"text": tr("milliseconds, one dot a round")}, "range": [0, 1060 * most]},
        "yaxis": {"automargin": True, "range": [len(names) - 0.5, -0.7]},
        "showlegend": False,
        "height": 90 + ROW * len(names),
        "margin": {"l": 10, "r": 20, "t": 10, "b": 50},
    }
    return go.Figure(marks, layout)
