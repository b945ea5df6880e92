"""What the tests of a class share: servers with its routes alone (`python -m tests.classes PORT`), and readers of its events."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from typing import ClassVar

from tests.browser import ROOT, free_port


class Client:
    """Asks the routes of a class at a port of this machine; with headers of its own, and under a path, behind another web server."""

    port: int
    base = ""
    headers: ClassVar[dict[str, str]] = {}

    def url(self, address):
        return f"http://127.0.0.1:{self.port}{self.base}/live/class{address}"

    def ask(self, address, content=None, secret=None):
        """The status and the content of an answer."""
        request = urllib.request.Request(self.url(address), None if content is None else json.dumps(content).encode(), self.headers)
        if secret:
            request.add_header("Authorization", f"Bearer {secret}")
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status, json.loads(response.read())
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, json.loads(refused.read())


class Replica(Client):
    """A process that serves classes and nothing else.

    Args:
        redis: the URL of the Redis that it shares with others; "" for none.
    """

    def __init__(self, redis="", port=None):
        self.port = port or free_port()
        self.redis = redis
        self.start()

    def start(self):
        environment = os.environ | {"GATELAB_REDIS_URL": self.redis}
        self.process = subprocess.Popen([sys.executable, "-m", "tests.classes", str(self.port)], cwd=ROOT, env=environment)
        reachable(self.port, self.process)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        return self.process.wait(timeout=20)


class Follower:
    """Reads the events of a class in a thread: `told` has the newest of each kind, `all` all of them."""

    def __init__(self, client, code, secret):
        self.told, self.all, self.ended = {}, [], False
        self.connection = HTTPConnection("127.0.0.1", client.port, timeout=60)
        headers = client.headers | {"Authorization": f"Bearer {secret}", "Accept-Encoding": "gzip"}
        self.connection.request("GET", f"{client.base}/live/class/{code}/events", headers=headers)
        self.response = self.connection.getresponse()
        assert self.response.status == 200, self.response.read()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        name = None
        try:
            for line in self.response:
                key, _, value = line.decode().rstrip("\n").partition(": ")
                if key == "event":
                    name = value
                elif key == "data":
                    self.all.append((name, json.loads(value)))
                    self.told[name] = json.loads(value)
        except (OSError, HTTPException, ValueError, AttributeError):
            pass  # the server was killed, or this reader left
        self.response.close()
        self.connection.close()
        self.ended = True

    def leave(self):
        if self.connection.sock:
            self.connection.sock.shutdown(socket.SHUT_RDWR)
        self.thread.join(10)


def reachable(port, process, seconds=60):
    """Wait until a process takes connections."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"nothing answers at port {port}")


def until(check, seconds=15):
    """Wait until a check holds: what it returns."""
    deadline = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)
    return found


@contextmanager
def replicas(count, redis=""):
    """Several processes at once, ended at the end."""
    started = []
    try:
        for _ in range(count):
            started.append(Replica(redis))
        yield started
    finally:
        for replica in started:
            replica.kill()


def serve(port):
    import uvicorn
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.gzip import GZipMiddleware

    from gatelab.classroom.routes import CLASS, SHORT
    from gatelab.live.routes import served

    app = Starlette(routes=served("", CLASS, (SHORT,)), middleware=[Middleware(GZipMiddleware)])
    uvicorn.run(app, port=port, log_level="error")


if __name__ == "__main__":
    serve(int(sys.argv[1]))
