"""The stage as a Streamlit component: the first picture travels with the page, everything after it takes the live lane."""

from functools import lru_cache

import streamlit as st

from gatelab import palette, zoo
from gatelab.live.routes import LIMIT, listing, recent
from gatelab.live.wire import pack

# Sent again with every update, so it only fetches the module that does the work.
_JS = """
const stage = import(new URL("/live/static/stage.js", document.baseURI).href);
export default function (component) {
  stage.then(({ mount }) => mount(component));
  return () => stage.then(({ unmount }) => unmount(component.parentElement));
}
"""

_CSS = """
:host { display: block; min-height: 40rem; }
"""

_component = st.components.v2.component("gatelab.stage", css=_CSS, js=_JS)


def stage(start, *, key="stage"):
    """Put a stage on the page.

    Args:
        start: a `Start`: what it opens on.

    Returns:
        None, or what the Explore panel is to show once it is open and typing rests: {"model", "text", "unit", "order"}.
    """
    result = _component(key=key, data=first_picture(start), default={"explore": None}, on_explore_change=lambda: None)
    return result.explore


@lru_cache(maxsize=8)
def first_picture(start):
    """The trace of what the stage opens on, with all that the stage must know of the models and colors: bytes."""
    page = {
        "models": listing(),
        "limit": LIMIT,
        "palette": {"scales": palette.SCALES, "ink": palette.INK},
        "start": {key: getattr(start, key) for key in ("unit", "step", "value", "name", "order")},
    }
    return pack(recent.trace(zoo.load(start.model), start.text), 0, page=page)
