"""What a full trace costs: beside PyTorch's fused call, which keeps the gates to itself, and beside a loop over its cells.

All ways take turns, round by round, on one thread, as in the app; a ratio is the median of the rounds' ratios. Then one
appended character of a text model, in chains as typing makes them, after a short text and after a long one.
"""

import argparse
import statistics
import sys
import time

import common
import torch
from common import Target
from torch import nn

import gatelab

LENGTHS = (60, 1000, 5000)
FUSED, LOOP, APPENDED = 2, 3, 1.3  # at most, at least, at most
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
    """name -> a function that runs `module` over x in that way; all must agree on h."""
    ways = {"trace": lambda: gatelab.trace(module, x), "fused": lambda: fused(module, x), "LSTMCell": lambda: loop(cell_of_lstm, x)}
    cell_of_lstm = cell_of(lstm)
    if module is not lstm:
        own = cell_of(module)
        ways["GRUCell"] = lambda: loop(own, x)
    right = fused(module, x)
    torch.testing.assert_close(torch.from_numpy(gatelab.trace(module, x)["h"].copy()), right, rtol=1e-4, atol=1e-5)
    return ways


def timed(ways, seconds):
    """name -> seconds of each round; the ways take turns until the time is up, at least three rounds."""
    for way in ways.values():
        way()
    times = {name: [] for name in ways}
    until = time.perf_counter() + seconds
    while time.perf_counter() < until or len(times["trace"]) < 3:
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            times[name].append(time.perf_counter() - began)
    return times


def compare(args):
    """Print the costs of full traces; returns their targets."""
    lstm, gru = nn.LSTM(args.inputs, args.hidden), nn.GRU(args.inputs, args.hidden)
    rows, targets = [], []
    for module in (lstm, gru):
        for length in LENGTHS:
            times = timed(ways(module, lstm, torch.randn(length, args.inputs)), args.seconds)
            over_fused = common.median_ratio(times["trace"], times["fused"])
            loops = {name: common.median_ratio(times[name], times["trace"]) for name in ("LSTMCell", "GRUCell") if name in times}
            median = {name: f"{1000 * statistics.median(seconds):.2f} ms" for name, seconds in times.items()}
            what = f"nn.{type(module).__name__}, T = {length:,}"
            rows.append((what, len(times["trace"]), median["trace"], median["fused"], median["LSTMCell"], median.get("GRUCell", ""),
                         f"{over_fused:.2f}", f"{loops['LSTMCell']:.1f}", f"{loops['GRUCell']:.1f}" if "GRUCell" in loops else ""))  # fmt: skip
            targets += [
                Target(f"{what}: trace / fused", f"at most {FUSED}", f"{over_fused:.2f}", over_fused <= FUSED),
                Target(f"{what}: LSTMCell loop / trace", f"at least {LOOP}", f"{loops['LSTMCell']:.1f}", loops["LSTMCell"] >= LOOP),
            ]
    common.table(("full trace", "rounds", "trace", "fused", "LSTMCell loop", "GRUCell loop",
                  "trace / fused", "LSTMCell / trace", "GRUCell / trace"), rows)  # fmt: skip
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
    common.table(
        ("one appended character", "characters", "median", "p95"),
        [
            (f"{args.model}, T = {length:,}", len(seconds), f"{median[length]:.0f} µs", f"{1e6 * common.percentile(seconds, 95):.0f} µs")
            for length, seconds in times.items()
        ],
    )
    ratio = median[LONG] / median[SHORT]
    return [Target(f"appended at T = {LONG:,} / at {SHORT}", f"at most {APPENDED}", f"{ratio:.2f}", ratio <= APPENDED)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hidden", type=int, default=128, metavar="H", help="units (default: %(default)s)")
    parser.add_argument("--inputs", type=int, default=128, metavar="D", help="input size (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=10, help="for each cell and length (default: %(default)s)")
    parser.add_argument("--model", default="prose-lstm", help="that reads the appended characters (default: %(default)s)")
    parser.add_argument("--chains", type=int, default=25, help=f"of {CHAIN} appended characters each (default: %(default)s)")
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
