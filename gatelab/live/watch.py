"""What the Watch stage knows of the models that read character by character."""

from typing import Any

from gatelab import zoo
from gatelab.live import own
from gatelab.palette import LIMITS
from gatelab.words import TITLES

MAPS = ("few", "all", "alone")
"""What the maps show: the few units that have a name, all units, or the chosen unit alone."""

ORDERS = ("similarity", "mean", "index")
"""The orders of the units, as `Reader.orders` has them."""

FOLLOWED = ("marked", "word", "depth", "line", "distance")
"""What "Which unit follows this?" can follow, the keys of `static/engine/properties.js`."""

HOTTEST = 2
"""The highest temperature at which the stage writes on."""

LAST_SEED = 10**9 - 1
"""The largest seed with which the stage writes on: nine digits can be read out. `gatelab.write` takes all that have 32 bits."""


def listing() -> list[dict[str, Any]]:
    """What the Watch stage knows of each character model: name, cell, sizes, tokens, opening and card; the smallest first, for it is the easiest to read, one's own last."""
    models, names = [], zoo.models("character")
    smallest = sorted(zoo.shipped("character"), key=lambda name: zoo.load(name).spec.hidden_size)[:1]
    for name in dict.fromkeys((*smallest, *names)):
        model, opening = zoo.load(name), zoo.opening(name)
        spec = model.spec
        models.append(
            {
                "name": name,
                "task": zoo.task(name),
                "cell": spec.cell,
                "layers": spec.num_layers,
                "hidden_size": spec.hidden_size,
                "vocab": spec.tokens,
                "orders": model.orders,
                "titles": TITLES[spec.cell],
                "unbounded": list(LIMITS),
                "ranges": zoo.ranges(name),
                "card": zoo.card(name),
                "opening": vars(opening),
                **own.told(name),
            }
        )
    return models
