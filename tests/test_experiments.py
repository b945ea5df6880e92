"""Ready-made experiments: each hold does what the gate's weights would do if they said the same, and fits the grammar of links."""

import re

import numpy as np
import pytest
import torch
from torch import nn

from gatelab import Recurrent, experiments, holds, notation, roles
from gatelab.experiments import EXPERIMENTS, LSTMS
from gatelab.traces import trace

D, H, T = 3, 4, 9
FULL = 1e4  # a bias that opens a gate entirely; its negative closes it
ALL = [(one, cell) for one in EXPERIMENTS for cell in one.cells]
NAMED = [f"{one.key}-{cell}" for one, cell in ALL]


def module(cell):
    torch.manual_seed(3)
    made = {"lstm": nn.LSTM, "gru": nn.GRU}.get(cell, lambda *sizes: Recurrent(cell, *sizes))(D, H)
    with torch.no_grad():
        for weight in made.parameters():
            weight.uniform_(-1, 1)
    return made.requires_grad_(False)


def forced(made, rows, values):
    """The same module with the weights of some gates at zero, and their biases so large that a gate is 0 or 1 whatever is read."""
    for name, value in values.items():
        if name not in rows:  # the input gate of the coupled cell, which follows from the forget gate
            continue
        block = slice(rows.index(name) * H, (rows.index(name) + 1) * H)
        for what in ("weight_ih", "weight_hh", "bias_hh"):
            getattr(made, f"{what}_l0")[block] = 0
        made.bias_ih_l0[block] = FULL if value else -FULL
    return made


def x():
    return torch.randn(T, D, generator=torch.Generator().manual_seed(5))


@pytest.mark.parametrize(("one", "cell"), [pair for pair in ALL if (pair[0].key, pair[1]) != ("writes-everything", "coupled")])
def test_an_experiment_is_what_biases_that_open_and_close_the_gates_would_do(one, cell):
    """But for the coupled cell that writes everything, which no weights can say: the next test has it."""
    values = {hold.name: hold.value for hold in one.holds(cell)}
    seen = trace(module(cell), x(), hold=one.holds(cell))
    wanted, _ = forced(module(cell), roles.of(cell).rows, values)(x())
    torch.testing.assert_close(torch.tensor(seen["h"]), wanted)


def test_the_coupled_cell_writes_everything_with_the_forget_gate_as_it_was():
    seen = trace(module("coupled"), x(), hold=experiments.named("writes-everything").holds("coupled"))
    before = np.vstack((np.zeros((1, H)), seen["c"][:-1]))
    np.testing.assert_allclose(seen["c"], seen["f"] * before + seen["g"], atol=1e-6)


def test_a_gru_with_both_gates_out_of_the_way_is_pytorch_s_simple_rnn():
    rnn, gru = nn.RNN(D, H), module("gru")
    rnn.load_state_dict({name: weight[2 * H :] for name, weight in gru.state_dict().items()})
    seen = trace(gru, x(), hold=experiments.named("simple-rnn").holds("gru"))
    torch.testing.assert_close(torch.tensor(seen["h"]), rnn(x())[0])


@pytest.mark.parametrize(("key", "cells", "state"), [("conveyor-belt", LSTMS, "c"), ("all-kept", ("gru", "gru-cho", "mgu"), "h")])
def test_what_is_kept_stays_from_the_chosen_step_on(key, cells, state):
    for cell in cells:
        seen = trace(module(cell), x(), hold=experiments.named(key).holds(cell, 4))
        assert experiments.named(key).later and np.all(seen[state][3:] == seen[state][3]) and np.any(seen[state][3] != seen[state][2])


@pytest.mark.parametrize("cell", LSTMS)
def test_a_mute_cell_shows_nothing_and_goes_on_remembering(cell):
    seen = trace(module(cell), x(), hold=experiments.named("mute").holds(cell))
    assert not seen["h"].any() and np.all(seen["c"].any(axis=1))


@pytest.mark.parametrize(("one", "cell"), ALL, ids=NAMED)
@pytest.mark.parametrize("first", [0, 3])
def test_a_link_can_carry_every_experiment(one, cell, first):
    found, wrong = holds.parse(one.text(cell, first), holds.layers(cell, H))
    assert not wrong and found == one.holds(cell, first) and all(hold.at(first) and not (first and hold.at(first - 1)) for hold in found)


def test_the_experiments_of_the_lstm_are_these_links():
    texts = {one.key: one.text("lstm") for one in experiments.of("lstm")}
    assert texts == {
        "lstm-1997": "f:all:all:=1",
        "no-memory": "f:all:all:=0",
        "conveyor-belt": "f:all:all:=1;i:all:all:=0",
        "writes-everything": "i:all:all:=1",
        "shows-everything": "o:all:all:=1",
        "mute": "o:all:all:=0",
    }


@pytest.mark.parametrize("letters", notation.NOTATIONS)
def test_alice_removes_the_update_gate_in_every_notation(letters):
    """As the exam question has it: all of the candidate comes in, which a turned notation calls 1 and PyTorch 0."""
    said = experiments.named("alice").letters("gru", letters)
    wanted = {"pytorch": "z = 0", "colah": "z = 1", "d2l": "Z = 0", "deeplearning": r"\Gamma_{u} = 1", "keras": "z = 0"}
    assert said == wanted[letters]
    assert experiments.named("betty").letters("gru", "deeplearning") == r"\Gamma_{r} = 1"


def test_only_an_update_gate_is_turned():
    assert experiments.named("conveyor-belt").letters("lstm", "deeplearning") == r"\Gamma_{f} = 1, \Gamma_{u} = 0"
    assert experiments.named("all-kept").letters("mgu", "colah") == "f = 0"


def test_experiments_of_one_cell_are_told_apart():
    for cell in roles.ROLES:
        found = experiments.of(cell)
        assert len({one.text(cell) for one in found}) == len({one.name for one in found}) == len(found)
        assert bool(found) == bool(roles.of(cell).gates)


def test_what_to_look_for_is_one_sentence_without_letters_of_a_notation():
    for one in EXPERIMENTS:
        assert one.look.endswith(".") and one.look.count(".") == 1 and not re.search(r"\b[b-zB-Z]\b|=", one.look)


def test_an_experiment_or_cell_that_is_unknown_is_named():
    with pytest.raises(ValueError, match="alice must be made with gru, gru-cho: got 'lstm'"):
        experiments.named("alice").holds("lstm")
    with pytest.raises(ValueError, match="experiment must be one of lstm-1997"):
        experiments.named("bob")
    with pytest.raises(ValueError, match="cell must be one of"):
        experiments.of("transformer")
