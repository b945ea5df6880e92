"""Every shipped model can be trained again by the command in its card."""

import json
from pathlib import Path

import pytest

from gatelab import zoo
from gatelab.training import __main__ as training
from gatelab.training import again


@pytest.mark.parametrize("name", zoo.models())
def test_the_command_of_a_card_is_one_that_makes_this_model(name):
    args = training.parse(again.arguments(name, Path("data"), Path("out")))
    card, spec = zoo.card(name), zoo.load(name).spec
    what = getattr(args, "cell", None) or args.attention
    assert name == (getattr(args, "name", None) or f"{args.task}-{what}" + ("-matched" if getattr(args, "matched", False) else ""))
    assert args.seed == card["seed"] and args.out == Path("out")
    if not getattr(args, "matched", False):
        assert args.hidden == spec.hidden_size
    if "data" in vars(args):
        assert args.data.parent == Path("data")


def test_a_model_is_made_again(tmp_path, monkeypatch):
    card = zoo.card("brackets-rnn")
    monkeypatch.setattr(zoo, "card", lambda name: card | {"command": f"{card['command']} --steps 3"})
    assert again.main(["brackets-rnn", "--out", str(tmp_path)]) == 0
    assert json.loads((tmp_path / "brackets-rnn.json").read_text())["parameters"] == card["parameters"]


def test_what_is_no_model_is_named(capsys):
    with pytest.raises(SystemExit) as stopped:
        again.main(["prose-lstm", "prose-x"])
    assert stopped.value.code == 2 and "got 'prose-x'" in capsys.readouterr().err


def test_missing_data_stop_it_with_a_name(tmp_path, capsys):
    assert again.main(["prose-lstm", "--data", str(tmp_path), "--out", str(tmp_path)]) == 2
    assert "pride_and_prejudice.txt" in capsys.readouterr().err
