"""Which of the known names somebody may have meant: the end of an error message."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: object, known: Iterable[str]) -> str:
    """A question with the nearest of the known names, such as '; did you mean prose-lstm?'; "" where none is near."""
    found = get_close_matches(name, list(known), 1) if isinstance(name, str) else []
    return f"; did you mean {found[0]}?" if found else ""
