"""What the stage of a lesson opens on, and what it must know of the cells that the lesson tells of."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gatelab import roles, sizes, zoo
from gatelab.live.endpoint import LIMIT
from gatelab.live.link import Link
from gatelab.words import FAMILY, PURPOSES, TITLES

FAR, NEAR, ARITHMETIC = 0, 1, 2
"""How much is seen: the unrolled text, one cell, and the arithmetic of one of its parts."""


def stages(cell: str) -> int:
    """How many stages the walk through one step of a cell has, see `static/lesson/cells.js`."""
    record = roles.of(cell)
    if record.apart:
        return 4  # forget, write, update, show
    return 3 + bool(record.reset) if record.keep else 2  # reset, candidate, mix, new state; read, new state


def parts(cell: str) -> tuple[str, ...]:
    """The parts of a cell that can be chosen, the keys of `static/lesson/quantities.js`, in the order of its story; a product is named by its factors."""
    record = roles.of(cell)
    story = _apart(record) if record.apart else _mixed(record) if record.keep else ()
    seen = {"": (), "after": ("a", f"{record.reset}a"), "before": (f"{record.reset}h", "a")}[record.resets]  # of the old state, by the candidate
    peepholes = (name.replace("weight_c", "p") for name in record.peepholes)
    return tuple(dict.fromkeys(("x", "in", "h-", *filter(None, story), "h", *seen, *peepholes)))


def _apart(record):
    """Of a memory apart: what it was, what stays, what is written, what came of it, what is shown."""
    return (
        f"{record.memory}-",
        record.keep,
        record.keep + record.memory,
        record.write,
        record.candidate,
        record.write + record.candidate,
        record.memory,
        f"t{record.memory}",
        record.show,
    )


def _mixed(record):
    """Of a state that is a mixture of the old one and a candidate: both, and their shares."""
    keep, write = record.share("keep"), record.share("write")
    kept = f"{'1-' if keep.rest else ''}{keep.name}{record.memory}"
    return (record.reset, record.candidate, write.name, kept, f"1-{write.name}", f"{write.name}{record.candidate}")


STAGES = {cell: stages(cell) for cell in roles.ROLES}
PARTS = {cell: parts(cell) for cell in roles.ROLES}


@dataclass(frozen=True)
class LessonStart:
    """What the stage of a lesson opens on.

    Attributes:
        models: names of `zoo.readers()` that the visitor can change between, in the order of the lesson.
        model: one of them.
        text: at most `LIMIT` characters.
        unit: counted from 0, below the model's H; None for the mean over all units.
        step: counted from 0; where the text is shorter, the stage chooses one with the first step in sight.
        stage: of the walk through one step, from 1; 0 shows the whole step.
        level: FAR, NEAR or ARITHMETIC.
        part: what is chosen, one of the cell's `PARTS`, or None.
        numbers: "on" or "off": whether the wires carry their numbers.
        page: whose texts the stage offers, see `zoo.opening`.
        whatif: where the forget gate of a coupled cell stands at the step instead of where it stood, from 0 to 1; None: nowhere else.
    """

    models: tuple[str, ...]
    model: str
    text: str
    unit: int | None
    step: int
    stage: int = 0
    level: int = NEAR
    part: str | None = None
    numbers: str = "on"
    whatif: float | None = None
    page: str | None = None


def read_lesson(
    fields: Mapping[str, str], models: tuple[str, ...], *, page: str | None = None, text: str | None = None, step: int | None = None, level: int = NEAR
) -> tuple[LessonStart, list[str]]:
    """The start that a link asks for, and a sentence for each part of it that could not be followed.

    Args:
        fields: the query parameters: model, text, unit (or "mean"), step (from 1), stage, level, part, numbers, whatif.
        models: the lesson's models; the first is the one to open on.
        page: its name in `zoo.pages()`, whose texts it offers; None for those of the models.
        text, step: what the lesson opens on itself; None leaves it to the model's opening, and to its last step.
        level: how much is seen at first.
    """
    link = Link(fields)
    model = link.one_of("model", models, models[0])
    opening, spec = zoo.opening(model, page), zoo.load(model).spec
    start = LessonStart(
        models,
        model,
        link.text(opening.text if text is None else text),
        None if link.get("unit") == "mean" else link.number("unit", 0, spec.hidden_size - 1, opening.unit),
        link.number("step", 1, LIMIT, LIMIT if step is None else step + 1) - 1,
        link.number("stage", 0, STAGES[spec.cell], 0),
        link.number("level", FAR, ARITHMETIC, level),
        link.one_of("part", PARTS[spec.cell], None),
        link.one_of("numbers", ("on", "off"), "on"),
        _whatif(link, spec.cell),
        page,
    )
    return start, link.close()


def _whatif(link, cell):
    value = link.share("whatif")
    if value is None or cell == "coupled":
        return value
    link.refuse("whatif", "left out: only the coupled cell has this slider", link.get("whatif"))
    return None


@lru_cache(maxsize=8)
def listing(names: tuple[str, ...], page: str | None = None) -> list[dict[str, Any]]:
    """What the stage knows of each model: what it is for, cell, sizes, labels, opening; the tokens only where they are what is predicted."""
    models = []
    for name in names:
        spec, opening = zoo.load(name).spec, zoo.opening(name, page)
        said = {"labels": spec.outputs} if spec.outputs else {"vocab": spec.tokens}
        models.append(
            {
                "name": name,
                "cell": spec.cell,
                "family": FAMILY[spec.cell],
                "task": spec.task,
                "purpose": PURPOSES[spec.task],
                "unit": spec.unit,
                "hidden_size": spec.hidden_size,
                "titles": TITLES[spec.cell],
                "sizes": [part._asdict() for part in sizes.parts(spec)],
                "opening": vars(opening),
                **said,
            }
        )
    return models
