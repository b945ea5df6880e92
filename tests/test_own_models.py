"""A folder of one's own models: what fits stands in every list, what does not is left out and named, and nothing else happens."""

import json
import os
import random
import struct
import time

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load, save, save_file
from starlette.applications import Starlette
from starlette.testclient import TestClient

import gatelab
from gatelab import zoo
from gatelab.live import attention, compare, lesson, watch
from gatelab.live.routes import ROUTES
from gatelab.live.stages import STAGES
from gatelab.networks import ModelSpec, PairSpec, Reader, build
from gatelab.text import END, START, UNKNOWN
from gatelab.training.__main__ import main as train
from gatelab.zoo import openings, yours

CACHES = [kept for module in (zoo, attention, compare, lesson) for kept in vars(module).values() if hasattr(kept, "cache_clear")]
ABOUT = {"title": "Kediler", "licence": "MIT"}


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """An empty folder of one's own models; read by `zoo` after `fresh()`."""
    folder = tmp_path / "mine"
    folder.mkdir()
    monkeypatch.setenv(yours.VARIABLE, str(folder))
    fresh()
    yield folder
    monkeypatch.undo()
    fresh()


def fresh():
    for kept in CACHES:
        kept.cache_clear()


def own():
    fresh()
    return [name for name in zoo.models() if zoo.is_own(name)]


def reader(**fields):
    torch.manual_seed(1)
    return Reader(ModelSpec("mine", **{"cell": "lstm", "tokens": (UNKNOWN, *"abc \n"), "embedding_size": 3, "hidden_size": 4} | fields))


def put(folder, name="mine", learned=None, **fields):
    """A little checkpoint that says in its metadata what it learned."""
    path = gatelab.save(reader(**fields), folder / f"{name}.safetensors", **ABOUT)
    if learned is not None:
        with safe_open(path, framework="pt") as file:
            about = file.metadata() | {"learned": learned}
        path.write_bytes(save(load(path.read_bytes()), about))
    return path


def small(folder, name, *options):
    """A checkpoint and its card from the training command."""
    text = folder.parent / "kediler.txt"
    text.write_text("Kedi denize bakar.\nEv su kenarinda durur.\n" * 90, encoding="utf-8")
    assert train(["text", "--data", str(text), "--name", name, "--out", str(folder), "--steps", "2", "--hidden", "6", "--batch", "2", *options]) == 0


def test_checkpoints_from_training_learn_and_save_are_models_like_the_shipped_ones_behind_them(mine):
    small(mine, "kediler", "--title", "Kediler", "--licence", "MIT")
    put(mine, "saved", outputs=("no", "yes"))
    learn = {"task": "recall", "title": "Which letter was marked?", "texts": ["DA!DDACADACC?", "B!A?"]}
    spec = zoo.load("recall-lstm").spec
    path = put(mine, "learned", json.dumps(learn), tokens=spec.tokens, outputs=spec.outputs, hidden_size=8)
    assert own() == ["kediler", "learned", "saved"] and zoo.left_out() == ()
    assert zoo.models()[: len(zoo.shipped())] == zoo.shipped() and zoo.models()[-3:] == ("kediler", "learned", "saved")
    assert zoo.models("character")[-1] == "kediler" and zoo.models("answer")[-2:] == ("learned", "saved")
    assert [zoo.task(name) for name in own()] == ["Kediler", "recall", "Kediler 2"]  # they read and answer otherwise
    assert zoo.families()["recall"][-1] == "learned" and not {"Kediler", "Kediler 2"} & {*zoo.families()}  # each is alone
    assert zoo.opening("kediler").text == "Ev su kenarinda durur." and zoo.opening("learned").text == learn["texts"][0]
    assert zoo.card("saved")["data"]["licence"] == zoo.card("kediler")["data"]["licence"] == "MIT"
    assert zoo.card("learned")["data"]["licence"] == "not stated"
    np.testing.assert_array_equal(gatelab.trace(gatelab.load("learned"), "A!B?").answers, gatelab.trace(gatelab.load(path), "A!B?").answers)


def test_two_models_of_one_text_stand_side_by_side_under_its_title(mine):
    small(mine, "one", "--title", "prose")
    small(mine, "two", "--title", "prose", "--cell", "gru")
    assert own() == ["one", "two"]
    assert zoo.families()["prose (your own)"] == ("one", "two") and "one" not in zoo.families()["prose"]
    family = compare.listing()[-1]
    assert (family["title"], [model["own"] for model in family["models"]]) == ("Yours: prose (your own)", [True, True])


def test_the_unit_that_is_looked_at_varies_most_over_the_text_it_opens_on(mine):
    small(mine, "kediler")
    put(mine, "saved")
    for name in own():
        opening = zoo.opening(name)
        h = gatelab.trace(zoo.load(name), opening.text)["h"]
        assert opening.unit == int(np.argmax(((h - h.mean(0)) ** 2).mean(0))) and opening.note == openings.MOST_VARIED
        assert opening.text and set(opening.text) <= set(zoo.load(name).spec.tokens)


def test_every_stage_lists_them_marked_as_one_s_own_and_opens_on_them(mine):
    small(mine, "kediler", "--title", "Kediler")
    put(mine, "saved", outputs=("no", "yes"))
    for kind, attends in (("writes", "additive"), ("plain", "none"), ("layered", "transformer")):
        pair = PairSpec(kind, attends, "characters", (UNKNOWN, *"abc"), (UNKNOWN, START, END, *"xy"), 4, 4)
        save_file({key: weight.contiguous() for key, weight in build(pair).state_dict().items()}, mine / f"{kind}.safetensors", {"spec": pair.to_json()})
    assert own() == ["kediler", "layered", "plain", "saved", "writes"] and zoo.left_out() == ()
    marked = {model["name"] for model in watch.listing() if model.get("own")}
    assert marked == {"kediler"} and not watch.listing()[0].get("own")
    assert {model["name"] for model in attention.listing("attention") if model.get("own")} == {"plain", "writes"}
    assert {model["name"] for model in attention.listing("transformer") if model.get("own")} == {"layered"}
    for name, given, model in (
        ("watch", {}, "kediler"),
        ("lesson", {"models": ("sentiment-lstm", "prose-lstm"), "page": "lstm"}, "saved"),
        ("attention", {}, "writes"),
        ("self_attention", {}, "layered"),
    ):
        start, notes = STAGES[name].read({"model": model}, **given)
        assert start.model == model and not notes and start.text == zoo.opening(model).text
        assert STAGES[name].first_picture(start)
    start, _ = STAGES["lesson"].read({}, models=("sentiment-lstm", "prose-lstm"), page="lstm")
    assert start.models == ("sentiment-lstm", "prose-lstm", "kediler", "saved") and start.model == "sentiment-lstm"
    said = {model["name"]: model["purpose"] for model in lesson.listing(start.models, "lstm")}
    assert "your own (Kediler)" in said["kediler"] and "no, yes" in said["saved"]
    start, _ = STAGES["lesson"].read({}, models=("sentiment-lstm",), page="how-it-learns", right="negative")
    assert start.models == ("sentiment-lstm",)  # it has no answer "negative"


def test_the_page_gets_the_weights_and_nothing_else_of_the_file(mine):
    path = put(mine, "saved", json.dumps({"title": "<b>x</b>\n", "secret": "s" * 50}))
    own()
    with TestClient(Starlette(routes=ROUTES)) as client:
        response = client.get("/live/models/saved.safetensors")
        assert client.get("/live/models/..%2Fsaved.safetensors").status_code == 404
    body, weights = response.content, load(path.read_bytes())
    about = json.loads(body[8 : 8 + int.from_bytes(body[:8], "little")])["__metadata__"]
    assert [*about] == ["spec"] and json.loads(about["spec"])["name"] == "saved" and b"secret" not in body
    for key, weight in load(body).items():
        torch.testing.assert_close(weight.to(weights[key].dtype), weights[key], rtol=0, atol=0)
    path.unlink()  # what was checked at the start is what is shown
    assert len(gatelab.trace(zoo.load("saved"), "ab").tokens) == 2


def test_several_folders_are_read_and_one_that_is_not_there_is_named(mine, tmp_path, monkeypatch):
    other = tmp_path / "other"
    other.mkdir()
    put(mine, "one"), put(other, "one"), put(other, "two")
    monkeypatch.setenv(yours.VARIABLE, os.pathsep.join([str(mine), str(tmp_path / "nowhere"), str(other), ""]))
    assert own() == ["one", "two"]
    said = zoo.left_out()
    assert f"{yours.VARIABLE} must name folders that can be read: got '{tmp_path / 'nowhere'}' (No such file or directory)" in said
    assert any(sentence.startswith("one.safetensors must have a name of its own: one is a model in another folder") for sentence in said) and len(said) == 2


def test_without_the_variable_there_are_the_shipped_models_alone(monkeypatch):
    monkeypatch.delenv(yours.VARIABLE, raising=False)
    fresh()
    assert zoo.models() == zoo.shipped() and zoo.left_out() == ()


def test_an_unknown_name_gets_the_nearest_and_one_s_own_are_among_those(mine):
    put(mine, "denizler")
    fresh()
    for ask in (zoo.load, zoo.card, zoo.opening):
        with pytest.raises(ValueError, match=r"denizler.*got 'denizlre'; did you mean 'denizler'\?"):
            ask("denizlre")


# What cannot be shown


def outside(folder):
    put(folder.parent, "elsewhere")
    (folder / "bad.safetensors").symlink_to(folder.parent / "elsewhere.safetensors")


def card_outside(folder):
    put(folder, "bad")
    (folder.parent / "elsewhere.json").write_text("{}")
    (folder / "bad.json").symlink_to(folder.parent / "elsewhere.json")


def written(data):
    return lambda folder: (folder / "bad.safetensors").write_bytes(data)


def spec_of(**fields):
    """A file whose spec says something else than its weights."""

    def make(folder):
        model = reader()
        about = json.loads(model.spec.to_json()) | fields
        save_file(dict(model.state_dict()), folder / "bad.safetensors", {"spec": json.dumps(about)})

    return make


def weighing(**weights):
    def make(folder):
        save_file(dict(reader().state_dict()) | weights, folder / "bad.safetensors", {"spec": reader().spec.to_json()})

    return make


BAD = {
    "nothing": (written(b""), "it must be a safetensors file: got 0 bytes, too few for one"),
    "a pickle": (written(b"\x80\x04\x95" + bytes(100)), "got a pickle; such a file is never opened, because it can run code"),
    "a zip of torch": (lambda folder: torch.save({"a": 1}, folder / "bad.safetensors"), "got a zip archive, as PyTorch's .pt files are"),
    "a pickle by its name": (lambda folder: torch.save({"a": 1}, folder / "bad.pt"), "bad.pt must be a .safetensors file"),
    "a huge header": (written(struct.pack("<Q", 2**40) + b"{}"), "got a length of 1,099,511,627,776 in a file of 10"),
    "a header too long": (written(struct.pack("<Q", 2**23 + 1) + b" " * (2**23 + 2)), "whose header has at most 8,388,608 bytes"),
    "a directory": (lambda folder: (folder / "bad.safetensors").mkdir(), "bad.safetensors must be a file: it is none"),
    "a pipe": (lambda folder: os.mkfifo(folder / "bad.safetensors"), "bad.safetensors must be a file: it is none"),
    "a link to another place": (outside, "bad.safetensors must lie in its folder: it is a link to another place"),
    "a card elsewhere": (card_outside, "bad.json must lie in its folder: it is a link to another place"),
    "a link to itself": (lambda folder: (folder / "bad.safetensors").symlink_to(folder / "bad.safetensors"), "bad.safetensors must "),
    "a shipped name": (lambda folder: put(folder, "prose-lstm"), "prose-lstm.safetensors must have a name of its own: prose-lstm is a shipped model"),
    "a strange name": (lambda folder: put(folder).rename(folder / "bad, or worse.safetensors"), "must have a name of 1 to 60 letters"),
    "a name of dots": (lambda folder: put(folder).rename(folder / "_.safetensors"), "must have a name of 1 to 60 letters"),
    "a name of two lines": (lambda folder: put(folder).rename(folder / "a\nb.safetensors"), r"a\nb.safetensors must have a name of 1 to 60 letters"),
    "something else": (lambda folder: save_file({"a": torch.zeros(1)}, folder / "bad.safetensors"), "its metadata must hold a spec: got nothing"),
    "a size without end": (spec_of(hidden_size=10**12), "hidden_size must be at most 4096: got 1000000000000"),
    "layers without end": (spec_of(num_layers=10**9), "num_layers must be at most 16: got 1000000000"),
    "a size that is none": (spec_of(hidden_size=True), "hidden_size must be a positive integer: got True"),
    "tokens that are none": (spec_of(tokens=[1, 2]), "tokens must be strings of at most 100 letters: got [1, 2]"),
    "half a letter": (spec_of(tokens=[UNKNOWN, "\ud800", "b", "c", " ", "\n"]), r"tokens must be text: got '\ud800'"),
    "another size": (spec_of(hidden_size=5), "by_mean must be (5,): got (4,)"),
    "a list for a spec": (
        lambda folder: save_file(dict(reader().state_dict()), folder / "bad.safetensors", {"spec": "[]"}),
        "the spec must be an object: got list",
    ),
    "no end of brackets": (
        lambda folder: save_file(dict(reader().state_dict()), folder / "bad.safetensors", {"spec": "[" * 10**5}),
        "must be a GateLab checkpoint",
    ),
    "no number": (weighing(**{"head.bias": torch.full((6,), torch.nan)}), "head.bias must hold finite numbers"),
    "another type": (weighing(**{"head.bias": torch.zeros(6, dtype=torch.float64)}), "head.bias must be of type F32 or F16: got F64"),
    "an order that is none": (weighing(by_mean=torch.tensor([0, 1, 2, 9])), "by_mean must hold each unit from 0 to 3 once"),
    "numbers that run over": (
        weighing(**{"head.bias": torch.full((6,), -1e30)}),
        "weights of at most 1,000,000, beyond which sums are no numbers: got 1e+30 in head.bias",
    ),
    "a card of another": (
        lambda folder: put(folder, "bad").with_suffix(".json").write_text("{}"),
        "bad.json must be the card of bad.safetensors: the card must have task",
    ),
    "a card too large": (lambda folder: put(folder, "bad").with_suffix(".json").write_text(" " * (2**20 + 1)), "it must have at most 1,048,576 bytes"),
    "a card that is a folder": (lambda folder: put(folder, "bad").with_suffix(".json").mkdir(), "bad.json must be the card of bad.safetensors"),
    "a card alone": (lambda folder: (folder / "bad.json").write_text("{}"), "bad.json must have its checkpoint beside it"),
    "learned a list": (lambda folder: put(folder, "bad", "[]"), "must say what it learned in an object: got list"),
    "learned no number": (lambda folder: put(folder, "bad", '{"a": 1e999}'), "numbers must be finite"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_left_out_and_named_in_one_sentence_and_the_others_are_shown(mine, what):
    put(mine, "good")
    spoil, said = BAD[what]
    spoil(mine)
    assert own() == ["good"]
    (sentence,) = zoo.left_out()
    assert said in sentence and sentence.isprintable() and len(sentence) <= 400


# Hundreds of damaged files


def whole(folder):
    """A checkpoint and a card that are as they should be, to damage."""
    small(folder, "good", "--cell", "gru")
    return (folder / "good.safetensors").read_bytes(), json.loads((folder / "good.json").read_text(encoding="utf-8"))


STRANGE = [
    None,
    True,
    -1,
    0,
    10**30,
    1e308,
    "",
    "x" * 5000,
    "../../etc/passwd",
    "a\x00b",
    "\u202e",
    [],
    {},
    [[]],
    [1, "a"],
    {"a": {}},
    "<script>",
    -0.5,
    [None] * 50,
]


def damaged_bytes(rng, data):
    way = rng.randrange(6)
    if way == 0:
        return rng.randbytes(rng.randrange(200))
    if way == 1:
        return data[: rng.randrange(len(data))]
    if way == 2:  # some bytes are others
        spoiled = bytearray(data)
        for _ in range(rng.randrange(1, 40)):
            spoiled[rng.randrange(len(spoiled))] = rng.randrange(256)
        return bytes(spoiled)
    if way == 3:  # some bytes of the header are others
        spoiled, end = bytearray(data), 8 + int.from_bytes(data[:8], "little")
        for _ in range(rng.randrange(1, 8)):
            spoiled[rng.randrange(end)] = rng.randrange(256)
        return bytes(spoiled)
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    if way == 4:  # an entry of the header is another
        name = rng.choice([*header])
        header[name] = (
            rng.choice(STRANGE) if rng.random() < 0.4 or name == "__metadata__" else header[name] | {rng.choice([*header[name]]): rng.choice(STRANGE)}
        )
    else:  # a field of the spec is another
        spec = json.loads(header["__metadata__"]["spec"])
        spec[rng.choice([*spec])] = rng.choice(STRANGE)
        header["__metadata__"]["spec"] = json.dumps(spec)
    text = json.dumps(header).encode("utf-8")
    return struct.pack("<Q", len(text)) + text + data[8 + int.from_bytes(data[:8], "little") :]


def damaged_card(rng, card):
    way = rng.randrange(4)
    text = json.dumps(card)
    if way == 0:
        return rng.randbytes(rng.randrange(1, 300))
    if way == 1:
        return text[: rng.randrange(len(text))].encode()
    spoiled = json.loads(text)
    place = spoiled if way == 2 else spoiled[rng.choice(["data", "opening", "scores"])]
    place[rng.choice([*place])] = rng.choice(STRANGE)
    return json.dumps(spoiled).encode()


@pytest.mark.parametrize("part", range(4))
def test_hundreds_of_damaged_files_are_left_out_or_shown_as_what_they_are_and_nothing_else_happens(mine, tmp_path, part):
    """What is still whole after the damage, a changed weight for instance, is a model like any other: every list and first picture can be made with it."""
    rng = random.Random(part)
    data, card = whole(mine)
    before = {path.name for path in tmp_path.iterdir()}
    for k in range(49):
        (mine / f"bytes{k}.safetensors").write_bytes(damaged_bytes(rng, data))
        (mine / f"card{k}.safetensors").write_bytes(data)
        (mine / f"card{k}.json").write_bytes(damaged_card(rng, card))
    began = time.perf_counter()
    yours_now = own()
    said = zoo.left_out()
    assert time.perf_counter() - began < 20
    assert "good" in yours_now and len(said) > 40
    assert all(sentence.isprintable() and " must " in sentence and "Traceback" not in sentence for sentence in said)
    told = {sentence.split(" must ")[0].partition(".")[0] for sentence in said}
    names = {path.stem for path in sorted(mine.glob("*.safetensors"))[: yours.MOST]}
    assert names <= told | set(yours_now)  # each is shown, or named
    for listing in (watch.listing(), compare.listing(), lesson.listing(zoo.for_lesson(("prose-gru", "prose-lstm")))):
        json.dumps(listing, ensure_ascii=False, allow_nan=False).encode("utf-8")
    for name in yours_now:
        start, notes = STAGES["watch"].read({"model": name}) if name in zoo.models("character") else (None, [])
        assert not notes and (start is None or STAGES["watch"].first_picture(start))
        assert len(zoo.card(name)["data"]["title"]) <= 200 and "/" not in zoo.load(name).spec.name
    assert {path.name for path in tmp_path.iterdir()} == before
