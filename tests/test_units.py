"""The table of what single units tell of a text: made-up units of which it is known what they tell, and the command on a text."""

import numpy as np
import pytest

from gatelab.networks import ModelSpec, Reader
from gatelab.text import UNKNOWN
from gatelab.training.units import main, of_reviews, table
from tests.conftest import random_model


def test_the_table_names_the_unit_that_tells_a_property_and_its_sign():
    rng = np.random.default_rng(0)
    inside, count = rng.random(400) < 0.5, rng.integers(0, 9, 400)
    noise = rng.random((400, 3))
    c = np.column_stack((noise[:, 0], np.where(inside, -1.0, 1.0), noise[:, 1]))
    seen = {"f": np.column_stack((noise[:, 2], count / 9.0)), "c": c, "h": noise}
    everywhere = np.ones(400, bool)
    head, *lines = table(seen, {"inside": (inside, everywhere), "count": (count, everywhere)})
    assert head.startswith("property")
    found = [line.split() for line in lines]
    assert found[0] == ["inside", "c", "1", "AUC", "1.000", "-"]  # the state first, here the cell state
    assert found[3] == ["count", "f", "1", "rho", "1.000", "+"]  # then the gates


def test_reviews_stand_behind_each_other_and_the_label_at_the_last_word():
    seen, properties = of_reviews(random_labels(), [(("a", "b"), 1), (("c",), 0)])
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
    assert main(["prose-lstm", "--data", str(text)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + 2 * 9 and all("AUC" in line or "rho" in line for line in lines[1:])
    text.write_text("short", encoding="utf-8")
    assert main(["prose-lstm", "--data", str(text)]) == 2
    assert "gatelab.training.units:" in capsys.readouterr().err


@pytest.mark.parametrize("task", ["recall", "dates"])
def test_a_model_of_another_task_is_refused_by_its_name(task, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("gatelab.training.units.load", lambda name: random_model("lstm", name=f"{task}-lstm"))
    (tmp_path / "text.txt").write_text("words and more words " * 400, encoding="utf-8")
    assert main([f"{task}-lstm", "--data", str(tmp_path / "text.txt")]) == 2
    assert f"{task}-lstm" in capsys.readouterr().err
