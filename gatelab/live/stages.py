"""The stages, one table: the module of each, the route that it asks, what its link may hold, and its first picture."""

from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gatelab import holds, palette, zoo
from gatelab.cells import NAMES
from gatelab.live import attention, compare, first, lesson, memory, trace, watch
from gatelab.live import held as holding
from gatelab.live.endpoint import LIMIT, Checked, Endpoint
from gatelab.live.link import Link, Rule, decimal_number, number, one_of, place, text
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
        knows: what its page must hold beside limit, colors, route and start, from the start.
        first: the body of its first answer, from the start and what the page holds.
    """

    name: str
    route: str
    endpoint: type[Endpoint]
    request: type[Checked]
    link: Mapping[str, Rule]
    knows: Callable[[Start], dict]
    first: Callable[[Start, dict], bytes]

    @property
    def module(self) -> str:
        """The module in `static/`."""
        name = self.name.replace("_", "-")
        return f"{name}/{name}.js"

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
        link = Link(fields, **{"page": self.name.replace("_", "-")} | given)
        return self.start(**link.read(self.link)), link.close()

    def page(self, start: Start) -> dict[str, Any]:
        """What the stage must know of the models and colors, beside the answer to what it opens on: JSON."""
        return {
            "stage": self.name,
            "module": self.module,
            "route": self.route,
            "limit": LIMIT,
            "learned": LEARNED,
            "films": [] if self.name == "start" else film.films(),  # a newcomer has enough to look at
            "palette": {"scales": palette.SCALES, "ink": palette.INK},
            "start": {name: value for name, value in start._asdict().items() if name not in ("model", "models", "page")},  # those travel with the answer
        } | self.knows(start)

    def first_picture(self, start: Start) -> bytes:
        """The answer to what the stage opens on, with its `page`."""
        return self.first(start, self.page(start))


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


_NOTATION = one_of(NOTATIONS, None)
"""Whose letters stand on a stage; None leaves it to what was chosen in this visit."""

_AGAINST = {"against": text(lambda link: None)}
"""The second text beside the first; None where there is none."""

_LESSON = {
    "models": lambda link, name: link.given[name],  # those of the lesson, in its order; no field of the link, nor is the next
    "page": lambda link, name: link.page,
    "model": one_of(lambda link: link.values["models"]),
    "text": text(lambda link: link.opening.text),
    "unit": lesson.unit,
    "step": place(LIMIT, LIMIT - 1),
    "stage": number(0, lambda link: lesson.WALKS[link.spec.cell], 0),  # of the walk through one step; 0 is the whole step
    "level": number(lesson.FAR, lesson.ARITHMETIC, lesson.NEAR),
    "part": one_of(lambda link: lesson.PARTS[link.spec.cell], None),
    "numbers": one_of(("on", "off")),  # whether the wires carry their numbers
    "whatif": lesson.whatif,
    "hold": holding.of_link,
    "after": text(lambda link: ""),  # in whose last state the network begins; "" for zeros
    "notation": _NOTATION,
}

_BACK = {
    "back": one_of(("off", "on")),  # whether the way back of the gradient is shown
    "right": one_of(lambda link: link.spec.outputs, None),  # the answer whose loss is followed back; None leaves it to the stage
    "wire": one_of(lambda link: lesson.BACK[link.spec.cell], None),  # of the way back, whose product is shown
    "cut": number(1, LIMIT, None),  # steps after which the gradient is stopped
}


_TABLE = (
    Stage(
        "watch",
        "/live/trace",
        trace.TraceRoute,
        trace.TraceRequest,
        link={
            "model": one_of(lambda link: zoo.models("character")),
            "text": text(lambda link: link.opening.text),
            "unit": number(0, lambda link: link.spec.hidden_size - 1, lambda link: link.opening.unit),
            "step": place(LIMIT, LIMIT - 1),  # where the text is shorter, the stage chooses one with the first step in sight
            "value": one_of(lambda link: NAMES[link.spec.cell], None),  # colors the text; None leaves it to the cell
            "entry": one_of(lambda link: NAMES[link.spec.cell], None),  # whose arithmetic is shown
            "order": one_of(lambda link: zoo.load(link.values["model"]).orders),
            "maps": one_of(watch.MAPS),
            "hold": holding.of_link,
            "after": text(lambda link: ""),  # in whose last state the network begins; "" for zeros
            "temperature": decimal_number(watch.HOTTEST, None),  # at which the model writes on, with the seed; None leaves both to the stage
            "seed": number(0, watch.LAST_SEED, None),
            "notation": _NOTATION,
        }
        | _AGAINST,
        knows=lambda start: _experimenting(watch.listing()),
        first=_first_trace,
    ),
    Stage(
        "lesson",
        "/live/trace",
        trace.TraceRoute,
        trace.TraceRequest,
        link=_LESSON | _BACK | _AGAINST,
        knows=lambda start: _experimenting(lesson.listing(start.models, start.page)),
        first=_first_trace,
    ),
    Stage(
        "start",
        "/live/trace",
        trace.TraceRoute,
        trace.TraceRequest,
        link=_LESSON,
        knows=lambda start: _experimenting(lesson.listing(start.models, start.page)) | {"prompts": first.PROMPTS},
        first=_first_trace,
    ),
    Stage(
        "compare",
        "/live/compare",
        compare.CompareRoute,
        compare.CompareRequest,
        link={
            "models": compare.side_by_side,
            "text": text(compare.example),
            "step": place(LIMIT, LIMIT - 1),
            "value": one_of(compare.VALUES),
            "units": compare.units,
            "unfolded": compare.unfolded,
            "hold": holding.roles_of_link,
            "notation": _NOTATION,
        },
        knows=lambda start: _families("compare"),
        first=lambda start, page: compare.packed(
            compare.CompareRequest(start.models, start.text, compact=True, hold=holds.parse_roles(start.hold)[0]), page=page
        ),
    ),
    Stage(
        "memory",
        "/live/memory",
        memory.MemoryRoute,
        memory.MemoryRequest,
        link={
            "models": compare.side_by_side,
            "text": text(compare.example),
            "step": place(LIMIT, LIMIT - 1),
            "hold": holding.roles_of_link,
            "notation": _NOTATION,
        },
        knows=lambda start: _families("memory"),
        first=lambda start, page: memory.packed(memory.MemoryRequest(start.models, start.text, holds.parse_roles(start.hold)[0]), page=page),
    ),
    Stage(
        "attention",
        "/live/attention",
        attention.AttentionRoute,
        attention.AttentionRequest,
        link={
            "model": one_of(lambda link: zoo.models("attention")),
            "text": attention.source,
            "step": place(64, lambda link: link.opening.step),  # of the decoder; the stage shows the last where there are fewer
            "unit": number(0, lambda link: link.spec.hidden_size - 1, lambda link: link.opening.unit),
            "beam": number(1, attention.WIDEST, 1),  # 1 is greedy
            "column": place(attention.TOKENS, None),  # of the source; None is the one that the step looks at most
            "forced": attention.forced_rows,
            "hold": holding.of_link,
            "ask": one_of(attention.ASKED, None),  # what is asked where a prediction is open
        },
        knows=lambda start: _writers("attention", "attention") | {"experiments": holding.looks()},
        first=_first_writing,
    ),
    Stage(
        "self_attention",
        "/live/attention",
        attention.AttentionRoute,
        attention.AttentionRequest,
        link={
            "model": one_of(lambda link: zoo.models("transformer")),
            "text": attention.source,
            "where": one_of(PLACES, lambda link: attention.clearest(link.values["model"])[0]),
            "layer": place(lambda link: link.spec.num_layers, lambda link: attention.clearest(link.values["model"], link.values["where"])[1]),
            "head": place(lambda link: link.spec.num_heads, lambda link: attention.clearest(link.values["model"], link.values["where"])[2]),
            "step": place(attention.TOKENS, lambda link: link.opening.step),  # the row of the weights
            "column": place(attention.TOKENS, None),  # None is the one that the row looks at most
            "entry": number(0, lambda link: link.spec.hidden_size // link.spec.num_heads - 1, 0),  # of the head's output
        },
        knows=lambda start: _writers("transformer", "self-attention"),
        first=_first_writing,
    ),
)

STAGES = {stage.name: stage for stage in _TABLE}
"""All stages by name. Attention and Self-attention ask the same route: what a model that writes makes of a source."""
