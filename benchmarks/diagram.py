"""How smoothly the diagram of a lesson moves: frames while one types, and while the cursor steps, with six unrolled steps in sight.

The page counts its own animation frames, in Chromium without a graphics card. A frame counts as late when it comes more
than half a frame after the sixtieth of a second that was its turn. Beside it: the same page while nothing moves.
"""

import argparse
import itertools
import statistics
import sys
from contextlib import ExitStack
from urllib.parse import urlencode

import common
from common import Target
from playwright.sync_api import sync_playwright

FRAME = 1000 / 60  # ms
LATE = 1.5 * FRAME
TEXT = "great acting and a clever script but the end is a terrible mess"

COUNT = """
window.frames_ = [];
const tick = (now) => { frames_.push(now); requestAnimationFrame(tick); };
requestAnimationFrame(tick);
"""


def intervals(page, work):
    """Milliseconds from frame to frame while `work` is done."""
    page.evaluate("frames_.length = 0")
    work()
    stamps = page.evaluate("frames_")
    return [after - before for before, after in itertools.pairwise(stamps)]


def stepping(page, count):
    """The arrow keys, back and forth through the text, one movement every half second."""
    page.locator(".board").focus()
    for k in range(count):
        page.keyboard.press("ArrowLeft" if k // 5 % 2 == 0 else "ArrowRight")
        page.wait_for_timeout(450)


def typing(page, count):
    """Words at eight keys a second."""
    page.locator("textarea").focus()
    page.keyboard.press("End")
    for character in (" and " + TEXT)[:count]:
        page.keyboard.press(character)
        page.wait_for_timeout(120)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="sentiment-lstm")
    parser.add_argument("--moves", type=int, default=20, help="movements of the cursor, and keys (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a target was missed")
    args = parser.parse_args()
    print(f"{common.machine()}; {common.busy()}\n")
    with ExitStack() as stack:
        app = stack.enter_context(common.serving(common.ROOT / "app.py"))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=common.chromium(), args=common.CHROMIUM_FLAGS)
        stack.callback(browser.close)
        page = browser.new_context(bypass_csp=True, viewport={"width": 1440, "height": 900}).new_page()
        page.add_init_script(COUNT)
        page.goto(f"{app.url}/lstm?{urlencode({'model': args.model, 'text': TEXT})}")
        page.wait_for_selector(".diagram .tile")
        page.get_by_role("button", name="Back: ").click()  # from near to afar: six steps
        page.wait_for_timeout(2000)
        measured = {
            "nothing moves": intervals(page, lambda: page.wait_for_timeout(3000)),
            "the cursor steps": intervals(page, lambda: stepping(page, args.moves)),
            "keys are typed": intervals(page, lambda: typing(page, args.moves)),
        }
    rows, targets = [], []
    for what, times in measured.items():
        rate, late = 1000 / statistics.median(times), sum(time > LATE for time in times) / len(times)
        rows.append((what, len(times), f"{rate:.0f}", f"{common.percentile(times, 95):.1f} ms", f"{100 * late:.1f} %"))
        if what != "nothing moves":
            targets.append(Target(f"{what}: frames a second, median", "60", f"{rate:.0f}", rate >= 59))
    common.table(("while", "frames", "frames a second", "p95 of a frame", "late"), rows)
    return common.verdict(targets, args.check)


if __name__ == "__main__":
    sys.exit(main())
