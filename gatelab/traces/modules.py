"""Which modules a trace can follow, and the weights that the next forward pass of one would use.

A trace computes the equations of a cell from its weights, and calls neither the module nor its hooks. So nothing else may
have a say in what the module computes; what has one is refused by name.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import Any

import torch
from torch import nn
from torch.nn.modules import module as torch_hooks
from torch.nn.utils.prune import BasePruningMethod
from torch.nn.utils.spectral_norm import SpectralNorm
from torch.nn.utils.weight_norm import WeightNorm

from gatelab import cells, holds
from gatelab.networks import EncoderDecoder, Reader, Transformer
from gatelab.recurrent import Recurrent

CELLS = (nn.RNNCell, nn.LSTMCell, nn.GRUCell)
"""Modules of a single step: a trace calls them once a step, each time with the state that came before."""

Plain = Recurrent | nn.RNN | nn.LSTM | nn.GRU | nn.RNNCell | nn.LSTMCell | nn.GRUCell
PLAIN = (Recurrent, nn.RNN, nn.LSTM, nn.GRU, *CELLS)
"""Modules that are traced by themselves."""

HALVES = (torch.float16, torch.bfloat16)
"""Half precisions: a trace computes in float32 with the weights as they are, so it is at least as exact as the module."""

FOLLOWED = (*PLAIN, nn.MultiheadAttention, nn.TransformerEncoderLayer, nn.TransformerDecoderLayer, Reader, EncoderDecoder, Transformer)
"""Modules whose equations a trace computes in their place."""

METHODS = ("__call__", "forward", "read", "encode", "step", "decode", "_sa_block", "_mha_block", "_ff_block")
"""Of these, the methods that compute something and that a trace does not call."""

MAKERS = (WeightNorm, SpectralNorm, BasePruningMethod)
"""Forward pre-hooks of PyTorch that change nothing but a weight, which they make anew: `torch.nn.utils.weight_norm` and so on."""


MODES = {"RNN_TANH": "rnn", "RNN_RELU": "rnn-relu", "LSTM": "lstm", "GRU": "gru"}
"""What PyTorch's modules call their cell."""


class Looks:
    """A forward hook that changes nothing: what `gatelab.watch` puts on a module."""


def cell(module: Plain) -> str:
    """The cell of a recurrent module: a key of `roles.KNOWN`."""
    if isinstance(module, Recurrent):
        return module.cell
    if isinstance(module, nn.RNNCell):
        return MODES[f"RNN_{module.nonlinearity.upper()}"]
    return MODES[module.mode] if isinstance(module, nn.RNNBase) else "lstm" if isinstance(module, nn.LSTMCell) else "gru"


def directions(module: Plain) -> int:
    """In how many directions a module reads: 1, or 2 with `bidirectional=True`."""
    return 2 if getattr(module, "bidirectional", False) else 1


def suffixes(module: Plain) -> list[tuple[str, ...]]:
    """The end of the parameters' names in each layer, one for each direction: [("_l0", "_l0_reverse")]."""
    if isinstance(module, CELLS):
        return [("",)]
    return [tuple(f"_l{k}{way}" for way in ("", "_reverse")[: directions(module)]) for k in range(module.num_layers)]


def sizes(module: Plain) -> tuple[int, int]:
    """How many units a layer has in all its directions, and how many its h has: with a projection these are fewer."""
    ways = directions(module)
    return ways * module.hidden_size, ways * (getattr(module, "proj_size", 0) or module.hidden_size)


def places(model: Reader | Plain) -> dict[str, holds.Place]:
    """What of a model can be held, see `holds.layers`."""
    recurrent = model.recurrent if isinstance(model, Reader) else model
    size, shown_size = sizes(recurrent)
    return holds.layers(cell(recurrent), size, len(suffixes(recurrent)), 0 if shown_size == size else shown_size)


def weights(module: Plain, suffix: str) -> cells.Weights:
    """The `cells.Weights` that the next forward pass of a module would use; those that a pre-hook makes anew are made here as well."""
    return cells.weights(prepared(module), suffix)


def prepared(module: nn.Module) -> "nn.Module | _Prepared":
    """What has the weights of a module as its next forward pass would use them, without a change to the module."""
    return _Prepared(module) if module._forward_pre_hooks else module


class _Prepared:
    """The attributes of a module, and in front of them what its pre-hooks make; as after `eval()`, where nothing is estimated further."""

    training = False

    def __init__(self, module: nn.Module) -> None:
        self.module = module
        for hook in module._forward_pre_hooks.values():
            if isinstance(hook, MAKERS):
                hook(self, None)  # type: ignore[arg-type]  # what has the attributes of a module

    def __getattr__(self, name: str) -> Any:
        return getattr(self.module, name)


def on_the_cpu() -> AbstractContextManager:
    """Where the tensors of a trace are made, whatever PyTorch's default device is."""
    return nullcontext() if torch.get_default_device().type == "cpu" else torch.device("cpu")


def check_calls(model: nn.Module, makers: tuple[type, ...] = MAKERS) -> None:
    """Refuse a model that computes more than its equations: with a `forward` of its own, with forward hooks, or in autocast.

    Args:
        makers: the kinds of pre-hooks that are allowed.

    Raises:
        ValueError: the model, or a part of it, is such a one.
    """
    if torch.is_autocast_enabled("cpu"):
        raise ValueError("a trace must be made outside torch.autocast, in the precision of the weights: got autocast on the CPU")
    if torch_hooks._global_forward_hooks or torch_hooks._global_forward_pre_hooks:
        raise ValueError("a trace calls no forward hooks, so there must be none: got one for all modules (torch.nn.modules.module.register_module_forward...)")
    for name, part in model.named_modules():
        what = f"{name or 'the module'} ({type(part).__name__})"
        kind, own = _overridden(type(part))  # type: ignore[arg-type]  # a class has a hash
        own = own or next((method for method in METHODS if kind and method in vars(part)), None)
        if own:
            raise ValueError(f"{what} must compute what {kind.__name__} does, whose equations a trace follows: got a {own} of its own")
        after = [hook for hook in part._forward_hooks.values() if not isinstance(hook, Looks)]
        hooks = [*after, *(hook for hook in part._forward_pre_hooks.values() if not isinstance(hook, makers))]
        if hooks:
            raise ValueError(f"{what} must have no forward hooks, which a trace does not call: got {hooks[0]!r}; remove it first")


@lru_cache(maxsize=256)
def _overridden(of):
    """The kind of `FOLLOWED` that a class is of, and the first of its `METHODS` that the class has in another form; None for what there is not."""
    kind = next((kind for kind in FOLLOWED if issubclass(of, kind)), None)
    return kind, next((method for method in METHODS if kind and getattr(of, method, None) is not getattr(kind, method, None)), None)


def hooks_of(model: nn.Module) -> tuple[Mapping, ...]:
    """The collections of all forward hooks that could have a say in what a model computes, most of them empty."""
    return (
        torch_hooks._global_forward_hooks,
        torch_hooks._global_forward_pre_hooks,
        *(hooks for part in model.modules() for hooks in (part._forward_hooks, part._forward_pre_hooks)),
    )
