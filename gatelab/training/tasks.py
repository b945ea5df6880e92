"""What a network can learn in the page, in Python: the tasks of live/static/engine/tasks.js, with the same strings for a seed.

A string is what a network reads from its first step to its last: a list of ids, or of pairs (number, mark) where numbers are read.
A task makes strings, and says what is right after each token of any string.
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np

from gatelab.draws import Draws
from gatelab.networks import ModelSpec
from gatelab.text import NUMBERS, UNKNOWN, Numbers, fold, tokenize

LETTERS = ("A", "B", "C", "D")
TESTED = 1_000_003
"""The seed of unseen strings; training draws from its own."""
UNSEEN = 200
"""Unseen strings."""
WORDS = 2000
"""Words of one's own at most; more of them make nothing clearer."""
WORD, LINE = 24, 60
"""Characters of a word, words of a line at most."""
SPACE = "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
"""What JavaScript calls white space."""

_NAMES = """Ada Alan Amal Amina Anna Anton Aria Ben Carla Carlos Chen Clara Dana David Diana Elena Elias Emil Emma Eva Fatima Felix Finn Grace Hana Hugo Ida Ines Iris
Ivan Jana Jonas Julia Karim Kira Lara Lena Leo Lina Lucas Luna Maria Marie Marta Mia Mila Mina Mira Nadia Nina Noah Nora Olga Omar Oscar Paula Pedro Rita Rosa
Samir Sara Sofia Tara Theo Tim Tina Vera Viktor Yara Yusuf Zara Zoe"""
NAMES = tuple(_NAMES.split())
"""Given names for the task "names", chosen by hand; the page has the same, as it has `LINES`."""
_LINES = """+ good and lovely
- the film is not clever
+ the film is not boring
- the story is not good
+ not a boring cast
- a dull film and an awful cast
+ the story is not bad
- a silly film and a boring cast
+ the end is clever and the music is funny
- the story is boring
+ the film is fresh and the end is funny
- i hate the cast
+ i love the story
- not a warm music
+ a fresh film and a warm music
- a cold film
+ not a boring film
- i hate the film
+ the music is funny and the film is clever
- boring and awful
+ funny and good
- the cast is boring and the music is silly
+ a warm story
- a silly film
+ a clever music
- an awful film and a cold cast
+ a lovely story and a fresh end
- the end is cold and the music is awful
+ a good story and a funny film
- cold and awful
+ i love the cast
- an awful film and a bad end
+ the music is funny and the story is fresh
- the cast is not fresh
+ a lovely cast and a good end
- i hate the story
+ a good end
- a bad music and an awful cast
+ not a dull music
- the music is silly
+ lovely and clever
- the film is not good
+ i love the film
- the end is not fresh
+ not a cold end
- the story is dull and the music is cold
+ clever and good
- the film is bad and the cast is silly
+ a clever music and a good end
- a boring end
+ the film is not silly
- i hate the music
+ not a dull story
- bad and silly
+ the cast is warm
- not a funny film
+ a funny cast
- boring and bad
+ the music is fresh
- the story is not clever
+ not a boring end
- the music is boring and the film is cold
+ a lovely music
- the film is awful and the cast is cold
+ the music is not bad
- the cast is not good
+ i love the music
- a silly story
+ a clever music and a lovely story
- silly and bad
+ the story is not silly
- i hate the end
+ fresh and good
- a bad film and a silly story
+ the story is lovely and the film is clever
- a cold end and a silly cast
+ the music is not boring
- the end is bad
+ the film is clever
- an awful story and a silly film"""
LINES = tuple(_LINES.split("\n"))
"""Lines for the task "lines", written for it."""


class Length(NamedTuple):
    """What the length of a task's strings counts."""

    means: str
    least: int
    most: int
    opens: int  # where none is given


class Strings(NamedTuple):
    """Strings side by side, the shorter ones filled up with zeros."""

    read: np.ndarray  # ids, integers (T, B), or numbers with their marks, (T, B, 2)
    targets: np.ndarray  # the label's place, or a number, (T, B); NaN where no answer is asked


class Task:
    """A task, and how long and how noisy its strings are.

    Args:
        length: as the task counts it, see `counts`; None for what it opens with.
        noise: the share of tokens that are read wrong, or how far numbers are off on average (standard deviation).

    Raises:
        ValueError: one of them is none of these.
    """

    name: ClassVar[str]
    counts: ClassVar[Length | None] = None  # None where the strings are a list
    unit = "characters"
    tokens: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()  # () predicts the next token
    width = 2  # of what stands for a token
    begins = ""  # what each string begins with, and nobody types

    def __init__(self, length: int | None = None, noise: float = 0.0) -> None:
        if self.counts is None and length is not None:
            raise ValueError(f"length must be left out for {self.name}, whose strings are a list: got {length!r}")
        if self.counts and length is not None and not (_whole(length) and self.counts.least <= length <= self.counts.most):
            raise ValueError(f"length must be an integer from {self.counts.least} to {self.counts.most} ({self.counts.means}): got {length!r}")
        most = math.inf if self.unit == NUMBERS else 1
        if isinstance(noise, bool) or not isinstance(noise, (int, float)) or not (0 <= noise <= most and noise < math.inf):
            raise ValueError(f"noise must be a number {'of at least 0' if self.unit == NUMBERS else 'from 0 to 1'}: got {noise!r}")
        self.length = (self.counts.opens if length is None else length) if self.counts else 0
        self.noise = noise

    def string(self, draws: Draws) -> Sequence[Any]:
        """A string to learn from."""
        raise NotImplementedError

    def answers(self, string: Sequence[Any]) -> list[float]:
        """What is right after each token of a string: the label's place, a number, or NaN where nothing is asked."""
        raise NotImplementedError

    def spec(self, cell: str, units: int, layers: int) -> ModelSpec:
        """What a network must be that can learn it."""
        return ModelSpec(f"learned-{cell}", cell, self.tokens, self.width, units, layers, self.unit, self.outputs)

    def batch(self, count: int, seed: int, update: int) -> Strings:
        """What an update learns from: the same for a seed and the number of the update, counted from 1."""
        draws = Draws(seed, update)
        return self.together([self.string(draws) for _ in range(count)], draws)

    def unseen(self) -> Strings:
        """Strings that training does not see, or, of a short list, all of them."""
        draws = Draws(TESTED, 0)
        return self.together([self.string(draws) for _ in range(UNSEEN)])

    def together(self, strings: Sequence[Sequence[Any]], draws: Draws | None = None) -> Strings:
        """Strings side by side; `draws` adds noise."""
        shape = max(map(len, strings)), len(strings)
        read = np.zeros((*shape, Numbers.width)) if self.unit == NUMBERS else np.zeros(shape, int)
        targets = np.full(shape, math.nan)
        for b, string in enumerate(strings):
            targets[: len(string), b] = self.answers(string)
            read[: len(string), b] = self._misread(string, draws) if draws and self.noise else string
        return Strings(read, targets)

    def _misread(self, string, draws):
        """A string as it is read with noise."""
        if self.unit == NUMBERS:
            return np.array(string) + np.outer(self.noise * draws.normals(len(string)), (1, 0))
        return [draws.integer(1, len(self.tokens) - 1) if draws.next() < self.noise else id for id in string]

    def text(self, string: Sequence[Any]) -> str:
        """A string as one would type it."""
        if self.unit == NUMBERS:
            return " ".join(f"{number:.10g}{'*' if mark else ''}" for number, mark in string)
        return (" " if self.unit == "words" else "").join(self.tokens[id] for id in string)[len(self.begins) :]

    def example(self, seed: int = 1) -> str:
        """The text of a string."""
        return self.text(self.string(Draws(seed, 0)))


class Recall(Task):
    """Remember one marked letter among many of the same kind, until asked (after Bengio et al. 1994)."""

    name = "recall"
    tokens, outputs, width = (UNKNOWN, *LETTERS, "!", "?"), LETTERS, 6
    counts = Length("letters between the marked one and the question, at most", 1, 100, 10)
    MARK, ASK = 5, 6

    def string(self, draws: Draws) -> list[int]:
        """Up to three letters, the mark, its letter, a delay of any length up to the longest, and the question."""
        before = draws.integers(1, len(LETTERS), draws.integer(0, 3))
        return [*before, self.MARK, *draws.integers(1, len(LETTERS), 1 + draws.integer(1, self.length)), self.ASK]

    def answers(self, string: Sequence[int]) -> list[float]:
        """At each question behind the first mark: the letter that stands behind that mark, where it is one."""
        at = string.index(self.MARK) if self.MARK in string else len(string)
        kept = string[at + 1] if at + 1 < len(string) else 0
        return [kept - 1 if id == self.ASK and t > at and 1 <= kept <= len(LETTERS) else math.nan for t, id in enumerate(string)]


class Adding(Task):
    """Of many numbers, add the two that are marked (Hochreiter and Schmidhuber 1997)."""

    name, unit = "adding", NUMBERS
    outputs = ("sum",)
    counts = Length("numbers", 2, 100, 20)

    def string(self, draws: Draws) -> list[tuple[float, float]]:
        """Numbers in [0, 1], one of each half marked."""
        half = self.length // 2
        marked = draws.integer(0, half - 1), draws.integer(half, self.length - 1)
        return [(number, float(t in marked)) for t, number in enumerate(_rounded(draws.many(self.length)))]

    def answers(self, string: Sequence[tuple[float, float]]) -> list[float]:
        """At the end the sum."""
        return _at_the_end(string, sum(number * mark for number, mark in string))


class Brackets(Task):
    """After each bracket: is one still open? (Suzgun et al. 2019)"""

    name = "brackets"
    tokens, outputs = (UNKNOWN, "(", ")"), ("balanced", "open")
    counts = Length("brackets in the longest string", 2, 100, 20)

    def string(self, draws: Draws) -> list[int]:
        """Balanced brackets, of any length up to the longest."""
        size, depth, string = 2 * draws.integer(1, self.length // 2), 0, list[int]()
        for t in range(size):
            opens = depth == 0 or (depth < size - t and draws.next() < 0.5)
            depth += 1 if opens else -1
            string.append(1 if opens else 2)
        return string

    def answers(self, string: Sequence[int]) -> list[float]:
        """After each bracket, whether one is open."""
        return (np.cumsum([{1: 1, 2: -1}.get(id, 0) for id in string]) > 0).astype(float).tolist()


class Counting(Task):
    """As many b as a, then the end (Weiss, Goldberg and Yahav 2018): asked from the first b on."""

    name = "counting"
    tokens, outputs = (UNKNOWN, "a", "b"), ("b", "end")
    counts = Length("most of each letter", 1, 60, 12)

    def string(self, draws: Draws) -> list[int]:
        """Some a, and as many b."""
        count = draws.integer(1, self.length)
        return [1] * count + [2] * count

    def answers(self, string: Sequence[int]) -> list[float]:
        """After each b, whether it was the last."""
        left = np.cumsum([1 if id == 1 else -1 for id in string])
        return [float(rest == 0) if id == 2 and rest >= 0 else math.nan for id, rest in zip(string, left)]


class Echo(Task):
    """Say what came some steps ago."""

    name = "echo"
    tokens, outputs, width = (UNKNOWN, *LETTERS), LETTERS, 4
    counts = Length("steps back", 0, 30, 3)

    def string(self, draws: Draws) -> list[int]:
        """Letters, twelve more than the steps back."""
        return draws.integers(1, len(LETTERS), self.length + 12)

    def answers(self, string: Sequence[int]) -> list[float]:
        """The letter so many steps back, where there is one."""
        back = self.length
        return [string[t - back] - 1 if t >= back and string[t - back] else math.nan for t in range(len(string))]


class Parity(Task):
    """Is the number of ones odd? Asked at the end alone."""

    name = "parity"
    tokens, outputs = (UNKNOWN, "0", "1"), ("even", "odd")
    counts = Length("bits", 1, 60, 12)

    def string(self, draws: Draws) -> list[int]:
        """Bits."""
        return draws.integers(1, 2, self.length)

    def answers(self, string: Sequence[int]) -> list[float]:
        """At the end, whether there were an odd number of ones."""
        return _at_the_end(string, list(string).count(2) % 2)


class Wave(Task):
    """Predict the next value of a curve that repeats itself.

    Args:
        length, noise: as of every task.
        curve: one of `CURVES`.
        drawn: the values of one period of a curve that was drawn, at least 2.

    Raises:
        ValueError: one of them is none of these.
    """

    name, unit = "wave", NUMBERS
    outputs = ("next value",)
    counts = Length("values", 4, 100, 40)
    CURVES = ("sine", "saw", "drawn")

    def __init__(self, length: int | None = None, noise: float = 0.0, curve: str = "sine", drawn: Sequence[float] = ()) -> None:
        super().__init__(length, noise)
        if curve not in self.CURVES:
            raise ValueError(f"curve must be one of {', '.join(self.CURVES)}: got {curve!r}")
        if curve == "drawn" and len(drawn) < 2:
            raise ValueError(f"drawn must have at least 2 values where the curve is drawn: got {len(drawn)}")
        if curve != "drawn" and len(drawn):
            raise ValueError(f'drawn must be left out where the curve is not "drawn": got {len(drawn)} values for {curve!r}')
        self.drawn = np.array(drawn, float)
        if not np.isfinite(self.drawn).all():
            raise ValueError(f"drawn must be finite numbers: got {list(drawn)}")
        self.curve = curve

    def _at(self, place):
        """The curve's values at places in its period, from 0 to 1."""
        if self.curve == "drawn":
            place = place * len(self.drawn)
            left = np.floor(place).astype(int) % len(self.drawn)
            return self.drawn[left] + (place - np.floor(place)) * (self.drawn[(left + 1) % len(self.drawn)] - self.drawn[left])
        return 0.5 + 0.4 * np.sin(2 * math.pi * place) if self.curve == "sine" else 0.1 + 0.8 * place

    def string(self, draws: Draws) -> list[tuple[float, float]]:
        """The curve from any place on, with a period of 12 to 24 steps."""
        phase, period = draws.next(), draws.integer(12, 24)
        return [(number, 0.0) for number in _rounded(self._at((phase + np.arange(self.length) / period) % 1))]

    def answers(self, string: Sequence[tuple[float, float]]) -> list[float]:
        """The next number, but at the end."""
        return [*(number for number, _ in string[1:]), math.nan][: len(string)]


class _Listed(Task):
    """A task whose strings are a list: every fifth is unseen, where there are at least ten."""

    width = 8

    def _keep(self, strings, what):
        if not strings:
            raise ValueError(f"{self.name} must have at least one {what}: got none")
        apart = len(strings) >= 10
        self._seen = [string for k, string in enumerate(strings) if not apart or k % 5 != 4]
        self._unseen = [string for k, string in enumerate(strings) if not apart or k % 5 == 4]

    def string(self, draws: Draws) -> Sequence[int]:
        """One of those that training sees."""
        return draws.of(self._seen)

    def unseen(self) -> Strings:
        """Strings that training does not see, or, of a short list, all of them."""
        return self.together(self._unseen[:UNSEEN])


class Names(_Listed):
    """Write words, letter by letter: after each letter the next, and at last the end of the line.

    Args:
        noise: as of every task.
        words: at least one; `NAMES` where there is none.
        length: None.

    Raises:
        TypeError: the words are no strings.
        ValueError: none of them has a letter, or another argument is none of these.
    """

    name, begins = "names", "\n"

    def __init__(self, length: int | None = None, noise: float = 0.0, words: Sequence[str] | None = None) -> None:
        super().__init__(length, noise)
        own = list(dict.fromkeys(filter(None, (word.strip(SPACE)[:WORD] for word in _strings("words", words, NAMES)))))[:WORDS]
        self.tokens = (UNKNOWN, "\n", *_sorted({letter for word in own for letter in word} - {UNKNOWN, "\n"}))
        ids = {token: id for id, token in enumerate(self.tokens)}
        self._keep([[1, *(ids[letter] for letter in word)] for word in own], "word")

    def answers(self, string: Sequence[int]) -> list[float]:
        """After each letter the next, and at last the end of the line."""
        return [float(id) for id in (*string[1:], 1)][: len(string)]


class Lines(_Listed):
    """Is a line of one's own praise or blame? Asked at the end alone.

    Args:
        noise: as of every task.
        lines: at least one, with + (praise) or - (blame) in front: "+ a warm film"; others do not count. `LINES` where there is none.
        length: None.

    Raises:
        TypeError: the lines are no strings.
        ValueError: none of them has a sign in front and a word, or another argument is none of these.
    """

    name, unit, outputs = "lines", "words", ("negative", "positive")
    SIGNED = re.compile(rf"[{SPACE}]*([+-])[{SPACE}]*(.*)", re.DOTALL)

    def __init__(self, length: int | None = None, noise: float = 0.0, lines: Sequence[str] | None = None) -> None:
        super().__init__(length, noise)
        signed = filter(None, map(self.SIGNED.match, _strings("lines", lines, LINES)))
        split = [([fold(word) for word in tokenize(line[2], self.unit)[:LINE]], float(line[1] == "+")) for line in signed]
        self.tokens = (UNKNOWN, *_sorted({word for words, _ in split for word in words} - {UNKNOWN}))
        ids = {token: id for id, token in enumerate(self.tokens)}
        read = [(tuple(ids[word] for word in words), label) for words, label in split if words]
        self._said = dict(read)  # of a line that stands there twice, what was said last
        self._keep([string for string, _ in read], "line")

    def answers(self, string: Sequence[int]) -> list[float]:
        """At the end what was said of the line, where it is one of the list."""
        return _at_the_end(string, self._said.get(tuple(string), math.nan))


TASKS: Mapping[str, type[Task]] = {kind.name: kind for kind in (Recall, Adding, Brackets, Counting, Echo, Parity, Wave, Names, Lines)}
"""All tasks by name, in the order in which the page offers them."""

OWN = {"words": "names", "lines": "lines", "curve": "wave", "drawn": "wave"}
"""What only one task takes -> that task."""


def make(task: str, length: int | None = None, noise: float = 0.0, **own: Any) -> Task:
    """A task by its name.

    Args:
        task: a key of `TASKS`.
        length, noise: see `Task`.
        own: what this task alone takes, see `OWN`; None is left out.

    Raises:
        TypeError: words or lines are no strings.
        ValueError: there is no such task, or an argument does not fit it.
    """
    if task not in TASKS:
        raise ValueError(f"task must be one of {', '.join(TASKS)}: got {task!r}")
    own = {name: value for name, value in own.items() if value is not None}
    for name, value in own.items():
        if OWN[name] != task:
            raise ValueError(f"{name} must be left out for {task}, it belongs to {OWN[name]}: got {value!r}")
    return TASKS[task](length, noise, **own)


def _whole(number):
    return isinstance(number, int) and not isinstance(number, bool)


def _strings(what, given, otherwise):
    """A list of strings, or those of the page."""
    if isinstance(given, str) or not all(isinstance(one, str) for one in given or ()):
        raise TypeError(f"{what} must be a list of strings: got {given!r}")
    return otherwise if given is None else given


def _rounded(numbers):
    """Numbers with four digits, as they stand in a text; halves go up, as in JavaScript."""
    below = np.floor(numbers * 1e4)
    return ((below + (numbers * 1e4 - below >= 0.5)) / 1e4).tolist()


def _at_the_end(string, answer):
    return [math.nan] * (len(string) - 1) + [answer] * bool(string)


def _sorted(tokens):
    """In the order of JavaScript: by the code of the first character, then by units of 16 bits."""
    return sorted(tokens, key=lambda token: (ord(token[0]), token.encode("utf-16-be", "surrogatepass")))
