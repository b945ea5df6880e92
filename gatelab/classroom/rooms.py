"""All rooms of this process, and who reads the events of each."""

import asyncio
import secrets
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from gatelab.classroom.codes import digest, new_code
from gatelab.classroom.events import Place, encoded
from gatelab.classroom.room import SECONDS, Refused, Room

ROOMS = 200
"""Most rooms at a time."""

TEACHERS = 8
"""Most streams of one teacher: of a laptop, a projector, a phone."""

READERS = 4000
"""Most streams of this process."""

SWEEP = 1
"""Seconds between two looks at what happens by itself."""

COUNT = 15
"""Seconds after which a count is told again though it has not changed, so that others know that this server is there."""

GAPS = {"pointer": 0.1, "asked": 0.5, "count": 1.0, "rounds": 1.0}
"""Least seconds between two events of a kind that comes often; the newest is told at the end of the gap."""

Rule = Callable[[Room], Room]


class Lost(Exception):
    """There is no room of this code."""


class Store(Protocol):
    """Where rooms are kept; each method may raise what says that the store cannot be reached."""

    async def add(self, room: Room) -> bool:
        """Keep a new room for `SECONDS`; False where its code is taken. Raises `Refused` where there are too many."""

    async def get(self, code: str) -> Room:
        """The room. Raises `Lost`."""

    async def find(self, id: str) -> Room | None:
        """The room with this id."""

    async def change(self, code: str, rule: Rule) -> Room:
        """Put what the rule makes of the room in its place, with no other change in between. Raises `Lost`, and what the rule raises."""

    async def keep(self, code: str) -> None:
        """Keep the room for further `SECONDS`. Raises `Lost`."""

    async def remove(self, code: str) -> None:
        """Forget the room."""


class Memory:
    """Keeps rooms in this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._rooms: dict[str, tuple[Room, float]] = {}  # code -> (room, when it ends)

    async def add(self, room: Room) -> bool:
        for code in [code for code, (_, end) in self._rooms.items() if end <= self.clock()]:
            del self._rooms[code]
        if room.code in self._rooms:
            return False
        if len(self._rooms) >= ROOMS:
            raise Refused("class", f"one of at most {ROOMS} at a time on this server: try again later", "one more", status=429)
        self._rooms[room.code] = (room, self.clock() + SECONDS)
        return True

    async def get(self, code: str) -> Room:
        room, end = self._rooms.get(code, (None, 0.0))
        if room is None or end <= self.clock():
            raise Lost(code)
        return room

    async def find(self, id: str) -> Room | None:
        return next((room for room, end in self._rooms.values() if room.id == id and end > self.clock()), None)

    async def change(self, code: str, rule: Rule) -> Room:
        room = rule(await self.get(code))
        self._rooms[code] = (room, self._rooms[code][1])
        return room

    async def keep(self, code: str) -> None:
        self._rooms[code] = (await self.get(code), self.clock() + SECONDS)

    async def remove(self, code: str) -> None:
        self._rooms.pop(code, None)


class Readers:
    """Who reads the events of one room here, and what they were told last."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.teachers: list[Place] = []
        self.students: dict[str, list[Place]] = defaultdict(list)  # digest of the seat -> its places
        self.due: asyncio.TimerHandle | None = None
        self._told: dict[bool, dict[str, Any]] = {teacher: room.events(0, teacher=teacher) for teacher in (True, False)}
        self._when: dict[str, float] = {}
        self._counted: tuple[int, float] = (0, 0.0)

    def due_to_count(self, now: float) -> bool:
        """Whether the number of students here must be told; taken as told from then on."""
        count, then = self._counted
        due = count != len(self.students) or now - then > COUNT
        if due:
            self._counted = (len(self.students), now)
        return due

    def places(self, *, teacher: bool) -> list[Place]:
        return self.teachers if teacher else [place for places in self.students.values() for place in places]

    def tell(self, now: float) -> float | None:
        """Tell what is new, except for what was told a moment ago; in how many seconds to tell the rest, None where there is none."""
        later: list[float] = []
        told_now = set()
        for teacher in (True, False):
            marks = self.room.events(0, teacher=teacher)  # at the time 0, so that nothing in it passes with the time
            new = [name for name, mark in marks.items() if mark != self._told[teacher].get(name)]
            events = self.room.events(now, teacher=teacher) if new else {}
            for name in new:
                wait = self._when.get(name, 0) + GAPS.get(name, 0) - now
                if wait > 0 and not _matters(name, self._told[teacher].get(name), marks[name]):
                    later.append(wait)
                    continue
                self._told[teacher][name] = marks[name]
                told_now.add(name)
                event = encoded(name, events[name])
                for place in self.places(teacher=teacher):
                    place.put(name, event)
        self._when |= dict.fromkeys(told_now, now)
        return min(later, default=None)


def _matters(name: str, before: Any, after: Any) -> bool:
    """Whether more than a count has changed, so that it must be told at once."""
    if name != "asked" or not before or not after:
        return name == "asked"
    counts = {"answered": 0, "students": 0}
    return {**before, **counts} != {**after, **counts}


class Rooms:
    """All rooms of this process.

    Args:
        store: where they are kept.
    """

    def __init__(self, store: Store | None = None) -> None:
        self.store = store or Memory()
        self.name = secrets.token_hex(4)
        self.streams = 0  # open ones
        self._readers: dict[str, Readers] = {}
        self._sweeping: asyncio.Task[None] | None = None

    async def start(self, room: Room, codes: Callable[[], str] = new_code) -> Room:
        """Keep a new room under its code, or under another one where that is taken."""
        if there := await self.store.find(room.id):
            return there
        while not await self.store.add(room):
            room = replace(room, code=codes())
        return room

    async def get(self, code: str) -> Room:
        """The room of a code.

        Raises:
            Lost: there is none.
        """
        return await self.store.get(code)

    async def change(self, code: str, rule: Rule) -> Room:
        """Change a room by a rule, and tell its readers.

        Raises:
            Lost: there is no such room.
            Refused: the rule forbids it; nothing has changed.
        """
        room = await self.store.change(code, rule)
        self.heard(room)
        return room

    async def end(self, code: str, why: str) -> None:
        """End a room, and tell its readers why."""
        await self.store.remove(code)
        self.gone(code, why)

    def gone(self, code: str, why: str) -> None:
        """A room is no more: its readers are told, and their streams end."""
        readers = self._readers.pop(code, None)
        for place in [*readers.teachers, *readers.places(teacher=False)] if readers else []:
            place.put("gone", encoded("gone", {"why": why}))
            place.end()
        if readers and readers.due:
            readers.due.cancel()

    def heard(self, room: Room) -> None:
        """A room has changed: its readers here are told soon, with all that changes in this moment."""
        readers = self._readers.get(room.code)
        if readers:
            readers.room = room
            if readers.due:
                readers.due.cancel()
            readers.due = asyncio.get_running_loop().call_later(0, self._tell, room.code)

    def _tell(self, code):
        readers = self._readers.get(code)
        if readers:
            wait = readers.tell(time.time())
            readers.due = None if wait is None else asyncio.get_running_loop().call_later(wait, self._tell, code)

    # -- readers

    def read(self, room: Room, seat: str | None) -> tuple[Place, Callable[[], None]]:
        """A place with all that there is to be told now, and what to call when its reader leaves.

        Args:
            room: the room, as it is now.
            seat: the student's; None for the teacher.

        Raises:
            Refused: there are too many readers.
        """
        if self.streams >= READERS:
            raise Refused("class", f"read by at most {READERS} on this server: try again later", "one more", status=429)
        readers = self._readers.setdefault(room.code, Readers(room))
        places = readers.teachers if seat is None else readers.students[digest(seat)]
        if len(places) >= (TEACHERS if seat is None else 2):
            places.pop(0).end()  # a stream of a page that was left without a word
        place = Place()
        places.append(place)
        now = time.time()
        for name, data in room.at(now).events(now, teacher=seat is None).items():
            place.put(name, encoded(name, data))
        self.streams += 1
        if self._sweeping is None or self._sweeping.done():
            self._sweeping = asyncio.get_running_loop().create_task(self._sweep())
        return place, lambda: self._leave(readers, place)

    def _leave(self, readers, place):
        self.streams -= 1
        for places in (readers.teachers, *readers.students.values()):
            if place in places:
                places.remove(place)
        for seat in [seat for seat, places in readers.students.items() if not places]:
            del readers.students[seat]

    # -- what happens by itself

    async def _sweep(self):
        while self._readers:
            await asyncio.sleep(SWEEP)
            for code in list(self._readers):
                await self.look_after(code, time.time())

    async def look_after(self, code: str, now: float) -> None:
        """What happens by itself in a room that is read here: it counts its students, releases the attention, goes on while its teacher
        is here, and ends when it is no more."""
        readers = self._readers[code]
        try:
            if readers.due_to_count(now):
                await self.change(code, lambda room: room.counted(self.name, len(readers.students), now))
            if readers.room.at(now) != readers.room:
                await self.change(code, lambda room: room.at(now))
            if readers.teachers:
                await self.store.keep(code)
            else:
                await self.store.get(code)
        except Lost:
            self.gone(code, "left")
        if not readers.teachers and not readers.students:
            self._readers.pop(code, None)
