"""One step of each recurrent cell, written as its equations: where every gate of a trace comes from.

Shapes: x is (..., D), h and c are (..., H); the leading dimensions are free.

Each step calls `held` with every value as soon as it is computed, and goes on with what comes back: the value itself, or what is held
in its place (holds.py).

Names, row order and formulas are those of `torch.nn.RNN`, `torch.nn.LSTM` and `torch.nn.GRU`
(https://docs.pytorch.org/docs/stable/nn.html#recurrent-layers); the other cells follow the same pattern.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from torch import Tensor
from torch.nn.functional import linear

from gatelab.roles import ROLES, complete


class Weights(NamedTuple):
    """The parameters of one layer, under PyTorch's names; G is the number of blocks of rows, see `Cell.rows`.

    Where `weight_ih` is None, x is already what the inputs contribute, W_ih x + b_ih: a loop over a whole text computes that
    for all its steps at once.
    """

    weight_ih: Tensor | None  # (G * H, D)
    weight_hh: Tensor  # (G * H, H)
    bias_ih: Tensor | None = None  # (G * H,)
    bias_hh: Tensor | None = None  # (G * H,)
    weight_ci: Tensor | None = None  # (H,), how much the input gate sees of the cell state
    weight_cf: Tensor | None = None  # (H,), the same of the forget gate
    weight_co: Tensor | None = None  # (H,), the same of the output gate
    weight_hr: Tensor | None = None  # (P, H), what makes P numbers of the H that an LSTM would show, `proj_size` of `nn.LSTM`


def weights(module: object, suffix: str = "") -> Weights:
    """The `Weights` of a PyTorch module or a `Recurrent`: its parameters whose names end in `suffix`, e.g. "_l0"."""
    found: dict[str, Any] = {name: getattr(module, name + suffix, None) for name in Weights._fields}
    return Weights(**found)


Held = Callable[[str, Tensor], Tensor]
"""(name, computed value) -> the value to go on with, both (..., H)."""


def as_computed(name: str, value: Tensor) -> Tensor:
    """The `Held` where nothing is held."""
    return value


class RNNStep(NamedTuple):
    """What a simple RNN computes in one step."""

    h: Tensor  # hidden state, (..., H) in [-1, 1] with tanh, at least 0 with relu


class LSTMStep(NamedTuple):
    """What an LSTM computes in one step."""

    i: Tensor  # input gate, (..., H) in [0, 1]
    f: Tensor  # forget gate, (..., H) in [0, 1]
    g: Tensor  # candidate, (..., H) in [-1, 1]
    o: Tensor  # output gate, (..., H) in [0, 1]
    c: Tensor  # cell state, (..., H)
    h: Tensor  # hidden state, (..., H) in [-1, 1]; (..., P) without bounds behind a projection


class GRUStep(NamedTuple):
    """What a GRU computes in one step."""

    r: Tensor  # reset gate, (..., H) in [0, 1]
    z: Tensor  # update gate, (..., H) in [0, 1]; 1 keeps the old state
    n: Tensor  # candidate, (..., H) in [-1, 1]
    h: Tensor  # hidden state, (..., H) in [-1, 1]


class MGUStep(NamedTuple):
    """What a minimal gated unit computes in one step."""

    f: Tensor  # forget gate, (..., H) in [0, 1]; 0 keeps the old state
    n: Tensor  # candidate, (..., H) in [-1, 1]
    h: Tensor  # hidden state, (..., H) in [-1, 1]


def from_input(x: Tensor, w: Weights) -> Tensor:
    """What the input contributes to a layer's sums, W_ih x + b_ih: (..., G * H)."""
    return x if w.weight_ih is None else linear(x, w.weight_ih, w.bias_ih)


def from_state(h: Tensor, w: Weights) -> Tensor:
    """What the old hidden state contributes to them, W_hh h + b_hh: (..., G * H)."""
    return linear(h, w.weight_hh, w.bias_hh)


def rnn(x: Tensor, h: Tensor, w: Weights, held: Held = as_computed) -> RNNStep:
    """The simple recurrent network (Elman 1990): the old state passes through the nonlinearity at every step.

    Args:
        x: input, (..., D).
        h: hidden state before the step, (..., H).
        w: `Weights` with G = 1.
    """
    return RNNStep(h=held("h", (from_input(x, w) + from_state(h, w)).tanh()))


def rnn_relu(x: Tensor, h: Tensor, w: Weights, held: Held = as_computed) -> RNNStep:
    """The same with a rectifier, `nonlinearity="relu"` of `nn.RNN`."""
    return RNNStep(h=held("h", (from_input(x, w) + from_state(h, w)).relu()))


def lstm(x: Tensor, state: Sequence[Tensor], w: Weights, held: Held = as_computed) -> LSTMStep:
    """The long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).

    Args:
        x: input, (..., D).
        state: h and c before the step, each (..., H); with a projection (Sak et al. 2014) h is (..., P).
        w: `Weights` with G = 4, rows i, f, g, o.
    """
    h, c = state
    i, f, g, o = (from_input(x, w) + from_state(h, w)).chunk(4, -1)
    i, f, g, o = held("i", i.sigmoid()), held("f", f.sigmoid()), held("g", g.tanh()), held("o", o.sigmoid())
    c = held("c", f * c + i * g)  # keep some of the old memory, write some of the new
    h = o * c.tanh() if w.weight_hr is None else linear(o * c.tanh(), w.weight_hr)
    return LSTMStep(i, f, g, o, c, held("h", h))


def peephole(x: Tensor, state: Sequence[Tensor], w: Weights, held: Held = as_computed) -> LSTMStep:
    """The LSTM whose gates look at the memory (Gers and Schmidhuber 2000): i and f see the old c, o sees the new one.

    Args:
        x: input, (..., D).
        state: h and c before the step, each (..., H).
        w: `Weights` with G = 4, rows i, f, g, o, and the three peepholes.
    """
    h, c = state
    i, f, g, o = (from_input(x, w) + from_state(h, w)).chunk(4, -1)
    i = held("i", (i + w.weight_ci * c).sigmoid())  # type: ignore[operator]  # this cell has them
    f = held("f", (f + w.weight_cf * c).sigmoid())  # type: ignore[operator]
    g = held("g", g.tanh())
    c = held("c", f * c + i * g)
    o = held("o", (o + w.weight_co * c).sigmoid())  # type: ignore[operator]
    return LSTMStep(i, f, g, o, c, h=held("h", o * c.tanh()))


def coupled(x: Tensor, state: Sequence[Tensor], w: Weights, held: Held = as_computed) -> LSTMStep:
    """The LSTM with coupled gates (CIFG in Greff et al. 2017): what is forgotten makes room for what is written, i = 1 - f.

    Args:
        x: input, (..., D).
        state: h and c before the step, each (..., H).
        w: `Weights` with G = 3, rows f, g, o.
    """
    h, c = state
    f, g, o = (from_input(x, w) + from_state(h, w)).chunk(3, -1)
    f, g, o = held("f", f.sigmoid()), held("g", g.tanh()), held("o", o.sigmoid())
    i = held("i", 1 - f)
    c = held("c", f * c + i * g)
    return LSTMStep(i, f, g, o, c, h=held("h", o * c.tanh()))


def gru(x: Tensor, h: Tensor, w: Weights, held: Held = as_computed) -> GRUStep:
    """The gated recurrent unit (Cho et al. 2014) in PyTorch's form: the reset gate acts after the matrix product.

    z = 1 keeps the old state. Cho's own form is `gru_cho`.

    Args:
        x: input, (..., D).
        h: hidden state before the step, (..., H).
        w: `Weights` with G = 3, rows r, z, n.
    """
    a, b = from_input(x, w).chunk(3, -1), from_state(h, w).chunk(3, -1)
    r, z = held("r", (a[0] + b[0]).sigmoid()), held("z", (a[1] + b[1]).sigmoid())
    n = held("n", (a[2] + r * b[2]).tanh())  # what the old state says is let in by the reset gate
    return GRUStep(r, z, n, h=held("h", z * h + (1 - z) * n))


def split(w: Weights, at: int) -> tuple[Weights, Weights]:
    """The weights of what the state contributes to the rows before `at`, and to those from there on: where these see another state."""
    before, after = (
        w._replace(weight_ih=None, weight_hh=w.weight_hh[rows], bias_hh=None if w.bias_hh is None else w.bias_hh[rows]) for rows in (slice(at), slice(at, None))
    )
    return before, after


def gru_cho(x: Tensor, h: Tensor, w: Weights, held: Held = as_computed) -> GRUStep:
    """The gated recurrent unit as its paper has it (Cho et al. 2014): the reset gate acts on the state before the matrix product.

    z = 1 keeps the old state. Arguments as of `gru`.
    """
    size = h.shape[-1]
    gates, candidate = split(w, 2 * size)
    a = from_input(x, w)
    r, z = (a[..., : 2 * size] + from_state(h, gates)).sigmoid().chunk(2, -1)
    r, z = held("r", r), held("z", z)
    n = held("n", (a[..., 2 * size :] + from_state(r * h, candidate)).tanh())
    return GRUStep(r, z, n, h=held("h", z * h + (1 - z) * n))


def mgu(x: Tensor, h: Tensor, w: Weights, held: Held = as_computed) -> MGUStep:
    """The minimal gated unit (Zhou, Wu, Zhang and Zhou 2016): one gate says what the candidate sees of the old state, and how much of it comes in.

    f = 0 keeps the old state.

    Args:
        x: input, (..., D).
        h: hidden state before the step, (..., H).
        w: `Weights` with G = 2, rows f, n.
    """
    size = h.shape[-1]
    gate, candidate = split(w, size)
    a = from_input(x, w)
    f = held("f", (a[..., :size] + from_state(h, gate)).sigmoid())
    n = held("n", (a[..., size:] + from_state(f * h, candidate)).tanh())
    return MGUStep(f, n, h=held("h", (1 - f) * h + f * n))


STEPS = complete(
    "cells.STEPS",
    {
        "rnn": rnn,
        "rnn-relu": rnn_relu,
        "lstm": lstm,
        "peephole": peephole,
        "coupled": coupled,
        "gru": gru,
        "gru-cho": gru_cho,
        "mgu": mgu,
    },
)
"""A cell -> one step of it: (x, state, w, held) -> what it computes; the state is h, or h and c where there is a c."""


class Cell(NamedTuple):
    """A cell's step, and what of its record (`roles.Roles`) the weights of a module need."""

    step: Callable
    names: tuple[str, ...]  # of what it computes, in the order of its equations
    rows: tuple[str, ...]  # the G blocks of H rows in its weight matrices
    peepholes: tuple[str, ...] = ()  # names of further parameters, (H,) each


CELLS = {cell: Cell(STEPS[cell], record.names, tuple(record.rows), record.peepholes) for cell, record in ROLES.items()}
"""Every cell of the family, in the order of their story."""

NAMES = {name: cell.names for name, cell in CELLS.items()}
"""A cell -> the names of what it computes, in the order of its equations."""
