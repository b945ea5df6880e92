import json

import pytest
import torch
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy

from gatelab import zoo
from gatelab.cells import NAMES as CELL_NAMES
from gatelab.live.routes import LIMIT
from gatelab.words import TITLES

NAMES = ("prose-lstm", "prose-gru", "prose-rnn", "code-lstm")


def test_the_promised_models_are_shipped():
    assert zoo.models() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_checkpoint_is_small_and_its_card_complete(name):
    assert (zoo.ZOO / f"{name}.safetensors").stat().st_size < 500_000
    card, model = zoo.card(name), zoo.load(name)
    assert card["parameters"] == sum(p.numel() for p in model.parameters())
    assert card["hidden_size"] == model.spec.hidden_size and card["cell"] == model.spec.cell
    assert len(card["data"]["sha256"]) == 64 and card["training_minutes"] > 0
    assert all(card["data"][key] for key in ("title", "file", "licence", "credit", "where"))
    assert f"--seed {card['seed']}" in card["command"] and f"--cell {card['cell']}" in card["command"]


def test_held_out_losses_are_within_what_was_promised():
    loss = {name: zoo.card(name)["held_out_nats_per_character"] for name in NAMES}
    assert loss["prose-lstm"] <= 1.30 and loss["code-lstm"] <= 1.60
    assert loss["prose-lstm"] < loss["prose-rnn"] and loss["prose-gru"] < loss["prose-rnn"]
    assert loss["code-lstm"] < zoo.card("code-lstm")["rnn_of_the_same_size"]["held_out_nats_per_character"]


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_model_knows_its_language(name):
    """Far better than chance on a sentence that nobody trained on: chance is log V, about 4.3 nats."""
    text = {"prose": "She had not expected to see him again so soon.", "code": "  if( p==0 ){ return 0; }"}[name.split("-")[0]]
    model = zoo.load(name)
    ids = torch.tensor(model.vocabulary.encode(text))
    assert cross_entropy(model(ids[:-1]), ids[1:]).item() < 2.4


@pytest.mark.parametrize("name", NAMES)
def test_an_opening_fits_the_stage(name):
    opening, spec = zoo.opening(name), zoo.load(name).spec
    assert 0 <= opening.unit < spec.hidden_size and set(TITLES[spec.cell]) == set(CELL_NAMES[spec.cell])
    for text in (opening.text, *opening.others):
        assert 0 < len(text) <= LIMIT
    assert 50 <= len(opening.text) <= 72 and opening.note


def test_a_reader_s_own_checkpoint_is_loaded_by_its_path():
    model = zoo.load(str(zoo.ZOO / "prose-rnn.safetensors"))
    assert model.spec.name == "prose-rnn"


def test_a_wrong_name_lists_the_right_ones():
    for ask in (zoo.load, zoo.card, zoo.opening):
        with pytest.raises(ValueError, match="prose-lstm, prose-gru.*got 'prose-lstn'"):
            ask("prose-lstn")


@pytest.mark.parametrize("metadata", [None, {"spec": "{}"}, {"spec": json.dumps({"name": "a", "cell": "tree", "tokens": ["a"]})}])
def test_a_file_that_is_no_checkpoint_is_refused_by_name(tmp_path, metadata):
    path = tmp_path / "other.safetensors"
    save_file({"a": torch.zeros(1)}, path, metadata)
    with pytest.raises(ValueError, match="other.safetensors|cell must be"):
        zoo.load(str(path))
    path.with_suffix(".txt").write_text("not safetensors")
    with pytest.raises(ValueError, match="other.txt"):
        zoo.load(str(path.with_suffix(".txt")))
