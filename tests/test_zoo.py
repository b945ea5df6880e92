import json
import re
import shutil
from hashlib import sha256

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load, save, save_file
from starlette.applications import Starlette
from starlette.testclient import TestClient
from torch.nn.functional import cross_entropy

from gatelab import zoo
from gatelab.cells import NAMES as CELL_NAMES
from gatelab.live import attention, compare, lesson
from gatelab.live.endpoint import LIMIT
from gatelab.live.routes import ROUTES
from gatelab.traces import trace
from gatelab.training import dates, turns
from gatelab.training.__main__ import main as train
from gatelab.training.measure import exact, in_the_right_field, outputs
from gatelab.training.probes import PROBES
from gatelab.words import TITLES
from tests.browser import ROOT

NAMES = ("prose-lstm", "prose-gru", "prose-rnn", "prose-peephole", "prose-coupled", "code-lstm", "prose-small", "names-lstm", "names-gru")
CELLS = ("lstm", "gru", "rnn", "peephole", "coupled")
ANSWER = zoo.models("answer")
ATTENTION = tuple(f"{task}-{attention}" for task in ("dates", "translate") for attention in ("additive", "multiplicative", "none"))
TRANSFORMERS = ("translate-transformer", "dates-transformer")


def test_the_promised_models_are_shipped():
    assert zoo.models("character") == NAMES
    assert zoo.models("attention") == ATTENTION and zoo.models("transformer") == TRANSFORMERS
    assert zoo.models() == NAMES + ATTENTION + TRANSFORMERS + ANSWER
    with pytest.raises(ValueError, match="kind must be one of character, answer, attention, transformer: got 'x'"):
        zoo.models("x")


def test_every_task_has_a_model_of_each_of_the_five_cells():
    """But for names, which are small models to write with and to train: the LSTM and the GRU."""
    families = zoo.families()
    assert list(families) == [task for task in zoo.TASKS if task in families]
    assert {"prose", "brackets", "counter"} <= set(families)
    for task, names in families.items():
        plain = [name for name in names if not name.endswith("-matched")]
        if task == "names":
            assert plain == ["names-lstm", "names-gru"]
            continue
        assert plain[: len(CELLS)] == [f"{task}-{cell}" for cell in CELLS]
        assert [zoo.load(name).spec.cell for name in plain[: len(CELLS)]] == list(CELLS)
        assert plain[len(CELLS) :] == (["sentiment-gru-cho"] if task == "sentiment" else [])  # for the lesson on the GRU
    assert {name for name in ANSWER if name.split("-")[0] not in families} == set()


def test_all_checkpoints_together_are_a_small_download():
    assert sum(path.stat().st_size for path in zoo.ZOO.glob("*.safetensors")) < 12_000_000


@pytest.mark.parametrize("name", NAMES)
def test_a_checkpoint_is_small_and_its_card_complete(name):
    assert (zoo.ZOO / f"{name}.safetensors").stat().st_size < 500_000
    card, model = zoo.card(name), zoo.load(name)
    assert card["parameters"] == sum(p.numel() for p in model.parameters())
    assert card["hidden_size"] == model.spec.hidden_size and card["cell"] == model.spec.cell
    assert len(card["data"]["sha256"]) == 64 and card["training_minutes"] > 0
    assert all(card["data"][key] for key in ("title", "file", "licence", "credit", "where"))
    assert f"--seed {card['seed']}" in card["command"] and f"--cell {card['cell']}" in card["command"]


def test_held_out_losses_are_within_what_was_promised():
    loss = {name: zoo.card(name)["held_out_nats_per_character"] for name in NAMES}
    assert loss["prose-lstm"] <= 1.30 and loss["code-lstm"] <= 1.60
    assert all(loss[f"prose-{cell}"] < loss["prose-rnn"] for cell in CELLS if cell != "rnn")
    assert loss["code-lstm"] < zoo.card("code-lstm")["rnn_of_the_same_size"]["held_out_nats_per_character"]


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_model_knows_its_language(name):
    """Far better than chance on a sentence that nobody trained on: chance is log V, about 4.3 nats."""
    text = {"prose": "She had not expected to see him again so soon.", "code": "  if( p==0 ){ return 0; }", "names": "\nErnestina\nMaurice\nBarrett\nOtto\n"}[
        name.split("-")[0]
    ]
    model = zoo.load(name)
    ids = torch.tensor(model.vocabulary.encode(text))
    assert cross_entropy(model(ids[:-1]), ids[1:]).item() < 2.4


@pytest.mark.parametrize("name", NAMES)
def test_an_opening_fits_the_stage(name):
    opening, spec = zoo.opening(name), zoo.load(name).spec
    assert 0 <= opening.unit < spec.hidden_size and set(TITLES[spec.cell]) == set(CELL_NAMES[spec.cell])
    for text in (opening.text, *opening.others):
        assert 0 < len(text) <= LIMIT
    assert 50 <= len(opening.text) <= 72 and (opening.note or zoo.card(name)["measured"]["units"])


@pytest.mark.parametrize("name", ANSWER)
def test_the_card_of_a_model_that_answers_is_complete(name):
    card, model = zoo.card(name), zoo.load(name)
    assert (card["name"], card["task"], card["cell"]) == (name, zoo.task(name), model.spec.cell)
    assert card["parameters"] == sum(p.numel() for p in model.parameters())
    assert card["hidden_size"] == model.spec.hidden_size
    assert card["command"].startswith(f"python -m gatelab.training {card['task']} ")
    assert f"--seed {card['seed']} " in card["command"] and f"--cell {card['cell']} " in card["command"]
    assert ("--matched" in card["command"]) == name.endswith("-matched")
    assert card["size"] and card["held_out"] and card["torch"] and card["data"]["title"]
    assert card["training_minutes"] > 0 and card["curve"] and card["scores"]
    assert card["score_by_seed"][str(card["seed"])] == card["score"] and len(card["score_by_seed"]) >= 3


@pytest.mark.parametrize("name", ANSWER)
def test_a_model_that_answers_opens_on_an_example_that_it_can_read(name):
    """Not every word of a review, but every sign of a probe."""
    opening, model = zoo.opening(name), zoo.load(name)
    assert 0 <= opening.unit < model.spec.hidden_size
    for text in (opening.text, *opening.others):
        seen = trace(model, text)
        assert 0 < len(seen) and len(text) <= LIMIT
        assert zoo.task(name) == "sentiment" or all(map(model.knows, seen.tokens))


@pytest.mark.parametrize("name", [name for name in ANSWER if name.split("-")[0] in PROBES])
def test_a_probe_s_score_is_what_its_shipped_weights_reach(name):
    """Measured here anew, with the weights as they are in the file."""
    card = zoo.card(name)
    score, curve, _ = PROBES[card["task"]]().measure(zoo.load(name))
    assert score == pytest.approx(card["score"], abs=1e-3)
    assert [x for x, _ in curve] == [x for x, _ in card["curve"]]


def test_an_lstm_tells_whether_a_bracket_is_open():
    assert zoo.card("brackets-lstm")["score"] >= 0.94


@pytest.mark.skipif("sentiment" not in zoo.families(), reason="no sentiment models are shipped")
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_sentiment_is_found_as_often_as_was_promised(cell, request):
    sets = zoo.card(f"sentiment-{cell}")["sets"]
    assert sets["RT"] >= 0.74 and sets["pros and cons"] >= 0.93
    if cell == "gru":  # 84.3 % of 267 texts, whose standard error is 2.2; none of three seeds has more than 84.6
        request.applymarker(pytest.mark.xfail(reason="85 % of the UCI sentences are not reached by the GRU", strict=True))
    assert sets["UCI"] >= 0.85


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_four_of_five_sentences_with_a_negation_or_a_contrast_are_judged_rightly(cell):
    """Measured here anew, on the 200 sentences that training cannot make."""
    model, sentences = zoo.load(f"sentiment-{cell}"), turns.sentences()
    right = [(trace(model, " ".join(words)).probs[-1, 1] > 0.5) == (label == 1) for words, label in sentences]
    assert sum(right) >= 0.8 * len(sentences)


@pytest.mark.parametrize("name", zoo.families()["sentiment"])
def test_a_card_says_how_many_of_these_sentences_are_right_and_of_which_file(name):
    card, model = zoo.card(name), zoo.load(name)
    right = [(trace(model, " ".join(words)).probs[-1, 1] > 0.5) == (label == 1) for words, label in turns.sentences()]
    assert card["turns"] == {"score": sum(right) / 200, "of": 200, "file": "turns.tsv", "sha256": sha256(turns.SENTENCES.read_bytes()).hexdigest()}
    assert card["scores"]["negation and contrast"] == f"{card['turns']['score']:.1%}" and set(card["sets"]) == {"RT", "UCI", "pros and cons"}


POSITIVE = ("not terrible", "never disappointed", "It is not the worst film", "not bad at all", "I was sad, now I am happy")
NEGATIVE = ("not good", "I was happy, now I am sad", "It is not the best film", "never happy")


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell != "rnn"])
def test_every_cell_with_gates_is_right_on_short_negations_and_on_a_change_of_mood(cell):
    """The LSTM and the GRU are sure of them, too."""
    model, sure = zoo.load(f"sentiment-{cell}"), 0.8 if cell in ("lstm", "gru") else 0.5
    assert all(trace(model, text).probs[-1, 1] > sure for text in POSITIVE) and all(trace(model, text).probs[-1, 0] > sure for text in NEGATIVE)


def test_the_readme_says_how_many_of_these_sentences_the_shipped_models_get_right():
    said = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert all(f"{100 * zoo.card(name)['turns']['score']:.1f} % (`{name}`)" in said for name in zoo.families()["sentiment"])


@pytest.mark.parametrize("name", ATTENTION + TRANSFORMERS)
def test_the_card_of_a_model_that_writes_is_complete(name):
    card, model = zoo.card(name), zoo.load(name)
    assert (zoo.ZOO / f"{name}.safetensors").stat().st_size < 3_000_000
    assert card["parameters"] == sum(p.numel() for p in model.parameters()) and card["attention"] == model.spec.attention
    assert all(card["data"][key] for key in ("title", "licence", "credit", "where")) and card["training_minutes"] > 0
    assert card["task"] == "dates" or len(card["data"]["sha256"]) == 64
    assert f"--seed {card['seed']}" in card["command"] and f"--attention {card['attention']}" in card["command"]
    assert all(each["low"] <= each["score"] <= each["high"] and each["count"] >= 20 for each in card["by_length"]["bins"])
    opening = zoo.opening(name)
    assert opening.note and 0 <= opening.unit < model.spec.hidden_size
    assert all(trace(model, text).output for text in (opening.text, *opening.others))


def test_models_of_one_task_differ_in_their_score_of_the_source_alone():
    for task in ("dates", "translate"):
        cards = [zoo.card(f"{task}-{attention}") for attention in ("additive", "multiplicative", "none")]
        commands = {re.sub(r" --(attention|seed) \S+", "", card["command"]) for card in cards}
        assert len(commands) == 1 and len({json.dumps(card["data"]) for card in cards}) == 1


def test_scores_on_text_that_was_never_read_are_within_what_was_promised():
    scores = {name: zoo.card(name)["scores"] for name in ATTENTION}
    for name in ("dates-additive", "dates-multiplicative"):
        assert scores[name]["exact"] >= 0.99 and scores[name]["exact"] > scores["dates-none"]["exact"]
        assert min(scores[name][f"largest weight in the {field}"] for field in ("year", "month", "day")) >= 0.98
        assert min(scores[name][f"largest weight in a digit of the {field}"] for field in ("year", "month")) >= 0.98
    assert scores["translate-additive"]["BLEU to 7 words"] >= 58
    for name in ("translate-additive", "translate-multiplicative"):
        assert scores[name]["BLEU to 7 words"] > scores["translate-none"]["BLEU to 7 words"]


def test_attention_pays_more_the_longer_the_sentence():
    """At ten words and more, each length counted as often as it was measured, 15 BLEU at least lie between the two."""
    bins = {name: [each for each in zoo.card(f"translate-{name}")["by_length"]["bins"] if each["from"] >= 10] for name in ("additive", "none")}
    mean = {name: sum(each["score"] * each["count"] for each in of) / sum(each["count"] for each in of) for name, of in bins.items()}
    assert mean["additive"] - mean["none"] >= 15


@pytest.mark.parametrize("name", ["dates-additive", "dates-multiplicative"])
def test_dates_that_babel_writes_come_out_exact_and_are_looked_at_in_the_right_place(name):
    """Measured here anew, on other dates than those of the card: those of another seed, days that training never saw among them."""
    held_out = [pair for pair in dates.pairs(seed=1, count=10).held_out[:300]]
    model = zoo.load(name)
    assert exact(outputs(model, [source for source, _ in held_out]), [right for _, right in held_out]).mean() >= 0.99
    fields = in_the_right_field(model, held_out)
    assert min(fields[f"the {field}"] for field in ("year", "month", "day")) >= 0.98
    assert min(fields[f"a digit of the {field}"] for field in ("year", "month")) >= 0.98


def test_the_stored_interval_is_that_of_the_stored_score():
    card = zoo.card("dates-none")
    right = sum(each["score"] * each["count"] for each in card["by_length"]["bins"])
    assert right / sum(each["count"] for each in card["by_length"]["bins"]) == pytest.approx(card["scores"]["exact"], abs=0.01)


def test_a_reader_s_own_checkpoint_is_loaded_by_its_path():
    model = zoo.load(str(zoo.ZOO / "prose-rnn.safetensors"))
    assert model.spec.name == "prose-rnn"


def test_a_wrong_name_lists_the_right_ones():
    for ask in (zoo.load, zoo.card, zoo.opening):
        with pytest.raises(ValueError, match="prose-lstm, prose-gru.*got 'prose-lstn'"):
            ask("prose-lstn")


@pytest.mark.parametrize("metadata", [None, {"spec": "{}"}, {"spec": json.dumps({"name": "a", "cell": "tree", "tokens": ["a"]})}])
def test_a_file_that_is_no_checkpoint_is_refused_by_name(tmp_path, metadata):
    path = tmp_path / "other.safetensors"
    save_file({"a": torch.zeros(1)}, path, metadata)
    with pytest.raises(ValueError, match="other.safetensors|cell must be"):
        zoo.load(str(path))
    path.with_suffix(".txt").write_text("not safetensors")
    with pytest.raises(ValueError, match="other.txt"):
        zoo.load(str(path.with_suffix(".txt")))


# What else lies in the folder

SHIPPED = zoo.ZOO
CACHES = [kept for module in (zoo, attention, compare) for kept in vars(module).values() if hasattr(kept, "cache_clear")]


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A folder with two shipped models, to put more into; read it by `zoo` after `fresh()`."""
    path = tmp_path / "zoo"
    path.mkdir()
    for name in ("openings.json", *(f"prose-{cell}.{kind}" for cell in ("gru", "rnn") for kind in ("json", "safetensors"))):
        shutil.copy(zoo.ZOO / name, path / name)
    monkeypatch.setattr(zoo, "ZOO", path)
    fresh()
    yield path
    monkeypatch.undo()
    fresh()


def fresh():
    """Let `zoo` read its folder anew."""
    for kept in CACHES:
        kept.cache_clear()


def put(shelf, name, source="prose-rnn"):
    """Copy a shipped model under another name: its checkpoint, and the path of its card."""
    for kind in ("json", "safetensors"):
        shutil.copy(shelf / f"{source}.{kind}", shelf / f"{name}.{kind}")  # a whole path stands for itself
    return shelf / f"{name}.safetensors", shelf / f"{name}.json"


def rewritten(checkpoint, change=lambda weights: None, **spec):
    """Change the weights or the spec of a checkpoint."""
    with safe_open(checkpoint, framework="pt") as file:
        about = json.loads(file.metadata()["spec"]) | spec
    weights = load(checkpoint.read_bytes())
    change(weights)
    checkpoint.write_bytes(save(weights, {"spec": json.dumps(about)}))


def changed(card, **fields):
    card.write_text(json.dumps(json.loads(card.read_text(encoding="utf-8")) | fields), encoding="utf-8")


def small(shelf, tmp_path, name, *options):
    """Train a little model on a little text, and put it into the folder under a name."""
    text = tmp_path / "türkçe.txt"
    text.write_text("Kedi denize bakıyor.\nEv su kenarında duruyor.\n" * 90, encoding="utf-8")
    out = tmp_path / "out"
    assert train(["prose", "--data", str(text), "--out", str(out), "--steps", "2", "--hidden", "6", "--batch", "2", "--fresh", *options]) == 0
    for path in out.iterdir():
        path.replace(shelf / f"{name}{path.suffix}")


FOREIGN = {
    "a card alone": (lambda checkpoint, card: checkpoint.unlink(), "mine.json must have its checkpoint beside it, mine.safetensors: there is none"),
    "no card": (lambda checkpoint, card: card.unlink(), "mine.safetensors must have a card beside it, mine.json: there is none"),
    "no JSON": (lambda checkpoint, card: card.write_text("{"), "mine.json must be the card of mine.safetensors: Expecting property name"),
    "no UTF-8": (lambda checkpoint, card: card.write_bytes(b"\xff"), "mine.json must be the card of mine.safetensors: 'utf-8' codec"),
    "a list": (lambda checkpoint, card: card.write_text("[]"), "the card must be an object with task, parameters, scores"),
    "a field too few": (lambda checkpoint, card: card.write_text("{}"), "the card must have task"),
    "a field below": (lambda checkpoint, card: changed(card, data={}), "the card must have data.title"),
    "a wrong type": (
        lambda checkpoint, card: changed(card, held_out_nats_per_character="low"),
        "held_out_nats_per_character must be of type int or float: got 'low'",
    ),
    "no finite score": (lambda checkpoint, card: changed(card, scores={"nats": float("nan")}), "numbers must be finite, or no browser reads them: got NaN"),
    "another's card": (lambda checkpoint, card: changed(card, parameters=7), "parameters must be 32972, as in the checkpoint: got 7"),
    "no truth": (lambda checkpoint, card: changed(card, matched="yes"), "matched must be of type bool: got 'yes'"),
    "no such unit": (
        lambda checkpoint, card: changed(card, opening={"text": "a", "unit": 128, "note": "", "others": []}),
        "opening.unit must be from 0 to 127: got 128",
    ),
    "no examples": (
        lambda checkpoint, card: changed(card, opening={"text": "a", "unit": 1, "note": "", "others": [1]}),
        "opening.others must be texts: got [1]",
    ),
    "cut off": (lambda checkpoint, card: checkpoint.write_bytes(checkpoint.read_bytes()[:-9]), "mine.safetensors must be a GateLab checkpoint: "),
    "of something else": (lambda checkpoint, card: save_file({"a": torch.zeros(1)}, checkpoint), "its metadata must hold a spec: got nothing"),
    "other shapes": (lambda checkpoint, card: rewritten(checkpoint, hidden_size=64), "by_mean must be (64,): got (128,)"),
    "a weight too few": (lambda checkpoint, card: rewritten(checkpoint, lambda weights: weights.pop("head.bias")), "head.bias must be (76,): got left out"),
    "a weight too many": (
        lambda checkpoint, card: rewritten(checkpoint, lambda weights: weights.update(more=torch.zeros(2))),
        "more must be left out: got (2,)",
    ),
    "not a number": (
        lambda checkpoint, card: rewritten(checkpoint, lambda weights: weights["head.bias"].fill_(float("nan"))),
        "head.bias must hold finite numbers",
    ),
    "a newer field": (lambda checkpoint, card: rewritten(checkpoint, tree=1), "unexpected keyword argument 'tree'"),
    "a newer cell": (lambda checkpoint, card: rewritten(checkpoint, cell="xlstm"), "cell must be one of "),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_what_cannot_be_shown_is_left_out_and_named_with_the_rule_that_it_breaks(shelf, what):
    spoil, said = FOREIGN[what]
    spoil(*put(shelf, "mine"))
    fresh()
    assert zoo.models() == ("prose-gru", "prose-rnn")
    (sentence,) = zoo.left_out()
    assert sentence.startswith("mine.") and said in sentence and "\n" not in sentence
    with pytest.raises(ValueError, match="mine"):
        zoo.load("mine")


def test_a_name_that_no_link_can_hold_is_left_out(shelf):
    put(shelf, "mine, and yours")
    fresh()
    assert zoo.models() == ("prose-gru", "prose-rnn")
    assert zoo.left_out() == ("mine, and yours.safetensors must have a name of letters, digits, '_', '.' and '-': got 'mine, and yours'",)


def test_nothing_that_is_shipped_is_left_out():
    assert zoo.left_out() == ()


def test_a_model_of_one_s_own_has_the_name_of_its_file_and_opens_on_its_own_text(shelf, tmp_path):
    small(shelf, tmp_path, "benim-lstm")
    put(shelf, "benim-rnn")
    fresh()
    assert zoo.left_out() == () and zoo.models("character") == ("prose-gru", "prose-rnn", "benim-lstm", "benim-rnn")
    assert zoo.load("benim-lstm").spec.name == zoo.card("benim-lstm")["name"] == "benim-lstm" and zoo.families() == {
        "prose": ("prose-gru", "prose-rnn", "benim-rnn")
    }  # the other one learned from a text of its own
    assert zoo.opening("benim-lstm").text in ("Ev su kenarında duruyor.", "Kedi denize bakıyor.") and zoo.opening("benim-lstm").unit == 0
    assert zoo.opening("benim-rnn").text == zoo.opening("prose-rnn").text and not zoo.opening("benim-rnn").note  # its units have another name now
    with TestClient(Starlette(routes=ROUTES)) as client:
        body = client.get("/live/models/benim-lstm.safetensors").content
    assert json.loads(json.loads(body[8 : 8 + int.from_bytes(body[:8], "little")])["__metadata__"]["spec"])["name"] == "benim-lstm"
    assert all(torch.equal(weight, zoo.load("benim-lstm").state_dict()[key].to(weight.dtype)) for key, weight in load(body).items())


STRANGE = {
    "alpha": "sentiment-rnn",
    "beta.v2": "sentiment-lstm",
    "c-matched": "recall-lstm",
    "none-of-it": "recall-rnn-matched",
    "x": "dates-additive",
    "y-z": "dates-none",
    "prose-like": "dates-transformer",
}


def test_every_page_lists_a_model_by_what_its_card_says_whatever_its_name(shelf):
    for name, source in STRANGE.items():
        put(shelf, name, SHIPPED / source)
    fresh()
    assert zoo.left_out() == ()
    assert zoo.families() == {"prose": ("prose-gru", "prose-rnn"), "sentiment": ("alpha", "beta.v2"), "recall": ("c-matched", "none-of-it")}
    listed = {model["name"]: model for family in compare.listing() for model in family["models"]}
    assert {name for name, model in listed.items() if model["matched"]} == {"none-of-it"}
    assert compare.standing(zoo.families()["recall"]) == ("c-matched",)
    (x, yz), (transformer,) = attention.listing("attention"), attention.listing("transformer")
    assert (x["name"], x["task"], x["plain"], yz["plain"]) == ("x", "dates", "y-z", None) and transformer["task"] == "dates"
    assert [model["task"] for model in lesson.listing(("alpha", "beta.v2"))] == ["sentiment", "sentiment"]
    known = json.loads((SHIPPED / "openings.json").read_text(encoding="utf-8"))
    for name, source in STRANGE.items():
        task = source.split("-")[0]
        assert zoo.task(name) == task and zoo.opening(name).text == (known.get(task, {}) | known.get(source, {}))["text"]


def test_models_of_one_s_own_data_stand_side_by_side_under_what_the_card_calls_the_data(shelf, tmp_path):
    small(shelf, tmp_path, "one", "--title", "Kediler")
    small(shelf, tmp_path, "two", "--title", "Kediler", "--cell", "gru")
    fresh()
    assert zoo.families() == {"prose": ("prose-gru", "prose-rnn"), "Kediler": ("one", "two")}
    assert [(family["task"], family["title"]) for family in compare.listing()][1] == ("Kediler", "Kediler")


def test_a_shipped_name_loses_the_note_that_was_measured_on_another_model(shelf, tmp_path):
    shipped = zoo.opening("prose-gru")
    assert shipped.note and shipped.unit >= 6
    changed(shelf / "prose-gru.json", data={"title": "mine.txt", "own": True})
    fresh()
    named = zoo.card("prose-gru")["measured"]["units"][0]["unit"]  # measured on these very weights
    assert zoo.opening("prose-gru") == zoo.Opening(shipped.text, named, "", shipped.others)
    small(shelf, tmp_path, "prose-gru", "--cell", "gru")
    changed(shelf / "prose-gru.json", data={"title": "the same novel, fewer units"}, opening=None)
    fresh()
    assert zoo.left_out() == () and zoo.opening("prose-gru") == zoo.Opening(shipped.text, 0, "", shipped.others)


def test_models_of_several_layers_are_in_no_family(shelf, tmp_path):
    """Their influence cannot be followed back; they are read on the Watch page."""
    small(shelf, tmp_path, "prose-deep", "--layers", "2")
    fresh()
    assert "prose-deep" in zoo.models("character") and zoo.families() == {"prose": ("prose-gru", "prose-rnn")}
