"""Collects all English texts of the code, Python and JavaScript, and brings the catalogues up to date with them.

`make words` runs it, which is `python -m gatelab.languages.collecting`: what is new comes into each catalogue with an empty translation, what is gone
leaves it, and a text that was changed a little keeps its old translation as a proposal (`fuzzy`), which nobody sees until somebody has looked at it.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from gatelab.folders import PAGES
from gatelab.languages.catalogues import MARKED, texts_of
from gatelab.languages.extraction import Found, of_javascript, of_python
from gatelab.languages.folders import ENGLISH, FOLDER, languages
from gatelab.languages.pseudo import NAMES

PACKAGE = FOLDER.parent
STATIC = PACKAGE / "live" / "static"
MOST = 3
"""Most files that a catalogue names for a text."""
LEFT_OUT = ("vendor", "language.js")
"""Of `static/`: the code of others, and what only speaks of such calls."""


@dataclass(frozen=True)
class Entry:
    """A text of the code.

    Attributes:
        english: the text, or with a number the texts for 1 and for others.
        files: where it stands, e.g. "gatelab/shell.py".
        shown: whether the page's JavaScript may show it.
    """

    english: tuple[str, ...]
    files: tuple[str, ...]
    shown: bool


@cache
def collected() -> tuple[Entry, ...]:
    """All texts of the code, in the order of their files.

    Raises:
        ValueError: a text stands with a plural in one place and without one, or with another one, in another.
    """
    found: dict[str, tuple[tuple[str, ...], dict[str, None], list[bool]]] = {}
    for path, english, shown in _all():
        name = path.relative_to(PACKAGE.parent if path.is_relative_to(PACKAGE) else PAGES.parent).as_posix()
        kept = found.setdefault(english[0], (english, {}, []))
        if kept[0] != english:
            raise ValueError(f"a text must have one plural: got {kept[0]!r} in {next(iter(kept[1]))}, and {english!r} in {name}")
        kept[1][name] = None
        kept[2].append(shown)
    return tuple(Entry(english, tuple(files), any(shown)) for english, files, shown in found.values())


def _all() -> Iterator[tuple[Path, tuple[str, ...], bool]]:
    """Each text where it stands, and whether the page may show it."""
    for path, texts in _sources():
        for call, english in texts(path.read_text(encoding="utf-8")):
            yield path, english, call == "marked" or path.suffix == ".js"
    for path, text in _stored():
        yield path, (text,), path.parent.name == "zoo"


STORED = {
    "results/*.json": ("title", "question", "x", "y", "score", "scores", "held_out", "ways"),
    "results/studies/*.json": ("question",),
    "zoo/openings.json": ("note", "at"),
    "zoo/*-*.json": ("title", "length", "score", "called", "property", "label", "place"),
}
"""Stored files of the package -> the fields of which visitors see the words."""

SCORES = "scores"
"""The field of a card whose names visitors see."""


def _stored() -> Iterator[tuple[Path, str]]:
    """The texts of stored files, each with its file."""
    for pattern, fields in STORED.items():
        for path in sorted(PACKAGE.glob(pattern)):
            content = json.loads(path.read_text(encoding="utf-8"))
            found = dict.fromkeys([*_under(content, fields), *(content.get(SCORES, {}) if pattern.startswith("zoo/*") else ())])
            yield from ((path, text) for text in found if re.search("[A-Za-z]{2}", text))


def _under(content, fields, inside=False):
    """The strings of JSON that stand under some fields."""
    if isinstance(content, str):
        return [content] if inside else []
    items = content.items() if isinstance(content, dict) else ((None, each) for each in content) if isinstance(content, list) else ()
    return [text for key, each in items for text in _under(each, fields, inside or key in fields)]


def _sources() -> Iterator[tuple[Path, Callable[[str], Iterator[Found]]]]:
    """The files with texts, each with what reads its language."""
    for path in [*sorted(PACKAGE.rglob("*.py")), *sorted(PAGES.glob("*.py"))]:
        if path.parent != FOLDER:
            yield path, of_python
    for path in sorted(STATIC.rglob("*.js")):
        if path.relative_to(STATIC).parts[0] not in LEFT_OUT:
            yield path, of_javascript


def updated(name: str, content: bytes | None) -> bytes:
    """The catalogue of a language, up to date with the code.

    Args:
        name: the language's tag.
        content: of its file as it is; None where there is none yet.
    """
    locale = Locale.parse(name, sep="-")
    template = Catalog(locale=locale, project="GateLab", header_comment=f"# {languages()[name].own}: the words of GateLab. See docs/languages.md.")
    for entry in collected():
        english = entry.english if len(entry.english) > 1 else entry.english[0]
        in_page = entry.shown and not any(path.endswith(".js") for path in entry.files[:MOST])
        template.add(english, locations=[(path, 0) for path in entry.files[:MOST]], auto_comments=[MARKED] if in_page else [])
    kept = read_po(BytesIO(content), locale=locale) if content else Catalog(locale=locale)
    kept.update(template)
    kept.header_comment, kept.fuzzy = template.header_comment, False
    written = BytesIO()
    write_po(written, kept, width=160, include_lineno=False, ignore_obsolete=True)
    lines = written.getvalue().decode().split("\n")
    return "\n".join(line for line in lines if not line.startswith(UNKNOWN)).encode()


UNKNOWN = ('"POT-Creation-Date', '"PO-Revision-Date', '"Last-Translator', '"Language-Team', '"Report-Msgid-Bugs-To', '"Generated-By', '"Project-Id-Version')
"""Lines of the head that would change at each run, or say nothing."""


def main() -> None:
    """Bring each catalogue up to date, and say what is missing in it."""
    for name in languages():
        if name in (ENGLISH, *NAMES):
            continue
        path = FOLDER / name / "words.po"
        path.write_bytes(updated(name, path.read_bytes() if path.exists() else None))
        entries = [entry for entry in read_po(BytesIO(path.read_bytes())) if entry.id]
        missing = sum(entry.fuzzy or not all(texts_of(entry)[1]) for entry in entries)
        print(f"{path.relative_to(PACKAGE.parent)}: {len(entries)} texts, {missing} to translate")


if __name__ == "__main__":
    main()
