"""The routes of the live lane: `POST /live/trace`, `GET /live/models`, the checkpoints and the stage's own files.

Bad input is answered with a 4xx and a JSON body of three strings: the field, the rule, and what came.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.endpoints import HTTPEndpoint
from starlette.requests import ClientDisconnect
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from gatelab import zoo
from gatelab.live.memory import Recent
from gatelab.live.wire import MEDIA_TYPE, pack
from gatelab.palette import LIMITS
from gatelab.words import TITLES

LIMIT = 2000
"""Most characters of a text."""

BODY_LIMIT = 16 * LIMIT
"""Most bytes of a request: a character can take 12 (an escaped surrogate pair), the rest is room for the other fields."""

AT_ONCE = 256
"""Most steps that are computed on the event loop (two milliseconds); longer work goes to a thread."""

STATIC = Path(__file__).parent / "static"

recent = Recent()


class BadRequest(Exception):
    """What is wrong with a request."""

    def __init__(self, field, rule, got, status=422):
        super().__init__(f"{field} must be {rule}: got {got}")
        self.status = status
        self.body = {"field": field, "rule": rule, "got": got}


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
            raise BadRequest("body", 'an object {"model": str, "text": str, "have": int}', _kind(fields), status=400)
        model, text, have = fields.get("model"), fields.get("text"), fields.get("have", 0)
        if not isinstance(model, str) or model not in zoo.models():
            raise BadRequest("model", f"one of {', '.join(zoo.models())}", _shown(model))
        if not isinstance(text, str):
            raise BadRequest("text", "a string", _kind(text))
        if len(text) > LIMIT:
            raise BadRequest("text", f"at most {LIMIT} characters", f"{len(text)} characters")
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise BadRequest("text", "whole Unicode characters", "half of a surrogate pair")
        if not isinstance(have, int) or isinstance(have, bool):
            raise BadRequest("have", "an integer", _kind(have))
        if not 0 <= have <= len(text):
            raise BadRequest("have", f"from 0 to {len(text)}, the length of the text", _shown(have))
        return cls(model, text, have)


def _kind(value):
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", int: "an integer", float: "a number"}
    return names.get(type(value), "nothing")


def _shown(value):
    text = repr(value) if not isinstance(value, int) or abs(value) < 10**40 else "a very large integer"
    return (text if len(text) <= 80 else text[:77] + "...").encode("utf-8", "backslashreplace").decode()


class Endpoint(HTTPEndpoint):
    """An endpoint whose refusals are JSON of the same form."""

    async def dispatch(self):
        try:
            await super().dispatch()
        except BadRequest as bad:
            await JSONResponse(bad.body, bad.status)(self.scope, self.receive, self.send)
        except ClientDisconnect:
            pass  # the browser went away in the middle of its request

    async def method_not_allowed(self, request):
        allowed = ", ".join(self._allowed_methods)
        body = {"field": "method", "rule": f"one of {allowed}", "got": request.method}
        return JSONResponse(body, 405, headers={"Allow": allowed})


class TraceRoute(Endpoint):
    """`POST /live/trace`: the new steps of a text's trace, as `wire.pack` writes them."""

    async def post(self, request):
        wanted = TraceRequest.of(_parsed(await _body(request)))
        start = recent.nearest(zoo.load(wanted.model), wanted.text, wanted.have)
        if len(wanted.text) - min(len(start), wanted.have) <= AT_ONCE:
            return answer(wanted, start)
        return await run_in_threadpool(answer, wanted, start)


async def _body(request):
    """The whole body of a request, but not more than `BODY_LIMIT` of it."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise BadRequest("body", f"at most {BODY_LIMIT} bytes", "more", status=413)
    return body


def _parsed(body):
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest("body", "JSON", _shown(body.decode("utf-8", "replace")), status=400) from None


def answer(wanted, start):
    """The response to a checked request, from a trace of its text's beginning."""
    return Response(pack(recent.finish(start, wanted.text), wanted.have), media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})


class ModelsRoute(Endpoint):
    """`GET /live/models`: the shipped models, with what the stage must know of each."""

    async def get(self, request):
        return JSONResponse({"models": listing(), "limit": LIMIT})


def listing():
    """What the stage knows of each shipped model: name, cell, sizes, tokens, opening and card."""
    models = []
    for name in zoo.models():
        model, opening = zoo.load(name), zoo.opening(name)
        spec = model.spec
        models.append({"name": name, "cell": spec.cell, "hidden_size": spec.hidden_size, "vocab": spec.tokens,
                       "orders": model.orders, "titles": TITLES[spec.cell], "unbounded": list(LIMITS), "card": zoo.card(name), "opening": vars(opening)})  # fmt: skip
    return models


class CheckpointRoute(Endpoint):
    """`GET /live/models/NAME.safetensors`: a model's weights, for the arithmetic on the stage."""

    async def get(self, request):
        name = request.path_params["name"]
        if name not in zoo.models():
            raise BadRequest("model", f"one of {', '.join(zoo.models())}", _shown(name), status=404)
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
        body = {"field": "address", "rule": "one that exists", "got": _shown(self.scope["path"])}
        await JSONResponse(body, 404)(self.scope, self.receive, self.send)


ROUTES = [
    Route("/live/trace", TraceRoute),
    Route("/live/models", ModelsRoute),
    Route("/live/models/{name}.safetensors", CheckpointRoute),
    Mount("/live/static", StageFiles(directory=STATIC)),
    Route("/live/{rest:path}", Missing),
]
