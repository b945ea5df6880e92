"""A lesson: its stage on one side, its text on the other."""

from contextlib import AbstractContextManager
from typing import Any

import streamlit as st

from gatelab.live.component import ask
from gatelab.live.component import lesson as lesson_stage
from gatelab.live.stages import STAGES
from gatelab.ui.furniture import notes

__all__ = ["ask", "lesson"]


def lesson(models: tuple[str, ...], **opening: Any) -> AbstractContextManager:
    """A lesson: its stage on one side, which stays in sight, and the text that is written inside this `with` on the other.

    Args:
        models: those that the stage can show, the first one at the front.
        opening: what the lesson opens on, {field of its link: value}.
    """
    start, broken = STAGES["lesson"].read(st.query_params, models=models, **opening)
    notes(broken)
    st.html(
        """<style>
        @media (min-width: 1000px) { .stColumn:has(.st-key-lesson-stage) { position: sticky; top: 3.9rem; max-height: calc(100vh - 4rem); overflow-y: auto; } }
        .st-key-lesson-text { font-size: 1.06rem; line-height: 1.6; max-width: 46rem; }
        .st-key-lesson-text h2 { font-size: 1.25rem; padding: 0.6rem 0 0.2rem; }
        .st-key-lesson-text a[href*="#look:"] { text-decoration: underline dotted; text-underline-offset: 0.2em; }
        </style>"""
    )
    left, right = st.columns([6, 4], gap="large")
    with left.container(key="lesson-stage"):
        lesson_stage(start)
    return right.container(key="lesson-text")
