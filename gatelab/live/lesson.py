"""What the stage of a lesson knows of the cells that the lesson tells of."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from gatelab import roles, sizes, zoo
from gatelab.folders import PAGES
from gatelab.live import own
from gatelab.palette import LIMITS
from gatelab.words import FAMILY, PURPOSES, TITLES

FAR, NEAR, ARITHMETIC = 0, 1, 2
"""How much is seen: the unrolled text, one cell, and the arithmetic of one of its parts."""


def walk(cell: str) -> int:
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


def back(cell: str) -> tuple[str, ...]:
    """The wires of the way back through a cell, the keys of `static/lesson/gradients.js`: "d." and what the loss is followed back to."""
    record = roles.of(cell)
    gates = [name for name in record.names if name not in ("h", record.memory)]
    ways = ("h", "c+", "ch", "c", *gates, "c-", "h-") if record.apart else ("h", *gates, "h-", "hg") if record.keep else ("h", "a", "h-")
    return tuple(f"d.{name}" for name in ways)


WALKS = {cell: walk(cell) for cell in roles.ROLES}
PARTS = {cell: parts(cell) for cell in roles.ROLES}
BACK = {cell: back(cell) for cell in roles.ROLES}


def address(page: str) -> str:
    """The address of a lesson in every GateLab; "" for one of somebody's own, which is known in this app alone."""
    return page if (PAGES / "lessons" / f"{page}.md").is_file() else ""


def with_own(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a lesson says beside its link, with more models: after its own those of one's own that fit into it; where the lesson follows the loss of an
    answer, those that can give it."""
    shown, right = given.get("models", ()), given.get("right")
    fit = (model for model in zoo.for_lesson(shown) if model in shown or right is None or right in zoo.load(model).spec.outputs)
    return {**given, "models": tuple(fit)}


@lru_cache(maxsize=64)
def listing(names: tuple[str, ...], page: str | None = None) -> list[dict[str, Any]]:
    """What the stage of a page knows of each model: what it is for, cell, sizes, labels, opening; the tokens only where they are what is predicted."""
    models = []
    for name in names:
        spec, opening = zoo.load(name).spec, zoo.opening(name, page)
        said = {"labels": spec.outputs} if spec.outputs else {"vocab": spec.tokens}
        models.append(
            {
                "name": name,
                "cell": spec.cell,
                "family": name if zoo.is_own(name) else FAMILY[spec.cell],
                "task": zoo.task(name),
                "purpose": own.purpose(name) if zoo.is_own(name) else PURPOSES[zoo.task(name)],
                "unit": spec.unit,
                "layers": spec.num_layers,
                "hidden_size": spec.hidden_size,
                "titles": TITLES[spec.cell],
                "unbounded": list(LIMITS),
                "ranges": zoo.ranges(name),
                "sizes": [part._asdict() for part in sizes.parts(spec)],
                "opening": vars(opening),
                **said,
                **own.told(name),
            }
        )
    return models
