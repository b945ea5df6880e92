"""A visitor reads the app in a language: by the link, by choice, by the browser; the page and the server decide alike."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import Watched

HERE = ".gatelab-languages select"


@pytest.fixture
def visitor(chromium):
    """A page of a visitor whose browser speaks the language that is asked for; the test fails if anything goes wrong on it."""
    opened = []

    def visit(locale):
        context = chromium.new_context(viewport={"width": 1400, "height": 900}, locale=locale)
        context.add_init_script("localStorage.setItem('gatelab:tour', 'seen')")
        watched = Watched(context.new_page())
        watched.allowed = ("404",)  # Streamlit probes /watch/_stcore/health
        watched.asked = []
        watched.page.on("request", lambda request: watched.asked.append(request.url))
        opened.append((context, watched))
        return watched

    yield visit
    for context, watched in opened:
        context.close()
        assert not watched.wrong, "\n".join(watched.wrong)


def speaks(page, name):
    """The page's part in JavaScript and the server's, which wrote the list, speak a language."""
    expect(page.locator(HERE)).to_have_value(name, timeout=30_000)
    expect(page.locator("html")).to_have_attribute("lang", name, timeout=30_000)


def words(watched):
    return [url for url in watched.asked if re.search(r"/live/languages/", url)]


def test_an_english_visitor_asks_for_no_words(server, visitor):
    watched = visitor("en-US")
    watched.page.goto(f"{server.url}/glossary")
    speaks(watched.page, "en")
    assert not words(watched)


def test_the_browser_s_language_is_spoken_unless_the_link_says_another(server, visitor):
    watched = visitor("es-MX")
    watched.page.goto(f"{server.url}/glossary")
    speaks(watched.page, "es")
    assert len(words(watched)) == 1
    watched.page.goto(f"{server.url}/glossary?lang=fr")
    speaks(watched.page, "fr")
    watched.page.goto(f"{server.url}/glossary")  # the link counts until the browser is closed
    speaks(watched.page, "fr")


def test_a_choice_is_kept_and_leaves_the_link_as_it_is(server, visitor):
    page = visitor("en-US").page
    page.goto(f"{server.url}/questions?ask=hidden-size")
    speaks(page, "en")
    page.locator(HERE).select_option("es")
    speaks(page, "es")
    expect(page).to_have_url(f"{server.url}/questions?ask=hidden-size")
    page.goto(f"{server.url}/glossary")
    speaks(page, "es")


def test_a_language_that_there_is_not_leaves_the_next_one(server, visitor):
    page = visitor("fr-CA").page
    page.goto(f"{server.url}/glossary?lang=tlh")
    speaks(page, "fr")
