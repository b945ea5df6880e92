"""`gatelab.training.learn`: tasks against plain rules, and small networks that learn them."""

import math
import re

import numpy as np
import pytest
import torch

import gatelab
from gatelab.draws import Draws
from gatelab.text import UNKNOWN, tokenize
from gatelab.training import learn, learning, tasks


def strings(name, count=200, **settings):
    """Some strings of a task, as text, with their answers."""
    task = tasks.make(name, **settings)
    made = [task.string(Draws(1, k)) for k in range(count)]
    return task, [(task.text(string), task.answers(string)) for string in made]


def labels(task, answers):
    return [None if math.isnan(answer) else task.spec("lstm", 1, 1).labels[int(answer)] for answer in answers]


def test_recall_asks_for_the_letter_behind_the_mark():
    task, made = strings("recall", length=7)
    for text, answers in made:
        letter = re.fullmatch(r"[ABCD]{0,3}!([ABCD])[ABCD]{1,7}\?", text)[1]
        assert labels(task, answers) == [None] * (len(text) - 1) + [letter]
    assert {text.index("!") for text, _ in made} == {0, 1, 2, 3}
    assert {len(text) - text.index("!") - 3 for text, _ in made} == set(range(1, 8))


def test_adding_asks_for_the_sum_of_the_two_with_a_star():
    for text, answers in strings("adding", length=9)[1]:
        marked = [float(token.rstrip("*")) if token.endswith("*") else None for token in text.split()]
        assert len(marked) == 9 and [sum(one is not None for one in half) for half in (marked[:4], marked[4:])] == [1, 1]
        assert all(map(math.isnan, answers[:-1])) and answers[-1] == pytest.approx(sum(filter(None, marked)), abs=1e-12)


def test_brackets_asks_after_each_whether_one_is_open():
    task, made = strings("brackets", length=12)
    for text, answers in made:
        for t, said in enumerate(labels(task, answers), 1):
            assert said == ("open" if text[:t].count("(") > text[:t].count(")") else "balanced")
        while "()" in text:
            text = text.replace("()", "")
        assert not text
    assert {len(text) for text, _ in made} == {2, 4, 6, 8, 10, 12}


def test_counting_asks_from_the_first_b_on_what_comes_next():
    task, made = strings("counting", length=5)
    for text, answers in made:
        following = [*("end" if after == "$" else after for after in (text + "$")[1:])]
        assert labels(task, answers) == [after if letter == "b" else None for letter, after in zip(text, following)]
    assert {text for text, _ in made} == {"a" * n + "b" * n for n in range(1, 6)}


@pytest.mark.parametrize("back", [0, 1, 5])
def test_echo_asks_for_what_came_some_steps_ago(back):
    task, made = strings("echo", length=back)
    for text, answers in made:
        assert labels(task, answers) == [None] * back + list(text[: len(text) - back])


def test_parity_asks_at_the_end_whether_the_ones_are_odd():
    task, made = strings("parity", length=6)
    for text, answers in made:
        assert labels(task, answers) == [None] * 5 + ["odd" if text.count("1") % 2 else "even"]


def test_wave_asks_for_the_next_value_of_a_curve_that_repeats_itself():
    for curve, drawn in (("sine", ()), ("saw", ()), ("drawn", (0.2, 0.6, 0.1))):
        for text, answers in strings("wave", length=30, curve=curve, drawn=drawn, count=50)[1]:
            values = [float(token) for token in text.split()]
            assert answers[:-1] == values[1:] and math.isnan(answers[-1])
            assert any(np.abs(np.array(values[period:]) - values[:-period]).max() < 2e-4 for period in range(12, 25))
            assert curve != "sine" or np.abs(np.array(values) - 0.5).max() <= 0.4


def test_names_asks_for_the_next_letter_and_the_end():
    task, made = strings("names")
    for text, answers in made:
        assert text in tasks.NAMES and "".join(labels(task, answers)) == f"{text}\n"
    assert len(set(tasks.NAMES)) == len(tasks.NAMES) and task.unseen().read.shape[1] == len(tasks.NAMES) // 5


def test_lines_asks_at_the_end_what_was_said_of_the_line():
    said = {tuple(tokenize(line[2:], "words")): "positive" if line[0] == "+" else "negative" for line in tasks.LINES}
    task, made = strings("lines")
    for text, answers in made:
        assert labels(task, answers)[-1] == said[tokenize(text, "words")] and labels(task, answers)[:-1] == [None] * (len(answers) - 1)
    assert len(said) == len(tasks.LINES)


@pytest.mark.parametrize(("name", "own", "line"), [("names", "words", "{}"), ("lines", "lines", "+ {}")])
def test_training_sees_no_unseen_string_of_a_list_of_ten(name, own, line):
    def seen_and_unseen(count):
        task = tasks.make(name, **{own: [line.format(letter) for letter in "abcdefghij"[:count]]})
        seen, unseen = task.batch(200, 1, 0), task.unseen()
        return [{tuple(column) for column in strings.read.T.tolist()} for strings in (seen, unseen)]

    seen, unseen = seen_and_unseen(10)
    assert len(seen) == 8 and len(unseen) == 2 and not seen & unseen
    seen, unseen = seen_and_unseen(9)
    assert len(seen) == 9 and seen == unseen


@pytest.mark.parametrize("name", tasks.TASKS)
def test_noise_changes_what_is_read_and_never_what_is_right(name):
    task, noisy = tasks.make(name), tasks.make(name, noise=0.2)
    before, after = task.batch(64, 1, 0), noisy.batch(64, 1, 0)
    np.testing.assert_array_equal(before.targets, after.targets)
    if task.unit == "numbers":
        assert abs((after.read - before.read)[..., 0].std() - 0.2) < 0.02 and (after.read == before.read)[..., 1].all()
    else:
        there = before.read > 0  # no string of a task has the unknown in it
        share = 0.2 * (1 - 1 / (len(task.tokens) - 1))  # a token that is drawn may be the right one
        assert abs((after.read != before.read)[there].mean() - share) < 0.07
        assert after.read[there].min() > 0 and not after.read[~there].any()


@pytest.mark.parametrize("name", tasks.TASKS)
def test_every_task_is_learned_and_its_network_can_be_traced(name):
    """The loss falls; parity has no gradient to follow, so there it only does not grow."""
    task = tasks.make(name, **({"length": 4} if tasks.TASKS[name].counts else {}))
    model = learn(name, "gru", units=4, rate=0.03, updates=40, batch=16, length=4 if task.counts else None)
    fresh = task.batch(64, 2, 0)  # of a list of one's own, what training sees as well
    before, after = (learning.loss(one, fresh).item() for one in (learning.begin(model.spec, 1), model.double()))
    assert after < (1.05 if name == "parity" else 0.95) * before
    string = task.string(Draws(1, 0))
    trace = gatelab.trace(model.float(), task.begins + task.text(string))
    assert len(trace) == len(string)
    if task.unit != "numbers":
        assert model.vocabulary.encode(trace.tokens) == list(string)


def test_a_network_learns_recall_across_a_short_delay():
    model, unseen = learn("recall", "lstm", length=2, rate=0.05, updates=150), tasks.make("recall", length=2).unseen()
    said = model(torch.tensor(unseen.read)).argmax(-1).numpy()
    assert (said == unseen.targets)[~np.isnan(unseen.targets)].mean() > 0.95


def test_a_network_is_the_same_for_a_seed_and_read_only():
    def weights(**settings):
        model = learn("echo", "mgu", units=3, updates=4, batch=4, **settings)
        assert not model.training and all(parameter.dtype == torch.float32 and not parameter.requires_grad for parameter in model.parameters())
        return torch.cat([parameter.flatten() for parameter in model.parameters()])

    torch.manual_seed(1)
    threads, once = torch.get_num_threads(), weights()
    torch.manual_seed(2)
    assert torch.equal(once, weights(seed=1)) and torch.get_num_threads() == threads
    for other in ({"seed": 2}, {"optimizer": "sgd"}, {"rate": 0.02}, {"clip": 0.01}, {"init": "orthogonal"}, {"noise": 0.1}, {"length": 2}):
        assert not torch.equal(once, weights(**other)), other
    assert torch.equal(once, weights(forget_bias=1))  # without a forget gate of its own memory there is none to open


def test_an_untrained_network_is_its_first_weights():
    model = learn("parity", "lstm", units=8, layers=2, updates=0, forget_bias=3)
    assert (model.recurrent.bias_ih_l1 + model.recurrent.bias_hh_l1)[8:16].eq(3).all()
    for parameter, first in zip(model.parameters(), learning.begin(model.spec, 1, forget_bias=3).parameters()):
        assert torch.equal(parameter, first.float())


def test_what_cannot_be_followed_ends_in_what_is_no_number():
    model = learn("adding", "rnn", length=4, optimizer="sgd", rate=1e200, clip=0, updates=5, batch=2, layers=2)
    assert not all(parameter.isfinite().all() for parameter in model.parameters())


def test_words_and_lines_of_any_kind_are_learned():
    arabic = learn("names", units=2, batch=4, updates=1, words=[f"مرحبا😀{k}" for k in range(5000)])
    assert arabic.spec.tokens[0] == UNKNOWN and {"م", "😀", "\n"} < set(arabic.spec.tokens)
    lines = learn("lines", units=2, batch=4, updates=1, lines=[f"{sign} فيلم 😀 {k}" for k in range(1667) for sign in ("+", "-", "")])
    assert {"فيلم", "😀", "1666"} < set(lines.spec.tokens)
    one = learn("names", units=1, batch=1, updates=1, words=["a"])
    assert one.spec.tokens == (UNKNOWN, "\n", "a")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"task": "chess"}, "task must be one of recall, adding, .*: got 'chess'"),
        ({"cell": "rnn-relu"}, "cell must be one of rnn, lstm, .*: got 'rnn-relu'"),
        ({"optimizer": "lion"}, "optimizer must be one of sgd, momentum, rmsprop, adam: got 'lion'"),
        ({"init": "zeros"}, "init must be one of default, orthogonal: got 'zeros'"),
        ({"units": 0}, "units must be an integer of at least 1: got 0"),
        ({"layers": 1.5}, "layers must be an integer of at least 1: got 1.5"),
        ({"batch": True}, "batch must be an integer of at least 1: got True"),
        ({"updates": -1}, "updates must be an integer from 0 to .*: got -1"),
        ({"seed": 2**32}, "seed must be an integer from 0 to 4294967295: got 4294967296"),
        ({"rate": 0}, "rate must be a finite number above 0: got 0"),
        ({"clip": math.nan}, "clip must be a finite number of at least 0: got nan"),
        ({"forget_bias": math.inf}, "forget_bias must be a finite number, or None: got inf"),
        ({"noise": 1.5}, "noise must be a number from 0 to 1: got 1.5"),
        ({"task": "wave", "noise": -1}, "noise must be a number of at least 0: got -1"),
        ({"length": 0}, r"length must be an integer from 1 to 100 \(letters between .*\): got 0"),
        ({"task": "parity", "length": 2.0}, r"length must be an integer from 1 to 60 \(bits\): got 2.0"),
        ({"task": "names", "length": 3}, "length must be left out for names, whose strings are a list: got 3"),
        ({"words": ["a"]}, r"words must be left out for recall, it belongs to names: got \['a'\]"),
        ({"curve": "saw"}, "curve must be left out for recall, it belongs to wave: got 'saw'"),
        ({"task": "wave", "curve": "square"}, "curve must be one of sine, saw, drawn: got 'square'"),
        ({"task": "wave", "curve": "drawn", "drawn": [1]}, "drawn must have at least 2 values where the curve is drawn: got 1"),
        ({"task": "wave", "curve": "drawn", "drawn": [1, math.nan]}, "drawn must be finite numbers: got"),
        ({"task": "wave", "drawn": [1, 2]}, "drawn must be left out where the curve is not"),
        ({"task": "names", "words": []}, "names must have at least one word: got none"),
        ({"task": "names", "words": ["", "  "]}, "names must have at least one word: got none"),
        ({"task": "lines", "lines": ["no sign", "+"]}, "lines must have at least one line: got none"),
        ({"task": "names", "words": "Ada"}, "words must be a list of strings: got 'Ada'"),
        ({"task": "lines", "lines": [1]}, r"lines must be a list of strings: got \[1\]"),
    ],
)
def test_what_cannot_be_learned_is_refused_with_the_rule_and_what_came(settings, message):
    with pytest.raises(TypeError if "list of strings" in message else ValueError, match=message):
        learn(**{"task": "recall", **settings}, **({} if "updates" in settings else {"updates": 0}))
