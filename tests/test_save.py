"""`gatelab.save` writes what `gatelab.load` reads: the same model, or a clear error and nothing lost."""

import json

import numpy as np
import pytest
import torch
from safetensors import safe_open
from torch import nn

import gatelab
from gatelab.cells import CELLS
from gatelab.networks import ModelSpec, Reader
from gatelab.text import UNKNOWN

ABOUT = {"title": "Moby-Dick, a novel", "licence": "MIT"}


def reader(cell="lstm", **fields):
    torch.manual_seed(1)
    return Reader(ModelSpec("mine", cell, **{"tokens": (UNKNOWN, *"abc "), "embedding_size": 3, "hidden_size": 4} | fields))


def test_a_saved_model_comes_back_with_every_value_of_its_trace(tmp_path):
    readers = [reader(cell, num_layers=2) for cell in CELLS if cell != "rnn-relu"]
    readers += [reader(unit="words", outputs=("no", "yes")), reader(tokens=(), unit="numbers", embedding_size=2, outputs=("sum",))]
    for k, model in enumerate(readers):
        path = gatelab.save(model, tmp_path / f"model-{k}.safetensors", **ABOUT)
        again = gatelab.load(str(path))
        assert again.spec.name == f"model-{k}" and again.spec.labels == model.spec.labels
        ours, same = gatelab.trace(model, "ab c a 0.5*"), gatelab.trace(again, "ab c a 0.5*")
        np.testing.assert_array_equal(same.answers, ours.answers)
        for name in ours:
            np.testing.assert_array_equal(same.layer(0)[name], ours.layer(0)[name])
    assert len(list(tmp_path.iterdir())) == len(readers)


def test_the_file_says_what_the_model_learned_and_under_which_licence(tmp_path):
    with safe_open(gatelab.save(reader(), tmp_path / "mine.safetensors", title="می‌خواهم, 👩‍🏫", licence="MIT"), framework="np") as file:
        said = json.loads(file.metadata()["learned"])
    assert said == {"task": "texts", "title": "می‌خواهم, 👩‍🏫", "licence": "MIT", "texts": []}


def test_a_model_that_is_shipped_can_be_saved_under_another_name(tmp_path):
    path = gatelab.save(gatelab.load("prose-small"), tmp_path / "again.safetensors", title="Pride and Prejudice", licence="MIT")
    np.testing.assert_array_equal(gatelab.trace(gatelab.load(path), "It is").probs, gatelab.trace(gatelab.load("prose-small"), "It is").probs)


def test_what_lay_there_stays_where_the_new_model_cannot_be_saved(tmp_path):
    path = gatelab.save(reader(), tmp_path / "mine.safetensors", **ABOUT)
    before, broken = path.read_bytes(), reader()
    broken.head.bias.data[1] = torch.nan
    with pytest.raises(ValueError, match=r"mine.safetensors must be a GateLab checkpoint: head.bias must hold finite numbers"):
        gatelab.save(broken, path, **ABOUT)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
    other = gatelab.save(reader("gru"), path, **ABOUT)
    assert gatelab.load(other).spec.cell == "gru"


def hooked():
    model = reader()
    model.register_forward_hook(lambda *_: None)
    return model


class Other(Reader):
    def forward(self, read, dropout=0.0):
        return -super().forward(read, dropout)


@pytest.mark.parametrize(
    "model, name, about, kind, said",
    [
        (nn.LSTM(3, 4), "mine.safetensors", {}, TypeError, "model must be a Reader, .*: got LSTM"),
        (gatelab.load("dates-none"), "mine.safetensors", {}, TypeError, "model must be a Reader, .*: got EncoderDecoder"),
        (reader().double(), "mine.safetensors", {}, ValueError, "the model must be float32 on the CPU: got torch.float64 .* for embedding.weight"),
        (hooked(), "mine.safetensors", {}, ValueError, "must have no forward hooks"),
        (Other(reader().spec), "mine.safetensors", {}, ValueError, "must compute what Reader does"),
        (reader(), "mine.pt", {}, ValueError, "path must end in .safetensors, in a folder that there is: got .*mine.pt"),
        (reader(), "no/mine.safetensors", {}, ValueError, "path must end in .safetensors, in a folder that there is"),
        (reader(), gatelab.zoo.ZOO / "mine.safetensors", {}, ValueError, "path must lie outside the package gatelab"),
        (reader(), "mine.safetensors", {"title": ""}, ValueError, "title must be one line of text: got ''"),
        (reader(), "mine.safetensors", {"title": "a\nb"}, ValueError, r"title must be one line of text: got 'a\\nb'"),
        (reader(), "mine.safetensors", {"title": "\ud800"}, ValueError, "title must be one line of text"),
        (reader(), "mine.safetensors", {"licence": None}, TypeError, "licence must be a string: got NoneType"),
    ],
)
def test_an_error_names_the_thing_the_rule_and_what_came(tmp_path, model, name, about, kind, said):
    with pytest.raises(kind, match=said):
        gatelab.save(model, tmp_path / name, **ABOUT | about)
    assert not list(tmp_path.iterdir())
