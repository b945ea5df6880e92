"""One update of an LSTM: the engine in the page (run by Node) over PyTorch on one thread, in turns. `python benchmarks/learning.py`

Both learn the same task (recall) with Adam; a turn of one follows a turn of the other, so that what else the machine does meets both.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import common  # noqa: F401 (finds the package)
import torch

from gatelab.networks import ModelSpec, Reader

ROOT = Path(__file__).parents[1]
SIZES = {"H = 3, T = 50": (3, 50), "H = 16, T = 100": (16, 100)}
BATCH = 32
NODE = """
import { Learner } from "ENGINE/learner.js";
import { Task } from "ENGINE/tasks.js";
const [units, steps, batch, updates] = JSON.parse(process.argv[1]);
const task = new Task({ task: "parity", length: steps });
const learner = new Learner(task.spec({ cell: "lstm", units, layers: 1 }), { seed: 1, rate: 0.01, clip: 1 });
const strings = task.batch(batch, 1, 1);
for (let k = 0; k < updates; k += 1) learner.update(strings); // warm
process.stdout.write("ready\\n");
process.stdin.on("data", () => {
  const began = performance.now();
  for (let k = 0; k < updates; k += 1) learner.update(strings);
  process.stdout.write(`${(performance.now() - began) / updates}\\n`);
});
"""


def torch_update(units: int, steps: int):
    """A function that makes one update of the same sizes."""
    torch.set_num_threads(1)
    model = Reader(ModelSpec("timed", "lstm", ("\N{REPLACEMENT CHARACTER}", "0", "1"), 2, units, outputs=("even", "odd")))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    ids, targets = torch.randint(1, 3, (steps, BATCH)), torch.randint(2, (BATCH,))

    def update():
        loss = torch.nn.functional.cross_entropy(model(ids)[-1], targets)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1)
        optimizer.step()

    return update


def main() -> None:
    """Print a row for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--updates", type=int, default=20, help="in a turn (default: %(default)s)")
    args = parser.parse_args()
    engine = (ROOT / "gatelab" / "live" / "static" / "engine").as_uri()
    for name, (units, steps) in SIZES.items():
        program = NODE.replace("ENGINE", engine)
        command = ["node", "--input-type=module", "-e", program, json.dumps([units, steps, BATCH, args.updates])]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as node:
            assert node.stdin and node.stdout
            node.stdout.readline()
            update = torch_update(units, steps)
            for _ in range(args.updates):
                update()
            pairs = []
            for _ in range(args.rounds):
                node.stdin.write("go\n")
                node.stdin.flush()
                page = float(node.stdout.readline())
                began = time.perf_counter()
                for _ in range(args.updates):
                    update()
                pairs.append((page, (time.perf_counter() - began) * 1000 / args.updates))
            node.stdin.close()
        page, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratio = statistics.median(one / other for one, other in pairs)
        print(f"LSTM, {name}, batch {BATCH}: page {page:.2f} ms, PyTorch {ours:.2f} ms, ratio {ratio:.2f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
