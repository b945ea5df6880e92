"""The module behind what wraps it: compiled and scripted ones, and what to do where there is none to trace."""

import re
from typing import Any

import torch
from torch import nn

from gatelab.traces.modules import PLAIN, Plain

SCRIPTED = re.compile(r"__torch__\.torch\.nn\.modules\.rnn\.(?:___torch_mangle_\d+\.)?(RNN|LSTM|GRU|RNNCell|LSTMCell|GRUCell)")
"""What TorchScript calls PyTorch's own recurrent modules, and nobody else's."""

SHOWN = 6
"""Of the modules inside another one, how many a message names."""


def unwrapped(model: Any) -> Any:
    """A model without what `torch.compile` or `torch.jit.script` put around it; its parameters are the same tensors.

    Raises:
        TypeError: a scripted module is none of PyTorch's recurrent modules.
    """
    while isinstance(model, nn.Module) and isinstance(getattr(model, "_orig_mod", None), nn.Module):
        model = model._orig_mod
    return _unscripted(model) if isinstance(model, torch.jit.ScriptModule) else model


def _unscripted(model):
    """A module of PyTorch with the parameters of a scripted one."""
    found = _kind(model)
    if not found or not hasattr(model, "hidden_size"):
        rule = f"a scripted module must be one of PyTorch's recurrent modules: got {model.original_name}"
        if found:
            raise TypeError(f"{rule} from torch.jit.trace, which keeps no settings; give the module that it was made of, or one that has loaded its state_dict")
        inside = [name for name, part in model.named_modules() if scripted(part)]
        raise TypeError(f"{rule}" + (f", which has {', '.join(inside[:SHOWN])} inside; trace model.get_submodule({inside[0]!r})" if inside else ""))
    options: dict[str, Any] = {"bias": model.bias}
    if not found.endswith("Cell"):
        options |= {name: getattr(model, name) for name in ("num_layers", "batch_first", "dropout", "bidirectional")}
        options |= {"proj_size": model.proj_size} if found == "LSTM" else {}
    if found.startswith("RNN"):
        options["nonlinearity"] = model.nonlinearity if found == "RNNCell" else model.mode.removeprefix("RNN_").lower()
    with torch.device("meta"):
        made = getattr(nn, found)(model.input_size, model.hidden_size, **options)
    for name, parameter in model.named_parameters():
        setattr(made, name, parameter if isinstance(parameter, nn.Parameter) else nn.Parameter(parameter, requires_grad=parameter.requires_grad))
    return made.train(model.training)


def scripted(part: nn.Module) -> bool:
    """Whether a module is a scripted one of PyTorch's recurrent modules."""
    return isinstance(part, torch.jit.ScriptModule) and bool(_kind(part))


def _kind(part):
    """Which of PyTorch's recurrent modules a scripted one was, e.g. "LSTM"; "" for none."""
    found = SCRIPTED.fullmatch(part._c._type().qualified_name()) if hasattr(part, "_c") else None
    return found[1] if found else ""


def recurrent_parts(model: nn.Module) -> dict[str, nn.Module]:
    """The recurrent modules inside a model, by their names in it; one that is the model itself has the name ""."""
    return {name: part for name, part in model.named_modules() if isinstance(part, PLAIN)}


def check_recurrent(model: Any) -> Plain:
    """A module that is traced by itself.

    Raises:
        TypeError: it is none; the message says what to do instead.
    """
    if isinstance(model, PLAIN):
        return model
    rule = "model must be a GateLab model, a Recurrent, nn.RNN, nn.LSTM or nn.GRU, or one of PyTorch's cells"
    if isinstance(model, str):
        raise TypeError(f"{rule}, and stand before what it reads: got the string {model[:40]!r}; gatelab.load gives a shipped model by its name")
    if not isinstance(model, nn.Module):
        raise TypeError(f"{rule}: got {type(model).__name__}")
    inside = recurrent_parts(model)
    if not inside:
        of = type(model)
        called = f"{of.__module__}.{of.__name__}" if of.__name__ in {kind.__name__ for kind in PLAIN} else of.__name__
        raise TypeError(
            f"{rule}: got {called}, which has none of these inside; arrays of any other network make a trace by gatelab.Trace.of(tokens, f=..., h=...)"
        )
    names = ", ".join(f"{name} ({type(part).__name__})" for name, part in list(inside.items())[:SHOWN]) + (", ..." if len(inside) > SHOWN else "")
    raise TypeError(
        f"{rule}: got {type(model).__name__}, which has {names} inside; trace {'them all' if len(inside) > 1 else 'it'} while your own code runs: "
        "with gatelab.watch(model) as seen: model(...)"
    )
