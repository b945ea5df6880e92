"""The texts in other languages say what the English ones say: each has the same marks, links, formulas and numbers in the same order, and its language's signs."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator

import pytest

from gatelab import facts, glossary, languages, lessons, questions
from gatelab.lessons import Ask, Caption, Figure, Lesson, Link, Page, Prose, Tabs
from gatelab.lessons.blocks import Block
from tests.browser import ROOT

LANGUAGES = sorted(path.name for path in (ROOT / "gatelab" / "languages").iterdir() if (path / "glossary.toml").is_file())
ENGLISH = ROOT / "pages"
FOLDERS = ("lessons", "notes", "questions")
FILES = [(language, folder, path.name) for language in LANGUAGES for folder in FOLDERS for path in sorted((ENGLISH / folder).glob("*.md"))]
CHAPTERS = lessons.shipped()
NO_BREAK = "\N{NO-BREAK SPACE}"


def theirs(language, folder):
    return ROOT / "gatelab" / "languages" / language / folder


def chapter_texts(language: str) -> dict[str, Lesson]:
    """The chapters of a language, and the text of Memory, by name."""
    found = lessons.contents(theirs(language, "lessons"))
    assert not found.left_out, found.left_out
    return {lesson.name: lesson for lesson in found.lessons} | {"memory": memory(theirs(language, "notes"))}


def memory(folder):
    return lessons.read((folder / "memory.md").read_bytes(), "memory", {lesson.name: Page(lesson.stage, lesson.models) for lesson in CHAPTERS})


ENGLISH_TEXTS = {lesson.name: lesson for lesson in CHAPTERS} | {"memory": memory(ENGLISH / "notes")}


def form(blocks: Iterable[Block]) -> list[object]:
    """What a lesson shows, without its words."""
    return [_form(block) for block in blocks]


def _form(block: Block) -> object:
    match block:
        case Prose(text=text, turned=turned, formulas=formulas):
            return ("prose", turned, formulas, kept(text))
        case Ask(kind=kind):
            return ("ask", kind)
        case Figure(kind=kind, names=names, said=said):
            return ("figure", kind, names, bool(said))
        case Link(see=see):
            return ("see", see.page, see.fields)
        case Caption(text=text):
            return ("caption", numbers(text))
        case Tabs(tabs=tabs):
            return ("tabs", [form(tab.blocks) for tab in tabs])
        case _:
            raise AssertionError(block)


def kept(text: str) -> dict[str, list[str]]:
    """What no language changes, each kind in its order."""
    fences = re.findall(r"```.*?```", text, flags=re.DOTALL)
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return {
        "fences": fences,
        "headings": re.findall(r"^(#+) ", text, flags=re.MULTILINE),
        "lists": re.findall(r"^(- |\d\. )", text, flags=re.MULTILINE),
        "rows": [str(line.count("|")) for line in text.splitlines() if line.startswith("|")],
        "links": re.findall(r"\]\(([^\s)]+)\)", text),
        "formulas": [plain_formula(found) for found in re.findall(r"(\$\$.+?\$\$|\$[^$]+\$)", text, flags=re.DOTALL)],
        "facts": [" ".join(found.split()) for found in re.findall(r"\{\{(.+?)\}\}", text, flags=re.DOTALL)],
        "code": re.findall(r"`[^`]+`", text),
        "numbers": numbers(text),
    }


def plain_formula(formula):
    """Without its words, and thousands apart by a space."""
    return re.sub(r"\\text\{[^}]*\}", r"\\text{}", formula).replace("{,}", r"\,")


def numbers(text: str) -> list[str]:
    """The numbers of a text, sorted, since languages order words in their own way; formulas, code, links and what was measured are left out."""
    prose = re.sub(r"\$\$.+?\$\$|\$[^$]+\$|`[^`]+`|\]\([^\s)]+\)|\{\{.+?\}\}", " ", text, flags=re.DOTALL)
    return sorted(
        re.sub(rf"(?<=\d)[,{NO_BREAK}](?=\d\d\d)", "", prose_number) for prose_number in re.findall(rf"\d(?:[\d.]|[,{NO_BREAK}](?=\d\d\d))*\d|\d", prose)
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_text_is_there(language, folder):
    assert [path.name for path in sorted(theirs(language, folder).glob("*.md"))] == [path.name for path in sorted((ENGLISH / folder).glob("*.md"))]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ENGLISH_TEXTS)
def test_a_lesson_shows_what_the_english_one_shows(language, name):
    here, there = chapter_texts(language)[name], ENGLISH_TEXTS[name]
    for field in ("order", "stage", "models", "opens", "formulas"):
        assert getattr(here, field) == getattr(there, field)
    assert form(here.blocks) == form(there.blocks)
    assert form(here.below) == form(there.below)
    if name not in ("lstm", "gru"):  # a name in every language
        assert here.menu and (here.title, here.shows or " ") != (there.title, there.shows)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["compare", "for-teachers", "privacy", "run-it", "watch"])
def test_a_note_has_the_paragraphs_and_formulas_of_the_english_one(language, name):
    here, there = ((folder / f"{name}.md").read_text(encoding="utf-8") for folder in (theirs(language, "notes"), ENGLISH / "notes"))
    assert len(here.split("\n\n")) == len(there.split("\n\n"))
    assert kept(here) == kept(there)
    assert re.findall(r"\*\w\*[ₜ₋₁]+", here) == re.findall(r"\*\w\*[ₜ₋₁]+", there)


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_have_the_places_links_and_code_of_the_english_ones(language):
    for here, there in zip(questions.read(theirs(language, "questions")), questions.read(ENGLISH / "questions"), strict=True):
        assert here.title != there.title or language == "fr" and here.title == "Attention"
        for mine, other in zip(here.questions, there.questions, strict=True):
            for field in ("id", "asked", "pages", "figure"):
                assert getattr(mine, field) == getattr(other, field), mine.id
            assert [(see.page, see.fields) for see in mine.see] == [(see.page, see.fields) for see in other.see]
            assert kept(mine.answer) == kept(other.answer), mine.id
            assert mine.asks != other.asks


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_glossary_has_a_name_and_a_short_sentence_for_every_term(language):
    table = tomllib.loads((theirs(language, ".") / "glossary.toml").read_text(encoding="utf-8"))
    english = tomllib.loads((ROOT / "gatelab" / "glossary.toml").read_text(encoding="utf-8"))
    assert list(table) == list(english)
    forms: list[str] = []
    for key, fields in table.items():
        assert {"name", "means"} <= fields.keys() <= {"name", "means", "also", "everyday", "where"}, key
        glossary.Term(fields["name"], fields["means"], "lstm")  # refuses a long sentence
        forms += {form.lower() for form in (fields["name"], *fields.get("also", ()))}
    assert len(forms) == len(set(forms))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_glossary_leads_to_the_same_heading_in_the_language(language):
    """Where the English table names a heading of a lesson, this one names the heading that stands in its place."""
    table = tomllib.loads((theirs(language, ".") / "glossary.toml").read_text(encoding="utf-8"))
    here, there = anchors(chapter_texts(language)), anchors(ENGLISH_TEXTS)
    for key, fields in tomllib.loads((ROOT / "gatelab" / "glossary.toml").read_text(encoding="utf-8")).items():
        page, _, anchor = fields["where"].partition("#")
        if anchor and page in there:
            assert table[key].get("where", fields["where"]) == f"{page}#{here[page][there[page].index(anchor)]}", key
        else:
            assert "where" not in table[key]


def anchors(texts: dict[str, Lesson]) -> dict[str, list[str]]:
    return {name: [anchor(heading) for heading in _headings((*lesson.blocks, *lesson.below))] for name, lesson in texts.items()}


def _headings(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Prose):
            yield from re.findall(r"^#+ (.+)$", block.text, flags=re.MULTILINE)


def anchor(heading):
    """As Streamlit makes it: letters without accents, all else a hyphen."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", heading.lower()) if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


# The signs of a language.


def prose(path):
    """The words of a file: without code, formulas, links and the fields of a question's head."""
    text = re.sub(
        r"```.*?```|\$\$.+?\$\$|`[^`]+`|\]\([^\s)]+\)|\{\{.+?\}\}| \| [a-z-]+\?.*$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    return re.sub(r"\$[^$\n]+\$", "x", text)


@pytest.mark.parametrize(("language", "folder", "name"), FILES)
def test_signs_stand_as_the_language_has_them(language, folder, name):
    check_signs(language, prose(theirs(language, folder) / name))


@pytest.mark.parametrize("language", LANGUAGES)
def test_signs_of_the_glossary_stand_as_the_language_has_them(language):
    check_signs(language, (theirs(language, ".") / "glossary.toml").read_text(encoding="utf-8").split("\n\n", 1)[1])


def check_signs(language, text):
    assert not re.search(r"\d %|\} %", text)  # a no-break space
    if language == "es":
        for opening, closing in ("¿?", "¡!", "“”"):
            assert text.count(opening) == text.count(closing)
    if language == "fr":
        assert not re.findall(r".{0,20}(?:[ \w»)][?!;]|« | [:»]|[^\W\d]'\w)", re.sub(r"^[a-z ]+:", "", text, flags=re.MULTILINE))
        assert text.count("«") == text.count("»")


def test_thousands_are_apart_by_a_space_where_a_comma_is_that_of_a_decimal_number():
    assert [languages.grouped(count) for count in (4000, 11_000)] == ["4,000", "11,000"]
    with languages.speaking("es"):
        assert [languages.grouped(count) for count in (999, 4000, 11_000)] == ["999", "4000", f"11{NO_BREAK}000"]
        assert facts.filled("{{bias steps}} {{bias 1 better}}") == "4000 2 de 3"
