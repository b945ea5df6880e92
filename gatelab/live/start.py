"""What a stage opens on, read from a link that may be old, cut or made by hand."""

from dataclasses import dataclass

from gatelab import zoo
from gatelab.cells import NAMES
from gatelab.live.attend import WIDEST, AttendRequest
from gatelab.live.compare import MOST, checked_models
from gatelab.live.endpoint import LIMIT, BadRequest


@dataclass(frozen=True)
class Start:
    """What the stage opens on.

    Attributes:
        model: one of `zoo.models("character")`.
        text: at most `LIMIT` characters.
        unit: counted from 0, below the model's H.
        step: counted from 0; the stage shows the last step where the text is shorter.
        value: the name whose value colors the text, e.g. "c"; None leaves it to the cell.
        name: the name whose arithmetic is shown, e.g. "f"; None leaves it to the cell.
        order: in which order the units stand.
    """

    model: str
    text: str
    unit: int
    step: int
    value: str | None
    name: str | None
    order: str


def read(link):
    """The start that a link asks for, and a sentence for each part of it that could not be followed.

    Args:
        link: the query parameters, a mapping of strings: model, text, unit, step (from 1), value, entry, order.
    """
    notes = []
    model = one_of("model", link.get("model"), zoo.models("character"), zoo.models("character")[0], notes)
    opening, spec = zoo.opening(model), zoo.load(model).spec
    text = link.get("text", opening.text).replace("\r\n", "\n")
    if len(text) > LIMIT:
        notes.append(f"The link's text was cut: at most {LIMIT:,} characters fit, it has {len(text):,}.")
        text = text[:LIMIT]
    unit = number("unit", link.get("unit"), 0, spec.hidden_size - 1, opening.unit, notes)
    step = number("step", link.get("step"), 1, LIMIT, LIMIT, notes) - 1
    names, orders = NAMES[spec.cell], tuple(zoo.load(model).orders)
    value = one_of("value", link.get("value"), names, None, notes)
    name = one_of("entry", link.get("entry"), names, None, notes)
    order = one_of("order", link.get("order"), orders, orders[0], notes)
    return Start(model, text, unit, step, value, name, order), notes


@dataclass(frozen=True)
class AttentionStart:
    """What a stage over a model that writes opens on.

    Attributes:
        model: one of `zoo.models(kind)`.
        text: the source.
        step: of the decoder, counted from 0; the stage shows the last where there are fewer.
        unit: counted from 0, below the model's H.
        beam: from 1 (greedy) to `WIDEST`.
    """

    model: str
    text: str
    step: int
    unit: int
    beam: int


def read_attention(link, kind):
    """The same for a stage over a model that writes.

    Args:
        link: the query parameters, a mapping of strings: model, text, step (from 1), unit, beam.
        kind: "attention" or "transformer", as in `zoo.models`.
    """
    notes = []
    model = one_of("model", link.get("model"), zoo.models(kind), zoo.models(kind)[0], notes)
    opening, spec = zoo.opening(model), zoo.load(model).spec
    text = link.get("text", opening.text).replace("\r\n", "\n")
    try:
        AttendRequest.of({"model": model, "text": text})
    except BadRequest as bad:
        notes.append(f"The link's {bad}. Here is the example.")
        text = opening.text
    step = number("step", link.get("step"), 1, 64, opening.step + 1, notes) - 1
    unit = number("unit", link.get("unit"), 0, spec.hidden_size - 1, opening.unit, notes)
    beam = number("beam", link.get("beam"), 1, WIDEST if kind == "attention" else 1, 1, notes)
    return AttentionStart(model, text, step, unit, beam), notes


VALUES = ("memory", "keep", "write", "reset", "candidate", "output", "hidden")
"""What the bands of a comparison can show, in the words of `static/compare/band.js`."""


@dataclass(frozen=True)
class CompareStart:
    """What the stage of the Compare page opens on.

    Attributes:
        models: two to five names of one family of `zoo.families()`.
        text: at most `LIMIT` characters.
        step: counted from 0; the stage shows the last step where the text is shorter.
        value: one of `VALUES`.
    """

    models: tuple[str, ...]
    text: str
    step: int
    value: str


def read_compare(link):
    """The same for the stage of the Compare page.

    Args:
        link: the query parameters, a mapping of strings: models (names with commas between), text, step (from 1), value.
    """
    notes = []
    family = next(iter(zoo.families().values()))
    models = tuple(name for name in family if not name.endswith("-matched"))[:MOST]
    if "models" in link:
        asked = link["models"].split(",")
        try:
            models = tuple(checked_models(asked))
        except BadRequest as bad:
            notes.append(f"The link's {bad}. Here are {', '.join(models)}.")
    text = link.get("text", zoo.opening(models[0]).text).replace("\r\n", "\n")
    if len(text) > LIMIT:
        notes.append(f"The link's text was cut: at most {LIMIT:,} characters fit, it has {len(text):,}.")
        text = text[:LIMIT]
    step = number("step", link.get("step"), 1, LIMIT, LIMIT, notes) - 1
    return CompareStart(models, text, step, one_of("value", link.get("value"), VALUES, VALUES[0], notes)), notes


def one_of(what, asked, known, default, notes):
    """What a link asks for if it is known, else the default, and a sentence that says so."""
    if asked is None or asked in known:
        return asked or default
    instead = f" Here is {default}." if default else ""
    notes.append(f"The link's {what} must be one of {', '.join(known)}: got {asked[:40]!r}.{instead}")
    return default


def number(what, asked, low, high, default, notes):
    """The same for a number from `low` to `high`."""
    if asked is None:
        return default
    if asked.isascii() and asked.isdigit() and len(asked) < 10 and low <= int(asked) <= high:
        return int(asked)
    notes.append(f"The link's {what} must be a number from {low} to {high:,}: got {asked[:40]!r}.")
    return default
