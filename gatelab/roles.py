"""What each recurrent cell is made of, by role: the one record of a cell that all else is derived from. Its equations are in cells.py.

A role is held by the name of what the cell computes, such as "f" in an LSTM. So nothing but this file, the equations and the drawing
of a cell needs to know its letters: names, titles, ranges, parts and parameter counts follow from its record.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from gatelab.languages import marked

GATES = {"reset": marked("reset gate"), "write": marked("input gate"), "keep": marked("forget gate"), "show": marked("output gate")}
"""A role of gates -> what a gate is called that has no other."""


class Share(NamedTuple):
    """How much a gate lets through: its own value, or where `rest` is true what it leaves, 1 minus its value."""

    name: str
    rest: bool


@dataclass(frozen=True)
class Roles:
    """One cell by role; a role that the cell does not have is "".

    Attributes:
        called: the cell in running text.
        rows: the names of the G blocks of H rows in its weight matrices, in PyTorch's order, one letter each.
        candidate: what could be written, in [-1, 1]; a simple RNN writes all of it.
        memory: what is kept from step to step: "c", or "h" itself.
        keep, write, reset, show: which gate, in [0, 1], says how much of the memory stays, of the candidate comes in, of the old
            state the candidate sees, of the memory is shown; "1 - z" is what the gate z leaves, without a name of its own.
        resets: whether the reset gate acts "before" the matrix product or "after" it.
        peepholes: the names of further parameters, (H,) each: "weight_cf" is how much the gate f sees of the memory.
        titled: what gates with several roles are called, name -> title; those with one are called after it.
        rectified: whether the candidate goes through a rectifier, not tanh: at least 0, and not bounded.

    Raises:
        ValueError: the roles do not fit each other, one is held by what the cell does not compute, or a gate with several has no title.
    """

    called: str
    rows: str
    candidate: str
    memory: str = "h"
    keep: str = ""
    write: str = ""
    reset: str = ""
    show: str = ""
    resets: str = ""
    peepholes: tuple[str, ...] = ()
    titled: Mapping[str, str] = field(default_factory=dict, hash=False)
    rectified: bool = False

    def __post_init__(self) -> None:
        if self.candidate not in tuple(self.rows):
            raise ValueError(f"the candidate of the {self.called} must be one of its rows {self.rows}: got {self.candidate!r}")
        if self.resets not in (("before", "after") if self.reset else ("",)):
            raise ValueError(f'resets of the {self.called} must be "before" or "after" where there is a reset gate, else "": got {self.resets!r}')
        if bool(self.keep) != bool(self.write) or bool(self.show) != self.apart or (self.apart and not self.keep):
            raise ValueError(
                f"the {self.called} must have both a keep and a write gate or neither, and with a memory apart from h both and a show gate: got {self}"
            )
        if self.apart and any(share.rest for role in ("keep", "write") if (share := self.share(role))):
            raise ValueError(
                f"keep and write of the {self.called}, which has a memory apart from h, must be gates under their own names: got {self.keep!r} and {self.write!r}"
            )
        for name in self.gates:
            if name not in tuple(self.rows) and not (self.coupled and name == self.write):
                raise ValueError(f"gate {name} of the {self.called} must be one of its rows {self.rows}, or what its keep gate leaves: it is neither")
            if len(self._held_by(name)) > 1 and name not in self.titled:
                raise ValueError(
                    f"gate {name} of the {self.called} has several roles ({', '.join(self._held_by(name))}), so it must have a title: got {dict(self.titled)}"
                )

    def share(self, role: str) -> Share | None:
        """How much the gate of a role, one of `GATES`, lets through; None where the cell has no such gate."""
        held = getattr(self, role)
        return Share(held.removeprefix("1 - "), held.startswith("1 - ")) if held else None

    def _held_by(self, name):
        return [role for role in GATES if (share := self.share(role)) and share.name == name]

    def _names(self, *roles):
        """The names that hold some roles, each once."""
        return tuple(dict.fromkeys(getattr(self, role).removeprefix("1 - ") for role in roles if getattr(self, role)))

    @cached_property
    def gates(self) -> tuple[str, ...]:
        """The names of its gates, in the order of its equations."""
        return self._names("reset", "write", "keep", "show")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all that it computes, in the order of its equations."""
        return tuple(dict.fromkeys((*self._names("reset", "write", "keep", "candidate", "show", "memory"), "h")))

    @cached_property
    def states(self) -> tuple[str, ...]:
        """What goes from a step to the next: ("h",), or h and c."""
        return ("h", self.memory) if self.apart else ("h",)

    @cached_property
    def apart(self) -> bool:
        """Whether the cell has a memory apart from its hidden state."""
        return self.memory != "h"

    @cached_property
    def coupled(self) -> bool:
        """Whether the write gate has no rows of its own but is what the keep gate leaves, under a name of its own."""
        write = self.share("write")
        return write is not None and not write.rest and self.write not in tuple(self.rows)

    @cached_property
    def bounded(self) -> bool:
        """Whether the whole state lies in [-1, 1] whatever is read: it is the candidate, or a mixture of that and the old state."""
        keep, write = self.share("keep"), self.share("write")
        mixed = self.coupled or (keep and write and keep.name == write.name)
        return not self.rectified and bool(mixed or not keep)

    @cached_property
    def titles(self) -> dict[str, str]:
        """What each of its names is called on the screen, in the order of its story: forget, write, update, show."""
        story = self._names("reset", "keep", "write", "candidate", "memory", "show")
        return {name: self._title(name) for name in dict.fromkeys((*(name for name in story if name != "h"), "h"))}

    def _title(self, name):
        if name == "h":
            return marked("hidden state")
        if name == self.memory:
            return marked("cell state")
        if name == self.candidate:
            return marked("candidate")
        return self.titled.get(name) or GATES[self._held_by(name)[0]]


LSTM = Roles(marked("LSTM"), "ifgo", candidate="g", memory="c", keep="f", write="i", show="o")
GRU = Roles(marked("GRU"), "rzn", candidate="n", keep="z", write="1 - z", reset="r", resets="after", titled={"z": marked("update gate")})

ROLES = {
    "rnn": Roles(marked("simple RNN"), "h", candidate="h"),
    "lstm": LSTM,
    "peephole": replace(LSTM, called=marked("peephole LSTM"), peepholes=("weight_ci", "weight_cf", "weight_co")),
    "coupled": replace(LSTM, called=marked("coupled LSTM"), rows="fgo"),
    "gru": GRU,
    "gru-cho": replace(GRU, called=marked("GRU, Cho's form"), resets="before"),
    "mgu": Roles(marked("minimal gated unit"), "fn", candidate="n", keep="1 - f", write="f", reset="f", resets="before", titled={"f": marked("forget gate")}),
}
"""Every cell that a `Recurrent` can be made of, in the order of their story."""

KNOWN = ROLES | {"rnn-relu": replace(ROLES["rnn"], called=marked("simple RNN with a rectifier"), rectified=True)}
"""The same, and what PyTorch's `nn.RNN` can be besides."""

FIRST = ("lstm", "gru", "rnn")
SHOWN = (*FIRST, *(cell for cell in ROLES if cell not in FIRST))
"""The cells in the order in which they stand side by side, the best known at the front."""


def of(cell: str) -> Roles:
    """The record of a cell.

    Raises:
        ValueError: there is none.
    """
    if cell not in KNOWN:
        raise ValueError(f"cell must be one of {', '.join(KNOWN)}: got {cell!r}")
    return KNOWN[cell]


def complete(what: str, table: Mapping) -> Mapping:
    """A table that is keyed by cell.

    Raises:
        ValueError: a cell has no entry in it.
    """
    missing = [cell for cell in KNOWN if cell not in table]
    if missing:
        raise ValueError(f"{what} must have an entry for every cell: got none for {', '.join(missing)}")
    return table
