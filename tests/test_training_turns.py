"""Negation and contrast: what the rule makes of made-up texts, and the 200 sentences that it cannot make."""

import hashlib
import random
import re

import pytest
import torch

from gatelab import zoo
from gatelab.text import UNKNOWN
from gatelab.training import sentiment, turns
from gatelab.training.probes import SKIP
from gatelab.training.sentiment import Sentiment
from gatelab.training.turns import Rule, sentences, telling, turning
from tests.test_training_probes import folder  # noqa: F401

FOLDER = [
    *((("the", "food", "was", "tasty"), 1) for _ in range(20)),
    *((("the", "bus", "is", "shabby"), 0) for _ in range(20)),
    *((("the", "table", "is", "round"), label) for label in (0, 1) for _ in range(20)),
    *((("tasty", "soup", str(k)), 1) for k in range(3)),
    (("tasty", "and", "warm"), 1),
    (("those", "shabby", "seats", "!"), 0),
    (("shabby", "seats"), 0),
    (("a", "beautiful", "day"), 1),
    (("a", "text", "of", "more", "words", "than", "a", "clause", "may", "have"), 0),
    *((("not", "never", "but", "now", "although"), label) for label in (0, 1) for _ in range(5)),
    *((("we", "walked", "along", "that", "river"), label) for label in (0, 1) for _ in range(30)),
]
"""Training texts in which "tasty" tells of praise, "shabby" of blame, "round" of nothing, and a walk along a river is harmless."""


@pytest.fixture
def rule():
    return Rule.of(FOLDER)


def test_a_telling_word_stands_with_one_label_and_where_an_adjective_does():
    assert telling(FOLDER) == (["shabby"], ["tasty"])
    assert telling([(("tasty", *words), label) for words, label in FOLDER]) == (["shabby"], [])  # what stands everywhere tells nothing


def test_what_is_spoken_of_and_the_clauses_come_from_the_training_texts(rule):
    assert {noun for (noun,) in rule.pools[0]["NOUN"]} == {"food", "bus", "table"}
    assert ("those", "shabby", "seats") in rule.pools[0]["TEXT"] and ("a", "beautiful", "day") in rule.pools[1]["TEXT"]
    assert rule.pools[0]["PHRASE"] == [("shabby", "seats")] and rule.pools[1]["PHRASE"] == [("tasty", "and", "warm")]
    assert max(len(text) for pools in rule.pools for text in pools["TEXT"]) <= turns.CLAUSE
    assert rule.pools[1]["HARMLESS"] == [("we", "walked", "along", "that", "river")]


def test_a_text_that_states_something_is_denied_at_its_verb(rule):
    assert set(rule.pools[0]["STATED"]) == {("the", "bus", "is", "shabby")}
    assert set(rule.pools[0]["DENIED"]) == {("the", "bus", "is", "not", "shabby"), ("the", "bus", "isn't", "shabby")}
    assert ("the", "food", "wasn't", "tasty") in rule.pools[1]["DENIED"]
    assert rule.makes(("the", "bus", "isn't", "shabby"), 1) and rule.makes(("nobody", "says", "that", "the", "food", "was", "tasty"), 0)


def test_negation_turns_the_word_and_the_last_or_main_clause_gives_the_label(rule):
    """Against another reading of the same texts, by regular expressions: praise is "tasty", blame is "shabby"."""
    rng = random.Random(0)
    praise = {"tasty": 1, "shabby": 0}
    checked = set()
    for k in range(4000):
        label = k % 2
        text = " ".join(rule.make(label, rng))
        for pattern, turned in (
            (r"not (tasty|shabby)(?: at all)?", True),
            (r"neither (tasty|shabby) nor (?:tasty|shabby)", True),
            (r"no longer (tasty|shabby)", True),
            (r"(?:it|this|the \w+|my \w+) (?:is|was) (?:not|never|hardly) (tasty|shabby)", True),
            (r"(tasty|shabby)", False),
            (r"(?:it|this) is (tasty|shabby)", False),
            (r"\w+ \w+ is (?:tasty|shabby) , but it was (tasty|shabby)", False),
            (r"although .* , it is (tasty|shabby)", False),
            (r"it was (tasty|shabby) , although .*", False),
            (r".* used to be (tasty|shabby) , .*", True),
            (r"(tasty|shabby) and then we walked along that river and we walked along that river", False),
        ):
            if found := re.fullmatch(pattern, text):
                assert (praise[found[1]] == label) != turned, text
                checked.add(pattern)
    assert len(checked) >= 7


def test_what_the_rule_made_is_known_to_be_its_own_and_other_texts_are_not(rule):
    rng = random.Random(1)
    for k in range(300):
        made = rule.make(k % 2, rng)
        assert rule.makes(made, k % 2), made
    assert not rule.makes(("not", "tasty"), 1) and rule.makes(("not", "tasty"), 0)
    assert not rule.makes(("tasty", "is", "not"), 0) and not rule.makes((), 0)


def test_every_symbol_of_the_rule_is_written_somewhere_and_ends_in_words():
    known = {*turns.FORMS, *turns.BY_LABEL, *Rule.of(FOLDER).pools[0]}
    used = {part.removeprefix("OTHER-") for forms in turns.FORMS.values() for form in forms for part in form.split() if part.isupper()}
    assert used | {"MADE"} == known
    assert all(word.islower() or not word.isalpha() for ways in turns.BY_LABEL.values() for of in ways for word in of)


def test_a_text_that_stands_in_a_sentence_to_measure_on_is_no_clause():
    inside = ("the", "plot", "is", "silly")
    assert any(" ".join(inside) in " ".join(words) for words, _ in sentences())
    rule = Rule.of([*FOLDER, (inside, 0), ((*inside, "indeed"), 0)])
    assert inside not in rule.pools[0]["TEXT"] and (*inside, "indeed") in rule.pools[0]["TEXT"]


def test_texts_that_tell_nothing_make_no_rule():
    assert not Rule.of([(("a", "b"), 0), (("c", "d"), 1)]).complete and Rule.of(FOLDER).complete


# The sentences to measure on


def test_there_are_200_sentences_as_many_of_each_label_and_no_two_alike():
    labels = [label for _, label in sentences()]
    assert len(labels) == 200 and sum(labels) == 100
    assert len({words for words, _ in sentences()}) == 200


CONTRAST = {"although", "though", "despite", "spite", "yet", "still", "but", "now", "today", "then", "used"}


def test_at_most_40_of_them_have_neither_a_negation_nor_a_contrast():
    plain = [words for words, _ in sentences() if not any(word in CONTRAST or turning(word) for word in words)]
    assert 10 <= len(plain) <= 40
    for form in ("not", "never", "hardly", "no longer", "but", "although", "even though", "used to", "now"):
        assert sum(f" {form} " in f" {' '.join(words)} " for words, _ in sentences()) >= 4, form


def test_the_training_rule_cannot_make_any_of_them_whatever_words_are_telling():
    """Every word that a shipped model knows stands in for each telling word and for what is spoken of."""
    words = [token for token in zoo.load("sentiment-lstm").spec.tokens if token.isalpha()]
    rule = Rule([words, words], words, [[], []], [])
    assert rule.makes(("the", "film", "was", "not", "terrible"), 1) and rule.makes(("i", "was", "happy", ",", "now", "i", "am", "sad"), 0)
    for sentence, _ in sentences():
        for text in (sentence, turns._without_end(sentence)):
            assert not any(rule.makes(text, label) for label in (0, 1)), text


def test_a_line_without_a_label_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(turns, "SENTENCES", tmp_path / "turns.tsv")
    (tmp_path / "turns.tsv").write_text("Not bad.\t1\nNot good.\n")
    with pytest.raises(ValueError, match="turns.tsv must have lines of a text, a tab, and 0 or 1: got 'Not good.'"):
        sentences()


# In training


@pytest.fixture
def task(folder, monkeypatch):  # noqa: F811
    """Sentiment on made-up files that have what the rule needs; every drawn text is one that the rule makes."""
    (folder / "yelp_labelled.txt").write_text("".join(f"{' '.join(words)}\t{label}\n" for words, label in texts_of_their_own()), encoding="utf-8")
    monkeypatch.setattr(sentiment, "SHARES", {sentiment.MADE: 1.0})
    return Sentiment(folder)


def texts_of_their_own():
    """The made-up texts, each with a word of its own, so that no two are twins."""
    own = ["".join("abcdefghij"[int(digit)] for digit in str(k)) for k in range(len(FOLDER))]
    return [((*words, f"x{word}"), label) for word, (words, label) in zip(own, FOLDER)] + [(("tasty", "soup", "here"), 1), (("shabby", "seats"), 0)]


def test_a_training_step_reads_what_the_rule_makes_and_never_hides_a_word_that_turns(task):
    assert task.grammar.complete
    ids, targets = task.batch(600, torch.Generator().manual_seed(0))
    hidden = 0
    assert {"not", "never", "but", "now", "although"} <= {token for token, spared in zip(task.tokens, task.spared.tolist()) if spared}
    for read, asked in zip(ids.T.tolist(), targets.T.tolist()):
        (end,) = [t for t, label in enumerate(asked) if label != SKIP]
        words = [task.tokens[id] for id in read[: end + 1]]
        hidden += words.count(UNKNOWN)
        if UNKNOWN not in words:
            assert task.grammar.makes(tuple(words), asked[end]), words
    assert hidden
    unhidden = sum(int(task.spared[task._drawn(sentiment.MADE, place)[0]].sum()) for place in places(600))
    assert task.spared[ids].sum() == unhidden > 100


def places(size):
    """The numbers that a batch of this size draws its texts by."""
    generator = torch.Generator().manual_seed(0)
    torch.multinomial(torch.ones(1), size, replacement=True, generator=generator)
    return torch.rand(size, generator=generator).tolist()


def test_texts_are_made_only_where_the_folder_has_what_the_rule_needs(folder):  # noqa: F811
    task = Sentiment(folder)
    assert not task.grammar.complete
    task.batch(50, torch.Generator().manual_seed(0))


def test_a_sentence_to_measure_on_is_never_trained_on_though_a_file_has_it(folder):  # noqa: F811
    lines = [" ".join(words) for words, _ in sentences()]
    with (folder / "imdb_labelled.txt").open("a", encoding="utf-8") as file:
        file.write("".join(f"\n{line}\t1" for line in lines))
    task = Sentiment(folder)
    read = {tuple(ids.tolist()) for texts in task.training.values() for ids, _ in texts}
    assert not read & {tuple(task.vocabulary.encode(words)) for words, _ in sentences() if sum(map(task.vocabulary.knows, words)) > 2}


def test_the_share_of_the_sentences_that_are_right_is_measured_and_told_with_the_file(task):
    class Sure:
        """Says positive after every word."""

        def eval(self):
            return self

        def __call__(self, ids):
            return torch.tensor([0.0, 1.0]).expand(*ids.shape, 2)

    _, _, scores = task.measure(Sure())
    assert scores["negation and contrast"] == "50.0%" and task.by_set.keys() == {"RT", "UCI", "pros and cons"}
    sha256 = hashlib.sha256(turns.SENTENCES.read_bytes()).hexdigest()
    assert task.of_turns == {"score": 0.5, "of": 200, "file": "turns.tsv", "sha256": sha256}
