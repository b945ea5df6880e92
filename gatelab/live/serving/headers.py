"""What every answer tells the browser: to load nothing from elsewhere, to run no text as code, who may show the app in a frame."""

import os
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

VARIABLE = "GATELAB_FRAMES"
"""The environment variable that says which pages may show the app in a frame: self, none, or addresses with commas between them, such as
https://moodle.school.example. Without it any page may: that is what Embed is for."""

POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:",  # Streamlit's page has a script inside, and hands on those of components as blobs
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "media-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "frame-src": "'self' data: blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # a link's sentence stays here
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

ADDRESS = re.compile(r"https?://(\*\.)?[a-z0-9.-]+(:[0-9]+)?")
HOST = re.compile(r"[a-z0-9.-]+(:[0-9]+)?|\[[0-9a-f:.]+\](:[0-9]+)?")


def frames(written: str) -> str:
    """The pages that may show the app in a frame, as the policy has them; "" for any.

    Raises:
        ValueError: it is not what `VARIABLE` may hold.
    """
    parts = [part.strip().lower().rstrip("/") for part in written.split(",") if part.strip()]
    if parts in ([], ["*"]):
        return ""
    if parts in (["none"], ["self"]):
        return f"'{parts[0]}'"
    for part in parts:
        if part != "self" and not ADDRESS.fullmatch(part):
            raise ValueError(f"frames must be self, none, or addresses such as https://moodle.school.example: got {part!r}")
    return " ".join(["'self'", *(part for part in parts if part != "self")])


def policy(host: str, ancestors: str = "") -> str:
    """The content security policy of an answer.

    Args:
        host: the header Host: Streamlit's websocket is there, and older browsers do not count it as "self".
        ancestors: as `frames` gives them.
    """
    sockets = f" ws://{host} wss://{host}" if HOST.fullmatch(host.lower()) else ""
    rules = POLICY | {"connect-src": f"'self' data: blob:{sockets}"} | ({"frame-ancestors": ancestors} if ancestors else {})
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class SecurityHeaders:
    """Puts them on every answer that has not its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.ancestors = app, frames(os.environ.get(VARIABLE, ""))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        asked = Headers(scope=scope) if scope["type"] == "http" else Headers()
        told = ALWAYS | {"Content-Security-Policy": policy(asked.get("host", ""), self.ancestors)}
        if scope.get("scheme") == "https":
            told["Cross-Origin-Opener-Policy"] = "same-origin"  # browsers complain of it without https

        async def send_with_headers(message):
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in told.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)
