"""Texts to model character by character: one file a task, its split, and the windows that a training step reads."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from gatelab.networks import Reader
from gatelab.text import UNKNOWN, Vocabulary
from gatelab.training.loop import Recipe

WINDOW = 128
"""Characters that a training step reads in one piece, from a zero state."""

BLANKED = 0.001
"""Share of characters read as unknown, so that the unknown has a trained embedding."""

HELD_OUT = 0.05
"""Share of a text that training never reads: its last part, in one piece."""


EXAMPLE = 60
"""Characters of the longest example."""


@dataclass(frozen=True)
class TextTask:
    """A kind of text to model character by character.

    `unwrapped` is the share of training windows in which the line breaks inside a paragraph are spaces: nobody who
    types breaks lines as a printed book does. The held-out part is read as it stands in the file.
    """

    kind: str
    unwrapped: float = 0.0


ANY = "text"
"""The task of a text of one's own, of whatever kind."""

TEXTS = {"prose": TextTask("prose", unwrapped=0.3), "code": TextTask("source code"), "names": TextTask("given names"), ANY: TextTask("any text of your own")}


def read(path: Path) -> tuple[str, str]:
    """The text of a file and the SHA-256 of its bytes.

    Raises:
        ValueError: the file is not UTF-8.
        OSError: it cannot be read.
    """
    data = path.read_bytes()
    try:
        return data.decode("utf-8"), hashlib.sha256(data).hexdigest()
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name} must be UTF-8 text: byte {error.start} is not") from None


def split(text: str, window: int) -> tuple[str, str]:
    """The part to train on and the held-out part, in this order.

    Raises:
        ValueError: the text is too short for one window in each.
    """
    at = round(len(text) * (1 - HELD_OUT))
    if len(text) - at < window + 1:
        least = round((window + 1) / HELD_OUT)
        raise ValueError(f"the text must have at least {least:,} characters for windows of {window}: got {len(text):,}")
    return text[:at], text[at:]


def examples(held_out: str) -> list[str]:
    """The lines of a held-out text as examples, the longest first, each cut after a word."""
    lines = [line.strip()[: EXAMPLE + 1] for line in held_out.split("\n")]
    cut = [line if len(line) <= EXAMPLE else line[:EXAMPLE].rpartition(" ")[0] or line[:EXAMPLE] for line in lines]
    return sorted(cut, key=len, reverse=True)


def unwrap(text: str) -> str:
    """`text` with the single line breaks inside its paragraphs as spaces; no character is added or removed."""
    return re.sub(r"(?<=[^\n])\n(?=[^\n])", " ", text)


def windows(ids: Tensor, unwrapped_ids: Tensor, share: float, window: int, batch: int, generator: torch.Generator) -> Tensor:
    """A batch of random windows: (window + 1, batch) integers; the last row is only ever a target.

    Args:
        ids: the training text as ids, (N,).
        unwrapped_ids: the same text with its paragraphs on one line, (N,).
        share: probability that a window comes from `unwrapped_ids`.
    """
    starts = torch.randint(len(ids) - window, (batch,), generator=generator)
    at = starts + torch.arange(window + 1)[:, None]
    from_unwrapped = torch.rand(batch, generator=generator) < share
    return torch.where(from_unwrapped, unwrapped_ids[at], ids[at])


class Windows:
    """A text as training reads it: random windows, each character predicted from those before it."""

    def __init__(self, vocabulary: Vocabulary, text: str, task: TextTask, window: int = WINDOW) -> None:
        if window < 1:
            raise ValueError(f"window must be at least 1: got {window}")
        self.ids = torch.tensor(vocabulary.encode(text))
        self.unwrapped_ids = torch.tensor(vocabulary.encode(unwrap(text)))
        self.blank = vocabulary.ids[UNKNOWN]
        self.task, self.window = task, window

    def loss(self, model: Reader, recipe: Recipe, generator: torch.Generator) -> Tensor:
        """The mean loss in nats per character over one batch that the generator decides."""
        batch = windows(self.ids, self.unwrapped_ids, self.task.unwrapped, self.window, recipe.batch, generator)
        blanked = torch.rand(batch[:-1].shape, generator=generator) < BLANKED
        scores = model(batch[:-1].masked_fill(blanked, self.blank), recipe.dropout)
        return cross_entropy(scores.flatten(0, 1), batch[1:].flatten())

    def fingerprint(self) -> list:
        """A few numbers that differ between any two texts worth telling apart."""
        return [self.window, len(self.ids), int((self.ids * torch.arange(1, len(self.ids) + 1)).sum())]


def nats_per_character(model: Reader, text: str) -> float:
    """Mean surprise of the model at each character of `text` after the first, reading it whole from a zero state."""
    ids = torch.tensor(model.vocabulary.encode(text))
    with torch.inference_mode():
        return cross_entropy(model.eval()(ids[:-1]), ids[1:]).item()
