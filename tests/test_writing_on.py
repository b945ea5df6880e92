"""Watch lets its models write on: the same characters as in Python, seen as such, and stopped at once."""

from urllib.parse import urlencode

import numpy as np
import pytest
from playwright.sync_api import expect

import gatelab
from gatelab import zoo
from gatelab.holds import parse
from gatelab.live.stages import STAGES
from gatelab.text import UNKNOWN
from tests.browser import go
from tests.stage import StagePage

PROBED = ("404",)  # Streamlit itself asks for /watch/_stcore/health first
TEXT = "It is a truth"
HEARD = "() => document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot.querySelector('.unseen[aria-live]').textContent"


class Writing(StagePage):
    """The stage of Watch with the panel open."""

    def __init__(self, page, url, networks=True, **link):
        super().__init__(page, url, f"/watch?{urlencode({'text': TEXT, 'temperature': 0.8, 'seed': 1} | link)}", networks=networks)
        self.button = page.locator(".writing-on .go")

    def begin(self, speed="as fast as it can", more=3):
        """Write, until so many characters more stand there."""
        self.page.get_by_label("Speed of writing").select_option(label=speed)
        before = len(self.text)
        self.button.click()
        self.page.wait_for_function("(length) => window.painted.text.length >= length", arg=before + more, timeout=30_000)

    def stop(self):
        self.page.get_by_role("button", name="Stop", exact=True).click()
        self.page.locator(".writing-on .go:has-text('Write')").wait_for()
        self.wait_for(self.text)

    def stays(self):
        """Whether nothing more is written."""
        self.page.locator(".writing-on .go:has-text('Write')").wait_for()
        text = self.text
        self.page.wait_for_timeout(500)
        return self.text == text


@pytest.fixture
def opened(server, watched):
    watched.allowed = PROBED
    watched.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return lambda **link: Writing(watched.page, server.url, **link)


@pytest.mark.parametrize(
    "link",
    [
        {"model": "prose-lstm", "temperature": 0.8, "seed": 7},
        {"model": "prose-gru", "temperature": 1.55, "seed": 123456789},
        {"model": "code-lstm", "text": "def read(", "temperature": 0.333, "seed": 0},
        {"model": "prose-small", "temperature": 0, "seed": 1},
        {"model": "prose-lstm", "temperature": 0.8, "seed": 7, "hold": "f:all:all:=0"},
        {"model": "names-gru", "temperature": 0.8, "seed": 7, "hold": "r:all:3-:=1"},
    ],
    ids=lambda link: f"{link['model']} {link.get('hold', '')}",
)
def test_a_link_writes_the_characters_that_python_writes(opened, link):
    stage = opened(**link)
    before = stage.text
    stage.begin(more=60)
    stage.stop()
    model, length = gatelab.load(link["model"]), len(stage.text) - len(before)
    held = parse(link.get("hold", ""))[0]
    assert stage.text == before + gatelab.write(model, before, length, link["temperature"], link["seed"], hold=held).text
    if not held:
        stage.check_picture(stage.text, link["model"])


def test_writing_again_begins_the_draws_of_its_seed_anew(opened):
    stage = opened(seed=5)
    stage.begin(more=10)
    stage.stop()
    first = stage.text
    stage.page.get_by_role("button", name="Take back").click()
    stage.wait_for(TEXT)
    stage.begin(more=10)
    stage.stop()
    second = stage.text
    assert first.startswith(second) or second.startswith(first)
    stage.begin(more=10)
    stage.stop()
    assert stage.text == second + gatelab.write(gatelab.load("prose-lstm"), second, len(stage.text) - len(second), 0.8, 5).text


@pytest.mark.parametrize("own", ["A sentence of my own.", None])
def test_what_the_model_wrote_and_was_taken_back_goes_along_to_no_other_page(opened, own):
    example = zoo.opening("prose-lstm").text
    stage = opened(text=own or example)
    if own:
        stage.page.locator("textarea").press("End")
        stage.page.keyboard.type("!")
        stage.wait_for(own + "!")
        stage.replace(example)
        stage.wait_for(example)
    stage.begin(more=5)
    stage.stop()
    stage.page.get_by_role("button", name="Take back").click()
    stage.wait_for(example)
    go(stage.page, "Compare")
    expect(stage.page.locator("textarea")).to_have_value(own + "!" if own else STAGES["compare"].read({})[0].text)


@pytest.mark.parametrize("how", ["typing", "an example", "Stop", "Escape", "another model", "closing the panel"])
def test_the_visitor_stops_it(opened, how):
    stage = opened()
    stage.begin(speed="20 / s")
    if how == "typing":
        stage.page.locator("textarea").press("End")
        stage.page.keyboard.insert_text("~")
    elif how == "an example":
        stage.page.locator(".try").first.click()
    elif how == "another model":
        stage.page.get_by_label("Model", exact=True).select_option("prose-gru")
    elif how == "closing the panel":
        stage.page.get_by_role("button", name="Let it write").click()
        stage.page.get_by_role("button", name="Let it write").click()
    else:
        stage.page.keyboard.press("Escape") if how == "Escape" else stage.stop()
    assert stage.stays()
    assert how != "typing" or stage.text.endswith("~")
    stage.check_picture(stage.text)


def test_a_look_at_an_earlier_step_stays_while_it_writes_on(opened):
    stage = opened()
    stage.begin(speed="10 / s")
    stage.page.locator("canvas.ribbon").click(position={"x": 5, "y": 5})
    stage.page.wait_for_function("(length) => window.painted.text.length > length", arg=len(stage.text) + 3)
    stage.page.locator(".panel h3:has-text('step 1 ')").wait_for()
    stage.stop()


def test_it_stops_where_the_text_is_full_and_says_so(opened):
    text = ("It was not so much a question as a sigh; " * 50)[:1990]
    stage = opened(text=text)
    stage.begin(more=10)
    stage.page.get_by_text("The text has 2,000 characters, and no more fit: the model has stopped.").wait_for()
    assert len(stage.text) == 2000 and stage.text.startswith(text) and stage.stays()


def test_the_bars_are_the_chances_at_the_temperature_while_the_panel_is_open(opened):
    stage = opened()
    model = gatelab.load("prose-lstm")
    p = gatelab.trace(model, TEXT).probs[-1].astype(float)

    def shown():
        stage.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return stage.page.locator(".next .guess").evaluate_all("(all) => all.map((one) => parseFloat(one.firstChild.style.width) / 100)")

    for temperature in (0.5, 1.5, 0):
        stage.page.get_by_label("Temperature", exact=True).fill(str(temperature))
        known = np.where(np.array(model.spec.labels) == UNKNOWN, 0, p)
        powers = known ** (1 / temperature) if temperature else known == known.max()
        assert np.allclose(shown(), np.sort(powers / powers.sum())[::-1][:6], atol=1e-4)
        assert stage.page.locator(".head").get_by_text(f"next at \u03c4 = {temperature}", exact=True).count() == 1
    assert stage.page.locator(".next .guess > span:last-child").all_inner_texts() == ["100\u2009%"] + 5 * ["0\u2009%"]  # exactly, so not "<1 %"
    stage.page.get_by_role("button", name="Let it write").click()
    assert np.allclose(shown(), np.sort(p)[::-1][:6], atol=1e-4)
    stage.page.locator(".head").get_by_text("expected next").wait_for()


def test_what_the_model_wrote_is_marked_until_the_visitor_edits_there(opened):
    stage = opened()

    def label():
        return stage.page.locator("canvas.ribbon").get_attribute("aria-label")

    assert "written by" not in label() and not stage.page.get_by_text("written by the model", exact=True).count()
    stage.begin(more=12)
    stage.stop()
    written = len(stage.text) - len(TEXT)
    assert f"; {written} written by the model" in label()
    stage.page.get_by_text("written by the model", exact=True).wait_for()
    step, _ = stage.window()
    box = stage.page.locator("canvas.ribbon").bounding_box()
    for t, by in ((len(TEXT) - 1, False), (len(TEXT), True)):
        stage.page.mouse.move(box["x"] + (t + 0.5) * step, box["y"] + 8)
        assert ("written by the model" in stage.page.locator(".tip").inner_text()) == by
    stage.page.locator("textarea").press("End")
    stage.page.keyboard.insert_text("~~")
    stage.wait_for(stage.text)
    assert f"; {written} written by the model" in label()
    stage.page.keyboard.press("Home")
    stage.page.keyboard.press("Delete")
    stage.wait_for(stage.text)
    assert f"; {written} written by the model" in label()
    changed = stage.text[: len(TEXT) + 3] + "~" + stage.text[len(TEXT) + 4 :]
    stage.replace(changed)
    stage.wait_for(changed)
    assert f"; {written - 1} written by the model" in label()


def test_a_screen_reader_hears_what_was_written_once_and_when_it_stops(opened):
    stage = opened()
    stage.begin(speed="10 / s", more=8)
    assert "wrote" not in stage.page.evaluate(HEARD)
    stage.stop()
    said = f"The model wrote \u201c{stage.text[len(TEXT) :]}\u201d."
    stage.page.wait_for_function(f"(said) => ({HEARD})().startsWith(said)", arg=said, timeout=10_000)
    stage.page.locator(".board").press("ArrowLeft")
    stage.page.wait_for_function(f"() => !({HEARD})().includes('wrote')", timeout=10_000)


def test_where_the_network_is_not_here_it_does_not_write_and_says_why(opened):
    stage = opened(networks=False)
    assert stage.button.is_disabled() and "on its way" in stage.button.get_attribute("title")


def test_an_empty_text_is_nothing_to_go_on_from(opened):
    stage = opened()
    stage.replace("")
    stage.wait_for("")
    assert stage.button.is_disabled() and "at least one character" in stage.button.get_attribute("title")


def test_temperature_and_seed_are_in_the_link_where_the_panel_is_open(opened):
    stage = opened()
    page = stage.page
    page.get_by_label("Temperature", exact=True).fill("1.25")
    page.get_by_label("Seed", exact=True).fill("42")
    page.get_by_label("Seed", exact=True).press("Enter")
    page.get_by_role("button", name="Copy link").click()
    page.locator("button:has-text('Copied')").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert "temperature=1.25&seed=42" in link
    page.goto(link)
    page.locator(".writing-on .degree:has-text('1.25')").wait_for()
    expect(page.get_by_label("Seed", exact=True)).to_have_value("42")
    page.goto(link.split("?")[0])
    page.get_by_role("button", name="Let it write", expanded=False).wait_for()
    page.get_by_role("button", name="Copy link").click()
    page.locator("button:has-text('Copied')").wait_for()
    assert "seed" not in page.evaluate("navigator.clipboard.readText()")
