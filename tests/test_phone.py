"""Every page as a visitor with a phone meets it: where the sentence begins, what stays in sight while one types, and the menu."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import finished
from tests.test_attention_page import AttentionPage

SCREEN = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def phone(chromium):
    """A new page on a phone's screen."""
    context = chromium.new_context(**SCREEN)
    yield context.new_page()
    context.close()


@pytest.fixture
def opened(phone, server):
    """Opens a stage, and waits at the end for what it fetches."""
    yield lambda path: AttentionPage(phone, server.url, path, more=False)
    phone.wait_for_load_state("networkidle")


# The row of each stage in which the tokens stand.
TOKENS = {"/watch": "canvas.ribbon", "/compare": "canvas.tokens", "/memory": "canvas.tokens", "/lstm": "canvas.strip-row"}


def in_sight(stage, path):
    """The first and the last step that are in sight, from 1."""
    row = stage.page.locator(TOKENS[path]).first
    row.scroll_into_view_if_needed()
    box, steps = row.bounding_box(), []
    for x in range(int(box["x"]) + 4, int(box["x"] + box["width"]), 10):
        stage.page.mouse.move(x, box["y"] + 8)
        stage.settle()
        if stage.page.locator(".tip").is_visible():
            steps.append(int(re.search(r"step (\d+)", stage.page.locator(".tip").inner_text())[1]))
    return min(steps), max(steps)


@pytest.mark.parametrize("path", TOKENS)
def test_a_sentence_opens_at_its_first_word_and_a_link_at_its_step(opened, path):
    text, step = ("it was a very long and boring film but we liked it", 11) if path == "/lstm" else ("It was the best of times, it was the worst of times.", 50)
    link = f"{path}?models=prose-lstm,prose-gru&text={text}" if path in ("/compare", "/memory") else f"{path}?text={text}"
    first, last = in_sight(opened(link), path)
    assert first == 1 and last < step
    first, last = in_sight(opened(f"{link}&step={step}"), path)
    assert first > 1 and first <= step <= last


# What is read while one types: the answer of each stage, or the first thing that shows it.
TYPED = {
    "/attention?model=dates-additive": ("Donnerstag, 24. Dezember 1998", ".answer"),
    "/attention?model=translate-additive&beam=3": ("the old man lives alone in a small village .", ".answer"),
    "/self-attention": ("the old man lives alone in a small village .", ".answer"),
    "/watch": ("Never mind that", ".next"),
    "/compare?models=prose-lstm,prose-gru,prose-rnn,prose-peephole,prose-coupled": ("Never mind that", ".who-says"),
    "/memory?models=prose-lstm,prose-gru": ("Never mind that", ".tokens"),
    "/lstm": ("the film was a boring waste of time", ".story"),
}
PLACES = """(shown) => {
  const { shadowRoot } = document.querySelector("[data-testid=stBidiComponentIsolated]");
  return ["textarea", shown].map((name) => shadowRoot.querySelector(name).getBoundingClientRect()).map(({ top, bottom }) => [Math.round(top), Math.round(bottom)]);
}"""


@pytest.mark.parametrize("path", TYPED)
def test_text_and_answer_stay_where_they_are_while_one_types(opened, path):
    text, shown = TYPED[path]
    stage = opened(path)
    stage.page.locator("textarea").tap()
    stage.type(text[0])
    stage.page.wait_for_timeout(600)  # the diagram comes to rest after the text was another
    places = [stage.page.evaluate(PLACES, shown)]
    for length in range(2, len(text) + 1):
        stage.page.keyboard.type(text[length - 1])
        stage.wait_for(text[:length])
        places.append(stage.page.evaluate(PLACES, shown))
    boxes, answers = ([tuple(place) for place in of] for of in zip(*places))
    assert len(set(boxes)) == 1 and 0 <= boxes[0][0]
    assert len({top for top, _ in answers}) == 1, f"the answer jumps: {sorted({top for top, _ in answers})}"
    assert max(bottom for _, bottom in answers) <= 844


PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"


@pytest.mark.parametrize("agent", [None, PHONE], ids=["narrow window", "phone"])
@pytest.mark.parametrize("start", ["compare", "claims"])
def test_the_menu_closes_over_the_chosen_page(server, chromium, agent, start):
    context = chromium.new_context(**SCREEN, user_agent=agent)
    page = context.new_page()
    page.goto(f"{server.url}/{start}")
    menu, expand = page.get_by_test_id("stSidebar"), page.get_by_test_id("stExpandSidebarButton")
    page.get_by_role("heading", level=1).wait_for()
    for name, path, choose in (("5 Attention", "attention", "tap"), ("Claims", "claims", "key"), ("Start", "", "tap")):
        expand.tap()
        link = menu.get_by_role("link", name=name, exact=True)
        link.tap() if choose == "tap" else link.press("Enter")
        page.wait_for_url(lambda url: url.split("?")[0] == f"{server.url}/{path}")
        expand.wait_for()
        expect(menu).to_have_attribute("data-collapsed", "true")
        page.wait_for_function("document.activeElement.localName !== 'body'")
    page.wait_for_load_state("networkidle")
    context.close()


def test_a_sentence_that_moved_the_stage_is_one_tap_away(opened):
    page = opened("/lstm").page
    finished(page)
    link, back = page.locator("a[href*='#look:step=least:f']").first, page.get_by_role("button", name="Back to the text")
    assert back.count() == 0  # nothing to go back to yet
    link.tap()
    back.wait_for()
    back.tap()
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    expect(back).to_have_count(0)
