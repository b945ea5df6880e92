"""PyTorch's default device and precision change nothing: models are loaded, and traces made, on the CPU as ever."""

import numpy as np
import pytest
import torch

import gatelab
from gatelab.zoo import ZOO

TEXTS = {"code-lstm": "int x", "adding-lstm": "0.1 0.2*", "dates-additive": "March 5", "dates-transformer": "March 5", "sentiment-gru": "not bad"}


@pytest.mark.parametrize(("name", "text"), TEXTS.items(), ids=TEXTS)
def test_a_model_is_loaded_and_traced_as_ever_under_another_default_device(name, text):
    right = gatelab.trace(gatelab.load(name), text)
    with torch.device("meta"):  # whose tensors have no values
        loaded = gatelab.load(ZOO / f"{name}.safetensors")
        seen = gatelab.trace(loaded, text)
    for key in right:
        np.testing.assert_array_equal(seen[key], right[key])


@pytest.mark.parametrize(("name", "text"), TEXTS.items(), ids=TEXTS)
def test_a_model_is_loaded_and_traced_as_ever_under_another_default_precision(name, text):
    right = gatelab.trace(gatelab.load(name), text)
    torch.set_default_dtype(torch.float64)
    try:
        loaded = gatelab.load(ZOO / f"{name}.safetensors")
        seen = gatelab.trace(loaded, text)
    finally:
        torch.set_default_dtype(torch.float32)
    for key in right:
        assert seen[key].dtype == np.float32
        np.testing.assert_allclose(seen[key], right[key], atol=1e-5)


def test_a_trace_goes_on_and_a_loss_flows_back_under_another_default_device():
    reader = gatelab.load("sentiment-gru")
    right, back = gatelab.trace(reader, "not bad at all"), gatelab.backward(reader, "not bad", "positive")
    with torch.device("meta"):
        np.testing.assert_allclose(gatelab.trace(reader, "not bad").extend(" at all")["h"], right["h"], atol=1e-6)
        np.testing.assert_array_equal(gatelab.backward(reader, "not bad", "positive")["h"], back["h"])
        assert len(gatelab.write(gatelab.load("prose-small"), "It is", 5).trace) == 10


def test_a_plain_module_with_a_head_is_traced_under_another_default_device():
    torch.manual_seed(0)
    made, head, x = torch.nn.LSTM(3, 4), torch.nn.Linear(4, 2), torch.randn(5, 3)
    right = gatelab.trace(made, x, head=head)
    with torch.device("meta"):
        np.testing.assert_array_equal(gatelab.trace(made, x.numpy(), head=head).probs, right.probs)
