"""What the server knows of a question beside its words: the range of a number, and which question of a page it is."""

import pytest

from gatelab.classroom import bodies
from gatelab.classroom.packing import packed, unpacked
from gatelab.classroom.questions import Question
from gatelab.classroom.room import Asked, Room, restored
from gatelab.live.endpoint import BadRequest

NUMBER = {"kind": "number", "words": "How many?", "range": [0, 10]}


def test_an_answer_out_of_the_range_is_refused_and_its_ends_are_answers():
    question = bodies.ask(NUMBER)
    assert [question.accepts(value) for value in (0, 10, 2.5, -0.1, 10.1, float("nan"), True, "3")] == [True, True, True, False, False, False, False, False]
    assert question.rule() == "a number from 0 to 10"


def test_a_question_without_a_range_takes_any_number():
    question = bodies.ask({"kind": "number", "words": "How many?"})
    assert question.range is None and question.accepts(-12345.6)


@pytest.mark.parametrize("range", [[1], [1, 0], [0, 0], ["0", "1"], [0, True], 5, "0-1", [0, 1, 2], [0, 1e13]])
def test_a_range_is_two_numbers_the_smaller_one_first(range):
    with pytest.raises(BadRequest, match="range must be two numbers, the smaller one first"):
        bodies.ask({**NUMBER, "range": range})


def test_students_are_told_the_range_and_what_the_question_is_about():
    asked = Asked("1", 1, bodies.ask({**NUMBER, "about": "lost:f 1a2b"}))
    told = asked.told(3, teacher=False)
    assert told["range"] == [0, 10] and told["about"] == "lost:f 1a2b"
    assert not {"range", "about"} & Asked("1", 1, Question("direction", "Where?")).told(3, teacher=False).keys()


def test_a_class_that_is_brought_back_has_the_range_and_what_the_question_is_about():
    asked = Asked("1", 1, bodies.ask({**NUMBER, "about": "lost:f 1a2b"})).told(3, teacher=False)
    room = restored("BCDF", "0" * 64, None, (), bodies.told(asked))
    assert room.asked.question == Question("number", "How many?", range=(0, 10), about="lost:f 1a2b")


def test_a_room_that_was_packed_has_the_same_question():
    for question in (bodies.ask({**NUMBER, "about": "lost:f 1a2b"}), bodies.ask({"kind": "choose", "words": "Which?", "options": ["a", "b"]})):
        room = Room("BCDF", "0" * 64, asked=Asked("1", 1, question))
        assert unpacked(packed(room)) == room
