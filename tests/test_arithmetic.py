"""The arithmetic that the browser shows, run by Node.js on checkpoints and answers of the live lane, against NumPy."""

import json
import subprocess

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from gatelab import zoo
from gatelab.cells import CELLS, NAMES
from gatelab.live.wire import pack
from gatelab.networks import ModelSpec, build
from gatelab.text import NUMBERS, READS, UNKNOWN
from gatelab.traces import trace
from tests.browser import NODE, ROOT, require
from tests.equations import ROWS, parameters, sigmoid
from tests.stage import number

TEXTS = {
    "characters": "the cat’s\nhat 😀",
    "words": "A great film, don’t miss it: UNBEKANNT well-made constructor",
    NUMBERS: "0.25 0.5* 1 .125* 1.5 0. nonsense 1.000* 0.123456789",
}
SIZE = 9


TOKENS = {
    "characters": (UNKNOWN, *"'acehmt "),
    "words": (UNKNOWN, "a", "great", "film", ",", "don't", "well-made"),
    NUMBERS: (),
}


def random_model(cell, unit, layers=1):
    torch.manual_seed(0)
    wide, outputs = (2, ("sum",)) if unit == NUMBERS else (5, ())
    spec = ModelSpec(f"random-{cell}", cell, TOKENS[unit], wide, SIZE, layers, unit=unit, outputs=outputs)
    model = build(spec).eval().requires_grad_(False)
    for parameter in model.recurrent.parameters():
        parameter *= 4  # so that gates are not all half open
    return model


def explained(folder, models):
    """What the browser prints for each (model, path of its weights, text): for each name, step and unit an object."""
    require("Node.js", NODE)
    files = []
    for k, (model, path, text) in enumerate(models):
        spec = model.spec
        about = {key: getattr(spec, key) for key in ("name", "cell", "hidden_size", "unit")} | {"vocab": spec.tokens}
        files.append(folder / f"{k}.json")
        files[-1].write_text(json.dumps({"model": about, "text": text}), encoding="utf-8")
        files[-1].with_suffix(".trace").write_bytes(pack(trace(model, text), 0))
        files[-1].with_suffix(".safetensors").write_bytes(path.read_bytes())
    command = [NODE, ROOT / "tests" / "js" / "explained.mjs", *files]
    run = subprocess.run(command, capture_output=True, timeout=120, encoding="utf-8")
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def sums(model, seen):
    """What is squashed at every step of the last layer: name -> (T, H), for each name that is a squashed sum, from trace and weights."""
    last, cell, size = model.spec.num_layers - 1, model.spec.cell, model.spec.hidden_size
    w = parameters(model.recurrent, last)
    before = {name: np.vstack([np.zeros(size), seen[name][:-1]]) for name in ("h", "c") if name in seen.names}
    x = seen.layer(last - 1)["h"].astype(float) if last else model.inputs(seen.tokens).numpy().astype(float)
    from_x = np.split(x @ w["weight_ih"].T + w["bias_ih"], len(ROWS[cell]), axis=1)
    from_h = np.split(before["h"] @ w["weight_hh"].T + w["bias_hh"], len(ROWS[cell]), axis=1)
    found = {name: x + h for name, x, h in zip(ROWS[cell], from_x, from_h, strict=True)}
    if cell == "gru":
        found["n"] = from_x[2] + seen["r"] * from_h[2]
    if cell == "gru-cho":
        found["n"] = from_x[2] + (seen["r"] * before["h"]) @ w["weight_hh"][2 * size :].T + w["bias_hh"][2 * size :]
    if cell == "mgu":
        found["n"] = from_x[1] + (seen["f"] * before["h"]) @ w["weight_hh"][size:].T + w["bias_hh"][size:]
    if cell == "peephole":
        for gate, c in (("i", before["c"]), ("f", before["c"]), ("o", seen["c"])):
            found[gate] = found[gate] + w[f"weight_c{gate}"] * c
    return found


def check(model, text, printed):
    seen = trace(model, text)
    expected, where = sums(model, seen), f"{model.spec.name}, {model.spec.unit}"
    assert len(printed) == len(seen.names) and len(printed[0]) == len(seen)
    for name, steps in zip(seen.names, printed):
        value = np.array([[entry["value"] for entry in units] for units in steps])
        np.testing.assert_allclose(value, seen[name], atol=1e-6, err_msg=f"{where}, {name}")
        last = np.array([[number(entry["numbers"].split("= ")[-1]) for entry in units] for units in steps])
        np.testing.assert_allclose(last, seen[name], atol=0.000501, err_msg=f"{where}, {name}")
        assert {entry["sum"] is None for units in steps for entry in units} == {name not in expected}, where
        if name in expected:
            told = np.array([[entry["sum"]["value"] for entry in units] for units in steps])
            terms = np.array([[sum(term["value"] for term in entry["terms"]) for entry in units] for units in steps])
            np.testing.assert_allclose(told, expected[name], atol=2e-5, err_msg=f"{where}, {name}")
            np.testing.assert_allclose(terms, expected[name], atol=2e-5, err_msg=f"{where}, {name}")


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_sums_and_terms_of_every_cell_over_characters_words_and_numbers_are_those_of_the_trace(tmp_path, layers):
    models = []
    for cell in CELLS:
        for unit in READS:
            model, path = random_model(cell, unit, layers), tmp_path / f"{cell}-{unit}.weights"
            save_file(model.state_dict(), path)
            models.append((model, path, TEXTS[unit]))
    for (model, _, text), printed in zip(models, explained(tmp_path, models), strict=True):
        check(model, text, printed)


@pytest.mark.parametrize(("kind", "cell"), [(nn.RNN, "rnn"), (nn.LSTM, "lstm"), (nn.GRU, "gru")])
def test_the_sums_of_two_layers_give_the_states_of_torch(tmp_path, kind, cell):
    """What the browser says of every unit of the second layer, squashed, is what torch.nn computes there from the same weights."""
    model, path = random_model(cell, "characters", 2), tmp_path / "two.weights"
    save_file(model.state_dict(), path)
    theirs = kind(5, SIZE, 2)
    theirs.load_state_dict(model.recurrent.state_dict())
    (printed,) = explained(tmp_path, [(model, path, TEXTS["characters"])])
    states = theirs(model.inputs(tuple(TEXTS["characters"])))[0].detach().numpy()
    told = {
        name: np.array([[entry["sum"]["value"] if entry["sum"] else entry["value"] for entry in units] for units in steps])
        for name, steps in zip(NAMES[cell], printed)
    }
    before = np.vstack([np.zeros(SIZE), states[:-1]])
    if cell == "rnn":
        found = np.tanh(told["h"])
    if cell == "lstm":
        found = sigmoid(told["o"]) * np.tanh(told["c"])
    if cell == "gru":
        z = sigmoid(told["z"])
        found = z * before + (1 - z) * np.tanh(told["n"])
    np.testing.assert_allclose(found, states, atol=2e-5)
    assert {entry["note"] for steps in printed for units in steps for entry in units} <= {"", "Here x_{t} is the hidden state h_{t} of layer 1."}


@pytest.mark.parametrize("task", zoo.families())
def test_sums_and_terms_of_shipped_models_are_those_of_their_traces(tmp_path, task):
    """With the weights as they are in the files, 16 bits each."""
    names = zoo.families()[task]
    models = [(zoo.load(name), zoo.ZOO / f"{name}.safetensors", zoo.opening(name).text[:24]) for name in names]
    for (model, _, text), printed in zip(models, explained(tmp_path, models), strict=True):
        check(model, text, printed)
