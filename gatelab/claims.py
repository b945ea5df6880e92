"""What papers say of the cells, and what this code measured: each claim with its source, all seeds, and a verdict from the numbers.

A claim is put as checks that are true or false for each seed. Where a paper gives no number, the rule is ours, and it is said.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from gatelab import experiments, results, sizes, zoo
from gatelab.findings import LEARNED, SPACE, aligned, at, beats, capital, count, error, listed, percent, points, scores, stumbles
from gatelab.languages import grouped, marked, tr
from gatelab.tables import Table
from gatelab.words import FAMILY, SHORT

NINE_IN_TEN = 0.9
LITTLE = 0.01
"""A variant costs little if it stays within one point of a share, or within one percent of a loss."""


@dataclass(frozen=True)
class Check:
    """A part of a claim that can be decided: what must be so, and whether it was: one value a seed (or a task), or one alone."""

    what: str
    held: tuple[bool, ...]


@dataclass(frozen=True)
class Claim:
    """A claim and its measurement; texts are Markdown.

    Attributes:
        key: a short name, also its anchor on the page.
        said: the claim in our words.
        by: who said it, as short as in running text.
        source: the same in full, and where.
        measured: what was done here.
        tables: what came out, every seed.
        checks: what decides it.
        notes: what to bear in mind.
        commands: what makes the numbers again.
        among: what a check has a value for: "seeds", "tasks" or "models".
    """

    key: str
    said: str
    by: str
    source: str
    measured: str
    tables: tuple[Table, ...]
    checks: tuple[Check, ...]
    notes: tuple[str, ...]
    commands: tuple[str, ...]
    among: str = marked("seeds")

    @property
    def held(self) -> tuple[bool, ...]:
        """Whether all checks held, seed by seed or task by task; a check with one value counts for all."""
        most = max(len(check.held) for check in self.checks)
        return tuple(all(check.held[k if len(check.held) > 1 else 0] for check in self.checks) for k in range(most))

    @property
    def verdict(self) -> str:
        """In a few words, from the numbers alone."""
        if all(self.held):
            return tr("holds here")
        return (
            tr("holds in {some} of {count} {among}", some=sum(self.held), count=len(self.held), among=tr(self.among))
            if any(self.held)
            else tr("does not hold here")
        )


def claims() -> tuple[Claim, ...]:
    """All claims whose measurements are stored, in the order of the page."""
    makers = {_brackets: "brackets", _counting: "counter", _delays: "recall", _adding: "adding", _variants: "sentiment", _gru: "sentiment"}
    made = [make(results.results(task)) for make, task in makers.items() if task in results.tasks()]
    held = results.held()
    return (*made, *([_critical(held)] if held else []), _parameters(), *([_speed(results.times())] if results.times() else []))


def _brackets(stored):
    score = partial(scores, stored)
    return Claim(
        "brackets",
        tr("A small LSTM learns to recognize balanced brackets: it counts the open ones."),
        "Suzgun et al. 2019",
        "Suzgun, Gehrmann, Belinkov and Shieber (2019), arXiv 1906.03648",
        f"{tr(stored['question'])} {_units(stored)}",
        (_by_seed(stored, tr(stored["score"]), score, aligned),),
        (
            Check(
                tr("The LSTM gets at least {share} of the longer strings right.", share=percent(NINE_IN_TEN)),
                tuple(share >= NINE_IN_TEN for share in score("lstm")),
            ),
            Check(tr("It gets more of them right than the simple RNN with the same seed."), tuple(beats(stored, "lstm", "rnn"))),
            Check(tr("It gets more of them right than the GRU with the same seed."), tuple(beats(stored, "lstm", "gru"))),
        ),
        (
            tr(
                "To count is not the only way: a bounded state has room for a few levels as well. The best seed of the simple RNN gets {share}.",
                share=percent(max(score("rnn"))),
            ),
        ),
        (stored["command"],),
    )


def _counting(stored):
    score, trained = partial(scores, stored), stored["trained_to"]
    return Claim(
        "counting",
        tr("An LSTM can count, far beyond the numbers that it was trained on; a GRU cannot, for its state is bounded."),
        "Weiss et al. 2018",
        "Weiss, Goldberg and Yahav (2018), arXiv 1805.04908",
        tr(
            "Strings of n *a* and then n *b*, training up to n = {trained}; asked at each *b* whether another one follows or the end. {units}",
            trained=trained,
            units=_units(stored),
        ),
        (_by_seed(stored, tr(stored["score"]), score, str),),
        (
            Check(
                tr("The LSTM is right for every n of its training, and for some beyond {trained}.", trained=trained), tuple(n > trained for n in score("lstm"))
            ),
            Check(tr("It gets further than the GRU with the same seed."), tuple(beats(stored, "lstm", "gru"))),
        ),
        (
            (
                tr(
                    "The GRU code which those authors released computes its reset gate and never uses it: their candidate sees the whole old state. The GRU here is our own, "
                    "with PyTorch's equations, and tests hold it against `nn.GRU`."
                )
            ),
            tr(
                "A new state of the GRU, and of the coupled LSTM, is a mixture of the old one and a candidate in [−1, 1], so it never leaves that range. The cell state of an LSTM may grow by 1 at each step."
            ),
            *stumbles(stored),
            tr(
                "Seeds that got further than the {trained} of training: {cells}.",
                trained=trained,
                cells=", ".join(f"{tr(FAMILY[cell])} {count([n > trained for n in score(cell)])}" for cell in results.cells(stored)),
            ),
        ),
        (stored["command"],),
    )


def _delays(stored):
    delays = [x for x, *_ in results.curve(stored, "rnn")]
    learned = {cell: [[share >= LEARNED for share in at(stored, cell, delay)] for delay in delays] for cell in ("rnn", "lstm")}
    head, rows = _seeds(stored), tuple((tr("{delay} steps", delay=delay), *map(aligned, at(stored, "rnn", delay))) for delay in delays)
    return Claim(
        "delays",
        tr("The longer the delay, the harder it is for gradient descent to teach a simple RNN to bridge it; an LSTM bridges it."),
        "Bengio et al. 1994",
        "Bengio, Simard and Frasconi (1994), IEEE Transactions on Neural Networks 5(2); Hochreiter and Schmidhuber (1997), Neural Computation 9(8)",
        tr(
            "One marked letter among many, asked for after a delay; a model for each longest delay in training. {units} Guessing gives {chance}.",
            units=_units(stored),
            chance=percent(stored["chance"]),
        ),
        (
            Table(tr("simple RNN: share right after the longest delay of its training"), (tr("delay"), *head), rows),
            _by_seed(stored, tr("all cells: share right after {delay} steps", delay=delays[-1]), lambda cell: at(stored, cell, delays[-1]), aligned),
        ),
        (
            Check(
                tr("The simple RNN learns the delay of {delay} steps (at least {share} right).", delay=delays[0], share=percent(LEARNED)),
                tuple(learned["rnn"][0]),
            ),
            Check(tr("It does not learn that of {delay}.", delay=delays[-1]), tuple(not good for good in learned["rnn"][-1])),
            Check(tr("The LSTM learns every one of these delays."), tuple(map(all, zip(*learned["lstm"])))),
        ),
        (tr("The task is our own, in the spirit of the latch of that paper: letters look all alike, and only the mark says which of them counts."),),
        (stored["command"],),
    )


def _adding(stored):
    length, score = stored["trained_to"], partial(scores, stored)
    near = {cell: [share >= LEARNED for share in at(stored, cell, length)] for cell in results.cells(stored)}
    return Claim(
        "adding",
        tr(
            "An LSTM learns the adding problem at T{space}={space}{length}, which asks for exact values to be kept for long; simple RNNs do not.",
            space=SPACE,
            length=length,
        ),
        "Hochreiter and Schmidhuber 1997",
        "Hochreiter and Schmidhuber (1997), Neural Computation 9(8)",
        tr("Of up to {length} numbers, add the two that are marked; the answer is asked at the end alone. {units}", length=length, units=_units(stored)),
        (
            _by_seed(stored, tr("share of sums within 4 % of the range, at {length} numbers", length=length), lambda cell: at(stored, cell, length), aligned),
            _by_seed(stored, tr(stored["score"]), score, error),
        ),
        (
            Check(
                tr("The LSTM brings at least {share} of the sums within 4 % of their range, the paper's bound for one answer.", share=percent(LEARNED)),
                tuple(near["lstm"]),
            ),
            Check(tr("The simple RNN, trained alike, does not."), tuple(not good for good in near["rnn"])),
        ),
        (
            tr("The LSTM of that paper had no forget gate yet; ours has. Their marks and lengths were drawn a little differently."),
            tr(
                "Seeds that learned it: {cells}. Always answering 1 brings {chance} of the sums as near.",
                cells=", ".join(f"{tr(FAMILY[cell])} {count(near[cell])}" for cell in near),
                chance=percent(stored["chance"]),
            ),
        ),
        (stored["command"],),
    )


def _variants(stored):
    variants, score, nats = ("peephole", "coupled"), partial(scores, stored), _nats(("lstm", "peephole", "coupled"))
    gains = [mine - theirs for cell in variants for mine, theirs in zip(score(cell), score("lstm"))]
    checks = [
        Check(
            tr("Sentiment: the {cell} stays within one point of the LSTM with the same seed, or above it.", cell=tr(FAMILY[cell])),
            tuple(mine >= theirs - LITTLE for mine, theirs in zip(score(cell), score("lstm"))),
        )
        for cell in variants
    ]
    checks += [
        Check(tr("Prose: the {cell} needs at most one percent more nats than the LSTM.", cell=tr(FAMILY[cell])), (nats[cell] <= nats["lstm"] * (1 + LITTLE),))
        for cell in variants
    ]
    return Claim(
        "variants",
        tr("Variants of the LSTM cost little: with peepholes or without, with forget and input gate coupled."),
        "Greff et al. 2017",
        "Greff, Srivastava, Koutník, Steunebrink and Schmidhuber (2017), arXiv 1503.04069",
        tr("Sentiment of reviews, pros and cons, and the next character of prose, each on text that training never read. {units}", units=_units(stored)),
        (_by_seed(stored, tr(stored["score"]), score, aligned, ("lstm", *variants)), _prose(nats)),
        tuple(checks),
        (
            tr(
                "Their LSTM had peepholes, and leaving them out was the variant. They measured speech, handwriting and music, two hundred trials a variant and data set; not sentiment or prose."
            ),
            tr(
                "Nor need they gain much: beside the LSTM with the same seed they stand between {least} and {most}, on average at {mean}.",
                least=points(min(gains)),
                most=points(max(gains)),
                mean=points(sum(gains) / len(gains)),
            ),
            *_elsewhere(),
        ),
        (stored["command"], *_prose_commands(nats)),
    )


def _elsewhere():
    """Where coupling does cost something, if counting was measured: not one of that paper's tasks."""
    if "counter" not in results.tasks():
        return ()
    stored = results.results("counter")
    lost = [mine < theirs for mine, theirs in zip(scores(stored, "coupled"), scores(stored, "lstm"))]
    return (tr("Another task may tell them apart: at [counting](#counting) the coupled LSTM falls behind the LSTM in {count} seeds.", count=count(lost)),)


def _gru(stored):
    score, nats = partial(scores, stored), _nats(("lstm", "gru", "rnn"))
    triples = list(zip(*(score(cell) for cell in ("lstm", "gru", "rnn"))))
    return Claim(
        "gru",
        tr("A GRU does about as well as an LSTM, and both do better than a simple RNN."),
        "Chung et al. 2014",
        "Chung, Gulcehre, Cho and Bengio (2014), arXiv 1412.3555",
        tr("The same two tasks. {units}", units=_units(stored)),
        (_by_seed(stored, tr(stored["score"]), score, aligned, ("lstm", "gru", "rnn")), _prose(nats)),
        (
            Check(
                tr("Sentiment: LSTM and GRU both score higher than the simple RNN with the same seed."),
                tuple(min(lstm, gru) > rnn for lstm, gru, rnn in triples),
            ),
            Check(
                tr("Sentiment: the GRU's score lies nearer to the LSTM's than to the simple RNN's."),
                tuple(abs(gru - lstm) < abs(gru - rnn) for lstm, gru, rnn in triples),
            ),
            Check(
                tr("Prose: the same two, in nats."),
                (max(nats["lstm"], nats["gru"]) < nats["rnn"] and abs(nats["gru"] - nats["lstm"]) < abs(nats["gru"] - nats["rnn"]),),
            ),
        ),
        (
            tr(
                "That paper compared cells with about as many parameters, on music and speech; here all have the same number of units, so the GRU and the RNN are smaller."
            ),
            tr("Of the prose models each has a learning rate and a number of steps of its own, as the commands say, so read that table with care."),
        ),
        (stored["command"], *_prose_commands(nats)),
    )


def _critical(stored):
    scored = {name: {run["experiment"]: run for run in stored["runs"] if run["model"] == name} for name in stored["models"]}
    models = [f"{task}-{cell}" for task in stored["scores"] for cell in ("lstm", "peephole")]
    lost = {name: {key: abs(run["score"] - scored[name][""]["score"]) for key, run in scored[name].items()} for name in models}
    gates = ("writes-everything", "shows-everything")

    def check(what, key):
        return Check(
            tr("{what}, a model loses more than without its input gate (i = 1), and more than without its output gate (o = 1).", what=what),
            tuple(lost[name][key] > max(lost[name][gate] for gate in gates) for name in models),
        )

    whole, windows = ({key: _nat(run[read]) for key, run in scored["prose-lstm"].items()} for read in ("score", "in_windows"))
    cut, peephole = (_nat(scored["prose-peephole"][key]["score"]) for key in (experiments.NO_PEEPHOLES, ""))
    never, linear, labels = "lstm-1997", experiments.NO_OUTPUT_ACTIVATION, len(zoo.load("prose-lstm").spec.labels)
    return Claim(
        "critical",
        tr("The forget gate and the output activation are the most critical parts of an LSTM."),
        "Greff et al. 2017",
        "Greff, Srivastava, Koutník, Steunebrink and Schmidhuber (2017), arXiv 1503.04069",
        tr(
            "**By holding, not by training anew**: a gate of a trained model is held at 0 or 1, or a part of its equations left "
            "out, while it reads texts that training never saw. That paper trained every variant from the start. Sentiment: "
            "{sentiment}. Prose: {prose}.",
            sentiment=tr(stored["held_out"]["sentiment"]),
            prose=tr(stored["held_out"]["prose"]),
        ),
        tuple(held_table(stored, task) for task in stored["scores"]),
        (check(tr("Without its forget gate (f = 1)"), never), check(tr("Without its output activation (h = o ⊙ c)"), linear)),
        (
            (
                tr(
                    "A model that is held could not learn to do without what it lost. So a score says how much these weights rely on a "
                    "part, and not how well a model does that never had it: with its peepholes cut, the peephole LSTM needs {cut} nats "
                    "where it had {peephole}; [the LSTM that was trained without](#variants) needs {without}.",
                    cut=cut,
                    peephole=peephole,
                    without=whole[""],
                )
            ),
            (
                tr(
                    "What is never forgotten adds up. Without its forget gate the LSTM needs {never} nats where it reads the prose "
                    "whole, and {never_anew} where it begins anew after every {window} characters, as in training; without its output "
                    "activation {linear} and {linear_anew}. To give each of its {labels} tokens the same probability costs {nats}.",
                    never=whole[never],
                    never_anew=windows[never],
                    window=stored["window"],
                    linear=whole[linear],
                    linear_anew=windows[linear],
                    labels=labels,
                    nats=_nat(math.log(labels)),
                )
            ),
        ),
        (stored["command"],),
        marked("models"),
    )


def held_table(stored: Mapping[str, Any], task: str) -> Table:
    """The scores of a task's models as they were trained and with each experiment: a row an experiment, a column a cell.

    Args:
        stored: `results.held()`.
        task: one of its "scores".
    """
    runs = {(run["cell"], run["experiment"]): run for run in stored["runs"] if run["model"] == f"{task}-{run['cell']}"}
    cells = tuple(cell for cell in FAMILY if (cell, "") in runs)
    called = (
        {"": tr("as trained")}
        | {one.key: f"{tr(one.name)} ({one.letters(one.cells[0])})" for one in experiments.EXPERIMENTS}
        | {key: tr(name) for key, name in experiments.REMOVED.items()}
    )
    form = _nat if task == "prose" else aligned
    rows = tuple(
        (name, *(form(runs[cell, key]["score"]) if (cell, key) in runs else "" for cell in cells))
        for key, name in called.items()
        if any((cell, key) in runs for cell in cells)
    )
    return Table(tr("{name}: {said}", name=tr(SHORT[task]), said=tr(stored["scores"][task])), (tr("held"), *(tr(FAMILY[cell]) for cell in cells)), rows)


def _nat(value):
    """Nats with two digits behind the point, and without where they are many."""
    return f"{value:.2f}" if value < 100 else f"{value:,.0f}"


def _parameters():
    rows, exact, whole = [], [], []
    for task, names in zoo.families().items():
        pair = [f"{task}-{cell}" for cell in ("lstm", "gru")]
        if set(pair) <= set(names):
            specs = [zoo.load(name).spec for name in pair]
            lstm, gru = (sizes.recurrent(spec.cell, spec.embedding_size, spec.hidden_size) for spec in specs)
            cards = [zoo.card(name)["parameters"] for name in pair]
            exact.append(4 * gru == 3 * lstm)
            whole.append(cards[1] / cards[0])
            rows.append((tr(SHORT[task]), grouped(lstm), grouped(gru), percent(gru / lstm), aligned(whole[-1])))
    return Claim(
        "parameters",
        tr("A GRU has three quarters of the parameters of an LSTM."),
        tr("by their equations"),
        tr("It follows from the equations of Cho et al. (2014), arXiv 1406.1078: three blocks of weights in place of four"),
        tr("The formula G × H × (D + H + 2) of PyTorch's layers with G = 4 and G = 3, for the sizes of the shipped models."),
        (
            Table(
                tr("parameters of the recurrent layer, GRU / LSTM, and the same of the whole models"),
                (tr("model"), "LSTM", "GRU", tr("ratio"), tr("whole")),
                tuple(rows),
            ),
        ),
        (Check(tr("Four times the GRU's recurrent layer is three times the LSTM's, exactly."), tuple(exact)),),
        (
            tr(
                "Only in the recurrent layer. Embedding and head are the same for both, so a whole GRU model has {least} to {most} of the LSTM model's.",
                least=percent(min(whole)),
                most=percent(max(whole)),
            ),
        ),
        ("python -m pytest tests/test_sizes.py",),
        marked("tasks"),
    )


def _speed(stored):
    pairs = _times(stored["trials"])
    rows = tuple(
        (
            capital(tr(SHORT[task])),
            f"{lstm['milliseconds']:#.3g}",
            f"{gru['milliseconds']:#.3g}",
            f"{gru['ratio']:.2f}",
            tr("{low} to {high}", low=f"{gru['interval'][0]:.2f}", high=f"{gru['interval'][1]:.2f}"),
        )
        for task, (lstm, gru) in pairs.items()
    )
    return Claim(
        "speed",
        tr("A GRU trains faster than an LSTM, because it has fewer parameters."),
        tr("a common saying"),
        tr("Said in many courses and posts; the counts of parameters are above"),
        tr(
            "Training steps on {batch} random texts of {steps} steps, one thread; fresh models with the same number of units "
            "take turns, and a ratio is taken within each round.",
            batch=stored["batch"],
            steps=stored["steps"],
        ),
        (Table(tr("milliseconds of a training step, the ratio, and where it lies with 95 %"), (tr("task"), "LSTM", "GRU", tr("ratio"), tr("interval")), rows),),
        (Check(tr("The GRU took less time than the LSTM, by more than its rounds leave open."), tuple(gru["interval"][1] < 1 for _, gru in pairs.values())),),
        (
            tr(
                "It depends on the code at least as much as on the arithmetic. LSTM: {lstm}. GRU: {gru}. On a graphics card, or "
                "with another library, the order can be another.",
                lstm=tr(stored["ways"]["lstm"]),
                gru=tr(stored["ways"]["gru"]),
            ),
            tr("**Measure it yourself**: the [time trial on the Compare page](compare) does the same on the machine that serves this page."),
        ),
        (stored["command"],),
        marked("tasks"),
    )


def _times(trials):
    """Task -> the entries of its LSTM and its GRU."""
    by = {(one["task"], one["cell"]): one for one in trials}
    return {task: (one, by[task, "gru"]) for (task, cell), one in by.items() if cell == "lstm" and (task, "gru") in by}


def _units(stored):
    return tr("{units} units in every cell.", units=results.runs(stored, "lstm")[0]["hidden_size"])


def _seeds(stored):
    return tuple(map(_seed, stored["seeds"]))


def _seed(seed):
    return tr("seed {seed}", seed=seed).replace(" ", SPACE)


def _by_seed(stored, title, value, form, cells=None):
    rows = tuple((tr(FAMILY[cell]), *map(form, value(cell))) for cell in cells or results.cells(stored))
    return Table(title, (tr("cell"), *_seeds(stored)), rows)


def _nats(cells):
    return {cell: zoo.card(f"prose-{cell}")["held_out_nats_per_character"] for cell in cells}


def _prose(nats):
    seeds = {zoo.card(f"prose-{cell}")["seed"] for cell in nats}
    return Table(
        tr("prose: nats per character, less is better"),
        (tr("cell"), _seed(listed(map(str, sorted(seeds))))),
        tuple((tr(FAMILY[cell]), f"{value:.4f}") for cell, value in nats.items()),
    )


def _prose_commands(nats):
    return tuple(zoo.card(f"prose-{cell}")["command"] for cell in nats)
