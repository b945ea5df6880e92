"""What a stage opens on: the fields of its page's link, each with its rule. A lesson's are in `lesson.py`."""

from collections.abc import Mapping
from dataclasses import dataclass

from gatelab import zoo
from gatelab.cells import NAMES
from gatelab.live.attention import TOKENS, WIDEST, AttentionRequest
from gatelab.live.compare import MOST, checked_models
from gatelab.live.endpoint import LIMIT, BadRequest
from gatelab.live.link import Link, decimal, whole
from gatelab.words import PLACES

MAPS = ("all", "alone")
"""What the maps of the Watch stage show: all units, or the chosen unit alone."""


@dataclass(frozen=True)
class Start:
    """What the stage of the Watch page opens on.

    Attributes:
        model: one of `zoo.models("character")`.
        text: at most `LIMIT` characters.
        unit: counted from 0, below the model's H.
        step: counted from 0; where the text is shorter, the stage chooses one with the first step in sight.
        value: the name whose value colors the text, e.g. "c"; None leaves it to the cell.
        name: the name whose arithmetic is shown, e.g. "f"; None leaves it to the cell.
        order: in which order the units stand.
        maps: one of `MAPS`.
    """

    model: str
    text: str
    unit: int
    step: int
    value: str | None
    name: str | None
    order: str
    maps: str = MAPS[0]


def read(fields: Mapping[str, str]) -> tuple[Start, list[str]]:
    """The start that a link asks for, and a sentence for each part of it that could not be followed.

    Args:
        fields: the query parameters: model, text, unit, step (from 1), value, entry, order, maps.
    """
    link = Link(fields)
    model = link.one_of("model", zoo.models("character"), zoo.models("character")[0])
    opening, spec = zoo.opening(model), zoo.load(model).spec
    names, orders = NAMES[spec.cell], tuple(zoo.load(model).orders)
    start = Start(
        model,
        link.text(opening.text),
        link.number("unit", 0, spec.hidden_size - 1, opening.unit),
        link.number("step", 1, LIMIT, LIMIT) - 1,
        link.one_of("value", names, None),
        link.one_of("entry", names, None),
        link.one_of("order", orders, orders[0]),
        link.one_of("maps", MAPS, MAPS[0]),
    )
    return start, link.close()


FIELDS = ("month", "year", "day")
"""What can be asked of a date, as in `static/attention/predict.js`."""


@dataclass(frozen=True)
class AttentionStart:
    """What the stage of the Attention page opens on.

    Attributes:
        model: one of `zoo.models("attention")`.
        text: the source, K tokens.
        step: of the decoder, counted from 0; the stage shows the last where there are fewer.
        unit: counted from 0, below the model's H.
        beam: from 1 (greedy) to `WIDEST`.
        column: the chosen token of the source, counted from 0; None for the one that the step looks at most.
        forced: weights that were taken over, as pairs (step, K weights that sum to 1).
        ask: one of `FIELDS` where a prediction is open, or None.
    """

    model: str
    text: str
    step: int
    unit: int
    beam: int
    column: int | None = None
    forced: tuple[tuple[int, tuple[float, ...]], ...] = ()
    ask: str | None = None


def read_attention(fields: Mapping[str, str]) -> tuple[AttentionStart, list[str]]:
    """The same for the stage of the Attention page.

    Args:
        fields: the query parameters: model, text, step (from 1), unit, beam, column (from 1), forced (see `_forced`), ask.
    """
    link = Link(fields)
    model, text = _source(link, "attention", "attention")
    opening, spec = zoo.opening(model, "attention"), zoo.load(model).spec
    step = link.number("step", 1, 64, opening.step + 1) - 1
    unit = link.number("unit", 0, spec.hidden_size - 1, opening.unit)
    beam = link.number("beam", 1, WIDEST, 1)
    start = AttentionStart(model, text, step, unit, beam, _column(link), _forced(link, model, text), link.one_of("ask", FIELDS, None))
    return start, link.close()


@dataclass(frozen=True)
class SelfAttentionStart:
    """What the stage of the Self-attention page opens on.

    Attributes:
        model: one of `zoo.models("transformer")`.
        text: the source.
        where: one of `words.PLACES`.
        layer, head: counted from 0.
        step, column: the row and the column of the weights, counted from 0, the last where there are fewer; a column of None is
            the one that the row looks at most.
        entry: of the output, counted from 0.
    """

    model: str
    text: str
    where: str
    layer: int
    head: int
    step: int
    column: int | None
    entry: int


def read_self_attention(fields: Mapping[str, str]) -> tuple[SelfAttentionStart, list[str]]:
    """The same for the stage of the Self-attention page.

    Args:
        fields: the query parameters: model, text, where, layer, head, step, column (each from 1), entry (from 0).
    """
    link = Link(fields)
    model, text = _source(link, "transformer", "self-attention")
    opening, spec = zoo.opening(model, "self-attention"), zoo.load(model).spec
    clear, *_ = clearest(model)
    where = link.one_of("where", tuple(PLACES), clear)
    _, layer, head = clearest(model, where)
    start = SelfAttentionStart(
        model,
        text,
        where,
        link.number("layer", 1, spec.num_layers, layer + 1) - 1,
        link.number("head", 1, spec.num_heads, head + 1) - 1,
        link.number("step", 1, TOKENS, opening.step + 1) - 1,
        _column(link),
        link.number("entry", 0, spec.hidden_size // spec.num_heads - 1, 0),
    )
    return start, link.close()


PLAIN = ("before", "after", "itself", "field", "same place", "written last")
"""What a label of a head says of a pattern that shows on any text, the plainer first; the others are about one token."""


def clearest(model: str, where: str | None = None) -> tuple[str, int, int]:
    """The head to look at first: attention, layer and head, counted from 0, of the one with the plainest pattern by the model's card.

    Args:
        where: one of `words.PLACES`; None for the first attention with a head that has a plain pattern.
    """
    measured = zoo.card(model).get("heads", {})
    found = [
        (place, layer, number, head)
        for place in ([where] if where else ("encoder", "across", "decoder"))
        for layer, heads in enumerate(measured.get(place, ()))
        for number, head in enumerate(heads)
    ]
    for pattern in PLAIN:
        named = [(place, layer, number, head) for place, layer, number, head in found if pattern in head["label"]]
        if named:
            place, layer, number, _ = max(named, key=lambda entry: entry[3]["share"])
            return place, layer, number
    return where or "encoder", 0, 0


def _source(link, kind, page):
    """The model and the source of a link to a model that writes; a source that the model cannot read makes room for its example."""
    model = link.one_of("model", zoo.models(kind), zoo.models(kind)[0])
    example = zoo.opening(model, page).text
    text = (link.get("text") if "text" in link.fields else example).replace("\r\n", "\n")
    link.known.add("text")
    try:
        AttentionRequest.of({"model": model, "text": text})
    except BadRequest as bad:
        link.notes.append(f"The link's {bad}. Here is the example.")
        text = example
    return model, text


def _column(link):
    column = link.number("column", 1, TOKENS, None)
    return None if column is None else column - 1


ROUNDING = 0.01
"""How far the weights of a link, which are written with five decimals, may be from a sum of 1."""


def _forced(link, model, text):
    """The weights of a link that were taken over, "6:0,1,0;7:0.5,0.25,0.25": each step, from 1, with a weight for each token of the source."""
    asked = link.get("forced")
    if not asked:
        return ()
    try:
        rows = dict(_row(written) for written in asked.split(";"))
        AttentionRequest.of({"model": model, "text": text, "forced": {str(step): list(row) for step, row in rows.items()}})
    except BadRequest as bad:
        link.notes.append(f"The link's {bad}. The model's own weights are shown.")
        return ()
    except ValueError:
        link.refuse("forced", "steps with weights, such as 6:0,1,0;7:0.5,0.5,0", asked)
        return ()
    return tuple(rows.items())


def _row(written):
    """One step, from 0, and its weights, which sum to 1."""
    step, _, weights = written.partition(":")
    at, row = whole(step, 1, 10**6), [value for weight in weights.split(",") if (value := decimal(weight)) is not None]
    if at is None or len(row) <= weights.count(","):
        raise ValueError(written)
    total = sum(row)
    if abs(total - 1) < ROUNDING:
        row = [weight / total for weight in row]
    return at - 1, tuple(row)


VALUES = ("memory", "keep", "write", "reset", "candidate", "output", "hidden")
"""What the bands of a comparison can show, in the words of `static/compare/values.js`."""


@dataclass(frozen=True)
class FamilyStart:
    """What a stage with several models of one task opens on.

    Attributes:
        models: two to five names of one family of `zoo.families()`.
        text: at most `LIMIT` characters.
        step: counted from 0; where the text is shorter, the stage chooses one with the first step in sight.
    """

    models: tuple[str, ...]
    text: str
    step: int


@dataclass(frozen=True)
class CompareStart(FamilyStart):
    """What the stage of the Compare page opens on.

    Attributes:
        value: one of `VALUES`.
        units: the chosen unit of each model, counted from 0; empty for those that the models open on.
        unfolded: the names of the models whose band shows all gates.
    """

    value: str
    units: tuple[int, ...] = ()
    unfolded: tuple[str, ...] = ()


def read_compare(fields: Mapping[str, str]) -> tuple[CompareStart, list[str]]:
    """The same for the stage of the Compare page.

    Args:
        fields: the query parameters: models (names with commas between), text, step (from 1), value, units (one a model, with
            commas between), unfolded (names with commas between).
    """
    link = Link(fields)
    models, text, step = _family(link, "compare")
    start = CompareStart(models, text, step, link.one_of("value", VALUES, VALUES[0]), _units(link, models), _unfolded(link, models))
    return start, link.close()


def read_memory(fields: Mapping[str, str]) -> tuple[FamilyStart, list[str]]:
    """The same for the stage of the Memory page.

    Args:
        fields: the query parameters: models (names with commas between), text, step (from 1).
    """
    link = Link(fields)
    return FamilyStart(*_family(link, "memory")), link.close()


def _family(link, page):
    families = zoo.families()
    family = families[next((task for task in zoo.pages().get(page, ()) if task in families), next(iter(families)))]
    models = tuple(name for name in family if not name.endswith("-matched"))[:MOST]
    asked = link.get("models")
    if asked is not None:
        try:
            models = tuple(checked_models(asked.split(",")))
        except BadRequest as bad:
            link.notes.append(f"The link's {bad}. Here are {', '.join(models)}.")
    return models, link.text(zoo.opening(models[0], page).text), link.number("step", 1, LIMIT, LIMIT) - 1


def _units(link, models):
    asked = link.get("units")
    if asked is None:
        return ()
    written = asked.split(",")
    units = tuple(whole(unit, 0, zoo.load(name).spec.hidden_size - 1) for name, unit in zip(models, written))
    if len(written) == len(models) and None not in units:
        return units
    link.refuse("units", f"one unit of each of the {len(models)} models, with commas between", asked)
    return ()


def _unfolded(link, models):
    asked = link.get("unfolded")
    names = tuple(asked.split(",")) if asked else ()
    if set(names) <= set(models):
        return names
    link.refuse("unfolded", f"among {', '.join(models)}", asked)
    return ()
