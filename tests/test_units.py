"""What single units tell: measured on generated models and texts, stored in a card, and never said of other weights."""

import hashlib
import json
import random

import numpy as np
import pytest
import torch

from gatelab import figures, zoo
from gatelab.figures.picture import shades
from gatelab.networks import ModelSpec, Reader, build
from gatelab.palette import LIMIT, SCALES
from gatelab.text import UNKNOWN, Vocabulary
from gatelab.traces import trace
from gatelab.training import units
from gatelab.training.loop import checkpoint
from gatelab.training.properties import PROPERTIES
from gatelab.training.texts import WINDOW, split
from gatelab.zoo.folder import shelved
from tests.conftest import random_model


def unlike(count=4000):
    """Words of random letters: a text of which nothing is known before."""
    rng = random.Random(0)
    return " ".join("".join(rng.choices("abcde", k=rng.randint(1, 9))) for _ in range(count))


@pytest.fixture
def own(tmp_path):
    """A model whose c counts letters and starts again at a space, by weights set by hand: its path, the text's path, the held-out part."""
    text = unlike()
    data = tmp_path / "text.txt"
    data.write_text(text, encoding="utf-8")
    tokens = Vocabulary.of(text).tokens
    model = build(ModelSpec("prose-own", "lstm", tokens, 2, 3))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
        model.embedding.weight[:, 0] = 1  # a letter
        model.embedding.weight[tokens.index(" ")] = torch.tensor([0.0, 1.0])
        rows = {gate: slice(3 * k, 3 * k + 3) for k, gate in enumerate("ifgo")}
        model.recurrent.weight_ih_l0[rows["i"]] = torch.tensor([20.0, -20.0])
        model.recurrent.weight_ih_l0[rows["f"]] = torch.tensor([20.0, -20.0])
        model.recurrent.weight_ih_l0[rows["g"]] = torch.tensor([[20.0, 0], [0, 0], [0, 0]])
    path = tmp_path / "prose-own.safetensors"
    path.write_bytes(checkpoint(model))
    sha = hashlib.sha256(data.read_bytes()).hexdigest()
    card = {
        "parameters": sum(p.numel() for p in model.parameters()),
        "scores": {},
        "training_minutes": 0,
        "command": "by hand",
        "task": "prose",
        "held_out_nats_per_character": 1.0,
    }
    card |= {"name": "prose-own", "data": {"title": "words", "file": "text.txt", "sha256": sha}}
    path.with_suffix(".json").write_text(json.dumps(card), encoding="utf-8")
    return path, data, split(text, WINDOW)[1]


def measured(path):
    return json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["measured"]


def test_the_card_has_what_the_command_measured_and_the_trace_has(own, capsys):
    path, data, held_out = own
    assert units.main([str(path), "--card", "--data", str(data)]) == 0
    about, c = measured(path), trace(zoo.load(str(path)), held_out)["c"]
    to, inside = about["ranges"]["c"]["to"], about["ranges"]["c"]["inside"]
    assert inside == pytest.approx(np.mean(np.abs(c) <= to), abs=1e-4) and units.INSIDE <= inside
    below = max(number for number in units.NICE if number < to)
    assert np.mean(np.abs(c) <= below) < units.INSIDE  # the next smaller nice number is too small
    letters = next(one for one in about["units"] if one["property"] == "letters of the word so far")
    assert (letters["unit"], letters["name"], letters["sign"], letters["measure"]) == (0, "c", 1, "Spearman")
    second = np.array_split(np.flatnonzero(PROPERTIES["prose"](held_out)["letters of the word so far"][1]), 2)[1]
    assert letters["score"] > 0.99 and letters["on"] == len(second)
    assert "counts the letters of a word" in capsys.readouterr().out


def test_a_unit_has_one_name_and_a_property_one_unit_and_what_falls_short_has_none(own):
    path, data, _ = own
    units.main([str(path), "--card", "--data", str(data)])
    found = measured(path)["units"]
    assert 1 <= len(found) <= units.FEW
    for key in ("unit", "property"):
        assert len({one[key] for one in found}) == len(found)
    assert all(one["score"] >= units.LEAST[one["measure"]] for one in found)
    assert "inside double quotes" not in {one["property"] for one in found}  # the text has none


def test_a_score_is_that_of_the_half_that_did_not_choose_the_unit():
    """A unit that is right on the first half by chance alone is chosen, and has no name."""
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 4000).astype(bool)
    noise = rng.normal(size=4000)
    lucky = np.where(np.arange(4000) < 2000, truth, rng.integers(0, 2, 4000)) + 0.01 * noise
    properties = {"inside double quotes": (truth, np.ones_like(truth))}
    seen = {"h": np.stack([noise, lucky], axis=1)}
    assert units.best(seen, ["h"], truth, np.ones_like(truth))[1] == 1
    assert units.named(seen, properties) == []
    seen["h"][:, 1] = truth + 0.01 * noise
    assert [one["unit"] for one in units.named(seen, properties)] == [1]


@pytest.mark.parametrize("value", [0.0003, 0.08, 0.99, 1, 1.01, 1.53, 4.09, 9.13, 11.6, 99, 100])
def test_a_range_ends_at_a_nice_number_that_is_not_far_above(value):
    nice = units.nice(value)
    assert value <= nice <= 1.51 * value
    assert any(f"{nice:.6e}".startswith(f"{number:.6e}"[:8]) for number in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8))


@pytest.mark.parametrize("task", ["brackets", "counter", "recall", "adding"])
def test_the_strings_of_a_probe_are_the_same_at_each_run_and_have_the_properties(task):
    strings = units.strings(task)
    assert strings == units.strings(task) and len(set(strings)) > 30
    for text in strings[:20]:
        for name, (value, where) in PROPERTIES[task](text).items():
            assert len(value) == len(where) == len(trace(zoo.load(f"{task}-lstm"), text)), name


def test_properties_of_known_texts_are_what_one_reads_there():
    code = PROPERTIES["code"]("  if( a ){\n")
    assert code["spaces at the beginning of the line"][0].tolist() == [2] * 11
    assert code["in the spaces at the beginning of a line"][0].tolist() == [True] * 2 + [False] * 9
    assert PROPERTIES["recall"]("AB!CA?")["C was marked"][0].all() and PROPERTIES["recall"]("AB!CA?")["letters since the mark"][0].tolist()[3:] == [0, 1, 2]
    assert PROPERTIES["counter"]("aabb")["how many more a than b"][0].tolist() == [1, 2, 1, 0]
    assert PROPERTIES["brackets"]("(())")["brackets that are open"][0].tolist() == [1, 2, 1, 0]
    assert PROPERTIES["adding"]("0.5* 0.25 0.5*")["sum of the marked numbers so far"][0].tolist() == [0.5, 0.5, 1.0]
    review = PROPERTIES["sentiment"]("Great, but I don't like the bad end")
    assert review["good words minus bad words so far"][0].tolist() == [1, 1, 1, 1, 1, 1, 1, 0, 0]
    assert review["after a negation"][0].tolist() == [False] * 4 + [True] * 5


# The cards of the shipped models


@pytest.mark.parametrize("name", zoo.readers())
def test_every_shipped_reader_was_measured_with_the_weights_that_it_has(name):
    """Fails for a model that was trained anew: `python -m gatelab.training.units NAME --data FOLDER --ship` mends it."""
    about = zoo.card(name)["measured"]
    assert about["command"].startswith(f"python -m gatelab.training.units {name}") and about["tokens"] > 1000
    assert all(one["score"] >= units.LEAST[one["measure"]] for one in about["units"]) and about["units"]
    assert all(span["inside"] >= units.INSIDE for span in about["ranges"].values())
    assert zoo.load(name).ranges == {key: span["to"] for key, span in about["ranges"].items()}


@pytest.mark.parametrize("name", zoo.families()["sentiment"])
def test_the_answer_so_far_rises_in_every_sentiment_model(name):
    """So a good review has one color in all of them."""
    (answer,) = (one for one in zoo.card(name)["measured"]["units"] if one["property"] == "probability of positive")
    assert answer["sign"] == 1
    good, bad = (trace(zoo.load(name), text)[answer["name"]][-1, answer["unit"]] for text in ("great , easy and fun", "a terrible , boring waste"))
    assert good > 0 > bad


def test_what_was_measured_on_other_weights_is_not_said(own):
    path, data, _ = own
    units.main([str(path), "--card", "--data", str(data)])
    assert shelved(path).model.ranges and "measured" in shelved(path).card
    path.write_bytes(checkpoint(build(zoo.load(str(path)).spec)))
    other = shelved(path)
    assert not other.model.ranges and "measured" not in other.card
    assert figures.heatmap(trace(other.model, "ab ab"), "c").data[0].zmax == LIMIT


def test_a_figure_and_a_picture_take_the_range_of_the_card_and_clamp_what_is_beyond(own):
    path, data, _ = own
    units.main([str(path), "--card", "--data", str(data)])
    model = shelved(path).model
    to = measured(path)["ranges"]["c"]["to"]
    seen = trace(model, "abcdeabcdeabcdeabcde")
    assert seen["c"].max() > to
    mark = figures.heatmap(seen, "c").data[0]
    assert (mark.zmin, mark.zmax) == (-to, to) and list(mark.colorbar.ticktext) == [f"≤ {-to:g}", "0", f"≥ {to:g}"]
    assert mark.z.max() == seen["c"].max()  # what is hovered is the number itself
    last = tuple(int(SCALES["light"]["diverging"][-1][at : at + 2], 16) for at in (1, 3, 5))
    assert tuple(shades(np.array(seen["c"].max()), "c", "light", "lstm", model.ranges)) == last


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda about: about["ranges"]["c"].update(to=0), "measured.ranges.c.to must be above 0"),
        (lambda about: about["units"][0].update(unit=3), "from 0 to 2: got 3"),
        (lambda about: about.pop("units"), "measured must have units"),
    ],
)
def test_a_card_with_broken_measurements_is_refused_by_name(own, change, said):
    path, data, _ = own
    units.main([str(path), "--card", "--data", str(data)])
    card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    change(card["measured"])
    path.with_suffix(".json").write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        shelved(path)


def test_a_shipped_card_stays_as_it_is_without_ship_and_other_data_are_refused(tmp_path, capsys):
    before = (zoo.ZOO / "counter-gru.json").read_bytes()
    assert units.main(["counter-gru", "--card", "--out", str(tmp_path)]) == 0
    assert (zoo.ZOO / "counter-gru.json").read_bytes() == before
    new, old = (json.loads(text) for text in ((tmp_path / "counter-gru.json").read_bytes(), before))
    assert new["measured"] == old["measured"]  # the same command gives the same numbers
    (tmp_path / "pride_and_prejudice.txt").write_text("another edition", encoding="utf-8")
    assert units.main(["prose-rnn", "--card", "--data", str(tmp_path), "--out", str(tmp_path)]) == 2
    assert "must be the file that prose-rnn learned from" in capsys.readouterr().err


# The table


def test_the_table_names_the_unit_that_tells_a_property_and_its_sign():
    rng = np.random.default_rng(0)
    inside, count = rng.random(400) < 0.5, rng.integers(0, 9, 400)
    noise = rng.random((400, 3))
    c = np.column_stack((noise[:, 0], np.where(inside, -1.0, 1.0), noise[:, 1]))
    seen = {"f": np.column_stack((noise[:, 2], count / 9.0)), "c": c, "h": noise}
    everywhere = np.ones(400, bool)
    head, *lines = units.table(seen, {"inside": (inside, everywhere), "count": (count, everywhere)})
    assert head.startswith("property")
    found = [line.split() for line in lines]
    assert found[0] == ["inside", "c", "1", "AUC", "1.000", "-"]  # the state first, here the cell state
    assert found[3] == ["count", "f", "1", "rho", "1.000", "+"]  # then the gates


def test_reviews_stand_behind_each_other_and_the_label_at_the_last_word():
    seen, properties = units.of_reviews(random_labels(), [(("a", "b"), 1), (("c",), 0)])
    assert {len(array) for array in seen.values()} == {3}
    label, where = properties["positive, at the last word"]
    assert where.tolist() == [False, True, True] and label.tolist() == [False, True, False]
    answer, everywhere = properties["probability of positive"]
    assert everywhere.all() and ((0 < answer) & (answer < 1)).all()


def random_labels():
    return (
        Reader(ModelSpec("sentiment-lstm", "lstm", (UNKNOWN, "a", "b", "c"), 2, 3, unit="words", outputs=("negative", "positive"))).eval().requires_grad_(False)
    )


def test_the_command_prints_the_table_of_a_model_and_refuses_a_text_that_is_too_short(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("gatelab.training.units.load", lambda name: random_model("lstm", name="prose-lstm"))
    text = tmp_path / "text.txt"
    text.write_text('The _old_ clock, "a" thing of use; had stopped.\nAgain? Nobody but "one" of _the_ sisters seemed to mind!\n\n' * 400, encoding="utf-8")
    assert units.main(["prose-lstm", "--data", str(text)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + 2 * 14 and all("AUC" in line or "rho" in line for line in lines[1:])
    text.write_text("short", encoding="utf-8")
    assert units.main(["prose-lstm", "--data", str(text)]) == 2
    assert "gatelab.training.units:" in capsys.readouterr().err


@pytest.mark.parametrize("task", ["tale", "dates"])
def test_a_model_of_another_task_is_refused_by_its_name(task, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("gatelab.training.units.load", lambda name: random_model("lstm", name=f"{task}-lstm"))
    (tmp_path / "text.txt").write_text("words and more words " * 400, encoding="utf-8")
    assert units.main([f"{task}-lstm", "--data", str(tmp_path / "text.txt")]) == 2
    assert f"{task}-lstm" in capsys.readouterr().err
