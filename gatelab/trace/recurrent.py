"""The trace of a recurrent network: everything that it computed while it read one text, step by step. Torch ends here.

A whole text costs about as much as PyTorch's fused calls, which expose nothing (steps.py says how); one appended
character is one step.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

import numpy as np
import torch
from torch import Tensor, nn

from gatelab import cells, steps
from gatelab.models import Reader
from gatelab.recurrent import Recurrent
from gatelab.text import beginning, tokenize


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
        model: what was traced: a `Reader`, or a plain `Recurrent`, `nn.RNN`, `nn.LSTM` or `nn.GRU`.
        text: the text read; "" for a plain module.
        tokens: what was read, one token a step; for a plain module the numbers of the steps, from "1".
        layers: one `Columns` a layer.
        rows: the table that holds all values; it may go on with the steps of a longer text.
    """

    model: nn.Module
    text: str
    tokens: tuple[str, ...]
    layers: tuple[Columns, ...]
    rows: Rows

    def __len__(self):
        """T, the number of steps."""
        return len(self.tokens)

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

    @property
    def vocab(self):
        """The V tokens that the model knows; () for a plain module and for a model that reads numbers."""
        return self.model.spec.tokens if isinstance(self.model, Reader) else ()

    @property
    def labels(self):
        """What the columns of `answers` stand for: the tokens of which one comes next, or the model's outputs; () for a plain module."""
        return self.model.spec.labels if isinstance(self.model, Reader) else ()

    @property
    def answers(self) -> np.ndarray | None:
        """What the model says after each step, (T, O): probabilities, or the number of a model that gives one; None for a plain module."""
        return self._view(slice(self.layers[-1].stop, None)) if self.labels else None

    @property
    def probs(self) -> np.ndarray | None:
        """Probability of each label after each step: (T, O), rows sum to 1; None where the model gives no probabilities."""
        return self.answers if len(self.labels) > 1 else None

    def extend(self, more):
        """The trace of the text with more at its end, at the cost of the new steps alone.

        Args:
            more: a string; for a plain module an input tensor (n, D).
        """
        if not isinstance(self.model, Reader):
            return _extended(self, _check_input(self.model, more), "")
        more = _check_text(self.model, more)
        if self.model.spec.unit == "characters":
            return _extended(self, more, self.text + more)
        return self.revised(self.text + more)  # a word may go on

    def revised(self, text):
        """The trace of another text by the same model; the steps of the common beginning are not computed again.

        Raises:
            TypeError: the trace is that of a plain module, or text is no string.
        """
        if not isinstance(self.model, Reader):
            raise TypeError(f"revised needs a trace of text: got one of {type(self.model).__name__}")
        start = self.shared(_check_text(self.model, text))
        return _extended(start, tokenize(text, self.model.spec.unit)[len(start) :], text)

    def shared(self, text):
        """The trace of the steps that another text begins with as well, for nothing."""
        return self.head(common(self.tokens, tokenize(text, self.model.spec.unit)))

    def head(self, length):
        """The trace of the first `length` steps, for nothing."""
        if not 0 <= length <= len(self):
            raise ValueError(f"length must be in 0 to {len(self)}: got {length}")
        if length == len(self):
            return self
        text = beginning(self.text, self.model.spec.unit, length) if isinstance(self.model, Reader) else ""
        return Trace(self.model, text, self.tokens[:length], self.layers, self.rows)

    def _view(self, columns):
        view = self.rows.table[: len(self), columns]
        view.flags.writeable = False
        return view


def common(one, other):
    """How many tokens two sequences have in common at their beginning."""
    count = min(len(one), len(other))
    if one[:count] == other[:count]:
        return count
    return next(k for k in range(count) if one[k] != other[k])


def read(model, text_or_tensor):
    """Run a model over a text, or a plain recurrent module over an input, and keep everything.

    Args:
        model: a `Reader` (see `gatelab.load`) with a string, or a `Recurrent`, `nn.RNN`, `nn.LSTM` or `nn.GRU` with any
            number of layers and an input tensor (T, D). All start from a zero state, without dropout.

    Raises:
        TypeError: the model or the input is of another kind.
        ValueError: the module or the shape is one that cannot be traced.
    """
    reads = isinstance(model, Reader)
    recurrent = model.recurrent if reads else _check_module(model)
    given = tokenize(_check_text(model, text_or_tensor), model.spec.unit) if reads else _check_input(model, text_or_tensor)
    names = cells.NAMES[cell(recurrent).removesuffix("-relu")]
    layers, start = [], 0
    for _ in range(recurrent.num_layers):
        layers.append(Columns(names, start, recurrent.hidden_size))
        start = layers[-1].stop
    dtype = recurrent.weight_ih_l0.detach().numpy().dtype
    rows = Rows(start + (len(model.spec.labels) if reads else 0), dtype, max(64, len(given)))
    return _extended(Trace(model, "", (), tuple(layers), rows), given, text_or_tensor if reads else "")


def cell(module):
    """The cell of a recurrent module: a key of `cells.CELLS`, or "rnn-relu"."""
    return module.cell if isinstance(module, Recurrent) else MODES[module.mode]


MODES = {"RNN_TANH": "rnn", "RNN_RELU": "rnn-relu", "LSTM": "lstm", "GRU": "gru"}
"""What PyTorch's modules call their cell."""


def _check_text(model, text):
    if not isinstance(text, str):
        raise TypeError(f"{model.spec.name} reads a string: got {type(text).__name__}")
    return text


def _check_module(module):
    if not isinstance(module, (Recurrent, nn.RNN, nn.LSTM, nn.GRU)):
        raise TypeError(f"model must be a GateLab model, a Recurrent, nn.RNN, nn.LSTM or nn.GRU: got {type(module).__name__}")
    if getattr(module, "bidirectional", False):
        raise ValueError("the module must read in one direction: got bidirectional=True")
    if getattr(module, "proj_size", 0):
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
def _extended(old, more, text):
    """`old` with the steps of `more` (tokens or a checked tensor) appended: the trace of `text`."""
    reads, model = isinstance(old.model, Reader), old.model
    tokens = old.tokens + (tuple(more) if reads else tuple(str(t + 1) for t in range(len(old), len(old) + len(more))))
    if not len(more):
        return Trace(model, text, tokens, old.layers, old.rows)
    rows = old.rows.reserve(len(old), len(more))
    new = rows.table[len(old) : len(tokens)]
    recurrent = model.recurrent if reads else model
    x = model.inputs(more) if reads else more.detach()
    for k, columns in enumerate(old.layers):
        w = cells.weights(recurrent, f"_l{k}")
        before = {name: _last(old, columns, name) for name in ("h", "c") if name in columns.names}
        steps.fill(cell(recurrent), x, w, before, new[:, columns.start : columns.stop])
        x = torch.from_numpy(new[:, columns["h"]])
    if reads:
        new[:, old.layers[-1].stop :] = model.answer(x).numpy()
    return Trace(model, text, tokens, old.layers, rows)


def _last(old, columns, name):
    """A state after the last step, (H,); zeros before the first."""
    if not len(old):
        return np.zeros(columns.size, old.rows.table.dtype)
    return old.rows.table[len(old) - 1, columns[name]]
