"""The trace of a recurrent network: everything that it computed while it read one text, step by step. Torch ends here.

A whole text costs about as much as PyTorch's fused calls, which expose nothing (steps.py says how); one appended
character is one step.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

import numpy as np
import torch
from numpy.typing import ArrayLike, DTypeLike
from torch import Tensor

from gatelab import holds, roles, steps
from gatelab.holds import Hold
from gatelab.networks import Reader
from gatelab.text import beginning, tokenize
from gatelab.traces import shown
from gatelab.traces.modules import Plain, cell, check_input, check_text
from gatelab.traces.weights import TracedWeights


class Rows:
    """An append-only table that traces of one growing text share, so that a new row costs the same whatever came before.

    A trace sees the first T rows. The trace that ends at the last row written may append in place; any other copies.
    """

    def __init__(self, width: int, dtype: DTypeLike, capacity: int = 64) -> None:
        self.table = np.empty((capacity, width), dtype)
        self.used = 0
        self.lock = Lock()

    def reserve(self, at: int, count: int) -> "Rows":
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

    def __getstate__(self) -> dict[str, np.ndarray]:
        """What is pickled or copied: the rows written so far."""
        return {"table": self.table[: self.used]}

    def __setstate__(self, state: dict[str, np.ndarray]) -> None:
        self.table, self.used, self.lock = state["table"], len(state["table"]), Lock()


@dataclass(frozen=True)
class Columns:
    """Where each array of a layer stands in the rows."""

    names: tuple[str, ...]
    start: int
    size: int  # H

    def __getitem__(self, name: str) -> slice:
        """The columns of one name: a slice of H."""
        at = self.start + self.names.index(name) * self.size
        return slice(at, at + self.size)

    @property
    def stop(self) -> int:
        """The first column behind this layer's."""
        return self.start + len(self.names) * self.size


@dataclass(frozen=True)
class Layer:
    """The arrays of one layer of a trace; iterating gives their names."""

    trace: "Trace"
    columns: Columns

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the arrays, e.g. ("i", "f", "g", "o", "c", "h")."""
        return self.columns.names

    @property
    def tokens(self) -> tuple[str, ...]:
        """What was read, one token a step."""
        return self.trace.tokens

    @property
    def cell(self) -> str:
        """The cell, as of the trace."""
        return self.trace.cell

    @property
    def ranges(self) -> Mapping[str, float]:
        """The pinned ranges that were measured of the model, for its last layer alone."""
        return self.trace.ranges if self.columns == self.trace.layers[-1] else {}

    @property
    def place(self) -> str:
        """Which layer of how many this is, e.g. "layer 2 of 2"; "" where there is one."""
        layers = self.trace.layers
        return f"layer {layers.index(self.columns) + 1} of {len(layers)}" if len(layers) > 1 else ""

    def __len__(self) -> int:
        """T, the number of steps."""
        return len(self.trace)

    def __getitem__(self, name: str) -> np.ndarray:
        """The values of one name at each step: (T, H), read only.

        Raises:
            KeyError: the cell computes nothing of that name.
        """
        if name not in self.names:
            raise KeyError(f"name must be one of {', '.join(self.names)}: got {name!r}")
        return self.trace._view(self.columns[name])

    def held_at(self, name: str) -> np.ndarray:
        """Where the values of one name were held: booleans, (T, H).

        Raises:
            KeyError: the cell computes nothing of that name.
        """
        if name not in self.names:
            raise KeyError(f"name must be one of {', '.join(self.names)}: got {name!r}")
        held = self.trace.held_in(self.trace.layers.index(self.columns))
        return holds.mask(held, name, len(self), self.columns.size)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def keys(self) -> tuple[str, ...]:
        """The names of the arrays, so that `dict(layer)` holds them all."""
        return self.names

    def __repr__(self) -> str:
        """Which layer of which model it is, and the names with their shapes: one line."""
        return f"{self.place or 'the layer'} of a trace of {shown.called(self.trace.model)}: {shown.shapes(dict(self))}"


@dataclass(frozen=True, eq=False)
class Trace:
    """Everything that a model computed while it read one text; row t is step t.

    Made by `gatelab.trace`. Arrays are read-only NumPy views; those that a trace gives by name are of its last layer.

    Attributes:
        model: what was traced: a `Reader`, or a plain `Recurrent`, `nn.RNN`, `nn.LSTM` or `nn.GRU`.
        text: the text read; "" for a plain module.
        tokens: what was read, one token a step; for a plain module the numbers of the steps, from "1".
        layers: one `Columns` a layer.
        rows: the table that holds all values; it may go on with the steps of a longer text.
        weights: those that every step was computed with.
        held: the holds with which the steps were computed, and with which further ones are.
        state: what the first step began from where that is not zero: name, as of a hold -> (H,), read only.
    """

    model: Reader | Plain
    text: str
    tokens: tuple[str, ...]
    layers: tuple[Columns, ...]
    rows: Rows
    weights: TracedWeights = field(repr=False)
    held: tuple[Hold, ...] = ()
    state: Mapping[str, np.ndarray] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        """T, the number of steps."""
        return len(self.tokens)

    def __iter__(self) -> Iterator[str]:
        """The names of the arrays."""
        return iter(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __getitem__(self, name: str) -> np.ndarray:
        """The values of one name in the last layer at each step: (T, H), read only."""
        return self.layer(-1)[name]

    def layer(self, k: int) -> Layer:
        """The arrays of layer k, counted from 0; -1 is the last.

        Raises:
            IndexError: there is no such layer.
        """
        if not -len(self.layers) <= k < len(self.layers):
            raise IndexError(f"layer must be in 0 to {len(self.layers) - 1}: got {k}")
        return Layer(self, self.layers[k])

    def held_at(self, name: str) -> np.ndarray:
        """Where the values of one name were held: booleans, (T, H); of the last layer, or of layer 1 for "l1.f".

        Raises:
            KeyError: the model computes nothing of that name.
        """
        if wrong := holds.unnamed(name, places(self.weights.recurrent)):
            raise KeyError(f"name {wrong}")
        place, letter = holds.split(name)
        return self.layer(int(place[1:]) - 1 if place else -1).held_at(letter)

    def held_in(self, k: int) -> tuple[Hold, ...]:
        """The holds of layer k, counted from 0, under their names in that layer."""
        return holds.within(self.held, *_called(k, len(self.layers)))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the arrays of each layer, in the order of the equations."""
        return self.layers[-1].names

    def keys(self) -> tuple[str, ...]:
        """The names of the arrays, so that `dict(trace)` holds those of the last layer."""
        return self.names

    def __repr__(self) -> str:
        """The model, the number of steps, what was read, and the names with their shapes, in a few lines without values."""
        read = f" of {shown.cut(self.text)}" if isinstance(self.model, Reader) else ""
        where = f"{self.place}, trace.layer(k) has each: " if self.place else ""
        says = {} if self.answers is None else {"answers" if self.probs is None else "probs": self.answers}
        return shown.lines(
            f"Trace of {shown.called(self.model)} ({self.cell}): {shown.count(len(self), 'step')}{read}",
            where + shown.shapes(dict(self)),
            shown.shapes(says),
            held=self.held,
        )

    def __setstate__(self, fields: dict) -> None:
        """What was pickled or copied; NumPy forgets which arrays are read only."""
        self.__dict__.update(fields)
        for array in self.state.values():
            array.flags.writeable = False

    @property
    def cell(self) -> str:
        """What all layers are made of: a key of `roles.KNOWN`."""
        return cell(self.weights.recurrent)

    @property
    def ranges(self) -> Mapping[str, float]:
        """The pinned ranges that were measured of the model, name -> the value at which its color saturates; {} where none were."""
        return self.model.ranges if isinstance(self.model, Reader) else {}

    @property
    def place(self) -> str:
        """Which layer the arrays are of that the trace gives by name, e.g. "layer 2 of 2"; "" where there is one."""
        return self.layer(-1).place

    @property
    def reader(self) -> Reader:
        """The model, where it reads text.

        Raises:
            TypeError: it is a plain module.
        """
        if not isinstance(self.model, Reader):
            raise TypeError(f"the model must be one that reads text: got {type(self.model).__name__}")
        return self.model

    @property
    def vocab(self) -> tuple[str, ...]:
        """The V tokens that the model knows; () for a plain module and for a model that reads numbers."""
        return self.model.spec.tokens if isinstance(self.model, Reader) else ()

    @property
    def labels(self) -> tuple[str, ...]:
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

    def extend(self, more: str | Tensor) -> "Trace":
        """The trace of the text with more at its end, at the cost of the new steps alone.

        Args:
            more: a string; for a plain module an input tensor (n, D).

        Raises:
            TypeError, ValueError: `more` is of another kind, shape, dtype or device.
            RuntimeError: the weights are not those with which the trace was begun.
        """
        if isinstance(self.model, Reader) and self.model.spec.unit != "characters":
            return self.revised(self.text + check_text(self.model, more))  # a word may go on
        self.weights.check()
        if isinstance(self.model, Reader):
            more = check_text(self.model, more)
            return _extended(self, more, self.text + more)
        return _extended(self, check_input(self.model, more, self.weights.dtype), "")

    def revised(self, text: str) -> "Trace":
        """The trace of another text by the same model; the steps of the common beginning are not computed again.

        Raises:
            TypeError: the trace is that of a plain module, or text is no string.
            RuntimeError: the weights are not those with which the trace was begun.
        """
        if not isinstance(self.model, Reader):
            raise TypeError(f"revised needs a trace of text: got one of {type(self.model).__name__}")
        start = self.shared(check_text(self.model, text))
        self.weights.check()
        return _extended(start, tokenize(text, self.model.spec.unit)[len(start) :], text)

    def shared(self, text: str) -> "Trace":
        """The trace of the steps that another text begins with as well, for nothing."""
        return self.head(common(self.tokens, tokenize(text, self.reader.spec.unit)))

    def head(self, length: int) -> "Trace":
        """The trace of the first `length` steps, for nothing."""
        if not 0 <= length <= len(self):
            raise ValueError(f"length must be in 0 to {len(self)}: got {length}")
        if length == len(self):
            return self
        text = beginning(self.text, self.model.spec.unit, length) if isinstance(self.model, Reader) else ""
        return replace(self, text=text, tokens=self.tokens[:length])

    def _view(self, columns):
        view = self.rows.table[: len(self), columns]
        view.flags.writeable = False
        return view


def common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many tokens two sequences have in common at their beginning."""
    count = min(len(one), len(other))
    if one[:count] == other[:count]:
        return count
    return next(k for k in range(count) if one[k] != other[k])


def places(model: Reader | Plain) -> dict[str, holds.Place]:
    """What of a model can be held, see `holds.layers`."""
    recurrent = model.recurrent if isinstance(model, Reader) else model
    return holds.layers(cell(recurrent), recurrent.hidden_size, recurrent.num_layers)


def read(model: Reader | Plain, text_or_tensor: str | Tensor, hold: Hold | Iterable[Hold] | None = None, state: Mapping[str, ArrayLike] | None = None) -> Trace:
    """Run a model over a text, or a plain recurrent module over an input, and keep everything.

    Args:
        model: a `Reader` (see `gatelab.load`) with a string, or a `Recurrent`, `nn.RNN`, `nn.LSTM` or `nn.GRU` with any
            number of layers and an input tensor (T, D). All are without dropout, as after `eval()`.
        hold: a `Hold`, or several, which act in the order given.
        state: where to begin, name -> (H,): "h", and "c" where the cell has one, in the last layer, "l1.h" in layer 1; zeros without.

    Raises:
        TypeError: the model, the input or a hold is of another kind.
        KeyError: a hold or the state has a name that the model does not compute.
        ValueError: the module or the shape is one that cannot be traced, or a hold has a unit that the model does not have.
    """
    weights = TracedWeights(model)
    given: tuple[str, ...] | Tensor
    if isinstance(model, Reader):
        text, labels = check_text(model, text_or_tensor), len(model.spec.labels)
        given = tokenize(text, model.spec.unit)
    else:
        text, labels, given = "", 0, check_input(model, text_or_tensor, weights.dtype)
    names, known = roles.of(cell(weights.recurrent)).names, places(weights.recurrent)
    dtype = weights.layers[0].weight_hh.detach().numpy().dtype
    held, begun = holds.check(hold, known), check_state(state, known, dtype)
    layers, start = [], 0
    for _ in weights.layers:
        layers.append(Columns(names, start, weights.recurrent.hidden_size))
        start = layers[-1].stop
    rows = Rows(start + labels, dtype, max(64, len(given)))
    return _extended(Trace(model, "", (), tuple(layers), rows, weights, held, begun), given, text)


@torch.inference_mode()
def _extended(old, more, text):
    """`old` with the steps of `more` (tokens or a checked tensor) appended: the trace of `text`."""
    reads, model, weights = isinstance(old.model, Reader), old.model, old.weights
    tokens = old.tokens + (tuple(more) if reads else tuple(str(t + 1) for t in range(len(old), len(old) + len(more))))
    if not len(more):
        return replace(old, text=text, tokens=tokens)
    rows = old.rows.reserve(len(old), len(more))
    new = rows.table[len(old) : len(tokens)]
    x = model.inputs(more) if reads else more.detach()
    kind = cell(weights.recurrent)
    for k, (columns, w) in enumerate(zip(old.layers, weights.layers)):
        before = {name: _last(old, k, name) for name in roles.of(kind).states}
        steps.fill_held(kind, x, w, before, new[:, columns.start : columns.stop], old.held_in(k), range(len(old), len(tokens)))
        x = torch.from_numpy(new[:, columns["h"]])
    if reads:
        new[:, old.layers[-1].stop :] = model.answer(x).numpy()
    return replace(old, text=text, tokens=tokens, rows=rows)


def _last(old, k, name):
    """A state of layer k after the last step, (H,); before the first what was given, or zeros."""
    columns = old.layers[k]
    if len(old):
        return old.rows.table[len(old) - 1, columns[name]]
    given = [old.state[key] for key in old.state if holds.split(key)[0] in _called(k, len(old.layers)) and holds.split(key)[1] == name]
    return given[-1].copy() if given else np.zeros(columns.size, old.rows.table.dtype)


def _called(k, count):
    """What can stand before the dot of a name in layer k of so many."""
    return (f"l{k + 1}", "") if k == count - 1 else (f"l{k + 1}",)


def check_state(state: Mapping[str, ArrayLike] | None, known: holds.Places, dtype: DTypeLike) -> dict[str, np.ndarray]:
    """A state to begin from: name -> (H,), read only.

    Args:
        state: name, as of a hold -> (H,) numbers; None for none.
        known: what the model has.
        dtype: of its weights.

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
            raise KeyError(f"a name of state must be one of {', '.join(names)}: got {name!r}")
        array, size = np.array(given.detach() if isinstance(given, Tensor) else given, dtype), known[place].size
        if array.shape != (size,) or not np.isfinite(array).all():
            raise ValueError(f"state {name!r} must be {size} finite numbers, ({size},): got {array if array.shape == (size,) else array.shape}")
        array.flags.writeable = False
        begun[name] = array
    return begun
