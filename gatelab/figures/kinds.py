"""What a figure is drawn from: which kind of trace, which of its layers, and which of its attentions."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from gatelab.languages import marked
from gatelab.text import START
from gatelab.traces import AttentionTrace, Layer, Trace


def of_steps(trace: Any) -> Trace | Layer:
    """A `gatelab.Trace`, or one of its layers.

    Raises:
        TypeError: it is something else.
    """
    if isinstance(trace, Mapping) or not hasattr(trace, "place"):
        hint = '; its gates are in trace.layer("encoder") and trace.layer("decoder")' if isinstance(trace, AttentionTrace) else ""
        raise TypeError(f"trace must be a Trace of steps, or a layer of one: got {type(trace).__name__}{hint}")
    return trace


def of_attention(trace: Any) -> AttentionTrace:
    """A `gatelab.AttentionTrace`.

    Raises:
        TypeError: it is something else.
    """
    if not isinstance(trace, AttentionTrace):
        raise TypeError(f"trace must be an AttentionTrace: got {type(trace).__name__}")
    return trace


class Look(NamedTuple):
    """One attention of a trace: what looks, and what is looked at."""

    weights: np.ndarray  # (Q, K), or (L, heads, Q, K) of a transformer
    title: str
    row: str  # what one of the Q rows is: "step" or "token"
    written: str  # what the rows' tokens are
    rows: tuple[str, ...]  # Q tokens
    read: str  # what the columns' tokens are
    columns: tuple[str, ...]  # K tokens


def look(trace: AttentionTrace, where: str = "across") -> Look:
    """One attention of a `gatelab.AttentionTrace`.

    Args:
        where: "across" for the decoder's look at the source; of a transformer also "encoder" for the source's look at itself, and
            "decoder" for the target's.

    Raises:
        TypeError: it is no `AttentionTrace`.
        ValueError: there is no such place.
        KeyError: the model has no attention weights there.
    """
    of_attention(trace)
    if where == "across":
        return Look(trace["weights"], "", "step", marked("written"), trace.written, marked("source"), trace.tokens)
    if where == "encoder":
        return Look(trace.encoder["weights"], marked("source looks at itself"), "token", marked("source"), trace.tokens, marked("source"), trace.tokens)
    if where == "decoder":
        read = (START, *trace.written)[: len(trace.written)]
        return Look(trace.decoder["weights"], marked("target looks at itself"), "step", marked("written"), trace.written, marked("read"), read)
    raise ValueError(f"where must be across, encoder or decoder: got {where!r}")


def named(text: str, trace: Trace | Layer) -> str:
    """A title, with the layer that is shown where a trace has several."""
    return f"{text}, {trace.place}" if trace.place else text


def layers(trace: Trace | Layer) -> list[Layer]:
    """Every layer of a trace, the first at the front; the layer itself where one is given."""
    return [trace.layer(k) for k in range(len(trace.layers))] if isinstance(trace, Trace) else [trace]
