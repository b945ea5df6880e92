"""The Explore panels: figures to zoom and select, how values are spread, downloads."""

from functools import partial

import streamlit as st

from gatelab import figures, zoo
from gatelab.live.attend import AttendRequest
from gatelab.live.endpoint import BadRequest
from gatelab.live.memory import recent
from gatelab.live.routes import TraceRequest
from gatelab.trace import trace
from gatelab.ui.furniture import color_theme, figure_settings
from gatelab.words import TITLES, glyph


def _checked(request, asked):
    """What a stage handed over as a checked request; None where it is none, which is then said."""
    try:
        return request.of(asked)
    except BadRequest as bad:
        st.error("This cannot be explored.")
        st.text(str(bad))
        return None


def explore(asked):
    """The Explore panel: figures to zoom and select, distributions, downloads.

    Args:
        asked: {"model", "text", "unit", "order"} as the stage handed it over; it comes from a browser, so it is checked again.
    """
    wanted = _checked(TraceRequest, asked)
    if wanted is None:
        return
    model = zoo.load(wanted.model)
    seen = recent.trace(model, wanted.text)
    if not len(seen):
        st.info("There is nothing to explore yet: type some text above.")
        return
    theme = color_theme()
    titles = TITLES[model.spec.cell]
    order = model.orders.get(str(asked.get("order")), model.orders["similarity"])
    _downloads(seen, titles, theme, order)
    _figures(seen, titles, theme, order, _unit(asked.get("unit"), model))


def explore_attention(asked):
    """The Explore panel of a model that writes: its alignment as a figure, and downloads.

    Args:
        asked: {"model", "text"} as the stage handed it over; it comes from a browser, so it is checked again.
    """
    wanted = _checked(AttendRequest, asked)
    if wanted is None:
        return
    seen = trace(zoo.load(wanted.model), wanted.text)
    if "weights" not in seen or not seen.written:
        st.info("There is no alignment to explore: " + ("type a source above." if not seen.written else f"{wanted.model} has no attention."))
        return
    name = wanted.model
    with st.container(horizontal=True):
        st.download_button("Download CSV", partial(figures.alignment_csv, seen), f"{name}.csv", "text/csv", on_click="ignore", key="alignment CSV")
        st.download_button("Download NumPy", partial(figures.npz, seen), f"{name}.npz", "application/octet-stream", on_click="ignore", key="alignment NumPy")
    layered = seen["weights"].ndim == 4
    where = st.columns(2) if layered else ()
    layer = where[0].segmented_control("Layer", range(len(seen["weights"])), format_func=lambda n: str(n + 1), default=len(seen["weights"]) - 1, required=True) if layered else None
    heads = [None, *range(seen["weights"].shape[1])] if layered else []
    head = where[1].segmented_control("Head", heads, format_func=lambda n: "mean" if n is None else str(n + 1), default=0, required=True) if layered else None
    st.plotly_chart(figures.alignment(seen, color_theme(), layer, head), theme=None, key="explore alignment", config=figure_settings(name), alt="Attention weights: steps by tokens")


def _unit(asked, model):
    valid = isinstance(asked, int) and not isinstance(asked, bool) and 0 <= asked < model.spec.hidden_size
    return asked if valid else 0


def _downloads(seen, titles, theme, order):
    name = seen.model.spec.name
    files = {
        "CSV": (partial(figures.csv, seen), f"{name}.csv", "text/csv"),
        "NumPy": (partial(figures.npz, seen), f"{name}.npz", "application/octet-stream"),
        "PNG": (partial(figures.png, seen, titles, theme, order, name), f"{name}.png", "image/png"),
    }
    with st.container(horizontal=True):
        for label, (make, file_name, mime) in files.items():
            st.download_button(f"Download {label}", make, file_name, mime, key=f"download {label}", on_click="ignore")


def _figures(seen, titles, theme, order, index):
    name = st.segmented_control("Heatmap of", list(titles), format_func=lambda n: f"{n}, {titles[n]}", default=list(titles)[0],
                                key=f"explore {seen.model.spec.cell}", required=True)  # fmt: skip
    picture = figure_settings(seen.model.spec.name)
    st.plotly_chart(figures.heatmap(seen, name, theme, order), theme=None, key="explore heatmap", config=picture,
                    alt=f"{titles[name]}: units by steps")  # fmt: skip
    chosen = st.plotly_chart(figures.unit(seen, index, theme), theme=None, key="explore unit", config=picture,
                             on_select="rerun", selection_mode=("box", "points"), alt=f"All values of unit {index} at each step")  # fmt: skip
    steps = sorted({point["x"] for point in chosen.selection.points if isinstance(point.get("x"), int)})
    if steps:
        rows = [step - 1 for step in steps if 1 <= step <= len(seen)]
        table = {"step": [t + 1 for t in rows], "token": [glyph(seen.tokens[t]) for t in rows]}
        st.dataframe(table | {n: seen[n][rows, index] for n in titles}, hide_index=True)
    else:
        st.caption(f"Drag over the lines to read the numbers of unit {index} at those steps.")
    st.caption("How the values are spread over all units and steps: near the ends a gate stands open or shut.")
    st.plotly_chart(figures.distribution(seen, theme), theme=None, key="explore distribution", config=picture,
                    alt="How the values of each name are spread over all units and steps")  # fmt: skip
