"""A model that predicts the next character goes on from a text: each character that is drawn is read as the next one.

This is the contract of whoever else writes with the same model, seed and holds, the engine in the page for instance, and wants the same text:

- For each character the generator gives one number u, see `draws.mulberry32`; at temperature 0 it gives none.
- From the model's probabilities p, as numbers of 64 bits, the unknown token's is taken out (0). With m the largest of the others, the weight
  of each label is (p / m) ** (1 / temperature).
- The weights are added up in the order of the labels. The first label whose sum is above u times the last sum is written.
- At temperature 0 it is the label with the largest p, the first of several.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from gatelab.draws import WORD, mulberry32
from gatelab.holds import Hold
from gatelab.networks import Reader
from gatelab.text import UNKNOWN
from gatelab.traces import Trace, trace


class Written(NamedTuple):
    """What a model made of a text."""

    trace: Trace  # of the text, and what was written behind it
    given: int  # how many characters were given

    @property
    def text(self) -> str:
        """What was written, without what was given."""
        return self.trace.text[self.given :]


def write(model: Reader, text: str, length: int = 200, temperature: float = 0.8, seed: int = 1, hold: Hold | Iterable[Hold] | None = None) -> Written:
    """Go on from a text, one character at a time.

    Args:
        model: one that reads characters and predicts the next, e.g. `gatelab.load("prose-lstm")`.
        text: what to go on from, at least one character.
        length: characters to write, at least 0.
        temperature: 0 always takes the likeliest; 1 draws as likely as the model says; above that the unlikely ones come more often.
        seed: an integer from 0 to 2^32 - 1; the same seed writes the same text.
        hold: a `Hold`, or several, see `gatelab.trace`; their steps count on over what is written.

    Raises:
        TypeError: the model or the text is of another kind.
        KeyError: a hold has a name that the model does not compute.
        ValueError: the model does not predict the next character, or an argument is none of these.
    """
    _check(model, text, length, temperature, seed)
    seen, numbers, unknown = trace(model, text, hold=hold), mulberry32(seed), model.spec.labels.index(UNKNOWN)
    for _ in range(length):
        assert seen.probs is not None  # _check has seen to it
        p = seen.probs[-1].astype(np.float64)
        p[unknown] = 0
        label = drawn(p, temperature, next(numbers)) if temperature else int(p.argmax())
        seen = seen.extend(model.spec.labels[label])
    return Written(seen, len(text))


def drawn(p: np.ndarray, temperature: float, u: float) -> int:
    """The label that a number u in [0, 1) draws from probabilities p (O,) at a temperature above 0."""
    sums = np.cumsum((p / p.max()) ** (1 / temperature))
    return int((sums > u * sums[-1]).argmax())


def _check(model, text, length, temperature, seed):
    if not isinstance(model, Reader):
        raise TypeError(f"model must be one that reads text, see gatelab.load: got {type(model).__name__}")
    if model.spec.unit != "characters" or model.spec.outputs or len(model.spec.tokens) < 2:
        raise ValueError(f"model must read characters and predict the next one: got {model.spec.name}, which reads {model.spec.unit}")
    if not isinstance(text, str):
        raise TypeError(f"text must be a string: got {type(text).__name__}")
    if not text:
        raise ValueError("text must have at least one character to go on from: got ''")
    if isinstance(length, bool) or not isinstance(length, int) or length < 0:
        raise ValueError(f"length must be an integer of at least 0: got {length!r}")
    if isinstance(temperature, bool) or not isinstance(temperature, (int, float)) or not 0 <= temperature < math.inf:
        raise ValueError(f"temperature must be a finite number of at least 0: got {temperature!r}")
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < WORD:
        raise ValueError(f"seed must be an integer from 0 to {WORD - 1}: got {seed!r}")
