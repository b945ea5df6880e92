"""What each English text is in another language: the catalogue `words.po` of its folder."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from gettext import c2py
from io import BytesIO
from typing import Any

from gatelab.languages import pseudo
from gatelab.languages.folders import file, languages

COUNTS = (*range(201), 1_000_000)
"""Numbers among which each plural form of each language is needed at least once."""


@dataclass(frozen=True)
class Catalogue:
    """The words of one language.

    Attributes:
        texts: English text -> the text, or its plural forms; what is not translated is left out.
        shown: the English texts among them that the page's JavaScript shows.
        form: a number -> which of the plural forms goes with it.
    """

    texts: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    shown: frozenset[str] = frozenset()
    form: Callable[[int], int] = lambda count: int(count != 1)

    def text(self, text: str) -> str:
        """A text; English where it is not translated."""
        found = self.texts.get(text, text)
        return found if isinstance(found, str) else found[0]

    def counted(self, one: str, english: str, count: int) -> str:
        """The form of a text for a number.

        Args:
            one: the English text for 1, by which the forms are found.
            english: what it is where it is not translated.
        """
        forms = self.texts.get(one)
        return forms[min(self.form(count), len(forms) - 1)] if isinstance(forms, tuple) else english


class _Disguise(Catalogue):
    """The words of a language for tests, see `pseudo.py`: all that the code has."""

    def __init__(self, name: str) -> None:
        from gatelab.languages.collecting import collected  # it takes a second, and reads catalogues itself

        said = {
            one: tuple(pseudo.disguised(name, form) for form in (one, *many)) if many else pseudo.disguised(name, one)
            for one, *many in (entry.english for entry in collected())
        }
        super().__init__(said, frozenset(entry.english[0] for entry in collected() if entry.shown))


@cache
def catalogue(name: str) -> Catalogue:
    """The catalogue of a language; an empty one where it has none yet.

    Args:
        name: its tag.

    Raises:
        ValueError: the file is no catalogue.
    """
    if name in pseudo.NAMES:
        return _Disguise(name)
    path = file(name, "words.po")
    return read(path.read_bytes()) if path else Catalogue()


def read(content: bytes) -> Catalogue:
    """A catalogue from the bytes of a .po file.

    Raises:
        ValueError: it is none.
    """
    # Only a language other than English needs it.
    from babel.messages.pofile import PoFileError, read_po

    try:
        entries = read_po(BytesIO(content), abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise ValueError(f"words.po must be a catalogue of gettext's: {error}") from None
    texts: dict[str, str | tuple[str, ...]] = {}
    shown: set[str] = set()
    for entry in entries:
        one, said = texts_of(entry)
        if one and not entry.fuzzy and all(said):
            texts[one] = said if entry.pluralizable else said[0]
            if any(path.endswith(".js") for path, _ in entry.locations) or MARKED in entry.auto_comments:
                shown.add(one)
    return Catalogue(texts, frozenset(shown), c2py(entries.plural_expr))


def texts_of(entry: Any) -> tuple[str, tuple[str, ...]]:
    """The English text of an entry of a catalogue, the one for 1 of two, and what it is in the language: one text, or the plural forms; "" where it is missing."""
    one = entry.id if isinstance(entry.id, str) else entry.id[0]
    return one, (entry.string or "",) if isinstance(entry.string, str | None) else tuple(entry.string)


MARKED = "shown in the page"
"""The comment of a catalogue at words that are defined in Python, with `marked`, and that the page may show."""


def for_page(name: str) -> dict[str, Any]:
    """What the page must know of a language, as JSON: {"name", "direction", "forms", "words"}.

    `forms` says for each of the categories that `Intl.PluralRules` knows which of the plural forms is meant.
    """
    from babel import Locale, UnknownLocaleError

    known = catalogue(name)
    try:
        category = Locale.parse(name, sep="-").plural_form
    except (UnknownLocaleError, ValueError):
        category = Locale("en").plural_form
    forms: dict[str, int] = {}
    for count in COUNTS:
        forms.setdefault(category(count), known.form(count))
    return {"name": name, "direction": languages()[name].direction, "forms": forms, "words": {text: known.texts[text] for text in sorted(known.shown)}}
