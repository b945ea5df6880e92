"""Pairs of source and target to learn from: what they are, and the batches that a training step reads."""

from collections import defaultdict
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from gatelab.networks import EncoderDecoder, Transformer
from gatelab.text import END, START, UNKNOWN, Vocabulary
from gatelab.training.loop import Recipe

NO_TARGET = -100
"""Stands where a target of a batch has ended."""


@dataclass(frozen=True)
class Pairs:
    """What one task gives to learn from, and to be measured on.

    Attributes:
        unit: what a token is, as in `PairSpec`.
        source, target: the tokens of the vocabularies.
        training: (source tokens, target tokens) of each pair to learn from.
        held_out: (source text, texts that would be right) of pairs that training never reads.
        about: what a card must say of the data.
        dropped: share of training sources that lose a closing punctuation mark: nobody who is still typing has one.
    """

    unit: str
    source: tuple[str, ...]
    target: tuple[str, ...]
    training: list
    held_out: list
    about: dict = field(default_factory=dict)
    dropped: float = 0.0


class Batches:
    """Pairs as training reads them: each batch has sources of one length, so no padding meets the encoder."""

    def __init__(self, pairs: Pairs) -> None:
        self.dropped = pairs.dropped
        source_words, target_words = Vocabulary(pairs.source), Vocabulary(pairs.target)
        end, self.start, self.unknown = (target_words.ids[token] for token in (END, START, UNKNOWN))
        lengths = defaultdict(list)
        for source, target in pairs.training:
            lengths[len(source)].append((source, target))
        self.groups = []
        for length, group in sorted(lengths.items()):
            longest = max(len(target) for _, target in group) + 1
            ids = torch.full((longest, len(group)), NO_TARGET)
            for k, (_, target) in enumerate(group):
                ids[: len(target) + 1, k] = torch.tensor([*target_words.encode(target), end])
            sources = torch.tensor([source_words.encode(source) for source, _ in group]).T
            closed = torch.tensor([length > 1 and not any(map(str.isalnum, source[-1])) for source, _ in group])
            self.groups.append((sources, ids, closed))
        self.sizes = torch.tensor([len(closed) for *_, closed in self.groups], dtype=torch.float)

    def loss(self, model: EncoderDecoder | Transformer, recipe: Recipe, generator: torch.Generator) -> Tensor:
        """The mean loss in nats per target token over one batch that the generator decides.

        Words that the target's vocabulary does not hold are read but never learned, so none is ever written.
        """
        source, target = self.draw(recipe.batch, generator)
        read = torch.cat((torch.full_like(target[:1], self.start), target[:-1]))
        read = read.masked_fill(read == NO_TARGET, self.unknown)
        target = target.flatten()
        learned = ((target != NO_TARGET) & (target != self.unknown)).nonzero()[:, 0]
        device = next(model.parameters()).device
        seen = model.read(source.to(device), read.to(device), recipe.dropout).flatten(0, 1)[learned.to(device)]
        with torch.autocast(device.type, torch.bfloat16):  # its last product is the largest by far, and 16 bits are enough for that
            scores = model.score(seen)
        return cross_entropy(scores.float(), target[learned].to(device), label_smoothing=recipe.smoothing)

    def draw(self, size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """A batch: source ids (K, B), target ids with their `END`, then `NO_TARGET` (Q, B)."""
        sources, targets, closed = self.groups[int(torch.multinomial(self.sizes, 1, generator=generator))]
        if torch.rand(1, generator=generator) < self.dropped and closed.any():
            of = closed.nonzero()[:, 0]
            chosen = of[torch.randint(len(of), (size,), generator=generator)]
            source = sources[:-1, chosen]
        else:
            chosen = torch.randint(len(closed), (size,), generator=generator)
            source = sources[:, chosen]
        target = targets[:, chosen]
        return source, target[: int((target != NO_TARGET).sum(0).max())]

    def fingerprint(self) -> list:
        """A few numbers that differ between any two sets of pairs worth telling apart."""
        places = [(torch.arange(1, len(closed) + 1), *group) for *group, closed in self.groups]
        return [[len(k), int((sources * k).sum()), int((targets * k).sum())] for k, sources, targets in places]
