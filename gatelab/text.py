"""Text in, ids out: the first step of the story, before any model runs."""

import re
from dataclasses import dataclass
from functools import cached_property

UNKNOWN = "\N{REPLACEMENT CHARACTER}"
"""The token that stands for every character a vocabulary does not hold."""

START, END = "<start>", "<end>"
"""Tokens of a target: what a decoder reads before its first step, and what it writes when it is done."""

UNITS = ("characters", "words")
"""What a token of a source or target can be."""

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
    """The V tokens of a character model, in the order of their ids.

    Args:
        tokens: V distinct strings; `UNKNOWN` must be among them.
    """

    tokens: tuple[str, ...]

    def __post_init__(self):
        if len(set(self.tokens)) != len(self.tokens):
            raise ValueError(f"tokens must be distinct: got {len(self.tokens)} with {len(set(self.tokens))} distinct")
        if UNKNOWN not in self.tokens:
            raise ValueError(f"tokens must hold {UNKNOWN!r}, which stands for the unknown: got {self.tokens[:8]} ...")

    def __len__(self):
        return len(self.tokens)

    @classmethod
    def of(cls, text):
        """The characters of `text`, sorted, after `UNKNOWN`."""
        return cls((UNKNOWN, *sorted(set(text) - {UNKNOWN})))

    @cached_property
    def ids(self):
        """token -> id, an integer in [0, V)."""
        return {token: id for id, token in enumerate(self.tokens)}

    def id(self, character):
        """The id under which the model reads `character`: its own, that of its plain form, or that of `UNKNOWN`."""
        return self.ids.get(character, self.ids.get(TYPOGRAPHIC.get(character), self.ids[UNKNOWN]))

    def encode(self, text):
        """The ids of a text, one for each character: a list of T integers in [0, V)."""
        return [self.id(character) for character in text]


def tokenize(text, unit):
    """The tokens of a source as they were typed: its characters, or its words and punctuation marks."""
    return tuple(text) if unit == "characters" else tuple(re.findall(r"\w+(?:['\u2019-]\w+)*|[^\w\s]", text))


def fold(token):
    """The form under which a source's token is looked up: lower case where that has as many letters, plain apostrophes."""
    lower = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in token)
    return lower.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def french(sentence):
    """The tokens of a French target: an elided word keeps its apostrophe, a word behind a hyphen its hyphen (*est*, *-il*)."""
    return tuple(re.findall(r"-?\w+'?|[^\w\s]", sentence.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")))


def join(tokens, unit):
    """A target as it is written: the tokens of `french` with French spacing and capitals, or simply the characters."""
    if unit == "characters":
        return "".join(tokens)
    text = re.sub(r"(?<=') | (?=[-,.…)])|(?<=\() ", "", " ".join(tokens))
    text = re.sub(r" (?=[?!;:»])|(?<=«) ", "\N{NARROW NO-BREAK SPACE}", text)
    return re.sub(r"((?:^|[.?!…])[\s«\"(-]*)(\w)", lambda found: found[1] + found[2].upper(), text)
