"""Under which names the server answers. A name that a stranger can point at this machine is none of them, so no page of theirs reads it (DNS rebinding)."""

import ipaddress
import os
import re

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

VARIABLE = "GATELAB_HOSTS"
"""The environment variable with further names, with commas between them: gatelab.school.example, *.school.example, or * for any."""

NEVER_PUBLIC = (".local", ".localhost", ".internal", ".home.arpa", ".lan", ".home", ".corp")
"""Ends of names that nobody can register; routers and schools give them to the machines of their own networks."""

NAME = re.compile(r"(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*|\*")


def names(written: str) -> tuple[str, ...]:
    """The names of a list with commas between them.

    Raises:
        ValueError: one of them is no name.
    """
    found = tuple(name.strip().lower().rstrip(".") for name in written.split(",") if name.strip())
    for name in found:
        if not NAME.fullmatch(name):
            raise ValueError(f"hosts must be names without http:// and port, such as gatelab.school.example: got {name!r}")
    return found


def allowed(host: str, more: tuple[str, ...] = ()) -> bool:
    """Whether the server answers under a host.

    Args:
        host: the header Host, a name or an address, with or without a port.
        more: further names, as `names` gives them.
    """
    name = re.sub(r":[0-9]*$", "", host.lower()).rstrip(".")
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
        return True
    except ValueError:
        pass
    if not NAME.fullmatch(name) or "*" in name:
        return "*" in more
    own = "." not in name or name.endswith(NEVER_PUBLIC)  # a name without a dot is one of this network
    return own or any(one in ("*", name) or (one.startswith("*.") and name.endswith(one[1:])) for one in more)


class Hosts:
    """Answers only under names that cannot be pointed here from outside, and those that `VARIABLE` has."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.more = app, names(os.environ.get(VARIABLE, ""))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, or say why not."""
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        host = Headers(scope=scope).get("host", "")
        if not host or allowed(host, self.more):
            return await self.app(scope, receive, send)
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1008})
        shown = re.sub(r"[^a-z0-9.:_-]", "?", host.lower())[:80]
        sentence = f"GateLab does not answer under the name {shown}. Whoever runs it allows a name with: gatelab app --hosts NAME, or {VARIABLE}=NAME\n"
        await PlainTextResponse(sentence, 421)(scope, receive, send)
