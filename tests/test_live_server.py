"""What the server does around the routes."""

import gc
import re
from urllib.parse import urljoin

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from gatelab import zoo
from gatelab.live.memory import recent
from gatelab.live.routes import ROUTES
from gatelab.live.server import MIDDLEWARE, lifespan


@pytest.fixture
def client():
    pages = [Route(path, lambda request: HTMLResponse("<p>" * 1000)) for path in ("/", "/attention", "/class/", "/class/attention")]
    served = []
    code = Route("/{base:path}static/js/code.js", lambda request: served.append(1) or Response(f"// {len(served)}\n" * 1000, media_type="text/javascript"))
    with TestClient(Starlette(routes=[*ROUTES, *pages, code], middleware=MIDDLEWARE, lifespan=lifespan)) as client:
        yield client
    gc.unfreeze()


def test_every_model_is_warm_before_the_first_visitor(client):
    for name in zoo.models("character"):
        assert (name, zoo.opening(name).text) in recent.traces
    assert gc.get_freeze_count() > 0


def test_code_is_compressed_and_numbers_are_left_alone(client):
    accept = {"Accept-Encoding": "gzip"}
    assert client.get("/live/static/watch/stage.js", headers=accept).headers["content-encoding"] == "gzip"
    trace = client.post("/live/trace", json={"model": "prose-rnn", "text": "x" * 50, "have": 0}, headers=accept)
    assert "content-encoding" not in trace.headers


def test_a_page_names_the_stage_s_modules_and_nothing_else_does(client):
    for base in ("/", "/class/"):  # the path that the app is served under
        for address, entry, others in (("", "watch/stage.js", "alignment.js"), ("attention", "attention/attention.js", "ribbon.js")):
            named = client.get(base + address).headers["link"]
            links = [urljoin(base + address, link) for link in re.findall("<(.*?)>; rel=modulepreload", named)]
            for name in (entry, "lane.js", "safetensors.js"):  # itself, and what it imports at first and at second hand
                assert f"{base}live/static/{name}" in links
            assert not any(link.endswith(f"/{others}") for link in links)
    assert "link" not in client.get("/live/static/watch/stage.js").headers


def test_browsers_ask_whether_a_module_changed_and_get_it_once(client):
    first = client.get("/live/static/watch/stage.js")
    assert first.headers["cache-control"] == "no-cache"
    assert client.get("/live/static/watch/stage.js", headers={"If-None-Match": first.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("base", ["", "/class"])
def test_streamlit_s_own_files_are_compressed_once_for_all(client, base):
    accept = {"Accept-Encoding": "gzip"}
    first, second = (client.get(f"{base}/static/js/code.js", headers=accept) for _ in range(2))
    assert first.headers["content-encoding"] == "gzip" and first.text.startswith("// 1")
    assert second.text == first.text
    plain = client.get(f"{base}/static/js/code.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers and plain.text.startswith("// 2")
    assert client.get("/static/js/none.js", headers=accept).status_code == 404
