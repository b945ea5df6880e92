"""What every request passes: hosts, headers, closed doors, the log, and who may start a time trial."""

import logging
import re

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from gatelab.__main__ import main
from gatelab.live.serving import closed, headers, hosts, log, middleware, trials


def site(base=""):
    """A client of an app with one page, a websocket, and Streamlit's doors."""

    async def socket(websocket):
        await websocket.accept()
        await websocket.close()

    page = HTMLResponse("<p>page</p>")
    doors = [
        Route(f"{base}/_stcore/{door}", lambda request: PlainTextResponse("open"), methods=["GET", "PUT"]) for door in ("metrics", "upload_file/a/b", "health")
    ]
    return TestClient(Starlette(routes=[Route("/", lambda request: page), WebSocketRoute("/stream", socket), *doors], middleware=middleware(base)))


@pytest.mark.parametrize(
    "host",
    [
        "localhost:8501",
        "127.0.0.1",
        "192.168.1.7:8501",
        "[::1]:8501",
        "laptop",
        "laptop.local",
        "a.localhost",
        "Laptop.LOCAL.",
        "laptop.lan:8501",
        "pc.home",
        "srv.school.corp",
    ],
)
def test_names_that_nobody_can_point_here_are_answered(host):
    assert site().get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8501", "evil.lan.example", "a b", "[::1", "*"])
def test_any_other_name_is_refused_with_a_sentence_and_opens_no_session(host):
    answer = site().get("/", headers={"Host": host})
    assert answer.status_code == 421 and "gatelab app --hosts NAME" in answer.text and answer.text.strip().isprintable()
    with pytest.raises(WebSocketDisconnect), site().websocket_connect("/stream", headers={"Host": host}):
        pass


def test_whoever_runs_the_server_names_further_hosts(monkeypatch):
    monkeypatch.setenv(hosts.VARIABLE, "gatelab.school.example, *.hf.space")
    statuses = {
        name: site().get("/", headers={"Host": name}).status_code for name in ("gatelab.school.example", "me-gatelab.hf.space", "school.example", "hf.space")
    }
    assert list(statuses.values()) == [200, 200, 421, 421]
    monkeypatch.setenv(hosts.VARIABLE, "*")
    assert site().get("/", headers={"Host": "any.example"}).status_code == 200


def test_every_answer_tells_the_browser_to_load_nothing_from_elsewhere():
    for answer in (site().get("/"), site().get("/none"), site().get("/", headers={"Host": "evil.example"}), site().get("/_stcore/metrics")):
        rules = dict(rule.split(" ", 1) for rule in answer.headers["content-security-policy"].split("; "))
        assert rules["default-src"] == "'self'" and rules["object-src"] == "'none'" and "'unsafe-eval'" not in answer.headers["content-security-policy"]
        assert "http" not in answer.headers["content-security-policy"] and "*" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["referrer-policy"] == "same-origin"
        assert "camera=()" in answer.headers["permissions-policy"]
    assert "ws://testserver" in site().get("/").headers["content-security-policy"]
    assert "evil" not in site().get("/", headers={"Host": "evil.example; script-src *"}).headers["content-security-policy"]


def test_who_may_show_the_app_in_a_frame_can_be_chosen(monkeypatch):
    assert "frame-ancestors" not in site().get("/").headers["content-security-policy"]  # Embed works everywhere
    for chosen, told in {
        "self": "'self'",
        "none": "'none'",
        "https://moodle.example, https://*.school.example:8443/": "'self' https://moodle.example https://*.school.example:8443",
    }.items():
        monkeypatch.setenv(headers.VARIABLE, chosen)
        assert re.search("frame-ancestors ([^;]*)", site().get("/").headers["content-security-policy"])[1] == told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--frames", "moodle.example; script-src *"], "frames must be"),
        (["--hosts", "https://school.example/x"], "hosts must be"),
        (["--time-trials", "maybe"], "must be one of here, on, off"),
    ],
)
def test_a_wrong_choice_is_refused_before_the_server_starts(words, said, capsys):
    try:
        assert main(["app", *words]) == 2
    except SystemExit as error:
        assert error.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(("variable", "value"), [(headers.VARIABLE, "x; y"), (hosts.VARIABLE, "https://school.example"), (trials.VARIABLE, "maybe")])
def test_a_wrong_choice_in_the_environment_is_refused_before_the_server_starts(variable, value, monkeypatch, capsys):
    monkeypatch.setenv(variable, value)
    assert main(["app"]) == 2
    assert "must be" in capsys.readouterr().err


@pytest.mark.parametrize("base", ["", "/class"])
def test_metrics_and_uploads_are_closed_unless_wanted(monkeypatch, base):
    client = site(base)
    assert [client.get(f"{base}/_stcore/{door}").status_code for door in ("metrics", "upload_file/a/b", "health")] == [404, 404, 200]
    assert client.put(f"{base}/_stcore/upload_file/a/b", content=b"x").status_code == 404
    monkeypatch.setenv(closed.VARIABLE, "on")
    assert site(base).get(f"{base}/_stcore/metrics").text == "open"


def test_what_a_stranger_sends_stays_one_line_of_the_log(caplog):
    before = logging.getLogRecordFactory()
    try:
        log.tame()
        logging.getLogger("a stranger").error("no file %s", "x\r\n2026-01-01 root logged in\x1b[31m\u2028" + "y" * 5000)
    finally:
        logging.setLogRecordFactory(before)
    (said,) = [record.getMessage() for record in caplog.records]
    assert said.isprintable() and said.startswith("no file x\\r\\n2026") and len(said) < 1100


HERE, THERE = {"Host": "localhost:8501"}, {"Host": "192.168.1.7:8501"}


def test_a_time_trial_is_for_who_sits_at_the_machine_unless_it_is_said_otherwise(monkeypatch):
    assert trials.may(None, HERE) and trials.may("127.0.0.1", HERE)
    assert not trials.may("192.168.1.20", THERE) and not trials.may("192.168.1.20", HERE) and not trials.may(None, THERE)
    assert not trials.may(None, HERE | {"X-Forwarded-For": "10.0.0.1"})
    monkeypatch.setenv(trials.VARIABLE, "off")
    assert not trials.may(None, HERE)
    monkeypatch.setenv(trials.VARIABLE, "on")
    assert trials.may("192.168.1.20", THERE)


def test_where_everybody_may_start_a_time_trial_there_is_a_pause_between_two(monkeypatch):
    monkeypatch.setattr(trials, "_over", 100.0)
    assert trials.rest(101.0) == 0
    monkeypatch.setenv(trials.VARIABLE, "on")
    assert trials.rest(101.0) == trials.PAUSE - 1 and trials.rest(101.0 + trials.PAUSE) == 0


@pytest.mark.browser
def test_pages_work_under_the_policy_and_text_is_never_run_as_code(server, chromium):
    context = chromium.new_context(bypass_csp=False)
    page, wrong = context.new_page(), []
    page.on("console", lambda message: wrong.append(message.text) if "Content Security Policy" in message.text else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    for path in ("start", "lstm", "watch", "memory", "claims"):  # a lesson, components, figures of Plotly, tables
        page.goto(f"{server.url}/{path}")
        page.locator("h1").first.wait_for(timeout=30_000)
        page.locator(".stApp[data-test-script-state=notRunning]").wait_for(timeout=30_000)
    assert wrong == []
    later = "new Promise((tell) => setTimeout(() => { try { tell(eval('1')); } catch (error) { tell(error.name); } }))"  # not in Playwright's own evaluation
    assert page.evaluate(later) == "EvalError"
    context.close()
