"""The lessons by Streamlit's AppTest: what stands on them, and where their sentences point. No JavaScript runs here, see test_lessons.py."""

import re
from urllib.parse import unquote

import numpy as np
import pytest
from safetensors.numpy import load
from streamlit.testing.v1 import AppTest

from gatelab import holds, lessons, sizes, zoo
from gatelab.cells import NAMES
from gatelab.live.endpoint import LIMIT
from gatelab.live.lesson import BACK, WALKS
from gatelab.live.wire import pack
from gatelab.traces import places, trace
from gatelab.ui.path import PLACES
from gatelab.words import FAMILY
from tests.browser import ROOT
from tests.lessons import carried
from tests.test_pages import page as told

PAGES = {
    "simple_rnn": ("sentiment-rnn", "prose-rnn"),
    "lstm": ("sentiment-lstm", "prose-lstm"),
    "gru": ("sentiment-gru", "sentiment-lstm", "sentiment-peephole", "sentiment-coupled", "sentiment-gru-cho"),
    "answers": ("sentiment-lstm", "prose-lstm"),
    "how_it_learns": ("sentiment-lstm", "sentiment-gru", "sentiment-rnn"),
}
LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")


@pytest.fixture(scope="module")
def app():
    """The whole app, on its first page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        yield AppTest.from_file(str(ROOT / "gatelab" / "shell.py"), default_timeout=60).run()


@pytest.fixture(params=PAGES)
def name(request):
    return request.param


def test_every_formula_of_a_chapter_follows_the_notation(name):
    (chapter,) = (lesson for lesson in lessons.shipped() if lesson.name == name.replace("_", "-"))
    assert chapter.models == PAGES[name] and chapter.formulas == ("gru" if name == "gru" else "lstm")


def opened(app, name, **link):
    app.session_state["visited"] = ""  # a visit of its own
    app.query_params.clear()
    for key, value in link.items():
        app.query_params[key] = value
    return app.switch_page(f"../pages/{name}.py").run()


def components(page):
    """The stage, and the cards of the questions."""
    stage, *cards = (component.proto for component in page.get("bidi_component"))
    assert stage.component_name.startswith("gatelab.lesson") and all(card.component_name.startswith("gatelab.ask") for card in cards)
    return stage, cards


def prose(page):
    return "\n\n".join(markdown.value for markdown in page.markdown)


def links(page):
    """What each sentence that points into the stage names: [{"step": "last", ...}]."""
    targets = [target for _, target in LINK.findall(prose(page)) if target.startswith("#look:")]
    return [dict(pair.split("=") for pair in target.removeprefix("#look:").split(";")) for target in targets]


def test_a_lesson_opens_without_a_word_of_complaint_on_a_first_picture_that_is_the_trace(app, name):
    page = opened(app, name)
    assert not page.exception and not page.error and not page.info and not page.text
    stage, cards = components(page)
    assert len(cards) >= 1 and len({card.bytes for card in cards}) == len(cards)
    arrays, about = load(stage.bytes), told(stage.bytes)
    first = PAGES[name][0]
    assert tuple(model["name"] for model in about["models"]) == PAGES[name]
    assert about["start"]["text"] == zoo.opening(first, name.replace("_", "-")).text and about["start"]["unit"] == zoo.opening(first).unit
    seen = trace(zoo.load(first), about["start"]["text"])
    expected = load(pack(seen, 0, compact=True))  # which is held against the trace itself in test_live_routes.py
    assert arrays.keys() == expected.keys() and len(seen)
    for key, array in expected.items():
        np.testing.assert_array_equal(arrays[key], array)


def test_the_chapter_on_the_gru_opens_on_the_gru_and_counts_weights_after_the_ideas(app):
    page = opened(app, "gru")
    assert told(components(page)[0].bytes)["models"][0]["name"] == "sentiment-gru"
    text = prose(page)
    assert (
        text.index("gated recurrent unit")
        < text.index("**update gate**")
        < text.index("**reset gate**")
        < text.index("**Peepholes.**")
        < text.index("| cell | learns |")
    )
    ideas = text.split("## From the LSTM")[0]
    assert {
        link.get("cell", "gru") for link in (dict(pair.split("=") for pair in target.removeprefix("#look:").split(";")) for _, target in LINK.findall(ideas))
    } == {"gru"}


RIDDLES = (
    "Asked when typing rests",
    "Asked at every key",
    "its row of W x",
    "is instructive",
    "upside down",
    "the whole trick",
    "everybody else",
    "stop caring",
    "the surer",
    "owes to",
    "narrow door",
    "lose the thread",
)
"""What was met in chapters and stages and understood by nobody, or is wrong in one of the two themes."""


def test_chapters_and_stages_speak_plainly():
    for path in [*(ROOT / "pages").glob("*.py"), *(ROOT / "pages").rglob("*.md"), *(ROOT / "gatelab" / "live" / "static").rglob("*.js")]:
        written = re.sub(r"^\s*(//|\*|/\*\*).*|\s// .*", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)  # what visitors read, not comments
        said = " ".join(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", written).split())
        assert not [riddle for riddle in RIDDLES if riddle in said], path


def test_a_lesson_is_read_in_some_minutes(app, name):
    """500 to 900 words, without formulas, tables, and where links lead to."""
    text = prose(opened(app, name))
    text = re.sub(r"\$\$.*?\$\$|\$[^$]*\$", " ", text, flags=re.DOTALL)
    text = "\n".join(line for line in LINK.sub(r"\1", text).splitlines() if not line.startswith("|"))
    assert 500 <= len(re.findall(r"[\w’'-]*\w", text)) <= 900


def test_formulas_are_closed_and_their_braces_balance(app, name):
    for markdown in opened(app, name).markdown:
        text = markdown.value
        assert text.count("$$") % 2 == 0 and text.replace("$$", "").count("$") % 2 == 0
        formulas = re.findall(r"\$\$(.*?)\$\$|\$([^$]+)\$", text, flags=re.DOTALL)
        for formula in (one or other for one, other in formulas):
            depth = 0
            for brace in re.findall(r"(?<!\\)[{}]", formula):
                depth += 1 if brace == "{" else -1
                assert depth >= 0, formula
            assert depth == 0 and formula.count(r"\left") == formula.count(r"\right"), formula
            assert "\n\n" not in formula, formula


def test_every_sentence_that_points_names_what_there_is(app, name):
    page = opened(app, name)
    cells = {zoo.load(model).spec.cell for model in PAGES[name]}
    assert len(links(page)) >= 5
    for link in links(page):
        assert set(link) <= {"step", "stage", "part", "cell", "model", "level", "text", "hold", "back", "wire", "right", "cut"} and link
        assert 0 < len(link.get("text", "a")) <= LIMIT
        assert link.get("cell", next(iter(cells))) in cells
        assert link.get("model", PAGES[name][0]) in PAGES[name]
        meant = {link["cell"]} if "cell" in link else {zoo.load(link["model"]).spec.cell} if "model" in link else cells
        how, _, value = link.get("step", "last").partition(":")
        assert (how in ("first", "last", "next", "moved") and not value) or (
            how in ("least", "most", "change") and all(value in NAMES[cell] for cell in meant)
        ), link
        assert all(0 <= int(link.get("stage", 0)) <= WALKS[cell] for cell in meant)
        assert int(link.get("level", 0)) in (0, 1, 2)
        held = unquote(link.get("hold", ""))
        assert any(holds.write(holds.parse(held, places(zoo.load(model)))[0]) == held for model in PAGES[name])
        assert any(link.get("wire", "d.h") in BACK[cell] for cell in meant)
        flows = [carried(model, "a") for model in PAGES[name] if zoo.load(model).spec.cell in meant]
        assert all(link.get("part", "h") in flow for flow in flows)


def test_a_sentence_that_points_into_another_chapter_leads_to_a_page_that_there_is(app, name):
    for _, target in LINK.findall(prose(opened(app, name))):
        assert target.startswith("#look:"), target
    for link in opened(app, name).get("page_link"):
        assert link.proto.page in {"", *(place.path for place in PLACES)}, link.proto.page


def test_questions_are_of_a_kind_that_one_of_the_models_can_be_asked(app, name):
    _, cards = components(opened(app, name))
    for card in cards:
        size = int.from_bytes(card.bytes[:8], "little")
        kind = re.search(rb'\\"kind\\": ?\\"([^\\]+)\\"', card.bytes[8 : 8 + size])[1].decode()
        how, _, value = kind.partition(":")
        assert how in ("lost", "written", "factor", "reset", "kept", "replaced", "squash", "held", "mover", "next", "gradient", "along"), kind
        cells = [zoo.load(model).spec.cell for model in PAGES[name]]
        assert not value or any(value in NAMES[cell] for cell in cells), kind


def test_the_table_of_the_cells_counts_what_the_checkpoints_hold(app):
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in prose(opened(app, "gru")).splitlines() if line.startswith("| ")]
    shown = {row[0]: row[2] for row in rows if row[0] not in ("cell", "---")}
    counted = {FAMILY[zoo.load(model).spec.cell]: sum(p.numel() for p in zoo.load(model).recurrent.parameters()) for model in PAGES["gru"]}
    assert shown == {called: f"{count:,}" for called, count in counted.items()}
    for model in PAGES["gru"]:
        parts = sizes.parts(zoo.load(model).spec)
        assert sum(part.count for part in parts) == zoo.card(model)["parameters"]


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ({"model": "prose-gru"}, "model must be one of"),
        ({"unit": "-1"}, "unit must be a number from 0 to"),
        ({"step": "0"}, "step must be a number from 1 to 2,000"),
        ({"stage": "5"}, "stage must be a number from 0 to"),
        ({"text": "no " * 700}, "text was cut: at most 2,000 characters fit, it has 2,100"),
        ({"model": "![](//evil.example/i.png)"}, "evil.example"),
    ],
    ids=str,
)
def test_a_wrong_link_opens_all_the_same_and_says_why(app, name, link, said):
    page = opened(app, name, **link)
    assert not page.exception and len(page.info) == 1 and said in page.text[0].value
    assert "evil" not in prose(page) and components(page)[0].bytes
    assert not opened(app, name).info  # and the next visit is as ever


def test_a_link_chooses_what_the_stage_opens_on(app):
    page = opened(app, "gru", model="sentiment-coupled", text="so it goes", unit="mean", step="2", stage="2")
    assert not page.info
    start = told(components(page)[0].bytes)["start"]
    assert start == {
        "text": "so it goes",
        "unit": None,
        "step": 1,
        "stage": 2,
        "level": 1,
        "part": None,
        "numbers": "on",
        "whatif": None,
        "hold": "",
        "after": "",
        "notation": None,
        "open": None,
        "hide": [],
        "film": None,
        "present": "off",
        "back": "off",
        "right": None,
        "wire": None,
        "cut": None,
        "against": None,
    }
    assert load(components(page)[0].bytes)["c"].shape == (3, zoo.load("sentiment-coupled").spec.hidden_size)
