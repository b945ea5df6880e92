"""Connections that hold the server up are closed: who sends half a request, who asks nothing, who does not read the answer.

uvicorn has a time limit for none of them. It keeps its connections in `server_state.connections`, and a watcher looks at them every now and then.
"""

import asyncio
import signal
import time
from typing import Any, NamedTuple

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from gatelab.live.serving import answers

EVERY = 2.0
"""Seconds between two looks."""


class Patience(NamedTuple):
    """Seconds that a connection has.

    Attributes:
        ask: for the whole head of a request, from its beginning or from that of the connection.
        send: for the body of a request.
        read: for taking another byte of what it was sent; so a slow line gets its answer, however long that takes.
    """

    ask: float = 20.0
    send: float = 60.0
    read: float = 30.0


PATIENCE = Patience()
"""What everybody has."""


def running() -> uvicorn.Server | None:
    """The server that this process runs: it handles the signal that ends it. None where there is none, as in most tests."""
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return server if isinstance(server, uvicorn.Server) else None


def speak_h11(server: uvicorn.Server | None) -> None:
    """Have a server that is about to listen read requests with h11, where uvicorn would take httptools: the limits here look at what h11 knows of a request."""
    if server:
        server.config.http_protocol_class = H11Protocol


async def watch(server: uvicorn.Server | None, patience: Patience = PATIENCE, every: float = EVERY) -> None:
    """Close what holds a server up, for as long as it runs."""
    if server is None:
        return
    since: dict[Any, tuple[Any, float]] = {}
    while True:
        await asyncio.sleep(every)
        since = look(server, since, patience, time.monotonic())


def look(server: uvicorn.Server, since: dict[Any, tuple[Any, float]], patience: Patience, now: float) -> dict[Any, tuple[Any, float]]:
    """Look at all connections once.

    Args:
        since: what each of them waited for at the last look, and since when; the result is the same of this look.
        now: on the monotonic clock.
    """
    seen = {}
    for connection in list(server.server_state.connections):
        what, seconds = waits(connection, patience)
        if what is None:
            continue
        before, began = since.get(connection, (None, now))
        seen[connection] = what, began if before == what else now
        if now - seen[connection][1] > seconds:
            connection.transport.abort()  # close() would wait for the client to read
    return seen


def make_room() -> None:
    """Give the slowest readers up, where the answers that wait for them hold too much."""
    server = running()
    while server and (answer := answers.slowest()):
        answer.dropped = True
        for connection in list(server.server_state.connections):
            if getattr(connection, "scope", None) is answer.scope:
                connection.transport.abort()


def waits(connection: Any, patience: Patience) -> tuple[Any, float]:
    """What a connection waits for from its client, and how many seconds it may; the same as at the last look if nothing has moved. (None, 0.0) for nothing."""
    unread = connection.transport.get_write_buffer_size()
    if unread:
        return ("read", unread, answers.left(getattr(connection, "scope", None))), patience.read
    if not isinstance(getattr(connection, "conn", None), h11.Connection):
        return None, 0.0  # a websocket, which uvicorn pings
    state, cycle = connection.conn.their_state, id(connection.cycle)
    if state is h11.IDLE:
        return ("ask", cycle), patience.ask
    if state is h11.SEND_BODY and connection.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
        return ("send", cycle), patience.send
    return None, 0.0
