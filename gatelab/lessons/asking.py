"""What a lesson's questions can be asked of: the kinds of `static/lesson/questions.js`."""

from gatelab import roles, zoo

NAMED = ("lost", "written", "factor", "reset", "kept", "replaced", "squash", "held", "along")
"""Kinds that ask about one value of the cell, "lost:f"."""

PLAIN = ("mover", "next", "gradient")
"""Kinds that ask about the whole network."""

KINDS = NAMED + PLAIN

JUDGED = ("held", "mover", "gradient", "along")
"""Kinds that are asked of a model with two answers alone."""


def names(how: str, cell: str) -> tuple[str, ...]:
    """The values of a cell that a kind of question can be about.

    Args:
        how: one of `NAMED`.
        cell: one of `roles.ROLES`.
    """
    record = roles.of(cell)
    keep, write = record.share("keep"), record.share("write")
    if how == "squash":
        return (*record.gates, record.candidate) if keep else ("h",)
    if how == "factor":
        return () if keep else ("h",)
    if how == "reset":
        return tuple(filter(None, [record.reset]))
    share = write if how == "written" else keep
    return (share.name,) if share else ()


def fits(kind: str, model: str) -> bool:
    """Whether a model can be asked a question of a kind.

    Args:
        kind: "lost:f", "mover", ...
        model: one of `zoo.readers()`.
    """
    spec, (how, sign, name) = zoo.load(model).spec, kind.partition(":")
    if (how in JUDGED and len(spec.outputs) != 2) or (how == "next" and spec.outputs):
        return False
    return not sign if how in PLAIN else name in names(how, spec.cell)


def offered(models: tuple[str, ...]) -> tuple[str, ...]:
    """All kinds of questions that one of some models can be asked, "lost:f" before "mover"."""
    cells = [zoo.load(name).spec.cell for name in models]
    asked = [f"{how}:{name}" for how in NAMED for cell in cells for name in names(how, cell)]
    return tuple(kind for kind in dict.fromkeys((*asked, *PLAIN)) if any(fits(kind, name) for name in models))
