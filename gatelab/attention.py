"""Attention, written as its equations: scores say where to look, weights share the look out, the context is what is seen.

Shapes: Q queries look at K keys, each a vector; leading dimensions (heads) are free.
"""

from typing import NamedTuple

from torch import Tensor


class Attended(NamedTuple):
    """What one look at the keys computes."""

    scores: Tensor  # energies, (..., Q, K)
    weights: Tensor  # attention weights, (..., Q, K) in [0, 1], rows sum to 1
    context: Tensor  # the weighted sum of the values, (..., Q, H)


def additive(query: Tensor, keys: Tensor, v: Tensor) -> Tensor:
    """Energies of Bahdanau, Cho and Bengio (2015, https://arxiv.org/abs/1409.0473): v⊤ tanh(W s + U h).

    Args:
        query: W s of each query, (..., Q, A).
        keys: U h of each key, (..., K, A).
        v: what each of the A sums counts for, (A,).
    """
    return (query.unsqueeze(-2) + keys.unsqueeze(-3)).tanh() @ v


def multiplicative(query: Tensor, keys: Tensor) -> Tensor:
    """Energies of Luong, Pham and Manning (2015, https://arxiv.org/abs/1508.04025), their "general" form: s⊤ W h.

    Args:
        query: s of each query, (..., Q, A).
        keys: W h of each key, (..., K, A).
    """
    return query @ keys.transpose(-2, -1)


def scaled(query: Tensor, keys: Tensor) -> Tensor:
    """Energies of Vaswani et al. (2017, https://arxiv.org/abs/1706.03762): q⊤ k / sqrt(A).

    Args:
        query: q of each query, (..., Q, A).
        keys: k of each key, (..., K, A).
    """
    return multiplicative(query, keys) / query.shape[-1] ** 0.5


def attend(scores: Tensor, values: Tensor, mask: Tensor | None = None) -> Attended:
    """Turn energies into weights, and see through them.

    Args:
        scores: energies, (..., Q, K).
        values: what there is to see at each key, (..., K, H).
        mask: True where a query must not look, (Q, K); the weight there is exactly 0.
    """
    if mask is not None:
        scores = scores.masked_fill(mask, -float("inf"))
    weights = scores.softmax(-1)
    return Attended(scores, weights, weights @ values)
