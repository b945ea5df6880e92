"""What is said of a stage on a page that is no lesson: how it is to be read, or a text that has the form of a lesson. Both are files in `pages/notes/`."""

from functools import cache

import streamlit as st

from gatelab import lessons
from gatelab.folders import PAGES
from gatelab.languages import tr, translated


def how_to_read(page: str) -> None:
    """The panel of a page: the Markdown in `pages/notes/`.

    Args:
        page: the name of its file, e.g. "watch".
    """
    with st.expander(tr("How to read this page")), st.container(key=f"note-{page}"):
        st.markdown(note(page))


def text(page: str) -> None:
    """A page that is a text alone. Its links to other pages open in the same tab, so a class that is in it stays in it, see `static/menu.js`.

    Args:
        page: the name of its file in `pages/notes/`, e.g. "privacy".
    """
    with st.container(key=f"reading-{page}"):
        st.markdown(note(page))


def note(page: str) -> str:
    """The Markdown of a page's panel in the visitor's language."""
    return translated(f"notes/{page}.md", PAGES / "notes" / f"{page}.md", lambda path: path.read_text(encoding="utf-8"))


def text_of(page: str) -> lessons.Lesson:
    """The text of a page, with its stage.

    Args:
        page: the name of its file, e.g. "memory".
    """
    return translated(f"notes/{page}.md", PAGES / "notes" / f"{page}.md", lambda path: _lesson(path, page))


@cache
def _lesson(path, page):
    return lessons.read(path.read_bytes(), page)
