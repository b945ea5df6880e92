"""What the heads of a transformer are called was measured, of these very weights, and comes out again."""

import json
from itertools import chain

import numpy as np
import pytest

from gatelab import zoo
from gatelab.live import attention
from gatelab.live.stages import STAGES
from gatelab.traces import trace
from gatelab.training import heads
from gatelab.words import PLACES

TRANSFORMERS = zoo.models("transformer")


@pytest.mark.parametrize("name", TRANSFORMERS)
def test_every_head_has_a_label_that_was_measured_of_these_weights(name):
    card, spec = zoo.card(name), zoo.load(name).spec
    assert card["heads"]["weights"] == heads.weights_of(name), f"run `python -m gatelab.training.heads {name} --data FILE --ship`"
    for where in PLACES:
        assert np.shape(card["heads"][where]) == (spec.num_layers, spec.num_heads)
        for head in chain.from_iterable(card["heads"][where]):
            assert 0 < head["share"] <= 1 and head["label"] == (head["place"] if head["share"] >= heads.ENOUGH else heads.SPREAD)


def test_the_labels_of_the_dates_come_out_again():
    card = zoo.card("dates-transformer")["heads"]
    found = heads.measured(zoo.load("dates-transformer"), heads.held_out("dates", None))
    for where in PLACES:
        for told, again in zip(*map(chain.from_iterable, (card[where], found[where])), strict=True):
            assert told["label"] == again["label"] and told["share"] == pytest.approx(again["share"], abs=0.002)


def test_shares_are_means_of_the_weights_in_each_place():
    """By hand, from the trace of one text: what the second head of the first layer gives to the token before."""
    name, text = "dates-transformer", "5 mai 2001"
    weights = trace(zoo.load(name), text).encoder["weights"][0, 1]
    by_hand = np.mean([weights[q, q - 1] for q in range(1, len(text))])
    seen = trace(zoo.load(name), text)
    mask = heads.PLACES["encoder"]["the {} before"](seen, {}, *weights.shape)
    assert (weights * mask).sum() / mask.any(axis=1).sum() == pytest.approx(by_hand)
    field = heads.PLACES["across"]["the field that it writes"](seen, {"day": range(1), "month": range(2, 5), "year": range(6, 10)}, 11, 10)
    assert field[5].tolist() == [False] * 2 + [True] * 3 + [False] * 5 and not field[4].any() and field[9].tolist() == [True] + [False] * 9


def test_a_head_that_favors_no_place_is_called_spread():
    one = {"the {} before": np.array([[0.9, 0.2]]), "itself": np.array([[0.1, 0.3]])}
    (found,) = heads._named(one, "word")
    assert [head["label"] for head in found] == ["the word before", heads.SPREAD] and found[1]["place"] == "itself"


@pytest.mark.parametrize("name", TRANSFORMERS)
def test_the_head_that_opens_has_a_pattern_that_can_be_named(name):
    begun = STAGES["self_attention"].read({"model": name})[0]
    head = zoo.card(name)["heads"][begun.where][begun.layer][begun.head]
    assert head["label"] != heads.SPREAD and any(pattern in head["label"] for pattern in attention.PLAIN)
    asked = STAGES["self_attention"].read({"model": name, "where": "decoder", "layer": "1", "head": "3"})[0]
    assert (asked.where, asked.layer, asked.head) == ("decoder", 0, 2)


def test_the_command_writes_into_the_card_only_where_it_is_told(tmp_path, monkeypatch, capsys):
    for kind in ("json", "safetensors"):
        (tmp_path / f"dates-transformer.{kind}").write_bytes((zoo.ZOO / f"dates-transformer.{kind}").read_bytes())
    monkeypatch.setattr(zoo, "ZOO", tmp_path)
    monkeypatch.setattr(heads, "SOURCES", 5)
    before = (tmp_path / "dates-transformer.json").read_text()
    assert heads.main(["dates-transformer"]) == 0 and (tmp_path / "dates-transformer.json").read_text() == before
    assert heads.main(["dates-transformer", "--ship"]) == 0
    after = json.loads((tmp_path / "dates-transformer.json").read_text())
    assert after["heads"]["sources"] == 5 and {key: value for key, value in after.items() if key != "heads"} == {
        key: value for key, value in json.loads(before).items() if key != "heads"
    }
    assert "encoder, layer 1, head 1" in capsys.readouterr().out
