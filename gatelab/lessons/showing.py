"""What every page that shows a lesson needs, with a server or without: its finished Markdown, and what its stage opens on."""

from collections.abc import Mapping
from typing import Any

from gatelab import facts, notation
from gatelab.lessons.blocks import Lesson, Prose
from gatelab.live.stages import STAGES

OF_THE_TEXT = ("hold", "whatif")
"""Fields that say something of the model and the text on which a lesson opens, and of no others."""


def written(text: str, lesson: Lesson, letters: str = "pytorch", formulas: str = "") -> str:
    """Markdown as it is to be shown: measured numbers in their places, formulas in a notation.

    Args:
        text: of a block of the lesson.
        letters: one of `notation.NOTATIONS`.
        formulas: of the block, see `Prose`.
    """
    filled, kind = facts.filled(text), formulas or lesson.formulas
    return filled if kind == "fixed" else notation.rewritten(filled, letters, alone=kind == "gru")


def stands(prose: Prose, letters: str = "pytorch") -> bool:
    """Whether a block is to be shown in a notation."""
    return prose.turned in (None, notation.turned(letters))


def opening(lesson: Lesson, fields: Mapping[str, str]) -> tuple[Any, list[str]]:
    """What the stage of a lesson opens on, and a sentence for each part of the link that could not be followed.

    Args:
        fields: of the visitor's link, which come before what the lesson opens on.
    """
    stage = STAGES[lesson.stage]
    given: dict[str, Any] = {"page": lesson.name, "models": lesson.models} if lesson.models else {}
    if lesson.opens:
        told, _ = stage.read(lesson.opens, **given)
        given |= {name: value for name, value in told._asdict().items() if name in lesson.opens and name not in (*given, *OF_THE_TEXT)}
    if not {"model", "models", "text"} & fields.keys():
        fields = {name: value for name, value in lesson.opens.items() if name in OF_THE_TEXT} | dict(fields)
    return stage.read(fields, **given)
