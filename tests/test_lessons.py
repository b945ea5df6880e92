"""The lessons in a real browser, driven as a visitor drives them; what they show is compared with Python's own traces."""

import re
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest
from playwright.sync_api import expect

from gatelab import zoo
from gatelab.text import tokenize
from gatelab.traces import trace
from gatelab.words import PURPOSES, glyph
from tests.browser import ROOT, Watched, finished, go, keep_out_networks, running
from tests.lessons import OWN, LessonPage, Lessons, carried, close, mean_or_unit, moved_most, question, recompute
from tests.stage import number
from tests.test_captions import count

WHERE = {
    "rnn": "/simple-rnn",
    "lstm": "/lstm",
    "peephole": "/gru",
    "coupled": "/gru",
    "gru-cho": "/gru",
    "gru": "/gru",
}
PAGES = {"/simple-rnn": "sentiment-rnn", "/lstm": "sentiment-lstm", "/gru": "sentiment-gru", "/answers": "sentiment-lstm"}
CELLS = tuple(WHERE)

MEMORY = {1: "x h- in c- f fc", 2: "x h- in i g ig", 3: "fc ig c", 4: "x h- in c tc o h"}
GATED = {1: "x h- in r", 2: "x h- in r a n", 3: "x h- in z zh 1-z n zn", 4: "zh zn h"}
LIT = {
    "rnn": {1: "x h- in", 2: "h"},
    "lstm": MEMORY,
    "peephole": {stage: f"{keys} {peep}".strip() for (stage, keys), peep in zip(MEMORY.items(), ("pf", "pi", "", "po"))},
    "coupled": MEMORY | {2: "x h- in f i g ig"},
    "gru": {stage: keys + (" ra" if stage < 3 else "") for stage, keys in GATED.items()},
    "gru-cho": {stage: keys + (" rh" if stage < 3 else "") for stage, keys in GATED.items()},
}
"""A cell -> what flows in each stage of its walk, by its equations."""

OF_MEMORY = {1: ("f", "ft = σ( "), 2: ("ig", "it ⊙ gt"), 3: ("c", "ct = ft ⊙ ct−1 + it ⊙ gt"), 4: ("h", "ht = ot ⊙ tanh(ct)")}
OF_STATE = {1: ("r", "rt = σ( "), 2: ("n", "nt = tanh( "), 3: ("z", "zt = σ( "), 4: ("h", "ht = zt ⊙ ht−1 + (1 − zt) ⊙ nt")}
ABOUT = (
    {"rnn": {1: ("h-", "ht−1"), 2: ("h", "ht = tanh( ")}}
    | dict.fromkeys(("lstm", "peephole", "coupled"), OF_MEMORY)
    | dict.fromkeys(("gru", "gru-cho"), OF_STATE)
)
"""A cell -> what each stage of its walk is about, and how its equation begins."""


@pytest.fixture(scope="module")
def context(chromium, server):
    context = chromium.new_context(viewport={"width": 1400, "height": 1500}, color_scheme="light", reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture(scope="module")
def tabs(context, server):
    return Lessons(context, server.url)


@pytest.fixture
def lessons(tabs):
    """Opens a lesson's page; the test fails if anything stands in a console or leaves the machine."""
    yield tabs
    tabs.check()


def begun(lessons, cell, **start):
    return lessons(WHERE[cell]).begin(f"sentiment-{cell}", **start)


# Numbers


@pytest.mark.parametrize("cell", CELLS)
def test_every_number_of_the_diagram_is_that_of_the_trace_and_the_weights(lessons, cell):
    lesson, model = begun(lessons, cell), f"sentiment-{cell}"
    size = zoo.load(model).spec.hidden_size
    for unit in (3, size - 1, None):
        lesson.choose_unit(unit)
        for step in (0, 4):
            lesson.go(step)
            lesson.check(model, OWN, step, unit)


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_the_model_that_reads_letters_shows_its_own_numbers(lessons, cell):
    model, text = f"prose-{cell}", "It was 7."
    lesson = lessons(WHERE[cell]).begin(model, text, unit=127)
    lesson.check(model, text, 8, 127)
    lesson.go(2)
    assert "space" in lesson.check(model, text, 2, 127)["story"]
    lesson.choose_unit(None)
    lesson.check(model, text, 2, None)


@pytest.mark.parametrize("cell", CELLS)
def test_every_equation_holds_for_the_numbers_that_stand_in_it(lessons, cell):
    lesson, model = begun(lessons, cell), f"sentiment-{cell}"
    layer = zoo.load(model).recurrent
    for unit, step in ((3, 4), (17, 0), (None, 2)):
        lesson.choose_unit(unit)
        lesson.go(step)
        values = mean_or_unit(carried(model, OWN), unit)
        shown = lesson.each_part()
        assert set(shown) == set(values)
        for key, panel in shown.items():
            assert panel["equation"] == panel["said"] != ""
            numbers, value = panel["numbers"], values[key][step]
            if unit is None:
                size = zoo.load(model).spec.hidden_size
                close(re.fullmatch(rf"mean over {size} units = (\S+) \(the mean of products is not the product of the means\)", numbers)[1], value, 3, key)
                continue
            peephole = (
                {f"wc{gate}": float(getattr(layer, f"weight_c{gate}_l0")[unit]) for gate in "ifo"} if cell == "peephole" and key in ("pi", "pf", "po") else {}
            )
            assert abs(recompute(numbers, **peephole) - value) <= 0.000521, (key, numbers)
            terms = {label: number(amount) for label, amount in panel["terms"]}
            if terms:
                assert abs(terms.pop(key) - value) <= 0.000521
                total = next((terms.pop(label) for label in [*terms] if label.startswith("sum, then")), None)
                if terms:
                    assert abs(sum(terms.values()) - (value if total is None else total)) <= 0.0006 * (len(terms) + 1)
                if total is not None:
                    assert abs((np.tanh(total) if "tanh" in panel["equation"] else 1 / (1 + np.exp(-total))) - value) < 0.001


def test_the_slider_moves_both_gates_of_a_coupled_cell_and_gives_them_back(lessons):
    lesson = begun(lessons, "coupled")
    lesson.go(3)
    v = {key: value[3] for key, value in mean_or_unit(carried("sentiment-coupled", OWN), 3).items()}
    line = r"f = (\S+), i = 1 − f = (\S+): (c = .*?)( \(what if: later steps are as the model read them\))?"
    before = lesson.look()
    for f in (None, 0, 0.37, 1):
        if f is not None:
            lesson.page.get_by_label("Forget gate, if it stood elsewhere").fill(str(f))
        seen = lesson.look()
        said_f, said_i, c, what_if = re.fullmatch(line, seen["slider"]).groups()
        moved = v["f"] if f is None else f
        assert bool(what_if) == (f is not None)
        close(said_f, moved, 2), close(said_i, 1 - moved, 2)
        expected = moved * v["c-"] + (1 - moved) * v["g"]
        assert abs(recompute(c.removeprefix("c = ")) - expected) < 0.00502
        for key, value in {
            "f": moved,
            "i": 1 - moved,
            "fc": moved * v["c-"],
            "ig": (1 - moved) * v["g"],
            "c": expected,
            "h": v["o"] * np.tanh(expected),
        }.items():
            close(seen["parts"][key], value, 3, key)
        for t in (2, 4):
            assert seen["tiles"][str(t)]["numbers"] == before["tiles"][str(t)]["numbers"]
    lesson.page.get_by_role("button", name="Its own").click()
    assert lesson.look()["parts"] == before["parts"]
    lesson.page.get_by_label("Forget gate, if it stood elsewhere").fill("0.9")
    lesson.press("ArrowLeft", "ArrowRight")
    assert lesson.look()["parts"] == before["parts"]  # another step, and it is forgotten
    lesson.choose_unit(None)
    assert lesson.look()["slider"] is None  # a mean has no gate to move


@pytest.mark.parametrize("cell", CELLS)
def test_the_story_tells_numbers_of_the_trace(lessons, cell):
    lesson, model = begun(lessons, cell), f"sentiment-{cell}"
    values = mean_or_unit(carried(model, OWN), 3)
    for step in (1, 4):
        lesson.go(step)
        known = {f"{abs(value[step]):.2f}" for value in values.values()} | {f"{100 * abs(value[step]):.0f}" for value in values.values()}
        known |= {f"{100 - 100 * value[step]:.0f}" for value in values.values()}
        for stage in range(len(LIT[cell]) + 1):
            lesson.keys(str(stage))
            seen = lesson.look()
            told = seen["story"]
            assert told in seen["labels"]
            assert told.startswith(f"Step {step + 1}, “{OWN.replace(',', ' ,').split()[step]}”" + (" (which the model never saw): " if step == 1 else ": "))
            for said in re.findall(r"\d+(?:\.\d+)?", re.sub(r"^Step \d+|unit \d+|1 − ", "", told)):
                assert said in known, f"{said} in: {told}"


# The walk, and from far to near


@pytest.mark.parametrize("cell", CELLS)
def test_space_walks_through_the_stages_and_on_to_the_next_token(lessons, cell):
    lesson = begun(lessons, cell)
    lesson.go(4)
    check_stage(lesson.look(), cell, 4, 0)
    for step, stage in [(step, stage) for step in (4, 5) for stage in LIT[cell]]:
        lesson.press(" ")
        check_stage(lesson.look(), cell, step, stage)
    lesson.page.get_by_role("button", name="The next stage of the walk").click()
    check_stage(lesson.look(), cell, 5, 0)  # the text is over


@pytest.mark.parametrize("cell", ["rnn", "coupled", "gru"])
def test_digits_and_buttons_choose_a_stage_of_the_walk(lessons, cell):
    lesson = begun(lessons, cell)
    stages = [*LIT[cell], 0]
    for stage in reversed(stages):
        lesson.press(str(stage))
        check_stage(lesson.look(), cell, 5, stage)
    lesson.press("5", "9")  # there is no such stage
    check_stage(lesson.look(), cell, 5, stages[0])
    for stage in stages:
        lesson.page.locator(".walk button").nth(stage).click()
        check_stage(lesson.look(), cell, 5, stage)


def check_stage(seen, cell, step, stage):
    """The stage of the walk is the one pressed; it lights its parts, wires and rows and nothing else; its equation stands there."""
    keys = {key for keys in LIT[cell].values() for key in keys.split()}
    names = set(seen["rows"])
    lit = set(LIT[cell][stage].split()) if stage else keys
    assert (seen["step"], seen["stage"]) == (step, stage)
    assert set(seen["tiles"][str(step)]["lit"]) == lit
    assert keys - set(seen["tiles"][str(step)]["lit"]) <= set(seen["tiles"][str(step)]["dim"])
    assert {name for name, bright in seen["rows"].items() if bright} == (names & lit)
    if not stage:
        assert not seen["tiles"][str(step)]["dim"] and seen["chosen"] is None and seen["equation"] == ""
        return
    part, equation = ABOUT[cell][stage]
    assert seen["chosen"] == part and seen["tiles"][str(step)]["framed"] == part
    assert seen["equation"].startswith(equation) and seen["panel"] is not None


def test_a_click_goes_nearer_and_escape_goes_back(lessons):
    lesson = begun(lessons, "lstm")
    lesson.press("Escape")
    assert lesson.look()["level"] == 0 and lesson.page.locator(".parts").is_hidden()
    lesson.page.locator(".tile .token", has_text="and").click()
    seen = lesson.look()
    assert (seen["level"], seen["step"], seen["panel"]) == (1, 3, None)
    lesson.part("f").click()
    seen = lesson.look()
    assert (seen["level"], seen["chosen"]) == (2, "f") and seen["title"] == "f · forget gate of unit 3, step 4 “and”"
    lesson.page.locator(".tile.here .wire[data-key='ig'] .touch").first.click(force=True)  # a wire is thin
    seen = lesson.look()
    assert (seen["level"], seen["chosen"], seen["title"]) == (2, "ig", "what is written")
    lesson.page.locator(".parts .chip[data-key='o']").click()
    assert lesson.look()["title"].startswith("o · output gate of unit 3")
    lesson.page.locator(".terms button").first.click()  # one of the largest terms: that unit
    title = lesson.look()["title"]
    unit = int(lesson.page.get_by_label("Unit", exact=True).input_value())
    assert f"of unit {unit}, step 4 " in title
    for level in (1, 0, 0):
        lesson.press("Escape")
        assert lesson.look()["level"] == level
    for level in (1, 2, 2):
        lesson.press("Enter")
        assert lesson.look()["level"] == level
    lesson.press("0")  # the whole step: nothing is chosen, so there is no arithmetic
    assert lesson.look()["level"] == 1 and lesson.look()["panel"] is None
    lesson.page.get_by_role("button", name="Closer: ").click()
    assert lesson.look()["level"] == 2 and lesson.look()["panel"] is not None
    for level in (1, 0):
        lesson.page.get_by_role("button", name="Back: ").click()
        assert lesson.look()["level"] == level


def test_a_click_on_a_row_chooses_step_and_value_and_the_tip_tells_it(lessons):
    lesson = begun(lessons, "lstm")
    row = lesson.page.locator(".strips .row").filter(has=lesson.page.get_by_text("output gate")).locator("canvas")
    wide = row.bounding_box()["width"] / 6
    value = trace(zoo.load("sentiment-lstm"), OWN)["o"][2, 3]
    row.hover(position={"x": 2.5 * wide, "y": 8})
    tip = lesson.look()["tip"]
    assert tip.startswith("step 3 “,” · output gate ot = ")
    close(tip.split(" = ")[1], value, 3)
    row.click(position={"x": 2.5 * wide, "y": 8})
    seen = lesson.look()
    assert (seen["step"], seen["chosen"]) == (2, "o")
    said = lesson.page.locator(".strips .row").last.locator("canvas")
    said.hover(position={"x": 4.5 * wide, "y": 8})
    tip = lesson.look()["tip"]
    assert tip.startswith("step 5 “not” · ") and abs(float(tip.split(": ")[1]) - trace(zoo.load("sentiment-lstm"), OWN).probs[4, 1]) <= 0.00502
    lesson.part("g").hover()
    close(lesson.look()["tip"].split(" = ")[1], trace(zoo.load("sentiment-lstm"), OWN)["g"][2, 3], 3)


@pytest.mark.parametrize(("typed", "unit"), [("500", 31), ("-3", 0), ("3.7", 3), ("", 3)])
def test_the_unit_s_box_says_which_unit_it_is(lessons, typed, unit):
    lesson = begun(lessons, "lstm")
    box = lesson.page.get_by_label("Unit", exact=True)
    box.fill(typed)
    box.press("Enter")
    lesson.check("sentiment-lstm", OWN, 5, unit)
    assert box.input_value() == str(unit)


def test_everything_is_done_by_keyboard_alone(lessons):
    lesson = begun(lessons, "gru")
    keyboard = lesson.page.keyboard
    lesson.area.focus()
    active = "() => { let at = document.activeElement; while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement; return at.ariaLabel || at.textContent || at.tagName; }"
    passed = []
    for _ in range(60):
        keyboard.press("Tab")
        passed.append(lesson.page.evaluate(active))
        if passed[-1].startswith("zt ⊙"):  # the part's button
            break
    board = next(k for k, what in enumerate(passed) if what.startswith("Stage: left and right arrow"))
    assert (
        any(what.startswith("peephole LSTM") for what in passed[:board])
        and "Unit" in passed[:board]
        and "Copy a link to all that is chosen here" in passed[:board]
    )
    keyboard.press("Enter")
    assert lesson.look()["chosen"] == "zh" and lesson.look()["level"] == 2
    lesson.board.focus()
    before = lesson.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
    for key, has in (
        ("Home", {"step": 0}),
        ("ArrowRight", {"step": 1}),
        ("ArrowRight", {"step": 2}),
        ("ArrowLeft", {"step": 1}),
        ("End", {"step": 5}),
        ("Escape", {"level": 1}),
        (" ", {"stage": 1, "step": 5}),
        ("3", {"stage": 3, "chosen": "z"}),
        ("Enter", {"level": 2}),
        ("m", {"mean": True}),
        ("m", {"mean": False}),
        ("-", {"level": 1}),
        ("+", {"level": 2}),
        ("0", {"stage": 0}),
    ):
        keyboard.press(key)
        seen = lesson.look()
        assert {name: seen[name] for name in has} == has, key
    for key, unit in (("ArrowUp", 2), ("ArrowDown", 3), ("ArrowDown", 4)):
        keyboard.press(key)
        lesson.check("sentiment-gru", OWN, 5, unit)
    assert lesson.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == before  # the keys are the stage's, not the page's
    numbered = lesson.page.get_by_role("button", name="Numbers", exact=True)
    keyboard.press("n")
    lesson.settle()
    assert numbered.get_attribute("aria-pressed") == "false" and lesson.page.locator(".tile.here .amount").first.is_hidden()
    keyboard.press("n")
    lesson.page.locator("a[href*='#look:cell=lstm']").focus()
    keyboard.press("Enter")
    lesson.page.wait_for_function("window.painted.model === 'sentiment-lstm'")
    assert lesson.look()["stage"] == 1


# What the text points at


@pytest.mark.parametrize("text", [None, OWN, "film"], ids=["its own text", "another", "one word"])
@pytest.mark.parametrize("path", PAGES)
def test_every_sentence_that_points_somewhere_goes_there(lessons, path, text):
    lesson = lessons(path)
    lesson.begin(PAGES[path], text or zoo.opening(PAGES[path], path[1:]).text)
    links = lesson.page.locator("a[href*='#look:']")
    assert links.count() > 2
    address, frames, visits = lesson.page.url, len(lesson.frames), lesson.page.evaluate("history.length")
    for k in range(links.count()):
        if text is not None:
            lesson.keys("0", "Escape", "Escape", "Enter", "End")  # nothing of the link before is left
        before = lesson.look()
        offered = [button.get_attribute("title") for button in lesson.page.locator(".tries button").all()]
        typed = text is not None or lesson.text not in offered  # a text that no model offers stays where another model is chosen
        link = links.nth(k)
        if text is None:
            link.click()
        else:
            link.evaluate("(link) => (link.focus(), link.click())")  # at once, without the mouse's way
        asked = dict(pair.split("=") for pair in link.get_attribute("href").split("#look:")[1].split(";"))
        check_look(lesson, asked, before, typed)
        assert urlsplit(lesson.page.url)._replace(query="") == urlsplit(address)._replace(query="")  # the address follows the stage; the link leads nowhere
    lesson.page.wait_for_timeout(100)
    assert len(lesson.frames) == frames and lesson.page.evaluate("history.length") == visits


def check_look(lesson, asked, before, typed):
    assert set(asked) <= {"step", "stage", "part", "cell", "model", "level", "text", "hold"}
    here = before["model"]
    model = asked.get("model") or (f"sentiment-{asked['cell']}" if "cell" in asked else here)
    own = typed or "text" in asked or model.split("-")[0] == here.split("-")[0]
    shown = unquote(asked["text"]) if "text" in asked else lesson.text if own else zoo.opening(model, lesson.path[1:]).text
    lesson.wait_for(shown, model)
    seen = lesson.look()
    cell, trace_ = zoo.load(model).spec.cell, trace(zoo.load(model), shown)
    unit = int(lesson.page.get_by_label("Unit", exact=True).input_value())
    assert seen["model"] == model and (model == here or unit == zoo.opening(model).unit)
    if "step" in asked:
        assert seen["step"] == step_meant(asked["step"], trace_, unit)
    elif own and model.split("-")[0] == here.split("-")[0]:
        assert seen["step"] == before["step"]
    stage = int(asked["stage"]) if "stage" in asked else before["stage"]
    if asked.get("level") == "0":
        stage = 0
    assert seen["stage"] == stage
    if stage:
        check_stage(seen | {"chosen": ABOUT[cell][stage][0], "tiles": seen["tiles"]}, cell, seen["step"], stage) if "part" not in asked else None
    if "part" in asked:
        assert seen["chosen"] == asked["part"] == seen["tiles"][str(seen["step"])]["framed"]
    if "level" in asked:
        assert seen["level"] == int(asked["level"])
    elif asked.get("stage", "0") != "0":
        assert seen["level"] >= 1


def step_meant(where, seen, unit):
    how, _, name = where.partition(":")
    values = seen[name][:, unit] if name else None
    return {
        "first": lambda: 0,
        "last": lambda: len(seen) - 1,
        "least": lambda: int(np.argmin(values)),
        "most": lambda: int(np.argmax(values)),
        "change": lambda: int(np.argmax(abs(np.diff(values, prepend=0)))),
        "moved": lambda: moved_most(seen),
    }[how]()


# Questions


def kinds(path):
    """The questions of a page, in their order."""
    return re.findall(r"^ask: (\S+)$", (ROOT / "pages" / "lessons" / f"{path.strip('/')}.md").read_text(encoding="utf-8"), re.MULTILINE)


QUESTIONS = [(path, k, kind) for path in PAGES for k, kind in enumerate(kinds(path)) if not kind.startswith("held")]  # which hides nothing


def has_it(kind, path):
    """A model of the page that can be asked."""
    if kind == "next":
        return "prose-lstm"
    return "sentiment-gru" if path == "/gru" else PAGES[path]


@pytest.mark.parametrize(("path", "k", "kind"), QUESTIONS, ids=lambda value: str(value))
def test_a_question_hides_its_answer_and_knows_it(lessons, path, k, kind):
    lesson, model = lessons(path), has_it(kind, path)
    text = "Her sister smiled" if kind == "next" else OWN
    lesson.begin(model, text)
    lesson.go(3)
    seen = trace(zoo.load(model), text)
    t, right = question(kind, seen, 3)
    bright = lesson.columns(len(seen), kind != "next")
    card = lesson.ask(k)
    choices = card.locator(".choices button")
    offered = choices.all_inner_texts()
    answer = next(k for k, choice in enumerate(offered) if choice.startswith(glyph(right)))
    assert len(set(offered)) == len(offered)
    check_hidden(lesson, model, text, kind, t, bright)
    before = tally(card)
    choices.nth(answer).click()
    verdict = card.locator(".told").inner_text()
    assert verdict.startswith("Right. ") and tally(card) == (before[0] + 1, before[1] + 1)
    check_told(verdict, kind, seen, t)
    after = lesson.look()
    assert after["step"] == t and (kind in ("mover", "next") or after["chosen"] == kind.split(":")[1])
    lesson.check(model, text, t, 3)
    lesson.ask(k)
    choices.nth((answer + 1) % len(offered)).click()
    verdict = card.locator(".told").inner_text()
    assert verdict.startswith(f"Not this time: the answer is {offered[answer]}.") and tally(card) == (before[0] + 1, before[1] + 2)
    check_told(verdict, kind, seen, t)  # the reason is there whatever was chosen
    for other in lesson.page.locator(".ask").all():
        assert tally(other) == tally(card)  # one score for all
    assert lesson.columns(len(seen), kind != "next")[-1] == bright[-1]


def hidden_from(kind, seen, unit):
    """The step from which on nothing may be told: all of the text, where the question asks for a step."""
    return question(kind, seen, unit)[0] if kind.split(":")[0] in ("kept", "squash") else 0


def tally(card):
    said = re.search(r"(\d+) of (\d+) right in this visit", card.inner_text())
    return (int(said[1]), int(said[2])) if said else (0, 0)


def check_told(verdict, kind, seen, t):
    """The reason names the numbers of the trace at the step that was asked for."""
    how, _, name = kind.partition(":")
    told = [number(said) for said in re.findall(r"−?\d\.\d\d", verdict)]
    if how == "mover":
        asked = [seen.probs[t, 1], seen.probs[t - 1, 1] if t else 0.5]
    elif how == "next":
        return re.search(r"has (\d+) %", verdict)[1] == f"{100 * seen.probs[t].max():.0f}"
    elif how == "reset":
        assert f"{100 * seen[name][t, 3]:.0f} % comes through" in verdict
        asked = []
    else:
        asked = [seen[name][t, 3]]
    for value in asked:
        assert any(abs(each - value) <= 0.00502 for each in told), f"{value} in: {verdict}"


def check_hidden(lesson, model, text, kind, t, bright):
    """Nothing on the page tells what is asked: no number, label, tip, color or place of the cursor. What the question itself gives is told."""
    seen = lesson.look()
    steps = len(tokenize(text, zoo.load(model).spec.unit))
    columns = lesson.columns(steps, kind != "next")
    if hidden_from(kind, trace(zoo.load(model), text), 3) == 0:
        assert seen["step"] == 3 and all(len(set(row)) == 1 for row in columns[1:])  # no row says anything, and the cursor does not point
        lesson.page.locator(".strips .row").last.locator("canvas").hover(position={"x": 5, "y": 8})
        assert re.fullmatch(r"step 1 \S+", lesson.look()["tip"])
        hidden = {"next": "hidden:c", "mover": "hidden:h"}.get(kind, kind)
        return check_untold(lesson, model, text, hidden, 0)  # nor does any unit
    assert seen["step"] == max(0, t - 1)
    for row, was in zip(columns[1:], bright[1:], strict=True):
        assert row[:t] == was[:t] and len(set(row[t:])) == 1
    check_untold(lesson, model, text, kind, t)


def check_untold(lesson, model, text, kind, t):
    """From step t on nothing is told of the value that a question is about, wherever one looks, but what the question gives."""
    steps = len(tokenize(text, zoo.load(model).spec.unit))
    values = {key: value[:, 3] for key, value in carried(model, text).items()}
    told = {f"{value[s]:.{digits}f}".replace("-", "−") for value in values.values() for s in range(t) for digits in (2, 3)}
    told |= set(re.findall(r"−?\d+\.\d+", "\n".join(lesson.page.locator(".st-key-lesson-text, .ask").all_inner_texts())))
    secret = {f"{values[kind.split(':')[1]][s]:.{digits}f}".replace("-", "−") for s in range(t, steps) for digits in (2, 3)} - told
    row, wide = lesson.page.locator(".strips .row").nth(1).locator("canvas"), lesson.wide(steps, model.startswith("sentiment"))
    assert "In this text" not in lesson.look()["caption"]
    for s in range(t, steps):
        lesson.go(s)
        row.hover(position={"x": (s + 0.5) * wide, "y": 8})
        seen = lesson.look()
        tile = seen["tiles"][str(s)]
        assert {shown for _, shown in tile["numbers"]} == {"?"} == set(seen["parts"].values())
        assert set(tile["flows"]) == {"transparent"} and len(set(tile["fills"])) == 1
        assert seen["slider"] is None and "hidden" in seen["story"] and "=" not in seen["tip"]
        lesson.keys("2")
        seen = lesson.look()
        assert "hidden" in seen["story"] and seen["panel"].startswith("Predict first")
        lesson.part("h").hover()
        assert "=" not in lesson.look()["tip"]
        said = set(re.findall(r"−?\d+\.\d+", lesson.said()))
        assert not secret & said, secret & said


def test_typing_or_another_question_ends_an_open_one_cleanly(lessons):
    lesson = begun(lessons, "lstm")
    one, other = lesson.page.locator(".ask").nth(0), lesson.page.locator(".ask").nth(1)
    before = tally(one)

    def closed(card):
        return card.get_by_role("button", name="Ask me").count() == 1 and card.locator(".choices").count() == 0

    lesson.ask(0), lesson.ask(1)
    assert closed(one) and not closed(other)
    lesson.area.focus()
    lesson.page.keyboard.press("End")
    lesson.page.keyboard.type(" at")
    lesson.wait_for(OWN + " at")
    assert closed(one) and closed(other)
    lesson.check("sentiment-lstm", OWN + " at", 6, 3)
    lesson.ask(0)
    lesson.press("ArrowDown")  # another unit
    assert closed(one)
    lesson.check("sentiment-lstm", OWN + " at", lesson.look()["step"], 4)
    lesson.ask(0)
    lesson.replace("")
    assert closed(one) is False and "Type a sentence first." in one.inner_text()
    lesson.replace(OWN)
    assert closed(one) and tally(one) == before


def test_a_question_says_why_it_cannot_be_asked(lessons):
    lesson = begun(lessons, "lstm", text="film")
    assert "type a longer one" in lesson.page.locator(".ask").nth(0).inner_text()
    lesson.replace("")
    assert lesson.page.locator(".ask").nth(0).inner_text().endswith("Type a sentence first.")


def closed(card):
    return card.get_by_role("button", name="Ask me").count() == 1 and card.locator(".choices, .told").count() == 0


@pytest.mark.parametrize(("first", "second"), [(2, 0), (0, 1)])
def test_opening_another_question_closes_the_first_one_and_keeps_its_answer_hidden(lessons, first, second):
    lesson, model, unit = begun(lessons, "lstm"), "sentiment-lstm", 3
    seen, asked = trace(zoo.load(model), OWN), kinds("/lstm")
    t, other = hidden_from(asked[first], seen, unit), question(asked[second], seen, unit)[0]
    lesson.ask(first)
    lesson.ask(second)
    card = lesson.page.locator(".ask").nth(first)
    assert closed(card) and "Not answered yet" in card.inner_text()
    check_untold(lesson, model, OWN, asked[first], t)
    for link in lesson.page.locator("a[href*='#look:']:not([href*='text='])").all():  # nor does a sentence of the text lead to it
        before = lesson.look()["step"]
        link.click()
        assert not re.search("step=(?!last)", link.get_attribute("href")) or lesson.look()["step"] == before
    lesson.press("ArrowDown", "ArrowUp")  # another unit and back
    lesson.page.get_by_label("Unit", exact=True).press("Tab")
    lesson.choose("prose-lstm")
    lesson.choose(model)
    lesson.choose_unit(unit)
    check_untold(lesson, model, OWN, asked[first], t)
    lesson.page.locator(".ask").nth(second).locator(".choices button").first.click()
    assert closed(card)
    check_untold(lesson, model, OWN, asked[first], t)
    lesson.page.get_by_role("button", name="Show it without an answer").click()
    lesson.go(other)
    lesson.check(model, OWN, other, unit)
    assert closed(card) and "Not answered yet" not in card.inner_text()


def test_a_question_on_the_whole_text_stays_closed_to_links_other_units_and_other_models(lessons):
    lesson, model = lessons("/answers").begin("sentiment-lstm"), "sentiment-lstm"
    lesson.go(2)
    lesson.ask(0)
    lesson.page.locator("a[href*='step=moved']").click()
    assert lesson.look()["step"] == 2  # it would be the answer
    for unit in (5, None, 3):
        lesson.choose_unit(unit)
        check_untold(lesson, model, OWN, "hidden:c", 0)
    lesson.choose("prose-lstm")
    lesson.choose(model)
    lesson.choose_unit(3)
    check_untold(lesson, model, OWN, "hidden:c", 0)
    assert lesson.page.locator(".ask").nth(0).locator(".choices button").count() > 1  # and it still waits for its answer
    lesson.lift()


LONGER = "Never a dull moment zzyzx, and great food"
"""Of this text every model that a question brings can be asked it."""


@pytest.mark.parametrize(
    ("path", "here", "k", "there"),
    [
        ("/gru", "sentiment-lstm", 0, "sentiment-gru"),
        ("/gru", "sentiment-coupled", 1, "sentiment-gru"),
        ("/answers", "sentiment-lstm", 1, "prose-lstm"),
        ("/answers", "prose-lstm", 0, "sentiment-lstm"),
    ],
)
@pytest.mark.parametrize("own", [True, False])
def test_a_question_brings_a_model_that_can_be_asked_onto_the_stage(lessons, path, here, k, there, own):
    lesson = lessons(path).begin(here, LONGER if own else zoo.opening(here, path[1:]).text)
    card = lesson.page.locator(".ask").nth(k)
    assert f"It is asked of {there}: the stage changes to it." in card.inner_text()
    lesson.ask(k)
    card.locator(".choices button").first.wait_for()
    assert card.locator(".choices button").first.evaluate("(choice) => choice === choice.getRootNode().activeElement")
    text, kind = LONGER if own else zoo.opening(there, path[1:]).text, kinds(path)[k]
    lesson.wait_for(text, there)
    t = question(kind, trace(zoo.load(there), text), zoo.opening(there).unit)[0] if ":" in kind else 0
    lesson.go(t)
    seen = lesson.look()
    assert {shown for _, shown in seen["tiles"][str(t)]["numbers"]} == {"?"} and "In this text" not in seen["caption"]
    lesson.lift()


def test_a_question_is_asked_and_answered_by_keyboard(lessons):
    lesson = begun(lessons, "lstm")
    card = lesson.ask(0)  # by mouse; the first choice has the focus now
    lesson.page.keyboard.press("Enter")
    assert card.locator(".told").evaluate("(verdict) => verdict === verdict.getRootNode().activeElement")  # it is read aloud
    lesson.page.keyboard.press("Tab")
    lesson.page.keyboard.press("Enter")  # once more
    card.get_by_role("button", name="Ask me").focus()
    lesson.page.keyboard.press("Enter")
    assert card.locator(".choices button").first.evaluate("(choice) => choice === choice.getRootNode().activeElement")


def test_the_score_stays_over_pages_in_this_tab_and_is_told_to_nobody(context, server, lessons):
    page = context.new_page()
    watched, asked = Watched(page), []
    watched.allowed = ("404",)
    page.on("request", lambda request: asked.append(f"{request.url} {request.post_data or ''}"))
    lesson = LessonPage(page, server.url, "/lstm")
    card = lesson.ask(0)
    card.locator(".choices button").first.click()
    score = tally(card)
    assert score[1] == 1
    go(page, "GRU")
    page.locator(".cells button").nth(4).wait_for()  # the other page's stage, with its five cells
    finished(page)
    told = page.locator(".ask", has_text="right in this visit")
    expect(told.first).to_be_visible()
    for card in told.all():
        assert tally(card) == score
    for name in ("LSTM", "Simple RNN", "GRU"):
        go(page, name)
        page.locator("h1", has_text=name).wait_for()
    page.locator(".cells button").nth(4).wait_for()
    finished(page)
    expect(page.locator(".ask").first).to_contain_text(f"{score[0]} of {score[1]} right in this visit")
    stored = page.evaluate("[JSON.stringify({...sessionStorage}), JSON.stringify({...localStorage}), document.cookie]")
    assert "gatelab:score" in stored[0] and "score" not in stored[1] + stored[2]
    assert not [request for request in asked if "score" in request or '"right"' in request]
    assert not [frame for frame in lesson.frames if "score" in str(frame)] and not watched.wrong
    page.close()


# The visitor's own text

NEWER = "\U00031350"
"""A letter to the browser; to this Python, whose Unicode is older, a sign. They do not agree how often it makes a token."""


@pytest.mark.parametrize(
    "text",
    [
        "film",
        "zzyzx",
        "!",
        "NOT good",
        "😀👩‍👩‍👧 good",
        "فيلم رائع",
        "nai\u0308ve e\u0301 §",
        "\u200d\u202e a\u00a0b",
        "<img src=x onerror=alert(1)> &amp;",
        f"{NEWER}{NEWER} good",
        "x" * 2000,
        "no " * 667,
    ],
    ids=lambda text: ascii(text)[:20],
)
def test_any_text_is_shown_as_the_model_reads_it(lessons, text):
    lesson = begun(lessons, "gru")
    lesson.replace(text)
    last = len(tokenize(text[:2000], "words")) - 1
    lesson.check("sentiment-gru", text[:2000], last if NEWER not in text else lesson.look()["step"], 3)
    assert lesson.overflow() <= 0
    lesson.press("Home", " ", "Enter")
    lesson.check("sentiment-gru", text[:2000], 0, 3)
    seen = lesson.look()
    unknown = not zoo.load("sentiment-gru").vocabulary.knows(tokenize(text, "words")[0])
    assert ("which the model never saw" in seen["story"]) == unknown and len(seen["story"]) < 400
    lesson.part("h").hover()
    assert lesson.overflow() <= 0  # nor does a tip reach out of the page
    lesson.press("Escape", "Escape")
    wide = lesson.page.locator(".tile .token").evaluate_all("(all) => all.map((token) => token.getBBox().width)")
    assert max(wide) <= 360  # no word reaches into the next tile
    assert seen["note"] == ("Cut: the last 1 did not fit." if len(text) > 2000 else "")


def test_without_text_nothing_breaks(lessons):
    lesson = begun(lessons, "peephole")
    lesson.replace("")
    for key in ("0", "1", " ", "ArrowRight", "ArrowLeft", "Home", "End", "Enter", "Enter", "Escape", "m", "m", "ArrowDown", "ArrowUp", "n", "n"):
        lesson.press(key)
        seen = lesson.look()
        assert seen["step"] is None and seen["story"].startswith("There is no text yet") and seen["parts"] == {} and seen["panel"] is None, key
    for k in range(lesson.page.locator("a[href*='#look:']").count()):
        lesson.page.locator("a[href*='#look:']").nth(k).click()
    lesson.settle()
    lesson.begin("sentiment-peephole")
    lesson.check("sentiment-peephole", OWN, 5, 3)


def test_fast_typing_and_corrections_end_in_the_right_picture_at_the_caret(lessons):
    lesson = begun(lessons, "lstm")
    lesson.replace("")
    frames = len(lesson.frames)
    text = "a dull film with a great cast and no plot"
    lesson.area.press_sequentially(text, delay=3)
    lesson.wait_for(text)
    lesson.check("sentiment-lstm", text, 9, 3)
    for _ in range(len(" and no plot")):
        lesson.page.keyboard.press("ArrowLeft")
    lesson.page.keyboard.type("ing")
    corrected = "a dull film with a great casting and no plot"
    lesson.wait_for(corrected)
    lesson.check("sentiment-lstm", corrected, 6, 3)
    assert lesson.area.evaluate("(area) => area.selectionStart") == corrected.index(" and")
    lesson.page.wait_for_timeout(700)
    assert len(lesson.frames) == frames > 0  # and Streamlit never heard of it


def test_the_cursor_is_at_the_caret_however_late_an_answer_comes(lessons):
    lesson = begun(lessons, "lstm")
    lesson.page.route("**/live/trace", lambda route: (lesson.page.wait_for_timeout(150), route.continue_()))
    lesson.area.focus()
    lesson.page.keyboard.press("End")
    lesson.page.keyboard.type(" at all")
    lesson.wait_for(OWN + " at all")
    lesson.page.unroute("**/live/trace")
    lesson.check("sentiment-lstm", OWN + " at all", 7, 3)


def test_cells_can_be_changed_while_typing(lessons):
    lesson = begun(lessons, "lstm") and begun(lessons, "gru")
    lesson.replace("")
    typed = ""
    for word, cell in zip(["this", "cast", "is", "great", "but", "never", "dull"], ("lstm", "coupled", "gru-cho", "peephole", "gru", "gru-cho", "coupled")):
        lesson.area.focus()
        lesson.page.keyboard.press("End")
        lesson.page.keyboard.type(word + " ")
        typed += word + " "
        lesson.page.locator(f".cells button[title='sentiment-{cell}']").click()
        lesson.press("2")
    lesson.wait_for(typed, "sentiment-coupled")
    seen = lesson.check("sentiment-coupled", typed, 6, zoo.opening("sentiment-coupled").unit)
    check_stage(seen, "coupled", 6, 2)
    for cell in ("gru", "coupled"):  # the stage stays, and is about what the other cell does in it
        lesson.choose(f"sentiment-{cell}")
        check_stage(lesson.look(), cell, 6, 2)


def test_an_untouched_example_makes_room_for_another_task_s_own_and_a_sentence_of_one_s_own_stays(lessons):
    lesson = lessons("/answers").begin("sentiment-lstm", zoo.opening("sentiment-lstm", "answers").others[0])
    lesson.choose("prose-lstm")
    lesson.wait_for(zoo.opening("prose-lstm").text, "prose-lstm")
    lesson.replace(OWN)
    lesson.choose("sentiment-lstm")
    lesson.wait_for(OWN, "sentiment-lstm")
    lesson.page.locator(".try").nth(1).click()
    lesson.wait_for(zoo.opening("sentiment-lstm", "answers").others[0])
    lesson.page.keyboard.press("ControlOrMeta+z")
    lesson.wait_for(OWN)


def test_a_sentence_of_one_s_own_goes_on_in_the_next_lesson_and_after_a_reload(context, server):
    """Each lesson opens on a first picture of another text, and may be painted before the sentence has been answered."""
    watched = Watched(context.new_page())
    watched.allowed = ("404",)
    page, text = watched.page, "the film was a boring waste of my time"
    lesson = LessonPage(page, server.url, "/simple-rnn")
    lesson.replace(text)

    def check(chips, model):
        page.locator(".cells button").nth(chips - 1).wait_for()  # just this lesson has so many
        page.locator(".tile.here .token", has_text="time").wait_for()
        page.locator(".parts b", has_text="?").first.wait_for(state="detached")
        seen = lesson.check(model, text, 8, zoo.opening(model).unit)
        assert lesson.text == text and seen["tiles"]["8"]["numbers"] and "NaN" not in seen["view"]

    page.route("**/live/trace", lambda route: (page.wait_for_timeout(150), route.continue_()))
    for name, chips, model in (("LSTM", 2, "sentiment-lstm"), ("GRU", 5, "sentiment-gru")):
        go(page, name)
        page.locator("h1", has_text=name).wait_for()
        check(chips, model)
        page.reload()
        check(chips, model)
    page.unroute("**/live/trace")
    page.close()
    assert not watched.wrong


# Links, and what stands around


def test_a_link_opens_what_it_says_and_a_copied_one_the_same(context, server, lessons):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    watched = Watched(context.new_page())
    watched.allowed = ("404",)
    lesson = LessonPage(watched.page, server.url, "/gru?model=sentiment-gru-cho&text=not+bad+%26+%231&unit=5&step=2&stage=3")
    lesson.page.locator(".parts b", has_text="?").first.wait_for(state="detached")
    check_stage(lesson.check("sentiment-gru-cho", "not bad & #1", 1, 5), "gru-cho", 1, 3)
    lesson.go(3)
    lesson.press("m", "2")
    lesson.page.get_by_role("button", name="Copy a link").click()
    lesson.page.locator("button:has-text('Copied')").wait_for()
    lesson.open(lesson.page.evaluate("navigator.clipboard.readText()").removeprefix(server.url))
    lesson.page.locator(".parts b", has_text="?").first.wait_for(state="detached")
    check_stage(lesson.check("sentiment-gru-cho", "not bad & #1", 3, None), "gru-cho", 3, 2)
    lesson.open("/simple-rnn?model=sentiment-gru&text=" + "no+" * 700 + "&unit=32&step=0&stage=3")
    said = lesson.page.locator("[data-testid=stText]").inner_text()
    assert [line.split(" must be ")[0] for line in said.splitlines()] == [
        "The link's model",
        "The link's text was cut: at most 2,000 characters fit, it has 2,100.",
        "The link's unit",
        "The link's step",
        "The link's stage",
    ]
    assert all(f"'{got}'" in said for got in ("sentiment-gru", "32", "0", "3"))
    assert lesson.text == "no " * 666 + "no" and lesson.look()["stage"] == 0
    lesson.page.close()
    assert not watched.wrong


@pytest.mark.parametrize("path", PAGES)
def test_a_lesson_fits_a_phone_and_a_projector_at_every_level(lessons, path):
    lesson = lessons(path).begin(PAGES[path])
    for width, height in ((390, 844), (1920, 1080)):
        lesson.page.set_viewport_size({"width": width, "height": height})
        lesson.settle()
        for key in ("Escape", "Enter", "Enter", "m", "m", "1"):
            lesson.press(key)
            lesson.settle()
            assert lesson.overflow() <= 0, (width, key)
            box = lesson.stage.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= width
        lesson.check(PAGES[path], OWN, 5, 3)
    lesson.page.set_viewport_size({"width": 1400, "height": 1500})


def test_a_phone_is_used_by_touch(chromium, server):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=2)
    watched = Watched(context.new_page())
    watched.allowed = ("404",)
    lesson = LessonPage(watched.page, server.url, "/gru")
    lesson.page.locator(".cells button[title='sentiment-gru']").tap()
    lesson.page.wait_for_function("window.painted.model === 'sentiment-gru'")
    for stage in (1, 2):
        lesson.page.get_by_role("button", name="The next stage of the walk").tap()
    lesson.page.wait_for_timeout(600)  # the movement is over
    seen = lesson.look()
    assert 0 < seen["step"] < len(tokenize(zoo.opening("sentiment-gru", "gru").text, "words"))  # one that stands beside the first word
    check_stage(seen, "gru", seen["step"], 2)
    lesson.part("z").tap()
    assert (lesson.look()["chosen"], lesson.look()["level"]) == ("z", 2)
    row = lesson.page.locator(".strips .row").nth(1).locator("canvas")
    row.tap(position={"x": 30, "y": 6})
    assert lesson.look()["chosen"] == "r" and lesson.look()["step"] < seen["step"]
    lesson.page.locator("a[href*='#look:cell=coupled']").tap()
    lesson.page.wait_for_function("window.painted.model === 'sentiment-coupled'")
    lesson.page.wait_for_timeout(700)  # the page has scrolled
    top = lesson.stage.bounding_box()["y"]
    assert -400 < top + lesson.page.locator(".diagram").bounding_box()["y"] - top < 844  # the diagram has come into sight
    assert lesson.overflow() <= 0
    targets = lesson.page.locator(".stage.lesson button:visible").evaluate_all("(all) => all.map((each) => Math.round(each.getBoundingClientRect().height))")
    assert min(targets) >= 26
    context.close()
    assert not watched.wrong


def test_another_theme_dresses_the_stage_and_changes_nothing_else(lessons):
    lesson = begun(lessons, "lstm")
    lesson.press("2")
    light = lesson.look()
    lesson.page.emulate_media(color_scheme="dark")
    lesson.page.locator(".stage.lesson[data-theme='dark']").wait_for()
    lesson.page.locator(".ask[data-theme='dark']").first.wait_for()
    dark = lesson.look()
    shown = ("step", "model", "parts", "chosen", "stage", "level", "story", "equation", "numbers")
    assert {key: dark[key] for key in shown} == {key: light[key] for key in shown}
    assert dark["tiles"]["5"]["fills"] != light["tiles"]["5"]["fills"] and lesson.text == OWN
    lesson.page.emulate_media(color_scheme="light")
    lesson.page.locator(".stage.lesson[data-theme='light']").wait_for()
    assert lesson.look()["tiles"]["5"]["fills"] == light["tiles"]["5"]["fills"]


def test_the_diagram_moves_unless_motion_is_unwanted(lessons):
    lesson = begun(lessons, "lstm")
    stage = lesson.stage
    views = """async (stage) => {
      const seen = new Set();
      const began = performance.now();
      while (performance.now() - began < 600) {
        seen.add(stage.querySelector(".diagram").getAttribute("viewBox"));
        await new Promise((done) => requestAnimationFrame(done));
      }
      return [...seen];
    }"""
    lesson.press("Home")
    lesson.settle()
    lesson.press("End")
    assert len(stage.evaluate(views)) <= 2  # before and after
    lesson.page.emulate_media(reduced_motion="no-preference")
    lesson.press("Home")
    moved = stage.evaluate(views)
    assert len(moved) > 4
    lesson.press("1")
    lesson.settle()
    assert lesson.page.locator(".tile.here .wire:not(.dim) .spark").first.evaluate("(spark) => getComputedStyle(spark).animationName") == "flow"
    lesson.page.emulate_media(reduced_motion="reduce")
    assert lesson.page.locator(".tile.here .wire:not(.dim) .spark").first.evaluate("(spark) => getComputedStyle(spark).animationName") == "none"


def test_a_lost_server_says_reconnecting_keeps_the_text_and_catches_up(chromium, tmp_path):
    context = chromium.new_context(viewport={"width": 1400, "height": 1500}, reduced_motion="reduce")
    with running(tmp_path / "log") as server:
        page = context.new_page()
        keep_out_networks(page)
        lesson = LessonPage(page, server.url, "/lstm")
        server.stop()
        lesson.area.fill("typed while away")
        lesson.page.locator(".badge:has-text('reconnecting')").wait_for()
        lesson.press("1")
        assert lesson.look()["stage"] == 1  # what is here can still be looked at
        lesson.area.focus()
        lesson.page.keyboard.press("End")
        lesson.page.keyboard.type(", and more")
        server.start()
        text = "typed while away, and more"
        lesson.wait_for(text)
        lesson.check("sentiment-lstm", text, 5, zoo.opening("sentiment-lstm").unit)
        assert lesson.look()["badge"] == "" and lesson.text == text
    context.close()


# What a beginner and a screen reader are told


@pytest.mark.parametrize("path", PAGES)
def test_a_lesson_says_what_the_network_is_for_and_its_legend_tells_signs_from_verdicts(lessons, path):
    lesson = lessons(path).begin(PAGES[path])
    for name in [chip.get_attribute("title") for chip in lesson.page.locator(".cells button").all()]:
        lesson.choose(name)
        seen, spec = lesson.look(), zoo.load(name).spec
        assert (
            seen["purpose"] == PURPOSES[zoo.task(spec.name)]
            and lesson.stage.evaluate("(stage) => stage.querySelector('.intro').firstChild.className") == "purpose"
        )
        assert "below 0" in seen["legend"] and "above 0" in seen["legend"] and "positive" not in seen["legend"]
        assert ("gates" in seen["legend"]) == (spec.cell != "rnn")  # a simple RNN has none


@pytest.mark.parametrize("path", PAGES)
def test_the_caption_counts_on_the_text_that_stands_there(lessons, path):
    lesson = lessons(path)
    for name in [chip.get_attribute("title") for chip in lesson.page.locator(".cells button").all()]:
        opening = zoo.opening(name)
        for text in (opening.text, opening.others[0], "hello hello"):
            lesson.begin(name, text, unit=opening.unit)
            counts = ", and ".join(f"{held} of {places}" if places else "none to count" for held, places in count(name, text))
            assert lesson.look()["caption"].startswith(f"Unit {opening.unit}: {opening.note} ") and f" In this text: {counts}." in lesson.look()["caption"]
    lesson.choose_unit(None)
    assert lesson.look()["caption"] == ""


def test_a_screen_reader_hears_of_a_step_when_typing_rests_and_not_at_every_letter(lessons):
    lesson = begun(lessons, "lstm")
    lesson.page.wait_for_timeout(1500)
    lesson.stage.evaluate("""(stage) => {
      window.heard = [];
      const live = stage.querySelectorAll(".unseen[aria-live]");
      new MutationObserver(() => window.heard.push([...live].map(({ textContent }) => textContent).join())).observe(stage, { subtree: true, childList: true, characterData: true });
      window.spoken = () => new Set(window.heard).size;
    }""")
    lesson.area.focus()
    lesson.page.keyboard.press("End")
    before = lesson.look()["spoken"]
    for letter in " nor slow":
        lesson.page.keyboard.type(letter)
        lesson.wait_for(lesson.text)
        assert lesson.look()["spoken"] == before
    assert lesson.page.evaluate("window.spoken()") == 1
    lesson.page.wait_for_function("window.spoken() === 2")
    seen, text = lesson.look(), OWN + " nor slow"
    said = trace(zoo.load("sentiment-lstm"), text).probs[-1]
    assert seen["spoken"] == f"{seen['story']} The network says {zoo.load('sentiment-lstm').spec.outputs[said.argmax()]} {100 * said.max():.0f} %."
    lesson.page.evaluate("window.heard = []")
