"""English sentences and their French translations from Tatoeba, cut down to a small vocabulary."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from gatelab.text import END, START, UNKNOWN, fold, french, tokenize
from gatelab.training import credit
from gatelab.training.pairs import Pairs
from gatelab.training.texts import read

LONGEST = 20
"""English words of the longest sentence to learn from."""

SOURCE_SIZE, TARGET_SIZE = 3500, 4500
HELD_OUT = 0.05
"""Share of the English sentences, whatever their case and punctuation, that training never reads in any translation."""


def pairs(path: Path) -> Pairs:
    """The pairs of a file of lines English, tab, French (further columns are left out), and what a card says of it.

    Raises:
        ValueError: the file has no such lines, or is not UTF-8.
        OSError: it cannot be read.
    """
    text, sha256 = read(path)
    lines = [line.split("\t")[:2] for line in text.split("\n") if line.strip()]
    if not lines or any(len(line) < 2 for line in lines):
        raise ValueError(f"{path.name} must have lines of English, tab, French")
    references = defaultdict(list)
    for english, translation in lines:
        references[english].append(translation)
    held_out = [(english, right) for english, right in references.items() if unseen(english)]
    kept = [(english, right) for english, right in lines if not unseen(english) and words(english) <= LONGEST]
    if not held_out or not kept:
        raise ValueError(
            f"{path.name} must have pairs to train on, of at most {LONGEST} words, and pairs to measure, which the words of a sentence decide "
            f"({HELD_OUT:.0%} of all sentences): got {len(kept):,} and {len(held_out):,}"
        )
    spelling = Spelling(right for _, right in kept)
    training = [(tuple(map(fold, tokenize(english, "words"))), spelling(right)) for english, right in kept]
    return Pairs(
        unit="words",
        source=(UNKNOWN, *most(SOURCE_SIZE - 1, (source for source, _ in training))),
        target=(UNKNOWN, START, END, *most(TARGET_SIZE - 3, (target for _, target in training))),
        training=training,
        held_out=held_out,
        about=credit.of(path, sha256),
        dropped=0.1,
    )


def words(english: str) -> int:
    """How many words a sentence has, punctuation left out."""
    return len(re.findall(r"\w+(?:['’-]\w+)*", english))


def unseen(english: str) -> bool:
    """Whether a sentence is held out: its words alone decide, so that two spellings of one are on the same side."""
    plain = " ".join(re.findall(r"\w+", english.lower()))
    return int(hashlib.sha256(plain.encode()).hexdigest()[:8], 16) < HELD_OUT * 16**8


class Spelling:
    """French tokens with the capital of a sentence's first word taken back, unless the word keeps it elsewhere too."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.forms: Counter[str] = Counter()
        for sentence in sentences:
            tokens = french(sentence)
            self.forms.update(token for token, first in zip(tokens, starts(tokens)) if not first)

    def __call__(self, sentence: str) -> tuple[str, ...]:
        tokens = french(sentence)
        return tuple(self.taken_back(token) if first else token for token, first in zip(tokens, starts(tokens)))

    def taken_back(self, token: str) -> str:
        """The form of a first word that is seen more often inside a sentence."""
        lower = token[0].lower() + token[1:]
        return token if self.forms[token] > self.forms[lower] else lower


def starts(tokens: Sequence[str]) -> Iterator[bool]:
    """Whether each token begins a sentence."""
    first = True
    for token in tokens:
        yield first
        first = token in ".?!…" or (first and token in '«"-')


def most(count: int, sentences: Iterable[Sequence[str]]) -> list[str]:
    """The `count` most frequent tokens, those of equal frequency in the order of the alphabet."""
    seen = Counter(token for sentence in sentences for token in sentence)
    return [token for token, _ in sorted(seen.items(), key=lambda item: (-item[1], item[0]))[:count]]
