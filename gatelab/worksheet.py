"""A worksheet: two steps of a small network on somebody's own text, to compute by hand; what is given, what is asked, and what comes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch

from gatelab import roles
from gatelab.cells import Weights, from_input, from_state, weights
from gatelab.holds import Hold
from gatelab.naming import meant
from gatelab.notation import NOTATIONS, turned
from gatelab.text import tokenize
from gatelab.traces import trace
from gatelab.zoo import folder

CELLS = ("rnn", "lstm", "gru")
"""The cells that there is a network of two units of."""

FEWEST, MOST, LONGEST = 2, 12, 120
"""Words of a text, and the most of its characters."""

Pair = tuple[float, float]


@dataclass(frozen=True)
class Word:
    """A word that is read.

    Attributes:
        token: as it was typed.
        known: whether the network tells it from others.
        x: the two numbers that it is read as.
    """

    token: str
    known: bool
    x: Pair


@dataclass(frozen=True)
class Row:
    """The weights of one gate or candidate, those of the unit.

    Attributes:
        name: PyTorch's letter.
        of_x, of_h: what both numbers of the word, and both units' old h, are multiplied by.
        biases: one or, where a notation has two or the second stands in brackets, two.
    """

    name: str
    of_x: Pair
    of_h: Pair
    biases: tuple[float, ...]


@dataclass(frozen=True)
class Step:
    """What comes out in a step.

    Attributes:
        sums: of each row, what goes into sigmoid or tanh.
        values: of the unit, all that its cell computes.
        beside: h of the other unit.
        positive: the probability of "positive" after the step.
    """

    sums: Mapping[str, float]
    values: Mapping[str, float]
    beside: float
    positive: float


@dataclass(frozen=True)
class Worksheet:
    """All that stands on a sheet; numbers as they are, to be printed with four decimals, weights with two.

    Attributes:
        cell: one of `CELLS`.
        notation: one of `gatelab.notation.NOTATIONS`. Where it turns the update gate, weights and values here are those of the turned one.
        text, tokens: what was typed, and the words that it has.
        first: the first of the two steps, from 0.
        unit: whose values are asked, 0 or 1.
        words: the two that are read.
        rows: the unit's weights, in the order in which one computes.
        before: the states before the first step: "h" of both units, "c" of both where there is one.
        steps: the two steps, as `gatelab.trace` computes them.
        head: what both units' h are multiplied by, and the bias: the sigmoid of that sum is the probability of "positive".
        instead: what comes out in the second step under the supposition that the cell's question makes.
        end: the probability of "positive" after the whole text.
    """

    cell: str
    notation: str
    text: str
    tokens: tuple[str, ...]
    first: int
    unit: int
    words: tuple[Word, Word]
    rows: tuple[Row, ...]
    before: Mapping[str, Pair]
    steps: tuple[Step, Step]
    head: tuple[float, float, float]
    instead: Mapping[str, float]
    end: float


@cache
def network(cell: str) -> Any:
    """The network of two units that the sheets of a cell are made with; all its weights have two decimals.

    Raises:
        ValueError: there is none.
    """
    if cell not in CELLS:
        raise ValueError(f"cell must be one of {', '.join(CELLS)}: got {cell!r}{meant(cell, CELLS)}")
    return folder.read(folder.SHEETS / f"sheet-{cell}.safetensors")


def worksheet(text: str, cell: str = "lstm", notation: str = "pytorch", step: int = 1, unit: int | None = None) -> Worksheet:
    """A sheet for a text.

    Args:
        text: 2 to 12 words.
        cell: one of `CELLS`.
        notation: one of `gatelab.notation.NOTATIONS`.
        step: the first of the two steps, from 1.
        unit: whose values are asked, 0 or 1; None for the one that moves most in the second step.

    Raises:
        ValueError: an argument is none of these.
    """
    model = network(cell)
    if notation not in NOTATIONS:
        raise ValueError(f"notation must be one of {', '.join(NOTATIONS)}: got {notation!r}{meant(notation, NOTATIONS)}")
    tokens = tuple(_checked(text))
    if not 1 <= step < len(tokens):
        raise ValueError(f"step must be from 1 to {len(tokens) - 1}, so that another word follows: got {step}")
    if unit not in (None, 0, 1):
        raise ValueError(f"unit must be 0 or 1: got {unit}")
    first = step - 1
    found = trace(model, text)
    h = found["h"]
    if unit is None:
        unit = int(abs(h[first + 1] - h[first]).argmax())
    w = weights(model.recurrent, "_l0")
    supposed = trace(model, text, hold=_supposed(cell, first, unit))
    return Worksheet(
        cell=cell,
        notation=notation,
        text=text,
        tokens=tokens,
        first=first,
        unit=unit,
        words=_two(Word(token, model.knows(token), _pair(model.inputs([token])[0])) for token in tokens[first : first + 2]),
        rows=_rows(cell, notation, w, unit),
        before={name: _pair(found[name][first - 1]) if first else (0.0, 0.0) for name in roles.of(cell).states},
        steps=_two(_step(model, found, notation, w, at, unit) for at in (first, first + 1)),
        head=_head(model),
        instead={name: float(supposed[name][first + 1, unit]) for name in roles.of(cell).states},
        end=float(model.answer(torch.tensor(h[-1]))[1]),
    )


def _checked(text):
    """The words of a text."""
    if len(text) > LONGEST:
        raise ValueError(f"text must have at most {LONGEST} characters: got {len(text)}")
    tokens = tokenize(text, "words")
    if not FEWEST <= len(tokens) <= MOST:
        raise ValueError(f"text must have {FEWEST} to {MOST} words: got {len(tokens)}")
    return tokens


def _supposed(cell, first, unit):
    """What a sheet's question supposes: nothing is kept of the memory, or, in a GRU, all of it."""
    if cell == "lstm":
        return Hold("f", 0, units=[unit], steps=[first + 1])
    return Hold("z", 1, units=[unit], steps=[first + 1]) if cell == "gru" else Hold("h", 0, steps=[first])


def _two(found):
    one, other = found
    return one, other


def _pair(values: Any) -> Pair:
    return _two(map(float, values))


def _sign(name, notation):
    """-1 where a notation turns a gate: sigmoid(-s) is 1 - sigmoid(s)."""
    return -1 if name == "z" and turned(notation) else 1


def _block(cell, name, unit):
    """The row of a name in the weights, for the unit."""
    return 2 * roles.of(cell).rows.index(name) + unit


def in_order(cell: str) -> tuple[str, ...]:
    """What a cell computes, in the order in which one can compute it."""
    return tuple(roles.of(cell).titles)


def _rows(cell: str, notation: str, w: Weights, unit: int) -> tuple[Row, ...]:
    found = []
    for name in (name for name in in_order(cell) if name in roles.of(cell).rows):
        k, sign = _block(cell, name, unit), _sign(name, notation)
        apart = NOTATIONS[notation].biases or (cell == "gru" and name == "n")
        biases: Sequence[float] = (float(w.bias_ih[k]), float(w.bias_hh[k]))  # type: ignore[index]  # these networks have both
        of_x, of_h = (_two(sign * float(value) for value in matrix[k]) for matrix in (w.weight_ih, w.weight_hh))  # type: ignore[index]
        found.append(Row(name, of_x, of_h, tuple(sign * bias for bias in (biases if apart else [sum(biases)]))))
    return tuple(found)


def _step(model: Any, found: Any, notation: str, w: Weights, at: int, unit: int) -> Step:
    cell = model.spec.cell
    old = torch.tensor(found["h"][at - 1]) if at else torch.zeros(2)
    a, b = from_input(model.inputs([found.tokens[at]])[0], w), from_state(old, w)
    values = {name: float(found[name][at, unit]) for name in in_order(cell)}
    sums = {}
    for name in roles.of(cell).rows:
        k = _block(cell, name, unit)
        gate = values["r"] if cell == "gru" and name == "n" else 1
        sums[name] = _sign(name, notation) * float(a[k] + gate * b[k])
    if "z" in values and turned(notation):
        values["z"] = 1 - values["z"]
    return Step(sums, values, float(found["h"][at, 1 - unit]), float(model.answer(torch.tensor(found["h"][at]))[1]))


def _head(model):
    """The two rows of the head as one: of two probabilities that are a softmax, the second is the sigmoid of the difference of the scores."""
    rows, biases = model.head.weight, model.head.bias
    one, other = _pair(rows[1] - rows[0])
    return one, other, float(biases[1] - biases[0])
