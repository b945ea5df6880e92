"""The stages, one table: the module of each, the route that it asks, what its link may hold, and its first picture."""

from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gatelab import holds, palette, zoo
from gatelab.cells import NAMES
from gatelab.languages import marked
from gatelab.live import attention, compare, first, lesson, memory, trace, watch
from gatelab.live import held as holding
from gatelab.live.endpoint import LIMIT, Checked, Endpoint
from gatelab.live.fields import ByCell, Entry, Known, Read, Rule, decimal_number, number, one_of, place, several, text, told
from gatelab.live.link import Link
from gatelab.live.recent import recent
from gatelab.live.wire import pack
from gatelab.notation import NOTATIONS
from gatelab.traces import trace as trace_of
from gatelab.words import LEARNED, PLACES
from gatelab.zoo import film

Start = Any
"""What a stage opens on: a named tuple, `Stage.start`, of values that can be hashed."""


@dataclass(frozen=True)
class Stage:
    """One stage.

    Attributes:
        name: of its page, and of its function in `component.py`; with "-" for "_" of its folder and module in `static/`.
        route: the address that it asks at every key.
        endpoint: what answers there.
        request: what may be asked, `FIELDS` with their rules.
        link: the fields of its link with their rules, in the order in which they are read.
        knows: what its page must hold beside limit, colors, route, fields and start, from {"models", "page"} of the start.
        first: the body of its first answer, from the start and what the page holds.
        given: what its page says beside the link, completed.
    """

    name: str
    route: str
    endpoint: type[Endpoint]
    request: type[Checked]
    link: Mapping[str, Rule]
    knows: Callable[[Mapping[str, Any]], dict]
    first: Callable[[Start, dict], bytes]
    given: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict

    @property
    def module(self) -> str:
        """The module in `static/`."""
        return f"{self.page}/{self.page}.js"

    @property
    def page(self) -> str:
        """The name of its page."""
        return self.name.replace("_", "-")

    @cached_property
    def start(self) -> type[tuple]:
        """What the stage opens on: a tuple with a name for each field of the link."""
        return namedtuple("Start", self.link)

    def read(self, fields: Mapping[str, str], **given: Any) -> tuple[Start, list[str]]:
        """The start that a link asks for, and a sentence for each part of it that could not be followed.

        Args:
            fields: the query parameters.
            given: what the page itself opens on where the link says nothing, {field: value}.
        """
        given = {"page": self.page} | dict(self.given(given))
        link = Link(fields, self.knows(given), given)
        return self.start(**link.read(self.link)), link.close()

    def known(self, start: Start) -> dict[str, Any]:
        """What the stage must know of the models and colors, beside the answer to what it opens on: JSON."""
        return {
            "stage": self.name,
            "address": lesson.address(start.page) if self.name == "lesson" else self.page,
            "module": self.module,
            "route": self.route,
            "limit": LIMIT,
            "learned": LEARNED,
            "films": [] if self.name == "start" else film.films(),  # a newcomer has enough to look at
            "palette": {"scales": palette.SCALES, "ink": palette.INK},
            "fields": told(self.link, getattr(start, "page", self.page)),
            "start": {name: value for name, value in start._asdict().items() if name not in ("model", "models", "page")},  # those travel with the answer
        } | self.knows(start._asdict())

    def first_picture(self, start: Start) -> bytes:
        """The answer to what the stage opens on, with what it must know."""
        return self.first(start, self.known(start))


def _first_trace(start, page):
    model = zoo.load(start.model)
    state, said = holding.beginning(start.model, start.after)
    held = holds.parse(start.hold)[0]
    seen = trace_of(model, start.text, hold=held, state=state) if held or state else recent.trace(model, start.text)
    return pack(seen, 0, compact=True, page=page, **said)


def _first_writing(start, page):
    return attention.packed(attention.AttentionRequest(start.model, start.text, beam=getattr(start, "beam", 1)), page=page)


def _experimenting(models):
    return {"models": models, "experiments": holding.offered(model["cell"] for model in models)}


def _writers(kind, page):
    return {"models": attention.listing(kind, page), "widest": attention.WIDEST, "tokens": attention.TOKENS}


def _families(page):
    return {"families": compare.listing(page), "lines": palette.LINES}


HIDDEN = ("text", "examples", "pickers", "controls", "story", "panels", "nav", "page")
"""What of a stage, and of the page around it, a link can hide: for a frame in another page, and for the projector."""


def _around(*panels):
    """The fields that all stages have."""
    filmed = {"film": place(999, None)} if "film" in panels else {}  # the moment of the film that is looked at; None is now
    return {
        "notation": one_of(tuple(NOTATIONS), None),  # whose letters stand there; None leaves it to what was chosen in this visit
        "open": several(panels, None),  # the panels that are open; None leaves it to the stage
        "hide": several(HIDDEN),
        "present": one_of(("off", "on")),  # whether the stage and its text stand alone, large, for the projector
    } | filmed


_AGAINST = {"against": text()}
"""The second text beside the first; None where there is none."""

_OPENING = text(Entry("opening.text"))
"""The text; the chosen model's own where the link has none."""

_STEP = place(LIMIT, LIMIT - 1)
"""The step; where the text is shorter, the stage chooses one with the first step in sight."""

_LESSON = {
    "models": Rule("given"),  # those of the lesson, in its order; no field of the link, nor is the next
    "page": Rule("given"),
    "model": one_of(Read("models")),
    "text": _OPENING,
    "unit": Rule("unit", Entry("opening.unit"), high=Entry("hidden_size", -1)),  # "mean", read as None, is the mean over all units
    "step": _STEP,
    "stage": number(0, ByCell(lesson.WALKS), 0),  # of the walk through one step; 0 is the whole step
    "level": number(lesson.FAR, lesson.ARITHMETIC, lesson.NEAR),
    "part": one_of(ByCell(lesson.PARTS), None),
    "numbers": one_of(("on", "off")),  # whether the wires carry their numbers
    "whatif": decimal_number(
        1, ("coupled",), marked("left out: only the coupled cell has this slider")
    ),  # where its forget gate stands at the step instead of where it stood
    "hold": Rule("hold", ""),
    "after": text(""),  # in whose last state the network begins; "" for zeros
}

_BACK = {
    "back": one_of(("off", "on")),  # whether the way back of the gradient is shown
    "right": one_of(Entry("labels"), None),  # the answer whose loss is followed back; None leaves it to the stage
    "wire": one_of(ByCell(lesson.BACK), None),  # of the way back, whose product is shown
    "cut": number(1, LIMIT, None),  # steps after which the gradient is stopped
}

_SOURCE = Rule("source", Entry("opening.text"), high=attention.TOKENS)
"""The text of a model that writes, of at most so many tokens."""

_SIDE_BY_SIDE = {
    "models": Rule("models", Known(lambda page: compare.standing(compare.first_family(page)))),  # two to five of one family
    "text": _OPENING,
    "step": _STEP,
}


_TABLE = (
    Stage(
        "watch",
        "/live/trace",
        trace.TraceRoute,
        trace.TraceRequest,
        link={
            "model": one_of(Known(lambda page: zoo.models("character"))),
            "text": _OPENING,
            "unit": number(0, Entry("hidden_size", -1), Entry("opening.unit")),
            "step": _STEP,
            "value": one_of(ByCell(NAMES), None),  # colors the text; None leaves it to the cell
            "entry": one_of(ByCell(NAMES), None),  # whose arithmetic is shown
            "order": one_of(watch.ORDERS),
            "maps": one_of(watch.MAPS),
            "hold": Rule("hold", ""),
            "after": text(""),  # in whose last state the network begins; "" for zeros
            "temperature": decimal_number(watch.HOTTEST),  # at which the model writes on, with the seed; None leaves both to the stage
            "seed": number(0, watch.LAST_SEED, None),
            "marks": Rule("steps", (), high=LIMIT),  # what is marked for "Which unit follows this?"
            "follow": one_of(watch.FOLLOWED),
            "elsewhere": text(),  # the other text on which that is tried
        }
        | _AGAINST
        | _around("more", "hold", "matters", "follows", "film", "explore"),
        knows=lambda given: _experimenting(watch.listing()),
        first=_first_trace,
    ),
    Stage(
        "lesson",
        "/live/trace",
        trace.TraceRoute,
        trace.TraceRequest,
        link=_LESSON | _BACK | _AGAINST | _around("more", "hold", "matters", "film"),
        knows=lambda given: _experimenting(lesson.listing(tuple(given["models"]), given["page"])),
        first=_first_trace,
        given=lesson.with_own,
    ),
    Stage(
        "start",
        "/live/trace",
        trace.TraceRoute,
        trace.TraceRequest,
        link=_LESSON | _around("more", "hold", "unit"),
        knows=lambda given: _experimenting(lesson.listing(tuple(given["models"]), given["page"])) | {"prompts": first.PROMPTS},
        first=_first_trace,
    ),
    Stage(
        "compare",
        "/live/compare",
        compare.CompareRoute,
        compare.CompareRequest,
        link=_SIDE_BY_SIDE
        | {
            "value": one_of(compare.VALUES),
            "units": Rule("units", ()),  # one of each model; () for those that the models open on
            "unfolded": several(Read("models")),  # those whose band shows all gates
            "hold": Rule("roles", ""),
        }
        | _around("more", "hold"),
        knows=lambda given: _families("compare"),
        first=lambda start, page: compare.packed(
            compare.CompareRequest(start.models, start.text, compact=True, hold=holds.parse_roles(start.hold)[0]), page=page
        ),
    ),
    Stage(
        "memory",
        "/live/memory",
        memory.MemoryRoute,
        memory.MemoryRequest,
        link=_SIDE_BY_SIDE | {"hold": Rule("roles", "")} | _around("more", "hold"),
        knows=lambda given: _families("memory"),
        first=lambda start, page: memory.packed(memory.MemoryRequest(start.models, start.text, holds.parse_roles(start.hold)[0]), page=page),
    ),
    Stage(
        "attention",
        "/live/attention",
        attention.AttentionRoute,
        attention.AttentionRequest,
        link={
            "model": one_of(Known(lambda page: zoo.models("attention"))),
            "text": _SOURCE,
            "step": place(64, Entry("opening.step")),  # of the decoder; the stage shows the last where there are fewer
            "unit": number(0, Entry("hidden_size", -1), Entry("opening.unit")),
            "beam": number(1, attention.WIDEST, 1),  # 1 is greedy
            "column": place(attention.TOKENS, None),  # of the source; None is the one that the step looks at most
            "forced": Rule("forced", ()),  # weights that were taken over
            "hold": Rule("hold", ""),
            "ask": one_of(attention.ASKED, None),  # what is asked where a prediction is open
        }
        | _around("more", "hold", "film", "explore"),
        knows=lambda given: _writers("attention", "attention") | {"experiments": holding.looks()},
        first=_first_writing,
    ),
    Stage(
        "self_attention",
        "/live/attention",
        attention.AttentionRoute,
        attention.AttentionRequest,
        link={
            "model": one_of(Known(lambda page: zoo.models("transformer"))),
            "text": _SOURCE,
            "where": one_of(tuple(PLACES), Entry("clearest.first.where")),
            "layer": place(Entry("layers"), Entry("clearest.$where.layer")),
            "head": place(Entry("heads"), Entry("clearest.$where.head")),
            "step": place(attention.TOKENS, Entry("opening.step")),  # the row of the weights
            "column": place(attention.TOKENS, None),  # None is the one that the row looks at most
            "entry": number(0, Entry("head_size", -1), 0),  # of the head's output
        }
        | _around("more", "explore"),
        knows=lambda given: _writers("transformer", "self-attention"),
        first=_first_writing,
    ),
)

STAGES = {stage.name: stage for stage in _TABLE}
"""All stages by name. Attention and Self-attention ask the same route: what a model that writes makes of a source."""
