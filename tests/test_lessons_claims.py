"""What the lessons say in words about the shipped models and the stored results, on the texts that they open on or offer."""

import json
import re
import statistics
from urllib.parse import unquote

import numpy as np
import pytest

from gatelab import zoo
from gatelab.results import RESULTS
from gatelab.traces import trace
from gatelab.training.units import PROPERTIES, score
from tests.browser import ROOT

GATED = ("lstm", "peephole", "coupled", "gru")


def runs(task):
    """cell -> seed -> run, all cells with the same number of units."""
    found = {}
    for run in json.loads((RESULTS / f"{task}.json").read_text(encoding="utf-8"))["runs"]:
        if run["size"] == "hidden":
            found.setdefault(run["cell"], {})[run["seed"]] = run["score"]
    return found


@pytest.mark.parametrize("name", zoo.families()["sentiment"])
def test_every_cell_with_gates_gets_not_good_and_not_bad_at_all_right_and_the_simple_rnn_the_first_alone(name):
    assert after(name, "not good")[-1] < 0.5
    assert (after(name, "not bad at all")[-1] > 0.5) == (name != "sentiment-rnn")


def test_what_the_lesson_on_answers_calls_wrong_is_wrong():
    for linked in re.findall(r"text=([^;)]+)", chapter("answers")):
        assert f"[*{unquote(linked)}*]" in chapter("answers")
        assert after("sentiment-lstm", unquote(linked))[-1] < 0.5
    assert len(re.findall(r"text=", chapter("answers"))) == 2


def test_at_but_the_lstm_s_unit_forgets_the_praise():
    (linked,) = re.findall(r"text=([^;)]+);step=least:f", chapter("lstm"))
    seen = trace(zoo.load("sentiment-lstm"), unquote(linked))
    forget = seen["f"][:, zoo.opening("sentiment-lstm").unit]
    assert seen.tokens[2] == "but" and forget.argmin() == 2 and forget[2] < 0.1 and forget[:2].min() > 0.8
    assert seen.probs[1, 1] > 0.9 and seen.probs[-1, 1] < 0.1


def test_on_sentiment_the_cells_with_gates_are_within_two_points_and_their_order_changes_with_the_seed():
    found = runs("sentiment")
    means = [statistics.mean(found[cell].values()) for cell in GATED]
    assert max(means) - min(means) <= 0.02
    assert len({tuple(sorted(GATED, key=lambda cell: found[cell][seed])) for seed in found["lstm"]}) > 1


def test_on_counting_the_lstm_is_ahead_on_average():
    found = {cell: statistics.mean(seeds.values()) for cell, seeds in runs("counter").items()}
    assert max(found, key=found.get) == "lstm"


def test_unit_70_of_the_prose_lstm_climbs_along_a_word():
    text = zoo.opening("prose-lstm").text
    so_far = np.array([len(text[: t + 1].split(" ")[-1]) if letter.isalpha() else 0 for t, letter in enumerate(text)])
    c = trace(zoo.load("prose-lstm"), text)["c"][:, 70]
    assert score(c, so_far) > 0.6


def chapter(name):
    return (ROOT / "pages" / "lessons" / f"{name}.md").read_text(encoding="utf-8")


def after(name, text):
    """The probability of "positive" after each token."""
    return trace(zoo.load(name), text).probs[:, 1]


def test_the_exercise_on_forgetting_is_one_on_which_the_simple_rnn_loses_and_the_lstm_does_not():
    (linked,) = re.findall(r"text=([^;)]+)", chapter("simple-rnn"))
    text = unquote(linked)
    assert f"[*{text}*]" in chapter("simple-rnn")
    said = re.search(
        r"After \*(\w+)\* this network says (\d+) % positive, at the end (\d+) %, and with \*terrible\* .*the LSTM there still says (\d+) % at the end",
        chapter("simple-rnn"),
        re.DOTALL,
    )
    rnn, lstm = after("sentiment-rnn", text), after("sentiment-lstm", text)
    assert text.startswith(said[1])
    assert [round(100 * float(p)) for p in (rnn[0], rnn[-1], lstm[-1])] == [int(percent) for percent in said.groups()[1:]]
    assert rnn[0] - rnn[-1] > 0.3 and lstm[0] - lstm[-1] < 0.1
    bad = text.replace(said[1], "terrible", 1)
    assert abs(after("sentiment-rnn", bad)[-1] - rnn[-1]) < 0.02 and lstm[-1] - after("sentiment-lstm", bad)[-1] > 0.9


def test_where_a_unit_of_the_simple_rnn_hardly_changes_and_where_it_changes_most_it_was_computed_anew():
    """No step leaves the state as it was."""
    for text in (zoo.opening("sentiment-rnn").text, *zoo.opening("sentiment-rnn").others):
        assert (np.diff(trace(zoo.load("sentiment-rnn"), text)["h"], axis=0) != 0).all()


def test_the_lstm_s_unit_turns_from_blue_to_orange_once_and_gates_are_seldom_decided():
    opening = zoo.opening("sentiment-lstm")
    seen = trace(zoo.load("sentiment-lstm"), opening.text)
    assert np.diff(seen["c"][:, opening.unit] > 0).sum() == 1 and seen["c"][0, opening.unit] < 0
    gates = np.stack([seen[name] for name in "ifo"])
    assert ((0.2 < gates) & (gates < 0.8)).mean() > 0.5


@pytest.mark.parametrize(("name", "gate"), [("sentiment-lstm", "f"), ("sentiment-coupled", "f"), ("sentiment-gru", "z"), ("sentiment-gru-cho", "z")])
def test_where_a_gate_keeps_least_and_most_is_plain_to_see_on_the_text_that_a_lesson_opens_on(name, gate):
    opening = zoo.opening(name)
    gates = trace(zoo.load(name), opening.text)[gate][:, opening.unit]
    assert gates.min() < 0.5 and gates.max() > 0.8


@pytest.mark.parametrize("page", ["lstm", "gru"])
@pytest.mark.parametrize("name", zoo.families()["sentiment"])
def test_every_cell_is_right_about_the_sentence_that_a_lesson_opens_on(name, page):
    text = zoo.opening(name, page).text
    assert (after(name, text)[-1] > 0.5) == (zoo.pages()[page]["sentiment"][0]["label"] == "positive")


def test_the_character_model_is_surer_inside_a_word_than_where_one_begins():
    opening = zoo.opening("prose-lstm")
    for text in (opening.text, *opening.others):
        letters, _ = PROPERTIES["prose"](text)["letters of the word so far"]
        sure, before = trace(zoo.load("prose-lstm"), text).probs.max(axis=1)[:-1], letters[:-1][letters[1:] > 0]
        assert sure[letters[1:] > 0][before > 0].mean() > sure[letters[1:] > 0][before == 0].mean()
