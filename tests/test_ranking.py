"""Which units matter and which follow a text, on Watch and on the lessons: the rankings are those that Python finds."""

import re

import numpy as np
import pytest

import gatelab
from gatelab import Hold, zoo
from gatelab.training.units import score
from tests.families import NOTE
from tests.stage import number
from tests.test_accessibility import AXE_SCRIPT, STRICT

TEXT = "She told him, in a low voice, that nobody could have known"
REVIEW = "a great cast but a terrible script"
OTHER = "It was ⟦the best⟧ of times, it was ⟦the worst⟧ of times"
SETTLE = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
FOCUS = "() => document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot.activeElement?.textContent"


class Ranked:
    """A page on which units are ranked."""

    def __init__(self, page, url):
        self.page, self.url = page, url
        page.add_init_script(NOTE)
        page.add_init_script("localStorage.setItem('gatelab:tour', 'seen')")

    def open(self, path, *panels):
        self.page.goto(self.url + path)
        self.page.wait_for_function("window.painted !== undefined", timeout=30_000)
        for panel in panels:
            self.page.locator(f"details.{panel} > summary").click()
        return self

    def rows(self, panel, caption):
        """The rows of a table of a panel, once it is no longer waited for: lists of what stands in their cells."""
        table = self.page.locator(f"details.{panel}:not(.waiting) table", has=self.page.get_by_text(caption))
        table.wait_for(timeout=30_000)
        cells = table.evaluate("(table) => [...table.rows].map((row) => [...row.cells].map((cell) => cell.innerText))")  # at once: another may take its place
        return [[re.sub(r"\s+", " ", cell) for cell in row] for row in cells]

    def settle(self):
        self.page.evaluate(SETTLE)

    def drag(self, first, last):
        """Over the steps of the ribbon, from 0."""
        box = self.page.locator("canvas.ribbon").bounding_box()
        step = min(27, max(14, int(self.page.locator(".lane").first.bounding_box()["width"] // 68)))
        x, y = box["x"] + step / 2, box["y"] + 8
        self.page.mouse.move(x + first * step, y)
        self.page.mouse.down()
        self.page.mouse.move(x + last * step, y, steps=3)
        self.page.mouse.up()
        self.settle()

    @property
    def marked(self):
        return self.page.locator("canvas.ribbon").get_attribute("aria-label").partition("; marked: ")[2]


@pytest.fixture
def ranked(server, watched):
    watched.allowed = ("404",)  # Streamlit's own
    return Ranked(watched.page, server.url)


def link(path, model, text):
    return f"{path}?model={model}&text={text.replace(' ', '+')}"


def check_matters(ranked, model, text, label, unit, joined):
    """The eight changes of units and of tokens, against a trace with holds for each unit, and a trace of each shorter text."""
    network = zoo.load(model)
    plain = gatelab.trace(network, text)
    label = int(plain.probs[-1].argmax()) if label is None else label
    now, H, tokens = float(plain.probs[-1, label]), network.spec.hidden_size, plain.tokens
    without = [gatelab.trace(network, text, hold=[Hold("h", 0, [k]), Hold("c", 0, [k])]).probs[-1, label] - now for k in range(H)]
    shorter = [gatelab.trace(network, joined.join([*tokens[:t], *tokens[t + 1 :]])).probs[-1, label] - now for t in range(len(tokens))]
    check_rows(ranked.rows("matters", "Without one unit"), without, now, r"unit (\d+)", 0)
    check_rows(ranked.rows("matters", f"Without one {unit}"), shorter, now, r"step (\d+), .+", 1)
    said = ranked.page.locator(".matters p").inner_text()
    assert f"Each of its {H} units was held at 0 in turn" in said and f"{100 * now:.0f}" in said


def check_rows(rows, changes, now, name, first):
    changes = np.asarray(changes)
    assert len(rows) == min(8, len(changes))
    for row, expected in zip(rows, sorted(abs(changes))[::-1], strict=False):
        place = int(re.fullmatch(name, row[0])[1]) - first
        assert abs(abs(changes[place]) - expected) < 1e-5  # where two are as large, either may come first
        there, whole = (float(share) for share in re.fullmatch(r"(\S+) % instead of (\S+) %", row[1]).groups())
        digits = len(row[1].split()[0].partition(".")[2])
        assert there == pytest.approx(100 * (now + changes[place]), abs=0.51 * 10**-digits) and whole == pytest.approx(100 * now, abs=0.51 * 10**-digits)


def test_the_units_and_characters_that_matter_are_those_that_python_finds(ranked):
    ranked.open(link("/watch", "prose-lstm", TEXT), "matters")
    check_matters(ranked, "prose-lstm", TEXT, None, "character", "")


def test_a_click_goes_to_the_unit_and_to_the_step(ranked):
    ranked.open(link("/watch", "prose-small", TEXT), "matters")
    (unit, *_), *_ = ranked.rows("matters", "Without one unit")
    (step, *_), *_ = ranked.rows("matters", "Without one character")
    ranked.page.get_by_role("button", name=unit, exact=True).last.click()
    ranked.page.get_by_role("button", name=step, exact=True).click()
    ranked.page.locator(f".panel h3:has-text('{unit}, {step.split(',')[0]} ')").wait_for()


def test_another_text_takes_the_place_of_the_old_one_and_typing_goes_on_beside_the_work(ranked):
    ranked.open(link("/watch", "prose-lstm", TEXT), "matters")
    ranked.rows("matters", "Without one unit")
    ranked.page.locator("textarea").first.fill((TEXT + " ") * 12)  # seconds of work
    ranked.page.get_by_text("Each unit is silenced in turn").wait_for()
    ranked.page.locator("textarea").first.fill("the old cloc")
    ranked.page.wait_for_function("window.painted.text === 'the old cloc'", timeout=1000)
    rows = ranked.rows("matters", "Without one character")
    assert all(int(row[0].split(",")[0].removeprefix("step ")) <= 12 for row in rows)
    ranked.page.locator("textarea").first.fill("")
    ranked.page.get_by_text("There is no text yet").wait_for()


def test_on_a_lesson_of_reviews_it_is_the_answer_positive_that_is_asked_about(ranked):
    ranked.open(link("/lstm", "sentiment-lstm", REVIEW), "matters")
    check_matters(ranked, "sentiment-lstm", REVIEW, 1, "word", " ")
    unit = ranked.rows("matters", "Without one unit")[0][0]
    ranked.page.get_by_role("button", name="step 2, “great”", exact=True).click()
    ranked.page.get_by_role("button", name=unit, exact=True).click()
    ranked.settle()
    (label,) = (row for row in ranked.page.locator(".strip-row").evaluate_all("(rows) => rows.map((row) => row.ariaLabel)") if " c, " in row)
    value = gatelab.trace(zoo.load("sentiment-lstm"), REVIEW)["c"][1, int(unit.removeprefix("unit "))]
    assert number(re.search(r" c, (\S+) at step 2", label)[1]) == pytest.approx(float(value), abs=0.0051)


def check_follows(rows, model, text, truth, where, how):
    """Each row has the score that Python finds for that value, and no unit left out does better."""
    seen = gatelab.trace(zoo.load(model), text)
    chance = 0.5 if truth.dtype == bool else 0
    every = {(name, unit): score(values, truth[where]) for name in seen.names for unit, values in enumerate(np.asarray(seen[name])[where].T)}
    far = {unit: max(abs(every[name, unit] - chance) for name in seen.names) for _, unit in every}
    assert len(rows) == 8
    for row, expected in zip(rows, sorted(far.values())[::-1], strict=False):
        unit, name = int(re.match(r"unit (\d+)", row[0])[1]), row[0].split(", ")[1]
        value = every[name, unit]
        assert abs(abs(value - chance) - expected) < 0.003, row  # of two that are as good, either may come first
        assert row[1] == how[int(value < chance)]
        shown = number(row[2].split()[1])
        assert shown == pytest.approx(max(value, 1 - value) if truth.dtype == bool else value, abs=0.0051)


def test_the_units_that_follow_what_is_marked_are_those_that_python_finds(ranked):
    ranked.open(link("/watch", "prose-small", TEXT), "follows")
    ranked.page.get_by_text("Nothing is marked.").wait_for()
    ranked.page.get_by_role("button", name="Mark", exact=True).click()
    ranked.drag(4, 7)
    ranked.page.get_by_text("With fewer than 10 steps of a kind").wait_for()
    ranked.drag(30, 23)
    assert ranked.marked == "steps 5 to 8, 24 to 31"
    ranked.page.get_by_text("12 marked steps, 46 unmarked ones.").wait_for()
    truth = np.zeros(len(TEXT), bool)
    truth[4:8] = truth[23:31] = True
    rows = ranked.rows("follows", "The units that follow")
    check_follows(rows, "prose-small", TEXT, truth, np.arange(len(TEXT)), ("high where marked", "low where marked"))
    assert {row[3] for row in rows} == {"12 marked, 46 not"} and ranked.page.locator(".follows .note").inner_text() == ""
    ranked.page.get_by_role("button", name="Clear").click()
    ranked.page.get_by_text("Nothing is marked.").wait_for()


def test_the_chosen_value_is_tried_on_another_text_with_marks_of_its_own(ranked):
    ranked.open(link("/watch", "prose-small", TEXT), "follows")
    ranked.page.get_by_role("button", name="Mark", exact=True).click()
    ranked.drag(4, 15)
    first, *_ = ranked.rows("follows", "The units that follow")
    ranked.page.get_by_role("button", name=first[0], exact=True).click()
    ranked.page.get_by_label("Try on other text").fill(OTHER)
    inside = np.cumsum([{"⟦": 1, "⟧": -1}.get(sign, 0) for sign in OTHER]).astype(bool)[[sign not in "⟦⟧" for sign in OTHER]]
    result = ranked.page.get_by_text(f"on the other text ({sum(inside)} marked steps, {sum(~inside)} unmarked ones)")
    result.wait_for()
    unit, name = int(re.match(r"unit (\d+)", first[0])[1]), first[0].split(", ")[1]
    values = np.asarray(gatelab.trace(zoo.load("prose-small"), re.sub("[⟦⟧]", "", OTHER))[name])[:, unit]
    there = score(values if first[1].startswith("high") else -values, inside)
    words = re.fullmatch(rf"{name} of unit {unit}, which is chosen: {first[2]} here \({first[1]}\); AUC (\S+) on the other text .*", result.inner_text())
    assert words and float(words[1]) == pytest.approx(there, abs=0.0051)


def test_units_are_ranked_by_the_place_in_the_word_too(ranked):
    ranked.open(link("/watch", "prose-small", TEXT), "follows")
    ranked.page.get_by_label("What to follow").select_option("word")
    far, place = 0, []
    for sign in TEXT:
        far = far + 1 if sign.isalpha() else 0
        place.append(far)
    rows = ranked.rows("follows", "“place in the word”")
    check_follows(rows, "prose-small", TEXT, np.array(place), np.flatnonzero(place), ("rises with it", "falls with it"))
    ranked.page.get_by_label("What to follow").select_option("depth")
    ranked.page.get_by_text("It is the same at every step").wait_for()


def test_keys_alone_mark_and_choose(ranked):
    ranked.open(link("/watch", "prose-small", TEXT) + "&step=5", "follows")
    page = ranked.page
    page.locator(".board").focus()
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    ranked.settle()
    assert ranked.marked == "steps 5 to 9"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    ranked.settle()
    assert ranked.marked == "steps 5 to 9"  # what was not taken is not marked
    page.get_by_role("button", name="Take this step").focus()
    page.keyboard.press("Enter")
    ranked.settle()
    assert ranked.marked == "steps 5 to 9, 12"
    unit = ranked.rows("follows", "The units that follow")[1][0]
    page.get_by_role("button", name=unit, exact=True).focus()
    page.keyboard.press("Enter")
    page.locator(".follows tr.chosen", has_text=unit).wait_for()
    assert page.evaluate(FOCUS) == unit


def test_marks_stay_with_the_characters_that_they_stand_under(ranked):
    ranked.open(link("/watch", "prose-small", TEXT), "follows")
    ranked.page.get_by_role("button", name="Mark", exact=True).click()
    ranked.drag(4, 7)
    ranked.page.locator("textarea").first.fill("Then " + TEXT)
    ranked.page.wait_for_function("(text) => window.painted.text === text", arg="Then " + TEXT)
    ranked.settle()
    assert ranked.marked == "steps 10 to 13"


@pytest.mark.parametrize(("width", "theme"), [(1400, "light"), (1400, "dark"), (390, "light"), (390, "dark")])
def test_axe_finds_nothing_serious_in_the_open_panels(ranked, width, theme):
    page = ranked.page
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 3000})
    ranked.open(link("/watch", "prose-small", TEXT), "matters", "follows")
    page.get_by_role("button", name="Mark", exact=True).click()
    ranked.drag(2, 6)
    page.get_by_label("Try on other text").fill(OTHER)
    ranked.rows("matters", "Without one unit")
    ranked.rows("follows", "The units that follow")
    page.evaluate(AXE_SCRIPT)
    page.evaluate(STRICT)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    assert not [(rule["id"], rule["nodes"][0]["failureSummary"]) for rule in found if rule["impact"] in ("serious", "critical")]
    assert page.evaluate("document.querySelector('.stMain').scrollWidth <= document.querySelector('.stMain').clientWidth")
