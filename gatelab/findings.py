"""What the stored results say, in sentences that hold whatever came out: each number in them is computed here.

The values of a cell stand in the order of its seeds; the LSTM is the measure of both sizes (see `gatelab.results`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from gatelab import roles
from gatelab.languages import grouped, tr
from gatelab.results import cells, curve, runs
from gatelab.words import FAMILY

LEARNED = 0.95
"""The share of right answers from which on a page says that a task was learned."""

SPACE = "\N{NO-BREAK SPACE}"


def sentences(stored: Mapping[str, Any], size: str = "hidden") -> list[str]:
    """What is to be seen in a task's curve and scores, as Markdown sentences; none for a task that has no words here."""
    about = {"recall": _recall, "brackets": _brackets, "adding": _adding, "counter": _counter}
    return about[stored["task"]](stored, size) if stored["task"] in about else []


def conditions(stored: Mapping[str, Any], size: str = "hidden") -> str:
    """How the figure was made: seeds, units and parameters."""
    sized = ", ".join(
        f"{tr(FAMILY[cell])} {first['hidden_size']} / {grouped(first['parameters'])}" for cell in cells(stored, size) for first in runs(stored, cell, size)[:1]
    )
    return tr(
        "Lines are means over the seeds {seeds}, bars go from the worst seed to the best. Units / parameters: {sized}. PyTorch {torch}.",
        seeds=listed(map(str, stored["seeds"])),
        sized=sized,
        torch=stored["torch"],
    )


def against(stored: Mapping[str, Any]) -> str:
    """What the figure of a task shows, for those who do not see it."""
    return tr("{y} against {x}, one line a cell, with the span over the seeds", y=tr(stored["y"]), x=tr(stored["x"]))


def scores(stored: Mapping[str, Any], cell: str, size: str = "hidden") -> list[float]:
    """The score of each seed of a cell."""
    return [run["score"] for run in runs(stored, cell, size)]


def at(stored: Mapping[str, Any], cell: str, x: float, size: str = "hidden") -> list[float]:
    """How each seed of a cell did at one place of the curve."""
    return [dict(map(tuple, run["curve"]))[x] for run in runs(stored, cell, size)]


def percent(share: float) -> str:
    """0.9321 as 93.2 %, 1 as 100 %; 100 % is said of nothing less. The space does not break."""
    return aligned(share).replace(f".0{SPACE}", SPACE)


def aligned(share: float) -> str:
    """The same for the column of a table: a digit after the point also where it is 0."""
    text = f"{100 * share:.1f}"
    return f"{100 * share:.2f}{SPACE}%" if text == "100.0" and share < 1 else f"{text}{SPACE}%"


def points(difference: float) -> str:
    """A difference of two shares, 0.0123 as +1.2 points."""
    return tr("{difference} points", difference=f"{100 * difference:+.1f}").replace(" ", SPACE).replace("-", "−")


def error(value: float) -> str:
    """A squared error with two digits."""
    return f"{value:.2g}" if value >= 1e-4 else f"{1e5 * value:.1f}{SPACE}·{SPACE}10⁻⁵"


def listed(items: Iterable[str]) -> str:
    """One, two and three."""
    *first, last = items
    return tr("{some} and {last}", some=", ".join(first), last=last) if first else last


def capital(text: str) -> str:
    """A text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def spread(values: Sequence[float], form: Callable[[float], str] = percent) -> str:
    """The mean over the seeds, and in brackets the lowest and the highest where they differ."""
    mean, low, high = (form(value) for value in (sum(values) / len(values), min(values), max(values)))
    return f"**{mean}**" if low == high else tr("**{mean}** ({low} to {high})", mean=mean, low=low, high=high)


def count(held: Sequence[bool]) -> str:
    """In how many seeds something held: all 3, 2 of 3, none of 3."""
    held = list(held)
    if all(held):
        return tr("all {count}", count=len(held))
    return tr("{some} of {count}", some=sum(held), count=len(held)) if any(held) else tr("none of {count}", count=len(held))


def share(held: Sequence[bool], among: str) -> str:
    """The same with what they are of, "2 of 3 seeds"; of one alone, yes or no."""
    return f"{count(held)} {among}" if len(held) > 1 else tr("yes") if held[0] else tr("no")


def beats(stored: Mapping[str, Any], one: str, other: str, size: str = "hidden") -> list[bool]:
    """Whether one cell scored higher than another, seed by seed."""
    return [mine > theirs for mine, theirs in zip(scores(stored, one, size), scores(stored, other, size))]


def _table(stored, size, value, form=percent, lowest=False):
    """All cells with a value, the best first."""
    found = {cell: value(cell) for cell in cells(stored, size)}
    order = sorted(found, key=lambda cell: sum(found[cell]) / len(found[cell]), reverse=not lowest)
    return "; ".join(f"{tr(FAMILY[cell])} {spread(found[cell], form)}" for cell in order) + "."


def _who(stored, size, held):
    """Which cells something holds for with every seed, with some, with none."""
    found = {cell: held(cell) for cell in cells(stored, size)}
    groups = ((tr("with every seed"), all), (tr("with some seeds"), lambda h: any(h) and not all(h)), (tr("with none"), lambda h: not any(h)))
    parts = []
    for words, belongs in groups:
        names = [tr(FAMILY[cell]) + (f" ({count(h)})" if any(h) and not all(h) else "") for cell, h in found.items() if belongs(h)]
        parts += [f"{words}: {listed(names)}"] if names else []
    return "; ".join(parts) + "."


def _recall(stored, size):
    delays = [x for x, *_ in curve(stored, "lstm")]
    reached = {cell: _reach(stored, cell, delays, size) for cell in cells(stored, size)}
    by_reach = "; ".join(
        tr("**{delay}** for {cells}", delay=delay or tr("none"), cells=listed([tr(FAMILY[cell]) for cell in reached if reached[cell] == delay]))
        for delay in sorted(set(reached.values()))
    )
    said = [
        tr(
            "Right after {delay} steps, when trained on delays of up to {delay}: {table} Guessing gives {chance}.",
            delay=delays[-1],
            table=_table(stored, size, lambda cell: at(stored, cell, delays[-1], size)),
            chance=percent(stored["chance"]),
        ),
        tr(
            "The longest of the delays {delays} up to which every seed learned to answer (at least {share} right): {reached}.",
            delays=listed(map(str, delays)),
            share=percent(LEARNED),
            reached=by_reach,
        ),
    ]
    if delays[0] <= reached["rnn"] < delays[-1]:
        said.append(
            tr(
                "So the simple RNN *can* hold a letter: over {delay} steps it learned to. With longer delays in training it did not, at least not with every seed: "
                "there most of what training has to teach must come back through a product of many factors.",
                delay=reached["rnn"],
            )
        )
    elif reached["rnn"] == delays[-1]:
        said.append(
            tr(
                "The simple RNN learned all of these delays with every seed: that a product of many factors is hard to learn through does not mean that it never can be."
            )
        )
    return said


def _reach(stored, cell, delays, size):
    """The longest delay up to which every seed learned all; 0 if there is none."""
    good = [min(at(stored, cell, delay, size)) >= LEARNED for delay in delays]
    return max((delay for k, delay in enumerate(delays) if all(good[: k + 1])), default=0)


def _adding(stored, size):
    length, longest = stored["trained_to"], curve(stored, "lstm")[-1][0]
    near = {cell: [share >= LEARNED for share in at(stored, cell, length, size)] for cell in cells(stored, size)}
    better = [score < 1 / 6 for score in scores(stored, "rnn", size)]
    return [
        tr(
            "Mean squared error at {length} numbers, the smallest first: {table} Always answering 1 has 1/6, about {sixth}.",
            length=length,
            table=_table(stored, size, lambda cell: scores(stored, cell, size), error, lowest=True),
            sixth=error(1 / 6),
        ),
        tr(
            "{what}, at {length} numbers: at least {share} {who} Always answering 1 gives {chance}.",
            what=capital(tr(stored["y"])),
            length=length,
            share=percent(LEARNED),
            who=_who(stored, size, near.get),
            chance=percent(stored["chance"]),
        ),
        tr(
            "The simple RNN ended below the error of always answering 1 in {better} seeds, and learned the task in {learned}.",
            better=count(better),
            learned=count(near["rnn"]),
        ),
        tr(
            "At {length} numbers, more than any read in training: {table}",
            length=longest,
            table=_table(stored, size, lambda cell: at(stored, cell, longest, size)),
        ),
    ]


def _brackets(stored, size):
    bounded = sorted((cell for cell in roles.ROLES if cell in cells(stored, size) and roles.of(cell).bounded), key=lambda cell: sum(scores(stored, cell, size)))
    worst, best = bounded[0], bounded[-1]
    said = [
        f"{capital(tr(stored['score']))}: {_table(stored, size, lambda cell: scores(stored, cell, size))}",
        tr(
            "With the same seed the LSTM did better than the GRU in {gru} seeds, than the simple RNN in {rnn}; the peephole LSTM better than the LSTM in {peephole}.",
            gru=count(beats(stored, "lstm", "gru", size)),
            rnn=count(beats(stored, "lstm", "rnn", size)),
            peephole=count(beats(stored, "peephole", "lstm", size)),
        ),
        tr(
            "Of the cells whose state is bounded the {best} did best, with {most}, and the {worst} worst, with {least}. "
            "A bounded state has room for a few levels of open brackets, and longer strings tend to have more of them.",
            best=tr(FAMILY[best]),
            most=spread(scores(stored, best, size)),
            worst=tr(FAMILY[worst]),
            least=spread(scores(stored, worst, size)),
        ),
    ]
    if min(scores(stored, "rnn", size)) > 0.1:
        said.append(
            tr(
                "That only an LSTM could do this would be too simple a picture: the simple RNN, whose worst seed got {share} of these strings right, "
                "does not fail altogether.",
                share=percent(min(scores(stored, "rnn", size))),
            )
        )
    return said


def _counter(stored, size):
    trained = stored["trained_to"]
    each = "; ".join(f"{tr(FAMILY[cell])} **{', '.join(map(str, scores(stored, cell, size)))}**" for cell in cells(stored, size))
    said = [
        tr("Every n right from 1 up to, one number a seed: {each}. Training went to {trained}.", each=each, trained=trained),
        tr("Beyond {trained} {who}", trained=trained, who=_who(stored, size, lambda cell: [score > trained for score in scores(stored, cell, size)])),
        tr(
            "With the same seed the LSTM counted further than the GRU in {gru} seeds, further than the coupled LSTM in {coupled}.",
            gru=count(beats(stored, "lstm", "gru", size)),
            coupled=count(beats(stored, "lstm", "coupled", size)),
        ),
    ]
    return said + stumbles(stored, size)


def stumbles(stored: Mapping[str, Any], size: str = "hidden") -> list[str]:
    """Which cells count to little because they trip over a very short string, as a sentence, in a list that is empty where none does."""
    tripped = {cell: [_trips(run) for run in runs(stored, cell, size)] for cell in cells(stored, size)}
    names = [tr("{cell} ({count} seeds)", cell=tr(FAMILY[cell]), count=count(trips)) for cell, trips in tripped.items() if any(trips)]
    if not names:
        return []
    return [
        tr(
            "A small number here need not mean that all is wrong: a cell may trip over a very short string and get longer ones right. So it was with {names}.",
            names=listed(names),
        )
    ]


def _trips(run):
    """Whether a run fails a string that is shorter than the first point of its curve, and is right all around some later point."""
    return run["score"] < run["curve"][0][0] and any(y == 1 for _, y in run["curve"][1:])
