"""Reads a link that may be old, cut or made by hand: each field by its rule, and a sentence for each part that could not be followed."""

from collections.abc import Collection, Mapping
from typing import TypeVar

from gatelab.live.endpoint import LIMIT

STREAMLIT = ("embed", "embed_options")
"""Fields that Streamlit itself reads (https://docs.streamlit.io/deploy/streamlit-community-cloud/share-your-app/embed-your-app)."""

SHOWN = 40
"""Most characters of a link's field that a sentence quotes."""

T = TypeVar("T")


class Link:
    """The query parameters of a page, read one by one.

    A field that breaks its rule counts as its default, and `notes` says so.

    Attributes:
        notes: a sentence for each part of the link that could not be followed.
    """

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        self.known = set(STREAMLIT)
        self.notes: list[str] = []

    def get(self, name: str) -> str | None:
        """The field as it came; None where the link has none."""
        self.known.add(name)
        return self.fields.get(name)

    def refuse(self, name: str, rule: str, got: str, instead: object = None) -> None:
        """Note that a field must be something else than it is, and what stands in its place."""
        here = "" if instead is None else f" Here is {instead}."
        self.notes.append(f"The link's {name} must be {rule}: got {got[:SHOWN]!r}.{here}")

    def one_of(self, name: str, known: Collection[str], default: T) -> str | T:
        """A field that is one of several words."""
        asked = self.get(name)
        if asked is None or asked in known:
            return asked or default
        self.refuse(name, f"one of {', '.join(known)}", asked, default or None)
        return default

    def number(self, name: str, low: int, high: int, default: T) -> int | T:
        """A field that is a whole number from `low` to `high`."""
        asked = self.get(name)
        if asked is None:
            return default
        value = whole(asked, low, high)
        if value is None:
            self.refuse(name, f"a number from {low} to {high:,}", asked)
            return default
        return value

    def share(self, name: str) -> float | None:
        """A field that is a decimal number from 0 to 1."""
        asked = self.get(name)
        if asked is None:
            return None
        value = decimal(asked)
        if value is None:
            self.refuse(name, "a number from 0 to 1", asked)
        return value

    def text(self, default: str, limit: int = LIMIT) -> str:
        """The text, with at most `limit` characters."""
        text = self.get("text")
        text = (default if text is None else text).replace("\r\n", "\n")
        if len(text) > limit:
            self.notes.append(f"The link's text was cut: at most {limit:,} characters fit, it has {len(text):,}.")
        return text[:limit]

    def close(self) -> list[str]:
        """All notes, with one more for the fields that nothing on this page reads."""
        unknown = [name for name in self.fields if name not in self.known]
        if unknown:
            names = ", ".join(repr(name[:SHOWN]) for name in unknown[:5]) + (" and more" if len(unknown) > 5 else "")
            self.notes.append(f"This page does not know the link's {'field' if len(unknown) == 1 else 'fields'} {names}.")
        return self.notes


def whole(written: str, low: int, high: int) -> int | None:
    """A whole number in plain digits, or None where it is none from `low` to `high`."""
    plain = written.isascii() and written.isdigit() and len(written) < 10
    return int(written) if plain and low <= int(written) <= high else None


def decimal(written: str) -> float | None:
    """A decimal number in plain digits, or None where it is none from 0 to 1."""
    plain = written.isascii() and written.replace(".", "", 1).isdigit() and len(written) < 20
    return float(written) if plain and float(written) <= 1 else None
