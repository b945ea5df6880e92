"""Events as a reader gets them from a real server: at once, uncompressed, the newest of each kind; and who does not read harms nobody."""

import socket
import time

import pytest

from gatelab.classroom.rooms import GAP
from tests.classes import Follower, Replica, replicas, until

pytestmark = pytest.mark.browser  # it starts servers of its own


@pytest.fixture(scope="module")
def replica():
    with replicas(1) as (replica,):
        yield replica


@pytest.fixture
def begun(replica):
    """A class with its teacher, and one student."""
    status, begun = replica.ask("", {"view": {"path": "watch", "search": "?text=a"}})
    assert status == 201
    begun["say"] = lambda **words: replica.ask(f"/{begun['code']}/say", words, begun["key"])
    begun["seat"] = replica.ask(f"/{begun['code']}/join", {})[1]["seat"]
    return begun


def test_a_step_of_the_teacher_arrives_at_once_and_uncompressed(replica, begun):
    student = Follower(replica, begun["code"], begun["seat"])
    headers = student.response.headers
    assert headers["Content-Type"].startswith("text/event-stream") and "Content-Encoding" not in headers
    assert headers["Cache-Control"] == "no-store" and headers["X-Accel-Buffering"] == "no"
    until(lambda: student.told.get("view"))
    for step in range(20):
        before = time.monotonic()
        version = begun["say"](view={"path": "watch", "search": f"?step={step}"})[1]["version"]
        until(lambda: student.told["view"]["version"] == version)
        assert student.told["view"]["search"] == f"?step={step}"
        assert time.monotonic() - before < 1
    student.leave()


def test_a_class_hears_each_kind_of_event_ten_times_a_second_at_most_and_the_newest_of_them(replica, begun):
    begun["say"](ask={"kind": "direction", "words": "Up or down?"})
    student = Follower(replica, begun["code"], begun["seat"])
    until(lambda: student.told.get("asked"))
    before, began = len(student.all), time.monotonic()
    for step in range(30):
        begun["say"](view={"path": "watch", "search": f"?step={step}"}, truth=("up", "down")[step % 2])
    until(lambda: student.told["view"]["search"] == "?step=29" and student.told["asked"]["truth"] == "down")
    most = 2 + (time.monotonic() - began) / GAP
    heard = [name for name, _ in student.all[before:]]
    assert heard.count("view") <= most and heard.count("asked") <= most < 30


def test_what_a_student_sends_reaches_the_teacher_alone(replica, begun):
    teacher, student = Follower(replica, begun["code"], begun["key"]), Follower(replica, begun["code"], begun["seat"])
    other = Follower(replica, begun["code"], replica.ask(f"/{begun['code']}/join", {})[1]["seat"])
    begun["say"](ask={"kind": "choose", "words": "Which gate?", "options": ["input", "forget"]})
    until(lambda: other.told["asked"])
    assert replica.ask(f"/{begun['code']}/offer", {"text": "a secret sentence"}, begun["seat"])[0] == 200
    assert replica.ask(f"/{begun['code']}/answer", {"id": "1", "round": 1, "answer": 1}, begun["seat"])[0] == 200
    until(lambda: teacher.told["offers"])
    until(lambda: other.told["asked"]["answered"] == 1)
    assert [offer["text"] for offer in teacher.told["offers"]] == ["a secret sentence"]
    assert {name for name, _ in [*other.all, *student.all]} == {"view", "pointer", "attention", "asked", "taken"}
    assert other.told["taken"] == student.told["taken"] == {"count": 0}
    assert all(told["distribution"] is None for name, told in other.all if name == "asked" and told)
    assert not any("secret" in str(event) for event in [*other.all, *student.all])
    begun["say"](show=True)
    until(lambda: other.told["asked"]["distribution"] == [0, 1])
    for reader in (teacher, student, other):
        reader.leave()


def test_a_student_who_leaves_is_counted_no_more(replica, begun):
    teacher, student = Follower(replica, begun["code"], begun["key"]), Follower(replica, begun["code"], begun["seat"])
    until(lambda: teacher.told.get("count") == {"students": 1})
    student.leave()
    until(lambda: teacher.told["count"] == {"students": 0})
    teacher.leave()


def test_the_end_is_told_and_the_code_opens_nothing_after_it(replica, begun):
    student = Follower(replica, begun["code"], begun["seat"])
    assert begun["say"](end=True)[0] == 200
    until(lambda: student.ended)
    assert student.told["gone"] == {"why": "ended"}
    assert replica.ask(f"/{begun['code']}/join", {"seat": begun["seat"], "id": begun["id"]})[0] == 404


def test_who_does_not_read_is_cut_off_and_the_others_hear_all(replica, begun):
    """Its line is cut before the memory of the server holds more than one event of each kind for it."""
    idle = socket.socket()
    idle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    idle.connect(("127.0.0.1", replica.port))
    sleepy = replica.ask(f"/{begun['code']}/join", {})[1]["seat"]
    idle.sendall(f"GET /live/class/{begun['code']}/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {sleepy}\r\n\r\n".encode())
    teacher, student = Follower(replica, begun["code"], begun["key"]), Follower(replica, begun["code"], begun["seat"])
    until(lambda: teacher.told.get("count") == {"students": 2})
    deadline = time.monotonic() + 120
    step = 0
    while teacher.told["count"] != {"students": 1}:
        assert time.monotonic() < deadline
        step += 1
        status, said = begun["say"](view={"path": "watch", "search": f"?step={step}&text={'a' * 29_000}"})
        if status == 429:  # more steps a second than a teacher may take
            time.sleep(0.05)
            continue
        until(lambda version=said["version"]: student.told["view"]["version"] == version, seconds=2)
    idle.settimeout(5)
    got = b""
    while more := idle.recv(1 << 20):
        got += more
    assert not got.endswith(b"0\r\n\r\n")  # cut, not ended in order
    idle.close()
    for reader in (teacher, student):
        reader.leave()


def test_a_server_that_is_told_to_stop_stops_under_open_streams():
    replica = Replica()
    code, key = (begun := replica.ask("", {})[1])["code"], begun["key"]
    teacher = Follower(replica, code, key)
    assert replica.stop() is not None
    until(lambda: teacher.ended)
    assert "gone" not in teacher.told  # so its page looks for the class again


def test_a_class_survives_the_end_of_its_server():
    """Killed and started again with nothing kept: the teacher's page brings the class back under its code, the students' pages their seats
    and their answers to the open question."""
    replica = Replica()
    begun = replica.ask("", {"view": {"path": "watch", "search": "?text=a"}})[1]
    code, key = begun["code"], begun["key"]
    seats = [replica.ask(f"/{code}/join", {})[1]["seat"] for _ in range(3)]
    teacher = Follower(replica, code, key)

    def answer(seat, choice):
        return replica.ask(f"/{code}/answer", {"id": teacher.told["asked"]["id"], "round": 1, "answer": choice}, seat)[0]

    for words in ("First?", "Second?"):
        replica.ask(f"/{code}/say", {"ask": {"kind": "choose", "words": words, "options": ["a", "b"]}}, key)
        until(lambda words=words: (teacher.told["asked"] or {}).get("words") == words)
        assert [answer(seat, 1) for seat in seats] == [200] * 3
    until(lambda: teacher.told["rounds"][-1]["distribution"] == [0, 3])
    replica.kill()
    replica.start()
    assert answer(seats[0], 1) == 404
    held = {name: teacher.told[name] for name in ("view", "rounds", "asked")}
    assert replica.ask("", {"restore": {"code": code, "key": key, **held}}) == (201, begun)
    assert replica.ask("", {"restore": {"code": code, "key": key, **held}}) == (201, begun)  # once more changes nothing
    assert answer(seats[0], 1) == 403
    assert [replica.ask(f"/{code}/join", {"seat": seat, "id": begun["id"]})[0] for seat in seats] == [200] * 3
    teacher = Follower(replica, code, key)
    until(lambda: teacher.told.get("rounds"))
    assert [(each["words"], each["distribution"]) for each in teacher.told["rounds"]] == [("First?", [0, 3]), ("Second?", [0, 0])]
    assert teacher.told["view"]["search"] == "?text=a" and teacher.told["view"]["version"] >= held["view"]["version"]
    assert [answer(seat, 1) for seat in seats] == [200] * 3
    until(lambda: teacher.told["rounds"][-1]["distribution"] == [0, 3])
    teacher.leave()
    replica.kill()
