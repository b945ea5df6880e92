"""Pages by Streamlit's own AppTest: no JavaScript runs here, the stage itself is tested in a browser (test_watch.py)."""

import json

import numpy as np
import pytest
from safetensors.numpy import load
from streamlit.testing.v1 import AppTest

from gatelab import zoo
from gatelab.trace import trace
from tests.browser import ROOT


@pytest.fixture
def app(monkeypatch):
    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "gatelab" / "shell.py"), default_timeout=30)


def stage(app):
    (component,) = app.get("bidi_component")
    return component.proto


def page(body):
    size = int.from_bytes(body[:8], "little")
    return json.loads(json.loads(body[8 : 8 + size])["__metadata__"]["page"])


def test_it_opens_on_watch_with_a_first_picture_that_is_the_trace(app):
    app.run()
    assert not app.exception and app.title[0].value.startswith("Type")
    arrays, opening = load(stage(app).bytes), zoo.opening("prose-lstm")
    np.testing.assert_allclose(arrays["c"], trace(zoo.load("prose-lstm"), opening.text)["c"], atol=1e-5)
    assert page(stage(app).bytes)["start"]["unit"] == opening.unit


def test_a_link_chooses_model_text_unit_and_step(app):
    link = {"model": "code-lstm", "text": "int x;", "unit": "7", "step": "2", "value": "f", "entry": "o", "order": "mean"}
    for key, value in link.items():
        app.query_params[key] = value
    app.run()
    assert page(stage(app).bytes)["start"] == {"unit": 7, "step": 1, "value": "f", "name": "o", "order": "mean"}
    assert load(stage(app).bytes)["f"].shape == (6, 128) and not app.info


@pytest.mark.parametrize(
    ("key", "value"), [("model", "<b>x</b>"), ("unit", "-1"), ("unit", "128"), ("unit", "٣"), ("unit", "0" * 9 + "9" * 5000), ("unit", "000000000999"), ("step", "0000000019999"), ("step", "0"), ("value", "q"), ("entry", "z"), ("order", "up"), ("text", "x" * 2001)]
)
def test_a_wrong_link_opens_all_the_same_and_says_why(app, key, value):
    app.query_params[key] = value
    app.run()
    assert not app.exception and len(app.info) == 1 and key in app.text[0].value
    assert stage(app).bytes


def test_explore_is_closed_at_first_and_opens_with_what_the_stage_hands_over(app):
    app.run()
    assert not app.get("plotly_chart")
    app.session_state["stage"] = {"explore": {"model": "prose-gru", "text": "so it goes", "unit": 3}}
    app.run()
    assert not app.exception
    assert [chart.proto.alt for chart in app.get("plotly_chart")] == [
        "reset gate: units by steps",
        "All values of unit 3 at each step",
        "How the values of each name are spread over all units and steps",
    ]
    assert [button.label for button in app.get("download_button")] == ["Download CSV", "Download NumPy", "Download PNG"]


@pytest.mark.parametrize(
    ("explored", "said"),
    [
        ({"model": "nope", "text": "a"}, "model must be one of"),
        ({"model": "prose-gru", "text": 5}, "text must be a string"),
        ({"model": "prose-gru", "text": "x" * 2001}, "at most 2000 characters"),
        ({"text": "x"}, "model must be one of"),
        ([1], "body must be an object"),
        ("x", "body must be an object"),
        (7, "body must be an object"),
    ],
)
def test_what_a_browser_hands_over_is_checked_again(app, explored, said):
    app.session_state["stage"] = {"explore": explored}
    app.run()
    assert not app.exception and app.error and said in app.text[0].value


def test_an_empty_text_or_a_wrong_unit_still_explores(app):
    app.session_state["stage"] = {"explore": {"model": "prose-rnn", "text": "", "unit": 3}}
    app.run()
    assert not app.exception and "nothing to explore yet" in app.info[0].value
    app.session_state["stage"] = {"explore": {"model": "prose-rnn", "text": "a", "unit": "7"}}
    app.run()
    assert not app.exception and len(app.get("plotly_chart")) == 3


@pytest.fixture(params=["attention", "self_attention"])
def looking(request, monkeypatch):
    """One of the pages whose models write, alone."""
    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "pages" / f"{request.param}.py"), default_timeout=30)


def key(app):
    return "attention" if app.title[0].value.startswith("Attention") else "heads"


def test_a_page_of_attention_opens_on_a_first_picture_that_is_the_trace(looking):
    looking.run()
    assert not looking.exception and not looking.info
    name = page(stage(looking).bytes)["models"][0]["name"]
    expected = trace(zoo.load(name), zoo.opening(name).text)
    arrays = load(stage(looking).bytes)
    np.testing.assert_allclose(arrays["weights" if "weights" in arrays else "across.weights"], expected["weights"], atol=1e-6)


@pytest.mark.parametrize(("link", "said"), [("model", "must be one of"), ("step", "number from 1"), ("unit", "number from 0"), ("beam", "number from 1"), ("text", "at most 200")])
def test_a_wrong_link_to_attention_opens_all_the_same_and_says_why(looking, link, said):
    looking.query_params[link] = "x y " * 200
    looking.run()
    assert not looking.exception and len(looking.info) == 1 and said in looking.text[0].value


def test_the_tables_of_attention_are_the_stored_scores(looking):
    looking.run()
    for table in looking.dataframe:
        for _, row in table.value.iterrows():
            scores = zoo.card(row["model"])["scores"]
            assert {what: row[what] for what in scores} == {what: str(score) for what, score in scores.items()}


def test_an_alignment_is_explored_and_what_a_browser_hands_over_is_checked_again(looking):
    looking.run()
    name = key(looking)
    model = "dates-additive" if name == "attention" else "dates-transformer"
    looking.session_state[name] = {"explore": {"model": model, "text": "5 mai 2001"}}
    looking.run()
    assert not looking.exception
    assert [button.label for button in looking.get("download_button")] == ["Download CSV", "Download NumPy"]
    for asked, said in (({"model": "nope", "text": "a"}, "model must be one of"), ({"model": model, "text": 5}, "text must be a string"), ([1], "body must be an object")):
        looking.session_state[name] = {"explore": asked}
        looking.run()
        assert not looking.exception and said in looking.text[0].value
    for asked in ({"model": model, "text": ""}, {"model": "dates-none", "text": "5 mai 2001"}):
        looking.session_state[name] = {"explore": asked}
        looking.run()
        assert not looking.exception and "no alignment to explore" in looking.info[0].value
