"""Whether what lies in a folder is what a command would make: the same options, the same data, the same torch."""

import argparse
import hashlib
import json
import shlex
from pathlib import Path
from typing import Any

import torch

APART = ("task", "out", "ship", "fresh", "film", "replace", "made", "prepare")
"""Options that have no say in what comes out; the task is a word of its own."""


def command(args: argparse.Namespace) -> str:
    """The command line that makes the same model, with every option that matters; data by their name alone."""
    words = ["python", "-m", "gatelab.training", args.task]
    for key, value in vars(args).items():
        if key not in APART and value is not None and value is not False:
            option = f"--{key.replace('_', '-')}"
            words += [option] if value is True else [option, value.name if isinstance(value, Path) else f"{value}"]
    return shlex.join(words)


def other(path: Path, wanted: argparse.Namespace, any_torch: bool = False) -> str:
    """Why a card is not that of a run, as words; "" where it is: same options, same data, same torch, and its checkpoint beside it.

    Args:
        path: the card.
        wanted: the run's options, as `parse` of the command line returns them.
        any_torch: whether one that was made with another torch is of the same run.
    """
    if not path.with_suffix(".safetensors").exists():
        return "its checkpoint is gone"
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
        recorded, sha256, version = str(card["command"]), card["data"].get("sha256"), card["torch"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "it is not a whole card"
    before, after = (set(line.split(" --")[1:]) for line in (recorded, command(wanted)))
    if before != after:
        was, wants = (" ".join(f"--{option}" for option in sorted(options)) or "nothing" for options in (before - after, after - before))
        return f"its card says {was}, this run {wants}"
    if getattr(wanted, "data", None) and sha256 != _sha256(wanted.data):
        return "it was made from other data (their SHA-256 differs)"
    return "" if version == torch.__version__ or any_torch else f"it was made with torch {version}, this is {torch.__version__}"


def _sha256(data: Path) -> Any:
    """What a card says of a file, or of the folder of reviews; None where it cannot be read: training says why."""
    try:
        if not data.is_dir():
            return hashlib.sha256(data.read_bytes()).hexdigest()
        from gatelab.training.sentiment import fingerprints

        return fingerprints(data)
    except OSError:
        return None


def refuse(path: Path, wanted: argparse.Namespace) -> None:
    """Leave alone what another run has made.

    Args:
        path: of the checkpoint that would be written.

    Raises:
        ValueError: there is a checkpoint or a card of another run, and the command line does not say `--replace`.
    """
    card = path.with_suffix(".json")
    if wanted.replace or not (path.exists() or card.exists()):
        return
    why = other(card, wanted, any_torch=True) if card.exists() else "it has no card"
    if why:
        raise ValueError(f"{path} must be of this same run to be written anew, and {why}; --replace puts this run in its place, --out another folder beside it")
