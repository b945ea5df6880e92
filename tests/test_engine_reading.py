"""Every shipped model that reads: the network in the page against Python's trace, and in the form of the server's answers."""

import copy
import json
import random

import numpy as np
import pytest
import torch

from gatelab import zoo
from gatelab.live.wire import pack
from gatelab.networks import ModelSpec, build
from gatelab.text import UNKNOWN, tokenize
from gatelab.traces import trace
from tests import engine
from tests.engine import apart, check_near, opened

COUNT = 200  # texts a model
LONG = {"prose": 2000, "code": 2000}  # characters of the longest ones
NEAR = 1e-5  # how far the server's numbers, of 32 bits, may lie from the engine's, of 64


def cases(name):
    """The texts of a shipped model, each with how many of its steps are held already."""
    rng, spec, opening = random.Random(name), zoo.load(name).spec, zoo.opening(name)
    some = engine.texts(spec, opening, COUNT)
    some += [(" ".join((opening.text, *opening.others)) * 9)[at : at + LONG[zoo.task(spec.name)]] for at in (0, 7) if zoo.task(spec.name) in LONG]
    return [(text, rng.choice((0, 0, rng.randrange(len(tokenize(text, spec.unit)) + 1)))) for text in some]


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """name of a model -> what the engine answers to each of its texts."""
    jobs = [{"does": "reading", "model": str(zoo.ZOO / f"{name}.safetensors"), "texts": cases(name)} for name in zoo.readers()]
    found = iter(engine.run(jobs, tmp_path_factory.mktemp("reading")))
    return {name: [next(found) for _ in job["texts"]] for name, job in zip(zoo.readers(), jobs)}


@pytest.mark.parametrize("name", zoo.readers())
def test_a_reader_in_the_page_answers_as_the_server_does(answers, name):
    """PyTorch gives the same numbers in 64 bits. The server's have 32: in the few texts where those lie further than `NEAR` from
    PyTorch's own in 64 (random characters drive some models wild), the page may differ from the server by as much."""
    model = zoo.load(name)
    double, lost = copy.deepcopy(model).double(), 0
    for (text, have), (metadata, arrays) in zip(cases(name), answers[name], strict=True):
        about, served = opened(pack(trace(model, text), have))
        truth = opened(pack(trace(double, text), have))[1]
        assert metadata == about
        for array in truth:
            check_near(arrays[array], truth[array], 1e-7, 1e-6, f"{array} of {text!r}")
        assert apart(arrays, served) < NEAR + apart(truth, served), text
        lost += apart(arrays, served) > NEAR
    assert lost < COUNT / 10


@pytest.mark.parametrize("unit", ["characters", "words", "numbers"])
@pytest.mark.parametrize("cell", ["rnn", "peephole", "gru-cho", "mgu"])
def test_a_reader_of_several_layers_and_any_unit_is_that_of_python(cell, unit, tmp_path):
    torch.manual_seed(0)
    tokens = {"characters": (UNKNOWN, *"abc '"), "words": (UNKNOWN, "a", "don't", "film"), "numbers": ()}[unit]
    model = build(ModelSpec("made-up", cell, tokens, 2, 5, 3, unit, ("one", "two", "three") if unit == "words" else ("sum",) if unit == "numbers" else ()))
    model = model.double().eval().requires_grad_(False)
    texts = ["", "ab'c \u2019a", "A film, DON\u2019T!", "0.5* 1 x", "ab'c", "ab'ca", "b" * 200]
    spec = json.loads(model.spec.to_json())
    tensors = {key: tensor for key, tensor in model.state_dict().items() if not key.startswith("by_")}
    job = {"does": "reading", "model": {"spec": spec, "weights": engine.weights(tensors)}, "texts": [(text, 0) for text in texts]}
    for text, (metadata, arrays) in zip(texts, engine.run([job], tmp_path), strict=True):
        about, expected = opened(pack(trace(model, text), 0))
        assert metadata == about
        for name in expected:
            np.testing.assert_allclose(arrays[name], expected[name], rtol=1e-6, atol=1e-7)
