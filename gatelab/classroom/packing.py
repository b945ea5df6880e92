"""A room as text and back, for a store outside of this process."""

import json
from dataclasses import asdict, replace
from typing import Any

from gatelab.classroom.questions import Question
from gatelab.classroom.room import Asked, Offer, Room


def packed(room: Room) -> str:
    """The room as JSON."""
    return json.dumps({**asdict(room), "seats": sorted(room.seats)}, separators=(",", ":"))


def unpacked(text: str) -> Room:
    """The room that was packed."""
    told: dict[str, Any] = json.loads(text)
    asked = told["asked"]
    return replace(
        Room(**told),
        asked=asked and Asked(**{**asked, "question": _question(asked["question"])}),
        rounds=tuple(told["rounds"]),
        offers=tuple(Offer(**offer) for offer in told["offers"]),
        seats=frozenset(told["seats"]),
        present={name: tuple(here) for name, here in told["present"].items()},
    )


def _question(told):
    lists = {name: tuple(told[name]) for name in ("options", "tokens")}
    return Question(**{**told, **lists, "range": told["range"] and tuple(told["range"])})
