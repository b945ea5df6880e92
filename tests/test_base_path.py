"""The app under a path, as behind a proxy of a school that serves other things beside it, and where its files do not come through."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from gatelab.live.bundle import ADDRESS
from tests.browser import CHROMIUM, go, require, running, show_more
from tests.families import NOTE
from tests.stage import StagePage


@pytest.fixture(scope="module")
def under_a_path(tmp_path_factory):
    require("Chromium", CHROMIUM)
    with running(tmp_path_factory.mktemp("server") / "log", base="gatelab") as server:
        yield server


@pytest.fixture
def behind_a_proxy(watched):
    """A page behind a proxy that passes what begins with /gatelab/ and nothing else; to ask for more fails the test."""
    watched.allowed = ("404",)  # Streamlit itself asks for /gatelab/<page>/_stcore/health first

    def pass_on(route):
        path = urlsplit(route.request.url).path
        if path.startswith("/gatelab/"):
            return route.continue_()
        watched.note(f"not passed on: {path}")
        route.abort()

    watched.page.route("**/*", pass_on)
    watched.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    watched.page.add_init_script(NOTE)
    return watched.page


def typed(page, text):
    """Type a text and wait for its picture."""
    page.locator("textarea").fill(text)
    page.wait_for_function("text => window.painted?.text === text", arg=text, timeout=10_000)


def test_watch_paints_under_a_path(under_a_path, behind_a_proxy):
    stage = StagePage(behind_a_proxy, under_a_path.url, "/watch")  # which waits for the weights as well
    stage.replace("typed under a path")
    stage.check_picture("typed under a path")


def test_a_lesson_s_deep_link_paints_under_a_path_and_its_link_opens_the_same(under_a_path, behind_a_proxy):
    page = behind_a_proxy
    page.goto(f"{under_a_path.url}/lstm?text=a+deep+link")
    page.wait_for_function("window.painted?.text === 'a deep link'", timeout=30_000)
    typed(page, "not a deep link but typed")
    page.locator(".board").press("ArrowLeft")
    show_more(page)
    page.locator("button:has-text('Copy link')").click()
    page.locator("button:has-text('Copied')").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert urlsplit(link).path == "/gatelab/lstm"
    told = page.locator(".story").inner_text()  # copied, so painted
    page.evaluate("sessionStorage.clear()")  # only what stands in the link comes back
    page.goto(link)
    page.wait_for_function("window.painted?.text === 'not a deep link but typed'", timeout=30_000)
    expect(page.locator(".story")).to_have_text(told, use_inner_text=True)


def test_the_other_pages_can_be_reached_and_asked_under_a_path(under_a_path, behind_a_proxy):
    page = behind_a_proxy
    page.goto(f"{under_a_path.url}/lstm")
    page.wait_for_function("window.painted !== undefined", timeout=30_000)
    for name, text in (("Compare", "all of them"), ("Memory", "do they recall"), ("Attention", "May 5, 2001"), ("Self-attention", "June 6, 2002")):
        go(page, name)
        page.wait_for_url(lambda url: url.split("?")[0] == f"{under_a_path.url}/{name.lower()}")  # what was typed may stand behind it
        page.wait_for_function("window.painted !== undefined", timeout=30_000)
        typed(page, text)


def test_a_stage_whose_files_do_not_come_says_so(server, watched):
    watched.allowed = ("ERR_FAILED", "Failed to", "error")
    watched.page.route("**/live/bundle/**", lambda route: route.abort())
    watched.page.goto(server.url)
    words = watched.page.get_by_role("alert").filter(has_text="did not start")
    words.wait_for()
    expect(words).to_contain_text(f"{server.url}/{ADDRESS}")
    expect(words).to_contain_text("Reload the page")
