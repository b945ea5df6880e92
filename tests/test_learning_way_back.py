"""The gradient's way back on the Learn page, against PyTorch's autograd over the cells of torch.nn."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from tests import engine

STRING = [1, 5, 2, 3, 4, 4, 1, 2, 6]
"""A!BCDDAB? of the task recall: the letter B is to be named at the end."""
CELLS = {"rnn": nn.RNNCell, "lstm": nn.LSTMCell, "gru": nn.GRUCell}


def autograd(cell, weights):
    """|dL/dh_t| and |dL/dc_t| at each step, by a loop over a cell of torch.nn whose states keep their gradients."""
    layer = CELLS[cell](6, 5, dtype=torch.float64)
    layer.load_state_dict({name: torch.from_numpy(weights[f"recurrent.{name}_l0"]) for name in layer.state_dict()})
    x = torch.from_numpy(weights["embedding.weight"])[STRING]
    state, kept = None, {"h": [], "c": []}
    for row in x:
        after = layer(row[None], state)
        h, *c = after if isinstance(after, tuple) else (after,)
        for name, values in zip("hc", (h, *c)):
            values.retain_grad()
            kept[name].append(values)
        state = after
    scores = kept["h"][-1] @ torch.from_numpy(weights["head.weight"]).T + torch.from_numpy(weights["head.bias"])
    cross_entropy(scores, torch.tensor([1])).backward()
    return {name: [values.grad.norm().item() for values in steps] for name, steps in kept.items()}


@pytest.mark.parametrize("cell", CELLS)
def test_the_gradient_at_each_step_is_that_of_autograd(cell, tmp_path):
    job = {"does": "way", "settings": {"task": "recall", "length": 5}, "reader": {"cell": cell, "units": 5, "layers": 1}, "how": {"seed": 3}, "string": STRING}
    [(_, found)] = engine.run([job], tmp_path)
    expected = autograd(cell, {name: array.copy() for name, array in found.items() if "|" not in name})
    assert found["|h|"].min() > 0
    np.testing.assert_allclose(found["|h|"], expected["h"], rtol=1e-9)
    np.testing.assert_allclose(found["|c|"], expected["c"], rtol=1e-9)
