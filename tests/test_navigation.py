"""The way through the app: one table makes the navigation, Back and Next, and the cards of the first page."""

import base64
import re

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

import gatelab
from gatelab import results, zoo
from gatelab.claims import claims
from gatelab.figures.picture import shades
from gatelab.live.first import PROMPTS
from gatelab.traces import trace
from gatelab.ui.path import GROUPS, PLACES, TEACHING
from gatelab.ui.sketch import FAINT, HIGH
from gatelab.ui.ways import FADES, PICTURES
from gatelab.zoo import film
from tests.browser import ROOT


@pytest.fixture(scope="module")
def app():
    """The whole app, on its first page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        yield AppTest.from_file(str(ROOT / "gatelab" / "shell.py"), default_timeout=60).run()


def links(page):
    return [(link.proto.label, link.proto.page) for link in page.get("page_link")]


def test_every_page_has_its_place_and_every_place_its_page():
    assert sorted(place.name for place in (*PLACES, *TEACHING)) == sorted(path.stem for path in (ROOT / "pages").glob("*.py"))


def test_the_chapters_are_numbered_in_the_order_in_which_they_are_read():
    assert [place.label for place in GROUPS["Understand"]] == [
        "1 Simple RNN",
        "2 LSTM",
        "3 GRU",
        "4 One answer or many",
        "5 Attention",
        "6 Self-attention",
        "7 How it learns",
    ]
    assert PLACES[0].label == "Start" and [place.label for place in GROUPS["Experiment"]] == ["Watch", "Compare", "Memory", "Learn"]


@pytest.mark.parametrize("at", range(len(PLACES)), ids=[place.name for place in PLACES])
def test_back_and_next_lead_to_the_neighbors_in_the_navigation(app, at):
    found = links(app.switch_page(f"../pages/{PLACES[at].name}.py").run())
    before = [(f"← Back: {PLACES[at - 1].label}", PLACES[at - 1].path if at > 1 else "")] if at else []
    after = [(f"Next: {place.label} →", place.path) for place in PLACES[at + 1 : at + 2]]
    assert [(label, path) for label, path in found if label.startswith(("← Back", "Next"))] == before + after


def test_the_first_page_has_a_card_for_each_other_page_with_what_one_sees_there(app):
    page = app.switch_page("../pages/start.py").run()
    cards = {label: path for label, path in links(page)}
    said = [markdown.value for markdown in page.markdown]
    for place in PLACES[1:]:
        assert cards[place.label] == place.path
        assert place.shows in said and place.shows.count(".") + place.shows.count("?") == 1


def test_the_cards_are_drawn_from_traces_and_stored_results(app):
    page = app.switch_page("../pages/start.py").run()
    pictures = [re.search(r"base64,([\w+/=]+)", html.proto.body) for html in page.get("html")]
    svgs = [base64.b64decode(picture[1]).decode() for picture in pictures if picture]
    drawn = dict(zip([place.name for place in PLACES[1:] if place.name in PICTURES], svgs, strict=True))

    seen, unit = trace(zoo.load("sentiment-lstm"), PROMPTS[0][0]), zoo.opening("sentiment-lstm").unit
    fills = [np.array(list(bytes.fromhex(color))) for color in re.findall(r'fill="#(\w{6})"', drawn["lstm"])]
    values = [(name, value) for name in "fioc" for value in seen[name][:, unit] if abs(value) > FAINT]
    assert all((color == shades(np.array(value), name, "light", "lstm", seen.ranges)).all() for color, (name, value) in zip(fills, values, strict=True))

    assert heights(drawn["answers"]) == [pytest.approx(seen.probs[:, 1], abs=0.002)]
    means = [[mean for _, mean, *_ in results.curve(results.results("recall"), cell)] for cell in ("lstm", "rnn")]
    assert heights(drawn["memory"]) == [pytest.approx(line, abs=0.002) for line in means]
    networks = [film.network("sentiment-lstm", k) for k in range(len(film.steps("sentiment-lstm")))]
    assert heights(drawn["learn"]) == [pytest.approx([trace(one, text).probs[-1, 1] for one in networks], abs=0.002) for text, _ in PROMPTS[:2]]
    answers = (("lstm", "c", "negative"), ("rnn", "h", "positive"))  # what each of them does not say
    fading = [gatelab.backward(zoo.load(f"sentiment-{cell}"), FADES, label)[name] for cell, name, label in answers]
    assert heights(drawn["how_it_learns"]) == [pytest.approx((np.log10(np.linalg.norm(line, axis=1)) + 5) / 6, abs=0.002) for line in fading]
    example = results.study("forecast")["runs"][0]["example"]
    low, high = min(example["truth"] + example["forecast"]), max(example["truth"] + example["forecast"])
    assert heights(drawn["questions"]) == [pytest.approx((np.array(example[name]) - low) / (high - low), abs=0.002) for name in ("truth", "forecast")]
    x = torch.linspace(-5, 5, 41)
    assert heights(drawn["glossary"]) == [pytest.approx(((1 + y) / 2).tolist(), abs=0.002) for y in (x.sigmoid(), x.tanh())]
    assert drawn["claims"].count('fill="none"') == sum(not held for claim in claims() for held in claim.held)


def heights(svg):
    """The values of each line of a picture, from 0 at its bottom to 1 at its top."""
    return [[1 - (float(point.split(",")[1]) - 4) / (HIGH - 8) for point in points.split()] for points in re.findall(r'points="([^"]*)"', svg)]
