"""Lessons as files: what one may hold, what is said of a fault, and how somebody's own stand beside the app's."""

import contextlib
import os
import random
import re
import time

import numpy as np
import pytest
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from gatelab import lessons, roles, zoo
from gatelab.lessons import LessonError, asking
from gatelab.lessons.__main__ import main
from gatelab.lessons.folder import FOLDER
from gatelab.traces import trace
from gatelab.ui.path import GROUPS, PLACES
from tests.browser import CHROMIUM, ROOT, require, running
from tests.lessons import LessonPage

STATIC = ROOT / "gatelab" / "live" / "static" / "lesson"

EXAMPLE = re.search(r"````markdown\n(.*?)````", (ROOT / "docs" / "lessons.md").read_text(encoding="utf-8"), re.DOTALL)[1]
"""The complete example of the guide."""

WHOLE = """# All that there is
menu: All
shows: Every mark once.
order: 2.5
models: sentiment-gru, sentiment-lstm
opens: level=0&unit=3
formulas: gru

Prose with [a step](#look:step=most:z;stage=3), [a page](lstm?step=3), [an address](https://example.org/a_(b)) and {{turns lstm}} %.

```
figure: no mark, but code, with a [link](nowhere)
```

if notation turned: It takes.

if notation not turned: It keeps,
on two lines.

ask: kept:z

question: Why? | Because of *this*:

- Markdown.

figure: squashing

figure: parameters

see: The words | compare?models=prose-lstm%2Cprose-gru&text=so+it+goes
see: More words | glossary

---

## Below

tab: One

figure: measured recall

tab: Two

figure: scores prose-lstm, prose-gru

### After

figure: lengths dates-additive, dates-none | How well they do

caption: Small print.
"""


def own(text):
    return lessons.read(text, "own", known())


def known():
    return {lesson.name: lessons.Page(lesson.stage, lesson.models) for lesson in lessons.shipped()}


# Reading


def test_each_mark_becomes_a_block_in_its_place():
    lesson = own(WHOLE)
    assert (lesson.name, lesson.title, lesson.menu, lesson.shows, lesson.order) == ("own", "All that there is", "All", "Every mark once.", 2.5)
    assert (lesson.stage, lesson.models, lesson.formulas) == ("lesson", ("sentiment-gru", "sentiment-lstm"), "gru")
    assert lesson.opens == {"level": "0", "unit": "3"}
    kinds = [type(block).__name__ for block in lesson.blocks]
    assert kinds == ["Prose", "Prose", "Prose", "Ask", "Question", "Prose", "Figure", "Figure", "Link", "Link"]
    below, tabs, after, figure, caption = lesson.below
    assert below.text == "## Below" and [(tab.title, tab.blocks[0].kind) for tab in tabs.tabs] == [("One", "measured"), ("Two", "scores")]
    assert after.text == "### After" and figure.said == "How well they do" and caption.text == "Small print."
    assert lesson.blocks[7].names == lesson.models and lesson.blocks[8].see.fields == {"models": "prose-lstm,prose-gru", "text": "so it goes"}
    assert lesson.blocks[9].see.page == "glossary" and lesson.blocks[3].kind == "kept:z"
    assert [block.turned for block in lesson.blocks[:3]] == [None, True, False] and "on two lines" in lesson.blocks[2].text


def test_each_block_says_in_which_line_it_stands():
    lines = WHOLE.split("\n")
    for block in own(WHOLE).all_blocks():
        first = block.see.label if isinstance(block, lessons.Link) else getattr(block, "text", getattr(block, "kind", getattr(block, "asks", "tab")))
        assert first.split("\n")[0] in lines[block.line - 1]


def test_windows_line_ends_and_a_byte_order_mark_change_nothing():
    assert lessons.read(("\ufeff" + WHOLE.replace("\n", "\r\n")).encode(), "own", known()) == own(WHOLE)


def test_formulas_are_written_in_the_notation_and_measured_numbers_filled_in():
    lesson = own(WHOLE)
    text = lessons.written("$z_t \\odot h_{t-1}$ {{turns lstm}}", lesson, "colah")
    assert text == f"$z_{{t}} \\odot h_{{t-1}}$ {100 * zoo.card('sentiment-lstm')['turns']['score']:.0f}"
    assert lessons.written("$h_t$", lesson, "deeplearning") == "$c^{\\langle t \\rangle}$"  # all that a GRU keeps is c there
    assert lessons.stands(lesson.blocks[1], "colah") and not lessons.stands(lesson.blocks[1]) and lessons.stands(lesson.blocks[2])


FAULTS = [
    ("# All that there is", "All that there is", 1, "the first line must be the title"),
    ("# All that there is", "# **All**", 1, "title must be plain words"),
    ("menu: All", "menue: All", 2, "did you mean 'menu'?"),
    ("menu: All", "no field", 2, "a line of the head must be 'field: value'"),
    ("menu: All", "menu: All\nmenu: All", 3, "menu must stand once"),
    ("menu: All", "menu: [x](javascript:alert(1))", 2, "menu must be plain words"),
    ("order: 2.5", "order: first", 4, "order must be a number"),
    ("models: sentiment-gru", "models: sentimental-gru", 5, "did you mean 'sentiment-gru'?"),
    ("models: sentiment-gru, ", "models: sentiment-lstm, ", 5, "all different"),
    ("models: sentiment-gru, sentiment-lstm", "models: ", 5, "models must be 1 to 8 names"),
    ("models: sentiment-gru, sentiment-lstm", "models: dates-additive", 5, "a model of a lesson must be"),
    ("formulas: gru", "stage: lessen", 7, "did you mean 'lesson'?"),
    ("formulas: gru", "formulas: grus", 7, "did you mean 'gru'?"),
    ("level=0", "level=9", 6, "level must be a number from 0 to 2: got '9'"),
    ("level=0", "levels=0", 6, "'levels'"),
    ("level=0", "level", 6, "field=value"),
    ("step=most:z", "step=most:f2", 9, "step must be first, last, next, moved"),
    ("step=most:z", "stepp=last", 9, "did you mean 'step'?"),
    ("step=most:z", "part=q", 9, "part must be one of"),
    ("step=most:z", "cell=lstn", 9, "did you mean 'lstm'?"),
    ("step=most:z", "model=prose-lstm", 9, "model, of those of this lesson, must be one of"),
    ("step=most:z", "hold=z:all:all:2", 9, "2"),
    ("step=most:z", "unit=4000", 9, "unit must be a number"),
    ("step=most:z", "step", 9, "#look: must be field=value"),
    ("stage=3", "stage=8", 9, "stage must be a number"),
    ("(lstm?step=3)", "(lsmt?step=3)", 9, "did you mean 'lstm'?"),
    ("(lstm?step=3)", "(lstm?step=0)", 9, "step must be a number"),
    ("(lstm?step=3)", "(javascript:alert(1))", 9, "a link must lead to"),
    ("(lstm?step=3)", "(../../etc/passwd)", 9, "a link must lead to"),
    ("(lstm?step=3)", "(//example.org)", 9, "a link must lead to"),
    ("[a page](lstm?step=3)", "<javascript:alert(1)>", 9, "a link must lead to"),
    ("Small print.", "Small print.\n\n[x]: data:text/html,x", 51, "a link must lead to"),
    ("[a page](lstm?step=3)", "![a picture](https://example.org/i.png)", 9, "a picture cannot be fetched"),
    ("{{turns lstm}}", "{{turn lstm}}", 9, "did you mean 'turns lstm'?"),
    ("```\n\nif", "\n\nif", 11, "the code that begins here has no end"),
    ("ask: kept:z", "ask: kept:f2", 20, "did you mean 'kept:f'?"),
    ("ask: kept:z", "ask: next", 20, "ask, for the models of this lesson, must be one of"),
    ("ask: kept:z", "aks: kept:z", 20, "did you mean 'ask'?"),
    ("ask: kept:z", "ask: kept:z\nask: kept:z", 21, "must stand once"),
    ("ask: kept:z", "ask:", 20, "ask must be followed by"),
    ("ask: kept:z", "Prose.\nask: kept:z", 21, "put an empty line before it"),
    ("question: Why? |", "question: Why?", 22, "question must be 'the question | the answer'"),
    ("figure: squashing", "figure: squashings", 26, "did you mean 'squashing'?"),
    ("figure: squashing", "figure: squashing prose-lstm", 26, "needs no names"),
    ("figure: measured recall", "figure: measured recalls", 39, "did you mean 'recall'?"),
    ("figure: scores prose-lstm", "figure: scores prose-lsm", 43, "did you mean 'prose-lstm'?"),
    ("| compare?", "| compares?", 30, "did you mean 'compare'?"),
    ("models=prose-lstm%2C", "models=prose-lstmm%2C", 30, "models must be"),
    ("| glossary", "| glossary?term=x", 31, "glossary does not know the field 'term'"),
    ("The words |", "The words", 30, "see must be 'the words | page"),
    ("## Below", "# Below", 35, "a heading must be"),
    ("Small print.", "Small\x00 print.", 49, "plain text"),
]


@pytest.mark.parametrize(("old", "new", "line", "said"), FAULTS, ids=[f"{k}-{new[:20]!r}" for k, (_, new, _, _) in enumerate(FAULTS)])
def test_a_fault_is_named_with_file_and_line_and_the_nearest_name(old, new, line, said):
    assert WHOLE.count(old) >= 1
    with pytest.raises(lessons.LessonError) as caught:
        own(WHOLE.replace(old, new, 1))
    error = caught.value
    found = [fault.line for fault in error.faults if said in fault.said]
    assert error.file == "own.md" and found == [line], str(error)
    assert f"own.md:{line}: " in str(error)


def test_all_faults_are_named_at_once():
    with pytest.raises(lessons.LessonError) as caught:
        own(WHOLE.replace("level=0", "level=9").replace("ask: kept:z", "aks: x").replace("{{turns lstm}}", "{{turns}}"))
    assert [fault.line for fault in caught.value.faults] == [6, 9, 20]


def test_a_file_that_is_too_large_or_not_utf_8_is_refused():
    with pytest.raises(lessons.LessonError, match="at most 100,000 bytes"):
        own(WHOLE + "x" * lessons.LARGEST)
    with pytest.raises(lessons.LessonError, match=r"own\.md:3: a lesson must be written in UTF-8"):
        own(WHOLE.replace("Every", "\xe9very").encode("latin-1"))


def test_other_stages_choose_their_models_by_what_they_open_on():
    lesson = own("# Dates\nstage: attention\nopens: model=dates-none&text=May\n\nText.")
    start, notes = lessons.opening(lesson, {})
    assert (start.model, start.text, notes) == ("dates-none", "May", [])
    for head, said in (
        ("stage: watch\nmodels: prose-lstm", "models are of the stage lesson"),
        ("stage: memory\nopens: models=prose-lstm", "models must be 2 to 5"),
    ):
        with pytest.raises(lessons.LessonError, match=said):
            own(f"# A title\n{head}\n\nText.")
    with pytest.raises(lessons.LessonError, match="this one has another stage"):
        own("# A title\nstage: watch\n\n[x](#look:step=1)")


def test_what_a_lesson_opens_on_gives_way_to_the_visitor_s_link():
    lesson = own("# T\nmodels: sentiment-lstm, sentiment-rnn\nopens: text=not%20bad&step=2&unit=5&hold=f:all:all:%3D1\n\nText.")
    start, notes = lessons.opening(lesson, {})
    assert (start.model, start.text, start.step, start.unit, start.hold, notes) == ("sentiment-lstm", "not bad", 1, 5, "f:all:all:=1", [])
    start, notes = lessons.opening(lesson, {"model": "sentiment-rnn", "step": "1"})
    assert (start.model, start.text, start.step, start.hold, notes) == ("sentiment-rnn", "not bad", 0, "", [])


# The tables of the page and of Python


def test_kinds_of_questions_and_fields_of_links_are_those_of_the_page():
    source = (STATIC / "questions.js").read_text(encoding="utf-8")
    kinds = re.findall(r"^  (\w+): \{ about:", source, re.MULTILINE)
    assert sorted(kinds) == sorted(lessons.KINDS)
    judged = re.search(r"const JUDGED = \[(.*?)\]", (STATIC / "asking.js").read_text(encoding="utf-8"))[1]
    assert sorted(re.findall(r'"(\w+)"', judged)) == sorted(asking.JUDGED)
    fields = re.search(r"const FIELDS = \[(.*?)\]", (STATIC / "looks.js").read_text(encoding="utf-8"))[1]
    assert tuple(re.findall(r'"(\w+)"', fields)) == lessons.LOOK


def test_a_question_names_what_the_cell_has():
    for cell in roles.ROLES:
        for how in asking.NAMED:
            assert set(asking.names(how, cell)) <= set(roles.of(cell).names)
    assert asking.names("lost", "lstm") == ("f",) == asking.names("written", "mgu") and asking.names("written", "gru") == ("z",)
    assert not asking.names("lost", "rnn") and asking.names("squash", "rnn") == ("h",)


def test_links_may_lead_to_every_page_of_the_app():
    assert set(lessons.pages()) | set(known()) == {place.path for place in PLACES}
    assert [lesson.menu for lesson in lessons.shipped()] == [place.title for place in GROUPS["Understand"]]


def test_every_model_that_is_offered_for_a_lesson_opens():
    from gatelab.live.stages import STAGES

    with pytest.raises(lessons.LessonError) as caught:
        own("# T\nmodels: nothing\n\nText.")
    assert "prose-lstm" in str(caught.value)
    for name in ("code-lstm", "names-lstm", "names-gru", "prose-small", "sentiment-gru-cho"):
        lesson = own(f"# T\nmodels: {name}\n\nText.")
        assert len(STAGES["lesson"].first_picture(lessons.opening(lesson, {})[0])) > 1000


# The guide


def test_the_guide_s_example_is_a_lesson_and_says_what_is_so():
    lesson = lessons.read(EXAMPLE, "but", known())
    start, notes = lessons.opening(lesson, {})
    assert not notes and start.step == 2
    seen = trace(zoo.load("sentiment-lstm"), start.text)
    gates = seen["f"][:, start.unit]
    assert seen.tokens[int(np.argmin(gates))] == "but" and gates.min() < 0.1


def test_the_guide_names_every_field_mark_figure_and_question():
    guide = (ROOT / "docs" / "lessons.md").read_text(encoding="utf-8")
    for name in lessons.HEAD:
        assert f"| `{name}` |" in guide
    for mark in lessons.MARKS:
        assert f"| `{mark}: " in guide
    for kind in lessons.FIGURES:
        assert f"figure: {kind}" in guide
    for kind in lessons.KINDS:
        assert re.search(rf"`{kind}[:`]", guide), kind
    for name in lessons.LOOK:
        assert re.search(rf"\| .*`{name}`.* \|", guide), name


# Damaged files


BITS = [
    "[",
    "](",
    ")",
    "![",
    "#look:",
    ";",
    "=",
    "&",
    "%",
    "%00",
    "{{",
    "}}",
    "$",
    "$$",
    "```",
    "~~~",
    "`",
    "---",
    "\n",
    "\n\n",
    "|",
    "?",
    ":",
    "ask: ",
    "tab: ",
    "see: ",
    "figure: ",
]
BITS += [
    "<script>",
    "javascript:",
    "\x00",
    "\ud800",
    "\u2028",
    "\u202e",
    "é",
    "😀",
    "\t",
    " " * 40,
    "a" * 300,
    "# ",
    "models: ",
    "opens: ",
    "order: ",
    "if notation turned: ",
]


def damaged(draw, text):
    """A file in which one to eight things went wrong."""
    for _ in range(draw.randint(1, 8)):
        at, to = sorted((draw.randrange(len(text) + 1), draw.randrange(len(text) + 1)))
        to = min(to, at + draw.choice((1, 3, 40)))
        how = draw.randrange(5)
        if how == 0:
            text = text[:at] + text[to:]
        elif how == 1:
            text = text[:at] + draw.choice(BITS) + text[at:]
        elif how == 2:
            text = text[:at] + draw.choice(BITS) + text[to:]
        elif how == 3:
            text = text[:at] + text[at:to] * 3 + text[to:]
        else:
            lines = text.split("\n")
            draw.shuffle(lines)
            text = "\n".join(lines)
        text = text[:20_000]
    return text


def test_a_damaged_file_is_a_lesson_or_says_what_is_wrong():
    """Three thousand of them, from the same seed each time."""
    draw, there = random.Random(15), known()
    sources = [WHOLE, EXAMPLE, *(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md"))]
    fine = 0
    for _ in range(3000):
        text = damaged(draw, draw.choice(sources))
        began = time.perf_counter()
        try:
            lesson = lessons.read(text, "own", there)
            for block in lesson.all_blocks():
                for letters in ("pytorch", "colah"):
                    lessons.written(getattr(block, "text", ""), lesson, letters)
            lessons.opening(lesson, {})
            fine += 1
        except lessons.LessonError as error:
            lines = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
            assert error.faults and all(1 <= fault.line <= lines for fault in error.faults)
        assert time.perf_counter() - began < 3, text
    assert 100 < fine < 2900


def test_bytes_of_any_kind_are_refused_or_read():
    draw, there = random.Random(16), known()
    for _ in range(500):
        body = bytearray(WHOLE.encode())
        for _ in range(draw.randint(1, 6)):
            body[draw.randrange(len(body))] = draw.randrange(256)
        try:
            lessons.read(bytes(body), "own", there)
        except lessons.LessonError as error:
            assert error.faults


@pytest.mark.parametrize(
    "bit",
    [
        "[",
        "](",
        "![",
        "[x](#look:a=1;",
        "](lstm?a=",
        "{{",
        "{{x}}",
        "$",
        "$$",
        "$W_{i",
        "`",
        "``` ",
        "<a:",
        "\n[",
        "\n[x]: ",
        "\nask: x\n",
        "\n\nask: x\n",
        "\n\nx: y",
        "(",
        "| ",
        "a;a=",
        "\\,",
    ],
)
def test_a_large_file_of_nothing_but_one_thing_is_read_soon(bit):
    text = "# T\nmodels: prose-lstm\n\nText. " + bit * ((lessons.LARGEST - 100) // len(bit))
    began = time.perf_counter()
    try:
        lesson = own(text)
        for block in lesson.blocks:
            lessons.written(getattr(block, "text", ""), lesson, "colah")
    except lessons.LessonError:
        pass
    assert time.perf_counter() - began < 5


# Folders


def write(folder, **files):
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.md").write_text(text, encoding="utf-8")
    return folder


def test_a_folder_gives_its_lessons_in_order_and_names_what_is_left_out(tmp_path):
    write(tmp_path, zebra=EXAMPLE, ant=EXAMPLE.replace("order: 1", "order: 3"), bad="No title")
    found = lessons.contents(tmp_path, lessons.shipped())
    assert [lesson.name for lesson in found.lessons] == ["zebra", "ant"]
    assert str(found.left_out[0]).startswith("bad.md:1: ")


def test_lessons_of_a_folder_may_point_at_each_other(tmp_path):
    write(tmp_path, one=f"{EXAMPLE}\nsee: Go on | two?step=2\n", two=EXAMPLE, three=f"{EXAMPLE}\nsee: Go on | four\n")
    found = lessons.contents(tmp_path, lessons.shipped())
    assert [lesson.name for lesson in found.lessons] == ["one", "two"] and "must be one of" in str(found.left_out[0])


def test_nothing_outside_the_folder_is_read(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    (tmp_path / "secret.md").write_text(EXAMPLE, encoding="utf-8")
    (folder / "away.md").symlink_to(tmp_path / "secret.md")
    (folder / "gone.md").symlink_to(tmp_path / "nowhere.md")
    (folder / "folder.md").mkdir()
    (folder / "deeper").mkdir()
    write(folder / "deeper", inside=EXAMPLE)
    os.mkfifo(folder / "pipe.md")
    found = lessons.contents(folder, lessons.shipped())
    assert not found.lessons and [error.file for error in found.left_out] == ["away.md", "folder.md", "gone.md", "pipe.md"]
    assert all("a lesson must be a file in the folder itself" in str(error) for error in found.left_out)


@pytest.mark.parametrize("name", ["lstm", "watch", "start", "left-out", "Big", "a b", "x" * 70, "..", "é"])
def test_a_name_that_can_be_no_address_of_its_own_is_refused(tmp_path, monkeypatch, name):
    (tmp_path / f"{name}.md").write_text(EXAMPLE, encoding="utf-8")
    monkeypatch.setenv(lessons.SETTING, str(tmp_path))
    found = lessons.own()
    assert not found.lessons and len(found.left_out) == 1


def test_a_folder_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv(lessons.SETTING, str(tmp_path / "typo"))
    assert "there is no folder of this name" in str(lessons.own().left_out[0])
    monkeypatch.setenv(lessons.SETTING, "")
    assert lessons.own() == lessons.Contents((), ())


def test_the_command_checks_files(tmp_path, capsys):
    write(tmp_path, good=EXAMPLE, lstm=EXAMPLE, bad=EXAMPLE.replace("ask: lost:f", "ask: lost:ff"))
    assert main([str(tmp_path / "good.md")]) == 0 and "good.md: a lesson" in capsys.readouterr().out
    assert main([str(path) for path in sorted(tmp_path.glob("*.md"))]) == 1
    said = capsys.readouterr().err
    assert "bad.md:20: ask, for the models of this lesson, must be one of lost:f" in said and "lstm.md:1: there is a page 'lstm' already" in said
    assert main([str(path) for path in FOLDER.glob("*.md")]) == 0
    assert main([str(tmp_path / "nothing.md")]) == 1


# In the app


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv(lessons.SETTING, str(tmp_path))
    return AppTest.from_file(str(ROOT / "gatelab" / "shell.py"), default_timeout=60)


def opened(app, address):
    """A page without a file."""
    app._page_hash = calc_hash(address)
    return app.run()


def test_an_own_lesson_has_its_page_its_card_and_its_neighbors(app, tmp_path):
    write(tmp_path, but=EXAMPLE, next_one=EXAMPLE.replace("order: 1", "order: 2").replace("The word but", "Again"))
    page = app.run()
    assert ("The word but", "but") in [(link.proto.label, link.proto.page) for link in page.get("page_link")]
    page = opened(app, "but")
    assert not page.exception and not page.info and page.title[0].value == 'What does "but" do?'
    names = [component.proto.component_name for component in page.get("bidi_component")]
    assert names == ["gatelab.lesson", "gatelab.ask"] and page.expander[0].label.startswith("What should the network forget")
    found = [(link.proto.label, link.proto.page, link.proto.query_string) for link in page.get("page_link")]
    assert ("Next: Again →", "next-one", "") in found and not any(label.startswith("← Back") for label, _, _ in found)
    assert any(page == "compare" and "great+food" in query for _, page, query in found)


def test_a_bad_file_stops_nothing_and_is_named_on_a_page(app, tmp_path):
    write(tmp_path, but=EXAMPLE, bad="# <script>alert(1)</script>\n\n[x](javascript:alert(1))")
    page = opened(app, "left-out")
    assert not page.exception and page.title[0].value == "Lessons that are left out"
    assert "bad.md:1: title must be plain words" in page.code[0].value and "bad.md:3: a link must lead to" in page.code[0].value
    assert opened(app, "but").title[0].value == 'What does "but" do?'
    write(tmp_path, bad=EXAMPLE)
    assert opened(app, "bad").title[0].value == 'What does "but" do?'  # mended while the app runs


def test_html_of_a_lesson_is_text(app, tmp_path):
    write(tmp_path, but=EXAMPLE + "\n<img src=x onerror=alert(1)><b>bold</b>\n\ncaption: <i>small</i>\n\nquestion: Why? | <script>alert(1)</script>\n")
    page = opened(app, "but")
    assert not page.exception
    shown = [markdown.proto for markdown in (*page.markdown, *page.caption)]
    assert any("<img" in one.body for one in shown) and not any(one.allow_html for one in shown)


@pytest.mark.browser
def test_an_own_lesson_opens_its_link_moves_the_stage_and_its_question_works(tmp_path, monkeypatch, watched):
    require("Chromium", CHROMIUM)
    folder = tmp_path / "own"
    folder.mkdir()
    write(folder, but=EXAMPLE + '\n<img src="//example.org/x.png" onerror="alert(1)"> <b id="bold">bold</b>\n', bad="No title")
    monkeypatch.setenv(lessons.SETTING, str(folder))
    watched.allowed = ("404",)  # Streamlit itself asks for /but/_stcore/health first
    with running(tmp_path / "log") as server:
        lesson = LessonPage(watched.page, server.url, "/but")
        assert lesson.text == "great food but the room is cold" and lesson.look()["step"] == 2
        page = watched.page
        expect(page.get_by_role("heading", level=1)).to_have_text('What does "but" do?')
        expect(page.get_by_text('onerror="alert(1)"')).to_be_visible()
        expect(page.locator("#bold")).to_have_count(0)
        page.get_by_role("link", name="Never forget").click()
        step = "(at) => [...document.querySelectorAll('*')].map((one) => one.shadowRoot?.querySelector('.stage.lesson .tile.here .token')?.textContent).includes(at)"
        page.wait_for_function(step, arg="cold")
        page.get_by_role("link", name="let go").click()
        page.get_by_role("link", name="the word at which this unit forgets most").click()
        page.wait_for_function(step, arg="but")
        card = page.locator(".ask")
        card.get_by_role("button", name="Ask me").click()
        expect(card.locator(".choices button")).not_to_have_count(0)
        card.locator(".choices button").first.click()
        expect(card.locator(".told")).to_contain_text("is lost")
        page.get_by_text("What should the network forget").click()
        expect(page.get_by_text("What was praised before")).to_be_visible()
        assert "bad.md:1: the first line must be the title" in server.said()
        page.goto(f"{server.url}/left-out")
        expect(page.get_by_text("bad.md:1: the first line must be the title")).to_be_visible()
        page.goto("about:blank")


def test_many_links_in_one_paragraph_cost_no_time():
    run = "[a](https://a(" * 190 + "(" * 5500
    begin = time.monotonic()
    with contextlib.suppress(LessonError):
        lessons.read("# T\nmodels: sentiment-lstm\n\n" + "\n\n".join([f"caption: {run}"] * 11), "many")
    assert time.monotonic() - begin < 3


@pytest.mark.parametrize("text", [r"Look at \`![x](https://e.example/a.png)\`", "- a\n\n  ```\n\n![x](https://e.example/a.png)\n\n  ```"])
def test_no_picture_comes_in_behind_what_looks_like_code(text):
    with pytest.raises(LessonError, match="a picture cannot be fetched"):
        lessons.read(f"# T\nmodels: sentiment-lstm\n\n{text}\n", "one")


@pytest.mark.parametrize("names", ["sentiment-lstm, " * 50 + "nonsense", ", ".join(["sentiment-lstm"] * 6000)])
def test_the_names_of_a_figure_are_all_different_and_all_known(names):
    with pytest.raises(LessonError, match="needs the names of models, all different"):
        lessons.read(f"# T\nmodels: sentiment-lstm\n\nfigure: scores {names}\n", "one")
