"""The stage of one's own network in a notebook whose kernel runs: what is typed goes to Python, which answers with a trace."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gatelab.live.wire import pack_given
from gatelab.notebook import given
from gatelab.notebook.frame import SANDBOX, checked_height
from gatelab.traces import Trace

LONGEST = 2000
"""Characters of a text that is read."""

ESM = Path(__file__).parent / "widget.js"
"""What runs in the notebook."""


def answer(encode: Callable[[str], Trace], content: Any) -> tuple[dict[str, Any], list[bytes]]:
    """What Python says to a text that was typed: a message, and the packed trace in a list, or no bytes and what went wrong.

    Args:
        encode: text -> `Trace`; whatever it raises is told on the stage.
        content: of the message: {"text", "asked"}, asked counting what was typed.
    """
    if not isinstance(content, Mapping) or not isinstance(content.get("text"), str) or not isinstance(content.get("asked"), int):
        return {"asked": 0, "error": "a message must hold a text and its number"}, []
    asked, text = content["asked"], content["text"]
    if len(text) > LONGEST:
        return {"asked": asked, "error": f"The text must have at most {LONGEST:,} characters: got {len(text):,}."}, []
    try:
        return {"asked": asked}, [pack_given(traced(encode, text))]
    except Exception as error:  # noqa: BLE001 (it is the visitor's own code)
        return {"asked": asked, "error": f"{type(error).__name__}: {error}"[:500]}, []


def traced(encode: Callable[[str], Trace], text: str) -> Trace:
    """What `encode` makes of a text.

    Raises:
        TypeError: it is no trace of steps.
        ValueError: the trace is too large.
    """
    seen = encode(text)
    if not isinstance(seen, Trace):
        raise TypeError(f"encode must give a gatelab.Trace: got {type(seen).__name__}")
    given.check_size(seen)
    return seen


def widget(encode: Callable[[str], Trace], text: str, height: int | None, chosen: Mapping[str, Any]) -> Any:
    """The stage as a widget whose texts Python answers. It needs `pip install gatelab[notebook]`.

    In a notebook that was saved, and has no kernel, the first trace is not shown: only `gatelab.show(trace)` stays there.

    Args:
        encode: text -> `Trace`.
        text: to begin with.
        height: as of `gatelab.show`.
        chosen: what it opens on.

    Raises:
        ImportError: anywidget is not there.
        TypeError: `encode` cannot be called, or gives no trace.
    """
    if not callable(encode):
        raise TypeError(f"encode must be a function, text -> trace: got {type(encode).__name__}")
    try:
        import anywidget
        import traitlets
    except ImportError as missing:
        raise ImportError("encode= needs anywidget: pip install gatelab[notebook]; without it gatelab.show(trace) shows one trace") from missing
    seen = traced(encode, text)

    class Stage(anywidget.AnyWidget):
        """The stage of a network of one's own."""

        _esm = ESM.read_text(encoding="utf-8")
        document = traitlets.Unicode().tag(sync=True)
        title = traitlets.Unicode().tag(sync=True)
        height = traitlets.Int().tag(sync=True)
        sandbox = traitlets.Unicode(SANDBOX).tag(sync=True)

        def __repr__(self) -> str:
            return f"{self.title}: a stage whose texts Python answers while the kernel runs"

    made = Stage(document=given.page(seen, chosen, typing=True, text=text), title=seen.title, height=checked_height(height) or 0)
    made.on_msg(lambda one, content, buffers: one.send(*answer(encode, content)))
    return made
