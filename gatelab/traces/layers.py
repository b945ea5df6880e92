"""One layer of a trace: what figures and files look at, as they look at a whole trace."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from gatelab import holds, palette
from gatelab.naming import meant
from gatelab.palette import NOTHING, Colors
from gatelab.traces import directions, shown
from gatelab.traces.given import Given
from gatelab.traces.rows import Columns

if TYPE_CHECKING:
    from gatelab.traces.attending import AttentionTrace
    from gatelab.traces.recurrent import Trace


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
    def unit_labels(self) -> tuple[str, ...]:
        """What the units are called, as of the trace; () where they have numbers alone."""
        return self.trace.unit_labels

    @property
    def directions(self) -> int:
        """In how many directions it reads: 1, or 2, where the first half of the units reads from the left, the second from the right."""
        return self.trace.directions

    @property
    def place(self) -> str:
        """Which layer of how many this is, e.g. "layer 2 of 2", and which units read in which direction; "" where there is one of each."""
        layers = self.trace.layers
        parts = [f"layer {layers.index(self.columns) + 1} of {len(layers)}"] if len(layers) > 1 else []
        parts += [directions.told(self.columns.widths[0])] if self.directions > 1 else []
        return ", ".join(parts)

    def colors(self, name: str) -> Colors:
        """How the values of a name are colored: the scale, and its pinned range.

        Raises:
            KeyError: the trace has nothing of that name.
        """
        self._check(name)
        model = self.trace.model
        return model.colors[name] if isinstance(model, Given) else palette.colors(name, self.cell, self.ranges)

    def units(self, name: str) -> tuple[str, ...]:
        """What the units of a name are called: the labels that were given, where there are as many, else numbers from "0".

        Raises:
            KeyError: the trace has nothing of that name.
        """
        self._check(name)
        count = self.columns.width(name)
        return self.trace.unit_labels if len(self.trace.unit_labels) == count else tuple(map(str, range(count)))

    def __len__(self) -> int:
        """T, the number of steps."""
        return len(self.trace)

    def __getitem__(self, name: str) -> np.ndarray:
        """The values of one name at each step: (T, H), read only.

        Raises:
            KeyError: the cell computes nothing of that name.
        """
        self._check(name)
        return self.trace._view(self.columns[name])

    def _check(self, name):
        if name not in self.names:
            raise KeyError(f"name must be one of {', '.join(self.names)}: got {name!r}{meant(name, self.names)}")

    def held_at(self, name: str) -> np.ndarray:
        """Where the values of one name were held: booleans, (T, H).

        Raises:
            KeyError: the cell computes nothing of that name.
        """
        self._check(name)
        held = self.trace.held_in(self.trace.layers.index(self.columns))
        return holds.mask(held, name, len(self), self.columns.width(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def keys(self) -> tuple[str, ...]:
        """The names of the arrays, so that `dict(layer)` holds them all."""
        return self.names

    def __repr__(self) -> str:
        """Which layer of which model it is, and the names with their shapes: one line."""
        return f"{self.place or 'the layer'} of a trace of {shown.called(self.trace.model)}: {shown.shapes(dict(self))}"


@dataclass(frozen=True)
class Side:
    """The GRU of an encoder or of a decoder in the trace of a model that writes, with all that a `Layer` has.

    The encoder's steps are the tokens of the source, the first half of its units reading from the left; the decoder's are those of writing.
    """

    trace: "AttentionTrace"
    name: str  # "encoder" or "decoder"

    cell: ClassVar[str] = "gru"
    ranges: ClassVar[Mapping[str, float]] = NOTHING
    unit_labels: ClassVar[tuple[str, ...]] = ()

    @property
    def arrays(self) -> Mapping[str, np.ndarray]:
        """name -> (K, H) of the encoder, (Q, H) of the decoder."""
        return self.trace.encoder if self.name == "encoder" else self.trace.decoder

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the arrays, in the order of the equations: ("r", "z", "n", "h")."""
        return tuple(self.arrays)

    @property
    def tokens(self) -> tuple[str, ...]:
        """What was read, or written, one token a step."""
        return self.trace.tokens if self.name == "encoder" else self.trace.written

    @property
    def directions(self) -> int:
        """In how many directions it reads: 2 for the encoder."""
        return 2 if self.name == "encoder" else 1

    @property
    def place(self) -> str:
        """Which of the two it is, and which units read in which direction."""
        return f"encoder, {directions.told(self['h'].shape[1])}" if self.name == "encoder" else "decoder"

    def colors(self, name: str) -> Colors:
        """How the values of a name are colored."""
        self._check(name)
        return palette.colors(name, self.cell)

    def units(self, name: str) -> tuple[str, ...]:
        """The numbers of the units."""
        return tuple(map(str, range(self[name].shape[1])))

    def __len__(self) -> int:
        """The number of steps, K or Q."""
        return len(self.tokens)

    def __getitem__(self, name: str) -> np.ndarray:
        """The values of one name at each step, read only.

        Raises:
            KeyError: a GRU computes nothing of that name.
        """
        self._check(name)
        return self.arrays[name]

    def _check(self, name):
        if name not in self.names:
            raise KeyError(f"name must be one of {', '.join(self.names)}: got {name!r}{meant(name, self.names)}")

    def held_at(self, name: str) -> np.ndarray:
        """Where the values of one name were held: booleans, of its shape."""
        self._check(name)
        return self.trace.held_at(f"{self.name}.{name}")

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def keys(self) -> tuple[str, ...]:
        """The names of the arrays."""
        return self.names

    def __repr__(self) -> str:
        """Which of the two of which model it is, and the names with their shapes: one line."""
        return f"{self.name} of a trace of {shown.called(self.trace.model)}: {shown.shapes(dict(self))}"
