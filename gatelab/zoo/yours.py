"""One's own models: the checkpoints in the folders that GATELAB_MODELS names, each checked before anything of it is used; a bad one is left out and named.

A file may come from anywhere. So it must be a safetensors file inside its folder, its card is read as what it is, a few fields of known types,
and its opening text is read once: a model that cannot be shown is found here, and not by a visitor.
"""

import hashlib
import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save

from gatelab.networks import Model, ModelSpec
from gatelab.networks.pairs import PairSpec
from gatelab.zoo import cards, folder, openings

VARIABLE = "GATELAB_MODELS"
"""The environment variable: one folder, or several with `os.pathsep` between."""

MOST = 100
"""Models that are taken from one folder: each stays in memory."""

LARGEST = 2**26
"""Bytes of the largest checkpoint."""

HEAVIEST = 10**6
"""The largest weight: with it, no sum of any cell runs over."""

NAME = re.compile(r"[^\W_][\w.-]{0,59}")
UNREAD = (".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".h5", ".hdf5", ".keras", ".onnx")
UNSTATED = "not stated"
TEXT, TEXTS, WORDS = 400, 5, 200
"""Letters of a text to open on, how many such texts there are, and letters of what a card says."""

CALLED = {"counting": "counter"}
"""Tasks of the page "Learn" that have another name in the package."""

SAID: Mapping[str, Any] = {
    "task": str,
    "cell": str,
    "command": str,
    "torch": str,
    "held_out": str,
    "held_out_nats_per_character": cards.NUMBER,
    "training_minutes": cards.NUMBER,
    "seed": int,
    "matched": bool,
}
DATA = ("title", "file", "sha256", "licence", "credit", "where")
"""What is taken from a card, beside what is checked of every card: fields of these types, and these texts of its data."""


@dataclass(frozen=True)
class Found:
    """What was found: {name: model}, and a sentence for each file that is left out."""

    models: dict[str, folder.Shelved] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


def folders() -> tuple[Path, ...]:
    """The folders of one's own models."""
    return tuple(Path(place).expanduser() for place in os.environ.get(VARIABLE, "").split(os.pathsep) if place.strip())


def found(shipped: Mapping[str, folder.Shelved], known: Mapping[str, dict[str, Any]]) -> Found:
    """All models of one's own. Nothing in such a folder raises an error.

    Args:
        shipped: the models of the package by name.
        known: what those open on, see `openings.known`.
    """
    models: dict[str, folder.Shelved] = {}
    sentences: list[str] = []
    for place in dict.fromkeys(folders()):
        try:
            paths = sorted(path for path in place.iterdir() if not path.name.startswith("."))
            sentences += folder.alone(place)
        except OSError as error:
            sentences.append(f"{VARIABLE} must name folders that can be read: got {str(place)!r} ({error.strerror})")
            continue
        sentences += [
            f"{path.name} must be a .safetensors file, which holds numbers alone; such a file is never opened"
            for path in paths
            if path.suffix.lower() in UNREAD
        ]
        candidates = [path for path in paths if path.suffix == ".safetensors"]
        if len(candidates) > MOST:
            sentences.append(f"{place.name} must have at most {MOST} checkpoints: got {len(candidates)}, of which the first {MOST} are looked at")
        for path in candidates[:MOST]:
            try:
                _check_place(path, place, shipped, models)
                models[path.stem] = taken(path, shipped, known, models)
            except Exception as error:  # noqa: BLE001 (whatever a stranger's file brings about, the app starts)
                sentences.append(
                    str(error) if isinstance(error, ValueError) else f"{path.name} must be a model that can be shown: {type(error).__name__}: {error}"
                )
    return Found(models, tuple(map(_plain, sentences)))


def _plain(sentence):
    """One line that any terminal can print."""
    line = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in sentence)
    return (line if len(line) <= 400 else f"{line[:399]}…").encode("utf-8", "backslashreplace").decode()


def _check_place(path, place, shipped, models):
    name = path.stem
    if not NAME.fullmatch(name):
        raise ValueError(f"{path.name} must have a name of 1 to 60 letters, digits, '_', '.' and '-' that begins with a letter or digit: got {name!r}")
    if name in shipped or name in models:
        whose = "a shipped model" if name in shipped else "a model in another folder"
        raise ValueError(f"{path.name} must have a name of its own: {name} is {whose}; give the file, and the card beside it, another name")
    for each in (path, path.with_suffix(".json")):
        if not each.resolve().is_relative_to(place.resolve()):
            raise ValueError(f"{each.name} must lie in its folder: it is a link to another place")
    if not path.is_file():
        raise ValueError(f"{path.name} must be a file: it is none")
    if (size := path.stat().st_size) > LARGEST:
        raise ValueError(f"{path.name} must have at most {LARGEST:,} bytes: got {size:,}")


def taken(path: Path, shipped: Mapping[str, folder.Shelved], known: Mapping[str, dict[str, Any]], before: Mapping[str, folder.Shelved]) -> folder.Shelved:
    """The model of one file, with a card that holds what a page shows, and nothing else.

    Args:
        before: one's own that were taken before it.

    Raises:
        ValueError: it cannot be shown; the sentence says why.
    """
    model = folder.read(path, path.stem)
    for key, weight in model.named_parameters():
        if weight.numel() and (most := weight.abs().max().item()) > HEAVIEST:
            raise ValueError(f"{path.name} must have weights of at most {HEAVIEST:,}, beyond which sums are no numbers: got {most:g} in {key}")
    card, texts = _carded(path, model) if path.with_suffix(".json").exists() else _uncarded(path, model, shipped)
    facts: dict[str, Any] = {"name": path.stem, "parameters": sum(p.numel() for p in model.parameters()), "hidden_size": model.spec.hidden_size} | card
    facts["family"] = _family(facts, model.spec, shipped, before)
    try:
        facts["opening"] = _opening(facts, texts, model, known, folder.trained_as(path))
    except ValueError as error:
        raise ValueError(f"{path.name} must be a model that can be shown: {error}") from None
    return folder.Shelved(model, facts, folder.trained_as(path), own=True)


def _carded(path, model):
    """What is taken from the card beside a checkpoint, and the texts to open on."""
    facts = folder.carded(path, model)
    opening = facts.get("opening") or {"text": "", "others": []}
    said = {key: _short(facts[key]) for key, type_ in SAID.items() if isinstance(facts.get(key), type_)}
    data = {key: _short(facts["data"][key]) for key in DATA if isinstance(facts["data"].get(key), str)} | ({"own": True} if facts["data"].get("own") else {})
    data = {"title": path.name, "licence": UNSTATED} | data
    scores = {_short(what): _short(score) for what, score in [*facts["scores"].items()][:20] if isinstance(score, (str, *cards.NUMBER))}
    measured = {"measured": facts["measured"]} if "measured" in facts else {}
    unit = {"unit": opening["unit"], "note": _short(opening["note"])} if "unit" in opening and opening["note"] else {}  # somebody looked at it
    return said | {"data": data, "scores": scores, **measured, **unit}, [opening["text"], *opening["others"]]


def _uncarded(path, model, shipped):
    """The same of a file that says in its metadata what the model learned, as `gatelab.save` and the page "Learn" write it."""
    learned = cards.parsed(folder.about(path).get("learned", "{}"))
    if not isinstance(learned, dict):
        raise ValueError(f"{path.name} must say what it learned in an object: got {type(learned).__name__}")
    said = {key: _short(learned[key]) for key in ("title", "licence", "task") if isinstance(learned.get(key), str)}
    bytes = path.read_bytes()
    data = {"title": said.get("title") or path.name, "licence": said.get("licence") or UNSTATED, "own": True}
    data |= {"file": path.name, "bytes": len(bytes), "sha256": hashlib.sha256(bytes).hexdigest()}
    task = CALLED.get(said.get("task", ""), said.get("task", ""))
    same = any(isinstance(one.model.spec, ModelSpec) and one.card["task"] == task and _reads_alike(one.model.spec, model.spec) for one in shipped.values())
    if same:
        del data["own"]  # its strings come from the task's rule
    texts = learned.get("texts")
    return {"task": task or "texts", "data": data, "scores": {}}, texts if isinstance(texts, list) else []


def _reads_alike(one, other):
    return (one.unit, one.tokens, one.outputs) == (other.unit, getattr(other, "tokens", None), getattr(other, "outputs", None))


def _family(facts, spec, shipped, before):
    """The task under which a model stands beside others: that of its card, where its data are the task's; else what its data are called, with a number where others read other tokens."""
    if not facts["data"].get("own"):
        return facts["task"]
    title = facts["data"]["title"]
    title = f"{title} (your own)" if title in {one.card["task"] for one in shipped.values()} else title
    for called in (title, *(f"{title} {k}" for k in range(2, 2 * MOST))):
        if all(_read_and_said(one.model.spec) == _read_and_said(spec) for one in before.values() if one.card["family"] == called):
            return called


def _read_and_said(spec):
    return (spec.unit, spec.labels) if isinstance(spec, ModelSpec) else (spec.unit, spec.source, spec.target)


def _opening(facts, texts, model, known, trained_as):
    """What it opens on: its own texts, those of its task, or a few of its tokens; the unit that varies most there, unless the card says more of another."""
    usual = {} if facts["data"].get("own") else known.get(facts["task"], {}) | known.get(trained_as, {})
    given = [text[:TEXT] for text in texts if isinstance(text, str) and text.strip()] or [
        text for text in (usual.get("text"), *usual.get("others", ())) if text
    ]
    first, *others = [*dict.fromkeys(map(_readable(model.spec), given or [openings.of_its_own(model)[:TEXT]]))][:TEXTS]
    unit = openings.most_varied(model, first)
    return {
        "text": first,
        "others": others,
        "unit": facts.pop("unit", unit),
        "note": facts.pop("note", openings.MOST_VARIED if isinstance(model.spec, ModelSpec) else ""),
    }


def _readable(spec):
    """What makes a text as short as a model that writes can read."""
    return (lambda text: text) if not isinstance(spec, PairSpec) else lambda text: text[:120]


def _short(value):
    """A text as one line that is not too long; a number as it is."""
    return " ".join(value.split())[:WORDS] if isinstance(value, str) else value


def packed(model: Model) -> bytes:
    """The checkpoint of a model as the page reads it: its weights, in 16 bits where those hold them exactly, and its spec."""
    weights = {name: weight.detach().contiguous() for name, weight in model.state_dict().items()}
    halves = {name: weight.half() for name, weight in weights.items() if weight.is_floating_point()}
    if all(torch.equal(half.float(), weights[name]) for name, half in halves.items()):
        weights |= halves
    return save(weights, {"spec": model.spec.to_json()})


def fitting(names: Collection[str], models: Mapping[str, folder.Shelved]) -> tuple[str, ...]:
    """Of one's own models those that fit into a lesson: of one layer, of a cell of the lesson's models, reading letters or words, and answering or predicting as those do.

    Args:
        names: the lesson's models.
        models: all models by name, one's own among them.
    """
    asked = [models[name].model.spec for name in names]
    alike = {(spec.cell, bool(spec.outputs)) for spec in asked if isinstance(spec, ModelSpec)}
    own = {name: one.model.spec for name, one in models.items() if one.own and isinstance(one.model.spec, ModelSpec)}
    return tuple(name for name, spec in own.items() if spec.num_layers == 1 and spec.unit != "numbers" and (spec.cell, bool(spec.outputs)) in alike)
