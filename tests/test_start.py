"""What a link to the Watch page can ask for."""

import pytest

from gatelab import zoo
from gatelab.cells import NAMES
from gatelab.live.stages import STAGES
from tests.test_stages import GIVEN

read, read_attention, read_self_attention, read_compare = (STAGES[name].read for name in ("watch", "attention", "self_attention", "compare"))


@pytest.mark.parametrize("model", zoo.models("character"))
def test_every_value_of_every_cell_can_be_linked_to(model):
    last = zoo.load(model).spec.hidden_size - 1
    for name in NAMES[zoo.load(model).spec.cell]:
        start, notes = read({"model": model, "value": name, "entry": name, "unit": str(last), "step": "3"})
        assert notes == []
        assert (start.model, start.value, start.entry, start.unit, start.step) == (model, name, name, last, 2)


@pytest.mark.parametrize("model", zoo.models("character"))
def test_a_value_that_the_cell_lacks_is_refused_by_name(model):
    names = NAMES[zoo.load(model).spec.cell]
    for name in {"i", "f", "g", "o", "c", "r", "z", "n", "weight_ci"} - set(names):
        start, notes = read({"model": model, "entry": name})
        assert start.entry is None and len(notes) == 1
        assert f"one of {', '.join(names)}: got {name!r}" in notes[0]


def test_a_model_opens_on_its_own_example():
    for model in zoo.models("character"):
        start, notes = read({"model": model})
        assert (start.text, start.unit, notes) == (zoo.opening(model).text, zoo.opening(model).unit, [])


DATE = "7 mai 1987"  # 10 characters


def row(column):
    """All weight on one of the date's characters, as a link writes it."""
    return ",".join("1" if k == column else "0" for k in range(len(DATE)))


def test_weights_that_were_taken_over_can_be_linked_to():
    thirds = ",".join(["0.33333"] * 3 + ["0"] * 7)
    start, notes = read_attention({"text": DATE, "forced": f"6:{row(2)};7:{thirds}", "column": "3", "ask": "month"})
    (first, ones), (second, shares) = start.forced
    assert not notes and (first, second, start.column, start.ask) == (5, 6, 2, "month")
    assert ones == tuple(float(k == 2) for k in range(10)) and sum(shares) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(
    ("forced", "said"),
    [
        ("6", "such as 6:0,1,0"),
        ("6:1", "10 weights that sum to 1"),
        (f"0:{row(1)}", "such as 6:0,1,0"),
        (f"99:{row(1)}", "for some of the steps 1 to 30"),
        (f"6:{row(1)},0", "10 weights that sum to 1"),
        ("6:" + ",".join(["0.2"] * 10), "that sum to 1"),
        (f"6:{row(1)};6", "such as 6:0,1,0"),
        ("6:" + ",".join(["-1"] * 10), "such as 6:0,1,0"),
        ("6:" + ",".join(["1e9"] * 10), "such as 6:0,1,0"),
        ("x" * 5000, "got '" + "x" * 40 + "'"),
    ],
    ids=lambda value: value[:20],
)
def test_damaged_weights_of_a_link_are_named_and_the_model_keeps_its_own(forced, said):
    start, (note,) = read_attention({"text": DATE, "forced": forced})
    assert start.forced == () and start.text == DATE and said in note and len(note) < 300


def test_a_model_without_attention_takes_no_weights_from_a_link():
    start, (note,) = read_attention({"model": "dates-none", "text": DATE, "forced": f"6:{row(2)}"})
    assert start.forced == () and "left out: this model has no attention" in note


def test_a_head_its_row_column_and_entry_can_be_linked_to():
    link = {"model": "dates-transformer", "where": "across", "layer": "2", "head": "3", "step": "4", "column": "5", "entry": "6"}
    start, notes = read_self_attention(link)
    assert not notes and (start.where, start.layer, start.head, start.step, start.column, start.entry) == ("across", 1, 2, 3, 4, 6)
    for name in ("where", "layer", "head", "step", "column", "entry"):
        _, (note,) = read_self_attention(link | {name: "99999"})
        assert f"The link's {name} must be" in note


def test_units_and_open_gates_of_a_comparison_can_be_linked_to():
    link = {"models": "prose-gru,prose-lstm", "units": "7,127", "unfolded": "prose-lstm"}
    start, notes = read_compare(link)
    assert (start.units, start.unfolded, notes) == ((7, 127), ("prose-lstm",), [])
    for wrong in ({"units": "7"}, {"units": "7,128"}, {"units": "7,x"}, {"unfolded": "prose-rnn"}):
        start, (note,) = read_compare(link | wrong)
        assert next(iter(wrong)) in note and (start.units, start.unfolded).count(()) == 1


READERS = {name: stage.read for name, stage in STAGES.items() if name not in GIVEN}


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_fields_that_a_page_does_not_know_are_named_and_those_of_streamlit_are_not(reader):
    assert reader({"embed": "true", "embed_options": "show_toolbar"})[1] == []
    assert reader({"zoom": "2"})[1] == ["This page does not know the link's field 'zoom'."]
    (note,) = reader({f"<b>{k}": "1" for k in range(9)})[1]
    assert note == "This page does not know the link's fields '<b>0', '<b>1', '<b>2', '<b>3', '<b>4' and more."
