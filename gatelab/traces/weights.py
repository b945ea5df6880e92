"""The weights with which a trace was begun: with others, its next steps would not fit those that it has."""

from functools import cache
from math import gcd
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from gatelab import cells, roles
from gatelab.networks import Reader
from gatelab.traces.modules import Plain, cell, check_calls, check_recurrent, hooks_of, prepared

MATRICES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
"""What each layer of every cell has; a module may be without biases."""


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

    Attributes:
        recurrent: the recurrent module.
        layers: the `cells.Weights` of each of its layers.
        dtype: that of all of them.

    Raises:
        TypeError, ValueError: the model is one that a trace cannot follow.
    """

    def __init__(self, model: Reader | Plain) -> None:
        self.model, self.recurrent = model, check_recurrent(model.recurrent if isinstance(model, Reader) else model)
        check_calls(model)
        self.hooks = hooks_of(model)
        self.layers: list[cells.Weights] = []
        self.seen: list[Seen] = []
        source, again = prepared(self.recurrent), prepared(self.recurrent)
        names = (*MATRICES, *roles.of(cell(self.recurrent)).peepholes)
        for k in range(self.recurrent.num_layers):
            layer = {
                name: _seen(self.recurrent, f"{name}_l{k}", tensor, getattr(again, f"{name}_l{k}"))
                for name in names
                if (tensor := getattr(source, f"{name}_l{k}", None)) is not None
            }
            self.layers.append(cells.Weights(**{name: each.tensor for name, each in layer.items()}))
            self.seen += layer.values()
        self.dtype = self.seen[0].tensor.dtype
        for each in self.seen:
            if each.tensor.dtype != self.dtype:
                raise ValueError(f"the module's weights must have one dtype: got {each.tensor.dtype} for {each.name} beside {self.dtype}")
        inside = set(self.recurrent.modules())
        self.seen += [
            _seen(part, name, tensor, tensor)
            for part in model.modules()
            if part not in inside
            for name, tensor in (part._parameters | part._buffers).items()
            if tensor is not None and tensor.is_floating_point()
        ]

    def check(self) -> None:
        """Refuse to go on where the next step would be one of another model.

        Raises:
            RuntimeError: a weight is no longer what it was.
            ValueError: the model has got a forward hook, or autocast is on.
        """
        if any(self.hooks) or torch.is_autocast_enabled("cpu"):
            check_calls(self.model)
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

    def __reduce__(self) -> tuple[type, tuple[Reader | Plain]]:
        self.check()
        return TracedWeights, (self.model,)


def _seen(module, name, tensor, again):
    """A weight of a module, read twice: one that is made at each reading must come out the same."""
    if tensor.dtype not in (torch.float32, torch.float64) or not tensor.is_cpu:
        raise ValueError(f"the module must be float32 or float64 on the CPU: got {tensor.dtype} on {tensor.device} for {name}")
    if tensor is not again:
        if not _same(tensor, again):
            raise ValueError(
                f"the module's weights must be the same at each reading: got another {name} of {type(module).__name__} each time; call its eval() first"
            )
        tensor = tensor.detach()
    held = next((held for held in (module._parameters, module._buffers, vars(module)) if held.get(name) is tensor), None)
    version = None if tensor.is_inference() else tensor._version
    compared = sample(tensor.detach().numpy())
    return Seen(type(module).__name__, name, held, tensor, tensor.data_ptr(), version, compared, compared.tobytes())


def _same(one, other):
    return (one.dtype, one.device) == (other.dtype, other.device) and np.array_equal(one.detach().numpy(), other.detach().numpy(), equal_nan=True)


def sample(array: np.ndarray) -> np.ndarray:
    """Entries of a weight, in its own memory: of a matrix at least one in each row and each column, of anything else all."""
    if array.ndim != 2 or not array.flags.c_contiguous:
        return array
    return array.reshape(-1)[:: _apart(*array.shape)]


@cache
def _apart(rows, width):
    """Every how many entries of a matrix one is compared: less than a row, and so that every column has its turn."""
    return next((n for n in range(min(width - 1, rows), 1, -1) if gcd(n, width) == 1), 1)
