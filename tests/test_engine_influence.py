"""How much the last state depends on each token: the network in the page against Python's influence by autograd, in double precision."""

import copy
import json

import numpy as np
import pytest
import torch

from gatelab import zoo
from gatelab.cells import CELLS
from gatelab.influence import influence
from gatelab.networks import ModelSpec, build
from gatelab.text import UNKNOWN
from tests import engine

NAMES = ("norms", "gains", "products", "path")


def check(found, tokens, expected):
    assert tokens == list(expected.tokens)
    assert list(found) == [name for name in NAMES if getattr(expected, name) is not None]
    for name, array in found.items():
        np.testing.assert_allclose(array, getattr(expected, name), rtol=1e-8, err_msg=name)


@pytest.mark.parametrize("unit", ["characters", "numbers"])
@pytest.mark.parametrize("cell", CELLS)
def test_influence_is_that_of_python(cell, unit, tmp_path):
    torch.manual_seed(0)
    tokens, outputs = ((UNKNOWN, *"abc '"), ()) if unit == "characters" else ((), ("sum",))
    model = build(ModelSpec("made-up", cell, tokens, 2, 7, 1, unit, outputs)).double().eval().requires_grad_(False)
    for parameter in model.recurrent.parameters():
        parameter.mul_(2)
    texts = ["", "a", "0.5", "ab'c 0.5* 1 \u2019a", "0.25 0.5* x 1* " * 5]
    tensors = {key: tensor for key, tensor in model.state_dict().items() if not key.startswith("by_")}
    job = {"does": "influence", "model": {"spec": json.loads(model.spec.to_json()), "weights": engine.weights(tensors)}, "texts": texts}
    for text, (said, found) in zip(texts, engine.run([job], tmp_path), strict=True):
        check(found, said["tokens"], influence(model, text))


def test_influence_in_every_shipped_model_is_that_of_python(tmp_path):
    names = zoo.readers()
    texts = [zoo.opening(name).text[:40] for name in names]
    jobs = [{"does": "influence", "model": str(zoo.ZOO / f"{name}.safetensors"), "texts": [text]} for name, text in zip(names, texts)]
    for name, text, (said, found) in zip(names, texts, engine.run(jobs, tmp_path), strict=True):
        check(found, said["tokens"], influence(copy.deepcopy(zoo.load(name)).double(), text))
