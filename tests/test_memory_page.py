"""The Memory page in a real browser, driven as a visitor drives it; what it shows is compared with Python's own influences."""

import re
from functools import cache

import numpy as np
import pytest

from gatelab import zoo
from gatelab.figures.picture import shades
from gatelab.influence import influence
from gatelab.live.memory import WINDOW
from gatelab.text import beginning, tokenize
from gatelab.words import FAMILY
from tests.browser import keep_out_networks, show_more
from tests.families import FamilyPage, asked, opened

PROSE = ["prose-lstm", "prose-gru", "prose-rnn", "prose-peephole", "prose-coupled"]
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


@pytest.fixture(scope="module")
def shared(chromium, server):
    with opened(chromium, server.url, f"/memory?models={','.join(PROSE)}") as page:
        yield page


@pytest.fixture
def memory(shared):
    """The page as it opens; the test fails if anything stands in its console or leaves the machine."""
    memory, watched = shared
    memory.begin_anew()
    yield memory
    wrong, watched.wrong = watched.wrong, []
    assert not wrong, "\n".join(wrong)


def called(name):
    return FAMILY[zoo.load(name).spec.cell] + (", matched" if name.endswith("-matched") else "")


@cache
def followed(name, text):
    """Python's influences of the part of a text that is followed back."""
    unit = zoo.load(name).spec.unit
    return influence(zoo.load(name), text[len(beginning(text, unit, cut(name, text))) :])


def cut(name, text):
    return max(0, len(tokenize(text, zoo.load(name).spec.unit)) - WINDOW)


def check(words, value):
    """A number in a few signs, 0.0123 or 1.2·10⁻⁵, is a value, up to its rounding."""
    digits, _, exponent = words.replace("−", "-").partition("·10")
    shown = float(digits) * 10.0 ** int(exponent.translate(RAISED) or 0)
    assert shown == pytest.approx(value, rel=0.051 if exponent else 0.0051, abs=1e-30), words


def check_page(memory):
    """Legend, table and sentence by Python's influences of the text."""
    text, names = memory.text, memory.models
    cut_off = cut(names[0], text)
    t = int(memory.page.get_by_label("Step", exact=True).input_value()) - 1 - cut_off
    legend = {entry.locator("b").inner_text(): entry.locator("span").inner_text() for entry in memory.page.locator(".entry").all()}
    table = {
        row[0]: row[1:]
        for row in memory.page.locator(".decay tbody tr").evaluate_all("(rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent))")
    }
    counts = dict(
        re.match(r"(.+) (\S+)$", part).groups()
        for part in memory.page.locator(".finding").inner_text().split(" (1 means equal): ")[1].split(". ")[0].removesuffix(".").split("; ")
    )
    for name in names:
        found, title = followed(name, text), called(name)
        check(legend[title], found.norms[t])
        for words, values in zip(table[title], (found.norms, found.gains, found.products, found.path), strict=True):
            if values is None:
                assert words == "–"
            else:
                check(words, values[t])
        check(counts[title], found.norms[0] / found.norms[-1])


def test_it_opens_on_the_first_token_that_is_followed_back_and_its_numbers_are_right(memory):
    memory.page.goto(f"{memory.page.url.partition('?')[0]}?models={','.join(PROSE)}")  # not a reload, which keeps what was chosen
    memory.page.wait_for_function("window.painted !== undefined")
    memory.settle()
    steps = len(memory.text)
    assert memory.models == PROSE and steps > WINDOW
    first = steps - WINDOW + 1
    assert memory.page.locator(".decay caption").inner_text() == f"At step {first}, “{memory.text[first - 1]}”, of {steps}"
    assert f"The first {first - 1} of {steps} are left out" in memory.page.locator(".finding").inner_text()
    check_page(memory)
    for step in (first + 17, steps):
        memory.go_to(step)
        check_page(memory)


def test_every_task_shows_its_influences(memory):
    for task, names in zoo.families().items():
        memory.choose_task(task, zoo.opening(names[0], "memory").text)
        assert memory.models == [name for name in names if not name.endswith("-matched")][:5]
        check_page(memory)
        memory.go_to(max(1, cut(names[0], memory.text) + 2))
        check_page(memory)


def test_each_token_is_as_dark_as_its_share_of_the_largest(memory):
    screen = memory.screen()
    for name, canvas in zip(PROSE, memory.page.locator("canvas.shares").all(), strict=True):
        norms, box = followed(name, memory.text).norms, canvas.bounding_box()
        for t in range(0, WINDOW - 1, 7):
            color = screen[round(box["y"]) + 12, round(box["x"] + (t + 0.5) * memory.column())]
            assert abs(color - shades(norms[t] / norms.max(), "f", "light").astype(int)).max() <= 4, f"{name} at {t}"


def test_hovering_says_the_influence_and_a_click_moves_the_cursor(memory):
    x = 9.5 * memory.column()
    said, *lines = memory.tip(memory.page.locator("canvas.norms"), x, 40)
    step = len(memory.text) - WINDOW + 10
    assert said == f"influence of step {step}, “{memory.text[step - 1]}” on the last state"
    for name, line in zip(PROSE, lines, strict=True):
        check(line.removeprefix(f"{name} "), followed(name, memory.text).norms[9])
    memory.page.locator("canvas.gains").click(position={"x": x, "y": 40})
    memory.settle()
    assert memory.page.get_by_label("Step", exact=True).input_value() == str(step)
    check_page(memory)


def test_small_models_are_asked_at_every_key_and_large_ones_when_typing_rests(memory):
    keep_out_networks(memory.page)
    memory.page.reload()
    memory.page.wait_for_function("window.painted !== undefined")
    memory.choose_task("brackets", zoo.opening("brackets-lstm", "memory").text)
    memory.replace("")
    requests = asked(memory.page, "/live/memory")
    for end in range(1, 7):
        memory.page.keyboard.type("(()())"[end - 1])
        memory.wait_for("(()())"[:end])
    assert len(requests) == 6
    check_page(memory)
    assert "at every key" in memory.page.locator(".more-panel").text_content()
    memory.choose_task("prose", zoo.opening("prose-lstm", "memory").text)
    assert "when you stop typing" in memory.page.locator(".more-panel").text_content()
    before = len(requests)
    memory.page.locator("textarea").press_sequentially(" And then some.", delay=20)
    assert memory.page.locator(".stage.waiting").count() == 1
    memory.wait_for(memory.text)
    assert len(requests) == before + 1 and memory.page.locator(".stage.waiting").count() == 0
    assert memory.page.get_by_label("Step", exact=True).input_value() == str(len(memory.text))  # what was typed is in sight
    check_page(memory)


def test_models_come_and_go_and_the_step_stays(memory):
    step = len(memory.text) - 20
    memory.go_to(step)
    for name in ("LSTM", "peephole LSTM"):
        memory.chip(name).click()
    memory.wait_for(memory.text, ["prose-gru", "prose-rnn", "prose-coupled"])
    assert memory.page.get_by_label("Step", exact=True).input_value() == str(step)
    check_page(memory)


def test_keys_move_the_cursor_among_what_is_followed_back(memory):
    first, last = len(memory.text) - WINDOW + 1, len(memory.text)
    memory.page.locator(".board").focus()
    for key, step in (("Home", first), ("ArrowLeft", first), ("ArrowRight", first + 1), ("End", last), ("ArrowRight", last)):
        memory.page.keyboard.press(key)
        memory.settle()
        assert memory.page.get_by_label("Step", exact=True).input_value() == str(step)
        assert memory.page.locator(".decay caption").inner_text().startswith(f"At step {step},")


def test_a_copied_link_opens_the_same_picture(memory):
    memory.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    memory.choose_task("counter", zoo.opening("counter-lstm", "memory").text)
    memory.replace("aaabb & c")
    memory.chip("simple RNN").click()
    models = ["counter-lstm", "counter-gru", "counter-peephole", "counter-coupled"]
    memory.wait_for("aaabb & c", models)
    memory.go_to(3)
    show_more(memory.page)
    memory.page.get_by_role("button", name="Copy link").click()
    memory.page.locator("button:has-text('Copied')").wait_for()
    memory.page.goto(memory.page.evaluate("navigator.clipboard.readText()"))
    memory.page.wait_for_function("window.painted?.text === 'aaabb & c'")
    memory.settle()
    assert memory.models == models and memory.page.get_by_label("Step", exact=True).input_value() == "3"
    check_page(memory)


def test_the_other_theme_has_its_own_colors(memory):
    memory.page.emulate_media(color_scheme="dark")
    memory.page.locator(".stage[data-theme='dark']").wait_for()
    memory.settle()
    box, norms = memory.page.locator("canvas.shares").first.bounding_box(), followed("prose-lstm", memory.text).norms
    color = memory.screen()[round(box["y"]) + 12, round(box["x"] + 50.5 * memory.column())]
    assert abs(color - shades(np.asarray(norms[50] / norms.max()), "f", "dark").astype(int)).max() <= 4


def test_nothing_breaks_without_text_with_one_letter_and_with_2000(memory):
    memory.choose_task("brackets", zoo.opening("brackets-lstm", "memory").text)
    memory.replace("")
    assert "There is no text yet" in memory.page.locator(".finding").inner_text()
    memory.page.locator(".board").focus()
    for key in ("Home", "ArrowLeft", "End", " "):
        memory.page.keyboard.press(key)
    memory.replace("(")
    assert "nothing to follow back" in memory.page.locator(".finding").inner_text()
    for text in ("()" * 1000, "😀é (<img src=x onerror=alert(1)>"):
        memory.replace(text)
        check_page(memory)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1920, 1080)])
def test_nothing_is_wider_than_the_screen_whatever_is_typed(chromium, server, width, height):
    context = chromium.new_context(viewport={"width": width, "height": height}, has_touch=width < 500)
    memory = FamilyPage(context.new_page(), server.url, "/memory")
    for task, names in zoo.families().items():
        memory.choose_task(task, zoo.opening(names[0], "memory").text)
        memory.replace("Donaudampfschifffahrtsgesellschaft" * 5 + " x" * 300)
        memory.page.locator("canvas.norms").click(position={"x": 100, "y": 60})
        assert memory.overflow() <= 0, task
        for canvas in ("tokens", "norms"):
            box = memory.page.locator(f"canvas.{canvas}").bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= width
    context.close()
