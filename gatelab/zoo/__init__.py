"""The shipped models: trained weights (*.safetensors), a card beside each (*.json), and `load`."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from gatelab.roles import SHOWN
from gatelab.zoo import folder

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
KINDS = tuple(folder.FIELDS)
TASKS = ("prose", "names", "sentiment", "brackets", "counter", "recall", "adding")


@dataclass(frozen=True)
class Opening:
    """What a visitor meets first with a model.

    Attributes:
        text: the sentence that stands in the text box.
        unit: the unit to look at, counted from 0.
        note: what that unit is about, or what the model cannot do; it holds whatever text is shown.
        others: more sentences to try.
        step: of a decoder, to look at first; counted from 0.
        claims: what the unit does and how often, see `training.captions`: the stage counts each on the text that is shown.
        answers: the right answer to a text, where it is known.
    """

    text: str
    unit: int
    note: str
    others: tuple[str, ...]
    step: int = 0
    claims: tuple[dict, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)


@cache
def models(kind: str | None = None) -> tuple[str, ...]:
    """The names of the shipped models, the one to show first at the front; checkpoints of one's own in the folder come last.

    Args:
        kind: "character" (reads characters and predicts the next), "answer" (reads, and answers), "attention" (a recurrent encoder and decoder, with attention or without),
            "transformer", or None for all.

    Raises:
        ValueError: there is no such kind.
    """
    if kind is not None and kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}: got {kind!r}")
    shipped, _ = _contents(ZOO)
    listed = (*ORDER, *(f"{task}-{cell}" for task in TASKS for cell in SHOWN))
    names = tuple(dict.fromkeys(name for name in listed if name in shipped)) + tuple(sorted(set(shipped) - set(listed)))
    return tuple(name for name in names if kind in (None, folder.kind(_shipped(name).model.spec)))


def left_out() -> tuple[str, ...]:
    """What stands in the models' folder and cannot be shown: a sentence for each file, with the rule that it breaks and what came."""
    return _contents(ZOO)[1]


@cache
def _contents(place):
    """The names of the models in a folder, and a sentence for each file that is left out."""
    names, sentences = [], folder.alone(place)
    for path in sorted(place.glob("*.safetensors")):
        try:
            _shipped(path.stem)
            names.append(path.stem)
        except ValueError as error:
            sentences.append(str(error))
    return tuple(names), tuple(sentences)


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
            family.setdefault((spec.cell, matched(name), name if renamed(name) else ""), name)
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
    if not os.path.isfile(path):
        raise ValueError(f"model must be one of {', '.join(models())}, or the path of a checkpoint: got {str(name)!r}")
    return folder.read(path)


@cache
def _shipped(name):
    return folder.shelved(ZOO / f"{name}.safetensors")


@cache
def renamed(name: str) -> bytes | None:
    """The bytes of a checkpoint that was trained under another name than its file has, with the file's name; None for all others."""
    return None if _shipped(name).trained_as == name else folder.renamed(ZOO / f"{name}.safetensors")


@cache
def card(name: str) -> dict[str, Any]:
    """What to know about a shipped model: data, licence, command, seed, held-out loss, parameters, training time.

    Raises:
        ValueError: there is no such model.
    """
    if name not in models():
        raise ValueError(f"model must be one of {', '.join(models())}: got {name!r}")
    return _shipped(name).card


def ranges(name: str) -> dict[str, dict[str, float]]:
    """The pinned ranges of a model's states, as they were measured: name -> {"to", "inside"}, from -to to `to` and how much of unseen text lies inside; {} where none were.

    Raises:
        ValueError: there is no such model.
    """
    return card(name).get("measured", {}).get("ranges", {})


def task(name: str) -> str:
    """What a shipped model was trained for, e.g. "prose"; of one that learned from somebody's own data, what its card calls the data.

    Raises:
        ValueError: there is no such model.
    """
    facts = card(name)
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
    facts, shelved = card(name), _shipped(name)
    known = json.loads((ZOO / folder.OPENINGS).read_text(encoding="utf-8"))
    seen = known.get(shelved.trained_as, {})
    if name != shelved.trained_as or facts["data"].get("own"):
        seen = {key: seen[key] for key in ("text", "others", "step") if key in seen}
    told = {key: value for key, value in (facts.get("opening") or {}).items() if key in folder.OPENING}
    fields = {"text": _sample(shelved.model.spec), "unit": 0, "note": "", "others": ()} | known.get(task(name), {}) | seen | told
    named = facts.get("measured", {}).get("units")
    if named and "unit" not in seen | told:
        fields["unit"] = named[0]["unit"]
    if fields["unit"] >= shelved.model.spec.hidden_size:  # trained anew, with fewer units
        fields |= {"unit": 0, "note": "", "claims": ()}
    return Opening(**fields | {key: tuple(fields.get(key, ())) for key in ("others", "claims")} | _offered(page, name))


def _offered(page, name):
    """The texts that a page offers for a shipped task, as fields of an `Opening`."""
    texts = pages().get(page, {}).get(_shipped(name).trained_as.split("-")[0], ()) if page and not card(name)["data"].get("own") else ()
    if not texts:
        return {}
    first, *others = (text["text"] for text in texts)
    return {"text": first, "others": tuple(others), "answers": {text["text"]: text["answer"] for text in texts if "answer" in text}}


def _sample(spec):
    """A text that a model can read, of whose task nothing is known: a few of its own tokens."""
    tokens = getattr(spec, "tokens", None) or getattr(spec, "source", None) or ("", "0.5*", "0.25", "0.75*")
    return ("" if spec.unit == "characters" else " ").join(tokens[1:20])
