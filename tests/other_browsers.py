"""Firefox and WebKit, driven through what each offers itself: WebDriver BiDi (w3.org/TR/webdriver-bidi), WebDriver (w3.org/TR/webdriver2).

Playwright drives only builds of its own of these two; here are those that Debian ships.
"""

import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from websockets.sync.client import connect

from tests.browser import free_port

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
WEBKIT = shutil.which("WebKitWebDriver")
XVFB = shutil.which("Xvfb")
"""WebKit's small browser has no way to run without a display: Xvfb is one that nobody sees."""

HEARING = """
window.wrong ??= (() => {
  const wrong = [];
  window.addEventListener("error", (event) => wrong.push(`error: ${event.message}`));
  window.addEventListener("unhandledrejection", (event) => wrong.push(`rejection: ${event.reason}`));
  for (const kind of ["error", "warn"]) {
    const own = console[kind];
    console[kind] = (...words) => (wrong.push(`console: ${words.join(" ")}`), own.apply(console, words));
  }
  return wrong;
})();
window.paints ??= (window.addEventListener("gatelab:painted", ({ detail }) => window.paints.push(detail.text)), []);
"""
"""What a page runs first: it keeps all that goes wrong, and the text of each picture."""


class Firefox:
    """A window of Firefox."""

    def __init__(self, socket):
        self.socket, self.sent = socket, 0
        self.ask("session.new", capabilities={})
        self.window = self.ask("browsingContext.getTree")["contexts"][0]["context"]
        self.ask("script.addPreloadScript", functionDeclaration="() => {" + HEARING + "}")

    def ask(self, method, **params):
        self.sent += 1
        self.socket.send(json.dumps({"id": self.sent, "method": method, "params": params}))
        while (answer := json.loads(self.socket.recv(timeout=60))).get("id") != self.sent:
            pass
        if answer["type"] == "error":
            raise RuntimeError(f"{method}: {answer['message']}")
        return answer["result"]

    def open(self, url):
        self.ask("browsingContext.navigate", context=self.window, url=url, wait="interactive")

    def evaluate(self, expression):
        """The value of an expression, as JSON has it."""
        found = self.ask("script.evaluate", expression=f"JSON.stringify({expression})", target={"context": self.window}, awaitPromise=False)
        if found["type"] == "exception":
            raise RuntimeError(found["exceptionDetails"]["text"])
        return json.loads(found["result"].get("value", "null"))

    def type(self, text):
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self.ask("input.performActions", context=self.window, actions=[{"type": "key", "id": "keys", "actions": keys}])


class WebKit:
    """A window of WebKit."""

    def __init__(self, address):
        options = {"binary": str(next(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))), "args": ["--automation"]}
        self.address = address
        made = self.ask("/session", capabilities={"alwaysMatch": {"pageLoadStrategy": "none", "webkitgtk:browserOptions": options}})
        self.address = f"{address}/session/{made['sessionId']}"

    def ask(self, path, **fields):
        request = urllib.request.Request(self.address + path, json.dumps(fields).encode(), {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as refused:
            with refused:
                raise RuntimeError(f"{path}: {json.load(refused)['value']}") from None

    def open(self, url):
        self.ask("/url", url="about:blank")
        wait(self, "location.href === 'about:blank'")
        self.ask("/url", url=url)
        wait(self, f"location.href.startsWith({json.dumps(url)})")
        self.run(HEARING)

    def run(self, script):
        """What a script returns; a page that goes while it runs hands it to the next one."""
        for _ in range(20):
            try:
                return self.ask("/execute/sync", script=script, args=[])
            except RuntimeError as gone:
                if "no such frame" not in str(gone):
                    raise
        raise RuntimeError(f"no page stayed for {script}")

    def evaluate(self, expression):
        """The value of an expression, as JSON has it."""
        return json.loads(self.run(f"return JSON.stringify({expression})") or "null")

    def type(self, text):
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self.ask("/actions", actions=[{"type": "key", "id": "keys", "actions": keys}])


def wait(browser, expression, seconds=60):
    """Wait until an expression is true in a browser's page."""
    deadline = time.monotonic() + seconds
    while not browser.evaluate(f"Boolean({expression})"):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not true after {seconds} s: {expression}; went wrong: {browser.evaluate('window.wrong')}")
        time.sleep(0.05)


@contextmanager
def ended(process):
    """End a process, and let go of what it said."""
    with process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=20)


@contextmanager
def firefox(folder):
    """Firefox with a profile of its own in a folder."""
    command = [FIREFOX, "--headless", "--no-remote", "--profile", str(folder), "--remote-debugging-port", str(free_port())]
    with ended(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)) as process:
        address = next(line.split()[-1] for line in process.stdout if "WebDriver BiDi listening on" in line)
        with connect(f"{address}/session", max_size=None) as socket:
            yield Firefox(socket)


@contextmanager
def webkit(_folder):
    """WebKit on a display that nobody sees."""
    with ended(
        subprocess.Popen([XVFB, "-displayfd", "1", "-screen", "0", "1400x1900x24"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    ) as display:
        shown = {"DISPLAY": f":{display.stdout.readline().strip()}", "PATH": "/usr/bin:/bin", "HOME": str(_folder)}
        port = free_port()
        with ended(subprocess.Popen([WEBKIT, f"--port={port}"], env=shown, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)):
            window = None
            for _ in range(100):
                try:
                    window = WebKit(f"http://127.0.0.1:{port}")
                    break
                except OSError:
                    time.sleep(0.1)
            yield window
            urllib.request.urlopen(urllib.request.Request(window.address, method="DELETE"), timeout=20).close()
