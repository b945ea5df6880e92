"""The Explore panels: figures to zoom and select, how values are spread, downloads."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from gatelab import figures, holds, zoo
from gatelab.findings import listed
from gatelab.languages import plural, tr
from gatelab.live.attention import AttentionRequest, traced
from gatelab.live.component import notation
from gatelab.live.endpoint import BadRequest
from gatelab.live.recent import recent
from gatelab.live.trace import TraceRequest
from gatelab.ui.layout import color_theme, figure_settings
from gatelab.words import PLACES, TITLES, glyph


def _checked(request, asked):
    """What a stage handed over as a checked request; None where it is none, which is then said."""
    try:
        return request.of(asked)
    except BadRequest as bad:
        st.error(tr("This cannot be explored."))
        st.text(str(bad))
        return None


def explore(asked: Mapping[str, Any]) -> None:
    """The Explore panel: figures to zoom and select, distributions, downloads.

    Args:
        asked: {"model", "text", "unit", "order", "name"} as the stage handed it over; it comes from a browser, so it is checked again.
    """
    wanted = _checked(TraceRequest, asked)
    if wanted is None:
        return
    model = zoo.load(wanted.model)
    seen = recent.trace(model, wanted.text)
    if not len(seen):
        st.info(tr("There is nothing to explore yet: type some text above."))
        return
    theme = color_theme()
    titles = TITLES[model.spec.cell]
    order = model.orders.get(str(asked.get("order")), model.orders["similarity"])
    if notation() != "pytorch":
        st.caption(tr("Figures and downloads keep the letters and the numbers of PyTorch."))
    _downloads(seen, titles, theme, order)
    first = _among(asked.get("name"), tuple(titles), next(iter(titles)))
    _figures(seen, titles, theme, order, _among(asked.get("unit"), range(model.spec.hidden_size), 0), first)


def explore_attention(asked: Mapping[str, Any]) -> None:
    """The Explore panel of a model that writes: its alignment as a figure, and downloads.

    Args:
        asked: {"model", "text"} and what else the stage shows: {"forced", "beam", "hold"}, or of a transformer {"where", "layer", "head"},
            as the stage handed it over; it comes from a browser, so it is checked again.
    """
    wanted = _checked(AttentionRequest, asked)
    if wanted is None:
        return
    seen = traced(wanted)
    if "weights" not in seen or not seen.written:
        if seen.written:
            st.info(tr("There is no alignment to explore: {model} has no attention.", model=wanted.model))
        else:
            st.info(tr("There is no alignment to explore: type a source above."))
        return
    layered = seen["weights"].ndim == 4
    where, layer, head = _head(seen, asked) if layered else ("across", None, None)
    name = (
        wanted.model
        + ("-forced" if seen.forced else "")
        + ("-held" if seen.held else "")
        + (f"-beam-{wanted.beam}" if wanted.beam > 1 else "")
        + (f"-{where}" if layered else "")
    )
    with st.container(horizontal=True):
        st.download_button(
            tr("Download {format}", format="CSV"),
            partial(figures.alignment_csv, seen, where),
            f"{name}.csv",
            "text/csv",
            on_click="ignore",
            key="alignment CSV",
        )
        st.download_button(
            tr("Download {format}", format="NumPy"),
            partial(figures.npz, seen),
            f"{name}.npz",
            "application/octet-stream",
            on_click="ignore",
            key="alignment NumPy",
        )
    for told in _told(seen, wanted.beam):
        st.caption(told)
    st.plotly_chart(
        figures.alignment(seen, color_theme(), layer, head, where),
        theme=None,
        key="explore alignment",
        config=figure_settings(name),
        alt=tr("Attention weights: steps by tokens"),
    )


def _head(seen, asked):
    """Which attention, layer and head of a transformer are looked at: those of the stage, until the visitor chooses others here."""
    layers, heads = (range(count) for count in seen["weights"].shape[:2])
    shown = _among(asked.get("where"), tuple(PLACES), "across"), _among(asked.get("layer"), layers, layers[-1]), _among(asked.get("head"), heads, 0)
    choices = zip((tr("Attention"), tr("Layer"), tr("Head")), (list(PLACES), layers, [None, *heads]), shown, st.columns([4, 1, 3]))
    # A key of what the stage shows: another choice there is a new choice here.
    return [
        column.segmented_control(label, options, format_func=_called, default=default, required=True, key=f"explore {label} of {shown}")
        for label, options, default, column in choices
    ]


def _called(choice):
    return tr("mean") if choice is None else tr(PLACES[choice]) if choice in PLACES else str(choice + 1)


def _told(seen, beam):
    """How the shown alignment came about, where it is not the model's greedy own: a list of sentences."""
    steps = [str(step + 1) for step in sorted(seen.forced)]
    own = [plural("With your weights at step {steps}.", "With your weights at steps {steps}.", len(steps), steps=listed(steps))] if steps else []
    held = [tr("Held: {holds}.", holds=holds.write(seen.held))] if seen.held else []
    return own + held + ([tr("Found with a beam of {beam}.", beam=beam)] if beam > 1 else [])


def _among(asked, known, default):
    """What a browser asks for if it is known; True is no number."""
    return asked if not isinstance(asked, bool) and isinstance(asked, int | str) and asked in known else default


def _downloads(seen, titles, theme, order):
    name = seen.model.spec.name
    files: dict[str, tuple[Callable[[], str | bytes], str, str]] = {
        "CSV": (partial(figures.csv, seen), f"{name}.csv", "text/csv"),
        "NumPy": (partial(figures.npz, seen), f"{name}.npz", "application/octet-stream"),
        "PNG": (partial(figures.png, seen, titles, theme, order, name), f"{name}.png", "image/png"),
    }
    with st.container(horizontal=True):
        for label, (make, file_name, mime) in files.items():
            st.download_button(tr("Download {format}", format=label), make, file_name, mime, key=f"download {label}", on_click="ignore")


def _figures(seen, titles, theme, order, index, first):
    name = st.segmented_control(
        tr("Heatmap of"),
        list(titles),
        format_func=lambda n: f"{n}, {tr(titles[n])}",
        default=first,
        key=f"explore {first} of {seen.model.spec.cell}",
        required=True,
    )
    picture = figure_settings(seen.model.spec.name)
    st.plotly_chart(
        figures.heatmap(seen, name, theme, order), theme=None, key="explore heatmap", config=picture, alt=tr("{title}: units by steps", title=tr(titles[name]))
    )
    chosen = st.plotly_chart(
        figures.unit(seen, index, theme),
        theme=None,
        key="explore unit",
        config=picture,
        on_select="rerun",
        selection_mode=("box", "points"),
        alt=tr("All values of unit {index} at each step", index=index),
    )
    steps = sorted({point["x"] for point in chosen.selection.points if isinstance(point.get("x"), int)})
    if steps:
        rows = [step - 1 for step in steps if 1 <= step <= len(seen)]
        table = {tr("step"): [t + 1 for t in rows], tr("token"): [glyph(seen.tokens[t]) for t in rows]}
        st.dataframe(table | {n: seen[n][rows, index] for n in titles}, hide_index=True)
    else:
        st.caption(tr("Drag over the lines to read the numbers of unit {index} at those steps.", index=index))
    st.caption(tr("How the values are spread over all units and steps: near the ends a gate stands open or shut."))
    st.plotly_chart(
        figures.distribution(seen, theme),
        theme=None,
        key="explore distribution",
        config=picture,
        alt=tr("How the values of each name are spread over all units and steps"),
    )
