"""What compose.yaml starts, without Docker: two servers of the whole app and a Redis behind nginx, under a path and a public name, reached by https."""

import http.client
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from socket import create_connection
from types import SimpleNamespace

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from gatelab.live import bundle
from gatelab.live.languages import addresses
from tests.browser import REDIS, ROOT, Server, free_port, require
from tests.classes import Client, Follower, reachable, until
from tests.proxy import NGINX, proxied

pytestmark = pytest.mark.browser  # it starts servers of its own

NAME = "gatelab.school.example"
TOLD = ("add_header Set-Cookie $new_route;", "add_header Set-Cookie $new_route; add_header X-Replica $upstream_addr always;")


class Visitor(Client):
    """One browser behind nginx: it comes by https under the public name, and keeps its cookie. `replica` is the port of the server that it came to."""

    base = "/gatelab"

    def __init__(self, port):
        self.port, self.headers = port, {"Host": NAME, "X-Forwarded-Proto": "https"}
        _, headers, _ = self.get("/_stcore/health")
        self.headers |= {"Cookie": "; ".join(cookie.partition(";")[0] for cookie in headers.get_all("Set-Cookie"))}
        self.replica = port_of(headers)

    def get(self, path, method="GET", body=None, **more):
        """Status, headers and body of an answer."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            connection.request(method, self.base + path, body, self.headers | more)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()


def port_of(headers):
    """The port of the server that answered: the last one, where nginx tried another before."""
    return int(headers["X-Replica"].rpartition(":")[2])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Two servers by their ports, the port of nginx before them, and its folder."""
    require("nginx", NGINX)
    require("redis-server", REDIS)
    folder, redis, started = tmp_path_factory.mktemp("site"), free_port(), {}
    with ExitStack() as stack:
        stack.callback(lambda: [server.process.kill() or server.process.wait(20) for server in started.values()])
        store = subprocess.Popen([REDIS, "--port", str(redis), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"], stdout=subprocess.DEVNULL)
        stack.callback(lambda: (store.kill(), store.wait(20)))
        reachable(redis, store)
        set_up = stack.enter_context(pytest.MonkeyPatch.context())
        set_up.setenv("GATELAB_REDIS_URL", f"redis://127.0.0.1:{redis}/0")
        set_up.setenv("GATELAB_HOSTS", NAME)

        def start(port):
            started[port] = Server(folder / f"{port}.log", port, base="gatelab")

        with ThreadPoolExecutor(2) as both:
            list(both.map(start, (free_port(), free_port())))
        port = stack.enter_context(proxied(folder, list(started), [TOLD]))
        yield SimpleNamespace(port=port, servers=started, folder=folder, start=start)


@pytest.fixture
def pair(site):
    """Two visitors, who came to different servers; one that another test killed is started again."""
    for port, server in list(site.servers.items()):
        if server.process.poll() is not None:
            site.start(port)
    first = Visitor(site.port)
    return first, until(lambda: next((other for other in [Visitor(site.port)] if other.replica != first.replica), None))


def session(visitor, page):
    """Open a page over Streamlit's websocket as a browser does: all that the server says until the page is there."""
    ask, said = BackMsg(), b""
    ask.rerun_script.page_name = page
    sent = {"Cookie": visitor.headers["Cookie"], "X-Forwarded-Proto": "https"}
    socket = create_connection(("127.0.0.1", visitor.port), timeout=20)
    with connect(
        f"ws://{NAME}/gatelab/_stcore/stream", sock=socket, origin=f"https://{NAME}", subprotocols=["streamlit"], additional_headers=sent, max_size=None
    ) as websocket:
        websocket.send(ask.SerializeToString())
        while True:
            heard = websocket.recv(timeout=30)
            message = ForwardMsg.FromString(heard)
            assert not (message.HasField("delta") and message.delta.new_element.WhichOneof("type") == "exception"), message
            said += heard
            if message.HasField("script_finished"):
                return said


def test_a_page_opens_with_its_files_and_shows_itself_over_the_websocket_on_both_servers(pair):
    for visitor in pair:
        status, headers, page = visitor.get("/")
        assert status == 200 and headers["Content-Type"].startswith("text/html") and b"<script" in page
        status, headers, file = visitor.get(f"/{bundle.ADDRESS}")
        assert status == 200 and "javascript" in headers["Content-Type"] and file.decode() == bundle.TEXT
        status, _, words = visitor.get(f"/{addresses()['es']}")
        assert status == 200 and json.loads(words)
        said = session(visitor, "watch")
        assert bundle.ADDRESS.encode() in said and b"Watch" in said


def test_the_image_s_check_of_health_knows_the_path(site, pair):
    written = re.search(r"HEALTHCHECK .*CMD (\[.*\])", (ROOT / "Dockerfile").read_text(encoding="utf-8"))[1]
    words = [sys.executable, *json.loads(written.replace(":7860", f":{pair[0].replica}"))[1:]]
    found = [
        subprocess.run(words, env=os.environ | {"STREAMLIT_SERVER_BASE_URL_PATH": path}, stderr=subprocess.DEVNULL).returncode
        for path in ("/gatelab", "gatelab", "/gatelab/", "", "/")
    ]
    assert found == [0, 0, 0, 1, 1]


def test_a_visitor_stays_with_one_server_over_every_kind_of_request(pair):
    for visitor in pair:
        for path in ("/", f"/{bundle.ADDRESS}", "/live/models", "/live/class/none/events", "/_stcore/health"):
            assert port_of(visitor.get(path)[1]) == visitor.replica


def test_security_headers_stand_on_every_answer_once_and_know_of_https(pair):
    visitor = pair[0]
    for path in ("/", "/live/models", "/_stcore/health", "/live/none"):
        _, headers, _ = visitor.get(path)
        for name in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy"):
            assert len(headers.get_all(name, [])) == 1, (path, name)
        assert f"wss://{NAME}" in headers["Content-Security-Policy"] and "gatelab_route" not in str(headers.get_all("Set-Cookie"))


def test_only_the_public_name_is_answered_and_metrics_are_closed(pair):
    visitor = pair[0]
    assert visitor.get("/", Host="evil.example")[0] == 421
    assert visitor.get("/_stcore/metrics")[0] == 404
    stranger = create_connection(("127.0.0.1", visitor.port), timeout=20)
    with pytest.raises(InvalidStatus), connect(f"ws://{NAME}/gatelab/_stcore/stream", sock=stranger, origin="https://evil.example", subprotocols=["streamlit"]):
        pass


def test_a_body_of_more_than_a_megabyte_is_refused_in_words(pair):
    status, _, said = pair[0].get("/live/class", "POST", b" " * (2**20 + 1))
    assert status == 413 and json.loads(said)["rule"] == "at most 1 MB"


def test_the_log_of_nginx_has_no_query_and_no_code_s_secret(site, pair):
    pair[0].get("/watch?text=a+secret+sentence", Authorization="Bearer a-secret-seat")
    log = until(lambda: text if "/gatelab/watch" in (text := (site.folder / "access.log").read_text()) else "")
    assert "secret" not in log and "?" not in log


def test_a_class_of_one_server_is_joined_followed_and_answered_through_the_other(pair):
    here, there = pair
    status, begun = here.ask("", {"view": {"path": "watch", "search": ""}})
    assert status == 201
    code, key = begun["code"], begun["key"]
    assert there.get(f"/c/{code}")[1]["Location"] == f"../in-class?code={code}"
    seat = there.ask(f"/{code}/join", {})[1]["seat"]
    teacher, student = Follower(here, code, key), Follower(there, code, seat)
    assert [port_of(follower.response.headers) for follower in (teacher, student)] == [here.replica, there.replica]
    until(lambda: teacher.told.get("count") == {"students": 1})
    took = []
    for step in range(5):
        said = {"path": "watch", "search": f"?step={step}"}
        began = time.monotonic()
        here.ask(f"/{code}/say", {"view": said}, key)
        until(lambda: student.told.get("view", {}).get("search") == said["search"])
        took.append(time.monotonic() - began)
    assert sorted(took)[2] < 1
    here.ask(f"/{code}/say", {"ask": {"kind": "direction", "words": "Up or down?"}}, key)
    until(lambda: student.told.get("asked"))
    assert there.ask(f"/{code}/answer", {"id": "1", "round": 1, "answer": "up"}, seat)[0] == 200
    until(lambda: teacher.told["rounds"][-1]["distribution"] == [1, 0, 0])
    here.ask(f"/{code}/say", {"end": True}, key)
    until(lambda: student.ended and teacher.ended)


def again(visitor, *asked):
    """What a page does with a small request: it asks again until the server takes it."""

    def taken():
        with suppress(OSError, http.client.HTTPException, ValueError):
            return visitor.ask(*asked)[0] == 200

    return until(taken)


def test_a_server_dies_and_every_answer_and_stream_is_found_again_at_the_other(site, pair):
    here, there = pair
    begun = here.ask("", {})[1]
    code, key = begun["code"], begun["key"]
    seats = [there.ask(f"/{code}/join", {})[1]["seat"] for _ in range(12)]
    teacher, student = Follower(here, code, key), Follower(there, code, seats[0])
    here.ask(f"/{code}/say", {"ask": {"kind": "choose", "words": "Which?", "options": ["a", "b"]}}, key)
    until(lambda: student.told.get("asked"))
    with ThreadPoolExecutor(4) as many:
        answers = [many.submit(again, there, f"/{code}/answer", {"id": "1", "round": 1, "answer": k % 2}, seat) for k, seat in enumerate(seats)]
        answers[2].result()
        site.servers[there.replica].process.kill()
        site.servers[there.replica].process.wait(20)
        assert all(answer.result() for answer in answers)
    until(lambda: student.ended)
    assert "gone" not in student.told  # so the page looks for the class again
    again(there, f"/{code}/join", {"seat": seats[0], "id": begun["id"]})
    student = Follower(there, code, seats[0])
    assert port_of(student.response.headers) == here.replica
    until(lambda: student.told.get("asked", {}).get("answered") == 12 and teacher.told["rounds"][-1]["distribution"] == [6, 6])
    assert here.get("/")[0] == there.get("/")[0] == 200 and session(there, "watch")
    here.ask(f"/{code}/say", {"end": True}, key)
    until(lambda: student.ended and teacher.ended)
