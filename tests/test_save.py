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


# A network of plain PyTorch

TOKENS = "ab c"


class Net(nn.Module):
    """What somebody has who never heard of GateLab."""

    def __init__(self, recurrent, outputs=4, batch_first=False, **options):
        super().__init__()
        torch.manual_seed(3)
        self.embedding = nn.Embedding(4, 3)
        self.recurrent = recurrent(3, 5, batch_first=batch_first, **options)
        self.head = nn.Linear(5, outputs, bias=options.get("bias", True))

    def forward(self, ids, state=None):
        h, state = self.recurrent(self.embedding(ids), state)
        return self.head(h), state


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (nn.LSTM, {}),
        (nn.GRU, {"num_layers": 2, "dropout": 0.5}),
        (nn.RNN, {"batch_first": True}),
        (nn.LSTM, {"bias": False}),
        (lambda d, h, batch_first: gatelab.Recurrent("peephole", d, h), {}),
    ],
)
def test_a_network_of_plain_pytorch_comes_back_with_the_probabilities_of_its_own_forward(tmp_path, kind, options):
    net = Net(kind, **options)
    training = [part.training for part in net.modules()]
    saved = gatelab.load(gatelab.save(net, tmp_path / "mine.safetensors", tokens=TOKENS, texts=["ab", "cab"], **ABOUT))
    assert [part.training for part in net.modules()] == training
    ids = torch.tensor([TOKENS.index(token) for token in "cab a"])
    with torch.no_grad():
        scores, _ = net.eval()(ids[None] if options.get("batch_first") else ids[:, None])
    trace = gatelab.trace(saved, "cab a")
    assert saved.spec.tokens == (UNKNOWN, *TOKENS)
    np.testing.assert_allclose(trace.probs[:, 1:], scores.reshape(5, 4).softmax(-1), atol=1e-6)
    assert not trace.probs[:, 0].any()  # the unknown never comes next
    with safe_open(tmp_path / "mine.safetensors", framework="np") as file:
        assert json.loads(file.metadata()["learned"])["texts"] == ["ab", "cab"]


def test_the_three_parts_by_themselves_and_a_vocabulary_as_a_dictionary_will_do(tmp_path):
    net = Net(nn.LSTM, outputs=2)
    vocabulary = {UNKNOWN: 2, "good": 0, "bad": 1, "film": 3}
    path = gatelab.save(
        (net.embedding, net.recurrent, net.head), tmp_path / "mine.safetensors", tokens=vocabulary, outputs=("no", "yes"), unit="words", **ABOUT
    )
    trace = gatelab.trace(gatelab.load(path), "bad film, good film")
    ids = torch.tensor([1, 3, 2, 0, 3])
    with torch.no_grad():
        scores, _ = net(ids)
    np.testing.assert_allclose(trace.probs, scores.softmax(-1), atol=1e-6)
    assert trace.model.spec.outputs == ("no", "yes") and trace.model.spec.tokens == ("good", "bad", UNKNOWN, "film")


def test_a_network_that_reads_numbers_has_no_embedding(tmp_path):
    lstm, head = nn.LSTM(2, 3), nn.Linear(3, 1)
    saved = gatelab.load(gatelab.save((None, lstm, head), tmp_path / "mine.safetensors", outputs=("sum",), unit="numbers", **ABOUT))
    with torch.no_grad():
        said = head(lstm(torch.tensor([[0.5, 1.0], [0.25, 0.0]]))[0])
    np.testing.assert_allclose(gatelab.trace(saved, "0.5* 0.25").answers, said, atol=1e-6)


class Squashed(Net):
    def forward(self, ids, state=None):
        h, state = self.recurrent(self.embedding(ids), state)
        return self.head(h.relu()), state


class Last(Net):
    def forward(self, ids):
        return self.head(self.recurrent(self.embedding(ids))[0][:, -1]).log_softmax(-1)


def test_a_forward_that_tells_the_last_step_alone_as_logarithms_is_the_same_model(tmp_path):
    assert gatelab.save(Last(nn.LSTM, batch_first=True), tmp_path / "mine.safetensors", tokens=TOKENS, **ABOUT).exists()


def without_head():
    net = Net(nn.LSTM)
    del net.head
    return net


def wide():
    net = Net(nn.LSTM)
    net.head = nn.Linear(6, 4)
    return net


@pytest.mark.parametrize(
    ("model", "more", "kind", "said"),
    [
        (lambda: Net(nn.LSTM), {}, ValueError, "tokens must be given, the token of each row of the embedding: got None"),
        (lambda: Net(nn.LSTM), {"tokens": "abc"}, ValueError, "tokens must be as many as the rows of the embedding, 4: got 3"),
        (lambda: Net(nn.LSTM), {"tokens": "abcc"}, ValueError, "tokens must be distinct"),
        (lambda: Net(nn.LSTM), {"tokens": {"a": 0, "b": 2}}, ValueError, "tokens must have each id from 0 on once"),
        (lambda: Net(nn.LSTM), {"tokens": TOKENS, "outputs": ("no", "yes")}, ValueError, "head must have a row for each output, 2: got 4 rows"),
        (lambda: Squashed(nn.LSTM), {"tokens": TOKENS}, ValueError, "the forward of Squashed gives something else"),
        (lambda: Net(nn.LSTM, bidirectional=True), {"tokens": TOKENS}, ValueError, "recurrent must read in one direction"),
        (lambda: Net(nn.RNN, nonlinearity="relu"), {"tokens": TOKENS}, ValueError, "cell must be one of"),
        (lambda: Net(nn.LSTM).double(), {"tokens": TOKENS}, ValueError, "the model must be float32 on the CPU: got torch.float64"),
        (wide, {"tokens": TOKENS}, ValueError, "embedding, recurrent and head must fit each other: got sizes 3, 3 to 5, and 6"),
        (without_head, {"tokens": TOKENS}, TypeError, "head must be an nn.Linear: got Net"),
        (lambda: (None, nn.LSTM(3, 4), nn.Linear(4, 4)), {"tokens": TOKENS}, TypeError, "embedding must be an nn.Embedding: got tuple"),
        (lambda: Net(nn.LSTM), {"tokens": TOKENS, "texts": "ab"}, TypeError, "texts must be a sequence of strings: got 'ab'"),
        (reader, {"tokens": TOKENS}, ValueError, "tokens, outputs and unit must be left out for a Reader"),
    ],
)
def test_parts_that_do_not_fit_are_named(tmp_path, model, more, kind, said):
    with pytest.raises(kind, match=said):
        gatelab.save(model(), tmp_path / "mine.safetensors", **ABOUT, **more)
    assert not list(tmp_path.iterdir())
