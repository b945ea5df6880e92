"""The lessons of a folder: the app's own chapters, and a teacher's, of which one that breaks a rule is left out and named."""

import logging
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from gatelab import languages
from gatelab.folders import PAGES
from gatelab.lessons import links
from gatelab.lessons.blocks import Lesson
from gatelab.lessons.faults import Fault, LessonError
from gatelab.lessons.links import Page
from gatelab.lessons.reading import LARGEST, page, read

FOLDER = PAGES / "lessons"
"""The chapters."""

SETTING = "GATELAB_LESSONS"
"""The environment variable that names the folder of somebody's own lessons; `gatelab app --lessons FOLDER` sets it."""

FILES = 200
"""Most files of a folder."""

LEFT_OUT = "left-out"
"""The address of the page that names what is left out."""


class Contents(NamedTuple):
    """What a folder holds: its lessons in reading order, and for each file that is left out what is wrong with it."""

    lessons: tuple[Lesson, ...]
    left_out: tuple[LessonError, ...]


def shipped() -> tuple[Lesson, ...]:
    """The chapters of the app in the visitor's language, in reading order; a chapter that has no file there, or a damaged one, is in English.

    Raises:
        LessonError: an English one breaks a rule.
    """
    found = contents(FOLDER)
    if found.left_out:
        raise found.left_out[0]
    known = tuple((lesson.name, Page(lesson.stage, lesson.models)) for lesson in found.lessons)
    return tuple(_translated(lesson, known) for lesson in found.lessons)


def _translated(lesson, known):
    """A chapter in the visitor's language."""
    path = languages.file(languages.language(), f"lessons/{lesson.name}.md")
    if path is None:
        return lesson
    try:
        return _read(file(path), lesson.name, known)
    except LessonError as error:
        languages.warn(path, str(error))
        return lesson


def own() -> Contents:
    """The lessons of the folder that `GATELAB_LESSONS` names, as its files stand now; none where it names none."""
    named = os.environ.get(SETTING, "").strip()
    return contents(Path(named), shipped(), taken()) if named else Contents((), ())


def taken() -> frozenset[str]:
    """The addresses that somebody's own lesson may not have."""
    return frozenset({path.stem for path in FOLDER.glob("*.md")} | set(links.pages()) | {"first", "lesson", "shared-lesson", LEFT_OUT})


def warn() -> None:
    """Say in the server's log which lessons of the own folder are left out, and why."""
    for error in own().left_out:
        logging.getLogger("gatelab").warning("A lesson is left out.\n%s", error)


def contents(folder: Path, others: tuple[Lesson, ...] = (), taken: frozenset[str] = frozenset()) -> Contents:
    """The lessons of a folder: its Markdown files, none of a folder inside it, none that is a link to elsewhere.

    Args:
        others: lessons of elsewhere that these may point at.
        taken: addresses that none of them may have.
    """
    bodies, left_out = _bodies(Path(folder), taken)
    known = {lesson.name: Page(lesson.stage, lesson.models) for lesson in others} | _pages(bodies)
    lessons = []
    for name, body in bodies.items():
        try:
            lessons.append(_read(body, name, tuple(known.items())))
        except LessonError as error:
            left_out.append(error)
    return Contents(tuple(sorted(lessons, key=lambda lesson: (lesson.order, lesson.name))), tuple(left_out))


@lru_cache(maxsize=2 * FILES)
def _read(body, name, known):
    return read(body, name, dict(known))


def _pages(bodies):
    """What links to the lessons of a folder must know, of those whose head breaks no rule."""
    found = {}
    for name, body in bodies.items():
        try:
            found[name] = _page(body, name)
        except LessonError:
            continue
    return found


_page = lru_cache(maxsize=2 * FILES)(page)


def _bodies(folder, taken):
    """The bytes of each file by its address, and what is wrong with those that cannot be read."""
    if not folder.is_dir():
        return {}, [LessonError(str(folder), [Fault(1, "this must be the folder of the lessons: there is no folder of this name")])]
    found, wrong = {}, []
    for path in sorted(folder.glob("*.md"))[:FILES]:
        try:
            found[path.stem] = file(path, taken)
        except LessonError as error:
            wrong.append(error)
    return found, wrong


def file(path: Path, taken: frozenset[str] = frozenset()) -> bytes:
    """The bytes of one lesson.

    Args:
        taken: addresses that it may not have.

    Raises:
        LessonError: its name can be no address, it is no plain file of its folder, or too large.
    """

    def refuse(said):
        raise LessonError(path.name, [Fault(1, said)])

    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", path.stem) or len(path.stem) > 60:
        refuse("the file's name is the lesson's address: it must be lower-case letters, digits and hyphens, as in my-lesson.md")
    if path.stem in taken:
        refuse(f"there is a page {path.stem!r} already: give the file another name")
    if path.is_symlink() or not path.is_file():
        refuse("a lesson must be a file in the folder itself: this is a link, or none")
    try:
        if path.stat().st_size > LARGEST:
            refuse(f"a lesson must have at most {LARGEST:,} bytes: it has {path.stat().st_size:,}")
        with path.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except OSError as error:
        return refuse(f"the file cannot be read: {error.strerror}")
