"""The first page: what moves at each key, the sentence on it, the prompts and their points, old links, and the tour."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

from gatelab import zoo
from gatelab.figures.picture import shades
from gatelab.live.first import MODEL, PROMPTS, means_watch
from gatelab.traces import trace
from tests.browser import ROOT
from tests.families import NOTE, OVERFLOW
from tests.stage import number

TITLES = {"f": "forget gate", "i": "input gate", "o": "output gate", "c": "cell state"}
MINE = "I expected more from this phone, but the battery is great"


def read(text):
    """What the network computes for the unit of the first page: name -> (T,), and "positive", its answer after each word."""
    seen, unit = trace(zoo.load(MODEL), text), zoo.opening(MODEL).unit
    return {name: seen[name][:, unit] for name in (*TITLES, "g")} | {"positive": seen.probs[:, 1], "words": seen.tokens}


# The prompts, on the shipped model


def test_one_word_turns_the_answer_round():
    positive = read(PROMPTS[0][0])["positive"]
    assert "turns" in PROMPTS[0][1] and "the last one" in PROMPTS[0][1]
    assert positive[-2] > 0.75 and positive[-1] < 0.25
    assert abs(np.diff(positive)).argmax() == len(positive) - 2


def test_the_memory_keeps_the_first_word_to_the_end():
    text, point = PROMPTS[1]
    seen, rest = read(text), read(text.partition(" ")[2])
    assert "keeps the first word" in point and len(seen["words"]) > 12
    assert (seen["positive"] > 0.95).all() and rest["positive"][-1] < 0.5  # without that word it says the contrary
    assert seen["f"].mean() > 0.8 and (seen["f"] > 0.6).all() and seen["c"][-1] > 0.5 > rest["c"][-1]


def test_praise_is_taken_for_blame():
    text, point = PROMPTS[2]
    assert text == "it is not without charm" and "wrong" in point and read(text)["positive"][-1] < 0.5


# Links


def shell(**fields):
    app = AppTest.from_file(str(ROOT / "gatelab" / "shell.py"), default_timeout=60)
    for key, value in fields.items():
        app.query_params[key] = value
    return app.run()


@pytest.fixture(autouse=True)
def at_home(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize(
    "fields", [{"model": "prose-gru", "text": "so", "unit": "3", "step": "1"}, {"value": "f"}, {"maps": "alone", "model": MODEL}, {"model": "nope"}]
)
def test_a_link_that_was_copied_from_watch_at_the_first_page_s_address_means_watch(fields):
    assert means_watch(fields)
    page = shell(**fields)
    assert not page.exception and page.title[0].value == "Type, and watch every gate of a trained network"
    assert {key: "".join(value) for key, value in page.query_params.items()} == fields


@pytest.mark.parametrize("fields", [{}, {"text": "a good film"}, {"model": MODEL, "text": "a good film", "unit": "7", "step": "2", "stage": "1"}])
def test_any_other_link_opens_the_first_page(fields):
    assert not means_watch(fields)
    page = shell(**fields)
    assert not page.exception and not page.info and page.title[0].value == "Type, and watch a network read"


def test_a_wrong_link_opens_all_the_same_and_says_why():
    page = shell(text="x" * 2001, step="0")
    assert not page.exception and len(page.info) == 1 and "text was cut" in page.text[0].value and "step must be" in page.text[0].value


# In the browser


class StartPage:
    """The first page; the tour was seen before unless a test says otherwise."""

    def __init__(self, page, url, path="/", seen=True):
        self.page = page
        page.add_init_script(NOTE)
        if seen:
            page.add_init_script("localStorage.setItem('gatelab:tour', 'seen')")
        page.goto(url + path)
        page.wait_for_function("window.painted !== undefined", timeout=30_000)
        self.box, self.board, self.tour = page.locator("textarea"), page.locator(".board"), page.get_by_role("dialog", name="A tour of this page")
        self.settle()

    def settle(self):
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def wait_for(self, text):
        self.page.wait_for_function("(text) => window.painted?.text === text", arg=text, timeout=10_000)
        self.settle()

    @property
    def sentence(self):
        return self.page.locator(".story p").first.inner_text()

    @property
    def answer(self):
        return self.page.locator(".so-far").inner_text()

    def rows(self):
        """What each row says of the step in sight: name -> value."""
        labels = self.page.locator(".strip-row").evaluate_all("(rows) => rows.map((row) => row.getAttribute('aria-label'))")
        found = [re.fullmatch(r"(.+): .+ (\w), (\S+) at step (\d+)", label) for label in labels]
        return {one[2]: (one[1], number(one[3]), int(one[4]) - 1) for one in found if one}

    def colors(self, name, steps):
        """The color of a row's entries, (steps, 3), read beside the numbers on them."""
        return np.array(
            self.page.locator(".row")
            .filter(has=self.page.locator(f"b:has(:text-is('{name}'))"))
            .locator("canvas")
            .evaluate(
                """(canvas, steps) => {
                  const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
                  const pixels = copy.getContext("2d", { willReadFrequently: true });
                  pixels.drawImage(canvas, 0, 0);
                  const wide = canvas.width / steps;
                  return Array.from({ length: steps }, (_, t) => [...pixels.getImageData(Math.floor(t * wide + 3), 3, 1, 1).data.slice(0, 3)]);
                }""",
                steps,
            )
        )

    def tile(self):
        """The numbers of the cell in the diagram: key -> value."""
        return {
            key: number(text)
            for key, text in self.page.locator(".tile.here [data-of]").evaluate_all("(labels) => labels.map((label) => [label.dataset.of, label.textContent])")
            if text
        }


@pytest.fixture
def start(server, watched):
    watched.page.set_viewport_size({"width": 1400, "height": 900})
    return StartPage(watched.page, server.url)


def percent(share):
    return ">99\xa0%" if share > 0.995 else "<1\xa0%" if share < 0.005 else f"{round(100 * float(share))}\xa0%"


def check(start, text, t):
    """Everything on the stage is what Python's own trace has at step t."""
    seen = read(text)
    assert start.answer.replace("\n", " ") == f"{percent(seen['positive'][t])} positive"
    assert start.rows() == {name: (title, pytest.approx(float(seen[name][t]), abs=0.0051), t) for name, title in TITLES.items()}
    for name in TITLES:
        right = shades(seen[name], name, "light", "lstm", zoo.load(MODEL).ranges).astype(int)
        wrong = abs(start.colors(name, len(right)) - right).max(axis=1) > 4
        assert not np.delete(wrong, t).any(), name  # the cursor's frame is around step t
    assert {name: start.tile()[name] for name in "fioc"} == {name: pytest.approx(float(seen[name][t]), abs=0.0051) for name in "fioc"}
    check_sentence(start, seen, t)


def changes(seen, t):
    """What changes the memory, or what is shown of it, at step t, by name: how much, and what the sentence says of it."""
    before, shown = (seen["c"][t - 1], seen["o"][t - 1]) if t else (0.0, seen["o"][0])
    f, i, g, o, c = (float(seen[name][t]) for name in "figoc")
    return {
        "f": (abs((1 - f) * before), f"the forget gate keeps {'only ' if f < 0.5 else ''}{percent(f)} of this unit’s memory"),
        "i": (abs(i * g), r"the input gate lets (\S+) into this unit’s memory"),
        "o": (abs((o - shown) * np.tanh(c)), f"the output gate shows {percent(o)} of this unit’s memory"),
    }


def check_sentence(start, seen, t):
    """The sentence names the word, what changed the memory by most, and the answer, in true directions and with true numbers."""
    by = changes(seen, t)
    name = max(by, key=lambda one: by[one][0])
    name, did = (name, by[name][1]) if by[name][0] >= 0.1 else ("c", "this unit’s memory hardly changed")
    word, rest = start.sentence.split(": ", 1)
    assert word.strip("“”‘’") == seen["words"][t]
    found = re.fullmatch(rf"{did}, and the answer (.*) positive\. Look at (\w)\.", rest)
    assert found, rest
    *written, answer, where = found.groups()
    assert where == name and all(number(one) == pytest.approx(float(seen["i"][t] * seen["g"][t]), abs=0.0051) for one in written)
    moved = float(seen["positive"][t] - seen["positive"][t - 1]) if t else 0.0
    direction = "is at" if not t else "stayed at" if abs(moved) < 0.02 else "rose to" if moved > 0 else "fell to"
    assert answer == f"{direction} {percent(seen['positive'][t])}"
    assert start.page.locator(".row.pointed b").inner_text() == name
    assert start.page.locator(f".tile.here .chosen[data-key='{name}']").count()


def test_typing_moves_all_of_it_and_all_of_it_is_the_trace(start):
    check(start, PROMPTS[0][0], len(PROMPTS[0][0].split()) - 1)
    start.box.fill("")
    start.page.keyboard.type(MINE[:20])
    start.wait_for(MINE[:20])
    check(start, MINE[:20], 3)
    start.page.keyboard.type(MINE[20:])
    start.wait_for(MINE)
    check(start, MINE, 11)
    for key, t in (("Home", 0), ("ArrowRight", 1), ("ArrowRight", 2)):
        start.board.press(key)
        start.settle()
        check(start, MINE, t)


def test_a_screen_reader_hears_the_sentence_when_typing_rests(start):
    start.box.fill("a terrible film")
    start.wait_for("a terrible film")
    spoken = start.page.locator("[aria-live=polite]").filter(has_text="“film”")
    spoken.wait_for(state="attached", timeout=5000)
    expect(spoken).to_contain_text(re.compile(f"^{re.escape(start.sentence)}"))


def test_no_text_and_a_word_that_the_network_never_saw_are_said(start):
    start.box.fill("a zzyzx")
    start.wait_for("a zzyzx")
    assert start.sentence.startswith("“zzyzx” (a word that it never saw): ")
    start.box.fill("")
    start.wait_for("")
    assert start.sentence.startswith("There is no text yet") and start.page.locator(".so-far").is_hidden()


def test_each_prompt_puts_its_sentence_in(start):
    for text, point in reversed(PROMPTS):
        prompt = start.page.locator(".prompt").filter(has_text=point)
        prompt.click()
        start.wait_for(text)
        check(start, text, len(text.split()) - 1)


def test_play_reads_the_text_from_its_first_word_to_its_last(start):
    start.box.fill("not good")
    start.wait_for("not good")
    start.page.get_by_role("button", name="Play").click()
    start.page.locator(".story p:has-text('“not”')").wait_for()
    start.page.locator(".story p:has-text('“good”')").wait_for(timeout=5000)
    start.page.locator("button:has-text('▶ Play')").wait_for()


def test_the_unit_s_name_is_that_of_its_measured_claim_and_the_measurement_is_there(start):
    opening = zoo.opening(MODEL)
    named = start.page.locator(".named summary")
    assert f"This is unit {opening.unit}, called “positive so far”" in named.inner_text()
    held, all_ = opening.claims[0]["held_out"]
    assert f"at {round(100 * held / all_)} % of the {opening.claims[0]['at']}" in named.get_attribute("title")
    named.press("Enter")
    expect(start.page.locator(".named .note-of-unit")).to_be_visible()
    start.page.locator(".more summary").click()
    start.page.get_by_label("Unit", exact=True).fill("5")
    start.page.get_by_label("Unit", exact=True).press("Enter")
    expect(named).to_contain_text("This is unit 5.")


def test_a_click_on_a_gate_shows_how_it_was_computed(start):
    start.page.locator(".tile.here .part[data-key='f']").click()
    start.page.locator(".more .panel h3:has-text('forget gate')").wait_for()


@pytest.mark.parametrize(
    ("width", "height", "shown"),
    [
        (390, 844, ["textarea", ".so-far", ".story", ".diagram"]),
        (1400, 900, ["textarea", ".so-far", ".story", ".diagram", ".row:last-child", ".board .row >> nth=4"]),
    ],
)
def test_what_matters_is_on_the_first_screen(chromium, server, width, height, shown):
    context = chromium.new_context(viewport={"width": width, "height": height})
    start = StartPage(context.new_page(), server.url)
    for selector in shown:
        expect(start.page.locator(selector).first).to_be_visible()
    places = {selector: start.page.locator(selector).first.bounding_box() for selector in shown}
    overflow = start.page.evaluate(OVERFLOW)
    context.close()
    assert overflow <= 0
    assert {selector for selector, box in places.items() if box["y"] < 0 or box["y"] + box["height"] > height} == set()


def test_a_card_leads_to_its_page_and_its_title_says_where_one_is(start):
    expect(start.page).to_have_title(re.compile("Start · GateLab$"))
    start.page.locator(".st-key-card-claims").get_by_role("link", name="Claims").click()
    start.page.wait_for_url("**/claims")
    start.page.wait_for_function("document.title === 'Claims · GateLab'")
    start.page.get_by_role("link", name="← Back: Learn").wait_for()


# The tour


@pytest.fixture
def newcomer(server, watched):
    watched.page.set_viewport_size({"width": 1400, "height": 900})
    return StartPage(watched.page, server.url, seen=False)


STOPS = ["Type here", "network’s answer so far", "A gate is a number", "This wire carries", "From here on"]
APART = """() => {
  const { shadowRoot } = document.querySelector("[data-testid=stBidiComponentIsolated]");
  const [tour, ring] = [".tour", ".tour-ring"].map((one) => shadowRoot.querySelector(one).getBoundingClientRect());
  const inside = tour.left >= 0 && tour.top >= 0 && tour.right <= innerWidth && tour.bottom <= innerHeight;
  const seen = ring.bottom > 0 && ring.top < innerHeight;
  return inside && seen && (tour.left >= ring.right - 4 || tour.right <= ring.left + 4 || tour.top >= ring.bottom - 4 || tour.bottom <= ring.top + 4);
}"""


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (390, 844), (1024, 768)])
def test_the_tour_comes_by_itself_once_and_covers_nothing_that_it_points_at(chromium, server, width, height):
    context = chromium.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    newcomer = StartPage(context.new_page(), server.url, seen=False)
    for at, said in enumerate(STOPS, 1):
        newcomer.tour.get_by_role("status").filter(has_text=said).wait_for()
        expect(newcomer.tour.get_by_text(f"{at} of 5")).to_be_visible()
        newcomer.page.wait_for_timeout(100)
        newcomer.page.wait_for_function(APART)
        newcomer.tour.get_by_role("button", name="Done" if at == 5 else "Next").click()
    newcomer.tour.wait_for(state="hidden")
    newcomer.page.reload()
    newcomer.page.wait_for_function("window.painted !== undefined")
    newcomer.page.wait_for_timeout(300)
    assert newcomer.tour.is_hidden()
    newcomer.page.get_by_role("button", name="Take the tour").click()
    newcomer.tour.wait_for()
    context.close()


FOCUS = "document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot.activeElement?.tagName ?? 'none'"


@pytest.mark.parametrize("leave", ["typing", "Escape", "click"])
def test_the_tour_leaves_at_any_key_or_click_elsewhere_and_the_focus_stays(newcomer, leave):
    newcomer.tour.wait_for()
    assert newcomer.page.evaluate(FOCUS) == "none"  # it took nothing
    newcomer.box.focus()
    if leave == "click":
        newcomer.page.get_by_role("heading", level=1).click()
    else:
        newcomer.page.keyboard.press("!" if leave == "typing" else leave)
    newcomer.tour.wait_for(state="hidden")
    if leave != "click":
        assert newcomer.page.evaluate(FOCUS) == "TEXTAREA"
    assert newcomer.box.input_value().endswith("!") == (leave == "typing")


def test_the_tour_works_with_keys_alone(start):
    call = start.page.get_by_role("button", name="Take the tour")
    call.focus()
    for key in ("Enter", "Tab", "Enter"):  # call it, to its first button that is not disabled, on
        start.page.keyboard.press(key)
        start.settle()
    status = start.tour.get_by_role("status")
    expect(status).to_contain_text(STOPS[1])
    start.page.keyboard.press("Shift+Tab")
    start.page.keyboard.press("Enter")  # back: the first stop has no Back, so Next has the focus
    expect(status).to_contain_text(STOPS[0])
    start.page.keyboard.press("Enter")
    expect(status).to_contain_text(STOPS[1])
    start.page.keyboard.press("Escape")
    start.tour.wait_for(state="hidden")
    expect(call).to_be_focused()


def test_where_nothing_can_be_remembered_the_tour_comes_only_when_called(server, watched):
    watched.page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } })")
    watched.allowed = ("localStorage", "denied", "SecurityError")  # Streamlit's own
    start = StartPage(watched.page, server.url, seen=False)
    start.page.wait_for_timeout(500)
    assert start.tour.is_hidden()
    start.page.get_by_role("button", name="Take the tour").click()
    start.tour.wait_for()
