"""The trace of a recurrent network: everything that it computed while it read one text, step by step. Torch ends here.

A whole text costs about as much as PyTorch's fused calls, which expose nothing (steps.py says how); one appended
character is one step.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gatelab import holds
from gatelab.holds import Hold
from gatelab.networks import Reader
from gatelab.palette import Colors
from gatelab.text import beginning, tokenize
from gatelab.traces import given, modules, shown
from gatelab.traces.extending import called_in, extended
from gatelab.traces.given import Given
from gatelab.traces.heads import Head, labelled
from gatelab.traces.inputs import check_text, sequence
from gatelab.traces.layers import Layer
from gatelab.traces.modules import Plain
from gatelab.traces.rows import Columns, Rows
from gatelab.traces.weights import TracedWeights


@dataclass(frozen=True, eq=False)
class Trace:
    """Everything that a model computed while it read one text; row t is step t.

    Made by `gatelab.trace`, or of arrays by `Trace.of`. Arrays are read-only NumPy views; those that a trace gives by name are of its last layer.

    An array is (T, H). Of a module that reads in both directions it is (T, 2 H), the first half of the units reading from the left, the second from the
    right; with a projection "h" is (T, P).

    Attributes:
        model: what was traced: a `Reader`, a plain `Recurrent`, `nn.RNN`, `nn.LSTM` or `nn.GRU`, one of PyTorch's cells; or `Given`, arrays.
        text: the text read; "" for a plain module and for arrays.
        tokens: what was read, one token a step; for a plain module the labels that were given, else the numbers of the steps, from "1".
        layers: one `Columns` a layer.
        rows: the table that holds all values; it may go on with the steps of a longer text.
        weights: those that every step was computed with; None for arrays.
        held: the holds with which the steps were computed, and with which further ones are.
        state: what the first step began from where that is not zero: name, as of a hold -> (H,), read only.
        unit_labels: what the units are called; () where they have numbers alone.
        says: what turns the hidden states of a plain module into answers; None for nothing.
    """

    model: Reader | Plain | Given
    text: str
    tokens: tuple[str, ...]
    layers: tuple[Columns, ...]
    rows: Rows
    weights: TracedWeights | None = field(repr=False)
    held: tuple[Hold, ...] = ()
    state: Mapping[str, np.ndarray] = field(default_factory=dict, repr=False)
    unit_labels: tuple[str, ...] = ()
    says: Head | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        tokens: Iterable[str],
        arrays: Mapping[str, ArrayLike] | None = None,
        /,
        *,
        cell: str = "",
        units: Iterable[str] | None = None,
        probs: ArrayLike | None = None,
        labels: Iterable[str] | None = None,
        title: str = "arrays",
        **named: ArrayLike,
    ) -> "Trace":
        """A trace of arrays by name, of a network of any kind: `Trace.of(["a", "b"], f=f, h=h)`. It cannot be extended.

        Args:
            tokens: T strings, one a step.
            arrays: name -> (T, H), for names that Python does not take as such; the others follow as `f=...`.
            cell: a key of `roles.KNOWN`, e.g. "lstm", if the arrays are those of such a cell: names must be the cell's, its gates lie in [0, 1], and colors are as
                in every trace of it. Without, names are free, and `palette.colors_of` says which colors values get: sequential from 0 to 1 where all lie
                there, else diverging around 0, as far as the largest goes, rounded up to 1, 2 or 5 times a power of ten.
            units: what the H units are called.
            probs: what the network says after each step, (T, O), rows sum to 1.
            labels: what the O columns of `probs` stand for; numbers without.
            title: what the network is called.

        Raises:
            TypeError: a token, label or name is no string, or an array holds no numbers.
            ValueError: an array has another number of rows than there are tokens, its name or its values are none of the cell's, or labels are too many or few.
        """
        brought = given.bring(tokens, dict(arrays or {}) | named, cell, units, probs, labels, title)
        return cls(brought.given, "", brought.tokens, (brought.columns,), brought.rows, None, unit_labels=brought.units)

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
        if self.weights is None:
            return self.layer(-1).held_at(name)
        if wrong := holds.unnamed(name, modules.places(self.weights.recurrent)):
            raise KeyError(f"name {wrong}")
        place, letter = holds.split(name)
        return self.layer(int(place[1:]) - 1 if place else -1).held_at(letter)

    def held_in(self, k: int) -> tuple[Hold, ...]:
        """The holds of layer k, counted from 0, under their names in that layer."""
        return holds.within(self.held, *called_in(k, len(self.layers)))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the arrays of each layer, in the order of the equations."""
        return self.layers[-1].names

    def keys(self) -> tuple[str, ...]:
        """The names of the arrays, so that `dict(trace)` holds those of the last layer."""
        return self.names

    def __repr__(self) -> str:
        """The model, the number of steps, what was read, the names with their shapes, and where values are not finite, in a few lines without values."""
        labelled = not isinstance(self.model, Reader) and self.tokens[:LOOKED] != numbered(0, min(len(self), LOOKED))
        text = self.text if isinstance(self.model, Reader) else " ".join(self.tokens[: shown.LONGEST]) if labelled else None
        read = "" if text is None else f" of {shown.cut(text)}"
        where = f"{self.place}{', trace.layer(k) has each' if len(self.layers) > 1 else ''}: " if self.place else ""
        says = {} if self.answers is None else {"answers" if self.probs is None else "probs": self.answers}
        return shown.lines(
            f"Trace of {shown.called(self.model)}{f' ({self.cell})' if self.cell else ''}: {shown.count(len(self), 'step')}{read}",
            where + shown.shapes(dict(self)),
            shown.shapes(says),
            shown.missing(dict(self) | says),
            held=self.held,
        )

    def _repr_html_(self) -> str | None:
        """The stage, as the output of a notebook's cell, see `gatelab.show`."""
        return shown.in_notebook(self)

    def __setstate__(self, fields: dict) -> None:
        """What was pickled or copied; NumPy forgets which arrays are read only."""
        self.__dict__.update(fields)
        for array in self.state.values():
            array.flags.writeable = False

    @property
    def cell(self) -> str:
        """What all layers are made of: a key of `roles.KNOWN`; "" for arrays of a network of another kind."""
        return self.model.cell if isinstance(self.model, Given) else modules.cell(self._weights.recurrent)

    @property
    def title(self) -> str:
        """What the network is called: the name of a shipped model, the class of a module, the title of arrays."""
        return shown.called(self.model)

    @property
    def directions(self) -> int:
        """In how many directions each layer reads: 1, or 2, where the first half of the units reads from the left, the second from the right."""
        return 1 if self.weights is None else len(self.weights.layers[0])

    def colors(self, name: str) -> Colors:
        """How the values of a name are colored in the last layer, see `Layer.colors`."""
        return self.layer(-1).colors(name)

    def units(self, name: str) -> tuple[str, ...]:
        """What the units of a name are called in the last layer, see `Layer.units`."""
        return self.layer(-1).units(name)

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
        """What the columns of `answers` stand for: the tokens of which one comes next, or the model's outputs; () for a plain module without a head."""
        if isinstance(self.model, Reader | Given):
            return self.model.spec.labels if isinstance(self.model, Reader) else self.model.labels
        return self.says.labels if self.says else ()

    @property
    def answers(self) -> np.ndarray | None:
        """What the model says after each step, (T, O): probabilities, or the number of a model that gives one; None for a plain module without a head."""
        return self._view(slice(self.layers[-1].stop, None)) if self.labels else None

    @property
    def probs(self) -> np.ndarray | None:
        """Probability of each label after each step: (T, O), rows sum to 1; None where the model gives no probabilities."""
        return self.answers if len(self.labels) > 1 else None

    def extend(self, more: Any, tokens: Iterable[str] | None = None, index: int | None = None) -> "Trace":
        """The trace of the text with more at its end, at the cost of the new steps alone.

        Args:
            more: a string; for a plain module an input (n, D), in any form that `gatelab.trace` takes.
            tokens: for a plain module the labels of the new steps, n strings; their numbers without.
            index: which of a batch.

        Raises:
            TypeError, ValueError: `more` is of another kind, shape, dtype or device; or the trace is one that cannot go on, of arrays or in both directions.
            RuntimeError: the weights are not those with which the trace was begun.
        """
        if isinstance(self.model, Reader):
            if tokens is not None or index is not None:
                raise TypeError(f"tokens and index must be left out for {self.model.spec.name}, which reads text")
            if self.model.spec.unit != "characters":
                return self.revised(self.text + check_text(self.model, more))  # a word may go on
            self._weights.check()
            return extended(self, check_text(self.model, more), self.text + more)
        weights = self._weights
        self._check_one_way("go on")
        weights.check()
        x = sequence(weights.recurrent, more, weights.dtype, index).x
        return extended(self, x, "", labelled("tokens", tokens, len(x)) or numbered(len(self), len(x)))

    def labelled(self, tokens: Iterable[str] | None = None, units: Iterable[str] | None = None) -> "Trace":
        """The same trace with labels of its steps, T strings, or of its units, H strings, or of both.

        Raises:
            TypeError: a label is no string, or the trace is one of text, which has tokens.
            ValueError: there are more or fewer labels.
        """
        if isinstance(self.model, Reader):
            raise TypeError(f"a trace of text has its own tokens, and the units of {self.model.spec.name} their names: it takes no labels")
        steps = labelled("tokens", tokens, len(self)) or self.tokens
        return replace(self, tokens=steps, unit_labels=labelled("units", units, max(self.layers[-1].widths)) or self.unit_labels)

    @property
    def _weights(self):
        if self.weights is None:
            raise TypeError("a trace of arrays cannot go on: nothing is known of the network that they are from")
        return self.weights

    def _check_one_way(self, what):
        if self.directions > 1:
            raise ValueError(f"a trace that reads in both directions cannot {what}: each step depends on those behind it; make it anew with gatelab.trace")

    def revised(self, text: str) -> "Trace":
        """The trace of another text by the same model; the steps of the common beginning are not computed again.

        Raises:
            TypeError: the trace is that of a plain module, or text is no string.
            RuntimeError: the weights are not those with which the trace was begun.
        """
        if not isinstance(self.model, Reader):
            raise TypeError(f"revised needs a trace of text: got one of {type(self.model).__name__}")
        start = self.shared(check_text(self.model, text))
        self._weights.check()
        return extended(start, tokenize(text, self.model.spec.unit)[len(start) :], text)

    def shared(self, text: str) -> "Trace":
        """The trace of the steps that another text begins with as well, for nothing."""
        return self.head(common(self.tokens, tokenize(text, self.reader.spec.unit)))

    def head(self, length: int) -> "Trace":
        """The trace of the first `length` steps, for nothing.

        Raises:
            ValueError: there are not so many steps, or the trace reads in both directions.
        """
        if not 0 <= length <= len(self):
            raise ValueError(f"length must be in 0 to {len(self)}: got {length}")
        if length == len(self):
            return self
        self._check_one_way("be cut")
        text = beginning(self.text, self.model.spec.unit, length) if isinstance(self.model, Reader) else ""
        return replace(self, text=text, tokens=self.tokens[:length])

    def _view(self, columns):
        view = self.rows.table[: len(self), columns]
        view.flags.writeable = False
        return view


LOOKED = 100
"""Of the tokens of a plain module, how many are looked at to tell labels from numbers."""


def numbered(first: int, count: int) -> tuple[str, ...]:
    """The numbers of so many steps, from 1, behind the first ones."""
    return tuple(str(t + 1) for t in range(first, first + count))


def common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many tokens two sequences have in common at their beginning."""
    count = min(len(one), len(other))
    if one[:count] == other[:count]:
        return count
    return next(k for k in range(count) if one[k] != other[k])
