"""What is wrong with a lesson: each fault with its line, several of them in one error."""

from typing import NamedTuple

WRONG = 50
"""Most faults that are said at once."""


class Fault(NamedTuple):
    """What is wrong with a lesson, and in which line."""

    line: int
    said: str


class LessonError(ValueError):
    """A file is no lesson.

    Attributes:
        file: its name.
        faults: all that is wrong with it, from top to bottom.
    """

    def __init__(self, file: str, faults: list[Fault]) -> None:
        self.file, self.faults = file, tuple(sorted(faults))
        super().__init__("\n".join(f"{file}:{line}: {said}" for line, said in self.faults))
