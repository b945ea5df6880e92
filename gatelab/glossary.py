"""The one table of terms, glossary.toml: what each means in one sentence, and where it is explained. The glossary page and every tip read it."""

import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "glossary.toml"
MOST = 25
"""Most words of a term's sentence."""


@dataclass(frozen=True)
class Term:
    """A term.

    Attributes:
        name: as it stands in running text, lower case unless it is a name.
        means: one sentence of at most `MOST` words.
        where: the page that explains it, with an anchor if there is one: "lstm#step-1-throw-away".
        symbol: its sign in formulas, or "".
        also: other forms in running text; a plural with s counts as the same.
        everyday: whether the word also has an everyday meaning ("value"), so that it is not marked wherever it stands in a text.

    Raises:
        ValueError: the sentence is too long, or is none.
    """

    name: str
    means: str
    where: str
    symbol: str = ""
    also: tuple[str, ...] = ()
    everyday: bool = False

    def __post_init__(self) -> None:
        if not self.means.endswith(".") or len(self.means.split()) > MOST:
            raise ValueError(f"what {self.name!r} means must be a sentence of at most {MOST} words: got {self.means!r}")


def read(path: Path) -> tuple[Term, ...]:
    """The terms of a file, in the order of the alphabet.

    Args:
        path: TOML, a table for each term under its name, with the other fields of `Term`.

    Raises:
        ValueError: the file is no TOML, an entry has a wrong field, or a form stands for two terms.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path.name} must be TOML: {error}") from None
    terms: list[Term] = []
    forms: dict[str, str] = {}
    for name, fields in entries.items():
        try:
            term = Term(name, **fields | {"also": tuple(fields.get("also", ()))})
        except TypeError:
            raise ValueError(f"{path.name}: {name!r} must have means and where, and may have symbol, also and everyday: got {', '.join(fields)}") from None
        for form in (term.name, *term.also):
            if forms.setdefault(form.lower(), name) != name:
                raise ValueError(f"{path.name}: {form!r} must stand for one term: got {forms[form.lower()]!r} and {name!r}")
        terms.append(term)
    return tuple(sorted(terms, key=lambda term: term.name.lower()))


@cache
def terms() -> tuple[Term, ...]:
    """All terms."""
    return read(FILE)


def listing() -> list[dict[str, Any]]:
    """The terms as JSON takes them."""
    return [asdict(term) for term in terms()]
