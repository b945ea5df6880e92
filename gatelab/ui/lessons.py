"""A lesson as a page: its stage on one side, which stays in sight, and its text on the other. See `gatelab.lessons`."""

from collections.abc import Iterable
from contextlib import AbstractContextManager

import streamlit as st

from gatelab import lessons
from gatelab.languages import tr
from gatelab.lessons import Ask, Block, Caption, Figure, Lesson, Link, Prose, Question, Tabs
from gatelab.live import component
from gatelab.ui.drawings import squashing
from gatelab.ui.explorer import explore, explore_attention
from gatelab.ui.languages import fragment
from gatelab.ui.layout import notes
from gatelab.ui.measurements import lengths, measured, parameters, scores
from gatelab.ui.path import link
from gatelab.ui.visits import opened

__all__ = ["beside", "chapter", "lesson", "shared"]

BELOW = "below"
"""What the key of the container below stage and text begins with."""

SIDE = 1000
"""CSS pixels of a window from which text stands beside its picture; in a narrower one it stands below."""


EXPLORED = ("attention", "self_attention")
"""Stages that run alone while one explores. With the others the whole page runs: its formulas follow the notation that is chosen there."""


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


def chapter(name: str) -> None:
    """One of the app's own lessons, by its address."""
    lesson(next(one for one in lessons.shipped() if one.name == name))


def shared() -> None:
    """The page of a lesson that came as a link. Messages may quote it, so they are shown as they are, never as Markdown."""
    letters = st.query_params.get(lessons.FIELD, "")
    if not letters:
        st.title(tr("A lesson as a link"))
        st.markdown(tr("No lesson is in this link. Make one: press *Add this view* on any page with a stage, then *My lesson*, then *Share as a link*."))
        return
    try:
        found = lessons.shared(letters)
    except lessons.LessonError as error:
        st.title(tr("This lesson cannot be shown"))
        st.code(str(error), language=None, wrap_lines=True)
        return
    lesson(found)


def lesson(shown: Lesson) -> None:
    """The whole page of a lesson."""
    st.title(shown.title)
    start, broken = opened(lambda fields: lessons.opening(shown, {name: value for name, value in fields.items() if name != lessons.FIELD}))
    notes(broken)
    picture, text = beside("lesson" if shown.stage == "lesson" else "picture")
    with picture:
        stage = fragment(_stage) if shown.stage in EXPLORED else _stage
        stage(shown.stage, start)
    with text:
        _blocks(shown.blocks, shown)
    with st.container(key=f"{BELOW}-text"):
        _blocks(shown.below, shown)


def _stage(name, start):
    """The stage, with what it hands to Explore once typing rests."""
    explored = getattr(component, name)(start)
    if explored:
        (explore if name == "watch" else explore_attention)(explored)


def _blocks(blocks: Iterable[Block], of: Lesson) -> None:
    letters = component.notation()
    for block in blocks:
        match block:
            case Prose():
                if lessons.stands(block, letters):
                    st.markdown(lessons.written(block.text, of, letters, block.formulas))
            case Caption():
                st.caption(lessons.written(block.text, of, letters))
            case Ask():
                component.ask(block.kind)
            case Question():
                with st.expander(block.asks):
                    st.markdown(lessons.written(block.answer, of, letters))
            case Link(see):
                link(see.page, see.label, see.fields)
            case Figure():
                _figure(block)
            case Tabs(tabs):
                for tab, place in zip(tabs, st.tabs([tab.title for tab in tabs])):
                    with place:
                        _blocks(tab.blocks, of)


def _figure(figure):
    match figure.kind:
        case "squashing":
            squashing()
        case "parameters":
            parameters(figure.names)
        case "lengths":
            lengths(figure.names, figure.said)
        case "scores":
            scores(figure.names)
        case "measured":
            measured(figure.names[0])
