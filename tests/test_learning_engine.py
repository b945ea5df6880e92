"""A network that learns in the page against PyTorch: the same strings, the same first weights, and after each update the same network."""

import inspect
import math
import random

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy, mse_loss

import gatelab
from gatelab.cells import CELLS
from gatelab.networks import ModelSpec
from gatelab.text import UNKNOWN
from gatelab.training import learn, learning, tasks
from tests import engine

WORDS = ["كان", "يا", "مرحبا", "مرحبا", " 😀👍🏽 ", "", "\ufeffAda\u2028", "e\u0301", "a\nb", UNKNOWN, "x" * 30, "中文", "\ud7ff\ue000", "𐐷𐐷", "Zoë", "ß"]
LINES = [
    "+ a warm film",
    "  -cold,   not warm!",
    "no sign in front",
    "+",
    "- !?",
    "\ufeff+\u00a0Güzel İyi",
    "+ 😀 👩\u200d👧 film",
    "- 😀",
    "-- a",
    "+ فيلم جميل",
    "+ a warm film",
    "- a warm film",
    "- one\ntwo",
    "+ " + "very " * 100,
    "+ don\u2019t GO",
    "- \ue000x 𐐷 \ud7fby",
    f"+ {UNKNOWN}",
]
SETTINGS = [
    *({"task": name} for name in tasks.TASKS),
    *({"task": name, "noise": 0.3} for name in tasks.TASKS),
    *({"task": name, "length": kind.counts.least} for name, kind in tasks.TASKS.items() if kind.counts),
    *({"task": name, "length": 33 if name != "echo" else 17} for name, kind in tasks.TASKS.items() if kind.counts),
    {"task": "wave", "curve": "saw"},
    {"task": "wave", "curve": "drawn", "drawn": [0.1, 0.9, -0.2, 0.55555, 0.3], "length": 30},
    {"task": "names", "words": WORDS},
    {"task": "names", "words": ["😀"]},
    {"task": "names", "words": WORDS, "noise": 1},
    {"task": "names", "words": [f"{k}{k * k}" for k in range(5000)]},
    {"task": "lines", "lines": LINES},
    {"task": "lines", "lines": LINES[:2], "noise": 0.5},
    {"task": "lines", "lines": [f"{'+-'[k % 2]} film {k}, seen {k % 7} times" for k in range(5000)]},
]
BATCHES = [[5, 1, 0], [1, 1, 7], [32, 7, 600], [3, 2**32 - 1, 1]]


def anybodys(task):
    """Strings as they could be typed, right or wrong: each of any length, of any token."""
    rng = random.Random(0)
    if task.unit == "numbers":
        return [[[round(rng.random(), 3), rng.randrange(2)] for _ in range(length)] for length in (0, 1, 2, 5, 9)]
    return [[rng.randrange(len(task.tokens)) for _ in range(length)] for length in (0, 1, 1, 2, 3, 5, 8, 13) for _ in range(20)]


@pytest.fixture(scope="module")
def made():
    return [tasks.make(**settings) for settings in SETTINGS]


@pytest.fixture(scope="module")
def told(made, tmp_path_factory):
    """What the page says of each task."""
    jobs = [{"does": "task", "settings": settings, "batches": BATCHES, "strings": anybodys(task)} for settings, task in zip(SETTINGS, made)]
    return engine.run(jobs, tmp_path_factory.mktemp("tasks"))


def test_every_task_has_the_strings_and_targets_of_the_page(made, told):
    for settings, task, (_, found) in zip(SETTINGS, made, told):
        for k, strings in enumerate([*(task.batch(*batch) for batch in BATCHES), task.unseen()]):
            near = 1e-12 if task.unit == "numbers" else 0
            for name, array in strings._asdict().items():
                np.testing.assert_allclose(array, found[f"{k}.{name}"], rtol=0, atol=near, err_msg=f"{str(settings)[:80]} {k} {name}")


def test_every_task_answers_strings_of_anybody_as_the_page_does(made, told):
    for settings, task, (metadata, _) in zip(SETTINGS, made, told):
        for string, expected in zip(anybodys(task), metadata["answers"], strict=True):
            np.testing.assert_allclose(
                task.answers(string), [math.nan if one is None else one for one in expected], rtol=0, atol=1e-12, err_msg=f"{settings} {string}"
            )


def test_every_task_asks_for_the_network_that_the_page_makes(made, told):
    for task, (metadata, _) in zip(made, told):
        spec = task.spec("gru", 3, 2)
        assert {name: list(value) if isinstance(value, list) else value for name, value in metadata["spec"].items()} == {
            **{name: getattr(spec, name) for name in ("name", "cell", "embedding_size", "hidden_size", "num_layers", "unit")},
            "tokens": list(spec.tokens),
            "outputs": list(spec.outputs),
        }
        assert [task.example(seed) for seed in (1, 2, 3)] == metadata["text"]


def test_what_no_string_can_be_made_of_is_refused_by_page_and_python(tmp_path):
    settings = [
        {"task": "names", "words": []},
        {"task": "names", "words": [" ", "\ufeff"]},
        {"task": "lines", "lines": []},
        {"task": "lines", "lines": ["no sign", "+", ""]},
        {"task": "chess"},
    ]
    answers = engine.run([{"does": "tasks", "settings": settings}], tmp_path)
    for one, (metadata, _) in zip(settings, answers):
        with pytest.raises(ValueError, match="must") as raised:
            tasks.make(**one)
        assert metadata["error"].split(": got")[0] == f"RangeError: {raised.value}".split(": got")[0]


SPECS = [
    *(ModelSpec("some", cell, (UNKNOWN, "a", "b"), 3, 4, layers, outputs=("x", "y")) for cell in CELLS for layers in (1, 2)),
    ModelSpec("numbers", "lstm", (), 2, 1, 1, "numbers", ("sum",)),
    ModelSpec("next", "gru", (UNKNOWN, *"abcdefg"), 5, 9, 1),
]
HOW = [{"seed": 3}, {"seed": 2**32 - 1, "forget_bias": 1.5}, {"seed": 0, "init": "orthogonal"}, {"seed": 1, "init": "orthogonal", "forget_bias": 0}]


def named(how):
    """The names of the engine."""
    return {"forgetBias" if name == "forget_bias" else name: value for name, value in how.items()}


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    jobs = [{"does": "beginning", "spec": {**vars(spec)}, "how": named(how)} for spec in SPECS for how in HOW]
    return [arrays for _, arrays in engine.run(jobs, tmp_path_factory.mktemp("begun"))]


def test_a_network_begins_with_the_weights_of_the_page(begun):
    for (spec, how), found in zip(((spec, how) for spec in SPECS for how in HOW), begun, strict=True):
        ours = {name: parameter.numpy(force=True) for name, parameter in learning.begin(spec, **how).named_parameters()}
        assert list(ours) == list(found)  # in the order in which they are drawn
        assert engine.apart(ours, found) < 1e-12, (spec, how)


def test_orthogonal_weights_are_turns_and_forget_gates_are_open(begun):
    for (spec, how), found in zip(((spec, how) for spec in SPECS for how in HOW), begun, strict=True):
        rows, size = gatelab.roles.of(spec.cell).rows, spec.hidden_size
        for k in range(spec.num_layers):
            for matrix in found[f"recurrent.weight_hh_l{k}"].reshape(-1, size, size) if "init" in how else ():
                np.testing.assert_allclose(matrix @ matrix.T, np.eye(size), rtol=0, atol=1e-12)
            if "forget_bias" in how and gatelab.roles.of(spec.cell).keep == "f":
                both = found[f"recurrent.bias_ih_l{k}"] + found[f"recurrent.bias_hh_l{k}"]
                assert (both.reshape(-1, size)[rows.index("f")] == how["forget_bias"]).all()


class Plain(nn.Module):
    """The same network of PyTorch's own modules, where there are such."""

    def __init__(self, cell, spec):
        super().__init__()
        numbers, D, H, L = spec.unit == "numbers", spec.embedding_size, spec.hidden_size, spec.num_layers
        self.embedding = None if numbers else nn.Embedding(len(spec.tokens), D)
        own = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}
        if cell == "rnn-relu":
            self.recurrent = nn.RNN(D, H, L, nonlinearity="relu")
        else:
            self.recurrent = own[cell](D, H, L) if cell in own else gatelab.Recurrent(cell, D, H, L)
        self.head = nn.Linear(H, len(spec.labels))
        self.double()

    def loss(self, strings):
        read, targets = map(torch.tensor, strings)
        scores = self.head(self.recurrent(read if self.embedding is None else self.embedding(read))[0])
        if scores.shape[-1] == 1:
            return mse_loss(scores[..., 0][~targets.isnan()], targets[~targets.isnan()])
        return cross_entropy(scores.flatten(0, 1), targets.nan_to_num(-100).long().flatten(), ignore_index=-100)


OPTIMIZERS = {
    "sgd": lambda all, rate: torch.optim.SGD(all, lr=rate),
    "momentum": lambda all, rate: torch.optim.SGD(all, lr=rate, momentum=0.9),
    "rmsprop": lambda all, rate: torch.optim.RMSprop(all, lr=rate),
    "adam": lambda all, rate: torch.optim.Adam(all, lr=rate),
}


def case(task="recall", cell="lstm", optimizer="adam", rate=0.02, clip=1.0, batch=6, units=5, layers=1, forget_bias=None, init="default", **settings):
    small = {"recall": 4, "adding": 8, "brackets": 10, "counting": 4, "echo": 2, "parity": 6, "wave": 10}
    settings = {"task": task, **({"length": small[task]} if task in small else {}), **settings}
    how = {"seed": 5, "optimizer": optimizer, "rate": rate, "clip": clip, "forgetBias": forget_bias, "init": init}
    return {"does": "learning", "settings": settings, "reader": {"cell": cell, "units": units, "layers": layers}, "how": how, "batch": batch, "updates": 50}


CASES = {
    **{f"cell {cell}": case(cell=cell) for cell in (*CELLS, "rnn-relu")},
    **{f"optimizer {name}": case(cell="gru", optimizer=name, rate=rate) for name, rate in {"sgd": 0.5, "momentum": 0.2, "rmsprop": 0.01}.items()},
    **{f"task {task}": case(task) for task in tasks.TASKS},
    "two layers": case("brackets", "lstm", layers=2),
    "two layers, our loop": case("adding", "peephole", layers=2, optimizer="momentum", rate=0.05),
    "clipping in force": case("echo", "rnn", optimizer="sgd", rate=1.0, clip=0.05),
    "no clipping": case("wave", "gru", optimizer="sgd", rate=0.1, clip=0),
    "a batch of 1": case("counting", "mgu", batch=1),
    "strings of length 1": case("parity", "coupled", length=1),
    "one string of length 1": case("parity", "gru-cho", length=1, batch=1, layers=2),
    "one unit": case("recall", "lstm", units=1),
    "noise": case("echo", "lstm", noise=0.2),
    "orthogonal, open forget gates": case("recall", "peephole", init="orthogonal", forget_bias=1),
    "own words": case("names", "gru", words=WORDS, batch=4),
    "own lines": case("lines", "lstm", lines=LINES, batch=4),
}


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    answers = engine.run(list(CASES.values()), tmp_path_factory.mktemp("learned"))
    return {name: arrays for name, (_, arrays) in zip(CASES, answers, strict=True)}


def parameters(found, prefix):
    return {name.removeprefix(prefix): array for name, array in found.items() if name.startswith(prefix)}


@pytest.mark.parametrize("name", CASES)
def test_an_update_in_the_page_is_one_of_torch_optim(name, learned):
    """Gradients of the first within 1e-6, parameters after 50 within 1e-4; the bounds here are narrower."""
    settings, reader, how, batch, found = *(CASES[name][key] for key in ("settings", "reader", "how", "batch")), learned[name]
    task = tasks.make(**settings)
    model = Plain(reader["cell"], task.spec("rnn" if reader["cell"] == "rnn-relu" else reader["cell"], reader["units"], reader["layers"]))
    model.load_state_dict({one: torch.tensor(array) for one, array in parameters(found, "first.").items()})
    change = OPTIMIZERS[how["optimizer"]](model.parameters(), how["rate"])
    losses, norms = [], []
    for update in range(1, 51):
        change.zero_grad()
        loss = model.loss(task.batch(batch, how["seed"], update))
        loss.backward()
        if update == 1:
            gradient = {one: parameter.grad.numpy().copy() for one, parameter in model.named_parameters()}
            assert engine.apart(gradient, parameters(found, "gradient.")) < 1e-9
            assert abs(loss.item() - found["loss"][0]) < 1e-9
        norms.append(nn.utils.clip_grad_norm_(model.parameters(), how["clip"] or math.inf).item())
        losses.append(loss.item())
        change.step()
    np.testing.assert_allclose(losses, found["losses"], rtol=0, atol=1e-6)
    np.testing.assert_allclose(norms, found["norms"], rtol=0, atol=1e-5)
    last = {one: parameter.numpy(force=True) for one, parameter in model.named_parameters()}
    assert engine.apart(last, parameters(found, "last.")) < 1e-6
    assert engine.apart(last, parameters(found, "first.")) > 1e-3
    assert name != "clipping in force" or min(norms) > how["clip"]


def in_python(job, **changed):
    """The weights of what `learn` makes of the settings of a job."""
    settings, reader, how = job["settings"], job["reader"], job["how"]
    asked = {"forget_bias" if name == "forgetBias" else name: value for name, value in how.items()}
    model = learn(**settings, **reader, **{**asked, "batch": job["batch"], "updates": job["updates"], **changed})
    return {name: parameter.numpy() for name, parameter in model.named_parameters()}


@pytest.mark.parametrize("name", ["cell lstm", "optimizer rmsprop", "task adding", "two layers", "orthogonal, open forget gates", "own words", "own lines"])
def test_the_same_seed_gives_the_network_of_the_page(name, learned):
    assert engine.apart(in_python(CASES[name]), parameters(learned[name], "last.")) < 1e-6


RACES = [
    {"task": "recall", "cells": ["rnn", "lstm", "gru"], "match": "parameters", "units": 4, "length": 6, "batch": 5, "seed": 11},
    {"task": "lines", "cells": ["peephole"], "layers": 2, "units": 3, "optimizer": "rmsprop", "forgetBias": 1, "init": "orthogonal", "noise": 0.1},
    {"task": "wave", "cells": ["mgu"], "units": 3, "optimizer": "sgd", "rate": 1e6, "clip": 0, "curve": "saw", "length": 9, "batch": 2},
]


@pytest.mark.parametrize("settings", RACES, ids=lambda settings: settings["task"])
def test_the_same_seed_gives_the_network_of_a_race_in_the_page(settings, tmp_path):
    """Also of the last, which goes astray: page and Python end it after the same update."""
    answers = engine.run([{"does": "race", "settings": settings, "updates": 30}], tmp_path)
    own = {"forget_bias" if name == "forgetBias" else name: value for name, value in settings.items() if name not in ("cells", "match")}
    for cell, (metadata, found) in zip(settings["cells"], answers, strict=True):
        ours = learn(cell=cell, **own | {"units": metadata["units"], "updates": 30})
        ours = torch.cat([parameter.flatten() for parameter in ours.parameters()]).numpy()
        with np.errstate(over="ignore"):
            theirs = found["all"].astype(np.float32)
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-6)
        assert np.isfinite(theirs).all() == (settings["task"] != "wave")


def test_what_is_not_said_is_what_the_page_begins_with(tmp_path):
    [(metadata, _)] = engine.run([{"does": "race", "settings": {"cells": ["rnn"]}, "updates": 0}], tmp_path)
    ours = {"forgetBias" if name == "forget_bias" else name: one.default for name, one in inspect.signature(learn).parameters.items()}
    page = {name: value for name, value in metadata["defaults"].items() if name not in ("task", "cells", "match")}
    assert page == {name: ours[name] for name in page}


def test_another_seed_gives_another_network(learned):
    assert engine.apart(in_python(CASES["cell lstm"], seed=6), parameters(learned["cell lstm"], "last.")) > 0.1
