"""The Compare page in a real browser, driven as a visitor drives it; what it shows is compared with Python's own traces."""

import re
from itertools import combinations

import numpy as np
import pytest
from playwright.sync_api import expect

from gatelab import zoo
from gatelab.figures.picture import shades
from gatelab.traces import trace
from gatelab.words import FAMILY, TITLES
from tests.browser import keep_out_networks, running, show_more
from tests.families import FamilyPage, asked, opened, sent
from tests.stage import MAP_TOP, near, number

PROSE = ["prose-lstm", "prose-gru", "prose-rnn", "prose-peephole", "prose-coupled"]
FAST = "She told him, in a low voice, that nobody could have known."
NAMED = {" ": "space", "\n": "line break", "\N{REPLACEMENT CHARACTER}": "unknown"}


@pytest.fixture(scope="module")
def shared(chromium, server):
    with opened(chromium, server.url, f"/compare?models={','.join(PROSE)}") as page:
        yield page


@pytest.fixture
def compare(shared):
    """The page as it opens; the test fails if anything stands in its console or leaves the machine."""
    compare, watched = shared
    compare.begin_anew()
    yield compare
    wrong, watched.wrong = watched.wrong, []
    assert not wrong, "\n".join(wrong)


def called(name):
    return FAMILY[zoo.load(name).spec.cell] + (", matched" if name.endswith("-matched") else "")


def check_said(words, seen, t):
    """What stands on the page for a model's answer after step t is one of its likeliest, with its probability; or its number."""
    if seen.probs is None:
        assert abs(number(words) - seen.answers[t, 0]) < 0.000501, words
        return
    answer, percent = re.fullmatch(r"(.+) (\d+) %", words).groups()
    labels = [NAMED.get(label, f"“{label}”" if len(label) == 1 else label) for label in seen.model.spec.labels]
    chance = seen.probs[t, labels.index(answer)]
    assert chance >= seen.probs[t].max() - 1e-6 and abs(100 * chance - int(percent)) <= 0.501, words


def check_page(compare):
    """What each model says at the cursor and at the end, and where they differ most, by Python's traces of the text."""
    text, names = compare.text, compare.models
    seen = {name: trace(zoo.load(name), text) for name in names}
    steps = len(seen[names[0]])
    cursor = int(compare.page.get_by_label("Step", exact=True).input_value()) - 1
    legend = {entry.locator("b").inner_text(): entry.locator("span").inner_text() for entry in compare.page.locator(".entry").all()}
    for name in names:
        check_said(legend[called(name)].removeprefix("says "), seen[name], cursor)
        band = compare.page.get_by_role("region", name=called(name), exact=True).locator(".now").inner_text()
        end, _, here = band.removeprefix("says ").partition(" at the end")
        check_said(end, seen[name], steps - 1)
        if here:
            check_said(here.removeprefix(", ").removesuffix(f" after step {cursor + 1}"), seen[name], cursor)
        assert bool(here) == (cursor < steps - 1)
    if "true sum" in legend:
        total = sum(number * mark for number, mark in zoo.load(names[0]).vocabulary.encode(seen[names[0]].tokens[: cursor + 1]))
        assert abs(number(legend["true sum"]) - total) < 0.000501
    check_most(compare.page.locator(".most").inner_text(), seen)


def check_most(words, seen):
    def answers(name):
        return seen[name].answers if seen[name].probs is None else seen[name].probs

    half = 1 if next(iter(seen.values())).probs is None else 0.5
    apart = {pair: half * abs(answers(pair[0]) - answers(pair[1])).sum(1) for pair in combinations(seen, 2)}
    tokens = next(iter(seen.values())).tokens
    wanted = np.array([token == "?" for token in tokens]) if "recall" in next(iter(seen)) else np.ones(len(tokens), bool)
    most = max(far[wanted].max() for far in apart.values())
    if most < 0.005:
        assert words == "All say the same at every step."
        return
    by, step, one, said, other, says = re.fullmatch(
        r"They differ most, by ([\d.]+), after .+ \(step (\d+)\): (\S+) says (.+), (\S+) says (.+)\.", words, re.DOTALL
    ).groups()
    assert abs(float(by) - most) < 0.00501 and apart[one, other][int(step) - 1] >= most - 1e-5, words
    check_said(said, seen[one], int(step) - 1)
    check_said(says, seen[other], int(step) - 1)


def test_it_opens_on_every_cell_with_pictures_that_are_right(compare):
    assert compare.models == PROSE
    compare.page.set_viewport_size({"width": 1400, "height": 2600})
    compare.settle()
    compare.go_to(40)
    check_page(compare)
    screen = compare.screen()
    for name in PROSE:
        seen = trace(zoo.load(name), compare.text)
        canvas = compare.page.get_by_role("region", name=called(name), exact=True).locator("canvas.heatmap")
        value, box, order = canvas.get_attribute("data-name"), canvas.bounding_box(), np.array(zoo.load(name).orders["similarity"])
        assert value == ("c" if "c" in seen else "h")
        y = np.floor(box["y"] + MAP_TOP + np.arange(len(order)) + 0.5).astype(int)  # one CSS pixel a unit
        beside = abs(np.arange(len(order)) - list(order).index(zoo.opening(name).unit)) <= 1  # the hairlines that frame the unit
        for t in (0, 20, 60):
            x = round(box["x"] + (t + 0.5) * compare.column())
            assert (near(screen[y, x], seen[value][t, order], value, seen.ranges) | beside).all(), f"{name} at step {t + 1}"
        t, unit, shown = re.fullmatch(rf"step (\d+) .+ · {value} of unit (\d+) = (.+)", compare.tip(canvas, 205, 60)[0]).groups()
        assert abs(number(shown) - seen[value][int(t) - 1, int(unit)]) < 0.000501


def test_the_lines_are_the_surprises_at_what_came(compare):
    width, text = compare.column(), compare.text
    for t in (2, 30, len(text) - 1):
        said, *lines = compare.tip(compare.page.locator("canvas.chart"), (t + 0.5) * width, 30)
        assert said == f"step {t + 1} “{text[t]}”" and len(lines) == len(PROSE)
        for name, line in zip(PROSE, lines):
            seen = trace(zoo.load(name), text)
            words, _, surprise = line.removeprefix(f"{name} says ").partition(", surprise at what came ")
            check_said(words, seen, t)
            if t + 1 == len(text):
                assert surprise == ""
            else:
                expected = -np.log(seen.probs[t, zoo.load(name).vocabulary.id(text[t + 1])])
                assert abs(float(surprise.removesuffix(" nats")) - expected) < 0.00501


def test_typing_paints_at_each_key_asks_for_new_steps_alone_and_causes_no_rerun(compare):
    keep_out_networks(compare.page)
    frames = sent(compare.page)
    compare.page.reload()
    compare.page.wait_for_function("window.painted !== undefined")
    compare.replace("")
    compare.page.wait_for_timeout(500)
    before, requests = len(frames), asked(compare.page, "/live/compare")
    for end in range(1, 8):
        compare.page.keyboard.type(FAST[end - 1])
        compare.wait_for(FAST[:end])
    compare.page.locator("textarea").press_sequentially(FAST[7:], delay=5)
    compare.wait_for(FAST)
    assert compare.page.get_by_label("Step", exact=True).input_value() == str(len(FAST))
    check_page(compare)
    compare.page.wait_for_timeout(900)  # longer than typing rests before any page lane hears of it
    assert len(frames) == before > 0
    assert [request["have"] for request in requests[:7]] == list(range(7))
    for _ in range(30):
        compare.page.keyboard.press("ArrowLeft")
    compare.page.keyboard.press("Backspace")
    compare.page.keyboard.type("X")
    compare.wait_for(FAST[: len(FAST) - 31] + "X" + FAST[len(FAST) - 30 :])
    check_page(compare)


def test_every_task_opens_on_its_example_and_says_what_its_models_say(compare):
    picker = compare.page.get_by_label("Task", exact=True)
    for task, names in zoo.families().items():
        picker.focus()
        compare.choose_task(task, zoo.opening(names[0], "compare").text)
        assert picker.evaluate("(element) => element.getRootNode().activeElement === element")  # who goes through by key stays here
        assert compare.models == [name for name in names if not name.endswith("-matched")][:5]
        check_page(compare)
        compare.go_to(2)
        check_page(compare)


def test_models_come_and_go_two_to_five_and_keep_their_lines(compare):
    def swatch(name):
        canvas = compare.page.locator(f".entry:has(b:text-is('{name}')) canvas")
        return canvas.evaluate("(canvas) => canvas.toDataURL()")

    before = swatch("GRU")
    text = compare.text
    compare.chip("LSTM").click()
    compare.wait_for(text, PROSE[1:])
    assert swatch("GRU") == before
    for name in ("simple RNN", "peephole LSTM"):
        compare.chip(name).click()
    compare.wait_for(text, ["prose-gru", "prose-coupled"])
    compare.chip("GRU").click()
    compare.page.locator("text=At least two models stand side by side.").wait_for()
    assert compare.models == ["prose-gru", "prose-coupled"] and swatch("GRU") == before
    compare.replace("Something else")
    compare.chip("LSTM").click()
    compare.wait_for("Something else", ["prose-lstm", "prose-gru", "prose-coupled"])
    check_page(compare)


def test_a_sixth_model_is_refused_and_a_rule_shows_its_row(compare):
    matched = next((names for names in zoo.families().values() if sum(name.endswith("-matched") for name in names) == 4), None)
    if matched is None:
        pytest.skip("no family has models of equal parameters")
    compare.choose_task(matched[0].split("-")[0], zoo.opening(matched[0], "compare").text)
    compare.chip("GRU, matched").click()
    compare.page.locator("text=At most five models fit").wait_for()
    compare.chip("equal parameters").click()
    plain = [name for name in matched if not name.endswith("-matched")]
    compare.wait_for(compare.text, [f"{name}-matched" if f"{name}-matched" in matched else name for name in plain])
    check_page(compare)


def test_each_formula_gives_the_number_of_parameters_that_the_model_has(compare):
    for name in PROSE:
        words = compare.page.get_by_role("region", name=called(name), exact=True).locator(".size").inner_text()
        total, parts = re.match(r"([\d,]+) parameters with H = 128 units: (.+)", words).groups()
        counted = 0
        for part in re.split(r", (?=[a-z])", parts):
            letters, numbers, result = part.split(" = ")
            value = int(result.replace(",", ""))
            assert eval(numbers.replace("×", "*").replace(",", "")) == value, part
            assert set(re.findall(r"\b[A-Z]\b", letters)) <= set("VDHO")
            counted += value
        assert counted == int(total.replace(",", "")) == sum(weight.numel() for weight in zoo.load(name).parameters())


def test_keys_slider_and_play_move_the_one_cursor(compare):
    at = compare.page.locator(".row:has(.who-says) .gutter")
    compare.page.locator(".board").focus()
    for key, step in (("Home", 1), ("ArrowRight", 2), ("ArrowRight", 3), ("ArrowLeft", 2), ("End", len(compare.text))):
        compare.page.keyboard.press(key)
        compare.settle()
        assert at.inner_text().startswith(f"after step {step},")
    compare.go_to(5)
    assert at.inner_text() == "after step 5, “s”"
    compare.replace("abcdef")
    assert at.inner_text().startswith("after step 6,")
    compare.page.locator(".board").focus()
    compare.page.keyboard.press(" ")
    compare.page.locator("button:has-text('Pause')").wait_for()
    compare.page.locator("button[title]:has-text('Play')").wait_for()  # at the end it stops
    assert at.inner_text().startswith("after step 6,")


def test_a_click_chooses_step_and_unit_and_the_sentence_leads_to_its_step(compare):
    canvas = compare.page.get_by_role("region", name="GRU", exact=True).locator("canvas.heatmap")
    t, unit = re.match(r"step (\d+) .+ of unit (\d+) ", compare.tip(canvas, 205, 77)[0]).groups()
    canvas.click(position={"x": 205, "y": 77})
    compare.settle()
    value = compare.page.get_by_role("region", name="GRU", exact=True).locator(".value").inner_text()
    assert compare.page.get_by_label("Unit of GRU", exact=True).input_value() == unit
    expected = trace(zoo.load("prose-gru"), compare.text)["h"][int(t) - 1, int(unit)]
    assert value.startswith(f"unit {unit}: ") and abs(number(value.split(": ")[1]) - expected) < 0.000501
    assert compare.page.get_by_label("Unit of LSTM", exact=True).input_value() == str(zoo.opening("prose-lstm").unit)
    compare.page.locator(".most").click()
    compare.settle()
    step = re.search(r"\(step (\d+)\)", compare.page.locator(".most").inner_text())[1]
    assert compare.page.get_by_label("Step", exact=True).input_value() == step


def test_any_gate_can_be_shown_for_all_and_all_gates_of_one(compare):
    def shown(name):
        band = compare.page.get_by_role("region", name=called(name), exact=True)
        return band.locator("canvas.heatmap").evaluate_all("(all) => all.map((one) => one.dataset.name)")

    for value, names in {"keep": ("f", "z", None, "f", "f"), "write": ("i", None, None, "i", "i"), "hidden": ("h",) * 5}.items():
        compare.page.get_by_label("Show", exact=True).select_option(value)
        compare.settle()
        assert [shown(name) for name in PROSE] == [[name] if name else [] for name in names]
    compare.page.get_by_label("Show", exact=True).select_option("keep")
    compare.settle()
    assert compare.page.locator("text=The simple RNN has no such gate.").count() == 1
    compare.page.get_by_role("region", name="LSTM", exact=True).get_by_role("button", name="All gates").click()
    compare.settle()
    assert shown("prose-lstm") == list(TITLES["lstm"]) and shown("prose-gru") == ["z"]


def test_a_copied_link_opens_the_same_comparison(compare):
    compare.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    compare.replace("a link & more #1")
    for name in ("simple RNN", "coupled LSTM"):
        compare.chip(name).click()
    compare.wait_for(compare.text, ["prose-lstm", "prose-gru", "prose-peephole"])
    compare.page.get_by_label("Show", exact=True).select_option("candidate")
    compare.go_to(4)
    show_more(compare.page)
    compare.page.get_by_role("button", name="Copy link").click()
    compare.page.locator("button:has-text('Copied')").wait_for()
    compare.page.goto(compare.page.evaluate("navigator.clipboard.readText()"))
    compare.page.wait_for_function("window.painted?.text === 'a link & more #1'")
    compare.settle()
    assert compare.models == ["prose-lstm", "prose-gru", "prose-peephole"]
    assert compare.page.get_by_label("Step", exact=True).input_value() == "4"
    assert compare.page.get_by_label("Show", exact=True).input_value() == "candidate"
    check_page(compare)


def test_the_other_theme_has_its_own_colors(compare):
    compare.page.emulate_media(color_scheme="dark")
    compare.page.locator(".stage[data-theme='dark']").wait_for()
    compare.settle()
    canvas = compare.page.get_by_role("region", name="LSTM", exact=True).locator("canvas.heatmap")
    box, unit = canvas.bounding_box(), zoo.opening("prose-lstm").unit
    color = compare.screen()[round(box["y"]) + 8, round(box["x"] + 10.5 * compare.column())]
    seen = trace(zoo.load("prose-lstm"), compare.text)
    expected = shades(seen["c"][10, unit], "c", "dark", ranges=seen.ranges).astype(int)
    assert abs(color - expected).max() <= 4


def test_nothing_breaks_without_text_with_one_letter_with_2000_and_with_what_no_model_knows(compare):
    compare.replace("")
    assert "There is no text yet" in compare.page.locator(".most").inner_text()
    compare.page.locator(".board").focus()
    for key in ("Home", "ArrowLeft", "End", " "):
        compare.page.keyboard.press(key)
    compare.replace("q")
    check_page(compare)
    compare.replace(("It was not so much a question as a sigh; " * 50)[:2000])
    check_page(compare)
    assert re.fullmatch(r"text, steps \d+ to 2000 of 2000", compare.page.locator(".gutter").first.inner_text())
    compare.replace("😀é <img src=x onerror=alert(1)>")
    check_page(compare)
    assert "never seen in training" in compare.tip(compare.page.locator("canvas.tokens"), 8, 10)[0]


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1920, 1080)])
def test_nothing_is_wider_than_the_screen_whatever_is_typed(chromium, server, width, height):
    context = chromium.new_context(viewport={"width": width, "height": height}, has_touch=width < 500)
    compare = FamilyPage(context.new_page(), server.url, "/compare")
    for task, names in zoo.families().items():
        compare.choose_task(task, zoo.opening(names[0], "compare").text)
        for text in (zoo.opening(names[0], "compare").text, "Donaudampfschifffahrtsgesellschaft" * 5 + " x" * 300):
            compare.replace(text)
            compare.page.locator("canvas.chart").click(position={"x": 100, "y": 60})
            assert compare.overflow() <= 0, (task, text)
            for canvas in ("tokens", "chart"):
                box = compare.page.locator(f"canvas.{canvas}").bounding_box()
                assert box["x"] >= 0 and box["x"] + box["width"] <= width
    context.close()


def test_a_text_that_the_server_splits_otherwise_is_asked_for_whole_and_not_for_ever(compare):
    if "sentiment" not in zoo.families():
        pytest.skip("no family reads words")
    compare.choose_task("sentiment", zoo.opening("sentiment-lstm", "compare").text)
    requests = asked(compare.page, "/live/compare")
    text = "good \U000323b0bad film"  # a letter that is newer than Python 3.11
    compare.page.locator("textarea").fill(text)
    compare.wait_for(text)
    compare.page.wait_for_timeout(300)
    assert len(requests) <= 2
    check_page(compare)


def test_a_lost_server_says_reconnecting_keeps_the_text_and_catches_up(chromium, watched, tmp_path):
    watched.allowed = ("404", "ERR_CONNECTION_REFUSED", "WebSocket", "ERR_", "Failed to load", "reaching server endpoint", "server is not responding")
    with running(tmp_path / "log") as server:
        other = watched.page.context.new_page()
        for page in (watched.page, other):
            keep_out_networks(page)
        compare, memory = (FamilyPage(page, server.url, f"{path}?models={','.join(PROSE)}") for page, path in ((watched.page, "/compare"), (other, "/memory")))
        server.stop()
        for page in (compare, memory):
            page.page.locator("textarea").fill("typed while the server was away")
            page.page.locator(".badge:has-text('reconnecting')").wait_for()
            page.page.keyboard.type(", and more")
        server.start()
        for page in (compare, memory):
            page.wait_for("typed while the server was away, and more", PROSE)
            expect(page.page.locator(".badge")).to_have_text("")
        check_page(compare)
