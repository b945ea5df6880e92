"""Measured numbers that prose names, `{{recall lstm}}`: each is computed from what is stored, so the prose says what was measured."""

import re
from collections.abc import Callable

from gatelab import findings, results, sizes, zoo
from gatelab.languages import grouped, tr


def _mean(values):
    return sum(values) / len(values)


def _score(task, cell, size="hidden"):
    return lambda: findings.percent(_mean(findings.scores(results.results(task), cell, size)))


def _forecast(series):
    return lambda: findings.percent(_mean([run["score"] for run in results.study("forecast")["runs"] if run["series"] == series]))


def _bias_errors(bias):
    """The error of each seed after the most training steps."""
    runs = results.study("forget-bias")["runs"]
    return [run["score"] for run in runs if run["bias"] == bias and run["steps"] == max(run["steps"] for run in runs)]


def _forcing(feed):
    """After a wrong digit in the model without attention, the mean over the digits."""
    return lambda: findings.percent(_mean([run[feed] for run in results.study("forcing")["runs"] if run["model"] == "dates-none"]))


def _layer(name):
    return sizes.first_layer(zoo.load(name).spec).count


def _gru_time():
    ratios = [one["ratio"] for one in (results.times() or {"trials": ()})["trials"] if one["cell"] == "gru"]
    return tr("{low} to {high}", low=f"{min(ratios):.2f}", high=f"{max(ratios):.2f}")


def _head_size():
    spec = zoo.load(zoo.models("transformer")[0]).spec
    return spec.hidden_size // spec.num_heads


def _turns(cell):
    """Of the 200 sentences with a negation or a contrast, the share that a model gets right, in percent, without the sign."""
    return lambda: f"{100 * zoo.card(f'sentiment-{cell}')['turns']['score']:.0f}"


FACTS: dict[str, Callable[[], str]] = {
    "units of sentiment-lstm": lambda: str(zoo.load("sentiment-lstm").spec.hidden_size),
    "width of sentiment-lstm": lambda: str(zoo.load("sentiment-lstm").spec.embedding_size),
    "layer of sentiment-lstm": lambda: grouped(_layer("sentiment-lstm")),
    "recall lstm": _score("recall", "lstm"),
    "recall rnn": _score("recall", "rnn"),
    "recall rnn matched": _score("recall", "rnn", "parameters"),
    "recall chance": lambda: findings.percent(results.results("recall")["chance"]),
    "sentiment lstm": _score("sentiment", "lstm"),
    "sentiment rnn": _score("sentiment", "rnn"),
    "sentiment gru": _score("sentiment", "gru"),
    "turns lstm": _turns("lstm"),
    "turns rnn": _turns("rnn"),
    "gru time": _gru_time,
    "forecast walk": _forecast("walk"),
    "forecast wave": _forecast("wave"),
    "bias 0": lambda: findings.error(_mean(_bias_errors(0))),
    "bias 1": lambda: findings.error(_mean(_bias_errors(1))),
    "bias 1 better": lambda: findings.count([one < other for one, other in zip(_bias_errors(1), _bias_errors(0))]),
    "bias steps": lambda: grouped(max(run["steps"] for run in results.study("forget-bias")["runs"])),
    "forcing own": _forcing("own"),
    "forcing fed": _forcing("fed"),
    "head size": lambda: str(_head_size()),
    "head root": lambda: f"{_head_size() ** 0.5:.3g}",
}
"""A name -> what gives the number as it is written."""


def filled(prose: str) -> str:
    """A text with each `{{name}}` replaced by its number.

    Raises:
        ValueError: there is no such name.
    """

    def number(found):
        name = " ".join(found[1].split())  # a line may end inside it
        if name not in FACTS:
            raise ValueError(f"a measured number must be one of {', '.join(FACTS)}: got {name!r}")
        return FACTS[name]()

    return re.sub(r"\{\{([^{}]+)\}\}", number, prose)
