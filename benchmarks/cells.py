"""What a training step of each cell costs: forward and backward, beside a plain loop over nn.LSTMCell and beside nn.LSTM.

All ways read the same random batch and have the same number of units. They take turns, round by round, in another order
each round, on one thread; a turn is one forward and one backward pass, which are timed apart. A ratio is the median of
the rounds' ratios, with an interval that holds it with 95 %. What is timed is code: where PyTorch has a call over all
steps a cell takes it, the others run their equations in Python.
"""

import argparse
import statistics
import sys
import time

import common
import torch
from common import Target
from torch import nn

from gatelab import Recurrent, trial
from gatelab.cells import CELLS

LOOP, FUSED = "loop over nn.LSTMCell", "nn.LSTM"
OVER_LOOP = 4  # at most, for every cell
SETTINGS = ((64, 32, 32, 128), (64, 64, 8, 16))  # T, B, D, H: of the prose models, and of the probes
WARM = 2  # rounds before those that count


class Loop(nn.Module):
    """What anybody would write: a Python loop over a cell of PyTorch."""

    def __init__(self, inputs, hidden):
        super().__init__()
        self.cell = nn.LSTMCell(inputs, hidden)

    def forward(self, x):
        state, outputs = None, []
        for a in x:
            state = self.cell(a, state)
            outputs.append(state[0])
        return torch.stack(outputs), state


def ways(inputs, hidden):
    """name -> a module; the three LSTMs have the same weights."""
    modules = {LOOP: Loop(inputs, hidden), FUSED: nn.LSTM(inputs, hidden)} | {cell: Recurrent(cell, inputs, hidden) for cell in CELLS}
    weights = modules[FUSED].state_dict()
    modules["lstm"].load_state_dict(weights)
    modules[LOOP].cell.load_state_dict({name.removesuffix("_l0"): weight for name, weight in weights.items()})
    return modules


def step(module, x):
    """Seconds of the forward and of the backward pass."""
    module.zero_grad()
    began = time.perf_counter()
    loss = module(x)[0].square().mean()
    between = time.perf_counter()
    loss.backward()
    return between - began, time.perf_counter() - between


def check(modules, x):
    """Refuse to compare what is not the same: outputs and gradients of the three LSTMs.

    Raises:
        AssertionError: they differ.
    """
    for name in (LOOP, FUSED, "lstm"):
        step(modules[name], x)
    expected = [p.grad for p in modules[FUSED].parameters()]
    for other in (LOOP, "lstm"):
        torch.testing.assert_close(modules[other](x)[0], modules[FUSED](x)[0], rtol=1e-4, atol=1e-5)
        for mine, theirs in zip(modules[other].parameters(), expected, strict=True):
            torch.testing.assert_close(mine.grad, theirs, rtol=1e-3, atol=1e-6)


def measured(modules, x, rounds):
    """name -> (forward, backward) seconds of each round."""
    times = {name: [] for name in modules}
    for number in range(-WARM, rounds):
        for name in trial.order(list(modules), number + WARM):
            took = step(modules[name], x)
            if number >= 0:
                times[name].append(took)
    return times


def spread(seconds):
    """The middle half of some times, in milliseconds."""
    low, _, high = statistics.quantiles(seconds, n=4, method="inclusive")
    return f"{1000 * low:.1f} to {1000 * high:.1f}"


def ratio(over, under):
    """The median of the rounds' ratios, and its interval as text."""
    ratios = [a / b for a, b in zip(over, under, strict=True)]
    found = trial.interval(ratios)
    return statistics.median(ratios), "" if found is None else f" ({found[0]:.2f} to {found[1]:.2f})"


def compare(setting, rounds):
    """Print the costs in one setting; returns their targets."""
    length, batch, inputs, hidden = setting
    modules, x = ways(inputs, hidden), torch.randn(length, batch, inputs)
    check(modules, x)
    times = measured(modules, x, rounds)
    whole = {name: [sum(took) for took in each] for name, each in times.items()}
    what = f"T = {length}, B = {batch}, D = {inputs}, H = {hidden}"
    rows, targets = [], []
    for name, each in times.items():
        forward, backward = (f"{1000 * statistics.median(part):.1f} ms" for part in zip(*each))
        (over_loop, near), (over_fused, _) = ratio(whole[name], whole[LOOP]), ratio(whole[name], whole[FUSED])
        parameters = f"{sum(p.numel() for p in modules[name].parameters()):,}"
        rows.append(
            (
                name,
                parameters,
                forward,
                backward,
                f"{1000 * statistics.median(whole[name]):.1f} ms",
                spread(whole[name]),
                f"{over_loop:.2f}{near if name != LOOP else ''}",
                f"{over_fused:.2f}",
            )
        )
        if name in CELLS:
            targets.append(Target(f"{name} / {LOOP}, H = {hidden}", f"at most {OVER_LOOP}", f"{over_loop:.2f}", over_loop <= OVER_LOOP))
    common.table((what, "parameters", "forward", "backward", "both", "middle half", "/ LSTMCell loop (95 %)", "/ nn.LSTM"), rows)
    return targets


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=61, help="in which everybody has a turn (default: %(default)s)")
    parser.add_argument(
        "--setting",
        type=int,
        nargs=4,
        metavar=("T", "B", "D", "H"),
        action="append",
        help="another work, in the place of those of the prose models and the probes",
    )
    parser.add_argument("--threads", type=int, default=1, help="of PyTorch (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a target was missed")
    args = parser.parse_args()
    if args.rounds < 2 or any(size < 1 for setting in args.setting or () for size in setting) or args.threads < 1:
        parser.error("rounds must be at least 2, every size and the threads at least 1")
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    print(f"{common.machine()}; {common.busy()}")
    print(f"float32, {args.threads} thread(s) of PyTorch, {args.rounds} rounds\n")
    targets = [target for setting in args.setting or SETTINGS for target in compare(setting, args.rounds)]
    return common.verdict(targets, args.check)


if __name__ == "__main__":
    sys.exit(main())
