"""A model and what it reads make a trace."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from gatelab import holds, roles
from gatelab.holds import Hold
from gatelab.networks import Reader
from gatelab.text import tokenize
from gatelab.traces import heads, modules
from gatelab.traces.extending import extended
from gatelab.traces.heads import labelled
from gatelab.traces.inputs import check_text, sequence
from gatelab.traces.modules import Plain
from gatelab.traces.recurrent import Trace, numbered
from gatelab.traces.rows import Rows, stacked
from gatelab.traces.states import by_name, check_state
from gatelab.traces.weights import TracedWeights


def read(model: Reader, text: str, hold: Hold | Iterable[Hold] | None = None, state: Mapping[str, ArrayLike] | None = None) -> Trace:
    """Run a model over a text and keep everything.

    Args:
        model: a `Reader` (see `gatelab.load`), without dropout, as after `eval()`.
        hold: a `Hold`, or several, which act in the order given.
        state: where to begin, name -> (H,): "h", and "c" where the cell has one, in the last layer, "l1.h" in layer 1; zeros without.

    Raises:
        TypeError: the model, the text or a hold is of another kind.
        KeyError: a hold or the state has a name that the model does not compute.
        ValueError: the model is one that cannot be traced, or a hold has a unit that the model does not have.
    """
    weights = TracedWeights(model)
    tokens = tokenize(check_text(model, text), model.spec.unit)
    known = modules.places(model)
    begun = check_state(state, known, _dtype(weights))
    empty = _empty(model, weights, len(model.spec.labels), len(tokens), holds.check(hold, known), begun)
    return extended(empty, tokens, text)


def read_input(
    model: Plain,
    given: Any,
    state: Any = None,
    *,
    tokens: Iterable[str] | None = None,
    units: Iterable[str] | None = None,
    head: Callable[[Tensor], Tensor] | None = None,
    labels: Iterable[str] | None = None,
    index: int | None = None,
    hold: Hold | Iterable[Hold] | None = None,
    alone: bool = True,
) -> Trace:
    """Run a plain recurrent module over an input and keep everything; without dropout, as after `eval()`.

    Args:
        model: a `Recurrent`, `nn.RNN`, `nn.LSTM` or `nn.GRU`, in one direction or both, with any number of layers; or an `nn.RNNCell`, `nn.LSTMCell` or
            `nn.GRUCell`, which is called once a step.
        given: numbers, one sequence (T, D) or a batch, see `inputs.sequence`.
        state: where to begin, by name as of `read`, or in PyTorch's form, see `states.by_name`; zeros without.
        tokens: labels of the steps, T strings.
        units: labels of the units, H strings; 2 H where the module reads in both directions.
        head: a module or a function, the last layer's h (T, H) -> scores or probabilities (T, O), see `heads.Head`.
        labels: what the head's O outputs stand for; numbers without.
        index: which sequence of a batch; a batch of one needs none.
        hold: a `Hold`, or several, which act in the order given.
        alone: whether nothing else may have a say in what the module computes.

    Raises:
        TypeError, KeyError, ValueError: something is of another kind, name, shape or number than it must be.
    """
    weights = TracedWeights(model, head, alone)
    one, known = sequence(model, given, weights.dtype, index), modules.places(model)
    begun = check_state(by_name(state, model, one), known, _dtype(weights))
    size, width = modules.sizes(model)
    if head is None and labels is not None:
        raise ValueError("labels must be left out where no head is given")
    with torch.inference_mode():
        says = None if head is None else heads.head(head, width, labels, weights.computed)
    empty = _empty(model, weights, len(says.labels) if says else 0, len(one.x), holds.check(hold, known), begun)
    empty = replace(empty, unit_labels=labelled("units", units, size), says=says)
    return extended(empty, one.x, "", labelled("tokens", tokens, len(one.x)) or numbered(0, len(one.x)))


def _dtype(weights):
    return np.dtype(np.float64 if weights.computed == torch.float64 else np.float32)


def _empty(model, weights, labels, capacity, held, begun):
    """The trace of nothing, with room for so many steps."""
    kind, (size, width) = modules.cell(weights.recurrent), modules.sizes(weights.recurrent)
    names = roles.of(kind).names
    layers = stacked(len(weights.layers), names, [width if name == "h" else size for name in names])
    rows = Rows(layers[-1].stop + labels, _dtype(weights), max(64, capacity))
    return Trace(model, "", (), layers, rows, weights, held, begun)
