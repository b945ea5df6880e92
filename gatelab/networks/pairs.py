"""The frozen spec of a model that turns a source into a target: dates into ISO, English into French."""

import json
from dataclasses import asdict, dataclass
from typing import Self

from gatelab.text import END, START, UNITS, UNKNOWN

ATTENTIONS = ("additive", "multiplicative", "none", "transformer")


@dataclass(frozen=True)
class PairSpec:
    """All that is needed to build a model from sources to targets, except its weights.

    Args:
        name: what the visitor sees, e.g. "dates-additive".
        attention: how the decoder looks at the source: "additive", "multiplicative", "none" (it sees the last states
            alone), each between recurrent cells, or "transformer" (scaled dot products, no cells).
        unit: what a token is: "characters" or "words".
        source, target: the tokens of the two vocabularies; the target's hold `START` and `END`.
        embedding_size: D of a recurrent model; a transformer's is its hidden_size.
        hidden_size: H of the decoder and of an encoder's state, which is two directions of H / 2.
        num_layers, num_heads: of a transformer; a recurrent model has one of each.
    """

    name: str
    attention: str
    unit: str
    source: tuple[str, ...]
    target: tuple[str, ...]
    embedding_size: int = 64
    hidden_size: int = 128
    num_layers: int = 1
    num_heads: int = 1

    def __post_init__(self) -> None:
        for field, known in (("attention", ATTENTIONS), ("unit", UNITS)):
            if getattr(self, field) not in known:
                raise ValueError(f"{field} must be one of {', '.join(known)}: got {getattr(self, field)!r}")
        for field in ("embedding_size", "hidden_size", "num_layers", "num_heads"):
            if type(getattr(self, field)) is not int or getattr(self, field) < 1:
                raise ValueError(f"{field} must be a positive integer: got {getattr(self, field)!r}")
        if self.hidden_size % (2 * self.num_heads):
            raise ValueError(f"hidden_size must be a multiple of twice the heads: got {self.hidden_size} for {self.num_heads}")
        if not {UNKNOWN, START, END} <= set(self.target):
            raise ValueError(f"target must hold {UNKNOWN}, {START} and {END}: got {self.target[:8]} ...")

    def to_json(self) -> str:
        """The spec as one line of JSON, as it stands in a checkpoint's metadata."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> Self:
        """The spec that `to_json` wrote."""
        fields = json.loads(line)
        return cls(**fields | {"source": tuple(fields["source"]), "target": tuple(fields["target"])})

    def longest(self, length: int) -> int:
        """Steps after which a decoder is stopped that has not ended by itself, for a source of so many tokens."""
        return min(64, 2 * length + 10)
