"""A lecture hall: many simulated students who type on, each their own text, against one real server on this machine.

By default each student's page holds the network, as the app's pages do: a student fetches the weights once, types a sentence of
60 characters at four keys a second, which costs the server nothing, rests, and asks the server to check the whole text. With `--no-engine`
every key goes to the server, as it does while weights are on their way and for models that the engine does not know.

A time runs from the moment a key is due to the last byte of its answer, so a student who is kept waiting does not
hide the keys behind. The students share the machine with the server and must be lean: one process, bare asyncio
streams and a hand-written request on a connection that is kept (an HTTP library would take more of the processor than
the server does).
"""

import argparse
import asyncio
import json
import os
import random
import re
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

import common
from common import Target

P95 = 100  # ms
SHARE = 0.5  # of a core, where the pages hold the network
SENTENCE = 60  # characters between two rests
REST = 1  # s, in which the page asks for a check
LENGTHS = (10, 100, 1000, 1900)  # at which one appended character is weighed
SLACK = 16  # bytes: the numbers in the header get more digits
PATIENCE = 5  # s for an answer
BEFORE = 10  # characters of a student's first request


class Student:
    """One connection that is kept, the times of its keys, and what failed."""

    def __init__(self, port, model):
        self.port, self.model = port, model
        self.reader = self.writer = None
        self.milliseconds, self.failures = [], []

    async def type(self, text, start, pause, until):
        """Type a text on, a key each `pause` seconds, from `start` to `until` (on the event loop's clock)."""
        clock = asyncio.get_running_loop().time
        due, length, held = start, BEFORE, 0
        while due < until:
            await asyncio.sleep(due - clock())
            try:
                await asyncio.wait_for(self.ask(text[:length], held), PATIENCE)
                self.milliseconds.append(1000 * (clock() - due))
                held = length
            except (OSError, EOFError, ValueError, TimeoutError) as error:
                self.failures.append(f"{type(error).__name__} {error}")
                self.leave()
            due, length = due + pause, length + 1
        self.leave()

    async def sit(self, text, start, pause, until):
        """Fetch the weights, then type sentence after sentence in the page, and ask for a check after each, until `until`."""
        clock = asyncio.get_running_loop().time
        due, length = start, 0
        while due < until:
            await asyncio.sleep(due - clock())
            try:
                await asyncio.wait_for(self.ask(text[:length], 0) if length else self.fetch(), PATIENCE)
                self.milliseconds.append(1000 * (clock() - due))
            except (OSError, EOFError, ValueError, TimeoutError) as error:
                self.failures.append(f"{type(error).__name__} {error}")
            self.leave()  # the server closes a connection that is silent for so long
            length += SENTENCE
            due += SENTENCE * pause + REST

    async def fetch(self):
        """The model's checkpoint.

        Raises:
            ValueError: it did not come.
        """
        await self.connect()
        self.writer.write(f"GET /live/models/{self.model}.safetensors HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        head = await self.reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 "):
            raise ValueError(f"{head.splitlines()[0].decode()} for the weights")
        length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        if length:
            return await self.reader.readexactly(int(length[1]))
        whole = b""
        while size := int(await self.reader.readline(), 16):  # chunks, each after its size
            whole += await self.reader.readexactly(size)
            await self.reader.readline()
        await self.reader.readline()
        return whole

    async def connect(self):
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, text, have):
        """The body of the answer to a keystroke, or to the question for a check.

        Raises:
            ValueError: it is not the trace of the text.
        """
        await self.connect()
        body = json.dumps({"model": self.model, "text": text, "have": have}).encode()
        self.writer.write(b"POST /live/trace HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        head = await self.reader.readuntil(b"\r\n\r\n")
        answer = await self.reader.readexactly(int(re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)[1]))
        if not head.startswith(b"HTTP/1.1 200 ") or b'"steps":"%d"' % len(text) not in answer:
            raise ValueError(f"{head.splitlines()[0].decode()} for {len(text)} characters from {have} on")
        return answer

    def leave(self):
        """Close the connection; the next request opens another."""
        if self.writer is not None:
            self.writer.close()
        self.writer = None


async def lecture(port, args):
    """All students at once, each with a text and a phase of its own."""
    chance = random.Random(0)
    pause = 1 / args.rate
    start = asyncio.get_running_loop().time() + 0.5
    students = [Student(port, args.model) for _ in range(args.students)]
    length = SENTENCE + int(args.seconds * args.rate) + 1
    texts = [f"{number} {common.prose(length, 7 * number)}" for number in range(args.students)]
    spread = SENTENCE * pause + REST if args.engine else pause  # nobody begins at the same moment
    phases = [start + spread * chance.random() for _ in students]
    each = zip(students, texts, phases, strict=True)
    way = Student.sit if args.engine else Student.type
    await asyncio.gather(*(way(student, text, phase, pause, start + args.seconds) for student, text, phase in each))
    return students


async def weigh(port, model):
    """length -> bytes of the answer when one appended character makes a text of that length."""
    student = Student(port, model)
    try:
        return {length: len(await student.ask(common.prose(length), length - 1)) for length in LENGTHS}
    finally:
        student.leave()


def processor_seconds(pid):
    """Processor time that a process has taken so far, in seconds; None where the system does not tell."""
    facts = Path(f"/proc/{pid}/stat")
    if not facts.exists():
        return None
    user, system = facts.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def measure(args):
    """The students after the lecture, the share of a core that the server and the students took, and the weights."""
    with common.serving(common.ROOT / "app.py") as server:
        before, own_before = processor_seconds(server.pid), time.process_time()
        students = asyncio.run(lecture(server.port, args))
        after, own = processor_seconds(server.pid), time.process_time() - own_before
        weights = asyncio.run(weigh(server.port, args.model))
    share = None if after is None else (after - before) / args.seconds
    return students, share, own / args.seconds, weights


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=1000, metavar="N", help="(default: %(default)s)")
    parser.add_argument("--engine", action=argparse.BooleanOptionalAction, default=True, help="whether the pages hold the network (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=4, help="keys a second of each student (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=60, help="that they type (default: %(default)s)")
    parser.add_argument("--model", default="prose-lstm", help="(default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a target was missed")
    args = parser.parse_args()
    print(f"{common.machine()}; {common.busy()}\n")
    students, share, own, weights = measure(args)
    times = [ms for student in students for ms in student.milliseconds]
    failures = Counter(failure for student in students for failure in student.failures)
    failed = failures.total()
    median, p95, p99 = statistics.median(times), common.percentile(times, 95), common.percentile(times, 99)
    served = len(times) / args.seconds
    common.table(
        ("students", "requests", "failed", "a second", "median", "p95", "p99", "server", "students' own"),
        [
            (
                args.students,
                len(times) + failed,
                failed,
                f"{served:.0f}",
                *(f"{ms:.1f} ms" for ms in (median, p95, p99)),
                "unknown" if share is None else f"{share:.2f} core",
                f"{own:.2f} core",
            )
        ],
    )
    for failure, count in failures.most_common(5):
        print(f"failed {count} times: {failure}\n")
    common.table(
        ("one appended character at T =", *(f"{length:,}" for length in weights)),
        [("bytes of the answer", *(f"{size:,}" for size in weights.values()))],
    )
    grown = max(weights.values()) - min(weights.values())
    busy = [Target("the server's share of a core", f"at most {SHARE}", f"{share:.2f}", share <= SHARE)] if args.engine and share is not None else []
    return common.verdict(
        [
            *busy,
            Target(f"{args.students} students: p95", f"at most {P95} ms", f"{p95:.1f} ms", p95 <= P95),
            Target("failed requests", "none", str(failed), failed == 0),
            Target("growth of an appended character", f"at most {SLACK} bytes", f"{grown} bytes", grown <= SLACK),
        ],
        args.check,
    )


if __name__ == "__main__":
    sys.exit(main())
