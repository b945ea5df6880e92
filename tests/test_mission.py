"""The ten questions that GateLab is to answer: a visitor takes the tour, opens the chapters one after the other, and finds an answer in words and in a picture."""

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from gatelab import zoo
from gatelab.traces import trace
from gatelab.ui.path import PLACES
from tests.browser import eventually, go
from tests.families import NOTE
from tests.stage import number

RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")

TOUR = 5
"""Stops of the tour."""

COLORS = """canvas => {
  const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
  const pixels = copy.getContext("2d");
  pixels.drawImage(canvas, 0, 0);
  return new Set(new Uint32Array(pixels.getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size;
}"""


def seen(model, page):
    """What Python computes of the text that a chapter opens on: the trace, and the unit that opens."""
    opening = zoo.opening(model, page)
    return trace(zoo.load(model), opening.text), opening.unit


def told(page: Page) -> str:
    """The sentence on the step in sight, which is the diagram's label too."""
    diagram = page.locator(".diagram").first
    expect(diagram).to_be_visible()
    label = diagram.get_attribute("aria-label")
    expect(page.locator(".story p").first).to_have_text(label, use_inner_text=True)
    return label


def check_painted(page: Page, canvas: str, more_than: int) -> None:
    """The picture has more than so many colors."""

    def many():
        assert page.locator(canvas).first.evaluate(COLORS) > more_than

    eventually(page, many)


def follow(page: Page, words: str) -> str:
    """Click a link in the chapter; what the diagram then says."""
    before = told(page)
    page.locator(f"[data-testid=stMarkdownContainer] a:has-text('{words}')").first.click()
    page.wait_for_function("before => window.gatelabTold() !== before", arg=before)
    return told(page)


def carried(page):
    told(page)
    expect(page.locator(".tile").nth(2)).to_be_attached()
    expect(page.locator(".tile [data-key='h'] .flow").nth(1)).to_be_attached()  # the state's wire leads out of each box
    assert page.locator(".tile").count() <= len(page.locator("textarea").first.input_value().split()) + 2


def forgotten(page):
    """Where the picture opens, on the first word, the simple RNN's last state owes less than a twentieth of what the LSTM's does."""
    expect(page.locator(".entry").filter(has=page.get_by_text("LSTM", exact=True)).locator("span")).to_contain_text(re.compile(r"\d"))
    owes = {
        entry.locator("b").inner_text(): number(entry.locator("span").inner_text().replace("·10", "e").translate(RAISED))
        for entry in page.locator(".entry").all()
    }
    assert 0 <= owes["simple RNN"] < owes["LSTM"] / 20
    check_painted(page, "canvas.shares", 5)


def keeps(page):
    """Where the unit keeps most, the diagram gives the trace's largest forget gate."""
    found, unit = seen("sentiment-lstm", "lstm")
    said = follow(page, "keeps most")
    most = found["f"][1:, unit].max()
    assert number(re.search(r"forget gate is at (\S+):", said)[1]) == pytest.approx(most, abs=0.0051) and most > 0.8


def written(page):
    said = follow(page, "their product")
    gate, candidate = (number(one) for one in re.search(r"input gate at (\S+) lets .+ of the candidate (\S+) in", said).groups())
    assert 0 <= gate <= 1 and -1 <= candidate <= 1


def shown(page):
    said = follow(page, "output gate")
    gate, squashed, state = (
        number(one) for one in re.search(r"output gate at (\S+) shows .+ of tanh\(c\) = (\S+): the hidden state is (\S+?)\.$", said).groups()
    )
    assert state == pytest.approx(gate * squashed, abs=0.011)


def mixed(page):
    found, unit = seen("sentiment-gru", "gru")
    said = follow(page, "keeps most")
    assert number(re.search(r"update gate at (\S+) keeps", said)[1]) == pytest.approx(found["z"][1:, unit].max(), abs=0.0051)
    assert "reset gate" in follow(page, "the candidate may see")


def between(page):
    assert "which also looked at the old memory" in follow(page, "the peephole LSTM")
    said = follow(page, "the coupled cell")
    forget, write = (number(one) for one in re.search(r"input gate is 1 \u2212 (\S+) = (\d\.\d+)", said).groups())
    assert forget + write == pytest.approx(1, abs=0.011)


def asked(page):
    """One model is read at its end, the other after every character: the row of answers of either is drawn."""
    follow(page, "The second one")
    check_painted(page, "canvas[aria-label$='expected next']", 20)
    follow(page, "The first one")
    check_painted(page, "canvas[aria-label$='\u201cpositive\u201d']", 20)


def looked(page):
    """The weights of the step in sight add up to 1, and the context is the sum of what they weigh."""
    check_painted(page, "canvas.map", 20)
    expect(page.locator(".side-note").filter(has_text="all:").first).to_contain_text("all: 1.000")
    expect(page.locator(".side-note").filter(has_text="sum = context").first).to_be_visible()


def itself(page):
    heads = page.locator(".all-heads button")
    expect(heads.nth(7)).to_be_visible()
    assert all(re.search(r"layer \d, head \d: .", heads.nth(k).get_attribute("aria-label")) for k in range(heads.count()))
    check_painted(page, "canvas.map", 20)


class Question(NamedTuple):
    """A question of the mission, the page that answers it, words that must stand there, and what its picture must show."""

    asks: str
    title: str
    words: str
    picture: Callable[[Page], None]


MISSION = [
    Question("What is carried from word to word?", "Simple RNN", "hidden state.+Nothing else passes from", carried),
    Question("Why does a simple RNN forget?", "Memory", "multiplied at every step.+the product shrinks", forgotten),
    Question("What does a forget gate of 1 mean?", "LSTM", "at 1 it keeps everything, at 0 it forgets everything", keeps),
    Question("Why an input gate and a candidate?", "LSTM", "could be written, from −1 to 1.+says how much of it goes in", written),
    Question("What is c, and what is h?", "LSTM", "Nothing else reads the memory itself.+the hidden state: the memory, squashed, times the output gate", shown),
    Question(
        "What do z and r of a GRU do?", "GRU", "The update gate .+ mixes the old state and a candidate.+The reset gate .+ says how much of the old state", mixed
    ),
    Question("What are peepholes and coupled gates?", "GRU", "each gate has one more term.+what is forgotten makes room", between),
    Question(
        "When does only the last output count, and when does every one?",
        "One answer or many",
        "asked once, after the last word.+asked after each of them",
        asked,
    ),
    Question("Where does the context come from?", "Attention", "The encoder.s states, added up with these weights, are the context", looked),
    Question("What is self-attention?", "Self-attention", "every token looks at all the others at the same time", itself),
]


@pytest.fixture(scope="module")
def visitor(chromium, server):
    """A newcomer who has taken the tour to its end."""
    page = chromium.new_context(viewport={"width": 1400, "height": 900}).new_page()
    page.add_init_script(NOTE)
    page.add_init_script(TOLD)
    page.goto(server.url)
    tour = page.get_by_role("dialog", name="A tour of this page")
    for stop in range(1, TOUR + 1):
        expect(tour).to_contain_text(f"{stop} of {TOUR}", timeout=30_000)
        tour.get_by_role("button", name="Done" if stop == TOUR else "Next").click()
    expect(tour).to_be_hidden()
    yield page
    page.context.close()


TOLD = """window.gatelabTold = () => {
  const within = (root) => root.querySelector(".diagram") ?? [...root.querySelectorAll("*")].map((one) => one.shadowRoot && within(one.shadowRoot)).find(Boolean);
  return within(document)?.getAttribute("aria-label");
};"""


@pytest.mark.parametrize("question", MISSION, ids=lambda question: question.asks)
def test_a_visitor_who_took_the_tour_finds_an_answer_in_words_and_in_a_picture(visitor, question):
    place = next(place for place in PLACES if place.title == question.title)
    if not urlsplit(visitor.url).path.endswith(f"/{place.path}"):
        visitor.evaluate("delete window.painted")  # what the page before painted
    go(visitor, question.title)
    expect(visitor.get_by_role("heading", level=1)).to_be_visible()
    expect(visitor.get_by_test_id("stMain")).to_contain_text(re.compile(question.words.replace(" ", r"\s+"), re.DOTALL), timeout=30_000)
    visitor.wait_for_function("window.painted !== undefined", timeout=30_000)
    question.picture(visitor)


def test_the_mission_has_ten_questions():
    assert len({question.asks for question in MISSION}) == 10 and np.unique([question.picture.__name__ for question in MISSION]).size == 10
