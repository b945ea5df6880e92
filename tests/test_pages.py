"""Pages by Streamlit's own AppTest: no JavaScript runs here, the stage itself is tested in a browser (test_watch.py)."""

import ast
import json
import re

import numpy as np
import pytest
from safetensors.numpy import load
from streamlit.testing.v1 import AppTest

from gatelab import lessons, trial, zoo
from gatelab.figures import trial as trial_figure
from gatelab.influence import influence
from gatelab.live.wire import pack_side_by_side
from gatelab.traces import trace
from gatelab.trial import Lap
from tests.browser import ROOT


@pytest.fixture
def app(monkeypatch):
    """The Watch page, alone."""
    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "pages" / "watch.py"), default_timeout=30)


def stage(app):
    (component,) = app.get("bidi_component")
    return component.proto


def page(body):
    size = int.from_bytes(body[:8], "little")
    return json.loads(json.loads(body[8 : 8 + size])["__metadata__"]["page"])


def test_watch_opens_on_a_first_picture_that_is_the_trace(app):
    app.run()
    assert not app.exception and app.title[0].value.startswith("Type")
    arrays, opening = load(stage(app).bytes), zoo.opening("prose-lstm")
    np.testing.assert_allclose(arrays["c"], trace(zoo.load("prose-lstm"), opening.text)["c"], atol=1e-5)
    assert page(stage(app).bytes)["start"]["unit"] == opening.unit


def test_a_link_chooses_model_text_unit_and_step(app):
    link = {"model": "code-lstm", "text": "int x;", "unit": "7", "step": "2", "value": "f", "entry": "o", "order": "mean", "maps": "alone"}
    for key, value in link.items():
        app.query_params[key] = value
    app.run()
    assert page(stage(app).bytes)["start"] == {
        "text": "int x;",
        "unit": 7,
        "step": 1,
        "value": "f",
        "entry": "o",
        "order": "mean",
        "maps": "alone",
        "hold": "",
        "after": "",
        "temperature": None,
        "seed": None,
        "marks": [],
        "follow": "marked",
        "elsewhere": None,
        "against": None,
        "notation": None,
        "open": None,
        "hide": [],
        "present": "off",
        "film": None,
    }
    assert load(stage(app).bytes)["f"].shape[:2] == (6, 128) and not app.info


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("model", "<b>x</b>"),
        ("unit", "-1"),
        ("unit", "128"),
        ("unit", "٣"),
        ("unit", "0" * 9 + "9" * 5000),
        ("unit", "000000000999"),
        ("step", "0000000019999"),
        ("step", "0"),
        ("value", "q"),
        ("entry", "z"),
        ("order", "up"),
        ("maps", "one"),
        ("zoom", "2"),
        ("text", "x" * 2001),
    ],
)
def test_a_wrong_link_opens_all_the_same_and_says_why(app, key, value):
    app.query_params[key] = value
    app.run()
    assert not app.exception and len(app.info) == 1 and key in app.text[0].value
    assert stage(app).bytes


def test_explore_is_closed_at_first_and_opens_with_what_the_stage_hands_over(app):
    app.run()
    assert not app.get("plotly_chart")
    app.session_state["watch"] = {"explore": {"model": "prose-gru", "text": "so it goes", "unit": 3, "name": "z"}}
    app.run()
    assert not app.exception
    assert [chart.proto.alt for chart in app.get("plotly_chart")] == [
        "update gate: units by steps",
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
    app.session_state["watch"] = {"explore": explored}
    app.run()
    assert not app.exception and app.error and said in app.text[0].value


def test_an_empty_text_or_a_wrong_unit_still_explores(app):
    app.session_state["watch"] = {"explore": {"model": "prose-rnn", "text": "", "unit": 3}}
    app.run()
    assert not app.exception and "nothing to explore yet" in app.info[0].value
    app.session_state["watch"] = {"explore": {"model": "prose-rnn", "text": "a", "unit": "7"}}
    app.run()
    assert not app.exception and len(app.get("plotly_chart")) == 3


@pytest.fixture(params=["attention", "self_attention"])
def looking(request, monkeypatch):
    """One of the pages whose models write, alone."""
    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "pages" / f"{request.param}.py"), default_timeout=30)


def key(app):
    return "attention" if app.title[0].value.startswith("Attention") else "self_attention"


def test_a_page_of_attention_opens_on_a_first_picture_that_is_the_trace(looking):
    looking.run()
    assert not looking.exception and not looking.info
    name = page(stage(looking).bytes)["models"][0]["name"]
    expected = trace(zoo.load(name), zoo.opening(name, key(looking).replace("_", "-")).text)
    arrays = load(stage(looking).bytes)
    np.testing.assert_allclose(arrays["weights" if "weights" in arrays else "across.weights"], expected["weights"], atol=1e-6)


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("model", "must be one of"),
        ("step", "number from 1"),
        ("column", "number from 1"),
        ("text", "at most 200"),
        ("zoom", "does not know the link's field 'zoom'"),
    ],
)
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
    for asked, said in (
        ({"model": "nope", "text": "a"}, "model must be one of"),
        ({"model": model, "text": 5}, "text must be a string"),
        ([1], "body must be an object"),
    ):
        looking.session_state[name] = {"explore": asked}
        looking.run()
        assert not looking.exception and said in looking.text[0].value
    for asked in ({"model": model, "text": ""}, {"model": "dates-none", "text": "5 mai 2001"}):
        looking.session_state[name] = {"explore": asked}
        looking.run()
        assert not looking.exception and "no alignment to explore" in looking.info[0].value


# True in the light theme or in the dark one, never in both; white space and an example's black cat are something else.
ONE_THEME = re.compile(r"(?<!:)\b(dark|light|bright|pale|white(?! space|-space)|black(?! cat)|gr[ae]y)(e?r|e?st)?\b", re.IGNORECASE)
IN_JAVASCRIPT = re.compile(r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`""", re.DOTALL)


def in_python(path):
    """The strings of a Python file that a visitor may read."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef))]
    documentation = {id(line.value) for body in bodies for line in body if isinstance(line, ast.Expr)}
    strings = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation]
    return [string for string in strings if not string.lstrip().startswith("<style>")]


def sentences():
    """All that a visitor reads on pages and stages: (where, text) of each string of more than one word."""
    for path in [*(ROOT / "pages").rglob("*.py"), *(ROOT / "gatelab").rglob("*.py")]:
        yield from ((path.name, string) for string in in_python(path) if " " in string)
    for path in (ROOT / "gatelab" / "live" / "static").rglob("*.js"):
        found = IN_JAVASCRIPT.findall(path.read_text(encoding="utf-8"))
        yield from ((path.name, string) for string in found if not string.startswith(("/", '"(prefers-color-scheme')) and " " in string)
    for lesson in lessons.shipped():
        texts = [getattr(block, "text", "") for block in lesson.all_blocks()]
        yield from ((lesson.name, text) for text in texts if text)
    openings = json.loads((zoo.ZOO / "openings.json").read_text(encoding="utf-8"))
    yield from ((name, opening["note"]) for name, opening in openings.items())


def test_no_sentence_is_true_in_one_theme_only():
    found = list(sentences())
    assert len(found) > 500 and len({where for where, _ in found}) > 80
    # The button of presenting names the theme that it sets.
    assert [(where, string) for where, string in found if ONE_THEME.search(string) and where != "presentbar.js"] == []


def opened(name, monkeypatch, **link):
    """A page among the others, on a link."""
    monkeypatch.chdir(ROOT)
    page = AppTest.from_file(str(ROOT / "gatelab" / "shell.py"), default_timeout=60).run()
    for key, value in link.items():
        page.query_params[key] = value
    return page.switch_page(f"../pages/{name}.py").run()


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=lambda path: path.stem)
def test_every_page_opens_without_a_word_of_complaint(path, monkeypatch):
    page = opened(path.stem, monkeypatch)
    assert page.title[0].value and not page.exception and not page.error


def test_compare_opens_on_a_first_picture_that_is_the_trace_of_every_model(monkeypatch):
    page = opened("compare", monkeypatch)
    traces = [trace(zoo.load(name), zoo.opening("recall-lstm", "compare").text) for name in zoo.families()["recall"][:5]]
    arrays, expected = load(stage(page).bytes), load(pack_side_by_side(traces, 0, compact=True))  # which test_live_compare holds against the traces
    assert set(arrays) == set(expected) and {name.split(".")[0] for name in arrays} == set("01234")
    for name, array in expected.items():
        np.testing.assert_allclose(arrays[name].astype(float), array.astype(float), atol=1e-5 if array.dtype == np.float32 else 0)


def test_memory_opens_on_a_first_picture_that_is_the_influence_of_every_token(monkeypatch):
    page = opened("memory", monkeypatch, models="prose-rnn,prose-lstm", text="Never mind that.")
    arrays = load(stage(page).bytes)
    for k, name in enumerate(("prose-rnn", "prose-lstm")):
        expected = influence(zoo.load(name), "Never mind that.")
        for what in ("norms", "gains", "products"):
            np.testing.assert_allclose(arrays[f"{k}.{what}"], getattr(expected, what), rtol=1e-4)
    assert "1.path" in arrays and "0.path" not in arrays


@pytest.mark.parametrize("name", ["compare", "memory"])
def test_a_link_chooses_models_and_text(name, monkeypatch):
    own = {"value": "keep", "units": "2,0", "unfolded": "brackets-lstm"} if name == "compare" else {}
    page = opened(name, monkeypatch, models="brackets-gru,brackets-lstm", text="(()", step="2", **own)
    assert not page.info and len(load(stage(page).bytes)["0.h" if name == "compare" else "0.norms"]) == 3


@pytest.mark.parametrize("name", ["compare", "memory"])
@pytest.mark.parametrize(
    ("link", "said"),
    [
        ({"models": "prose-lstm"}, "models must be 2 to 5 names: got 1"),
        ({"models": "prose-lstm,<b>x</b>"}, "got '<b>x</b>'"),
        ({"models": "prose-lstm,brackets-lstm"}, "models must be of one task"),
        ({"models": "prose-lstm,prose-lstm"}, "models must be all different"),
        ({"text": "x" * 2001}, "text was cut"),
        ({"step": "0"}, "step must be a number"),
        ({"zoom": "2"}, "does not know the link's field 'zoom'"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_link_to_several_models_opens_all_the_same_and_says_why(name, link, said, monkeypatch):
    page = opened(name, monkeypatch, **link)
    assert not page.exception and len(page.info) == 1 and said in page.text[0].value
    assert load(stage(page).bytes)


# The time trial


@pytest.fixture
def racing(monkeypatch):
    """The Compare page with three small models chosen, and rounds that are over soon."""
    monkeypatch.setattr(trial, "BUDGET", 0.05)
    monkeypatch.setattr(trial, "_place", trial.Place())
    page = opened("compare", monkeypatch, models="brackets-lstm,brackets-gru")
    page.get("button_group")[1].set_value(["brackets-gru", "brackets-lstm", "brackets-rnn"])
    return page.run()


def said(page):
    return "\n".join(markdown.value for markdown in page.markdown)


def start(page):
    return page.button(key="trial start").click().run()


def test_a_time_trial_says_what_its_rounds_show(racing):
    page = start(racing)
    assert not page.exception and not page.info
    laps = page.session_state["trial"]["laps"]
    assert len(laps) == 3 * (1 + trial.ROUNDS)
    found = {one.model: one for one in trial.results(laps, "brackets-lstm")}
    count = {name: zoo.card(name)["parameters"] for name in found}
    for name, called in (("brackets-gru", "GRU"), ("brackets-rnn", "simple RNN")):
        assert trial.verdict(found[name], called, "LSTM", count[name] / count["brackets-lstm"]) in said(page)
    rows = [line for line in said(page).splitlines() if line.startswith("| ")]
    assert [row.split(" | ")[0].strip("| ") for row in rows] == ["model", "---", "LSTM", "GRU", "simple RNN"]
    for row, name in zip(rows[2:], found):
        assert f"| {found[name].ratio:.2f} |" in row and row.endswith(f"| {count[name]:,} |")
    assert "one oneDNN kernel" in said(page) and [chart.proto.alt for chart in page.get("plotly_chart")] == [
        "Milliseconds of each round, one row a model, with the median"
    ]


def test_a_time_trial_may_be_of_reading_and_then_needs_a_text(racing):
    racing.get("button_group")[2].set_value("read").run()
    (box,) = racing.text_area
    assert len(box.value) == 200 and set(box.value) <= set("()")
    page = start(racing)
    assert not page.exception and "A trace of these 200 tokens" in said(page) and "as long as the LSTM" in said(page)
    page.text_area[0].set_value("  ").run()
    assert page.button(key="trial start").disabled and "Type a text." in said(page)


def test_a_time_trial_needs_two_models(racing):
    racing.get("button_group")[1].set_value(["brackets-gru"]).run()
    assert racing.button(key="trial start").disabled and "Choose two models or more." in said(racing)


def test_without_an_lstm_the_first_model_is_the_measure(racing):
    racing.get("button_group")[1].set_value(["brackets-rnn", "brackets-gru"]).run()
    page = start(racing)
    assert "The simple RNN took" in said(page) and "as long as the GRU" in said(page)


def test_who_comes_second_is_told_to_wait(racing):
    trial._place.take()  # somebody else's trial
    page = start(racing)
    assert not page.exception and not page.get("plotly_chart")
    assert page.info[0].value.startswith("Somebody else on this server is in the way: another time trial is running, for ")
    trial._place = trial.Place()
    assert "as long as the LSTM" in said(start(page))  # and may try again


@pytest.mark.parametrize(
    ("rounds", "shown"),
    [(0, "stopped before the first round was over"), (4, "stopped after 4 of 15 rounds"), (10, "stopped after 10 of 15 rounds")],
)
def test_a_time_trial_that_was_stopped_shows_the_rounds_done(racing, rounds, shown):
    """As a click on Stop leaves it: in the middle of a round."""
    laps = [Lap(name, number, 0.001 * (2 + (name == "brackets-gru")), 1) for number in range(rounds + 1) for name in ("brackets-lstm", "brackets-gru")]
    laps += [Lap("brackets-gru", rounds + 1, 0.005, 1)]
    racing.session_state["trial"] = {"models": ["brackets-lstm", "brackets-gru"], "work": "train", "text": "", "laps": laps, "waits": False}
    page = racing.run()
    assert not page.exception and shown in page.info[0].value
    assert ("The GRU took 1.50 times as long as the LSTM, but 4 rounds cannot tell" in said(page)) == (rounds == 4)
    assert (
        "The GRU took 1.50 times (1.50 to 1.50) as long as the LSTM: here it is not faster, although it has only 79 % of its parameters." in said(page)
    ) == (rounds == 10)
    assert bool(page.get("plotly_chart")) == (rounds > 0)


def test_a_time_trial_that_fails_or_runs_late_leaves_the_page_and_the_next_trial_alone(racing, monkeypatch):
    monkeypatch.setattr(trial, "DEADLINE", 0.0)
    page = start(racing)
    assert not page.exception and "stopped before the first round" in page.info[0].value
    monkeypatch.setattr(trial, "DEADLINE", 20.0)
    assert "as long as the LSTM" in said(start(page))


def test_a_trial_s_figure_travels_as_it_was_made(racing):
    page = start(racing)
    laps = page.session_state["trial"]["laps"]
    expected = trial_figure(laps, {"brackets-lstm": "LSTM", "brackets-gru": "GRU", "brackets-rnn": "simple RNN"})
    drawn = json.loads(page.get("plotly_chart")[0].proto.spec)
    assert [mark["y"] for mark in drawn["data"]] == [list(mark.y) for mark in expected.data]
