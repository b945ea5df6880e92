"""The pages in the order in which one may read them: one table, from which the navigation, Back and Next, and the first page's cards are made."""

from dataclasses import dataclass

import streamlit as st

from gatelab.folders import PAGES


@dataclass(frozen=True)
class Place:
    """A page of the app.

    Attributes:
        name: its file in `pages/`, without the suffix.
        title: what it is called; in a numbered group its number stands before it.
        shows: what one sees there, in one sentence.
    """

    name: str
    title: str
    shows: str = ""

    @property
    def path(self) -> str:
        """Where the page answers, after the app's own address and a slash."""
        return self.name.replace("_", "-")

    @property
    def label(self) -> str:
        """Its title, with its number where it has one."""
        numbered = [place.name for place in GROUPS[NUMBERED]]
        return f"{numbered.index(self.name) + 1} {self.title}" if self.name in numbered else self.title

    def link(self, label: str) -> None:
        """Put a link to this page on the page."""
        st.page_link(script(self.path), label=label)


NUMBERED = "Understand"
"""The group whose pages are chapters: read one after the other, they have numbers."""

GROUPS = {
    "": (Place("start", "Start"),),
    NUMBERED: (
        Place("simple_rnn", "Simple RNN", "The plainest network that reads: one list of numbers, made anew at every word."),
        Place("lstm", "LSTM", "A network with a memory, and three gates that say what is forgotten, written and shown."),
        Place("gru", "GRU", "The same idea with two gates, and what lies between it and the LSTM."),
        Place("answers", "One answer or many", "One network is asked at the end of a text, another one after every letter."),
        Place("attention", "Attention", "A network that translates looks back at the words it has read: which ones, at each word that it writes."),
        Place("self_attention", "Self-attention", "Every word looks at every other word: what a transformer does instead of remembering."),
        Place("how_it_learns", "How it learns", "The loss of one answer goes back from the last word to the first, gate by gate, on the same diagram."),
    ),
    "Experiment": (
        Place("watch", "Watch", "All units of a network at once, while you type, with the arithmetic behind each number."),
        Place("compare", "Compare", "Several networks read the same text: where do their answers differ?"),
        Place("memory", "Memory", "How long each network remembers what it has read, and why a simple RNN forgets."),
        Place("learn", "Learn", "Networks learn small tasks while you look: the loss falls, and the gates begin to mean something."),
    ),
    "Check": (Place("claims", "Claims", "What papers say of these networks, beside what was measured here."),),
    "Look up": (
        Place("questions", "Questions", "What students ask, each answered in a few sentences, with something to look at."),
        Place("glossary", "Glossary", "Every term in one sentence."),
    ),
}
"""Section of the navigation -> its pages. A page that is added here has its place in the navigation, its card, its Back and its Next."""

PLACES = tuple(place for group in GROUPS.values() for place in group)


def navigation() -> dict[str, list[st.Page]]:
    """The pages for `st.navigation`; the first one is the page that answers without a name, and answers to its name as well."""
    first, *_ = PLACES
    groups = {title: [_page(place, place.path) for place in group if place is not first] for title, group in GROUPS.items()}
    # A default page answers at / alone, whatever path it is given, so its name gets a page too.
    groups[""] = [_page(first, "first", default=True), _page(first, first.path, visibility="hidden"), *groups[""]]
    return groups


def script(path: str) -> str:
    """The file of a page, for `st.page_link` and `st.switch_page`.

    Args:
        path: where the page answers, e.g. "self-attention".
    """
    return str(PAGES / f"{path.replace('-', '_')}.py")


def _page(place, path, **options):
    return st.Page(script(place.path), title=place.label, url_path=path, **options)


def here(page: st.Page) -> Place:
    """The place of a page of `st.navigation`."""
    return next(place for place in PLACES if place.label == page.title)


def onward(place: Place) -> None:
    """Back and Next under a page, in the order of the navigation."""
    at = PLACES.index(place)
    with st.container(horizontal=True, key="onward"):
        if at:
            PLACES[at - 1].link(f"← Back: {PLACES[at - 1].label}")
        if at + 1 < len(PLACES):
            PLACES[at + 1].link(f"Next: {PLACES[at + 1].label} →")
