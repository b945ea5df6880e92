"""What the scenarios share: the memory and the processor of a server while it is under load, and a request by hand.

The visitors share the machine with the server and must be lean: one process, bare asyncio streams, requests written by hand.
"""

import asyncio
import json
import re
import time
from collections import Counter
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from students import processor_seconds

WITHIN = 50  # MB that a server may hold afterwards, more than before


class Outcome(NamedTuple):
    """What a scenario found: figures {what: value}, the targets, and how often what failed."""

    figures: dict
    targets: list
    failures: Counter


def resident(pid):
    """MB of memory that a process holds."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) * 1024 / 1e6


class Watch:
    """What a server takes while it is watched: `before`, `peak` (MB) and `share` (of a core)."""

    def __init__(self, pid):
        self.pid = pid
        self.before = self.peak = resident(pid)
        self.share = 0.0

    async def _look(self):
        while True:
            self.peak = max(self.peak, resident(self.pid))
            await asyncio.sleep(0.5)

    @asynccontextmanager
    async def watching(self):
        looking = asyncio.create_task(self._look())
        start, used = time.monotonic(), processor_seconds(self.pid)
        yield
        self.share = (processor_seconds(self.pid) - used) / (time.monotonic() - start)
        looking.cancel()


def request(method, path, content=None, secret=None):
    """The bytes of a request."""
    body = b"" if content is None else json.dumps(content).encode()
    secret = f"Authorization: Bearer {secret}\r\n" if secret else ""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{secret}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def ask(port, path, content=None, secret=None, patience=10):
    """The JSON of an answer, on a connection of its own.

    Raises:
        ValueError: it is a refusal.
    """
    async with asyncio.timeout(patience):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(request("POST", path, content, secret))
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.readexactly(int(re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)[1]))
        finally:
            writer.close()
    if head.split()[1][:1] != b"2":
        raise ValueError(f"{head.splitlines()[0].decode()} for {path.rsplit('/', 1)[1]}: {body[:200].decode()}")
    return json.loads(body)
