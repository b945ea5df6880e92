import pytest

from gatelab.text import UNKNOWN, Vocabulary

VOCABULARY = Vocabulary.of("hello 'world'")


def test_known_characters_come_back_from_their_ids():
    assert [VOCABULARY.tokens[id] for id in VOCABULARY.encode("hold")] == list("hold")


@pytest.mark.parametrize("character", ["😀", "ش", "Q", "\0", UNKNOWN])
def test_a_character_that_the_vocabulary_lacks_is_read_as_unknown(character):
    assert VOCABULARY.tokens[VOCABULARY.id(character)] == UNKNOWN


def test_what_phones_type_is_read_as_its_plain_form():
    assert VOCABULARY.encode("’") == VOCABULARY.encode("'")
    assert VOCABULARY.encode("\N{NO-BREAK SPACE}") == VOCABULARY.encode(" ")


def test_a_plain_form_that_is_not_in_the_vocabulary_is_unknown_too():
    assert VOCABULARY.encode("“") == VOCABULARY.encode(UNKNOWN)


def test_one_id_for_each_character_of_the_text():
    assert len(VOCABULARY.encode("a😀\u0301b")) == 4


def test_tokens_must_be_distinct_and_hold_the_unknown():
    with pytest.raises(ValueError, match="distinct"):
        Vocabulary(("a", "a", UNKNOWN))
    with pytest.raises(ValueError, match="unknown"):
        Vocabulary(("a", "b"))
