"""`POST /live/attention`: what a model that writes made of a source, whole at each key: it reads from both ends, so every key changes all."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import Response

from gatelab import holds, zoo
from gatelab.live import own
from gatelab.live.endpoint import BadRequest, Checked, Endpoint, Field, checked_text, content, in_turn, kind, numbers, one_of, shown
from gatelab.live.held import FIELD
from gatelab.live.wire import pack_attention
from gatelab.text import tokenize
from gatelab.traces import AttentionTrace, trace
from gatelab.words import PLACES

TOKENS = 200
"""Most tokens of a source."""

WIDEST = 5
"""Most beginnings that a beam search keeps."""

ASKED = ("month", "year", "day")
"""What can be asked of a date, as in `static/attention/predict.js`."""

ROOM = 2**19
"""Most bytes of a request: every row of a long source may be forced."""

CHARACTER = 0.06
"""Milliseconds that a character of a source takes without a beam."""

QUICK = 60
"""Most characters of a source that a recurrent model reads on the event loop (a few milliseconds); longer work goes to a thread."""


def _writers():
    return zoo.models("attention") + zoo.models("transformer")


def _checked_source(text, before):
    checked_text(text)
    unit = zoo.load(before["model"]).spec.unit
    count = len(tokenize(text, unit))
    if count > TOKENS:
        raise BadRequest("text", f"at most {TOKENS} {unit}", f"{count} {unit}")
    return text


def _needs_decoder_steps(model):
    """Beams and forced rows are of decoders that look at the source one step at a time."""
    if model not in zoo.models("attention"):
        raise BadRequest("model", f"one of {', '.join(zoo.models('attention'))} for a beam or a forced row", shown(model))


def _checked_beam(beam, before):
    if isinstance(beam, bool) or not isinstance(beam, int) or not 1 <= beam <= WIDEST:
        raise BadRequest("beam", f"an integer from 1 to {WIDEST}", shown(beam))
    if beam > 1:
        _needs_decoder_steps(before["model"])
    return beam


def _checked_rows(forced, before):
    """The forced rows under their steps: distributions over the source's tokens."""
    if not forced and (forced is None or isinstance(forced, dict)):
        return {}
    if not isinstance(forced, dict):
        raise BadRequest("forced", "an object {step: [weight]}", kind(forced))
    _needs_decoder_steps(before["model"])
    spec = zoo.load(before["model"]).spec
    if spec.attention == "none":
        raise BadRequest("forced", "empty for a model without attention", f"{len(forced)} rows")
    count = len(tokenize(before["text"], spec.unit))
    return dict(_checked_row(step, row, count, spec.longest(count)) for step, row in forced.items())


def _checked_row(step, row, count, longest):
    if not (step.isascii() and step.isdigit() and len(step) < 4 and int(step) < longest):
        raise BadRequest("forced", f"rows of steps from 0 to {longest - 1}", shown(step))
    fits = isinstance(row, list) and len(row) == count and all(type(weight) in (int, float) and 0 <= weight <= 1 + 1e-6 for weight in row)
    if not fits or abs(sum(row) - 1) > 5e-4:
        raise BadRequest("forced", f"rows of {count} weights from 0 to 1 that sum to 1", shown(row))
    return int(step), row


def _checked_holds(hold, before):
    if hold and before["model"] not in zoo.models("attention"):
        raise BadRequest("hold", "empty for a transformer, which has no recurrent cells", shown(hold))
    return FIELD.check(hold, before) if hold != "" else ()


@dataclass(frozen=True)
class AttentionRequest(Checked):
    """A model's name, a source, attention rows to force, the width of the beam, and what is held."""

    model: str
    text: str
    forced: dict[int, list[float]] = field(default_factory=dict, hash=False)
    beam: int = 1
    hold: tuple[holds.Hold, ...] = ()

    FIELDS: ClassVar[dict[str, Field]] = {
        "model": Field("str", one_of("model", _writers)),
        "text": Field("str", _checked_source),
        "forced": Field("{step: [weight]}", _checked_rows),
        "beam": Field("int", _checked_beam, 1),
        "hold": Field("str", _checked_holds, ""),
    }


class AttentionRoute(Endpoint):
    """`POST /live/attention`: the whole trace of a source, as `wire.pack_attention` writes it."""

    async def post(self, request: Request) -> Response:
        wanted = AttentionRequest.of(await content(request, ROOM))
        if len(wanted.text) <= QUICK and wanted.beam == 1 and wanted.model in zoo.models("attention"):
            return answer(wanted)
        return await in_turn(request, CHARACTER * len(wanted.text) * (1 + wanted.beam) / 2, answer, wanted)


def traced(wanted: AttentionRequest) -> AttentionTrace:
    """The trace that a checked request asks for."""
    options = {} if wanted.model in zoo.models("transformer") else {"forced": wanted.forced, "beam": wanted.beam, "hold": wanted.hold}
    return trace(zoo.load(wanted.model), wanted.text, **options)


def answer(wanted: AttentionRequest) -> Response:
    """The response to a checked request."""
    return numbers(packed(wanted))


def packed(wanted: AttentionRequest, **page: Any) -> bytes:
    """The body for a checked request; a model with attention has the one without at its side."""
    beside = zoo.plain_twin(wanted.model)
    return pack_attention(traced(wanted), trace(zoo.load(beside), wanted.text) if beside else None, **page)


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
                "task": zoo.task(name),
                "plain": zoo.plain_twin(name),
                "attention": spec.attention,
                "unit": spec.unit,
                "hidden_size": spec.hidden_size,
                "layers": spec.num_layers,
                "heads": spec.num_heads,
                "head_size": spec.hidden_size // spec.num_heads,
                "v": model.v.tolist() if spec.attention == "additive" else None,
                "card": zoo.card(name),
                "opening": vars(opening),
                "clearest": _clearest(name) if kind == "transformer" else None,
                **own.told(name),
            }
        )
    return models


def _clearest(name):
    """The heads to look at first, {one of `words.PLACES`, or "first" for any: {"where", "layer", "head"}}."""
    return {where: dict(zip(("where", "layer", "head"), clearest(name, None if where == "first" else where))) for where in ("first", *PLACES)}


PLAIN = ("before", "after", "itself", "field", "same place", "written last")
"""What a label of a head says of a pattern that shows on any text, the plainer first; the others are about one token."""


def clearest(model: str, where: str | None = None) -> tuple[str, int, int]:
    """The head to look at first: attention, layer and head, counted from 0, of the one with the plainest pattern by the model's card.

    Args:
        where: one of `words.PLACES`; None for the first attention with a head that has a plain pattern.
    """
    measured = zoo.card(model).get("heads", {})
    found = [
        (place, layer, number, head)
        for place in ([where] if where else ("encoder", "across", "decoder"))
        for layer, heads in enumerate(measured.get(place, ()))
        for number, head in enumerate(heads)
    ]
    for pattern in PLAIN:
        named = [(place, layer, number, head) for place, layer, number, head in found if pattern in head["label"]]
        if named:
            place, layer, number, _ = max(named, key=lambda entry: entry[3]["share"])
            return place, layer, number
    return where or "encoder", 0, 0
