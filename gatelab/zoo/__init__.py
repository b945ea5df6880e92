"""The shipped models: trained weights (*.safetensors), a card beside each (*.json), and `load`."""

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from safetensors import SafetensorError, safe_open

from gatelab.models import CharacterModel, ModelSpec

ZOO = Path(__file__).parent
ORDER = ("prose-lstm", "prose-gru", "prose-rnn", "code-lstm")


@dataclass(frozen=True)
class Opening:
    """What a visitor meets first with a model.

    Attributes:
        text: the sentence that stands in the text box.
        unit: the unit to look at, counted from 0.
        note: what that unit does, as measured on held-out text.
        others: more sentences to try.
    """

    text: str
    unit: int
    note: str
    others: tuple[str, ...]


@cache
def models():
    """The names of the shipped models, the one to show first at the front."""
    shipped = {path.stem for path in ZOO.glob("*.safetensors")}
    return tuple(name for name in ORDER if name in shipped) + tuple(sorted(shipped - set(ORDER)))


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
            spec = ModelSpec.from_json((file.metadata() or {})["spec"])
            weights = {key: file.get_tensor(key) for key in file.keys()}
        model = CharacterModel(spec)
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
    """The `Opening` of a shipped model.

    Raises:
        ValueError: there is no such model.
    """
    if name not in models():
        raise ValueError(f"model must be one of {', '.join(models())}: got {name!r}")
    fields = json.loads((ZOO / "openings.json").read_text(encoding="utf-8"))[name]
    return Opening(**fields | {"others": tuple(fields["others"])})
