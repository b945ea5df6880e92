"""Holds in a request and in a link: the same text in both, see `gatelab.holds`; and the experiments that a stage offers."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from gatelab import experiments, holds, roles, zoo
from gatelab.live.endpoint import BadRequest, Field, checked_text, kind, shown
from gatelab.traces import places, trace

LONGEST = 4000
"""Most characters of the holds of a request or a link."""


def of_request(value: object, before: Mapping[str, Any]) -> tuple[holds.Hold, ...]:
    """The holds of a request, for the model that it names.

    Raises:
        BadRequest: they are no text, or one of them is none that the model can have.
    """
    return _whole(value, lambda text: holds.parse(text, places(zoo.load(before["model"]))))


def roles_of_request(value: object, before: object = None) -> tuple[holds.Hold, ...]:
    """The holds by role of a request to several models.

    Raises:
        BadRequest: they are no text, or one of them names no role.
    """
    return _whole(value, holds.parse_roles)


def _whole(value, parse):
    """The holds of a text in which nothing is wrong."""
    if not isinstance(value, str):
        raise BadRequest("hold", "a string", kind(value))
    if len(value) > LONGEST:
        raise BadRequest("hold", f"at most {LONGEST} characters", f"{len(value)} characters")
    found, wrong = parse(value)
    if wrong:
        raise BadRequest("hold", "name:units:steps:value, several with ; between them", f"{shown(value)}. {wrong[0]}")
    return found


FIELD, BY_ROLE = Field("str", of_request, ""), Field("str", roles_of_request, "")
"""The field of a request to one model, and to several."""


def after_of_request(value: object, before: object = None) -> str:
    """The text in whose last state the network of a request begins; "" for zeros.

    Raises:
        BadRequest: it is no whole text, or too long.
    """
    try:
        return checked_text(value)
    except BadRequest as bad:
        raise BadRequest("after", bad.body["rule"], bad.body["got"]) from None


def beginning(model: str, after: str) -> tuple[dict[str, np.ndarray] | None, dict[str, Any]]:
    """The state in which a text ends where nothing is held.

    Returns:
        What `gatelab.trace` takes as `state`, of every layer, None for zeros; and what an answer says of it: "after", the text, and "state", that of
        the last layer, name -> H numbers; nothing for zeros.
    """
    if not after:
        return None, {}
    read = trace(zoo.load(model), after)
    if not len(read):
        return None, {"after": after}  # nothing of it is read
    kept = roles.of(read.cell).states
    state = {f"l{k + 1}.{name}": read.layer(k)[name][-1] for k in range(len(read.layers)) for name in kept}
    return state, {"after": after, "state": {name: read[name][-1].tolist() for name in kept}}


def looks() -> list[dict[str, Any]]:
    """The ready-made experiments with an attention: what each is called, what to look for, what is held, and whether of the chosen token alone."""
    return [{"called": one.name, "look": one.look, "hold": one.text(), "one": one.one} for one in experiments.LOOKS]


def offered(cells: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """The ready-made experiments of some cells: for each what it is called, what to look for, what is held, and whether it is held from the step in sight on."""
    return {
        cell: [{"called": one.name, "look": one.look, "hold": one.text(cell), "later": one.later} for one in experiments.of(cell)]
        for cell in dict.fromkeys(cells)
    }
