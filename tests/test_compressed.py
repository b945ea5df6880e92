"""Compressing: once a file for all visitors, off the event loop, and never more than there are files."""

import gzip
import threading

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from gatelab.live.serving import compressed, middleware
from gatelab.live.serving.preload import STREAMLIT

NAME = max((STREAMLIT / "static" / "js").glob("*.js"), key=lambda path: path.stat().st_size).name
ACCEPT = {"Accept-Encoding": "gzip"}


@pytest.fixture(params=["", "class", "/school/class/"])
def site(request):
    """A client, the address of the app, and what the app was asked for."""
    base, asked = "".join(f"/{part}" for part in request.param.split("/") if part), []

    def file(request):
        asked.append(request)
        if not (STREAMLIT / "static" / "js" / request.path_params["name"]).is_file():
            return HTMLResponse("<p>" * 1000)  # Streamlit answers with its page
        return Response(f"// {len(asked)}\n" * 1000, media_type="text/javascript", headers={"ETag": '"one"', "Cache-Control": "immutable"})

    app = Starlette(routes=[Route(base + "/static/js/{name:path}", file)], middleware=middleware(request.param))
    with TestClient(app) as client:
        yield client, f"{base}/static/js", asked


def test_a_file_is_compressed_once_for_all_and_sent_plain_to_who_cannot_unpack(site):
    client, js, asked = site
    first, second = (client.get(f"{js}/{NAME}", headers=ACCEPT) for _ in range(2))
    assert first.headers["content-encoding"] == "gzip" and first.text == second.text and first.text.startswith("// 1") and len(asked) == 1
    assert first.headers["vary"] == "Accept-Encoding" and first.headers["cache-control"] == "immutable"
    plain = client.get(f"{js}/{NAME}", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers and plain.text.startswith("// 2")


def test_what_a_browser_holds_is_not_sent_again_and_never_compressed_again(site, monkeypatch):
    client, js, asked = site
    assert client.get(f"{js}/{NAME}", headers=ACCEPT | {"If-None-Match": '"other"'}).status_code == 200
    monkeypatch.setattr(compressed.gzip, "compress", lambda *args, **options: pytest.fail("compressed again"))
    monkeypatch.setattr(gzip, "GzipFile", lambda *args, **options: pytest.fail("compressed on the event loop"))
    for etag in ('"one"', 'W/"one"', '"zero", "one"'):
        held = client.get(f"{js}/{NAME}", headers=ACCEPT | {"If-None-Match": etag})
        assert held.status_code == 304 and held.content == b"" and held.headers["etag"] == '"one"'
    assert client.get(f"{js}/{NAME}", headers=ACCEPT | {"If-None-Match": '"other"'}).status_code == 200
    assert len(asked) == 1


def test_other_spellings_and_files_that_do_not_exist_are_neither_kept_nor_compressed(site):
    client, js, _ = site
    kept = kept_by(client)
    for path in (f"{js}//{NAME}", f"{js}/none.js", f"{js}/{NAME}/", f"{js}/{NAME}%2e", f"{js}/x/{NAME}"):
        answer = client.get(path, headers=ACCEPT)
        assert answer.status_code == 200 and "content-encoding" not in answer.headers
    client.get(f"{js}/{NAME}?x=1", headers=ACCEPT)
    client.get(f"{js}/{NAME}?x=2", headers=ACCEPT)
    assert list(kept()) == [f"{js}/{NAME}"]


def test_a_file_is_compressed_in_a_thread(site, monkeypatch):
    client, js, _ = site
    threads, pack = [], gzip.compress
    monkeypatch.setattr(compressed.gzip, "compress", lambda *args, **options: threads.append(threading.current_thread()) or pack(*args, **options))
    answer = client.get(f"{js}/{NAME}", headers=ACCEPT)
    assert answer.status_code == 200 and ["AnyIO worker thread" in thread.name for thread in threads] == [True]


def kept_by(client):
    """What the middleware of a client's app keeps, once it was asked for something."""
    client.get("/")
    layer = client.app.middleware_stack
    while not isinstance(layer, compressed.Compressed):
        layer = layer.app
    return lambda: layer.kept
