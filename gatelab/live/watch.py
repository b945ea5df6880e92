"""What the Watch stage knows of the models that read character by character."""

from typing import Any

from gatelab import zoo
from gatelab.palette import LIMITS
from gatelab.words import TITLES

MAPS = ("all", "alone")
"""What the maps show: all units, or the chosen unit alone."""


def listing() -> list[dict[str, Any]]:
    """What the Watch stage knows of each shipped character model: name, cell, sizes, tokens, opening and card."""
    models = []
    for name in zoo.models("character"):
        model, opening = zoo.load(name), zoo.opening(name)
        spec = model.spec
        models.append(
            {
                "name": name,
                "task": zoo.task(name),
                "cell": spec.cell,
                "hidden_size": spec.hidden_size,
                "vocab": spec.tokens,
                "orders": model.orders,
                "titles": TITLES[spec.cell],
                "unbounded": list(LIMITS),
                "card": zoo.card(name),
                "opening": vars(opening),
            }
        )
    return models
