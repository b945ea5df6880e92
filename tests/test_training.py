"""Training on generated text, on a small scale."""

import json
import random

import numpy as np
import pytest
import torch

from gatelab import zoo
from gatelab.networks import ModelSpec, Reader
from gatelab.text import Vocabulary
from gatelab.training.__main__ import main
from gatelab.training.loop import Recipe, Run
from gatelab.training.texts import TEXTS, Windows, nats_per_character, read, split, unwrap
from gatelab.training.units import score

SMALL = ["--hidden", "16", "--embedding", "8", "--batch", "8", "--window", "16", "--rate", "0.02"]


@pytest.fixture
def data(tmp_path):
    """A text with a little to learn: the same few words over and over."""
    words = random.Random(0).choices(["gate ", "cell ", "state\n", "hidden, "], k=2000)
    path = tmp_path / "words.txt"
    path.write_text("".join(words), encoding="utf-8")
    return path


def train(data, out, *options):
    return main(["prose", "--data", str(data), "--out", str(out), *SMALL, *options])


def test_training_learns_and_writes_a_checkpoint_and_its_card(data, tmp_path, capsys, cell):
    assert train(data, tmp_path, "--cell", cell, "--steps", "150") == 0
    card = json.loads((tmp_path / f"prose-{cell}.json").read_text())
    assert card["held_out_nats_per_character"] < 1.5  # chance over 15 tokens is 2.7
    model = zoo.load(str(tmp_path / f"prose-{cell}.safetensors"))
    held_out = split(read(data)[0], 16)[1]
    assert nats_per_character(model, held_out) == pytest.approx(card["held_out_nats_per_character"], abs=1e-3)
    assert sorted(model.by_mean.tolist()) == sorted(model.by_similarity.tolist()) == list(range(16))
    assert "150/150" in capsys.readouterr().err  # the progress bar
    assert not (tmp_path / f"prose-{cell}.resume").exists()


def test_the_card_s_command_makes_the_same_model_again(data, tmp_path):
    train(data, tmp_path / "one", "--steps", "5", "--seed", "3")
    card = json.loads((tmp_path / "one" / "prose-lstm.json").read_text())
    again = card["command"].split()[3:]
    again[again.index("--data") + 1] = str(data)
    main([*again, "--out", str(tmp_path / "two")])
    assert (tmp_path / "one" / "prose-lstm.safetensors").read_bytes() == (tmp_path / "two" / "prose-lstm.safetensors").read_bytes()


def test_an_interrupted_run_goes_on_and_ends_as_if_nothing_had_happened(data, tmp_path, monkeypatch, capsys):
    train(data, tmp_path / "whole", "--steps", "40")
    advance = Run.advance

    def interrupted(run):
        if run.step == 17:
            raise KeyboardInterrupt
        return advance(run)

    monkeypatch.setattr(Run, "advance", interrupted)
    assert train(data, tmp_path / "parts", "--steps", "40") == 130
    assert "Stopped at step 17" in capsys.readouterr().err
    monkeypatch.undo()
    assert train(data, tmp_path / "parts", "--steps", "40") == 0
    assert "Going on at step 17 of 40" in capsys.readouterr().out
    whole, parts = (tmp_path / name / "prose-lstm.safetensors" for name in ("whole", "parts"))
    assert whole.read_bytes() == parts.read_bytes()


def test_a_run_with_other_options_is_not_taken_for_the_interrupted_one(data, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(Run, "advance", lambda run: (_ for _ in ()).throw(KeyboardInterrupt))
    train(data, tmp_path, "--steps", "40")
    monkeypatch.undo()
    assert train(data, tmp_path, "--steps", "41") == 2
    assert "another recipe" in capsys.readouterr().err
    assert train(data, tmp_path, "--steps", "3", "--fresh") == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "No such file"), (b"\xff\xfe\x00", "must be UTF-8"), (b"too short", "at least 340 characters")],
)
def test_bad_data_is_refused_in_one_line(tmp_path, capsys, content, said):
    path = tmp_path / "bad.txt"
    if content is not None:
        path.write_bytes(content)
    assert train(path, tmp_path) == 2
    assert said in capsys.readouterr().err


def test_a_recipe_must_be_possible():
    with pytest.raises(ValueError, match="steps must be at least 1: got 0"):
        Recipe(steps=0)


def test_the_held_out_part_is_the_last_and_never_read_in_training(data):
    text = read(data)[0]
    training, held_out = split(text, 16)
    assert training + held_out == text and len(held_out) == pytest.approx(0.05 * len(text), abs=1)


def test_unwrapping_changes_line_breaks_inside_paragraphs_alone():
    assert unwrap("one\ntwo\n\nthree\nfour\n") == "one two\n\nthree four\n"


def test_the_loss_of_a_step_is_that_of_torch(data):
    """The first step's loss of an untrained model is the cross entropy of its own forward pass."""
    text = read(data)[0]
    torch.manual_seed(0)
    model = Reader(ModelSpec("a", "lstm", Vocabulary.of(text).tokens, 8, 16))
    run = Run(model, Recipe(batch=512, dropout=0.0), Windows(model.vocabulary, text, TEXTS["code"], 16))
    ids = torch.tensor(model.vocabulary.encode(text))
    with torch.no_grad():
        expected = torch.nn.functional.cross_entropy(model(ids[:-1]), ids[1:]).item()
    assert run.advance() == pytest.approx(expected, abs=0.05)


def test_the_area_under_a_roc_curve_is_the_share_of_pairs_in_order():
    values, truth = np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True])
    assert score(values, truth) == pytest.approx(0.75)  # of the four pairs only (0.4, 0.35) is in the wrong order


def test_spearman_s_rho_is_the_correlation_of_the_ranks():
    assert score(np.array([1.0, 10.0, 100.0, 7.0]), np.array([0, 2, 3, 1])) == pytest.approx(1)
    assert score(np.array([1.0, 2.0, 3.0, 4.0]), np.array([3, 2, 1, 0])) == pytest.approx(-1)
