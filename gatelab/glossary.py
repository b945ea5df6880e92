"""The one table of terms, glossary.toml: what each means in one sentence, and where it is explained. The glossary page and every tip read it."""

import tomllib
import unicodedata
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from gatelab.languages import translated

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
        english: its name in English, by which a stage's label finds it; "" where that is its name.

    Raises:
        ValueError: the sentence is too long, or is none.
    """

    name: str
    means: str
    where: str
    symbol: str = ""
    also: tuple[str, ...] = ()
    everyday: bool = False
    english: str = ""

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
    terms: list[Term] = []
    forms: dict[str, str] = {}
    for name, fields in _entries(path).items():
        try:
            term = Term(name, **fields | {"also": tuple(fields.get("also", ()))})
        except TypeError:
            raise ValueError(f"{path.name}: {name!r} must have means and where, and may have symbol, also and everyday: got {', '.join(fields)}") from None
        for form in (term.name, *term.also):
            if forms.setdefault(form.lower(), name) != name:
                raise ValueError(f"{path.name}: {form!r} must stand for one term: got {forms[form.lower()]!r} and {name!r}")
        terms.append(term)
    return _sorted(terms)


def _entries(path):
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path.name} must be TOML: {error}") from None


def _sorted(terms):
    return tuple(sorted(terms, key=lambda term: unicodedata.normalize("NFD", term.name.lower())))


def terms() -> tuple[Term, ...]:
    """All terms, in the visitor's language.

    A language has its terms under the English names, each with `name`, what it is called, and `means`; `also` and `everyday` are of that language alone, `where` is given
    where the anchor is another one, and signs are the same in all languages. A term that it lacks is in English.
    """
    return translated("glossary.toml", FILE, _terms)


@cache
def _terms(path):
    english = read(FILE)
    return english if path == FILE else _sorted(_translated(term, _entries(path)) for term in english)


def _translated(term, entries):
    entry = entries.get(term.name)
    if entry is None:
        return term
    if not {"name", "means"} <= entry.keys() <= {"name", "means", "where", "also", "everyday"}:
        raise ValueError(f"{term.name!r} of another language must have name and means, and may have where, also and everyday: got {', '.join(entry)}")
    return replace(term, **{"everyday": False} | entry | {"also": tuple(entry.get("also", ())), "english": term.name})


def listing() -> list[dict[str, Any]]:
    """The terms as JSON takes them."""
    return [{key: value for key, value in asdict(term).items() if key != "english" or value} for term in terms()]
