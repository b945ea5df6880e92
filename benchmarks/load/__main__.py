"""Many visitors at once against one real server on this machine: `make load`, or `python benchmarks/load room --students 100 --seconds 30`.

Each scenario is a module with a sentence (its docstring), `options(parser)`, and `run(args)`, which returns an `Outcome`. What came out
is kept in `benchmarks/results/`: `load-NAME.json` for each scenario, and `load.md`, a table of all.
"""

import argparse
import datetime
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import common
import fuzz
import hostile
import restart
import room
import sessions

SCENARIOS = {"room": room, "sessions": sessions, "fuzz": fuzz, "hostile": hostile, "restart": restart}
QUICK = {"students": 30, "seconds": 20, "rest": 35, "at_once": 10, "in_all": 60, "examples": 1000, "over_sockets": 400, "visitors": 10, "each": 3, "follow": 10}
RESULTS = Path(__file__).resolve().parents[1] / "results"


def run(name, args):
    """Run a scenario, print what came out and keep it where that is wanted; whether all targets were reached."""
    scenario = SCENARIOS[name]
    print(f"{name}: {scenario.__doc__.splitlines()[0]}\n{common.busy()}\n", flush=True)
    when, load = datetime.datetime.now(datetime.UTC), os.getloadavg()[0]
    outcome = scenario.run(args)
    common.table(("what", "measured"), outcome.figures.items())
    common.verdict(outcome.targets, check=False)
    for failure, count in outcome.failures.most_common(5):
        print(f"failed {count} times: {failure}\n")
    if args.keep:
        kept = {
            "scenario": scenario.__doc__.splitlines()[0],
            "command": " ".join(["python", "benchmarks/load", *sys.argv[1:]]),
            "date": f"{when:%Y-%m-%d}",
            "machine": common.machine(),
            "load before": round(load, 1),
            "figures": outcome.figures,
            "targets": [target._asdict() for target in outcome.targets],
            "failures": dict(outcome.failures),
        }
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"load-{name}.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        (RESULTS / "load.md").write_text(summary(), encoding="utf-8")
    return all(target.reached for target in outcome.targets)


def summary():
    """All that was kept, as Markdown."""
    lines = ["# Load", "", "What `make load` measured last; each line of a table is a target."]
    for path in sorted(RESULTS.glob("load-*.json")):
        kept = json.loads(path.read_text(encoding="utf-8"))
        lines += ["", f"## {kept['scenario']}", "", f"{kept['date']}, {kept['machine']}; load before the start {kept['load before']}. `{kept['command']}`", ""]
        lines += ["| target | wanted | measured | reached |", "|---|---|---|---|"]
        lines += [f"| {each['what']} | {each['wanted']} | {each['measured']} | {'yes' if each['reached'] else '**no**'} |" for each in kept["targets"]]
        lines += ["", "; ".join(f"{name}: {value}" for name, value in kept["figures"].items()) + "."]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"of {', '.join(SCENARIOS)} (default: all)")
    parser.add_argument("--keep", action="store_true", help="keep the results in benchmarks/results/")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a target was missed")
    parser.add_argument("--quick", action="store_true", help="a few visitors for a short time, to see that all of it works; in this way no target is measured")
    for scenario in SCENARIOS.values():
        scenario.options(parser)
    if "--quick" in sys.argv:
        parser.set_defaults(**QUICK)
    args = parser.parse_args()
    if unknown := set(args.scenarios) - SCENARIOS.keys():
        parser.error(f"there is no scenario {min(unknown)}")
    print(f"{common.machine()}\n", flush=True)
    reached = [run(name, args) for name in args.scenarios or SCENARIOS]
    return int(args.check and not all(reached))


if __name__ == "__main__":
    sys.exit(main())
