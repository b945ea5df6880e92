"""What a card must say of a model, and how wrong it may not be."""

import json
from pathlib import Path
from typing import Any

from gatelab.networks import Model, ModelSpec
from gatelab.networks.pairs import PairSpec

NUMBER = (int, float)
EVERY = {"task": str, "parameters": int, "scores": dict, "training_minutes": NUMBER, "command": str, "data": dict}
FIELDS = {
    "character": EVERY | {"held_out_nats_per_character": NUMBER, "data.title": str},
    "answer": EVERY,
    "attention": EVERY | {"by_length": dict, "by_length.score": str, "by_length.length": str, "by_length.bins": list},
}
FIELDS["transformer"] = FIELDS["attention"]
"""What the card of each kind of model must have at least, "a.b" being the field b of the field a."""

MAY = {"matched": bool}
"""What the card of any model may have."""

OPENING = {"text": str, "unit": int, "note": str, "others": list}
MEASURED = {"weights": str, "command": str, "tokens": int, "ranges": dict, "units": list}
UNIT = {"unit": int, "name": str, "sign": int, "called": str, "property": str, "measure": str, "score": NUMBER, "on": int}
"""What `python -m gatelab.training.units` adds to a card under "measured", and what each of its units has."""

LARGEST = 2**20
"""Bytes of the largest card."""

MOST = 2**53
"""The largest whole number that a browser reads as it is."""


def kind(spec: ModelSpec | PairSpec) -> str:
    """What a model of a spec does, one of the keys of `FIELDS`."""
    if isinstance(spec, ModelSpec):
        return "character" if spec.unit == "characters" and not spec.outputs else "answer"
    return "transformer" if spec.attention == "transformer" else "attention"


def read(path: Path, model: Model) -> dict[str, Any]:
    """The card of a model, checked.

    Raises:
        OSError, ValueError: it cannot be read, or is not the card of this model.
    """
    if (size := path.stat().st_size) > LARGEST:
        raise ValueError(f"it must have at most {LARGEST:,} bytes: got {size:,}")
    facts = parsed(path.read_text(encoding="utf-8"))
    _check_card(facts, model)
    return facts


def parsed(text: str) -> Any:
    """JSON whose numbers and letters a browser reads as they are.

    Raises:
        ValueError: it is none.
    """
    try:
        facts = json.loads(text, parse_constant=_no_number, parse_float=_finite, parse_int=_whole)
        json.dumps(facts, ensure_ascii=False).encode("utf-8")
    except RecursionError:
        raise ValueError("it must be JSON of a few levels: got too many") from None
    except UnicodeEncodeError:
        raise ValueError("it must be text that UTF-8 can hold: got half of a letter") from None
    return facts


def _no_number(constant):
    raise ValueError(f"numbers must be finite, or no browser reads them: got {constant}")


def _finite(written):
    return float(written) if abs(float(written)) != float("inf") else _no_number(written[:20])


def _whole(written):
    return int(written) if len(written) < 20 and abs(int(written)) <= MOST else _no_number(written[:20])


def _check_card(facts, model):
    check_fields("the card", facts, FIELDS[kind(model.spec)])
    check_fields("the card", facts, {field: type_ for field, type_ in MAY.items() if field in facts})
    count = sum(p.numel() for p in model.parameters())
    if facts["parameters"] != count:
        raise ValueError(f"parameters must be {count}, as in the checkpoint: got {facts['parameters']}")
    opening = facts.get("opening")
    if opening is not None:
        check_fields("opening", opening, OPENING)
        if not 0 <= opening["unit"] < model.spec.hidden_size:
            raise ValueError(f"opening.unit must be from 0 to {model.spec.hidden_size - 1}: got {opening['unit']}")
        if not all(isinstance(text, str) for text in opening["others"]):
            raise ValueError(f"opening.others must be texts: got {opening['others']!r}")
    if "measured" in facts:
        _check_measured(facts["measured"], model.spec.hidden_size)


def _check_measured(measured, size):
    check_fields("measured", measured, MEASURED)
    for name, span in measured["ranges"].items():
        check_fields(f"measured.ranges.{name}", span, {"to": NUMBER, "inside": NUMBER})
        if span["to"] <= 0:
            raise ValueError(f"measured.ranges.{name}.to must be above 0: got {span['to']}")
    for one in measured["units"]:
        check_fields("a unit of measured.units", one, UNIT)
        if not 0 <= one["unit"] < size:
            raise ValueError(f"a unit of measured.units must be from 0 to {size - 1}: got {one['unit']}")


def check_fields(what: str, facts: Any, fields: dict[str, Any]) -> None:
    """Refuse an object of JSON that lacks one of some fields, or has it of another type.

    Raises:
        ValueError: it does; the sentence says which.
    """
    if not isinstance(facts, dict):
        raise ValueError(f"{what} must be an object with {', '.join(fields)}: got {type(facts).__name__}")
    for field, type_ in fields.items():
        *above, last = field.split(".")
        place = facts[above[0]] if above else facts
        if last not in place:
            raise ValueError(f"{what} must have {field}")
        if not isinstance(place[last], type_) or (isinstance(place[last], bool) and type_ is not bool):
            names = " or ".join(one.__name__ for one in (type_ if isinstance(type_, tuple) else (type_,)))
            raise ValueError(f"{field} must be of type {names}: got {place[last]!r}")
