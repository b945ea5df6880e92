"""What the Watch stage knows of the models that read character by character."""

from collections.abc import Mapping
from typing import Any

from gatelab import zoo
from gatelab.live import own
from gatelab.networks import Reader
from gatelab.palette import LIMITS
from gatelab.words import TITLES
from gatelab.zoo.openings import Opening

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
    names = zoo.models("character")
    smallest = sorted(zoo.shipped("character"), key=lambda name: zoo.load(name).spec.hidden_size)[:1]
    ordered = dict.fromkeys((*smallest, *names))
    return [entry(zoo.load(name), zoo.task(name), zoo.card(name), zoo.opening(name), ranges=zoo.ranges(name), **own.told(name)) for name in ordered]


def entry(model: Reader, task: str, card: Mapping[str, Any], opening: Opening, **more: Any) -> dict[str, Any]:
    """What the stage knows of one model.

    Args:
        task: under which it stands.
        card: at least "parameters" and "data".
        more: of a shipped model "ranges"; of one's own what `own.told` gives.
    """
    spec = model.spec
    return {
        "name": spec.name,
        "task": task,
        "cell": spec.cell,
        "layers": spec.num_layers,
        "hidden_size": spec.hidden_size,
        "vocab": spec.tokens,
        "orders": model.orders,
        "titles": TITLES[spec.cell],
        "unbounded": list(LIMITS),
        "ranges": {},
        "card": card,
        "opening": vars(opening),
        **more,
    }
