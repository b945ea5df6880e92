"""Values that are held on Watch and on the lessons: what the pages show is Python's trace with the same holds."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

import gatelab
from gatelab import Hold, zoo
from gatelab.holds import parse
from gatelab.live.endpoint import BadRequest
from gatelab.live.stages import STAGES
from gatelab.live.trace import TraceRequest
from tests.browser import finished
from tests.families import NOTE
from tests.stage import number

TEXT = "a great cast but a terrible script"
PATH = f"/lstm?model=sentiment-lstm&text={TEXT.replace(' ', '+')}"


# Links and requests


@pytest.mark.parametrize("stage", ["watch", "lesson", "start"])
def test_a_link_keeps_the_holds_that_the_model_can_have_and_names_the_others(stage):
    given = {"models": ("sentiment-lstm",)} if stage != "watch" else {}
    start, notes = STAGES[stage].read({"hold": "f:all:4-:=1;q:all:all:=1;i:7:all:*0.5;c:999:all:=0"}, **given)
    assert start.hold == "f:all:4-:=1;i:7:all:*0.5"
    assert len(notes) == 2 and "names q" in notes[0] and "unit 999" in notes[1]


def test_a_request_with_a_hold_that_the_model_cannot_have_is_refused():
    with pytest.raises(BadRequest, match="names z"):
        TraceRequest.of({"model": "sentiment-lstm", "text": TEXT, "hold": "z:all:all:=1"})
    with pytest.raises(BadRequest, match="a string"):
        TraceRequest.of({"model": "sentiment-lstm", "text": TEXT, "hold": 1})


# What the chapters say of their experiments


def positive(page, model, hold):
    """The answers of a model to the sentence that a page opens on, (T,), with holds in the form of a link."""
    return gatelab.trace(zoo.load(model), zoo.opening(model, page).text, hold=parse(hold)[0]).probs[:, 1]


def test_the_experiments_of_the_lstm_s_chapter_come_out_as_it_says():
    plain = positive("lstm", "sentiment-lstm", "")
    assert plain[4] > 0.9 and plain[-1] < 0.1  # praise, then blame
    assert positive("lstm", "sentiment-lstm", "f:all:all:=1")[3:].min() > 0.9  # the praise is never thrown away
    assert positive("lstm", "sentiment-lstm", "f:all:all:=0")[-1] < 0.1  # the last word decides
    assert positive("lstm", "sentiment-lstm", "f:all:7-:=1;i:all:7-:=0")[-1] > 0.8  # the rest hardly counts
    assert np.ptp(positive("lstm", "sentiment-lstm", "o:all:all:=0")) < 1e-6  # the same after every word


def test_the_experiments_of_the_gru_s_chapter_come_out_as_it_says():
    assert positive("gru", "sentiment-gru", "")[-1] < 0.2
    kept = positive("gru", "sentiment-gru", "z:all:7-:=1")
    assert kept[-1] > 0.9 and np.ptp(kept[6:]) < 1e-6  # what comes then does not count
    alice = gatelab.trace(zoo.load("sentiment-gru"), "a good film", hold=parse("z:all:all:=0")[0])
    np.testing.assert_array_equal(alice["h"], alice["n"])  # the state is made anew


# In a browser


class Held:
    """A page on which values are held."""

    def __init__(self, page, url):
        self.page, self.url = page, url
        page.add_init_script(NOTE)
        page.add_init_script("localStorage.setItem('gatelab:tour', 'seen')")

    def open(self, path):
        self.page.goto(self.url + path)
        self.page.wait_for_function("window.painted !== undefined", timeout=30_000)
        call = self.page.get_by_role("button", name="Hold a value", exact=True)
        if call.get_attribute("aria-expanded") == "false":
            call.click()
        self.panel = self.page.get_by_role("region", name="Hold a value")
        self.page.locator(".hold-panel input[type=range]:enabled").wait_for(timeout=30_000)  # the network is here
        finished(self.page)  # the chapter's links and questions
        self.settle()
        return self

    def choose(self, name, units="one", steps="here"):
        self.page.get_by_label("What to hold").select_option(name)
        self.page.get_by_label("Of which units").select_option(units)
        self.page.get_by_label("At which steps").select_option(steps)
        self.settle()

    def hold(self, value):
        box = self.page.get_by_label("Value to hold, as a number")
        box.fill(str(value))
        box.press("Enter")
        self.settle()

    def settle(self):
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))))")

    @property
    def says(self):
        return self.page.locator(".what-it-did").inner_text()

    @property
    def holds(self):
        return [re.sub(r"\s*×$", "", line) for line in self.page.locator("ul.held li").all_inner_texts()]

    def rows(self):
        """The values of the step in sight, as the labels of a lesson's rows give them: name -> value."""
        labels = self.page.locator(".strip-row").evaluate_all("(rows) => rows.map((row) => row.getAttribute('aria-label'))")
        found = [re.fullmatch(r".+ (\w), (\S+) at step \d+", label) for label in labels]
        return {one[1]: number(one[2]) for one in found if one}

    def agrees(self):
        """What PyTorch says of the page's numbers, once typing rests."""
        said = self.page.locator(".check summary")
        said.wait_for(timeout=20_000)
        return number(re.search(r"difference (\S+)", said.inner_text())[1].replace("·10", "e").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")))


@pytest.fixture
def held(server, watched):
    watched.allowed = ("404",)  # Streamlit's own
    return Held(watched.page, server.url)


def told(text, *hold):
    return gatelab.trace(zoo.load("sentiment-lstm"), text, hold=hold)


def test_what_is_held_is_what_python_computes_and_the_sentence_says_what_it_did(held):
    held.open(PATH)
    unit, plain = zoo.opening("sentiment-lstm", "lstm").unit, told(TEXT)
    held.choose("f", "all", "always")
    held.hold(1)
    now = told(TEXT, Hold("f", 1))
    assert held.rows() == {name: pytest.approx(float(now[name][-1, unit]), abs=0.0051) for name in now.names}
    before, after = (f"{seen.probs[-1, 1]:.2f}".removeprefix("0") for seen in (plain, now))
    ends, was = (float(seen["c"][-1, unit]) for seen in (now, plain))
    words = re.fullmatch(
        r"With the forget gate of all units held at 1 always, “positive” goes from (\S+) to (\S+); the cell state of unit (\d+) ends at (\S+) instead of (\S+)\.",
        held.says,
    )
    assert words and words.groups()[:3] == (before, after, str(unit))
    assert (number(words[4]), number(words[5])) == (pytest.approx(ends, abs=0.0051), pytest.approx(was, abs=0.0051))
    assert held.holds == ["f: forget gate of all units held at 1 always."]
    expect(held.page.locator(".tile.here .part.held[data-key='f'] .clamp")).to_be_visible()
    assert held.agrees() < 1e-5


def test_a_hold_reaches_as_far_as_is_chosen_and_undo_redo_and_letting_go_lead_back(held):
    held.open(PATH)
    unit, plain = zoo.opening("sentiment-lstm", "lstm").unit, told(TEXT)
    original = held.rows()
    held.page.locator(".board").focus()
    held.page.keyboard.press("Home")
    held.page.keyboard.press("ArrowRight")
    held.choose("i", "one", "on")
    held.hold(0)
    held.page.locator(".board").press("End")
    held.settle()
    now = told(TEXT, Hold("i", 0, [unit], slice(1, None)))
    assert held.rows() == {name: pytest.approx(float(now[name][-1, unit]), abs=0.0051) for name in now.names}
    assert held.holds == [f"i: input gate of unit {unit} held at 0 from step 2, “great”, on."]
    held.page.get_by_role("button", name="Silence this unit").click()
    held.settle()
    assert len(held.holds) == 3 and held.rows()["c"] == held.rows()["h"] == 0
    held.page.locator(".board").press("Control+z")
    held.settle()
    assert len(held.holds) == 1
    held.page.locator(".board").press("Control+z")
    held.settle()
    assert not held.holds and held.rows() == original
    held.page.locator(".board").press("Control+Shift+Z")
    held.settle()
    assert len(held.holds) == 1 and held.rows() != original
    held.page.get_by_role("button", name="Let all go").click()
    held.settle()
    assert held.rows() == original == {name: pytest.approx(float(plain[name][-1, unit]), abs=0.0051) for name in plain.names}


def test_the_arithmetic_of_a_held_value_says_so_and_gives_what_its_equation_and_the_original_are(held):
    held.open(PATH)
    held.choose("f")
    held.hold(0.25)
    held.page.locator(".board").press("Enter")  # closer, to the arithmetic
    held.settle()
    panel = held.page.get_by_role("region", name="The arithmetic of what is chosen")
    panel.locator(".terms").wait_for()
    unit, now, plain = zoo.opening("sentiment-lstm", "lstm").unit, told(TEXT, Hold("f", 0.25, None, [6])), told(TEXT)
    assert now["f"][-1, unit] == 0.25
    assert "Held at 0.250" in panel.inner_text()
    assert number(panel.locator(".before .amount").inner_text()) == pytest.approx(float(plain["f"][-1, unit]), abs=0.00051)
    equation = panel.locator(".numbers").inner_text()
    assert number(equation.rsplit("= ", 1)[1]) == pytest.approx(float(plain["f"][-1, unit]), abs=0.00051)  # nothing before it was held


def test_a_link_keeps_what_is_held_and_opens_on_it(held):
    held.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    held.open(f"{PATH}&hold=f:all:3-:%3D1;o:7:all:*0.5")
    assert len(held.holds) == 2 and held.panel.is_visible()
    now = told(TEXT, Hold("f", 1, None, slice(2, None)), Hold("o", 0.5, [7], None, "times"))
    unit = zoo.opening("sentiment-lstm", "lstm").unit
    assert held.rows() == {name: pytest.approx(float(now[name][-1, unit]), abs=0.0051) for name in now.names}


def test_an_entry_of_a_map_can_be_dragged_up_and_down_and_the_map_is_hatched_there(held):
    held.open("/watch?text=It+is+a+truth&unit=10&value=f")
    page = held.page
    canvas = page.locator("canvas.heatmap[data-name=f]")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    x, y = box["x"] + 5 * 18 + 9, box["y"] + 13
    plain = canvas.evaluate("(canvas) => canvas.toDataURL()")
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(1, 31):
        page.mouse.move(x, y + 5 * k)
    page.mouse.up()
    held.settle()
    (line,) = held.holds
    assert re.match(r"f: forget gate of unit \d+ held at 0 at step \d+, ", line)
    assert canvas.evaluate("(canvas) => canvas.toDataURL()") != plain
    page.locator(".board").press("Shift+ArrowUp")
    held.settle()
    assert re.match(r"f: forget gate of unit \d+ held at 0.05 at step \d+, ", held.holds[0]) and len(held.holds) == 1
    page.locator(".board").press("Control+z")
    page.locator(".board").press("Control+z")
    held.settle()
    assert not held.holds  # a whole drag is one change


def test_another_model_keeps_what_fits_and_names_the_rest(held):
    held.open("/watch?model=prose-lstm&text=It+is+a+truth&hold=f:all:all:%3D1;h:100:all:%3D0")
    assert len(held.holds) == 2
    held.page.get_by_label("Model", exact=True).select_option("prose-gru")
    held.page.wait_for_function("window.painted.model === 'prose-gru'")
    held.settle()
    assert held.holds == ["h: hidden state of unit 100 held at 0 always."]
    expect(held.panel).to_contain_text("No longer held: the forget gate of all units held at 1 always. It names f, which the GRU does not compute.")
    expect(held.panel).not_to_contain_text("f:all")  # the form that links have


def test_maps_can_show_new_minus_old(held):
    held.open("/watch?text=It+is+a+truth&maps=all&hold=f:all:all:%3D1")
    canvas = held.page.locator("canvas.heatmap[data-name=c]")
    before = canvas.evaluate("(canvas) => canvas.toDataURL()")
    held.page.get_by_label("show new minus old").check()
    held.settle()
    assert canvas.evaluate("(canvas) => canvas.toDataURL()") != before
    plain, now = (gatelab.trace(zoo.load("prose-lstm"), "It is a truth", hold=hold) for hold in ((), Hold("f", 1)))
    assert np.abs(now["c"] - plain["c"]).max() > 1
    first = canvas.evaluate("(canvas) => [...canvas.getContext('2d').getImageData(4, 30, 1, 1).data]")
    nothing = canvas.evaluate("() => getComputedStyle(document.documentElement).colorScheme") is not None and first[:3]
    expect(held.page.locator(".scale .shows").filter(has_text="new minus old").first).to_be_visible()
    assert "new minus old" in canvas.get_attribute("aria-label")
    assert max(nothing) - min(nothing) < 30  # before the first step there is no memory to keep: no difference, the middle of the scale


def test_the_rows_of_a_lesson_say_that_they_show_new_minus_old(held):
    held.open(f"{PATH}&hold=f:all:all:%3D1")
    assert not held.page.locator(".row .shows").count()
    held.page.get_by_label("show new minus old").check()
    expect(held.page.locator(".colors-of")).to_contain_text("The rows show new minus old")
    rows = held.page.locator(".row:has(.shows)")
    expect(rows.first).to_contain_text("new minus old")
    plain, now = told(TEXT), told(TEXT, Hold("f", 1))
    unit = zoo.opening("sentiment-lstm", "lstm").unit
    expect(rows).to_have_count(len(now.names))
    expect(held.page.locator(".strip-row[aria-label^='new minus old: ']")).to_have_count(len(now.names))
    assert held.rows() == {name: pytest.approx(float(now[name][-1, unit] - plain[name][-1, unit]), abs=0.0051) for name in now.names}
    held.page.get_by_label("show new minus old").uncheck()
    expect(rows).to_have_count(0)


def test_at_900_pixels_what_an_experiment_did_is_in_sight(held):
    held.page.set_viewport_size({"width": 1400, "height": 900})
    held.open("/gru")
    for start in (held.page.locator("a[href*='hold=z'], a[href*='hold=r']").last, held.page.locator(".experiments button").last):
        start.click()
        expect(held.page.locator(".what-it-did")).to_contain_text("With the ")
        expect(held.page.locator(".what-it-did")).to_be_in_viewport(ratio=1)


def test_a_text_that_is_shorter_than_a_span_keeps_the_hold(held):
    held.open("/watch?text=It+is+a+truth&hold=f:all:10-:%3D1")
    held.page.locator("textarea").fill("It is")
    held.page.wait_for_function("window.painted.text === 'It is'")
    held.settle()
    assert held.holds == ["f: forget gate of all units held at 1 from step 10 on, which this text does not reach."]
    assert held.says == "What is held begins at step 10, and this text has 5."
    held.page.locator("textarea").fill("It is a truth that")
    held.page.wait_for_function("window.painted.text === 'It is a truth that'")
    held.settle()
    now = gatelab.trace(zoo.load("prose-lstm"), "It is a truth that", hold=Hold("f", 1, None, slice(9, None)))
    unit = int(held.page.locator(".gutter").first.inner_text().split()[-1])
    assert number(held.page.locator("output").first.inner_text()) == pytest.approx(float(now["c"][-1, unit]), abs=0.0051)


@pytest.mark.parametrize("path", ["/lstm", "/gru"])
def test_a_sentence_of_a_chapter_starts_its_experiment_and_another_lets_all_go(held, path):
    held.open(path)
    original = held.rows()
    model = "sentiment-lstm" if path == "/lstm" else "sentiment-gru"
    links = held.page.locator("a[href*='hold=']")
    for k in range(links.count()):
        given = links.nth(k).get_attribute("href").split("hold=")[1].replace("%3D", "=").replace("%3B", ";")
        links.nth(k).click()
        held.settle()
        now = gatelab.trace(zoo.load(model), zoo.opening(model, path[1:]).text, hold=parse(given)[0])
        unit = zoo.opening(model, path[1:]).unit
        assert held.rows() == {name: pytest.approx(float(now[name][-1, unit]), abs=0.0051) for name in now.names}
        assert len(held.holds) == len(now.held)
    assert links.count() >= 4 and held.rows() == original


@pytest.mark.parametrize(("path", "name", "value"), [("/lstm", "f", 1), ("/gru", "z", 1)])
def test_a_question_asks_what_the_answer_would_be_and_the_network_itself_says_it(held, path, name, value):
    held.open(path)
    model = "sentiment-lstm" if path == "/lstm" else "sentiment-gru"
    opening = zoo.opening(model, path[1:])
    plain = gatelab.trace(zoo.load(model), opening.text)
    memory = "c" if path == "/lstm" else "h"
    old = np.concatenate([[0], plain[memory][:-1, opening.unit]])
    t = int(np.argmax((1 - plain[name][:, opening.unit]) * abs(old)))
    then = gatelab.trace(zoo.load(model), opening.text, hold=Hold(name, value, None, slice(t, None))).probs[-1, 1]
    card = held.page.locator(".ask").last
    card.get_by_role("button", name="Ask me").click()
    expect(card).to_contain_text(f"(step {t + 1}) on?")
    expect(card).to_contain_text(f"({max(plain.probs[-1]):.2f})")
    right = "“positive”" if then > 0.5 else "“negative”"
    card.get_by_role("button", name=right).click()
    expect(card).to_contain_text("Right.")
    expect(card).to_contain_text(f"the network says {right} ({max(then, 1 - then):.2f})")
    assert not held.holds  # nothing was held for it


@pytest.mark.parametrize(
    "path", ["/watch?text=It+is+a+truth&hold=f:all:all:%3D999999999", "/gru?hold=z:all:all:%3D-50", "/lstm?hold=c:all:2:%3D-999999999;f:all:5:%3D0"]
)
def test_a_value_that_no_gate_can_have_is_said_to_be_one_and_breaks_nothing(held, path):
    held.open(path)
    assert any("can do this: its values lie between" in line for line in held.holds) or "c:all" in path
    held.page.locator("textarea").press("End")
    held.page.keyboard.type(" a")
    expect(held.page.locator(".check summary")).to_contain_text("beyond a million", timeout=20_000)
    assert held.page.locator(".hold-panel input[type=range]").is_enabled()  # the page's own numbers stay


def test_the_first_page_opens_on_what_a_link_holds(held):
    held.page.goto(f"{held.url}/?hold=f:all:all:%3D1")
    held.page.locator(".what-it-did").filter(has_text="forget gate of all units held at 1 always").wait_for(timeout=30_000)
