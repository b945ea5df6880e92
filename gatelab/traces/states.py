"""Where a network begins: a state by name, or in PyTorch's own form."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, DTypeLike
from torch import Tensor

from gatelab import holds, roles
from gatelab.naming import meant
from gatelab.traces.inputs import Picked, chosen
from gatelab.traces.modules import CELLS, Plain, cell, directions


def check_state(state: Mapping[str, ArrayLike] | None, known: holds.Places, dtype: DTypeLike) -> dict[str, np.ndarray]:
    """A state to begin from: name -> (H,), read only.

    Args:
        state: name, as of a hold -> (H,) numbers; None for none.
        known: what the model has.
        dtype: of its values.

    Raises:
        TypeError: it is no mapping.
        KeyError: a name is none of the model's states.
        ValueError: an array has another shape, or numbers that are not finite.
    """
    if not isinstance(state, Mapping | None):
        raise TypeError(f"state must be a mapping of names to arrays: got {type(state).__name__}")
    begun = {}
    for name, given in (state or {}).items():
        place, letter = holds.split(name)
        if place not in known or letter not in roles.of(known[place].cell).states:
            names = [f"{before}.{each}" if before else each for before in known for each in roles.of(known[before].cell).states]
            raise KeyError(f"a name of state must be one of {', '.join(names)}: got {name!r}{meant(name, names)}")
        array, size = numbers(given).astype(dtype), known[place].units(letter)
        if array.shape != (size,) or not np.isfinite(array).all():
            raise ValueError(f"state {name!r} must be {size} finite numbers, ({size},): got {array if array.shape == (size,) else array.shape}")
        array.flags.writeable = False
        begun[name] = array
    return begun


def numbers(given: Any) -> np.ndarray:
    """A tensor of any precision, one that is learned too, or an array, as a NumPy array of its own."""
    if isinstance(given, Tensor):
        given = given.detach().to("cpu", torch.float64 if given.dtype == torch.float64 else torch.float32).numpy()
    return np.array(given)


def by_name(state: Any, module: Plain, read: Picked) -> Mapping[str, Any] | None:
    """A state by name, as `check_state` takes it, from PyTorch's form: h0, or (h0, c0) for a cell that has a c.

    Args:
        state: a mapping or None stays as it is. Each part of PyTorch's form is (L, H), or (L, B, H) of a batch, L the layers times the directions; (H,) where
            L is 1. Of an `nn.LSTMCell`, `nn.GRUCell` or `nn.RNNCell`: (H,) or (B, H).
        read: the sequence, which says which of a batch is meant.

    Raises:
        TypeError: it is neither.
        ValueError: there are more or fewer parts, or one has another shape.
    """
    if state is None or isinstance(state, Mapping):
        return state
    letters = roles.of(cell(module)).states
    parts = tuple(state) if isinstance(state, list | tuple) else (state,)
    if not all(hasattr(part, "shape") for part in parts):
        raise TypeError(f"state must be a mapping of names to arrays, or {_form(letters)}: got {type(state).__name__} of {type(parts[0]).__name__}")
    if len(parts) != len(letters):
        raise ValueError(f"state of a {type(module).__name__} must be {_form(letters)}: got {len(parts)} of them")
    found = {}
    for letter, part in zip(letters, parts):
        for k, row in enumerate(_rows(letter, numbers(part), module, read)):
            found[f"l{k + 1}.{letter}"] = row
    return found


def _form(letters):
    return "the two tensors (h0, c0)" if len(letters) > 1 else "the tensor h0"


def _rows(letter, part, module, read):
    """What each layer begins from: (layers, directions times H)."""
    layers, ways = getattr(module, "num_layers", 1), directions(module)
    count = layers * ways
    size = (getattr(module, "proj_size", 0) if letter == "h" else 0) or module.hidden_size
    given = part.shape
    single = isinstance(module, CELLS)
    if part.ndim == 1 and count == 1:
        part = part[None]
    elif part.ndim == (2 if single else 3):
        axis = part.ndim - 2
        if read.batch not in (None, part.shape[axis]) and part.shape[axis] != 1:
            raise ValueError(f"{letter}0 must be of as many sequences as the input, {read.batch}: got {given}")
        one = 0 if part.shape[axis] == 1 else read.which if read.batch else chosen(None, part.shape[axis], f"{letter}0 of shape {given}")
        part = part.take(one, axis)
        part = part[None] if single else part
    if part.shape != (count, size):
        shapes = [f"({size},)"] if count == 1 else []
        shapes += [f"(B, {size})"] if single else [f"({count}, {size})", f"({count}, B, {size})"]
        raise ValueError(f"{letter}0 must have shape {' or '.join(shapes)}: got {given}")
    return part.reshape(layers, ways * size)
