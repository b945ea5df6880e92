"""What a folder of models must hold: each checkpoint (NAME.safetensors) with a card beside it (NAME.json) that fits it."""

import hashlib
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from gatelab.networks import ModelSpec, Reader, build, spec_from_json
from gatelab.networks.pairs import PairSpec

OPENINGS = "openings.json"
"""What the models open on; no card, as the next."""

PAGES = "pages.json"
"""What pages offer instead."""

NUMBER = (int, float)
EVERY = {"task": str, "parameters": int, "scores": dict, "training_minutes": NUMBER, "command": str, "data": dict}
FIELDS = {
    "character": EVERY | {"held_out_nats_per_character": NUMBER, "data.title": str},
    "answer": EVERY,
    "attention": EVERY | {"by_length": dict, "by_length.score": str, "by_length.length": str, "by_length.bins": list},
}
FIELDS["transformer"] = FIELDS["attention"]
"""What the card of each kind of model must have at least, "a.b" being the field b of the field a."""

MAY = {"matched": bool}
"""What the card of any model may have."""

OPENING = {"text": str, "unit": int, "note": str, "others": list}
MEASURED = {"weights": str, "command": str, "tokens": int, "ranges": dict, "units": list}
UNIT = {"unit": int, "name": str, "sign": int, "called": str, "property": str, "measure": str, "score": NUMBER, "on": int}
"""What `python -m gatelab.training.units` adds to a card under "measured", and what each of its units has."""


@dataclass(frozen=True)
class Shelved:
    """A model of a folder.

    Attributes:
        model: with the name of its file, whatever name it was trained under, so that no two have the same.
        card: what its card says, with the same name.
        trained_as: the name that it was trained under, which stands in its file.
    """

    model: torch.nn.Module
    card: dict
    trained_as: str


def kind(spec: ModelSpec | PairSpec) -> str:
    """What a model of a spec does, one of the keys of `FIELDS`."""
    if isinstance(spec, ModelSpec):
        return "answer" if spec.outputs else "character"
    return "transformer" if spec.attention == "transformer" else "attention"


def read(path: Path, name: str | None = None) -> torch.nn.Module:
    """The model of a checkpoint, read only.

    Args:
        name: what to call it; None leaves it the name that it was trained under.

    Raises:
        ValueError: the file is no checkpoint, or of a kind that this version does not know.
    """
    try:
        spec, weights = _opened(path)
        with torch.device("cpu"):  # whatever the default is: everybody gets the same model
            model = build(replace(spec, name=name or spec.name))
        _check_weights(weights, model.state_dict())
        model.load_state_dict(weights)  # copied into 32 bits where they have 16
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{path.name} must be a GateLab checkpoint: {error}") from None
    return model.eval().requires_grad_(False)


def renamed(path: Path) -> bytes:
    """A checkpoint with the name of its file in place of the one that it was trained under."""
    spec, weights = _opened(path)
    return save(weights, {"spec": replace(spec, name=path.stem).to_json()})


def _opened(path):
    """The spec and the weights in a file."""
    with safe_open(path, framework="pt") as file:
        about = file.metadata() or {}
        if "spec" not in about:
            raise ValueError(f"its metadata must hold a spec: got {', '.join(about) or 'nothing'}")
        return spec_from_json(about["spec"]), {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (an open file of safetensors has keys, and cannot be walked through)


def _check_weights(weights, wanted):
    for key in dict.fromkeys((*wanted, *weights)):
        must, has = (f"{tuple(side[key].shape)}" if key in side else "left out" for side in (wanted, weights))
        if must != has:
            raise ValueError(f"{key} must be {must}: got {has}")
        if not weights[key].float().sum().isfinite():
            raise ValueError(f"{key} must hold finite numbers")


def shelved(path: Path) -> Shelved:
    """A checkpoint with its card, both checked.

    Raises:
        ValueError: one of them is not as it must be; the sentence names the file, the rule and what came.
    """
    name, card = path.stem, path.with_suffix(".json")
    if not re.fullmatch(r"[\w.-]+", name):
        raise ValueError(f"{path.name} must have a name of letters, digits, '_', '.' and '-': got {name!r}")
    if not card.exists():
        raise ValueError(f"{path.name} must have a card beside it, {card.name}: there is none")
    model = read(path, name)
    try:
        facts = json.loads(card.read_text(encoding="utf-8"), parse_constant=_no_number)
        _check_card(facts, model)
    except (OSError, ValueError) as error:  # what is no JSON, or no UTF-8, as well
        raise ValueError(f"{card.name} must be the card of {path.name}: {error}") from None
    measured = facts.get("measured")
    if measured and measured["weights"] != hashlib.sha256(path.read_bytes()).hexdigest():
        del facts["measured"]  # it was measured on other weights: nothing of it holds
    elif measured and isinstance(model, Reader):
        model.ranges = {name: float(span["to"]) for name, span in measured["ranges"].items()}
    return Shelved(model, facts | {"name": name}, _opened(path)[0].name)


def _no_number(constant):
    raise ValueError(f"numbers must be finite, or no browser reads them: got {constant}")


def _check_card(facts, model):
    _check_fields("the card", facts, FIELDS[kind(model.spec)])
    _check_fields("the card", facts, {field: type_ for field, type_ in MAY.items() if field in facts})
    count = sum(p.numel() for p in model.parameters())
    if facts["parameters"] != count:
        raise ValueError(f"parameters must be {count}, as in the checkpoint: got {facts['parameters']}")
    opening = facts.get("opening")
    if opening is not None:
        _check_fields("opening", opening, OPENING)
        if not 0 <= opening["unit"] < model.spec.hidden_size:
            raise ValueError(f"opening.unit must be from 0 to {model.spec.hidden_size - 1}: got {opening['unit']}")
        if not all(isinstance(text, str) for text in opening["others"]):
            raise ValueError(f"opening.others must be texts: got {opening['others']!r}")
    if "measured" in facts:
        _check_measured(facts["measured"], model.spec.hidden_size)


def _check_measured(measured, size):
    _check_fields("measured", measured, MEASURED)
    for name, span in measured["ranges"].items():
        _check_fields(f"measured.ranges.{name}", span, {"to": NUMBER, "inside": NUMBER})
        if span["to"] <= 0:
            raise ValueError(f"measured.ranges.{name}.to must be above 0: got {span['to']}")
    for one in measured["units"]:
        _check_fields("a unit of measured.units", one, UNIT)
        if not 0 <= one["unit"] < size:
            raise ValueError(f"a unit of measured.units must be from 0 to {size - 1}: got {one['unit']}")


def _check_fields(what, facts, fields):
    if not isinstance(facts, dict):
        raise ValueError(f"{what} must be an object with {', '.join(fields)}: got {type(facts).__name__}")
    for field, type_ in fields.items():
        *above, last = field.split(".")
        place = facts[above[0]] if above else facts
        if last not in place:
            raise ValueError(f"{what} must have {field}")
        if not isinstance(place[last], type_):
            names = " or ".join(one.__name__ for one in (type_ if isinstance(type_, tuple) else (type_,)))
            raise ValueError(f"{field} must be of type {names}: got {place[last]!r}")


def alone(folder: Path) -> list[str]:
    """A sentence for each JSON file that stands alone in a folder: it is no card, or that of a checkpoint which is not there."""
    return [
        f"{path.name} must have its checkpoint beside it, {path.stem}.safetensors: there is none"
        for path in sorted(folder.glob("*.json"))
        if path.name not in (OPENINGS, PAGES) and not path.with_suffix(".safetensors").exists()
    ]
