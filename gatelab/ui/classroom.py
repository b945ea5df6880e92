"""The page of a class."""

from gatelab.live import component


def in_class(code: str | None) -> None:
    """Where a teacher starts a class and a student joins one.

    Args:
        code: that the address brings, or None.
    """
    component.in_class(code)
