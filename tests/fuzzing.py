"""What GateLab promises of every request, link, lesson file and answer, however strange; and the app's routes without a server, to try it on them."""

import asyncio
import json
import time
from typing import NamedTuple
from urllib.parse import unquote

from starlette.applications import Starlette

from gatelab import languages, lessons
from gatelab.classroom.limits import Limit
from gatelab.classroom.routes import CLASS, SHORT, ClassRoute
from gatelab.live.routes import served
from gatelab.live.serving import middleware
from gatelab.standalone.route import PAGES
from tests import strange

HANG = 1.0
"""Seconds that nothing may take."""

LONGEST = 4000
"""Most bytes of a refusal."""

NOTE = 1500
"""Most characters of a sentence about a link."""


class Answer(NamedTuple):
    """What came back; `seconds` of the processor where the app runs in this process, of the clock otherwise."""

    status: int
    body: bytes
    seconds: float


def fault(sent, answer):
    """What is wrong with an answer, or None: no 5xx, no hang, and what is refused under /live is so in three strings."""
    if answer.status >= 500:
        return f"status {answer.status}"
    if answer.seconds > HANG:
        return f"{answer.seconds:.1f} s"
    if b"Traceback" in answer.body:
        return "a traceback"
    ours = sent.address.startswith("/live/") and "\n" not in unquote(sent.address)  # which Streamlit answers
    refused = ours and answer.status >= 400 and sent.method != "HEAD"
    return _form(answer.body) if refused else None


def _form(body):
    try:
        said = json.loads(body)
    except ValueError:
        return f"a refusal that is no JSON: {body[:60]!r}"
    if not isinstance(said, dict) or set(said) != {"field", "rule", "got"} or not all(isinstance(value, str) for value in said.values()):
        return f"a refusal of another form: {body[:60]!r}"
    return "a long refusal" if len(body) > LONGEST else None


class NoServer:
    """The app's own routes with all that stands around them, in this process; a class runs. Use it as a context manager."""

    def __init__(self):
        self.app = Starlette(routes=served("", (*PAGES, *CLASS), (SHORT,)), middleware=middleware())
        self.runner = asyncio.Runner()

    def __enter__(self):
        self.limits = ClassRoute.limits
        ClassRoute.limits = Unlimited()
        self.begun = self.begin()
        return self

    def __exit__(self, *_):
        ClassRoute.limits = self.limits
        self.runner.close()

    def begin(self):
        """A new class, {"code", "key", "seat"}."""
        begun = json.loads(self.send("POST", "/live/class", body=b"{}").body)
        return begun | json.loads(self.send("POST", f"/live/class/{begun['code']}/join", body=b"{}").body)

    def ask(self, sent):
        """The answer to a request, and what is wrong with it."""
        answer = self.send(*sent.of(self.begun))
        return answer, fault(sent, answer)

    def send(self, method, address, headers=(), body=b""):
        """The answer to a request; of a stream of events, up to the first of them."""
        return self.runner.run(self._send(method, address, headers, body))

    async def _send(self, method, address, headers, body):
        path, _, query = address.partition("?")
        head = [(b"host", b"127.0.0.1"), (b"content-length", str(len(body)).encode())]
        head += [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
        scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http", "root_path": "", "headers": head}
        scope |= {"path": unquote(path), "raw_path": path.encode(), "query_string": query.encode(), "client": ("127.0.0.1", 50000), "server": ("127.0.0.1", 80)}
        messages, enough = [], asyncio.Event()
        coming = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive():
            if coming:
                return coming.pop()
            await enough.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            messages.append(message)
            if message["type"] == "http.response.body":
                enough.set()

        start = time.process_time()
        await asyncio.wait_for(self.app(scope, receive, send), 60)
        seconds = time.process_time() - start
        return Answer(messages[0]["status"], b"".join(message.get("body", b"") for message in messages[1:]), seconds)


def answered(app, kind, answer):
    """What comes back for a student's answer to a question of a kind, and what is wrong with it: in a class of its own, which is shown the counts, and ends.

    Raises:
        AssertionError: the teacher is refused.
    """
    begun = app.begin()
    teacher, student = ((("Authorization", f"Bearer {begun[who]}"),) for who in ("key", "seat"))
    at = f"/live/class/{begun['code']}"

    def say(**words):
        assert app.send("POST", f"{at}/say", teacher, json.dumps(words).encode()).status == 200

    say(ask={"kind": kind, "words": "Which?", "options": ["a", "b"], "tokens": ["a", "b", "c"]})
    sent = strange.Sent("POST", f"{at}/answer", student, strange.written({"id": "1", "round": 1, "answer": answer}))
    came = app.send(*sent)
    say(show=True)
    assert app.send("GET", f"{at}/events", teacher).status == 200
    say(end=True)
    return came, fault(sent, came)


class Unlimited:
    """No limits of how often: a test asks more than a class."""

    def __getattr__(self, name):
        return Limit(10**9, 10**9)


def read_link(stage, fields):
    """What a stage opens on by a link.

    Raises:
        AssertionError: a sentence about it is too long, or a hang.
    """
    given = {"models": ("prose-lstm", "prose-gru"), "page": "lstm"} if stage.name in ("lesson", "start") else {}
    start = time.process_time()
    opened, notes = stage.read(fields, **given)
    assert time.process_time() - start < HANG
    assert all(isinstance(note, str) and len(note) < NOTE for note in notes)
    json.dumps(stage.known(opened)["start"]).encode()
    return opened


def read_lesson(file):
    """Whether a file is a lesson; where it is none, the error says where.

    Raises:
        AssertionError: it hangs.
    """
    start = time.process_time()
    try:
        lessons.opening(lessons.read(file, "strange"), {})
        return True
    except lessons.LessonError as error:
        assert error.faults and str(error)
        return False
    finally:
        assert time.process_time() - start < HANG


def spoken(tag):
    """The language that a request with this tag is answered in.

    Raises:
        AssertionError: there is no such language.
    """
    name = languages.chosen(tag)
    assert name in languages.languages()
    return name
