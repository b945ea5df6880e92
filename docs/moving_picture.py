"""Makes the moving picture at the top of the README from the running app: somebody types a sentence on the first page, and the gates follow.

python docs/moving_picture.py
"""

import io
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import common

TEXT = "the food was wonderful but the service was terrible"
PICTURE = ROOT / "docs" / "typing.webp"
WINDOW = {"width": 1400, "height": 900}
PART = {"x": 0, "y": 62, "width": 1400, "height": 835}
"""What of the window is in the picture: all but the navigation above it."""

SHOWN = (1120, 668)
"""Pixels of the picture."""

LARGEST = 1_500_000
"""Bytes: a README is opened over slow networks as well."""

LETTER, WORD, END = 90, 600, 4000
"""Milliseconds that a frame is seen: after a letter, after a whole word, and at the end."""

WATCHED = """
localStorage.setItem("gatelab:tour", "seen");
window.addEventListener("gatelab:painted", ({ detail }) => { window.painted = detail; });
"""


def frames(page):
    """The frames of somebody who types, each as (image, milliseconds)."""
    box = page.locator("textarea").first
    box.fill("")
    written = ""
    for letter in TEXT:
        box.press_sequentially(letter)
        written += letter
        page.wait_for_function("(text) => window.painted?.text === text", arg=written)
        page.wait_for_timeout(300)  # the diagram moves on to the next word
        whole = f"{TEXT} ".startswith(f"{written} ")
        yield shot(page), END if written == TEXT else WORD if whole else LETTER


def shot(page):
    """What is in sight."""
    return Image.open(io.BytesIO(page.screenshot(clip=PART))).convert("RGB").resize(SHOWN, Image.Resampling.LANCZOS)


def main():
    """Record, and write the picture.

    Raises:
        SystemExit: it is larger than it may be.
    """
    from playwright.sync_api import sync_playwright

    with common.serving(ROOT / "app.py") as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=common.chromium(), args=common.CHROMIUM_FLAGS)
        page = browser.new_page(bypass_csp=True, viewport=WINDOW, color_scheme="light")
        page.add_init_script(WATCHED)
        page.goto(server.url)
        page.wait_for_function("window.painted && document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'")
        page.wait_for_timeout(1000)  # the fonts
        images, seen = zip(*frames(page))
        browser.close()
    first, *others = images
    first.save(PICTURE, save_all=True, append_images=others, duration=seen, loop=0, quality=75, method=6)
    print(f"{PICTURE}: {len(images)} frames, {sum(seen) / 1000:.1f} s, {PICTURE.stat().st_size:,} bytes")
    if PICTURE.stat().st_size > LARGEST:
        sys.exit(f"It must have at most {LARGEST:,} bytes.")


if __name__ == "__main__":
    main()
