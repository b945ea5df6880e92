"""How a page is to be read, in a panel that is closed until it is wanted."""

import streamlit as st

from gatelab.folders import PAGES


def how_to_read(page: str) -> None:
    """The panel of a page: the Markdown in `pages/notes/`.

    Args:
        page: the name of its file, e.g. "watch".
    """
    with st.expander("How to read this page"):
        st.markdown((PAGES / "notes" / f"{page}.md").read_text(encoding="utf-8"))
