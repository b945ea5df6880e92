"""The routes of the live lane: `POST /live/trace`, `POST /live/attention`, `POST /live/compare`, `POST /live/memory`,
`GET /live/models`, the checkpoints, the stages' files; all under the path that the app is served from."""

from dataclasses import dataclass
from typing import Any, Self

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from gatelab import glossary, zoo
from gatelab.live import bundle
from gatelab.live.attention import AttentionRoute
from gatelab.live.bundle import STATIC
from gatelab.live.compare import CompareRoute
from gatelab.live.endpoint import (
    LIMIT,
    BadRequest,
    Endpoint,
    body,
    checked_flag,
    checked_steps,
    checked_text,
    kind,
    length_told,
    numbers,
    parsed,
    run_in_threadpool,
    shown,
)
from gatelab.live.memory import MemoryRoute
from gatelab.live.recent import recent
from gatelab.live.wire import MEDIA_TYPE, pack
from gatelab.palette import LIMITS
from gatelab.text import beginning, tokenize
from gatelab.trace import Trace
from gatelab.words import TITLES

AT_ONCE = 256
"""Most steps that are computed on the event loop (two milliseconds); longer work goes to a thread."""


@dataclass(frozen=True)
class TraceRequest:
    """A checked request.

    Attributes:
        model: one of `zoo.readers()`.
        text: what is read, at most `LIMIT` characters; where the request wants fewer steps, the beginning of its text.
        have: how many steps of it the browser holds.
        left: how many tokens of the request's text come after it.
        compact: whether the browser reads what `wire.pack` writes in fewer bytes.
    """

    model: str
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
            raise BadRequest("body", 'an object {"model": str, "text": str, "have": int, "most": int, "compact": bool}', kind(fields), status=400)
        model, text = fields.get("model"), fields.get("text")
        if not isinstance(model, str) or model not in zoo.readers():
            raise BadRequest("model", f"one of {', '.join(zoo.readers())}", shown(model))
        text = checked_text(text)
        unit = zoo.load(model).spec.unit
        steps = len(tokenize(text, unit))
        have, end = checked_steps(fields, steps)
        return cls(model, beginning(text, unit, end) if end < steps else text, have, steps - end, checked_flag("compact", fields.get("compact", False)))


class TraceRoute(Endpoint):
    """`POST /live/trace`: the new steps of a text's trace, as `wire.pack` writes them."""

    async def post(self, request: Request) -> Response:
        wanted = TraceRequest.of(parsed(await body(request)))
        start = recent.nearest(zoo.load(wanted.model), wanted.text, wanted.have)
        if len(wanted.text) - min(len(start.text), wanted.have) <= AT_ONCE:
            return answer(wanted, start)
        return await run_in_threadpool(answer, wanted, start)


def answer(wanted: TraceRequest, start: Trace) -> Response:
    """The response to a checked request, from a trace of its text's beginning."""
    return numbers(pack(recent.finish(start, wanted.text), wanted.have, wanted.compact, left=wanted.left))


class ModelsRoute(Endpoint):
    """`GET /live/models`: the shipped character models, with what the Watch stage must know of each."""

    async def get(self, request: Request) -> Response:
        return JSONResponse({"models": listing(), "limit": LIMIT})


def listing() -> list[dict[str, Any]]:
    """What the Watch stage knows of each shipped character model: name, cell, sizes, tokens, opening and card."""
    models = []
    for name in zoo.models("character"):
        model, opening = zoo.load(name), zoo.opening(name)
        spec = model.spec
        models.append(
            {
                "name": name,
                "task": spec.task,
                "cell": spec.cell,
                "hidden_size": spec.hidden_size,
                "vocab": spec.tokens,
                "orders": model.orders,
                "titles": TITLES[spec.cell],
                "unbounded": list(LIMITS),
                "card": zoo.card(name),
                "opening": vars(opening),
            }
        )
    return models


class CheckpointRoute(Endpoint):
    """`GET /live/models/NAME.safetensors`: a model's weights, for the arithmetic on the stage."""

    async def get(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in zoo.models():
            raise BadRequest("model", f"one of {', '.join(zoo.models())}", shown(name), status=404)
        headers = {"Cache-Control": "no-cache"}
        if renamed := zoo.renamed(name):
            return Response(renamed, media_type=MEDIA_TYPE, headers=headers | length_told(len(renamed)))
        path = zoo.ZOO / f"{name}.safetensors"
        return FileResponse(path, media_type=MEDIA_TYPE, headers=headers | length_told(path.stat().st_size))


class GlossaryRoute(Endpoint):
    """`GET /live/glossary`: every term with its sentence, for the tips."""

    async def get(self, request: Request) -> Response:
        return JSONResponse(glossary.listing(), headers={"Cache-Control": "no-cache"})


class BundleRoute(Endpoint):
    """`GET /live/bundle/NAME`: the stages' modules and styles as one file. Its name changes with its content, so browsers keep it."""

    async def get(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name != bundle.NAME:
            raise BadRequest("bundle", "the one that the page names", shown(name), status=404)
        return Response(bundle.TEXT, media_type="text/javascript", headers={"Cache-Control": "public, max-age=31536000, immutable"})


class StageFiles(StaticFiles):
    """The same modules and styles one by one, for readers and tests; browsers ask each time whether they changed."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


class Missing(Endpoint):
    """Every other address under /live."""

    async def dispatch(self) -> None:
        body = {"field": "address", "rule": "one that exists", "got": shown(self.scope["path"])}
        await JSONResponse(body, 404)(self.scope, self.receive, self.send)


LIVE = [
    Route("/trace", TraceRoute),
    Route("/attention", AttentionRoute),
    Route("/compare", CompareRoute),
    Route("/memory", MemoryRoute),
    Route("/models", ModelsRoute),
    Route("/models/{name}.safetensors", CheckpointRoute),
    Route("/bundle/{name}", BundleRoute),
    Route("/glossary", GlossaryRoute),
    Mount("/static", StageFiles(directory=STATIC)),
    Route("/{rest:path}", Missing),
]


def served(base: str = "") -> list[Mount]:
    """The routes for an app that is served under the path `base`, as Streamlit's option server.baseUrlPath has it: "gatelab", or "" for none."""
    return [Mount("/".join(["", *filter(None, base.split("/")), "live"]), routes=LIVE)]


ROUTES = served()
"""The routes of an app that has its server for itself."""
