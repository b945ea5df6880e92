"""The pages in the order in which one may read them: one table, from which the navigation, Back and Next, and the first page's cards are made.

The chapters are in it by the heads of their files, see `gatelab.lessons`; somebody's own lessons stand in a group of their own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import streamlit as st

from gatelab import lessons
from gatelab.folders import PAGES
from gatelab.languages import marked, tr


@dataclass(frozen=True)
class Place:
    """A page of the app.

    Attributes:
        name: its file in `pages/`, without the suffix.
        title: what it is called, in English; in a numbered group its number stands before it.
        shows: what one sees there, in one sentence, in English.
        show: what puts the page there where it has no file.
    """

    name: str
    title: str
    shows: str = ""
    show: Callable[[], None] | None = None

    @property
    def path(self) -> str:
        """Where the page answers, after the app's own address and a slash."""
        return self.name.replace("_", "-")

    @property
    def called(self) -> str:
        """Its title in the visitor's language."""
        chapter = self._chapter
        return chapter.menu if chapter else tr(self.title)

    @property
    def seen(self) -> str:
        """What one sees there, in the visitor's language."""
        chapter = self._chapter
        return chapter.shows if chapter else tr(self.shows)

    @property
    def _chapter(self):
        """The chapter that stands there, or None."""
        return next((one for one in lessons.shipped() if one.name == self.path), None) if self.show is None else None

    @property
    def label(self) -> str:
        """Its title in the visitor's language, with its number where it has one."""
        numbered = [place.name for place in GROUPS[NUMBERED]]
        return f"{numbered.index(self.name) + 1} {self.called}" if self.name in numbered else self.called

    def link(self, label: str, fields: Mapping[str, str] | None = None) -> None:
        """Put a link to this page on the page, in a state that the fields of its link say."""
        st.page_link(_page(self, self.path) if self.show else script(self.path), label=label, query_params=fields)


NUMBERED = marked("Understand")
"""The group whose pages are chapters: read one after the other, they have numbers."""

OWN = marked("Your lessons")
"""The group of the lessons that `GATELAB_LESSONS` names."""

GROUPS = {
    "": (Place("start", marked("Start")),),
    NUMBERED: tuple(Place(lesson.name.replace("-", "_"), lesson.menu, lesson.shows) for lesson in lessons.shipped()),
    marked("Experiment"): (
        Place("watch", marked("Watch"), marked("All units of a network at once, while you type, with the arithmetic behind each number.")),
        Place("compare", marked("Compare"), marked("Several networks read the same text: where do their answers differ?")),
        Place("memory", marked("Memory"), marked("How long each network remembers what it has read, and why a simple RNN forgets.")),
        Place("learn", marked("Learn"), marked("Networks learn small tasks while you look: the loss falls, and the gates begin to mean something.")),
    ),
    marked("Check"): (Place("claims", marked("Claims"), marked("What papers say of these networks, beside what was measured here.")),),
    marked("Look up"): (
        Place("questions", marked("Questions"), marked("What students ask, each answered in a few sentences, with something to look at.")),
        Place("glossary", marked("Glossary"), marked("Every term in one sentence.")),
    ),
}
"""Section of the navigation, in English -> its pages. A page that is added here has its place in the navigation, its card, its Back and its Next."""

PLACES = tuple(place for group in GROUPS.values() for place in group)

TEACH = marked("Teach")
"""The group of the pages that need the app's server: the site of pages that need no Python has none of them."""

TEACHING = (
    Place("in_class", marked("In class"), marked("Start a class and show it what you see, or join the one of your teacher with its code.")),
    Place("for_teachers", marked("For teachers"), marked("How a class works, and a plan for 45 minutes: what to show, and what to ask before.")),
    Place("run_it", marked("Run it for your class"), marked("On a laptop, in a container or for a whole school, and how many students it carries.")),
    Place("privacy", marked("Privacy"), marked("What is sent, what is kept and for how long, so that a school can file it.")),
)
"""The pages of that group."""


def own() -> tuple[Place, ...]:
    """Somebody's own lessons, as their files stand now; the last place names the files that are left out, where there are some."""
    # `ui.lessons` puts links to places on a page, so it comes after this module.
    from gatelab.ui import lessons as shown

    found, left_out = lessons.own()
    places = [Place(lesson.name, lesson.menu, lesson.shows, partial(shown.lesson, lesson)) for lesson in found]
    if left_out:
        places.append(Place(lessons.LEFT_OUT, tr("Left out ({count})", count=len(left_out)), show=partial(_left_out, left_out)))
    return tuple(places)


def _hidden():
    """Pages that a link alone opens: the lesson that a link holds."""
    from gatelab.ui import lessons as shown  # as in `own`

    return (Place(lessons.SHARED, marked("A shared lesson"), show=shown.shared),)


def _left_out(errors):
    """The page that a teacher sees where a lesson breaks a rule. Messages may quote the file, so they are shown as they are, never as Markdown."""
    st.title(tr("Lessons that are left out"))
    st.markdown(tr("These files break a rule. Mend what is named here, and load this page again: nothing needs to be started anew."))
    for error in errors:
        st.code(str(error), language=None, wrap_lines=True)


def link(address: str, label: str, fields: Mapping[str, str]) -> None:
    """Put a link to a page, or to one of somebody's own lessons, on the page."""
    there = _at(address)
    if there is None:  # the file of an own lesson is gone, or broken by now
        st.caption(tr("{label}: not here now", label=label))
    else:
        there.link(label, fields)


def navigation() -> dict[str, list[st.Page]]:
    """The pages for `st.navigation`; the first one is the page that answers without a name, and answers to its name as well."""
    first, *_ = PLACES
    groups = {title: [_page(place, place.path) for place in group if place is not first] for title, group in GROUPS.items()}
    # A default page answers at / alone, whatever path it is given, so its name gets a page too.
    groups[""] = [_page(first, "first", default=True), _page(first, first.path, visibility="hidden"), *groups[""]]
    groups[""] += [_page(place, place.path, visibility="hidden") for place in _hidden()]
    groups[TEACH] = [_page(place, place.path) for place in TEACHING]
    mine = [_page(place, place.path) for place in own()]
    return {tr(title) if title else "": pages for title, pages in (groups | {OWN: mine} if mine else groups).items()}


def script(path: str) -> str:
    """The file of a page, for `st.page_link` and `st.switch_page`.

    Args:
        path: where the page answers, e.g. "self-attention".
    """
    return str(PAGES / f"{path.replace('-', '_')}.py")


def _page(place, path, **options):
    return st.Page(place.show or script(place.path), title=place.label, url_path=path, **options)


def here(page: st.Page) -> Place:
    """The place of a page of `st.navigation`."""
    return _at(page.url_path) or PLACES[0]


def _at(address):
    """The place with an address, or None."""
    return next((place for places in (lambda: PLACES, lambda: TEACHING, _hidden, own) for place in places() if place.path == address), None)


def onward(place: Place) -> None:
    """Back and Next under a page, in the order of the navigation; somebody's own lessons lead to each other."""
    places = PLACES if place in PLACES else own()
    names = [one.name for one in places]
    if place.name not in names:
        return
    at = names.index(place.name)
    with st.container(horizontal=True, key="onward"):
        if at:
            places[at - 1].link(tr("← Back: {page}", page=places[at - 1].label))
        if at + 1 < len(places):
            places[at + 1].link(tr("Next: {page} →", page=places[at + 1].label))
