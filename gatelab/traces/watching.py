"""Every recurrent module inside a model, traced while somebody's own code runs it."""

import warnings
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, NamedTuple, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence

from gatelab import roles
from gatelab.naming import meant
from gatelab.traces.extending import extended
from gatelab.traces.inputs import chosen
from gatelab.traces.modules import CELLS, HALVES, Looks, cell, directions
from gatelab.traces.reading import read_input
from gatelab.traces.recurrent import Trace, numbered
from gatelab.traces.states import numbers
from gatelab.traces.wrapping import recurrent_parts, scripted

CLOSE = {torch.float64: 1e-9, torch.float32: 1e-4, torch.float16: 1e-2, torch.bfloat16: 8e-2}
"""How far a trace's states may be from those that the module gave, in the module's precision, where they are about 1; larger ones in proportion."""


class Call(NamedTuple):
    """One call of a module: what it was given, and what it gave, of the one sequence that is watched."""

    x: Tensor  # (T, D)
    state: Any  # in PyTorch's form, without a batch; None for zeros
    h: np.ndarray  # (T, H) of the last layer
    last: tuple[np.ndarray, ...]  # h, and c where the cell has one, after the last step: (layers times directions, H)


class Watch(Mapping[str, list[Trace]]):
    """What `gatelab.watch` saw: the name of each recurrent module in the model -> the traces of its calls, in their order.

    Attributes:
        model: the model.
        index: which sequence of every batch is traced.
        left_out: name -> why a call of that module has no trace, one sentence a call.
    """

    def __init__(self, model: nn.Module, index: int = 0) -> None:
        self.model, self.index = model, index
        self.parts = _watched(model)
        self.left_out: dict[str, list[str]] = {name: [] for name in self.parts}
        self._traces: dict[str, list[Trace]] = {name: [] for name in self.parts}
        self._after: dict[str, tuple[np.ndarray, ...]] = {}  # what each cell gave at its last call
        self._handles: list[Any] = []

    def __enter__(self) -> Self:
        self._handles += [part.register_forward_hook(_Hook(self, name), with_kwargs=True) for name, part in self.parts.items()]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        while self._handles:
            self._handles.pop().remove()

    def __getitem__(self, name: str) -> list[Trace]:
        """The traces of one module, one a call; of an `nn.LSTMCell` and its like one for each run of calls that go on from each other.

        Raises:
            KeyError: the model has no such recurrent module.
            LookupError: none of its calls could be traced; the message says why.
        """
        if name not in self._traces:
            raise KeyError(f"name must be one of {', '.join(map(repr, self._traces))}: got {name!r}{meant(name, self._traces)}")
        if not self._traces[name] and self.left_out[name]:
            raise LookupError(f"{name or 'the model'} was called and has no trace: {self.left_out[name][0]}")
        return self._traces[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._traces)

    def __len__(self) -> int:
        """How many recurrent modules the model has."""
        return len(self._traces)

    def __repr__(self) -> str:
        """The modules, how often each was called, and the last trace of each."""
        lines = [f"  {name or type(self.model).__name__}: {len(traces)} traced{self._missed(name)}" for name, traces in self._traces.items()]
        return "\n".join([f"what was seen of {type(self.model).__name__}", *lines])

    def _missed(self, name):
        return f", {len(self.left_out[name])} left out: {self.left_out[name][0]}" if self.left_out[name] else ""

    def saw(self, name: str, part: Any, args: tuple, kwargs: Mapping[str, Any], output: Any) -> None:
        """Trace one call of a module, and compare with what the module gave; what cannot be traced is told, and never stops the model."""
        try:
            with torch.inference_mode(), torch.autocast("cpu", enabled=False):
                self._trace(name, part, _call(part, args, kwargs, output, self.index), _precision(output))
        except Exception as error:  # noqa: BLE001 (whatever it is, the model must run as it would without us)
            self._leave_out(name, str(error))

    def _trace(self, name, part, call, precision):
        if part.training and getattr(part, "dropout", 0) and part.num_layers > 1:
            raise ValueError("in training mode there is dropout between its layers, which no trace follows: call the model's eval() first")
        traces = self._traces[name]
        if isinstance(part, CELLS):
            before, self._after[name] = self._after.get(name), call.last
            if traces and before is not None and _same(call.state, before) and (longer := _longer(traces[-1], call, precision)):
                traces[-1] = longer
                return
        seen = read_input(part, call.x, call.state, alone=False)
        if wrong := _differs(seen, call, precision):
            raise ValueError(wrong)
        traces.append(seen)

    def _leave_out(self, name, why):
        self.left_out[name].append(why)
        warnings.warn(f"gatelab.watch leaves a call of {name or type(self.model).__name__} out: {why}", stacklevel=2)


def watch(model: nn.Module, index: int = 0) -> Watch:
    """Trace every recurrent module inside a model while your own code runs it.

    The results of the model stay what they are, bit for bit, and at the end of the block nothing is left on it. Each trace is compared with what its
    module gave; where they differ by more than the precision, because of a `forward` of its own, hooks or dropout, a warning says so and there is no trace.

    >>> with gatelab.watch(model) as seen:
    ...     model(batch)
    >>> seen["encoder.lstm"][0]["f"]  # of the first call

    Args:
        model: any `nn.Module` with an `nn.RNN`, `nn.LSTM`, `nn.GRU`, one of PyTorch's cells or a `Recurrent` inside; one that is itself such a module has the
            name "".
        index: which sequence of every batch is traced.

    Returns:
        A context manager, and what it saw: name -> list of `Trace`s, one a call, see `Watch`.

    Raises:
        TypeError: the model is no module.
        ValueError: nothing inside it can be watched, or it is compiled or scripted, so that its parts are not called one by one.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be an nn.Module: got {type(model).__name__}")
    chosen(index, 2**31, "a batch")
    return Watch(model, index)


class _Hook(Looks):
    """A forward hook that gives a call to a `Watch` and changes nothing."""

    def __init__(self, watch: Watch, name: str) -> None:
        self.watch, self.name = watch, name

    def __call__(self, part: nn.Module, args: tuple, kwargs: Mapping[str, Any], output: Any) -> None:
        self.watch.saw(self.name, part, args, kwargs, output)


def _watched(model):
    """The recurrent modules of a model that are called one by one."""
    for name, part in model.named_modules():
        compiled = hasattr(part, "_orig_mod") or getattr(part, "_compiled_call_impl", None) is not None
        if scripted(part) or (compiled and recurrent_parts(part)):
            how = f"is {'compiled' if compiled else 'scripted'}, so it is not called as a module of PyTorch's: watch and call the model that it was made of"
            raise ValueError(f"{name or 'the model'} {how}{'' if compiled else ', or give this part alone to gatelab.trace'}")
    parts = recurrent_parts(model)
    if not parts:
        raise ValueError(f"the model must have an nn.RNN, nn.LSTM, nn.GRU, one of PyTorch's cells or a Recurrent inside: got {type(model).__name__}")
    return parts


def _call(part, args, kwargs, output, index):
    """A call, cut down to one sequence of its batch."""
    given: dict[str, Any] = dict(zip(("input", "hx"), args)) | {{"x": "input", "state": "hx"}.get(key, key): value for key, value in kwargs.items()}
    x, state = given["input"], given.get("hx")
    if isinstance(x, Tensor) and x.dtype in HALVES:
        x = x.float()  # in autocast what comes in is shorter than the weights
    if isinstance(part, CELLS):
        return _cell_call(x, state, output, index)
    h, last = output
    last = last if isinstance(last, tuple) else (last,)
    if isinstance(x, PackedSequence):
        padded, lengths = pad_packed_sequence(x)
        one = chosen(index, len(lengths), f"a packed sequence of {len(lengths)}")
        x, h = padded[: int(lengths[one]), one], pad_packed_sequence(h)[0][: int(lengths[one]), one]
    elif x.ndim == 2:
        return Call(x, state, numbers(h), tuple(map(numbers, last)))
    else:
        axis = 0 if getattr(part, "batch_first", False) else 1
        one = chosen(index, x.shape[axis], f"a batch of {x.shape[axis]}")
        x, h = x.select(axis, one), h.select(axis, one)
    return Call(x, _each(state, lambda s: s[:, one]), numbers(h), tuple(numbers(each[:, one]) for each in last))


def _cell_call(x, state, output, index):
    last = output if isinstance(output, tuple) else (output,)
    if x.ndim == 2:
        one = chosen(index, len(x), f"a batch of {len(x)}")
        x, state, last = x[one], _each(state, lambda s: s[one]), tuple(each[one] for each in last)
    arrays = tuple(map(numbers, last))
    return Call(x[None], state, arrays[0][None], tuple(array[None] for array in arrays))


def _each(state, change):
    return None if state is None else tuple(map(change, state)) if isinstance(state, tuple | list) else change(state)


def _longer(seen, call, precision):
    """The trace of a cell with one step more; None where it is none that goes on."""
    try:
        seen.weights.unchanged()
        longer = extended(seen, call.x.to(seen.weights.computed), "", numbered(len(seen), 1))
    except (RuntimeError, ValueError):
        return None
    return None if _differs(longer, call, precision) else longer


def _same(state, before):
    """Whether a call began with what the one before it gave."""
    parts = state if isinstance(state, tuple | list) else () if state is None else (state,)
    return len(parts) == len(before) and all(np.array_equal(numbers(one), other[0], equal_nan=True) for one, other in zip(parts, before))


def _precision(output):
    """The precision of what a module gave."""
    first = output[0] if isinstance(output, tuple) else output
    return CLOSE.get((first.data if isinstance(first, PackedSequence) else first).dtype, 1e-4)


def _differs(seen, call, precision):
    """What is wrong with a trace beside the module's own states; "" where nothing is."""
    part = seen.weights.recurrent
    found = {"h": (seen["h"][len(seen) - len(call.x) :], call.h)}
    layers, ways = len(seen.layers), directions(part)
    if len(seen):
        for letter, theirs in zip(roles.of(cell(part)).states, call.last):
            found[f"{letter} after the last step"] = (np.concatenate([_ends(seen.layer(k)[letter], ways) for k in range(layers)]), theirs)
    for what, (ours, theirs) in found.items():
        if ours.shape != theirs.shape:
            return f"the module gave {what} of shape {theirs.shape}, not {ours.shape}: it computes something else than its equations"
        if not np.allclose(ours, theirs, rtol=precision, atol=precision, equal_nan=True):
            off = float(np.nanmax(np.abs(ours - theirs)))
            return (
                f"{what} differs from what the module gave, by up to {off:.2g}: it computes something else than its equations, "
                "by a forward of its own, a hook, or weights that changed"
            )
    return ""


def _ends(values, ways):
    """What each direction of a layer ends in: (directions, H)."""
    half = values.shape[1] // ways
    return np.stack([values[0 if side else -1, side * half : (side + 1) * half] for side in range(ways)])
