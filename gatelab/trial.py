"""A time trial: models take turns at the same work, round after round, so that whatever else the machine does falls on all of them.

A ratio of two models is taken within each round, and its interval says what the rounds can and cannot show.
"""

import time
from collections.abc import Callable, Generator, Sequence
from itertools import accumulate
from math import comb
from threading import Lock
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch.nn.functional import cross_entropy, mse_loss

from gatelab.languages import plural, tr
from gatelab.networks import Reader, build
from gatelab.recurrent import FUSED
from gatelab.text import NUMBERS
from gatelab.traces import trace

Job = Callable[[], object]
"""A unit of work."""

ROUNDS = 15
BUDGET = 10.0
"""Seconds that the rounds of a trial take, as nearly as the warm-up tells."""

DEADLINE = 20.0
"""Seconds after which a trial ends, wherever it is."""

STEPS, BATCH = 64, 32
"""T and B of a training step."""

FEWEST = 6
"""Rounds below which no interval of 95 % around a median exists."""


class Busy(RuntimeError):
    """Another trial is running in this process; two at once would measure each other."""


class Over(Exception):
    """The deadline has come."""


class Lap(NamedTuple):
    """One turn of one model: so many seconds for one unit of work, on average over `repeats` units. Round 0 is the warm-up."""

    model: str
    round: int
    seconds: float
    repeats: int


class Result(NamedTuple):
    """What a trial says of one model; times in seconds for one unit of work."""

    model: str
    rounds: int
    median: float
    low: float  # first quartile
    high: float  # third quartile
    ratio: float  # median over the rounds of this model's time / the reference's
    interval: tuple[float, float] | None  # 95 % for that median; None below `FEWEST` rounds


def training(model: Reader) -> Job:
    """Work: one training step (forward, backward, AdamW) of a fresh, untrained model of the same spec, on random input.

    Returns:
        A function without arguments. The model given is not touched.
    """
    spec, generator = model.spec, torch.Generator().manual_seed(0)
    fresh = build(spec).train()
    optimizer = torch.optim.AdamW(fresh.parameters())
    asked, number = (STEPS, BATCH), len(spec.labels) == 1
    read = torch.rand(*asked, 2, generator=generator) if spec.unit == NUMBERS else torch.randint(len(spec.tokens), asked, generator=generator)
    target = torch.rand(*asked, 1, generator=generator) if number else torch.randint(len(spec.labels), asked, generator=generator)

    def step():
        scores = fresh(read)
        loss = mse_loss(scores, target) if number else cross_entropy(scores.flatten(0, 1), target.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def reading(text: str) -> Callable[[Reader], Job]:
    """Work: the trace of a text, every gate at every step, by the model as it is.

    Returns:
        A function of a model that returns a function without arguments.
    """
    return lambda model: lambda: trace(model, text)


def way(cell: str) -> str:
    """How PyTorch trains a cell on this processor, in a few words."""
    if cell not in FUSED:
        return tr("our own loop over its equations, in Python")
    if cell == "lstm" and torch.backends.mkldnn.is_available():
        return tr("PyTorch's fused call, one oneDNN kernel for all steps")
    return tr("PyTorch's fused call, which goes step by step in C++")


def order(names: Sequence[str], round: int) -> list[str]:
    """Who goes when in a round: everybody is first equally often, and behind everybody else in turn."""
    at = round % len(names)
    turned = [*names[at:], *names[:at]]
    return turned[::-1] if round // len(names) % 2 else turned


def rounds(models: Sequence[Reader], work: Callable[[Reader], Job], count: int = ROUNDS, budget: float = BUDGET) -> Generator[Lap, None, None]:
    """Run a trial, one `Lap` at a time, so that the caller can show how far it is and stop it whenever it likes.

    First comes a warm-up, round 0, of which the length of the other laps is chosen; then `count` rounds, or fewer where the
    deadline comes first.

    Args:
        models: models that read, with different names.
        work: what a lap repeats, model -> function: `training` or `reading(text)`.
        budget: seconds for all rounds.

    Raises:
        Busy: another trial is running in this process, and has not been left behind for longer than `DEADLINE`.
    """
    ends = _place.take()
    try:
        jobs, once = {model.spec.name: work(model) for model in models}, {}
        for name, job in jobs.items():
            job()  # the first call pays for what later ones find ready
            once[name] = _seconds(job, 1, ends)
            yield Lap(name, 0, once[name], 1)
        repeats = max(1, round(budget / count / sum(once.values())))
        for number in range(1, count + 1):
            for name in order(list(jobs), number):
                yield Lap(name, number, _seconds(jobs[name], repeats, ends) / repeats, repeats)
    except Over:
        pass  # a turn that was cut short does not count
    finally:
        _place.leave(ends)


def _seconds(job, repeats, ends):
    began = time.perf_counter()
    for _ in range(repeats):
        if time.monotonic() > ends:  # a machine that was quick at the warm-up may be slow now
            raise Over
        job()
    return time.perf_counter() - began


class Place:
    """Room for one trial at a time. Who stays for longer than `DEADLINE` has left, whether he said so or not."""

    def __init__(self) -> None:
        self.lock, self.ends = Lock(), 0.0

    def take(self) -> float:
        """When the trial that begins now has to end, on the monotonic clock.

        Raises:
            Busy: the place is taken.
        """
        with self.lock:
            now = time.monotonic()
            if now < self.ends:
                raise Busy(f"another time trial is running, for {self.ends - now:.0f} s at most")
            self.ends = now + DEADLINE
            return self.ends

    def leave(self, ends: float) -> None:
        """Make room, if the place is still that of the trial which has to end then."""
        with self.lock:
            if self.ends == ends:
                self.ends = 0.0


_place = Place()


def results(laps: Sequence[Lap], reference: str) -> list[Result]:
    """A `Result` for each model, in the order of the warm-up, over the rounds in which everybody had a turn.

    Args:
        laps: what `rounds` yielded, as far as it came.
        reference: the name of the model that the others are compared with.

    Returns:
        Nothing if no round is complete.
    """
    names = list(dict.fromkeys(lap.model for lap in laps))
    times = {(lap.model, lap.round): lap.seconds for lap in laps if lap.round}
    done = [number for number in sorted({number for _, number in times}) if all((name, number) in times for name in names)]
    if not done:
        return []
    table = {name: np.array([times[name, number] for number in done]) for name in names}
    found = []
    for name, seconds in table.items():
        ratios = seconds / table[reference]
        low, median, high = np.quantile(seconds, (0.25, 0.5, 0.75)).tolist()
        found.append(Result(name, len(done), median, low, high, float(np.median(ratios)), interval(ratios)))
    return found


def interval(values: ArrayLike) -> tuple[float, float] | None:
    """Where the median of what the values are drawn from lies, with 95 % at least, whatever its shape; None for too few values.

    The bounds are two of the values: of n draws, more than k lie below the median unless a fair coin says otherwise.
    """
    values, n = np.sort(values), len(values)
    tails = accumulate(comb(n, k) for k in range(n + 1))  # 2**n P(at most k of n draws lie below the median)
    cut = sum(40 * tail <= 2**n for tail in tails)
    return (float(values[cut - 1]), float(values[n - cut])) if cut else None


def verdict(result: Result, called: str, other: str, share: float) -> str:
    """What the rounds say of one model against the reference, as a sentence.

    Args:
        result: its `Result`.
        called, other: what it and the reference are called, e.g. "GRU" and "LSTM".
        share: its parameters / the reference's.
    """
    ratio = f"{result.ratio:.2f}"
    if result.interval is None:
        return plural(
            "The {called} took {ratio} times as long as the {other}, but {count} round cannot tell a difference from chance: that takes {fewest}.",
            "The {called} took {ratio} times as long as the {other}, but {count} rounds cannot tell a difference from chance: that takes {fewest}.",
            result.rounds,
            called=called,
            ratio=ratio,
            other=other,
            fewest=FEWEST,
        )
    low, high = result.interval
    took = tr(
        "The {called} took {ratio} times ({low} to {high}) as long as the {other}",
        called=called,
        ratio=ratio,
        low=f"{low:.2f}",
        high=f"{high:.2f}",
        other=other,
    )
    if low <= 1 <= high:
        return tr("{took}: no difference that these rounds can show.", took=took)
    if high < 1:
        return tr("{took}: here it is faster.", took=took)
    if share < 0.995:
        return tr("{took}: here it is not faster, although it has only {share} % of its parameters.", took=took, share=f"{100 * share:.0f}")
    return tr("{took}: here it is not faster.", took=took)
