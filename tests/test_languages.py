"""The words of other languages: where they come from, which one is chosen, and what must agree with the English ones."""

import json
import re
import string
import subprocess
import time
from io import BytesIO

import pytest
from babel.messages.checkers import num_plurals
from babel.messages.pofile import read_po
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gatelab import languages
from gatelab.languages import catalogues, collecting, folders
from gatelab.languages.collecting import updated
from gatelab.languages.extraction import of_javascript, of_python
from gatelab.live.languages import addresses
from gatelab.live.routes import ROUTES
from tests.browser import NODE, ROOT, require

OTHERS = [name for name in languages.languages() if name != "en"]

POLISH = """
msgid ""
msgstr "Language: pl\\nPlural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

#: gatelab/live/static/kit/view.js
msgid "{count} unit"
msgid_plural "{count} units"
msgstr[0] "{count} jednostka"
msgstr[1] "{count} jednostki"
msgstr[2] "{count} jednostek"

#: gatelab/shell.py
msgid "step {step}"
msgstr "krok {step}"

#: gatelab/shell.py
#, fuzzy
msgid "a guess"
msgstr "zgadywanka"

#. shown in the page
#: gatelab/words.py
msgid "Compare"
msgstr "Porównaj"
"""


@pytest.fixture
def polish(monkeypatch):
    """Polish in the place of French: three forms for numbers."""
    known = catalogues.read(POLISH.encode())
    monkeypatch.setattr(languages, "catalogue", lambda name: known)
    monkeypatch.setattr(catalogues, "catalogue", lambda name: known)
    there = {"pl": languages.Language("pl", "Polski")}
    monkeypatch.setattr(catalogues, "languages", lambda: there)
    monkeypatch.setattr(languages, "languages", lambda: there)
    token = languages._language.set("pl")
    yield known
    languages._language.reset(token)


def test_a_folder_is_a_language():
    assert [*languages.languages()] == ["en", *sorted(path.parent.name for path in folders.FOLDER.glob("*/language.toml"))]
    assert {languages.languages()[name].own for name in ("en", "es", "fr")} == {"English", "Español", "Français"}


@pytest.mark.parametrize(
    "asked, expected", [(("es",), "es"), (("es-MX",), "es"), ((None, "", "FR-ca"), "fr"), (("tlh", "es"), "es"), (("tlh",), "en"), ((), "en")]
)
def test_the_first_language_that_is_asked_for_and_known_is_chosen(asked, expected):
    assert languages.chosen(*asked) == expected


def test_a_tag_without_end_takes_no_time():
    began = time.process_time()
    assert languages.chosen("a-" * 30_000, "es" + "-MX" * 20_000) == "es"
    assert time.process_time() - began < 0.1


def test_a_language_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="language must be one of en, es, fr.*: got 'tlh'"):
        languages.speak("tlh")


@pytest.mark.parametrize("name, own, direction", [("Spanish", "Español", "ltr"), ("es", "", "ltr"), ("es", "Español", "down")])
def test_a_folder_that_is_no_language_is_refused(name, own, direction):
    with pytest.raises(ValueError, match=r"folder of a language|language\.toml"):
        languages.Language(name, own, direction)


def test_english_words_stay_as_they_are():
    assert languages.tr("step {step}", step=3) == "step 3"
    assert languages.tr("{{recall lstm}}") == "{{recall lstm}}"
    assert [languages.plural("{count} unit", "{count} units", count) for count in (0, 1, 2)] == ["0 units", "1 unit", "2 units"]


def test_words_come_from_the_catalogue_and_what_is_missing_stays_english(polish):
    assert languages.tr("step {step}", step=3) == "krok 3"
    assert languages.tr("a guess") == "a guess", "nobody has looked at it yet"
    assert languages.plural("{count} step", "{count} steps", 2) == "2 steps"
    assert [languages.plural("{count} unit", "{count} units", count) for count in (1, 2, 5, 22)] == [
        "1 jednostka",
        "2 jednostki",
        "5 jednostek",
        "22 jednostki",
    ]


def test_in_a_text_from_right_to_left_a_value_keeps_its_own_direction(monkeypatch):
    monkeypatch.setattr(languages, "languages", lambda: {"en": languages.Language("en", "English"), "he": languages.Language("he", "עברית", "rtl")})
    with languages.speaking("he"):
        assert languages.tr("step {step}", step="−3") == "step \u2068−3\u2069"
        assert languages.plural("{count} unit", "{count} units", 2) == "\u20682\u2069 units"
    assert languages.tr("step {step}", step="−3") == "step −3"


def test_the_page_gets_the_words_that_it_shows_and_no_others(polish):
    assert set(catalogues.for_page("pl")["words"]) == {"{count} unit", "Compare"}


def test_the_page_counts_as_the_catalogue_does(polish):
    """The page finds the form by Intl.PluralRules, Python by the head of the catalogue."""
    require("Node.js", NODE)
    about = catalogues.for_page("pl")
    counts = [*range(130), 1000, 1_000_000]
    code = f"""
      import {{ plural, speak }} from "{(ROOT / "gatelab/live/static/language.js").as_uri()}";
      const about = {json.dumps(about)};
      speak(about.name, about.words, about.forms);
      console.log(JSON.stringify({counts}.map((count) => plural("{{count}} unit", "{{count}} units", count).replace(/\\u00A0/g, ""))));
    """
    done = subprocess.run([NODE, "--input-type=module", "-e", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [languages.plural("{count} unit", "{count} units", count) for count in counts]


def test_a_file_that_is_no_catalogue_is_named():
    with pytest.raises(ValueError, match=r"words\.po must be a catalogue"):
        catalogues.read(b"msgid unquoted")


def test_texts_are_found_wherever_they_stand_in_javascript():
    source = r"""
      const a = tr("Copy link");
      const b = tr(
        "step {step}: says {said}",
        { step, said },
      );
      const c = `x ${tr("inside")} ${plural("{count} unit", "{count} units", n)} y ${x ? `${tr("deep")}` : ""}`;
      const d = plural("{count} step", "{count} steps", count, { a: tr("among") });
      const e = tr("one " + "text") + tr('with "quotes" \u2019');
      const f = tr(known) + attr("no text") + own.tr("no text");
    """
    found = [*of_javascript(source)]
    assert [said for _, (said, *_) in found] == [
        "Copy link", "step {step}: says {said}", "inside", "{count} unit", "deep", "{count} step", "among", "one text", 'with "quotes" ’',
    ]  # fmt: skip
    assert found[3] == ("plural", ("{count} unit", "{count} units"))


def test_a_text_that_is_put_together_is_refused():
    with pytest.raises(ValueError, match="a text must be a literal"):
        [*of_javascript("tr(`step ${k}`)")]


def test_texts_are_found_wherever_they_stand_in_python():
    source = """x = tr("a " "b") + f"{tr('inside')}"\ny = plural("{count} a", "{count} as", n, of=tr("among"))\nT = {"a": marked("M")}\nz = tr(known)"""
    assert [*of_python(source)] == [
        ("tr", ("a b",)), ("tr", ("inside",)), ("plural", ("{count} a", "{count} as")), ("tr", ("among",)), ("marked", ("M",)),
    ]  # fmt: skip


def test_a_catalogue_is_brought_up_to_date_and_keeps_what_was_translated(monkeypatch):
    def entries(*texts):
        monkeypatch.setattr(collecting, "collected", lambda: [collecting.Entry((text,), ("gatelab/shell.py",), text == "Compare") for text in texts])

    entries("Copy link", "Compare", "gone")
    first = updated("es", None)
    said = first.replace(b'msgid "Copy link"\nmsgstr ""', b'msgid "Copy link"\nmsgstr "Copiar el enlace"')
    entries("Copy link", "Compare", "new")
    again = read_po(BytesIO(updated("es", said)))
    assert {entry.id: entry.string for entry in again if entry.id} == {"Copy link": "Copiar el enlace", "Compare": "", "new": ""}
    assert again["Compare"].auto_comments == [catalogues.MARKED] and updated("es", updated("es", said)) == updated("es", said)


def test_every_text_of_the_code_can_be_collected():
    """None is glued together, and none has two plurals."""
    assert "Language" in {entry.english[0] for entry in collecting.collected()}


def names(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


@pytest.mark.parametrize("name", OTHERS)
def test_a_translation_has_the_names_and_all_the_forms_of_its_text(name):
    path = languages.file(name, "words.po")
    for entry in read_po(BytesIO(path.read_bytes())) if path else []:
        one, said = catalogues.texts_of(entry)
        if not one or entry.fuzzy or not any(said):
            continue
        assert all(said), f"{one!r} must have all its forms"
        if entry.pluralizable:
            num_plurals(None, entry)
        english = [one, *entry.id[1:]] if entry.pluralizable else [one]
        for form in said:
            assert set(names(form)) <= {name for text in english for name in names(text)}, f"{form!r} must have the names of {one!r}"
        assert set(names(said[-1])) == set(names(english[-1])), f"{said[-1]!r} must have the names of {english[-1]!r}"
        assert bool(re.search(r"^\s|\s$", one)) == bool(re.search(r"^\s|\s$", said[0])), f"{said[0]!r} must begin and end as {one!r}"


def test_the_page_gets_its_words_once_and_keeps_them():
    with TestClient(Starlette(routes=ROUTES)) as client:
        assert addresses()["en"] is None, "English asks for nothing"
        for name in OTHERS:
            answer = client.get(f"/{addresses()[name]}")
            assert answer.json()["name"] == name and "immutable" in answer.headers["Cache-Control"]
        missing = client.get("/live/languages/es-0.json")
        assert missing.status_code == 404 and missing.json()["field"] == "language"


@pytest.mark.parametrize("name", OTHERS)
def test_a_catalogue_has_every_text_of_the_code_and_all_are_translated(name):
    """`make words` brings it up to date, and says how many are to translate."""
    entries = [entry for entry in read_po(BytesIO(languages.file(name, "words.po").read_bytes())) if entry.id]
    assert {catalogues.texts_of(entry)[0] for entry in entries} == {entry.english[0] for entry in collecting.collected()}
    assert not [entry.id for entry in entries if entry.fuzzy or not all(catalogues.texts_of(entry)[1])]
