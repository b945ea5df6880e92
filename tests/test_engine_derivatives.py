"""The derivatives of the network in the page against torch.autograd, in double precision."""

import numpy as np
import pytest
import torch

from gatelab import cells
from tests import engine
from tests.test_engine_cells import D, H, layers, module

STEPS = {**{name: cell.step for name, cell in cells.CELLS.items()}, "rnn-relu": cells.rnn_relu}
NEAR = 1e-11


def by_autograd(cell, made, x, start, after):
    """The gradients of the sum of h times `after`: name of a parameter, a state or x -> a flat array."""
    weights = {name.removesuffix("_l0"): tensor.clone().requires_grad_() for name, tensor in made.state_dict().items()}
    x, state = x.clone().requires_grad_(), {name: value.clone().requires_grad_() for name, value in start.items()}
    w, total = cells.Weights(**weights), 0
    old = list(state.values())
    for row, wanted in zip(x, after):
        done = STEPS[cell](row, old if len(old) > 1 else old[0], w)
        old = [getattr(done, name) for name in state]
        total = total + (done.h * wanted).sum()
    total.backward()
    return {name: tensor.grad.flatten().numpy() for name, tensor in {**weights, **state, "x": x}.items()}


@pytest.mark.parametrize("steps", [1, 20])
@pytest.mark.parametrize("cell", STEPS)
def test_the_derivative_of_a_step_and_of_many_is_that_of_autograd(cell, steps, tmp_path):
    """By every parameter, every input, and the state before the first step."""
    made, x, after = module(cell, 1), torch.randn(steps, D, dtype=torch.double), torch.randn(steps, H, dtype=torch.double)
    start = {name: torch.randn(H, dtype=torch.double) for name in ("h", "c") if name == "h" or "c" in cells.NAMES.get(cell, ())}
    job = {
        "does": "derivatives",
        "cell": cell,
        "weights": layers(made, 0),
        "inputs": x.tolist(),
        "after": after.tolist(),
        "start": {name: value.tolist() for name, value in start.items()},
    }
    [(_, found)] = engine.run([job], tmp_path)
    expected = by_autograd(cell, made, x, start, after)
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        assert np.abs(array).max() > 0
        np.testing.assert_allclose(found[name], array, rtol=NEAR, atol=NEAR, err_msg=name)
