"""What the network in the page costs (gatelab/live/static/engine), by Node.js, beside the same work by gatelab in Python on one thread.

Each side does its works in turns, round by round, first the page's, then Python's. Node.js runs the same JavaScript engine as Chromium.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time

import common
import torch
from common import ROOT, Target

from gatelab import zoo
from gatelab.influence import influence
from gatelab.traces import trace

PROSE = common.prose(60)
SOURCE = "i do not want to read your long letter tonight"  # 10 words
MODELS = zoo.families()["prose"][:5]
WORKS = {
    "step": ("one LSTM step with all gates, H = 128", 0.2),
    "anew": ("60 LSTM steps anew", 12),
    "product": ("4,500 scores of a translation step", 2),
    "additive": ("a translation of 10 words, additive", 50),
    "beam": ("the same by a beam of 5", 200),
    "transformer": ("the same by the transformer", 50),
    "influence": ("influence of 60 characters, five models", 1500),
}
"""Work -> what it is, and the milliseconds that it may take."""


def in_the_page(rounds):
    """work -> milliseconds of each round."""
    given = json.dumps({"prose": PROSE, "source": SOURCE, "models": MODELS})
    command = ["node", str(ROOT / "benchmarks" / "engine.mjs"), str(rounds), str(zoo.ZOO)]
    return json.loads(subprocess.run(command, input=given, capture_output=True, text=True, check=True).stdout)


def in_python(rounds):
    """The same of Python."""
    lstm, additive, transformer = map(zoo.load, ("prose-lstm", "translate-additive", "translate-transformer"))
    embedding, seen = additive.target_embedding.weight, torch.full((additive.spec.embedding_size,), 0.5)
    held = trace(lstm, PROSE)
    works = {
        "step": lambda: held.revised(PROSE + "a"),
        "anew": lambda: trace(lstm, PROSE),
        "product": lambda: torch.nn.functional.linear(seen, embedding, additive.bias),
        "additive": lambda: trace(additive, SOURCE),
        "beam": lambda: trace(additive, SOURCE, beam=5),
        "transformer": lambda: trace(transformer, SOURCE),
        "influence": lambda: [influence(zoo.load(name), PROSE) for name in MODELS],
    }
    times = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            began = time.perf_counter()
            work()
            times[name].append(1000 * (time.perf_counter() - began))
    return times


def spread(times):
    """The middle half, in milliseconds."""
    low, _, high = statistics.quantiles(times, n=4, method="inclusive")
    return f"{low:.2f} to {high:.2f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=21, help="in which every work has a turn (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a target was missed")
    args = parser.parse_args()
    if args.rounds < 2:
        parser.error("rounds must be at least 2")
    torch.set_num_threads(1)
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    print(f"{common.machine()}, Node.js {node}; {common.busy()}\n")
    page, python = in_the_page(args.rounds), in_python(args.rounds)
    rows, targets = [], []
    for name, (what, most) in WORKS.items():
        median = statistics.median(page[name])
        rows.append((what, f"{median:.2f} ms", spread(page[name]), f"{statistics.median(python[name]):.2f} ms", spread(python[name])))
        targets.append(Target(what, f"at most {most} ms", f"{median:.2f} ms", median <= most))
    common.table(("work", "in the page", "middle half", "in Python", "middle half"), rows)
    return common.verdict(targets, args.check)


if __name__ == "__main__":
    sys.exit(main())
