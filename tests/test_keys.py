"""Keys that come faster than the screen is painted: each of them counts."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser import show_more
from tests.families import NOTE

ON = {
    "/watch": "ArrowRight",
    "/lstm": "ArrowRight",
    "/compare": "ArrowRight",
    "/memory": "ArrowRight",
    "/attention": "ArrowDown",
    "/self-attention": "ArrowDown",
}
"""Address of a page -> the key that goes one step on."""


@pytest.fixture
def opened(server, watched):
    """(path) -> a page whose stage is painted, and whose links can be read."""
    watched.allowed = ("404",)  # Streamlit itself asks for /<page>/_stcore/health first
    watched.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    watched.page.add_init_script(NOTE)

    def open_page(path):
        watched.page.goto(server.url + path)
        watched.page.wait_for_function("window.painted !== undefined", timeout=30_000)
        watched.page.wait_for_timeout(500)  # what it opens on is asked for, and painted
        return watched.page

    return open_page


def press(locator, keys):
    """Press keys on an element, all before the next frame is painted."""
    pressed = "new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, composed: true })"
    locator.evaluate(f"(element, keys) => keys.forEach((key) => element.dispatchEvent({pressed}))", list(keys))


def linked(page):
    """What the stage's link says of it."""
    show_more(page)
    page.locator("button:has-text('Copy link')").click()
    page.locator("button:has-text('Copied')").wait_for()
    return {name: values[0] for name, values in parse_qs(urlsplit(page.evaluate("navigator.clipboard.readText()")).query).items()}


@pytest.mark.parametrize("path", ON)
def test_all_keys_within_one_frame_count(opened, path):
    page = opened(path)
    board = page.locator(".board").first
    press(board, ["Home"])
    first = int(linked(page)["step"])
    press(board, ["End", "Home", ON[path], ON[path]])
    page.locator("button:has-text('Copy link')").wait_for()
    assert int(linked(page)["step"]) == first + 2


def test_playing_goes_on_from_where_the_last_key_was(opened):
    page = opened("/compare")
    page.locator("textarea").fill("abcdefgh")
    page.wait_for_function("window.painted.text === 'abcdefgh'")
    press(page.locator(".board").first, ("Home", " "))  # from the first step: had the key not counted, from the end and so from there as well
    page.locator(".where:has-text('2 of 8')").wait_for()
    press(page.locator(".board").first, ("End", " "))
    page.locator(".where:has-text('1 of 8')").wait_for()


def test_all_keys_on_a_weight_count_before_its_answer_is_here(opened):
    page = opened("/attention")
    slider = page.locator("canvas[role=slider]")
    before = float(slider.get_attribute("aria-valuenow"))
    key, by = ("ArrowDown", -0.05) if before > 0.5 else ("ArrowUp", 0.05)
    press(slider, [key, key, key])
    after = f"{before + 3 * by:.3f}"
    page.locator(f"canvas[role=slider][aria-valuenow='{after}']").wait_for(timeout=5000)
