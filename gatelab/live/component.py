"""The stages as Streamlit components: the first picture travels with the page, everything after it takes the live lane."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import streamlit as st

from gatelab.live import bundle, data
from gatelab.live.languages import loading
from gatelab.live.stages import STAGES, Start
from gatelab.live.wire import pack_nothing
from gatelab.notation import NOTATIONS
from gatelab.shapes import View

# Sent again with every update, so it only fetches the modules that do the work, or says that they did not come. The address is
# relative to the page's own: the app may be served under a path.
_JS = """
const address = new URL("BUNDLE", document.baseURI).href;
const stage = LOADING.then((load) => load("MODULE"));
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
        f"gatelab.{name}",
        css=_CSS.replace("HEIGHT", str(height)),
        js=_JS.replace("BUNDLE", bundle.ADDRESS).replace("LOADING", loading()).replace("MODULE", module),
    )


_COMPONENTS = {name: _component(name, stage.module) for name, stage in STAGES.items()}
_ask = _component("ask", "lesson/ask.js", height=6)
_learn = _component("learn", "learn/learn.js", height=60)
_shapes = _component("shapes", "shapes/shapes.js", height=22)
_search = _component("search", "questions/questions.js", height=5)
_in_class = _component("in_class", "classroom/inclass.js", height=24)


def watch(start: Start) -> dict[str, Any] | None:
    """Put the stage of the Watch page on the page.

    Args:
        start: what it opens on, as its stage's `read` gives it.

    Returns:
        None, or what the Explore panel is to show once it is open and typing rests: {"model", "text", "unit", "order", "name"}.
    """
    return _mounted("watch", start)


def lesson(start: Start) -> None:
    """Put the stage of a lesson on the page: arguments as of `watch`."""
    _mounted("lesson", start)


def compare(start: Start) -> None:
    """Put the stage of the Compare page on the page: arguments as of `watch`."""
    _mounted("compare", start)


def memory(start: Start) -> None:
    """Put the stage of the Memory page on the page: arguments as of `watch`."""
    _mounted("memory", start)


def attention(start: Start) -> dict[str, Any] | None:
    """Put the stage of the Attention page on the page: arguments as of `watch`.

    Returns:
        None, or what the Explore panel is to show: {"model", "text"} and what else is chosen.
    """
    return _mounted("attention", start)


def self_attention(start: Start) -> dict[str, Any] | None:
    """Put the stage of the Self-attention page on the page: arguments and result as of `attention`."""
    return _mounted("self_attention", start)


def start(opening: Start) -> None:
    """Put the stage of the first page on the page: arguments as of `watch`."""
    _mounted("start", opening)


def ask(kind: str) -> None:
    """Put a question on the page, about what the lesson's stage shows: the visitor predicts, then sees.

    Args:
        kind: "lost:NAME", "written:NAME", "kept:NAME", "mover" or another one of `static/lesson/questions.js`.
    """
    _ask(key=f"ask {kind}", data=pack_nothing(**data.ask(kind)))


def learn(fields: Mapping[str, str]) -> None:
    """Put the stage of the Learn page on the page: what it trains, it trains in the browser, and no route is asked.

    Args:
        fields: those of the link; `static/learn/settings.js` has their rules, and the stage itself says what breaks one.
    """
    _learn(key="learn", data=pack_nothing(**data.learn(fields)))


def shapes(view: View, *, key: str) -> None:
    """Put the tensors of a view on the page.

    Args:
        view: the way to call `nn.LSTM`.
    """
    _shapes(key=key, data=pack_nothing(**data.shapes(view)))


def search(groups: Sequence[Sequence[tuple[str, str]]], asked: str | None) -> None:
    """Put the search over the questions on the page, which holds them in containers with the keys "question-ID" and "group-NUMBER".

    Args:
        groups: for each group pairs (id, text to search in).
        asked: the id of the question to bring into sight, or None.
    """
    _search(key="search", data=pack_nothing(**data.search(groups, asked)))


def in_class(code: str | None) -> None:
    """Put what joins or starts a class on the page.

    Args:
        code: what stands in the box at first, or None.
    """
    _in_class(key="in class", data=pack_nothing(code=code or ""))


def notation() -> str:
    """Whose letters the page is written in, one of `NOTATIONS`: what the visitor has chosen on a stage, in this visit."""
    return st.session_state.get("notation", next(iter(NOTATIONS)))


def _mounted(name, start):
    chosen = dict.fromkeys(("explore", "notation"))
    result = _COMPONENTS[name](key=name, data=first_picture(name, start), default=chosen, on_explore_change=lambda: None, on_notation_change=lambda: None)
    told = (result.notation, getattr(start, "notation", None), notation())
    st.session_state["notation"] = next(one for one in told if one in NOTATIONS)
    return result.explore


@lru_cache(maxsize=8 * len(STAGES))
def first_picture(name: str, start: Start) -> bytes:
    """The first picture of a stage, see `Stage.first_picture`: kept, since many visitors open a page at the same place."""
    return STAGES[name].first_picture(start)
