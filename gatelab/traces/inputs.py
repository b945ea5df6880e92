"""What a model is given to read: a string, or numbers in any form that PyTorch's modules take, one sequence of them."""

from operator import index as as_integer
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence

from gatelab.networks import Reader
from gatelab.traces.modules import HALVES, Plain


class Picked(NamedTuple):
    """One sequence, and where in a batch it was."""

    x: Tensor  # (T, D), in the precision that a trace computes in
    batch: int | None  # how many sequences there were; None where there was no batch
    which: int  # which of them it is


def check_text(model: Reader, text: object) -> str:
    """A string for a `Reader`.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(text, str):
        raise TypeError(f"{model.spec.name} reads a string: got {type(text).__name__}")
    return text


def sequence(module: Plain, given: Any, dtype: torch.dtype, index: int | None = None) -> Picked:
    """One sequence for a plain module.

    Args:
        given: (T, D); a batch (T, B, D), or (B, T, D) for a module with `batch_first`; or a `PackedSequence`. A tensor, an array, or lists of numbers, which are
            taken in the precision of the weights.
        dtype: of the module's weights.
        index: which of the batch; a batch of one needs none.

    Raises:
        TypeError: it is nothing of this kind.
        ValueError: its shape, dtype or device is another, or of a batch none was chosen.
    """
    if isinstance(given, PackedSequence):
        x, lengths = pad_packed_sequence(given)
        _check_numbers(module, x, dtype)
        one = chosen(index, x.shape[1], f"a packed sequence of {x.shape[1]}")
        return Picked(_computed(x[: int(lengths[one]), one]), x.shape[1], one)
    x = tensor(module, given, dtype)
    width = module.input_size
    if x.ndim not in (2, 3) or x.shape[-1] != width:
        batched = f"(B, T, {width})" if getattr(module, "batch_first", False) else f"(T, B, {width})"
        raise ValueError(
            f"input must have shape (T, {width}), without a batch, or {batched}, of which index= chooses one: got {tuple(x.shape)}"
            + ("; ids of tokens must go through the model's embedding first" if x.ndim < 2 else "")
        )
    _check_numbers(module, x, dtype)
    if x.ndim == 2:
        if index is not None:
            raise ValueError(f"index must be left out for an input without a batch, {tuple(x.shape)}: got {index!r}")
        return Picked(_computed(x), None, 0)
    x = x.transpose(0, 1) if getattr(module, "batch_first", False) else x
    one = chosen(index, x.shape[1], f"an input of {len(x)} steps and {x.shape[1]} sequences")
    return Picked(_computed(x[:, one]), x.shape[1], one)


def chosen(index: int | None, count: int, of: str) -> int:
    """Which of so many sequences is meant.

    Raises:
        TypeError: it is no integer.
        ValueError: there is none of that number, or none was named.
    """
    if index is None:
        if count == 1:
            return 0
        raise ValueError(f"a trace is one of one sequence: say which with index=0 to index={count - 1}; got {of}")
    try:
        found = as_integer(index)
    except TypeError:
        raise TypeError(f"index must be an integer: got {type(index).__name__}") from None
    if isinstance(index, bool) or not 0 <= found < count:
        raise ValueError(f"index must be in 0 to {count - 1} for {of}: got {index!r}")
    return found


def tensor(module: Plain, given: Any, dtype: torch.dtype) -> Tensor:
    """Numbers as a tensor: one stays as it is, an array or lists of floats are taken in the precision of the weights.

    Raises:
        TypeError: these are no numbers.
    """
    if isinstance(given, Tensor):
        return given
    reads = f"a plain {type(module).__name__} reads numbers (T, {module.input_size}): "
    if isinstance(given, str | bytes | nn.Module):
        raise TypeError(f"{reads}got {type(given).__name__}; text must go through the model's embedding first, and tokens= labels the steps")
    if isinstance(given, list | tuple) and given and all(isinstance(each, Tensor) for each in given):
        return torch.stack(tuple(given))
    try:
        array = np.asarray(given)
    except (TypeError, ValueError, RuntimeError):
        array = np.empty(0, object)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{reads}got {type(given).__name__}{'' if array.dtype == object else f' of {array.dtype}'}")
    kind = np.int64 if array.dtype.kind != "f" else np.float64 if dtype == torch.float64 else np.float32
    made = torch.from_numpy(np.ascontiguousarray(array, kind))
    return made.to(dtype) if made.is_floating_point() else made


def _check_numbers(module, x, dtype):
    if x.dtype != dtype and not (dtype in HALVES and x.dtype == torch.float32):
        hint = "" if x.is_floating_point() else "; ids of tokens must go through the model's embedding first, other numbers be floats"
        raise ValueError(f"input must be {dtype}, like the weights: got {x.dtype}{hint}")
    if x.device.type != "cpu":
        raise ValueError(f"input must be on the CPU, like the weights: got {x.device}")


def _computed(x):
    """The numbers in the precision that a trace computes in."""
    x = x.detach()
    return x.float() if x.dtype in HALVES else x
