"""Long work in threads, in turns: what takes least goes first, and no client holds up the others.

A school is one address, and a stranger can have many connections: nothing that a client says of itself is trusted. So fairness rests on three things.
What a request costs is known before it is done, and large work never takes all threads. One client has few requests under way. And where the
room for those who wait is full, the address that takes most of it gives some back: its largest work, even to one who asks from the same address.
"""

import asyncio
from collections import defaultdict
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
"""Most requests of one client that work or wait; a page has three under way. Where a web server in front tells the address alone and nothing of the browser,
nobody can say what is one client's, and only the limits of all count."""

MOST = 20_000.0
"""Most milliseconds of work that wait, of all clients: a class that asks for little in the same second is answered whole."""

ROOM = 1000
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

    def __init__(self, shares: Sequence[tuple[float, int]] = SHARES, each: int = EACH, room: int = ROOM, most: float = MOST, rest: float = 0) -> None:
        """Nobody works yet.

        Args:
            rest: after each work its thread stays free for so many times as long as the work took. The one who asked does not wait for that.
        """
        self.shares, self.each, self.room, self.most, self.rest = shares, each, room, most, rest
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
        mine, loop, began = self._enter(client(request), cost), asyncio.get_running_loop(), None
        try:
            self._next()
            await mine.turn
            if await request.is_disconnected():
                raise ClientDisconnect
            began = loop.time()
            return await anyio.to_thread.run_sync(function, *args, limiter=self.limiter)
        finally:
            if self.rest and began is not None:
                loop.call_later(self.rest * (loop.time() - began), self._leave, mine)
            else:
                self._leave(mine)

    def _leave(self, one):
        if one in self.all:
            self.all.remove(one)
        self._next()

    def _enter(self, client, cost):
        if client[1] and sum(one.client == client for one in self.all) >= self.each:
            raise TooMany(f"{self.each} large requests of yours are under way")
        loop = asyncio.get_running_loop()
        mine = Waiting(client, cost, loop.time() + PATIENCE * cost / 1000, next(self.numbers), loop.create_future())
        for one in self._too_many(mine):
            self.all.remove(one)
            one.turn.set_exception(TooMany("many large requests of your address are under way"))
        self.all.append(mine)
        return mine

    def _too_many(self, mine):
        """Who is sent away so that there is room for one more: of the address that takes most, the one whose turn would come last."""
        waiting = [one for one in self.all if one.waits]
        gone: list[Waiting] = []
        while waiting and (scarce := self._scarce(len(self.all) - len(gone), waiting, mine)):
            taken: defaultdict[str, float] = defaultdict(float)
            for one in (*waiting, mine):
                taken[one.client[0]] += scarce(one)
            most = max(taken, key=lambda address: (taken[address], address == mine.client[0]))
            last = max((one for one in (*waiting, mine) if one.client[0] == most), key=lambda one: (one.due, one.number))
            if last is mine:
                raise TooMany("many large requests are under way on this server")
            waiting.remove(last)
            gone.append(last)
        if len(self.all) - len(gone) >= self.room:
            raise TooMany("many large requests are under way on this server")
        return gone

    def _scarce(self, many, waiting, mine):
        """What each request takes of that of which there is not enough; None where there is enough of all."""
        if many >= self.room:
            return lambda one: 1
        return (lambda one: one.cost) if sum(one.cost for one in waiting) + mine.cost > self.most else None

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

parsing = Turns(shares=((0.0, 1),), room=50, most=1_000, rest=9)
"""The turns of all visitors to have a large body parsed. Python lets no other thread run meanwhile, so it may do so for a tenth of the time,
and what waits takes 10 s at most."""
