"""From a move of the mouse that drags a held value to its picture, over a key in the same page and run: Watch, with 60 and with 500 characters."""

import argparse
import statistics
import sys
from urllib.parse import urlencode

import common
from common import Target
from keystroke import CLOCK, painted
from playwright.sync_api import sync_playwright

MODEL = "prose-lstm"
TIMES_KEY = 1.2  # median of a drag's moves over that of keys
LENGTHS = (60, 500)  # characters
MOVES = """
window.moves = [];
document.addEventListener("pointermove", ({ timeStamp, buttons }) => buttons === 1 && moves.push(timeStamp), true);
"""


def opened(browser, url, text):
    """Watch with a text, ready to be typed into, its panel of held values open."""
    page = browser.new_context(bypass_csp=True, viewport={"width": 1440, "height": 1400}).new_page()
    page.add_init_script(CLOCK + MOVES)
    page.goto(f"{url}/watch?{urlencode({'model': MODEL, 'text': text})}")
    painted(page, text)
    page.locator(".arriving").wait_for(state="hidden", timeout=120_000)
    page.get_by_role("button", name="Hold a value").click()
    page.locator(".board").press("End")
    page.wait_for_timeout(1000)
    return page


def keys(page, count):
    """Milliseconds from each of some keys to its picture."""
    page.locator("textarea").first.focus()
    page.keyboard.press("Control+End")
    page.evaluate("keys.length = paints.length = 0")
    for k in range(count):
        page.keyboard.press("aeiou"[k % 5])
        page.wait_for_timeout(150)
    down, paints = page.evaluate("[keys, paints.map(({ at }) => at)]")
    return waits(down[-count:], paints)


def drag(page, count):
    """Milliseconds from each move of a drag to its picture; the drag is of the forget gate, at one of the last steps in sight."""
    canvas = page.locator("canvas.heatmap[data-name=f]")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    x, y = box["x"] + box["width"] * 0.4, box["y"] + 13
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 8)
    page.wait_for_timeout(300)
    page.evaluate("moves.length = paints.length = 0")
    for k in range(count):
        page.mouse.move(x, y + 3 * (k % 20))
        page.wait_for_timeout(150)
    page.mouse.up()
    moved, paints = page.evaluate("[moves, paints.map(({ at }) => at)]")
    return waits(moved, paints)


def waits(begun, paints):
    """From each beginning to the first paint behind it; what was painted no more is left out."""
    found = (next((at - begin for at in paints if at > begin), None) for begin in begun)
    return [wait for wait in found if wait is not None]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=40, help="keys, and moves of the mouse, of each length (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a target was missed")
    args = parser.parse_args()
    print(f"{common.machine()}; {common.busy()}\n")
    rows, targets = [], []
    with common.serving(common.ROOT / "app.py") as app, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=common.chromium(), args=common.CHROMIUM_FLAGS)
        for length in LENGTHS:
            page = opened(browser, app.url, common.prose(length))
            typed, dragged = statistics.median(keys(page, args.count)), statistics.median(drag(page, args.count))
            rows.append((f"{length} characters", f"{typed:.1f} ms", f"{dragged:.1f} ms", f"{dragged / typed:.2f}"))
            targets.append(Target(f"{length} characters: a move over a key", f"at most {TIMES_KEY}", f"{dragged / typed:.2f}", dragged <= TIMES_KEY * typed))
            page.context.close()
        browser.close()
    common.table(("Watch", "key", "move of a drag", "move / key"), rows)
    return common.verdict(targets, args.check)


if __name__ == "__main__":
    sys.exit(main())
