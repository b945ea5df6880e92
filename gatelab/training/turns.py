"""Negation and contrast for training: texts that a grammar makes from the training texts, and 200 sentences to measure on.

"not" in front of a word that tells of praise turns the label; of two clauses ("A, but B", "I was A, now I am B") the one that counts
gives it. `FORMS` is the whole rule. Its words and clauses come from the texts that training reads and from no others. The 200
sentences of turns.tsv were written by hand before the rule; the rule cannot make them (tests/test_training_turns.py). It was changed
once after they had been measured: an unseen text of another writer may well be harder.
"""

import hashlib
import math
import random
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import Self

from gatelab.text import fold, tokenize

Words = tuple[str, ...]

SENTENCES = Path(__file__).parent / "turns.tsv"
"""The sentences to measure on: one a line, a tab, and 1 where it is positive, else 0."""

FORMS: Mapping[str, Sequence[str]] = {
    "MADE": ["SAID", "SAID ."],
    "SAID": ["NEGATED", "NEGATED", "NEGATED", "TURN", "TURN", "TURN", "KEPT", "PLAIN"],
    "CLAUSE": ["TEXT", "TEXT", "TEXT", "PLAIN", "PLAIN", "NEGATED", "NEGATED"],
    "PLAIN": ["WORD", "VERY WORD", "a WORD NOUN", "THING IS WORD", "THING IS VERY WORD", "i am HAPPY", "i LIKE THING", "I-THINK THING IS WORD", "BOTH"],
    "BOTH": ["WORD and WORD", "not only WORD but WORD", "not only WORD , but also WORD", "WORD , not OTHER-WORD", "not OTHER-WORD but WORD"],
    "NEGATED": ["SHORT", "SHORT", "THING IS-NOT OTHER-WORD", "THING IS-NOT VERY OTHER-WORD", "NOTHING", "NOTHING", "PERSON", "PERSON", "DENIAL", "DENIAL"],
    "SHORT": [
        *("NOT OTHER-WORD", "NOT OTHER-WORD at all", "not at all OTHER-WORD", "NOT OTHER-PHRASE", "never OTHER-PHRASE", "not VERY OTHER-WORD"),
        *("not OTHER-WORD and not OTHER-WORD", "neither OTHER-WORD nor OTHER-WORD", "not a OTHER-WORD NOUN", "not the most OTHER-WORD NOUN"),
        *(
            "it is not the OTHER-EXTREME",
            "THING IS-NOT the OTHER-EXTREME",
            "not the OTHER-EXTREME",
            "not the OTHER-EXTREME NOUN",
            "THING IS-NOT the OTHER-EXTREME NOUN",
        ),
    ],
    "NOTHING": [
        *("nothing IS OTHER-WORD", "there is nothing OTHER-WORD about the NOUN", "nothing about the NOUN IS OTHER-WORD", "none of it IS OTHER-WORD"),
        *("nobody finds the NOUN OTHER-WORD", "I-DO-NOT find the NOUN OTHER-WORD", "i WOULD-NOT call the NOUN OTHER-WORD"),
        *("I-DO-NOT think THING IS OTHER-WORD", "not one NOUN IS OTHER-WORD", "without a OTHER-WORD NOUN", "there IS-NOT a OTHER-WORD NOUN"),
    ],
    "PERSON": [
        *(
            "I-DO-NOT OTHER-LIKE the NOUN",
            "I-DO-NOT OTHER-LIKE it",
            "i WOULD-NOT OTHER-LIKE it",
            "nobody will OTHER-LIKE the NOUN",
            "you WOULD-NOT OTHER-LIKE it",
        ),
        *("i AM-NOT OTHER-HAPPY", "i AM-NOT OTHER-HAPPY", "you won't be OTHER-HAPPY", "never OTHER-HAPPY", "not OTHER-HAPPY with the NOUN"),
        *("THING DOES-NOT OTHER-WORK", "THING DOES-NOT OTHER-WORK", "i have no OTHER-JOY with THING", "no OTHER-JOY", "there is no OTHER-JOY"),
    ],
    "DENIAL": [
        *("OTHER-DENIED", "OTHER-DENIED", "I-DO-NOT think OTHER-STATED", "i WOULD-NOT say that OTHER-STATED", "nobody says that OTHER-STATED"),
        *("it is not true that OTHER-STATED", "i never thought OTHER-STATED", "THING IS-NOT a OTHER-WORD NOUN"),
    ],
    "KEPT": [
        *("CLAUSE and then HARMLESS", "WORD and then HARMLESS and HARMLESS", "CLAUSE , HARMLESS", "HARMLESS , CLAUSE", "HARMLESS and CLAUSE"),
        *("CLAUSE and CLAUSE", "CLAUSE , CLAUSE", "CLAUSE . CLAUSE"),
    ],
    "TURN": [
        *("OTHER-CLAUSE , but CLAUSE", "OTHER-CLAUSE but CLAUSE", "OTHER-CLAUSE , yet CLAUSE", "OTHER-CLAUSE . however , CLAUSE"),
        *("ALTHOUGH OTHER-CLAUSE , CLAUSE", "ALTHOUGH OTHER-CLAUSE , CLAUSE", "CLAUSE , ALTHOUGH OTHER-CLAUSE", "CLAUSE ALTHOUGH OTHER-CLAUSE"),
        *("DESPITE the OTHER-WORD NOUN , CLAUSE", "DESPITE the OTHER-WORD NOUN CLAUSE", "CLAUSE DESPITE the OTHER-WORD NOUN"),
        *("OTHER-CLAUSE , NOW CLAUSE", "BEFORE OTHER-CLAUSE , NOW CLAUSE", "BEFORE OTHER-CLAUSE , but NOW CLAUSE", "i was OTHER-HAPPY , NOW i am HAPPY"),
        *("THING used to be OTHER-WORD , NOW CLAUSE", "THING used to be OTHER-WORD , but CLAUSE", "i used to OTHER-LIKE it , NOW i LIKE it"),
        *("THING IS no longer OTHER-WORD", "i am no longer OTHER-HAPPY", "no longer OTHER-WORD", "i no longer OTHER-LIKE THING", "THING no longer OTHER-WORK"),
        *("i thought THING was OTHER-WORD , but CLAUSE", "i expected a OTHER-WORD NOUN , but CLAUSE", "THING was OTHER-WORD , and NOW it is WORD"),
    ],
    "THING": ["it", "this", "the NOUN", "the NOUN", "my NOUN"],
    "IS": ["is", "is", "was", "are", "were", "looks", "feels"],
    "VERY": ["very", "so", "really", "that"],
    "NOT": ["not", "not", "never", "hardly", "far from", "anything but"],
    "IS-NOT": ["is not", "isn't", "was not", "wasn't", "are not", "aren't", "is never", "was never", "is hardly", "does not look", "doesn't feel", "won't be"],
    "DOES-NOT": ["does not", "doesn't", "did not", "didn't", "never", "will not", "won't"],
    "AM-NOT": ["am not", "was not", "wasn't", "was never", "am hardly", "will never be"],
    "I-THINK": ["i think", "i find", "everybody says"],
    "I-DO-NOT": ["i do not", "i don't", "i did not", "i didn't", "i never", "i can't", "i cannot", "we don't"],
    "WOULD-NOT": ["would not", "wouldn't", "will not", "won't", "would never", "could not", "can't"],
    "ALTHOUGH": ["although", "even though", "though"],
    "DESPITE": ["despite", "in spite of"],
    "NOW": ["now", "now", "today"],
    "BEFORE": ["at first", "once", "last year"],
}
"""Each symbol -> the ways to write it, each as likely as any other. Words in capitals are symbols; OTHER- asks for the opposite label."""

BY_LABEL: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "EXTREME": (["worst"], ["best", "greatest"]),
    "LIKE": (["hate", "regret", "avoid"], ["like", "love", "enjoy", "recommend", "want", "trust"]),
    "HAPPY": (["disappointed", "sad", "angry", "bored", "sorry"], ["happy", "pleased", "impressed", "satisfied", "glad"]),
    "WORK": (["fail", "break", "crash"], ["work", "help", "last"]),
    "JOY": (["problem", "problems", "trouble", "complaints"], ["joy", "fun", "charm", "pleasure"]),
}
"""Symbols whose ways depend on the label: (those of 0, those of 1)."""

TURNING = frozenset(
    [
        *("not", "no", "never", "nor", "neither", "nothing", "nobody", "none", "cannot", "hardly", "without", "longer", "far", "anything"),
        *("dont", "doesnt", "didnt", "isnt", "wont", "cant"),
        *("but", "yet", "however", "although", "though", "despite", "spite", "now", "today", "used", "once"),
    ]
)
"""Words that may turn a label, with those that end in n't: training never reads them as unknown, or the label would be wrong."""

TELLING = 1.1
"""Least log-odds of a telling word: it stands in three times as many texts of one label as of the other, for each text of it."""

SEEN = 12
"""Texts in which a telling word stands at least."""

DEGREES = frozenset(["very", "is", "was", "are", "were", "so", "really", "looks", "feels"])
"""A telling word stands behind one of these now and then, as an adjective does."""

ADJECTIVE = 0.03
"""How often it does at least, for each text that it stands in."""

LITTLE = 0.4
"""Largest log-odds, of either sign, of a harmless word: many together keep the answer as it was."""

OFTEN, HARMLESS = 40, (4, 9)
"""Texts in which a harmless word stands at least, and how many of them in a row are used, from and to."""

COPULAS = frozenset(["is", "was", "are", "were"])
"""A text with one of these and a telling word soon after states something, which can be denied: "the food was not good"."""

SOON = 3
"""Words within which the telling word follows."""

OWNERS, VERBS = frozenset(["the", "this", "my"]), frozenset(["is", "was", "are", "were", "has", "isn't", "works", "looks"])
"""What is spoken of stands between two of these."""

NOUNS = 80
"""The most frequent of them are used."""

PHRASE, CLAUSE = 4, 9
"""Words of the longest training text that is put behind a negation, and of the longest that is used as a clause."""

ENDS = frozenset(".!?;,:")
"""Signs that are cut off the end of a clause."""


def turning(word: str) -> bool:
    """Whether a word may turn a label."""
    return word in TURNING or word.endswith("n't")


def sentences() -> list[tuple[Words, int]]:
    """The sentences to measure on, as words in their folded form, with their labels.

    Raises:
        ValueError: a line has no label.
    """
    found = []
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        text, _, label = line.rpartition("\t")
        if not text or label not in ("0", "1"):
            raise ValueError(f"{SENTENCES.name} must have lines of a text, a tab, and 0 or 1: got {line[:60]!r}")
        found.append((tuple(map(fold, tokenize(text, "words"))), int(label)))
    return found


def about() -> dict[str, str]:
    """What a card says of the file with the sentences: its name and SHA-256."""
    return {"file": SENTENCES.name, "sha256": hashlib.sha256(SENTENCES.read_bytes()).hexdigest()}


class Rule:
    """What the grammar makes of telling words, of what is spoken of, of short texts, and of harmless words.

    Args:
        words: telling words, (of label 0, of label 1).
        nouns: what is spoken of.
        texts: short texts, (of label 0, of label 1).
        harmless: runs of words that tell nothing.
    """

    def __init__(self, words: Sequence[Sequence[str]], nouns: Sequence[str], texts: Sequence[Sequence[Words]], harmless: Sequence[Words]) -> None:
        shared = {"NOUN": [(noun,) for noun in nouns], "HARMLESS": list(harmless)}
        self.pools = [_pools(label, words, texts[label]) | shared for label in (0, 1)]
        self.sets = [{symbol: frozenset(pool) for symbol, pool in pools.items()} for pools in self.pools]

    @classmethod
    def of(cls, texts: Iterable[tuple[Words, int]]) -> Self:
        """The rule of some training texts. What stands within one of the sentences to measure on is left out."""
        known, measured = list(texts), _runs(words for words, _ in sentences())
        clauses: tuple[list[Words], list[Words]] = ([], [])
        for words, label in known:
            clause = _without_end(words)
            if 0 < len(clause) <= CLAUSE and clause not in measured:
                clauses[label].append(clause)
        told = telling(known)
        return cls(told, nouns(known, {*told[0], *told[1]}), clauses, [run for run in harmless(known) if run not in measured])

    @property
    def complete(self) -> bool:
        """Whether the rule has something of each kind for both labels; where it has not, it makes nothing."""
        return all(pool for pools in self.pools for pool in pools.values())

    def make(self, label: int, rng: random.Random, symbol: str = "MADE") -> Words:
        """A text of a label, drawn at random.

        Raises:
            IndexError: the rule is not complete.
        """
        of, symbol = _side(symbol, label)
        if symbol in self.pools[of]:
            return rng.choice(self.pools[of][symbol])
        forms = _forms(symbol, of)
        return tuple(word for part in rng.choice(forms) for word in self.make(of, rng, part)) if forms else (symbol,)

    def makes(self, words: Words, label: int) -> bool:
        """Whether a text of a label is one that the rule can make."""

        @cache
        def ends(symbol, label, start):
            """Where what a symbol makes can end, if it begins at a word."""
            of, symbol = _side(symbol, label)
            if symbol in self.sets[of]:
                return {end for end in range(start + 1, len(words) + 1) if words[start:end] in self.sets[of][symbol]}
            if not (forms := _forms(symbol, of)):
                return {start + 1} if words[start : start + 1] == (symbol,) else set()
            return {end for form in forms for end in after(form, of, start)}

        def after(form, label, start):
            found = {start}
            for part in form:
                found = {end for begin in found for end in ends(part, label, begin)}
            return found

        return len(words) in ends("MADE", label, 0)


def _pools(label, words, texts):
    """What the telling words and the texts of a label give, symbol -> texts."""
    own, other = set(words[label]), set(words[1 - label])
    plain = [text for text in texts if all(word.isalpha() and not turning(word) and word not in other for word in text)]
    stated = [(text, at) for text in plain if (at := _stated(text, own))]
    return {
        "WORD": [(word,) for word in words[label]],
        "TEXT": list(texts),
        "PHRASE": [text for text in plain if 1 < len(text) <= PHRASE and text[0] in own],
        "STATED": [text for text, _ in stated],
        "DENIED": [denied for text, at in stated for denied in ((*text[: at + 1], "not", *text[at + 1 :]), (*text[:at], f"{text[at]}n't", *text[at + 1 :]))],
    }


def _stated(text, own):
    """Where the only copula of a text is, if a telling word follows it soon; else 0."""
    places = [at for at, word in enumerate(text) if word in COPULAS]
    return places[0] if len(places) == 1 and own.intersection(text[places[0] + 1 : places[0] + 1 + SOON]) else 0


def _side(symbol, label):
    """The label that a symbol is written for, and its name."""
    return (1 - label, symbol.removeprefix("OTHER-")) if symbol.startswith("OTHER-") else (label, symbol)


@cache
def _forms(symbol, label):
    """The ways to write a symbol, each a tuple of symbols and words; none for a word."""
    return [tuple(form.split()) for form in FORMS.get(symbol) or BY_LABEL.get(symbol, ((), ()))[label]]


def _odds(texts):
    """Of each word in how many texts it stands, and its log-odds: above 0 where positive texts have it more often."""
    counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    total = Counter(label for _, label in texts)
    for words, label in texts:
        counts[label].update(set(words))
    both = counts[0] + counts[1]
    negative, positive = ({word: (counts[label][word] + 1) / (total[label] + 1) for word in both} for label in (0, 1))
    return both, {word: math.log(positive[word] / negative[word]) for word in both}


def telling(texts: Sequence[tuple[Words, int]]) -> tuple[list[str], list[str]]:
    """The words that tell the label of a text and stand where an adjective does: (of label 0, of label 1), the most frequent first."""
    counts, odds = _odds(texts)
    adjectives = _behind(texts, DEGREES)
    found: tuple[list[str], list[str]] = ([], [])
    for word, count in counts.most_common():
        if count >= SEEN and abs(odds[word]) >= TELLING and adjectives[word] >= ADJECTIVE * count and word.isalpha() and not turning(word):
            found[odds[word] > 0].append(word)
    return found


def harmless(texts: Sequence[tuple[Words, int]]) -> list[Words]:
    """Runs of words that tell nothing, each once."""
    counts, odds = _odds(texts)
    tells_nothing = {word for word, count in counts.items() if count >= OFTEN and abs(odds[word]) <= LITTLE and word.isalpha() and not turning(word)}
    found: dict[Words, None] = {}
    for words, _ in texts:
        for kept, run in groupby(words, tells_nothing.__contains__):
            if kept and len(taken := tuple(run)[: HARMLESS[1]]) >= HARMLESS[0]:
                found[taken] = None
    return [*found]


def nouns(texts: Iterable[tuple[Words, int]], but: Collection[str]) -> list[str]:
    """What is spoken of, the most frequent first, without some words that are left out."""
    counts = Counter(word for words, _ in texts for one, word, next_ in zip(words, words[1:], words[2:]) if one in OWNERS and next_ in VERBS)
    return [word for word, _ in counts.most_common() if word.isalpha() and word not in but and not turning(word)][:NOUNS]


def _behind(texts, before):
    return Counter(word for words, _ in texts for one, word in pairwise(words) if one in before)


def _without_end(words):
    end = len(words)
    while end and words[end - 1] in ENDS:
        end -= 1
    return words[:end]


def _runs(texts):
    """All runs of words that stand in some texts."""
    return {words[start:end] for words in texts for start in range(len(words)) for end in range(start + 1, len(words) + 1)}
