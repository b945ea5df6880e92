"""How many numbers each part of a model learns, and the formula that gives them; H is `hidden_size`, D `embedding_size`."""

from typing import NamedTuple

from gatelab import roles
from gatelab.networks import ModelSpec


class Part(NamedTuple):
    """One part of a model: what it is, the formula of its size, the formula with numbers, and the size."""

    what: str
    formula: str
    numbers: str
    count: int  # type: ignore[assignment]  # it hides tuple.count, which nobody needs here


def parts(spec: ModelSpec) -> tuple[Part, ...]:
    """The `Part`s of a model that reads."""
    v, d, h, o = len(spec.tokens), spec.embedding_size, spec.hidden_size, len(spec.labels)
    rows = [] if not v else [Part("embedding", "V × D", f"{v:,} × {d}", v * d)]
    for layer in range(spec.num_layers):
        rows.append(_layer(spec.cell, d if layer == 0 else h, h, "D" if layer == 0 else "H", f" {layer + 1}" if spec.num_layers > 1 else ""))
    return (*rows, Part("head", "O × (H + 1)", f"{o} × ({h} + 1)", o * (h + 1)))


def first_layer(spec: ModelSpec) -> Part:
    """The `Part` of the recurrent layer that reads the input."""
    return next(part for part in parts(spec) if part.what.startswith("recurrent"))


def recurrent(cell: str, d: int, h: int) -> int:
    """How many numbers one layer of a cell learns: G blocks of W_ih, W_hh and two biases, and H for each peephole."""
    record = roles.of(cell)
    return len(record.rows) * h * (d + h + 2) + len(record.peepholes) * h


def _layer(cell, d, h, width, number):
    blocks, peepholes = len(roles.of(cell).rows), len(roles.of(cell).peepholes)
    times = f"{blocks} × " if blocks > 1 else ""
    formula = f"{times}H × ({width} + H + 2)" + (f" + {peepholes} × H" if peepholes else "")
    numbers = f"{times}{h} × ({d} + {h} + 2)" + (f" + {peepholes} × {h}" if peepholes else "")
    return Part(f"recurrent layer{number}", formula, numbers, recurrent(cell, d, h))
