"""The fields of a stage's link as plain data: one table, which Python reads here and in link.py, and which travels to the page as JSON for `static/linkfields.js`.

A bound, a list of words or a default is a value, or a reference to something that is known when the link is read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gatelab.live.endpoint import LIMIT


@dataclass(frozen=True)
class Entry:
    """A reference to the listing's entry of the model that the link has chosen, the first of several.

    Attributes:
        path: keys with dots between them, e.g. "opening.unit"; "$where" is the value that was read for the field `where`.
        plus: what is added to a number.
    """

    path: str
    plus: int = 0

    def told(self) -> dict[str, Any]:
        return {"entry": self.path} | ({"plus": self.plus} if self.plus else {})


@dataclass(frozen=True)
class ByCell:
    """A reference to one of several values, by the cell of the chosen model."""

    values: Mapping[str, Any]

    def told(self) -> dict[str, Any]:
        return {"cell": dict(self.values)}


@dataclass(frozen=True)
class Read:
    """A reference to the value of a field that was read before."""

    name: str

    def told(self) -> dict[str, Any]:
        return {"read": self.name}


@dataclass(frozen=True)
class Known:
    """A value that only the running app knows, such as the names of its models, asked for each time. The page gets the value itself."""

    value: Callable[[str | None], Any]
    """From the name of the page that the link leads to."""


@dataclass(frozen=True)
class Rule:
    """The rule of one field.

    Attributes:
        kind: how it is read, one of `link.KINDS`.
        default: where the link says nothing, or nothing that can be followed. What the page itself opens on takes its place.
        words: those that are allowed, of "word" and "several".
        low, high: the bounds of a number, counted as in the link; of a text `high` is the most characters, of a source the most tokens.
        cells: the cells that have the field; () for all.
        unless: what a model of another cell is told, "left out: ...".
    """

    kind: str
    default: Any = None
    words: Any = ()
    low: int = 0
    high: Any = 0
    cells: tuple[str, ...] = ()
    unless: str = ""

    def told(self, page: str | None) -> dict[str, Any]:
        """The rule as JSON: what is left out is as it is here."""
        found = {name: _told(value, page) for name, value in vars(self).items() if value != getattr(Rule, name, None)}
        return found


def _told(value, page):
    if isinstance(value, Known):
        value = value.value(page)
    return value.told() if isinstance(value, (Entry, ByCell, Read)) else value


FIRST = Read("$first")
"""The default of a word: the first of them."""


def one_of(words: Any, default: Any = FIRST) -> Rule:
    """A field that is one of several words."""
    return Rule("word", default, words)


def several(words: Any, default: Any = ()) -> Rule:
    """A field that is some of several words, with commas between them."""
    return Rule("several", default, words)


def number(low: int, high: Any, default: Any) -> Rule:
    """A field that is a whole number from `low` to `high`."""
    return Rule("number", default, low=low, high=high)


def decimal_number(high: int, cells: tuple[str, ...] = (), unless: str = "") -> Rule:
    """A field that is a decimal number from 0 to `high`, of models of some cells alone."""
    return Rule("decimal", high=high, cells=cells, unless=unless)


def place(high: Any, default: Any) -> Rule:
    """A field that counts from 1 to `high` in the link, and from 0 in code, as its default does."""
    return Rule("place", default, low=1, high=high)


def text(default: Any = None) -> Rule:
    """A text of at most `LIMIT` characters; a longer one is cut. The default None is no text at all."""
    return Rule("text", default, high=LIMIT)


def told(rules: Mapping[str, Rule], page: str | None) -> dict[str, dict[str, Any]]:
    """A stage's fields as JSON, in the order in which they are read.

    Args:
        page: the name of the page that the link leads to.
    """
    return {name: rule.told(page) for name, rule in rules.items()}
