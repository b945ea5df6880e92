"""The formulas of sizes.py against the parameters that models really have."""

import pytest
from torch import nn

from gatelab import sizes, zoo
from gatelab.cells import CELLS
from gatelab.networks import ModelSpec, build
from gatelab.text import UNKNOWN

READERS = [name for kind in ("character", "answer") for name in zoo.models(kind)]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_the_parts_of_a_model_add_up_to_its_parameters(cell, layers):
    for options in ({}, {"outputs": ("no", "yes")}, {"unit": "numbers", "tokens": (), "embedding_size": 2, "outputs": ("sum",)}):
        spec = ModelSpec(**{"name": "a-b", "cell": cell, "tokens": (UNKNOWN, "a", "b"), "embedding_size": 5, "hidden_size": 7, "num_layers": layers} | options)
        assert sum(part.count for part in sizes.parts(spec)) == sum(p.numel() for p in build(spec).parameters())


@pytest.mark.parametrize("name", READERS)
def test_the_parts_of_a_shipped_model_add_up_to_what_its_card_says(name):
    assert sum(part.count for part in sizes.parts(zoo.load(name).spec)) == zoo.card(name)["parameters"]


@pytest.mark.parametrize("name", READERS)
def test_the_formula_with_numbers_gives_the_count(name):
    for part in sizes.parts(zoo.load(name).spec):
        assert eval(part.numbers.replace("×", "*").replace(",", "")) == part.count  # our own text, digits and signs alone
        letters = {
            "V": len(zoo.load(name).spec.tokens),
            "D": zoo.load(name).spec.embedding_size,
            "H": zoo.load(name).spec.hidden_size,
            "O": len(zoo.load(name).spec.labels),
        }
        assert eval(part.formula.replace("×", "*"), letters) == part.count


def test_a_gru_has_three_quarters_of_an_lstm_s_parameters():
    for d, h in ((1, 1), (32, 128), (16, 64)):
        lstm, gru = (sum(p.numel() for p in module(d, h).parameters()) for module in (nn.LSTM, nn.GRU))
        assert sizes.recurrent("gru", d, h) == gru and sizes.recurrent("lstm", d, h) == lstm and 4 * gru == 3 * lstm
        assert sizes.recurrent("rnn", d, h) == sum(p.numel() for p in nn.RNN(d, h).parameters())
