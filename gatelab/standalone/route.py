"""`GET /live/pages/STAGE.html`: a page without a server with nothing on its stage yet; "Save as a page" puts in what stands there."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from gatelab import zoo
from gatelab.live.endpoint import BadRequest, Endpoint, shown
from gatelab.live.stages import STAGES
from gatelab.standalone.page import empty


class PageRoute(Endpoint):
    """The page of a stage: its code, and what must be said of the models that the query names."""

    async def get(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in STAGES:
            raise BadRequest("stage", f"one of {', '.join(STAGES)}", shown(name), status=404)
        asked = request.query_params.get("models", "").split(",")
        return HTMLResponse(empty(STAGES[name], [model for model in asked if model in zoo.models()]), headers={"Cache-Control": "no-cache"})


PAGES = (Route("/pages/{name}.html", PageRoute),)
"""The routes that pages without a server need, under /live."""
