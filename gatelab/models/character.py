"""The character model: embedding -> recurrent cell -> head, and the frozen spec that says how large each is."""

import json
from dataclasses import asdict, dataclass

import torch
from torch import nn

from gatelab.text import Vocabulary

CELLS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


@dataclass(frozen=True)
class ModelSpec:
    """All that is needed to build a character model, except its weights.

    Args:
        name: what the visitor sees, e.g. "prose-lstm".
        cell: a key of `CELLS`.
        tokens: the V tokens of the vocabulary.
        embedding_size: length of the vector that stands for a token (D of the first layer).
        hidden_size: H.
        num_layers: layers of the recurrent cell.
    """

    name: str
    cell: str
    tokens: tuple[str, ...]
    embedding_size: int = 32
    hidden_size: int = 128
    num_layers: int = 1

    def __post_init__(self):
        if self.cell not in CELLS:
            raise ValueError(f"cell must be one of {', '.join(CELLS)}: got {self.cell!r}")
        for field in ("embedding_size", "hidden_size", "num_layers"):
            if not (isinstance(getattr(self, field), int) and getattr(self, field) > 0):
                raise ValueError(f"{field} must be a positive integer: got {getattr(self, field)!r}")

    def to_json(self):
        """The spec as one line of JSON, as it stands in a checkpoint's metadata."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, line):
        """The spec that `to_json` wrote."""
        fields = json.loads(line)
        return cls(**fields | {"tokens": tuple(fields["tokens"])})


class CharacterModel(nn.Module):
    """Reads characters, and after each one predicts the next.

    Its parts are plain PyTorch: `embedding` (V, D), `recurrent` (`nn.RNN`, `nn.LSTM` or `nn.GRU`), `head` (V, H).
    `by_mean` and `by_similarity` are two orders of the H units, measured once on held-out text (`training/orders.py`),
    so that a picture can sort its rows and still never reshuffle them while somebody types.
    """

    def __init__(self, spec):
        super().__init__()
        self.spec = spec
        self.vocabulary = Vocabulary(spec.tokens)
        self.embedding = nn.Embedding(len(self.vocabulary), spec.embedding_size)
        self.recurrent = CELLS[spec.cell](spec.embedding_size, spec.hidden_size, spec.num_layers)
        self.head = nn.Linear(spec.hidden_size, len(self.vocabulary))
        self.register_buffer("by_mean", torch.arange(spec.hidden_size))
        self.register_buffer("by_similarity", torch.arange(spec.hidden_size))

    @property
    def orders(self):
        """The orders in which a picture can show the units: name -> H integers, the one to begin with at the front."""
        return {"similarity": self.by_similarity.tolist(), "mean": self.by_mean.tolist(), "index": list(range(self.spec.hidden_size))}

    def forward(self, ids, dropout=0.0):
        """Scores of the next token after each step.

        Args:
            ids: tokens read, integers in [0, V), (T, ...).
            dropout: share of the hidden state's entries that the head does not see, while training.

        Returns:
            Scores before the softmax, (T, ..., V).
        """
        h, _ = self.recurrent(self.embedding(ids))
        return self.head(nn.functional.dropout(h, dropout, self.training))
