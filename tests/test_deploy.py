"""deploy/nginx.conf before two real servers on the loopback address: stickiness by cookie, https told, bodies limited, the class's events at once."""

import collections
import http.client
import inspect
import re
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing

import pytest
import uvicorn
import yaml

from gatelab.classroom.redis import Redis
from tests.browser import ROOT, free_port, require
from tests.classes import reachable, until
from tests.proxy import NGINX, proxied

REPLICA = """
import sys, uvicorn, asyncio
from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route
async def told(request):
    await request.body()
    return JSONResponse({"replica": sys.argv[1], "scheme": request.url.scheme, "client": request.client, "cookie": request.cookies.get("gatelab_route"), "path": request.url.path})
async def events(request):
    async def said():
        yield "event: view\\n\\n"
        await asyncio.sleep(30)
    return StreamingResponse(said(), media_type="text/event-stream")
uvicorn.run(Starlette(routes=[Route("/events", events), Route("/{rest:path}", told, methods=["GET", "POST"])]), port=int(sys.argv[1]), log_level="critical")
"""


@pytest.fixture(scope="module")
def behind(tmp_path_factory):
    """A port at which nginx listens as the repository's file says, before two servers."""
    require("nginx", NGINX)
    folder, ports = tmp_path_factory.mktemp("nginx"), [free_port(), free_port()]
    started = [subprocess.Popen([sys.executable, "-c", REPLICA, str(port)]) for port in ports]
    try:
        for port, process in zip(ports, started, strict=True):
            reachable(port, process)
        with proxied(folder, ports) as port:
            yield port, folder
    finally:
        for process in started:
            process.terminate()
            process.wait(20)


def ask(port, path="/", body=None, **headers):
    """Status, headers and body of an answer, on a new connection."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        try:
            connection.request("POST" if body else "GET", path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, {}, b""


@pytest.mark.browser
def test_a_browser_stays_at_its_server_by_a_cookie_and_one_address_is_many_browsers(behind):
    port, _ = behind
    seen = collections.Counter()
    for _ in range(12):
        status, headers, first = ask(port)
        cookie = re.match(r"(gatelab_route=[0-9a-f]{32}); Path=/; HttpOnly; SameSite=Lax$", headers["Set-Cookie"])[1]
        mine = yaml.safe_load(first)
        assert status == 200 and mine["cookie"] == cookie.removeprefix("gatelab_route=")  # the first request has it as well
        for _ in range(3):
            _, again, other = ask(port, "/page", Cookie=cookie)
            assert yaml.safe_load(other)["replica"] == mine["replica"] and "Set-Cookie" not in again
        seen[mine["replica"]] += 1
    assert len(seen) == 2


@pytest.mark.browser
def test_by_https_the_cookie_is_kept_in_a_frame_of_another_site(behind):
    port, _ = behind
    told = ask(port, **{"X-Forwarded-Proto": "https"})[1]["Set-Cookie"]
    assert re.fullmatch(r"gatelab_route=[0-9a-f]{32}; Path=/; HttpOnly; SameSite=None; Secure; Partitioned", told)


@pytest.mark.browser
def test_the_server_is_told_of_https_and_of_the_visitor_s_address(behind):
    port, _ = behind
    told = yaml.safe_load(ask(port, "/gatelab/watch", **{"X-Forwarded-Proto": "https"})[2])
    assert told["scheme"] == "https" and told["client"][0] == "127.0.0.1" and told["path"] == "/gatelab/watch"
    assert yaml.safe_load(ask(port, **{"X-Forwarded-Proto": "x; y"})[2])["scheme"] == "http"


@pytest.mark.browser
def test_bodies_are_limited_events_come_at_once_and_no_sentence_stands_in_the_log(behind):
    port, folder = behind
    status, headers, said = ask(port, body=b"x" * (2**20 + 1))
    assert status == 413 and headers["Content-Type"] == "application/json" and yaml.safe_load(said)["rule"] == "at most 1 MB"
    assert ask(port, body=b"x" * 2**19)[0] == 200
    began, connection = time.monotonic(), http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/events")
    assert connection.getresponse().read1() == b"event: view\n\n" and time.monotonic() - began < 5
    connection.close()
    ask(port, "/lstm?text=a+secret+sentence")
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and "GET /lstm" not in (folder / "access.log").read_text():
        time.sleep(0.05)
    log = (folder / "access.log").read_text()
    assert "GET /lstm" in log and "secret" not in log


@pytest.mark.browser
def test_no_body_is_written_to_a_disk(behind):
    """nginx names a file at the level `warn` when it writes a body to one."""
    _, folder = behind
    ports = [int(port) for port in re.findall(r"server 127.0.0.1:(\d+)", (folder / "nginx.conf").read_text())]
    (mine := folder / "warned").mkdir()
    with proxied(mine, ports, [("error.log emerg;", "error.log warn;")]) as port:
        assert ask(port, body=b"x" * 2**20)[0] == 200
        status, _, said = ask(port, body=iter([b"a piece"]))  # of no length that is told
        assert status == 411 and yaml.safe_load(said)["field"] == "Content-Length"
        assert "temporary file" not in (mine / "error.log").read_text()


@pytest.mark.browser
def test_one_browser_has_a_limit_of_connections_that_others_of_its_address_do_not_feel(behind):
    port, _ = behind
    mine, other = "gatelab_route=" + "1" * 32, "gatelab_route=" + "2" * 32
    with ExitStack() as stack:
        for _ in range(100):
            connection = stack.enter_context(closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)))
            connection.request("GET", "/events", headers={"Cookie": mine})
            assert stack.enter_context(connection.getresponse()).status == 200
        status, headers, said = ask(port, Cookie=mine)
        assert status == 429 and headers["Retry-After"] == "5" and "ask again" in yaml.safe_load(said)["rule"]
        assert ask(port, Cookie=other)[0] == ask(port)[0] == 200


@pytest.mark.browser
def test_no_sentence_stands_in_a_log_while_no_server_answers_or_a_browser_asks_too_much(tmp_path):
    """nginx names the whole query of a request, and of the page that asked, beside each error; the access log says which servers were asked instead."""
    ports = [free_port(), free_port()]
    with proxied(tmp_path, ports, [("limit_conn browser 100;", "limit_conn browser 1;")]) as port, socket.create_connection(("127.0.0.1", port)) as first:
        asked = {"Referer": "http://127.0.0.1/lstm?text=another+secret", "Cookie": f"gatelab_route={'1' * 32}"}
        assert ask(port, "/lstm?text=a+secret+sentence", **asked)[0] == 502
        first.sendall(b"POST /lstm?text=a+secret+sentence HTTP/1.1\r\nHost: a\r\nCookie: gatelab_route=" + b"1" * 32 + b"\r\nContent-Length: 9\r\n\r\n")
        until(lambda: ask(port, "/lstm?text=a+secret+sentence", **asked)[0] == 429)
        log = until(lambda: text if "429" in (text := (tmp_path / "access.log").read_text()) else "")
        assert all(f"127.0.0.1:{port}" in log for port in ports)
        assert "secret" not in log + (tmp_path / "error.log").read_text()


def test_nginx_lets_go_of_a_line_before_the_server_does():
    nginx = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    upstream = re.search(r"upstream gatelab {.*?}", nginx, re.DOTALL)[0]
    assert int(re.search(r"keepalive_timeout (\d+)s;", upstream)[1]) < inspect.signature(uvicorn.Config).parameters["timeout_keep_alive"].default


def test_the_image_has_what_speaks_with_redis():
    assert re.search(r"^redis==", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    options = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]["app2"]["environment"]
    there = Redis(options["GATELAB_REDIS_URL"]).redis.connection_pool.connection_kwargs
    assert (there["host"], there["port"], there["db"]) == ("redis", 6379, 0)


def test_compose_starts_what_nginx_and_the_app_name():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    nginx = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    assert set(re.findall(r"server (\w+):7860", nginx)) == {"app1", "app2"} <= services.keys()
    path = services["app1"]["environment"]["STREAMLIT_SERVER_BASE_URL_PATH"]
    assert path == "${GATELAB_PATH:-}" and services["nginx"]["healthcheck"]["test"][-1] == f"http://127.0.0.1{path}/_stcore/health"
    assert services["app1"]["environment"]["GATELAB_REDIS_URL"] == "redis://redis:6379/0" and "redis" in services
    assert "EXPOSE 7860" in (ROOT / "Dockerfile").read_text(encoding="utf-8") and all("mem_limit" in service for service in services.values())
