"""Where the links of a lesson may lead, and what is wrong with one: sentences, none where all is right."""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from gatelab import zoo
from gatelab.cells import NAMES
from gatelab.live import first
from gatelab.live.stages import STAGES
from gatelab.questions import See

LOOK = ("step", "stage", "part", "unit", "cell", "model", "text", "level", "hold", "back", "wire", "right", "cut")
"""The fields of a link that moves the stage, `#look:step=last;part=f`, as `static/lesson/looks.js` reads them."""

OTHERS: dict[str, tuple[str, ...] | None] = {"learn": None, "claims": (), "questions": ("ask",), "glossary": ()}
"""Pages that are no stage of Python's -> the fields of their link; None where the page itself has the rules."""

SHOWN = 60
"""Most characters of a lesson that a sentence quotes."""


class Page(NamedTuple):
    """What a page has to do with a link to it: its stage, and the models that it shows where it is a lesson."""

    stage: str | None
    models: tuple[str, ...] = ()


Pages = Mapping[str, Page]
"""Pages by their address."""


def pages() -> dict[str, Page]:
    """The pages of the app that are no lessons."""
    staged = {name.replace("_", "-"): Page(name) for name in STAGES if name not in ("lesson", "start")}
    return {"start": Page("start", (first.MODEL,))} | staged | dict.fromkeys(OTHERS, Page(None))


def one_of(what: str, known: Iterable[str], got: str) -> str:
    """A sentence on a name that is none of those that there are, with the nearest."""
    names = tuple(known)
    near = get_close_matches(got[:SHOWN], names, 1)
    said = ", ".join(names) if len(names) <= 20 else f"those of the app, such as {', '.join(names[:5])}"
    return f"{what} must be one of {said}: got {got[:SHOWN]!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def target(link: str, page: Page, known: Pages) -> list[str]:
    """What is wrong with the target of a link in a sentence.

    Args:
        page: on which it stands.
        known: where it may lead.
    """
    if link.startswith("#look:"):
        return _look(link.removeprefix("#look:"), page)
    if re.match(r"https?://[^/\s]", link):
        return []
    name, _, query = link.partition("?")
    if name not in known and not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        return [f"a link must lead to #look:..., to a page such as lstm?step=3, or to http:// or https://: got {link[:SHOWN]!r}"]
    try:
        return to_page(See("", name, fields(query)), known)
    except ValueError as error:
        return [str(error)]


def fields(query: str) -> dict[str, str]:
    """The fields of a link, written as in an address: `step=3&text=not%20bad`, where a + is a space.

    Raises:
        ValueError: a part of it is no field=value.
    """
    pairs = [part.partition("=") for part in query.split("&")] if query else []
    for name, sign, _ in pairs:
        if not name or not sign:
            raise ValueError(f"a link must be page?field=value&field=value: got {query[:SHOWN]!r}")
    return {unquote(name): unquote(value.replace("+", " ")) for name, _, value in pairs}


def to_page(see: See, known: Pages) -> list[str]:
    """What is wrong with a link to a page in a prepared state: there is no such page, or the page would not follow it."""
    if see.page not in known:
        return [one_of("a page", known, see.page)]
    there = known[see.page]
    if there.stage:
        return read(there, see.page, see.fields)
    allowed = OTHERS[see.page]
    if allowed is None:
        return []
    return [f"{see.page} does not know the field {name[:SHOWN]!r}" for name in see.fields if name not in allowed]


def read(page: Page, name: str, given: Mapping[str, str]) -> list[str]:
    """What the stage of a page says of a link to it."""
    return list(_notes(page, name, tuple(given.items())))


@lru_cache(maxsize=1024)
def _notes(page, name, pairs):
    given = {"models": page.models, "page": name} if page.models else {}
    _, notes = STAGES[page.stage].read(dict(pairs), **given)
    return tuple(re.sub(r"^The link's | Here is .*$", "", note, flags=re.DOTALL).rstrip(".") for note in notes)


def _look(written, page):
    if page.stage != "lesson":
        return ["a #look: link moves the stage of a lesson: this one has another stage"]
    if not page.models:
        return []  # the fault is in the head
    found = {}
    for piece in written.split(";"):
        name, sign, value = piece.partition("=")
        if not sign:
            return [f"#look: must be field=value, several with ; between them: got {piece[:SHOWN]!r}"]
        found[name] = unquote(value)
    strange = next((name for name in found if name not in LOOK), None)
    return list(_stands(found, page)) if strange is None else [one_of("a field of #look:", LOOK, strange)]


def _stands(found: dict[str, str], page: Page) -> Iterator[str]:
    """What is wrong with the values: each must be one for a model of the lesson that the link can mean."""
    cells = {name: zoo.load(name).spec.cell for name in page.models}
    model, cell, step = (found.pop(name, None) for name in ("model", "cell", "step"))
    if model is not None and model not in cells:
        yield one_of("model, of those of this lesson,", cells, model)
    elif cell is not None and cell not in cells.values():
        yield one_of("cell, of those of this lesson's models,", dict.fromkeys(cells.values()), cell)
    else:
        meant = [name for name in cells if model in (None, name) and (model or cell in (None, cells[name]))]
        if step is not None and not any(_is_step(step, zoo.load(name)) for name in meant):
            yield f"step must be first, last, next, moved, a number from 1, or least:f, most:f, change:f with a name of the cell: got {step[:SHOWN]!r}"
        rest = {name: value for name, value in found.items() if (name, value) not in {("hold", ""), ("cut", "never")}}
        notes = [read(page, "", {"model": name} | rest) for name in meant]
        yield from [] if [] in notes else notes[0]


def _is_step(step, model):
    how, _, name = step.partition(":")
    if how in ("least", "most", "change"):
        return name in NAMES[model.spec.cell]
    return step in ("first", "last", "next", "moved") or bool(re.fullmatch(r"[1-9][0-9]{0,4}", step))
