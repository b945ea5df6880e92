"""One HTML document without a server: what stands in it, the code that its stages need, and their files."""

import base64
import gzip
import html
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from gatelab import glossary
from gatelab.languages import ENGLISH, LTR, language, languages
from gatelab.live import bundle
from gatelab.live.languages import words

HERE = Path(__file__).parent
LOGO = HERE.parent / "logo.svg"
CODE = "code"
"""The file that holds the code of a document that stands alone."""
WORDS = "words"
"""The file that holds the words of the visitor's language, where that is not English."""


@dataclass(frozen=True)
class Part:
    """What stands in one element of a document.

    Attributes:
        place: the element, as a CSS selector.
        module: what draws it, a module in `live/static/`.
        page: of a stage, what `Stage.page` gives, with what it opens on; None for others.
        data: of others, the metadata that they read.
        fixed: the file with the first answer, where no engine can compute it; None where it can.
    """

    place: str
    module: str
    page: Mapping[str, Any] | None = None
    data: Mapping[str, Any] | None = None
    fixed: str | None = None


STARTS = ("glossary.js", "standalone/framed.js")
"""Modules that every page starts when its parts are there."""


def document(title: str, body: str, parts: Iterable[Part], files: Mapping[str, bytes], text: str = "") -> str:
    """A whole page as one file.

    Args:
        title: of the window; any text.
        text: what its stage shows, which stands before the title.
        body: HTML, in which each part's element stands.
        parts: what is put into these elements, in this order.
        files: route, "/live/...", -> bytes: all that the parts ask for.
    """
    shown = list(parts)
    needed = {CODE: code(modules(shown)), **of_language(), **files}
    return filled(title, body, shown, "\n".join(held(name, content) for name, content in needed.items()), text=text)


def of_language(address: Callable[[str], str] = str) -> dict[str, bytes]:
    """What a document holds of its language: the terms, and where it is not English the words; name -> bytes.

    Args:
        address: what the address of a page becomes.
    """
    said = {} if language() == ENGLISH else {WORDS: words(language()).encode()}
    terms = [term | {"where": address(term["where"])} for term in glossary.listing()]
    return said | {"/live/glossary": json.dumps(terms, ensure_ascii=False).encode()}


def filled(
    title: str, body: str, parts: Iterable[Part], scripts: str, beside: str | None = None, style: str = "", starts: Sequence[str] = STARTS, text: str = ""
) -> str:
    """The document with the scripts that bring its code and files.

    Args:
        scripts: HTML.
        beside: the folder of further files, relative to the document; None where there is none.
        style: more CSS.
        starts: modules that the page starts when its parts are there.
        text: as of `document`.
    """
    about = {
        "title": title,
        "parts": [{key: value for key, value in asdict(part).items() if value is not None} for part in parts],
        "files": beside,
        "starts": starts,
    }
    logo = base64.b64encode(LOGO.read_bytes()).decode()
    about_language = languages()[language()]
    fields = {
        "language": f'lang="{about_language.name}"' + ("" if about_language.direction == LTR else f' dir="{about_language.direction}"'),
        "title": html.escape(f"{text} \u00b7 {title}" if text else title),
        "icon": f"data:image/svg+xml;base64,{logo}",
        "style": (HERE / "document.css").read_text(encoding="utf-8") + style,
        "body": body,
        "about": json.dumps(about, ensure_ascii=False).replace("<", "\\u003c"),
        "files": scripts,
    }
    first, *pieces = (HERE / "document.html").read_text(encoding="utf-8").split("{{")
    return first + "".join(fields[name] + rest for name, rest in (piece.split("}}", 1) for piece in pieces))


def modules(parts: Iterable[Part]) -> tuple[str, ...]:
    """The modules that parts need, with the one that brings them to life."""
    return ("spoken.js", "standalone/boot.js", *STARTS, *dict.fromkeys(part.module for part in parts))


@lru_cache(maxsize=16)
def code(names: tuple[str, ...]) -> bytes:
    """Modules as one script, see `bundle.alone`."""
    return bundle.alone(bundle.STATIC, names).encode()


def packed(content: bytes) -> str:
    """Bytes as a page holds them: base64 of what gzip made; the same for the same bytes."""
    return base64.b64encode(gzip.compress(content, 9, mtime=0)).decode()


def held(name: str, content: bytes) -> str:
    """A file as an element of the document."""
    return f'<script type="text/plain" data-file="{html.escape(name)}">{packed(content)}</script>'
