"""The films of the shipped models: their weights at some moments of their own training, which `training.film` packs in 8 bits."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.numpy import load_file

from gatelab import zoo
from gatelab.networks import build

FILMS = Path(__file__).parent / "films"
SCALE = ".scale"


def path(name: str) -> Path:
    """The file of a model's film."""
    return FILMS / f"{name}.film.safetensors"


def films() -> tuple[str, ...]:
    """The names of the shipped models that have a film."""
    return tuple(name for name in zoo.models() if path(name).exists())


def unpacked(arrays: Mapping[str, np.ndarray], k: int) -> dict[str, np.ndarray]:
    """The weights of moment k, {name: array} of 32 bits, from the arrays of a film."""
    frame = {}
    for name in (name for name in arrays if not name.endswith(SCALE)):
        values, scale = arrays[name][k], arrays[name + SCALE][k]
        frame[name] = (values.reshape(len(scale), -1) * scale[:, None]).reshape(values.shape).astype(np.float32)
    return frame


def steps(name: str) -> tuple[int, ...]:
    """The training steps of a film's moments."""
    with safe_open(path(name), "numpy") as file:
        return tuple(json.loads(file.metadata()["steps"]))


def network(name: str, k: int) -> Any:
    """A shipped model as it was at moment k of its training, read only.

    Raises:
        FileNotFoundError: it has no film.
        IndexError: the film has no such moment.
    """
    weights = unpacked(load_file(path(name)), k)
    model = build(zoo.load(name).spec)
    model.load_state_dict(model.state_dict() | {key: torch.from_numpy(array) for key, array in weights.items()})
    return model.eval().requires_grad_(False)
