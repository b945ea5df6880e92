"""Small experiments that answer one question each: `python -m gatelab.training.studies forecast` makes its results, `--ship` stores them.

A run that is there already, with the same options, is not made again. The models are not shipped: only what was measured of them is.
"""

import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from gatelab import results, zoo
from gatelab.networks import EncoderDecoder
from gatelab.text import START, fold, tokenize
from gatelab.training import __main__ as training
from gatelab.training import dates, made, shipping
from gatelab.training.commandline import Parser
from gatelab.training.forecast import SERIES

SEEDS = (0, 1, 2)
BIASES = (0, 1)
STEPS = (1000, 2000, 4000)
FORCED = ("dates-none", "dates-additive")


def card(out: Path, name: str, words: Sequence[object]) -> dict[str, Any]:
    """The card of one training run, which is made unless just that run is there.

    Args:
        out: the folder that holds a folder of each run.
        name: of the run's folder.
        words: what stands behind `python -m gatelab.training`.

    Raises:
        SystemExit: training failed, and has said why.
    """
    wanted = training.parse([*map(str, words), "--out", str(out / name)])
    path = out / name / f"{wanted.task}-{wanted.cell}.json"
    if (not path.exists() or made.other(path, wanted)) and (code := training.make(wanted, replace=True)):
        sys.exit(code)
    return json.loads(path.read_text(encoding="utf-8"))


def forecast(out: Path) -> dict[str, Any]:
    """An LSTM on a series with nothing to learn but "the same again", and on one with more: each run's error, its lags and one example."""
    runs = []
    for kind in SERIES:
        for seed in SEEDS:
            made = card(out, f"forecast-{kind}-seed{seed}", ["forecast", "--series", kind, "--seed", seed])
            runs.append({"series": kind, "seed": seed} | {key: made[key] for key in ("score", "curve", "example", "command")})
    return {"question": "An LSTM foretells the next number of a series: is it better than repeating the last number?", "runs": runs}


def forget_bias(out: Path) -> dict[str, Any]:
    """The adding problem with the bias of the forget gate at 0 or at 1 before training, after more and more training steps."""
    runs = []
    for steps in STEPS:
        for bias in BIASES:
            for seed in SEEDS:
                made = card(out, f"adding-bias{bias}-steps{steps}-seed{seed}", ["adding", "--forget-bias", bias, "--steps", steps, "--seed", seed])
                runs.append({"bias": bias, "steps": steps, "seed": seed, "score": made["score"], "command": made["command"]})
    return {"question": "An LSTM learns to add two marked numbers among 100: does it learn sooner if its forget gates begin open?", "runs": runs}


def forcing(out: Path) -> dict[str, Any]:
    """Date models that are given one wrong digit, on dates that training never saw: how often all that comes after it is right.

    For each model and digit: as "own" with the model's own writing read back, as "fed" with the right characters.
    """
    held_out = [(source, target) for source, (target,) in dates.pairs(count=1).held_out]  # they are the same, however many pairs there are to learn from
    found = {name: after(zoo.load(name), held_out) for name in FORCED}
    runs = [{"model": name, "place": place, "own": own, "fed": fed} for name, places in found.items() for place, (own, fed) in places.items()]
    about = {"question": "A date model is given one wrong digit: is all that comes after it still right?", "count": len(held_out)}
    return about | {"models": {name: fingerprint(name) for name in FORCED}, "runs": runs}


def fingerprint(name: str) -> str:
    """The SHA-256 of a shipped model's checkpoint."""
    return hashlib.sha256((zoo.ZOO / f"{name}.safetensors").read_bytes()).hexdigest()


@torch.inference_mode()
def after(model: EncoderDecoder, pairs: Sequence[tuple[str, str]]) -> dict[int, tuple[float, float]]:
    """How often everything behind a wrong digit is right.

    Args:
        model: an `EncoderDecoder` that writes dates.
        pairs: (source, target), the target "YYYY-MM-DD".

    Returns:
        The place of each digit but the last, from 0 -> two shares of the pairs, in [0, 1]. At that place the digit that is higher by one
        is put in place of what the model writes; then the model reads its own writing, or the right characters.
    """
    right: dict[int, tuple[list[bool], list[bool]]] = {place: ([], []) for place, letter in enumerate("YYYY-MM-D") if letter != "-"}
    for source, target in pairs:
        read = model.source.encode(map(fold, tokenize(source, model.spec.unit)))
        encoded = model.encode(torch.tensor(read)[:, None])
        fed = _written(model, encoded, target, given=dict(enumerate(target)))
        for place, (own, corrected) in right.items():
            wrong = {place: str((int(target[place]) + 1) % 10)}
            own.append(_written(model, encoded, target, wrong)[place + 1 :] == target[place + 1 :])
            corrected.append(fed[place + 1 :] == target[place + 1 :])
    return {place: (_share(own), _share(corrected)) for place, (own, corrected) in right.items()}


def _share(right):
    return round(sum(right) / len(right), 4)


def _written(model, encoded, target, given):
    """As many characters as the target has; where a place is among those that are given, the next step reads that character."""
    states, s, keys = encoded
    before, said = START, ""
    for place in range(len(target)):
        token = model.target_embedding(torch.tensor([model.target.ids[before]]))
        s, context = model.step(token, s, states, keys)
        said += model.target.tokens[model.score(torch.cat((s, context, token), -1)).argmax().item()]
        before = given.get(place, said[-1])
    return said


STUDIES = {"forecast": forecast, "forget-bias": forget_bias, "forcing": forcing}


def main(arguments: Sequence[str] | None = None) -> int:
    """Make a study's results; returns the exit code."""
    parser = Parser(prog="python -m gatelab.training.studies", description=__doc__.split("\n")[0])
    parser.add_argument("study", choices=STUDIES)
    shipping.options(parser, "put the results into the package, in place of what is there")
    args = parser.parse_args(arguments)
    found = STUDIES[args.study](args.out)
    path = (results.STUDIES if args.ship else args.out / "studies") / f"{args.study}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    stored = {"study": args.study, "command": f"python -m gatelab.training.studies {args.study}", "torch": torch.__version__} | found
    path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    print(f"{path}: {len(found['runs'])} runs. {shipping.told(args.ship)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
