"""`gatelab train`: the same as `python -m gatelab.training`, whose command line it hands everything to."""

import argparse

from gatelab.training.__main__ import main

HELP = "Train a model; gatelab train --help tells what there is to train."

__all__ = ["HELP", "add", "main", "run"]


def add(parser: argparse.ArgumentParser) -> None:
    """The options are those of `gatelab.training`."""


def run(args: argparse.Namespace) -> int:
    """Never asked: `main` reads the command line."""
    return main([])
