"""What the lessons say in words about the shipped models and the stored results."""

import json
import statistics

import numpy as np
import pytest

from gatelab import zoo
from gatelab.results import RESULTS
from gatelab.trace import trace
from gatelab.training.units import score

GATED = ("lstm", "peephole", "coupled", "gru")


def runs(task):
    """cell -> seed -> run, all cells with the same number of units."""
    found = {}
    for run in json.loads((RESULTS / f"{task}.json").read_text(encoding="utf-8"))["runs"]:
        if run["size"] == "hidden":
            found.setdefault(run["cell"], {})[run["seed"]] = run["score"]
    return found


@pytest.mark.parametrize("name", zoo.families()["sentiment"])
def test_every_sentiment_model_gets_not_good_right_and_not_bad_at_all_wrong(name):
    assert trace(zoo.load(name), "not good").probs[-1, 1] < 0.5
    assert trace(zoo.load(name), "not bad at all").probs[-1, 1] < 0.5


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
