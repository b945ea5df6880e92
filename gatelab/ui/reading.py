"""What is said of a stage on a page that is no lesson: how it is to be read, or a text that has the form of a lesson. Both are files in `pages/notes/`."""

from functools import cache

import streamlit as st

from gatelab import lessons
from gatelab.folders import PAGES


def how_to_read(page: str) -> None:
    """The panel of a page: the Markdown in `pages/notes/`.

    Args:
        page: the name of its file, e.g. "watch".
    """
    with st.expander("How to read this page"):
        st.markdown((PAGES / "notes" / f"{page}.md").read_text(encoding="utf-8"))


@cache
def text_of(page: str) -> lessons.Lesson:
    """The text of a page, with its stage.

    Args:
        page: the name of its file, e.g. "memory".
    """
    return lessons.read((PAGES / "notes" / f"{page}.md").read_bytes(), page)
