"""Reads the questions that students ask, with their answers: one Markdown file a group, see pages/questions/.

A file begins with the name of its group as a heading. Each question is a heading of the second level, then lines `key: value`, an empty line,
and the answer. Keys: `id`, the anchor of the question; `asked`, its number in the list that the questions were collected in, if it has one;
`pages`, the addresses of the pages on which it comes up; `figure`, a name; `see`, any number of times, what a link shows and the link,
`the words | page?field=value&...`.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path

MOST = 120
"""Most words of an answer; code does not count."""

KEYS = ("id", "asked", "pages", "figure", "see")


@dataclass(frozen=True)
class See:
    """A link to a stage in a prepared state.

    Attributes:
        label: what it shows.
        page: the page's address, e.g. "lstm".
        fields: the fields of the page's link, e.g. {"step": "3"}.
    """

    label: str
    page: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        id: its anchor.
        asks: the question as a student would put it, Markdown.
        answer: Markdown; `{{name}}` stands for a measured number, see `facts.py`.
        asked: its number in the collected list, or None.
        pages: addresses of the pages on which it comes up.
        figure: the name of a figure, or "".
        see: links to what shows it.
        line: its heading's line in its file.
    """

    id: str
    asks: str
    answer: str
    asked: int | None
    pages: tuple[str, ...]
    figure: str
    see: tuple[See, ...]
    line: int


@dataclass(frozen=True)
class Group:
    """Questions on one subject."""

    title: str
    questions: tuple[Question, ...]


def read(folder: Path) -> tuple[Group, ...]:
    """All groups of a folder, in the order of its files' names.

    Raises:
        ValueError: a file is not of the form above, or an id stands twice; it names file and line.
    """
    groups = tuple(group(path) for path in sorted(folder.glob("*.md")))
    seen = set()
    for path, one in zip(sorted(folder.glob("*.md")), groups):
        for question in one.questions:
            if question.id in seen:
                raise ValueError(f"{path.name}:{question.line}: id must be one that no other question has: got {question.id!r}")
            seen.add(question.id)
    return groups


def words(answer: str) -> int:
    """How many words an answer has, code blocks and table rules left out; a measured number is one."""
    prose = re.sub(r"\{\{.*?\}\}", "0", re.sub(r"```.*?```", "", answer, flags=re.DOTALL))
    return len(re.findall(r"[^\s|]*\w[^\s|]*", prose))


def translated(english: Group, other: Group) -> Group:
    """A group in another language: for each question of the English one that of the same id, or itself where the other lacks it.

    Raises:
        ValueError: the other one has a question that the English one has not, or one that leads elsewhere.
    """
    known = {question.id: question for question in english.questions}
    said = {question.id: question for question in other.questions}
    for question in other.questions:
        if question.id not in known:
            raise ValueError(f"line {question.line}: id must be one of the English questions: got {question.id!r}")
        twin = known[question.id]
        if [(see.page, see.fields) for see in question.see] != [(see.page, see.fields) for see in twin.see] or question.figure != twin.figure:
            raise ValueError(f"line {question.line}: the links and the figure of {question.id!r} must be those of the English question")
    return Group(other.title, tuple(replace(said[name], pages=twin.pages, asked=twin.asked) if name in said else twin for name, twin in known.items()))


def group(path: Path) -> Group:
    """The questions of one file.

    Raises:
        ValueError: it is not of the form above; the error names file and line.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or not lines[0].startswith("# "):
        raise ValueError(f"{path.name}:1: the first line must be the group's name, '# ...': got {lines[0] if lines else ''!r}")
    fenced, starts = False, []
    for number, line in enumerate(lines):
        fenced ^= line.startswith("```")
        if line.startswith("## ") and not fenced:
            starts.append(number)
    questions = tuple(_question(path.name, start, lines[start:end]) for start, end in zip(starts, [*starts[1:], len(lines)]))
    return Group(lines[0].removeprefix("# ").strip(), questions)


def _question(file, start, lines):
    head: dict[str, str] = {}
    see: list[See] = []
    at = 1
    while at < len(lines) and lines[at].strip():
        key, colon, value = lines[at].partition(":")
        where = f"{file}:{start + at + 1}"
        if not colon or key not in KEYS:
            raise ValueError(f"{where}: a line of a question's head must be 'key: value' with a key among {', '.join(KEYS)}: got {lines[at]!r}")
        if key == "see":
            see.append(_see(where, value.strip()))
        elif key in head:
            raise ValueError(f"{where}: {key} must stand once: it stands twice")
        else:
            head[key] = value.strip()
        at += 1
    where, answer = f"{file}:{start + 1}", "\n".join(lines[at:]).strip()
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", head.get("id", "")):
        raise ValueError(f"{where}: id must be lower-case words with hyphens between: got {head.get('id')!r}")
    if not re.fullmatch(r"[1-9]\d*|", head.get("asked", "")):
        raise ValueError(f"{where}: asked must be a number: got {head['asked']!r}")
    if not answer or words(answer) > MOST:
        raise ValueError(f"{where}: an answer must have 1 to {MOST} words: got {words(answer)}")
    if not see and "figure" not in head:
        raise ValueError(f"{where}: a question must have a link or a figure: it has neither")
    return Question(
        head["id"],
        lines[0].removeprefix("## ").strip(),
        answer,
        int(head["asked"]) if "asked" in head else None,
        tuple(filter(None, map(str.strip, head.get("pages", "").split(",")))),
        head.get("figure", ""),
        tuple(see),
        start + 1,
    )


def _see(where, value):
    label, bar, link = map(str.strip, value.partition(" | "))
    page, _, query = link.partition("?")
    pairs = [pair.partition("=") for pair in query.split("&")] if query else []
    if not (label and bar and page) or not all(key and sign for key, sign, _ in pairs):
        raise ValueError(f"{where}: see must be 'the words | page?field=value&...': got {value!r}")
    return See(label, page, {key: text for key, _, text in pairs})
