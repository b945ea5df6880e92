"""Every cell of a task over several seeds: `python -m gatelab.training.series recall` makes its results and its models, `--ship` stores them.

A run that is there already, with the same options and data, is not made again, so an interrupted series goes on where it stopped.
"""

import argparse
import json
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from gatelab.cells import CELLS
from gatelab.results import RESULTS
from gatelab.training import __main__ as training
from gatelab.training import made, sentiment, shipping
from gatelab.training.commandline import Parser
from gatelab.training.probes import PROBES
from gatelab.zoo import ZOO

FAMILY = ("rnn", "lstm", "peephole", "coupled", "gru")
"""The five cells that every task is trained with."""

TASKS: Mapping[str, Any] = {"sentiment": sentiment.Sentiment, **PROBES}

DELAYS = (10, 25, 50, 100)
"""Longest delays of the recall probe, one training run each; the last one makes the best model."""


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line's options."""
    parser = Parser(prog="python -m gatelab.training.series", description=__doc__.split("\n")[0])
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--cells", nargs="+", default=list(FAMILY), choices=list(CELLS))
    parser.add_argument(
        "--sizes", nargs="+", default=["hidden"], choices=["hidden", "parameters"], help="the same H for every cell, as many parameters as the LSTM, or both"
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="of sentiment: the folder with the three sets")
    parser.add_argument("--steps", type=int, help="training steps of every run (default: the task's own)")
    shipping.options(parser, "put the results and each cell's best model into the package, in place of what is there")
    return parser.parse_args(arguments)


def variants(task: str) -> list[list[str]]:
    """Further options of the runs that make one curve; the last one's model may ship."""
    return [["--longest", str(longest)] for longest in DELAYS] if task == "recall" else [[]]


def train(args: argparse.Namespace, cell: str, seed: int, size: str, variant: Sequence[str]) -> tuple[Path, dict[str, Any]]:
    """The card of one run, which is made unless just that run is there; the checkpoint lies beside it.

    Raises:
        SystemExit: training failed, and has said why.
    """
    out = args.out / "-".join([args.task, size, f"seed{seed}", *variant[1:]])
    given = ["--data", str(args.data)] if args.data else []
    given += ["--steps", str(args.steps)] if args.steps is not None else []
    given += ["--matched"] if size == "parameters" else []
    wanted = training.parse([args.task, "--cell", cell, "--seed", str(seed), "--out", str(out), *given, *variant])
    path = out / (f"{args.task}-{cell}" + ("-matched" if size == "parameters" else "") + ".json")
    why = made.other(path, wanted) if path.exists() else "it is not there"
    if why:
        if path.exists():
            print(f"{path} is made anew: {why}.", flush=True)
        if code := training.make(wanted, replace=True):
            sys.exit(code)
    return path, json.loads(path.read_text(encoding="utf-8"))


def run(args: argparse.Namespace, cell: str, seed: int, size: str) -> tuple[dict[str, Any], Path]:
    """One entry of the results, and the path of the card whose model may ship."""
    found = [train(args, cell, seed, size, variant) for variant in variants(args.task)]
    path, card = found[-1]
    curve = [[card["curve_at"], card["score"]] for _, card in found] if len(found) > 1 else card["curve"]
    entry = {
        "cell": cell,
        "seed": seed,
        "size": size,
        "hidden_size": card["hidden_size"],
        "parameters": card["parameters"],
        "minutes": round(sum(card["training_minutes"] for _, card in found), 1),
        "score": card["score"],
        "curve": curve,
        "command": card["command"],
    }
    return entry | ({"sets": card["sets"]} if "sets" in card else {}), path


def keep_best(task: str, entries: Sequence[dict[str, Any]], paths: Sequence[Path], zoo: Path) -> None:
    """Copy the best of a cell's models to a folder; its card tells how all seeds did."""
    best = (min if TASKS[task].lower_is_better else max)(range(len(entries)), key=lambda k: entries[k]["score"])
    card = json.loads(paths[best].read_text(encoding="utf-8"))
    card["chosen"] = f"the best of seeds {', '.join(str(entry['seed']) for entry in entries)}"
    card["score_by_seed"] = {str(entry["seed"]): entry["score"] for entry in entries}
    shutil.copyfile(paths[best].with_suffix(".safetensors"), zoo / f"{card['name']}.safetensors")
    (zoo / f"{card['name']}.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def command(args: argparse.Namespace) -> str:
    """The command line that makes the same again."""
    parts = ["python", "-m", "gatelab.training.series", args.task, "--seeds", *map(str, args.seeds), "--sizes", *args.sizes]
    parts += ["--cells", *args.cells] if args.cells != list(FAMILY) else []
    return shlex.join([*parts, *(["--data", args.data.name] if args.data else []), *(["--steps", str(args.steps)] if args.steps else [])])


def main(arguments: Sequence[str] | None = None) -> int:
    """Make, or go on making, a task's results and models; returns the exit code."""
    args = parse(arguments)
    # a whole family before the next seed, so that what is there early can be looked at; with equal parameters the LSTM is the measure of the others
    wanted = [(cell, seed, size) for seed in args.seeds for size in args.sizes for cell in args.cells if (size, cell) != ("parameters", "lstm")]
    entries = []
    for k, (cell, seed, size) in enumerate(wanted):
        print(f"Run {k + 1} of {len(wanted)}: {args.task}, {cell}, seed {seed}, equal {'units' if size == 'hidden' else size}.", flush=True)
        entries.append(run(args, cell, seed, size))
    store(args, entries)
    return 0


def store(args: argparse.Namespace, entries: list[tuple[dict[str, Any], Path]]) -> None:
    """Write the results and each cell's best model, outside the package or into it, and say where."""
    results, zoo = (RESULTS, ZOO) if args.ship else (args.out / "results", args.out / "zoo")
    for folder in (results, zoo):
        folder.mkdir(parents=True, exist_ok=True)
    kinds = list(dict.fromkeys((entry["cell"], entry["size"]) for entry, _ in entries))
    for kind in kinds:
        runs, cards = zip(*((entry, path) for entry, path in entries if (entry["cell"], entry["size"]) == kind))
        keep_best(args.task, runs, cards, zoo)
    about, path = TASKS[args.task], results / f"{args.task}.json"
    stored = {
        "task": args.task,
        "title": about.title,
        "question": about.question,
        "x": about.x,
        "y": about.y,
        "score": about.scored,
        "chance": about.chance,
        "trained_to": about.trained_to,
        "command": command(args),
        "seeds": args.seeds,
        "torch": torch.__version__,
        "runs": [entry for entry, _ in entries],
    }
    if args.ship and not set(FAMILY) <= set(args.cells):
        print(f"{path} stays as it is: it holds all five cells, these are {len(args.cells)}.")
    else:
        path.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"{path}: {len(entries)} runs.")
    print(f"{zoo}: {len(kinds)} models, the best seed of each. {shipping.told(args.ship)}")


if __name__ == "__main__":
    sys.exit(main())
