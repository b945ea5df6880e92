"""Pages without a server: what a file of one stage and the site hold, and that nothing in them leads elsewhere."""

import base64
import gzip
import json
import re
import subprocess
from html.parser import HTMLParser

import pytest

from gatelab import lessons, zoo
from gatelab.__main__ import main
from gatelab.live import bundle
from gatelab.live.stages import STAGES
from gatelab.notation import NOTATIONS
from gatelab.standalone import document, prose
from gatelab.standalone.page import empty, fields, page
from gatelab.standalone.site import files, own, site
from gatelab.ui.path import PLACES
from tests.browser import NODE, require
from tests.test_bundle import MODULES, TOLD, told, told_by_modules, written

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)> \"' & \u2028 {{body}} ]]>"


class Found(HTMLParser):
    """The elements of a document with their attributes, and the text of its scripts."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.scripts, self.inside = [], {}, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.inside = dict(attrs).get("data-file") or dict(attrs).get("id")

    def handle_data(self, data):
        if self.inside:
            self.scripts[self.inside] = self.scripts.get(self.inside, "") + data

    def handle_endtag(self, tag):
        self.inside = None


def unpacked(text):
    return gzip.decompress(base64.b64decode(text))


def test_watch_with_prose_lstm_is_at_most_500_kilobytes():
    assert len(page("watch", model="prose-lstm", text="It is a truth universally acknowledged").encode()) <= 500_000


@pytest.mark.parametrize("stage", ["watch", "compare", "memory", "attention", "self-attention", "lstm", "how-it-learns"])
def test_a_page_holds_the_weights_of_its_models_and_asks_for_nothing(stage):
    found = Found(page(stage))
    about = json.loads(found.scripts["gatelab-about"])
    known = about["parts"][0]["page"]
    listed = [model["name"] for model in known.get("models") or [model for family in known["families"] for model in family["models"]]]
    assert listed
    for name in listed:
        assert f"/live/models/{name}.safetensors" in found.scripts
    addresses = [value for tag, attrs in found.tags for key, value in attrs.items() if key in ("src", "href", "action", "data", "srcset")]
    assert all(address.startswith(("data:", "#")) for address in addresses), addresses


def test_the_weights_of_a_page_are_those_of_the_model():
    held = Found(page("watch", model="prose-small")).scripts["/live/models/prose-small.safetensors"]
    assert unpacked(held) == (zoo.ZOO / "prose-small.safetensors").read_bytes()


def test_a_visitors_text_stays_text():
    text = page("watch", model="prose-small", text=HOSTILE)
    found = Found(text)
    assert [tag for tag, _ in found.tags].count("img") == 0
    assert "alert(1)</script>" not in text
    assert json.loads(found.scripts["gatelab-about"])["parts"][0]["page"]["start"]["text"] == HOSTILE


def test_a_page_is_the_same_for_the_same_words():
    assert page("attention", text="March 5, 2019") == page("attention", text="March 5, 2019")


@pytest.mark.parametrize(
    ("stage", "link", "said"),
    [
        ("wacth", {}, "stage must be one of watch, .*: got 'wacth'; did you mean 'watch'"),
        ("watch", {"model": "prose-lstn"}, "^model must be one of prose-lstm, .*: got 'prose-lstn'"),
        ("watch", {"unit": "x"}, "^unit must be a number from 0 to 127: got 'x'$"),
        ("watch", {"colour": "red"}, "does not know the link's field 'colour'"),
    ],
)
def test_what_is_wrong_with_a_page_is_said(stage, link, said):
    with pytest.raises(ValueError, match=said):
        page(stage, **link)


def test_a_copied_link_says_what_a_page_opens_on():
    link = "http://localhost:8501/watch?model=prose-lstm&text=not%20bad&unit=3"
    assert fields("watch", link) == {"model": "prose-lstm", "text": "not bad", "unit": "3"}
    assert fields("watch", link, model="prose-gru", text="") == {"model": "prose-gru", "text": "", "unit": "3"}
    assert fields("compare", model="sentiment-lstm,sentiment-gru") == {"models": "sentiment-lstm,sentiment-gru"}


def test_each_page_says_what_its_models_learned_from():
    for name in ("prose-lstm", "code-lstm"):
        data = zoo.card(name)["data"]
        assert data["title"] in page("watch", model=name)
        assert data["licence"] in page("watch", model=name)
    assert zoo.card("prose-lstm")["data"]["licence"] in empty(STAGES["watch"], ["prose-lstm"])


def test_the_script_of_a_page_does_what_the_modules_do(tmp_path):
    folder = written(tmp_path / "modules", MODULES)
    (tmp_path / "alone.js").write_text(bundle.alone(folder, ["main.js", "all.js"]) + "\nglobalThis.gatelab = gatelab;\n", encoding="utf-8")
    made = told(tmp_path, "import './alone.js'; const { load } = globalThis.gatelab('file:///here/'); const open = (name) => load(name);", TOLD)
    expected = told_by_modules(folder, TOLD)
    assert made[1].pop("here") == "static/main.js"  # each says where it stands
    assert expected[1].pop("here") == "modules/main.js"
    assert made == expected


def test_the_script_of_a_page_holds_only_what_it_needs(tmp_path):
    folder = written(tmp_path / "modules", MODULES)
    assert '"all.js"' not in bundle.alone(folder, ["other.js"])
    with pytest.raises(ValueError, match=r"a module must be one of all.js, .*: got 'none.js'"):
        bundle.alone(folder, ["none.js"])


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_the_script_of_each_stage_is_javascript(stage, tmp_path):
    require("Node.js", NODE)
    (tmp_path / "code.js").write_bytes(document.code(document.modules([document.Part("", stage.module)])))
    assert subprocess.run([NODE, "--check", str(tmp_path / "code.js")], capture_output=True).returncode == 0


def formulas():
    """Every formula of the chapters and questions."""
    folder = lessons.folder.FOLDER.parent
    texts = [path.read_text(encoding="utf-8") for path in (*folder.glob("lessons/*.md"), *folder.glob("questions/*.md"))]
    return sorted({(a or b).strip() for text in texts for a, b in re.findall(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", text, re.DOTALL)})


def test_every_formula_becomes_mathml_without_a_command_left_over():
    found = formulas()
    assert len(found) > 40
    for latex in found:
        made = prose.mathml(latex)
        assert made.startswith("<math")
        assert not re.search(r"\\[A-Za-z]", made), latex


def test_a_formula_stands_there_in_every_notation():
    made = prose.rendered("The gate $f_t \\odot c_{t-1}$.")
    names = [name for group in re.findall(r'data-in="([^"]*)"', made) for name in group.split()]
    assert sorted(names) == sorted(NOTATIONS)
    assert "data-in" not in prose.rendered("The gate $f_t$.", fixed=True)


def test_html_in_markdown_is_shown_as_text():
    assert "<script" not in prose.rendered("<script>alert(1)</script> **bold** [x](javascript:alert(1))")
    assert "javascript:" not in re.sub(r"\[x\]\(javascript:alert\(1\)\)", "", prose.rendered("[x](javascript:alert(1))"))


@pytest.mark.parametrize("latex", [r"\text{<script>alert(1)</script>}", r"\href{javascript:alert(1)}{x}", r"\mbox{<img src=x>}"])
def test_a_formula_brings_no_html_and_no_link(latex):
    made = prose.rendered(f"${latex}$")
    assert not re.search(r"<(script|img)|href=", made)


@pytest.mark.parametrize("latex", [r"\frac", "x_{", r"\left("])
def test_a_formula_that_cannot_be_read_stays_as_it_was_written(latex):
    assert f"<code>{latex}</code>" in prose.rendered(f"${latex}$", fixed=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("site") / "pages"
    list(site(made))
    return made


def test_the_site_has_every_page(folder):
    assert {path.name for path in folder.glob("*.html")} == {"index.html", *(f"{place.path}.html" for place in PLACES[1:])}


def test_every_link_of_the_site_leads_somewhere_in_it_or_to_a_source(folder):
    for path in folder.glob("*.html"):
        found = Found(path.read_text(encoding="utf-8"))
        for tag, attrs in found.tags:
            address = attrs.get("href") or attrs.get("src") or attrs.get("srcset") or ""
            if tag in ("script", "img", "link", "source"):
                assert address.startswith("data:") or not address or (folder / address).is_file(), (path.name, tag, address)
            elif address and not address.startswith(("#", "https://")):
                assert (folder / re.split(r"[?#]", address)[0]).is_file(), (path.name, address)


def test_the_site_has_every_file_that_its_stages_ask_for(folder):
    names = {name for name, _ in files()}
    assert {f"models/{name}.safetensors" for name in zoo.models()} <= names
    for name in names:
        assert (folder / "files" / f"{name}.js").read_text(encoding="utf-8").startswith('gatelabFile("')


def test_the_site_is_written_again_over_itself_and_never_over_something_else(folder, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ValueError, match=r"the folder of the site must be empty or hold a site: got .* with thesis.txt"):
        next(site(tmp_path))
    assert next(site(folder)).name == "code.js"


OWN = """# Two words
models: sentiment-lstm
opens: text=not%20bad

Look at [the last word](#look:step=last), and <script>alert(1)</script>.

question: Is one less than two? | It is *true*.

see: the same on Watch | watch?text=a%26b%20%2B%201
"""


def test_the_site_shows_lessons_of_ones_own_and_never_html_of_them(tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "two-words.md").write_text(OWN, encoding="utf-8")
    monkeypatch.setenv("GATELAB_LESSONS", str(tmp_path / "mine"))
    try:
        list(site(tmp_path / "site"))
    finally:
        own.cache_clear()
    text = (tmp_path / "site" / "two-words.html").read_text(encoding="utf-8")
    found = Found(text)
    assert "alert(1)</script>" not in text
    assert "watch.html?text=a%26b+%2B+1" in [attrs.get("href") for _, attrs in found.tags]
    assert "two-words.html" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")


def test_a_page_and_the_site_are_written_from_the_command_line(tmp_path, capsys):
    assert main(["page", "--stage", "watch", "--model", "prose-small", "--text", "It is", str(tmp_path / "watch.html")]) == 0
    assert "kB" in capsys.readouterr().out
    assert "It is" in (tmp_path / "watch.html").read_text(encoding="utf-8")
    assert main(["page", "--stage", "wacht", str(tmp_path / "other.html")]) == 2
    assert "did you mean 'watch'?" in capsys.readouterr().err
    assert main(["page", str(tmp_path / "watch.pdf")]) == 2
    assert "the file must end in .html: got" in capsys.readouterr().err
    assert main(["site", str(tmp_path / "watch.html")]) == 2
    assert "the folder of the site must be a folder: got a file" in capsys.readouterr().err
