"""The lesson How it learns: what flows back on the diagram is PyTorch's gradient, and each product follows from the numbers that are printed in it."""

import json
import re
import subprocess

import numpy as np
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

import gatelab
from gatelab import lessons, zoo
from tests.browser import NODE, ROOT, Watched, require
from tests.lessons import LessonPage
from tests.test_phone import SCREEN

TEXT = "the acting was wonderful, but the story was boring"
LONG = "great and then we took the train to the city and then we walked along the road to the old house"
PATH = f"/how-it-learns?text={TEXT.replace(' ', '+')}&right=positive"
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
NUMBER = r"[−\d.]+(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"

GRADS = """(stage) => Object.fromEntries([...stage.querySelectorAll(".tile.here .grad")].map((text) => [text.dataset.of, text.textContent]))"""


def worth(shown):
    """The number that is written as such, and how much its last digit may be off."""
    plain = shown.strip(" ()").translate(RAISED)
    digits, _, power = plain.partition("·10")
    scale = 10.0 ** int(power or 0)
    return float(digits) * scale, 0.5 * 10.0 ** -len(digits.partition(".")[2]) * scale


def near(shown, value, what):
    number, slack = worth(shown)
    assert abs(number - value) <= 1.01 * slack + 2e-6, f"{what}: {shown} is not {value}"


@pytest.fixture(scope="module")
def page(chromium, server):
    context = chromium.new_context(viewport={"width": 1400, "height": 1200}, reduced_motion="reduce")
    watched = Watched(context.new_page())
    watched.allowed = ("404",)  # Streamlit itself asks for /how-it-learns/_stcore/health first
    lesson = LessonPage(watched.page, server.url, PATH, more=False)
    here(lesson)
    yield lesson
    context.close()
    assert not watched.wrong


def here(lesson):
    """Wait until the network is in the page, and its way back is drawn."""
    expect(lesson.page.locator(".tile.here .grad").first).to_be_attached(timeout=30_000)


def go(lesson, t):
    """Move to a step, counted from 0, and wait until it is in sight."""
    lesson.go(t)
    expect(lesson.page.locator(".story p").first).to_contain_text(f"step {t + 1} ")
    lesson.settle()


@pytest.fixture
def lesson(page):
    """The page as it opens, with the LSTM and unit 19."""
    page.choose("sentiment-lstm")
    page.replace(TEXT)
    page.keys("0", "Escape", "Escape", "Enter")
    page.settle()
    if page.page.get_by_role("button", name="Way back").get_attribute("aria-pressed") == "false":
        page.keys("b")
    page.page.get_by_label("The gradient stops after").select_option("never")
    here(page)
    return page


def expected(back, seen, t, unit):
    """What each wire of a step carries, from gatelab.backward and the trace: {key: number}."""
    d = {f"d.{name}": back[name][t, unit] for name in back.gradients if name != "c"}
    last = t == len(seen) - 1
    if "c" in back.gradients:
        through = back["h"][t, unit] * seen["o"][t, unit] * (1 - np.tanh(seen["c"][t, unit]) ** 2)
        along = 0 if last else back["c"][t + 1, unit] * seen["f"][t + 1, unit]
        assert along + through == pytest.approx(back["c"][t, unit], abs=1e-6)
        d |= {"d.c": back["c"][t, unit], "d.c-": back["c"][t, unit] * seen["f"][t, unit], "d.ch": through, "d.c+": along, "d.h-": back["h"][t - 1, unit]}
    elif "z" in back.gradients:
        along = back["h"][t, unit] * seen["z"][t, unit]
        d |= {"d.h-": along, "d.hg": back["h"][t - 1, unit] - along}
    else:
        d |= {"d.a": back["h"][t, unit] * (1 - seen["h"][t, unit] ** 2), "d.h-": back["h"][t - 1, unit]}
    return d


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_the_numbers_on_the_wires_are_python_s_gradient(lesson, cell):
    model = zoo.load(f"sentiment-{cell}")
    lesson.choose(model.spec.name)
    back, seen, unit = gatelab.backward(model, TEXT, "positive"), gatelab.trace(model, TEXT), zoo.opening(model.spec.name).unit
    for t in (9, 4):
        go(lesson, t)
        here(lesson)
        lesson.settle()
        shown, wanted = lesson.stage.evaluate(GRADS), expected(back, seen, t, unit)
        assert set(shown) == set(wanted)
        for key, text in shown.items():
            near(text, wanted[key], f"{key} at step {t + 1}")
        chips = dict(
            zip(
                *[
                    lesson.page.locator(".way-of-gradient .back-parts .chip").evaluate_all(f"(all) => all.map((one) => {of})")
                    for of in ("one.dataset.key", "one.lastChild.textContent")
                ]
            )
        )
        assert set(chips) == set(wanted)
        for key, text in chips.items():
            near(text, wanted[key], f"{key} at step {t + 1}")


def product(line):
    """The last two sides of a printed line are the same number."""
    *_, factors, value = line.split(" = ")
    total, slack = 1.0, 0.0
    for factor in factors.removeprefix("= ").split(" × "):
        number, off = worth(factor)
        slack = abs(number) * slack + abs(total) * off + slack * off
        total *= number
    found, off = worth(value)
    assert abs(total - found) <= slack + off + 1e-9, line


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_a_wire_that_is_clicked_shows_a_product_of_its_numbers_and_all_ways_add_up(lesson, cell):
    lesson.choose(f"sentiment-{cell}")
    go(lesson, 6)
    here(lesson)
    panel = lesson.page.locator(".way-of-gradient .back-panel")
    keys = lesson.page.locator(".way-of-gradient .back-parts .chip").evaluate_all("(all) => all.map((one) => one.dataset.key)")
    assert len(keys) >= 3
    for key in keys:
        lesson.page.locator(f".tile.here [data-of='{key}']").first.click()
        chip = lesson.page.locator(f".way-of-gradient .chip[data-key='{key}']")
        expect(chip).to_have_attribute("aria-pressed", "true")
        lesson.settle()
        line = panel.locator(".numbers").inner_text()
        if " × " in line:
            product(line)
        near(line.rpartition(" = ")[2].removeprefix("= "), worth(chip.locator("b").inner_text())[0], key)
        rows = panel.locator(".terms tr").evaluate_all("(all) => all.map((row) => [...row.cells].map((cell) => cell.textContent))")
        for _, numbers, value in rows[:-1]:
            if numbers:
                product(f"= {numbers} = {value}")
        if rows:
            parts = [worth(value) for *_, value in rows[:-1]]
            total, slack = worth(rows[-1][2])
            assert abs(sum(value for value, _ in parts) - total) <= slack + sum(off for _, off in parts) + 1e-9, rows


def test_the_wire_along_the_cell_state_says_its_product_beside_the_diagram(lesson):
    go(lesson, 8)
    lesson.page.locator(".tile.here [data-of='d.c-']").click()
    equation = lesson.page.locator(".story .equation")
    expect(equation).to_contain_text("dL/dct ⊙ ft = ")
    product(equation.inner_text())
    rows = lesson.page.locator(".way-of-gradient .terms tr")
    expect(rows.last).to_contain_text("together: dL/dct−1")
    near(rows.last.locator(".amount").inner_text(), gatelab.backward(zoo.load("sentiment-lstm"), TEXT, "positive")["c"][7, 19], "dL/dc of the step before")


def test_the_right_answer_and_where_the_gradient_stops_are_chosen_and_go_into_the_link(lesson):
    section = lesson.page.locator(".way-of-gradient")
    section.get_by_role("button", name="negative").click()
    loss = gatelab.backward(zoo.load("sentiment-lstm"), TEXT, "negative").loss
    expect(section.locator(".loss")).to_contain_text("p(negative)")
    near(re.search(rf"L = −ln p = ({NUMBER})\.", section.locator(".loss").inner_text())[1].rstrip("."), loss, "loss")
    section.get_by_label("The gradient stops after").select_option("3")
    expect(section.locator(".loss")).to_contain_text("the first 7 words teach nothing")
    go(lesson, 6)
    lesson.settle()
    assert set(lesson.stage.evaluate(GRADS).values()) == {"0"}
    go(lesson, 7)
    expect(lesson.page.locator(".story p").first).to_contain_text("Here the gradient is stopped.")
    section.get_by_role("button", name="positive").click()


def test_it_is_all_done_by_keys_alone(lesson):
    go(lesson, 3)
    lesson.press("b")
    expect(lesson.page.locator(".diagram")).not_to_have_class(re.compile("going-back"))
    expect(lesson.page.locator(".story p").first).not_to_contain_text("Way back")
    lesson.press("b", "ArrowRight")
    expect(lesson.page.locator(".story p").first).to_contain_text("Way back, step 5")
    lesson.page.locator(".way-of-gradient .chip[data-key='d.f']").focus()
    lesson.page.keyboard.press("Enter")
    expect(lesson.page.locator(".story .equation")).to_contain_text("dL/dft = dL/dct ⊙ ct−1")
    lesson.press("1")  # the walk goes forward
    expect(lesson.page.locator(".diagram")).not_to_have_class(re.compile("going-back"))


def test_while_a_value_is_held_it_says_that_the_way_back_is_the_network_s_own(lesson):
    lesson.page.goto(f"{lesson.url}{PATH}&hold=f:all:all:%3D1")
    expect(lesson.page.locator(".way-of-gradient .loss")).to_contain_text("Let all go to see it.", timeout=30_000)
    expect(lesson.page.locator(".tile .grad")).to_have_count(0)
    lesson.open(PATH)
    here(lesson)


def test_a_question_hides_the_gradients_and_its_answer_is_theirs(lesson):
    back = gatelab.backward(zoo.load("sentiment-lstm"), TEXT, "positive")
    card = lesson.page.locator(".ask").first
    card.get_by_role("button", name="Ask me").click()
    expect(lesson.page.locator(".tile.here .grad").first).to_have_text("?")
    expect(lesson.page.locator(".way-of-gradient figure")).to_be_hidden()
    sizes = np.linalg.norm(back["h"][[0, 4, 9]], axis=1)
    card.locator(".choices button").nth(int(np.argmax(sizes))).click()
    expect(card.locator(".told")).to_contain_text("Right. ")
    shown = re.search(rf"\|dL/dh\| is ({NUMBER}) at .+?, ({NUMBER}) at .+?, ({NUMBER}) at", card.locator(".told").inner_text()).groups()
    for text, size in zip(shown, sizes):
        near(text, size, "|dL/dh|")
    card = lesson.page.locator(".ask").nth(1)
    card.get_by_role("button", name="Ask me").click()
    asked = card.inner_text()
    d, gate = re.search(rf"of unit 19 is ({NUMBER}), and there f = ({NUMBER})\.", asked).groups()
    choices = card.locator(".choices button")
    offered = choices.all_inner_texts()
    closest = min(range(len(offered)), key=lambda k: abs(worth(offered[k])[0] - worth(d)[0] * worth(gate)[0]))
    choices.nth(closest).click()
    expect(card.locator(".told")).to_contain_text("Right. ")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(lesson, theme):
    lesson.page.emulate_media(color_scheme=theme)
    expect(lesson.page.locator(f".stage[data-theme={theme}]").first).to_be_attached()
    lesson.page.evaluate(AXE_SCRIPT)
    found = lesson.page.evaluate(
        "() => axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 120))]))"
    )
    lesson.page.emulate_media(color_scheme="light")
    assert not found


def test_a_phone_shows_diagram_and_product_without_scrolling_sideways(chromium, server):
    context = chromium.new_context(reduced_motion="reduce", **SCREEN)
    lesson = LessonPage(context.new_page(), server.url, PATH, more=False)
    here(lesson)
    lesson.page.locator(".tile.here [data-of='d.c-']").tap()
    expect(lesson.page.locator(".story .equation")).to_contain_text("dL/dct ⊙ ft = ")
    assert lesson.overflow() <= 0
    context.close()


# Without a browser


def test_what_the_lesson_says_of_the_long_sentence_is_so():
    lstm, rnn = (gatelab.backward(zoo.load(f"sentiment-{cell}"), LONG, "negative")[name] for cell, name in (("lstm", "c"), ("rnn", "h")))
    sizes = np.linalg.norm(lstm, axis=1)
    assert sizes[0] / sizes[-1] == pytest.approx(2, abs=0.1)
    sizes = np.linalg.norm(rnn, axis=1)
    assert sizes[-1] / sizes[0] == pytest.approx(15_000, rel=0.03)


def test_the_links_to_the_learn_page_are_those_of_its_presets():
    require("Node.js", NODE)
    code = """import { PRESETS } from "./presets.js"; import { linked, OPENS, read } from "./settings.js";
      console.log(JSON.stringify([PRESETS.map(({ settings }) => linked({ ...OPENS, ...settings })), read({ task: "names", cells: "lstm" }).notes]));"""
    folder = ROOT / "gatelab" / "live" / "static" / "learn"
    done = subprocess.run([NODE, "--input-type=module", "-e", code.replace('"./', f'"{folder.as_uri()}/')], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    presets, notes = json.loads(done.stdout)
    (chapter,) = (lesson for lesson in lessons.shipped() if lesson.name == "how-it-learns")
    delay, forcing, bias, clipping = (block.see.fields for block in chapter.blocks if isinstance(block, lessons.Link))
    for found in (delay, bias, clipping):
        assert found in presets, (found, presets)
    assert forcing == {"task": "names", "cells": "lstm"} and not notes
