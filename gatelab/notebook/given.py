"""Pages of traces whose numbers are fixed: of a plain module, of arrays, and of what no stage computes in the page."""

from collections.abc import Mapping
from typing import Any

from gatelab import palette
from gatelab.live.wire import pack_given
from gatelab.naming import meant
from gatelab.standalone.document import Part, document
from gatelab.standalone.page import body
from gatelab.traces import Trace

MOST = 4_000_000
"""Numbers of a trace in a notebook: each takes about five bytes there."""

FIELDS = ("unit", "step", "value", "layer")
"""What can be chosen to open on."""

FILE = "/live/given"


def page(trace: Trace, fields: Mapping[str, Any], typing: bool = False, text: str = "") -> str:
    """The page of a trace with fixed numbers.

    Args:
        trace: any.
        fields: what it opens on: "unit", counted from 0, "step" and "layer", counted from 1, and "value", the name that colors the tokens.
        typing: whether somebody answers to what is typed, see `live.py`.
        text: what stands in the text box then.

    Raises:
        ValueError: the trace is too large, or a field is not as it must be.
    """
    check_size(trace)
    told = {"stage": "fixed", "palette": {"scales": palette.SCALES, "ink": palette.INK}, "missing": palette.MISSING, "typing": typing}
    start = opening(trace, fields) | {"text": text}
    said = '<p class="about">Shown by GateLab: fixed numbers, as they were computed in Python.</p>'
    return document(
        f"{trace.title} \u00b7 GateLab",
        body("fixed", trace.title, said),
        [Part("[data-stage=fixed]", "fixed/fixed.js", page=told | {"start": start}, fixed=FILE)],
        {FILE: pack_given(trace)},
    )


def check_size(trace: Trace) -> None:
    """Refuse a trace that is too large for a notebook.

    Raises:
        ValueError: it is.
    """
    numbers = trace.rows.table.shape[1] * len(trace)
    if numbers > MOST:
        raise ValueError(f"a trace in a notebook must have at most {MOST:,} numbers: got {numbers:,} in {len(trace):,} steps; trace.head(n) is its beginning")


def opening(trace: Trace, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What the stage opens on, counted from 0.

    Raises:
        ValueError: a field is not as it must be.
    """
    for name in fields:
        if name not in FIELDS:
            raise ValueError(f"of a trace with fixed numbers one can choose {', '.join(FIELDS)}: got {name!r}{meant(name, FIELDS)}")
    value = fields.get("value")
    if value is not None and value not in trace.names:
        raise ValueError(f"value must be one of {', '.join(trace.names)}: got {value!r}{meant(value, trace.names)}")
    return {
        "unit": _whole("unit", fields.get("unit", 0), 0, max(trace.layers[-1].widths) - 1),
        "step": _whole("step", fields.get("step", max(1, len(trace))), 1, max(1, len(trace))) - 1,
        "layer": _whole("layer", fields.get("layer", len(trace.layers)), 1, len(trace.layers)) - 1,
        "value": value,
    }


def _whole(name, given, low, high):
    if isinstance(given, bool) or not isinstance(given, int) or not low <= given <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}: got {given!r}")
    return given
