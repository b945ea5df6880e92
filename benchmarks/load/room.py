"""A class in one room on one process: students follow, type now and then, and answer; the teacher steps about once a second.

A time runs from the moment in which the teacher's page sends a step to its arrival at a student, for each student and each step.
"""

import asyncio
import json
import random
import re
from collections import Counter

import common
from common import Target
from measuring import WITHIN, Outcome, Watch, ask, request, resident
from students import Student

P95 = 300  # ms from the teacher's step to a student's screen
QUESTION = 20  # s from one question to the next
OPEN = 12  # s for which one is open
THINKING = 8  # s at most until a student answers
SENTENCE = 60  # characters that a student types between two rests
MODEL = "prose-lstm"
LOST = (OSError, EOFError, ValueError, TimeoutError)


def options(parser):
    parser.add_argument("--students", type=int, default=300, metavar="N", help="in the room (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=300, help="that the class takes (default: %(default)s)")
    parser.add_argument("--rest", type=float, default=60, help="seconds after which memory is looked at again (default: %(default)s)")


class Follower:
    """A student: a stream of events, a page on which is typed, and what failed."""

    def __init__(self, lesson, number):
        self.lesson, self.number = lesson, number
        self.chance = random.Random(number)
        self.seen, self.milliseconds, self.typing = -1, [], []
        self.given = {}  # (question, round) -> the answer that was taken

    async def join(self):
        self.seat = (await ask(self.lesson.port, f"/live/class/{self.lesson.code}/join", {}))["seat"]
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.lesson.port)
        self.writer.write(request("GET", f"/live/class/{self.lesson.code}/events", secret=self.seat))
        head = await self.reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.splitlines()[0]:
            raise ValueError(f"{head.splitlines()[0].decode()} for events")

    async def follow(self):
        """Read events until the class is over."""
        answering = set()
        try:
            while True:
                event = await self.reader.readuntil(b"\n\n")
                if b"event: view" in event:
                    self.arrived(int(re.search(rb"step=(\d+)", event)[1]))
                elif b"event: asked" in event and b'"open": true' in event:
                    asked = json.loads(event[event.index(b"data: ") + 6 :])
                    if (asked["id"], asked["round"]) not in self.given:
                        self.given[asked["id"], asked["round"]] = None
                        task = asyncio.create_task(self.answer(asked))
                        answering.add(task)
                        task.add_done_callback(answering.discard)
                elif b"event: gone" in event:
                    return
        except LOST as error:
            self.lesson.failed(error, "events")

    def arrived(self, step):
        sent = self.lesson.sent.get(step)
        if sent is not None and step > self.seen:
            self.milliseconds.append(1000 * (self.lesson.clock() - sent))
        self.seen = step

    async def answer(self, asked):
        await asyncio.sleep(THINKING * self.chance.random())
        choice = self.chance.randrange(len(asked["options"]))
        try:
            await ask(self.lesson.port, f"/live/class/{self.lesson.code}/answer", {"id": asked["id"], "round": asked["round"], "answer": choice}, self.seat)
            self.given[asked["id"], asked["round"]] = choice
        except LOST as error:
            self.lesson.failed(error, "answer")

    async def type(self, until):
        """Type sentence after sentence; the page computes each key by itself, and asks the server to check the whole when typing rests."""
        page, clock = Student(self.lesson.port, MODEL), self.lesson.clock
        length = 0
        await asyncio.sleep(20 * self.chance.random())
        while clock() < until:
            length = length % 1500 + SENTENCE
            start = clock()
            try:
                async with asyncio.timeout(10):
                    await page.ask(f"{self.number} {common.prose(length, 7 * self.number)}"[:length], 0)
                self.typing.append(1000 * (clock() - start))
            except LOST as error:
                self.lesson.failed(error, "trace")
            page.leave()
            await asyncio.sleep(15 + 10 * self.chance.random())


class Lesson:
    """The class: what the teacher has sent, and what failed."""

    def __init__(self, port):
        self.port, self.sent, self.failures = port, {}, Counter()
        self.clock = asyncio.get_running_loop().time
        self.rounds = []

    def failed(self, error, what):
        self.failures[f"{what}: {type(error).__name__} {error}"[:150]] += 1

    async def begin(self):
        begun = await ask(self.port, "/live/class", {"view": {"path": "watch", "search": "?step=0"}})
        self.code, self.key = begun["code"], begun["key"]

    async def say(self, **words):
        try:
            await ask(self.port, f"/live/class/{self.code}/say", words, self.key)
        except LOST as error:
            self.failed(error, "say")

    async def teach(self, until):
        """A step a second, and a question now and then."""
        step = 0
        while self.clock() < until:
            step += 1
            self.sent[step] = self.clock()
            await self.say(view={"path": "watch", "search": f"?model={MODEL}&text={'a+long+text+' * 10}&step={step}"})
            if step % QUESTION == 2:
                await self.say(ask={"kind": "choose", "words": "Which gate forgets?", "options": ["input", "forget", "output"]})
            if step % QUESTION == 2 + OPEN:
                await self.say(show=True, truth=1)
            await asyncio.sleep(max(0, self.sent[step] + 1 - self.clock()))
        await self.say(show=True)

    async def keep(self):
        """The teacher's own stream, in which all that was asked comes back."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**22)
        writer.write(request("GET", f"/live/class/{self.code}/events", secret=self.key))
        try:
            while True:
                event = await reader.readuntil(b"\n\n")
                if b"event: rounds" in event:
                    self.rounds = json.loads(event[event.index(b"data: ") + 6 :])
        except LOST:
            pass  # it has ended
        writer.close()


async def hold(server, args):
    """The class, from the first to the last minute."""
    for length in range(1, 3):
        await ask_once(server.port, length)
    await asyncio.sleep(2)
    watch, lesson = Watch(server.pid), Lesson(server.port)
    async with watch.watching():
        await lesson.begin()
        keeping = asyncio.create_task(lesson.keep())
        everybody = [Follower(lesson, number) for number in range(args.students)]
        for at in range(0, len(everybody), 20):
            await asyncio.gather(*(student.join() for student in everybody[at : at + 20]))
        following = [asyncio.create_task(student.follow()) for student in everybody]
        until = lesson.clock() + args.seconds
        await asyncio.gather(lesson.teach(until), *(student.type(until) for student in everybody))
        await asyncio.sleep(2)
        here = sum(student.seen == max(lesson.sent) for student in everybody)
        await lesson.say(end=True)
        _, late = await asyncio.wait(following, timeout=10)
        for student in everybody:
            student.writer.close()
        await asyncio.wait([keeping], timeout=5)
    await asyncio.sleep(args.rest)
    return watch, lesson, everybody, here, len(late)


async def ask_once(port, length):
    """Type a little before the measurement, as the first visitor does."""
    page = Student(port, MODEL)
    await page.ask(common.prose(SENTENCE * length), 0)
    page.leave()


def lost_answers(lesson, everybody):
    """Answers that were taken and are not in the distribution of their round, or the other way round."""
    taken = Counter((*which, choice) for student in everybody for which, choice in student.given.items() if choice is not None)
    counted = Counter()
    for each in lesson.rounds:
        for choice, count in enumerate(each["distribution"]):
            counted[each["id"], each["round"], choice] += count
    return (taken - counted).total() + (counted - taken).total()


def run(args):
    """300 students for five minutes, by default."""
    with common.serving(common.ROOT / "app.py") as server:
        watch, lesson, everybody, here, late = asyncio.run(hold(server, args))
        after = resident(server.pid)
    times = [ms for student in everybody for ms in student.milliseconds]
    typing = [ms for student in everybody for ms in student.typing]
    answers = sum(choice is not None for student in everybody for choice in student.given.values())
    p50, p95, worst = common.percentile(times, 50), common.percentile(times, 95), max(times)
    due = len(lesson.sent) * args.students
    figures = {
        "students": args.students,
        "seconds": args.seconds,
        "steps of the teacher": len(lesson.sent),
        "steps that arrived": f"{len(times):,} of {due:,} (a newer one may take the place of one)",
        "teacher's step to a student, median": f"{p50:.0f} ms",
        "95 %": f"{p95:.0f} ms",
        "worst": f"{worst:.0f} ms",
        "answers": answers,
        "checks of typed text": f"{len(typing)}, 95 % within {common.percentile(typing, 95):.0f} ms" if typing else "0",
        "server": f"{watch.share:.2f} of a core",
        "memory before, peak, after": f"{watch.before:.0f}, {watch.peak:.0f}, {after:.0f} MB",
    }
    errors, lost = lesson.failures.total(), lost_answers(lesson, everybody)
    grown = after - watch.before
    targets = [
        Target("errors", "none", str(errors), errors == 0),
        Target("teacher's step to a student, 95 %", f"at most {P95} ms", f"{p95:.0f} ms", p95 <= P95),
        Target("students who saw the last step, and the end", f"all {args.students}", f"{here}, {args.students - late}", here == args.students and not late),
        Target("answers lost or counted twice", "none", str(lost), lost == 0),
        Target(f"memory {args.rest:.0f} s afterwards", f"at most {WITHIN} MB more", f"{grown:.0f} MB more", grown <= WITHIN),
    ]
    return Outcome(figures, targets, lesson.failures)
