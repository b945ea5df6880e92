"""What a training step of each cell costs: the time trial of the Compare page, over every family of shipped models.

Each trial is what a visitor gets who presses the button: fresh models of the same spec take turns, another order each round; a ratio
is taken within each round. `--ship` puts the results into the package, for the Claims page.
"""

import argparse
import json
import sys

import common
import torch

from gatelab import results, trial, zoo
from gatelab.training import shipping


def measured(task, names, budget):
    """One trial: an entry for each model of a family, times in milliseconds, ratios to the LSTM."""
    laps = list(trial.rounds([zoo.load(name) for name in names], trial.training, budget=budget))
    found = trial.results(laps, f"{task}-lstm")
    return [
        {
            "task": task,
            "cell": zoo.load(one.model).spec.cell,
            "rounds": one.rounds,
            "milliseconds": float(f"{1000 * one.median:.3g}"),
            "ratio": round(one.ratio, 3),
            "interval": [round(end, 3) for end in one.interval or ()],
        }
        for one in found
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=trial.BUDGET, help="for each family (default: %(default)s)")
    shipping.options(parser, "put the results into the package, in place of what is there")
    args = parser.parse_args()
    torch.set_num_threads(1)
    print(f"{common.machine()}; {common.busy()}\n")
    entries = []
    for task, names in zoo.families().items():
        entries += measured(task, [name for name in names if not zoo.matched(name)], args.seconds)
    rows = [(one["task"], one["cell"], one["rounds"], f"{one['milliseconds']} ms", one["ratio"], " to ".join(map(str, one["interval"]))) for one in entries]
    common.table(("task", "cell", "rounds", "a training step", "× LSTM", "95 %"), rows)
    about = {
        "command": "python benchmarks/trial.py",
        "torch": torch.__version__,
        "steps": trial.STEPS,
        "batch": trial.BATCH,
        "ways": {one["cell"]: trial.way(one["cell"]) for one in entries},
        "trials": entries,
    }
    path = (results.RESULTS if args.ship else args.out) / f"{results.TIMES}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{path}: {len(entries)} trials. {shipping.told(args.ship)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
