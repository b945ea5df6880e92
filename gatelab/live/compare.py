"""`POST /live/compare`: what several models of one task compute on the same text, side by side in one answer."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

from starlette.requests import Request
from starlette.responses import Response

from gatelab import sizes, zoo
from gatelab.live.endpoint import BadRequest, Endpoint, body, checked_flag, checked_steps, checked_text, kind, numbers, parsed, run_in_threadpool, shown
from gatelab.live.recent import recent
from gatelab.live.wire import pack_side_by_side
from gatelab.palette import LIMITS
from gatelab.text import beginning, tokenize
from gatelab.trace import Trace
from gatelab.words import FAMILY, TASKS, TITLES

FEWEST, MOST = 2, 5
"""How many models stand side by side."""

AT_ONCE = 64
"""Most steps of each model that are computed on the event loop (two milliseconds); longer work goes to a thread."""


@dataclass(frozen=True)
class CompareRequest:
    """A checked request: two to five models of one task; all else as of a `routes.TraceRequest`, `have` is what the browser holds for all of them."""

    models: tuple[str, ...]
    text: str
    have: int = 0
    left: int = 0
    compact: bool = False

    @classmethod
    def of(cls, fields: object) -> Self:
        """Check the fields of a request.

        Raises:
            BadRequest: with the field at fault.
        """
        if not isinstance(fields, dict):
            raise BadRequest("body", 'an object {"models": [str], "text": str, "have": int, "most": int, "compact": bool}', kind(fields), status=400)
        models, text = checked_models(fields.get("models")), checked_text(fields.get("text"))
        unit = zoo.load(models[0]).spec.unit
        steps = len(tokenize(text, unit))
        have, end = checked_steps(fields, steps)
        return cls(tuple(models), beginning(text, unit, end) if end < steps else text, have, steps - end, checked_flag("compact", fields.get("compact", False)))


def checked_models(models: object) -> list[str]:
    """Two to five different models of one task.

    Raises:
        BadRequest: they are not.
    """
    if not isinstance(models, list):
        raise BadRequest("models", "a list of names", kind(models))
    if not FEWEST <= len(models) <= MOST:
        raise BadRequest("models", f"{FEWEST} to {MOST} names", f"{len(models)}")
    known = [name for family in zoo.families().values() for name in family]
    for name in models:
        if not isinstance(name, str) or name not in known:
            raise BadRequest("models", f"among {', '.join(known)}", shown(name))
    if len(set(models)) < len(models):
        raise BadRequest("models", "all different", shown(models))
    tasks = {zoo.load(name).spec.task for name in models}
    if len(tasks) > 1:
        raise BadRequest("models", "of one task", ", ".join(sorted(tasks)))
    return models


class CompareRoute(Endpoint):
    """`POST /live/compare`: the new steps of each model's trace, as `wire.pack_side_by_side` writes them."""

    async def post(self, request: Request) -> Response:
        wanted = CompareRequest.of(parsed(await body(request)))
        starts = [recent.nearest(zoo.load(name), wanted.text, wanted.have) for name in wanted.models]
        if len(wanted.text) - min(wanted.have, *(len(start.text) for start in starts)) <= AT_ONCE:
            return answer(wanted, starts)
        return await run_in_threadpool(answer, wanted, starts)


def answer(wanted: CompareRequest, starts: list[Trace]) -> Response:
    """The response to a checked request, from traces of its text's beginning."""
    return numbers(packed(wanted, starts, left=wanted.left))


def packed(wanted: CompareRequest, starts: list[Trace] | None = None, **extra: Any) -> bytes:
    """The body of the response, with more metadata."""
    starts = starts or [recent.nearest(zoo.load(name), wanted.text) for name in wanted.models]
    return pack_side_by_side([recent.finish(start, wanted.text) for start in starts], wanted.have, wanted.compact, **extra)


@lru_cache(maxsize=4)
def listing(page: str | None = None) -> list[dict[str, Any]]:
    """What the stage of a page knows of each family: its task, title and unit, and for each model its cell, sizes, labels and opening."""
    families = []
    for task, names in zoo.families().items():
        models = []
        for name in names:
            model, opening = zoo.load(name), zoo.opening(name, page)
            spec = model.spec
            models.append(
                {
                    "name": name,
                    "task": task,
                    "cell": spec.cell,
                    "family": FAMILY[spec.cell],
                    "matched": name.endswith("-matched"),
                    "hidden_size": spec.hidden_size,
                    "labels": spec.labels,
                    "order": model.orders["similarity"],
                    "titles": TITLES[spec.cell],
                    "unbounded": list(LIMITS),
                    "sizes": [part._asdict() for part in sizes.parts(spec)],
                    "opening": vars(opening),
                    "scores": zoo.card(name)["scores"],
                }
            )
        families.append({"task": task, "title": TASKS.get(task, task), "unit": zoo.load(names[0]).spec.unit, "models": models})
    return families
