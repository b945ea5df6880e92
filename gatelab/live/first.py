"""What the stage of the first page opens on, the prompts that stand there to try, and which links mean another page."""

from collections.abc import Mapping
from dataclasses import dataclass

from gatelab.live.lesson import LessonStart, read_lesson

MODEL = "sentiment-lstm"

PROMPTS = (
    ("the food was wonderful but the service was terrible", "One word turns the answer round: the last one."),
    ("wonderful and then we went to the house and sat at the table with the others", "The memory keeps the first word to the end."),
    ("not bad at all", "It can be wrong: it takes this praise for blame."),
)
"""Sentences to try, each with its point in one line; the stage opens on the first one. tests/test_start_page.py proves the points."""

OF_WATCH = {"value", "entry", "order", "maps"}
"""Fields of a link to Watch that the first page does not have."""


@dataclass(frozen=True)
class FirstStart(LessonStart):
    """What the stage of the first page opens on: a lesson's start, and `prompts`, pairs (sentence, its point)."""

    prompts: tuple[tuple[str, str], ...] = PROMPTS


def read_first(fields: Mapping[str, str]) -> tuple[FirstStart, list[str]]:
    """The start that a link asks for, and a sentence for each part of it that could not be followed; fields as of `read_lesson`."""
    start, notes = read_lesson(fields, (MODEL,), text=PROMPTS[0][0])
    return FirstStart(**vars(start)), notes


def means_watch(fields: Mapping[str, str]) -> bool:
    """Whether a link was copied from Watch at the time when Watch was the first page: it names a model that is not of this one, or what only Watch has."""
    return fields.get("model", MODEL) != MODEL or bool(OF_WATCH & set(fields))
