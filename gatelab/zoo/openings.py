"""What a visitor meets first with a model: a text to read, and a unit to look at."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from gatelab.networks import Model, ModelSpec, Reader
from gatelab.networks.pairs import PairSpec
from gatelab.text import UNKNOWN
from gatelab.traces import AttentionTrace, trace
from gatelab.writing import write
from gatelab.zoo import cards, folder

WRITTEN = 50
"""Characters that a model writes for its own opening."""

MOST_VARIED = "Of all units, the h of this one varies most over the text that the network opens on."
"""What is said of the unit that `most_varied` chooses."""


@dataclass(frozen=True)
class Opening:
    """What a visitor meets first with a model.

    Attributes:
        text: the sentence that stands in the text box.
        unit: the unit to look at, counted from 0.
        note: what that unit is about, or what the model cannot do; it holds whatever text is shown.
        others: more sentences to try.
        step: of a decoder, to look at first; counted from 0.
        claims: what the unit does and how often, see `training.captions`: the stage counts each on the text that is shown.
        answers: the right answer to a text, where it is known.
    """

    text: str
    unit: int
    note: str
    others: tuple[str, ...]
    step: int = 0
    claims: tuple[dict, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)


def known(place: Path) -> dict[str, dict[str, Any]]:
    """What the models of a folder open on: name of a model, or of a task for all of its models -> fields of an `Opening`; {} where the folder has no such file."""
    path = place / folder.OPENINGS
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def of(shelved: folder.Shelved, task: str, known: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The fields of a model's `Opening`: those of all models of its task, and what it has of its own.

    What was seen in a unit of a shipped model is not said of one that has another name or learned from other data: such a model
    opens on what its card says, or on the same texts and its first unit; the first that has a name where units were measured.
    """
    facts, spec = shelved.card, shelved.model.spec
    seen = known.get(shelved.trained_as, {})
    if facts["name"] != shelved.trained_as or facts["data"].get("own"):
        seen = {key: seen[key] for key in ("text", "others", "step") if key in seen}
    told = {key: value for key, value in (facts.get("opening") or {}).items() if key in cards.OPENING}
    fields = {"text": sample(spec), "unit": 0, "note": "", "others": ()} | known.get(task, {}) | seen | told
    named = facts.get("measured", {}).get("units")
    if named and "unit" not in seen | told:
        fields["unit"] = named[0]["unit"]
    if fields["unit"] >= spec.hidden_size:  # trained anew, with fewer units
        fields |= {"unit": 0, "note": "", "claims": ()}
    return fields | {key: tuple(fields.get(key, ())) for key in ("others", "claims")}


def sample(spec: ModelSpec | PairSpec) -> str:
    """A text that a model can read, of whose task nothing is known: a few of its own tokens."""
    tokens = getattr(spec, "tokens", None) or getattr(spec, "source", None) or ("0.5*", "0.25", "0.75*")
    seen = [token for token in tokens if token != UNKNOWN and token.strip() and token.isprintable()] or [*tokens]
    return ("" if spec.unit == "characters" else " ").join(seen[:19])


def of_its_own(model: Model) -> str:
    """A text to open on for a model with which no text came: what it writes itself, where it predicts the next character; else a few of its own tokens."""
    first = sample(model.spec)
    if not isinstance(model, Reader) or cards.kind(model.spec) != "character" or len(model.spec.tokens) < 2:
        return first
    begins = next((token for token in first if token.isalpha()), first[:1])
    lines = (begins + write(model, begins, WRITTEN, temperature=0.5).text).split("\n")
    return max(lines, key=len).strip() or first


def most_varied(model: Model, text: str) -> int:
    """The unit whose h (of a model that writes: whose decoder's state) has the largest variance over a text; 0 in a transformer, where no unit stands out by itself.

    Raises:
        ValueError: the model computes what is no finite number on this text.
    """
    seen = trace(model, text)
    h = seen.decoder.get("h") if isinstance(seen, AttentionTrace) else seen["h"]
    said = seen.probs if isinstance(seen, AttentionTrace) else seen.answers
    if not all(np.isfinite(array).all() for array in (h, said) if array is not None):
        raise ValueError(f"the model must compute finite numbers: got others on {text[:60]!r}")
    return 0 if h is None or not len(h) else int(h.var(axis=0).argmax())
