"""The rules of a room: against a model of our contract that knows every student by name and counts anew each time."""

import json
from collections import Counter

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gatelab.classroom.codes import ALPHABET, digest, new_code, new_secret, read_code
from gatelab.classroom.packing import packed, unpacked
from gatelab.classroom.questions import Question
from gatelab.classroom.room import ATTENTION, OFFERS, ROUNDS, STALE, STUDENTS, WAITING, Refused, Room, restored

KEY = new_secret()
SEATS = [new_secret() for _ in range(5)]
QUESTION = Question("choose", "Which gate?", options=("input", "forget", "output"))

seats = st.sampled_from(SEATS)
options = st.integers(0, 2)


@pytest.fixture
def room():
    return Room("BCDF", digest(KEY))


def asked(room, teacher=False):
    return room.events(0, teacher=teacher)["asked"]


class Class(RuleBasedStateMachine):
    """What the model knows: who answered what, and what everybody may see of it."""

    def __init__(self):
        super().__init__()
        self.room = Room("BCDF", digest(KEY))
        self.now = 0.0
        self.joined, self.answers, self.offers, self.taken = set(), {}, [], Counter()
        self.on_screen = self.open = self.shown = False
        self.round, self.before, self.truth = 0, None, None
        self.past, self.versions, self.free_at = 0, 0, None

    def say(self, **words):
        self.room = self.room.said(words, self.now)
        self.versions += 1

    @rule(seat=seats)
    def join(self, seat):
        self.room = self.room.joined(seat)
        self.joined.add(seat)

    @rule()
    def ask(self):
        self.say(ask=QUESTION)
        self.past += self.on_screen
        self.on_screen = self.open = True
        self.shown, self.answers, self.round, self.before, self.truth = False, {}, 1, None, None

    @precondition(lambda self: self.on_screen)
    @rule()
    def ask_again(self):
        before = self.counts()
        self.say(again=True)
        self.past += 1
        self.open, self.shown, self.answers, self.round, self.before, self.truth = True, False, {}, self.round + 1, before, None

    @precondition(lambda self: self.on_screen)
    @rule()
    def close(self):
        self.say(close=True)
        self.open = False

    @precondition(lambda self: self.on_screen)
    @rule(truth=options)
    def show(self, truth):
        self.say(show=True, truth=truth)
        self.open, self.shown, self.truth = False, True, truth

    @rule()
    def clear(self):
        self.say(ask=None)
        self.past += self.on_screen
        self.on_screen = self.open = self.shown = False

    @precondition(lambda self: self.on_screen and self.joined)
    @rule(data=st.data(), option=options)
    def answer(self, data, option):
        seat = data.draw(st.sampled_from(sorted(self.joined)))
        said = asked(self.room)
        if self.open:
            self.room = self.room.answered(seat, said["id"], said["round"], option)
            self.answers[seat] = option
        else:
            with pytest.raises(Refused):
                self.room.answered(seat, said["id"], said["round"], option)

    @precondition(lambda self: self.on_screen and self.round > 1)
    @rule(seat=seats, option=options)
    def answer_late(self, seat, option):
        with pytest.raises(Refused):
            self.room.answered(seat, asked(self.room)["id"], self.round - 1, option)

    @rule(seat=seats, text=st.text(max_size=5))
    def offer(self, seat, text):
        if sum(mine == seat for mine, _ in self.offers) < WAITING:
            self.room = self.room.offered(seat, text)
            self.offers.append((seat, text))
        else:
            with pytest.raises(Refused):
                self.room.offered(seat, text)

    @precondition(lambda self: self.offers)
    @rule(data=st.data(), word=st.sampled_from(["take", "drop"]))
    def see(self, data, word):
        place = data.draw(st.integers(0, len(self.offers) - 1))
        self.say(**{word: self.room.events(0, teacher=True)["offers"][place]["id"]})
        seat, _ = self.offers.pop(place)
        self.taken[digest(seat)] += word == "take" and seat in self.joined

    @rule(on=st.booleans())
    def call(self, on):
        self.say(attention=on)
        self.free_at = self.now + ATTENTION if on else None

    @rule(seconds=st.integers(1, 200))
    def wait(self, seconds):
        self.now += seconds
        self.room = self.room.at(self.now)

    @rule()
    def travel(self):
        """Through a store outside of the process."""
        there = unpacked(packed(self.room))
        assert there == self.room and packed(there) == packed(self.room)
        self.room = there

    @rule()
    def lose(self):
        """The server forgets all; the teacher's page brings it back with what it was told, and each student answers again."""
        held = json.loads(json.dumps(self.room.events(self.now, teacher=True)))
        view = held["view"]
        back = restored("BCDF", digest(KEY), view, tuple(held["rounds"]), held["asked"])
        for seat in self.joined:
            back = back.joined(seat)
        if self.open:
            for seat, option in self.answers.items():
                back = back.answered(seat, held["asked"]["id"], held["asked"]["round"], option)
        self.room, self.offers, self.taken, self.free_at, self.versions = back, [], Counter(), None, back.version

    def counts(self):
        given = Counter(self.answers.values())
        return [given[option] for option in range(3)]

    @invariant()
    def students_see_the_question_and_counts_only_when_shown(self):
        said = asked(self.room)
        if not self.on_screen:
            assert said is None
            return
        assert (said["words"], said["options"]) == (QUESTION.words, list(QUESTION.options))
        assert (said["open"], said["round"], said["answered"], said["truth"]) == (self.open, self.round, len(self.answers), self.truth)
        assert said["distribution"] == (self.counts() if self.shown else None)
        assert said["before"] == (self.before if self.shown else None)

    @invariant()
    def the_teacher_sees_all_rounds(self):
        rounds = self.room.events(0, teacher=True)["rounds"]
        assert len(rounds) == self.past + self.on_screen
        if self.on_screen:
            assert (rounds[-1]["distribution"], rounds[-1]["before"]) == (self.counts(), self.before)

    @invariant()
    def sentences_wait_for_the_teacher_alone(self):
        assert [offer["text"] for offer in self.room.events(0, teacher=True)["offers"]] == [text for _, text in self.offers]
        assert self.room.events(0, teacher=False).keys() == {"view", "pointer", "attention", "asked"}

    @invariant()
    def what_was_taken_up_is_counted_for_whose_it_was(self):
        assert self.room.taken == {seat: count for seat, count in self.taken.items() if count}

    @invariant()
    def attention_ends_by_itself(self):
        seconds = None if self.free_at is None or self.free_at <= self.now else self.free_at - self.now
        assert self.room.events(self.now, teacher=False)["attention"] == (seconds and {"seconds": seconds})

    @invariant()
    def no_seat_or_key_is_kept_as_it_is(self):
        kept = packed(self.room)
        assert KEY not in kept and not any(seat in kept for seat in SEATS)

    @invariant()
    def who_gave_a_counted_answer_is_forgotten(self):
        if self.room.asked and not self.open:
            assert not self.room.asked.answers

    @invariant()
    def the_version_grows_with_each_word(self):
        assert self.room.version == self.versions


TestClass = Class.TestCase
TestClass.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_all_words_of_one_say_are_followed_or_none(room):
    with pytest.raises(Refused, match="a question is on the screen"):
        room.said({"view": {"path": "watch", "search": ""}, "show": True}, 0)
    assert room == Room("BCDF", digest(KEY))
    after = room.said({"view": {"path": "watch", "search": ""}, "ask": QUESTION, "close": True}, 0)
    assert after.view == {"path": "watch", "search": "", "version": 1} and not asked(after)["open"]


def test_only_the_key_opens_the_room(room):
    assert room.is_teacher(KEY) and not room.is_teacher(new_secret()) and not room.is_teacher(room.id)


def test_a_room_is_bounded_in_every_way(room):
    full = room
    for k in range(STUDENTS):
        full = full.joined(f"seat {k}")
    full = full.seated(full.seats, frozenset())
    with pytest.raises(Refused, match="at most 1000 students"):
        full.joined("one more")
    assert full.joined("seat 7") is full
    for k in range(OFFERS):
        full = full.offered(f"seat {k}", "x")
    with pytest.raises(Refused):
        full.offered("seat 999", "x")
    for _ in range(ROUNDS):
        room = room.said({"ask": QUESTION}, 0)
    with pytest.raises(Refused, match="at most 100 questions"):
        room.said({"ask": QUESTION}, 0)
    long = Question("point", "Which?", tokens=("x" * 200,) * 500)
    room = Room("BCDF", digest(KEY)).said({"ask": long}, 0)
    with pytest.raises(Refused, match="200000 bytes"):
        room.said({"ask": long}, 0)


def test_the_students_of_a_server_that_died_are_counted_no_more(room):
    room = room.counted("one", 20, 1, 0).counted("two", 10, 0, 0)
    assert room.students == 30 and room.teachers == 1
    assert room.counted("one", 21, 1, STALE - 1).students == 31
    assert room.counted("one", 21, 1, STALE + 1).students == 21


def test_codes_can_be_read_aloud_and_typed_in_any_way():
    codes = {new_code() for _ in range(500)}
    assert len(codes) > 490 and all(len(code) == 4 and set(code) <= set(ALPHABET) for code in codes)
    assert not set(ALPHABET) & set("AEIOUQ")
    assert read_code(" bcdf ") == "BCDF"
    assert all(read_code(wrong) is None for wrong in ("", "BCD", "BCDFG", "ABCD", "BC1F", "ßßß", "\ud800BCD", None, 7, "B" * 10**6))


def test_in_a_full_room_who_neither_reads_nor_has_answered_gives_way_to_a_newcomer(room):
    room = room.said({"ask": QUESTION}, 0)
    for k in range(STUDENTS):
        room = room.joined(f"{k}")
    room = room.answered("0", "1", 1, 2)
    room = room.offered("3", "mine").offered("2", "mine too").said({"take": "2"}, 0).said({"take": "3"}, 0)
    room = room.seated(frozenset({digest("1"), digest("2")}), frozenset())
    after = room.joined("one more")
    assert len(after.seats) == STUDENTS and after.has("one more")
    assert [k for k in range(STUDENTS) if not after.has(f"{k}")] == [3] and after.taken == {digest("2"): 1}
    left = after.seated(frozenset({digest("1")}) | {digest(f"{k}") for k in range(3, STUDENTS)} | {digest("one more")}, frozenset({digest("2")}))
    assert not left.joined("another").has("2") and left.joined("another").has("1") and left.joined("another").has("0")
    assert unpacked(packed(left)) == left
    with pytest.raises(Refused):
        left.joined("another").seated(frozenset({digest("another")}), frozenset()).joined("one too many")
