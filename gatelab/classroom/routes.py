"""The routes of a class: start one, join it, follow its events, say, answer, offer; and the short link that students type."""

import math
import time
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from gatelab.classroom import bodies
from gatelab.classroom.codes import digest, is_secret, new_code, new_secret, read_code
from gatelab.classroom.events import EventStream
from gatelab.classroom.limits import Limit, Queue
from gatelab.classroom.room import SECONDS, Refused, Room, restored
from gatelab.classroom.rooms import Lost, Rooms, Unavailable, by_environment, of
from gatelab.live.endpoint import LIMIT, BadRequest, Endpoint, content, kind, shown

BODY_LIMIT = 8 * bodies.SEARCH
"""Most bytes of what a teacher says: a link's query, and a question with all its tokens."""

SMALL_LIMIT = 12 * LIMIT + 1000
"""Most bytes of what a student says."""


TOO_MANY_WRONG = "tried again later: there were too many wrong codes from this network"


class Limits:
    """How often clients, seats and teachers may ask. A school is one client: all its students come from one address."""

    def __init__(self) -> None:
        self.starts = Limit(40, 0.2)  # of a client
        self.guesses = Limit(600, 10)  # of a client: codes of no class
        self.queue = Queue(0.1, 10)  # of a client that has tried too many of them
        self.joins = Limit(1200, 20)  # of a room
        self.answers = Limit(20, 1)  # of a seat
        self.offers = Limit(6, 0.1)  # of a seat
        self.words = Limit(100, 40)  # of a room's teacher


def use(limit: Limit, name: str, field: str, rule: str) -> None:
    """Use a limit.

    Raises:
        BadRequest: not now, status 429.
    """
    if seconds := limit.use(name):
        raise BadRequest(field, rule, "more", 429, {"Retry-After": str(math.ceil(seconds))})


class ClassRoute(Endpoint):
    """What the routes of a class share."""

    rooms = Rooms(by_environment())
    limits = Limits()

    async def dispatch(self) -> None:
        try:
            await super().dispatch()
        except Refused as refused:
            headers = {"Retry-After": "20"} if refused.status == 429 else {}
            await self.refuse({"field": refused.field, "rule": refused.rule, "got": refused.got}, refused.status, headers)
        except Unavailable:
            said = {"field": "class", "rule": "asked again in a moment: the server's store of classes does not answer", "got": "no answer"}
            await self.refuse(said, 503, {"Retry-After": "2"})

    async def refuse(self, said: dict[str, str], status: int, headers: dict[str, str]) -> None:
        """Answer with what is wrong."""
        await JSONResponse(said, status, headers=headers | {"Cache-Control": "no-store"})(self.scope, self.receive, self.send)

    async def room(self, request: Request) -> Room:
        """The room that the address names.

        Raises:
            BadRequest: there is none, or its client has tried too many codes.
        """
        code = read_code(request.path_params["code"])
        try:
            if code is None:
                raise Lost
            return await self.rooms.get(code)
        except Lost:
            self.guessed(request)
            raise unknown(request) from None

    def guessed(self, request: Request) -> None:
        """Count a code of no class, or a secret that opens nothing."""
        use(self.limits.guesses, client(request), "code", TOO_MANY_WRONG)

    async def in_queue(self, request: Request) -> None:
        """From an address with too many wrong codes all codes wait, the right ones too: else it would find them as fast as before.

        Raises:
            BadRequest: too many wait already.
        """
        name = client(request)
        if self.limits.guesses.wait(name) and not await self.limits.queue.wait(name):
            raise BadRequest("code", TOO_MANY_WRONG, "more", 429, {"Retry-After": str(self.limits.queue.longest)})

    async def as_teacher(self, request: Request) -> Room:
        """The room, for its teacher."""
        room = await self.room(request)
        if not room.is_teacher(secret(request)):
            self.guessed(request)
            raise BadRequest("Authorization", "Bearer and the key of the class's teacher", "another one", status=403)
        return room

    async def as_student(self, request: Request) -> tuple[Room, str]:
        """The room, and the seat of one of its students."""
        room, seat = await self.room(request), secret(request)
        if not room.has(seat):
            self.guessed(request)
            raise BadRequest("Authorization", "Bearer and a seat that has joined the class", "another one", status=403)
        return room, seat

    async def change(self, room: Room, rule: Any) -> Room:
        """Change the room by a rule."""
        try:
            return await self.rooms.change(room.code, of(room, rule))
        except Lost:
            raise BadRequest("code", "that of a class which is running", room.code, status=404) from None


def client(request: Request) -> str:
    """Whose limits count: the address that a request comes from; of IPv6 the network, since one home has very many addresses."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv4Address) or address.ipv4_mapped:
        return str(getattr(address, "ipv4_mapped", None) or address)
    return str(IPv6Network((int(address), 64), strict=False))


def unknown(request: Request) -> BadRequest:
    """What to say of a code that no class has."""
    return BadRequest("code", "that of a class which is running", shown(request.path_params["code"]), status=404)


def secret(request: Request) -> str:
    """The key or the seat that a request carries.

    Raises:
        BadRequest: it carries none.
    """
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not is_secret(value.strip()):
        raise BadRequest("Authorization", "Bearer and the teacher's key or the student's seat", "none of this form", status=403)
    return value.strip()


def answered(content: object, status: int = 200) -> Response:
    """JSON that no cache keeps."""
    return JSONResponse(content, status, headers={"Cache-Control": "no-store"})


async def read(request: Request, limit: int) -> Any:
    """The object in the body of a request; {} where it is empty."""
    return bodies.fields("body", await content(request, limit, empty=b"{}"))


class StartRoute(ClassRoute):
    """`POST /live/class`: start a class, or bring one back that was lost."""

    async def post(self, request: Request) -> Response:
        use(self.limits.starts, client(request), "class", "started a little later: there were too many from this network")
        got = await read(request, bodies.RESTORE_LIMIT)
        if got.get("restore") is not None:
            lost = bodies.restore(got["restore"])
            key = lost["key"]
            room = restored(lost["code"], digest(key), lost["view"], lost["rounds"], lost["asked"])
        else:
            key = new_secret()
            room = Room(new_code(), digest(key))
            if got.get("view") is not None:
                room = room.said({"view": bodies.view(got["view"])}, 0)
        room = await self.rooms.start(room)
        return answered({"code": room.code, "key": key, "id": room.id, "seconds": SECONDS}, 201)


class JoinRoute(ClassRoute):
    """`POST /live/class/CODE/join`: a seat in the class; with a seat the same one again.

    A page that lost the class sends the id of the class that it joined, too, and joins no other one.
    """

    async def post(self, request: Request) -> Response:
        got = await read(request, SMALL_LIMIT)
        seat = bodies.secret("seat")(got["seat"], {}) if got.get("seat") is not None else new_secret()
        before = got.get("id")
        if before is not None and not isinstance(before, str):
            raise BadRequest("id", "a string", kind(before))
        code = read_code(request.path_params["code"])
        room = await self.found(code or "", before)
        if before is None and not (room and room.has(seat)):
            await self.in_queue(request)
            if room is None:
                self.guessed(request)
        if room is None:
            raise unknown(request)
        if not room.has(seat):
            use(self.limits.joins, room.code, "class", "joined a little later: too many come at once")
            room = await self.change(room, lambda room: room.joined(seat))
        return answered({"id": room.id, "seat": seat})

    async def found(self, code: str, id: str | None) -> Room | None:
        """The room of a code, where it is the one with this id, if there is any."""
        try:
            room = await self.rooms.get(code)
        except Lost:
            return None
        return room if id in (None, room.id) else None


class EventsRoute(ClassRoute):
    """`GET /live/class/CODE/events`: what happens in the class, as server-sent events."""

    async def get(self, request: Request) -> Response:
        room = await self.room(request)
        seat = None if room.is_teacher(secret(request)) else (await self.as_student(request))[1]
        return EventStream(*self.rooms.read(room, seat, client(request)))


class SayRoute(ClassRoute):
    """`POST /live/class/CODE/say`: words of the teacher."""

    async def post(self, request: Request) -> Response:
        room = await self.as_teacher(request)
        use(self.limits.words, room.code, "class", "told less often")
        words = bodies.said(await read(request, BODY_LIMIT))
        now = time.time()
        return answered({"version": (await self.change(room, lambda room: room.said(words, now))).version})


class AnswerRoute(ClassRoute):
    """`POST /live/class/CODE/answer`: a student's answer to the question on the screen."""

    async def post(self, request: Request) -> Response:
        room, seat = await self.as_student(request)
        use(self.limits.answers, digest(seat), "answer", "changed less often")
        got = await read(request, SMALL_LIMIT)
        id, round = bodies.number(got.get("id"), {}), bodies.integer("round", 1, 10_000)(got.get("round"), {})
        await self.change(room, lambda room: room.answered(seat, id, round, got.get("answer")))
        return answered({})


class OfferRoute(ClassRoute):
    """`POST /live/class/CODE/offer`: a student's sentence, for the teacher alone."""

    async def post(self, request: Request) -> Response:
        room, seat = await self.as_student(request)
        use(self.limits.offers, digest(seat), "text", "offered a little later")
        text = bodies.text("text", LIMIT)((await read(request, SMALL_LIMIT)).get("text"), {})
        await self.change(room, lambda room: room.offered(seat, text))
        return answered({})


class ShortLink(Endpoint):
    """`/c/CODE`: to the page where a student joins the class."""

    async def get(self, request: Request) -> Response:
        code = read_code(request.path_params["code"])
        return RedirectResponse(f"../in-class?code={code}" if code else "../in-class", 302, headers={"Cache-Control": "no-store"})


CLASS = (
    Route("/class", StartRoute),
    Route("/class/{code}/join", JoinRoute),
    Route("/class/{code}/events", EventsRoute),
    Route("/class/{code}/say", SayRoute),
    Route("/class/{code}/answer", AnswerRoute),
    Route("/class/{code}/offer", OfferRoute),
)
"""The routes of a class, under /live."""

SHORT = Mount("/c", routes=[Route("/{code}", ShortLink)])
"""The short link, beside /live."""
