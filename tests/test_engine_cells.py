"""The cells of the network in the page against those of Python, and through them against torch.nn, in double precision."""

import numpy as np
import pytest
import torch
from torch import nn

import gatelab
from gatelab.cells import CELLS
from tests import engine

MODULES = [*((cell, layers) for cell in CELLS for layers in (1, 3)), ("rnn-relu", 2)]
D, H, T = 5, 6, 40


def module(cell, layers, biased=True):
    """Layers with random weights, larger than their first ones: some gates open, some shut."""
    torch.manual_seed(0)
    if cell == "rnn-relu":
        made = nn.RNN(D, H, layers, nonlinearity="relu", bias=biased)
    else:
        made = gatelab.Recurrent(cell, D, H, layers) if biased else nn.LSTM(D, H, layers, bias=False)
    made = made.double().requires_grad_(False)
    for parameter in made.parameters():
        parameter.mul_(2)
    return made


def layers(made, k):
    """The weights of layer k, without its number."""
    return engine.weights({name.removesuffix(f"_l{k}"): tensor for name, tensor in made.state_dict().items() if name.endswith(f"_l{k}")})


def job(cell, made, x):
    return {"does": "layers", "cell": cell, "weights": [layers(made, k) for k in range(made.num_layers)], "inputs": x.tolist()}


@pytest.mark.parametrize(("cell", "count"), MODULES)
def test_every_array_of_every_layer_is_that_of_python(cell, count, tmp_path):
    made, x = module(cell, count), torch.randn(T, D, dtype=torch.double)
    [(_, arrays)] = engine.run([job(cell, made, x)], tmp_path)
    seen = gatelab.trace(made, x)
    assert list(arrays) == [f"{k}.{name}" for k in range(count) for name in seen.names]
    for name, array in arrays.items():
        layer, _, name = name.partition(".")
        np.testing.assert_allclose(array, seen.layer(int(layer))[name], rtol=0, atol=1e-13, err_msg=name)


def test_a_layer_without_biases_has_none(tmp_path):
    made, x = module("lstm", 2, biased=False), torch.randn(T, D, dtype=torch.double)
    [(_, arrays)] = engine.run([job("lstm", made, x)], tmp_path)
    np.testing.assert_allclose(arrays["1.h"], made(x)[0], rtol=0, atol=1e-13)
