"""What there is to learn from: one text file a task, its split, and the windows that a training step reads."""

import hashlib
import re
from dataclasses import dataclass

import torch

HELD_OUT = 0.05
"""Share of a text that training never reads: its last part, in one piece."""


@dataclass(frozen=True)
class Task:
    """A text to model character by character, with what its user must know about it.

    `unwrapped` is the share of training windows in which the line breaks inside a paragraph are spaces: nobody who
    types breaks lines as a printed book does. The held-out part is read as it stands in the file.
    """

    title: str
    licence: str
    credit: str
    where: str
    unwrapped: float = 0.0


TASKS = {
    "prose": Task(
        title="Pride and Prejudice, a novel",
        licence="public domain",
        credit="Jane Austen, 1813; digitized by Project Gutenberg",
        where="Project Gutenberg, book 1342 (plain text, straight quotes)",
        unwrapped=0.3,
    ),
    "code": Task(
        title="SQLite's C source",
        licence="public domain",
        credit="D. Richard Hipp and the SQLite developers",
        where="the amalgamation at sqlite.org (sqlite3.c), 2,000,000 characters of it",
    ),
}


def read(path):
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


def split(text, window):
    """The part to train on and the held-out part, in this order.

    Raises:
        ValueError: the text is too short for one window in each.
    """
    at = round(len(text) * (1 - HELD_OUT))
    if len(text) - at < window + 1:
        least = round((window + 1) / HELD_OUT)
        raise ValueError(f"the text must have at least {least:,} characters for windows of {window}: got {len(text):,}")
    return text[:at], text[at:]


def unwrap(text):
    """`text` with the single line breaks inside its paragraphs as spaces; no character is added or removed."""
    return re.sub(r"(?<=[^\n])\n(?=[^\n])", " ", text)


def windows(ids, unwrapped_ids, share, window, batch, generator):
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
