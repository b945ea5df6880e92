"""The builder of lessons: whatever a teacher types becomes a file that is a lesson, and a link to it, however damaged, never fails."""

import base64
import json
import random
import subprocess
import zlib

import pytest
from streamlit.testing.v1 import AppTest

from gatelab import lessons
from gatelab.lessons.links import Page
from gatelab.lessons.sharing import LONGEST, unpacked
from gatelab.live.stages import STAGES
from tests.browser import NODE, ROOT, require

KNOWN = {lesson.name: Page(lesson.stage, lesson.models) for lesson in lessons.shipped()}

HOSTILE = [
    "see: x | watch?step=2",
    "note: a remark",
    "question: a | b",
    "ask: lost:ff",
    "if notation whatever: x",
    "tab: t",
    "---",
    "# Title",
    "## 2. not a view",
    "```",
    "~~~ js",
    " ```` ",
    "[a](javascript:alert(1))",
    "[a](http://)",
    "[a](https://x.org/a_(b) 't')",
    "[a]( nowhere)",
    "[Show it](#look:step=2)",
    "[view 1]: lstm?step=3",
    "[^1]: note",
    "![p](http://x.org/p.png)",
    "<script>alert(1)</script>",
    "<mailto:a@b.c>",
    "<http://x.org>",
    "{{turns lstm}}",
    "{{{nothing}}}",
    "{{a\nb}}",
    "$\\frac{{a}}{b}$",
    "`code [x](y) {{z}}`",
    "`",
    "``",
    "!`[x](y)",
    "]",
    "](",
    "|",
    "://",
    "\\",
    "a\u2028b",
    "\x00\x1b",
    "\ud800",
    "\ufeff",
    "\x85",
    "\u3000",
    "\u0645\u0631\u062d\u0628\u0627",
    "\U0001f642" * 5,
    "%",
    "+",
    "&",
    ";",
    ")",
    "\r\n",
    "\n\n",
    "\n",
    " ",
    "plain words",
    "x" * 300,
]
"""What the format reads as something else than words."""

VIEWS = [
    ("watch", "watch", "prose-lstm", {"unit": "3", "step": "2", "value": "f", "hold": "f:all:all:=1"}),
    (
        "lstm",
        "lesson",
        "sentiment-lstm",
        {"unit": "mean", "step": "1", "stage": "2", "level": "1", "numbers": "on", "back": "off", "open": "hold", "hide": "nav"},
    ),
    ("how-it-learns", "lesson", "sentiment-gru", {"step": "2", "back": "on", "cut": "3"}),
    ("gru", "lesson", "sentiment-coupled", {"step": "2", "whatif": "0.5"}),
    ("lstm", "lesson", "prose-lstm", {"against": "another", "after": "so it was"}),
    ("", "lesson", "prose-gru", {"step": "1", "hold": ""}),
    ("start", "start", "sentiment-lstm", {"step": "3"}),
    ("compare", "compare", "sentiment-lstm,sentiment-rnn", {"step": "2"}),
    ("memory", "memory", "recall-lstm,recall-rnn", {}),
    ("attention", "attention", "dates-additive", {"step": "2", "column": "1"}),
    ("self-attention", "self_attention", "dates-transformer", {"layer": "2"}),
]
"""What can be added: page, stage, models, fields."""


def words(draw, most=6):
    return draw.choice(["", "\n", " ", "\n\n"]).join(draw.choices(HOSTILE, k=draw.randint(0, most)))


def view(draw):
    page, stage, models, fields = draw.choice(VIEWS)
    written = "" if stage in ("attention", "self_attention") else words(draw).encode("utf-16", "surrogatepass").decode("utf-16", "replace")[:1900]
    text = {"text": written or "March 5, 2019"} if stage not in ("attention", "self_attention") else {"text": "March 5, 2019"}
    named = {"models": models} if "," in models else {"model": models}
    return {
        "page": page,
        "stage": stage,
        "models": models.split(","),
        "alone": False,
        "fields": text | named | fields,
        "words": words(draw),
        "asks": words(draw, 3) if draw.random() < 0.6 else "",
        "answer": words(draw, 3),
    }


def built(drafts, folder):
    """What the page makes of drafts, see tests/js/building.mjs."""
    require("Node.js", NODE)
    (folder / "drafts.json").write_text(json.dumps(drafts), encoding="ascii")
    command = [NODE, str(ROOT / "tests" / "js" / "building.mjs"), str(folder / "drafts.json"), str(folder / "made.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "made.json").read_text(encoding="utf-8"))


def test_whatever_a_teacher_types_becomes_a_lesson_that_can_be_opened_again(tmp_path):
    draw = random.Random(15)
    drafts = [{"title": words(draw, 3), "at": None, "views": [view(draw) for _ in range(draw.randint(1, 4))]} for _ in range(1500)]
    for draft, made in zip(drafts, built(drafts, tmp_path), strict=True):
        assert made["wrong"] == []
        lesson = lessons.read(made["file"].encode("utf-8"), "mine", KNOWN)
        assert made["again"] == made["file"], json.dumps(draft)
        asked = [block.asks for block in lesson.all_blocks() if isinstance(block, lessons.Question)]
        assert len(asked) == sum(bool(view["asks"]) for view in made["opened"]["views"])
        shown = [(one["fields"].get("text"), one["words"]) for one in made["opened"]["views"]]
        assert len(shown) == len(draft["views"])


def test_a_full_lesson_stays_one(tmp_path):
    draw = random.Random(3)
    link = "[a](https://example.org/) <http://x.org> "
    most = {**view(draw), "words": link * 60, "asks": "Why?", "answer": link * 20}
    page, stage, model, _ = VIEWS[1]
    each = most | {"page": page, "stage": stage, "models": [model], "fields": {"model": model, "text": "a b c"}}
    drafts = [{"title": "T" * 500, "at": None, "views": [each] * 24}]
    [made] = built(drafts, tmp_path)
    lesson = lessons.read(made["file"].encode("utf-8"), "mine", KNOWN)
    assert len(lesson.title) == 120 and made["wrong"] == [] and made["again"] == made["file"]


def test_links_of_a_lesson_open_what_stood_on_the_stage(tmp_path):
    page, stage, model, fields = VIEWS[1]
    text = "not bad; at (all) \u2014 100 % [good] & well\nso"
    draft = {
        "title": "But",
        "at": None,
        "views": [
            {
                "page": page,
                "stage": stage,
                "models": [model],
                "alone": False,
                "fields": {"text": text, "model": model} | fields,
                "words": "Look.",
                "asks": "",
                "answer": "",
            }
        ],
    }
    [made] = built([draft], tmp_path)
    lesson = lessons.read(made["file"], "mine", KNOWN)
    start, notes = lessons.opening(lesson, {})
    assert not notes and (start.text, start.model, start.unit, start.step, start.stage, start.level) == (text, model, None, 0, 2, 1)
    [view] = made["opened"]["views"]
    assert view["fields"] == draft["views"][0]["fields"] and view["words"] == "Look." and view["page"] == "lstm"
    opened, notes = STAGES["lesson"].read(view["fields"], models=lesson.models, page="lstm")
    assert not notes and opened.text == text and opened.hide == ("nav",)


# The link


def packed(text):
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.urlsafe_b64encode(deflate.compress(text) + deflate.flush()).decode().rstrip("=")


GOOD = b"# Mine\nmodels: prose-lstm\nopens: text=so+it+goes&step=3\n\nLook at [the last letter](#look:step=last).\n\nsee: There | watch?text=so"


def test_the_lesson_of_a_link_is_read_as_a_file_is():
    lesson = lessons.shared(packed(GOOD))
    assert lesson.title == "Mine" and lesson.opens["step"] == "3"


def test_a_damaged_link_is_refused_in_words():
    draw, good = random.Random(1), packed(GOOD)
    damaged = [
        "A",
        "?",
        "\u00e9",
        "=",
        "a" * LONGEST,
        "a" * 100_000,
        packed(b""),
        packed(b"\xff\xfe"),
        packed(b"0" * 2_000_000),
        packed(b"# T\n\n[x](javascript:a)"),
    ]
    damaged += [good[: draw.randrange(len(good))] for _ in range(100)]
    damaged += [good[:at] + draw.choice("AZaz09-_ %") + good[at + 1 :] for at in draw.choices(range(len(good)), k=500)]
    damaged += ["".join(draw.choices("ABCDabcd0123-_", k=draw.randrange(1, 400))) for _ in range(500)]
    for letters in damaged:
        try:
            lessons.shared(letters)
        except lessons.LessonError as error:
            assert error.faults and len(str(error)) < 20_000


def test_a_small_link_never_becomes_a_large_text():
    bomb = packed(b"0" * 4_000_000)
    assert len(bomb) < LONGEST and len(unpacked(bomb)) == lessons.LARGEST + 1
    with pytest.raises(lessons.LessonError, match="at most 100,000 bytes"):
        lessons.shared(bomb)


@pytest.mark.parametrize(
    ("letters", "title"),
    [
        (packed(GOOD.partition(b"see:")[0]), "Mine"),
        ("", "A lesson as a link"),
        ("%%%", "This lesson cannot be shown"),
        (packed(b"# T\nmodels: prose-lstm\n\n<script>alert(1)</script> ![x](y)"), "This lesson cannot be shown"),
    ],
)
def test_the_page_of_a_shared_lesson_shows_it_or_says_what_is_wrong(letters, title):
    app = AppTest.from_string("from gatelab.ui.lessons import shared\nshared()", default_timeout=60)
    app.query_params[lessons.FIELD] = letters
    app.run()
    assert not app.exception and app.title[0].value == title
