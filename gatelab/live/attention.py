"""`POST /live/attention`: what a model that writes made of a source, whole at each key: it reads from both ends, so every key changes all."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Self

from starlette.requests import Request
from starlette.responses import Response

from gatelab import zoo
from gatelab.live.endpoint import BadRequest, Endpoint, body, checked_text, kind, numbers, parsed, run_in_threadpool, shown
from gatelab.live.wire import pack_attention
from gatelab.text import tokenize
from gatelab.trace import AttentionTrace, trace

TOKENS = 200
"""Most tokens of a source."""

WIDEST = 5
"""Most beginnings that a beam search keeps."""

ROOM = 2**19
"""Most bytes of a request: every row of a long source may be forced."""

QUICK = 60
"""Most characters of a source that a recurrent model reads on the event loop (a few milliseconds); longer work goes to a thread."""


@dataclass(frozen=True)
class AttentionRequest:
    """A checked request: a model's name, a source, attention rows to force, and the width of the beam."""

    model: str
    text: str
    forced: dict[int, list[float]] = field(default_factory=dict, hash=False)
    beam: int = 1

    @classmethod
    def of(cls, fields: object) -> Self:
        """Check the fields of a request.

        Raises:
            BadRequest: with the field at fault.
        """
        if not isinstance(fields, dict):
            raise BadRequest("body", 'an object {"model": str, "text": str, "forced": {step: [weight]}, "beam": int}', kind(fields), status=400)
        names = zoo.models("attention") + zoo.models("transformer")
        model, text, forced, beam = fields.get("model"), fields.get("text"), fields.get("forced"), fields.get("beam", 1)
        if not isinstance(model, str) or model not in names:
            raise BadRequest("model", f"one of {', '.join(names)}", shown(model))
        text = _checked(model, text)
        if isinstance(beam, bool) or not isinstance(beam, int) or not 1 <= beam <= WIDEST:
            raise BadRequest("beam", f"an integer from 1 to {WIDEST}", shown(beam))
        if (beam > 1 or forced) and model not in zoo.models("attention"):
            raise BadRequest("model", f"one of {', '.join(zoo.models('attention'))} for a beam or a forced row", shown(model))
        return cls(model, text, _rows(model, text, forced), beam)


def _checked(model, text):
    text = checked_text(text)
    unit = zoo.load(model).spec.unit
    count = len(tokenize(text, unit))
    if count > TOKENS:
        raise BadRequest("text", f"at most {TOKENS} {unit}", f"{count} {unit}")
    return text


def _rows(model, text, forced):
    """The forced rows under their steps.

    Raises:
        BadRequest: one is no distribution over the source's tokens.
    """
    spec = zoo.load(model).spec
    if forced is None:
        return {}
    if not isinstance(forced, dict):
        raise BadRequest("forced", "an object {step: [weight]}", kind(forced))
    if forced and spec.attention == "none":
        raise BadRequest("forced", "empty for a model without attention", f"{len(forced)} rows")
    count = len(tokenize(text, spec.unit))
    rows = {}
    for step, row in forced.items():
        if not (step.isascii() and step.isdigit() and len(step) < 4 and int(step) < spec.longest(count)):
            raise BadRequest("forced", f"rows of steps from 0 to {spec.longest(count) - 1}", shown(step))
        fits = isinstance(row, list) and len(row) == count and all(type(weight) in (int, float) and 0 <= weight <= 1 + 1e-6 for weight in row)
        if not fits or abs(sum(row) - 1) > 5e-4:
            raise BadRequest("forced", f"rows of {count} weights from 0 to 1 that sum to 1", shown(row))
        rows[int(step)] = row
    return rows


class AttentionRoute(Endpoint):
    """`POST /live/attention`: the whole trace of a source, as `wire.pack_attention` writes it."""

    async def post(self, request: Request) -> Response:
        wanted = AttentionRequest.of(parsed(await body(request, ROOM)))
        if len(wanted.text) <= QUICK and wanted.beam == 1 and wanted.model in zoo.models("attention"):
            return answer(wanted)
        return await run_in_threadpool(answer, wanted)


def traced(wanted: AttentionRequest) -> AttentionTrace:
    """The trace that a checked request asks for."""
    options = {} if wanted.model in zoo.models("transformer") else {"forced": wanted.forced, "beam": wanted.beam}
    return trace(zoo.load(wanted.model), wanted.text, **options)


def answer(wanted: AttentionRequest) -> Response:
    """The response to a checked request."""
    return numbers(packed(wanted))


def packed(wanted: AttentionRequest, **page: Any) -> bytes:
    """The body for a checked request; a model with attention has the one without at its side."""
    beside = plain_twin(wanted.model)
    return pack_attention(traced(wanted), trace(zoo.load(beside), wanted.text) if beside else None, **page)


def plain_twin(name: str) -> str | None:
    """The model without attention that stands beside one with attention, or None where there is none."""
    plain = f"{name.split('-')[0]}-none"
    return plain if name in zoo.models("attention") and plain != name and plain in zoo.models() else None


@lru_cache
def listing(kind: str, page: str | None = None) -> list[dict[str, Any]]:
    """What the stage of a page knows of each model of a kind: name, task, sizes, what its energies are made of, opening and card."""
    models = []
    for name in zoo.models(kind):
        model, opening = zoo.load(name), zoo.opening(name, page)
        spec = model.spec
        models.append(
            {
                "name": name,
                "task": name.split("-")[0],
                "plain": plain_twin(name),
                "attention": spec.attention,
                "unit": spec.unit,
                "hidden_size": spec.hidden_size,
                "layers": spec.num_layers,
                "heads": spec.num_heads,
                "v": model.v.tolist() if spec.attention == "additive" else None,
                "card": zoo.card(name),
                "opening": vars(opening),
            }
        )
    return models
