"""The stages as Streamlit components: the first picture travels with the page, everything after it takes the live lane."""

from functools import lru_cache

import streamlit as st

from gatelab import palette, zoo
from gatelab.live import attend, bundle, compare, influence, lesson
from gatelab.live.endpoint import LIMIT
from gatelab.live.memory import recent
from gatelab.live.routes import listing
from gatelab.live.wire import pack, pack_nothing

# Sent again with every update, so it only fetches the modules that do the work, or says that they did not come. The address is
# relative to the page's own: the app may be served under a path.
_JS = """
const address = new URL("BUNDLE", document.baseURI).href;
const stage = import(address).then(({ load }) => load("MODULE"));
export default function ({ parentElement, ...component }) {
  stage.then(({ mount }) => mount({ parentElement, ...component })).catch((error) => {
    const words = parentElement.querySelector("[role=alert]") ?? parentElement.appendChild(document.createElement("p"));
    words.setAttribute("role", "alert");
    words.textContent = `This part of the page did not start. It should come from ${address}. Reload the page to try again.`;
    throw error;
  });
  return () => stage.then(({ unmount }) => unmount(parentElement));
}
"""

_CSS = """
:host { display: block; min-height: HEIGHTrem; }
"""


def _component(name, module, height=40):
    """A component whose module is MODULE of `static/`; `height`, in rem, is kept free until the module is here."""
    return st.components.v2.component(
        f"gatelab.{name}", css=_CSS.replace("HEIGHT", str(height)), js=_JS.replace("BUNDLE", bundle.ADDRESS).replace("MODULE", module)
    )


_watch = _component("stage", "watch/stage.js")
_attention = _component("attention", "attention/attention.js")
_compare = _component("compare", "compare/comparison.js")
_memory = _component("memory", "memory/forgetting.js")
_heads = _component("heads", "heads/selfattention.js")
_lesson = _component("lesson", "lesson/lesson.js")
_ask = _component("ask", "lesson/ask.js", height=6)
_shapes = _component("shapes", "shapes/shapes.js", height=22)
_search = _component("search", "questions/questions.js", height=5)


def stage(start, *, key="stage"):
    """Put the stage of the Watch page on the page.

    Args:
        start: a `Start`: what it opens on.

    Returns:
        None, or what the Explore panel is to show once it is open and typing rests: {"model", "text", "unit", "order"}.
    """
    return _mounted(_watch, key, first_picture(start))


def attention(start, *, key="attention"):
    """Put the stage of the Attention page on the page.

    Args:
        start: an `AttentionStart`.

    Returns:
        None, or what the Explore panel is to show: {"model", "text"}.
    """
    return _mounted(_attention, key, first_look(start, "attention"))


def heads(start, *, key="heads"):
    """Put the stage of the Self-attention page on the page: arguments and result as of `attention`."""
    return _mounted(_heads, key, first_look(start, "transformer"))


def comparison(start, *, key="compare"):
    """Put the stage of the Compare page on the page.

    Args:
        start: a `CompareStart`.
    """
    _mounted(_compare, key, first_comparison(start))


def forgetting(start, *, key="memory"):
    """Put the stage of the Memory page on the page: arguments as of `comparison`."""
    _mounted(_memory, key, first_influence(start))


def lesson_stage(start, *, key="lesson"):
    """Put the stage of a lesson on the page.

    Args:
        start: a `lesson.LessonStart`.
    """
    _mounted(_lesson, key, first_lesson(start))


def ask(kind):
    """Put a question on the page, about what the lesson's stage shows: the visitor predicts, then sees.

    Args:
        kind: "direction:NAME", "level:NAME", "mover" or "next", see `static/lesson/questions.js`.
    """
    _ask(key=f"ask {kind}", data=pack_nothing(ask={"kind": kind}))


def shapes(view, *, key):
    """Put the tensors of a view on the page.

    Args:
        view: a `gatelab.shapes.View`.
    """
    tensors = [
        {
            "name": one.name,
            "axes": one.axes,
            "labels": one.labels,
            "shape": tuple(one.values.shape),
            "values": [round(value, 6) for value in one.values.flatten().tolist()],
            "meanings": one.meanings,
            "inside": one.inside,
            "colored": one.values.is_floating_point() and one.name != "mask",
            "whole": not one.values.is_floating_point() or one.name == "mask",
        }
        for one in view.tensors
    ]
    shown = {"title": view.title, "code": view.code, "keras": view.keras, "opens": view.opens, "tensors": tensors}
    _shapes(key=key, data=pack_nothing(shapes=shown, palette={"scales": palette.SCALES, "ink": palette.INK}))


def search(groups, asked):
    """Put the search over the questions on the page, which holds them in containers with the keys "question-ID" and "group-NUMBER".

    Args:
        groups: for each group pairs (id, text to search in).
        asked: the id of the question to bring into sight, or None.
    """
    listed = [{"questions": [{"id": id, "text": text} for id, text in group]} for group in groups]
    _search(key="search", data=pack_nothing(questions={"groups": listed, "asked": asked}))


def _mounted(component, key, data):
    return component(key=key, data=data, default={"explore": None}, on_explore_change=lambda: None).explore


@lru_cache(maxsize=8)
def first_picture(start):
    """The trace of what the Watch stage opens on, with all that the stage must know of the models and colors: bytes."""
    page = {
        "models": listing(),
        "limit": LIMIT,
        "palette": {"scales": palette.SCALES, "ink": palette.INK},
        "start": _fields(start),
    }
    return pack(recent.trace(zoo.load(start.model), start.text), 0, compact=True, page=page)


@lru_cache(maxsize=8)
def first_look(start, kind):
    """The same for a stage over models that write, those of one kind."""
    page = {
        "models": attend.listing(kind),
        "limit": LIMIT,
        "widest": attend.WIDEST,
        "tokens": attend.TOKENS,
        "palette": {"scales": palette.SCALES, "ink": palette.INK},
        "start": _fields(start),
    }
    return attend.packed(attend.AttendRequest(start.model, start.text, beam=getattr(start, "beam", 1)), page=page)


@lru_cache(maxsize=8)
def first_lesson(start):
    """The same for the stage of a lesson."""
    page = {
        "models": lesson.listing(start.models),
        "limit": LIMIT,
        "palette": {"scales": palette.SCALES, "ink": palette.INK},
        "start": _fields(start),
    }
    return pack(recent.trace(zoo.load(start.model), start.text), 0, compact=True, page=page)


@lru_cache(maxsize=8)
def first_comparison(start):
    """The same for the stage of the Compare page."""
    return compare.packed(compare.CompareRequest(start.models, start.text, compact=True), page=_families(start))


@lru_cache(maxsize=8)
def first_influence(start):
    """The same for the stage of the Memory page."""
    return influence.packed(influence.InfluenceRequest(start.models, start.text), page=_families(start))


def _families(start):
    return {
        "families": compare.listing(),
        "limit": LIMIT,
        "palette": {"scales": palette.SCALES, "ink": palette.INK, "lines": palette.LINES},
        "start": _fields(start),
    }


def _fields(start):
    """What a stage must know of its start; the models travel with the trace."""
    return {key: value for key, value in vars(start).items() if key not in ("model", "models")}
