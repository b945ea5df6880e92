"""Training on one's own text keeps the truth: a card claims no other text, nothing is written over in silence, and what is broken is named."""

import hashlib
import json
import random
import re

import pytest
import torch
from torch.nn.functional import cross_entropy

from gatelab import zoo
from gatelab.naming import meant
from gatelab.training import again, series
from gatelab.training.__main__ import main, parse
from gatelab.training.loop import Run

SMALL = ["--batch", "2", "--hidden", "4", "--embedding", "4"]


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Two texts of the same length, in the working folder."""
    monkeypatch.chdir(tmp_path)
    for name, words in (("one.txt", "ev su kedi deniz"), ("two.txt", "gul at yol kitap")):
        (tmp_path / name).write_text(" ".join(random.Random(0).choices(words.split(), k=2000)), encoding="utf-8")
    return tmp_path


def trained(data="one.txt", *options, steps=2):
    return main(["text", "--data", data, "--name", "mine", "--steps", str(steps), *SMALL, *options])


def card(path="checkpoints/mine.json"):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def test_the_card_says_whose_text_it_was_and_the_loss_on_the_part_that_was_held_out(written, capsys):
    assert trained("one.txt", "--title", "Bir kitap", "--licence", "MIT") == 0
    about, text = card(), (written / "one.txt").read_text(encoding="utf-8")
    assert (about["name"], about["task"]) == ("mine", "text")
    assert about["data"] == {
        "title": "Bir kitap",
        "file": "one.txt",
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "own": True,
        "bytes": len(text.encode()),
        "licence": "MIT",
    }
    assert "--title 'Bir kitap' --licence MIT" in about["command"] and "--steps 2" in about["command"]
    model, held_out = zoo.load("checkpoints/mine.safetensors"), text[round(len(text) * 0.95) :]
    ids = torch.tensor(model.vocabulary.encode(held_out))
    plain = torch.nn.LSTM(4, 4)
    plain.load_state_dict(model.recurrent.state_dict())
    with torch.no_grad():
        scores = model.head(plain(model.embedding(ids[:-1]))[0])
    assert about["held_out_nats_per_character"] == pytest.approx(cross_entropy(scores, ids[1:]).item(), abs=1e-4)
    assert f"the last {len(held_out):,} characters" in about["held_out"]
    assert (
        "checkpoints/mine.safetensors is the model. See it on Watch, Compare and the other pages: gatelab app --models checkpoints" in capsys.readouterr().out
    )
    assert main(["prose", "--data", "one.txt", "--steps", "2", *SMALL]) == 0
    assert "prose-lstm is the name of a shipped model: give prose-lstm.safetensors and prose-lstm.json another name" in capsys.readouterr().out


def test_another_text_or_other_options_never_replace_a_model_unless_somebody_says_so(written, capsys):
    assert trained() == 0
    before = {path.name: path.read_bytes() for path in (written / "checkpoints").iterdir()}
    for call, why in (
        (lambda: trained("two.txt"), "its card says --data one.txt, this run --data two.txt"),
        (lambda: trained(steps=3), "its card says --steps 2, this run --steps 3"),
    ):
        assert call() == 2
        error = capsys.readouterr().err
        assert "checkpoints/mine.safetensors must be of this same run to be written anew, and" in error and why in error and "--replace" in error
    (written / "one.txt").write_text((written / "two.txt").read_text(encoding="utf-8"), encoding="utf-8")
    assert trained() == 2 and "made from other data (their SHA-256 differs)" in capsys.readouterr().err
    (written / "checkpoints" / "mine.json").rename(written / "elsewhere.json")
    assert trained() == 2 and "it has no card" in capsys.readouterr().err
    (written / "elsewhere.json").rename(written / "checkpoints" / "mine.json")
    assert {path.name: path.read_bytes() for path in (written / "checkpoints").iterdir()} == before
    assert trained("two.txt", "--replace") == 0 and card()["data"]["file"] == "two.txt"
    assert trained("two.txt") == 0  # the same run writes the same


def test_a_name_is_free_but_not_that_of_a_shipped_model_nor_a_path(written, capsys):
    assert main(["text", "--data", "one.txt", "--name", "prose-lstm", "--steps", "2", *SMALL]) == 2
    assert "name must not be that of a shipped model" in capsys.readouterr().err
    for name in ("../mine", "a b", "a/b", "", "."):
        assert main(["text", "--data", "one.txt", "--name", name or "-", "--steps", "2", *SMALL]) == 2
        assert "name must be letters, digits, '_', '.' or '-'" in capsys.readouterr().err
    assert not (written / "checkpoints").exists()


def test_a_trial_is_never_taken_for_the_full_run_of_a_series_nor_for_a_shipped_result(written, capsys):
    stored = {path: path.read_bytes() for path in (zoo.ZOO / "brackets-lstm.safetensors", zoo.ZOO.parent / "results" / "brackets.json")}
    for steps in ("2", "3"):
        assert series.main(["brackets", "--steps", steps, "--seeds", "0", "--cells", "lstm"]) == 0
        result = card("checkpoints/results/brackets.json")
        assert f"--steps {steps}" in result["command"] and f"--steps {steps}" in result["runs"][0]["command"]
    said = capsys.readouterr().out
    assert "is made anew: its card says --steps 2, this run --steps 3" in said and "Run 1 of 1: brackets, lstm, seed 0, equal units." in said
    assert all(path.read_bytes() == bytes for path, bytes in stored.items())


def interrupted(monkeypatch):
    with monkeypatch.context() as patch:
        advance = Run.advance
        patch.setattr(Run, "advance", lambda run: advance(run) if run.step < 1 else (_ for _ in ()).throw(KeyboardInterrupt))
        assert trained() == 130
    return torch.load("checkpoints/mine.resume", weights_only=True)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda state: b"",
        lambda state: b"hello",
        lambda state: state | {"model": {}},
        lambda state: state | {"model": {name: weight[:1] for name, weight in state["model"].items()}},
        lambda state: state | {"optimizer": 3},
        lambda state: state | {"step": 99},
        lambda state: state | {"step": "many"},
        lambda state: {name: value for name, value in state.items() if name != "seconds"},
        lambda state: [state],
    ],
)
def test_a_broken_file_of_an_interrupted_run_is_named_with_what_to_do(spoil, written, monkeypatch, capsys):
    broken = spoil(interrupted(monkeypatch))
    path = written / "checkpoints" / "mine.resume"
    path.write_bytes(broken) if isinstance(broken, bytes) else torch.save(broken, path)
    assert trained() == 2
    error = capsys.readouterr().err.strip().split("\n")[-1]
    assert re.fullmatch(r"gatelab.training: mine.resume must be an interrupted run: .*; delete it, or start anew with --fresh", error)
    assert trained("one.txt", "--fresh") == 0


def test_three_sentence_pairs_are_too_few_and_that_is_said_before_training(written, capsys):
    (written / "three.txt").write_text("Go.\tVa.\nHi.\tSalut.\nRun!\tCours !\n", encoding="utf-8")
    assert main(["translate", "--data", "three.txt", "--steps", "2"]) == 2
    said = capsys.readouterr().err
    assert "three.txt must have pairs to train on" in said and "got 3 and 0" in said and "Traceback" not in said


@pytest.mark.parametrize(
    ("call", "arguments", "said"),
    [
        (main, ["prse"], "TASK must be one of prose, code, names, text,"),
        (main, ["prse"], "got 'prse'; did you mean 'prose'?"),
        (main, ["text", "--cell", "lstn", "--data", "x"], "got 'lstn'; did you mean 'lstm'?"),
        (main, ["text", "--stps", "3", "--data", "x"], "got --stps 3; did you mean '--steps'?"),
        (main, ["text", "--data", "nowhere.txt"], "nowhere.txt must be a file that can be read"),
        (again.main, ["prose-lstn"], "got 'prose-lstn'; did you mean 'prose-lstm'?"),
        (series.main, ["bracket"], "got 'bracket'; did you mean 'brackets'?"),
    ],
)
def test_an_unknown_name_is_named_with_the_rule_and_the_nearest_that_there_is(call, arguments, said, capsys):
    try:
        code = call(arguments)
    except SystemExit as end:
        code = end.code
    error = capsys.readouterr().err
    assert code == 2 and said in error and "usage:" not in error


def test_only_a_name_that_is_like_one_is_offered():
    assert meant("prose-lstn", zoo.models()) == "; did you mean 'prose-lstm'?" and meant("xyz", zoo.models()) == "" and meant(None, zoo.models()) == ""


def test_options_are_written_in_full():
    with pytest.raises(SystemExit):
        parse(["text", "--data", "x", "--lic", "MIT"])
