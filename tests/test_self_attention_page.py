"""The Self-attention page in a real browser; what it shows is compared with Python's own trace."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from gatelab import zoo
from gatelab.figures.picture import shades
from gatelab.traces import trace
from tests.browser import go
from tests.stage import number
from tests.test_attention_page import AttentionPage, downloaded

DATE = "5 mai 2001"
PLACES = {"source looks at itself": "encoder", "target looks at itself": "decoder", "target looks at source": "across"}


@pytest.fixture
def stage(server, watched):
    watched.allowed = ("404",)  # Streamlit itself asks for /self-attention/_stcore/health first
    page = AttentionPage(watched.page, server.url, "/self-attention")
    page.choose("Model", "dates-transformer")
    page.type(DATE, model="dates-transformer")
    return page


def arrays(expected, place):
    return {"encoder": expected.encoder, "decoder": expected.decoder, "across": expected.arrays}[PLACES[place]]


def masked(place, q, k):
    return PLACES[place] == "decoder" and k > q


@pytest.mark.parametrize("place", PLACES)
def test_every_map_has_the_colors_of_the_weights(stage, place):
    stage.press(place)
    stage.page.mouse.move(2, 2)
    stage.settle()
    weights = arrays(stage.expected, place)["weights"]
    screen = np.asarray(Image.open(io.BytesIO(stage.page.screenshot())).convert("RGB")).astype(int)
    for layer, head in np.ndindex(weights.shape[:2]):
        box = stage.page.locator(f"[aria-label^='layer {layer + 1}, head {head + 1}'] canvas").bounding_box()
        for (q, k), weight in np.ndenumerate(weights[layer, head]):
            if not masked(place, q, k):
                x, y = box["x"] + (k + 0.5) * box["width"] / weights.shape[3], box["y"] + (q + 0.5) * box["height"] / weights.shape[2]
                assert abs(screen[int(y), int(x)] - shades(np.asarray(weight), "weights", "light").astype(int)).max() <= 4, (layer, head, q, k)


@pytest.mark.parametrize("place", PLACES)
def test_hovering_tells_energy_and_weight_and_a_masked_entry_is_exactly_zero(stage, place):
    stage.press(place)
    stage.press("layer 2, head 3")
    of = arrays(stage.expected, place)
    weights, scores = of["weights"][1, 2], of["scores"][1, 2]
    box = stage.page.locator("canvas.map").bounding_box()
    for q, k in ((0, 0), (3, 1), (1, 3), (len(weights) - 1, weights.shape[1] - 1)):
        stage.page.mouse.move(box["x"] + (k + 0.5) * box["width"] / weights.shape[1], box["y"] + (q + 0.5) * box["height"] / len(weights))
        said = stage.page.locator(".tip").inner_text()
        if masked(place, q, k):
            assert said.startswith("masked") and said.endswith("weight exactly 0") and weights[q, k] == 0
        else:
            energy, weight = re.search(r"energy (\S+) · weight (\S+)", said).groups()
            assert abs(number(energy) - scores[q, k]) < 0.0006 and abs(number(weight) - weights[q, k]) < 0.0006


@pytest.mark.parametrize("place", PLACES)
def test_the_dot_product_in_numbers_is_that_of_the_trace(stage, place):
    stage.press(place)
    of = arrays(stage.expected, place)
    box = stage.page.locator("canvas.map").bounding_box()
    q, k = 4, 2
    rows, columns = of["weights"].shape[2:]
    stage.page.mouse.click(box["x"] + (k + 0.5) * box["width"] / columns, box["y"] + (q + 0.5) * box["height"] / rows)
    stage.settle()
    query, key = of["query"][0, 0, q], of["key"][0, 0, k]
    said = stage.page.locator(".numbers").first.inner_text()
    total, energy = map(number, (re.search(r"add up to (\S+?)\. ", said)[1], said.rsplit("= ", 1)[1]))
    assert abs(total - query @ key) < 0.0006 and abs(energy - of["scores"][0, 0, q, k]) < 0.0006
    weight = number(stage.page.locator(".numbers").nth(1).inner_text().rsplit("= ", 1)[1])
    assert abs(weight - of["weights"][0, 0, q, k]) < 0.0006
    output = number(stage.page.locator(".result .amount").last.inner_text())
    assert abs(output - of["context"][0, 0, q, 0]) < 0.0006


def test_explore_shows_the_head_that_the_stage_shows(stage):
    expected = stage.expected
    stage.press("target looks at itself")
    stage.press("layer 1, head 3")
    stage.page.get_by_role("button", name="Explore").click()
    shown = stage.page.get_by_test_id("stPlotlyChart")
    shown.get_by_text("attention weights, target looks at itself, layer 1, head 3: 11 steps by 11 tokens").wait_for(timeout=20_000)
    weights, name = downloaded(stage.page)
    assert name == "dates-transformer-decoder.csv"
    np.testing.assert_allclose(weights, expected.decoder["weights"].reshape(-1, 11), rtol=1e-5)
    stage.page.locator(".board").focus()
    stage.page.keyboard.press("PageDown")
    shown.get_by_text("attention weights, target looks at itself, layer 2, head 3").wait_for(timeout=20_000)
    stage.press("source looks at itself")
    shown.get_by_text("attention weights, source looks at itself, layer 2, head 3: 10 tokens by 10 tokens").wait_for(timeout=20_000)


def test_the_sentence_that_was_typed_on_one_page_is_there_on_the_other(stage):
    source = "3 juin 1987"
    stage.page.locator("textarea").fill("")
    stage.page.locator("textarea").press_sequentially(source, delay=20)
    stage.wait_for(source)
    assert stage.page.locator(".answer b").first.inner_text() == trace(zoo.load("dates-transformer"), source).output
    go(stage.page, "Attention")
    stage.page.locator(".stage.attention").wait_for()
    stage.wait_for(source, model="dates-additive")
    assert stage.page.locator("textarea").input_value() == source


def test_nothing_to_read_is_said_and_one_token_is_shown(stage):
    stage.page.locator("textarea").fill("")
    stage.page.locator("text=Nothing to read yet").wait_for()
    stage.type("5")
    assert stage.page.locator(".answer b").first.inner_text() == stage.expected.output
