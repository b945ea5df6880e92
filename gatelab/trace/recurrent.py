"""The trace of a recurrent network: everything that it computed while it read one text, step by step. Torch ends here.

A whole text costs about as much as PyTorch's fused calls, which expose nothing (steps.py says how); one appended
character is one step.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import numpy as np
import torch
from torch import Tensor, nn

from gatelab import cells, steps
from gatelab.models import CharacterModel


class Rows:
    """An append-only table that traces of one growing text share, so that a new row costs the same whatever came before.

    A trace sees the first T rows. The trace that ends at the last row written may append in place; any other copies.
    """

    def __init__(self, width, dtype, capacity=64):
        self.table = np.empty((capacity, width), dtype)
        self.used = 0
        self.lock = Lock()

    def reserve(self, at, count):
        """Rows whose first `at` rows are these, with room for `count` more that nobody else writes: `self` if it has it."""
        end = at + count
        with self.lock:
            if at == self.used and end <= len(self.table):
                self.used = end
                return self
        copy = Rows(self.table.shape[1], self.table.dtype, capacity=max(64, end + end // 4))
        copy.table[:at] = self.table[:at]
        copy.used = end
        return copy


@dataclass(frozen=True)
class Columns:
    """Where each array of a layer stands in the rows."""

    names: tuple[str, ...]
    start: int
    size: int  # H

    def __getitem__(self, name):
        """The columns of one name: a slice of H."""
        at = self.start + self.names.index(name) * self.size
        return slice(at, at + self.size)

    @property
    def stop(self):
        """The first column behind this layer's."""
        return self.start + len(self.names) * self.size


@dataclass(frozen=True)
class Layer:
    """The arrays of one layer of a trace; iterating gives their names."""

    trace: "Trace"
    columns: Columns

    @property
    def names(self):
        """The names of the arrays, e.g. ("i", "f", "g", "o", "c", "h")."""
        return self.columns.names

    def __getitem__(self, name) -> np.ndarray:
        """The values of one name at each step: (T, H), read only.

        Raises:
            KeyError: the cell computes nothing of that name.
        """
        if name not in self.names:
            raise KeyError(f"name must be one of {', '.join(self.names)}: got {name!r}")
        return self.trace._view(self.columns[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)


@dataclass(frozen=True, eq=False)
class Trace:
    """Everything that a model computed while it read one text; row t is step t.

    Made by `gatelab.trace`. Arrays are read-only NumPy views.

    Attributes:
        model: what was traced: a `CharacterModel`, or a plain `nn.RNN`, `nn.LSTM` or `nn.GRU`.
        text: the text read; "" for a plain module.
        layers: one `Columns` a layer.
        rows: the table that holds all values; it may go on with the steps of a longer text.
        length: T, how many of its rows are this trace's.
    """

    model: nn.Module
    text: str
    layers: tuple[Columns, ...]
    rows: Rows
    length: int

    def __len__(self):
        """T, the number of steps."""
        return self.length

    def __iter__(self) -> Iterator[str]:
        """The names of the arrays."""
        return iter(self.names)

    def __contains__(self, name):
        return name in self.names

    def __getitem__(self, name) -> np.ndarray:
        """The values of one name in the last layer at each step: (T, H), read only."""
        return self.layer(-1)[name]

    def layer(self, k) -> Layer:
        """The arrays of layer k, counted from 0; -1 is the last.

        Raises:
            IndexError: there is no such layer.
        """
        if not -len(self.layers) <= k < len(self.layers):
            raise IndexError(f"layer must be in 0 to {len(self.layers) - 1}: got {k}")
        return Layer(self, self.layers[k])

    @property
    def names(self):
        """The names of the arrays of each layer, in the order of the equations."""
        return self.layers[-1].names

    @cached_property
    def tokens(self):
        """What was read, one token a step; for a plain module the numbers of the steps, from "1"."""
        return tuple(self.text) if self.vocab else tuple(str(t + 1) for t in range(self.length))

    @property
    def vocab(self):
        """The V tokens that the model knows; () for a plain module."""
        return self.model.spec.tokens if isinstance(self.model, CharacterModel) else ()

    @property
    def probs(self) -> np.ndarray | None:
        """Probability of each next token after each step: (T, V), rows sum to 1; None for a plain module."""
        return self._view(slice(self.layers[-1].stop, None)) if self.vocab else None

    def extend(self, more):
        """The trace of the text with more at its end, at the cost of the new steps alone.

        Args:
            more: a string; for a plain module an input tensor (n, D).
        """
        check = _check_text if self.vocab else _check_input
        return _extended(self, check(self.model, more))

    def revised(self, text):
        """The trace of another text by the same model; the steps of the common prefix are not computed again.

        Raises:
            TypeError: the trace is that of a plain module, or text is no string.
        """
        if not self.vocab:
            raise TypeError(f"revised needs a trace of text: got one of {type(self.model).__name__}")
        text = _check_text(self.model, text)
        kept = len(self) if text.startswith(self.text) else len(os.path.commonprefix((self.text, text)))
        return _extended(self.head(kept), text[kept:])

    def head(self, length):
        """The trace of the first `length` steps, for nothing."""
        if not 0 <= length <= self.length:
            raise ValueError(f"length must be in 0 to {self.length}: got {length}")
        return Trace(self.model, self.text[:length], self.layers, self.rows, length)

    def _view(self, columns):
        view = self.rows.table[: self.length, columns]
        view.flags.writeable = False
        return view


def read(model, text_or_tensor):
    """Run a model over a text, or a plain recurrent module over an input, and keep everything.

    Args:
        model: a `CharacterModel` (see `gatelab.load`) with a string, or an `nn.RNN`, `nn.LSTM` or `nn.GRU` with any
            number of layers and an input tensor (T, D). Both start from a zero state, without dropout.

    Raises:
        TypeError: the model or the input is of another kind.
        ValueError: the module or the shape is one that cannot be traced.
    """
    if isinstance(model, CharacterModel):
        given, width = _check_text(model, text_or_tensor), len(model.spec.tokens)
        recurrent = model.recurrent
    else:
        recurrent = _check_module(model)
        given, width = _check_input(model, text_or_tensor), 0
    names = cells.NAMES[recurrent.mode.split("_")[0].lower()]  # "LSTM", "GRU", "RNN_TANH" or "RNN_RELU"
    layers, start = [], 0
    for _ in range(recurrent.num_layers):
        layers.append(Columns(names, start, recurrent.hidden_size))
        start = layers[-1].stop
    dtype = recurrent.weight_ih_l0.detach().numpy().dtype
    empty = Trace(model, "", tuple(layers), Rows(start + width, dtype, max(64, len(given))), 0)
    return _extended(empty, given)


def _check_text(model, text):
    if not isinstance(text, str):
        raise TypeError(f"{model.spec.name} reads a string: got {type(text).__name__}")
    return text


def _check_module(module):
    if not isinstance(module, (nn.RNN, nn.LSTM, nn.GRU)):
        raise TypeError(f"model must be a GateLab model or an nn.RNN, nn.LSTM or nn.GRU: got {type(module).__name__}")
    if module.bidirectional:
        raise ValueError("the module must read in one direction: got bidirectional=True")
    if module.proj_size:
        raise ValueError(f"the module must have no projection: got proj_size={module.proj_size}")
    weight = module.weight_ih_l0
    if weight.dtype not in (torch.float32, torch.float64) or weight.device.type != "cpu":
        raise ValueError(f"the module must be float32 or float64 on the CPU: got {weight.dtype} on {weight.device}")
    return module


def _check_input(module, x):
    if not isinstance(x, Tensor):
        raise TypeError(f"a plain {type(module).__name__} reads a tensor (T, {module.input_size}): got {type(x).__name__}")
    if x.ndim != 2 or x.shape[1] != module.input_size:
        raise ValueError(f"input must have shape (T, {module.input_size}), without a batch: got {tuple(x.shape)}")
    if x.dtype != module.weight_ih_l0.dtype:
        raise ValueError(f"input must be {module.weight_ih_l0.dtype}, like the weights: got {x.dtype}")
    return x


@torch.inference_mode()
def _extended(old, more):
    """`old` with the steps of `more` (a string or a checked tensor) appended."""
    if not len(more):
        return old
    end = old.length + len(more)
    rows = old.rows.reserve(old.length, len(more))
    new = rows.table[old.length : end]
    model, recurrent = old.model, old.model.recurrent if old.vocab else old.model
    x = model.embedding(torch.tensor(model.vocabulary.encode(more))) if old.vocab else more.detach()
    for k, columns in enumerate(old.layers):
        w = cells.Weights(*(getattr(recurrent, f"{name}_l{k}", None) for name in cells.Weights._fields))
        before = {name: _last(old, columns, name) for name in ("h", "c") if name in columns.names}
        out = new[:, columns.start : columns.stop]
        steps.fill(recurrent.mode, x, w, before, out)
        x = torch.from_numpy(new[:, columns["h"]])
    if old.vocab:
        new[:, old.layers[-1].stop :] = model.head(x).softmax(-1).numpy()
    return Trace(model, old.text + more if old.vocab else "", old.layers, rows, end)


def _last(old, columns, name):
    """A state after the last step, (H,); zeros before the first."""
    if not old.length:
        return np.zeros(columns.size, old.rows.table.dtype)
    return old.rows.table[old.length - 1, columns[name]]
