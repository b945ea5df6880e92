"""What every route of the live lane shares: bad input is answered with a 4xx and a JSON body of three strings: the field, the
rule, and what came."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import anyio
from starlette.endpoints import HTTPEndpoint
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from gatelab.live.wire import MEDIA_TYPE

LIMIT = 2000
"""Most characters of a text."""

BODY_LIMIT = 16 * LIMIT
"""Most bytes of a request: a character can take 12 (an escaped surrogate pair), the rest is room for the other fields."""


T = TypeVar("T")

_threads = anyio.CapacityLimiter(2)


async def run_in_threadpool(function: Callable[..., T], *args: Any) -> T:
    """Long work in a thread, two at once: more would share the interpreter's lock with the keys of everybody else, and hold their answers in memory."""
    return await anyio.to_thread.run_sync(function, *args, limiter=_threads)


class BadRequest(Exception):
    """What is wrong with a request."""

    def __init__(self, field: str, rule: str, got: str, status: int = 422) -> None:
        super().__init__(f"{field} must be {rule}: got {got}")
        self.status = status
        self.body = {"field": field, "rule": rule, "got": got}


def kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", int: "an integer", float: "a number"}
    return names.get(type(value), "nothing")


def shown(value: object) -> str:
    text = repr(value) if not isinstance(value, int) or abs(value) < 10**40 else "a very large integer"
    return (text if len(text) <= 80 else text[:77] + "...").encode("utf-8", "backslashreplace").decode()


def length_told(length: int) -> dict[str, str]:
    """The header that says how many bytes a body has: Streamlit compresses it on the way, and then its own header is gone."""
    return {"X-Uncompressed-Length": str(length)}


def numbers(body: bytes) -> Response:
    """The response with a safetensors body."""
    return Response(body, media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"} | length_told(len(body)))


class Endpoint(HTTPEndpoint):
    """An endpoint whose refusals are JSON of the same form."""

    async def dispatch(self) -> None:
        try:
            await super().dispatch()
        except BadRequest as bad:
            await JSONResponse(bad.body, bad.status)(self.scope, self.receive, self.send)
        except ClientDisconnect:
            pass  # the browser went away in the middle of its request

    async def method_not_allowed(self, request: Request) -> Response:
        allowed = ", ".join(self._allowed_methods)
        body = {"field": "method", "rule": f"one of {allowed}", "got": request.method}
        return JSONResponse(body, 405, headers={"Allow": allowed})


async def body(request: Request, limit: int = BODY_LIMIT) -> bytes:
    """The whole body of a request, but not more than `limit` bytes of it."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise BadRequest("body", f"at most {limit} bytes", "more", status=413)
    return body


def parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest("body", "JSON", shown(body.decode("utf-8", "replace")), status=400) from None


def checked_steps(fields: Mapping[str, Any], steps: int) -> tuple[int, int]:
    """Which steps of a text a request asks for: how many the browser holds, and behind which one the answer ends.

    Args:
        fields: of the request: "have", 0 unless told, and "most", the most steps that the answer may hold, all unless told.
        steps: the tokens of the text.

    Raises:
        BadRequest: with the field at fault.
    """
    have, most = fields.get("have", 0), fields.get("most", steps)
    for name, value in (("have", have), ("most", most)):
        if not isinstance(value, int) or isinstance(value, bool):
            raise BadRequest(name, "an integer", kind(value))
    if not 0 <= have <= steps:
        raise BadRequest("have", f"from 0 to {steps}, the tokens of the text", shown(have))
    if most < min(1, steps):
        raise BadRequest("most", "at least 1", shown(most))
    return have, min(steps, have + most)


def checked_flag(name: str, value: object) -> bool:
    """A field that is true or false.

    Raises:
        BadRequest: it is neither.
    """
    if not isinstance(value, bool):
        raise BadRequest(name, "true or false", kind(value))
    return value


def checked_text(text: object, limit: int = LIMIT) -> str:
    """A text that is whole and not too long.

    Raises:
        BadRequest: it is not.
    """
    if not isinstance(text, str):
        raise BadRequest("text", "a string", kind(text))
    if len(text) > limit:
        raise BadRequest("text", f"at most {limit} characters", f"{len(text)} characters")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BadRequest("text", "whole Unicode characters", "half of a surrogate pair")
    return text
