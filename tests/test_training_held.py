"""What holds do to a held-out score: the stored table is whole and of the shipped weights, and a small part of it is what a trace says text by text."""

import copy
import hashlib
import math
import random

import numpy as np
import pytest
import torch
from torch import nn

from gatelab import experiments, results, zoo
from gatelab.networks import ModelSpec, Reader
from gatelab.text import UNKNOWN
from gatelab.traces import trace
from gatelab.training import held
from gatelab.training.held import Way, of_reviews, of_text, right, ways
from tests.browser import ROOT
from tests.conftest import ALPHABET
from tests.equations import sigmoid

STORED = results.held()
CELLS = ("lstm", "peephole", "coupled", "gru", "gru-cho", "mgu")
WORDS = (UNKNOWN, "good", "bad", "a", "film", "not")


def reader(cell, outputs=()):
    """A model with random weights that reach far into its gates."""
    torch.manual_seed(1)
    tokens, unit = (WORDS, "words") if outputs else ((UNKNOWN, *ALPHABET), "characters")
    model = Reader(ModelSpec(f"random-{cell}", cell, tokens, 6, 8, 1, unit, outputs)).eval().requires_grad_(False)
    for weight in model.recurrent.parameters():
        weight.uniform_(-1, 1)
    return model


def text(length):
    return "".join(random.Random(7).choices(ALPHABET, k=length))


def reviews(count):
    rng = random.Random(8)
    return [(tuple(rng.choices(WORDS[1:], k=rng.randint(1, 12))), rng.randrange(2)) for _ in range(count)]


def plain(model, key):
    """The model and the holds with which a trace computes what a way does; None where no hold says it."""
    if key in experiments.REMOVED:
        return None
    return (model, experiments.named(key).holds(model.spec.cell) if key else ())


# Against a trace, text by text


@pytest.mark.parametrize("cell", CELLS)
def test_the_share_of_texts_right_is_that_of_traces_of_single_texts(cell, monkeypatch):
    monkeypatch.setattr(held, "BATCH", 7)
    model, read = reader(cell, ("negative", "positive")), reviews(40)
    for way in ways(model):
        if found := plain(model, way.key):
            hits = [trace(found[0], " ".join(words), hold=found[1]).probs[-1].argmax() == label for words, label in read]
            assert right(way, read) == pytest.approx(np.mean(hits)), way.key


@pytest.mark.parametrize("cell", CELLS)
def test_nats_are_those_of_a_trace_of_the_whole_text_and_of_each_window(cell):
    model, read, window = reader(cell), text(61), 20

    def nats(characters, hold):
        said = trace(model, characters[:-1], hold=hold).probs
        return [-math.log(row[model.vocabulary.ids[token]]) for row, token in zip(said, characters[1:], strict=True)]

    for way in ways(model):
        if found := plain(model, way.key):
            whole, windows = nats(read, found[1]), [nats(read[at : at + window + 1], found[1]) for at in range(0, 60, window)]
            wanted = {"score": np.mean(whole), "in_windows": np.mean(windows)}
            assert of_text(way, read, window) == pytest.approx(wanted, abs=1e-4), way.key


def test_without_the_output_activation_the_state_is_shown_as_it_is():
    """Against the equations in NumPy, with the gates of nn.LSTM."""
    torch.manual_seed(2)
    lstm, x = nn.LSTM(3, 4), torch.randn(6, 3)
    w = {name: weight.detach().numpy() for name, weight in lstm.named_parameters()}
    h, c, wanted = np.zeros(4), np.zeros(4), []
    for row in x.numpy():
        i, f, g, o = np.split(w["weight_ih_l0"] @ row + w["bias_ih_l0"] + w["weight_hh_l0"] @ h + w["bias_hh_l0"], 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * c
        wanted.append(h)
    with torch.no_grad():
        contributed = x[:, None] @ lstm.weight_ih_l0.T + lstm.bias_ih_l0
        found = held.states(contributed, "lstm", held.cells.weights(lstm, "_l0"), held.Unsquashed())
    np.testing.assert_allclose(found[:, 0].numpy(), wanted, atol=1e-5)


def test_a_peephole_that_is_cut_is_a_weight_of_zero():
    model, read = reader("peephole"), text(30)
    other = copy.deepcopy(model)
    for name in ("weight_ci_l0", "weight_cf_l0", "weight_co_l0"):
        getattr(other.recurrent, name).zero_()
    assert of_text(Way(model, experiments.NO_PEEPHOLES), read, 10) == of_text(Way(other), read, 10)
    assert of_text(Way(model), read, 10) != of_text(Way(other), read, 10) and model.recurrent.weight_ci_l0.any()


def test_the_score_of_reviews_is_the_mean_of_the_sets_however_many_texts_each_has():
    way, sets = Way(reader("gru", ("negative", "positive"))), {"one": reviews(30), "two": reviews(8)}
    shares = [right(way, read) for read in sets.values()]
    assert of_reviews(way, sets) == {"score": round(sum(shares) / 2, 4), "sets": {name: round(share, 4) for name, share in zip(sets, shares)}}


def test_a_model_of_two_layers_is_refused():
    with pytest.raises(ValueError, match="must have one layer: two has 2"):
        Way(Reader(ModelSpec("two", "lstm", (UNKNOWN, "a"), 2, 2, 2)))


def test_data_that_are_not_there_are_named_in_one_line(tmp_path, capsys):
    assert held.main(["--data", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("gatelab.training.held: --data must hold") and said.count("\n") == 1


# What is stored


def test_what_is_stored_was_measured_on_the_shipped_weights():
    assert set(STORED["models"]) == set(held.held_names())
    for name, sha256 in STORED["models"].items():
        assert hashlib.sha256((zoo.ZOO / f"{name}.safetensors").read_bytes()).hexdigest() == sha256


def test_every_model_has_a_score_as_it_was_trained_and_with_each_experiment_for_its_cell():
    found = [(run["model"], run["experiment"], run["holds"]) for run in STORED["runs"]]
    assert found == [(name, way.key, way.text) for name in held.held_names() for way in ways(zoo.load(name))]
    for run in STORED["runs"]:
        keys = {"task", "model", "cell", "experiment", "holds", "score"} | ({"sets"} if run["task"] == "sentiment" else {"in_windows"})
        assert set(run) == keys and (run["task"], run["cell"]) == (zoo.task(run["model"]), zoo.load(run["model"]).spec.cell)
        for value in (run["score"], *run.get("sets", {}).values(), run.get("in_windows", run["score"])):
            assert value == round(value, 4) and (0 <= value <= 1 if run["task"] == "sentiment" else value > 0)


def test_as_it_was_trained_a_model_has_the_score_of_its_card():
    """Reckoned there by another way through the cells, PyTorch's fused calls."""
    for run in STORED["runs"]:
        if not run["experiment"]:
            card = zoo.card(run["model"])
            wanted = card["held_out_nats_per_character"] if run["task"] == "prose" else card["score"]
            assert run["score"] == pytest.approx(wanted, abs=2e-4), run["model"]
            assert STORED["held_out"][run["task"]] == card["held_out"]


def test_a_state_that_stays_at_zero_gives_every_text_the_same_answer():
    """The conveyor belt from the first step, and a mute cell: both can only say what the head says of zeros."""
    scores = {(run["model"], run["experiment"]): run["score"] for run in STORED["runs"]}
    for name in STORED["models"]:
        if (name, "mute") in scores:
            assert scores[name, "mute"] == scores[name, "conveyor-belt"]


def test_the_makefile_measures_it_again():
    assert STORED["command"] == "python -m gatelab.training.held --data FOLDER"
    assert '$(PY) -m gatelab.training.held --data "$(DATA)" --ship' in (ROOT / "Makefile").read_text(encoding="utf-8")
