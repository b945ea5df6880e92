"""Two servers serve one class through a real Redis, which may be killed and started again."""

import asyncio
import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from tests.browser import REDIS, free_port, require
from tests.classes import Follower, reachable, replicas, until
from tests.loops import run

pytestmark = pytest.mark.browser  # it starts servers of its own


class RedisServer:
    """A Redis that keeps nothing on a disk, as the compose file starts it."""

    def __init__(self):
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self):
        command = [REDIS, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        reachable(self.port, self.process)

    def kill(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def redis():
    require("redis-server", REDIS)
    redis = RedisServer()
    yield redis
    redis.kill()


@pytest.fixture(scope="module")
def two(redis):
    with replicas(2, redis.url) as two:
        yield two


@pytest.fixture
def begun(two):
    """A class that was started on the first server."""
    status, begun = two[0].ask("", {"view": {"path": "watch", "search": "?text=a"}})
    assert status == 201
    return begun


def both(two, begun):
    """A student's seat on the second server, and who follows there: the teacher on the first, the student on the second."""
    one, other = two
    seat = other.ask(f"/{begun['code']}/join", {})[1]["seat"]
    return seat, Follower(one, begun["code"], begun["key"]), Follower(other, begun["code"], seat)


def test_what_the_teacher_does_on_one_server_students_of_the_other_see(two, begun):
    one, other = two
    code, key = begun["code"], begun["key"]
    seat, teacher, student = both(two, begun)
    until(lambda: teacher.told.get("count") == {"students": 1})
    one.ask(f"/{code}/say", {"view": {"path": "lstm", "search": "?step=2"}, "ask": {"kind": "direction", "words": "Up or down?"}}, key)
    until(lambda: student.told.get("view", {}).get("path") == "lstm" and student.told["asked"])
    assert other.ask(f"/{code}/answer", {"id": "1", "round": 1, "answer": "up"}, seat)[0] == 200
    until(lambda: teacher.told["rounds"][-1]["distribution"] == [1, 0, 0])
    one.ask(f"/{code}/say", {"end": True}, key)
    until(lambda: student.ended)
    assert student.told["gone"] == {"why": "ended"}
    assert [server.ask(f"/{code}/join", {})[0] for server in two] == [404, 404]


def test_a_student_of_another_server_hears_that_a_sentence_was_taken_up(two, begun):
    one, other = two
    code, key = begun["code"], begun["key"]
    seat, teacher, student = both(two, begun)
    until(lambda: student.told.get("taken") == {"count": 0})
    other.ask(f"/{code}/offer", {"text": "mine"}, seat)
    (offer,) = until(lambda: teacher.told.get("offers"))
    one.ask(f"/{code}/say", {"take": offer["id"]}, key)
    until(lambda: student.told["taken"] == {"count": 1})
    assert "taken" not in teacher.told
    for follower in (teacher, student):
        follower.leave()


def test_no_answer_is_lost_where_all_answer_at_once_on_both_servers(two, begun):
    code, key = begun["code"], begun["key"]
    with ThreadPoolExecutor(16) as many:
        seats = [answer[1]["seat"] for answer in many.map(lambda k: two[k % 2].ask(f"/{code}/join", {}), range(100))]
        two[1].ask(f"/{code}/say", {"ask": {"kind": "choose", "words": "Which?", "options": ["a", "b"]}}, key)
        said = list(many.map(lambda k: two[k % 2].ask(f"/{code}/answer", {"id": "1", "round": 1, "answer": k % 2}, seats[k])[0], range(100)))
    assert said == [200] * 100
    teacher = Follower(two[0], code, key)
    until(lambda: teacher.told.get("rounds"))
    assert teacher.told["rounds"][-1]["distribution"] == [50, 50]
    teacher.leave()


def test_a_server_dies_and_its_students_go_on_at_the_other(redis, begun, two):
    code, key = begun["code"], begun["key"]
    with replicas(1, redis.url) as (dying,):
        seat = dying.ask(f"/{code}/join", {})[1]["seat"]
        student = Follower(dying, code, seat)
        dying.ask(f"/{code}/say", {"ask": {"kind": "number", "words": "How much?"}}, key)
        assert dying.ask(f"/{code}/answer", {"id": "1", "round": 1, "answer": 0.5}, seat)[0] == 200
        dying.kill()
        until(lambda: student.ended)
    student = Follower(two[1], code, seat)
    until(lambda: student.told.get("asked"))
    assert student.told["asked"]["answered"] == 1
    student.leave()


def test_a_lost_redis_is_said_so_and_found_again(redis, two, begun):
    """Killed with all it held, it comes back empty: the teacher's page brings the class back, and both servers serve it."""
    one, other = two
    code, key = begun["code"], begun["key"]
    seat, teacher, student = both(two, begun)
    until(lambda: student.told.get("view"))
    redis.kill()
    status, refused = one.ask(f"/{code}/say", {"attention": True}, key)
    assert status == 503 and "in a moment" in refused["rule"]
    assert not student.ended
    redis.start()
    until(lambda: one.ask(f"/{code}/say", {"attention": True}, key)[0] == 404)  # it has forgotten all
    until(lambda: student.ended and teacher.ended, seconds=30)
    assert "gone" not in student.told  # so the page looks for it again
    assert other.ask("", {"restore": {"code": code, "key": key, "view": teacher.told["view"]}}) == (201, begun)
    assert one.ask(f"/{code}/join", {"seat": seat, "id": begun["id"]})[0] == 200
    student = Follower(one, code, seat)
    until(lambda: student.told.get("view"))
    assert other.ask(f"/{code}/say", {"view": {"path": "gru", "search": ""}}, key)[0] == 200
    until(lambda: student.told["view"]["path"] == "gru")
    student.leave()


def test_a_redis_that_stops_for_a_moment_loses_nothing(redis, two, begun):
    one, other = two
    code, key = begun["code"], begun["key"]
    seat = other.ask(f"/{code}/join", {})[1]["seat"]
    student = Follower(other, code, seat)
    until(lambda: student.told.get("view"))
    os.kill(redis.process.pid, signal.SIGSTOP)
    status, _ = one.ask(f"/{code}/say", {"attention": True}, key)
    os.kill(redis.process.pid, signal.SIGCONT)
    assert status == 503
    until(lambda: one.ask(f"/{code}/say", {"view": {"path": "gru", "search": ""}}, key)[0] == 200)
    until(lambda: student.told["view"]["path"] == "gru")
    student.leave()


def test_a_rule_that_fails_harms_no_other_change_of_its_class(redis):
    from gatelab.classroom.codes import digest
    from gatelab.classroom.redis import Redis
    from gatelab.classroom.room import Room

    def broken(room):
        raise TypeError("no such thing")

    async def lesson():
        store = Redis(redis.url)
        await store.add(Room("ZZZZ", digest("a key")))
        async with asyncio.timeout(10):
            joins = [store.change("ZZZZ", rule) for rule in (lambda room: room.joined("one"), broken, lambda room: room.joined("two"))]
            results = await asyncio.gather(*joins, return_exceptions=True)
            room = await store.change("ZZZZ", lambda room: room.joined("three"))
        await store.redis.aclose()
        return [type(result) for result in results], len(room.seats)

    assert run(lesson()) == ([Room, TypeError, Room], 3)


def test_redis_holds_no_secret_and_nothing_that_stays(redis, two, begun):
    from redis import Redis

    code = begun["code"]
    seat = two[0].ask(f"/{code}/join", {})[1]["seat"]
    with Redis(port=urlsplit(redis.url).port, decode_responses=True) as looking:
        values = {key: looking.get(key) for key in looking.scan_iter("gatelab:class:*") if looking.type(key) == "string"}
        assert f"gatelab:class:{code}" in values and begun["key"] not in str(values) and seat not in str(values)
        assert all(0 < looking.ttl(key) <= 600 for key in values)


def test_a_class_whose_teacher_never_comes_is_forgotten_after_a_minute(redis, two, begun):
    from redis import Redis

    with Redis(port=urlsplit(redis.url).port) as looking:
        key = f"gatelab:class:{begun['code']}"
        assert 0 < looking.ttl(key) <= 60
        teacher = Follower(two[1], begun["code"], begun["key"])
        until(lambda: looking.ttl(key) > 500)
        teacher.leave()
