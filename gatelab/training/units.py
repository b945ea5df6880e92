"""What single units tell: for each property of a text the unit that shows it best, on text that training never read.

After Karpathy, Johnson and Li 2015, Visualizing and Understanding Recurrent Networks. The value after step t is compared
with the property after character t. The unit is chosen on the first half of the held-out text and scored on the second.

    python -m gatelab.training.units code-lstm --data sqlite.c
"""

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from gatelab.trace import trace
from gatelab.training.loop import Recipe
from gatelab.training.tasks import read, split
from gatelab.zoo import load

CANDIDATES = ("g", "n")
SET_ASIDE = re.compile(r"""(?P<comment>/\*.*?(?:\*/|\Z))|(?P<string>"(?:\\.|[^"\\\n])*")|'(?:\\.|[^'\\\n])*'""", re.DOTALL)
"""The parts of C source in which a bracket is no bracket."""


@dataclass(frozen=True)
class Property:
    """Something that is true, or counted, after each character of a text of length T.

    Attributes:
        name: what the table calls it.
        value: (T,), Booleans or integers.
        where: (T,) Booleans, the characters that it is measured at.
    """

    name: str
    value: np.ndarray
    where: np.ndarray


def prose(text):
    """The properties of English prose."""
    letter, vowel, capital, mark = (_each(text, test) for test in (str.isalpha, "aeiouAEIOU", str.isupper, ".?!,;:"))
    anywhere, so_far = np.ones_like(letter), _since(~letter)
    quotes = np.concatenate([np.cumsum(_each(part, '"')) % 2 for part in re.split(r"(?<=\n\n)", text)])  # by paragraph
    return (
        Property("inside double quotes", quotes == 1, anywhere),
        Property("letters of the word so far", so_far, letter),
        Property("in a word, at its letter 7 or later", so_far >= 7, letter),
        Property("in a word with a capital", _since(capital) < so_far, letter),
        Property("at a vowel, not a consonant", vowel, letter),
        Property("at the last letter of a word", np.append(~letter[1:], False), letter),
        Property("characters since punctuation", _since(mark), anywhere),
        Property("characters since the sentence began", _since(_each(text, ".?!")), anywhere),
        Property("characters since the line break", _since(_each(text, "\n")), anywhere),
    )


def code(text):
    """The properties of C source."""
    comment, string, outside = np.zeros(len(text), bool), np.zeros(len(text), bool), np.ones(len(text), bool)
    for found in SET_ASIDE.finditer(text):
        outside[found.start() : found.end()] = False
        comment[found.start() + 1 : found.end() - 1] |= found["comment"] is not None  # from /* read to */ read
        string[found.start() : found.end() - 1] |= found["string"] is not None
    braces, parentheses = (_depth(text, pair, outside) for pair in ("{}", "()"))
    column = _since(_each(text, "\n"))
    directive = _each(text, "#")[np.maximum(np.arange(len(text)) - column + 1, 0)] & (column > 0)
    condition = np.zeros(len(text), bool)
    for found in re.finditer(r"\bif\s*\(", text):
        inside = parentheses[found.end() - 1 :] >= parentheses[found.end() - 1]
        condition[found.end() - 1 :][: len(inside) if inside.all() else inside.argmin()] |= outside[found.start()]
    return (
        Property("inside a comment", comment, np.ones_like(comment)),
        Property("inside a string literal", string, ~comment),
        Property("inside parentheses", parentheses > 0, ~comment),
        Property("depth of parentheses", parentheses, ~comment),
        Property("inside the condition of an if", condition, ~comment),
        Property("depth of braces", braces, ~comment),
        Property("in a line of the preprocessor", directive, ~comment),
        Property("characters since the line break", column, np.ones_like(comment)),
    )


PROPERTIES = {"prose": prose, "code": code}


def _each(text, test):
    """Where a character is one of a string, or passes a test: (T,) Booleans."""
    return np.fromiter((c in test if isinstance(test, str) else test(c) for c in text), bool, len(text))


def _since(event):
    """How many characters ago the last event was, 0 at an event; before the first as if one stood before the text."""
    steps = np.arange(len(event))
    return steps - np.maximum.accumulate(np.where(event, steps, -1))


def _depth(text, pair, counts):
    """How many of a pair of brackets are open after each character, of those that count."""
    return np.cumsum((_each(text, pair[0]).astype(int) - _each(text, pair[1])) * counts)


def ranks(values):
    """The ranks of (n,) values from 1; equal values share their mean rank."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[place]


def score(values, truth):
    """How well (n,) values tell the truth: the AUC of Booleans (0.5 is chance), else Spearman's correlation (0 is)."""
    rank = ranks(values)
    if truth.dtype == bool:
        yes = np.count_nonzero(truth)
        return (rank[truth].mean() - (yes + 1) / 2) / (len(truth) - yes)
    return np.corrcoef(rank, ranks(truth))[0, 1] if np.ptp(values) else 0.0


def best(seen, names, wanted):
    """The array and unit that tell a property best on the first half of a trace, and their score on the second.

    Raises:
        ValueError: the property is the same throughout one of the halves.
    """
    first, second = np.array_split(np.flatnonzero(wanted.where), 2)
    if min(np.ptp(wanted.value[half].astype(int)) if len(half) else 0 for half in (first, second)) == 0:
        raise ValueError(f"{wanted.name!r} must vary in both halves of the held-out text: the text is too short for it")
    truth, chance = wanted.value[first], 0.5 if wanted.value.dtype == bool else 0
    told = {(k, u): abs(score(row, truth) - chance) for k in names for u, row in enumerate(seen[k][first].T.copy())}
    array, unit = max(told, key=told.get)
    return array, unit, score(seen[array][second, unit], wanted.value[second])


def table(model, held_out):
    """The lines to print: for each property the best unit of the state (c, or h where there is none) and of the gates.

    Raises:
        ValueError: the model was trained on another task, or the text is too short.
    """
    task = model.spec.name.split("-")[0]
    if task not in PROPERTIES:
        raise ValueError(f"model must be trained on one of {', '.join(PROPERTIES)}: got {model.spec.name!r}")
    text = held_out[held_out.find("\n\n") + 2 :] if "\n\n" in held_out else held_out  # it may begin inside a sentence
    seen = trace(model, text)
    state = ("c",) if "c" in seen.names else ("h",)
    gates = tuple(name for name in seen.names if name not in ("c", "h", *CANDIDATES))
    yield f"{'property':36}  array  unit  held out"
    for names in filter(None, (state, gates)):
        for wanted in PROPERTIES[task](text):
            array, unit, told = best(seen, names, wanted)
            yield f"{wanted.name:36}  {array:5}  {unit:4}  {'AUC' if wanted.value.dtype == bool else 'rho'} {told:6.3f}"


def main(arguments=None):
    """Print the table; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m gatelab.training.units", description=__doc__.partition("\n")[0])
    parser.add_argument("model", help="the name of a shipped model, or the path of a checkpoint")
    parser.add_argument("--data", type=Path, required=True, metavar="FILE", help="the whole text that it was trained on")
    args = parser.parse_args(arguments)
    torch.set_num_threads(1)
    try:
        for line in table(load(args.model), split(read(args.data)[0], Recipe.window)[1]):
            print(line, flush=True)
    except (OSError, ValueError) as error:
        print(f"gatelab.training.units: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
