"""`gatelab.from_arrays` against loops over Keras' documented equations, written here in NumPy, and against PyTorch's own modules."""

import numpy as np
import pytest
import torch
from torch import nn

import gatelab
from gatelab import from_arrays

T, D, H = 9, 5, 7
BLOCKS = {"rnn": 1, "lstm": 4, "gru": 3, "gru-cho": 3}
KERAS = {"rnn": None, "lstm": "ifco", "gru": "zrh", "gru-cho": "zrh"}


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


# Keras' equations, one step each: `call` of SimpleRNNCell, LSTMCell and GRUCell in keras/src/layers/rnn/. K, R and b are what
# `layer.get_weights()` gives, and the blocks are cut out as those functions do.


def simple_rnn(x, state, K, R, b):
    h = np.tanh(x @ K + b + state["h"] @ R)
    return {"h": h}


def lstm(x, state, K, R, b):
    z0, z1, z2, z3 = np.split(x @ K + state["h"] @ R + b, 4)
    i, f = sigmoid(z0), sigmoid(z1)
    c = f * state["c"] + i * np.tanh(z2)
    o = sigmoid(z3)
    return {"i": i, "f": f, "g": np.tanh(z2), "o": o, "c": c, "h": o * np.tanh(c)}


def gru_reset_after(x, state, K, R, b):
    x_z, x_r, x_h = np.split(x @ K + b[0], 3)
    recurrent_z, recurrent_r, recurrent_h = np.split(state["h"] @ R + b[1], 3)
    z, r = sigmoid(x_z + recurrent_z), sigmoid(x_r + recurrent_r)
    hh = np.tanh(x_h + r * recurrent_h)
    return {"z": z, "r": r, "n": hh, "h": z * state["h"] + (1 - z) * hh}


def gru_reset_before(x, state, K, R, b):
    x_z, x_r, x_h = np.split(x @ K + b, 3)
    z, r = sigmoid(x_z + state["h"] @ R[:, :H]), sigmoid(x_r + state["h"] @ R[:, H : 2 * H])
    hh = np.tanh(x_h + (r * state["h"]) @ R[:, 2 * H :])
    return {"z": z, "r": r, "n": hh, "h": z * state["h"] + (1 - z) * hh}


STEPS = {"rnn": simple_rnn, "lstm": lstm, "gru": gru_reset_after, "gru-cho": gru_reset_before}


@pytest.fixture(params=BLOCKS)
def keras(request):
    """A cell that Keras has."""
    return request.param


def layer(cell, dtype=np.float64):
    """What `get_weights()` of a Keras layer gives, by the names of our arguments."""
    draw, columns = np.random.default_rng(3), BLOCKS[cell] * H
    shapes = {"kernel": (D, columns), "recurrent_kernel": (H, columns), "bias": (2, columns) if cell == "gru" else (columns,)}
    return {name: draw.normal(0, 0.6, shape).astype(dtype) for name, shape in shapes.items()}


def read(cell, weights, x):
    """Everything that Keras' equations compute over x: name -> (T, H)."""
    state, steps = {"h": np.zeros(H), "c": np.zeros(H)}, []
    for row in x:
        state = state | STEPS[cell](row, state, *weights.values())
        steps.append(state)
    return {name: np.stack([step[name] for step in steps]) for name in steps[0]}


X = np.random.default_rng(4).normal(size=(T, D))


def test_every_gate_of_every_step_is_that_of_keras_equations(keras):
    weights = layer(keras)
    seen, expected = gatelab.trace(from_arrays(keras, order=KERAS[keras], **weights), torch.from_numpy(X)), read(keras, weights, X)
    for name in seen:
        np.testing.assert_allclose(seen[name], expected[name], atol=1e-12, rtol=0)


@pytest.mark.parametrize("form", ["gru", "gru-cho"])
def test_an_update_gate_of_one_keeps_the_old_state_as_in_keras(form):
    weights = layer(form)
    weights["bias"][..., :H] = 1e3  # Keras' first block is z
    seen = gatelab.trace(from_arrays(form, order="zrh", **weights), torch.from_numpy(X), state={"h": np.linspace(-1, 1, H)})
    assert (seen["z"] == 1).all()
    np.testing.assert_allclose(seen["h"], np.tile(np.linspace(-1, 1, H), (T, 1)), atol=1e-14, rtol=0)


def test_an_update_gate_that_is_turned_round_elsewhere_is_given_with_the_opposite_sign():
    """Of a library with h = (1 - z) ⊙ h + z ⊙ n."""
    weights, h, expected = layer("gru-cho"), np.zeros(H), []
    for x in X:
        step = gru_reset_before(x, {"h": h}, *weights.values())
        h = (1 - step["z"]) * h + step["z"] * step["n"]
        expected.append(h)
    for array in weights.values():
        array[..., :H] *= -1
    seen = gatelab.trace(from_arrays("gru-cho", order="zrh", **weights), torch.from_numpy(X))
    np.testing.assert_allclose(seen["h"], expected, atol=1e-12, rtol=0)


@pytest.mark.parametrize("cell, order, make", [("lstm", "ifgo", nn.LSTM), ("gru", "rzn", nn.GRU), ("rnn", None, nn.RNN), ("rnn", "h", nn.RNN)])
def test_the_weights_of_a_pytorch_module_come_back_as_they_were(cell, order, make):
    torch.manual_seed(0)
    theirs = make(D, H)
    ih, hh, *biases = theirs.parameters()
    bias = torch.stack(biases) if cell == "gru" else sum(biases)
    ours = from_arrays(cell, kernel=ih.T, recurrent_kernel=hh.T, bias=bias, order=order)
    x = torch.randn(T, D)
    torch.testing.assert_close(ours(x)[0], theirs(x)[0], atol=1e-6, rtol=0)
    assert torch.equal(ours.weight_ih_l0, ih) and torch.equal(ours.weight_hh_l0, hh)


@pytest.mark.parametrize("cell, order", [("lstm", "ogfi"), ("lstm", "fico"), ("gru", "nzr"), ("gru-cho", "rzh")])
def test_blocks_may_come_in_any_order(cell, order):
    weights = layer(cell)
    places = [KERAS[cell].index({"g": "c", "n": "h"}.get(letter, letter)) for letter in order]
    moved = {name: np.concatenate([np.split(array, BLOCKS[cell], -1)[place] for place in places], -1) for name, array in weights.items()}
    ours, same = from_arrays(cell, order=order, **moved).state_dict(), from_arrays(cell, order=KERAS[cell], **weights).state_dict()
    assert all(torch.equal(ours[name], same[name]) for name in same)


def test_a_layer_without_bias_is_one_whose_biases_are_zeros(keras):
    weights = layer(keras) | {"bias": None}
    made = from_arrays(keras, order=KERAS[keras], **weights)
    assert not made.bias_ih_l0.any() and not made.bias_hh_l0.any()


@pytest.mark.parametrize(
    "given, dtype",
    [(np.float16, torch.float32), (np.float32, torch.float32), (np.float64, torch.float64), (">f4", torch.float32), (">f8", torch.float64)],
)
def test_the_layer_has_the_precision_of_its_arrays(given, dtype):
    weights = layer("lstm", given)
    made = from_arrays("lstm", order="ifco", **weights)
    assert {parameter.dtype for parameter in made.parameters()} == {dtype}
    np.testing.assert_array_equal(made.weight_ih_l0[:H].detach().numpy(), weights["kernel"].T[:H])


def test_the_layer_has_weights_of_its_own_and_costs_no_random_numbers():
    weights = layer("lstm")
    torch.manual_seed(5)
    made = from_arrays("lstm", order="ifco", **weights)
    drawn = torch.rand(1)
    torch.manual_seed(5)
    assert torch.equal(drawn, torch.rand(1))
    before = made.weight_hh_l0.clone()
    weights["recurrent_kernel"][:] = 0
    assert torch.equal(made.weight_hh_l0, before)


def test_lists_of_numbers_are_arrays_too():
    made = from_arrays("rnn", kernel=[[0.5], [1.0]], recurrent_kernel=[[0.25]], bias=[0.0])
    assert (made.input_size, made.hidden_size) == (2, 1)


def put(cell, name, value):
    return {"order": KERAS[cell]} | layer(cell) | {name: value}


NAN = layer("lstm")["kernel"]
NAN[2, 3] = np.nan


@pytest.mark.parametrize(
    "cell, given, kind, said",
    [
        ("mgu", put("gru", "order", "fn"), ValueError, "cell must be one of rnn, lstm, gru, gru-cho: got 'mgu'"),
        (["lstm"], put("lstm", "order", "ifco"), ValueError, r"cell must be one of .*: got \['lstm'\]"),
        (
            "lstm",
            put("lstm", "order", None),
            ValueError,
            'order of lstm must have each of its blocks once, i, f, g or c, o, where "ifco" is .*Keras.*: got None',
        ),
        ("lstm", put("lstm", "order", "ifc"), ValueError, "order of lstm must .*: got 'ifc'"),
        ("lstm", put("lstm", "order", "ifcg"), ValueError, "order of lstm must .*: got 'ifcg'"),
        ("gru", put("gru", "order", "ifco"), ValueError, "order of gru must .* r, z, n or h, where \"zrh\" is that of Keras.*: got 'ifco'"),
        ("rnn", put("rnn", "order", "i"), ValueError, "order of rnn must have each of its blocks once, h: got 'i'"),
        ("lstm", put("lstm", "order", list("ifco")), TypeError, "order must be a string of one letter a block: got list"),
        ("lstm", put("lstm", "kernel", NAN), ValueError, "kernel must have finite numbers: got nan at 1 of 140 places"),
        ("lstm", put("lstm", "kernel", np.ones((D, 4 * H), int)), ValueError, "kernel must have floating-point numbers, .*: got int"),
        ("lstm", put("lstm", "kernel", [[1.0], [1.0, 2.0]]), TypeError, "kernel must be an array of numbers: got list"),
        ("lstm", put("lstm", "kernel", torch.ones(D, 4 * H, dtype=torch.bfloat16)), TypeError, "kernel must be an array of numbers: got Tensor.*BFloat16"),
        ("lstm", put("lstm", "kernel", np.ones((4 * H, D))), ValueError, r"kernel of lstm must have shape \(D, 28\), .*not be turned round.*: got \(28, 5\)"),
        ("lstm", put("lstm", "kernel", np.ones((0, 4 * H))), ValueError, r"kernel of lstm must have shape \(D, 28\).*: got \(0, 28\)"),
        ("lstm", put("lstm", "recurrent_kernel", np.ones((H, 3 * H))), ValueError, r"recurrent_kernel of lstm must have shape \(H, 4 H\): got \(7, 21\)"),
        ("rnn", put("rnn", "recurrent_kernel", np.ones(H)), ValueError, r"recurrent_kernel of rnn must have shape \(H, H\): got \(7,\)"),
        ("rnn", put("rnn", "recurrent_kernel", np.ones((0, 0))), ValueError, r"recurrent_kernel of rnn must have shape \(H, H\): got \(0, 0\)"),
        ("lstm", put("lstm", "bias", np.ones(3 * H)), ValueError, r"bias of lstm must have shape \(28,\): got \(21,\)"),
        ("gru", put("gru", "bias", np.ones(3 * H)), ValueError, r'bias of gru must have shape \(2, 21\), .*reset_after=True.*"gru-cho".*: got \(21,\)'),
        ("gru-cho", put("gru-cho", "bias", np.ones((2, 3 * H))), ValueError, r'bias of gru-cho must have shape \(21,\) .*that of "gru"\): got \(2, 21\)'),
    ],
)
def test_an_error_names_the_argument_the_rule_and_what_came(cell, given, kind, said):
    with pytest.raises(kind, match=said):
        from_arrays(cell, **given)
