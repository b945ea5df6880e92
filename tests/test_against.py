"""This text against that: where two texts part, how far their states are apart and what each ends in are Python's, and a link opens the same."""

import re

import numpy as np
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

import gatelab
from gatelab import Hold, zoo
from gatelab.live.stages import STAGES
from tests.browser import keep_out_networks
from tests.families import NOTE

FIRST, SECOND = "the film is not good at all", "the film is really good at all"


@pytest.mark.parametrize("stage", ["watch", "lesson"])
def test_a_link_names_the_second_text_and_without_one_there_is_none(stage):
    given = {"models": ("sentiment-lstm",)} if stage == "lesson" else {}
    for asked, expected in (({}, None), ({"against": ""}, ""), ({"against": "so\r\nbe it"}, "so\nbe it")):
        start, notes = STAGES[stage].read(asked, **given)
        assert (start.against, notes) == (expected, [])
    start, notes = STAGES[stage].read({"against": "a" * 3000}, **given)
    assert len(start.against) == 2000 and "against was cut" in notes[0]


class Against:
    """A page with a second text."""

    def __init__(self, page, url):
        self.page, self.url = page, url
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.add_init_script(NOTE)

    def open(self, path):
        self.page.goto(self.url + path if path.startswith("/") else path)
        self.page.wait_for_function("window.painted !== undefined", timeout=30_000)
        self.panel = self.page.get_by_role("region", name="This text against that")
        self.box = self.page.get_by_label("The second text", exact=True)
        self.says = self.panel.locator(".what-it-did")
        self.word = self.panel.locator("input[type=text]")
        return self

    def says_that(self, pattern):
        expect(self.says).to_contain_text(re.compile(pattern), timeout=20_000)

    def check_distances(self, model, first, second, steps, **options):
        """The distances at some steps, and the furthest of the memory, are those of Python's two traces."""
        one, other = (gatelab.trace(zoo.load(model), text, **options) for text in (first, second))
        memory = "c" if "c" in one.names else "h"
        shared = min(len(one.tokens), len(other.tokens))
        far = {name: np.linalg.norm(one[name][:shared] - other[name][:shared], axis=1) for name in {"h", memory}}
        most = int(far[memory].argmax())
        self.says_that(rf"furthest apart at step {most + 1} \({far[memory][most]:.2f}\)")
        for t in steps:
            self.page.locator(".board").press("Home")
            for _ in range(t):
                self.page.locator(".board").press("ArrowRight")
            here = self.panel.get_by_text(re.compile(rf"^step {t + 1}, "))
            expect(here).to_be_visible()
            said = dict(re.findall(r"of (\w) ([\d.]+)", here.inner_text()))
            assert {name: float(value) for name, value in said.items()} == {name: pytest.approx(values[t], abs=0.00101) for name, values in far.items()}
        return one, other


@pytest.fixture
def against(server, watched):
    watched.allowed = ("404",)
    return Against(watched.page, server.url)


def test_on_watch_the_second_text_opens_with_a_telling_change_and_its_distances_are_python_s(against):
    against.open("/watch?model=prose-lstm&text=She+was+not+at+home")
    button = against.page.get_by_role("button", name="Against another text")
    button.click()
    expect(against.box).to_have_value("She was really at home")
    against.says_that("^The two texts part at character 9, “n” in the first and “r” in the second; ")
    against.check_distances("prose-lstm", "She was not at home", "She was really at home", (7, 8, 12))
    against.box.fill("She was now at home")
    against.says_that("^The two texts part at character 11, “t” in the first and “w” in the second; ")
    one, other = against.check_distances("prose-lstm", "She was not at home", "She was now at home", (10,))
    best = [float(trace.probs[-1].max()) for trace in (one, other)]
    against.says_that(rf"{best[0]:.0%}".replace("%", " %") + ".*" + rf"{best[1]:.0%}".replace("%", " %"))
    button.click()
    expect(against.panel).to_be_hidden()
    assert against.page.locator("textarea").count() == 1
    button.click()
    expect(against.box).to_have_value("She was now at home")  # what stood there comes back


def test_on_a_lesson_a_word_is_changed_in_place_and_the_answer_goes_from_one_to_the_other(against):
    against.open(f"/lstm?model=sentiment-lstm&text={FIRST.replace(' ', '+')}&against={FIRST.replace(' ', '+')}")
    against.says_that("^The two texts are the same. Change a word of the second")
    against.panel.locator("canvas").nth(2).click(position={"x": 330, "y": 10})
    expect(against.word).to_be_focused()
    expect(against.word).to_have_value("not")
    against.page.keyboard.type("really")
    expect(against.box).to_have_value(SECOND)
    against.says_that("^The two texts part at word 4, “not” in the first and “really” in the second; ")
    one, other = against.check_distances("sentiment-lstm", FIRST, SECOND, (2, 3, 6))
    before, after = (f"{trace.probs[-1, 1]:.2f}".lstrip("0") for trace in (one, other))
    against.says_that(f"“positive” goes from {re.escape(before)} to {re.escape(after)};")
    expect(against.panel.locator(".check summary")).to_contain_text("PyTorch agrees", timeout=20_000)


def test_what_is_held_is_held_for_both_texts(against):
    against.open("/gru?model=sentiment-gru&text=a+good+film+at+all&against=a+bad+film+at+all&hold=z:all:3-:%3D1")
    held = Hold("z", 1, None, slice(2, None))
    against.check_distances("sentiment-gru", "a good film at all", "a bad film at all", (1, 4), hold=held)


@pytest.mark.parametrize(
    ("second", "says"),
    [
        ("", "^The second text is empty"),
        ("the film is", "^The second text ends after word 3, where the first goes on; "),
        (f"{FIRST} really", "goes on where the first ends"),
    ],
)
def test_texts_of_other_lengths_are_compared_as_far_as_both_go_without_the_network_in_the_page(against, second, says):
    keep_out_networks(against.page)
    against.open(f"/lstm?model=sentiment-lstm&text={FIRST.replace(' ', '+')}&against={second.replace(' ', '+')}")
    against.says_that(says)
    if second.startswith(FIRST):
        against.box.fill(f"{SECOND} really")
        against.check_distances("sentiment-lstm", FIRST, f"{SECOND} really", (6,))


def test_a_link_opens_the_same_two_texts(against):
    against.open("/watch?model=prose-gru&text=He+is+here&against=He+was+%26+is+here")
    against.says_that("^The two texts part at character 4")
    said = against.says.inner_text()
    against.page.get_by_role("button", name="Copy").first.click()
    against.page.locator("button:has-text('Copied')").wait_for()
    link = against.page.evaluate("navigator.clipboard.readText()")
    assert "against=He+was+%26+is+here" in link
    against.open(link)
    expect(against.box).to_have_value("He was & is here")
    expect(against.says).to_have_text(said)


@pytest.mark.parametrize("path", ["/watch?text=He+is&against=He+was", "/lstm?text=not+good&against=so+good"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_panel(against, path, theme):
    against.page.emulate_media(color_scheme=theme)
    against.open(path).says_that("part at")
    expect(against.panel.locator("canvas").first).to_be_visible()
    against.page.evaluate(AXE_SCRIPT)
    found = against.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    assert not [
        (rule["id"], node["target"])
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
        if "against" in str(node["target"])
    ]
    assert against.page.evaluate("() => { const main = document.querySelector('[data-testid=stMain]'); return main.scrollWidth - main.clientWidth; }") <= 0
