"""What the server does around the routes: warm up before the first visitor, keep the garbage collector calm, compress."""

import asyncio
import gc
import importlib
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
import torch
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import net_util

from gatelab import addresses, figures, zoo
from gatelab.live import bundle, openfiles
from gatelab.live.recent import recent
from gatelab.live.wire import MEDIA_TYPE
from gatelab.traces import trace

SWEEP_SECONDS = 30

# Streamlit asks a server on the internet for this machine's address, to print it and to compare origins with it.
# No request of GateLab leaves the machine, so the answer is given here: none.
net_util._external_ip = ""

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


class Compressed:
    """Compresses what it pays for; the bundle and Streamlit's own files once for all visitors: their names change with their content."""

    KEPT = re.compile(r"/static/js/|/live/bundle/|/live/languages/")

    def __init__(self, app: ASGIApp, /, **options: Any) -> None:
        self.gzip = GZipMiddleware(app, **options)
        self.kept: dict[str, list[Message]] = {}  # path -> the messages of its response

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self.KEPT.search(scope["path"]) or scope["method"] != "GET":
            return await self.gzip(scope, receive, send)
        headers = Headers(scope=scope)
        if "gzip" not in headers.get("accept-encoding", "") or "range" in headers or "if-none-match" in headers:
            return await self.gzip(scope, receive, send)
        messages = self.kept.get(scope["path"], [])
        if not messages:

            async def collect(message):
                messages.append(message)

            await self.gzip(scope, receive, collect)
            if messages[0]["status"] == 200:
                self.kept[scope["path"]] = messages
        for message in messages:
            await send(message)


MIDDLEWARE = [
    Middleware(Preload),
    # Streamlit sends its own 2.8 MB of JavaScript as they are. The numbers of a trace are left to it: compression saves little of them.
    Middleware(Compressed, compresslevel=6, exclude_content_types=(*DEFAULT_EXCLUDED_CONTENT_TYPES, MEDIA_TYPE)),
]


AT_FIRST_USE = ("pandas", "pyarrow.pandas_compat", "pyarrow.vendored.version", "plotly.tools", "PIL.PngImagePlugin")
"""What Streamlit's tables, charts and pictures import when a page first has one: two visitors at once may get a half imported pandas."""


def warm_up() -> None:
    """Import what the pages use, load every model, and make a figure: a visitor finds all of it done."""
    for name in AT_FIRST_USE:
        importlib.import_module(name)
    for name in zoo.models():
        make = recent.trace if name in zoo.readers() else trace
        make(zoo.load(name), zoo.opening(name).text)
    name = zoo.readers()[0]
    figures.heatmap(recent.trace(zoo.load(name), zoo.opening(name).text), "h").to_json()


def others_reach() -> list[str]:
    """The addresses under which other devices reach the app; none where it listens on one address alone, as `--address localhost` asks for."""
    if st.get_option("server.address") not in (None, "", "0.0.0.0", "::"):
        return []
    return addresses.reachable(st.get_option("server.port"), st.get_option("server.baseUrlPath"))


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[dict[str, Any]]:
    """Make room for visitors and warm up before the first one comes, then sweep garbage now and then instead of after every script run.

    A full collection with torch in memory holds every visitor up for 0.2 s. What is alive after the warm-up stays alive,
    so it is frozen out of the collections.
    """
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # a stranger's broken HTTP is not worth a line each
    if limit := openfiles.raise_limit():
        print(openfiles.sentence(limit), flush=True)
    for url in others_reach():
        print(f"Other devices in this network open {url}", flush=True)
    if mine := [name for name in zoo.models() if zoo.is_own(name)]:
        print(f"Your own models: {', '.join(mine)}.", flush=True)
    for sentence in zoo.left_out():
        print(f"Left out of the models: {sentence}.", flush=True)
    torch.set_num_threads(1)  # a keystroke is too little work to share, and other visitors' threads need the cores
    warm_up()
    gc.collect()
    gc.freeze()
    sweeper = asyncio.create_task(_sweep())
    try:
        yield {}
    finally:
        sweeper.cancel()


async def _sweep():
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        gc.collect()
