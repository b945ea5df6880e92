"""`gatelab card NAME`: what is known about a model, as its card says."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from gatelab import zoo
from gatelab.commands import given
from gatelab.naming import meant

HELP = "Show a model's card: data, licence, command, scores, and what its units do."


def add(parser: argparse.ArgumentParser) -> None:
    """The name of the model, and the folder of one's own."""
    given.models(parser)
    parser.add_argument("name", metavar="NAME", help="of a model, as gatelab models lists them")


def run(args: argparse.Namespace) -> int:
    """Print the card.

    Raises:
        ValueError: there is no such model, or the folder is none.
    """
    given.tell(args)
    if args.name not in zoo.models():
        raise ValueError(f"NAME must be one that gatelab models lists: got {args.name!r}{meant(args.name, zoo.models())}")
    print("\n".join(lines(zoo.card(args.name))))
    return 0


def lines(card: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """A card as text: a fact a line, what belongs together indented."""
    for key, value in card.items():
        called = f"{indent}{key.replace('_', ' ')}:"
        if isinstance(value, Mapping):
            yield called
            yield from lines(value, f"{indent}  ")
        elif isinstance(value, list):
            yield called
            yield from (f"{indent}  {_in_one_line(part)}" for part in value)
        else:
            yield f"{called} {_said(value)}"


def _in_one_line(part):
    if isinstance(part, Mapping):
        return ", ".join(f"{key.replace('_', ' ')} {_in_one_line(value)}" for key, value in part.items())
    return "; ".join(map(_in_one_line, part)) if isinstance(part, list) else _said(part)


def _said(value):
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else f"{value}"
