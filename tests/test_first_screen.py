"""What a beginner, a class before a projector and a visitor with a phone see of a lesson at once: the diagram with its words, and the way to the rest."""

import pytest
from playwright.sync_api import expect

from gatelab import zoo
from tests.browser import Watched, eventually
from tests.families import OVERFLOW
from tests.lessons import LessonPage
from tests.test_phone import SCREEN

PATHS = ("/simple-rnn", "/lstm", "/gru", "/answers")
LEARNS = "/how-it-learns"
PROJECTOR = {"viewport": {"width": 1280, "height": 720}, "device_scale_factor": 1.5}  # 1920 x 1080 at 150 %
HEAD = 60  # CSS pixels of the bar at the top of the page
READABLE = 14  # CSS pixels

BOXES = """(names) => {
  const { shadowRoot } = document.querySelector("[data-testid=stBidiComponentIsolated]");
  return Object.fromEntries(names.map((name) => {
    const { left, right, top, bottom } = shadowRoot.querySelector(name).getBoundingClientRect();
    return [name, { left, right, top, bottom }];
  }));
}"""

# What is written on the cell in sight, with its size in CSS pixels, and where words, numbers and parts stand.
WRITTEN = """(diagram) => {
  const scale = diagram.getBoundingClientRect().height / diagram.viewBox.baseVal.height;
  const shown = (selector) => [...diagram.querySelectorAll(`.tile.here ${selector}`)].filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width);
  const place = (what, one) => { const { left, right, top, bottom } = one.getBoundingClientRect(); return { what, left, right, top, bottom }; };
  return {
    sizes: shown("text").map((text) => [text.textContent, parseFloat(getComputedStyle(text).fontSize) * scale]),
    words: shown(".called tspan").map((word) => place(word.textContent, word)),
    numbers: shown(".amount").map((number) => place(`${number.dataset.of} ${number.textContent}`, number)),
    parts: shown(".part .box").map((part) => place(part.parentNode.dataset.key, part)),
  };
}"""


@pytest.fixture
def opened(chromium, server):
    """Opens a page on a screen of its own; the test fails if anything stands in a console or leaves the machine."""
    contexts, pages = [], []

    def open_(path, **screen):
        context = chromium.new_context(reduced_motion="reduce", **screen)
        context.add_init_script("localStorage.setItem('gatelab:tour', 'seen')")
        watched = Watched(context.new_page())
        watched.allowed = ("404",)  # Streamlit itself asks for /lstm/_stcore/health first
        contexts.append(context), pages.append(watched)
        return LessonPage(watched.page, server.url, path, more=False)

    yield open_
    for context in contexts:
        context.close()
    assert not [line for watched in pages for line in watched.wrong]


def boxes(lesson, *names):
    lesson.settle()
    return lesson.page.evaluate(BOXES, list(names)).values()


def written(lesson):
    lesson.settle()
    return lesson.page.locator(".diagram").evaluate(WRITTEN)


# The projector


@pytest.mark.parametrize("path", ["/", *PATHS, LEARNS])
def test_on_a_projector_the_whole_diagram_and_the_text_are_in_sight_and_can_be_read(opened, path):
    lesson = opened(path, **PROJECTOR)
    text, diagram = boxes(lesson, "textarea", ".diagram")
    assert HEAD <= text["top"] and text["bottom"] <= diagram["top"] and diagram["bottom"] <= 720
    sizes = written(lesson)["sizes"]
    assert len(sizes) >= 2 and min(size for _, size in sizes) >= READABLE, sizes


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("width", "height"), [(1400, 900), (1920, 1080)])
def test_on_a_wide_screen_the_story_and_the_rows_of_the_gates_are_in_sight_too(opened, path, width, height):
    lesson = opened(path, viewport={"width": width, "height": height})
    (story,) = boxes(lesson, ".story")
    rows = lesson.page.locator(".strips .row")
    assert story["bottom"] <= height
    assert max(rows.nth(k).bounding_box()["y"] + rows.nth(k).bounding_box()["height"] for k in range(rows.count())) <= height


# Words


def apart(one, other):
    return one["right"] <= other["left"] or other["right"] <= one["left"] or one["bottom"] <= other["top"] or other["bottom"] <= one["top"]


STATES = ["hidden state before", "hidden state now"]
MEMORY = ["cell state before", "cell state now"]
SAID = {
    "rnn": STATES,
    "lstm": [*STATES, *MEMORY, "keep", "write", "candidate", "show"],
    "peephole": [*STATES, *MEMORY, "keep", "write", "candidate", "show"],
    "coupled": [*STATES, *MEMORY, "keep", "write", "candidate", "show"],
    "gru": [*STATES, "reset", "keep / write", "candidate"],
    "gru-cho": [*STATES, "reset", "keep / write", "candidate"],
}
"""A cell -> what its wires and gates say, beside "input x"."""


@pytest.mark.parametrize("screen", [{"viewport": {"width": 1400, "height": 900}}, SCREEN], ids=["wide", "phone"])
def test_wires_and_gates_say_what_they_are_and_no_word_stands_on_another_a_number_or_a_part(opened, screen):
    for path in ("/simple-rnn", "/gru"):
        lesson = opened(path, **screen)
        if lesson.look()["level"] == 0:
            lesson.press("Enter")
        for model in [chip.get_attribute("title") for chip in lesson.page.locator(".cells button").all()]:
            cell = zoo.load(model).spec.cell
            if cell not in SAID or (path == "/gru") != (cell != "rnn"):
                continue
            lesson.choose(model)
            for numbers in (True, False):
                seen = written(lesson)
                assert sorted(word["what"] for word in seen["words"]) == sorted([*SAID[cell], "input x"]), cell
                assert bool(seen["numbers"]) == numbers
                on = [*seen["words"], *seen["numbers"]]
                met = [(one["what"], other["what"]) for k, one in enumerate(seen["words"]) for other in [*on[k + 1 :], *seen["parts"]] if not apart(one, other)]
                assert not met, cell
                lesson.press("n")


def test_from_afar_and_in_the_walk_words_stand_only_where_something_is_shown(opened):
    lesson = opened("/lstm", viewport={"width": 1400, "height": 900})
    lesson.press("1")
    assert {word["what"] for word in written(lesson)["words"]} >= {"keep", "cell state before"}
    assert not {word["what"] for word in written(lesson)["words"]} & {"write", "show"}
    lesson.press("0", "Escape", "Escape")
    assert lesson.look()["level"] == 0 and not written(lesson)["words"]


# Controls


@pytest.mark.parametrize(("path", "rows"), [("/simple-rnn", 1), ("/lstm", 1), ("/answers", 1), ("/gru", 2)])
def test_one_row_of_controls_stands_between_text_and_picture_and_one_more_for_five_cells(opened, path, rows):
    for width in (1280, 1920):
        lesson = opened(path, viewport={"width": width, "height": 900})
        text, picture = boxes(lesson, "textarea", ".strips .row")
        tops = lesson.page.locator(".stage :is(button, input, select, summary):visible").evaluate_all(
            "(all) => all.map((one) => one.getBoundingClientRect()).map(({ top, bottom }) => (top + bottom) / 2)"
        )
        between = sorted({round(middle / 10) for middle in tops if text["bottom"] < middle < picture["top"]})
        assert 1 <= len(between) <= (rows if width > 1280 else 2), (width, between)


def test_more_holds_what_is_rarely_used_and_the_keys_do_it_as_well(opened):
    lesson = opened("/lstm", viewport={"width": 1400, "height": 900})
    page = lesson.page
    rare = [
        page.get_by_label("Unit", exact=True),
        *(page.get_by_role("button", name=name) for name in ("mean of all", "Closer: ", "Back: ", "Numbers", "Copy a link")),
    ]
    assert all(one.is_hidden() for one in rare) and page.locator(".facts").is_hidden()
    lesson.press("n", "ArrowLeft")
    assert lesson.look()["step"] is not None and page.locator(".tile.here .amount").first.is_hidden()
    page.get_by_role("button", name="More", exact=True).press("Enter")
    assert all(one.is_visible() for one in rare) and page.locator(".facts").is_visible()
    assert page.get_by_role("button", name="Numbers").get_attribute("aria-pressed") == "false"


# The phone


@pytest.mark.parametrize("path", [*PATHS, LEARNS])
def test_on_a_phone_text_controls_and_picture_begin_on_the_first_screen(opened, path):
    lesson = opened(path, **SCREEN)
    text, bar, diagram = boxes(lesson, "textarea", ".bar-of-controls", ".diagram")
    assert text["bottom"] <= bar["top"] and bar["bottom"] <= diagram["top"] and diagram["top"] + 150 <= 844
    assert bar["bottom"] - bar["top"] < 80  # two rows
    buttons = lesson.page.locator(".bar-of-controls button")
    expect(buttons.filter(has_text="Hold a value")).to_be_visible()
    for k in range(buttons.count()):
        box = buttons.nth(k).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390, buttons.nth(k).inner_text()
    assert lesson.page.evaluate(OVERFLOW) <= 0


@pytest.mark.parametrize("path", [*PATHS, LEARNS])
def test_above_a_phone_s_keyboard_text_answer_and_the_upper_part_of_the_picture_are_in_sight(opened, path):
    lesson = opened(path, **SCREEN)
    lesson.page.locator("textarea").tap()
    lesson.page.set_viewport_size({"width": 390, "height": 420})  # the keyboard is up
    lesson.page.wait_for_timeout(200)
    lesson.page.keyboard.press("End")  # the tap may have set the caret into a word
    lesson.page.keyboard.type(" and")
    text, said, diagram = boxes(lesson, "textarea", ".strips .row:last-child", ".diagram")
    assert HEAD <= text["top"] and text["bottom"] <= said["top"] and said["bottom"] <= diagram["top"] <= 420 - 120


# Full screen


def as_before(lesson, before):
    (after,) = boxes(lesson, ".diagram")
    assert abs(after["right"] - before["right"]) < 2


@pytest.mark.parametrize("api", [True, False], ids=["the browser's", "over the page"])
def test_full_screen_shows_the_stage_alone_and_larger_and_escape_leaves(opened, api):
    lesson = opened("/lstm", viewport={"width": 1280, "height": 720})
    page = lesson.page
    if not api:
        page.evaluate("delete Element.prototype.requestFullscreen")
    (before,) = boxes(lesson, ".diagram")
    for enter in ("key", "button"):
        if enter == "key":
            lesson.press("f")
        else:
            page.get_by_role("button", name="More", exact=True).click()
            page.get_by_role("button", name="Full screen").click()
        page.locator(".stage.full-screen").wait_for()

        def fills():
            stage, diagram = boxes(lesson, ".stage", ".diagram")
            assert (stage["left"], stage["top"], stage["right"], stage["bottom"]) == (0, 0, 1280, 720)
            return diagram

        diagram = eventually(page, fills)
        assert diagram["bottom"] <= 720 and diagram["right"] - diagram["left"] > before["right"] - before["left"]
        if enter == "key":
            assert diagram["bottom"] - diagram["top"] > before["bottom"] - before["top"]
        assert page.evaluate("[[640, 10], [1200, 300]].every(([x, y]) => document.elementFromPoint(x, y).shadowRoot)")  # nothing of the page is over it
        assert min(size for _, size in written(lesson)["sizes"]) >= READABLE
        page.keyboard.press("Escape")
        page.locator(".stage.lesson:not(.full-screen)").wait_for()
        eventually(page, lambda: as_before(lesson, before))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    lesson.press("f")
    page.get_by_role("button", name="Leave full screen").press("Enter")
    page.locator(".stage.lesson:not(.full-screen)").wait_for()
    assert lesson.board.evaluate("(board) => board === board.getRootNode().activeElement")


# Links of the text


def test_on_a_phone_a_link_brings_the_stage_into_sight_and_back_to_the_text_returns_to_it(opened):
    lesson = opened("/lstm", **SCREEN)
    back = lesson.page.get_by_role("button", name="Back to the text")
    link = lesson.page.locator("a[href*='#look:stage=2;part=ig']")
    assert back.is_hidden()
    link.tap()
    back.wait_for()

    def in_sight():
        (diagram,) = boxes(lesson, ".diagram")
        assert HEAD <= diagram["top"] and diagram["bottom"] <= 844

    eventually(lesson.page, in_sight)
    assert (lesson.look()["stage"], lesson.look()["chosen"]) == (2, "ig")
    back.tap()
    expect(link).to_be_in_viewport()
    expect(link).to_be_focused()
    expect(back).to_be_hidden()


def test_where_text_and_stage_stand_side_by_side_there_is_no_way_back_to_offer(opened):
    lesson = opened("/lstm", viewport={"width": 1400, "height": 900})
    lesson.page.locator("a[href*='#look:step=least:f']").click()
    lesson.page.mouse.wheel(0, 2000)
    lesson.page.wait_for_timeout(300)
    assert lesson.page.get_by_role("button", name="Back to the text").is_hidden()


# Colors


@pytest.mark.parametrize(("path", "model", "said"), [("/lstm", "sentiment-lstm", "hc"), ("/gru", "sentiment-gru", "h"), ("/simple-rnn", "sentiment-rnn", "h")])
def test_the_legend_says_what_the_colors_of_each_state_reach_over(opened, path, model, said):
    lesson = opened(path, viewport={"width": 1400, "height": 900})
    legend, ranges = lesson.look()["legend"], zoo.ranges(model)
    for name in said:
        to = ranges[name]["to"] if name in ranges else 1
        written = f"{to:g}"
        assert f"{name} from −{written} to {written}" in legend or f"{name} from −{to} to {to}" in legend, legend
        assert ("on unseen text lie inside" in legend) == bool(ranges)
