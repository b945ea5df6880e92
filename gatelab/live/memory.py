"""`POST /live/memory`: how much the last state of several models depends on each token of a text."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from safetensors.numpy import save
from starlette.requests import Request
from starlette.responses import Response

from gatelab import holds, zoo
from gatelab.influence import influence
from gatelab.live.compare import checked_models
from gatelab.live.endpoint import Checked, Endpoint, Field, checked_text, content, in_turn, numbers
from gatelab.live.held import BY_ROLE
from gatelab.text import beginning, tokenize

WINDOW = 60
"""Most tokens that are followed back, the last ones of a text: the work grows with them, and farther back there is little to see."""

COST = 700.0
"""Milliseconds that it takes at most: the largest work of all, so one at a time."""


@dataclass(frozen=True)
class MemoryRequest(Checked):
    """Two to five models of one task, the text, and what is held, named by role; its steps are those of the whole text."""

    models: tuple[str, ...]
    text: str
    hold: tuple[holds.Hold, ...] = ()

    FIELDS: ClassVar[dict[str, Field]] = {"models": Field("[str]", checked_models), "text": Field("str", checked_text), "hold": BY_ROLE}


class MemoryRoute(Endpoint):
    """`POST /live/memory`: the arrays of an `Influence` for each model, as "k.norms" and so on; where something is held also those without it, as "k.was.norms"."""

    async def post(self, request: Request) -> Response:
        wanted = MemoryRequest.of(await content(request))
        return numbers(await in_turn(request, COST, packed, wanted))


def packed(wanted: MemoryRequest, **extra: Any) -> bytes:
    """The body of the response, with more metadata."""
    about, *arrays = _made(wanted)
    names = [f"{k}.{name}" for k, some in enumerate(arrays) for name in some]
    values = [array for some in arrays for array in some.values()]
    return save(dict(zip(names, values)), {key: json.dumps(value, ensure_ascii=False) for key, value in (about | extra).items()})


@lru_cache(maxsize=64)
def _made(wanted):
    """The metadata of a response, and the arrays of each model."""
    unit = zoo.load(wanted.models[0]).spec.unit
    tokens = tokenize(wanted.text, unit)
    cut = max(0, len(tokens) - WINDOW)
    text = wanted.text[len(beginning(wanted.text, unit, cut)) :]
    held = holds.since(wanted.hold, cut)
    found = [influence(zoo.load(name), text, holds.in_cell(held, zoo.load(name).spec.cell)) for name in wanted.models]
    strange = [not zoo.load(wanted.models[0]).knows(token) for token in found[0].tokens]
    about = {"models": wanted.models, "tokens": found[0].tokens, "unknown": strange, "cut": cut, "text": wanted.text}
    arrays = [{name: np.ascontiguousarray(array, np.float32) for name, array in vars(one).items() if name != "tokens" and array is not None} for one in found]
    if not wanted.hold:
        return about, *arrays
    _, *was = _made(MemoryRequest(wanted.models, wanted.text))
    both = [one | {f"was.{name}": array for name, array in other.items()} for one, other in zip(arrays, was)]
    return about | {"held": holds.write(wanted.hold)}, *both
