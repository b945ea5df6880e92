"""`POST /live/compare`: what several models of one task compute on the same text, side by side in one answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Self

from starlette.requests import Request
from starlette.responses import Response

from gatelab import holds, sizes, zoo
from gatelab.live import own
from gatelab.live.endpoint import STEPS, BadRequest, Checked, Endpoint, Field, checked_text, content, in_turn, kind, numbers, shown, wanted_steps
from gatelab.live.held import BY_ROLE
from gatelab.live.recent import recent
from gatelab.live.trace import ANEW, STEP
from gatelab.live.wire import pack_side_by_side
from gatelab.palette import LIMITS
from gatelab.traces import Trace, trace
from gatelab.words import FAMILY, TASKS, TITLES

FEWEST, MOST = 2, 5
"""How many models stand side by side."""

VALUES = ("memory", "keep", "write", "reset", "candidate", "output", "hidden")
"""What the bands can show, in the words of `static/compare/values.js`."""

AT_ONCE = 16
"""Most steps of each model that are computed on the event loop, two milliseconds for five models; longer work goes to a thread."""


def checked_models(models: object, before: object = None) -> tuple[str, ...]:
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
    tasks = {zoo.task(name) for name in models}
    if len(tasks) > 1:
        raise BadRequest("models", "of one task", ", ".join(sorted(tasks)))
    return tuple(models)


@dataclass(frozen=True)
class CompareRequest(Checked):
    """Two to five models of one task; all else as of a `trace.TraceRequest`, `have` is what the browser holds for all of them, and what is held is named by role."""

    models: tuple[str, ...]
    text: str
    have: int = 0
    left: int = 0
    compact: bool = False
    hold: tuple[holds.Hold, ...] = ()

    FIELDS: ClassVar[dict[str, Field]] = {"models": Field("[str]", checked_models), "text": Field("str", checked_text), "hold": BY_ROLE} | STEPS

    @classmethod
    def made(cls, values: dict[str, Any]) -> Self:
        text, left = wanted_steps(values["text"], zoo.load(values["models"][0]).spec.unit, values["have"], values["most"])
        return cls(values["models"], text, values["have"], left, values["compact"], values["hold"])


class CompareRoute(Endpoint):
    """`POST /live/compare`: the new steps of each model's trace, as `wire.pack_side_by_side` writes them."""

    async def post(self, request: Request) -> Response:
        wanted = CompareRequest.of(await content(request))
        if wanted.hold:
            return await in_turn(request, STEP * ANEW * len(wanted.models) * len(wanted.text), held, wanted)
        starts = [recent.nearest(zoo.load(name), wanted.text, wanted.have) for name in wanted.models]
        new = len(wanted.text) - min(wanted.have, *(len(start.text) for start in starts))
        if new <= AT_ONCE:
            return answer(wanted, starts)
        return await in_turn(request, STEP * len(wanted.models) * new, answer, wanted, starts)


def answer(wanted: CompareRequest, starts: list[Trace]) -> Response:
    """The response to a checked request, from traces of its text's beginning."""
    return numbers(packed(wanted, starts, left=wanted.left))


def held(wanted: CompareRequest) -> Response:
    """The response to a checked request that holds values: computed anew, for the page's own engine asks it seldom."""
    return numbers(packed(wanted, left=wanted.left))


def packed(wanted: CompareRequest, starts: list[Trace] | None = None, **extra: Any) -> bytes:
    """The body of the response, with more metadata."""
    traces = [recent.finish(start, wanted.text) for start in starts] if starts else [_trace(zoo.load(name), wanted) for name in wanted.models]
    return pack_side_by_side(traces, wanted.have, wanted.compact, **extra)


def _trace(model, wanted):
    """What a model computes where its gates of the held roles are held."""
    hold = holds.in_cell(wanted.hold, model.spec.cell)
    return trace(model, wanted.text, hold=hold) if hold else recent.trace(model, wanted.text)


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
                    "family": name if zoo.is_own(name) else FAMILY[spec.cell],
                    "matched": zoo.matched(name),
                    "hidden_size": spec.hidden_size,
                    "labels": spec.labels,
                    "order": model.orders["similarity"],
                    "titles": TITLES[spec.cell],
                    "unbounded": list(LIMITS),
                    "ranges": zoo.ranges(name),
                    "sizes": [part._asdict() for part in sizes.parts(spec)],
                    "opening": vars(opening),
                    "scores": zoo.card(name)["scores"],
                    **own.told(name),
                }
            )
        families.append(
            {"task": task, "title": f"Yours: {task}" if zoo.is_own(names[0]) else TASKS.get(task, task), "unit": zoo.load(names[0]).spec.unit, "models": models}
        )
    return families


def first_family(page: str | None) -> tuple[str, ...]:
    """The family that a page opens on: that of the first task for which it has texts of its own, else the first of all."""
    families = zoo.families()
    return families[next((task for task in zoo.pages().get(page or "", ()) if task in families), next(iter(families)))]


def standing(family: Iterable[str]) -> tuple[str, ...]:
    """The models of a family that stand side by side at first."""
    return tuple(name for name in family if not zoo.matched(name))[:MOST]
