"""Pages without a server, in browsers that are cut from every network: they paint the numbers of the app, and typing works."""

import contextlib
import http.server
import threading
from functools import partial
from urllib.parse import urlencode

import pytest

from gatelab.standalone.page import page
from gatelab.standalone.site import site
from gatelab.ui.path import PLACES
from tests.browser import Watched, eventually, require, show_more
from tests.other_browsers import FIREFOX, WEBKIT, XVFB, firefox, wait, webkit
from tests.stage import StagePage
from tests.test_other_browsers import FOCUS

HEARD = "window.addEventListener('gatelab:painted', ({detail}) => { window.painted = detail; window.paints = (window.paints ?? 0) + 1; })"
LINKS = {
    "lstm": {"text": "not bad at all", "unit": "3", "hold": "f:all:2-:=1"},
    "how-it-learns": {"text": "not bad at all", "step": "2"},
    "compare": {"models": "sentiment-lstm,sentiment-rnn", "text": "the food was not bad", "step": "3"},
    "memory": {"models": "recall-lstm,recall-rnn", "text": "ab!cde?", "hold": "keep:all:all:=1"},
    "attention": {"model": "dates-additive", "text": "March 5, 2019", "step": "6"},
    "self-attention": {"model": "dates-transformer", "text": "March 5, 2019", "layer": "2", "head": "1"},
}
"""A page -> what a link to it chooses."""


@pytest.fixture
def cut(chromium):
    """A page in a browser without any network; the test fails if anything goes wrong on it."""
    context = chromium.new_context(viewport={"width": 1400, "height": 1900}, color_scheme="light", offline=True, accept_downloads=True)
    watched = Watched(context.new_page())
    watched.page.add_init_script(HEARD)
    yield watched.page
    context.close()
    assert not watched.wrong, "\n".join(watched.wrong)


def said(page):
    """All that stands on the board of a stage, and what its pictures say."""
    return page.evaluate(
        """() => {
          const all = (root) => [...root.querySelectorAll("*")].flatMap((one) => (one.shadowRoot ? [one, ...all(one.shadowRoot)] : [one]));
          const board = all(document).find((one) => one.matches(".board"));
          return [board.innerText, ...[...board.querySelectorAll("[aria-label]")].map((one) => one.getAttribute("aria-label"))].join("\\n");
        }"""
    )


def settled(page, text):
    """What is said once the picture of a text stands and nothing moves any more."""
    page.wait_for_function("(text) => window.painted?.text === text", arg=text, timeout=30_000)
    before = [""]

    def still():
        now, before[0] = before[0], said(page)
        assert now == before[0]
        return now

    return eventually(page, still)


@pytest.mark.browser
@pytest.mark.parametrize("name", LINKS)
def test_a_page_without_a_server_paints_what_the_app_paints(name, server, watched, cut, tmp_path):
    watched.allowed = ("404",)
    watched.page.add_init_script(HEARD)
    (tmp_path / "page.html").write_text(page(name, **LINKS[name]), encoding="utf-8")
    told = []
    for here, address in ((watched.page, f"{server.url}/{name}?{urlencode(LINKS[name])}"), (cut, (tmp_path / "page.html").as_uri())):
        here.goto(address)
        settled(here, LINKS[name]["text"])
        here.locator(".arriving[hidden]").wait_for(state="attached", timeout=30_000)  # the networks are in the page
        here.locator("textarea").first.fill(LINKS[name]["text"] + "e")  # in the app, too, the page computes what is typed
        told.append(set(settled(here, LINKS[name]["text"] + "e").split()))  # a narrower stage breaks its lines elsewhere
    assert told[0] == told[1]


def test_watch_without_a_server_has_the_colors_of_pythons_own_trace(cut, tmp_path):
    (tmp_path / "page.html").write_text(page("watch", model="prose-small", text="It is a truth"), encoding="utf-8")
    stage = StagePage(cut, (tmp_path / "page.html").as_uri(), "")
    stage.check_picture("It is a truth")
    stage.replace("not a truth")
    stage.check_picture("not a truth")


def test_the_way_back_is_computed_in_a_worker_without_a_server(cut, tmp_path):
    (tmp_path / "page.html").write_text(page("memory"), encoding="utf-8")
    cut.goto((tmp_path / "page.html").as_uri())
    cut.locator("textarea").fill("not bad at all")
    cut.wait_for_function("window.painted?.text === 'not bad at all'", timeout=30_000)


def test_what_stands_on_a_stage_is_saved_as_a_page_and_from_there_again(server, watched, cut, tmp_path):
    watched.allowed = ("404",)
    watched.page.add_init_script(HEARD)
    watched.page.goto(f"{server.url}/watch?model=prose-small&text=the+cat&unit=3")
    watched.page.wait_for_selector(".numbers:has-text('=')", timeout=30_000)
    watched.page.locator("textarea").fill("the cat sat </script>")
    watched.page.wait_for_function("window.painted.text === 'the cat sat </script>'")
    first = settled(watched.page, "the cat sat </script>")
    here = watched.page
    for name in ("first.html", "second.html"):
        show_more(here)
        here.get_by_role("button", name="Take along").click()
        with here.expect_download() as download:
            here.get_by_role("button", name="Save as a page").click()
        download.value.save_as(tmp_path / name)
        here = cut
        here.goto((tmp_path / name).as_uri())
        assert settled(here, "the cat sat </script>") == first
        here.wait_for_function("document.title.startsWith('“the cat sat </script>” · prose-small')")


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["Firefox", "WebKit"])
def test_a_page_without_a_server_works_in_other_browsers(kind, tmp_path):
    require(*(("Firefox", FIREFOX) if kind == "Firefox" else ("WebKitWebDriver", WEBKIT)))
    require("Xvfb", XVFB)
    (tmp_path / "page.html").write_text(page("watch", model="prose-small", text="It is"), encoding="utf-8")
    with contextlib.ExitStack() as stack:
        (tmp_path / "profile").mkdir()
        window = stack.enter_context((firefox if kind == "Firefox" else webkit)(tmp_path / "profile"))
        window.open((tmp_path / "page.html").as_uri())
        wait(window, "window.paints?.length")
        window.evaluate(FOCUS)
        window.type(" a")
        wait(window, "window.paints.at(-1) === 'It is a'")
        assert window.evaluate("window.wrong") == []


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves the files of a folder, as any host does."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("site") / "pages"
    list(site(made))
    return made


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.path)
def test_every_page_of_the_site_opens_from_a_disk(place, cut, folder):
    cut.add_init_script("localStorage.setItem('gatelab:tour', 'seen')")
    cut.goto((folder / ("index.html" if place is PLACES[0] else f"{place.path}.html")).as_uri())
    assert cut.locator("h1").count() == 1
    if cut.locator("[data-stage]").count():
        cut.wait_for_function("window.painted", timeout=60_000)
    if cut.locator("[data-figure]").count():
        cut.wait_for_selector(".main-svg", state="attached", timeout=60_000)


def test_a_link_of_the_site_is_read_in_the_page_and_its_colors_are_those_of_pythons_own_trace(cut, folder):
    stage = StagePage(cut, (folder / "watch.html").as_uri(), "?model=prose-small&text=not+a+truth&unit=3&shoe=1")
    stage.check_picture("not a truth", "prose-small")
    assert "shoe" in cut.locator(".notes").inner_text()


def test_a_sentence_of_a_lesson_moves_its_stage_and_a_question_can_be_answered(cut, folder):
    cut.goto((folder / "lstm.html").as_uri())
    cut.wait_for_function("window.painted", timeout=30_000)
    cut.get_by_role("link", name="forget gate").first.click()
    cut.wait_for_selector("button[aria-pressed=true]:has-text('1 Forget')")
    cut.get_by_role("button", name="Ask me").first.click()
    cut.locator(".choices button").first.click()
    cut.wait_for_selector(".told")


@pytest.mark.browser
def test_the_site_works_under_any_path_of_a_host(watched, folder):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder.parent))) as host:
        threading.Thread(target=host.serve_forever, daemon=True).start()
        watched.page.add_init_script(HEARD)
        watched.page.goto(f"http://127.0.0.1:{host.server_port}/pages/lstm.html?text=not+bad")
        watched.page.wait_for_function("window.painted?.text === 'not bad'", timeout=30_000)
        watched.page.get_by_role("link", name="Next:").click()
        watched.page.wait_for_function("window.painted", timeout=30_000)
        assert watched.page.url.endswith("/pages/gru.html")
        host.shutdown()
