"""`python -m gatelab.lessons FILE...` checks lessons, and says what is wrong with each, with file and line."""

import argparse
import sys
from pathlib import Path

from gatelab.lessons.faults import LessonError
from gatelab.lessons.folder import FOLDER, contents, file, taken
from gatelab.lessons.links import Page
from gatelab.lessons.reading import page, read


def main(arguments: list[str] | None = None) -> int:
    """Check the files that are named.

    Returns:
        0 where all are lessons, else 1.
    """
    parser = argparse.ArgumentParser(prog="python -m gatelab.lessons", description="Check lessons: says what is wrong with each, with file and line.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a Markdown file, see docs/lessons.md")
    files = parser.parse_args(arguments).files
    known = {lesson.name: Page(lesson.stage, lesson.models) for lesson in contents(FOLDER).lessons} | _pages(files)
    wrong = 0
    for path in files:
        try:
            lesson = read(file(path, frozenset() if path.resolve().parent == FOLDER else taken()), path.stem, known)
            print(f"{path}: a lesson, “{lesson.title}”")
        except LessonError as error:
            wrong += 1
            print(error, file=sys.stderr)
    return int(wrong > 0)


def _pages(files):
    """What links between these lessons must know."""
    found = {}
    for path in files:
        try:
            found[path.stem] = page(file(path), path.stem)
        except LessonError:
            continue
    return found


if __name__ == "__main__":
    sys.exit(main())
