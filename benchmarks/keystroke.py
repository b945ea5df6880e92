"""From a key to its picture: a page of GateLab in Chromium, beside an empty fragment rerun in the same run.

Real keys are typed into the text box, in blocks that take turns between the rows. The clock starts at the time stamp
of the keydown event. It ends in a message that the page posts to itself inside the animation frame that painted: the
message is handled when the frame's script, style, layout and paint are over. (A second requestAnimationFrame would
add the wait for the next frame, which no visitor sees.) A paint counts when it shows the typed character; no text is
typed twice in a run. Each row is typed into twice: as it is, and with a network of 50 ms before the server (DevTools
protocol). The networks are in the page before the first key.

INP is the browser's own measure (web.dev/articles/inp): the longest interaction of a visit, from the key to the next
frame. A block of keys counts as a visit here, and the 75th percentile of the visits is printed.
"""

import argparse
import itertools
import statistics
import sys
from collections.abc import Callable
from contextlib import ExitStack
from typing import NamedTuple
from urllib.parse import urlencode

import common
from common import Target
from playwright.sync_api import sync_playwright

import gatelab

TIMES_EMPTY, TIMES_TRANSLATION = 1.0, 2.0  # median over that of an empty rerun; a translation is all new at every key
TIMES_NEAR = 1.15  # median with a network before the server, over the one without
P95 = 70  # ms
INP = 100  # ms
LATENCY = 50  # ms of network, there and back
HELD = 60  # ms from a key's way down to its way up

CLOCK = """
window.keys = [];
window.paints = [];
window.interactions = new Map();
new PerformanceObserver((list) => {
  for (const { interactionId, duration } of list.getEntries()) {
    if (interactionId) interactions.set(interactionId, Math.max(duration, interactions.get(interactionId) ?? 0));
  }
}).observe({ type: "event", durationThreshold: 16, buffered: true });
document.addEventListener("keydown", (event) => keys.push(event.timeStamp), true);
window.addEventListener("gatelab:painted", ({ detail }) => {
  const frame = new MessageChannel();
  const model = detail.model ?? detail.models.join();
  frame.port1.onmessage = () => paints.push({ ...detail, model, at: performance.now() });
  frame.port2.postMessage(null);
});
"""


class Row(NamedTuple):
    """What is typed into: a model, about how many characters stand there already, the page, and what is typed."""

    model: str  # or several, with commas between
    length: int
    page: str = "/watch"
    times_empty: float | None = TIMES_EMPTY  # its target; None: none
    text: Callable[[int, int], str] = common.prose  # length, offset -> text

    def __str__(self):
        called = self.model if len(self.models) == 1 else f"{len(self.models)} models"
        return f"{called}, {self.length:,} characters, {self.page}"

    @property
    def models(self):
        return self.model.split(",")


ROWS = [
    Row("prose-lstm", 60),
    Row("prose-gru", 60),
    Row("prose-lstm", 1900),
    Row("prose-lstm,prose-gru,prose-rnn,prose-peephole,prose-coupled", 60, page="/compare"),
    Row("sentiment-lstm", 60, page="/"),
    Row("sentiment-lstm", 60, page="/lstm"),
    Row("sentiment-gru", 60, page="/gru"),
    Row("recall-lstm,recall-gru,recall-rnn", 60, page="/memory", times_empty=None, text=common.marked),
    Row("dates-additive", 30, page="/attention", text=common.date),
    Row("translate-additive", 55, page="/attention", times_empty=TIMES_TRANSLATION),  # ten words
    Row("translate-transformer", 55, page="/self-attention", times_empty=TIMES_TRANSLATION),
]
EMPTY = Row("empty rerun", 60, page="", times_empty=None)


class Typed(NamedTuple):
    """What was measured of a row: milliseconds from each key to its picture, and the longest interaction of each block."""

    keys: list[float]
    longest: list[float]


def opened(browser, url, row, latency=0):
    """A page of its own for a row, ready to be typed into, with milliseconds of network before the server."""
    page = browser.new_context(bypass_csp=True, viewport={"width": 1440, "height": 900}).new_page()
    page.add_init_script(CLOCK)
    link = {} if row is EMPTY else {"model" if len(row.models) == 1 else "models": row.model, "text": "Ready"}
    page.goto(f"{url}{row.page}?{urlencode(link)}")
    page.wait_for_function("model => paints.some((paint) => paint.model === model)", arg=row.model)
    if row is not EMPTY:
        page.locator(".arriving").wait_for(state="hidden", timeout=120_000)  # the line that says how much of the networks has come
    if latency:
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.send("Network.emulateNetworkConditions", {"offline": False, "latency": latency, "downloadThroughput": -1, "uploadThroughput": -1})
    return page


def typed(page, row, text, keys, pause):
    """Type the last `keys` characters of `text`: the milliseconds from each key to its picture, and the longest interaction."""
    page.bring_to_front()
    box = page.locator("textarea").first
    box.fill(text[:-keys])
    painted(page, text[:-keys])
    page.wait_for_timeout(500)
    page.evaluate("keys.length = paints.length = 0; interactions.clear()")
    box.focus()
    for character in text[-keys:]:
        page.keyboard.press(character, delay=HELD)
        page.wait_for_timeout(pause - HELD)
    painted(page, text)
    keys_down, paints, interactions = page.evaluate("[keys, paints, [...interactions.values()]]")
    shown = [paint for paint in paints if paint["model"] == row.model]
    texts = itertools.accumulate(text[-keys:], initial=text[:-keys])
    waits = [picture(shown, text) - key for key, text in zip(keys_down, itertools.islice(texts, 1, None), strict=True)]
    return waits, max(interactions, default=0)  # none: all were shorter than 16 ms


def painted(page, text):
    """Wait until a text has been painted."""
    page.wait_for_function("text => paints.some((paint) => paint.text === text)", arg=text, polling=50)


def picture(paints, text):
    """When a text was first painted, alone or with what was typed after it."""
    return next(paint["at"] for paint in paints if paint["text"].startswith(text))


def measure(args, rows):
    """Type into every row in turn: (row, latency) -> what was measured."""
    with ExitStack() as stack:
        app = stack.enter_context(common.serving(common.ROOT / "app.py"))
        empty = stack.enter_context(common.serving(common.ROOT / "benchmarks" / "empty_rerun.py"))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=common.chromium(), args=common.CHROMIUM_FLAGS)
        stack.callback(browser.close)
        ways = {(row, latency): opened(browser, app.url, row, latency) for row in rows for latency in (0, LATENCY)}
        ways[EMPTY, 0] = opened(browser, empty.url, EMPTY)
        found = {way: Typed([], []) for way in ways}
        offsets = itertools.count(0, 11)  # each block types another text
        for _ in range(-(-args.keys // args.block)):
            for (row, latency), page in ways.items():
                text = row.text(row.length + args.block // 2, next(offsets))
                waits, longest = typed(page, row, text, args.block, args.pause)
                found[row, latency].keys.extend(waits)
                found[row, latency].longest.append(longest)
    return found


class Summary(NamedTuple):
    """What is said of a row: milliseconds, and ratios within the run."""

    keys: int
    median: float
    p95: float
    times_empty: float
    times_near: float | None  # with a network before the server, over without; None: not measured
    inp: float


def summaries(found):
    """row -> its `Summary`."""
    empty = statistics.median(found[EMPTY, 0].keys)

    def of(row):
        keys, longest = found[row, 0]
        median = statistics.median(keys)
        far = found.get((row, LATENCY))
        times_near = far and statistics.median(far.keys) / median
        return Summary(len(keys), median, common.percentile(keys, 95), median / empty, times_near, common.percentile(longest, 75))

    return {row: of(row) for row, latency in found if not latency}


def targets(measured):
    """The targets of all rows that have some; a row that was not measured misses them."""
    for row in ROWS:
        if row not in measured:
            yield Target(str(row), "measured", "no such model", False)
            continue
        done = measured[row]
        if row.times_empty is not None:
            yield Target(f"{row}: median / empty", f"at most {row.times_empty}", f"{done.times_empty:.2f}", done.times_empty <= row.times_empty)
        yield Target(f"{row}: with {LATENCY} ms of network", f"at most {TIMES_NEAR}", f"{done.times_near:.2f}", done.times_near <= TIMES_NEAR)
        yield Target(f"{row}: p95", f"at most {P95} ms", f"{done.p95:.1f} ms", done.p95 <= P95)
        yield Target(f"{row}: INP", f"below {INP} ms", f"{done.inp:.0f} ms", done.inp < INP)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=150, help="measured keys of each row (default: %(default)s)")
    parser.add_argument("--block", type=int, default=15, help="keys until the next row's turn (default: %(default)s)")
    parser.add_argument("--pause", type=int, default=120, help=f"ms a key, above {HELD} (default: %(default)s)")
    parser.add_argument("--pages", nargs="*", default=[""], metavar="PAGE", help="only rows of these pages, e.g. watch (default: all)")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a target was missed")
    args = parser.parse_args()
    print(f"{common.machine()}; {common.busy()}\n")
    measured = summaries(measure(args, [row for row in ROWS if set(row.models) <= set(gatelab.models()) and row.page.endswith(tuple(args.pages))]))
    common.table(
        ("typing into", "keys", "median", "p95", "median / empty", f"{LATENCY} ms of network / none", "INP"),
        [
            (row, keys, f"{median:.1f} ms", f"{p95:.1f} ms", f"{empty:.2f}", "" if near is None else f"{near:.2f}", f"{inp:.0f} ms")
            for row, (keys, median, p95, empty, near, inp) in measured.items()
        ],
    )
    return common.verdict(list(targets(measured)), args.check)


if __name__ == "__main__":
    sys.exit(main())
