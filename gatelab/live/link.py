"""Reads a link that may be old, cut or made by hand: each field by its rule, and a sentence for each part that could not be followed."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from gatelab import zoo
from gatelab.live.endpoint import LIMIT

STREAMLIT = ("embed", "embed_options")
"""Fields that Streamlit itself reads (https://docs.streamlit.io/deploy/streamlit-community-cloud/share-your-app/embed-your-app)."""

SHOWN = 40
"""Most characters of a link's field that a sentence quotes."""


class Link:
    """The query parameters of a page, read one by one.

    A field that breaks its rule counts as its default, and `notes` says so.

    Attributes:
        given: what the page itself opens on, {field: value}; it takes the place of the default of the field's rule. Its "page" is the
            page's name, whose texts it opens on, see `zoo.opening`.
        values: what was read so far, {field: value}: the rule of a field may depend on those before it.
        notes: a sentence for each part of the link that could not be followed.
    """

    def __init__(self, fields: Mapping[str, str], **given: Any) -> None:
        self.fields = dict(fields)
        self.given = given
        self.values: dict[str, Any] = {}
        self.known = set(STREAMLIT)
        self.notes: list[str] = []

    @property
    def spec(self) -> Any:
        """Of the model that the link has chosen."""
        return zoo.load(self.values["model"]).spec

    @property
    def opening(self) -> zoo.Opening:
        """What the model that the link has chosen opens on."""
        return zoo.opening(self.values["model"], self.page)

    @property
    def page(self) -> str | None:
        """The name of the page that the link leads to; None where it is not said."""
        return self.given.get("page")

    def get(self, name: str) -> str | None:
        """The field as it came; None where the link has none."""
        self.known.add(name)
        return self.fields.get(name)

    def refuse(self, name: str, rule: str, got: str, instead: object = None) -> None:
        """Note that a field must be something else than it is, and what stands in its place."""
        here = "" if instead is None else f" Here is {instead}."
        self.notes.append(f"The link's {name} must be {rule}: got {got[:SHOWN]!r}.{here}")

    def number(self, name: str, low: int, high: int) -> int | None:
        """A whole number from `low` to `high`; None where the link has none that is."""
        asked = self.get(name)
        value = None if asked is None else whole(asked, low, high)
        if asked is not None and value is None:
            self.refuse(name, f"a number from {low} to {high:,}", asked)
        return value

    def read(self, rules: Mapping[str, "Rule"]) -> dict[str, object]:
        """The values of all fields, each by its rule, in the order of the rules."""
        for name, rule in rules.items():
            self.values[name] = rule(self, name)
        return self.values

    def close(self) -> list[str]:
        """All notes, with one more for the fields that nothing on this page reads."""
        unknown = [name for name in self.fields if name not in self.known]
        if unknown:
            names = ", ".join(repr(name[:SHOWN]) for name in unknown[:5]) + (" and more" if len(unknown) > 5 else "")
            self.notes.append(f"This page does not know the link's {'field' if len(unknown) == 1 else 'fields'} {names}.")
        return self.notes


Rule = Callable[[Link, str], Any]
"""The value of a field, read from a link."""


def _of(value, link):
    """A bound or a default of a rule, which may depend on the fields before it."""
    return value(link) if callable(value) else value


FIRST = object()
"""The default of `one_of`: the first of the words."""


def one_of(words: Collection[str] | Callable[[Link], Collection[str]], default: str | None | object | Callable[[Link], str] = FIRST) -> Rule:
    """A field that is one of several words."""

    def rule(link, name):
        known = tuple(_of(words, link))
        instead = link.given.get(name, known[0] if default is FIRST else _of(default, link))
        asked = link.get(name)
        if asked is None or asked in known:
            return asked or instead
        link.refuse(name, f"one of {', '.join(known)}", asked, instead or None)
        return instead

    return rule


def number(low: int, high: int | Callable[[Link], int], default: int | None | Callable[[Link], int]) -> Rule:
    """A field that is a whole number from `low` to `high`."""

    def rule(link, name):
        value = link.number(name, low, _of(high, link))
        return link.given.get(name, _of(default, link)) if value is None else value

    return rule


def decimal_number(high: int, default: float | None) -> Rule:
    """A field that is a decimal number from 0 to `high`."""

    def rule(link, name):
        asked = link.get(name)
        value = None if asked is None else decimal(asked, high)
        if asked is not None and value is None:
            link.refuse(name, f"a decimal number from 0 to {high}", asked, default)
        return link.given.get(name, default) if value is None else value

    return rule


def place(high: int | Callable[[Link], int], default: int | None | Callable[[Link], int]) -> Rule:
    """A field that counts from 1 to `high` in the link, and from 0 in code, as its default does."""

    def rule(link, name):
        value = link.number(name, 1, _of(high, link))
        return link.given.get(name, _of(default, link)) if value is None else value - 1

    return rule


def text(default: Callable[[Link], str | None]) -> Rule:
    """A text of at most `LIMIT` characters; a longer one is cut. The default may be None: no text at all."""

    def rule(link, name):
        asked = link.get(name)
        found = link.given.get(name, _of(default, link)) if asked is None else asked
        if found is None:
            return None
        written = found.replace("\r\n", "\n")
        if len(written) > LIMIT:
            link.notes.append(f"The link's {name} was cut: at most {LIMIT:,} characters fit, it has {len(written):,}.")
        return written[:LIMIT]

    return rule


def whole(written: str, low: int, high: int) -> int | None:
    """A whole number in plain digits, or None where it is none from `low` to `high`."""
    plain = written.isascii() and written.isdigit() and len(written) < 10
    return int(written) if plain and low <= int(written) <= high else None


def decimal(written: str, high: int = 1) -> float | None:
    """A decimal number in plain digits, or None where it is none from 0 to `high`."""
    plain = written.isascii() and written.replace(".", "", 1).isdigit() and len(written) < 20
    return float(written) if plain and float(written) <= high else None
