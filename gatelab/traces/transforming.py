"""The trace of a transformer: every head of every layer, in the encoder, in the decoder, and between them."""

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from gatelab import attention
from gatelab.networks import Transformer
from gatelab.networks.transformer import causal
from gatelab.text import END, START
from gatelab.traces.attending import AttentionTrace, check, read_as

NAMES = ("query", "key", "value", "scores", "weights", "context")
"""What one head computes, in the order of its equations; A = H / heads."""


@torch.inference_mode()
def write(model: Transformer, source: str) -> AttentionTrace:
    """Run a `Transformer` over a source, taking the likeliest token at each step.

    Raises:
        TypeError: the source is no string.
        ValueError: the model computes more than its equations.
    """
    tokens = check(model, source)
    encoder, memory = _encoded(model, torch.tensor(read_as(model, tokens), dtype=torch.long))
    ids, end, longest = [model.target.ids[START]], model.target.ids[END], model.spec.longest(len(tokens)) if tokens else 0
    while len(ids) <= longest and ids[-1] != end:
        *_, probs = _decoded(model, torch.tensor(ids), memory)
        ids.append(int(probs[-1].argmax()))
    decoder, across, probs = _decoded(model, torch.tensor(ids[:-1], dtype=torch.long), memory)
    written = tuple(model.spec.target[id] for id in ids[1:])
    return AttentionTrace(model, source, tokens, written, across, encoder, decoder, probs.numpy())


def heads(module: nn.MultiheadAttention, x: Tensor, memory: Tensor, mask: Tensor | None = None) -> tuple[tuple[Tensor, ...], Tensor]:
    """One `nn.MultiheadAttention`, head by head, and its output (Q, H).

    Args:
        x: what looks, (Q, H).
        memory: what is looked at, (K, H).
        mask: True where a query must not look, (Q, K).

    Returns:
        name of `NAMES` -> (heads, Q or K, ...), and the heads' contexts side by side, once more through a matrix.
    """
    weights, biases = module.in_proj_weight.chunk(3), module.in_proj_bias.chunk(3)
    query, key, value = (linear(of, w, b).unflatten(-1, (module.num_heads, -1)).transpose(0, 1) for of, w, b in zip((x, memory, memory), weights, biases))
    seen = attention.attend(attention.scaled(query, key), value, mask)
    return (query, key, value, *seen), module.out_proj(seen.context.transpose(0, 1).flatten(1))


def _encoded(model, ids):
    """The encoder's heads and its last states (K, H)."""
    x, seen = model.embed(model.source_embedding, ids), []
    for layer in model.encoder:
        own, out = heads(layer.self_attn, x, x)
        x = layer.norm1(x + out)
        x = layer.norm2(x + layer.linear2(layer.linear1(x).relu()))
        seen.append(own)
    return _stacked(seen), x


def _decoded(model, ids, memory):
    """The decoder's heads over itself, those over the encoder's states, and the probabilities (Q, V) after each token."""
    x, own, across = model.embed(model.target_embedding, ids), [], []
    for layer in model.decoder:
        looked, out = heads(layer.self_attn, x, x, causal(len(ids)))
        x = layer.norm1(x + out)
        own.append(looked)
        looked, out = heads(layer.multihead_attn, x, memory)
        x = layer.norm2(x + out)
        across.append(looked)
        x = layer.norm3(x + layer.linear2(layer.linear1(x).relu()))
    return _stacked(own), _stacked(across), model.score(x).softmax(-1)


def _stacked(layers):
    """name -> (L, heads, ...)"""
    return {name: torch.stack(arrays).numpy() for name, arrays in zip(NAMES, zip(*layers))}
