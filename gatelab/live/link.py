"""Reads a link that may be old, cut or made by hand: each field by its rule, and a sentence for each part that could not be followed.

`static/linkfields.js` reads the same links by the same table, where there is no server; `tests/test_linkfields.py` compares the two.
"""

import re
from collections.abc import Mapping
from functools import reduce
from operator import add
from typing import Any

from gatelab import holds, zoo
from gatelab.languages import grouped, marked, plural, tr
from gatelab.live.compare import FEWEST, MOST
from gatelab.live.endpoint import LIMIT
from gatelab.live.fields import FIRST, ByCell, Entry, Known, Read, Rule
from gatelab.live.held import LONGEST
from gatelab.text import tokenize
from gatelab.traces import places

STREAMLIT = ("embed", "embed_options", "lang")
"""The language, see `speaking.js`, and fields that Streamlit itself reads (https://docs.streamlit.io/deploy/streamlit-community-cloud/share-your-app/embed-your-app)."""

SHOWN = 40
"""Most characters of a link's field that a sentence quotes."""

ROUNDING = 0.01
"""How far the weights of a link, which are written with five decimals, may be from a sum of 1."""

UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff\U000e0000-\U000e0fff]")
"""Characters that a sentence cannot show as they are."""


class Link:
    """The query parameters of a page, read one by one.

    A field that breaks its rule counts as its default, and `notes` says so.

    Args:
        fields: the query parameters.
        listing: what the page knows of its models, {"models": [...]} or {"families": [...]}.
        given: what the page itself opens on, {field: value}; it takes the place of the default of the field's rule. Its "page" is the
            page's name, whose texts it opens on, see `zoo.opening`.

    Attributes:
        values: what was read so far, {field: value}: the rule of a field may depend on those before it.
        notes: a sentence for each part of the link that could not be followed.
    """

    def __init__(self, fields: Mapping[str, str], listing: Mapping[str, Any], given: Mapping[str, Any]) -> None:
        self.fields = dict(fields)
        self.given = given
        self.families: list[dict[str, Any]] = listing.get("families", [])
        models = [model for family in self.families for model in family["models"]] or listing["models"]
        self.models = {model["name"]: model for model in models}
        self.values: dict[str, Any] = {}
        self.known = set(STREAMLIT)
        self.notes: list[str] = []

    @property
    def entry(self) -> dict[str, Any]:
        """What the listing says of the model that the link has chosen, the first of several."""
        return self.models[self.values["model"] if "model" in self.values else self.values["models"][0]]

    def of(self, value: Any) -> Any:
        """A bound, a list of words or a default, which may be a reference."""
        if isinstance(value, Known):
            return value.value(self.given.get("page"))
        if isinstance(value, Read):
            return self.values[value.name]
        if isinstance(value, ByCell):
            return value.values[self.entry["cell"]]
        if isinstance(value, Entry):
            keys = (self.values[key[1:]] if key[0] == "$" else key for key in value.path.split("."))
            found: Any = reduce(lambda at, key: at.get(key, ()), keys, self.entry)
            return found + value.plus if value.plus else found
        return value

    def get(self, name: str) -> str | None:
        """The field as it came; None where the link has none."""
        self.known.add(name)
        return self.fields.get(name)

    def instead(self, name: str, rule: Rule) -> Any:
        """What a field is worth where the link says nothing, or nothing that can be followed."""
        return self.given[name] if name in self.given else self.of(rule.default)

    def refuse(self, name: str, rule: str, got: str, instead: object = None) -> None:
        """Note that a field must be something else than it is, and what stands in its place."""
        wrong = tr("The link's {name} must be {rule}: got {got}.", name=name, rule=rule, got=quoted(got))
        self.notes.append(wrong if instead is None else f"{wrong} {tr('Here is {instead}.', instead=instead)}")

    def read(self, rules: Mapping[str, Rule]) -> dict[str, Any]:
        """The values of all fields, each by its rule, in the order of the rules."""
        for name, rule in rules.items():
            if rule.kind == "given":  # by the page itself: no field of the link
                self.values[name] = self.given.get(name)
            elif rule.cells and self.entry["cell"] not in rule.cells:
                self.values[name] = rule.default
                if (asked := self.get(name)) is not None:
                    self.refuse(name, tr(rule.unless), asked)
            else:
                self.values[name] = KINDS[rule.kind](self, name, rule)
        return self.values

    def close(self) -> list[str]:
        """All notes, with one more for the fields that nothing on this page reads."""
        unknown = [name for name in self.fields if name not in self.known]
        if unknown:
            some = ", ".join(map(quoted, unknown[:5]))
            names = tr("{names} and more", names=some) if len(unknown) > 5 else some
            self.notes.append(
                plural("This page does not know the link's field {names}.", "This page does not know the link's fields {names}.", len(unknown), names=names)
            )
        return self.notes


def quoted(got: str) -> str:
    """What came, as a sentence can hold it: short, and without characters that cannot be seen."""
    return f"'{UNSEEN.sub(chr(0xFFFD), got[:SHOWN])}'"


# How each kind of field is read: (link, name, rule) -> its value


def _word(link, name, rule):
    known = link.of(rule.words)
    instead = link.given.get(name, known[0]) if rule.default is FIRST else link.instead(name, rule)
    asked = link.get(name)
    if asked is None or asked in known:
        return instead if asked is None else asked
    link.refuse(name, tr("one of {names}", names=", ".join(known)), asked, instead or None)
    return instead


def _several(link, name, rule):
    asked, known = link.get(name), link.of(rule.words)
    instead = link.instead(name, rule)
    if asked is None:
        return instead if instead is None else tuple(instead)
    found = tuple(dict.fromkeys(filter(None, asked.split(","))))
    strange = [word for word in found if word not in known]
    if strange:
        link.refuse(name, tr("among {names}", names=", ".join(known)), ",".join(strange))
    kept = tuple(word for word in found if word in known)
    return instead if strange and not kept else kept


def _number(link, name, rule):
    high, asked = link.of(rule.high), link.get(name)
    value = None if asked is None else whole(asked, rule.low, high)
    if asked is not None and value is None:
        link.refuse(name, tr("a number from {low} to {high}", low=rule.low, high=grouped(high)), asked)
    return link.instead(name, rule) if value is None else value - (rule.kind == "place")


def _unit(link, name, rule):
    return None if link.get(name) == "mean" else _number(link, name, rule)


def _steps(link, name, rule):
    """Spans of steps, "3,7-9": pairs of the first and the last, from 0."""
    asked = link.get(name)
    if asked is None:
        return tuple(link.instead(name, rule))
    pieces = [piece for piece in asked.split(",") if piece]
    found = [_span(piece, rule.high) for piece in pieces]
    if None in found:
        strange = ",".join(piece for piece, span in zip(pieces, found) if span is None)
        link.refuse(name, tr("steps from 1 to {high}, such as 3,7-9", high=grouped(rule.high)), strange)
    return tuple(span for span in found if span is not None)


def _span(written, high):
    first, dash, last = written.partition("-")
    begin, end = whole(first, 1, high), whole(last if dash else first, 1, high)
    return (begin - 1, end - 1) if begin is not None and end is not None and begin <= end else None


def _decimal(link, name, rule):
    asked = link.get(name)
    value = None if asked is None else decimal(asked, rule.high)
    if asked is not None and value is None:
        link.refuse(name, tr("a decimal number from 0 to {high}", high=rule.high), asked)
    return link.instead(name, rule) if value is None else value


def _text(link, name, rule):
    asked = link.get(name)
    found = link.instead(name, rule) if asked is None else asked
    if found is None:
        return None
    written = found.replace("\r\n", "\n")
    if len(written) > rule.high:
        cut = {"name": name, "most": grouped(rule.high), "count": grouped(len(written))}
        link.notes.append(tr("The link's {name} was cut: at most {most} characters fit, it has {count}.", **cut))
    return written[: rule.high]


MOST_READ = {"characters": marked("at most {most} characters, not {count}"), "words": marked("at most {most} words, not {count}")}
"""What is said of a source that is too long, by what its model reads."""


def _source(link, name, rule):
    """A source that the model can read; another makes room for the model's example."""
    asked, example, unit = link.get(name), link.instead(name, rule), link.entry["unit"]
    if asked is None:
        return example
    written = asked.replace("\r\n", "\n")
    if len(written) > LIMIT:
        link.refuse(name, tr("at most {most} characters", most=grouped(LIMIT)), written, tr("the example"))
    elif (count := len(tokenize(written, unit))) > rule.high:
        link.refuse(name, tr(MOST_READ[unit], most=rule.high, count=grouped(count)), written, tr("the example"))
    else:
        return written
    return example


def _models(link, name, rule):
    """Two to five of one family, names with commas between."""
    instead, asked = link.instead(name, rule), link.get(name)
    if asked is None:
        return instead
    names = tuple(asked.split(","))
    strange = [one for one in names if one not in link.models]
    tasks = sorted({link.models[one]["task"] for one in names if one in link.models})
    if not FEWEST <= len(names) <= MOST:
        wrong = tr("{fewest} to {most} names: got {count}", fewest=FEWEST, most=MOST, count=len(names))
    elif strange:
        wrong = tr("among {names}: got {got}", names=", ".join(link.models), got=quoted(strange[0]))
    elif len(set(names)) < len(names):
        wrong = tr("all different: got {got}", got=quoted(asked))
    elif len(tasks) > 1:
        wrong = tr("of one task: got {names}", names=", ".join(tasks))
    else:
        return names
    link.notes.append(tr("The link's {name} must be {rule}. Here are {instead}.", name=name, rule=wrong, instead=", ".join(instead)))
    return instead


def _units(link, name, rule):
    """One unit of each model, with commas between; () for those that the models open on."""
    asked, models = link.get(name), link.values["models"]
    if asked is None:
        return tuple(link.instead(name, rule))
    written = asked.split(",")
    found = (whole(unit, 0, link.models[model]["hidden_size"] - 1) for model, unit in zip(models, written))
    chosen = tuple(unit for unit in found if unit is not None)
    if len(written) == len(models) == len(chosen):
        return chosen
    link.refuse(name, tr("one unit of each of the {count} models, with commas between", count=len(models)), asked)
    return ()


def _hold(link, name, rule):
    """Holds, as text: what the chosen model can have of them."""
    return _held(link, name, rule, lambda asked: holds.parse(asked, places(zoo.load(link.values["model"]))))


def _roles(link, name, rule):
    """The same for several models: what names a role."""
    return _held(link, name, rule, holds.parse_roles)


def _held(link, name, rule, parse):
    asked = link.get(name)
    found, wrong = parse((link.instead(name, rule) if asked is None else asked)[:LONGEST])
    link.notes.extend(wrong)
    return holds.write(found)


def _forced(link, name, rule):
    """Weights that were taken over, "6:0,1,0;7:0.5,0.25,0.25": each step, from 1, with a weight for each token of the source; read as pairs
    (step from 0, K weights that sum to 1)."""
    asked, instead = link.get(name), tr("the model's own attention")
    if not asked:
        return link.instead(name, rule)
    rows = dict(map(_row, asked.split(";")))
    count = len(tokenize(link.values["text"], link.entry["unit"]))
    longest = min(64, 2 * count + 10) if count else 0  # as `PairSpec.longest`
    if None in rows:
        link.refuse(name, tr("steps with weights, such as 6:0,1,0;7:0.5,0.5,0"), asked, instead)
    elif link.entry["attention"] == "none":
        link.refuse(name, tr("left out: this model has no attention"), asked, instead)
    elif any(step >= longest or len(row) != count or abs(_sum(row) - 1) > ROUNDING for step, row in rows.items()):
        link.refuse(name, tr("{count} weights that sum to 1 for some of the steps 1 to {steps}", count=count, steps=longest), asked, instead)
    else:
        return tuple((step, tuple(weight / _sum(row) for weight in row)) for step, row in rows.items())
    return ()


def _row(written):
    """One step, from 0, and its weights; (None, ()) where that is no row."""
    step, _, weights = written.partition(":")
    at, row = whole(step, 1, 10**6), [decimal(weight) for weight in weights.split(",")]
    return (None, ()) if at is None or None in row else (at - 1, row)


def _sum(row):
    return reduce(add, row, 0.0)  # in the order in which JavaScript adds: `sum` rounds otherwise from Python 3.12 on


KINDS = {
    "word": _word,
    "several": _several,
    "number": _number,
    "place": _number,
    "unit": _unit,
    "steps": _steps,
    "decimal": _decimal,
    "text": _text,
    "source": _source,
    "models": _models,
    "units": _units,
    "hold": _hold,
    "roles": _roles,
    "forced": _forced,
}


def whole(written: str, low: int, high: int) -> int | None:
    """A whole number in plain digits, or None where it is none from `low` to `high`."""
    plain = written.isascii() and written.isdigit() and len(written) < 10
    return int(written) if plain and low <= int(written) <= high else None


def decimal(written: str, high: int = 1) -> float | None:
    """A decimal number in plain digits, or None where it is none from 0 to `high`."""
    plain = written.isascii() and written.replace(".", "", 1).isdigit() and len(written) < 20
    return float(written) if plain and float(written) <= high else None
