"""What is trained stays outside the package: models and results enter it only where somebody says `--ship`."""

import argparse
import shlex
import shutil
from pathlib import Path

from gatelab import zoo
from gatelab.zoo import ZOO

PACKAGE = ZOO.parent
OUT = Path("checkpoints")


def in_package(path: Path) -> bool:
    """Whether a path lies in the package, whichever way it is written."""
    return path.resolve().is_relative_to(PACKAGE.resolve())


def outside(text: str) -> Path:
    """A folder to write to, as the value of an option.

    Raises:
        argparse.ArgumentTypeError: it lies in the package.
    """
    if in_package(Path(text)):
        raise argparse.ArgumentTypeError(f"must lie outside the package {PACKAGE.name}, which only --ship changes: got {text!r}")
    return Path(text)


def options(parser: argparse.ArgumentParser, ships: str) -> None:
    """Add `--out` and `--ship` to a command line.

    Args:
        ships: what `--ship` does, for its help.
    """
    parser.add_argument("--out", type=outside, default=OUT, metavar="DIR", help="default: %(default)s")
    parser.add_argument("--ship", action="store_true", help=ships)


def ship(checkpoint: Path) -> None:
    """Copy a checkpoint and the card beside it into the package, in place of what is there under its name."""
    for path in (checkpoint, checkpoint.with_suffix(".json")):
        shutil.copyfile(path, ZOO / path.name)


def told(shipped: bool) -> str:
    """Whether the package has what a command made, and how it would get there."""
    return "The package has it now." if shipped else "The package is as it was: --ship puts this into it."


def seen(checkpoint: Path) -> str:
    """How a model is seen in the app."""
    folder, name = checkpoint.parent, checkpoint.stem
    if name in zoo.shipped():
        other = f"{name} is the name of a shipped model: give {checkpoint.name} and {name}.json another name, and"
        return f"{checkpoint} is the model. {other} gatelab app --models {shlex.quote(str(folder))} shows it."
    return f"{checkpoint} is the model. See it on Watch, Compare and the other pages: gatelab app --models {shlex.quote(str(folder))}"
