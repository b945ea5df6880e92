"""How answers are counted, against numpy's counting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatelab.classroom.questions import LARGEST, Question, edges_of, histogram

numbers = st.floats(-LARGEST, LARGEST) | st.integers(-100, 100)
answers = st.lists(numbers, min_size=1, max_size=300)


@given(answers)
def test_bars_count_what_numpy_counts_between_the_same_edges(values):
    edges = edges_of(values)
    bars = histogram(values, edges)
    assert [bar["count"] for bar in bars] == list(np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1))
    assert sum(bar["count"] for bar in bars) == len(values)
    assert [bar["to"] for bar in bars[:-1]] == [bar["from"] for bar in bars[1:]] == sorted(set(edges))


@given(answers)
def test_a_few_bars_whatever_was_answered(values):
    assert 2 <= len(histogram(values, edges_of(values))) <= 14


def test_bars_have_round_edges_and_one_far_answer_does_not_make_the_others_one_bar():
    values = [k / 100 for k in range(100)]
    assert edges_of(values) == pytest.approx([k / 10 for k in range(11)])
    assert sum(bar["count"] > 0 for bar in histogram([*values, 1e9], edges_of([*values, 1e9]))) >= 10


def test_the_second_round_is_counted_in_the_bars_of_the_first():
    question = Question("number", "How much?")
    first = question.count([0.1, 0.2, 0.3, 0.9])
    second = question.count([0.9, 0.9, -5, 7], first)
    assert [(bar["from"], bar["to"]) for bar in first] == [(bar["from"], bar["to"]) for bar in second]
    assert sum(bar["count"] for bar in second) == 4 and second[0]["count"] == 1


def test_options_tokens_and_directions_are_counted_in_their_order():
    assert Question("choose", "Which?", options=("a", "b", "c")).count([2, 0, 2]) == [1, 0, 2]
    assert Question("point", "Where?", tokens=("not", "good")).count([1, 1]) == [0, 2]
    assert Question("direction", "Which way?").count(["down", "up", "up", "same"]) == [2, 1, 1]


@pytest.mark.parametrize("answer", [True, None, "1", 3, -1, 0.0, [0], {}, float("nan"), float("inf"), 10**400])
def test_what_is_no_option_is_no_answer(answer):
    assert not Question("choose", "Which?", options=("a", "b", "c")).accepts(answer)


@pytest.mark.parametrize("answer", [True, None, "1", [0], {}, float("nan"), float("inf"), 10**400])
def test_what_is_no_finite_number_is_no_answer(answer):
    assert not Question("number", "How much?").accepts(answer)


@pytest.mark.parametrize("answer", [True, None, "left", 0, ["up"], {}])
def test_what_is_no_direction_is_no_answer(answer):
    assert not Question("direction", "Which way?").accepts(answer)
