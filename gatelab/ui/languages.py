"""Which language a visitor reads, and the list to choose another from."""

import html
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import streamlit as st

from gatelab.languages import chosen, language, languages, speak, tr

FIELD = "lang"
"""Of the address: a link says by it in which language its page opens."""

COOKIE = "gatelab-language"
"""What the visitor chose before; `static/speaking.js` sets it. It holds the tag of a language, and nothing else."""

P = ParamSpec("P")
T = TypeVar("T")


def take_up() -> None:
    """Speak the visitor's language in this run: the one of the address, else of this visit, else chosen before, else the browser's, else English.

    The page decides in the same way, in `static/speaking.js`.
    """
    name = chosen(st.query_params.get(FIELD), st.session_state.get("language"), st.context.cookies.get(COOKIE), st.context.locale)
    st.session_state["language"] = name
    speak(name)


def fragment(function: Callable[P, T]) -> Callable[P, T]:
    """As `st.fragment`: a fragment runs in a thread of its own, which speaks the visitor's language too."""

    @wraps(function)
    def spoken(*args: P.args, **kwargs: P.kwargs) -> T:
        take_up()
        return function(*args, **kwargs)

    return st.fragment(spoken)


def choice() -> None:
    """The list of languages at the top of every page, each under its own name; `static/speaking.js` answers to it."""
    options = "".join(
        f'<option value="{one.name}" lang="{one.name}"{" selected" if one.name == language() else ""}>{html.escape(one.own)}</option>'
        for one in languages().values()
    )
    st.html(f'<div class="gatelab-languages"><select aria-label="{html.escape(tr("Language"))}">{options}</select></div>')


def links() -> None:
    """The same as links in a line, for a newcomer on the first page."""
    found = [
        f"<b>{html.escape(one.own)}</b>"
        if one.name == language()
        else f'<a href="?{FIELD}={one.name}" target="_self" lang="{one.name}" hreflang="{one.name}">{html.escape(one.own)}</a>'
        for one in languages().values()
    ]
    st.html(f'<nav class="gatelab-languages" aria-label="{html.escape(tr("Languages"))}">{" · ".join(found)}</nav>')
