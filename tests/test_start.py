"""What a link to the Watch page can ask for."""

import pytest

from gatelab import zoo
from gatelab.cells import NAMES
from gatelab.live.start import read


@pytest.mark.parametrize("model", zoo.models("character"))
def test_every_value_of_every_cell_can_be_linked_to(model):
    for name in NAMES[zoo.load(model).spec.cell]:
        start, notes = read({"model": model, "value": name, "entry": name, "unit": "127", "step": "3"})
        assert notes == []
        assert (start.model, start.value, start.name, start.unit, start.step) == (model, name, name, 127, 2)


@pytest.mark.parametrize("model", zoo.models("character"))
def test_a_value_that_the_cell_lacks_is_refused_by_name(model):
    names = NAMES[zoo.load(model).spec.cell]
    for name in {"i", "f", "g", "o", "c", "r", "z", "n", "weight_ci"} - set(names):
        start, notes = read({"model": model, "entry": name})
        assert start.name is None and len(notes) == 1
        assert f"one of {', '.join(names)}: got {name!r}" in notes[0]


def test_a_model_opens_on_its_own_example():
    for model in zoo.models("character"):
        start, notes = read({"model": model})
        assert (start.text, start.unit, notes) == (zoo.opening(model).text, zoo.opening(model).unit, [])
