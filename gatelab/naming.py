"""The names that somebody can choose among, in the words of an error: all of them where they are few, else the nearest to what was written."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: object, names: Iterable[str]) -> str:
    """The known name that somebody may have meant; "" where none is like it."""
    return next(iter(get_close_matches(str(name), list(names), n=1)), "")


def meant(name: object, names: Iterable[str]) -> str:
    """The end of an error about an unknown name: "; did you mean 'prose-lstm'?", or "" where no name is like it."""
    found = nearest(name, names)
    return f"; did you mean {found!r}?" if found else ""
