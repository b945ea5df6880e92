"""The stages as Streamlit components: the first picture travels with the page, everything after it takes the live lane."""

from functools import lru_cache
from typing import Any

import streamlit as st

from gatelab import palette, zoo
from gatelab.live import attention as attention_route
from gatelab.live import bundle
from gatelab.live import compare as compare_route
from gatelab.live import lesson as lesson_start
from gatelab.live import memory as memory_route
from gatelab.live.endpoint import LIMIT
from gatelab.live.recent import recent
from gatelab.live.routes import listing
from gatelab.live.start import AttentionStart, CompareStart, FamilyStart, SelfAttentionStart, Start
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


_watch = _component("watch", "watch/watch.js")
_attention = _component("attention", "attention/attention.js")
_compare = _component("compare", "compare/compare.js")
_memory = _component("memory", "memory/memory.js")
_self_attention = _component("self_attention", "self-attention/self-attention.js")
_lesson = _component("lesson", "lesson/lesson.js")
_ask = _component("ask", "lesson/ask.js", height=6)


def watch(start: Start, *, key: str = "watch") -> dict[str, Any] | None:
    """Put the stage of the Watch page on the page.

    Args:
        start: a `Start`: what it opens on.

    Returns:
        None, or what the Explore panel is to show once it is open and typing rests: {"model", "text", "unit", "order"}.
    """
    return _mounted(_watch, key, first_picture(start))


def attention(start: AttentionStart, *, key: str = "attention") -> dict[str, Any] | None:
    """Put the stage of the Attention page on the page.

    Args:
        start: an `AttentionStart`.

    Returns:
        None, or what the Explore panel is to show: {"model", "text"}.
    """
    return _mounted(_attention, key, first_look(start, "attention", "attention"))


def self_attention(start: SelfAttentionStart, *, key: str = "self_attention") -> dict[str, Any] | None:
    """Put the stage of the Self-attention page on the page: arguments and result as of `attention`."""
    return _mounted(_self_attention, key, first_look(start, "transformer", "self-attention"))


def compare(start: CompareStart, *, key: str = "compare") -> None:
    """Put the stage of the Compare page on the page.

    Args:
        start: a `CompareStart`.
    """
    _mounted(_compare, key, first_comparison(start))


def memory(start: FamilyStart, *, key: str = "memory") -> None:
    """Put the stage of the Memory page on the page: arguments as of `compare`."""
    _mounted(_memory, key, first_influence(start))


def lesson(start: lesson_start.LessonStart, *, key: str = "lesson") -> None:
    """Put the stage of a lesson on the page.

    Args:
        start: a `lesson.LessonStart`.
    """
    _mounted(_lesson, key, first_lesson(start))


def ask(kind: str) -> None:
    """Put a question on the page, about what the lesson's stage shows: the visitor predicts, then sees.

    Args:
        kind: "direction:NAME", "level:NAME", "mover" or "next", see `static/lesson/questions.js`.
    """
    _ask(key=f"ask {kind}", data=pack_nothing(ask={"kind": kind}))


def _mounted(component, key, data):
    return component(key=key, data=data, default={"explore": None}, on_explore_change=lambda: None).explore


@lru_cache(maxsize=8)
def first_picture(start: Start) -> bytes:
    """The trace of what the Watch stage opens on, with all that the stage must know of the models and colors: bytes."""
    page = {
        "models": listing(),
        "limit": LIMIT,
        "palette": {"scales": palette.SCALES, "ink": palette.INK},
        "start": _fields(start),
    }
    return pack(recent.trace(zoo.load(start.model), start.text), 0, compact=True, page=page)


@lru_cache(maxsize=8)
def first_look(start: AttentionStart | SelfAttentionStart, kind: str, page: str) -> bytes:
    """The same for the stage of a page over models that write, those of one kind."""
    about = {
        "models": attention_route.listing(kind, page),
        "limit": LIMIT,
        "widest": attention_route.WIDEST,
        "tokens": attention_route.TOKENS,
        "palette": {"scales": palette.SCALES, "ink": palette.INK},
        "start": _fields(start),
    }
    return attention_route.packed(attention_route.AttentionRequest(start.model, start.text, beam=getattr(start, "beam", 1)), page=about)


@lru_cache(maxsize=8)
def first_lesson(start: lesson_start.LessonStart) -> bytes:
    """The same for the stage of a lesson."""
    page = {
        "models": lesson_start.listing(start.models, start.page),
        "limit": LIMIT,
        "palette": {"scales": palette.SCALES, "ink": palette.INK},
        "start": _fields(start),
    }
    return pack(recent.trace(zoo.load(start.model), start.text), 0, compact=True, page=page)


@lru_cache(maxsize=8)
def first_comparison(start: CompareStart) -> bytes:
    """The same for the stage of the Compare page."""
    return compare_route.packed(compare_route.CompareRequest(start.models, start.text, compact=True), page=_families(start, "compare"))


@lru_cache(maxsize=8)
def first_influence(start: FamilyStart) -> bytes:
    """The same for the stage of the Memory page."""
    return memory_route.packed(memory_route.MemoryRequest(start.models, start.text), page=_families(start, "memory"))


def _families(start, page):
    return {
        "families": compare_route.listing(page),
        "limit": LIMIT,
        "palette": {"scales": palette.SCALES, "ink": palette.INK, "lines": palette.LINES},
        "start": _fields(start),
    }


def _fields(start):
    """What a stage must know of its start; the models travel with the trace."""
    return {key: value for key, value in vars(start).items() if key not in ("model", "models", "page")}
