"""`GET /live/pages/STAGE.html`: a page without a server with nothing on its stage yet; "Save as a page" puts in what stands there.
`GET /live/worksheet.html`: a worksheet, to print."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from gatelab import languages, zoo
from gatelab.live.endpoint import BadRequest, Endpoint, in_turn, shown
from gatelab.live.stages import STAGES
from gatelab.standalone import worksheet
from gatelab.standalone.page import empty

COST = 20.0
"""About how many milliseconds a page takes."""


class PageRoute(Endpoint):
    """The page of a stage: its code, and what must be said of the models that the query names."""

    async def get(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in STAGES:
            raise BadRequest("stage", f"one of {', '.join(STAGES)}", shown(name), status=404)
        asked = dict.fromkeys(request.query_params.get("models", "").split(","))
        named = [model for model in asked if model in zoo.models()]
        spoken = languages.chosen(request.query_params.get("language"))
        made = await in_turn(request, COST, _empty, STAGES[name], named, spoken)
        return HTMLResponse(made, headers={"Cache-Control": "no-cache"})


def _empty(stage, models, spoken):
    with languages.speaking(spoken):
        return empty(stage, models)


class WorksheetRoute(Endpoint):
    """A worksheet for the query's text, cell, notation, step and unit."""

    async def get(self, request: Request) -> Response:
        given = dict(request.query_params)
        text, spoken = given.pop("text", ""), languages.chosen(given.pop("language", None))
        if unknown := given.keys() - {"cell", "notation", *NUMBERS}:
            raise BadRequest(shown(min(unknown)), "left out", "a value")
        fields: dict[str, Any] = {name: _whole(name, value) if name in NUMBERS else value for name, value in given.items()}
        try:
            made = await in_turn(request, COST, lambda: _worksheet(spoken, text, fields))
        except ValueError as error:
            name, _, rest = str(error).partition(" must be ")
            rule, _, got = rest.partition(": got ")
            raise BadRequest(name, rule, got[:80]) from None
        return HTMLResponse(made, headers={"Cache-Control": "no-cache"})


def _worksheet(spoken, text, fields):
    with languages.speaking(spoken):
        return worksheet.page(text, **fields)


NUMBERS = ("step", "unit")


def _whole(name, value):
    if not re.fullmatch("[0-9]{1,3}", value):
        raise BadRequest(name, "a whole number", shown(value))
    return int(value)


PAGES = (Route("/pages/{name}.html", PageRoute), Route("/worksheet.html", WorksheetRoute))
"""The routes that pages without a server need, under /live."""
