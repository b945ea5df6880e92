"""Page furniture: what stands around every page, and the panels that Streamlit draws."""

from functools import partial
from pathlib import Path

import streamlit as st

from gatelab import figures, zoo
from gatelab.live.endpoint import BadRequest
from gatelab.live.routes import TraceRequest, recent
from gatelab.words import TITLES, glyph

LOGO = Path(__file__).parent / "logo.svg"


def furnish():
    """Title, logo and margins, the same on every page."""
    st.set_page_config(page_title="GateLab", page_icon=str(LOGO), layout="wide")
    st.logo(str(LOGO), size="large")
    st.html(
        """<style>
        .stMainBlockContainer { padding: 3.9rem clamp(1rem, 3vw, 3.5rem) 3rem; max-width: 2200px; }
        .stMainBlockContainer h1 { padding: 0 0 0.4rem; font-size: clamp(1.3rem, 1.9vw, 1.9rem); }
        </style>"""
    )


def notes(lines):
    """Sentences that may quote a visitor's text, so they are shown as they are, never as Markdown."""
    if lines:
        st.info("Some of this link could not be followed.")
        st.text("\n".join(lines))


def explore(asked):
    """The Explore panel: figures to zoom and select, distributions, downloads.

    Args:
        asked: {"model", "text", "unit", "order"} as the stage handed it over; it comes from a browser, so it is checked again.
    """
    try:
        wanted = TraceRequest.of(asked)
    except BadRequest as bad:
        st.error("This cannot be explored.")
        st.text(str(bad))
        return
    model = zoo.load(wanted.model)
    trace = recent.trace(model, wanted.text)
    if not len(trace):
        st.info("There is nothing to explore yet: type some text above.")
        return
    theme = "dark" if st.context.theme.type == "dark" else "light"
    titles = TITLES[model.spec.cell]
    order = model.orders.get(str(asked.get("order")), model.orders["similarity"])
    _downloads(trace, titles, theme, order)
    _figures(trace, titles, theme, order, _unit(asked.get("unit"), model))


def _unit(asked, model):
    valid = isinstance(asked, int) and not isinstance(asked, bool) and 0 <= asked < model.spec.hidden_size
    return asked if valid else 0


def _downloads(trace, titles, theme, order):
    name = trace.model.spec.name
    files = {
        "CSV": (partial(figures.csv, trace), f"{name}.csv", "text/csv"),
        "NumPy": (partial(figures.npz, trace), f"{name}.npz", "application/octet-stream"),
        "PNG": (partial(figures.png, trace, titles, theme, order, name), f"{name}.png", "image/png"),
    }
    with st.container(horizontal=True):
        for label, (make, file_name, mime) in files.items():
            st.download_button(f"Download {label}", make, file_name, mime, key=f"download {label}", on_click="ignore")


def _figures(trace, titles, theme, order, index):
    name = st.segmented_control("Heatmap of", list(titles), format_func=lambda n: f"{n}, {titles[n]}", default=list(titles)[0],
                                key=f"explore {trace.model.spec.cell}", required=True)  # fmt: skip
    picture = {"displaylogo": False, "toImageButtonOptions": {"format": "png", "scale": 2, "filename": trace.model.spec.name}}
    st.plotly_chart(figures.heatmap(trace, name, theme, order), theme=None, key="explore heatmap", config=picture,
                    alt=f"{titles[name]}: units by steps")  # fmt: skip
    chosen = st.plotly_chart(figures.unit(trace, index, theme), theme=None, key="explore unit", config=picture,
                             on_select="rerun", selection_mode=("box", "points"), alt=f"All values of unit {index} at each step")  # fmt: skip
    steps = sorted({point["x"] for point in chosen.selection.points if isinstance(point.get("x"), int)})
    if steps:
        rows = [step - 1 for step in steps if 1 <= step <= len(trace)]
        table = {"step": [t + 1 for t in rows], "token": [glyph(trace.tokens[t]) for t in rows]}
        st.dataframe(table | {n: trace[n][rows, index] for n in titles}, hide_index=True)
    else:
        st.caption(f"Drag over the lines to read the numbers of unit {index} at those steps.")
    st.caption("How the values are spread over all units and steps: near the ends a gate stands open or shut.")
    st.plotly_chart(figures.distribution(trace, theme), theme=None, key="explore distribution", config=picture,
                    alt="How the values of each name are spread over all units and steps")  # fmt: skip
