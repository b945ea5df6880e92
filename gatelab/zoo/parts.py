"""A network of plain PyTorch, an embedding, a recurrent module and a head, as a `Reader`: what `save` writes of a model that was made elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from gatelab.networks import ModelSpec, Reader
from gatelab.text import NUMBERS, UNKNOWN, Numbers
from gatelab.traces import modules

NEVER = -1e4
"""The score of the unknown where a head has none for it: its probability is 0, and those of the others are what they were."""

READ = 12
"""Tokens on which a model's own forward is compared."""


class Parts(NamedTuple):
    """embedding (None where numbers are read), recurrent module, head."""

    embedding: nn.Embedding | None
    recurrent: Any
    head: nn.Linear


def reader(model: object, name: str, tokens: Sequence[str] | Mapping[str, int] | None, outputs: Sequence[str], unit: str) -> Reader:
    """A `Reader` that computes the same as head(recurrent(embedding(ids))).

    Args:
        model: a module with the attributes embedding, recurrent and head, or the three by themselves; see `save` for the others.

    Raises:
        TypeError: the model, or one of its parts, is of another kind.
        ValueError: its parts do not fit each other or the tokens, or its own `forward` computes something else.
    """
    parts = _parts(model, unit)
    modules.check_calls(nn.ModuleList(part for part in parts if part is not None), makers=modules.MAKERS)
    given = _tokens(tokens, parts, unit)
    whole = given if unit == NUMBERS or UNKNOWN in given else (UNKNOWN, *given)
    width = Numbers.width if parts.embedding is None else parts.embedding.embedding_dim
    recurrent = parts.recurrent
    if recurrent.input_size != width or parts.head.in_features != recurrent.hidden_size:
        sizes = f"{width}, {recurrent.input_size} to {recurrent.hidden_size}, and {parts.head.in_features}"
        raise ValueError(f"embedding, recurrent and head must fit each other: got sizes {sizes}")
    spec = ModelSpec(name, modules.cell(recurrent), whole, width, recurrent.hidden_size, recurrent.num_layers, unit, tuple(outputs))
    labels = len(outputs) or len(given)
    if parts.head.out_features != labels:
        raise ValueError(f"head must have a row for each {'output' if outputs else 'token'}, {labels}: got {parts.head.out_features} rows")
    made = Reader(spec)
    made.load_state_dict(made.state_dict() | _weights(parts, made, added=len(whole) - len(given), predicts=not outputs))
    if isinstance(model, nn.Module) and type(model).forward is not nn.Module.forward:
        _check_forward(model, parts, made)
    return made.eval()


def _parts(model, unit):
    found: tuple[Any, ...] = (
        tuple(model) if isinstance(model, (tuple, list)) and len(model) == 3 else tuple(getattr(model, name, None) for name in Parts._fields)
    )
    for name, part, kind, what in (
        ("embedding", found[0], type(None) if unit == NUMBERS else nn.Embedding, "None" if unit == NUMBERS else "an nn.Embedding"),
        ("recurrent", found[1], modules.PLAIN, "a Recurrent, nn.LSTM, nn.GRU or nn.RNN"),
        ("head", found[2], nn.Linear, "an nn.Linear"),
    ):
        if not isinstance(part, kind):
            got = type(model if part is None else part).__name__
            raise TypeError(f"model must be a Reader, or have an embedding, a recurrent module and a head, of which {name} must be {what}: got {got}")
    parts = Parts(*found)
    if getattr(parts.recurrent, "bidirectional", False) or getattr(parts.recurrent, "proj_size", 0):
        raise ValueError(f"recurrent must read in one direction, without a projection: got {parts.recurrent}")
    if parts.embedding is not None and parts.embedding.max_norm is not None:
        raise ValueError(f"embedding must have no max_norm, which changes it while it is read: got {parts.embedding.max_norm}")
    return parts


def _tokens(tokens, parts, unit):
    """The tokens in the order of their ids."""
    if unit == NUMBERS:
        return ()
    if tokens is None:
        raise ValueError("tokens must be given, the token of each row of the embedding: got None")
    if isinstance(tokens, Mapping):
        tokens = sorted(tokens, key=tokens.__getitem__) if sorted(tokens.values()) == [*range(len(tokens))] else None
        if tokens is None:
            raise ValueError("tokens must have each id from 0 on once: got others")
    if len(tokens) != parts.embedding.num_embeddings:
        raise ValueError(f"tokens must be as many as the rows of the embedding, {parts.embedding.num_embeddings}: got {len(tokens)}")
    return tuple(tokens)


def _weights(parts, made, added, predicts):
    """The state dict of a `Reader` with the weights of these parts; where the unknown was added in front, zeros stand for it."""
    ready = modules.prepared(parts.recurrent)
    weights = {}
    for name, parameter in made.recurrent.named_parameters():
        found = getattr(ready, name, None)
        weights[f"recurrent.{name}"] = torch.zeros_like(parameter) if found is None else found.detach()
    if parts.embedding is not None:
        rows = parts.embedding.weight.detach()
        weights["embedding.weight"] = torch.cat((rows.new_zeros(added, rows.shape[1]), rows))
    rows, bias = parts.head.weight.detach(), parts.head.bias
    bias = rows.new_zeros(len(rows)) if bias is None else bias.detach()
    before = added if predicts else 0
    weights["head.weight"] = torch.cat((rows.new_zeros(before, rows.shape[1]), rows))
    weights["head.bias"] = torch.cat((bias.new_full((before,), NEVER), bias))
    for name, weight in weights.items():
        if weight.dtype != torch.float32 or weight.device.type != "cpu":
            raise ValueError(f"the model must be float32 on the CPU: got {weight.dtype} on {weight.device} for {name}")
    return weights


@torch.no_grad()
def _check_forward(model, parts, made):
    """Refuse a module whose own forward, in whatever layout, gives other scores than its parts."""
    count = parts.embedding.num_embeddings if parts.embedding is not None else READ
    read = torch.arange(READ) % count if parts.embedding is not None else torch.linspace(0, 1, 2 * READ).view(READ, 2)
    added = len(made.spec.tokens) - count if parts.embedding is not None else 0
    scores = made.eval()(read + added)[:, 0 if made.spec.outputs else added :]
    modes = [(part, part.training) for part in model.modules()]
    model.eval()
    try:
        found = [_called(model, each) for each in (read, read[None], read[:, None])]
    finally:
        for part, mode in modes:
            part.training = mode
    if not any(_same(one, scores) for one in found):
        raise ValueError(
            f"model must compute head(recurrent(embedding(ids))): the forward of {type(model).__name__} gives something else, or reads something else; "
            "where it is meant all the same, give the three by themselves, (embedding, recurrent, head)"
        )


def _called(model, read):
    try:
        said = model(read)
    except Exception:  # noqa: BLE001 (it wants another layout, or more arguments)
        return None
    return said[0] if isinstance(said, (tuple, list)) and said else said


def _same(found, scores):
    """Whether an answer is that of each step, or of the last, as scores, probabilities or their logarithms."""
    if not isinstance(found, Tensor) or found.numel() not in (scores.numel(), scores.shape[-1]):
        return False
    said = found.reshape(-1, scores.shape[-1])
    return any(torch.allclose(said, form[-len(said) :], atol=1e-4) for form in (scores, scores.softmax(-1), scores.log_softmax(-1)))
