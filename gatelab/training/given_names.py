"""The text that the names models learn from, made of the PyPI package `names`: `python -m gatelab.training.given_names names.txt`.

The package (Trey Hunner, MIT) carries the given names of the United States census of 1990. The text has each of them once, a
name a line, in an order drawn with a fixed seed, so that the last part, which training never reads, is like the rest.
"""

import random
import sys
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

from gatelab.training.commandline import Parser

FILES = ("dist.female.first", "dist.male.first")


def text(lists: Iterable[str]) -> str:
    """Lists of names, a name at the front of each line, as one text: every name once, with a capital, in a drawn order."""
    found = sorted({line.split()[0].capitalize() for names in lists for line in names.splitlines() if line.strip()})
    random.Random(0).shuffle(found)
    return "".join(f"{name}\n" for name in found)


def folder() -> Path:
    """Where the package's lists are.

    Raises:
        ImportError: the package is not there.
    """
    spec = find_spec("names")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("the package names must be there: python -m pip install names==0.3.0")
    return Path(spec.submodule_search_locations[0])


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the text; returns the exit code."""
    parser = Parser(prog="python -m gatelab.training.given_names", description="Make the text that the names models learn from.")
    parser.add_argument("out", type=Path, metavar="FILE", help="where it goes")
    args = parser.parse_args(arguments)
    try:
        lists = [(folder() / name).read_text(encoding="utf-8") for name in FILES]
        args.out.write_text(text(lists), encoding="utf-8")
    except (OSError, ImportError) as error:
        print(f"gatelab.training.given_names: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
