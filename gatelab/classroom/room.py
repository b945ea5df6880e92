"""A room: all that one class shares, and the rules of how it changes. Nothing here waits, reads a clock or knows of the network.

A room is never changed: each rule gives a new one, or says why not, and then nothing has happened.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from gatelab.classroom.codes import digest, same
from gatelab.classroom.questions import Question

SECONDS = 600
"""How long a room waits for a teacher who has left."""

ATTENTION = 300
"""Most seconds for which all students follow at the teacher's word."""

STUDENTS = 1000
"""Most students of a room."""

WAITING = 3
"""Most sentences of one student that the teacher has not seen yet."""

OFFERS = 100
"""Most sentences that wait in a room."""

ROUNDS = 100
"""Most questions that a room is asked; to ask one again counts as another."""

ROUND_BYTES = 200_000
"""Most bytes of all that was asked, as JSON."""

STALE = 45
"""Seconds after which a server that has told nothing of its students counts as gone."""


class Refused(Exception):
    """A rule of the room forbids it; with the field at fault, the rule, and what came."""

    def __init__(self, field: str, rule: str, got: str, status: int = 422) -> None:
        super().__init__(f"{field} must be {rule}: got {got}")
        self.field, self.rule, self.got, self.status = field, rule, got, status


@dataclass(frozen=True)
class Asked:
    """A question in one round.

    Attributes:
        id: which question; asked again it keeps it.
        round: 1, then 2 where it was asked again after a discussion, and so on.
        question: what was asked.
        open: whether answers are taken.
        shown: whether the students see how the answers are distributed.
        truth: what is right, once the teacher has told it, else None.
        answers: digest of a seat -> its last answer; {} as soon as the answers are counted for good.
        counted: the distribution for good, else None.
        present: the students in the room when it was counted for good.
        before: the distribution of the round before this one, else None.
    """

    id: str
    round: int
    question: Question
    open: bool = True
    shown: bool = False
    truth: Any = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    answered_for_good: int = 0
    counted: list[Any] | None = None
    present: int = 0
    before: list[Any] | None = None

    @property
    def answered(self) -> int:
        return len(self.answers) if self.counted is None else self.answered_for_good

    @property
    def distribution(self) -> list[Any]:
        if self.counted is not None:
            return self.counted
        return self.question.count(list(self.answers.values()), self.before)

    def done(self, students: int) -> Self:
        """Counted for good: who gave which answer is forgotten."""
        if self.counted is not None:
            return self
        answered, present = self.answered, max(students, self.answered)
        return replace(self, open=False, answers={}, counted=self.distribution, answered_for_good=answered, present=present)

    def told(self, students: int, *, teacher: bool) -> dict[str, Any]:
        """The question as an event has it; to students without what the teacher does not show yet."""
        question = self.question
        return {
            "id": self.id,
            "round": self.round,
            "kind": question.kind,
            "words": question.words,
            **({"options": list(question.options)} if question.options else {}),
            **({"tokens": list(question.tokens)} if question.tokens else {}),
            **({"range": list(question.range)} if question.range else {}),
            **({"about": question.about} if question.about else {}),
            "open": self.open,
            "answered": self.answered,
            "students": max(students, self.answered) if self.counted is None else self.present,
            "distribution": self.distribution if self.shown or teacher else None,
            "truth": self.truth,
            "before": self.before if self.shown or teacher else None,
        }


@dataclass(frozen=True)
class Offer:
    """A sentence that a student offers; only the teacher sees it."""

    id: str
    seat: str  # its digest
    text: str


@dataclass(frozen=True)
class Room:
    """The state of a class.

    Attributes:
        code: four letters.
        id: the digest of the teacher's key.
        version: grows with each word of the teacher.
        view: the teacher's page, {"path", "search", "version"}, or None.
        pointer: where the teacher points, {"x", "y", "place"}, or None.
        attention: when all are free again, in seconds since 1970, or None.
        asked: the question on the screens, or None.
        rounds: what was asked before it, as `Asked.told` says it.
        offers: the sentences that wait for the teacher.
        taken: how many sentences of each student the teacher took up: digest of the seat -> count.
        seats: the digests of all seats.
        idle: those of them that read no events, for the longest time first; where the room is full, the first gives its place to a newcomer.
        present: for each server the students and the teachers' pages that read its events, and when it last said so, in seconds
            since 1970: name -> (students, teachers, when).
        numbered: how many questions and sentences have got a number.
        revision: grows with each change of any kind; a store counts it.
        ended: whether the teacher has ended the class.
    """

    code: str
    id: str
    version: int = 0
    view: Mapping[str, Any] | None = None
    pointer: Mapping[str, Any] | None = None
    attention: float | None = None
    asked: Asked | None = None
    rounds: tuple[Mapping[str, Any], ...] = ()
    offers: tuple[Offer, ...] = ()
    taken: Mapping[str, int] = field(default_factory=dict)
    seats: frozenset[str] = frozenset()
    idle: tuple[str, ...] = ()
    present: Mapping[str, tuple[int, int, float]] = field(default_factory=dict)
    numbered: int = 0
    revision: int = 0
    ended: bool = False

    # -- who is who

    def is_teacher(self, key: str) -> bool:
        return same(digest(key), self.id)

    def has(self, seat: str) -> bool:
        return digest(seat) in self.seats

    @property
    def students(self) -> int:
        """How many students are here."""
        return sum(students for students, _, _ in self.present.values())

    @property
    def teachers(self) -> int:
        """How many pages of the teacher are here."""
        return sum(teachers for _, teachers, _ in self.present.values())

    # -- what students do

    def joined(self, seat: str) -> Self:
        """With a student's seat, which may be there already. In a full room it takes the place of one that neither reads nor has answered."""
        mine = digest(seat)
        if mine in self.seats:
            return self
        room = self if len(self.seats) < STUDENTS else self._with_room()
        return replace(room, seats=room.seats | {mine}, idle=(*room.idle, mine))

    def _with_room(self):
        answered = self.asked.answers if self.asked else {}
        first = next((seat for seat in self.idle if seat not in answered), None)
        if first is None:
            raise Refused("class", f"one with at most {STUDENTS} students", f"{len(self.seats)} students", status=429)
        taken = {seat: count for seat, count in self.taken.items() if seat != first}
        return replace(self, seats=self.seats - {first}, idle=tuple(seat for seat in self.idle if seat != first), taken=taken)

    def seated(self, here: frozenset[str], left: frozenset[str]) -> Self:
        """With the seats that read events, and those that did and have stopped, both as digests, of one server."""
        idle = tuple(seat for seat in self.idle if seat not in here)
        stopped = sorted((left & self.seats) - set(idle))
        return self if not stopped and idle == self.idle else replace(self, idle=(*idle, *stopped))

    def answered(self, seat: str, id: str, round: int, answer: Any) -> Self:
        """With a student's answer to the question on the screens; a later one takes its place."""
        asked = self.asked
        if asked is None or (asked.id, asked.round) != (id, round):
            raise Refused("id", "that of the question on the screen", f"{id}, round {round}", status=409)
        if not asked.open:
            raise Refused("id", "that of a question that is open", f"{id}, which is closed", status=409)
        if not asked.question.accepts(answer):
            raise Refused("answer", asked.question.rule(), _shown(answer))
        return replace(self, asked=replace(asked, answers={**asked.answers, digest(seat): answer}))

    def offered(self, seat: str, text: str) -> Self:
        """With a student's sentence for the teacher."""
        mine = digest(seat)
        waiting = sum(offer.seat == mine for offer in self.offers)
        if waiting >= WAITING:
            raise Refused("text", f"the next one after the teacher has seen one of your {WAITING} sentences", "a further one", status=429)
        if len(self.offers) >= OFFERS:
            raise Refused("text", "offered when the teacher has seen some of the sentences that wait", f"{OFFERS} that wait", status=429)
        return replace(self, numbered=self.numbered + 1, offers=(*self.offers, Offer(str(self.numbered + 1), mine, text)))

    # -- what the teacher says

    def said(self, words: Mapping[str, Any], now: float) -> Self:
        """After one or more words of the teacher, in the order of `WORDS`."""
        room = self
        for word, rule in WORDS.items():
            room = rule(room, words[word], now) if word in words else room
        return replace(room, version=self.version + 1)

    def looking(self, view: Mapping[str, Any], now: float) -> Self:
        return replace(self, view={**view, "version": self.version + 1})

    def pointing(self, pointer: Mapping[str, Any] | None, now: float) -> Self:
        return replace(self, pointer=pointer)

    def called(self, on: bool, now: float) -> Self:
        return replace(self, attention=now + ATTENTION if on else None)

    def asking(self, question: Question | None, now: float) -> Self:
        """A new question, or none; the one before goes to the rounds."""
        room = self._kept()
        if question is None:
            return room
        room._fits(question)
        return replace(room, asked=Asked(str(room.numbered + 1), 1, question), numbered=room.numbered + 1)

    def again(self, yes: bool, now: float) -> Self:
        """The same question once more; its first distribution stays, to stand beside the new one."""
        asked = self._open_or_not("again")
        self._fits(asked.question)
        before = asked.done(self.students).counted
        return replace(self._kept(), asked=Asked(asked.id, asked.round + 1, asked.question, before=before))

    def closed(self, yes: bool, now: float) -> Self:
        return replace(self, asked=self._open_or_not("close").done(self.students))

    def showing(self, yes: bool, now: float) -> Self:
        """Shown to all, so closed: who saw the others' answers gives none of their own."""
        return replace(self, asked=replace(self._open_or_not("show").done(self.students), shown=True))

    def telling(self, truth: Any, now: float) -> Self:
        asked = self._open_or_not("truth")
        if truth is not None and not asked.question.accepts(truth):
            raise Refused("truth", asked.question.rule(), _shown(truth))
        return replace(self, asked=replace(asked, truth=truth))

    def taking(self, offer: str, now: float) -> Self:
        """The teacher takes up a sentence that waited; whose it was hears so."""
        room, seat = self.dropping(offer, now), next(waiting.seat for waiting in self.offers if waiting.id == offer)
        return replace(room, taken={**self.taken, seat: self.taken.get(seat, 0) + 1}) if seat in self.seats else room

    def dropping(self, offer: str, now: float) -> Self:
        """Without a sentence that waited."""
        if all(waiting.id != offer for waiting in self.offers):
            raise Refused("offer", "the id of a sentence that waits", _shown(offer), status=409)
        return replace(self, offers=tuple(waiting for waiting in self.offers if waiting.id != offer))

    def ending(self, yes: bool, now: float) -> Self:
        return replace(self, ended=True)

    def _open_or_not(self, word):
        if self.asked is None:
            raise Refused(word, "said while a question is on the screen", "none", status=409)
        return self.asked

    def _kept(self):
        """With the question on the screens among the rounds, and none on the screens."""
        if self.asked is None:
            return self
        return replace(self, asked=None, rounds=(*self.rounds, self.asked.done(self.students).told(self.students, teacher=True)))

    def _fits(self, question):
        room = self._kept()
        if len(room.rounds) >= ROUNDS:
            raise Refused("ask", f"one of at most {ROUNDS} questions of a class: end it and start another", "one more")
        if len(json.dumps([*room.rounds, asdict(question)])) > ROUND_BYTES:
            raise Refused("ask", f"one with which all questions are at most {ROUND_BYTES} bytes: end the class and start another", "more")

    # -- what happens by itself

    def counted(self, server: str, students: int, teachers: int, now: float) -> Self:
        """With what one server says of those that read its events; a server that has long said nothing is gone."""
        fresh = {name: told for name, told in self.present.items() if now - told[-1] < STALE and name != server}
        return replace(self, present={**fresh, server: (students, teachers, now)})

    def at(self, now: float) -> Self:
        """At a time: the attention is over by itself."""
        return replace(self, attention=None) if self.attention is not None and self.attention <= now else self

    # -- what is told

    def events(self, now: float, *, teacher: bool) -> dict[str, Any]:
        """All that every reader of events is told, {name: data}: each is the whole of its kind. Beside it each student is told their own of `taken`."""
        told: dict[str, Any] = {
            "view": self.view,
            "pointer": self.pointer,
            "attention": {"seconds": round(self.attention - now)} if self.attention is not None and self.attention > now else None,
            "asked": self.asked and self.asked.told(self.students, teacher=False),
        }
        if teacher:
            now_asked = [self.asked.told(self.students, teacher=True)] if self.asked else []
            told["count"] = {"students": self.students}
            told["offers"] = [{"id": offer.id, "text": offer.text} for offer in self.offers]
            told["rounds"] = [*self.rounds, *now_asked]
        return told


WORDS: Mapping[str, Callable[[Any, Any, float], Any]] = {
    "view": Room.looking,
    "pointer": Room.pointing,
    "attention": Room.called,
    "ask": Room.asking,
    "again": Room.again,
    "close": Room.closed,
    "truth": Room.telling,
    "show": Room.showing,
    "take": Room.taking,
    "drop": Room.dropping,
    "end": Room.ending,
}
"""What the teacher can say, and the rule of each."""


def restored(code: str, id: str, view: Mapping[str, Any] | None, rounds: tuple[Mapping[str, Any], ...], asked: Mapping[str, Any] | None) -> Room:
    """The room of a teacher whose server has lost it, from what the teacher's page holds.

    Args:
        code: its code.
        id: the digest of its key.
        view: {"path", "search", "version"}, or None.
        rounds: as `Room.events` told them to the teacher, the question on the screens among them.
        asked: the question on the screens, as it was told, or None. Where it is open the students' pages send their answers again.
    """
    past = rounds
    current = None
    if asked is not None:
        same_round = [each for each in rounds[-1:] if (each["id"], each["round"]) == (asked["id"], asked["round"])]
        past = rounds[: len(rounds) - len(same_round)]
        current = _asked_again({**(same_round or [asked])[0], "open": asked["open"], "truth": asked["truth"]}, shown=asked["distribution"] is not None)
    numbers = [int(each["id"]) for each in [*rounds, *([asked] if asked else [])]]
    room = Room(code, id, rounds=past, asked=current, numbered=max(numbers, default=0))
    return replace(room, view=view, version=view["version"]) if view else room


def _asked_again(told, *, shown):
    """A question on the screens, from what was told of it."""
    about = {"range": tuple(told["range"]) if told.get("range") else None, "about": told.get("about", "")}
    question = Question(told["kind"], told["words"], tuple(told.get("options", ())), tuple(told.get("tokens", ())), **about)
    asked = Asked(told["id"], told["round"], question, truth=told["truth"], before=told["before"])
    if told["open"]:
        return asked
    counted = told["distribution"] if told["distribution"] is not None else question.count([])
    return replace(asked, open=False, shown=shown, counted=counted, answered_for_good=told["answered"], present=told["students"])


def _shown(value):
    text = repr(value)[:80]
    return text.encode("utf-8", "backslashreplace").decode()
