"""A hold puts another value in the place of a computed one, and all that follows is computed from it: what if this gate had stayed open?

Holds as text, in links and requests, are of the form name:units:steps:value, joined by ";"::

    f:all:4-:=1        the forget gate of all units is 1 from step 4 on
    c:7,12:4-9:*0.5    the cell state of units 7 and 12 is halved in each of the steps 4 to 9
    encoder.z:0:4:+-1  the update gate of the encoder's unit 0 is less by 1 at step 4
    decoder.scores:all:all:=0  all energies of the attention are 0, so that its weights are equal; its units are the tokens of the source

Steps count from 1 in a text, as on the screen, and from 0 in code; units from 0 in both.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import NamedTuple

import numpy as np
from torch import Tensor, full_like

from gatelab import roles
from gatelab.languages import ENGLISH, speaking, tr

SIGNS = {"set": "=", "times": "*", "plus": "+"}
"""How a value is put in place -> the sign of it in a text."""

FOREVER = 10**9
"""The end of steps that have none: `slice(3, None)` becomes `range(3, FOREVER)`."""

LARGEST = 3.4e38
"""A value is at most so large, up or down: a number of 32 bits holds no larger one."""

MOST = 64
"""Holds that are read from one text."""

NAME = re.compile(r"([a-z][a-z0-9]{0,9}\.)?[a-z][a-z0-9]{0,9}")
UNITS = re.compile(r"all|[0-9]{1,9}(,[0-9]{1,9})*")
STEPS = re.compile(r"all|([1-9][0-9]{0,8})(-([1-9][0-9]{0,8})?)?")
VALUE = re.compile(r"([=*+])(-?([0-9]+(\.[0-9]*)?|\.[0-9]+))")


@dataclass(frozen=True)
class Hold:
    """A value in the place of a computed one.

    Args:
        name: what is held: a name of the cell, e.g. "f", in the last layer; "l1.f" in layer 1, counted from 1; in an encoder and decoder
            "encoder.z" or "decoder.z", and "decoder.scores", the energies of its attention, whose units are the tokens of the source.
        value: a finite number.
        units: integers from 0, kept as a sorted tuple; None for all.
        steps: a range or sequence of integers from 0, or a slice: `slice(3, None)` is from step 3 on. None for all. Kept as None, a range
            without gaps, or a sorted tuple.
        how: "set" puts the value there; "times" puts the computed value times it, "plus" the computed value plus it.

    Raises:
        TypeError, ValueError: a field is none of these.
    """

    name: str
    value: float
    units: Sequence[int] | None = None
    steps: Sequence[int] | slice | None = None
    how: str = "set"

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not NAME.fullmatch(self.name):
            raise ValueError(f'name of a hold must be one such as "f", "l1.f" or "encoder.z": got {self.name!r}')
        if isinstance(self.value, bool) or not isinstance(self.value, Real) or not abs(self.value) <= LARGEST:
            raise ValueError(f"value of the hold of {self.name} must be a finite number: got {self.value!r}")
        if self.how not in SIGNS:
            raise ValueError(f"how of the hold of {self.name} must be one of {', '.join(SIGNS)}: got {self.how!r}")
        object.__setattr__(self, "value", float(self.value))
        object.__setattr__(self, "units", None if self.units is None else _integers(self.name, "units", self.units))
        object.__setattr__(self, "steps", _steps(self.name, self.steps))

    def at(self, step: int) -> bool:
        """Whether the hold acts at a step, counted from 0."""
        return self.steps is None or step in self.steps  # type: ignore[operator]  # no slice any more

    def put(self, computed: Tensor) -> Tensor:
        """A computed value (..., H) with the hold's in the place of its units: a new tensor."""
        new = full_like(computed, self.value) if self.how == "set" else computed * self.value if self.how == "times" else computed + self.value
        if self.units is None:
            return new
        out, units = computed.clone(), list(self.units)
        out[..., units] = new[..., units]
        return out

    def __str__(self) -> str:
        """The hold as text; several, joined by ";", where its steps have gaps. Numbers have at most 6 significant digits."""
        units = "all" if self.units is None else ",".join(map(str, self.units))
        end = f"{SIGNS[self.how]}{np.format_float_positional(self.value, 6, unique=False, fractional=False, trim='-')}"
        return ";".join(f"{self.name}:{units}:{steps}:{end}" for steps in _runs(self.steps))


def _integers(name, what, given):
    """A sorted tuple of integers from 0, each once."""
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise TypeError(f"{what} of the hold of {name} must be None or several integers from 0: got {given!r}")
    found = tuple(given)
    wrong = [each for each in found if isinstance(each, bool) or not isinstance(each, Integral) or each < 0]
    if wrong or not found:
        raise ValueError(f"{what} of the hold of {name} must be None or integers from 0, at least one: got {wrong[0] if wrong else found!r}")
    return tuple(sorted({int(each) for each in found}))


def _steps(name, given):
    """None, a range without gaps, or a sorted tuple."""
    if given is None:
        return None
    if isinstance(given, slice) and given.step in (None, 1):
        given = range(given.start or 0, FOREVER if given.stop is None else given.stop)
    if not isinstance(given, range) or given.step != 1:
        found = _integers(name, "steps", given)
        return range(found[0], found[-1] + 1) if found[-1] - found[0] == len(found) - 1 else found
    if not 0 <= given.start < given.stop:
        raise ValueError(f"steps of the hold of {name} must begin at 0 or later, and end behind their beginning: got {given}")
    return None if given == range(FOREVER) else given


def _runs(steps):
    """Steps as text: "all", or each run without a gap."""
    if steps is None:
        yield "all"
        return
    for first, last in [(steps.start, steps.stop - 1)] if isinstance(steps, range) else _spans(steps):
        yield f"{first + 1}" if first == last else f"{first + 1}-" if last >= FOREVER - 1 else f"{first + 1}-{last + 1}"


def _spans(steps):
    """The first and the last of each run of a sorted tuple."""
    firsts = [step for step in steps if step - 1 not in steps]
    lasts = [step for step in steps if step + 1 not in steps]
    return list(zip(firsts, lasts))


# What a model has that can be held


class Place(NamedTuple):
    """A recurrent layer of a model."""

    cell: str  # a key of `roles.KNOWN`
    size: int  # H
    more: tuple[str, ...] = ()  # names beside those of the cell, which have a unit for each token of a source
    shown: int = 0  # how many units h has where these are not H: `proj_size` of an LSTM

    def units(self, letter: str) -> int:
        """How many units a name has."""
        return self.shown if letter == "h" and self.shown else self.size


Places = Mapping[str, Place]
"""What stands before the dot of a name -> the layer that it means; "" for names without one. E.g. {"": last, "l1": first, "l2": last}."""


def layers(cell: str, size: int, count: int = 1, shown: int = 0) -> dict[str, Place]:
    """The `Places` of `count` layers of one cell, with H units each; a name without a dot means the last."""
    return dict.fromkeys(("", *(f"l{k + 1}" for k in range(count))), Place(cell, size, shown=shown))


def split(name: str) -> tuple[str, str]:
    """What stands before the dot of a name, "" without one, and what behind it."""
    place, _, letter = name.rpartition(".")
    return place, letter


def check(given: "Hold | Iterable[Hold] | None", places: Places) -> tuple[Hold, ...]:
    """Holds that a model can have.

    Raises:
        TypeError: something is no `Hold`.
        KeyError: one has a name that the model does not compute.
        ValueError: one has a unit that the model does not have.
    """
    held = (given,) if isinstance(given, Hold) else tuple(given or ())
    for hold in held:
        if not isinstance(hold, Hold):
            raise TypeError(f"hold must be a Hold, or several: got {type(hold).__name__}")
        if wrong := unnamed(hold.name, places):
            raise KeyError(f"the hold {str(hold)!r} {wrong}")
        with speaking(ENGLISH):
            wrong = _beyond(hold, places)
        if wrong:
            raise ValueError(f"the hold {str(hold)!r} {wrong}")
    return held


def unnamed(name: str, places: Places) -> str:
    """What is wrong with a name, as the end of an error, in English as all errors are; "" where nothing is."""
    with speaking(ENGLISH):
        return _unnamed(name, places)


def _unnamed(name, places):
    """The same in the language that is spoken."""
    place, letter = split(name)
    if place not in places:
        among = ", ".join(known for known in places if known)
        return tr("names {name}, but what stands before a dot must be among {places}", name=name, places=among)
    record = roles.of(places[place].cell)
    if letter not in (*record.names, *places[place].more):
        return tr("names {letter}, which the {cell} does not compute", letter=letter, cell=tr(record.called))
    return ""


def _beyond(hold, places):
    place, letter = split(hold.name)
    if letter in places[place].more:
        return ""  # how many there are depends on the text
    size = places[place].units(letter)
    beyond = [unit for unit in hold.units or () if unit >= size]
    return tr("names unit {unit}, but the units are 0 to {last}", unit=beyond[0], last=size - 1) if beyond else ""


def within(held: Iterable[Hold], *names: str) -> tuple[Hold, ...]:
    """The holds of one layer, under their names without a place.

    Args:
        names: what stands before the dot where the layer is meant, e.g. "" and "l2".
    """
    return tuple(Hold(split(hold.name)[1], hold.value, hold.units, hold.steps, hold.how) for hold in held if split(hold.name)[0] in names)


def among(held: Iterable[Hold], units: range) -> tuple[Hold, ...]:
    """The holds of some of a layer's units, counted from the first of these."""
    found = []
    for hold in held:
        inside = None if hold.units is None else [unit - units.start for unit in hold.units if unit in units]
        if inside != []:
            found.append(Hold(hold.name, hold.value, inside, hold.steps, hold.how))
    return tuple(found)


def since(held: Iterable[Hold], first: int) -> tuple[Hold, ...]:
    """Holds as those of one who reads from step `first` on, whose own first step that is; those that act before it alone are left out."""
    found = []
    for hold in held:
        steps = hold.steps
        if isinstance(steps, range):
            end = FOREVER if steps.stop >= FOREVER else steps.stop - first
            steps = range(max(0, steps.start - first), end) if end > 0 else ()
        elif steps is not None:
            steps = [step - first for step in steps if step >= first]  # type: ignore[union-attr]  # no slice any more
        if steps is None or len(steps):
            found.append(Hold(hold.name, hold.value, hold.units, steps, hold.how))
    return tuple(found)


class Holding:
    """The holds of one layer at one step, as what a step of cells.py calls: (name, computed value) -> the value to go on with.

    They act in the order given; of several that set the same, the last stays.
    """

    def __init__(self, held: Iterable[Hold], step: int) -> None:
        self.held = [hold for hold in held if hold.at(step)]

    def __call__(self, name: str, value: Tensor) -> Tensor:
        for hold in self.held:
            if hold.name == name:
                value = hold.put(value)
        return value


def mask(held: Iterable[Hold], name: str, count: int, size: int) -> np.ndarray:
    """Where holds act on a name: booleans, (count, size), row t for step t."""
    out = np.zeros((count, size), dtype=bool)
    for hold in held:
        if hold.name == name:
            rows = [step for step in range(count) if hold.at(step)]
            out[np.ix_(rows, range(size) if hold.units is None else [unit for unit in hold.units if unit < size])] = True
    return out


# As text


def write(held: Iterable[Hold]) -> str:
    """Holds as text, which `parse` reads back; "" for none."""
    return ";".join(map(str, held))


def parse(text: str, places: Places | None = None) -> tuple[tuple[Hold, ...], tuple[str, ...]]:
    """The holds in a text, and a sentence for each piece that is none, in the language that is spoken.

    Args:
        text: whatever came; nothing in it raises.
        places: what the model has; None checks the form alone.
    """
    pieces = [piece for piece in text.split(";") if piece]
    found, sentences = [], []
    for piece in pieces[:MOST]:
        hold, wrong = _read(piece, places)
        if hold is not None:
            found.append(hold)
        else:
            sentences.append(_refused(_shown(piece), wrong))
    if len(pieces) > MOST:
        sentences.append(tr("A text has at most {most} holds, and the {count} behind them are left out.", most=MOST, count=len(pieces) - MOST))
    return tuple(found), tuple(sentences)


def _refused(hold, fault):
    """What is wrong with a hold, as a sentence."""
    return tr("The hold '{hold}' {fault}.", hold=hold, fault=fault)


def parse_roles(text: str) -> tuple[tuple[Hold, ...], tuple[str, ...]]:
    """As `parse`, of holds by role, for cells that call their gates otherwise: "keep:all:4-:=1" is how much of the memory is kept.

    Returns:
        Holds whose names are among `roles.GATES`, of all units, that set a value from 0 to 1; and the sentences.
    """
    found, sentences = parse(text)
    wrongs = [(hold, _no_role(hold)) for hold in found]
    told = tuple(_refused(hold, wrong) for hold, wrong in wrongs if wrong)
    return tuple(hold for hold, wrong in wrongs if not wrong), sentences + told


def _no_role(hold):
    """What keeps a hold from being one by role, as the end of a sentence; "" where nothing does."""
    if hold.name not in roles.GATES:
        return tr("must name a role, one of {names}", names=", ".join(roles.GATES))
    if hold.units is not None:
        return tr("must be of all units, for each model has units of its own")
    return "" if hold.how == "set" and 0 <= hold.value <= 1 else tr("must end in = and a number from 0 to 1")


def in_cell(held: Iterable[Hold], cell: str) -> tuple[Hold, ...]:
    """Holds by role as those of a cell's gates; a role that the cell does not have holds nothing.

    Of a gate that leaves "1 - z" for its role, 1 minus the value is held.
    """
    shares = [(hold, roles.of(cell).share(hold.name)) for hold in held]
    return tuple(Hold(share.name, 1 - hold.value if share.rest else hold.value, None, hold.steps) for hold, share in shares if share)


def _read(piece, places):
    """The hold of a piece, or None and what is wrong, as the end of a sentence."""
    fields = piece.split(":")
    if len(fields) != 4:
        return None, tr("must be of the form name:units:steps:value, such as f:all:4-:=1")
    name, units, steps, end = fields
    if not NAME.fullmatch(name):
        return None, tr("must begin with a name such as f, l1.f or encoder.z")
    if wrong := _unnamed(name, places) if places else "":
        return None, wrong
    if not UNITS.fullmatch(units):
        return None, tr("must have units that are all, or integers from 0 with commas between them")
    match, value = STEPS.fullmatch(steps), VALUE.fullmatch(end)
    if not match or (match[3] and int(match[3]) < int(match[1])):
        return None, tr("must have steps such as all, 4, 4-9 or 4-, counted from 1")
    if not value or not math.isfinite(float(value[2])) or abs(float(value[2])) > LARGEST:
        return None, tr("must end in =, * or + and a number, such as =1, *0.5 or +-0.3")
    how = next(how for how, sign in SIGNS.items() if sign == value[1])
    hold = Hold(name, float(value[2]), None if units == "all" else [int(unit) for unit in units.split(",")], _span(match), how)
    wrong = _beyond(hold, places) if places else ""
    return (None, wrong) if wrong else (hold, "")


def _span(match):
    """The steps of a match of `STEPS`."""
    if match[1] is None:
        return None
    first = int(match[1]) - 1
    return slice(first, int(match[3] or match[1]) if match[3] or not match[2] else None)


def _shown(piece):
    """A piece as a sentence can hold it: short, and without characters that do not print."""
    plain = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in piece[:41])
    return plain if len(piece) <= 40 else plain[:40] + "\N{HORIZONTAL ELLIPSIS}"
