"""What the stage of a lesson opens on, and what it must know of the cells that the lesson tells of."""

from dataclasses import dataclass
from functools import lru_cache

from gatelab import sizes, zoo
from gatelab.cells import NAMES
from gatelab.live.endpoint import LIMIT
from gatelab.live.start import number, one_of
from gatelab.words import FAMILY, TITLES

FAR, NEAR, ARITHMETIC = 0, 1, 2
"""How much is seen: the unrolled text, one cell, and the arithmetic of one of its parts."""

STAGES = dict.fromkeys(NAMES, 4) | {"rnn": 2}
"""A cell -> the stages of its walk, those of `static/lesson/cells.js`."""


@dataclass(frozen=True)
class LessonStart:
    """What the stage of a lesson opens on.

    Attributes:
        models: names of `zoo.readers()` that the visitor can change between, in the order of the lesson.
        model: one of them.
        text: at most `LIMIT` characters.
        unit: counted from 0, below the model's H; None for the mean over all units.
        step: counted from 0; the stage shows the last step where the text is shorter.
        stage: of the walk through one step, from 1; 0 shows the whole step.
        level: FAR, NEAR or ARITHMETIC.
        part: what is chosen, a key of `static/lesson/quantities.js`, or None.
    """

    models: tuple[str, ...]
    model: str
    text: str
    unit: int | None
    step: int
    stage: int = 0
    level: int = NEAR
    part: str | None = None


def read_lesson(link, models, *, text=None, step=None, level=NEAR):
    """The start that a link asks for, and a sentence for each part of it that could not be followed.

    Args:
        link: the query parameters, a mapping of strings: model, text, unit (or "mean"), step (from 1), stage.
        models: the lesson's models; the first is the one to open on.
        text, step: what the lesson opens on itself; None leaves it to the model's opening, and to its last step.
        level: how much is seen at first.
    """
    notes = []
    model = one_of("model", link.get("model"), models, models[0], notes)
    opening = zoo.opening(model)
    given = link.get("text", opening.text if text is None else text).replace("\r\n", "\n")
    if len(given) > LIMIT:
        notes.append(f"The link's text was cut: at most {LIMIT:,} characters fit, it has {len(given):,}.")
        given = given[:LIMIT]
    spec = zoo.load(model).spec
    unit = None if link.get("unit") == "mean" else number("unit", link.get("unit"), 0, spec.hidden_size - 1, opening.unit, notes)
    at = number("step", link.get("step"), 1, LIMIT, LIMIT if step is None else step + 1, notes) - 1
    stage = number("stage", link.get("stage"), 0, STAGES[spec.cell], 0, notes)
    return LessonStart(models, model, given, unit, at, stage, level), notes


@lru_cache(maxsize=8)
def listing(names):
    """What the stage knows of each model: cell, sizes, labels, opening; the tokens only where they are what is predicted."""
    models = []
    for name in names:
        spec, opening = zoo.load(name).spec, zoo.opening(name)
        said = {"labels": spec.outputs} if spec.outputs else {"vocab": spec.tokens}
        models.append({"name": name, "cell": spec.cell, "family": FAMILY[spec.cell], "task": spec.task, "unit": spec.unit, "hidden_size": spec.hidden_size,
                       "titles": TITLES[spec.cell], "sizes": [part._asdict() for part in sizes.parts(spec)],
                       "opening": vars(opening), **said})  # fmt: skip
    return models
