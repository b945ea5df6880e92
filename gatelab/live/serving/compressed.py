"""Files that never change while the server runs are compressed once for all visitors, in a thread; what else is sent is compressed where that pays."""

import gzip
from collections import defaultdict
from functools import partial

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gatelab.live import bundle, languages
from gatelab.live.serving.preload import STREAMLIT
from gatelab.live.wire import MEDIA_TYPE

LEVEL = 6
"""How hard zlib tries, of 9."""

ASIDE = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}
"""Headers of a visitor that change what is answered: what is kept for all is asked for without them."""


def unchanging() -> set[str]:
    """The addresses of the files that are compressed once, relative to the app's own: Streamlit's modules and styles, the stages' bundle, its words in other languages."""
    files = [path for kind in ("js", "css") for path in (STREAMLIT / "static" / kind).glob(f"*.{kind}")]
    return {bundle.ADDRESS, *filter(None, languages.addresses().values()), *(path.relative_to(STREAMLIT).as_posix() for path in files)}


class Compressed:
    """Compresses what it pays for. The numbers of a trace are left as they are: compression saves little of them.

    What is kept is bounded: one compressed body for each file that exists, under its one address. Any other spelling of it is answered, but neither
    compressed nor kept.
    """

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        """Put it before an app.

        Args:
            base: the path that the app is served under, "" or one that begins with a slash.
        """
        self.app = app
        self.gzip = GZipMiddleware(app, compresslevel=LEVEL, exclude_content_types=(*DEFAULT_EXCLUDED_CONTENT_TYPES, MEDIA_TYPE))
        self.files = f"{base}/static/"
        self.known = {f"{base}/{address}" for address in unchanging()}
        self.kept: dict[str, Response] = {}  # path -> what is answered
        self.locks: defaultdict[str, anyio.Lock] = defaultdict(anyio.Lock)  # of the paths that are known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request with what is kept, or hand it on."""
        path = scope.get("path", "")
        if scope["type"] != "http" or not (path in self.known or path.startswith(self.files)):
            return await self.gzip(scope, receive, send)
        headers = Headers(scope=scope)
        if path not in self.known or scope["method"] != "GET" or "gzip" not in headers.get("accept-encoding", "") or "range" in headers:
            return await self.app(scope, receive, send)
        answer = await self._once(path, scope, receive)
        if answer is None:
            return await self.app(scope, receive, send)
        if unchanged(answer, headers):
            told = {name: value for name, value in answer.headers.items() if name in ("etag", "cache-control", "vary")}
            answer = Response(status_code=304, headers=told)
        await answer(scope, receive, send)

    async def _once(self, path, scope, receive):
        """The compressed answer, made by the first who asks; None where there is no such file any more."""
        async with self.locks[path]:
            if path not in self.kept:
                plain = scope | {"headers": [(name, value) for name, value in scope["headers"] if name not in ASIDE]}
                start, body = await collected(self.app, plain, receive)
                if start["status"] != 200:
                    return None
                packed = await anyio.to_thread.run_sync(partial(gzip.compress, body, LEVEL, mtime=0))
                headers = MutableHeaders(raw=[(name, value) for name, value in start["headers"] if name not in (b"content-length", b"accept-ranges")])
                headers["Content-Encoding"], headers["Vary"] = "gzip", "Accept-Encoding"
                self.kept[path] = Response(packed, headers=dict(headers))
            return self.kept[path]


def unchanged(answer: Response, headers: Headers) -> bool:
    """Whether a browser says that it holds this answer already."""
    held = [one.strip().removeprefix("W/") for one in headers.get("if-none-match", "").split(",")]
    return answer.headers.get("etag", "?").removeprefix("W/") in held


async def collected(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[dict, bytes]:
    """The whole answer of an app: the message that begins it, and its body."""
    messages: list[dict] = []

    async def collect(message):
        messages.append(message)

    await app(scope, receive, collect)
    return messages[0], b"".join(message.get("body", b"") for message in messages[1:])
