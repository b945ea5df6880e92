"""A real server and a real browser: fixtures for the tests that drive the app as a visitor does."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from gatelab.ui.path import GROUPS
from tests import lines

ROOT = Path(__file__).parents[1]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), None)
NODE = shutil.which("node")
REDIS = shutil.which("redis-server")
TSC = shutil.which("tsc", path=Path(sys.prefix) / "node_modules" / ".bin")
SKIP_NOTHING = os.environ.get("GATELAB_SKIP_NOTHING") == "1"
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")
PREINSTALLED = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
CHROMIUM = CHROMIUM or next((path for path in PREINSTALLED if Path(path).exists()), None)


STARTED = {"server", "chromium"}  # the fixtures that start a process which stays


def pytest_collection_modifyitems(items):
    """Mark each test that asks for a server or a browser, through whichever fixture: `make check` leaves these out."""
    for item in items:
        if STARTED & set(item.fixturenames):
            item.add_marker("browser")


def pytest_runtest_setup(item):
    Server.allowed = item.get_closest_marker("browser") is not None


def pytest_terminal_summary(terminalreporter):
    """Say loudly what was left out for want of a tool, and how to get it."""
    for tool, found, left_out, how in (
        ("Chromium", CHROMIUM, "every test in a real browser", "Debian, Ubuntu: apt-get install chromium; macOS: brew install chromium"),
        ("TypeScript", TSC, "the check of the JavaScript's types", "with npm installed: rm .venv/test-ready"),
        ("redis-server", REDIS, "the tests of a class on several servers", "Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis"),
        ("Node.js", NODE, "every test of the stage's JavaScript", "Debian, Ubuntu: apt-get install nodejs; macOS: brew install node"),
    ):
        if not found:
            terminalreporter.write_sep("!", f"NO {tool.upper()} FOUND: SKIPPED {left_out}", red=True, bold=True)
            terminalreporter.write_line(f"To run them, install it ({how}) and run `make test` again.")


def require(tool, found):
    """Skip a test for want of a tool, or fail it where nothing may be skipped."""
    if not found:
        (pytest.fail if SKIP_NOTHING else pytest.skip)(f"{tool} was not found")


class Server:
    """The app in a process of its own, on a free port of the loopback address; `root` is the folder that it stands in."""

    allowed = False  # whether the test that runs has the mark `browser`

    def __init__(self, log, port=None, root=ROOT, base=""):
        if not self.allowed:
            raise RuntimeError("a test that starts a server must have the mark: write @pytest.mark.browser above it")
        self.root = root
        self.base = base  # the path that the app is served under
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}/{base}".rstrip("/")
        self.log = log
        self.start()

    def start(self):
        command = [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            "app.py",
            "--server.headless",
            "true",
            "--server.address",
            "127.0.0.1",
            "--server.port",
            str(self.port),
            "--server.baseUrlPath",
            self.base,
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.root, stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 120  # two at once, on a busy machine
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1).close()
                if "URL: http" in self.said():  # the last line of Streamlit's greeting
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"the server did not start:\n{self.said()}")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)

    def said(self):
        return self.log.read_text(encoding="utf-8", errors="replace")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def keep_out_networks(page):
    """No checkpoint reaches the page, so the server answers every key."""
    page.route(re.compile(r"/live/models/.*\.safetensors"), lambda route: route.fulfill(body=""))


def go(page, title):
    """To another page by the navigation at the top, through the menu of its section where it stands in one: until the page before is gone."""
    group, place = next((group, place) for group, places in GROUPS.items() for place in places if place.title == title)
    before = page.get_by_role("heading", level=1).inner_text()
    there = place.path != "" and urlsplit(page.url).path.endswith(f"/{place.path}")
    if group:
        page.get_by_test_id("stTopNavSection").filter(has_text=group).click()
    page.get_by_test_id("stTopNavDropdownLink" if group else "stTopNavLink").filter(has_text=place.label).click()
    if not there:
        page.wait_for_function("(before) => (document.querySelector('h1')?.innerText ?? before) !== before", arg=before, timeout=30_000)
    finished(page)


def finished(page):
    """Wait until the page's script has run to its end: all its sentences, links and questions are there, and none of the page before."""
    page.wait_for_function(
        """document.querySelector("h1") && document.querySelector(".stApp")?.dataset.testScriptState === "notRunning"
          && !document.querySelector("[data-stale=true], [data-testid=stSkeleton]")""",
        timeout=30_000,
    )


def eventually(page, check, seconds=10):
    """Run a check of a page again until it holds: what a server, a worker or a timer brings comes when it comes. What the check returns."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return check()
        except AssertionError:
            if time.monotonic() > deadline:
                raise
        page.wait_for_timeout(50)


def show_more(page):
    """Open the controls that stand behind More, where a stage has such a button and it is not open."""
    more = page.get_by_role("button", name="More", exact=True)
    if more.count() and more.get_attribute("aria-expanded") == "false":
        more.click()


def copied_link(page):
    """The link that a stage copies, and its fields."""
    show_more(page)
    page.get_by_role("button", name="Copy").first.click()
    page.locator("button:has-text('Copied')").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    return link, {key: values[0] for key, values in parse_qs(urlsplit(link).query, keep_blank_values=True).items()}


@contextmanager
def running(log, root=ROOT, base=""):
    server = Server(log, root=root, base=base)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The app, for all tests of the session; anything that it says after its greeting is an error."""
    require("Chromium", CHROMIUM)
    with running(tmp_path_factory.mktemp("server") / "log") as server:
        greeting = server.said().strip()
        yield server
        if server.said().strip() != greeting:
            pytest.fail(f"the server's log: {server.said()}")


@pytest.fixture(scope="session")
def chromium():
    require("Chromium", CHROMIUM)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = lines.covered(playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET)))
        make = browser.new_context
        # Playwright's wait_for_function evaluates text, which the app's policy forbids; tests/test_serving.py opens pages under the policy.
        browser.new_context = lambda **options: make(**{"bypass_csp": True} | options)
        yield browser
        browser.close()


class Watched:
    """A page together with all that went wrong on it: console lines, script errors, requests that left the machine."""

    def __init__(self, page):
        self.page, self.wrong, self.allowed = page, [], ()
        page.on("console", lambda message: self.note(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.note(f"error: {error}"))
        page.on("dialog", lambda dialog: (self.note(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: self.check(request.url))

    def check(self, url):
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in ("127.0.0.1", "localhost"):
            self.note(f"left the machine: {url}")

    def note(self, what):
        if not any(part in what for part in self.allowed):
            self.wrong.append(what)


@pytest.fixture
def watched(chromium):
    """A new page in a clean browser; the test fails if anything stands in its console or leaves the machine."""
    context = chromium.new_context(viewport={"width": 1400, "height": 1900}, color_scheme="light")
    watched = Watched(context.new_page())
    yield watched
    context.close()
    if watched.wrong:
        pytest.fail("\n".join(watched.wrong))
