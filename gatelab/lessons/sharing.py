"""A lesson that came as a link: its whole file stands in the address, compressed. It is read as any other, and never fetched from anywhere."""

import base64
import binascii
import zlib
from functools import lru_cache

from gatelab.lessons import folder
from gatelab.lessons.blocks import Lesson
from gatelab.lessons.faults import Fault, LessonError
from gatelab.lessons.links import Page
from gatelab.lessons.reading import LARGEST, read

SHARED = "shared-lesson"
"""The address of the page that shows it."""

FIELD = "lesson"
"""The field of the link."""

LONGEST = 6000
"""Most characters of the field, as `static/builder/packing.js` writes it."""


def shared(letters: str) -> Lesson:
    """The lesson of a link.

    Args:
        letters: the file, compressed (RFC 1951), in the letters of base64 that an address can hold.

    Raises:
        LessonError: the link is damaged, or its file breaks a rule.
    """
    found = _read(letters)
    if isinstance(found, LessonError):
        raise found
    return found


@lru_cache(maxsize=64)
def _read(letters):
    """The lesson, or what is wrong with it: neither is found out twice."""
    known = {lesson.name: Page(lesson.stage, lesson.models) for lesson in folder.shipped()}
    try:
        return read(unpacked(letters), SHARED, known)
    except LessonError as error:
        return error


def unpacked(letters: str) -> bytes:
    """The file of a link; never more than one byte above `LARGEST` is unpacked.

    Raises:
        LessonError: the link is damaged.
    """
    if len(letters) > LONGEST:
        _refuse(f"the link must hold at most {LONGEST:,} characters of a lesson: it has {len(letters):,}")
    try:
        packed = base64.b64decode(letters.encode("ascii") + b"=" * (-len(letters) % 4), altchars=b"-_", validate=True)
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        text = inflate.decompress(packed, LARGEST + 1)
    except (UnicodeEncodeError, binascii.Error, zlib.error):
        _refuse("the link is damaged: it holds no lesson. Ask for it again, or for the file")
    if len(text) <= LARGEST and not inflate.eof:
        _refuse("the link was cut: its lesson has no end. Ask for it again, or for the file")
    return text


def _refuse(said):
    raise LessonError("link", [Fault(1, said)])
