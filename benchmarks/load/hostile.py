"""One stranger works against everybody else: large requests, answers that are never read, connections that say nothing, addresses spelled anew."""

import asyncio
import json
import multiprocessing
import os
import random
import socket
import time
from collections import Counter
from pathlib import Path

import common
from common import Target
from measuring import WITHIN, Outcome, resident
from students import Student

MODEL = "prose-lstm"
RATE = 2  # keys a second of each visitor
CONNECTIONS = 4  # of the stranger, for large requests
SLOW = 25  # clients that never read
IDLE = 200  # connections that say nothing
HALF = 50  # requests of which the end never comes
TIMES = 2  # how many times as long the others may wait
UNFELT = 20  # ms below which nobody feels a key, however many times as long that is
MORE = 250  # MB that slow readers may take for a while: 128 MiB of answers, what one of them takes while it is made, and the traces
FORGETTING = 75  # s until the server has let go of all traces, and has given memory back
TINY = 6_000  # traces of a few letters, more than are remembered

FIVE = ["prose-lstm", "prose-gru", "prose-rnn", "prose-peephole", "prose-coupled"]
LARGEST = {"models": FIVE, "text": "lazy reader " * 166, "have": 0}


def options(parser):
    parser.add_argument("--visitors", type=int, default=20, metavar="N", help="who type meanwhile (default: %(default)s)")
    parser.add_argument("--each", type=float, default=8, metavar="SECONDS", help="that each attack takes (default: %(default)s)")


# What a stranger sends: number -> the bytes of a request


def posted(path, content):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def asked(path):
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\nIf-None-Match: x\r\n\r\n".encode()


def unlike(number, text, length):
    """A text that nobody has sent before."""
    return (f"{number} {random.random()} " + text * 200)[:length]


def script():
    """The address of the largest file of Streamlit's page."""
    import streamlit

    folder = Path(streamlit.__file__).parent / "static"
    return max((folder / "static" / "js").glob("*.js"), key=lambda path: path.stat().st_size).relative_to(folder).as_posix()


FLOODS = {
    "five models, 2,000 characters": lambda number: posted("/live/compare", {"models": FIVE, "text": unlike(number, "hostile reader ", 2000)}),
    "influence of five models": lambda number: posted("/live/memory", {"models": FIVE, "text": unlike(number, "hostile reader ", 2000)}),
    "a beam of five": lambda number: posted("/live/attention", {"model": "translate-additive", "text": unlike(number, "the cat is on a mat ", 650), "beam": 5}),
    "a transformer": lambda number: posted("/live/attention", {"model": "translate-transformer", "text": unlike(number, "the cat is on a mat ", 650)}),
    "400 kB of JSON": lambda number: posted("/live/attention", b'{"model": "dates-additive", "text": "x", "pad": [' + b"0," * 200_000 + b"0]}"),
    "a file spelled anew": lambda number: asked(f"/static/js/{'./' * (number % 500 + 1)}{script().rsplit('/', 1)[1]}"),
    "a worksheet": lambda number: asked(f"/live/worksheet.html?text={number}+not+good&cell=lstm"),
    "classes": lambda number: posted("/live/class", {"view": {"path": "watch", "search": "?" + "a" * 29_000}}),
}


async def flood(port, what, until, connection):
    """Send one request after the other on a connection, and read what comes; how many of each status."""
    statuses, number, line = Counter(), connection, None
    while time.monotonic() < until:
        try:
            line = line or await asyncio.open_connection("127.0.0.1", port, limit=2**22)
            statuses[await answered(*line, FLOODS[what](number))] += 1
        except (OSError, EOFError, asyncio.LimitOverrunError) as error:
            statuses[type(error).__name__] += 1
            line = None
        number += CONNECTIONS
    return statuses


async def answered(reader, writer, request):
    """Send a request and read the whole answer; its status."""
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b"content-length: " in head:
        left = int(head.split(b"content-length: ")[1].split()[0])
        while left and (piece := await reader.read(min(left, 2**20))):
            left -= len(piece)
    elif b"chunked" in head:
        await reader.readuntil(b"\r\n0\r\n\r\n")
    return head.split()[1].decode()


async def each_once(port):
    """One request of each kind: what the first of them imports and loads is no growth."""
    for request in FLOODS.values():
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
        await answered(reader, writer, request(0))
        writer.close()


def stranger(port, what, seconds, told):
    """A process of its own, so that reading large answers keeps no visitor's key waiting here: a stranger has a machine of their own, and this one gives way."""
    os.nice(10)

    async def all_connections():
        until = time.monotonic() + seconds
        return sum(await asyncio.gather(*(flood(port, what, until, connection) for connection in range(CONNECTIONS))), Counter())

    told.put(asyncio.run(all_connections()))


def connected(port, data=b"", receive=None):
    """A socket on which something was sent, and of which nothing is read."""
    one = socket.socket()
    if receive:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    one.connect(("127.0.0.1", port))
    one.sendall(data)
    return one


# What the others feel


async def typing(port, visitors, seconds):
    """Milliseconds of each key of all visitors, and what failed."""
    chance, loop = random.Random(1), asyncio.get_running_loop()
    start = loop.time() + 0.2
    students = [Student(port, MODEL) for _ in range(visitors)]
    length = int(seconds * RATE) + 20
    texts = [f"{number} {chance.random()} {common.prose(length, 7 * number)}" for number in range(visitors)]
    phases = [start + chance.random() / RATE for _ in students]
    await asyncio.gather(*(student.type(text, phase, 1 / RATE, start + seconds) for student, text, phase in zip(students, texts, phases)))
    return [ms for student in students for ms in student.milliseconds], Counter(failure for student in students for failure in student.failures)


class Trial:
    """One server, what its visitors feel, and what was found."""

    def __init__(self, server, args):
        self.server, self.args = server, args
        self.figures, self.targets, self.failures = {}, [], Counter()

    def p95(self):
        times, failed = asyncio.run(typing(self.server.port, self.args.visitors, self.args.each))
        self.failures += failed
        return common.percentile(times, 95)

    def alone(self):
        """How long a key takes when nobody does harm: the first of two times warms up."""
        asyncio.run(each_once(self.server.port))
        time.sleep(FORGETTING)
        self.p95()
        self.usual, self.start = self.p95(), resident(self.server.pid)
        self.figures["keys alone, 95 %"] = f"{self.usual:.0f} ms"

    def felt(self, what, p95, before, more=""):
        """Keep what the others felt."""
        after = resident(self.server.pid)
        self.figures[what] = f"keys, 95 %: {p95:.0f} ms, {p95 / self.usual:.1f} times; memory {before:.0f} to {after:.0f} MB{more}"
        well = p95 <= max(TIMES * self.usual, UNFELT)
        self.targets.append(Target(f"{what}: keys of the others, 95 %", f"{TIMES} times, or {UNFELT} ms", f"{p95:.0f} ms, {p95 / self.usual:.1f} times", well))

    def flooded(self, what):
        """A flood, from a process of its own."""
        before, told = resident(self.server.pid), SPAWN.Queue()
        process = SPAWN.Process(target=stranger, args=(self.server.port, what, self.args.each + 2, told))
        process.start()
        time.sleep(1)
        p95 = self.p95()
        statuses = told.get(timeout=60)
        process.join()
        self.felt(what, p95, before, f"; answered {', '.join(f'{count} x {status}' for status, count in statuses.most_common())}")

    def waited(self, what, sockets, most=None):
        """Connections that are left alone, while the others type."""
        before = resident(self.server.pid)
        kept = [sockets() for _ in range({"slow readers": SLOW, "idle": IDLE, "half-sent": HALF}[what.split(",")[0]])]
        try:
            self.felt(what, self.p95(), before)
            if most:
                grown = resident(self.server.pid) - before
                self.targets.append(Target(f"{what}: memory", f"at most {most} MB more", f"{grown:.0f} MB more", grown <= most))
        finally:
            for one in kept:
                one.close()

    def afterwards(self):
        """What stays of it all."""
        time.sleep(FORGETTING)
        after = resident(self.server.pid)
        self.figures["memory at the start, afterwards"] = f"{self.start:.0f}, {after:.0f} MB"
        self.targets.append(Target("memory afterwards", f"at most {WITHIN} MB more", f"{after - self.start:.0f} MB more", after - self.start <= WITHIN))

    def tiny(self):
        """More tiny traces than are remembered, then one more of them."""

        async def send():
            student = Student(self.server.port, "brackets-rnn")
            for number in range(TINY):
                await student.ask(f"({number}", 0)
            times = []
            for number in range(50):
                start = time.perf_counter()
                await student.ask(f"(]{number}", 0)
                times.append(1000 * (time.perf_counter() - start))
            student.leave()
            return common.percentile(times, 95)

        before = resident(self.server.pid)
        took = asyncio.run(send())
        grown = resident(self.server.pid) - before
        self.figures[f"{TINY:,} tiny traces"] = f"the next takes {took:.1f} ms; {grown:.0f} MB more"
        self.targets.append(Target(f"one more after {TINY:,} tiny traces", "at most 20 ms", f"{took:.1f} ms", took <= 20))
        self.targets.append(Target(f"{TINY:,} tiny traces: memory", "at most 100 MB more", f"{grown:.0f} MB more", grown <= 100))


SPAWN = multiprocessing.get_context("spawn")


def run(args):
    """Eight floods, then clients that wait, by default."""
    with common.serving(common.ROOT / "app.py") as server:
        trial = Trial(server, args)
        trial.alone()
        for what in FLOODS:
            trial.flooded(what)
        trial.tiny()
        largest = posted("/live/compare", LARGEST)
        trial.waited(f"slow readers, {SLOW} of the largest answer", lambda: connected(server.port, largest, 4096), MORE)
        trial.waited(f"idle, {IDLE} connections", lambda: connected(server.port), 50)
        trial.waited(f"half-sent, {HALF} requests", lambda: connected(server.port, largest[:1500]), 50)
        trial.afterwards()
    return Outcome(trial.figures, trial.targets, trial.failures)
