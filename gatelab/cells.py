"""One step of each recurrent cell, written as its equations: where every gate of a trace comes from.

Shapes: x is (..., D), h and c are (..., H); the leading dimensions are free.

Names, row order and formulas are those of `torch.nn.RNN`, `torch.nn.LSTM` and `torch.nn.GRU`
(https://docs.pytorch.org/docs/stable/nn.html#recurrent-layers).
"""

from typing import NamedTuple

from torch import Tensor
from torch.nn.functional import linear


class Weights(NamedTuple):
    """The parameters of one layer, under PyTorch's names; G is 1 (RNN), 4 (LSTM) or 3 (GRU)."""

    weight_ih: Tensor  # (G * H, D)
    weight_hh: Tensor  # (G * H, H)
    bias_ih: Tensor | None  # (G * H,)
    bias_hh: Tensor | None  # (G * H,)


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
    h: Tensor  # hidden state, (..., H) in [-1, 1]


class GRUStep(NamedTuple):
    """What a GRU computes in one step."""

    r: Tensor  # reset gate, (..., H) in [0, 1]
    z: Tensor  # update gate, (..., H) in [0, 1]; 1 keeps the old state
    n: Tensor  # candidate, (..., H) in [-1, 1]
    h: Tensor  # hidden state, (..., H) in [-1, 1]


NAMES = {"rnn": RNNStep._fields, "lstm": LSTMStep._fields, "gru": GRUStep._fields}
"""A cell -> the names of what it computes, in the order of its equations."""


def rnn(x, h, w, activation=Tensor.tanh):
    """The simple recurrent network (Elman 1990): the old state passes through the nonlinearity at every step.

    Args:
        x: input, (..., D).
        h: hidden state before the step, (..., H).
        w: `Weights` with G = 1.
        activation: `Tensor.tanh`, or `Tensor.relu` for `nonlinearity="relu"`.
    """
    return RNNStep(h=activation(linear(x, w.weight_ih, w.bias_ih) + linear(h, w.weight_hh, w.bias_hh)))


def lstm_gates(x, h, w):
    """The three gates and the candidate of an LSTM, which do not need the cell state.

    Args:
        x: input, (..., D).
        h: hidden state before the step, (..., H).
        w: `Weights` with G = 4, rows i, f, g, o.

    Returns:
        i, f, g, o, each (..., H).
    """
    i, f, g, o = (linear(x, w.weight_ih, w.bias_ih) + linear(h, w.weight_hh, w.bias_hh)).chunk(4, -1)
    return i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()


def lstm(x, state, w):
    """The long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).

    Args:
        x: input, (..., D).
        state: h and c before the step, each (..., H).
        w: `Weights` with G = 4, rows i, f, g, o.
    """
    h, c = state
    i, f, g, o = lstm_gates(x, h, w)
    c = f * c + i * g  # keep some of the old memory, write some of the new
    return LSTMStep(i, f, g, o, c, h=o * c.tanh())


def gru(x, h, w):
    """The gated recurrent unit (Cho et al. 2014) in PyTorch's form.

    The reset gate acts after the matrix product, z = 1 keeps the old state; Cho's paper has the reset before the product.

    Args:
        x: input, (..., D).
        h: hidden state before the step, (..., H).
        w: `Weights` with G = 3, rows r, z, n.
    """
    from_x = linear(x, w.weight_ih, w.bias_ih).chunk(3, -1)
    from_h = linear(h, w.weight_hh, w.bias_hh).chunk(3, -1)
    r, z = ((a + b).sigmoid() for a, b in zip(from_x[:2], from_h[:2]))
    n = (from_x[2] + r * from_h[2]).tanh()  # what the old state says is let in by the reset gate
    return GRUStep(r, z, n, h=z * h + (1 - z) * n)
