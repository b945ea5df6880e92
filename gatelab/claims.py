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
from gatelab.words import FAMILY

NINE_IN_TEN = 0.9
LITTLE = 0.01
"""A variant costs little if it stays within one point of a share, or within one percent of a loss."""


@dataclass(frozen=True)
class Check:
    """A part of a claim that can be decided: what must be so, and whether it was: one value a seed (or a task), or one alone."""

    what: str
    held: tuple[bool, ...]


@dataclass(frozen=True)
class Table:
    """What was measured: a title, a head, and rows as long as the head, all as they are read."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


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
    among: str = "seeds"

    @property
    def held(self) -> tuple[bool, ...]:
        """Whether all checks held, seed by seed or task by task; a check with one value counts for all."""
        most = max(len(check.held) for check in self.checks)
        return tuple(all(check.held[k if len(check.held) > 1 else 0] for check in self.checks) for k in range(most))

    @property
    def verdict(self) -> str:
        """In a few words, from the numbers alone."""
        if all(self.held):
            return "holds here"
        return f"holds in {sum(self.held)} of {len(self.held)} {self.among}" if any(self.held) else "does not hold here"


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
        "A small LSTM learns to recognize balanced brackets: it counts the open ones.",
        "Suzgun et al. 2019",
        "Suzgun, Gehrmann, Belinkov and Shieber (2019), arXiv 1906.03648",
        f"{stored['question']} {_units(stored)}",
        (_by_seed(stored, stored["score"], score, aligned),),
        (
            Check(f"The LSTM gets at least {percent(NINE_IN_TEN)} of the longer strings right.", tuple(share >= NINE_IN_TEN for share in score("lstm"))),
            Check("It gets more of them right than the simple RNN with the same seed.", tuple(beats(stored, "lstm", "rnn"))),
            Check("It gets more of them right than the GRU with the same seed.", tuple(beats(stored, "lstm", "gru"))),
        ),
        (
            f"To count is not the only way: a bounded state has room for a few levels as well. The best seed of the simple RNN gets {percent(max(score('rnn')))}.",
        ),
        (stored["command"],),
    )


def _counting(stored):
    score, trained = partial(scores, stored), stored["trained_to"]
    return Claim(
        "counting",
        "An LSTM can count, far beyond the numbers that it was trained on; a GRU cannot, for its state is bounded.",
        "Weiss et al. 2018",
        "Weiss, Goldberg and Yahav (2018), arXiv 1805.04908",
        f"Strings of n *a* and then n *b*, training up to n = {trained}; asked at each *b* whether another one follows or the end. {_units(stored)}",
        (_by_seed(stored, stored["score"], score, str),),
        (
            Check(f"The LSTM is right for every n of its training, and for some beyond {trained}.", tuple(n > trained for n in score("lstm"))),
            Check("It gets further than the GRU with the same seed.", tuple(beats(stored, "lstm", "gru"))),
        ),
        (
            (
                "The GRU code which those authors released computes its reset gate and never uses it: their candidate sees the whole old state. The GRU here is our own, "
                "with PyTorch's equations, and tests hold it against `nn.GRU`."
            ),
            "A new state of the GRU, and of the coupled LSTM, is a mixture of the old one and a candidate in [−1, 1], so it never leaves that range. The cell state of an LSTM may grow by 1 at each step.",
            *stumbles(stored),
            f"Seeds that got further than the {trained} of training: "
            + ", ".join(f"{FAMILY[cell]} {count([n > trained for n in score(cell)])}" for cell in results.cells(stored))
            + ".",
        ),
        (stored["command"],),
    )


def _delays(stored):
    delays = [x for x, *_ in results.curve(stored, "rnn")]
    learned = {cell: [[share >= LEARNED for share in at(stored, cell, delay)] for delay in delays] for cell in ("rnn", "lstm")}
    head, rows = _seeds(stored), tuple((f"{delay} steps", *map(aligned, at(stored, "rnn", delay))) for delay in delays)
    return Claim(
        "delays",
        "The longer the delay, the harder it is for gradient descent to teach a simple RNN to bridge it; an LSTM bridges it.",
        "Bengio et al. 1994",
        "Bengio, Simard and Frasconi (1994), IEEE Transactions on Neural Networks 5(2); Hochreiter and Schmidhuber (1997), Neural Computation 9(8)",
        f"One marked letter among many, asked for after a delay; a model for each longest delay in training. {_units(stored)} Guessing gives {percent(stored['chance'])}.",
        (
            Table("simple RNN: share right after the longest delay of its training", ("delay", *head), rows),
            _by_seed(stored, f"all cells: share right after {delays[-1]} steps", lambda cell: at(stored, cell, delays[-1]), aligned),
        ),
        (
            Check(f"The simple RNN learns the delay of {delays[0]} steps (at least {percent(LEARNED)} right).", tuple(learned["rnn"][0])),
            Check(f"It does not learn that of {delays[-1]}.", tuple(not good for good in learned["rnn"][-1])),
            Check("The LSTM learns every one of these delays.", tuple(map(all, zip(*learned["lstm"])))),
        ),
        ("The task is our own, in the spirit of the latch of that paper: letters look all alike, and only the mark says which of them counts.",),
        (stored["command"],),
    )


def _adding(stored):
    length, score = stored["trained_to"], partial(scores, stored)
    near = {cell: [share >= LEARNED for share in at(stored, cell, length)] for cell in results.cells(stored)}
    return Claim(
        "adding",
        f"An LSTM learns the adding problem at T{SPACE}={SPACE}{length}, which asks for exact values to be kept for long; simple RNNs do not.",
        "Hochreiter and Schmidhuber 1997",
        "Hochreiter and Schmidhuber (1997), Neural Computation 9(8)",
        f"Of up to {length} numbers, add the two that are marked; the answer is asked at the end alone. {_units(stored)}",
        (
            _by_seed(stored, f"share of sums within 4 % of the range, at {length} numbers", lambda cell: at(stored, cell, length), aligned),
            _by_seed(stored, stored["score"], score, error),
        ),
        (
            Check(f"The LSTM brings at least {percent(LEARNED)} of the sums within 4 % of their range, the paper's bound for one answer.", tuple(near["lstm"])),
            Check("The simple RNN, trained alike, does not.", tuple(not good for good in near["rnn"])),
        ),
        (
            "The LSTM of that paper had no forget gate yet; ours has. Their marks and lengths were drawn a little differently.",
            f"Seeds that learned it: {', '.join(f'{FAMILY[cell]} {count(near[cell])}' for cell in near)}. Always answering 1 brings {percent(stored['chance'])} of the sums as near.",
        ),
        (stored["command"],),
    )


def _variants(stored):
    variants, score, nats = ("peephole", "coupled"), partial(scores, stored), _nats(("lstm", "peephole", "coupled"))
    gains = [mine - theirs for cell in variants for mine, theirs in zip(score(cell), score("lstm"))]
    checks = [
        Check(
            f"Sentiment: the {FAMILY[cell]} stays within one point of the LSTM with the same seed, or above it.",
            tuple(mine >= theirs - LITTLE for mine, theirs in zip(score(cell), score("lstm"))),
        )
        for cell in variants
    ]
    checks += [
        Check(f"Prose: the {FAMILY[cell]} needs at most one percent more nats than the LSTM.", (nats[cell] <= nats["lstm"] * (1 + LITTLE),))
        for cell in variants
    ]
    return Claim(
        "variants",
        "Variants of the LSTM cost little: with peepholes or without, with forget and input gate coupled.",
        "Greff et al. 2017",
        "Greff, Srivastava, Koutník, Steunebrink and Schmidhuber (2017), arXiv 1503.04069",
        f"Sentiment of reviews, pros and cons, and the next character of prose, each on text that training never read. {_units(stored)}",
        (_by_seed(stored, stored["score"], score, aligned, ("lstm", *variants)), _prose(nats)),
        tuple(checks),
        (
            "Their LSTM had peepholes, and leaving them out was the variant. They measured speech, handwriting and music, two hundred trials a variant and data set; not sentiment or prose.",
            f"Nor need they gain much: beside the LSTM with the same seed they stand between {points(min(gains))} and {points(max(gains))}, on average at {points(sum(gains) / len(gains))}.",
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
    return (f"Another task may tell them apart: at [counting](#counting) the coupled LSTM falls behind the LSTM in {count(lost)} seeds.",)


def _gru(stored):
    score, nats = partial(scores, stored), _nats(("lstm", "gru", "rnn"))
    triples = list(zip(*(score(cell) for cell in ("lstm", "gru", "rnn"))))
    return Claim(
        "gru",
        "A GRU does about as well as an LSTM, and both do better than a simple RNN.",
        "Chung et al. 2014",
        "Chung, Gulcehre, Cho and Bengio (2014), arXiv 1412.3555",
        f"The same two tasks. {_units(stored)}",
        (_by_seed(stored, stored["score"], score, aligned, ("lstm", "gru", "rnn")), _prose(nats)),
        (
            Check(
                "Sentiment: LSTM and GRU both score higher than the simple RNN with the same seed.", tuple(min(lstm, gru) > rnn for lstm, gru, rnn in triples)
            ),
            Check(
                "Sentiment: the GRU's score lies nearer to the LSTM's than to the simple RNN's.",
                tuple(abs(gru - lstm) < abs(gru - rnn) for lstm, gru, rnn in triples),
            ),
            Check(
                "Prose: the same two, in nats.",
                (max(nats["lstm"], nats["gru"]) < nats["rnn"] and abs(nats["gru"] - nats["lstm"]) < abs(nats["gru"] - nats["rnn"]),),
            ),
        ),
        (
            "That paper compared cells with about as many parameters, on music and speech; here all have the same number of units, so the GRU and the RNN are smaller.",
            "Of the prose models each has a learning rate and a number of steps of its own, as the commands say, so read that table with care.",
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
            f"{what}, a model loses more than without its input gate (i = 1), and more than without its output gate (o = 1).",
            tuple(lost[name][key] > max(lost[name][gate] for gate in gates) for name in models),
        )

    whole, windows = ({key: _nat(run[read]) for key, run in scored["prose-lstm"].items()} for read in ("score", "in_windows"))
    cut, peephole = (_nat(scored["prose-peephole"][key]["score"]) for key in (experiments.NO_PEEPHOLES, ""))
    never, linear, labels = "lstm-1997", experiments.NO_OUTPUT_ACTIVATION, len(zoo.load("prose-lstm").spec.labels)
    return Claim(
        "critical",
        "The forget gate and the output activation are the most critical parts of an LSTM.",
        "Greff et al. 2017",
        "Greff, Srivastava, Koutník, Steunebrink and Schmidhuber (2017), arXiv 1503.04069",
        "**By holding, not by training anew**: a gate of a trained model is held at 0 or 1, or a part of its equations left out, while it reads texts that training never saw. "
        f"That paper trained every variant from the start. Sentiment: {stored['held_out']['sentiment']}. Prose: {stored['held_out']['prose']}.",
        tuple(held_table(stored, task) for task in stored["scores"]),
        (check("Without its forget gate (f = 1)", never), check("Without its output activation (h = o ⊙ c)", linear)),
        (
            (
                "A model that is held could not learn to do without what it lost. So a score says how much these weights rely on a part, and not how well a model does "
                f"that never had it: with its peepholes cut, the peephole LSTM needs {cut} nats where it had {peephole}; [the LSTM that was trained without](#variants) needs {whole['']}."
            ),
            (
                f"What is never forgotten adds up. Without its forget gate the LSTM needs {whole[never]} nats where it reads the prose whole, and {windows[never]} where it "
                f"begins anew after every {stored['window']} characters, as in training; without its output activation {whole[linear]} and {windows[linear]}. "
                f"To give each of its {labels} tokens the same probability costs {_nat(math.log(labels))}."
            ),
        ),
        (stored["command"],),
        "models",
    )


def held_table(stored: Mapping[str, Any], task: str) -> Table:
    """The scores of a task's models as they were trained and with each experiment: a row an experiment, a column a cell.

    Args:
        stored: `results.held()`.
        task: one of its "scores".
    """
    runs = {(run["cell"], run["experiment"]): run for run in stored["runs"] if run["model"] == f"{task}-{run['cell']}"}
    cells = tuple(cell for cell in FAMILY if (cell, "") in runs)
    called = {"": "as trained"} | {one.key: f"{one.name} ({one.letters(one.cells[0])})" for one in experiments.EXPERIMENTS} | experiments.REMOVED
    form = _nat if task == "prose" else aligned
    rows = tuple(
        (name, *(form(runs[cell, key]["score"]) if (cell, key) in runs else "" for cell in cells))
        for key, name in called.items()
        if any((cell, key) in runs for cell in cells)
    )
    return Table(f"{task}: {stored['scores'][task]}", ("held", *(FAMILY[cell] for cell in cells)), rows)


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
            rows.append((task, f"{lstm:,}", f"{gru:,}", percent(gru / lstm), aligned(whole[-1])))
    return Claim(
        "parameters",
        "A GRU has three quarters of the parameters of an LSTM.",
        "by their equations",
        "It follows from the equations of Cho et al. (2014), arXiv 1406.1078: three blocks of weights in place of four",
        "The formula G × H × (D + H + 2) of PyTorch's layers with G = 4 and G = 3, for the sizes of the shipped models.",
        (Table("parameters of the recurrent layer, GRU / LSTM, and the same of the whole models", ("model", "LSTM", "GRU", "ratio", "whole"), tuple(rows)),),
        (Check("Four times the GRU's recurrent layer is three times the LSTM's, exactly.", tuple(exact)),),
        (
            f"Only in the recurrent layer. Embedding and head are the same for both, so a whole GRU model has {percent(min(whole))} to {percent(max(whole))} of the LSTM model's.",
        ),
        ("python -m pytest tests/test_sizes.py",),
        "tasks",
    )


def _speed(stored):
    pairs = _times(stored["trials"])
    rows = tuple(
        (
            capital(task),
            f"{lstm['milliseconds']:#.3g}",
            f"{gru['milliseconds']:#.3g}",
            f"{gru['ratio']:.2f}",
            f"{gru['interval'][0]:.2f} to {gru['interval'][1]:.2f}",
        )
        for task, (lstm, gru) in pairs.items()
    )
    return Claim(
        "speed",
        "A GRU trains faster than an LSTM, because it has fewer parameters.",
        "a common saying",
        "Said in many courses and posts; the counts of parameters are above",
        f"Training steps on {stored['batch']} random texts of {stored['steps']} steps, one thread; fresh models with the same number of units take turns, and a ratio is taken within each round.",
        (Table("milliseconds of a training step, the ratio, and where it lies with 95 %", ("task", "LSTM", "GRU", "ratio", "interval"), rows),),
        (Check("The GRU took less time than the LSTM, by more than its rounds leave open.", tuple(gru["interval"][1] < 1 for _, gru in pairs.values())),),
        (
            f"It depends on the code at least as much as on the arithmetic. LSTM: {stored['ways']['lstm']}. GRU: {stored['ways']['gru']}. On a graphics card, or with another library, the order can be another.",
            "**Measure it yourself**: the [time trial on the Compare page](compare) does the same on the machine that serves this page.",
        ),
        (stored["command"],),
        "tasks",
    )


def _times(trials):
    """Task -> the entries of its LSTM and its GRU."""
    by = {(one["task"], one["cell"]): one for one in trials}
    return {task: (one, by[task, "gru"]) for (task, cell), one in by.items() if cell == "lstm" and (task, "gru") in by}


def _units(stored):
    return f"{results.runs(stored, 'lstm')[0]['hidden_size']} units in every cell."


def _seeds(stored):
    return tuple(f"seed{SPACE}{seed}" for seed in stored["seeds"])


def _by_seed(stored, title, value, form, cells=None):
    rows = tuple((FAMILY[cell], *map(form, value(cell))) for cell in cells or results.cells(stored))
    return Table(title, ("cell", *_seeds(stored)), rows)


def _nats(cells):
    return {cell: zoo.card(f"prose-{cell}")["held_out_nats_per_character"] for cell in cells}


def _prose(nats):
    seeds = {zoo.card(f"prose-{cell}")["seed"] for cell in nats}
    return Table(
        "prose: nats per character, less is better",
        ("cell", f"seed{SPACE}{listed(map(str, sorted(seeds)))}"),
        tuple((FAMILY[cell], f"{value:.4f}") for cell, value in nats.items()),
    )


def _prose_commands(nats):
    return tuple(zoo.card(f"prose-{cell}")["command"] for cell in nats)
