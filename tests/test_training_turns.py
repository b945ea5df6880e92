"""Texts with a negation or a contrast: those that the rules make, and those that measure."""

import math
import random
from collections import Counter

import pytest

from gatelab.training import turns

GOOD, BAD = ("splendid", "sturdy", "witty"), ("ghastly", "leaky", "murky")


def texts():
    """Three short texts of each judgment and one that says "terrible", often enough to be learned; the label is that of the judgment."""
    for label, words in enumerate(((*BAD, "terrible"), (*GOOD, "wonderful"))):
        for word in words:
            yield from (
                (tuple(text.format(word).split()), label) for text in ("the lamp is {}", "{} lamps everywhere", "i saw a very {} boat there") for _ in range(4)
            )


SETS = {"one": list(texts())}
TERMS = dict.fromkeys(BAD, 0) | dict.fromkeys(GOOD, 1)


@pytest.fixture(scope="module")
def made():
    return turns.made(SETS, 2000)


def test_the_sentences_are_as_many_of_each_kind_and_label_and_each_stands_once():
    found = turns.sentences()
    assert Counter((kind, label) for _, label, kind in found) == {(kind, label): 50 for kind in ("negation", "contrast") for label in (0, 1)}
    assert len({words for words, *_ in found}) == 200
    assert all(turns.TURNS & set(words) for words, _, kind in found if kind == "negation")


def test_words_judge_that_stand_in_the_texts_of_one_label_far_more_often():
    assert turns.judging(SETS) == TERMS  # "terrible" and "wonderful" are measured with
    mixed = [(("gaudy",), 1)] * 9 + [(("gaudy",), 0)] * 2 + [(("plain",), 1)] * (turns.FEWEST - 1)
    assert math.log(10 / 3) > turns.SUREST and turns.judging({"a": mixed}) == {"gaudy": 1}


def test_no_word_of_a_measured_sentence_is_ever_negated(made):
    apart = {word for words, *_ in turns.sentences() for word in words}
    assert not apart & set(turns.judging(SETS))
    negated = [words for words, _ in made[:2000] if turns.TURNS & set(words)]
    assert negated and not any({"terrible", "wonderful"} & set(words) for words in negated)
    measured = {" ".join(words).rstrip(" .") for words, *_ in turns.sentences()}
    assert not measured & {" ".join(words) for words, _ in made}


def test_a_negation_has_the_other_label_and_a_plain_text_keeps_it(made):
    turned = set()
    for words, label in made[:2000]:
        (term,) = [word for word in words if word in (*TERMS, "terrible", "wonderful")]
        negated = bool(turns.TURNS & set(words)) or "means" in words  # "by no means"
        assert label == (TERMS.get(term, term == "wonderful") ^ negated)
        turned.add((term, negated))
    assert turned >= {(term, negated) for term in TERMS for negated in (False, True)}


def test_of_two_clauses_the_last_counts_but_the_main_one_before_although(made):
    label_of, connectives = dict(SETS["one"]), set()
    for words, label in made[2000:]:
        before, although, _ = " ".join(words).partition(" , although ")
        said = before if although else " ".join(words)
        last = max((clause for clause in label_of if said.endswith(" ".join(clause))), key=len)
        assert label_of[last] == label
        connectives |= turns.TURNS & set(words)
    assert len(made) == 4000 and connectives >= {"but", "although", "though", "while", "now", "then", "yet", "however"}


@pytest.mark.parametrize(
    ("clause", "label", "negated"),
    [
        ("the lamp is ghastly", 0, "the lamp is not ghastly"),
        ("a very sturdy boat", 1, "not a very sturdy boat"),
        ("it was really witty", 1, "it was not really witty"),
        ("the lamp is sturdy", 0, None),  # no judgment that agrees with the label
        ("sturdy but the lamp is ghastly", 0, None),  # two
        ("i saw a boat", 1, None),
        ("they leave ghastly stains", 0, None),  # "leave not ghastly" is no English
    ],
)
def test_a_clause_is_negated_at_its_one_judgment(clause, label, negated):
    words = turns.negated(tuple(clause.split()), label, TERMS)
    assert words == (negated and tuple(negated.split()))


def test_the_same_texts_make_the_same(made):
    shuffled = {"one": random.Random(1).sample(SETS["one"], len(SETS["one"]))}
    assert turns.made(SETS, 2000) == made and len(turns.made(shuffled, 10)) == 20
    assert turns.made({"one": []}, 5) == []
