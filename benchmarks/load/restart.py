"""The server is killed in the middle of a class and started again: visitors type on, the class comes back, and no answer is lost.

What the pages do is done by hand here, in the same way: a key is sent until it is answered, the teacher's page brings the class back
with what it holds, students join it with the seat that they had, and send their answer to an open question again. `tests/test_classroom_pages.py`
holds the pages themselves to it, in a browser.
"""

import asyncio
import json
import os
import signal
import time
from collections import Counter

import common
from common import Target
from measuring import Outcome, ask, request
from students import Student

MODEL = "prose-lstm"
RATE = 4  # keys a second of a visitor
BEFORE = AFTER = 5  # s of typing around the fall
DOWN = 2  # s until the server is started again
PATIENCE = 60  # s until everybody must be back
BACK = 10  # s after the server answers until the class must be whole again: a page asks at least so often
WAITS = (1, 2, 4, 8, 10)  # s between two attempts of a page
LOST = (OSError, EOFError, ValueError, TimeoutError)


def options(parser):
    parser.add_argument("--typing", type=int, default=10, metavar="N", help="visitors who type (default: %(default)s)")
    parser.add_argument("--follow", type=int, default=30, metavar="N", help="students in the class (default: %(default)s)")


class Fall:
    """One port, on which a server stands, falls and stands again."""

    def __init__(self, port):
        self.port, self.clock = port, time.monotonic
        self.up = asyncio.Event()  # once the server is back
        self.back, self.failures = {}, Counter()  # who is back -> seconds after the server was

    def returned(self, who):
        """Somebody is back, maybe before it is known here that the server is."""
        self.back.setdefault(who, self.clock() - self.began if self.up.is_set() else 0.0)

    async def type(self, number, until):
        """Type on, character after character: each is asked for until its answer has come; how many were answered."""
        student, written, held = Student(self.port, MODEL), f"{number} ", 0
        text = f"{number} {common.prose(400, 7 * number)}"
        while not until.is_set() and len(written) < len(text):
            written = text[: len(written) + 1]
            try:
                async with asyncio.timeout(5):
                    await student.ask(written, held)
                held = len(written)
                if self.up.is_set():
                    self.returned(f"visitor {number}")
                await asyncio.sleep(1 / RATE)
            except LOST:
                student.leave()
                await asyncio.sleep(1)  # the page keeps the text, and asks for the whole of it
        while held < len(written):
            student.leave()
            await asyncio.sleep(0.1)
            await student.ask(written, held)
            held = len(written)
        student.leave()
        return held == len(written)

    async def again(self, path, content, secret=None):
        """Ask until there is an answer, with longer and longer waits."""
        for wait in (*WAITS, *WAITS):
            try:
                return await ask(self.port, path, content, secret)
            except LOST as error:
                last = error
                await asyncio.sleep(wait)
        raise last

    async def begin(self, count):
        """A class whose question is open, and answered by all but the last student."""
        self.begun = await ask(self.port, "/live/class", {"view": {"path": "watch", "search": "?step=1"}})
        self.at = f"/live/class/{self.begun['code']}"
        self.seats = [(await ask(self.port, f"{self.at}/join", {}))["seat"] for _ in range(count)]
        await ask(self.port, f"{self.at}/say", {"ask": {"kind": "choose", "words": "Which gate?", "options": ["f", "i", "o"]}}, self.begun["key"])
        for number in range(count - 1):
            await self.answer(number)
        self.held = await self.told("rounds")

    async def answer(self, number):
        await ask(self.port, f"{self.at}/answer", {"id": "1", "round": 1, "answer": number % 3}, self.seats[number])

    async def told(self, name):
        """What the teacher's stream says first of a kind."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**22)
        writer.write(request("GET", f"{self.at}/events", secret=self.begun["key"]))
        try:
            async with asyncio.timeout(10):
                while f"event: {name}\n".encode() not in (event := await reader.readuntil(b"\n\n")):
                    pass
        finally:
            writer.close()
        return json.loads(event[event.index(b"data: ") + 6 :])

    async def restore(self):
        """The teacher's page brings the class back with what it holds."""
        restore = {
            "code": self.begun["code"],
            "key": self.begun["key"],
            "view": {"path": "watch", "search": "?step=1"},
            "rounds": self.held,
            "asked": self.held[-1],
        }
        came = await self.again("/live/class", {"restore": restore})
        self.same = (came["code"], came["id"]) == (self.begun["code"], self.begun["id"])
        self.returned("teacher")

    async def rejoin(self, number):
        """A student's page joins the class that it had joined, and answers again; the last student answers for the first time."""
        await self.again(f"{self.at}/join", {"seat": self.seats[number], "id": self.begun["id"]})
        await self.answer(number)
        self.returned(f"student {number}")


async def fall(first, again, args):
    """Everybody at work, the fall, and everybody back."""
    this, until = Fall(first.port), asyncio.Event()
    await this.begin(args.follow)
    typing = [asyncio.create_task(this.type(number, until)) for number in range(args.typing)]
    await asyncio.sleep(BEFORE)
    os.kill(first.pid, signal.SIGKILL)
    returning = [asyncio.create_task(each) for each in (this.restore(), *(this.rejoin(number) for number in range(args.follow)))]
    await asyncio.sleep(DOWN)
    await asyncio.to_thread(again)
    this.began = this.clock()
    this.up.set()
    await asyncio.wait(returning, timeout=PATIENCE)
    await asyncio.sleep(AFTER)
    until.set()
    typed = await asyncio.gather(*typing, return_exceptions=True)
    for result in (*typed, *(task.exception() or True if task.done() else "not back" for task in returning)):
        if result is not True:
            this.failures[f"{result!r}"[:150]] += 1
    this.rounds = await this.told("rounds")
    return this


def run(args):
    """Ten who type and a class of thirty, by default."""
    with common.serving(common.ROOT / "app.py") as first:
        second = common.serving(common.ROOT / "app.py", port=first.port)
        try:
            this = asyncio.run(fall(first, second.__enter__, args))
        finally:
            second.__exit__(None, None, None)
    counted, wanted = this.rounds[-1]["distribution"], [len(range(choice, args.follow, 3)) for choice in range(3)]
    everybody = 1 + args.typing + args.follow
    latest = max(this.back.values(), default=0)
    figures = {
        "typing, in the class": f"{args.typing}, {args.follow} and a teacher",
        "back after the server was, the last": f"{latest:.1f} s",
        "answers counted": f"{counted} of {wanted}",
    }
    targets = [
        Target("back by themselves", f"all {everybody}", str(len(this.back)), len(this.back) == everybody),
        Target("the last of them", f"{BACK} s after the server", f"{latest:.1f} s", latest <= BACK),
        Target("the class has its code", "the same", "the same" if this.same else "another", this.same),
        Target("answers lost or counted twice", "none", f"{counted}", counted == wanted),
        Target("characters lost, errors", "none", str(this.failures.total()), not this.failures),
    ]
    return Outcome(figures, targets, this.failures)
