"""What a caption claims of a unit, counted: "c rises at 43 of the 49 letters that follow a letter"; in static/kit/caption.js for the text on the screen.

A claim is an entry of zoo/openings.json: {"name": "c", "is": "above", "than": 0, "at": a place of `PLACES`, "held_out": [held, all]},
the last as `main` prints it.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from gatelab.training import units
from gatelab.training.commandline import Parser
from gatelab.zoo import opening

PLACES = {
    "letters that follow a letter": lambda of: _so_far(of) > 1,
    "first letters of a word": lambda of: _so_far(of) == 1,
    "first and second letters of a word": lambda of: (_so_far(of) == 1) | (_so_far(of) == 2),
    "letters from the fifth of a word on": lambda of: _so_far(of) > 4,
    "letters inside an _emphasis_": lambda of: (_so_far(of) > 0) & of["in _emphasis_"][0],
    "letters outside": lambda of: (_so_far(of) > 0) & ~of["in _emphasis_"][0],
    "punctuation marks": lambda of: of["characters since punctuation"][0] == 0,
    "other characters": lambda of: of["characters since punctuation"][0] > 0,
    "characters inside a comment": lambda of: of["inside a comment"][0],
    "characters outside": lambda of: ~of["inside a comment"][0],
    "words after which “positive” is the likelier answer": lambda of: of["probability of positive"][0] > 0.5,
    "words after which “negative” is the likelier answer": lambda of: of["probability of positive"][0] <= 0.5,
}
"""Where a claim is to hold, as it is said -> from the properties of a text (units.py) the steps that are meant, (T,) Booleans."""

TESTS = {
    "rises": lambda now, before, than: now > before,
    "above": lambda now, before, than: now > than,
    "below": lambda now, before, than: now < than,
}


def _so_far(of):
    return of["letters of the word so far"][0]


def counted(claim: Mapping[str, Any], unit: int, seen: Mapping[str, np.ndarray], properties: units.Properties) -> tuple[np.ndarray, np.ndarray]:
    """Where a claim is to hold and where it does: two (T,) arrays of Booleans, the second True only where the first is.

    Args:
        seen: name -> (T, H), what a model computed on a text.
        properties: of that text, as of `units.PROPERTIES`.

    Raises:
        KeyError: the claim names a place, a test, an array or a property that there is not.
    """
    where = PLACES[claim["at"]](properties)
    now = np.asarray(seen[claim["name"]])[:, unit]
    before = np.append(0, now[:-1])
    return where, where & TESTS[claim["is"]](now, before, claim.get("than"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print how often each claim of a model's caption holds on the second half of what it never read; returns the exit code."""
    parser = Parser(prog="python -m gatelab.training.captions", description="Print how often each claim of a model's caption holds.")
    parser.add_argument("model", help="the name of a shipped model")
    parser.add_argument("--data", type=Path, required=True, metavar="FILE", help="as of gatelab.training.units")
    args = parser.parse_args(arguments)
    torch.set_num_threads(1)
    try:
        seen, properties = units.held_out(args.model, args.data)
        shown = opening(args.model)
        for claim in shown.claims:
            where, held = (steps[len(steps) // 2 :].sum() for steps in counted(claim, shown.unit, seen, properties))
            print(f"{held / where:.2f}  {claim['name']} {claim['is']} {claim.get('than', '')} at {held:,} of {where:,} {claim['at']}")
    except (OSError, ValueError) as error:
        print(f"gatelab.training.captions: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
