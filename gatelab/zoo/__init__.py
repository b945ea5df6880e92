"""The shipped models: trained weights (*.safetensors), a card beside each (*.json), and `load`."""

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from safetensors import SafetensorError, safe_open

from gatelab.models import ModelSpec, build, spec_from_json
from gatelab.roles import SHOWN

ZOO = Path(__file__).parent
ORDER = ("prose-lstm", "prose-gru", "prose-rnn", "prose-peephole", "prose-coupled", "code-lstm", "dates-additive", "dates-multiplicative", "dates-none",
         "translate-additive", "translate-multiplicative", "translate-none", "translate-transformer", "dates-transformer")  # fmt: skip
KINDS = ("character", "answer", "attention", "transformer")
TASKS = ("prose", "sentiment", "brackets", "counter", "recall", "adding")


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
    """

    text: str
    unit: int
    note: str
    others: tuple[str, ...]
    step: int = 0
    claims: tuple[dict, ...] = ()


@cache
def models(kind=None):
    """The names of the shipped models, the one to show first at the front.

    Args:
        kind: "character" (reads characters and predicts the next), "answer" (reads, and answers), "attention" (a recurrent encoder and decoder, with attention or without),
            "transformer", or None for all.

    Raises:
        ValueError: there is no such kind.
    """
    if kind is not None and kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}: got {kind!r}")
    shipped = {path.stem for path in ZOO.glob("*.safetensors")}
    listed = (*ORDER, *(f"{task}-{cell}" for task in TASKS for cell in SHOWN))
    names = tuple(dict.fromkeys(name for name in listed if name in shipped)) + tuple(sorted(shipped - set(listed)))
    return tuple(name for name in names if kind in (None, _kind(name)))


@cache
def readers():
    """The names of the shipped models that read with one recurrent network, and predict the next character or answer."""
    return tuple(name for name in models() if _kind(name) in ("character", "answer"))


@cache
def families():
    """The tasks for which models of several cells are shipped: task -> the names of its models, the one to show first at the front."""
    tasks = dict.fromkeys((*TASKS, *(_spec(ZOO / f"{name}.safetensors").task for name in readers())))
    found = {task: tuple(name for name in readers() if name.split("-")[0] == task) for task in tasks}
    return {task: names for task, names in found.items() if len(names) > 1}


def _kind(name):
    spec = _spec(ZOO / f"{name}.safetensors")
    if isinstance(spec, ModelSpec):
        return "answer" if spec.outputs else "character"
    return "transformer" if spec.attention == "transformer" else "attention"


def _spec(path):
    with safe_open(path, framework="np") as file:
        return spec_from_json((file.metadata() or {})["spec"])


def load(name):
    """A trained model, read only; a shipped one is the same object for everybody who asks.

    Args:
        name: one of `models()`, or the path of a *.safetensors file that `python -m gatelab.training` wrote.

    Raises:
        ValueError: there is no such model, or the file is not a GateLab checkpoint.
    """
    if name in models():
        return _shipped(name)
    path = Path(name)
    if not os.path.isfile(path):
        raise ValueError(f"model must be one of {', '.join(models())}, or the path of a checkpoint: got {str(name)!r}")
    return _read(path)


@cache
def _shipped(name):
    return _read(ZOO / f"{name}.safetensors")


def _read(path):
    try:
        with safe_open(path, framework="pt") as file:
            weights = {key: file.get_tensor(key) for key in file.keys()}  # copied into 32 bits where they have 16
        model = build(_spec(path))
        model.load_state_dict(weights)
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{path.name} must be a GateLab checkpoint: {error}") from None
    return model.eval().requires_grad_(False)


@cache
def card(name):
    """What to know about a shipped model: data, licence, command, seed, held-out loss, parameters, training time.

    Raises:
        ValueError: there is no such model.
    """
    if name not in models():
        raise ValueError(f"model must be one of {', '.join(models())}: got {name!r}")
    return json.loads((ZOO / f"{name}.json").read_text(encoding="utf-8"))


@cache
def opening(name):
    """The `Opening` of a shipped model: that of all models of its task, and what it has of its own.

    Raises:
        ValueError: there is no such model.
    """
    if name not in models():
        raise ValueError(f"model must be one of {', '.join(models())}: got {name!r}")
    all_fields = json.loads((ZOO / "openings.json").read_text(encoding="utf-8"))
    fields = all_fields.get(name.split("-")[0], {}) | all_fields.get(name, {})
    return Opening(**fields | {key: tuple(fields.get(key, ())) for key in ("others", "claims")})
