"""A lecture hall: many simulated students who type on, each their own text, against one real server on this machine.

A time runs from the moment a key is due to the last byte of its answer, so a student who is kept waiting does not hide the
keys behind. The students share the machine with the server and must be lean: one process, bare asyncio streams and a
hand-written request on a connection that is kept (an HTTP library would need more of the processor than the server does).
"""

import argparse
import asyncio
import json
import random
import re
import statistics
import sys
import time
from pathlib import Path

import common
from common import Target

P95 = 100  # ms
LENGTHS = (10, 100, 1000, 1900)  # at which one more character is weighed
SLACK = 16  # bytes: the numbers in the header have more digits
PATIENCE = 5  # s for an answer
BEFORE = 10  # characters that stand there when a student begins


class Student:
    """One connection that is kept, and the times of its keys."""

    def __init__(self, port, model):
        self.port, self.model = port, model
        self.milliseconds, self.failures = [], []

    async def type(self, text, start, keys_a_second, until):
        """Type a text on, one key at a time, from `start` to `until` (seconds of the event loop's clock)."""
        await self.connect()
        clock = asyncio.get_running_loop().time
        due, length, held = start, BEFORE, 0
        while due < until and length <= len(text):
            await asyncio.sleep(due - clock())
            try:
                await asyncio.wait_for(self.ask(text[:length], held), PATIENCE)
                self.milliseconds.append(1000 * (clock() - due))
                held = length
            except (OSError, EOFError, ValueError, TimeoutError) as error:
                self.failures.append(f"{type(error).__name__}: {error}")
                self.writer.close()
                await self.connect()
            due, length = due + 1 / keys_a_second, length + 1
        self.writer.close()

    async def connect(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)

    async def ask(self, text, have):
        """The bytes of the answer to a keystroke.

        Raises:
            ValueError: the answer is not the trace of the text.
        """
        body = json.dumps({"model": self.model, "text": text, "have": have}).encode()
        self.writer.write(b"POST /live/trace HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                          b"Content-Length: %d\r\n\r\n%b" % (len(body), body))  # fmt: skip
        head = await self.reader.readuntil(b"\r\n\r\n")
        answer = await self.reader.readexactly(int(re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)[1]))
        if not head.startswith(b"HTTP/1.1 200 ") or b'"steps":"%d"' % len(text) not in answer:
            raise ValueError(f"got {head.splitlines()[0]} for {len(text)} characters from {have} on")
        return answer


async def lecture(port, args):
    """All students at once, each with a text and a phase of its own; returns them."""
    chance = random.Random(args.seed)
    start = asyncio.get_running_loop().time() + 1
    students = [Student(port, args.model) for _ in range(args.students)]
    keys = int(args.seconds * args.rate) + 1
    await asyncio.gather(*(
        student.type(
            f"{number} {common.prose(BEFORE + keys, 7 * number)}",
            start + chance.random() / args.rate,
            args.rate,
            start + args.seconds,
        )
        for number, student in enumerate(students)
    ))  # fmt: skip
    return students


async def weigh(port, model):
    """length -> bytes of the answer when one character more makes a text of that length."""
    student = Student(port, model)
    await student.connect()
    try:
        return {length: len(await student.ask(common.prose(length), length - 1)) for length in LENGTHS}
    finally:
        student.writer.close()


def processor_seconds(pid):
    """Processor time that a process has used, in seconds; None where the system does not tell."""
    facts = Path(f"/proc/{pid}/stat")
    if not facts.exists():
        return None
    import os

    user, system = facts.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
