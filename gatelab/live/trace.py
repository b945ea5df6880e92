"""`POST /live/trace`: the trace of a text by one model that reads, for Watch and the lessons."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from starlette.requests import Request
from starlette.responses import Response

from gatelab import holds, zoo
from gatelab.live.endpoint import STEPS, Checked, Endpoint, Field, checked_text, content, in_turn, numbers, one_of, wanted_steps
from gatelab.live.held import FIELD as HOLD
from gatelab.live.held import after_of_request, beginning
from gatelab.live.recent import recent
from gatelab.live.wire import pack
from gatelab.traces import Trace, trace

STEP = 0.02
"""Milliseconds that a step of one model takes, with its part of the answer."""

ANEW = 5
"""How many times as long it takes where values are held: step by step, and nothing of it is at hand."""

AT_ONCE = 96
"""Most steps that are computed on the event loop, two milliseconds; longer work goes to a thread."""


@dataclass(frozen=True)
class TraceRequest(Checked):
    """What one model is to read.

    Attributes:
        model: one of `zoo.readers()`.
        text: what is read, at most `LIMIT` characters; where the request wants fewer steps, the beginning of its text.
        have: how many steps of it the browser holds.
        left: how many tokens of the request's text come after it.
        compact: whether the browser reads what `wire.pack` writes in fewer bytes; a trace in which something is held is never so written.
        hold: what is held, see `gatelab.holds`.
        after: the text in whose last state the network begins; "" for zeros.
    """

    model: str
    text: str
    have: int = 0
    left: int = 0
    compact: bool = False
    hold: tuple[holds.Hold, ...] = ()
    after: str = ""

    FIELDS: ClassVar[dict[str, Field]] = {
        "model": Field("str", one_of("model", zoo.readers)),
        "text": Field("str", checked_text),
        "hold": HOLD,
        "after": Field("str", after_of_request, ""),
    } | STEPS

    @classmethod
    def made(cls, values: dict[str, Any]) -> Self:
        text, left = wanted_steps(values["text"], zoo.load(values["model"]).spec.unit, values["have"], values["most"])
        return cls(values["model"], text, values["have"], left, values["compact"], values["hold"], values["after"])


class TraceRoute(Endpoint):
    """`POST /live/trace`: the new steps of a text's trace, as `wire.pack` writes them."""

    async def post(self, request: Request) -> Response:
        wanted = TraceRequest.of(await content(request))
        if wanted.hold or wanted.after:
            return await in_turn(request, STEP * (len(wanted.text) + len(wanted.after)) * ANEW, held, wanted)
        start = recent.nearest(zoo.load(wanted.model), wanted.text, wanted.have)
        new = len(wanted.text) - min(len(start.text), wanted.have)
        if new <= AT_ONCE:
            return answer(wanted, start)
        return await in_turn(request, STEP * new, answer, wanted, start)


def answer(wanted: TraceRequest, start: Trace) -> Response:
    """The response to a checked request, from a trace of its text's beginning."""
    return numbers(pack(recent.finish(start, wanted.text), wanted.have, wanted.compact, left=wanted.left))


def held(wanted: TraceRequest) -> Response:
    """The response to a checked request that holds values or begins with another state than zeros: computed anew, for the page's own engine asks it seldom."""
    state, said = beginning(wanted.model, wanted.after)
    seen = trace(zoo.load(wanted.model), wanted.text, hold=wanted.hold, state=state)
    return numbers(pack(seen, wanted.have, left=wanted.left, **said))
