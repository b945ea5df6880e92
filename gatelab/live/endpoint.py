"""What every route of the live lane shares: bad input is answered with a 4xx and a JSON body of three strings: the field, the
rule, and what came."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, ClassVar, NamedTuple, Self, TypeVar

from starlette.endpoints import HTTPEndpoint
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from gatelab.live.serving.turns import TooMany, Turns, parsing, turns
from gatelab.live.wire import MEDIA_TYPE
from gatelab.text import beginning, tokenize

LIMIT = 2000
"""Most characters of a text."""

BODY_LIMIT = 28 * LIMIT
"""Most bytes of a request: a character can take 12 (an escaped surrogate pair), and there may be two texts; the rest is room for the other fields."""


class BadRequest(Exception):
    """What is wrong with a request."""

    def __init__(self, field: str, rule: str, got: str, status: int = 422, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{field} must be {rule}: got {got}")
        self.status, self.headers = status, headers
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
            await JSONResponse(bad.body, bad.status, {"Cache-Control": "no-store", **(bad.headers or {})})(self.scope, self.receive, self.send)
        except ClientDisconnect:
            pass  # the browser went away in the middle of its request

    async def method_not_allowed(self, request: Request) -> Response:
        return not_allowed(request.method, self._allowed_methods)


def not_allowed(method: str, known: Iterable[str]) -> Response:
    """The answer to a method that an address does not have."""
    allowed = ", ".join(known)
    return JSONResponse({"field": "method", "rule": f"one of {allowed}", "got": method}, 405, headers={"Allow": allowed})


T = TypeVar("T")

SOON = 1
"""Seconds after which a client that was sent away may ask again."""

PARSED = 30_000
"""Bytes of JSON that are parsed in a millisecond, at least."""


async def content(request: Request, limit: int = BODY_LIMIT, empty: bytes = b"") -> Any:
    """The JSON in the body of a request.

    Args:
        limit: most bytes of it.
        empty: what stands for a body of no bytes.

    Raises:
        BadRequest: it is more than `limit` bytes, or no JSON, or there is no room for it now.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise BadRequest("body", f"at most {limit} bytes", "more", status=413)
    body = body or empty
    return parsed(body) if len(body) <= BODY_LIMIT else await in_turn(request, len(body) / PARSED, parsed, body, those=parsing)


def parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest("body", "JSON", shown(body.decode("utf-8", "replace")), status=400) from None


async def in_turn(request: Request, cost: float, function: Callable[..., T], *args: Any, those: Turns = turns) -> T:
    """Long work in a thread, when it is this request's turn.

    Args:
        cost: about how many milliseconds it takes.
        those: the turns that it takes part in.

    Raises:
        BadRequest: there is no room for it now, status 429.
    """
    try:
        return await those.work(request, cost, function, *args)
    except TooMany as many:
        raise BadRequest("request", f"sent again in {SOON} s", str(many), 429, {"Retry-After": str(SOON)}) from None


Check = Callable[[Any, dict[str, Any]], Any]
"""What a field of a request is worth, from what came and the fields before it; raises `BadRequest` where that breaks the field's rule."""


class Field(NamedTuple):
    """One field of a request.

    Attributes:
        form: what it is, in a word or two.
        check: its rule.
        default: the value where the request has none.
    """

    form: str
    check: Check
    default: object = None


class Checked:
    """A checked request; `FIELDS` says what a request may hold, in the order in which it is checked."""

    FIELDS: ClassVar[dict[str, Field]]

    @classmethod
    def of(cls, fields: object) -> Self:
        """Check the fields of a request.

        Raises:
            BadRequest: with the field at fault.
        """
        if not isinstance(fields, dict):
            form = ", ".join(f'"{name}": {field.form}' for name, field in cls.FIELDS.items())
            raise BadRequest("body", f"an object {{{form}}}", kind(fields), status=400)
        values: dict[str, Any] = {}
        for name, field in cls.FIELDS.items():
            values[name] = field.check(fields.get(name, field.default), values)
        return cls.made(values)

    @classmethod
    def made(cls, values: dict[str, Any]) -> Self:
        """The request of checked fields."""
        return cls(**values)


def one_of(name: str, known: Callable[[], Collection[str]]) -> Check:
    """The check of a field that is one of several names; `known` is called for them at each request."""

    def check(value, before):
        if not isinstance(value, str) or value not in known():
            raise BadRequest(name, f"one of {', '.join(known())}", shown(value))
        return value

    return check


def integer(name: str) -> Check:
    """The check of a field that is a whole number."""

    def check(value, before):
        if not isinstance(value, int) or isinstance(value, bool):
            raise BadRequest(name, "an integer", kind(value))
        return value

    return check


def flag(name: str) -> Check:
    """The check of a field that is true or false."""

    def check(value, before):
        if not isinstance(value, bool):
            raise BadRequest(name, "true or false", kind(value))
        return value

    return check


STEPS = {"have": Field("int", integer("have"), 0), "most": Field("int", integer("most"), LIMIT), "compact": Field("bool", flag("compact"), default=False)}
"""The fields of a request whose answer grows: how many steps of the text the browser holds, the most steps that the answer may
hold, and whether the browser reads what `wire.pack` writes in fewer bytes."""


def wanted_steps(text: str, unit: str, have: int, most: int) -> tuple[str, int]:
    """The beginning of a text that a request asks for, and how many tokens of the text come after it.

    Raises:
        BadRequest: there are no such steps.
    """
    steps = len(tokenize(text, unit))
    if not 0 <= have <= steps:
        raise BadRequest("have", f"from 0 to {steps}, the tokens of the text", shown(have))
    if most < min(1, steps):
        raise BadRequest("most", "at least 1", shown(most))
    end = min(steps, have + most)
    return beginning(text, unit, end) if end < steps else text, steps - end


def checked_text(text: object, before: object = None) -> str:
    """A text that is whole and not too long.

    Raises:
        BadRequest: it is not.
    """
    if not isinstance(text, str):
        raise BadRequest("text", "a string", kind(text))
    if len(text) > LIMIT:
        raise BadRequest("text", f"at most {LIMIT} characters", f"{len(text)} characters")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BadRequest("text", "whole Unicode characters", "half of a surrogate pair")
    return text
