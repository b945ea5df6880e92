"""A network of one's own may begin anywhere: in PyTorch's form of a state, or by name."""

import numpy as np
import pytest
import torch
from torch import nn

from gatelab import Recurrent, trace
from tests.own import CELLS, MODULES, D, H, equal, first, forward, module, numbers

X = numbers(12, D)
each = pytest.mark.parametrize("cell", MODULES)


def halves(state, change):
    return tuple(map(change, state)) if isinstance(state, tuple) else change(state)


@each
@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("ways", [1, 2])
def test_a_state_in_pytorch_s_form_begins_where_pytorch_does(cell, layers, ways):
    made, state = module(cell, layers, bidirectional=ways == 2), first(cell, layers * ways, H)
    h, _ = forward(made, X, state)
    equal(trace(made, X, state)["h"], h)
    equal(trace(made, X, state=state)["h"], h)
    equal(trace(made, X, state=halves(state, lambda s: nn.Parameter(s[:, None])))["h"], h)
    equal(trace(made, X, halves(state, lambda s: s.double().numpy()))["h"], h)


@each
def test_the_last_state_of_pytorch_is_where_its_next_call_and_a_trace_go_on(cell):
    made = module(cell, 2)
    _, last = forward(made, X)
    state = last if cell == "lstm" else last[0]
    equal(trace(made, X + 1, state=state)["h"], forward(made, X + 1, state)[0])


@each
def test_of_a_batch_of_states_the_one_of_the_chosen_sequence_is_taken(cell):
    made, x, state = module(cell, 2), numbers(6, 3, D), first(cell, 2, 3, H)
    h, _ = forward(made, x, state)
    for index in range(3):
        equal(trace(made, x, state, index=index)["h"], h[:, index])
    one = first(cell, 2, 1, H)  # one that is learned begins every sequence
    equal(trace(made, x, one, index=2)["h"], forward(made, x, halves(one, lambda s: s.expand(2, 3, H).contiguous()))[0][:, 2])


@each
def test_a_layer_alone_takes_h_units(cell):
    made, state = module(cell), first(cell, H)
    equal(trace(made, X, state)["h"], forward(made, X, halves(state, lambda s: s[None]))[0])


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
def test_a_projection_has_a_state_h_of_its_own_size():
    made = module("lstm", 2, proj_size=3)
    state = numbers(2, 3), numbers(2, H)
    equal(trace(made, X, state)["h"], forward(made, X, state)[0])
    named = {"l1.h": state[0][0], "l1.c": state[1][0], "h": state[0][1], "c": state[1][1]}
    np.testing.assert_array_equal(trace(made, X, named)["h"], trace(made, X, state)["h"])


@each
def test_a_cell_of_pytorch_takes_its_own_form(cell):
    torch.manual_seed(0)
    made, state = CELLS[cell](D, H), first(cell, 3, H)
    seen = trace(made, numbers(4, 3, D), state, index=1)
    equal(seen["h"], steps(made, numbers(4, 3, D), state)[:, 1])
    equal(trace(made, X, halves(state, lambda s: s[0]))["h"], steps(made, X, halves(state, lambda s: s[0])))


@torch.no_grad()
def steps(made, xs, state):
    hs = []
    for x in xs:
        state = made(x, state)
        hs.append(state[0] if isinstance(state, tuple) else state)
    return torch.stack(hs)


@pytest.mark.parametrize("cell", ["peephole", "coupled", "gru-cho", "mgu", "lstm", "rnn"])
def test_a_recurrent_takes_the_state_that_it_hands_out(cell):
    made = Recurrent(cell, D, H, 2)
    with torch.no_grad():
        _, state = made(X)
        h, _ = made(X, state)
    equal(trace(made, X, state)["h"], h)


@pytest.mark.parametrize(
    ("made", "state", "error", "said"),
    [
        ("lstm", numbers(1, H), ValueError, r"of a LSTM must be the two tensors \(h0, c0\): got 1 of them"),
        ("gru", (numbers(1, H), numbers(1, H)), ValueError, "of a GRU must be the tensor h0: got 2 of them"),
        ("gru", numbers(2, H), ValueError, r"h0 must have shape \(7,\) or \(1, 7\) or \(1, B, 7\): got \(2, 7\)"),
        ("lstm", (numbers(1, H), numbers(1, 3)), ValueError, r"c0 must have shape .*: got \(1, 3\)"),
        ("gru", numbers(1, 4, H), ValueError, r"index=0 to index=3; got h0 of shape \(1, 4, 7\)"),
        ("gru", [0.0] * H, TypeError, "state must be a mapping of names to arrays, or the tensor h0: got list of float"),
        ("gru", torch.full((1, H), torch.nan), ValueError, "7 finite numbers"),
        ("gru", {"hh": np.zeros(H)}, KeyError, "must be one of h, l1.h: got 'hh'; did you mean 'h'?"),
    ],
)
def test_a_state_of_another_form_is_refused_with_the_form_that_is_right(made, state, error, said):
    with pytest.raises(error, match=said):
        trace(module(made), X, state)


def test_a_state_of_another_number_of_sequences_than_the_input_is_refused():
    with pytest.raises(ValueError, match="h0 must be of as many sequences as the input, 3"):
        trace(module("gru"), numbers(6, 3, D), numbers(1, 4, H), index=0)


@pytest.mark.parametrize("name", ["h0", "c0", "hx"])
def test_another_name_of_the_state_is_answered_with_the_right_one(name):
    with pytest.raises(TypeError, match=r"got .*; a state to begin from is state=h0 or state=\(h0, c0\)"):
        trace(module("lstm"), X, **{name: numbers(1, H)})
