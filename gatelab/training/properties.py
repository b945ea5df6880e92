"""What can be told of a text at each step: the candidates for what a unit shows, one table a task.

A property is measured after each step: a Boolean (inside a comment) or a count (letters of the word so far), and only where it means
something. Those that take memory come first in each table, those that the last token tells by itself come last.
"""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from gatelab.text import fold, tokenize

Properties = dict[str, tuple[np.ndarray, np.ndarray]]
"""The name of a property -> its values (T,), Booleans or counts, and where it is measured (T,)."""

NO_CODE = re.compile(r"""(/\*.*?(?:\*/|\Z))|("(?:\\.|[^"\\\n])*")|'(?:\\.|[^'\\\n])*'""", re.DOTALL)
"""The parts of C source in which a bracket is no bracket: comments (group 1), strings (2), characters."""

PRAISE = frozenset(
    [
        "good",
        "great",
        "excellent",
        "best",
        "love",
        "loved",
        "nice",
        "wonderful",
        "perfect",
        "easy",
        "fun",
        "amazing",
        "funny",
        "enjoy",
        "enjoyed",
        "beautiful",
        "recommend",
        "happy",
        "fantastic",
        "awesome",
    ]
)
BLAME = frozenset(
    [
        "bad",
        "terrible",
        "worst",
        "poor",
        "poorly",
        "boring",
        "dull",
        "waste",
        "awful",
        "hate",
        "disappointing",
        "disappointed",
        "slow",
        "horrible",
        "weak",
        "lacks",
        "problem",
        "problems",
        "fails",
    ]
)
NEGATIONS = frozenset(["not", "no", "never", "without", "nor", "neither", "cannot"])
"""Words of reviews whose sense is plain, and words that turn the sense of the next."""


def prose(text: str) -> Properties:
    """The properties of English prose."""
    letter, vowel, capital, mark, space = (_each(text, test) for test in (str.isalpha, "aeiouAEIOU", str.isupper, ".?!,;:", " \n"))
    anywhere, so_far = np.ones_like(letter), _since(~letter)
    return {
        "inside double quotes": (_between(text, '"'), anywhere),
        "in _emphasis_": (_between(text, "_"), letter),
        "letters of the word so far": (so_far, letter),
        "characters since punctuation": (_since(mark), anywhere),
        "characters since the line break": (_since(_each(text, "\n")), anywhere),
        "characters since the sentence began": (_since(_each(text, ".?!")), anywhere),
        "in a word with a capital": (_since(capital) < so_far, letter),
        "at the last letter of a word": (_next(~letter), letter),
        "before a punctuation mark": (_next(mark), letter),
        "at the first letter of a word": (so_far == 1, letter),
        "at a vowel, not a consonant": (vowel, letter),
        "inside a word": (letter, anywhere),
        "at a space or a line break": (space, anywhere),
        "at a punctuation mark": (mark, anywhere),
    }


def code(text: str) -> Properties:
    """The properties of C source."""
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
    anywhere, name = np.ones_like(comment), _each(text, lambda c: c.isalnum() or c == "_")
    indentation, inside_it = _indentation(text)
    return {
        "inside a comment": (comment, anywhere),
        "inside a string literal": (string, ~comment),
        "inside parentheses": (depth > 0, ~comment),
        "depth of parentheses": (depth, ~comment),
        "inside the condition of an if": (condition, ~comment),
        "depth of braces": (braces, ~comment),
        "spaces at the beginning of the line": (indentation, ~inside_it),
        "characters since the line break": (_since(_each(text, "\n")), anywhere),
        "letters of the name so far": (_since(~name), name & ~comment),
        "in the spaces at the beginning of a line": (inside_it, anywhere),
        "at the last letter of a name": (_next(~name), name & ~comment),
        "inside a name or a number": (name, ~comment),
        "at a digit": (_each(text, str.isdigit), ~comment),
    }


def names(text: str) -> Properties:
    """The properties of names, one a line."""
    letter, vowel, ends = (_each(text, test) for test in (str.isalpha, "aeiouAEIOU", "\n"))
    anywhere = np.ones_like(letter)
    return {
        "letters of the name so far": (_since(~letter), letter),
        "at the last letter of a name": (_next(~letter), letter),
        "at the first letter of a name": (_each(text, str.isupper), letter),
        "at the end of a line": (ends, anywhere),
        "at a vowel, not a consonant": (vowel, letter),
        "after two consonants": (letter & ~vowel & np.concatenate(([False], (letter & ~vowel)[:-1])), letter),
    }


def reviews(text: str) -> Properties:
    """The properties of a review, word by word, that the words alone tell."""
    words = [fold(word) for word in tokenize(text, "words")]
    praise, blame = (np.array([word in some for word in words], bool) for some in (PRAISE, BLAME))
    negation = np.array([word in NEGATIONS or word.endswith("n't") for word in words], bool)
    anywhere, position = np.ones_like(praise), np.arange(1, len(words) + 1)
    balance = np.cumsum(praise.astype(int) - blame)
    return {
        "good words minus bad words so far": (balance, anywhere),
        "after a good word": (np.cumsum(praise) > 0, anywhere),
        "after a bad word": (np.cumsum(blame) > 0, anywhere),
        "after a negation": (np.cumsum(negation) > 0, anywhere),
        "words so far": (position, anywhere),
        "at a good word, not a bad one": (praise, praise | blame),
        "at a negation": (negation, anywhere),
        "at a punctuation mark": (np.array([not any(map(str.isalnum, word)) for word in words], bool), anywhere),
    }


def brackets(text: str) -> Properties:
    """The properties of a string of brackets."""
    opening = _each(text, "(")
    depth, anywhere = np.cumsum(np.where(opening, 1, -1)), np.ones_like(opening)
    return {
        "brackets that are open": (depth, anywhere),
        "a bracket is open": (depth > 0, anywhere),
        "the deepest so far": (np.maximum.accumulate(depth), anywhere),
        "brackets read so far": (np.arange(1, len(text) + 1), anywhere),
        "at an opening bracket": (opening, anywhere),
    }


def counter(text: str) -> Properties:
    """The properties of a string of a, then as many b."""
    first, second = _each(text, "a"), _each(text, "b")
    a, b, anywhere = np.cumsum(first), np.cumsum(second), np.ones_like(first)
    return {
        "how many more a than b": (a - b, anywhere),
        "how many a": (a, first),
        "how many b": (b, second),
        "among the b": (second, anywhere),
        "at the last b": (second & (a == b), second),
    }


def recall(text: str) -> Properties:
    """The properties of a string of letters of which one is marked."""
    at = text.index("!") + 1
    steps = np.arange(len(text))
    after, waiting = steps >= at, (steps > at) & (steps < len(text) - 1)
    marked = {f"{letter} was marked": (np.full(len(text), text[at] == letter), waiting) for letter in sorted(set("ABCD") | set(text[at]))}
    return marked | {
        "after the marked letter": (after, np.ones_like(after)),
        "letters since the mark": (steps - at, waiting),
        "at the exclamation mark": (_each(text, "!"), np.ones_like(after)),
        "at the question mark": (_each(text, "?"), np.ones_like(after)),
        **{f"at the letter {letter}": (_each(text, letter), waiting) for letter in "ABCD"},
    }


def adding(text: str) -> Properties:
    """The properties of a list of numbers of which two are marked with a star."""
    tokens = tokenize(text, "numbers")
    marked = np.array([token.endswith("*") for token in tokens], bool)
    numbers, anywhere = np.array([float(token.rstrip("*")) for token in tokens]), np.ones_like(marked)
    seen = np.cumsum(marked)
    return {
        "sum of the marked numbers so far": (np.cumsum(numbers * marked), anywhere),
        "a marked number was read": (seen > 0, anywhere),
        "both marked numbers were read": (seen > 1, anywhere),
        "sum of all numbers so far": (np.cumsum(numbers), anywhere),
        "numbers read so far": (np.arange(1, len(tokens) + 1), anywhere),
        "at a marked number": (marked, anywhere),
        "the number just read": (numbers, anywhere),
    }


PROPERTIES: Mapping[str, Callable[[str], Properties]] = {
    "prose": prose,
    "code": code,
    "names": names,
    "sentiment": reviews,
    "brackets": brackets,
    "counter": counter,
    "recall": recall,
    "adding": adding,
}
"""What a model's task is -> the properties of one of its texts."""

CALLED = {
    "inside double quotes": "inside quotation marks",
    "in _emphasis_": "inside an emphasis",
    "letters of the word so far": "counts the letters of a word",
    "characters since punctuation": "counts since the last punctuation",
    "characters since the line break": "counts the characters of a line",
    "characters since the sentence began": "counts the characters of a sentence",
    "at a vowel, not a consonant": "vowel, not consonant",
    "before a punctuation mark": "punctuation comes next",
    "at the last letter of a word": "the word ends here",
    "at the first letter of a word": "a word begins here",
    "at a space or a line break": "at a space",
    "inside a string literal": "inside a string",
    "inside the condition of an if": "inside an if condition",
    "depth of parentheses": "counts open parentheses",
    "depth of braces": "counts open braces",
    "spaces at the beginning of the line": "how far the line is indented",
    "letters of the name so far": "counts the letters of a name",
    "in the spaces at the beginning of a line": "in the indentation",
    "at the last letter of a name": "the name ends here",
    "probability of positive": "the answer so far",
    "positive, at the last word": "the right answer, at the end",
    "good words minus bad words so far": "good words minus bad words",
    "words so far": "counts the words",
    "brackets that are open": "counts open brackets",
    "brackets read so far": "counts the brackets",
    "how many more a than b": "a minus b",
    "how many a": "counts the a",
    "how many b": "counts the b",
    "letters since the mark": "counts since the mark",
    "sum of the marked numbers so far": "adds up the marked numbers",
    "sum of all numbers so far": "adds up all numbers",
    "numbers read so far": "counts the numbers",
} | {f"{letter} was marked": f"knows that {letter} was marked" for letter in "ABCD"}
"""What a unit that shows a property is called on the screen, where that is not the property's own name."""


def joined(each: Sequence[Properties]) -> Properties:
    """The properties of several texts, one behind the other."""
    return {name: tuple(np.concatenate([one[name][k] for one in each]) for k in (0, 1)) for name in each[0]}  # type: ignore[misc]  # two of them


def _each(text, test):
    """Where a character is one of a string, or passes a test: (T,) Booleans."""
    return np.fromiter((c in test if isinstance(test, str) else test(c) for c in text), bool, len(text))


def _next(event):
    """Where the event is one character ahead: (T,) Booleans; it is not behind the last."""
    return np.append(event[1:], False)


def _between(text, mark):
    """Where a pair of marks is open, which no paragraph leaves open for the next: (T,) Booleans."""
    paragraphs = re.split(r"(?<=\n\n)", text)
    return np.concatenate([np.cumsum(_each(paragraph, mark)) % 2 == 1 for paragraph in paragraphs])


def _since(event):
    """How many characters ago the last event was, 0 at an event; counted from 1 before the first: (T,) integers."""
    steps = np.arange(len(event))
    return steps - np.maximum.accumulate(np.where(event, steps, -1))


def _indentation(text):
    """How many spaces each character's line begins with, (T,) integers, and where these are, (T,) Booleans."""
    wide, inside = [], []
    for line in text.splitlines(keepends=True):
        spaces = len(line) - len(line.lstrip(" "))
        wide += [spaces] * len(line)
        inside += [k < spaces for k in range(len(line))]
    return np.array(wide, int), np.array(inside, bool)
