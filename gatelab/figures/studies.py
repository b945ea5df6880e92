"""What the small studies found, as figures: a forecast that lags, forget gates that begin open, a wrong digit that spreads."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from gatelab.figures import axis
from gatelab.languages import marked, tr
from gatelab.palette import LINES

SERIES = {"walk": marked("random walk"), "wave": marked("noisy wave")}
MODELS = {"dates-none": marked("Without attention (dates-none)"), "dates-additive": marked("With attention (dates-additive)")}
FEEDS = {"fed": marked("reads the right characters"), "own": marked("reads its own writing")}
YEAR, MONTH, DAY = marked("year"), marked("month"), marked("day")
NTH = (marked("1st"), marked("2nd"), marked("3rd"), marked("4th"))
DIGITS = {0: (YEAR, NTH[0]), 1: (YEAR, NTH[1]), 2: (YEAR, NTH[2]), 3: (YEAR, NTH[3]), 5: (MONTH, NTH[0]), 6: (MONTH, NTH[1]), 8: (DAY, NTH[0])}
"""A place of a date YYYY-MM-DD -> which digit stands there."""

LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}


def _layout(theme, **more):
    return axis.bare(theme) | {"legend": LEGEND, "margin": {"l": 60, "r": 20, "t": 60, "b": 50}} | more


def forecast(study: Mapping[str, Any], theme: str = "light") -> go.Figure:
    """The end of one series of each kind and what an LSTM foretold of it, one under the other.

    Args:
        study: the stored study "forecast".
        theme: "light" or "dark".

    Returns:
        A `plotly.graph_objects.Figure` with two marks a series: "truth" and "forecast", those of the first seed.
    """
    figure = make_subplots(rows=len(SERIES), cols=1, vertical_spacing=0.14, subplot_titles=[tr(name).capitalize() for name in SERIES.values()])
    for row, series in enumerate(SERIES, 1):
        example = next(run["example"] for run in study["runs"] if run["series"] == series)
        for name, color, dash in ((marked("truth"), LINES[theme][2], "solid"), (marked("forecast"), LINES[theme][1], "7px,3px")):
            steps = list(range(1, len(example[name]) + 1))
            line = {"color": color, "dash": dash, "width": 2.5}
            figure.add_scatter(x=steps, y=example[name], name=tr(name), line=line, mode="lines", legendgroup=name, showlegend=row == 1, row=row, col=1)
    figure.update_layout(_layout(theme, height=480, hovermode="x unified", legend=LEGEND | {"y": 1.07}))
    figure.update_xaxes(title_text=tr("step"), row=len(SERIES))
    return figure


def lags(study: Mapping[str, Any], theme: str = "light") -> go.Figure:
    """How well the forecasts fit the series moved by 0, 1, 2 ... steps: one line a series, the mean over the seeds.

    Args:
        study: the stored study "forecast".
        theme: "light" or "dark".
    """
    marks = []
    for series, color, symbol in zip(SERIES, LINES[theme], ("circle", "square")):
        curves = [run["curve"] for run in study["runs"] if run["series"] == series]
        places, means = zip(*((points[0][0], sum(fit for _, fit in points) / len(points)) for points in zip(*curves)))
        marks.append(
            go.Scatter(
                x=places, y=means, name=tr(SERIES[series]), mode="lines+markers", line={"color": color, "width": 2.5}, marker={"symbol": symbol, "size": 9}
            )
        )
    titles = {
        "xaxis": {"title": {"text": tr("the series, this many steps earlier")}, "dtick": 1},
        "yaxis": {"title": {"text": tr("correlation with the forecast")}},
    }
    return go.Figure(marks, _layout(theme, height=340, **titles))


def forget_bias(study: Mapping[str, Any], theme: str = "light") -> go.Figure:
    """The error after more and more training steps, for both biases: a line through the means, a sign for each seed.

    Args:
        study: the stored study "forget-bias".
        theme: "light" or "dark".
    """
    marks = []
    for bias, color, symbol in zip(sorted({run["bias"] for run in study["runs"]}), LINES[theme], ("circle", "square")):
        runs = [run for run in study["runs"] if run["bias"] == bias]
        steps = sorted({run["steps"] for run in runs})
        means = [sum(scores) / len(scores) for scores in ([run["score"] for run in runs if run["steps"] == count] for count in steps)]
        name = tr("forget bias {bias}", bias=bias)
        marks += [
            go.Scatter(x=steps, y=means, name=name, mode="lines", line={"color": color, "width": 2.5}, legendgroup=name),
            go.Scatter(
                x=[run["steps"] for run in runs],
                y=[run["score"] for run in runs],
                customdata=[run["seed"] for run in runs],
                hovertemplate=tr("seed %{customdata}: %{y:.2g}"),
                name=name,
                mode="markers",
                marker={"symbol": symbol, "size": 9, "color": color},
                legendgroup=name,
                showlegend=False,
            ),
        ]
    titles = {
        "xaxis": {"title": {"text": tr("training steps")}, "tickvals": steps},
        "yaxis": {"title": {"text": tr("mean squared error")}, "type": "log", "dtick": 1},
    }
    return go.Figure(marks, _layout(theme, height=360, **titles))


def forcing(study: Mapping[str, Any], theme: str = "light") -> go.Figure:
    """How often all that follows a wrong digit is right, one under the other for each model: two bars a digit.

    Args:
        study: the stored study "forcing".
        theme: "light" or "dark".
    """
    models = list(dict.fromkeys(run["model"] for run in study["runs"]))
    figure = make_subplots(rows=len(models), cols=1, vertical_spacing=0.28, subplot_titles=[tr(MODELS[model]) for model in models])
    for row, model in enumerate(models, 1):
        runs = [run for run in study["runs"] if run["model"] == model]
        for (feed, name), color in zip(FEEDS.items(), LINES[theme]):
            shares = [run[feed] for run in runs]
            places = list(zip(*(map(tr, DIGITS[run["place"]]) for run in runs)))  # two lines of labels: the field, and the digit in it
            figure.add_bar(x=places, y=shares, name=tr(name), marker={"color": color}, legendgroup=feed, showlegend=row == 1, row=row, col=1)
    figure.update_layout(_layout(theme, height=480, legend=LEGEND | {"y": 1.09}))
    figure.update_yaxes(range=[0, 1], tickformat=".0%")
    return figure
