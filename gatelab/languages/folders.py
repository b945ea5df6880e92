"""Which languages there are: English, and one for each folder here with a `language.toml`."""

import logging
import os
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gatelab.languages import pseudo

FOLDER = Path(__file__).parent
ENGLISH = "en"
LTR, RTL = "ltr", "rtl"

TAG = 40
"""Most characters of a tag that are looked at: it comes from strangers, and each of its parts is one more try."""

TESTED = "GATELAB_TEST_LANGUAGES"
"""The environment variable that adds the languages of `pseudo.py`; tests set it."""


@dataclass(frozen=True)
class Language:
    """A language of the app.

    Attributes:
        name: its tag, as browsers say it: "es", "pt-BR". Its folder has this name.
        own: what its speakers call it.
        direction: in which it is written, "ltr" or "rtl".

    Raises:
        ValueError: a field is not as it must be.
    """

    name: str
    own: str
    direction: str = LTR

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", self.name):
            raise ValueError(f"the folder of a language must be named by its tag, as in es or pt-BR: got {self.name!r}")
        if not self.own or self.direction not in (LTR, RTL):
            raise ValueError(f"language.toml of {self.name} must have a name, and a direction, ltr or rtl: got {self.own!r} and {self.direction!r}")


@cache
def languages() -> dict[str, Language]:
    """Tag -> language: English first, then those with a folder, in the order of their tags."""
    found = [Language(ENGLISH, "English"), *(_read(path) for path in sorted(FOLDER.glob("*/language.toml")))]
    tested = [Language(pseudo.LONG, "Long"), Language(pseudo.MIRROR, "Mirror", RTL)] if os.environ.get(TESTED) else []
    return {one.name: one for one in found + tested}


def _read(path):
    about = tomllib.loads(path.read_text(encoding="utf-8"))
    return Language(path.parent.name, str(about.get("name", "")), str(about.get("direction", "")))


def chosen(*asked: str | None) -> str:
    """The first language that is asked for and that there is; English where there is none. `static/speaking.js` does the same.

    Args:
        asked: tags, in the order in which they count: "es-MX" is answered by "es" where there is no "es-MX". None and "" ask for nothing.
    """
    known = {name.lower(): name for name in languages()}
    for tag in asked:
        parts = (tag or "")[:TAG].lower().split("-")
        for end in range(len(parts), 0, -1):
            if found := known.get("-".join(parts[:end])):
                return found
    return ENGLISH


@cache
def warn(path: Path, error: str) -> None:
    """Say once in the log that a translated file cannot be shown, so that the English one stands in its place."""
    logging.getLogger("gatelab").warning("%s is shown in English: %s", path.relative_to(FOLDER), error)


def file(language: str, name: str) -> Path | None:
    """A file of a language, or None where it has none.

    Args:
        language: a tag; English has no folder.
        name: in the folder, such as "lessons/lstm.md".
    """
    path = FOLDER / language / name
    return path if language != ENGLISH and path.is_file() else None
