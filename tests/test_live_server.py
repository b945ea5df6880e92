"""What the server does around the routes."""

import gc
import re
import shutil
import sys
from types import SimpleNamespace
from urllib.parse import urljoin

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from gatelab import zoo
from gatelab.live import bundle, openfiles
from gatelab.live.recent import recent
from gatelab.live.routes import ROUTES
from gatelab.live.server import lifespan
from gatelab.live.serving import middleware
from gatelab.live.serving.preload import STREAMLIT
from gatelab.training.__main__ import main as train
from gatelab.ui.path import PLACES
from tests.browser import ROOT, running
from tests.stage import StagePage
from tests.visitors import visits


@pytest.fixture
def client():
    pages = [Route(path, lambda request: HTMLResponse("<p>" * 1000)) for path in ("/", "/attention", "/class/", "/class/attention")]
    with TestClient(Starlette(routes=[*ROUTES, *pages], middleware=middleware(), lifespan=lifespan)) as client:
        yield client
    gc.unfreeze()


def test_every_model_is_warm_before_the_first_visitor(client):
    for name in zoo.models("character"):
        assert (name, zoo.opening(name).text) in recent.traces
    assert gc.get_freeze_count() > 0


def test_code_is_compressed_and_numbers_are_left_alone(client):
    accept = {"Accept-Encoding": "gzip"}
    assert client.get("/live/static/watch/watch.js", headers=accept).headers["content-encoding"] == "gzip"
    trace = client.post("/live/trace", json={"model": "prose-rnn", "text": "x" * 50, "have": 0}, headers=accept)
    assert "content-encoding" not in trace.headers


def test_a_page_names_the_bundle_and_what_streamlit_needs_for_a_stage_and_nothing_else_does(client):
    page = (STREAMLIT / "index.html").read_text(encoding="utf-8")
    for base in ("/", "/class/"):  # the path that the app is served under
        for address in ("", "attention"):
            named = re.findall(r"<([^>]+)>; rel=modulepreload; fetchpriority=low(?:, |$)", client.get(base + address).headers["link"])
            assert urljoin(base + address, named[0]) == f"{base}live/bundle/{bundle.NAME}"
            assert any(other.startswith("static/js/BidiComponent.") for other in named)
            for other in named[1:]:  # each is there, and Streamlit's page does not name it
                assert (STREAMLIT / other).is_file() and other not in page
    assert "link" not in client.get("/live/static/watch/watch.js").headers


def test_the_bundle_is_compressed_once_for_all(client):
    address = f"/live/bundle/{bundle.NAME}"
    first, second = (client.get(address, headers={"Accept-Encoding": "gzip"}) for _ in range(2))
    assert first.headers["content-encoding"] == "gzip" and int(first.headers["content-length"]) < len(bundle.TEXT) / 3
    assert first.text == second.text == client.get(address, headers={"Accept-Encoding": "identity"}).text == bundle.TEXT


def test_browsers_ask_whether_a_module_changed_and_get_it_once(client):
    first = client.get("/live/static/watch/watch.js")
    assert first.headers["cache-control"] == "no-cache"
    assert client.get("/live/static/watch/watch.js", headers={"If-None-Match": first.headers["etag"]}).status_code == 304


PAGES = [place.path for place in PLACES]
EXPLORED = {
    "watch": {"model": "prose-lstm", "text": "so it goes", "unit": 3},
    "attention": {"model": "dates-additive", "text": "5 mai 2001"},
    "self-attention": {"model": "dates-transformer", "text": "5 mai 2001"},
}


def wrong(seen):
    """Of what visitors saw, what no visitor should see."""
    return [one for one in seen if not isinstance(one, set) or "exception" in one]


@pytest.mark.browser
def test_a_dozen_first_visitors_at_once_see_every_page_and_nothing_is_left_to_import(tmp_path, monkeypatch):
    """Two who import pandas at the same time may find it half imported, so it must be there before they come."""
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")  # Python writes a line for each import
    with running(tmp_path / "log") as server:
        greeting = server.said()
        pages = [*((page, None) for page in PAGES), *EXPLORED.items()]
        seen = visits(server, pages)
        lines = server.said().removeprefix(greeting).split("\n")
    assert wrong(seen) == []
    imported = {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}
    assert {name for name in imported if name.split(".")[0] not in {"gatelab", "streamlit", *sys.stdlib_module_names}} == set()
    assert [line for line in lines if line.strip() and not line.startswith("import time:")] == []


@pytest.mark.browser
def test_a_low_limit_of_open_files_is_raised_and_what_it_allows_is_said(tmp_path):
    """At 256, a shell's default on some systems, 58 visitors used to be the most."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))  # what this process starts inherits it
    try:
        with running(tmp_path / "log") as server:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            greeting = server.said()
            assert wrong(visits(server, [("claims", None)] * 90)) == []
            assert server.said().strip() == greeting.strip()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert re.search(r"^This machine allows [\d,]+ open files: (about|more than) [\d,]+ visitors at once\.$", greeting, re.MULTILINE)


@pytest.mark.parametrize(
    ("soft", "hard", "refused", "limit", "said"),
    [
        (256, 4096, (), 4096, "4,096 open files: about 409 visitors"),
        (1024, 1024, (), 1024, "1,024 open files: about 102 visitors"),
        (1024, 1_048_576, (), 1_048_576, "1,048,576 open files: more than 1,000 visitors"),
        (256, None, (65_536,), 10_240, "10,240 open files: more than 1,000 visitors"),
        (256, None, (65_536, 10_240), 256, "256 open files: about 25 visitors"),
        (None, None, (), openfiles.ANY, "any number of open files: more than 1,000 visitors"),
    ],
)
def test_the_limit_is_raised_as_far_as_the_system_lets(monkeypatch, soft, hard, refused, limit, said):
    """Where it names no highest limit, or refuses it, as macOS does, the next lower one is tried."""
    none, now = -1, {"soft": soft}

    def setrlimit(which, limits):
        if limits[0] in refused:
            raise ValueError("not allowed")
        now["soft"] = limits[0]

    system = SimpleNamespace(RLIMIT_NOFILE=7, RLIM_INFINITY=none, getrlimit=lambda which: (soft or none, hard or none), setrlimit=setrlimit)
    monkeypatch.setattr(openfiles, "resource", system)
    assert openfiles.raise_limit() == limit == (now["soft"] or openfiles.ANY) and said in openfiles.sentence(limit)


def test_a_system_that_has_no_such_limit_is_left_alone(monkeypatch):
    monkeypatch.setattr(openfiles, "resource", None)
    assert openfiles.raise_limit() is None


def test_the_app_shows_a_model_of_one_s_own_and_names_what_it_cannot_show(tmp_path, watched):
    """In a copy of the app: a checkpoint and its card under a new name, a card without a checkpoint, a checkpoint that is cut off."""
    app = tmp_path / "app"
    for part in ("gatelab", "pages", ".streamlit"):
        shutil.copytree(ROOT / part, app / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", app)
    text, models = tmp_path / "mine.txt", app / "gatelab" / "zoo"
    text.write_text("Kedi denize bakar.\n" * 200, encoding="utf-8")
    assert train(["prose", "--data", str(text), "--out", str(tmp_path), "--steps", "2", "--hidden", "6", "--batch", "2"]) == 0
    for kind in ("json", "safetensors"):
        shutil.copy(tmp_path / f"prose-lstm.{kind}", models / f"mine-lstm.{kind}")
    (models / "notes.json").write_text("{}")
    (models / "cut.safetensors").write_bytes((models / "prose-rnn.safetensors").read_bytes()[:-1])
    shutil.copy(models / "prose-rnn.json", models / "cut.json")
    with running(tmp_path / "log", app) as server:
        said = server.said()
        watched.allowed = ("404",)  # Streamlit itself asks for /watch/_stcore/health first
        stage = StagePage(watched.page, server.url, "/watch?model=mine-lstm")
        assert stage.text == "Kedi denize bakar." and "mine.txt" in watched.page.locator(".facts").first.inner_text()
        watched.page.locator("textarea").press("End")
        watched.page.keyboard.type(" Kedi")
        stage.wait_for("Kedi denize bakar. Kedi", "mine-lstm")
        watched.page.close()  # before its server goes
        assert server.said().strip() == said.strip()
    left_out = re.findall(r"^Left out of the models: (.*)$", said, re.MULTILINE)
    assert [sentence.split(" must ")[0] for sentence in left_out] == ["notes.json", "cut.safetensors"]
