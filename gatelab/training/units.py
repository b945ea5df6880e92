"""What single units tell of a text: for each property the unit that shows it best, on text that training never read.

After Karpathy, Johnson and Li 2015, Visualizing and Understanding Recurrent Networks. The values of step t are compared
with the property after character t; the unit is chosen on the first half of the held-out text, scored on the second.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch

from gatelab.networks import Reader
from gatelab.palette import GATES
from gatelab.traces import trace
from gatelab.training.sentiment import Sentiment
from gatelab.training.texts import WINDOW, read, split
from gatelab.zoo import card, load, models

NO_CODE = re.compile(r"""(/\*.*?(?:\*/|\Z))|("(?:\\.|[^"\\\n])*")|'(?:\\.|[^'\\\n])*'""", re.DOTALL)
"""The parts of C source in which a bracket is no bracket: comments (group 1), strings (2), characters."""


Properties = dict[str, tuple[np.ndarray, np.ndarray]]
"""The name of a property -> its values (T,), Booleans or counts, and where it is measured (T,)."""


def prose(text: str) -> Properties:
    """The properties of English prose: name -> its values (T,), Booleans or counts, and where it is measured (T,)."""
    letter, vowel, capital, mark = (_each(text, test) for test in (str.isalpha, "aeiouAEIOU", str.isupper, ".?!,;:"))
    anywhere, so_far = np.ones_like(letter), _since(~letter)
    return {
        "inside double quotes": (_between(text, '"'), anywhere),
        "in _emphasis_": (_between(text, "_"), letter),
        "letters of the word so far": (so_far, letter),
        "in a word with a capital": (_since(capital) < so_far, letter),
        "at a vowel, not a consonant": (vowel, letter),
        "at the last letter of a word": (np.append(~letter[1:], False), letter),
        "characters since punctuation": (_since(mark), anywhere),
        "characters since the sentence began": (_since(_each(text, ".?!")), anywhere),
        "characters since the line break": (_since(_each(text, "\n")), anywhere),
    }


def code(text: str) -> Properties:
    """The properties of C source: name -> its values (T,), Booleans or counts, and where it is measured (T,)."""
    comment, string, condition = np.zeros((3, len(text)), bool)
    outside = np.ones_like(comment)
    for found in NO_CODE.finditer(text):
        outside[found.start() : found.end()] = False
        comment[found.start() + 1 : found.end() - 1] |= found[1] is not None  # from where /* is read to where */ is
        string[found.start() : found.end() - 1] |= found[2] is not None
    braces, depth = (np.cumsum((_each(text, a).astype(int) - _each(text, b)) * outside) for a, b in ("{}", "()"))
    for found in re.finditer(r"\bif\s*\(", text):
        open_at = found.end() - 1
        closed = np.flatnonzero(depth[open_at:] < depth[open_at])[:1]
        condition[open_at : open_at + closed.sum()] |= outside[open_at]
    return {
        "inside a comment": (comment, np.ones_like(comment)),
        "inside a string literal": (string, ~comment),
        "inside parentheses": (depth > 0, ~comment),
        "depth of parentheses": (depth, ~comment),
        "inside the condition of an if": (condition, ~comment),
        "depth of braces": (braces, ~comment),
        "characters since the line break": (_since(_each(text, "\n")), np.ones_like(comment)),
    }


PROPERTIES = {"prose": prose, "code": code}


def _each(text, test):
    """Where a character is one of a string, or passes a test: (T,) Booleans."""
    return np.fromiter((c in test if isinstance(test, str) else test(c) for c in text), bool, len(text))


def _between(text, mark):
    """Where a pair of marks is open, which no paragraph leaves open for the next: (T,) Booleans."""
    paragraphs = re.split(r"(?<=\n\n)", text)
    return np.concatenate([np.cumsum(_each(paragraph, mark)) % 2 == 1 for paragraph in paragraphs])


def _since(event):
    """How many characters ago the last event was, 0 at an event; counted from 1 before the first: (T,) integers."""
    steps = np.arange(len(event))
    return steps - np.maximum.accumulate(np.where(event, steps, -1))


def score(values: np.ndarray, truth: np.ndarray) -> float:
    """How well (n,) values tell the truth: AUC for Booleans (chance is 0.5), Spearman's rho for counts (0)."""
    rank = _ranks(values)
    if truth.dtype == bool:
        yes = np.count_nonzero(truth)
        return (rank[truth].mean() - (yes + 1) / 2) / (len(truth) - yes)
    return np.corrcoef(rank, _ranks(truth))[0, 1] if np.ptp(values) else 0.0


def _ranks(values):
    """The ranks of (n,) values from 1; equal values share their mean rank."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[place]


def best(seen: Mapping[str, np.ndarray], names: Sequence[str], value: np.ndarray, where: np.ndarray, rising: bool = False) -> tuple[str, int, int, float]:
    """The array and unit that tell a property best on the first half, the sign there, and the score on the second.

    Args:
        rising: whether only units count that rise with the property, so that a large value means the same in every model.

    Raises:
        ValueError: the property never changes in one of the halves.
    """
    first, second = np.array_split(np.flatnonzero(where), 2)
    if any(len(np.unique(value[half])) < 2 for half in (first, second)):
        raise ValueError(f"the property must change in both halves of the text: {len(value):,} characters are too few")
    truth, chance = value[first], 0.5 if value.dtype == bool else 0
    scores = {(name, u): score(row, truth) for name in names for u, row in enumerate(seen[name][first].T)}
    array, unit = max(scores, key=lambda which: scores[which] - chance if rising else abs(scores[which] - chance))
    sign = 1 if scores[array, unit] > chance else -1
    return array, unit, sign, score(sign * seen[array][second, unit], value[second])


def of_text(model: Reader, task: str, held_out: str) -> tuple[dict[str, np.ndarray], Properties]:
    """What a character model computes on a text, name -> (T, H), and the properties of the text.

    Args:
        task: what the model was trained for.
        held_out: the text.

    Raises:
        ValueError: it was trained for another task.
    """
    if task not in PROPERTIES:
        raise ValueError(f"the model's task must be one of {', '.join(PROPERTIES)} or sentiment: got {task!r}, of {model.spec.name}")
    text = held_out.partition("\n\n")[2] or held_out  # from its first whole paragraph on
    seen = trace(model, text)
    return {name: seen[name] for name in seen}, PROPERTIES[task](text)


def of_reviews(model: Reader, texts: Sequence[tuple[Sequence[str], int]]) -> tuple[dict[str, np.ndarray], Properties]:
    """The same of a sentiment model on texts (words, label), one behind the other: how far a unit is the answer so far, and the label at the end."""
    traces = [trace(model, " ".join(words)) for words, _ in texts]
    seen = {name: np.concatenate([one[name] for one in traces]) for name in traces[0]}
    ends = np.cumsum([len(one) for one in traces]) - 1
    last, label = np.zeros((2, ends[-1] + 1), bool)
    last[ends], label[ends] = True, [positive == 1 for _, positive in texts]
    answer = np.concatenate([one.probs[:, 1] for one in traces if one.probs is not None])
    return seen, {"probability of positive": (answer, np.ones_like(last)), "positive, at the last word": (label, last)}


def held_out(name: str, data: Path) -> tuple[dict[str, np.ndarray], Properties]:
    """What a model computes on the text that it never read, name -> (T, H), and the properties of that text.

    Args:
        name: of a shipped model, or the path of a checkpoint with its card beside it.
        data: the whole text that it learned from; of sentiment the folder with the three sets.

    Raises:
        ValueError: the model was trained on another task.
    """
    model, task = load(name), _task(name)
    if task == "sentiment":
        tests = Sentiment(data).tests.values()
        return of_reviews(model, [text for texts in zip(*tests) for text in texts])  # as many of each set, in turn
    return of_text(model, task, split(read(data)[0], WINDOW)[1])


def _task(name):
    """What a model was trained for, as its card says."""
    facts = card(name) if name in models() else json.loads(Path(name).with_suffix(".json").read_text(encoding="utf-8"))
    return facts["task"]


def table(seen: Mapping[str, np.ndarray], properties: Properties, rising: bool = False) -> Iterator[str]:
    """The lines of the table: the best units of the state (c, or h where there is none), then those of the gates.

    Args:
        rising: as of `best`.

    Raises:
        ValueError: the text is too short.
    """
    state, gates = ["c" if "c" in seen else "h"], [name for name in seen if name in GATES]
    yield f"{'property':36}array  unit  score on held-out text; + the unit rises with the property, - it falls"
    for names in filter(None, (state, gates)):
        for name, (value, where) in properties.items():
            array, unit, sign, told = best(seen, names, value, where, rising)
            measure = "AUC" if value.dtype == bool else "rho"
            yield f"{name:36}{array:5} {unit:5}  {measure} {told:6.3f} {'+' if sign > 0 else '-'}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m gatelab.training.units", description=__doc__.partition("\n")[0])
    parser.add_argument("model", help="the name of a shipped model, or the path of a checkpoint")
    parser.add_argument(
        "--data", type=Path, required=True, metavar="FILE", help="the whole text that it learned from; of sentiment the folder with the three sets"
    )
    parser.add_argument("--rising", action="store_true", help="only units that rise with the property")
    args = parser.parse_args(arguments)
    torch.set_num_threads(1)
    try:
        for line in table(*held_out(args.model, args.data), args.rising):
            print(line, flush=True)
    except (OSError, ValueError) as error:
        print(f"gatelab.training.units: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
