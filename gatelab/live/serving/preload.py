"""What the page is made of besides the stages: Streamlit's own modules, and which of them the browser is told of early."""

import re
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from gatelab.live import bundle

STREAMLIT = Path(st.__file__).parent / "static"
"""What Streamlit's own page is made of; in `static/js/` its modules, whose names change with its version."""


def chunks(*parts: str) -> list[str]:
    """The addresses of some of Streamlit's modules and of all that they import, except for what its page asks for itself."""
    asked = set(re.findall(r"static/js/[\w.-]+\.js", (STREAMLIT / "index.html").read_text(encoding="utf-8")))
    found, new = [], [f"static/js/{path.name}" for part in parts for path in (STREAMLIT / "static" / "js").glob(f"{part}.*.js")]
    while new:
        address = new.pop(0)
        if address not in asked:
            asked.add(address)
            found.append(address)
            imported = re.findall(r'(?:from|import)"\./([\w.-]+\.js)"', (STREAMLIT / address).read_text(encoding="utf-8"))
            new += [f"static/js/{name}" for name in imported]
    return found


class Preload:
    """Tells the browser with the page itself that it will want the stages' bundle, and the parts of Streamlit that put a
    stage on the page, so they come while Streamlit starts. What Streamlit starts with goes first.

    Their addresses are relative to the page's own, whatever path the app is served under.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        addresses = [bundle.ADDRESS, *chunks("Html", "BidiComponent")]
        self.link = ", ".join(f"<{address}>; rel=modulepreload; fetchpriority=low" for address in addresses)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_link(message):
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers["Link"] = self.link
            await send(message)

        await self.app(scope, receive, send_with_link if scope["type"] == "http" else send)
