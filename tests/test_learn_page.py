"""The Learn page: networks train in the page, and everything that stands there follows."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from gatelab.training import learn, tasks
from tests.browser import go
from tests.families import NOTE, OVERFLOW

QUICK = {"task": "recall", "cells": "lstm", "length": "1", "units": "8"}
PRESETS = ["A delay of 5", "A delay of 30", "Forget bias 0 and 1", "Without clipping", "A rate that is too large", "Who counts?", "No gradient to follow"]


class LearnPage:
    """The page as a test sees it."""

    def __init__(self, watched, url, **fields):
        watched.allowed = ("404",)  # Streamlit itself asks for /learn/_stcore/health first
        self.page = watched.page
        self.page.add_init_script(NOTE)
        self.page.goto(f"{url}/learn?{urlencode(fields)}")
        self.stage = self.page.locator(".stage.learn")
        self.box = self.stage.locator(".probe textarea")
        self.racers = self.stage.locator(".racers li")
        expect(self.racers.first).to_be_visible(timeout=30_000)

    def button(self, name):
        return self.stage.get_by_role("button", name=name, exact=True)

    @property
    def play(self):
        return self.button("Train (space)")

    @property
    def pause(self):
        return self.button("Pause (space)")

    def wait_for_update(self, least):
        self.page.wait_for_function("least => window.painted?.updates >= least", arg=least, timeout=60_000)


@pytest.fixture
def page(watched, server):
    """(fields of a link) -> the page."""
    return lambda **fields: LearnPage(watched, server.url, **fields)


def test_a_network_learns_in_the_page_and_says_when(page):
    learned = page(**QUICK)
    expect(learned.racers).to_have_text(re.compile("LSTM, 8 units.*% right"))
    learned.play.click()
    expect(learned.racers).to_contain_text("learned after", timeout=60_000)
    expect(learned.stage.locator(".counts")).to_contain_text(re.compile(r"[\d,]+ updates · [\d,]+ strings read · [\d.]+ s · \d+ updates a second"))
    learned.pause.click()
    expect(learned.play).to_be_visible()


def test_single_steps_give_the_network_that_python_trains(page):
    learned = page(**QUICK, seed="5", text="A!BC?")
    expect(learned.stage.locator(".counts")).to_contain_text(re.compile("^0 updates"))
    for count in range(1, 4):
        learned.button("One update of every network").click()
        expect(learned.stage.locator(".counts")).to_contain_text(re.compile(f"^{count} update"))
    said = re.search(r"loss (\S+) ", learned.racers.inner_text())[1]
    model = learn("recall", "lstm", units=8, length=1, seed=5, updates=2, forget_bias=1, clip=1)
    batch = tasks.make("recall", length=1).batch(32, 5, 3)
    assert float(said) == pytest.approx(loss(model, batch), rel=0.006)


def loss(model, strings):
    """The mean loss of a batch, by PyTorch."""
    from torch import tensor
    from torch.nn.functional import cross_entropy

    targets = tensor(strings.targets).flatten()
    asked = ~targets.isnan()
    return cross_entropy(model(tensor(strings.read)).flatten(0, 1)[asked], targets[asked].long()).item()


def test_start_again_makes_the_same_network_whatever_was_clicked(page):
    learned = page(**QUICK)
    learned.play.click()
    learned.wait_for_update(5)
    learned.pause.click()
    expect(learned.play).to_be_visible()
    said = []
    for _ in range(2):
        learned.button("Begin anew with the same settings").click()
        expect(learned.stage.locator(".counts")).to_contain_text(re.compile("^0 updates"))
        for count in (1, 2):
            learned.button("One update of every network").click()
            expect(learned.stage.locator(".counts")).to_contain_text(re.compile(f"^{count} update"))
        said.append(learned.racers.inner_text())
        learned.box.fill("D!CA?")
    assert said[0] == said[1]


def test_typing_into_the_string_is_painted_while_the_networks_train(page):
    learned = page(task="recall", cells="rnn,lstm,gru", length="20")
    learned.play.click()
    learned.wait_for_update(3)
    box = learned.box
    box.fill("")
    box.press_sequentially("B!CAAD?", delay=30)
    learned.page.wait_for_function("window.painted.text === 'B!CAAD?'", timeout=5000)
    before = learned.page.evaluate("window.painted.updates")
    learned.wait_for_update(before + 1)
    expect(learned.button("Pause (space)")).to_be_visible()


def test_a_training_that_breaks_says_so_and_does_not_freeze(page):
    learned = page(task="adding", cells="rnn", length="50", optimizer="sgd", rate="100", clip="0")
    learned.play.click()
    expect(learned.racers).to_contain_text("NaN", timeout=60_000)
    expect(learned.play).to_be_visible(timeout=20_000)  # nothing is left to train
    learned.button("Begin anew with the same settings").click()
    expect(learned.racers).not_to_contain_text("NaN")


def test_the_film_goes_back_to_the_first_moment_and_to_now(page):
    learned = page(**QUICK)
    learned.play.click()
    learned.wait_for_update(6)
    learned.pause.click()
    expect(learned.play).to_be_visible()
    slider = learned.stage.get_by_role("slider", name="Moment of the training")
    slider.focus()
    slider.press("Home")
    expect(learned.stage.locator(".filmstrip output")).to_have_text("update 0")
    learned.button("Show the answers of this moment beside those of any other").click()
    learned.button("Back to the network as it is now").click()
    expect(learned.stage.locator(".filmstrip output")).to_have_text("now")
    expect(learned.stage.get_by_text("said at update 0")).to_be_visible()


@pytest.mark.parametrize("preset", PRESETS)
def test_each_preset_begins_and_says_what_to_look_for(page, preset):
    learned = page(task="parity", length="3", units="2")
    learned.button(preset).click()
    expect(learned.stage.locator(".look")).not_to_be_empty()
    learned.wait_for_update(1)
    assert learned.page.evaluate(OVERFLOW) <= 0


def test_ones_own_words_are_learned_and_written(page):
    learned = page(task="names", units="4", cells="gru")
    learned.stage.get_by_role("textbox", name="Words").fill("محمد\nفاطمة\n😀😀\nAda")
    learned.button("Begin anew with these words").click()
    expect(learned.stage.locator(".writes")).to_contain_text("writes: ")
    learned.button("One update of every network").click()
    expect(learned.stage.locator(".counts")).to_contain_text(re.compile("^1 update"))
    learned.stage.get_by_role("textbox", name="Words").fill("")
    learned.button("Begin anew with these words").click()
    expect(learned.stage.locator(".note").first).to_contain_text("at least one word")


def test_a_link_opens_what_it_says_and_names_what_it_cannot(page):
    learned = page(task="counting", cells="gru,lstm", units="4", length="9", rate="0.03", bias="drawn", seed="77", text="aabb")
    expect(learned.racers).to_have_count(2)
    expect(learned.racers.first).to_contain_text("GRU, 4 units")
    assert learned.box.input_value() == "aabb"
    learned.page.evaluate("window.copied = null; navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }")
    learned.button("Copy a link to all settings").click()
    learned.page.wait_for_function("window.copied !== null")
    link = learned.page.evaluate("window.copied")
    for field in ("task=counting", "cells=gru,lstm", "units=4", "length=9", "rate=0.03", "bias=drawn", "seed=77", "text=aabb"):
        assert field in link
    learned.page.goto(learned.page.url.partition("?")[0] + "?task=counting&cells=lstm,foo&units=99")
    note = learned.stage.locator(".note").first
    expect(note).to_contain_text("units must be a whole number from 1 to 32: got '99'", timeout=30_000)
    expect(note).to_contain_text("cells must be one to 3")


def test_training_waits_while_nobody_looks_and_stops_when_one_leaves(page):
    learned = page(**QUICK)
    learned.play.click()
    learned.wait_for_update(3)
    hide = (
        "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true }); document.dispatchEvent(new Event('visibilitychange')); }"
    )
    learned.page.evaluate(hide, True)
    expect(learned.stage.locator(".note").filter(has_text="waits while this tab is in the background")).to_be_visible()
    learned.page.wait_for_timeout(300)  # what was under way is told
    before = learned.stage.locator(".counts").inner_text()
    learned.page.wait_for_timeout(500)
    assert learned.stage.locator(".counts").inner_text() == before
    learned.page.evaluate(hide, False)
    learned.wait_for_update(int(before.split(" ")[0].replace(",", "")) + 1)
    go(learned.page, "Watch")
    expect(learned.page.get_by_role("heading", level=1)).not_to_contain_text("Train it")


def test_a_phone_has_all_of_it_without_scrolling_sideways(page, watched):
    watched.page.set_viewport_size({"width": 390, "height": 844})
    learned = page(task="echo", cells="rnn,lstm", length="3", units="6")
    learned.play.click()
    learned.wait_for_update(2)
    assert learned.page.evaluate(OVERFLOW) <= 0


def test_the_preset_s_sentence_stays_until_another_task_is_chosen(page):
    learned = page(task="parity", length="3", units="2")
    preset, look = learned.button("A delay of 5"), learned.stage.locator(".look")
    preset.click()
    expect(look).to_contain_text("The LSTM needs fewer updates")
    expect(preset).to_have_attribute("aria-pressed", "true")
    learned.stage.get_by_label("Forget bias at the start").select_option("0")
    learned.button("Begin anew with the same settings").click()
    learned.wait_for_update(1)
    expect(look).to_contain_text("The LSTM needs fewer updates")
    learned.stage.get_by_label("Task", exact=True).select_option("echo")
    expect(look).to_be_empty()
    expect(preset).to_have_attribute("aria-pressed", "false")


def link_of(learned):
    """What "Copy link" copies."""
    learned.page.evaluate("window.copied = null; navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }")
    learned.button("Copy a link to all settings").click()
    learned.page.wait_for_function("window.copied !== null")
    return parse_qs(urlsplit(learned.page.evaluate("window.copied")).query)


def test_a_wave_drawn_with_the_mouse_or_by_keys_is_learned_and_stands_in_the_link(page):
    learned = page(task="wave", cells="rnn", units="2")
    drawing = learned.stage.get_by_role("slider", name="Curve to draw")
    drawing.scroll_into_view_if_needed()
    before = learned.box.input_value()
    box = drawing.bounding_box()
    learned.page.mouse.move(box["x"] + 8, box["y"] + 8)  # the first point, all the way up
    learned.page.mouse.down()
    learned.page.mouse.move(box["x"] + box["width"] - 8, box["y"] + box["height"] - 8, steps=6)  # to the last one, all the way down
    assert learned.box.input_value() == before  # nothing begins before the pointer is let go
    learned.page.mouse.up()
    expect(learned.stage.get_by_label("Curve", exact=True)).to_have_value("drawn")
    expect(learned.box).not_to_have_value(before)
    points = [int(one) for one in link_of(learned)["drawn"][0].split(",")]
    assert len(points) == 24 and points[0] >= 95 and points[-1] <= 5 and points == sorted(points, reverse=True)
    drawing.focus()
    drawing.press("ArrowRight")  # from the last point to the first
    drawing.press("ArrowDown")
    expect(drawing).to_have_attribute("aria-valuetext", f"point 1 of 24: {points[0] - 5} %")
    assert link_of(learned)["drawn"][0] == ",".join(map(str, [points[0] - 5, *points[1:]]))
    learned.button("One update of every network").click()
    expect(learned.stage.locator(".python code")).to_contain_text('updates=1, curve="drawn", drawn=[0.')


def test_pointing_at_an_answer_says_what_would_be_right(page):
    learned = page(**QUICK, text="A!BC?")
    expect(learned.stage.locator(".probe > .quiet")).to_contain_text("A whole green line: right.")
    said = learned.stage.locator("canvas.said").first
    expect(said).to_have_attribute("aria-label", re.compile("At step 5"))  # drawn: it has its size, and nothing below moves any more
    said.hover(position={"x": 4.5 * 56, "y": 8})  # the last of five wide steps
    expect(learned.stage.locator(".tip")).to_have_text(re.compile(r"step 5: says [A-D] \(\d+ %\): (right|wrong, B would be right)"))
    said.hover(position={"x": 4, "y": 8})
    expect(learned.stage.locator(".tip")).to_contain_text("nothing is asked here")


def test_lines_that_cannot_be_learned_are_counted_and_text_that_is_being_written_stays(page):
    learned = page(task="lines", units="2", cells="rnn")
    lines = learned.stage.get_by_role("textbox", name="Lines")
    lines.fill("+ good\n- bad\nneither\n+")
    learned.button("Begin anew with these lines").click()
    expect(learned.stage.locator(".own .note:visible")).to_have_text("2 lines are left out: each must begin with + or \u2212, and have a word behind it.")
    lines.fill("+ good\n- bad\n+ half written")
    learned.stage.get_by_role("spinbutton", name="Units").fill("3")
    learned.stage.get_by_role("spinbutton", name="Units").press("Enter")
    expect(learned.racers).to_contain_text("3 units")
    expect(lines).to_have_value("+ good\n- bad\n+ half written")


def test_nothing_beside_the_numbers_moves_while_they_change(page):
    learned = page(**QUICK)
    learned.play.click()
    learned.wait_for_update(1)
    places = """() => [...document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot.querySelectorAll('.its-share, .counts span:nth-child(2)')]
        .map((one) => Math.round(one.getBoundingClientRect().left))"""
    learned.page.wait_for_function(f"({places})().length === 2")
    before = learned.page.evaluate(places)
    learned.wait_for_update(120)
    assert learned.page.evaluate(places) == before
