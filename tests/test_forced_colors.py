"""Forced colors: where the system paints all pages in its own few colors, what is pressed, what a color means, and how long a bar is can still be seen."""

import pytest

from tests.browser import eventually

# Of each element that a selector finds and that is in sight: what its computed styles say.
STYLES = """(selector) => [...document.querySelectorAll("*")].flatMap(({ shadowRoot }) => shadowRoot ? [...shadowRoot.querySelectorAll(selector)] : [])
  .filter((element) => element.checkVisibility())
  .map((element) => {
    const { backgroundColor: ground, backgroundImage: image, color } = getComputedStyle(element);
    return { ground, image, color, pressed: element.getAttribute("aria-pressed"), mark: getComputedStyle(element, "::before").backgroundColor };
  })"""
CLEAR = {"rgba(0, 0, 0, 0)", "transparent"}


@pytest.fixture(scope="module")
def page(chromium, server):
    context = chromium.new_context(viewport={"width": 1400, "height": 1400}, forced_colors="active")
    page = context.new_page()
    page.add_init_script("window.addEventListener('gatelab:painted', () => (window.painted = true))")
    yield lambda path: opened(page, server.url + path)
    context.close()


def opened(page, address):
    page.goto(address)
    page.wait_for_function("window.painted", timeout=30_000)
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")

    def styles(selector, more_than=0):
        """The styles of what the selector finds, once so many are in sight."""

        def found():
            all_ = page.evaluate(STYLES, selector)
            assert len(all_) > more_than
            return all_

        return eventually(page, found)

    return styles


@pytest.mark.parametrize("path", ["/lstm", "/gru", "/watch", "/compare", "/memory", "/self-attention"])
def test_what_is_pressed_is_told_from_what_is_not(page, path):
    buttons = page(path)("button[aria-pressed]")
    pressed, others = ([(button["ground"], button["color"]) for button in buttons if button["pressed"] == state] for state in ("true", "false"))
    assert pressed and others
    assert not {ground for ground, _ in pressed} & {ground for ground, _ in others}
    assert all(ground not in CLEAR and ground != color for ground, color in pressed)


@pytest.mark.parametrize("path", ["/lstm", "/watch", "/compare", "/self-attention"])
def test_the_colors_of_a_legend_stay(page, path):
    bars = page(path)(".colors")
    assert bars and all("gradient" in bar["image"] for bar in bars)


def test_bars_and_the_marks_of_a_legend_stay(page):
    styles = page("/watch?entry=f")
    bars = styles(".bar, .guess .level", more_than=5)  # once the weights are here
    canvas, marks = styles("textarea")[0]["ground"], styles(".legend li")
    assert all(bar["ground"] not in {*CLEAR, canvas} for bar in bars)
    assert len({mark["mark"] for mark in marks}) > 2 and not CLEAR & {mark["mark"] for mark in marks}
