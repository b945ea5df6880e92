"""Text beside its picture: a stage on one side, what is said of it on the other."""

from contextlib import AbstractContextManager
from typing import Any

import streamlit as st

from gatelab.live.component import ask
from gatelab.live.component import lesson as lesson_stage
from gatelab.ui.layout import notes
from gatelab.ui.visits import opening

__all__ = ["ask", "beside", "lesson"]

SIDE = 1000
"""CSS pixels of a window from which text stands beside its picture; in a narrower one it stands below."""


def beside(name: str = "picture") -> tuple[AbstractContextManager, AbstractContextManager]:
    """Two columns, of which the first stays in sight while the second is read: the one for a stage, the other for its text.

    Args:
        name: of the stage: "lesson" for one that fits a screen, so that it scrolls by itself where it has grown.
    """
    held = "max-height: calc(100vh - 4rem); overflow-y: auto; scrollbar-width: thin;" if name == "lesson" else ""
    st.html(
        f"""<style>
        @media (min-width: {SIDE}px) {{ .stColumn:has(.st-key-{name}-stage) {{ position: sticky; top: 3.9rem; align-self: flex-start; {held} }} }}
        @media (max-width: {SIDE - 0.02}px) {{
          .stHorizontalBlock:has(.st-key-{name}-stage) {{ flex-wrap: wrap; }}
          .stHorizontalBlock:has(.st-key-{name}-stage) > .stColumn {{ min-width: 100%; }}
        }}
        .st-key-{name}-text {{ font-size: 1.06rem; line-height: 1.6; max-width: 46rem; }}
        .st-key-{name}-text h2 {{ font-size: 1.25rem; padding: 0.6rem 0 0.2rem; }}
        .st-key-{name}-text a[href*="#look:"] {{ text-decoration: underline dotted; text-underline-offset: 0.2em; }}
        </style>"""
    )
    left, right = st.columns([6, 4], gap="large")
    return left.container(key=f"{name}-stage"), right.container(key=f"{name}-text")


def lesson(models: tuple[str, ...], **opens: Any) -> AbstractContextManager:
    """A lesson: its stage on one side, which stays in sight, and the text that is written inside this `with` on the other.

    Args:
        models: those that the stage can show, the first one at the front.
        opens: what the lesson opens on, {field of its link: value}, and the name of its page, see `live.link.Link`.
    """
    start, broken = opening("lesson", models=models, **opens)
    notes(broken)
    stage, text = beside("lesson")
    with stage:
        lesson_stage(start)
    return text
