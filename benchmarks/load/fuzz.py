"""Strange requests, links, lesson files and answers: in one process without a server, then over sockets to a real one."""

import asyncio
import socket
import time
from collections import Counter

import common
from common import Target
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from measuring import WITHIN, Outcome, ask, resident

from gatelab import languages
from tests import fuzzing, strange

SHARES = {"requests": 0.35, "posts": 0.25, "links": 0.25, "lesson files": 0.1, "answers of a class": 0.05}
"""How many of all that is tried without a server is of each kind."""

WAITS = "a connection that waits for more"
PATIENCE = 1.5  # s for an answer over a socket
STREAMLIT = (b"Bad Request", b"Invalid HTTP request received.")  # what Streamlit and uvicorn say of addresses that climb out of a folder, and of broken HTTP
FORGETTING = 75  # s until the server has let go of all traces


def options(parser):
    parser.add_argument("--examples", type=int, default=10_000, metavar="N", help="tried without a server (default: %(default)s)")
    parser.add_argument("--over-sockets", type=int, default=4_000, metavar="N", help="requests to a server (default: %(default)s)")


class Tried:
    """What was tried, what came of it, and what was wrong."""

    def __init__(self):
        self.statuses, self.faults, self.worst = Counter(), Counter(), 0.0

    def all_of(self, strategy, count, trial):
        """Try some examples; a trial returns (status, seconds, what is wrong or None)."""

        @settings(max_examples=count, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(strategy)
        def each(example):
            start = time.monotonic()
            try:
                status, wrong = trial(example)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is a fault, and the next example is tried
                status, wrong = "exception", f"{type(error).__name__} {error}"
            if status != WAITS:
                self.worst = max(self.worst, time.monotonic() - start)
            self.statuses[status] += 1
            if wrong:
                self.faults[f"{wrong}: {example!r}"[:300]] += 1

        each()


def without_server(tried, count):
    """Everything in this process."""
    with fuzzing.NoServer() as app:

        def asked(sent):
            answer, wrong = app.ask(sent)
            return answer.status, wrong

        def linked(link):
            for name in languages.languages():
                with languages.speaking(name):
                    fuzzing.read_link(*link)
            return "link", None

        def answered(example):
            came, wrong = fuzzing.answered(app, *example)
            return came.status, wrong

        trials = {
            "requests": (strange.requests, asked),
            "posts": (strange.posts(), asked),
            "links": (strange.links(), linked),
            "lesson files": (strange.lesson_files(), lambda file: ("lesson" if fuzzing.read_lesson(file) else "no lesson", None)),
            "answers of a class": (st.tuples(st.sampled_from(strange.KINDS), strange.answers), answered),
        }
        for name, (strategy, trial) in trials.items():
            tried.all_of(strategy, round(SHARES[name] * count), trial)


class Sockets:
    """A real server, asked over a new connection each time; a class runs there."""

    def __init__(self, port):
        self.port = port

    def begin(self):
        """A class for the requests that need one."""
        begun = asyncio.run(ask(self.port, "/live/class", {}))
        self.begun = begun | asyncio.run(ask(self.port, f"/live/class/{begun['code']}/join", {}))

    def ask(self, sent):
        """The status of the answer, and what is wrong with it."""
        sent = sent.of(self.begun)
        head = "".join(f"{name}: {value}\r\n" for name, value in sent.headers)
        start = f"{sent.method} {sent.address} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{head}Content-Length: {len(sent.body)}\r\n\r\n"
        begun = time.monotonic()
        came = self.send(start.encode("latin-1") + sent.body)
        if came is None:
            return "hang", f"no answer within {PATIENCE} s"
        status, body = came
        if body in STREAMLIT:
            return f"{status} of Streamlit", None
        return status, fuzzing.fault(sent, fuzzing.Answer(status, body, time.monotonic() - begun))

    def send(self, data):
        """The status and the body of what comes back, 0 where the connection is closed instead; None for nothing in time."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            try:
                connection.sendall(data)
            except OSError:
                pass  # it was refused before all of it had come
            came = b""
            try:
                while piece := connection.recv(2**16):
                    came += piece
                    if b"\r\n\r\n" in came and b"text/event-stream" in came:
                        break
            except TimeoutError:
                return None
            except OSError:
                pass  # closed
        head, _, body = came.partition(b"\r\n\r\n")
        return int(head.split()[1]) if head.startswith(b"HTTP/") else 0, body

    def garbage(self, data):
        """The same for bytes that are no request; a connection that waits for more of them is no fault."""
        came = self.send(data + b"\r\n\r\n")
        status = came[0] if came else WAITS
        return status, f"status {status}" if came and status >= 500 else None


BROKEN = st.sampled_from(
    (
        b"GET / HTTP/9.9",
        b"GET  HTTP/1.1",
        b"POST /live/trace HTTP/1.1\r\nHost: a\r\nContent-Length: -5",
        b"POST /live/trace HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        b"POST /live/trace HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz",
        b"POST /live/trace HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n1\r\na\r\n0",
        b"GET /live/models HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + b"\r\n".join(b"X-%d: y" % k for k in range(500)),
    )
)


def over_sockets(tried, count):
    """Requests to a real server; MB that it holds after the first quarter of them, and once all is over and forgotten."""
    with common.serving(common.ROOT / "app.py") as server:
        sockets = Sockets(server.port)
        sockets.begin()
        tried.all_of(strange.requests, count // 4, sockets.ask)
        before = resident(server.pid)
        tried.all_of(strange.requests, count // 2, sockets.ask)
        tried.all_of(st.binary(max_size=300) | BROKEN, count // 4, sockets.garbage)
        peak = resident(server.pid)
        time.sleep(FORGETTING)
        return before, peak, resident(server.pid)


def run(args):
    """10,000 examples, and 4,000 requests over sockets, by default."""
    inside, outside = Tried(), Tried()
    without_server(inside, args.examples)
    before, peak, after = over_sockets(outside, args.over_sockets)
    faults, grown = inside.faults + outside.faults, after - before
    figures = {
        "tried without a server": f"{inside.statuses.total():,}: {told(inside.statuses)}",
        "the longest of these": f"{inside.worst:.2f} s",
        "tried over sockets": f"{outside.statuses.total():,}: {told(outside.statuses)}",
        "the longest of those": f"{outside.worst:.2f} s",
        "memory after a quarter, at the end, later": f"{before:.0f}, {peak:.0f}, {after:.0f} MB",
    }
    targets = [
        Target("answers 5xx, hangs over 1 s, refusals of another form", "none", str(faults.total()), not faults),
        Target("memory afterwards", f"at most {WITHIN} MB more", f"{grown:.0f} MB more", grown <= WITHIN),
    ]
    return Outcome(figures, targets, faults)


def told(statuses):
    """How many of each status, in a line."""
    return ", ".join(f"{count:,} x {status}" for status, count in statuses.most_common())
