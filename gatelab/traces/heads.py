"""A head of somebody's own: what his network says at each hidden state."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

NEAR = 1e-3
"""How far from 1 a row of probabilities may add up."""

ESTIMATING = (nn.modules.dropout._DropoutNd, nn.modules.batchnorm._BatchNorm)
"""Modules that compute something else while training."""


@dataclass(frozen=True)
class Head:
    """What turns hidden states into answers.

    Scores become probabilities by a softmax. Rows that are probabilities already, of at least 0 with sum 1, stay as they are; the first steps of a trace decide
    which of the two holds for all of it. A head with a single output gives a number, which stays as it is.

    Attributes:
        call: hidden states (T, H) -> scores or probabilities (T, O).
        labels: what its O outputs stand for.
        ready: whether what it gives are probabilities; None before anything was seen of it.
    """

    call: Callable[[Tensor], Any]
    labels: tuple[str, ...]
    ready: bool | None = None

    def decided(self, h: Tensor) -> "Head":
        """The head once it has seen hidden states (n, H), at least one."""
        if self.ready is not None:
            return self
        said = self._said(h)
        return replace(self, ready=bool((said >= 0).all() and ((said.sum(-1) - 1).abs() <= NEAR).all()))

    def answers(self, h: Tensor) -> np.ndarray:
        """Probabilities, or the one number, at hidden states (n, H): (n, O)."""
        said = self._said(h)
        return (said if self.ready or len(self.labels) == 1 else said.softmax(-1)).numpy()

    def _said(self, h):
        return outputs(self.call, h, len(self.labels))


def head(call: Any, width: int, labels: Iterable[str] | None, dtype: torch.dtype) -> Head:
    """A `Head` that reads `width` units.

    Args:
        call: a module or a function, hidden states (T, H) -> (T, O).
        labels: O strings; numbers from "0" without.

    Raises:
        TypeError: it cannot be called.
        ValueError: it gives no (T, O), a part of it is in training mode that computes something else there, or there are not O labels.
    """
    if not callable(call):
        raise TypeError(f"head must be a module or a function of hidden states (T, {width}): got {type(call).__name__}")
    for name, part in call.named_modules() if isinstance(call, nn.Module) else ():
        if part.training and isinstance(part, ESTIMATING):
            raise ValueError(f"head must be as after eval(): {name or 'it'} ({type(part).__name__}) is in training mode; call its eval() first")
    count = outputs(call, torch.zeros(1, width, dtype=dtype)).shape[1]
    return Head(call, labelled("labels", labels, count) or tuple(map(str, range(count))))


def outputs(call: Callable[[Tensor], Any], h: Tensor, count: int | None = None) -> Tensor:
    """What a head gives for hidden states (n, H): (n, O), in their precision.

    Raises:
        ValueError: it gives something else.
    """
    wanted = next((p.dtype for p in call.parameters() if p.is_floating_point()), h.dtype) if isinstance(call, nn.Module) else h.dtype
    said = call(h.to(wanted, copy=True))
    if not isinstance(said, Tensor) or said.shape != (len(h), said.shape[-1] if count is None and said.ndim else count):
        got = tuple(said.shape) if isinstance(said, Tensor) else type(said).__name__
        raise ValueError(f"head must give a tensor ({len(h)}, {count or 'O'}) for hidden states {tuple(h.shape)}: got {got}")
    return said.detach().to("cpu", h.dtype)


def labelled(what: str, given: Iterable[str] | None, count: int) -> tuple[str, ...]:
    """So many labels; () where none are given.

    Args:
        what: what is labelled, for the message.

    Raises:
        TypeError: one is no string.
        ValueError: there are more or fewer.
    """
    found = () if given is None else tuple(given)
    for label in found:
        if not isinstance(label, str):
            raise TypeError(f"{what} must be strings: got {type(label).__name__} {label!r}")
    if given is not None and len(found) != count:
        raise ValueError(f"{what} must be {count} strings: got {len(found)}")
    return found
