"""Time trials with a clock that we set, against counting by hand; the figure as data."""

import itertools
import random
import statistics
from collections import Counter
from math import comb

import numpy as np
import pytest
import torch

from gatelab import figures, trial
from gatelab.cells import CELLS
from gatelab.networks import ModelSpec, build
from gatelab.palette import INK
from gatelab.recurrent import FUSED
from gatelab.trial import Lap, Result
from tests.conftest import random_model


@pytest.fixture(autouse=True)
def nobody_else(monkeypatch):
    """A place of its own for every test."""
    monkeypatch.setattr(trial, "_place", trial.Place())


class Clock:
    """Time that passes only where a test says so."""

    def __init__(self, monkeypatch):
        self.now = 100.0
        monkeypatch.setattr(trial.time, "monotonic", lambda: self.now)
        monkeypatch.setattr(trial.time, "perf_counter", lambda: self.now)

    def work(self, seconds):
        """Work that takes so many seconds, by name of the model."""

        def job_of(model):
            def job():
                self.now += seconds[model.spec.name]

            return job

        return job_of


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def some(*cells):
    return [random_model(cell) for cell in cells]


# Turns


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
def test_everybody_is_in_every_place_equally_often(count):
    names = "abcdef"[:count]
    turns = [trial.order(list(names), number) for number in range(2 * count)]
    assert all(sorted(turn) == list(names) for turn in turns)
    for place in range(count):
        assert Counter(turn[place] for turn in turns) == dict.fromkeys(names, 2)


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_of_any_two_each_comes_before_the_other_equally_often(count):
    names = list("abcde"[:count])
    turns = [trial.order(names, number) for number in range(2 * count)]
    for one, other in itertools.combinations(names, 2):
        assert sum(turn.index(one) < turn.index(other) for turn in turns) == count


def test_rounds_begin_with_a_warm_up_and_then_take_turns(clock):
    models, seconds = some("lstm", "gru", "rnn"), {"random-lstm": 0.02, "random-gru": 0.01, "random-rnn": 0.01}
    laps = list(trial.rounds(models, clock.work(seconds), count=6, budget=2.4))
    assert [(lap.model, lap.round, lap.repeats) for lap in laps[:3]] == [(name, 0, 1) for name in seconds]
    assert [lap.model for lap in laps[3:]] == [name for number in range(1, 7) for name in trial.order(list(seconds), number)]
    assert [lap.round for lap in laps[3:]] == [number for number in range(1, 7) for _ in seconds]
    for lap in laps:
        assert lap.seconds == pytest.approx(seconds[lap.model])
    assert {lap.repeats for lap in laps[3:]} == {10}  # 2.4 s for 6 rounds of 0.04 s each
    assert clock.now - 100 == pytest.approx(2.4 + 2 * 0.04)  # and what goes before: a first call, and the warm-up


def test_work_that_is_longer_than_its_share_of_the_budget_is_done_once_a_turn(clock):
    laps = list(trial.rounds(some("lstm", "gru"), clock.work({"random-lstm": 2.0, "random-gru": 1.0}), count=3, budget=1.0))
    assert {lap.repeats for lap in laps} == {1} and len(laps) == 2 * 4


def test_a_trial_ends_at_its_deadline_wherever_it_is(clock):
    seconds = {"random-lstm": 2.0, "random-gru": 1.0}
    laps = list(trial.rounds(some("lstm", "gru"), clock.work(seconds), count=50, budget=1.0))
    assert trial.DEADLINE <= clock.now - 100 <= trial.DEADLINE + 2.0  # the turn under way is finished
    assert 2 < len(laps) < 2 * 51
    found = trial.results(laps, "random-lstm")
    assert found[0].rounds == min(Counter(lap.model for lap in laps if lap.round).values())


def test_work_that_gets_slower_than_its_warm_up_still_ends_soon_after_the_deadline(clock):
    """The warm-up promises a thousand units a turn; then somebody else takes the machine."""
    seconds = {"random-lstm": 0.0001, "random-gru": 0.0001}
    laps = trial.rounds(some("lstm", "gru"), clock.work(seconds), count=15, budget=10.0)
    got = [next(laps), next(laps)]
    seconds.update({"random-lstm": 0.01, "random-gru": 0.01})
    got += list(laps)
    assert clock.now - 100 <= trial.DEADLINE + 2 * trial.BUDGET / trial.ROUNDS


# One at a time


def test_a_second_trial_is_told_to_wait_and_for_how_long_at_most(clock):
    first = trial.rounds(some("lstm", "gru"), clock.work({"random-lstm": 1.0, "random-gru": 1.0}))
    next(first)
    clock.now += 5
    with pytest.raises(trial.Busy, match=r"^another time trial is running, for 13 s at most$"):  # 20 s less 5 and the two calls
        next(trial.rounds(some("rnn", "gru"), clock.work({"random-rnn": 1.0, "random-gru": 1.0})))
    assert next(first).model == "random-gru"  # it was not disturbed


@pytest.mark.parametrize("end", ["close", "finish", "error"])
def test_the_place_is_free_again_however_a_trial_ends(clock, end):
    seconds = {"random-lstm": 1.0, "random-gru": 1.0}
    first = trial.rounds(some("lstm", "gru"), clock.work(seconds), count=1)
    next(first)
    if end == "close":
        first.close()  # what Streamlit's Stop comes to
    elif end == "finish":
        list(first)
    else:
        del seconds["random-gru"]
        with pytest.raises(KeyError):
            list(first)
        seconds["random-gru"] = 1.0
    assert next(trial.rounds(some("lstm", "gru"), clock.work(seconds))).round == 0


def test_who_was_left_behind_holds_nobody_up_longer_than_the_deadline_and_takes_no_place_away_later(clock):
    work = clock.work({"random-lstm": 0.1, "random-gru": 0.1})
    left = trial.rounds(some("lstm", "gru"), work)
    next(left)
    clock.now += trial.DEADLINE + 1
    second = trial.rounds(some("lstm", "gru"), work)
    next(second)
    left.close()
    with pytest.raises(trial.Busy):
        next(trial.rounds(some("lstm", "gru"), work))
    second.close()
    next(trial.rounds(some("lstm", "gru"), work))


# Work


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("kind", ["characters", "answers", "numbers"])
def test_a_training_step_moves_every_parameter_of_a_fresh_model_and_does_not_touch_the_one_given(cell, kind, monkeypatch):
    options = {"characters": {}, "answers": {"outputs": ("no", "yes")}, "numbers": {"outputs": ("sum",), "unit": "numbers", "tokens": (), "embedding_size": 2}}
    model = build(
        ModelSpec(**{"name": "a-b", "cell": cell, "tokens": ("\N{REPLACEMENT CHARACTER}", "a", "b"), "embedding_size": 3, "hidden_size": 4} | options[kind])
    )
    model.eval().requires_grad_(False)
    before, made = {name: p.clone() for name, p in model.state_dict().items()}, []
    monkeypatch.setattr(trial, "build", lambda spec: made.append(build(spec)) or made[-1])
    step = trial.training(model)
    (fresh,) = made
    first = {name: p.clone() for name, p in fresh.state_dict().items()}
    step(), step()
    assert all(torch.equal(p, before[name]) for name, p in model.state_dict().items())
    assert not model.training and not any(p.requires_grad or p.grad is not None for p in model.parameters())
    changed = [name for name, p in fresh.named_parameters() if not torch.equal(p, first[name])]
    assert changed == [name for name, _ in fresh.named_parameters()] and fresh.spec == model.spec


def test_reading_is_the_trace_of_the_text_by_the_model_itself(monkeypatch):
    asked = []
    monkeypatch.setattr(trial, "trace", lambda *given: asked.append(given))
    model = random_model("gru")
    trial.reading("the cat")(model)()
    assert asked == [(model, "the cat")]


@pytest.mark.parametrize("cell", CELLS)
def test_how_a_cell_is_trained_is_said_as_it_is(cell):
    said = trial.way(cell)
    assert ("our own loop" in said) == (cell not in FUSED) and ("PyTorch's fused call" in said) == (cell in FUSED)
    assert ("oneDNN" in said) == (cell == "lstm" and torch.backends.mkldnn.is_available())


def test_a_real_trial_of_real_models_comes_to_a_result():
    laps = list(trial.rounds(some("lstm", "gru", "peephole"), trial.reading("the cat sat"), count=7, budget=0.2))
    found = trial.results(laps, "random-lstm")
    assert [one.model for one in found] == ["random-lstm", "random-gru", "random-peephole"] and {one.rounds for one in found} == {7}
    assert all(0 < one.low <= one.median <= one.high and one.interval[0] <= one.ratio <= one.interval[1] for one in found)
    assert found[0].ratio == 1 and found[0].interval == (1, 1)


# What the rounds say


def chance_of_missing(n, cut):
    """How often the median lies outside the cut-th smallest and largest of n draws: counted over all ways in which n draws
    can fall below and above it, each as likely as any other."""
    outside = sum(not cut <= sum(below) <= n - cut for below in itertools.product((0, 1), repeat=n))
    return outside / 2**n


@pytest.mark.parametrize("n", range(1, 16))
def test_an_interval_misses_the_median_one_time_in_twenty_at_most_and_is_the_narrowest_that_does(n):
    values = [float(k) for k in range(1, n + 1)]
    found = trial.interval(random.Random(n).sample(values, n))
    if found is None:
        assert n < trial.FEWEST and chance_of_missing(n, 1) > 0.05
        return
    low, high = found
    assert n >= trial.FEWEST and low + high == n + 1  # as many values on either side
    assert chance_of_missing(n, int(low)) <= 0.05
    assert low == n // 2 or 2 * low >= n or chance_of_missing(n, int(low) + 1) > 0.05


@pytest.mark.parametrize("n", [40, 63, 64, 65, 70, 200, 1000])
def test_an_interval_of_many_values_is_that_of_the_binomial_distribution_in_whole_numbers(n):
    low, high = trial.interval(np.arange(1.0, n + 1))
    outside = lambda cut: 2 * sum(comb(n, k) for k in range(cut))
    assert low + high == n + 1 and 40 * outside(int(low)) <= 2 * 2**n < 40 * outside(int(low) + 1)


@pytest.mark.parametrize(
    "draw", [lambda rng: rng.expovariate(1), lambda rng: rng.lognormvariate(0, 2), lambda rng: rng.random()], ids=["exponential", "lognormal", "uniform"]
)
def test_an_interval_holds_the_median_of_what_was_drawn_from_whatever_its_shape(draw):
    rng = random.Random(1)
    median = statistics.median(draw(rng) for _ in range(40_001))
    found = [trial.interval([draw(rng) for _ in range(15)]) for _ in range(2000)]
    assert np.mean([low <= median <= high for low, high in found]) > 0.945


def laps_of(table):
    """Laps from model -> seconds of its rounds, after a warm-up that is not to count."""
    warm_up = [Lap(name, 0, 1000.0, 1) for name in table]
    return warm_up + [
        Lap(name, number + 1, row[number], 3) for number in range(max(map(len, table.values()))) for name, row in table.items() if number < len(row)
    ]


def test_results_are_medians_and_quartiles_of_the_times_and_of_the_ratios_within_rounds():
    table = {"a": [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0], "b": [2.0, 2.0, 12.0, 4.0, 16.0, 96.0, 32.0]}
    one, other = trial.results(laps_of(table), "a")
    assert (one.model, other.model) == ("a", "b") and one.rounds == other.rounds == 7
    for found, row in ((one, table["a"]), (other, table["b"])):
        assert found.median == statistics.median(row)
        assert [found.low, found.high] == pytest.approx(statistics.quantiles(row, n=4, method="inclusive")[::2])
    ratios = sorted(b / a for a, b in zip(table["a"], table["b"]))
    assert ratios == [0.5, 0.5, 1, 1, 2, 3, 3]
    assert other.ratio == 1 and other.interval == (0.5, 3) and one.ratio == 1
    assert trial.results(laps_of(table), "b")[0].ratio == 1  # of a against b, the median of the reciprocals


def test_a_machine_that_is_slow_for_a_while_is_slow_for_both():
    """The same work in rounds of very different speed: the ratio is exact, though the times are not."""
    slow = [1, 5, 1, 9, 2, 1, 30]
    (_, other) = trial.results(laps_of({"a": [0.01 * k for k in slow], "b": [0.02 * k for k in slow]}), "a")
    assert other.ratio == pytest.approx(2) and other.interval == pytest.approx((2, 2)) and other.high > 3 * other.low


def test_a_round_that_was_cut_short_does_not_count():
    whole = {"a": [1.0] * 6, "b": [3.0] * 6, "c": [2.0] * 6}
    laps = laps_of(whole)
    expected = trial.results(laps, "a")
    assert trial.results([*laps, Lap("b", 7, 50.0, 3), Lap("a", 7, 50.0, 3)], "a") == expected
    assert [one.rounds for one in trial.results(laps[:-2], "a")] == [5, 5, 5]
    assert trial.results(laps[:-2], "a")[0].interval is None
    for stopped in ([], laps[:2], laps[:3], laps[:5]):  # before, in and right after the warm-up, and in the first round
        assert trial.results(stopped, "a") == []


def said_of(ratio, interval, rounds=15):
    return Result("gru", rounds, 0.001, 0.001, 0.001, ratio, interval)


@pytest.mark.parametrize(
    ("result", "share", "said"),
    [
        (said_of(0.82, (0.8, 0.9)), 0.75, "The GRU took 0.82 times (0.80 to 0.90) as long as the LSTM: here it is faster."),
        (
            said_of(1.6, (1.5, 1.7)),
            0.75,
            "The GRU took 1.60 times (1.50 to 1.70) as long as the LSTM: here it is not faster, although it has only 75 % of its parameters.",
        ),
        (said_of(1.6, (1.5, 1.7)), 1.0, "The GRU took 1.60 times (1.50 to 1.70) as long as the LSTM: here it is not faster."),
        (said_of(1.6, (1.5, 1.7)), 1.2, "The GRU took 1.60 times (1.50 to 1.70) as long as the LSTM: here it is not faster."),
        (said_of(1.02, (0.95, 1.1)), 0.75, "The GRU took 1.02 times (0.95 to 1.10) as long as the LSTM: no difference that these rounds can show."),
        (said_of(1.0, (1.0, 1.2)), 0.75, "The GRU took 1.00 times (1.00 to 1.20) as long as the LSTM: no difference that these rounds can show."),
        (said_of(0.5, None, 5), 0.75, "The GRU took 0.50 times as long as the LSTM, but 5 rounds cannot tell a difference from chance: that takes 6."),
        (said_of(0.5, None, 1), 0.75, "The GRU took 0.50 times as long as the LSTM, but 1 round cannot tell a difference from chance: that takes 6."),
    ],
)
def test_a_verdict_says_what_the_rounds_can_show_and_no_more(result, share, said):
    assert trial.verdict(result, "GRU", "LSTM", share) == said


# The figure


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_figure_of_a_trial_holds_every_round_and_the_median_of_each_model(theme):
    table = {"prose-gru": [0.002, 0.004, 0.003], "prose-lstm": [0.001, 0.0015, 0.0011]}
    figure = figures.trial(laps_of(table), {"prose-lstm": "LSTM", "prose-gru": "GRU"}, theme)
    rounds, medians = figure.data[::2], figure.data[1::2]
    for mark, middle, (name, called) in zip(rounds, medians, (("prose-lstm", "LSTM"), ("prose-gru", "GRU")), strict=True):
        assert list(mark.x) == pytest.approx([1000 * seconds for seconds in table[name]]) and set(mark.y) == set(middle.y) == {called}
        assert list(mark.customdata) == [1, 2, 3]
        assert list(middle.x) == pytest.approx([1000 * statistics.median(table[name])])
        assert mark.marker.color == INK[theme]["kept"] and middle.marker.color == INK[theme]["added"]
    assert [mark.text[0] for mark in medians] == ["1.10 ms", "3.00 ms"]
    low, high = figure.layout.xaxis.range
    assert low == 0 and high > 4  # from nothing, so that lengths can be compared; the warm-up's 1,000 s are not there


def test_the_figure_of_a_trial_that_was_stopped_early_shows_who_had_a_turn():
    laps = [*laps_of({"a": [0.002], "b": []}), Lap("c", 0, 1.0, 1)]
    assert [set(mark.y) for mark in figures.trial(laps, {"a": "A", "b": "B", "c": "C"}).data] == [{"A"}, {"A"}]
    assert not figures.trial([], {"a": "A"}).data
