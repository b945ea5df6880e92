"""Text in, ids out: the first step of the story, before any model runs."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Self

UNKNOWN = "\N{REPLACEMENT CHARACTER}"
"""The token that stands for every character a vocabulary does not hold."""

START, END = "<start>", "<end>"
"""Tokens of a target: what a decoder reads before its first step, and what it writes when it is done."""

UNITS = ("characters", "words")
"""What a token of a source or target can be."""

NUMBERS = "numbers"

READS = (*UNITS, NUMBERS)
"""What a token can be for a model that reads."""

TOKEN = {
    "characters": re.compile(r".", re.DOTALL),
    "words": re.compile(r"\w+(?:['\u2019-]\w+)*|[^\w\s]"),
    NUMBERS: re.compile(r"\S+"),
}
"""What one token looks like in a text, by unit."""

TYPOGRAPHIC = {
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{NO-BREAK SPACE}": " ",
    "\t": " ",
}
"""What phones type by themselves, and the plain character that the training text has in its place."""


@dataclass(frozen=True)
class Vocabulary:
    """The V tokens of a model that reads, in the order of their ids.

    Args:
        tokens: V distinct strings; `UNKNOWN` must be among them.
        folds: whether a token is looked up in its folded form where its own is not there: words are, characters are not.
    """

    tokens: tuple[str, ...]
    folds: bool = False

    def __post_init__(self) -> None:
        if len(set(self.tokens)) != len(self.tokens):
            raise ValueError(f"tokens must be distinct: got {len(self.tokens)} with {len(set(self.tokens))} distinct")
        if UNKNOWN not in self.tokens:
            raise ValueError(f"tokens must hold {UNKNOWN!r}, which stands for the unknown: got {self.tokens[:8]} ...")

    def __len__(self) -> int:
        return len(self.tokens)

    @classmethod
    def of(cls, text: str) -> Self:
        """The characters of `text`, sorted, after `UNKNOWN`."""
        return cls((UNKNOWN, *sorted(set(text) - {UNKNOWN})))

    @cached_property
    def ids(self) -> dict[str, int]:
        """token -> id, an integer in [0, V)."""
        return {token: id for id, token in enumerate(self.tokens)}

    def id(self, token: str) -> int:
        """The id under which the model reads a character or word: its own, that of its plain or folded form, or that of `UNKNOWN`."""
        plain = fold(token) if self.folds else TYPOGRAPHIC.get(token, token)
        return self.ids.get(token, self.ids.get(plain, self.ids[UNKNOWN]))

    def knows(self, token: str) -> bool:
        """Whether a character or word is one of the tokens, in its own, plain or folded form."""
        return self.id(token) != self.ids[UNKNOWN]

    def encode(self, tokens: Iterable[str]) -> list[int]:
        """The ids of a text's characters or words, one for each: a list of T integers in [0, V)."""
        return [self.id(token) for token in tokens]


class Numbers:
    """What stands in the place of a vocabulary where a model reads numbers: "0.25" is a number, "0.25*" a marked one."""

    width = 2

    def encode(self, tokens: Iterable[str]) -> list[list[float]]:
        """[number, mark] for each token: T pairs of floats, the number in [0, 1], the mark 0 or 1; (0, 0) where it is no number."""
        return [self._pair(token) for token in tokens]

    def knows(self, token: str) -> bool:
        """Whether a token is a number in [0, 1], marked or not."""
        return re.fullmatch(r"(0|1|0?\.\d{1,9}|0\.|1\.0*)\*?", token, re.ASCII) is not None

    def _pair(self, token):
        return [float(token.rstrip("*")), float(token.endswith("*"))] if self.knows(token) else [0.0, 0.0]


def tokenize(text: str, unit: str) -> tuple[str, ...]:
    """The tokens of a text as they were typed: its characters, its words and punctuation marks, or what stands between spaces."""
    return tuple(text) if unit == "characters" else tuple(TOKEN[unit].findall(text))


def beginning(text: str, unit: str, count: int) -> str:
    """A text up to and with its token number `count`, counted from 1; "" for 0 tokens."""
    if unit == "characters" or not count:
        return text[:count]
    return text[: [found.end() for found in islice(TOKEN[unit].finditer(text), count)][-1]]


def fold(token: str) -> str:
    """The form under which a source's token is looked up: lower case where that has as many letters, plain apostrophes."""
    lower = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in token)
    return lower.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def french(sentence: str) -> tuple[str, ...]:
    """The tokens of a French target: an elided word keeps its apostrophe, a word behind a hyphen its hyphen (*est*, *-il*)."""
    return tuple(re.findall(r"-?\w+'?|[^\w\s]", sentence.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")))


def join(tokens: Sequence[str], unit: str) -> str:
    """A target as it is written: the tokens of `french` with French spacing and capitals, or simply the characters."""
    if unit == "characters":
        return "".join(tokens)
    text = re.sub(r"(?<=') | (?=[-,.…)])|(?<=\() ", "", " ".join(tokens))
    text = re.sub(r" (?=[?!;:»])|(?<=«) ", "\N{NARROW NO-BREAK SPACE}", text)
    return re.sub(r"((?:^|[.?!…])[\s«\"(-]*)(\w)", lambda found: found[1] + found[2].upper(), text)
