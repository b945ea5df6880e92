"""A class over HTTP: who may say what, what a request may hold, and how often."""

import asyncio
import itertools
import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient

from gatelab.classroom import rooms, routes
from gatelab.classroom.bodies import SEARCH
from gatelab.classroom.codes import digest, new_secret
from gatelab.classroom.events import Place, encoded
from gatelab.classroom.limits import Limit, Queue
from gatelab.classroom.questions import Question
from gatelab.classroom.room import SECONDS, Refused, Room
from gatelab.classroom.rooms import Lost, Memory, Rooms, Unavailable
from gatelab.classroom.routes import CLASS, SHORT, ClassRoute, Limits
from gatelab.live.endpoint import LIMIT
from gatelab.live.routes import served
from tests.loops import run

VIEW = {"path": "watch", "search": "?text=a"}
CHOOSE = {"kind": "choose", "words": "Which gate?", "options": ["input", "forget"]}
QUESTION = Question("choose", "Which gate?", options=("input", "forget"))

NAMES = (
    *("view", "restore", "seat", "id", "round", "answer", "text", "pointer", "attention", "ask", "again", "close", "show", "truth", "take", "drop"),
    *("code", "key", "rounds", "asked", "kind", "words", "options", "tokens", "path", "search", "version", "x", "y", "place", "distribution", "before"),
)


@pytest.fixture
def client(monkeypatch):
    """The routes with no class yet, under a path."""
    monkeypatch.setattr(ClassRoute, "rooms", Rooms(Memory()))
    monkeypatch.setattr(ClassRoute, "limits", Limits())
    with TestClient(Starlette(routes=served("gatelab", CLASS, (SHORT,))), base_url="http://testserver/gatelab/", follow_redirects=False) as client:
        yield client


@pytest.fixture
def begun(client):
    """A class with a student: {"code", "key", "id", "seconds", "seat"}."""
    begun = client.post("live/class", json={"view": VIEW}).json()
    return begun | {"seat": client.post(f"live/class/{begun['code']}/join", json={}).json()["seat"]}


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


def say(client, begun, **words):
    return client.post(f"live/class/{begun['code']}/say", content=json.dumps(words), headers=bearer(begun["key"]))


def student(client, begun, what, **content):
    return client.post(f"live/class/{begun['code']}/{what}", content=json.dumps(content), headers=bearer(begun["seat"]))


def refused(response, status, field):
    """It was refused for this field, in three strings."""
    body = response.json()
    assert (response.status_code, body["field"]) == (status, field)
    assert set(body) == {"field", "rule", "got"} and all(isinstance(value, str) and value for value in body.values())
    return body


def test_a_class_starts_with_a_code_of_four_letters_and_a_key_that_only_its_teacher_has(client):
    response = client.post("live/class", json={})
    begun = response.json()
    assert response.status_code == 201 and response.headers["Cache-Control"] == "no-store"
    assert len(begun["code"]) == 4 and not set(begun["code"]) & set("AEIOUQ") and begun["seconds"] == SECONDS
    assert begun["id"] == digest(begun["key"]) and begun["key"] not in client.post(f"live/class/{begun['code']}/join", json={}).text
    assert client.post("live/class").status_code == 201


def test_the_same_seat_stays_the_same_student(client, begun):
    again = client.post(f"live/class/{begun['code'].lower()}/join", json={"seat": begun["seat"], "id": begun["id"]})
    assert again.json() == {"id": begun["id"], "seat": begun["seat"]}
    say(client, begun, ask=CHOOSE)
    for answer in (0, 1, 1):
        assert student(client, begun, "answer", id="1", round=1, answer=answer).json() == {}
    assert run(ClassRoute.rooms.get(begun["code"])).asked.distribution == [0, 1]


def test_a_page_that_joined_one_class_does_not_fall_into_another_of_the_same_code(client, begun):
    refused(client.post(f"live/class/{begun['code']}/join", json={"seat": begun["seat"], "id": digest("another")}), 404, "code")


def test_only_the_teacher_says_and_only_students_answer(client, begun):
    say(client, begun, ask=CHOOSE)
    address = f"live/class/{begun['code']}"
    for what, secrets, content in (
        ("say", (begun["seat"], new_secret(), begun["id"], ""), {"attention": True}),
        ("answer", (begun["key"], new_secret(), begun["id"], ""), {"id": "1", "round": 1, "answer": 0}),
        ("offer", (begun["key"], new_secret(), begun["id"], ""), {"text": "x"}),
    ):
        for secret in secrets:
            refused(client.post(f"{address}/{what}", json=content, headers=bearer(secret)), 403, "Authorization")
        refused(client.post(f"{address}/{what}", json=content), 403, "Authorization")
        refused(client.post(f"{address}/{what}?key={begun['key']}", json=content), 403, "Authorization")
    refused(client.get(f"{address}/events", headers=bearer(new_secret())), 403, "Authorization")
    assert run(ClassRoute.rooms.get(begun["code"])).asked.answered == 0


@pytest.mark.parametrize("what", ["join", "say", "answer", "offer"])
def test_a_code_of_no_class_is_said_so(client, begun, what):
    for code in ("BBBB" if begun["code"] != "BBBB" else "CCCC", "BB", "%00", "<b>", "a" * 500):
        refused(client.post(f"live/class/{code}/{what}", json={}, headers=bearer(begun["seat"])), 404, "code")


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({}, "body"),
        ({"more": 1}, "body"),
        ({"view": VIEW, "more": 1}, "body"),
        ({"view": None}, "view"),
        ({"view": {"path": "//evil.example", "search": ""}}, "path"),
        ({"view": {"path": "/watch", "search": ""}}, "path"),
        ({"view": {"path": "../x", "search": ""}}, "path"),
        ({"view": {"path": "watch", "search": "text=a"}}, "search"),
        ({"view": {"path": "watch", "search": "?a\n"}}, "search"),
        ({"view": {"path": "watch", "search": "?é"}}, "search"),
        ({"view": {"path": "watch", "search": "?" + "a" * SEARCH}}, "search"),
        ({"pointer": {"x": 2, "y": 0}}, "x"),
        ({"pointer": {"x": 0, "y": True}}, "y"),
        ({"pointer": {"x": 0, "y": 0, "place": "x" * 81}}, "place"),
        ({"attention": 1}, "attention"),
        ({"ask": "?"}, "ask"),
        ({"ask": {"kind": ["choose"], "words": "?"}}, "kind"),
        ({"ask": {"kind": "number", "words": ""}}, "words"),
        ({"ask": {"kind": "number", "words": "x" * (LIMIT + 1)}}, "words"),
        ({"ask": {"kind": "number", "words": "\ud800"}}, "words"),
        ({"ask": {"kind": "number", "words": "a\u202eb"}}, "words"),
        ({"ask": {"kind": "choose", "words": "?", "options": ["one"]}}, "options"),
        ({"ask": {"kind": "choose", "words": "?", "options": ["one", 2]}}, "options"),
        ({"ask": {"kind": "point", "words": "?"}}, "tokens"),
        ({"again": True}, "again"),
        ({"close": True}, "close"),
        ({"show": False}, "show"),
        ({"truth": 1}, "truth"),
        ({"take": "1"}, "offer"),
        ({"take": 1}, "id"),
    ],
)
def test_bad_words_of_a_teacher_are_refused_and_change_nothing(client, begun, words, field):
    before = run(ClassRoute.rooms.get(begun["code"]))
    response = say(client, begun, **words)
    assert response.status_code in (400, 409, 422)
    refused(response, response.status_code, field)
    assert run(ClassRoute.rooms.get(begun["code"])) == before


def test_a_truth_that_cannot_be_an_answer_is_refused(client, begun):
    say(client, begun, ask=CHOOSE)
    assert say(client, begun, truth=1).status_code == 200
    for wrong in (2, "up", 0.5, [1]):
        refused(say(client, begun, truth=wrong), 422, "truth")


@pytest.mark.parametrize("answer", [None, 2, -1, "0", True, 0.5, [0], {"a": 1}, "x" * 1000])
def test_what_is_no_answer_to_the_question_is_refused(client, begun, answer):
    say(client, begun, ask=CHOOSE)
    refused(student(client, begun, "answer", id="1", round=1, answer=answer), 422, "answer")
    refused(student(client, begun, "answer", id="1", round=2, answer=0), 409, "id")


@pytest.mark.parametrize("text", ["", None, 1, "x" * (LIMIT + 1), "\udc00", "a\x00b", "a\x1b[31m", "\u2066x"])
def test_a_sentence_is_whole_text_that_can_be_shown(client, begun, text):
    refused(student(client, begun, "offer", text=text), 422, "text")


def test_a_sentence_of_the_longest_text_is_taken_in_any_script(client, begun):
    for text in ("x" * LIMIT, "😀" * LIMIT, "नमस्ते\tदुनिया\n"):
        assert student(client, begun, "offer", text=text).status_code == 200
    refused(student(client, begun, "offer", text="a fourth"), 429, "text")


@pytest.mark.parametrize("what", ["join", "answer", "offer", "say"])
def test_a_body_that_is_too_long_or_no_json_is_refused(client, begun, what):
    headers = bearer(begun["key" if what == "say" else "seat"])
    address = f"live/class/{begun['code']}/{what}"
    refused(client.post(address, content=b" " * 1_000_000, headers=headers), 413, "body")
    for content in (b"{", b"[" * 10_000, b"\xff", b'{"a": ' + b"9" * 5000 + b"}"):
        refused(client.post(address, content=content, headers=headers), 400, "body")
    refused(client.post(address, content=b"[]", headers=headers), 400, "body")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*NAMES, "x"]), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(what=st.sampled_from(["", "join", "say", "answer", "offer"]), content=st.dictionaries(st.sampled_from(NAMES), json_values, max_size=4))
def test_whatever_is_sent_is_answered_or_refused_in_words(client, begun, what, content):
    """No answer is an error of the server's, and the class goes on."""
    client.post("live/class", content=json.dumps({"restore": {"code": "BCDF", "key": begun["key"]} | content}))
    for secret in (begun["key"], begun["seat"]):
        address = f"live/class/{begun['code']}/{what}" if what else "live/class"
        response = client.post(address, content=json.dumps(content), headers=bearer(secret))
        assert response.status_code in (200, 201, 400, 403, 404, 409, 413, 422, 429)
        if response.status_code >= 400:
            refused(response, response.status_code, response.json()["field"])
    for teacher in (True, False):
        json.dumps(run(ClassRoute.rooms.store.get(begun["code"])).events(0, teacher=teacher))


def test_who_asks_for_the_headers_of_the_events_gets_them_and_an_end(client, begun):
    response = client.head(f"live/class/{begun['code']}/events", headers=bearer(begun["seat"]))
    assert response.status_code == 200 and response.headers["Content-Type"].startswith("text/event-stream")
    assert ClassRoute.rooms.streams == 0


def test_other_methods_are_refused(client, begun):
    assert client.get("live/class").status_code == client.post(f"live/class/{begun['code']}/events").status_code == 405


def test_the_short_link_leads_to_the_page_where_one_joins(client):
    response = client.get("c/bcdf")
    assert response.status_code == 302 and response.headers["location"] == "../in-class?code=BCDF"
    assert client.get("c/%3Cscript%3E").headers["location"] == "../in-class"


def test_a_lost_class_comes_back_under_its_code_or_another_where_that_is_taken(client, begun):
    key = new_secret()
    back = client.post("live/class", json={"restore": {"code": begun["code"], "key": key}}).json()
    assert back["code"] != begun["code"] and back["key"] == key
    again = client.post("live/class", json={"restore": {"code": begun["code"], "key": key}}).json()
    assert again == back
    mine = client.post("live/class", json={"restore": {"code": begun["code"], "key": begun["key"]}}).json()
    assert mine["code"] == begun["code"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"code": "AEIO"}, "code"),
        ({"key": "short"}, "key"),
        ({"rounds": 1}, "rounds"),
        ({"rounds": [1]}, "rounds"),
        ({"rounds": [{"id": "x"}]}, "kind"),
        ({"asked": {"kind": "number", "words": "?", "id": "1", "round": 1, "answered": -1, "students": 0, "open": True}}, "answered"),
        ({"asked": CHOOSE | {"id": "1", "round": 1, "answered": 0, "students": 0, "open": True, "distribution": [1]}}, "distribution"),
        ({"view": VIEW | {"version": "1"}}, "version"),
    ],
)
def test_what_a_teacher_brings_back_is_checked_as_what_is_said(client, fields, field):
    response = client.post("live/class", json={"restore": {"code": "BCDF", "key": new_secret()} | fields})
    refused(response, response.status_code, field)
    assert response.status_code in (400, 422)


def bars(*edges):
    """Bars with these edges, from the first one's beginning to the last one's end."""
    return [{"from": a, "to": b, "count": 0} for a, b in itertools.pairwise(edges)]


@pytest.mark.parametrize("name", ["distribution", "before"])
@pytest.mark.parametrize(
    "wrong", [[*bars(None, None), *bars(None, None)], bars(None, 2, 1, None), bars(None, 1, 1, None), [*bars(None, 1), *bars(2, None)], bars(0, 1, 2)]
)
def test_bars_that_are_brought_back_must_stand_side_by_side(client, name, wrong):
    asked = {"id": "1", "round": 2, "kind": "number", "words": "?", "open": True, "answered": 0, "students": 0, "distribution": None, "before": None}
    lost = {"code": "BCDF", "key": new_secret()}
    refused(client.post("live/class", json={"restore": lost | {"asked": asked | {name: wrong}}}), 422, name)
    back = client.post("live/class", json={"restore": lost | {"asked": asked | {name: bars(None, 1, 2, None)}}})
    assert back.status_code == 201
    begun = back.json() | client.post("live/class/BCDF/join", json={}).json()
    assert student(client, begun, "answer", id="1", round=2, answer=3).status_code == say(client, begun, close=True).status_code == 200


def test_wrong_codes_are_slowed_down_and_right_ones_are_let_through(client, begun, monkeypatch):
    monkeypatch.setattr(ClassRoute.limits, "guesses", Limit(20, 1))
    codes = [code for code in (f"BBB{letter}" for letter in "BCDFGHJKLMNPRSTVWXZ") if code != begun["code"]]
    answers = [client.post(f"live/class/{code}/join", json={}) for code in (*codes, *codes)]
    assert {answer.status_code for answer in answers[:18]} == {404}
    assert "too many wrong codes" in refused(answers[-1], 429, "code")["rule"] and int(answers[-1].headers["Retry-After"]) >= 1
    assert client.post(f"live/class/{begun['code']}/join", json={}).status_code == 200  # a classmate in the same network
    known = client.post(f"live/class/{begun['code']}/join", json={"seat": begun["seat"], "id": begun["id"]})
    assert known.status_code == 200
    say(client, begun, ask=CHOOSE)
    assert student(client, begun, "answer", id="1", round=1, answer=0).status_code == 200


def test_beyond_the_limit_of_wrong_codes_right_ones_are_found_no_faster(client, begun, monkeypatch):
    monkeypatch.setattr(ClassRoute.limits, "guesses", Limit(1, 0.001))
    monkeypatch.setattr(ClassRoute.limits, "queue", Queue(0.2, 1))
    wrong = next(code for code in ("BBBB", "CCCC") if code != begun["code"])
    assert client.post(f"live/class/{wrong}/join", json={}).status_code == 404
    for code, status in ((wrong, 429), (begun["code"], 200)):
        start = time.monotonic()
        assert client.post(f"live/class/{code}/join", json={}).status_code == status
        assert time.monotonic() - start >= 0.2
    start = time.monotonic()
    assert client.post(f"live/class/{begun['code']}/join", json={"seat": begun["seat"]}).status_code == 200
    assert time.monotonic() - start < 0.2  # who is in the class already


def test_a_queue_lets_one_after_another_go_on_and_refuses_who_would_wait_too_long():
    async def main():
        queue, loop = Queue(0.1, 0.35), asyncio.get_running_loop()
        start = loop.time()

        async def come(name):
            return await queue.wait(name), round(loop.time() - start, 1)

        return await asyncio.gather(*(come("one") for _ in range(5)), come("other"))

    one, other = (found := run(main()))[:5], found[5]
    assert one[:3] == [(True, 0.1), (True, 0.2), (True, 0.3)]
    assert [went for went, _ in one[3:]] == [False, False] and other == (True, 0.1)


def test_a_seat_that_answers_too_often_must_wait_and_the_others_need_not(client, begun):
    say(client, begun, ask=CHOOSE)
    answers = [student(client, begun, "answer", id="1", round=1, answer=0) for _ in range(30)]
    assert answers[0].status_code == 200
    refused(answers[-1], 429, "answer")
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    other = client.post(f"live/class/{begun['code']}/join", json={}).json()["seat"]
    assert student(client, begun | {"seat": other}, "answer", id="1", round=1, answer=0).status_code == 200


def test_a_limit_gives_back_and_remembers_few():
    now = [0.0]
    limit = Limit(3, 0.5, names=100, clock=lambda: now[0])
    assert [limit.use("a") for _ in range(4)] == [0, 0, 0, 2]
    now[0] += 2
    assert limit.use("a") == 0 and limit.use("a") == 2 and limit.use("b") == 0
    for k in range(1000):
        limit.use(f"{k}")
    assert len(limit._used) <= 100 and limit.wait("a") == 2


def test_a_store_that_does_not_answer_is_said_so(client, begun, monkeypatch):
    async def get(code):
        raise Unavailable

    monkeypatch.setattr(ClassRoute.rooms.store, "get", get)
    response = say(client, begun, attention=True)
    refused(response, 503, "class")
    assert response.headers["Retry-After"] == "2"


def test_a_place_keeps_the_newest_of_each_kind():
    async def read():
        place = Place()
        for k in range(1000):
            place.put("view", encoded("view", k))
            place.put("pointer", encoded("pointer", None))
        return await place.take(1), await place.take(0.01)

    assert run(read()) == (b"event: view\ndata: 999\n\nevent: pointer\ndata: null\n\n", b": ping\n\n")


def test_a_room_ends_ten_minutes_after_its_teacher_has_left():
    now = [0.0]

    async def lesson():
        rooms = Rooms(Memory(lambda: now[0]))
        room = await rooms.start(Room("BCDF", digest("key")))
        _, leave = rooms.read(room, None)
        place, _ = rooms.read(room, "a student")
        await place.take(1)
        for _ in range(100):  # longer than a room waits
            now[0] += 15
            await rooms.look_after("BCDF", time.time() + now[0])
        leave()
        for _ in range(SECONDS // 15 - 1):
            now[0] += 15
            await rooms.look_after("BCDF", time.time() + now[0])
        assert await rooms.get("BCDF") and not place.ended
        now[0] += 60
        await rooms.look_after("BCDF", time.time() + now[0])
        with pytest.raises(Lost):
            await rooms.get("BCDF")
        return place.ended, await place.take(1)

    ended, events = run(lesson())
    assert ended and b'event: gone\ndata: {"why": "left"}' in events


def test_counts_are_told_now_and_then_and_what_matters_at_once():
    async def lesson():
        rooms = Rooms(Memory())
        room = await rooms.start(Room("BCDF", digest("key")))
        place, _ = rooms.read(room, "a student")
        await place.take(1)
        asked = await rooms.change("BCDF", lambda room: room.said({"ask": QUESTION}, 0))
        assert b'"answered": 0' in await place.take(1)
        for k in range(50):
            await rooms.change("BCDF", lambda room, k=k: room.answered(f"seat {k}", asked.asked.id, 1, 0))
            await asyncio.sleep(0)
        events = [await place.take(0.1)]
        await rooms.change("BCDF", lambda room: room.said({"show": True}, 0))
        return [*events, await place.take(0.1)]

    counting, shown = run(lesson())
    assert counting == b": ping\n\n" and b'"distribution": [50, 0]' in shown


def test_an_answer_in_the_same_moment_as_a_word_of_the_teacher_is_taken():
    async def lesson():
        rooms = Rooms(Memory())
        place, _ = rooms.read(await rooms.start(Room("BCDF", digest("key"))), None)
        asked = await rooms.change("BCDF", lambda room: room.said({"ask": QUESTION}, 0))
        for k in range(2):  # each word of the teacher is due at once
            await rooms.change("BCDF", lambda room: room.said({"pointer": None}, 0))
            await rooms.change("BCDF", lambda room, k=k: room.answered(f"seat {k}", asked.asked.id, 1, 0))
        return b"".join([await place.take(1) for _ in range(4)])  # what was there, the question, and a moment later its count

    assert b'"answered": 2' in run(lesson())


def test_who_takes_more_streams_than_a_school_gives_back_to_those_who_have_fewer(monkeypatch):
    monkeypatch.setattr(rooms, "READERS", 6)
    monkeypatch.setattr(rooms, "STUDENTS", 3)

    async def lesson():
        theirs = Rooms(Memory())
        room = await theirs.start(Room("BCDF", digest("key")))
        teacher, _ = theirs.read(room, None, "stranger")
        students = [theirs.read(room, f"seat {k}", "stranger")[0] for k in range(5)]
        with pytest.raises(Refused):
            theirs.read(room, "one more", "stranger")
        for k in range(2):
            theirs.read(room, f"student {k}", "school")
        with pytest.raises(Refused):  # the stranger has no more than a school may have
            theirs.read(room, "a third", "school")
        theirs.read(room, None, "school")  # its teacher comes in at any time
        return teacher.ended, [place.ended for place in students], theirs.streams

    assert run(lesson()) == (False, [False, False, False, True, True], 7)


@pytest.mark.parametrize("fault", ["fails", "hangs"])
def test_a_room_that_cannot_be_looked_after_does_not_keep_the_others_waiting(monkeypatch, caplog, fault):
    class Faulty(Memory):
        async def change(self, code, rule):
            if code == "GHJK":
                await asyncio.sleep(0 if fault == "fails" else 60)
                raise TypeError("no such thing")
            return await super().change(code, rule)

    monkeypatch.setattr("gatelab.classroom.rooms.SWEEP", 0.01)
    monkeypatch.setattr("gatelab.classroom.rooms.LOOK", 0.02, raising=False)

    async def lesson():
        rooms = Rooms(Faulty())
        for code in ("GHJK", "BCDF"):
            rooms.read(await rooms.start(Room(code, digest(code))), None)
        async with asyncio.timeout(5):
            for k in range(3):  # again and again
                rooms.read(await rooms.get("BCDF"), f"student {k}")
                while (await rooms.get("BCDF")).students != k + 1:
                    await asyncio.sleep(0.01)
        for task in rooms._tasks:
            task.cancel()

    run(lesson())
    assert "could not be looked after" in caplog.text


@pytest.mark.parametrize("how", ["read", "said", "looked after", "counted"])
def test_who_brings_back_the_code_with_another_key_hears_nobody_of_the_class_before(how):
    async def lesson():
        rooms = Rooms(Memory())
        before = await rooms.start(Room("BCDF", digest("one")))
        (student, _), (teacher, _) = rooms.read(before, "a student"), rooms.read(before, None)
        await rooms.look_after("BCDF", time.time())
        await rooms.store.remove(before)  # as when its time is over
        after = await rooms.start(Room("BCDF", digest("another")))
        if how == "read":
            newcomer, _ = rooms.read(after, None)
            assert not newcomer.ended
        if how == "said":
            await rooms.change("BCDF", lambda room: room.said({"view": VIEW}, 0))
        if how in ("looked after", "counted"):
            await rooms.look_after("BCDF", time.time() + 60 * (how == "counted"))
            await rooms.look_after("BCDF", time.time() + 60)
        assert (await rooms.get("BCDF")).students == 0
        await asyncio.sleep(0.15)
        return student, teacher, await student.take(0.01)

    student, teacher, told = run(lesson())
    assert student.ended and teacher.ended
    assert b'"path": "watch"' not in told and b"gone" not in told


def test_a_seat_of_one_class_does_nothing_in_another_that_took_its_code_in_this_moment(client, begun, monkeypatch):
    get = ClassRoute.rooms.store.get

    async def then_replaced(code):
        room = await get(code)
        monkeypatch.setattr(ClassRoute.rooms.store, "get", get)
        await ClassRoute.rooms.store.remove(room)
        await ClassRoute.rooms.start(Room(code, digest("another")))
        return room

    monkeypatch.setattr(ClassRoute.rooms.store, "get", then_replaced)
    refused(student(client, begun, "offer", text="for my own teacher"), 404, "code")
    assert not run(get(begun["code"])).offers


def test_a_room_may_go_while_it_is_read_anew():
    async def lesson():
        rooms = Rooms(Memory())
        rooms.read(await rooms.start(Room("BCDF", digest("key"))), None)
        rooms.heard_of("BCDF")
        asking = rooms._readers["BCDF"].asking
        rooms.gone("BCDF", None)
        await asking

    run(lesson())


@pytest.mark.parametrize(("comes", "there"), [(False, False), (True, True)])
def test_a_room_whose_teacher_never_comes_is_forgotten_after_a_minute(comes, there):
    now = [0.0]

    async def lesson():
        rooms = Rooms(Memory(lambda: now[0]))
        room = await rooms.start(Room("BCDF", digest("key")))
        if comes:
            _, leave = rooms.read(room, None)
            await rooms.look_after("BCDF", time.time())
            leave()
        now[0] += 61
        return await rooms.store.find(room.id) is not None

    assert run(lesson()) is there


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8", False),
        ("192.0.2.7", "192.0.2.8", False),
        ("a name", "a name", True),
    ],
)
def test_the_addresses_of_one_home_are_one_client(one, other, same):
    of = [routes.client(Request({"type": "http", "client": (host, 1)})) for host in (one, other)]
    assert (of[0] == of[1]) is same


def test_strangers_who_fill_a_room_and_read_nothing_keep_no_student_out(monkeypatch):
    monkeypatch.setattr("gatelab.classroom.room.STUDENTS", 3)

    async def lesson():
        rooms = Rooms(Memory())
        room = await rooms.start(Room("BCDF", digest("key")))
        room = await rooms.change("BCDF", lambda room: room.joined("a student"))
        _, leave = rooms.read(room, "a student")
        await rooms.look_after("BCDF", time.time())
        for k in range(10):
            await rooms.change("BCDF", lambda room, k=k: room.joined(f"stranger {k}"))
        room = await rooms.change("BCDF", lambda room: room.joined("another student"))
        assert room.has("a student") and room.has("another student") and len(room.seats) == 3
        leave()
        await rooms.look_after("BCDF", time.time())
        return (await rooms.get("BCDF")).idle[-1]

    assert run(lesson()) == digest("a student")


@pytest.mark.parametrize("address", ["localhost:6379", ":secret@redis:6379", "redis://:secret@redis:port/0", "http://:secret@redis"])
def test_an_address_of_no_redis_is_a_sentence_without_a_password(monkeypatch, address):
    monkeypatch.setenv("GATELAB_REDIS_URL", address)
    with pytest.raises(SystemExit, match="GATELAB_REDIS_URL must be an address such as redis://HOST:6379/0") as said:
        rooms.by_environment()
    assert "secret" not in str(said.value) and said.value.__suppress_context__
