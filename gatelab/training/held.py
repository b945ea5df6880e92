"""What ready-made experiments do to the held-out score of shipped models: `python -m gatelab.training.held --data FOLDER --ship`.

No model is trained anew: a gate is held while a trained model reads, as a visitor holds it. So a score says how much these weights rely
on the gate, and not how well a model would do that had learned without it.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pad_sequence

from gatelab import cells, experiments, results, roles, zoo
from gatelab.experiments import NO_OUTPUT_ACTIVATION, NO_PEEPHOLES
from gatelab.holds import Holding
from gatelab.networks import Reader
from gatelab.training import shipping, texts
from gatelab.training.commandline import Parser
from gatelab.training.sentiment import Sentiment
from gatelab.training.studies import fingerprint
from gatelab.training.units import source

TASKS = ("sentiment", "prose")
BATCH = 256
"""Texts that are read together."""


class Unsquashed:
    """In place of a hold: h = o ⊙ c where the equation has o ⊙ tanh(c). What a step of cells.py calls."""

    def __init__(self) -> None:
        self.seen: dict[str, Tensor] = {}

    def __call__(self, name: str, value: Tensor) -> Tensor:
        self.seen[name] = value
        return self.seen["o"] * self.seen["c"] if name == "h" else value


def cut(w: cells.Weights) -> cells.Weights:
    """The same weights with the peepholes at zero."""
    return w._replace(**{name: torch.zeros_like(getattr(w, name)) for name in ("weight_ci", "weight_cf", "weight_co")})


def states(x: Tensor, cell: str, w: cells.Weights, held: cells.Held = cells.as_computed) -> Tensor:
    """The hidden states of a layer from a zero state.

    Args:
        x: the inputs, (T, B, D).
        cell: a key of `roles.ROLES`.
        w: `cells.Weights`.
        held: called with each value that is computed, at every step alike.

    Returns:
        h after each step, (T, B, H).
    """
    names, step = roles.of(cell).states, cells.STEPS[cell]
    state: Any = [x.new_zeros(x.shape[1], w.weight_hh.shape[1]) for _ in names]
    found, w = [], w._replace(weight_ih=None)
    for a in x:
        done = step(a, state if len(names) > 1 else state[0], w, held)
        state = [getattr(done, name) for name in names]
        found.append(done.h)
    return torch.stack(found)


class Way:
    """One way in which a model reads: as trained, with an experiment, or with a part of its cell removed.

    Args:
        model: with one layer.
        key: of an experiment, or of `experiments.REMOVED`; "" as it was trained.
    """

    def __init__(self, model: Reader, key: str = "") -> None:
        if model.spec.num_layers != 1:
            raise ValueError(f"a model that is held must have one layer: {model.spec.name} has {model.spec.num_layers}")
        self.model, self.key = model, key
        self.held: cells.Held = cells.as_computed
        self.weights = cells.weights(model.recurrent, "_l0")
        self.text = ""  # the holds, as a link has them
        if key == NO_OUTPUT_ACTIVATION:
            self.held = Unsquashed()
        elif key == NO_PEEPHOLES:
            self.weights = cut(self.weights)
        elif key:
            experiment = experiments.named(key)
            self.held, self.text = Holding(experiment.holds(model.spec.cell), 0), experiment.text(model.spec.cell)

    def __call__(self, ids: Tensor) -> Tensor:
        """h after each of the tokens (T, B): (T, B, H)."""
        contributed = cells.from_input(self.model.embedding(ids), self.weights)  # type: ignore[misc]  # it reads tokens
        return states(contributed, self.model.spec.cell, self.weights, self.held)


def ways(model: Reader) -> Iterator[Way]:
    """As it was trained, with each experiment for its cell, and without the parts that a hold cannot remove."""
    record = roles.of(model.spec.cell)
    yield Way(model)
    for one in experiments.of(model.spec.cell):
        yield Way(model, one.key)
    if record.apart:
        yield Way(model, NO_OUTPUT_ACTIVATION)
    if record.peepholes:
        yield Way(model, NO_PEEPHOLES)


@torch.inference_mode()
def right(way: Way, read: Sequence[tuple[Sequence[str], int]]) -> float:
    """The share of texts (words, label) whose label the model says after the last word."""
    encoded = sorted(((torch.tensor(way.model.vocabulary.encode(words)), label) for words, label in read), key=lambda pair: len(pair[0]))
    hits = 0
    for at in range(0, len(encoded), BATCH):
        ids, labels = zip(*encoded[at : at + BATCH])
        last = torch.tensor([len(one) - 1 for one in ids])
        h = way(pad_sequence(list(ids)))[last, torch.arange(len(ids))]
        hits += int((way.model.head(h).argmax(-1) == torch.tensor(labels)).sum())
    return hits / len(encoded)


def of_reviews(way: Way, tests: dict[str, list[tuple[tuple[str, ...], int]]]) -> dict[str, Any]:
    """The share of texts right, in each set and as the mean of the sets: as the card of a model has it."""
    sets = {name: right(way, read) for name, read in tests.items()}
    return {"score": round(sum(sets.values()) / len(sets), 4), "sets": {name: round(share, 4) for name, share in sets.items()}}


@torch.inference_mode()
def of_text(way: Way, held_out: str, window: int = texts.WINDOW) -> dict[str, Any]:
    """Nats per character of a text that is read whole, as the card has it; and in windows as long as those of training, each from a zero state."""
    ids = torch.tensor(way.model.vocabulary.encode(held_out))
    windows = ids.unfold(0, window + 1, window).T  # the last character of one is the first of the next
    nats = (cross_entropy(way.model.head(way(read[:-1])).flatten(0, 1), read[1:].flatten()).item() for read in (ids[:, None], windows))
    return dict(zip(("score", "in_windows"), (round(one, 4) for one in nats)))


def measure(data: Path, names: Sequence[str]) -> list[dict[str, Any]]:
    """One entry for each model and each way in which it reads.

    Args:
        data: a folder that holds the three sets and the text, anywhere.
        names: of shipped models.

    Raises:
        OSError, ValueError: the data are not there, or not those that a model learned from.
    """
    runs: list[dict[str, Any]] = []
    tests: dict[Path, Any] = {}
    for name in names:
        task, model = zoo.task(name), zoo.load(name)
        place = source(zoo.card(name), task, data)
        assert place is not None  # source says None of generated data alone
        if place not in tests:
            tests[place] = Sentiment(place).tests if task == "sentiment" else texts.split(texts.read(place)[0], texts.WINDOW)[1]
        for way in ways(model):
            found = of_reviews(way, tests[place]) if task == "sentiment" else of_text(way, tests[place])
            runs.append({"task": task, "model": name, "cell": model.spec.cell, "experiment": way.key, "holds": way.text} | found)
            print(json.dumps(runs[-1]), flush=True)
    return runs


def held_names() -> tuple[str, ...]:
    """The shipped models that are measured: those of sentiment and prose whose cell has gates to hold."""
    return tuple(
        name for task in TASKS for name in zoo.readers() if not zoo.is_own(name) and zoo.task(name) == task and experiments.of(zoo.load(name).spec.cell)
    )


def stored(data: Path) -> dict[str, Any]:
    """What is stored of all of them, see `gatelab.results`."""
    names = held_names()
    return {
        "command": "python -m gatelab.training.held --data FOLDER",
        "torch": torch.__version__,
        "question": "A gate of a trained model is held at 0 or 1 while it reads texts that training never saw: what is its score?",
        "scores": {"sentiment": "share of texts right, mean of the three sets", "prose": "nats per character"},
        "held_out": {task: next(zoo.card(name)["held_out"] for name in names if zoo.task(name) == task) for task in TASKS},
        "window": texts.WINDOW,
        "models": {name: fingerprint(name) for name in names},
        "runs": measure(data, names),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure all models and write the file; returns the exit code."""
    parser = Parser(prog="python -m gatelab.training.held", description=__doc__.partition(":")[0] + ".")
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="holds what the models learned from: the three sets, and the text")
    shipping.options(parser, "put the results into the package, in place of what is there")
    args = parser.parse_args(arguments)
    torch.set_num_threads(1)
    try:
        found = stored(args.data)
    except (OSError, ValueError) as error:
        print(f"gatelab.training.held: {error}", file=sys.stderr)
        return 2
    path = (results.RESULTS if args.ship else args.out / "results") / f"{results.HELD}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{path}: {len(found['runs'])} runs. {shipping.told(args.ship)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
