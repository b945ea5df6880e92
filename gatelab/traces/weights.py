"""The weights with which a trace was begun: with others, its next steps would not fit those that it has."""

from functools import cache
from math import gcd
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from gatelab import cells, roles
from gatelab.networks import Reader
from gatelab.traces.modules import HALVES, Plain, cell, check_calls, hooks_of, prepared, suffixes
from gatelab.traces.wrapping import check_recurrent

MATRICES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
"""What each layer of a cell has; a module may be without biases, and without a projection."""


class Seen(NamedTuple):
    """A weight as it was when the trace was begun."""

    kind: str  # of the module that has it
    name: str
    held: dict | None  # where the module keeps it; None for one that is made of others at each reading
    tensor: Tensor
    address: int
    version: int | None  # PyTorch counts what it writes to a tensor, except to one of its inference mode
    compared: np.ndarray  # some of its entries, in its own memory
    values: bytes  # what they were


class TracedWeights:
    """All weights that take part in a trace, and whether the model still has them.

    A weight that was replaced is seen, and so is every write by PyTorch, a training step for instance. A write behind its
    back, through `.data` or NumPy, is seen where it meets an entry that is compared: of a matrix at least one in each row
    and each column, of a bias all. To compare every entry would nearly double the cost of a step.

    Args:
        model: a `Reader`, or a plain recurrent module.
        head: what reads its states besides; None for nothing.
        alone: whether nothing else may have a say in what the module computes, see `modules.check_calls`.

    Attributes:
        recurrent: the recurrent module.
        layers: the `cells.Weights` of each of its layers, one for each direction, in the precision that a trace computes in.
        dtype: that of all of the module's own.
        computed: the precision of the trace, `torch.float32` where the weights are half as long.

    Raises:
        TypeError, ValueError: the model is one that a trace cannot follow.
    """

    def __init__(self, model: Reader | Plain, head: Any = None, alone: bool = True) -> None:
        self.model, self.recurrent, self.head = model, check_recurrent(model.recurrent if isinstance(model, Reader) else model), head
        if alone:
            check_calls(model)
        self.hooks = hooks_of(model)
        self.layers: list[tuple[cells.Weights, ...]] = []
        self.seen: list[Seen] = []
        source, again = prepared(self.recurrent), prepared(self.recurrent)
        names = (*MATRICES, *roles.of(cell(self.recurrent)).peepholes)
        for ways in suffixes(self.recurrent):
            layer = []
            for suffix in ways:
                own = {
                    name: _seen(self.recurrent, name + suffix, tensor, getattr(again, name + suffix))
                    for name in names
                    if isinstance(tensor := getattr(source, name + suffix, None), Tensor)
                }
                layer.append(cells.Weights(**{name: _computed(each.tensor) for name, each in own.items()}))
                self.seen += own.values()
            self.layers.append(tuple(layer))
        self.dtype, self.computed = self.seen[0].tensor.dtype, self.layers[0][0].weight_hh.dtype
        for each in self.seen:
            if each.tensor.dtype != self.dtype:
                raise ValueError(f"the module's weights must have one dtype: got {each.tensor.dtype} for {each.name} beside {self.dtype}")
        inside = set(self.recurrent.modules())
        self.seen += [
            _seen(part, name, tensor, tensor)
            for whole in (model, head)
            for part in (whole.modules() if isinstance(whole, nn.Module) else ())
            if part not in inside
            for name, tensor in (part._parameters | part._buffers).items()
            if tensor is not None and tensor.is_floating_point()
        ]
        if isinstance(model, Reader) and self.dtype in HALVES:
            raise ValueError(f"the model must be float32 or float64: got {self.dtype}; call its float() first")

    def check(self) -> None:
        """Refuse to go on where the next step would be one of another model.

        Raises:
            RuntimeError: a weight is no longer what it was.
            ValueError: the model has got a forward hook, or autocast is on.
        """
        if any(self.hooks) or torch.is_autocast_enabled("cpu"):
            check_calls(self.model)
        self.unchanged()

    def unchanged(self) -> None:
        """Refuse to go on with other weights.

        Raises:
            RuntimeError: a weight is no longer what it was.
        """
        source = prepared(self.recurrent)
        for kind, name, held, tensor, address, version, compared, values in self.seen:
            now = getattr(source, name) if held is None else held.get(name)
            replaced = now is not tensor and (now is None or not _same(now, tensor))
            written = tensor.data_ptr() != address or (version is not None and tensor._version != version) or compared.tobytes() != values
            if replaced or written:
                raise RuntimeError(
                    f"a trace must go on with the weights with which it was begun: {name} of {kind} was written to or replaced after that; "
                    "make the trace anew with gatelab.trace"
                )

    def __reduce__(self) -> tuple[type, tuple[Reader | Plain, Any]]:
        self.check()
        return TracedWeights, (self.model, self.head)


def _seen(module, name, tensor, again):
    """A weight of a module, read twice: one that is made at each reading must come out the same."""
    if tensor.dtype not in (torch.float32, torch.float64, *HALVES) or not tensor.is_cpu:
        hint = "" if tensor.is_cpu else "; copy.deepcopy(module).cpu() is one there"
        raise ValueError(f"the module must be in floating point on the CPU: got {tensor.dtype} on {tensor.device} for {name}{hint}")
    if tensor is not again:
        if not _same(tensor, again):
            raise ValueError(
                f"the module's weights must be the same at each reading: got another {name} of {type(module).__name__} each time; call its eval() first"
            )
        tensor = tensor.detach()
    held = next((held for held in (module._parameters, module._buffers, vars(module)) if held.get(name) is tensor), None)
    version = None if tensor.is_inference() else tensor._version
    compared = sample(_bits(tensor))
    return Seen(type(module).__name__, name, held, tensor, tensor.data_ptr(), version, compared, compared.tobytes())


def _same(one, other):
    return (one.dtype, one.device) == (other.dtype, other.device) and np.array_equal(_bits(one), _bits(other), equal_nan=True)


def _bits(tensor):
    """A tensor's memory as an array; NumPy has no bfloat16."""
    return (tensor.detach().view(torch.int16) if tensor.dtype == torch.bfloat16 else tensor.detach()).numpy()


def _computed(tensor):
    return tensor.detach().float() if tensor.dtype in HALVES else tensor


def sample(array: np.ndarray) -> np.ndarray:
    """Entries of a weight, in its own memory: of a matrix at least one in each row and each column, of anything else all."""
    if array.ndim != 2 or not array.flags.c_contiguous:
        return array
    return array.reshape(-1)[:: _apart(*array.shape)]


@cache
def _apart(rows, width):
    """Every how many entries of a matrix one is compared: less than a row, and so that every column has its turn."""
    return next((n for n in range(min(width - 1, rows), 1, -1) if gcd(n, width) == 1), 1)
