"""Slow and silent clients: what waits for them is bounded, and their connections are closed; who is slow and reads gets the whole answer.

Its servers are small and in this process. The tests have no mark of a browser: a server hears its signals in the main thread alone, where the browser of another
test may have its loop.
"""

import asyncio
import contextlib
import socket
from types import SimpleNamespace

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from gatelab.live.serving import answers, connections
from gatelab.live.serving.answers import Answer
from gatelab.live.serving.connections import PATIENCE, Patience
from gatelab.live.serving.pieces import Pieces

LONG = bytes(range(256)) * 2**17  # 32 MiB
SOON = Patience(ask=0.3, send=0.3, read=0.3)


async def echo(request: Request):
    return PlainTextResponse(await request.body())


@contextlib.asynccontextmanager
async def served(patience=SOON, *more):
    """A real server on the loopback address, watched; its port."""
    app = Starlette(routes=[*more, Route("/long", lambda request: Response(LONG)), Route("/echo", echo, methods=["POST"])], middleware=[Middleware(Pieces)])
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**16)  # as small as on a slow line
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
            await asyncio.sleep(0.01)
        assert connections.running() is server  # as the app finds it
        watching = asyncio.create_task(connections.watch(server, patience, every=0.05))
        try:
            yield listening.getsockname()[1]
        finally:
            watching.cancel()
            server.should_exit = True
            await serving


async def connected(port, said, buffer=None):
    """A connection on which something was said."""
    mine = socket.socket()
    if buffer:
        mine.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    mine.setblocking(False)
    await asyncio.get_running_loop().sock_connect(mine, ("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=mine, limit=2**16)
    writer.write(said)
    return reader, writer


async def closed(reader):
    """Whether the server closes a connection within five seconds, and says nothing before."""
    try:
        return await asyncio.wait_for(reader.read(), 5) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize(
    "said",
    [b"", b"GET /long HTTP/1.1\r\nHost: a\r\n", b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf"],
    ids=["nothing", "half a head", "half a body"],
)
def test_who_says_nothing_or_half_a_request_is_not_waited_for(said):
    async def main():
        async with served() as port:
            reader, writer = await connected(port, said)
            assert await closed(reader)
            writer.close()

    asyncio.run(main())


def test_a_head_that_comes_a_letter_at_a_time_has_no_more_time():
    async def main():
        async with served() as port:
            _, writer = await connected(port, b"GET /long HTTP/1.1\r\nHost: a\r\n")
            with pytest.raises(ConnectionError):
                for _ in range(100):
                    writer.write(b"X: y\r\n")
                    await writer.drain()
                    await asyncio.sleep(0.05)
            writer.close()

    asyncio.run(main())


def test_who_does_not_read_loses_the_answer_and_who_reads_slowly_gets_all_of_it():
    async def main():
        async with served() as port:
            lazy = [await connected(port, b"GET /long HTTP/1.1\r\nHost: a\r\n\r\n", 4096) for _ in range(5)]
            slow, writer = await connected(port, b"GET /long HTTP/1.1\r\nHost: a\r\n\r\n", 2**17)
            head, got = await slow.readuntil(b"\r\n\r\n"), b""
            while len(got) < 2**21:  # 1.2 s, four times as long as somebody may read nothing
                got += await slow.readexactly(2**17)
                await asyncio.sleep(0.075)
            got += await slow.readexactly(len(LONG) - len(got))
            assert b"200 OK" in head and got == LONG
            assert not answers.on_their_way
            for _, other in [*lazy, (slow, writer)]:
                other.close()

    asyncio.run(main())


def test_requests_one_after_another_on_one_connection_go_on_for_ever():
    async def main():
        async with served() as port:
            reader, writer = await connected(port, b"")
            for k in range(20):  # a second, three times as long as somebody may say nothing
                writer.write(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n%02d" % k)
                await reader.readuntil(b"\r\n\r\n")
                assert int(await reader.readexactly(2)) == k
                await asyncio.sleep(0.05)
            writer.close()

    asyncio.run(main())


def test_the_slowest_readers_are_given_up_at_once_where_they_hold_too_much(monkeypatch, caplog):
    """Three who never read, of a file that is another for each; there is room for two."""
    monkeypatch.setattr(answers.slowest, "__defaults__", (2 * 2**23,))

    asked = []

    async def own(request):
        asked.append(request)
        return Response(bytes(2**23))

    async def main():
        async with served(PATIENCE, Route("/own", own)) as port:
            lazy = [await connected(port, b"GET /own HTTP/1.1\r\nHost: a\r\n\r\n", 4096) for _ in range(3)]
            for _ in range(500):
                await asyncio.sleep(0.01)
                if len(asked) == 3 and len(answers.on_their_way) == 2:
                    break
            assert len(asked) == 3 and answers.held(answers.on_their_way.values()) == 2 * 2**23
            for _, writer in lazy:
                writer.transport.abort()

    asyncio.run(main())
    assert not caplog.records


def test_above_the_limit_the_answer_that_is_furthest_behind_goes_of_the_client_who_holds_most(monkeypatch):
    def on(host, size, sent):
        answer = Answer({"client": (host, 1)}, bytes(size), sent)
        answers.on_their_way[id(answer.scope)] = answer
        return answer

    monkeypatch.setattr(answers, "on_their_way", {})
    one, _, behind, _ = on("a", 900, 0), on("b", 500, 400), on("b", 500, 100), on("b", 500, 200)
    assert answers.slowest(most=2400) is None
    assert answers.slowest(most=2399) is behind
    behind.dropped = True
    assert answers.slowest(most=1900) is None and answers.slowest(most=1899).scope["client"][0] == "b"
    one.dropped = True


def test_a_file_that_many_read_is_held_once(monkeypatch):
    monkeypatch.setattr(answers, "on_their_way", {k: Answer({"client": (f"{k}", 1)}, LONG) for k in range(50)})
    assert answers.slowest(most=len(LONG)) is None


def test_a_server_that_would_take_another_reader_of_requests_takes_the_one_that_the_limits_know():
    class Other(H11Protocol):
        """What uvicorn takes by itself where it is installed."""

    @contextlib.asynccontextmanager
    async def lifespan(app):
        connections.speak_h11(connections.running())
        yield

    async def main():
        with socket.create_server(("127.0.0.1", 0)) as listening:
            app = Starlette(lifespan=lifespan)
            server = uvicorn.Server(uvicorn.Config(app, http=Other, log_level="critical", timeout_graceful_shutdown=1))
            serving = asyncio.create_task(server.serve(sockets=[listening]))
            while not server.started:
                await asyncio.sleep(0.01)
            reader, writer = await connected(listening.getsockname()[1], b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert b"404" in await reader.readline()
            assert [type(one) for one in server.server_state.connections] == [H11Protocol]
            writer.close()
            server.should_exit = True
            await serving

    asyncio.run(main())


def test_without_a_server_nothing_is_watched():
    asyncio.run(connections.watch(None))
    server = SimpleNamespace(server_state=SimpleNamespace(connections=set()))
    assert connections.look(server, {}, Patience(), 0.0) == {}
