"""How the page comes to its language: which ones there are, the words of each as a file, and the script that takes them up before a stage is loaded.

For English the page asks for nothing.
"""

import hashlib
import json
from functools import cache

from gatelab.languages import ENGLISH, file, languages
from gatelab.languages.catalogues import for_page
from gatelab.live import bundle


@cache
def addresses() -> dict[str, str | None]:
    """Tag of a language -> the address of its words, relative to the page's own; None for English. Other words have another address."""
    return {name: None if name == ENGLISH else f"live/languages/{name}-{_version(name)}.json" for name in languages()}


def _version(name):
    about = file(name, "language.toml"), file(name, "words.po")
    content = b"".join(path.read_bytes() for path in about if path) or bundle.NAME.encode()
    return hashlib.sha256(content).hexdigest()[:16]


@cache
def words(name: str) -> str:
    """What the page must know of a language, see `for_page`, as JSON."""
    return json.dumps(for_page(name), ensure_ascii=False, separators=(",", ":"))


def loading() -> str:
    """A JavaScript expression: a promise of the bundle's function `load`, kept once the page speaks the visitor's language.

    Modules translate some of their words when they are loaded, so none is loaded earlier.
    """
    known = json.dumps(addresses()).replace("<", "\\u003c")
    return f'import(new URL("{bundle.ADDRESS}", document.baseURI).href).then(({{ load }}) => load("speaking.js").speaking({known}).then(() => load))'
