"""All rooms of this process, and who reads the events of each."""

import asyncio
import logging
import os
import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from gatelab.classroom.codes import digest, new_code
from gatelab.classroom.events import Place, encoded, stopping
from gatelab.classroom.room import SECONDS, STUDENTS, Refused, Room

ROOMS = 200
"""Most rooms at a time."""

TEACHERS = 8
"""Most streams of one teacher: of a laptop, a projector, a phone."""

READERS = 4000
"""Most streams of this process."""

NEW = 60
"""Seconds for which a new room waits for its teacher's page to read its events; then its code is free again."""

SWEEP = 1
"""Seconds between two looks at what happens by itself."""

LOOK = 10
"""Most seconds of a look at one room; the others are not kept waiting by it."""

COUNT = 15
"""Seconds after which a count is told again though it has not changed, so that others know that this server is there."""

GAP = 0.1
"""Least seconds between two events of a kind, as the teacher's page sends them; the newest is told at the end of the gap. One word goes to a thousand streams."""

GAPS = {"asked": 0.5, "count": 1.0, "rounds": 1.0}
"""The same for a kind that changes with each answer of a student, unless more than a count of it has changed."""

SOON = 0.1
"""Seconds after which readers are told what is no word of the teacher: many students answer in the same moment."""

CHECK = 10
"""Seconds between two looks whether a room that is read here is still kept."""


Rule = Callable[[Room], Room]

log = logging.getLogger(__name__)


class Lost(Exception):
    """There is no room of this code."""


class Unavailable(Exception):
    """The store of the rooms does not answer."""


class Store(Protocol):
    """Where rooms are kept. Each method raises `Unavailable` where the store does not answer."""

    async def add(self, room: Room) -> bool:
        """Keep a new room for `NEW` seconds; False where its code is taken. Raises `Refused` where there are too many."""

    async def get(self, code: str) -> Room:
        """The room. Raises `Lost`."""

    async def find(self, id: str) -> Room | None:
        """The room with this id."""

    async def change(self, code: str, rule: Rule) -> Room:
        """Put what the rule makes of the room in its place, with no other change in between. Raises `Lost`, and what the rule raises."""

    async def keep(self, room: Room) -> None:
        """Keep the room for further `SECONDS`. Raises `Lost`."""

    async def remove(self, room: Room) -> None:
        """Forget the room."""

    async def listen(self, heard: Callable[[str], None], again: Callable[[], None]) -> None:
        """Call `heard` with the code of each room that another server changed, and `again` after a time in which nothing could be heard."""


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
        self._rooms[room.code] = (room, self.clock() + NEW)
        return True

    async def get(self, code: str) -> Room:
        room, end = self._rooms.get(code, (None, 0.0))
        if room is None or end <= self.clock():
            raise Lost(code)
        return room

    async def find(self, id: str) -> Room | None:
        return next((room for room, end in self._rooms.values() if room.id == id and end > self.clock()), None)

    async def change(self, code: str, rule: Rule) -> Room:
        before = await self.get(code)
        room = rule(before)
        if room is not before:
            room = replace(room, revision=before.revision + 1)
            self._rooms[code] = (room, self._rooms[code][1])
        return room

    async def keep(self, room: Room) -> None:
        self._rooms[room.code] = (await self.get(room.code), self.clock() + SECONDS)

    async def remove(self, room: Room) -> None:
        self._rooms.pop(room.code, None)

    async def listen(self, heard: Callable[[str], None], again: Callable[[], None]) -> None:
        """There is no other server."""


def of(room: Room, rule: Rule) -> Rule:
    """A rule for this class alone: to who knows it, another class that has its code by now is `Lost`."""

    def checked(now: Room) -> Room:
        if now.id != room.id:
            raise Lost(room.code)
        return rule(now)

    return checked


def by_environment() -> Store:
    """Redis where `GATELAB_REDIS_URL` names one, else the memory of this process.

    Raises:
        SystemExit: it names none that can be; the sentence says so.
    """
    url = os.environ.get("GATELAB_REDIS_URL")
    if not url:
        return Memory()
    from gatelab.classroom.redis import Redis  # only where it is wanted

    try:
        return Redis(url)
    except ValueError:  # whose words may hold the password
        form = "such as redis://HOST:6379/0, with redis://, rediss:// or unix:// at its beginning"
        raise SystemExit(f"GATELAB_REDIS_URL must be an address {form}: got another one, which is not shown since a password may stand in it") from None


class Readers:
    """Who reads the events of one room here, and what they were told last."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.teachers: list[Place] = []
        self.students: dict[str, list[Place]] = defaultdict(list)  # digest of the seat -> its places
        self.due: asyncio.TimerHandle | None = None  # the next telling
        self.due_at = 0.0  # when that is, on the clock of the loop
        self.asking: asyncio.Task[None] | None = None  # reads the room that another server changed
        self._told: dict[bool, dict[str, Any]] = {teacher: room.events(0, teacher=teacher) for teacher in (True, False)}
        self._taken: Mapping[str, int] = room.taken
        self._when: dict[str, float] = {}
        self._counted: tuple[tuple[int, int], float] = ((0, 0), 0.0)
        self.seats: frozenset[str] = frozenset()  # that were told to read here
        self._checked = 0.0
        self.alone = 0.0  # since when there is no teacher, on any server

    @property
    def here(self) -> tuple[int, int]:
        """How many students and teacher's pages read here."""
        return len(self.students), len(self.teachers)

    def due_to_count(self, now: float) -> bool:
        """Whether the number of readers must be told."""
        return self._counted[0] != self.here or now - self._counted[1] >= COUNT

    def counted(self, now: float, seats: frozenset[str]) -> None:
        """Their number was told, and the seats that read."""
        self._counted, self.seats = (self.here, now), seats

    def due_to_check(self, now: float) -> bool:
        """Whether to look if the room is still kept; taken as looked at from then on."""
        due = now - self._checked >= CHECK
        if due:
            self._checked = now
        return due

    def places(self, *, teacher: bool) -> list[Place]:
        return self.teachers if teacher else [place for places in self.students.values() for place in places]

    def all(self) -> list[Place]:
        """The places of all readers."""
        return [*self.places(teacher=True), *self.places(teacher=False)]

    def tell(self, now: float) -> float | None:
        """Tell what is new, except for what was told a moment ago; in how many seconds to tell the rest, None where there is none."""
        later: list[float] = []
        told_now = set()
        for teacher in (True, False):
            marks = self.room.events(0, teacher=teacher)  # at the time 0, so that nothing in it passes with the time
            new = [name for name, mark in marks.items() if mark != self._told[teacher].get(name)]
            events = self.room.events(now, teacher=teacher) if new else {}
            for name in new:
                gap = GAP if _matters(name, self._told[teacher].get(name), marks[name]) else GAPS.get(name, GAP)
                wait = self._when.get(name, 0) + gap - now
                if wait > 0:
                    later.append(wait)
                    continue
                self._told[teacher][name] = marks[name]
                told_now.add(name)
                event = encoded(name, events[name])
                for place in self.places(teacher=teacher):
                    place.put(name, event)
        self._when |= dict.fromkeys(told_now, now)
        self._tell_taken()
        return min(later, default=None)

    def _tell_taken(self):
        """Tell each student whose sentence was taken up, and nobody else."""
        before, self._taken = self._taken, self.room.taken
        if before == self._taken:
            return
        for seat, places in self.students.items():
            if self._taken.get(seat, 0) != before.get(seat, 0):
                for place in places:
                    place.put("taken", taken(self.room, seat))


def taken(room: Room, seat: str) -> bytes:
    """The event that tells a student, by the digest of the seat, how many of their sentences were taken up."""
    return encoded("taken", {"count": room.taken.get(seat, 0)})


def _matters(name: str, before: Any, after: Any) -> bool:
    """Whether more than a count has changed, so that it must be told soon."""
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
        self._open: dict[Place, tuple[str, bool]] = {}  # of each stream, the oldest first, the address that reads it, and whether it is a teacher's
        self._readers: dict[str, Readers] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, room: Room, codes: Callable[[], str] = new_code) -> Room:
        """Keep a new room under its code, or under another one where that is taken; a teacher's room that is there already stays as it is."""
        if there := await self.store.find(room.id):
            return there
        room = replace(room, revision=int(1000 * time.time()))  # above that of a room of the same code that was lost
        while not await self.store.add(room):
            room = replace(room, code=codes())
        return room

    async def get(self, code: str) -> Room:
        """The room of a code.

        Raises:
            Lost: there is none.
        """
        room = await self.store.get(code)
        if room.ended:
            raise Lost(code)
        return room

    async def change(self, code: str, rule: Rule) -> Room:
        """Change a room by a rule, and tell its readers.

        Raises:
            Lost: there is no such room.
            Refused: the rule forbids it; nothing has changed.
        """
        room = await self.store.change(code, rule)
        if room.ended:
            await self.store.remove(room)
        self.heard(room)
        return room

    def gone(self, code: str, why: str | None) -> None:
        """A room is no more: the streams of its readers end, and they are told why; nothing where it may come back."""
        readers = self._readers.pop(code, None)
        if readers is None:
            return
        if readers.due:
            readers.due.cancel()
        for place in readers.all():
            if why:
                place.put("gone", encoded("gone", {"why": why}))
            place.end()

    def heard(self, room: Room) -> None:
        """A room has changed: its readers here are told soon, with all that changes in this moment."""
        readers = self._readers.get(room.code)
        if readers and readers.room.id != room.id:
            return self.gone(room.code, None)  # another class has the code by now
        if readers is None or readers.room.revision >= room.revision:
            return
        if room.ended:
            return self.gone(room.code, "ended")
        loop = asyncio.get_running_loop()
        when = loop.time() + (SOON if room.version == readers.room.version else 0)
        readers.room = room
        if readers.due is None or when < readers.due_at:
            if readers.due:
                readers.due.cancel()
            self._tell_at(when, readers)

    def heard_of(self, code: str) -> None:
        """Another server has changed a room: it is read anew where it has readers here."""
        if code in self._readers and self._readers[code].asking is None:
            self._readers[code].asking = asyncio.get_running_loop().create_task(self._read_anew(code))

    def heard_again(self) -> None:
        """What other servers changed may have been missed."""
        for code in self._readers:
            self.heard_of(code)

    async def _read_anew(self, code):
        readers = self._readers.get(code)
        if readers is None:
            return  # its readers have left meanwhile
        readers.asking = None  # what changes from here on is asked for once more
        try:
            self.heard(await self.store.get(code))
        except (Lost, Unavailable):
            pass  # it is looked after

    def _tell_at(self, when, readers):
        """Tell readers at a time. It is kept beside the handle: uvloop gives one without `when` for a time that has come already."""
        readers.due, readers.due_at = asyncio.get_running_loop().call_at(when, self._tell, readers.room.code), when

    def _tell(self, code):
        readers = self._readers.get(code)
        if readers:
            readers.due = None
            if (wait := readers.tell(time.time())) is not None:
                self._tell_at(asyncio.get_running_loop().time() + wait, readers)

    # -- readers

    @property
    def streams(self) -> int:
        """How many are open."""
        return len(self._open)

    def read(self, room: Room, seat: str | None, client: str = "") -> tuple[Place, Callable[[], None]]:
        """A place with all that there is to be told now, and what to call when its reader leaves.

        Args:
            room: the room, as it is now.
            seat: the student's; None for the teacher, for whom there is always room.
            client: the address that reads.

        Raises:
            Refused: there are too many readers, and no address has more of them than a school.
        """
        if seat is not None and self.streams >= READERS:
            self._make_room(client)
        if room.code in self._readers and self._readers[room.code].room.id != room.id:
            self.gone(room.code, None)  # those who read the class that had the code before
        readers = self._readers.setdefault(room.code, Readers(room))
        places = readers.teachers if seat is None else readers.students[digest(seat)]
        if len(places) >= (TEACHERS if seat is None else 2):
            places.pop(0).end()  # a stream of a page that was left without a word
        place = Place()
        places.append(place)
        now = time.time()
        for name, data in room.at(now).events(now, teacher=seat is None).items():
            place.put(name, encoded(name, data))
        if seat is not None:
            place.put("taken", taken(room, digest(seat)))
        self._open[place] = client, seat is None
        if self._tasks == [] or self._tasks[0].done():
            self._work_on()
        return place, lambda: self._leave(readers, place)

    def _make_room(self, client):
        """The address with most students gives its newest one back, where it has more than a school."""
        reads = Counter(address for address, teaches in self._open.values() if not teaches)
        most, many = reads.most_common(1)[0] if reads else ("", 0)
        if many <= STUDENTS or reads[client] >= many:
            raise Refused("class", f"read by at most {READERS} on this server: try again later", "one more", status=429)
        newest = next(place for place, reader in reversed(self._open.items()) if reader == (most, False))
        del self._open[newest]
        newest.end()

    def _leave(self, readers, place):
        self._open.pop(place, None)
        for places in (readers.teachers, *readers.students.values()):
            if place in places:
                places.remove(place)
        for seat in [seat for seat, places in readers.students.items() if not places]:
            del readers.students[seat]

    # -- what happens by itself

    def _work_on(self):
        """Look after the rooms, and hear of what other servers change, as long as somebody reads here."""
        for task in self._tasks:
            task.cancel()
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._sweep()), loop.create_task(self.store.listen(self.heard_of, self.heard_again))]

    async def _sweep(self):
        while self._readers:
            await asyncio.sleep(SWEEP)
            if stopping():
                self.close()
            looks = (asyncio.wait_for(self.look_after(code, time.time()), LOOK) for code in list(self._readers))
            for error in await asyncio.gather(*looks, return_exceptions=True):
                if isinstance(error, Exception) and not isinstance(
                    error, Unavailable
                ):  # the streams stay, and what came meanwhile is told when the store is back
                    log.error("A class could not be looked after; it is tried again.", exc_info=error)
        self._tasks[1].cancel()

    def close(self) -> None:
        """End all streams, since the server stops: their readers come back to it, or to another one."""
        for readers in self._readers.values():
            for place in readers.all():
                place.end()

    async def look_after(self, code: str, now: float) -> None:
        """What happens by itself in a room that is read here: its readers are counted, the attention is released, it goes on while its
        teacher is here, and its streams end when it is no more."""
        readers = self._readers.get(code)
        if readers is None:
            return
        try:
            if readers.due_to_count(now):
                here = frozenset(readers.students)
                left = readers.seats - here
                await self.change(code, of(readers.room, lambda room: room.counted(self.name, *readers.here, now).seated(here, left)))
                readers.counted(now, here)
            if readers.room.at(now) is not readers.room:
                await self.change(code, of(readers.room, lambda room: room.at(now)))
            if readers.due_to_check(now):
                room = await self.get(code)  # which others may have changed unheard
                self.heard(room)
                if readers.teachers and room.id == readers.room.id:
                    await self.store.keep(room)
        except Lost:
            if self._readers.get(code) is readers:
                self.gone(code, "left" if readers.alone and now - readers.alone > SECONDS - COUNT else None)
            return
        readers.alone = 0.0 if readers.room.teachers else readers.alone or now
        if not readers.all() and self._readers.get(code) is readers:
            del self._readers[code]
