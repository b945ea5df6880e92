"""Sessions of pages over Streamlit's websocket: many at once, and many that come and go."""

import asyncio
import time
from collections import Counter

import common
from common import Target
from measuring import WITHIN, Outcome, Watch, resident
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

PAGES = ("", "watch", "lstm", "compare", "attention", "learn")
PATIENCE = 60  # s until a page must have come
FORGETTING = 100  # s until Streamlit has let go of a session that has ended, and garbage was swept
WIDTH = 20  # sessions that come and go at the same time


def options(parser):
    parser.add_argument("--at-once", type=int, default=60, metavar="N", help="sessions at the same time (default: %(default)s)")
    parser.add_argument("--in-all", type=int, default=1000, metavar="N", help="sessions that come and go (default: %(default)s)")


class Visits:
    """Sessions of one server: how long each page took, and what failed."""

    def __init__(self, port):
        self.port, self.seconds, self.failures = port, [], Counter()

    async def visit(self, number, stay=None):
        """Open a page, wait until it has come, and stay until `stay` is set."""
        ask = BackMsg()
        ask.rerun_script.page_name = PAGES[number % len(PAGES)]
        start = time.monotonic()
        try:
            address = f"ws://127.0.0.1:{self.port}/_stcore/stream"
            async with asyncio.timeout(PATIENCE), connect(address, subprotocols=["streamlit"], max_size=None, open_timeout=PATIENCE) as socket:
                await socket.send(ask.SerializeToString())
                await self._read(socket)
                self.seconds.append(time.monotonic() - start)
                if stay:
                    await stay.wait()
        except (OSError, TimeoutError, WebSocketException, ValueError) as error:
            self.failures[f"{ask.rerun_script.page_name or 'start'}: {type(error).__name__} {error}"[:150]] += 1

    async def _read(self, socket):
        while True:
            message = ForwardMsg.FromString(await socket.recv())
            if message.HasField("delta") and message.delta.new_element.WhichOneof("type") == "exception":
                raise ValueError(message.delta.new_element.exception.message)
            if message.HasField("script_finished"):
                return

    async def at_once(self, count):
        """All at once; each stays until the last page has come."""
        stay = asyncio.Event()
        visiting = [asyncio.create_task(self.visit(number, stay)) for number in range(count)]
        deadline = time.monotonic() + PATIENCE
        while len(self.seconds) + self.failures.total() < count and time.monotonic() < deadline:
            await asyncio.sleep(0.1)
        stay.set()
        await asyncio.gather(*visiting)

    async def in_all(self, count):
        """One after the other, `WIDTH` at the same time."""
        left = iter(range(count))

        async def come_and_go():
            for number in left:
                await self.visit(number)

        await asyncio.gather(*(come_and_go() for _ in range(WIDTH)))


async def measure(server, args):
    for number in range(len(PAGES)):  # what a first visit of a page imports is no growth
        await Visits(server.port).visit(number)
    together, many = Visits(server.port), Visits(server.port)
    await together.at_once(args.at_once)
    await asyncio.sleep(FORGETTING)
    watch = Watch(server.pid)
    async with watch.watching():
        await many.in_all(args.in_all)
    await asyncio.sleep(FORGETTING)
    return together, many, watch


def run(args):
    """60 at once, then 1,000 that come and go, by default."""
    with common.serving(common.ROOT / "app.py") as server:
        together, many, watch = asyncio.run(measure(server, args))
        after = resident(server.pid)
    failures, grown = together.failures + many.failures, after - watch.before
    first, later = (sorted(visits.seconds) or [0] for visits in (together, many))
    figures = {
        "sessions at once": args.at_once,
        "page, when all come at once": f"median {common.percentile(first, 50):.1f} s, worst {first[-1]:.1f} s",
        "sessions that came and went": f"{args.in_all}, {WIDTH} at a time",
        "page of these": f"median {common.percentile(later, 50):.1f} s, worst {later[-1]:.1f} s",
        "server": f"{watch.share:.2f} of a core",
        "memory before, peak, after": f"{watch.before:.0f}, {watch.peak:.0f}, {after:.0f} MB",
    }
    targets = [
        Target("pages that did not come", "none", str(failures.total()), not failures),
        Target(f"memory after {args.in_all:,} sessions", f"at most {WITHIN} MB more", f"{grown:.0f} MB more", grown <= WITHIN),
    ]
    return Outcome(figures, targets, failures)
