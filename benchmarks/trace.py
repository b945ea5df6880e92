"""What a full trace costs: beside PyTorch's fused call, which keeps the gates to itself, and a loop over its cells.

All ways take turns, round by round, on one thread, as in the app; a turn is as many calls as fit in 20 ms, so that each
way finds its own data in the caches; a ratio is the median of the rounds' ratios. Then one appended character of a text model, in chains as typing makes them, after a short text and after a long one.
"""

import argparse
import itertools
import statistics
import sys
import time

import common
import torch
from common import Target
from torch import nn

import gatelab

LENGTHS = (60, 1000, 5000)
WAYS = ("trace", "fused", "LSTMCell loop", "GRUCell loop")
FUSED, LOOP, APPENDED = 2, 3, 1.3  # at most, at least, at most
TURN = 0.02  # seconds
SHORT, LONG, CHAIN = 50, 5000, 20  # characters before the first appended one, characters appended in a row


def loop(cell, x):
    """h of every step by a plain Python loop over a cell."""
    with torch.inference_mode():
        state, outputs = None, []
        for t in range(len(x)):
            state = cell(x[t], state)
            outputs.append(state[0] if isinstance(state, tuple) else state)
        return torch.stack(outputs)


def fused(module, x):
    """h of every step by the fused call."""
    with torch.inference_mode():
        return module(x)[0]


def cell_of(module):
    """The `nn.LSTMCell` or `nn.GRUCell` with the weights of a module."""
    cell = (nn.LSTMCell if isinstance(module, nn.LSTM) else nn.GRUCell)(module.input_size, module.hidden_size)
    cell.load_state_dict({name.removesuffix("_l0"): weight for name, weight in module.state_dict().items()})
    return cell


def ways(module, lstm, x):
    """name -> a function that runs `module` over x in that way; the LSTMCell loop runs `lstm`, whatever the module is.

    Raises:
        AssertionError: the ways do not agree on h.
    """
    lstm_cell, own_cell = cell_of(lstm), cell_of(module)
    h = fused(module, x)
    for other in (torch.tensor(gatelab.trace(module, x)["h"]), loop(own_cell, x)):
        torch.testing.assert_close(other, h, rtol=1e-4, atol=1e-5)
    ways = {
        "trace": lambda: gatelab.trace(module, x),
        "fused": lambda: fused(module, x),
        "LSTMCell loop": lambda: loop(lstm_cell, x),
    }
    return ways if module is lstm else ways | {"GRUCell loop": lambda: loop(own_cell, x)}


def timed(ways, seconds):
    """name -> seconds of a call in each round; the ways take turns until the time is up, at least three rounds."""
    for way in ways.values():
        way()
    times = {name: [] for name in ways}
    until = time.perf_counter() + seconds
    while time.perf_counter() < until or len(times["trace"]) < 3:
        for name, way in ways.items():
            times[name].append(turn(way))
    return times


def turn(way):
    """Mean seconds of a call, over as many calls as fit in `TURN`, at least one."""
    began, calls = time.perf_counter(), 0
    while calls == 0 or time.perf_counter() - began < TURN:
        way()
        calls += 1
    return (time.perf_counter() - began) / calls


def compare(args):
    """Print the costs of full traces; returns their targets."""
    lstm, gru = nn.LSTM(args.inputs, args.hidden), nn.GRU(args.inputs, args.hidden)
    rows, targets = [], []
    for module, length in itertools.product((lstm, gru), LENGTHS):
        times = timed(ways(module, lstm, torch.randn(length, args.inputs)), args.seconds)
        what = f"nn.{type(module).__name__}, T = {length:,}"
        medians = [f"{1000 * statistics.median(times[name]):.2f} ms" if name in times else "" for name in WAYS]
        over_fused = common.median_ratio(times["trace"], times["fused"])
        over_loops = {name: common.median_ratio(times[name], times["trace"]) for name in WAYS[2:] if name in times}
        ratios = [f"{ratio:.2f}" for ratio in (over_fused, *over_loops.values())]
        rows.append((what, len(times["trace"]), *medians, *ratios, *[""] * (3 - len(ratios))))
        faster = over_loops["LSTMCell loop"]
        targets += [
            Target(f"{what}: trace / fused", f"at most {FUSED}", f"{over_fused:.2f}", over_fused <= FUSED),
            Target(f"{what}: LSTMCell loop / trace", f"at least {LOOP}", f"{faster:.2f}", faster >= LOOP),
        ]
    common.table(("full trace", "rounds", *WAYS, "trace / fused", "LSTMCell / trace", "GRUCell / trace"), rows)
    return targets


def appended(trace, more):
    """Seconds of each character of `more`, appended one after the other."""
    times = []
    for character in more:
        began = time.perf_counter()
        trace = trace.extend(character)
        times.append(time.perf_counter() - began)
    return times


def compare_appended(args):
    """Print the cost of one appended character after a short and a long text; returns its target."""
    model = gatelab.load(args.model)
    text = common.prose(LONG + CHAIN)
    times = {SHORT: [], LONG: []}
    for _ in range(args.chains):
        for length, seconds in times.items():
            seconds += appended(gatelab.trace(model, text[:length]), text[length : length + CHAIN])
    median = {length: 1e6 * statistics.median(seconds) for length, seconds in times.items()}
    p95 = {length: 1e6 * common.percentile(seconds, 95) for length, seconds in times.items()}
    common.table(
        ("one appended character", "characters", "median", "p95"),
        [(f"{args.model}, T = {length:,}", len(times[length]), f"{median[length]:.0f} µs", f"{p95[length]:.0f} µs") for length in times],
    )
    ratio = median[LONG] / median[SHORT]
    return [Target(f"appended at T = {LONG:,} / at {SHORT}", f"at most {APPENDED}", f"{ratio:.2f}", ratio <= APPENDED)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hidden", type=int, default=128, metavar="H", help="units (default: %(default)s)")
    parser.add_argument("--inputs", type=int, default=32, metavar="D", help="input size (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=10, help="for each cell and length (default: %(default)s)")
    parser.add_argument("--model", default="prose-lstm", help="reads the appended characters (default: %(default)s)")
    parser.add_argument("--chains", type=int, default=25, help=f"of {CHAIN} appended characters (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="of PyTorch (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a target was missed")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    print(f"{common.machine()}; {common.busy()}")
    print(f"H = {args.hidden}, D = {args.inputs}, float32, {args.threads} thread(s) of PyTorch\n")
    return common.verdict(compare(args) + compare_appended(args), args.check)


if __name__ == "__main__":
    sys.exit(main())
