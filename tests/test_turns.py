"""Turns: what takes least goes first, and no client holds up the others."""

import asyncio
import threading
import time

import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.testclient import TestClient

from gatelab.live import endpoint
from gatelab.live.routes import ROUTES
from gatelab.live.serving.turns import ROUTE, TooMany, Turns, client
from tests.loops import run


def request(host="10.0.0.1", port=1, gone=False, cookie=""):
    async def receive():
        if not gone:
            await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    headers = [(b"cookie", f"{ROUTE}={cookie}".encode())] if cookie else []
    return Request({"type": "http", "client": (host, port), "headers": headers}, receive)


class Works:
    """Works that begin when they get their turn and end when they are let go; `begun` has their names in order."""

    def __init__(self, **options):
        self.turns, self.begun, self.gates, self.tasks = Turns(**options), [], {}, {}

    async def add(self, name, cost, **of):
        gate = self.gates[name] = threading.Event()
        self.tasks[name] = asyncio.create_task(self.turns.work(request(**of), cost, self.do, name, gate))
        await asyncio.sleep(0.02)

    def do(self, name, gate):
        self.begun.append(name)
        assert gate.wait(10)
        return name

    async def end(self, *names):
        for name in names:
            self.gates[name].set()
            assert await self.tasks[name] == name
        await asyncio.sleep(0.02)


def test_large_work_never_takes_all_threads_and_what_takes_least_goes_first():
    async def main():
        works = Works(shares=((0.0, 2), (30.0, 1)))
        for name, cost, port in (("large", 100, 1), ("larger", 400, 2), ("middle", 90, 3)):
            await works.add(name, cost, port=port)
        assert works.begun == ["large"]
        await works.add("small", 5, port=4)
        assert works.begun == ["large", "small"]  # there was a thread free of large work
        await works.end("large")
        assert works.begun[2:] == ["middle"]
        await works.end("small", "middle", "larger")
        assert works.begun[3:] == ["larger"] and works.turns.all == []

    run(main())


def test_nothing_waits_for_ever_behind_lighter_work():
    async def main():
        works = Works(shares=((0.0, 1),), each=9)
        await works.add("first", 1)
        await works.add("heavy", 10)  # may be overtaken for 40 ms
        await asyncio.sleep(0.06)
        await works.add("light", 1)
        await works.end("first", "heavy")
        assert works.begun[:2] == ["first", "heavy"]
        await works.end("light")

    run(main())


def test_one_client_has_few_under_way_and_the_others_have_theirs():
    async def main():
        works = Works(shares=((0.0, 1),), each=2)
        await works.add("one", 1, port=1)
        await works.add("two", 1, port=1)
        with pytest.raises(TooMany):
            await works.turns.work(request(port=1), 1, str)
        await works.add("other", 1, port=2)
        await works.end("one", "two", "other")

    run(main())


def test_where_the_room_is_full_the_address_that_takes_most_gives_some_back():
    async def main():
        works = Works(shares=((0.0, 1),), room=4)
        for k in range(4):
            await works.add(f"flood {k}", 10 + k, host="10.0.0.66", port=k)
        await works.add("student", 20, host="10.0.0.1")
        with pytest.raises(TooMany):
            await works.tasks["flood 3"]
        with pytest.raises(TooMany):
            await works.turns.work(request("10.0.0.66", 9), 50, str)
        await works.end("flood 0", "flood 1", "flood 2", "student")

    run(main())


def test_classmates_at_the_address_of_a_flood_are_answered_before_its_large_work():
    """Each connection is a client of its own: only the room of all limits such a flood."""

    async def main():
        works = Works(shares=((0.0, 1),), room=4)
        for k in range(4):
            await works.add(f"flood {k}", 100 + k, port=k)
        await works.add("classmate", 5, port=9)
        with pytest.raises(TooMany):
            await works.tasks["flood 3"]
        await works.end("flood 0", "classmate", "flood 1", "flood 2")
        assert works.begun[:2] == ["flood 0", "classmate"]

    run(main())


def test_a_whole_school_that_asks_for_little_in_the_same_second_is_answered():
    async def main():
        turns = Turns()
        costs = [turns.work(request(port=k), 3.6, int, k) for k in range(1, 201)]
        assert await asyncio.gather(*costs) == [*range(1, 201)]

    run(main())


def test_work_waits_for_some_seconds_and_not_for_minutes():
    async def main():
        works = Works(shares=((0.0, 1),), most=300)
        for k, cost in enumerate((1000, 100, 150)):
            await works.add(f"{k}", cost, host=f"10.0.0.{k}")
        with pytest.raises(TooMany):
            await works.turns.work(request("10.0.0.9"), 200, str)
        await works.add("light", 20, host="10.0.0.9")
        await works.end("0", "light", "1", "2")

    run(main())


def test_where_a_web_server_in_front_tells_nothing_of_the_browser_a_school_is_no_single_client():
    async def main():
        works = Works(shares=((0.0, 1),), each=2)
        for k in range(6):
            await works.add(f"{k}", 1, port=0)
        await works.end(*(f"{k}" for k in range(6)))

    run(main())


def test_work_that_nobody_waits_for_any_more_is_not_begun_and_makes_room():
    async def main():
        turns = Turns(shares=((0.0, 1),))
        with pytest.raises(ClientDisconnect):
            await turns.work(request(gone=True), 1, pytest.fail)
        with pytest.raises(ZeroDivisionError):
            await turns.work(request(), 1, lambda: 1 / 0)
        assert await turns.work(request(), 1, lambda: 7) == 7 and turns.all == []

    run(main())


def test_after_work_its_thread_rests_and_the_one_who_asked_does_not_wait_for_that():
    async def main():
        turns = Turns(shares=((0.0, 1),), rest=4)
        loop = asyncio.get_running_loop()
        began = loop.time()
        await turns.work(request(port=1), 1, time.sleep, 0.1)
        answered = loop.time()
        await turns.work(request(port=2), 1, int)
        waited = loop.time() - began
        assert answered - began < 0.4  # four times as long is the rest alone
        assert waited >= 0.5

    run(main())


def test_a_large_body_is_parsed_in_turn_and_a_small_one_at_once(monkeypatch):
    parsed = []

    class Counted(Turns):
        async def work(self, request, cost, *rest):
            parsed.append(cost)
            return await super().work(request, cost, *rest)

    monkeypatch.setattr(endpoint, "parsing", Counted())
    with TestClient(Starlette(routes=ROUTES)) as client:
        for pad, times in (("", 0), ("x" * endpoint.BODY_LIMIT, 1), ("x" * 4 * endpoint.BODY_LIMIT, 2)):
            assert client.post("/live/attention", json={"model": "dates-additive", "text": "1 May", "pad": pad}).status_code == 200
            assert len(parsed) == times
        assert client.post("/live/attention", content=b"[" * 2 * endpoint.BODY_LIMIT).json()["field"] == "body"
    assert parsed[0] < parsed[1]


def test_a_request_that_is_cancelled_while_it_waits_holds_nobody_up():
    async def main():
        works = Works(shares=((0.0, 1),))
        for name in ("first", "gone", "next"):
            await works.add(name, 1, port=len(name))
        works.turns.shares = ((0.0, 2),)  # a thread comes free at the moment
        works.tasks["gone"].cancel()  # at which somebody goes away, whose own task has not run yet
        works.turns._next()
        await asyncio.sleep(0.02)
        await works.end("first", "next")
        assert works.begun == ["first", "next"] and works.turns.all == []

    run(main())


def test_a_school_behind_one_address_is_many_clients():
    assert client(request(port=1)) != client(request(port=2))  # connections of its browsers
    assert client(request(port=0, cookie="a")) != client(request(port=0, cookie="b"))  # a web server in front tells no port, and has set a cookie


def test_who_is_sent_away_reads_when_to_come_again(monkeypatch):
    async def full(*args):
        raise TooMany("4 large requests of yours are under way")

    monkeypatch.setattr(endpoint.turns, "work", full)
    answer = TestClient(Starlette(routes=ROUTES)).post("/live/trace", json={"model": "prose-lstm", "text": "x" * 1000})
    assert answer.status_code == 429 and answer.headers["retry-after"] == "1"
    assert answer.json() == {"field": "request", "rule": "sent again in 1 s", "got": "4 large requests of yours are under way"}
