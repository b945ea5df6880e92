"""A trace in a few lines, for a notebook or a prompt: what was read, and the names with their shapes, no values."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

import numpy as np

from gatelab.holds import Hold
from gatelab.networks import EncoderDecoder, Reader, Transformer
from gatelab.traces.given import Given

LONGEST = 60
"""Of a text, how many characters are shown."""


def called(model: Any) -> str:
    """What a model is called: its own name, or its class where it has none."""
    if isinstance(model, Given):
        return model.title
    return model.spec.name if isinstance(model, Reader | EncoderDecoder | Transformer) else type(model).__name__


def cut(text: str) -> str:
    """A text in quotes and in one line; of a long one its beginning."""
    return repr(text) if len(text) <= LONGEST else f"{text[:LONGEST]!r}..."


def count(number: int, what: str) -> str:
    """A number of things, e.g. "1 step", "13 steps"."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def shapes(arrays: Mapping[str, np.ndarray]) -> str:
    """The names of arrays with their shapes, those of one shape together: "i, f, o (13, 24); probs (13, 76)"."""
    alike: dict[tuple[int, ...], list[str]] = {}
    for name, array in arrays.items():
        alike.setdefault(array.shape, []).append(name)
    return "; ".join(f"{', '.join(names)} {shape}" for shape, names in alike.items())


def missing(arrays: Mapping[str, np.ndarray]) -> str:
    """Where values are NaN or infinite: "not finite: f, h, first at step 8"; "" where all are finite."""
    gone = {name: ~np.isfinite(array).all(axis=1) for name, array in arrays.items()}
    names = [name for name, rows in gone.items() if rows.any()]
    return f"not finite: {', '.join(names)}, first at step {min(int(gone[name].argmax()) for name in names) + 1}" if names else ""


def lines(*parts: str, held: Iterable[Hold] = ()) -> str:
    """The first part, and each further one in a line of its own below it; at the end the names of what was held."""
    names = ", ".join(dict.fromkeys(hold.name for hold in held))
    return "\n  ".join([part for part in parts if part] + ([f"held: {names}"] if names else []))


def in_notebook(trace: Any) -> str | None:
    """A trace as the output of a cell, HTML; None where it cannot be shown there, see `gatelab.show`.

    Only a notebook asks for it, so what lies above is imported then.
    """
    try:
        return import_module("gatelab.notebook").show(trace)._repr_html_()
    except ValueError:
        return None
