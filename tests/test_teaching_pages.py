"""The pages for those who teach: the plan opens what it says, and the page on privacy names all that a browser keeps."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from gatelab import lessons, zoo
from gatelab.live.serving.turns import ROUTE
from gatelab.traces import trace
from gatelab.ui.languages import COOKIE
from gatelab.ui.path import TEACHING
from tests.browser import ROOT

NOTES = ROOT / "pages" / "notes"
STATIC = ROOT / "gatelab" / "live" / "static"
TEXTS = [path for folder in (NOTES, *(ROOT / "gatelab" / "languages").glob("*/notes")) for path in sorted(folder.glob("*.md"))]
PLAN = sorted(set(re.findall(r"\]\(([a-z-]+\?[^\s)]*)\)", (NOTES / "for-teachers.md").read_text(encoding="utf-8"))))


def names_in_code():
    """All names under which the code keeps something in a browser, with the files that name none."""
    found, silent = {COOKIE, ROUTE}, []
    for path in STATIC.rglob("*.js"):
        code = path.read_text(encoding="utf-8")
        if re.search(r"\b(localStorage|sessionStorage|document\.cookie)\b", code):
            names = re.findall(r'"(gatelab[:-][a-z:]+)"', "\n".join(line for line in code.splitlines() if line.startswith("const ")))
            found |= set(names)
            if not names:
                silent.append(path.name)
    return found, silent


def rows(path):
    """Name -> where it is kept, as the table says."""
    lines = re.findall(r"^\| (`.+?) \| (\w+) \|", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name.rstrip("…"): where for names, where in lines for name in re.findall(r"`([^`]+)`", names)}


@pytest.mark.parametrize("path", [path for path in TEXTS if path.name == "privacy.md"], ids=lambda path: path.parts[-3])
def test_the_page_on_privacy_names_what_a_browser_keeps_and_nothing_else(path):
    found, silent = names_in_code()
    assert not silent
    ours = {name for name in rows(path) if name.startswith("gatelab")}
    assert ours == found


def test_the_page_on_privacy_says_where_each_name_is_kept():
    table = rows(NOTES / "privacy.md")
    for path in STATIC.rglob("*.js"):
        code = path.read_text(encoding="utf-8")
        kinds = {kind for kind in ("localStorage", "sessionStorage") if kind in code}
        for name in set(re.findall(r'"(gatelab:[a-z:]+)"', code)) & table.keys():
            assert not kinds or table[name] in kinds, (path.name, name)


@pytest.mark.parametrize("link", [link for link in PLAN if not link.startswith("memory?")])
def test_each_link_of_the_plan_to_a_chapter_is_followed_to_the_last_field(link):
    parts = urlsplit(link)
    chapter = next(one for one in lessons.shipped() if one.name == parts.path)
    _, notes = lessons.opening(chapter, dict(parse_qsl(parts.query, keep_blank_values=True)))
    assert not notes


def test_the_numbers_of_the_plan_are_those_of_the_networks():
    text = "great and then we took the train to the city and then we walked along the road to the old house"
    assert sum(text.replace(" ", "%20") in link for link in PLAN) == 3
    plain, gated = (trace(zoo.load(f"sentiment-{cell}"), text).probs[:, 1] for cell in ("rnn", "lstm"))
    assert [round(float(100 * value)) for value in (plain[0], plain[-1], gated[-1])] == [88, 8, 97]
    food = "great food but the room is cold"
    assert trace(zoo.load("sentiment-lstm"), food)["f"][food.split().index("but"), zoo.opening("sentiment-lstm").unit] < 0.1


@pytest.mark.parametrize("place", [place for place in TEACHING if place.name != "in_class"], ids=lambda place: place.name)
def test_a_page_for_those_who_teach_shows_its_text(place, monkeypatch):
    monkeypatch.chdir(ROOT)
    app = AppTest.from_file(str(ROOT / "pages" / f"{place.name}.py"), default_timeout=60).run()
    assert not app.exception and app.title[0].value == place.title
    assert (NOTES / f"{place.path}.md").read_text(encoding="utf-8").strip() in [markdown.value.strip() for markdown in app.markdown]


@pytest.mark.parametrize(
    "path", [path for path in TEXTS if path.name in {f"{place.path}.md" for place in TEACHING}], ids=lambda path: "-".join(path.parts[-3:])
)
def test_a_link_from_a_text_leads_to_a_page(path):
    pages = {page.stem.replace("_", "-") for page in (ROOT / "pages").glob("*.py")}
    assert {re.split(r"[?#]", link)[0] for link in re.findall(r"\]\(([^\s)]+)\)", path.read_text(encoding="utf-8"))} <= pages
