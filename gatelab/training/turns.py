"""Negation and contrast: texts made by rule, and 200 sentences written to measure what a model makes of "not" and "but".

Few of the texts in the three sets say "not terrible" or "never slow", so from them alone a model learns that "not" is a bad
word. The rules here negate the judgment of short texts, and join two clauses of which the last counts.

The sentences of turns.tsv (label, kind, sentence) were written for this purpose alone, 50 of each kind and label. No rule negates a
word that stands in one of them, and their clauses are from no set.
"""

import math
import random
from collections import Counter
from pathlib import Path

from gatelab.text import fold, tokenize

SENTENCES = Path(__file__).with_name("turns.tsv")

COUNT = 40_000
"""Texts made of each kind."""

FEWEST, SUREST = 8, 1.2
"""How often a word must stand in training texts, and how many nats more in those of one label, to count as a judgment."""

CLAUSE = 10
"""Words of the longest clause that a rule uses."""

BE, ARTICLES, MORE = ("is", "was", "are", "were"), ("a", "an", "the", "any"), ("very", "so", "really", "too", "pretty", "quite", "extremely")
NEGATIONS = (
    "not",
    "never",
    "isn't",
    "wasn't",
    "aren't",
    "weren't",
    "don't",
    "doesn't",
    "didn't",
    "can't",
    "cannot",
    "won't",
    "no",
    "nothing",
    "hardly",
    "without",
)
CONTRASTS = ("but", "yet", "however", "although", "though", "now", "while", "despite", "instead", "then")
TURNS = frozenset((*NEGATIONS, *CONTRASTS))
"""The words that turn an answer: training hides each word from time to time, these never."""

THINGS = ("it", "this", "that", "the film", "the movie", "the food", "the service", "the phone", "the sound", "the product", "everything about it")

JUDGED = (
    ("{word}", "not {word}", "never {word}", "not {word} at all", "not at all {word}", "hardly {word}"),
    ("{it} is {word}", "{it} is not {word}", "{it} isn't {word}", "{it} is never {word}", "{it} is not {word} at all"),
    ("{it} was {word}", "{it} was not {word}", "{it} wasn't {word}", "{it} was never {word}", "{it} was not at all {word}"),
    ("{it} is a {word} one", "{it} is not a {word} one", "{it} isn't a {word} one", "not a {word} one"),
    ("{it} is the {word} one", "{it} is not the {word} one", "{it} isn't the {word} one", "not the {word} one", "by no means the {word} one"),
    (
        "i was {word}",
        "i was not {word}",
        "i was never {word}",
        "i wasn't {word}",
        "i am not {word}",
        "you won't be {word}",
        "we were not {word}",
        "we weren't {word}",
    ),
    ("i {word} it", "i did not {word} it", "i never {word} it", "i don't {word} it", "i do not {word} it", "i would not {word} it", "i can't {word} it"),
    ("it {word}", "it does not {word}", "it didn't {word}", "it never {word}", "it doesn't {word}", "i cannot {word}"),
    ("a lot of {word}", "no {word}", "no {word} at all", "without {word}", "there is no {word}", "i have no {word}"),
    ("everything is {word}", "nothing is {word}", "nothing about it is {word}", "nothing about it was {word}", "nothing {word}"),
)
"""A judgment as it is, then negated."""

JOINED = (
    "{a} but {b}",
    "{a} , but {b}",
    "{a} . but {b}",
    "although {a} , {b}",
    "though {a} , {b}",
    "while {a} , {b}",
    "{a} , now {b}",
    "{a} , then {b}",
    "{a} , yet {b}",
    "{a} . however , {b}",
    "{b} , although {a}",
)
"""Two clauses, of which b counts."""


def sentences() -> list[tuple[tuple[str, ...], int, str]]:
    """The sentences to measure with: words, label, and kind, "negation" or "contrast"."""
    lines = [line.split("\t") for line in SENTENCES.read_text(encoding="utf-8").splitlines()]
    return [(tuple(map(fold, tokenize(text, "words"))), int(label), kind) for label, kind, text in lines]


def made(sets: dict[str, list], count: int = COUNT) -> list[tuple[tuple[str, ...], int]]:
    """Texts made from those that training may read: words and label, the same for the same texts.

    Args:
        sets: the texts of each set, as words and label.
        count: how many to make of each kind, of negation and of contrast.
    """
    rng, judgments, found = random.Random(0), judging(sets), clauses(sets)
    words = tuple([word for word, label in judgments.items() if label == which] for which in (0, 1))
    twins = [(clause, label, twin) for texts in found for clause, label in texts if (twin := negated(clause, label, judgments))]
    texts = []
    for k in range(count):
        if twins and k % 2:
            plain, label, twin = rng.choice(twins)
            texts.append((twin, 1 - label) if rng.random() < 0.5 else (plain, label))
        elif all(words):
            label, (plain, *twisted) = rng.randrange(2), rng.choice(JUDGED)
            turned = rng.random() < 0.7
            frame = rng.choice(twisted) if turned else plain
            texts.append((tuple(frame.format(it=rng.choice(THINGS), word=rng.choice(words[label])).split()), label ^ turned))
    for _ in range(count if all(found) else 0):
        label = rng.randrange(2)
        a, b = (" ".join(rng.choice(found[which])[0]) for which in (1 - label, label))
        texts.append((tuple(rng.choice(JOINED).format(a=a, b=b).split()), label))
    return texts


def judging(sets: dict[str, list]) -> dict[str, int]:
    """The words that judge, and how: those that stand in the texts of one label far more often, words of the measured sentences left out."""
    counts = tuple(Counter(word for texts in sets.values() for words, label in texts if label == which for word in set(words)) for which in (0, 1))
    apart = TURNS.union(*(words for words, *_ in sentences()))
    found = {}
    for word in sorted({*counts[0], *counts[1]} - apart):
        bad, good = (each[word] for each in counts)
        nats = math.log((good + 1) / (bad + 1))
        if bad + good >= FEWEST and abs(nats) >= SUREST and word.isalpha():
            found[word] = int(nats > 0)
    return found


def clauses(sets: dict[str, list]) -> tuple[list, list]:
    """Short texts and parts of lists without a word of `TURNS`: the negative ones and the positive ones, each as words and label."""
    found: list[dict[tuple[str, ...], int]] = [{}, {}]
    for texts in sets.values():
        for words, label in texts:
            for part in " ".join(words).split(" , ") if words.count(",") > 1 else (" ".join(words),):
                plain = tuple(part.rstrip(" .,!?;:").split())
                if 1 <= len(plain) <= CLAUSE and not TURNS & set(plain) and any(map(str.isalpha, "".join(plain))):
                    found[label][plain] = label
    negative, positive = (list(each.items()) for each in found)
    return negative, positive


def negated(words: tuple[str, ...], label: int, judgments: dict[str, int]) -> tuple[str, ...] | None:
    """A clause with its only judgment negated; None where it has none, several, or one that does not agree with its label."""
    places = [k for k, word in enumerate(words) if word in judgments]
    if len(places) != 1 or judgments[words[places[0]]] != label:
        return None
    at = places[0]
    while at and words[at - 1] in (*MORE, *ARTICLES):
        at -= 1
    return (*words[:at], "not", *words[at:]) if not at or words[at - 1] in BE else None
