"""What single units tell of a text: for each property the unit that shows it best, on text that training never read; and how large their values are.

After Karpathy, Johnson and Li 2015, Visualizing and Understanding Recurrent Networks. The values of step t are compared
with the property after token t; the unit is chosen on the first half of the held-out text, scored on the second.

`python -m gatelab.training.units all --data FOLDER --ship` writes into the card of every shipped model that reads which units have a
name, and the pinned range of its states.
"""

import argparse
import hashlib
import json
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from gatelab import roles
from gatelab.networks import Reader
from gatelab.palette import GATES, limits
from gatelab.traces import trace
from gatelab.training import shipping
from gatelab.training.commandline import Parser
from gatelab.training.probes import PROBES, TESTED
from gatelab.training.properties import CALLED, PROPERTIES, Properties, joined
from gatelab.training.sentiment import Sentiment
from gatelab.training.texts import WINDOW, read, split
from gatelab.zoo import ZOO, load, readers, shipped

__all__ = ["PROPERTIES", "Properties", "best", "held_out", "main", "measured", "named", "ranges", "score", "table"]

FEW = 8
"""Units of a model that get a name."""

LEAST = {"AUC": 0.85, "Spearman": 0.6}
"""What a name must reach on the second half, in absolute terms: one that falls short is not stored."""

RISING = {"probability of positive", "positive, at the last word"}
"""Properties for which only units count that rise with them: a good review has the same color in every model."""

INSIDE = 0.95
"""The share of a state's absolute values that its pinned range must hold."""

NICE = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
"""The numbers that a pinned range ends at, times a power of ten."""

STRINGS = 300
"""Generated strings that a model of a probe is measured on."""


def score(values: np.ndarray, truth: np.ndarray) -> float:
    """How well (n,) values tell the truth: AUC for Booleans (chance is 0.5), Spearman's rho for counts (0)."""
    rank = _ranks(values)
    if truth.dtype == bool:
        yes = np.count_nonzero(truth)
        return (rank[truth].mean() - (yes + 1) / 2) / (len(truth) - yes)
    return np.corrcoef(rank, _ranks(truth))[0, 1] if np.ptp(values) else 0.0


def _ranks(values):
    """The ranks of (n,) values from 1; equal values share their mean rank."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[place]


def best(
    seen: Mapping[str, np.ndarray],
    names: Sequence[str],
    value: np.ndarray,
    where: np.ndarray,
    rising: bool = False,
    taken: Sequence[int] = (),
) -> tuple[str, int, int, float]:
    """The array and unit that tell a property best on the first half, the sign there, and the score on the second.

    Args:
        rising: whether only units count that rise with the property, so that a large value means the same in every model.
        taken: units that are left out.

    Raises:
        ValueError: the property never changes in one of the halves, or every unit is taken.
    """
    first, second = np.array_split(np.flatnonzero(where), 2)
    if any(len(np.unique(value[half])) < 2 for half in (first, second)):
        raise ValueError(f"the property must change in both halves of the text: {len(value):,} characters are too few")
    truth, chance = value[first], 0.5 if value.dtype == bool else 0
    scores = {(name, u): score(row, truth) for name in names for u, row in enumerate(seen[name][first].T) if u not in taken}
    if not scores:
        raise ValueError(f"there must be a unit that is not taken: all {len(taken)} are")
    array, unit = max(scores, key=lambda which: scores[which] - chance if rising else abs(scores[which] - chance))
    sign = 1 if scores[array, unit] > chance else -1
    return array, unit, sign, score(sign * seen[array][second, unit], value[second])


def of_text(model: Reader, task: str, held_out: str) -> tuple[dict[str, np.ndarray], Properties]:
    """What a character model computes on a text, name -> (T, H), and the properties of the text.

    Args:
        task: what the model was trained for, a key of `PROPERTIES`.
        held_out: the text.

    Raises:
        ValueError: there is nothing to measure on such a task.
    """
    return of_strings(model, task, [held_out.partition("\n\n")[2] or held_out])  # from its first whole paragraph on


def of_strings(model: Reader, task: str, texts: Sequence[str]) -> tuple[dict[str, np.ndarray], Properties]:
    """The same of several texts, each read from the beginning, one behind the other.

    Raises:
        ValueError: there is nothing to measure on such a task.
    """
    if task not in PROPERTIES:
        raise ValueError(f"the model's task must be one of {', '.join(PROPERTIES)}: got {task!r}, of {model.spec.name}")
    traces = [trace(model, text) for text in texts]
    seen = {name: np.concatenate([one[name] for one in traces]) for name in traces[0]}
    return seen, joined([PROPERTIES[task](text) for text in texts])


def of_reviews(model: Reader, texts: Sequence[tuple[Sequence[str], int]]) -> tuple[dict[str, np.ndarray], Properties]:
    """The same of a sentiment model on texts (words, label), with how far a unit is the answer so far, and the label at the end."""
    written = [" ".join(words) for words, _ in texts]
    seen, of_words = of_strings(model, "sentiment", written)
    traces = [trace(model, text) for text in written]
    ends = np.cumsum([len(one) for one in traces]) - 1
    last, label = np.zeros((2, ends[-1] + 1), bool)
    last[ends], label[ends] = True, [positive == 1 for _, positive in texts]
    answer = np.concatenate([one.probs[:, 1] for one in traces if one.probs is not None])
    return seen, {"probability of positive": (answer, np.ones_like(last)), "positive, at the last word": (label, last)} | of_words


def strings(task: str, seed: int = TESTED) -> list[str]:
    """Generated strings of a probe that training never reads: `STRINGS` of them, as they are typed."""
    rng, probe = random.Random(seed), PROBES[task]()
    if task == "brackets":
        return probe.sample(probe.trained, STRINGS, rng)
    if task == "counter":
        return ["a" * n + "b" * n for n in (rng.randint(1, probe.trained) for _ in range(STRINGS))]
    made, generator = [], torch.Generator().manual_seed(seed)
    for _ in range(STRINGS):
        read, _ = probe.batch(1, generator)
        made.append(_written(probe, read[:, 0]))
    return made


def _written(probe, read):
    """What a probe's model reads as it is typed: ids (T,), or numbers (T, 2)."""
    if read.ndim == 1:
        return "".join(probe.tokens[id] for id in read.tolist())
    return " ".join(f"{number:.4f}{'*' if mark else ''}" for number, mark in read.tolist())


def held_out(name: str, data: Path | None) -> tuple[dict[str, np.ndarray], Properties]:
    """What a model computes on the text that it never read, name -> (T, H), and the properties of that text.

    Args:
        name: of a shipped model, or the path of a checkpoint with its card beside it.
        data: the whole text that it learned from; of sentiment the folder with the three sets; a probe needs none.

    Raises:
        ValueError: the model was trained on another task, or its data are missing.
    """
    model, task = load(name), facts(name)["task"]
    if task in PROBES:
        return of_strings(model, task, strings(task))
    if data is None:
        raise ValueError(f"{model.spec.name} needs --data: what it learned from")
    if task == "sentiment":
        tests = Sentiment(data).tests.values()
        return of_reviews(model, [text for texts in zip(*tests) for text in texts])  # as many of each set, in turn
    return of_text(model, task, split(read(data)[0], WINDOW)[1])


def named(seen: Mapping[str, np.ndarray], properties: Properties) -> list[dict[str, Any]]:
    """The units that have a name: of each property the best one, none twice, at most `FEW`, those that take memory at the front; a state where one reaches `LEAST`, else a gate.

    Each is {"unit", "name" (whose value: a state or a gate), "sign" (-1 where it falls), "called", "property", "measure" ("AUC" or
    "Spearman"), "score" (on the second half), "on" (how many tokens that was)}.
    """
    states, gates = ([name for name in seen if name in kind] for kind in (("c", "h"), GATES))
    found: list[dict[str, Any]] = []
    for property_, (value, where) in properties.items():
        taken = [one["unit"] for one in found]
        measure = "AUC" if value.dtype == bool else "Spearman"
        for names in (states, gates):  # a gate only where no state tells it
            try:
                name, unit, sign, told = best(seen, names, value, where, property_ in RISING, taken)
            except ValueError:
                continue  # the text cannot tell, or no unit is left
            if told >= LEAST[measure]:
                about = {"unit": unit, "name": name, "sign": sign, "called": CALLED.get(property_, property_), "property": property_}
                found.append(about | {"measure": measure, "score": round(float(told), 3), "on": len(np.array_split(np.flatnonzero(where), 2)[1])})
                break
        if len(found) == FEW:
            break
    return found


def ranges(seen: Mapping[str, np.ndarray], cell: str) -> dict[str, dict[str, float]]:
    """The pinned range of each state, name -> {"to", "inside"}: it goes from -to to `to`, and holds that share of the values.

    A state that is bounded by 1 and fills its range has no entry: it keeps its bounds.
    """
    found = {}
    for name in roles.of(cell).states:
        size = np.abs(seen[name])
        to = nice(float(np.quantile(size, INSIDE)))
        if to < 1 or name in limits(cell):
            found[name] = {"to": to, "inside": round(float(np.mean(size <= to)), 4)}
    return found


def nice(value: float) -> float:
    """The smallest nice number that is at least a positive value; 1 for 0."""
    if value <= 0:
        return 1
    power = 10.0 ** np.floor(np.log10(value))
    return float(f"{next(number for number in NICE if number * power >= value * (1 - 1e-9)) * power:.3g}")


def measured(name: str, data: Path | None) -> dict[str, Any]:
    """What the card of a model gets under "measured": ranges, named units, on how many tokens, and by which command.

    Raises:
        OSError, ValueError: the data are not there, or not what the model needs.
    """
    seen, properties = held_out(name, data)
    model = load(name)
    return {
        "command": f"python -m gatelab.training.units {model.spec.name}" + (f" --data {data.name}" if data else ""),
        "tokens": len(next(iter(seen.values()))),
        "ranges": ranges(seen, model.spec.cell),
        "units": named(seen, properties),
    }


def table(seen: Mapping[str, np.ndarray], properties: Properties, rising: bool = False) -> Iterator[str]:
    """The lines of the table: the best units of the state (c, or h where there is none), then those of the gates.

    Args:
        rising: as of `best`.

    Raises:
        ValueError: the text is too short.
    """
    state, gates = ["c" if "c" in seen else "h"], [name for name in seen if name in GATES]
    yield f"{'property':36}array  unit  score on held-out text; + the unit rises with the property, - it falls"
    for names in filter(None, (state, gates)):
        for name, (value, where) in properties.items():
            array, unit, sign, told = best(seen, names, value, where, rising)
            measure = "AUC" if value.dtype == bool else "rho"
            yield f"{name:36}{array:5} {unit:5}  {measure} {told:6.3f} {'+' if sign > 0 else '-'}"


def source(card: Mapping[str, Any], task: str, data: Path | None) -> Path | None:
    """Where the data of a model are, within what `--data` names: the file or folder itself, or a folder that holds it somewhere.

    Raises:
        ValueError: it is not there, or not what the model learned from.
    """
    if task in PROBES or data is None:
        return None
    known = card["data"]["sha256"]
    wanted = card["data"]["file"] if isinstance(known, str) else min(known)
    places = [data] if data.is_file() else sorted(data.rglob(wanted))
    if not places:
        raise ValueError(f"--data must hold {wanted}, which {card['name']} learned from: {data} does not")
    if (sha256 := hashlib.sha256(places[0].read_bytes()).hexdigest()) != (known if isinstance(known, str) else known[wanted]):
        raise ValueError(f"{places[0].name} must be the file that {card['name']} learned from: its SHA-256 is {sha256[:12]}...")
    return places[0] if isinstance(known, str) else places[0].parent


def place(name: str) -> Path:
    """Where the checkpoint of a model is: a shipped one's, by its name, or a path."""
    return ZOO / f"{name}.safetensors" if name in shipped() else Path(name)


def facts(name: str) -> dict[str, Any]:
    """The card of a model."""
    return json.loads(place(name).with_suffix(".json").read_text(encoding="utf-8"))


def write(name: str, args: argparse.Namespace) -> Path:
    """Measure a model and write its card; returns where that is."""
    path = place(name)
    card = facts(name)
    about = measured(name, source(card, card["task"], args.data))
    card["measured"] = {"weights": hashlib.sha256(path.read_bytes()).hexdigest(), **about}
    to = path.with_suffix(".json")
    if shipping.in_package(path) and not args.ship:
        args.out.mkdir(parents=True, exist_ok=True)
        to = args.out / to.name
    to.write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return to


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line's options."""
    parser = Parser(prog="python -m gatelab.training.units", description=__doc__.partition("\n")[0])
    parser.add_argument("model", help="the name of a shipped model, the path of a checkpoint, or all: every shipped model that reads")
    parser.add_argument(
        "--data",
        type=Path,
        metavar="PATH",
        help="the file that it learned from; of sentiment the folder with the three sets; with all, a folder that holds both",
    )
    parser.add_argument("--rising", action="store_true", help="of the table: only units that rise with the property")
    parser.add_argument(
        "--card",
        action="store_true",
        help="in place of the table, write named units and pinned ranges into the card of the model: a shipped one's goes to --out",
    )
    shipping.options(parser, "the same, into the cards of the package")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure models and write their cards, or print the table; returns the exit code."""
    args = parse(arguments)
    torch.set_num_threads(1)
    try:
        if not (args.card or args.ship):
            for line in table(*held_out(args.model, args.data), args.rising):
                print(line, flush=True)
            return 0
        for name in (name for name in readers() if name in shipped()) if args.model == "all" else (args.model,):
            to = write(name, args)
            about = json.loads(to.read_text(encoding="utf-8"))["measured"]
            spans = ", ".join(f"{key} to ±{span['to']:g} ({span['inside']:.1%} inside)" for key, span in about["ranges"].items())
            print(f"{to}: {spans}")
            for one in about["units"]:
                print(
                    f"  {one['name']} of unit {one['unit']:3} {'+' if one['sign'] > 0 else '-'} {one['called']:36} {one['measure']} {one['score']:.3f}",
                    flush=True,
                )
        if args.model == "all" or args.model in shipped():
            print(shipping.told(args.ship))
    except (OSError, ValueError, KeyError) as error:
        print(f"gatelab.training.units: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
