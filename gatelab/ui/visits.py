"""What a page opens on in this visit of it: its link is read once, for the address bar follows the stage afterwards."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from gatelab.live.stages import STAGES, Start


def visit(path: str) -> None:
    """Say which page is shown, at each run of the navigation: another page is a new visit."""
    if st.session_state.get("visited") != path:
        st.session_state["visited"] = path
        st.session_state.pop("opening", None)


def opening(name: str, **given: Any) -> tuple[Start, list[str]]:
    """What the link asks a stage to open on, and a sentence for each part that could not be followed, see `Stage.read`."""
    return opened(partial(STAGES[name].read, **given))


def opened(read: Callable[[Mapping[str, str]], tuple[Start, list[str]]]) -> tuple[Start, list[str]]:
    """What a reader of links makes of the link of this visit.

    It stays the same for a visit of the page: Streamlit hands over what stands in the address bar at each rerun, and the stage is there already.
    """
    if "visited" not in st.session_state:  # a page alone, without the navigation
        return read(st.query_params)
    if "opening" not in st.session_state:
        st.session_state["opening"] = read(st.query_params)
    return st.session_state["opening"]
