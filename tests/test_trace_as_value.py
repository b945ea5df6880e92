"""A trace is a value: it can be walked through by name, printed, pickled and copied, and stays what it was."""

import copy
import pickle

import numpy as np
import pytest
import torch
from torch import nn

import gatelab
from gatelab import Hold, trace
from tests.conftest import random_model

AGAIN = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),
    "pickle, oldest protocol": lambda value: pickle.loads(pickle.dumps(value, protocol=0)),
}


def plain():
    torch.manual_seed(0)
    return trace(nn.GRU(3, 4, 2), torch.randn(5, 3))


def text():
    return trace(gatelab.load("prose-small"), "It is", hold=Hold("f", 1.0), state={"c": np.full(24, 0.5)})


def attention():
    return trace(gatelab.load("dates-additive"), "March 5", forced={0: np.eye(7)[2]}, hold=Hold("encoder.z", 0.0), state={"decoder.h": np.full(32, 0.1)})


def transformer():
    return trace(gatelab.load("dates-transformer"), "March 5")


MAKERS = [plain, text, attention, transformer]
made = pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)


def arrays(seen):
    """Every array of a trace, by a name of its own."""
    found = {name: seen[name] for name in seen} | {f"state {name}": array for name, array in seen.state.items()} | {"probs": seen.probs}
    for part in ("forced", "encoder", "decoder"):
        found |= {f"{part} {name}": array for name, array in getattr(seen, part, {}).items()}
    return {name: array for name, array in found.items() if array is not None}


@made
def test_a_trace_can_be_walked_through_and_spread_by_its_names(make):
    seen = make()
    assert list(seen) == list(seen.keys()) == list(dict(seen)) == list({**seen})
    assert all(np.array_equal(values, seen[name]) for name, values in dict(seen).items())
    assert all(name in seen for name in seen.keys()) and "no such name" not in seen  # noqa: SIM118 (keys are what is tested)


def test_the_length_of_a_trace_is_its_steps_and_that_of_attention_its_arrays():
    assert (len(plain()), len(text()), len(attention()), len(transformer())) == (5, 5, 6, 6)


@made
@pytest.mark.parametrize("again", AGAIN.values(), ids=AGAIN)
def test_a_copy_has_the_same_values_and_is_read_only_as_well(make, again):
    seen = make()
    other = again(seen)
    assert type(other) is type(seen) and repr(other) == repr(seen) and other.held == seen.held
    mine, theirs = arrays(seen), arrays(other)
    assert list(mine) == list(theirs)
    for name, array in theirs.items():
        np.testing.assert_array_equal(array, mine[name])
        assert not array.flags.writeable, name


@pytest.mark.parametrize("again", AGAIN.values(), ids=AGAIN)
def test_a_copy_of_a_trace_that_began_elsewhere_goes_on_with_its_holds(again):
    longer, other = text().extend(" a truth"), again(text()).extend(" a truth")
    np.testing.assert_array_equal(other["h"], longer["h"])
    assert (other["f"] == 1).all()


@pytest.mark.parametrize("again", AGAIN.values(), ids=AGAIN)
def test_a_copy_of_a_layer_has_its_values(again):
    layer = plain().layer(0)
    np.testing.assert_array_equal(again(layer)["z"], layer["z"])


def test_a_trace_prints_its_model_its_steps_and_its_names_with_shapes():
    assert repr(text()) == "Trace of prose-small (lstm): 5 steps of 'It is'\n  i, f, g, o, c, h (5, 24)\n  probs (5, 76)\n  held: f"
    assert repr(plain()) == "Trace of GRU (gru): 5 steps\n  layer 2 of 2, trace.layer(k) has each: r, z, n, h (5, 4)"
    assert repr(plain().layer(0)) == "layer 1 of 2 of a trace of GRU: r, z, n, h (5, 4)"
    assert repr(trace(gatelab.Recurrent("rnn", 2, 3), torch.zeros(1, 2))) == "Trace of Recurrent (rnn): 1 step\n  h (1, 3)"
    number = trace(gatelab.load("adding-lstm"), "0.1 0.5* 0.2")
    assert repr(number).splitlines()[-1] == "  answers (3, 1)"


def test_a_trace_of_attention_prints_what_was_read_and_written():
    seen = attention()
    first, *rest = repr(seen).splitlines()
    steps = len(seen.written)
    assert first == f"AttentionTrace of dates-additive: 7 tokens of 'March 5', {steps} steps of writing, {seen.output!r}"
    assert rest == [
        f"  scores, weights ({steps}, 7); context, query ({steps}, 32); states, key (7, 32)",
        "  encoder: r, z, n, h (7, 32)",
        f"  decoder: r, z, n, h ({steps}, 32)",
        f"  probs ({steps}, 14)",
        "  held: encoder.z",
    ]
    assert "scores, weights (2, 4, " in repr(transformer())


@pytest.mark.parametrize("given", ["", "a\nb\n" * 900, "ab " * 900, "\ud800", "😀" * 80])
def test_a_trace_of_any_text_prints_in_a_few_lines(given):
    shown = repr(trace(random_model("lstm"), given))
    assert len(shown) < 600 and len(shown.splitlines()) == 3
