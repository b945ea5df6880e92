"""Long work in threads, in turns: what takes least goes first, and no client holds up the others.

A school is one address, and a stranger can have many connections: nothing that a client says of itself is trusted. So fairness rests on three things.
What a request costs is known before it is done, and large work never takes all threads. One client has few requests under way. And where the
room for those who wait is full, the address that takes most of it gives some back.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar

import anyio
from starlette.requests import ClientDisconnect, Request

T = TypeVar("T")

SHARES = ((0.0, 3), (30.0, 2), (300.0, 1))
"""Of work that takes so many milliseconds or more, so many at once. More would share the interpreter's lock with the keys of everybody else, and hold
their answers in memory."""

EACH = 4
"""Most requests of one client that work or wait; a page has three under way."""

ROOM = 64
"""Most requests that work or wait, of all clients."""

PATIENCE = 4
"""A request can be overtaken by lighter ones for so many times as long as its work takes."""

ROUTE = "gatelab_route"
"""The cookie by which a web server in front sends a browser to the same replica, see deploy/nginx.conf."""


class TooMany(Exception):
    """There is no room for one more request now."""


@dataclass
class Waiting:
    """One request that works or waits.

    Attributes:
        client: whose it is: address, and one of its connections or browsers.
        cost: what its work takes, in milliseconds.
        due: its place in the order.
        turn: done when it may begin, or when it may not any more.
    """

    client: tuple[str, str]
    cost: float
    due: float
    number: int
    turn: asyncio.Future[None] = field(repr=False)
    working: bool = False

    @property
    def waits(self) -> bool:
        """Whether it may still get its turn. Who has gone away stands in the list for a moment longer, until its own task runs."""
        return not self.working and not self.turn.done()


class Turns:
    """Who works, and who waits. It is used on the event loop alone, and needs no lock."""

    def __init__(self, shares: Sequence[tuple[float, int]] = SHARES, each: int = EACH, room: int = ROOM) -> None:
        self.shares, self.each, self.room = shares, each, room
        self.limiter = anyio.CapacityLimiter(max(many for _, many in shares))
        self.all: list[Waiting] = []
        self.numbers = count()

    async def work(self, request: Request, cost: float, function: Callable[..., T], *args: Any) -> T:
        """What a function returns, computed in a thread once it is this request's turn.

        Args:
            request: whose work it is.
            cost: about how many milliseconds it takes.

        Raises:
            TooMany: this client has enough under way, or the server has.
            ClientDisconnect: nobody waits for it any more.
        """
        mine = self._enter(client(request), cost)
        try:
            self._next()
            await mine.turn
            if await request.is_disconnected():
                raise ClientDisconnect
            return await anyio.to_thread.run_sync(function, *args, limiter=self.limiter)
        finally:
            if mine in self.all:
                self.all.remove(mine)
            self._next()

    def _enter(self, client, cost):
        if sum(one.client == client for one in self.all) >= self.each:
            raise TooMany(f"{self.each} large requests of yours are under way")
        if len(self.all) >= self.room:
            self._make_room(client[0])
        loop = asyncio.get_running_loop()
        mine = Waiting(client, cost, loop.time() + PATIENCE * cost / 1000, next(self.numbers), loop.create_future())
        self.all.append(mine)
        return mine

    def _make_room(self, address):
        """Send the heaviest request away of the address that has most of them waiting, unless that is the address which asks for room."""
        waiting = [one for one in self.all if one.waits]
        most, many = max(Counter(one.client[0] for one in waiting).items(), key=lambda pair: pair[1], default=(address, 0))
        if many <= 1 + sum(one.client[0] == address for one in waiting):
            raise TooMany("many large requests are under way on this server")
        last = max((one for one in waiting if one.client[0] == most), key=lambda one: one.due)
        self.all.remove(last)
        last.turn.set_exception(TooMany("many large requests of your address are under way"))

    def _next(self):
        """Let those begin for whom there is a thread, the lightest first."""
        for one in sorted((one for one in self.all if one.waits), key=lambda one: (one.due, one.number)):
            if self._fits(one.cost):
                one.working = True
                one.turn.set_result(None)

    def _fits(self, cost):
        """Whether one more work of this cost keeps to all shares."""
        working = [one.cost for one in self.all if one.working]
        return all(cost < least or sum(other >= least for other in working) < many for least, many in self.shares)


def client(request: Request) -> tuple[str, str]:
    """Whose request it is: the address, and its connection; where a web server in front tells the address and no port, the browser by its cookie."""
    host, port = request.client or ("", 0)
    return host, str(port) if port else request.cookies.get(ROUTE, "")


turns = Turns()
"""The turns of all visitors."""
