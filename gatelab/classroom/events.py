"""Server-sent events: what a reader has not got yet waits in a place that keeps only the newest event of each kind."""

import asyncio
import json
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

PING = 15
"""Seconds of silence after which a comment says that the line stands."""

PATIENCE = 10
"""Seconds that a reader may let an event lie; then its line is cut."""


def encoded(name: str, data: Any) -> bytes:
    """One event as it travels; it is encoded once for all readers."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()


class Place:
    """What one reader has not got yet. Each event is the whole of its kind, so an older one of the same kind is not needed any more."""

    def __init__(self) -> None:
        self._newest: dict[str, bytes] = {}
        self._something = asyncio.Event()
        self.ended = False

    def put(self, name: str, event: bytes) -> None:
        """An encoded event for the reader."""
        self._newest[name] = event
        self._something.set()

    def end(self) -> None:
        """There are no further events."""
        self.ended = True
        self._something.set()

    async def take(self, seconds: float) -> bytes:
        """All that waits, as soon as there is something; a comment where nothing came for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._something.wait()
        self._something.clear()
        events = b"".join(self._newest.values())
        self._newest.clear()
        return events or (b"" if self.ended else b": ping\n\n")


class EventStream(Response):
    """A response that goes on until the place ends, the reader leaves, or the reader lets events lie.

    Args:
        place: where the events come from.
        left: called once at the end, whatever the reason.
    """

    media_type = "text/event-stream"

    def __init__(self, place: Place, left: Callable[[], None]) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self.place, self.left = place, left

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "HEAD":  # which asks for the headers alone
            self.place.end()
        sending = asyncio.ensure_future(self._send(send))
        leaving = asyncio.ensure_future(_leave(receive))
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.left()
            for task in (sending, leaving):
                task.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
        if not sending.cancelled() and isinstance(sending.exception(), TimeoutError):
            cut(receive)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send(self, send):
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        while not self.place.ended:
            events = await self.place.take(PING)
            async with asyncio.timeout(PATIENCE):
                await send({"type": "http.response.body", "body": events, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _leave(receive):
    while (await receive())["type"] != "http.disconnect":
        pass


def cut(receive: Receive) -> None:
    """Cut the line of somebody who does not read: to close it in order would wait until all that was sent is read.

    Uvicorn hands out no line, but `receive` is a method of what holds it. Behind any other server nothing is done.
    """
    line = getattr(getattr(receive, "__self__", None), "transport", None)
    if line is not None:
        line.abort()


def stopping() -> bool:
    """Whether the server was told to stop. It then waits for all responses, and one of events would never end by itself."""
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)  # Uvicorn's, whose method takes the signal
    return getattr(server, "should_exit", False) is True
