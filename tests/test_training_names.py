"""The names models: the text they learn from is every name of the lists once, and what they write looks like names."""

import sys

import pytest

from gatelab import zoo
from gatelab.training import credit, given_names
from gatelab.training.properties import PROPERTIES
from gatelab.writing import write

LISTS = "MARY           2.629  2.629      1\nLEE  1.073  3.702      2\n", "JAMES 3.3 3.3 1\nLEE 0.1 0.2 2\n\n"


def test_every_name_of_the_lists_stands_once_with_a_capital_on_a_line_of_its_own():
    made = given_names.text(LISTS)
    assert sorted(made.split("\n")) == ["", "James", "Lee", "Mary"] and made == given_names.text(reversed(LISTS))


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of the same name with lists that are made up."""
    (tmp_path / "names").mkdir()
    (tmp_path / "names" / "__init__.py").touch()
    for name, text in zip(given_names.FILES, LISTS):
        (tmp_path / "names" / name).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "names", raising=False)
    return tmp_path


def test_the_command_writes_the_text_of_the_package(package):
    assert given_names.main([str(package / "names.txt")]) == 0
    assert (package / "names.txt").read_text(encoding="utf-8") == given_names.text(LISTS)


def test_without_the_package_one_line_says_how_to_get_it(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(given_names, "find_spec", lambda name: None)
    assert given_names.main([str(tmp_path / "names.txt")]) == 2
    assert capsys.readouterr().err == "gatelab.training.given_names: the package names must be there: python -m pip install names==0.3.0\n"


def test_the_properties_of_names_are_what_one_reads_there():
    found = PROPERTIES["names"]("Anna\nJo")
    assert found["letters of the name so far"][0].tolist() == [1, 2, 3, 4, 0, 1, 2]
    assert found["at the first letter of a name"][0].tolist() == [True, False, False, False, False, True, False]
    assert found["at the last letter of a name"][0].tolist()[:5] == [False, False, False, True, False]
    assert found["after two consonants"][0].tolist() == [False, False, True, False, False, False, False]


@pytest.mark.parametrize("name", ["names-lstm", "names-gru"])
def test_a_names_model_is_small_and_its_text_is_credited(name):
    card, model = zoo.card(name), zoo.load(name)
    assert model.spec.hidden_size <= 32 and card["data"]["sha256"] in credit.KNOWN
    assert "given_names" in card["data"]["where"] and "MIT" in card["data"]["licence"]


@pytest.mark.parametrize("name", ["names-lstm", "names-gru"])
def test_what_a_names_model_writes_is_mostly_lines_that_begin_with_a_capital_and_go_on_without(name):
    written = write(zoo.load(name), "\n", 400).text.split("\n")[:-1]
    assert len(written) > 30 and sum(word.istitle() for word in written) >= 0.95 * len(written)
    assert 3 < sum(map(len, written)) / len(written) < 9
    assert len(set(written)) > 0.8 * len(written)
