"""Any shipped model anew, or all of them, by the command in its card: `python -m gatelab.training.again prose-lstm --data FOLDER`.

FOLDER holds the files and folders that the cards name (each card says where they come from); checkpoints go to `--out`.
"""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from gatelab import zoo
from gatelab.naming import meant
from gatelab.training import __main__ as training
from gatelab.training import shipping
from gatelab.training.commandline import Parser


def arguments(name: str, data: Path, out: Path, *more: str) -> list[str]:
    """The words behind `python -m gatelab.training` that make a shipped model again.

    Args:
        name: one of `zoo.shipped()`.
        data: the folder in which the file or folder lies that the card names.
        out: where the checkpoint goes.
        more: further options.
    """
    words = shlex.split(zoo.card(name)["command"])[3:]
    if "--data" in words:
        at = words.index("--data") + 1
        words[at] = str(data / words[at])
    return [*words, "--out", str(out), *more]


def main(given: Sequence[str] | None = None) -> int:
    """Train one after the other; returns the exit code of the first that fails, or 0."""
    parser = Parser(prog="python -m gatelab.training.again", description=__doc__.partition("\n")[0])
    parser.add_argument("models", nargs="*", metavar="MODEL", help="names of shipped models; all of them where none is given")
    parser.add_argument("--data", type=Path, default=Path(), metavar="FOLDER", help="where the training data lie (default: here)")
    parser.add_argument("--out", type=shipping.outside, default=shipping.OUT, metavar="DIR", help="default: %(default)s")
    parser.add_argument("--film", action="store_true", help="keep the weights at some moments on the way, see gatelab/training/film.py")
    args = parser.parse_args(given)
    for name in args.models:
        if name not in zoo.shipped():
            parser.error(f"MODEL must be one of {', '.join(zoo.shipped())}: got {name!r}{meant(name, zoo.shipped())}")
    for name in args.models or zoo.shipped():
        print(f"{name}: {zoo.card(name)['command']}", flush=True)
        if code := training.make(training.parse(arguments(name, args.data, args.out, *(["--film"] if args.film else [])))):
            return code
    print(f"The package is as it was: what was trained is in {args.out}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
