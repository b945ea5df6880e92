"""The next steps of a trace: each layer in its place, and what the model says."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from gatelab import holds, roles, steps
from gatelab.networks import Reader
from gatelab.traces import directions

if TYPE_CHECKING:
    from gatelab.traces.recurrent import Trace


@torch.inference_mode()
def extended(old: "Trace", more: Any, text: str, called: tuple[str, ...] = ()) -> "Trace":
    """`old` with the steps of `more` (tokens, or numbers whose steps are `called`) appended: the trace of `text`."""
    reader = old.model if isinstance(old.model, Reader) else None
    tokens = old.tokens + (tuple(more) if reader else called)
    if not len(more):
        return replace(old, text=text, tokens=tokens)
    rows = old.rows.reserve(len(old), len(more))
    new = rows.table[len(old) : len(tokens)]
    x = reader.inputs(more) if reader else more
    for k, columns in enumerate(old.layers):
        _fill(old, k, x, new, range(len(old), len(tokens)))
        x = torch.from_numpy(new[:, columns["h"]])
    says = old.says.decided(x) if old.says else None
    if reader or says:
        new[:, old.layers[-1].stop :] = reader.answer(x).numpy() if reader else says.answers(x)  # type: ignore[union-attr]  # one of the two
    return replace(old, text=text, tokens=tokens, rows=rows, says=says)


def _fill(old, k, x, new, numbers):
    """Compute the new steps of layer k in their place."""
    columns, halves, kind = old.layers[k], old.weights.layers[k], old.cell
    before = {name: _last(old, k, name) for name in roles.of(kind).states}
    if len(halves) > 1:
        directions.fill(kind, x, halves, before, {name: new[:, columns[name]] for name in columns.names}, old.held_in(k))
    else:
        steps.fill_held(kind, x, halves[0], before, new[:, columns.start : columns.stop], old.held_in(k), numbers)


def _last(old, k, name):
    """A state of layer k after the last step, (H,); before the first what was given, or zeros."""
    columns = old.layers[k]
    if len(old):
        return old.rows.table[len(old) - 1, columns[name]]
    given = [old.state[key] for key in old.state if holds.split(key)[0] in called_in(k, len(old.layers)) and holds.split(key)[1] == name]
    return given[-1].copy() if given else np.zeros(columns.width(name), old.rows.table.dtype)


def called_in(k: int, count: int) -> tuple[str, ...]:
    """What can stand before the dot of a name in layer k of so many."""
    return (f"l{k + 1}", "") if k == count - 1 else (f"l{k + 1}",)
