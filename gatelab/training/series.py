"""Every cell of a task over several seeds: `python -m gatelab.training.series recall` makes its stored results and its models.

A run that is there already is not made again, so an interrupted series goes on where it stopped.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

import torch

from gatelab.cells import CELLS
from gatelab.results import RESULTS
from gatelab.training import __main__ as training
from gatelab.training.probes import PROBES
from gatelab.training.sentiment import Sentiment
from gatelab.zoo import ZOO

FAMILY = ("rnn", "lstm", "peephole", "coupled", "gru")
"""The five cells that every task is trained with."""

TASKS = {"sentiment": Sentiment, **PROBES}

DELAYS = (10, 25, 50, 100)
"""Longest delays of the recall probe, one training run each; the last one makes the shipped model."""


def parse(arguments):
    """The command line's options."""
    parser = argparse.ArgumentParser(prog="python -m gatelab.training.series", description=__doc__.split("\n")[0])
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--cells", nargs="+", default=list(FAMILY), choices=list(CELLS))
    parser.add_argument("--sizes", nargs="+", default=["hidden"], choices=["hidden", "parameters"],
                        help="the same H for every cell, as many parameters as the LSTM, or both")  # fmt: skip
    parser.add_argument("--data", type=Path, metavar="DIR", help="of sentiment: the folder with the three sets")
    parser.add_argument("--out", type=Path, default=Path("checkpoints"), metavar="DIR", help="for the runs (default: %(default)s)")
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="DIR", help="for the results (default: inside the package)")
    parser.add_argument("--zoo", type=Path, default=ZOO, metavar="DIR", help="for each cell's best model (default: inside the package)")
    parser.add_argument("--steps", type=int, help="training steps of every run (default: the task's own)")
    return parser.parse_args(arguments)


def variants(task):
    """Further options of the runs that make one curve; the last one's model ships."""
    return [["--longest", str(longest)] for longest in DELAYS] if task == "recall" else [[]]


def train(args, cell, seed, size, variant):
    """The card of one run, which is made if it is not there; the checkpoint lies beside it.

    Raises:
        SystemExit: training failed, and has said why.
    """
    out = args.out / "-".join([args.task, size, f"seed{seed}", *variant[1:]])
    name = f"{args.task}-{cell}" + ("-matched" if size == "parameters" else "")
    path = out / f"{name}.json"
    if not path.exists():
        given = ["--data", str(args.data)] if args.data else []
        given += ["--steps", str(args.steps)] if args.steps is not None else []
        given += ["--matched"] if size == "parameters" else []
        if code := training.main([args.task, "--cell", cell, "--seed", str(seed), "--out", str(out), *given, *variant]):
            sys.exit(code)
    return path, json.loads(path.read_text(encoding="utf-8"))


def run(args, cell, seed, size):
    """One entry of the results, and the path of the card whose model may ship."""
    made = [train(args, cell, seed, size, variant) for variant in variants(args.task)]
    path, card = made[-1]
    curve = [[card["curve_at"], card["score"]] for _, card in made] if len(made) > 1 else card["curve"]
    entry = {"cell": cell, "seed": seed, "size": size, "hidden_size": card["hidden_size"], "parameters": card["parameters"],
             "minutes": round(sum(card["training_minutes"] for _, card in made), 1), "score": card["score"], "curve": curve,
             "command": card["command"]}  # fmt: skip
    return entry | ({"sets": card["sets"]} if "sets" in card else {}), path


def ship(args, entries, paths):
    """Copy the best of a cell's models to the zoo; its card tells how all seeds did."""
    best = (min if TASKS[args.task].lower_is_better else max)(range(len(entries)), key=lambda k: entries[k]["score"])
    card = json.loads(paths[best].read_text(encoding="utf-8"))
    card["chosen"] = f"the best of seeds {', '.join(str(entry['seed']) for entry in entries)}"
    card["score_by_seed"] = {str(entry["seed"]): entry["score"] for entry in entries}
    args.zoo.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(paths[best].with_suffix(".safetensors"), args.zoo / f"{card['name']}.safetensors")
    (args.zoo / f"{card['name']}.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def command(args):
    """The command line that makes the same again."""
    parts = ["python -m gatelab.training.series", args.task, "--seeds", *map(str, args.seeds), "--sizes", *args.sizes]
    parts += ["--cells", *args.cells] if args.cells != list(FAMILY) else []
    return " ".join([*parts, *(["--data", args.data.name] if args.data else []), *(["--steps", str(args.steps)] if args.steps else [])])


def main(arguments=None):
    """Make, or go on making, a task's results and models; returns the exit code."""
    args = parse(arguments)
    entries = []
    for seed in args.seeds:  # a whole family before the next seed, so that what is there early can be looked at
        for size in args.sizes:
            for cell in args.cells:
                if size == "parameters" and cell == "lstm":
                    continue  # it is the measure of the others
                entries.append(run(args, cell, seed, size))
    for size in args.sizes:
        for cell in args.cells:
            mine = [(entry, path) for entry, path in entries if (entry["cell"], entry["size"]) == (cell, size)]
            if mine:
                ship(args, *zip(*mine))
    about = TASKS[args.task]
    stored = {"task": args.task, "title": about.title, "question": about.question, "x": about.x, "y": about.y, "score": about.scored,
              "chance": about.chance, "trained_to": about.trained_to, "command": command(args), "seeds": args.seeds,
              "torch": torch.__version__, "runs": [entry for entry, _ in entries]}  # fmt: skip
    if args.results == RESULTS and not set(FAMILY) <= set(args.cells):
        print("The stored results stay as they are: they hold all five cells (--results DIR stores these elsewhere).")
        return 0
    args.results.mkdir(parents=True, exist_ok=True)
    (args.results / f"{args.task}.json").write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
