"""Beam search: a few beginnings of a target are kept at each step, and all that was looked at stands in a tree."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

from gatelab.networks import EncoderDecoder
from gatelab.text import END, START


@dataclass
class Node:
    """A beginning of a target: that of its parent and one more token.

    Attributes:
        parent: place of the parent in the tree; -1 for a first token.
        step: from 0.
        id: of the token.
        logp: log probability of the token, in nats.
        total: that of the whole beginning, in nats.
        fate: "kept" (it was gone on with), "dropped" (others were likelier), "ended" (it is a whole target), "stopped" (no steps were left).
        best: whether it lies on the way to the best target.
    """

    parent: int
    step: int
    id: int
    logp: float
    total: float
    fate: str = "dropped"
    best: bool = False


class Decodes(Protocol):
    """A decoder over one source, as far as a search needs it; see `attending.Decoder`."""

    model: EncoderDecoder
    start: Tensor  # the first state, (1, H)

    def step(self, q: int, state: Tensor, ids: Tensor) -> Any:
        """Step q of B beginnings: `gates.h` (B, H) and `probs` (B, V)."""


def search(decoder: Decodes, width: int, longest: int) -> tuple[Node, ...]:
    """The tree of a beam search: of each kept beginning, the `width` likeliest next tokens, in the order of the steps.

    Targets that have ended are compared by their mean log probability a token, so that a short one has no advantage.

    Args:
        decoder: has `start` (1, H) and `step(q, states, ids)`.
        width: beginnings kept at each step.
        longest: steps at most, at least 1.
    """
    end = decoder.model.target.ids[END]
    tree: list[Node] = []
    live, state, ids = [(-1, 0.0)], decoder.start, torch.tensor([decoder.model.target.ids[START]])
    ended = 0
    for q in range(longest):
        step = decoder.step(q, state, ids)
        logps, nexts = step.probs.clamp(min=1e-38).log().topk(min(width, step.probs.shape[-1]))
        new = [
            (Node(parent, q, id, logp, total + logp), row)
            for row, (parent, total) in enumerate(live)
            for id, logp in zip(nexts[row].tolist(), logps[row].tolist())
        ]
        first = len(tree)
        tree += [node for node, _ in new]
        going = []
        for place in sorted(range(len(new)), key=lambda place: -new[place][0].total)[: width - ended]:
            node, row = new[place]
            node.fate = "ended" if node.id == end else "kept"
            if node.fate == "kept":
                going.append((first + place, row))
        ended = sum(node.fate == "ended" for node in tree)
        if not going or ended >= width:
            break
        live = [(place, tree[place].total) for place, _ in going]
        state = step.gates.h[[row for _, row in going]]
        ids = torch.tensor([tree[place].id for place, _ in going])
    for node in tree:
        if node.step == q and node.fate == "kept":
            node.fate = "stopped"
    _mark(tree)
    return tuple(tree)


def _mark(tree):
    """Mark the way to the best target: the ended one of the highest mean, or a stopped one where none has ended."""
    whole = [node for node in tree if node.fate == "ended"] or [node for node in tree if node.fate == "stopped"]
    node = max(whole, key=lambda node: node.total / (node.step + 1))
    while node:
        node.best = True
        node = tree[node.parent] if node.parent >= 0 else None


def best(tree: Sequence[Node]) -> list[int] | None:
    """The ids of the best target of a tree, None for an empty one."""
    return [node.id for node in tree if node.best] or None
