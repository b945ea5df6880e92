"""`gatelab models`: the models that there are, one a line."""

import argparse
import sys

from gatelab import zoo
from gatelab.commands import given

HELP = "List the models: name, parameters, and what each was trained on."


def add(parser: argparse.ArgumentParser) -> None:
    """The folder of one's own."""
    given.models(parser)


def run(args: argparse.Namespace) -> int:
    """Print the list, and on the error stream what was left out of it.

    Raises:
        ValueError: the folder is none.
    """
    given.tell(args)
    names = zoo.models()
    wide = max(map(len, names))
    for name in names:
        card = zoo.card(name)
        print(f"{name:<{wide}}  {card['parameters']:>9,}  {card['data'].get('title', card['task'])}")
    for sentence in zoo.left_out():
        print(f"Left out: {sentence}.", file=sys.stderr)
    return 0
