"""Folders of one's own that a command is given, told to the rest of the package as environment variables."""

import argparse
import os
from pathlib import Path

VARIABLES = {"models": "GATELAB_MODELS", "lessons": "GATELAB_LESSONS"}
"""Option -> the variable."""


def models(parser: argparse.ArgumentParser) -> None:
    """The option `--models`."""
    parser.add_argument("--models", type=Path, metavar="FOLDER", help="take the models of this folder too: checkpoints, each with its card")


def lessons(parser: argparse.ArgumentParser) -> None:
    """The option `--lessons`."""
    parser.add_argument("--lessons", type=Path, metavar="FOLDER", help="show the lessons of this folder too: Markdown files")


def tell(args: argparse.Namespace) -> None:
    """Set the variables of the folders that were given.

    Raises:
        ValueError: one of them is no folder.
    """
    for option, variable in VARIABLES.items():
        folder = getattr(args, option, None)
        if folder is not None:
            if not folder.is_dir():
                raise ValueError(f"--{option} must be a folder that exists: got {str(folder)!r}")
            os.environ[variable] = str(folder.resolve())
