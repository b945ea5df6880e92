"""The Attention page in a real browser, with real keys; what it shows is compared with Python's own trace."""

import csv
import io
import re
from urllib.parse import urlencode

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from gatelab import zoo
from gatelab.figures.picture import shades
from gatelab.text import END, UNKNOWN
from gatelab.traces import trace
from tests.browser import running, show_more
from tests.stage import number

DATE = "Tuesday, March 5, 2019"


class AttentionPage:
    """A page with the Attention stage on it."""

    def __init__(self, page, url, path="/attention", more=True):
        self.page = page
        page.add_init_script("window.addEventListener('gatelab:painted', ({detail}) => (window.painted = detail))")
        page.goto(url + path)
        page.wait_for_function("window.painted !== undefined", timeout=30_000)
        if more:
            show_more(page)  # decoding, unit and link

    def wait_for(self, text, **about):
        """Wait until the stage has painted just this source, and whatever else is said of it."""
        self.page.wait_for_function(
            "([text, about]) => window.painted?.text === text && Object.entries(about).every(([key, value]) => JSON.stringify(window.painted[key]) === JSON.stringify(value))",
            arg=[text, about],
            timeout=10_000,
        )
        self.settle()

    def settle(self):
        """Wait until what was last done has been painted."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def press(self, name):
        """Click a button and wait for the picture."""
        self.page.get_by_role("button", name=name).click()
        self.settle()

    def type(self, text, **about):
        """Put a source in as a paste does."""
        self.page.locator("textarea").fill(text)
        self.wait_for(text, **about)

    def choose(self, label, value):
        self.page.get_by_label(label, exact=True).select_option(value)

    @property
    def expected(self):
        """Python's trace of what the page shows."""
        about = self.page.evaluate("window.painted")
        return trace(zoo.load(about["model"]), about["text"])

    @property
    def output(self):
        return self.page.locator(".answer .output b").inner_text()

    def columns(self, count):
        """Width of a column in CSS pixels (static/kit/view.js), for a source that fits the stage."""
        width = self.page.locator(".attention-rows .lane").first.bounding_box()["width"]
        words = zoo.load(self.page.evaluate("window.painted.model")).spec.unit == "words"
        low, high = (18, 120) if words else (10, 44)
        return min(high, max(low, int(width // count)))

    def check_map(self, weights):
        """Every entry of the map has the color of its weight, but for the frames of the chosen row."""
        self.page.mouse.move(2, 2)
        screen = np.asarray(Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")).astype(int)
        box, step = self.page.locator("canvas.map").bounding_box(), self.columns(weights.shape[1])
        high = box["height"] / len(weights)
        for q, row in enumerate(weights):
            for k, weight in enumerate(row):
                x, y = round(box["x"] + k * step) + 4, round(box["y"] + q * high) + 4
                assert abs(screen[y, x] - shades(np.asarray(weight), "weights", "light").astype(int)).max() <= 4, f"step {q + 1}, token {k + 1}"

    def point(self, name, column, y, count):
        """Where a column of a canvas is on the screen."""
        box = self.page.locator(f"canvas.{name}").bounding_box()
        return box["x"] + (column + 0.5) * self.columns(count), box["y"] + y


@pytest.fixture
def stage(server, watched):
    watched.allowed = ("404", "422")  # the badge shows a refusal; and Streamlit itself asks for /attention/_stcore/health first
    return AttentionPage(watched.page, server.url, f"/attention?{urlencode({'text': DATE, 'step': zoo.opening('dates-additive').step + 1})}")


def test_at_every_key_the_page_shows_what_the_trace_says(stage):
    stage.page.locator("textarea").fill("")
    stage.page.locator("textarea").press_sequentially("7 mai 1987", delay=60)
    for end in (6, 10):
        source = "7 mai 1987"[:end]
        stage.type(source)
        expected = stage.expected
        assert stage.output == expected.output and expected.text == source
        stage.check_map(expected["weights"])


def test_each_model_of_the_page_shows_its_own_trace_and_the_one_without_attention(stage):
    for name in zoo.models("attention"):
        stage.choose("Model", name)
        stage.type("the cat sleeps ." if name.startswith("translate") else "3 juin 2001", model=name)
        expected = stage.expected
        assert stage.output == (expected.output or "nothing")
        plain = f"{name.split('-')[0]}-none"
        if name != plain:
            stage.check_map(expected["weights"])
            expect(stage.page.locator(".answer .beside b")).to_have_text(trace(zoo.load(plain), expected.text).output or "nothing")
        else:
            assert stage.page.locator("canvas.map").is_hidden() and stage.page.locator(".look").is_hidden()


def test_hovering_tells_the_energy_and_the_weight_of_the_trace(stage):
    expected, count = stage.expected, len(DATE)
    for q, k in ((0, 18), (6, 9), (9, 15)):
        high = stage.page.locator("canvas.map").bounding_box()["height"] / len(expected.written)
        stage.page.mouse.move(*stage.point("map", k, (q + 0.5) * high, count))
        said = stage.page.locator(".tip").inner_text()
        energy, weight = re.search(r"energy (\S+) · weight (\S+)", said).groups()
        assert said.startswith(f"step {q + 1} ")
        assert abs(number(energy) - expected["scores"][q, k]) < 0.0006 and abs(number(weight) - expected["weights"][q, k]) < 0.0006


@pytest.mark.parametrize("name", ["dates-additive", "dates-multiplicative", "translate-additive"])
def test_every_sum_on_the_page_adds_up_and_is_that_of_the_trace(stage, name):
    stage.choose("Model", name)
    stage.type("Where is the red car?" if name.startswith("translate") else DATE, model=name)
    expected = stage.expected
    for q, unit in ((0, 0), (3, 17), (len(expected.written) - 1, 30)):
        stage.page.get_by_role("button", name="First step (Home)").click()
        for _ in range(q):
            stage.page.get_by_role("button", name="One step on (down arrow)").click()
        stage.page.get_by_label("Unit", exact=True).fill(str(unit))
        stage.page.get_by_label("Unit", exact=True).press("Enter")
        k = int(expected["weights"][q].argmax())
        stage.page.locator(f".panel h3:text-is('Context of unit {unit}')").wait_for()
        energies, context = (rows(stage.page.locator(".terms").nth(n)) for n in (0, 1))
        for (*_, total), right in ((energies, expected["scores"][q, k]), (context, expected["context"][q, unit])):
            assert abs(total[2] - right) < 0.0006
        for *terms, total in (energies, context):
            assert abs(sum(term[2] for term in terms) - total[2]) < 0.0005 * (len(terms) + 1)
        for label, detail, value in energies[:-1] + context[:-1]:
            assert not detail or abs(recomputed(detail) - value) < 0.005, (label, detail, value)
        check_softmax(stage.page.locator(".numbers").inner_text(), expected, q, k)
        made = [(row.locator("b").inner_text(), row.locator("span").last.inner_text()) for row in stage.page.locator(".guesses .guess").all()]
        best = np.argsort(-expected.probs[q], kind="stable")[:5]
        for (token, said), id in zip(made, best, strict=True):
            assert token in (expected.vocab[id], "■", "␣") and (said.startswith("<") or abs(number(said) - expected.probs[q, id]) < 0.0006)


def rows(table):
    """A table of terms: label, detail, number."""
    cells = [[cell.inner_text() for cell in row.locator("th, td").all()] for row in table.locator("tr").all()]
    return [(label, detail, number(amount)) for label, detail, amount, *_ in cells]


def recomputed(detail):
    """What a term's detail comes to, from its own digits: `0.5 × tanh(1.2 + (−0.3))`, `0.98 × (−0.3)`."""
    plain = detail.replace("\u2212", "-").replace("×", "*").replace("tanh", "np.tanh")
    assert re.fullmatch(r"[-+*.() \d]*(np\.tanh)?[-+*.() \d]*", plain)
    return eval(plain, {"np": np})


def check_softmax(said, expected, q, k):
    """`exp(e − max) / sum = share / sum = weight` holds, and is the trace's."""
    energy, largest, total, share, again, weight = map(number, re.findall(r"[\u2212\d]+\.\d+", said))
    scores = expected["scores"][q]
    assert abs(energy - scores[k]) < 0.0006 and abs(largest - scores.max()) < 0.0006
    assert abs(total - np.exp(scores - scores.max()).sum()) < 0.0006 and total == again
    assert abs(share / total - weight) < 0.001 and abs(weight - expected["weights"][q, k]) < 0.0006


def test_a_dragged_weight_is_the_context_that_the_decoder_goes_on_from(stage):
    own = stage.expected
    stage.press("First step (Home)")
    stage.page.locator("canvas.weights").scroll_into_view_if_needed()
    x, y = stage.point("weights", 1, 80, len(DATE))
    stage.page.mouse.move(x, y)
    stage.page.mouse.down()
    stage.page.mouse.move(x, y - 40, steps=6)
    stage.page.mouse.up()
    stage.wait_for(DATE, forced=[0])
    said = stage.page.get_by_label("Attention weight of “u”; up and down change it").get_attribute("aria-valuenow")
    dragged = number(said)
    row = own["weights"][0] * (1 - dragged) / (1 - own["weights"][0, 1])
    row[1] = dragged
    assert 0.3 < dragged < 0.9
    forced = trace(own.model, DATE, forced={0: row / row.sum()})
    assert stage.output.replace("\n", "") == forced.output
    assert stage.page.locator(".answer .ghost b").inner_text() == own.output
    stage.page.get_by_role("button", name="Give all steps their own weights back (Escape)").click()
    stage.wait_for(DATE, forced=[])
    assert stage.output == own.output and stage.page.locator(".answer .ghost").is_hidden()
    stage.check_map(own["weights"])


def test_the_attention_can_be_taken_over_with_the_keyboard_alone(stage):
    stage.page.locator(".board").focus()
    stage.page.keyboard.press("Home")
    stage.page.get_by_role("button", name="Give every token the same weight at this step").press("Enter")
    stage.wait_for(DATE, forced=[0])
    assert stage.output == trace(stage.expected.model, DATE, forced={0: np.full(len(DATE), 1 / len(DATE))}).output
    stage.page.locator("canvas.weights").focus()
    before = number(stage.page.locator("canvas.weights").get_attribute("aria-valuenow"))
    stage.page.keyboard.press("PageUp")
    stage.page.wait_for_function("before => Number(document.querySelector('[data-testid=stMain] *') && window.painted.forced.length) === 1", arg=before)
    stage.page.locator(f"canvas.weights[aria-valuenow='{before + 0.25:.3f}']").wait_for()
    stage.page.locator(".board").focus()
    stage.page.keyboard.press("Escape")
    stage.wait_for(DATE, forced=[])


def test_a_beam_shows_its_tree_and_the_answer_of_the_trace(stage):
    stage.choose("Model", "translate-additive")
    stage.type("I would like a cup of tea.", model="translate-additive")
    stage.choose("Decoding", "3")
    stage.page.locator("canvas.tree").wait_for()
    expected = trace(zoo.load("translate-additive"), "I would like a cup of tea.", beam=3)
    said = stage.page.locator("canvas.tree").get_attribute("aria-label")
    assert said.startswith(f"{len(expected.tree)} beginnings") and said.endswith(f"the best is {expected.output}")
    assert stage.output == expected.output
    stage.choose("Decoding", "1")
    stage.page.locator("canvas.tree").wait_for(state="hidden")


def test_predict_then_reveal_hides_the_answer_and_counts_it_from_the_trace(stage):
    expected = stage.expected
    stage.press("the month?")
    assert stage.page.locator(".panel").first.is_hidden()
    box = stage.page.locator("canvas.map").bounding_box()
    screen = np.asarray(Image.open(io.BytesIO(stage.page.screenshot(clip=box))).convert("RGB"))
    assert len(np.unique(screen[3:-3, 3 : round(stage.columns(len(DATE)) * len(DATE)) - 3].reshape(-1, 3), axis=0)) == 1  # one empty color
    assert stage.page.get_by_role("button", name="Reveal").is_disabled()
    for k in range(9, 14):  # March
        stage.page.mouse.click(*stage.point("source", k, 12, len(DATE)))
    stage.page.locator(".predict p", has_text="You chose “March”.").wait_for()
    stage.press("Reveal")
    told = stage.page.locator(".told").inner_text()
    share = expected["weights"][5:7, 9:14].sum() / 2
    assert int(re.search(r"(\d+)\u2009%", told)[1]) == round(100 * share)
    for q in (5, 6):
        assert f"({expected['weights'][q].max():.2f}, token {expected['weights'][q].argmax() + 1})" in told
    stage.check_map(expected["weights"])


def test_what_there_is_to_see_of_nothing_one_token_and_the_unknown(stage):
    stage.type("")
    assert "Nothing to read yet" in stage.page.locator(".answer").inner_text()
    stage.type("5")
    assert stage.output == stage.expected.output
    stage.choose("Model", "translate-additive")
    source = "the zyxwv sleeps ."
    stage.type(source, model="translate-additive")
    expected = stage.expected
    assert [expected.model.spec.source[id] == UNKNOWN for id in expected.ids] == [False, True, False, False]
    stage.page.mouse.move(*stage.point("source", 1, 10, 4))
    assert stage.page.locator(".tip").inner_text() == "token 2 “zyxwv”, unknown to the model"
    stage.check_map(expected["weights"])


def test_two_hundred_tokens_are_shown_and_one_more_is_refused_by_name(stage):
    stage.choose("Model", "translate-additive")
    stage.type("cat " * 199 + "cat", model="translate-additive")
    assert stage.output == stage.expected.output and len(stage.expected.tokens) == 200
    stage.page.locator("textarea").fill("cat " * 201)
    stage.page.locator(".badge:has-text('at most 200 words: got 201 words')").wait_for()


def test_a_link_opens_its_model_source_step_unit_and_beam(watched, tmp_path):
    watched.allowed = ("404",)
    with running(tmp_path / "log") as server:
        stage = AttentionPage(watched.page, server.url, "/attention?model=dates-multiplicative&text=9+mai+1999&step=4&unit=7&beam=2")
        stage.wait_for("9 mai 1999", model="dates-multiplicative")
        stage.page.locator(".look-title:has-text('Step 4:')").wait_for()
        assert stage.page.get_by_label("Unit", exact=True).input_value() == "7"
        assert stage.page.get_by_label("Decoding", exact=True).input_value() == "2"
        watched.page.close()  # before its server goes


def test_explore_opens_the_alignment_as_a_figure(stage):
    stage.page.get_by_role("button", name="Explore").click()
    stage.page.locator("text=attention weights: 11 steps by 22 tokens").first.wait_for(timeout=20_000)
    with stage.page.expect_download() as download:
        stage.page.get_by_role("button", name="Download NumPy").click()
    with np.load(download.value.path()) as archive:
        np.testing.assert_allclose(archive["weights"], stage.expected["weights"], atol=1e-6)
        assert list(archive["written"])[-1] == END


def downloaded(page):
    """The weights of the CSV that Explore offers, and its name."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    rows = list(csv.reader(download.value.path().read_text(encoding="utf-8").splitlines()))
    return np.array([[float(value) for value in row[4:]] for row in rows[1:]]), download.value.suggested_filename


def test_explore_and_its_files_have_the_weights_and_the_beam_of_the_stage(stage):
    own = stage.expected
    stage.press("Put all attention of this step on the chosen token")
    stage.wait_for(DATE, forced=[6])
    forced = {6: np.eye(len(DATE))[own["weights"][6].argmax()]}
    stage.page.get_by_role("button", name="Explore").click()
    stage.page.get_by_text("With your weights at step 7.", exact=True).wait_for(timeout=20_000)
    weights, name = downloaded(stage.page)
    assert name == "dates-additive-forced.csv" and weights[6].max() == 1
    np.testing.assert_allclose(weights, trace(own.model, DATE, forced=forced)["weights"], rtol=1e-5)
    stage.page.locator(".board").focus()
    stage.page.keyboard.press("Home")
    stage.press("Give every token the same weight at this step")
    stage.page.get_by_text("With your weights at steps 1 and 7.", exact=True).wait_for(timeout=20_000)
    stage.press("Give all steps their own weights back (Escape)")
    stage.page.get_by_text("With your weights").wait_for(state="detached", timeout=20_000)
    stage.choose("Decoding", "3")
    stage.page.get_by_text("Found with a beam of 3.", exact=True).wait_for(timeout=20_000)
    weights, name = downloaded(stage.page)
    assert name == "dates-additive-beam-3.csv"
    np.testing.assert_allclose(weights, trace(own.model, DATE, beam=3)["weights"], rtol=1e-5)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1920, 1080)])
@pytest.mark.parametrize("path", ["/attention?model=translate-additive", "/self-attention"])
def test_nothing_is_wider_than_the_screen(chromium, server, path, width, height):
    context = chromium.new_context(viewport={"width": width, "height": height})
    stage = AttentionPage(context.new_page(), server.url, path)
    overflow = stage.page.evaluate("() => { const main = document.querySelector('[data-testid=stMain]'); return main.scrollWidth - main.clientWidth; }")
    board = stage.page.locator(".stage").bounding_box()
    context.close()
    assert overflow <= 0 and board["x"] >= 0 and board["x"] + board["width"] <= width
