"""The routes of the live lane: `POST /live/trace`, `POST /live/attend`, `POST /live/compare`, `POST /live/influence`,
`GET /live/models`, the checkpoints, the stage's files."""

from dataclasses import dataclass
from pathlib import Path

from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from gatelab import zoo
from gatelab.live.attend import AttendRoute
from gatelab.live.compare import CompareRoute
from gatelab.live.endpoint import LIMIT, BadRequest, Endpoint, body, checked_text, kind, parsed, run_in_threadpool, shown
from gatelab.live.influence import InfluenceRoute
from gatelab.live.memory import recent
from gatelab.live.wire import MEDIA_TYPE, pack
from gatelab.palette import LIMITS
from gatelab.text import tokenize
from gatelab.words import TITLES

AT_ONCE = 256
"""Most steps that are computed on the event loop (two milliseconds); longer work goes to a thread."""

STATIC = Path(__file__).parent / "static"

@dataclass(frozen=True)
class TraceRequest:
    """A checked request: the model's name, the text, and how many steps the browser holds."""

    model: str
    text: str
    have: int = 0

    @classmethod
    def of(cls, fields):
        """Check the fields of a request.

        Raises:
            BadRequest: with the field at fault.
        """
        if not isinstance(fields, dict):
            raise BadRequest("body", 'an object {"model": str, "text": str, "have": int}', kind(fields), status=400)
        model, text, have = fields.get("model"), fields.get("text"), fields.get("have", 0)
        if not isinstance(model, str) or model not in zoo.readers():
            raise BadRequest("model", f"one of {', '.join(zoo.readers())}", shown(model))
        checked_text(text)
        if not isinstance(have, int) or isinstance(have, bool):
            raise BadRequest("have", "an integer", kind(have))
        steps = len(tokenize(text, zoo.load(model).spec.unit))
        if not 0 <= have <= steps:
            raise BadRequest("have", f"from 0 to {steps}, the length of the text", shown(have))
        return cls(model, text, have)


class TraceRoute(Endpoint):
    """`POST /live/trace`: the new steps of a text's trace, as `wire.pack` writes them."""

    async def post(self, request):
        wanted = TraceRequest.of(parsed(await body(request)))
        start = recent.nearest(zoo.load(wanted.model), wanted.text, wanted.have)
        if len(wanted.text) - min(len(start.text), wanted.have) <= AT_ONCE:
            return answer(wanted, start)
        return await run_in_threadpool(answer, wanted, start)


def answer(wanted, start):
    """The response to a checked request, from a trace of its text's beginning."""
    return Response(pack(recent.finish(start, wanted.text), wanted.have), media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})


class ModelsRoute(Endpoint):
    """`GET /live/models`: the shipped character models, with what the Watch stage must know of each."""

    async def get(self, request):
        return JSONResponse({"models": listing(), "limit": LIMIT})


def listing():
    """What the Watch stage knows of each shipped character model: name, cell, sizes, tokens, opening and card."""
    models = []
    for name in zoo.models("character"):
        model, opening = zoo.load(name), zoo.opening(name)
        spec = model.spec
        models.append({"name": name, "task": spec.task, "cell": spec.cell, "hidden_size": spec.hidden_size, "vocab": spec.tokens,
                       "orders": model.orders, "titles": TITLES[spec.cell], "unbounded": list(LIMITS), "card": zoo.card(name), "opening": vars(opening)})  # fmt: skip
    return models


class CheckpointRoute(Endpoint):
    """`GET /live/models/NAME.safetensors`: a model's weights, for the arithmetic on the stage."""

    async def get(self, request):
        name = request.path_params["name"]
        if name not in zoo.models():
            raise BadRequest("model", f"one of {', '.join(zoo.models())}", shown(name), status=404)
        path = zoo.ZOO / f"{name}.safetensors"
        return FileResponse(path, media_type=MEDIA_TYPE, headers={"Cache-Control": "no-cache"})


class StageFiles(StaticFiles):
    """The stage's modules and styles; browsers ask each time whether they changed."""

    def file_response(self, *args, **kwargs):
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


class Missing(Endpoint):
    """Every other address under /live."""

    async def dispatch(self):
        body = {"field": "address", "rule": "one that exists", "got": shown(self.scope["path"])}
        await JSONResponse(body, 404)(self.scope, self.receive, self.send)


ROUTES = [
    Route("/live/trace", TraceRoute),
    Route("/live/attend", AttendRoute),
    Route("/live/compare", CompareRoute),
    Route("/live/influence", InfluenceRoute),
    Route("/live/models", ModelsRoute),
    Route("/live/models/{name}.safetensors", CheckpointRoute),
    Mount("/live/static", StageFiles(directory=STATIC)),
    Route("/live/{rest:path}", Missing),
]
