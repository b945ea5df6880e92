"""Whose data a card names: those that the model learned from, and nobody else's."""

import hashlib
import json
import random
import shlex

import pytest

from gatelab import zoo
from gatelab.traces import trace
from gatelab.training import credit, sentiment
from gatelab.training.__main__ import main
from gatelab.zoo.folder import shelved
from tests.test_training_pairs import sentences  # noqa: F401
from tests.test_training_probes import folder  # noqa: F401

SMALL = ["--steps", "2", "--batch", "2", "--hidden", "4", "--embedding", "4"]
FOREIGN = ("Austen", "Pride", "Gutenberg", "public domain", "SQLite", "Hipp", "Tatoeba", "CC BY", "manythings", "Pang", "Kotzias", "Bing Liu", "Amazon")
"""What the cards of the shipped models say of the data that those learned from."""


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "my notes.txt"
    path.write_text(" ".join(random.Random(0).choices(["ev", "su", "kedi", "deniz"], k=2000)), encoding="utf-8")
    return path


def test_a_model_of_one_s_own_data_has_a_card_that_the_app_accepts_and_opens_on_held_out_texts(folder, sentences, text, tmp_path):  # noqa: F811
    for task, data in (("sentiment", folder), ("translate", sentences), ("code", text)):
        carded(tmp_path / task, task, data)
        (path,) = (tmp_path / task / "out").glob("*.safetensors")
        found = shelved(path)
        first, *others = found.card["opening"]["text"], *found.card["opening"]["others"]
        assert first and len(others) <= 3 and all(0 < len(trace(found.model, one).tokens) <= 60 for one in (first, *others))


def carded(tmp_path, task, data, *options):
    """The data block and the command of the card of a model that learned from a file or folder."""
    assert main([task, "--data", str(data), "--out", str(tmp_path / "out"), *SMALL, *options]) == 0
    (path,) = (tmp_path / "out").glob("*.json")
    card = json.loads(path.read_text(encoding="utf-8"))
    return card["data"], card["command"]


@pytest.mark.parametrize("task", ["prose", "code", "translate"])
def test_the_card_of_a_model_of_one_s_own_file_names_this_file_and_credits_nobody_else(task, text, sentences, tmp_path):  # noqa: F811
    data = sentences if task == "translate" else text
    about, _ = carded(tmp_path, task, data)
    assert (about["title"], about["file"], about["bytes"]) == (data.name, data.name, data.stat().st_size)
    assert about["sha256"] == hashlib.sha256(data.read_bytes()).hexdigest() and about["licence"] == credit.UNKNOWN_LICENCE
    assert not [word for word in FOREIGN if word in json.dumps(about)]


def test_the_card_of_a_model_of_one_s_own_reviews_names_their_files_and_credits_nobody_else(folder, tmp_path):  # noqa: F811
    about, _ = carded(tmp_path, "sentiment", folder)
    assert not [word for word in FOREIGN if word in json.dumps(about)]
    assert f"rt-polarity.pos ({(folder / 'rt-polarity.pos').stat().st_size:,} bytes)" in about["sets"]["RT"] and credit.UNKNOWN_LICENCE in about["sets"]["RT"]


def test_what_is_said_of_one_s_own_file_stands_in_the_card_and_in_its_command(text, tmp_path):
    said = ["--title", "My notes", "--licence", "CC0", "--source", "written by me; 'on' a train"]
    about, command = carded(tmp_path, "prose", text, *said)
    assert (about["title"], about["licence"], about["where"]) == ("My notes", "CC0", said[-1])
    words = shlex.split(command)
    assert words[words.index("--data") + 1] == text.name and words[words.index("--source") + 1] == said[-1]
    again, _ = carded(tmp_path, "prose", text, *(word for word in words[4:] if word != text.name and word != "--data"))
    assert again == about


@pytest.mark.parametrize("name", ["prose-lstm", "code-lstm", "translate-additive"])
def test_a_known_file_is_credited_as_the_shipped_cards_do(name, tmp_path):
    shipped = zoo.card(name)["data"]
    assert credit.of(tmp_path / shipped["file"], shipped["sha256"]) == shipped


def test_known_reviews_are_credited_as_the_shipped_cards_do_each_set_by_itself(folder, monkeypatch):  # noqa: F811
    shipped = zoo.card("sentiment-lstm")["data"]
    monkeypatch.setattr(sentiment, "fingerprints", lambda folder: dict(shipped["sha256"]))
    assert sentiment.about(folder) == shipped
    monkeypatch.setattr(sentiment, "fingerprints", lambda folder: shipped["sha256"] | {"imdb_labelled.txt": "another"})
    mixed = sentiment.about(folder)
    assert mixed["title"] != shipped["title"] and [name for name in mixed["sets"] if mixed["sets"][name] != shipped["sets"][name]] == ["UCI"]
