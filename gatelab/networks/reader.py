"""A model that reads: embedding -> recurrent cell -> head, and the frozen spec that says how large each is."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Self

import torch
from torch import Tensor, nn

from gatelab.cells import CELLS
from gatelab.recurrent import Recurrent
from gatelab.text import NUMBERS, READS, Numbers, Vocabulary


@dataclass(frozen=True)
class ModelSpec:
    """All that is needed to build a model that reads, except its weights.

    Args:
        name: what the visitor sees, e.g. "prose-lstm".
        cell: a key of `cells.CELLS`.
        tokens: the V tokens of the vocabulary; () for a model that reads numbers.
        embedding_size: length of the vector that stands for a token (D of the first layer).
        hidden_size: H.
        num_layers: layers of the recurrent cell.
        unit: what a token is, one of `text.READS`.
        outputs: what the head tells apart, e.g. ("negative", "positive"); () for a model that predicts the next token.
            A single one is a number: the head's score itself, not a probability.
    """

    name: str
    cell: str
    tokens: tuple[str, ...]
    embedding_size: int = 32
    hidden_size: int = 128
    num_layers: int = 1
    unit: str = "characters"
    outputs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.cell not in CELLS:
            raise ValueError(f"cell must be one of {', '.join(CELLS)}: got {self.cell!r}")
        if self.unit not in READS:
            raise ValueError(f"unit must be one of {', '.join(READS)}: got {self.unit!r}")
        for field in ("embedding_size", "hidden_size", "num_layers"):
            if type(getattr(self, field)) is not int or getattr(self, field) < 1:
                raise ValueError(f"{field} must be a positive integer: got {getattr(self, field)!r}")
        if self.unit == NUMBERS and (self.tokens or not self.outputs or self.embedding_size != Numbers.width):
            raise ValueError(f"a model that reads numbers must have outputs, no tokens and embedding_size {Numbers.width}: got {self}")

    @property
    def labels(self) -> tuple[str, ...]:
        """What the entries of a prediction stand for: the outputs, or the tokens of which one comes next."""
        return self.outputs or self.tokens

    def to_json(self) -> str:
        """The spec as one line of JSON, as it stands in a checkpoint's metadata."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> Self:
        """The spec that `to_json` wrote."""
        fields = json.loads(line)
        return cls(**fields | {key: tuple(fields.get(key, ())) for key in ("tokens", "outputs")})


class Reader(nn.Module):
    """Reads tokens, and after each one predicts the next, or says what it would answer.

    Its parts: `embedding` (V, D; None where numbers are read), `recurrent` (a `Recurrent`), `head` (O, H) for O labels.
    `by_mean` and `by_similarity` are two orders of the H units, measured once on held-out text (`training/orders.py`),
    so that a picture can sort its rows and still never reshuffle them while somebody types.
    `ranges` are the pinned ranges of its states, where they were measured (`training/units.py`): name -> the value at which its color saturates.
    """

    by_mean: Tensor
    by_similarity: Tensor
    ranges: Mapping[str, float] = MappingProxyType({})

    def __init__(self, spec: ModelSpec) -> None:
        super().__init__()
        self.spec = spec
        numbers = spec.unit == NUMBERS
        self.vocabulary = Numbers() if numbers else Vocabulary(spec.tokens, folds=spec.unit == "words")
        self.embedding = None if numbers else nn.Embedding(len(spec.tokens), spec.embedding_size)
        self.recurrent = Recurrent(spec.cell, spec.embedding_size, spec.hidden_size, spec.num_layers)
        self.head = nn.Linear(spec.hidden_size, len(spec.labels))
        self.register_buffer("by_mean", torch.arange(spec.hidden_size))
        self.register_buffer("by_similarity", torch.arange(spec.hidden_size))

    @property
    def orders(self) -> dict[str, list[int]]:
        """The orders in which a picture can show the units: name -> H integers, the one to begin with at the front."""
        return {"similarity": self.by_similarity.tolist(), "mean": self.by_mean.tolist(), "index": list(range(self.spec.hidden_size))}

    def inputs(self, tokens: Sequence[str]) -> Tensor:
        """What the first layer reads for a sequence of tokens: (T, D)."""
        read = self.vocabulary.encode(tokens)
        if self.embedding is None:
            weight = next(self.recurrent.parameters())
            return torch.tensor(read, dtype=weight.dtype, device=weight.device).view(-1, Numbers.width)
        return self.embedding(torch.tensor(read, device=self.embedding.weight.device))

    def knows(self, token: str) -> bool:
        """Whether a token is one that the model can tell from others."""
        return self.vocabulary.knows(token)

    def answer(self, h: Tensor) -> Tensor:
        """What the model says at hidden states (..., H): probabilities over its labels, or the number itself, (..., O)."""
        scores = self.head(h)
        return scores.softmax(-1) if len(self.spec.labels) > 1 else scores

    def forward(self, read: Tensor, dropout: float = 0.0) -> Tensor:
        """Scores after each step.

        Args:
            read: tokens read, integers in [0, V), (T, ...), or numbers, (T, ..., 2).
            dropout: share of the hidden state's entries that the head does not see, while training.

        Returns:
            Scores before the softmax, (T, ..., O).
        """
        h, _ = self.recurrent(read if self.embedding is None else self.embedding(read))
        return self.head(nn.functional.dropout(h, dropout, self.training))
