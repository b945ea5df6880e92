"""From a key to its picture: a page of GateLab in Chromium, beside an empty fragment rerun in the same run.

Real keys are typed into the text box, in blocks that take turns between the rows. The clock starts at the time stamp
of the keydown event. It ends in a message that the page posts to itself inside the animation frame that painted: the
message is handled when the frame's script, style, layout and paint are over. (A second requestAnimationFrame would
add the wait for the next frame, which no visitor sees.) A paint counts when it shows the typed character; no text is
typed twice in a run.
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

MEDIAN, P95, TIMES_EMPTY = 50, 80, 2  # ms, ms, ratio
MEDIAN_ATTENTION = 80  # ms; the whole answer is new at every key
TIMES_WATCH = 2  # ratio; five models at once, over one on the Watch page
HELD = 60  # ms from a key's way down to its way up

CLOCK = """
window.keys = [];
window.paints = [];
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
    targeted: bool = True
    page: str = "/watch"
    text: Callable[[int, int], str] = common.prose  # length, offset -> text

    def __str__(self):
        called = self.model if len(self.models) == 1 else f"{len(self.models)} models"
        return f"{called}, {self.length:,} characters" + ("" if self.page == "/watch" else f", {self.page}")

    @property
    def models(self):
        return self.model.split(",")


WATCH = Row("prose-lstm", 60)
FAMILY = Row("prose-lstm,prose-gru,prose-rnn,prose-peephole,prose-coupled", 60, page="/compare")
ROWS = [
    WATCH,
    Row("prose-gru", 60),
    Row("prose-lstm", 1900, targeted=False),
    FAMILY,
    Row("sentiment-lstm", 60, page="/"),
    Row("sentiment-lstm", 60, page="/lstm"),
    Row("dates-additive", 30, page="/attention", text=common.date),
    Row("translate-additive", 55, page="/attention"),  # ten words
    Row("translate-transformer", 55, targeted=False, page="/self-attention"),
]
EMPTY = Row("empty rerun", 60, targeted=False)


def opened(browser, url, row):
    """A page of its own for a row, ready to be typed into."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.add_init_script(CLOCK)
    link = {} if row is EMPTY else {"model" if len(row.models) == 1 else "models": row.model, "text": "Ready"}
    page.goto(f"{url}{row.page}?{urlencode(link)}")
    page.wait_for_function("model => paints.some((paint) => paint.model === model)", arg=row.model)
    return page


def typed(page, row, text, keys, pause):
    """Type the last `keys` characters of `text`; returns the milliseconds from each key to its picture."""
    page.bring_to_front()
    box = page.locator("textarea").first
    box.fill(text[:-keys])
    painted(page, text[:-keys])
    page.wait_for_timeout(500)
    page.evaluate("keys.length = paints.length = 0")
    box.focus()
    for character in text[-keys:]:
        page.keyboard.press(character, delay=HELD)
        page.wait_for_timeout(pause - HELD)
    painted(page, text)
    keys_down, paints = page.evaluate("[keys, paints]")
    shown = [paint for paint in paints if paint["model"] == row.model]
    texts = itertools.accumulate(text[-keys:], initial=text[:-keys])
    return [picture(shown, text) - key for key, text in zip(keys_down, itertools.islice(texts, 1, None), strict=True)]


def painted(page, text):
    """Wait until a text has been painted."""
    page.wait_for_function("text => paints.some((paint) => paint.text === text)", arg=text, polling=50)


def picture(paints, text):
    """When a text was first painted, alone or with what was typed after it."""
    return next(paint["at"] for paint in paints if paint["text"].startswith(text))


def measure(args, rows):
    """Type into every row in turn: the milliseconds of each row's keys."""
    with ExitStack() as stack:
        app = stack.enter_context(common.serving(common.ROOT / "app.py"))
        empty = stack.enter_context(common.serving(common.ROOT / "benchmarks" / "empty_rerun.py"))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=common.chromium(), args=common.CHROMIUM_FLAGS)
        stack.callback(browser.close)
        pages = {row: opened(browser, empty.url if row is EMPTY else app.url, row) for row in (*rows, EMPTY)}
        times = {row: [] for row in pages}
        offsets = itertools.count(0, 11)  # each block types another text
        for _ in range(-(-args.keys // args.block)):
            for row, page in pages.items():
                text = row.text(row.length + args.block // 2, next(offsets))
                times[row] += typed(page, row, text, args.block, args.pause)
    return times


def summary(milliseconds, empty):
    """Median, p95, and the median over that of the empty rerun."""
    median = statistics.median(milliseconds)
    return median, common.percentile(milliseconds, 95), median / statistics.median(empty)


def targets(summaries):
    """The targets of all rows that have some; a row that was not measured misses them."""
    for row in ROWS:
        if row.targeted and row in summaries:
            median, p95, ratio = summaries[row]
            if row is FAMILY and WATCH in summaries:
                times = median / summaries[WATCH][0]
                yield Target(f"{row}: median / {WATCH}", f"at most {TIMES_WATCH}", f"{times:.2f}", times <= TIMES_WATCH)
                continue
            if row.page == "/attention":
                yield Target(f"{row}: median", f"at most {MEDIAN_ATTENTION} ms", f"{median:.1f} ms", median <= MEDIAN_ATTENTION)
                continue
            yield Target(f"{row}: median", f"at most {MEDIAN} ms", f"{median:.1f} ms", median <= MEDIAN)
            yield Target(f"{row}: p95", f"at most {P95} ms", f"{p95:.1f} ms", p95 <= P95)
            yield Target(f"{row}: median / empty", f"at most {TIMES_EMPTY}", f"{ratio:.2f}", ratio <= TIMES_EMPTY)
        elif row.targeted:
            yield Target(str(row), "measured", "no such model", False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=150, help="measured keys of each row (default: %(default)s)")
    parser.add_argument("--block", type=int, default=15, help="keys until the next row's turn (default: %(default)s)")
    parser.add_argument("--pause", type=int, default=120, help=f"ms a key, above {HELD} (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a target was missed")
    args = parser.parse_args()
    print(f"{common.machine()}; {common.busy()}\n")
    times = measure(args, [row for row in ROWS if set(row.models) <= set(gatelab.models())])
    summaries = {row: summary(milliseconds, times[EMPTY]) for row, milliseconds in times.items()}
    common.table(
        ("typing into", "keys", "median", "p95", "median / empty"),
        [(row, len(times[row]), f"{median:.1f} ms", f"{p95:.1f} ms", f"{ratio:.2f}") for row, (median, p95, ratio) in summaries.items()],
    )
    return common.verdict(list(targets(summaries)), args.check)


if __name__ == "__main__":
    sys.exit(main())
