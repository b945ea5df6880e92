"""Backpropagation through time: gatelab.backward against a loop over PyTorch's own cells with retain_grad, and the network in the page against both."""

import json

import numpy as np
import pytest
import torch
from torch import nn

import gatelab
from gatelab import zoo
from gatelab.cells import CELLS, NAMES
from gatelab.networks import ModelSpec, build
from gatelab.text import UNKNOWN, tokenize
from tests import engine

TEXT = "the acting was wonderful, but the story was boring"
MODELS = [f"sentiment-{cell}" for cell in ("rnn", "lstm", "gru", "peephole", "coupled", "gru-cho")]


def by_pytorch(name, text, label):
    """The loss, and dL/dh and dL/dc of each step, by PyTorch's own cells: (T, H) each."""
    model = zoo.load(name)
    spec, state = model.spec, model.state_dict()
    made = {"rnn": nn.RNNCell, "lstm": nn.LSTMCell, "gru": nn.GRUCell}[spec.cell](spec.embedding_size, spec.hidden_size).double()
    made.load_state_dict({key: state[f"recurrent.{key}_l0"] for key in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")})
    head = nn.functional.linear
    old, kept = None, []
    for row in state["embedding.weight"][model.vocabulary.encode(tokenize(text, spec.unit))].double():
        new = made(row, old) if old is not None else made(row)
        values = new if spec.cell == "lstm" else (new,)
        for value in values:
            value.retain_grad()
        kept.append(values)
        old = new
    loss = nn.functional.cross_entropy(head(kept[-1][0], state["head.weight"].double(), state["head.bias"].double()), torch.tensor(spec.outputs.index(label)))
    loss.backward()
    rows = [torch.stack([torch.zeros_like(value) if value.grad is None else value.grad for value in column]).numpy() for column in zip(*kept)]
    if spec.cell == "lstm":  # nn.LSTMCell is one operation: the gradient that it keeps of c has no part of what c does to h in the same step
        h, c = (torch.stack(column).detach().numpy() for column in zip(*kept))
        rows[1] = rows[1] + rows[0] * h / np.tanh(c) * (1 - np.tanh(c) ** 2)
    return loss.item(), dict(zip("hc", rows))


@pytest.mark.parametrize("label", ["negative", "positive"])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_gradient_of_the_states_is_that_of_pytorch_s_own_cells(cell, label):
    loss, expected = by_pytorch(f"sentiment-{cell}", TEXT, label)
    found = gatelab.backward(zoo.load(f"sentiment-{cell}"), TEXT, label)
    assert found.loss == pytest.approx(loss, rel=1e-9) and found.label == label and found.tokens == tuple(tokenize(TEXT, "words"))
    for name, array in expected.items():
        np.testing.assert_allclose(found[name], array, rtol=1e-7, atol=1e-12, err_msg=name)


def moved(model, name, t, unit, by):
    """The loss of "positive" where a value of one step and unit is moved a little, by a hold."""
    seen = gatelab.trace(model, TEXT, hold=gatelab.Hold(name, by, units=[unit], steps=range(t, t + 1), how="plus"))
    return -np.log(seen.probs[-1, 1])


@pytest.mark.parametrize("name", MODELS)
def test_a_value_that_is_moved_a_little_moves_the_loss_by_its_gradient(name):
    model = zoo.load(name)
    found = gatelab.backward(model, TEXT, "positive")
    assert set(found.gradients) == set(NAMES[model.spec.cell])
    for value in found.gradients:
        t, unit = np.unravel_index(np.argmax(abs(found[value])), found[value].shape)
        slope = (moved(model, value, t, unit, 0.02) - moved(model, value, t, unit, -0.02)) / 0.04
        assert slope == pytest.approx(found[value][t, unit], rel=0.03, abs=2e-4), value


def test_where_the_gradient_is_stopped_all_before_is_0_and_all_after_as_it_was():
    model = zoo.load("sentiment-lstm")
    whole, cut = (gatelab.backward(model, TEXT, "positive", steps) for steps in (None, 3))
    for name in whole.gradients:
        np.testing.assert_allclose(cut[name][-3:], whole[name][-3:])
        assert not cut[name][:-3].any() and whole[name][:-3].any()


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ((torch.nn.Linear(2, 2), "a", "b"), TypeError, "needs a model that reads text: got Linear"),
        (("sentiment-lstm", "a", "good"), ValueError, "label must be one of 'negative', 'positive': got 'good'"),
        (("sentiment-lstm", " ", "positive"), ValueError, "at least one token"),
        (("sentiment-lstm", "a", "positive", 0), ValueError, "steps must be at least 1: got 0"),
        (("adding-lstm", "0.5", "sum"), ValueError, "answers with a number"),
    ],
    ids=lambda given: str(given)[:20],
)
def test_what_cannot_be_followed_back_is_refused_by_name(given, error, said):
    model, *rest = given
    with pytest.raises(error, match=said):
        gatelab.backward(zoo.load(model) if isinstance(model, str) else model, *rest)
    with pytest.raises(KeyError, match="a gradient must be one of"):
        gatelab.backward(zoo.load("sentiment-rnn"), "a", "positive")["c"]


def check(found, expected, first):
    """All gradients; and what each step passes back is the gradient of the state before it, through the gates and, where there is one, along the memory."""
    for name, array in expected.gradients.items():
        np.testing.assert_allclose(found[name], array, rtol=1e-5, atol=1e-5 * abs(array).max(), err_msg=name)
    np.testing.assert_allclose(found["passed.h"][first + 1 :], found["h"][first:-1], atol=1e-12)
    if "n" not in found:  # no part of h goes from step to step without a matrix
        np.testing.assert_allclose(found["through"][first + 1 :], found["h"][first:-1], atol=1e-9)


def test_the_engine_follows_every_cell_as_python_does(tmp_path):
    texts = [TEXT, "dull", "not bad at all"]
    jobs = [
        {
            "does": "backward",
            "model": str(zoo.ZOO / f"{name}.safetensors"),
            "texts": [[text, label, None] for text in texts for label in ("negative", "positive")],
        }
        for name in MODELS
    ]
    answers = iter(engine.run(jobs, tmp_path))
    for name in MODELS:
        for text in texts:
            for label in ("negative", "positive"):
                said, found = next(answers)
                expected = gatelab.backward(zoo.load(name), text, label)
                assert said["loss"] == pytest.approx(expected.loss, rel=1e-5)
                check(found, expected, 0)


@pytest.mark.parametrize("cell", CELLS)
def test_the_engine_follows_two_layers_and_stops_where_it_is_told(cell, tmp_path):
    torch.manual_seed(1)
    model = build(ModelSpec("made-up", cell, (UNKNOWN, *"abc "), 3, 5, 2)).double().eval().requires_grad_(False)
    for parameter in model.recurrent.parameters():
        parameter.mul_(2)
    tensors = {key: tensor for key, tensor in model.state_dict().items() if not key.startswith("by_")}
    job = {
        "does": "backward",
        "model": {"spec": json.loads(model.spec.to_json()), "weights": engine.weights(tensors)},
        "texts": [["abc ab", "c", None], ["abc ab", "c", 3]],
    }
    for steps, (said, found) in zip((None, 3), engine.run([job], tmp_path), strict=True):
        expected = gatelab.backward(model, "abc ab", "c", steps)
        assert said["loss"] == pytest.approx(expected.loss, rel=1e-6)
        check(found, expected, 0 if steps is None else 3)
