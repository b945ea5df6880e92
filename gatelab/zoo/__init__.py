"""The models: trained weights (*.safetensors), a card beside each (*.json), and `load`; those of the package, and one's own."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from gatelab.naming import meant
from gatelab.roles import SHOWN
from gatelab.zoo import cards, folder, openings, yours
from gatelab.zoo.openings import Opening

ZOO = Path(__file__).parent
ORDER = (
    "prose-lstm",
    "prose-gru",
    "prose-rnn",
    "prose-peephole",
    "prose-coupled",
    "code-lstm",
    "prose-small",
    "names-lstm",
    "names-gru",
    "dates-additive",
    "dates-multiplicative",
    "dates-none",
    "translate-additive",
    "translate-multiplicative",
    "translate-none",
    "translate-transformer",
    "dates-transformer",
)
KINDS = tuple(cards.FIELDS)
TASKS = ("prose", "names", "sentiment", "brackets", "counter", "recall", "adding")


@cache
def models(kind: str | None = None) -> tuple[str, ...]:
    """The names of all models: the shipped ones first, see `shipped`, then one's own.

    One's own are those in the folders that the environment variable GATELAB_MODELS named when somebody first asked.

    Args:
        kind: "character" (reads characters and predicts the next), "answer" (reads, and answers, or predicts the next word), "attention" (a recurrent encoder and decoder, with attention or without),
            "transformer", or None for all.

    Raises:
        ValueError: there is no such kind.
    """
    return shipped(kind) + tuple(name for name, one in _yours().models.items() if kind in (None, cards.kind(one.model.spec)))


@cache
def shipped(kind: str | None = None) -> tuple[str, ...]:
    """The names of the models of the package, the one to show first at the front; arguments as of `models`.

    Raises:
        ValueError: there is no such kind.
    """
    if kind is not None and kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}: got {kind!r}{meant(kind, KINDS)}")
    there, _ = _contents(ZOO)
    listed = (*ORDER, *(f"{task}-{cell}" for task in TASKS for cell in SHOWN))
    names = tuple(dict.fromkeys(name for name in listed if name in there)) + tuple(sorted(set(there) - set(listed)))
    return tuple(name for name in names if kind in (None, cards.kind(_shipped(name).model.spec)))


def is_own(name: str) -> bool:
    """Whether a model is one's own."""
    return name in _yours().models


def left_out() -> tuple[str, ...]:
    """What stands in the models' folders and cannot be shown: a sentence for each file, with the rule that it breaks and what came."""
    return _contents(ZOO)[1] + _yours().left_out


@cache
def _contents(place):
    """The names of the models of the package, and a sentence for each file that is left out."""
    names, sentences = [], folder.alone(place)
    for path in sorted(place.glob("*.safetensors")):
        try:
            _shipped(path.stem)
            names.append(path.stem)
        except ValueError as error:
            sentences.append(str(error))
    return tuple(names), tuple(sentences)


@cache
def _yours():
    """One's own models."""
    return yours.found({name: _shipped(name) for name in _contents(ZOO)[0]}, openings.known(ZOO)) if yours.folders() else yours.Found()


def _shelved(name):
    """A model with its card.

    Raises:
        ValueError: there is no such model.
    """
    if name in _contents(ZOO)[0]:
        return _shipped(name)
    if name in _yours().models:
        return _yours().models[name]
    raise ValueError(f"model must be one of {', '.join(models())}: got {name!r}{meant(name, models())}")


@cache
def readers() -> tuple[str, ...]:
    """The names of the shipped models that read with one recurrent network, and predict the next character or answer."""
    return tuple(name for name in models() if name in models("character") + models("answer"))


@cache
def families() -> dict[str, tuple[str, ...]]:
    """The tasks for which models of several cells are shipped: task -> the names of its models, the one to show first at the front.

    All models of a family have one layer, whose influence can be followed back, read the same (characters, words or numbers), and
    tell the same apart. Of each cell there is one, the first, besides it the one that is matched in parameters, and each model of one's own.
    """
    found: dict[str, dict[tuple[str, bool, str], str]] = {task: {} for task in TASKS}
    for name in readers():
        family, spec = found.setdefault(task(name), {}), load(name).spec
        others = [load(other).spec for other in family.values()][:1]
        if spec.num_layers == 1 and all((one.unit, one.labels) == (spec.unit, spec.labels) for one in others):
            family.setdefault((spec.cell, matched(name), name if is_own(name) or renamed(name) else ""), name)
    return {task: tuple(names.values()) for task, names in found.items() if len(names) > 1}


def load(name: str | Path) -> Any:
    """A trained model, read only; a shipped one is the same object for everybody who asks.

    Args:
        name: one of `models()`, or the path of a `.safetensors` file that `gatelab.save` or `python -m gatelab.training` wrote, or the page "Learn" saved.

    Raises:
        ValueError: there is no such model, or the file is not a GateLab checkpoint.
    """
    path = Path(name)
    if path.name == str(name) and (ZOO / f"{name}.safetensors").is_file():
        return _shipped(name).model
    if str(name) in _yours().models:
        return _yours().models[str(name)].model
    if not os.path.isfile(path):
        known = ", ".join(models())
        raise ValueError(f"model must be one of {known}, or the path of a checkpoint: got {str(name)!r}{meant(name, models())}")
    return folder.read(path)


@cache
def _shipped(name):
    return folder.shelved(ZOO / f"{name}.safetensors")


@cache
def renamed(name: str) -> bytes | None:
    """The bytes of a checkpoint that was trained under another name than its file has, or that is one's own, with the file's name; None for all others."""
    if is_own(name):
        return yours.packed(load(name))
    return None if _shipped(name).trained_as == name else folder.renamed(ZOO / f"{name}.safetensors")


@cache
def card(name: str) -> dict[str, Any]:
    """What to know about a model: data, licence, command, seed, held-out loss, parameters, training time; of one's own as much of it as its file or card says.

    Raises:
        ValueError: there is no such model.
    """
    return _shelved(name).card


def ranges(name: str) -> dict[str, dict[str, float]]:
    """The pinned ranges of a model's states, as they were measured: name -> {"to", "inside"}, from -to to `to` and how much of unseen text lies inside; {} where none were.

    Raises:
        ValueError: there is no such model.
    """
    return card(name).get("measured", {}).get("ranges", {})


def task(name: str) -> str:
    """What a model was trained for, e.g. "prose"; of one that learned from somebody's own data, what its card calls the data.

    Raises:
        ValueError: there is no such model.
    """
    facts = card(name)
    if is_own(name):
        return facts["family"]
    return facts["data"].get("title", facts["task"]) if facts["data"].get("own") else facts["task"]


def matched(name: str) -> bool:
    """Whether a shipped model has as many parameters as an LSTM of its task, rather than as many units.

    Raises:
        ValueError: there is no such model.
    """
    return card(name).get("matched", False)


@cache
def plain_twin(name: str) -> str | None:
    """The model without attention that stands beside a recurrent one with attention: of the same task, with the same source; None where there is none.

    Raises:
        ValueError: there is no such model.
    """
    mine = load(name).spec
    if name not in models("attention") or mine.attention == "none":
        return None
    others = (other for other in models("attention") if task(other) == task(name))
    return next((other for other in others if load(other).spec.attention == "none" and load(other).spec.source == mine.source), None)


@cache
def pages() -> dict[str, dict[str, list[dict[str, Any]]]]:
    """The texts that pages offer for a task instead of those of its models, the one to open on first, see `training.openings`."""
    path = ZOO / folder.PAGES
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


@cache
def opening(name: str, page: str | None = None) -> Opening:
    """The `Opening` of a model: that of all models of its task, and what it has of its own.

    Args:
        page: one of `pages()`, whose own texts take the place of the model's; None for the model's.

    What was seen in a unit of a shipped model is not said of one that has another name or learned from other data: such a model
    opens on what its card says, or on the same texts and its first unit; the first that has a name where units were measured.

    Raises:
        ValueError: there is no such model.
    """
    fields = openings.of(_shelved(name), task(name), openings.known(ZOO))
    return Opening(**fields | _offered(page, name))


def _offered(page, name):
    """The texts that a page offers for a shipped task, as fields of an `Opening`."""
    one = _shelved(name)
    texts = pages().get(page, {}).get(one.trained_as.split("-")[0], ()) if page and not one.own and not one.card["data"].get("own") else ()
    if not texts:
        return {}
    first, *others = (text["text"] for text in texts)
    return {"text": first, "others": tuple(others), "answers": {text["text"]: text["answer"] for text in texts if "answer" in text}}


def for_lesson(names: tuple[str, ...]) -> tuple[str, ...]:
    """The models of a lesson: those that it names, and one's own that fit into it, see `yours.fitting`."""
    return names + yours.fitting(names, {name: _shelved(name) for name in (*names, *_yours().models)})
