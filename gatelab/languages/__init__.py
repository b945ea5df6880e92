"""The words of the app in the visitor's language. A text in the code is English; a catalogue says what it is in another language.

All that is of one language is in one folder here, see `docs/languages.md`: a new folder is a new language.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TypeVar

from gatelab.languages.catalogues import Catalogue, catalogue
from gatelab.languages.folders import ENGLISH, LTR, RTL, Language, chosen, file, languages, warn

__all__ = [
    "ENGLISH",
    "LTR",
    "RTL",
    "Catalogue",
    "Language",
    "catalogue",
    "chosen",
    "file",
    "grouped",
    "isolated",
    "language",
    "languages",
    "marked",
    "plural",
    "speak",
    "speaking",
    "tr",
    "translated",
]

T = TypeVar("T")

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


def speak(name: str) -> None:
    """Take a language for what runs from here on in this thread.

    Args:
        name: one of `languages()`, such as "es".

    Raises:
        ValueError: there is no such language.
    """
    if name not in languages():
        raise ValueError(f"language must be one of {', '.join(languages())}: got {name!r}")
    _language.set(name)


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """As `speak`, for what runs inside of it."""
    before = _language.get()
    speak(name)
    try:
        yield
    finally:
        _language.set(before)


def language() -> str:
    """The language that is spoken here, such as "en"."""
    return _language.get()


def tr(text: str, /, **values: object) -> str:
    """A text in the visitor's language.

    Args:
        text: in English, with names in braces: "step {step}".
        values: of these names.
    """
    said = text if language() == ENGLISH else catalogue(language()).text(text)
    return said.format(**_isolated(values)) if values else said


def plural(one: str, many: str, count: int, /, **values: object) -> str:
    """A text that depends on a number: `one` for 1, `many` for any other, "{count}" is the number.

    Args:
        values: of the other names in braces.
    """
    english = one if count == 1 else many
    said = english if language() == ENGLISH else catalogue(language()).counted(one, english, count)
    return said.format(**_isolated({"count": count} | values))


def isolated(value: object) -> str:
    """A value as it can stand in any text.

    In a text from right to left a sign would go to the other end of its number; Unicode's isolates keep the value as it is, in the direction of its
    first letter.
    """
    return f"{FIRST_STRONG_ISOLATE}{value}{POP_ISOLATE}" if _mirrored() else str(value)


FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


def _isolated(values):
    return {name: isolated(value) for name, value in values.items()} if _mirrored() else values


def _mirrored():
    """Whether the language that is spoken is written from right to left."""
    return languages()[language()].direction == RTL


def translated(name: str, english: Path, read: Callable[[Path], T]) -> T:
    """What a file says in the visitor's language; the English one where it has no such file, or a damaged one, which the log then names.

    Args:
        name: in the folder of a language, such as "notes/watch.md".
        english: the English file.
        read: a file -> what it says; a ValueError or OSError says that it is damaged.
    """
    path = file(language(), name)
    if path:
        try:
            return read(path)
        except (ValueError, OSError) as error:
            warn(path, str(error))
    return read(english)


def grouped(count: int) -> str:
    """A count as it is written: 11,000; in other languages 11 000 with a no-break space, for there a comma would be that of a decimal number."""
    written = f"{count:,}"
    return written if language() == ENGLISH else written.replace(",", "\N{NO-BREAK SPACE}" if abs(count) >= 10_000 else "")


def marked(text: str) -> str:
    """The same text: it stands in a table, and `tr` translates it where it is shown, in Python or in the page."""
    return text
