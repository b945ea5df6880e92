"""What a visitor typed outlives a reload, Back, and the way to another page, on every page with a stage."""

import json

import pytest
from playwright.sync_api import expect

from gatelab import zoo
from tests.browser import go

PAGES = {
    "start": ("", "I liked it."),
    "watch": ("watch", "A sentence of my own."),
    "lstm": ("lstm", "the film was a boring waste of my time"),
    "compare": ("compare", "Another sentence of mine."),
    "memory": ("memory", "terrible and then we left"),
    "attention": ("attention", "7 mai 1987"),
    "self-attention": ("self-attention", "we are happy ."),
}
PAINTED = "window.addEventListener('gatelab:painted', ({detail}) => (window.painted = detail))"


class Tab:
    """A tab in which a visitor goes from page to page."""

    def __init__(self, page, url):
        self.page, self.url = page, url
        page.add_init_script(PAINTED)

    def open(self, path):
        self.page.goto(f"{self.url}/{path}")
        self.page.wait_for_function("window.painted !== undefined", timeout=30_000)

    def type(self, text):
        self.box.fill(text)
        self.wait_for(text)

    def wait_for(self, text):
        """Wait until box and picture show just this text."""
        self.page.wait_for_function("(text) => window.painted?.text === text", arg=text, timeout=20_000)
        expect(self.box).to_have_value(text)

    def reload(self):
        self.page.reload()
        self.page.wait_for_function("window.painted !== undefined", timeout=30_000)

    def go(self, name):
        """To another page, by the navigation at the top."""
        self.page.evaluate("delete window.painted")
        go(self.page, name)
        self.page.wait_for_function("window.painted !== undefined", timeout=30_000)

    def back(self):
        self.page.evaluate("delete window.painted")
        self.page.go_back()
        self.page.wait_for_function("window.painted !== undefined", timeout=30_000)

    @property
    def box(self):
        return self.page.locator("textarea")


@pytest.fixture
def tab(server, watched):
    watched.allowed = ("404",)  # Streamlit itself asks for /lstm/_stcore/health first
    return Tab(watched.page, server.url)


@pytest.mark.parametrize("page", PAGES)
def test_what_was_typed_is_there_after_a_reload(tab, page):
    path, text = PAGES[page]
    tab.open(path)
    tab.type(text)
    tab.reload()
    tab.wait_for(text)


@pytest.mark.parametrize("page", PAGES)
def test_what_was_typed_over_a_link_is_there_after_a_reload_and_the_link_opened_anew_is_whole(tab, page):
    path, text = PAGES[page]
    linked = {"attention": "3 juin 2001", "self-attention": "i am tired ."}.get(page, "From the link.")
    tab.open(f"{path}?text={linked}")
    tab.wait_for(linked)
    tab.type(text)
    tab.reload()
    tab.wait_for(text)
    tab.open(f"{path}?text={linked}")
    tab.wait_for(linked)


def test_an_emptied_box_stays_empty(tab):
    for path in ("", "lstm"):
        tab.open(path)
        tab.type("Some words.")
        tab.type("")
        tab.reload()
        tab.wait_for("")


def test_back_and_forward_bring_the_text_and_its_model(tab):
    tab.open("watch?text=From%20a%20link.")
    tab.page.get_by_label("Model", exact=True).select_option("code-lstm")
    tab.type("int mine = 1;")
    tab.go("Attention")
    tab.type("7 mai 1987")
    tab.back()
    tab.wait_for("int mine = 1;")
    tab.page.wait_for_function("window.painted.model === 'code-lstm'")
    tab.page.evaluate("delete window.painted")
    tab.page.go_forward()
    tab.wait_for("7 mai 1987")


def test_a_sentence_goes_along_to_the_pages_that_read_such_sentences(tab):
    tab.open("lstm")
    tab.type("not a bad film at all")
    for name in ("GRU", "Compare", "Watch"):
        tab.go(name)
        tab.wait_for("not a bad film at all")
    tab.go("Attention")
    tab.page.wait_for_function("window.painted?.output !== undefined")  # its stage, which reads other texts
    expect(tab.box).to_have_value(zoo.opening(zoo.models("attention")[0], "attention").text)


def test_damaged_and_denied_storage_opens_every_page_on_its_own_text(tab):
    damaged = [None, "", "5", "[]", '{"task": 5', json.dumps({"count": 1, "texts": {"english": 3}, "pages": {"/": {"text": 5}}})]
    tab.open("")
    opening = tab.box.input_value()
    for value in damaged:
        tab.page.evaluate("(value) => sessionStorage.setItem('gatelab:typed', value)", value)
        tab.reload()
        tab.wait_for(opening)
    tab.page.add_init_script("Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('denied', 'SecurityError'); } })")
    tab.reload()
    tab.wait_for(opening)
    tab.type("Typed without storage.")
