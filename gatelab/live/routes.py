"""The routes of the live lane: those that the stages ask, `GET /live/models`, the checkpoints, the app's addresses, the stages' files;
all under the path that the app is served from."""

from collections.abc import Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from gatelab import glossary, languages, zoo
from gatelab.live import bundle, watch
from gatelab.live.bundle import STATIC
from gatelab.live.endpoint import LIMIT, BadRequest, Endpoint, length_told, not_allowed, shown
from gatelab.live.languages import addresses, words
from gatelab.live.sharing import AddressesRoute
from gatelab.live.stages import STAGES
from gatelab.live.wire import MEDIA_TYPE
from gatelab.zoo import film


class ModelsRoute(Endpoint):
    """`GET /live/models`: the shipped character models, with what the Watch stage must know of each."""

    async def get(self, request: Request) -> Response:
        return JSONResponse({"models": watch.listing(), "limit": LIMIT})


class CheckpointRoute(Endpoint):
    """`GET /live/models/NAME.safetensors`: a model's weights, for the arithmetic on the stage."""

    async def get(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in zoo.models():
            raise BadRequest("model", f"one of {', '.join(zoo.models())}", shown(name), status=404)
        headers = {"Cache-Control": "no-cache"}
        if renamed := zoo.renamed(name):
            return Response(renamed, media_type=MEDIA_TYPE, headers=headers | length_told(len(renamed)))
        path = zoo.ZOO / f"{name}.safetensors"
        return FileResponse(path, media_type=MEDIA_TYPE, headers=headers | length_told(path.stat().st_size))


class FilmRoute(Endpoint):
    """`GET /live/films/NAME.safetensors`: a model's weights at moments of its training, see `training.film`."""

    async def get(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in film.films():
            raise BadRequest("film", f"one of {', '.join(film.films())}", shown(name), status=404)
        return FileResponse(film.path(name), media_type=MEDIA_TYPE, headers={"Cache-Control": "no-cache"})


class GlossaryRoute(Endpoint):
    """`GET /live/glossary`: every term with its sentence, for the tips; `language=es` asks for another language than English."""

    async def get(self, request: Request) -> Response:
        with languages.speaking(languages.chosen(request.query_params.get("language"))):
            return JSONResponse(glossary.listing(), headers={"Cache-Control": "no-cache"})


class BundleRoute(Endpoint):
    """`GET /live/bundle/NAME`: the stages' modules and styles as one file. Its name changes with its content, so browsers keep it."""

    async def get(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name != bundle.NAME:
            raise BadRequest("bundle", "the one that the page names", shown(name), status=404)
        return Response(bundle.TEXT, media_type="text/javascript", headers={"Cache-Control": "public, max-age=31536000, immutable"})


class WordsRoute(Endpoint):
    """`GET /live/languages/NAME-VERSION.json`: the words of a language for the page. Other words have another name, so browsers keep the file."""

    async def get(self, request: Request) -> Response:
        asked = f"live/languages/{request.path_params['name']}"
        name = next((name for name, address in addresses().items() if address == asked), None)
        if name is None:
            raise BadRequest("language", "one that the page names", shown(request.path_params["name"]), status=404)
        made = await run_in_threadpool(words, name)
        return Response(made, media_type="application/json", headers={"Cache-Control": "public, max-age=31536000, immutable"})


class StageFiles(StaticFiles):
    """The same modules and styles one by one, for readers and tests; browsers ask each time whether they changed."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        try:
            return await super().get_response(path, scope)
        except HTTPException as error:
            return missing(scope) if error.status_code != 405 else not_allowed(scope["method"], ("GET", "HEAD"))

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


class Missing(Endpoint):
    """Every other address under /live."""

    async def dispatch(self) -> None:
        await missing(self.scope)(self.scope, self.receive, self.send)


def missing(scope: Scope) -> Response:
    """The answer to an address under which there is nothing."""
    return JSONResponse({"field": "address", "rule": "one that exists", "got": shown(scope["path"])}, 404)


LIVE = [
    *(Route(path.removeprefix("/live"), endpoint) for path, endpoint in {stage.route: stage.endpoint for stage in STAGES.values()}.items()),
    Route("/models", ModelsRoute),
    Route("/models/{name}.safetensors", CheckpointRoute),
    Route("/films/{name}.safetensors", FilmRoute),
    Route("/bundle/{name}", BundleRoute),
    Route("/languages/{name}", WordsRoute),
    Route("/glossary", GlossaryRoute),
    Route("/addresses", AddressesRoute),
    Mount("/static", StageFiles(directory=STATIC)),
    Route("/{rest:path}", Missing),
]


def served(base: str = "", more: Sequence[Route] = (), beside: Sequence[Mount] = ()) -> list[Mount]:
    """The routes of an app.

    Args:
        base: the path that it is served under, as Streamlit's option server.baseUrlPath has it: "gatelab", or "" for none.
        more: further ones under /live.
        beside: further ones beside /live.
    """
    under = "/".join(["", *filter(None, base.split("/"))])
    mounts = [Mount("/live", routes=[*more, *LIVE]), *beside]
    return [Mount(under.rstrip("/") + mount.path, routes=mount.routes) for mount in mounts]


ROUTES = served()
"""The routes of an app that has its server for itself."""
