"""What a card says of the file that a model learned from: a known file is credited, of any other only what can be seen is said."""

import argparse
from collections.abc import Sequence
from pathlib import Path

UNKNOWN_LICENCE = "unknown: whoever trained on this file has to say it (--licence)"

WORDS = 12
"""Words of the longest example of one's own data."""

KNOWN = {
    "dfc684d4f857fa938268f9ab9c5567b64bd0691251eca959644adeabe6287a4d": {
        "title": "Pride and Prejudice, a novel",
        "licence": "public domain",
        "credit": "Jane Austen, 1813; digitized by Project Gutenberg",
        "where": "Project Gutenberg, book 1342 (plain text, straight quotes)",
    },
    "7aa6e0c9be9265aafae6e29c35016d98fac06b16c96a640eb8c6456bb0979284": {
        "title": "SQLite's C source",
        "licence": "public domain",
        "credit": "D. Richard Hipp and the SQLite developers",
        "where": "the amalgamation at sqlite.org (sqlite3.c), 2,000,000 characters of it",
    },
    "0f40758814485cd8f1ccb30711c538ea52bde1668c083e192891e1472dcb5cb0": {
        "title": "English sentences and their French translations",
        "licence": "CC BY 2.0 FR",
        "credit": "Tatoeba (tatoeba.org), put together by manythings.org/anki",
        "where": "fra-eng.zip at manythings.org/anki",
    },
    "8c3c56f63fa8c316a51d2de7bda95962bff957adfd2099d14fdda7c62d88f8a1": {
        "title": "Given names of the United States census of 1990",
        "licence": "MIT (the package); the census is public domain",
        "credit": "United States Census Bureau; the package names by Trey Hunner",
        "where": "python -m pip install names==0.3.0, then python -m gatelab.training.given_names names.txt",
    },
}
"""SHA-256 of a file -> how it is credited. Another edition of the same book is another file: `--title` and so on say what it is."""


def options(parser: argparse.ArgumentParser) -> None:
    """Add the options with which somebody says what a file of their own is."""
    for name, what in (("title", "what it is called"), ("licence", "under which licence it may be used"), ("source", "who made it, and where it comes from")):
        parser.add_argument(f"--{name}", metavar="WORDS", help=f"of your own data, for the card: {what}")


def stated(args: argparse.Namespace) -> dict[str, str]:
    """What was said with these options, under the keys of a card; {} for a task that has none."""
    said = {key: getattr(args, name, None) for key, name in (("title", "title"), ("licence", "licence"), ("where", "source"))}
    return {key: words for key, words in said.items() if words is not None}


def of(path: Path, sha256: str) -> dict[str, str | int]:
    """What a card says of a file: title, name, SHA-256 and licence; of a known one whom to credit and where it is found, of any other that it is one's own, and its bytes."""
    known: dict[str, str | int] = {**KNOWN.get(sha256, {})} or {"own": True, "bytes": path.stat().st_size, "licence": UNKNOWN_LICENCE}
    seen: dict[str, str | int] = {"title": path.name, "file": path.name, "sha256": sha256}
    return seen | known


def opening(about: dict, texts: Sequence[str]) -> dict[str, dict]:
    """What a model of one's own data opens on in the app, under the key of a card: some of its held-out texts; {} for known data, which has examples.

    Args:
        about: what the card says of the data.
        texts: held-out texts, each as long as an example may be.
    """
    first, *others = [*dict.fromkeys(text for text in texts if text)][:4] or [""]
    return {"opening": {"text": first, "unit": 0, "note": "", "others": others}} if about.get("own") else {}
