"""Reads one lesson: a Markdown file with a head and marks, see docs/lessons.md. What is wrong is said with its line, all of it at once."""

import re

from gatelab import zoo
from gatelab.lessons import links, marks
from gatelab.lessons.blocks import Lesson
from gatelab.lessons.faults import WRONG, Fault, LessonError
from gatelab.lessons.links import SHOWN, Page, Pages, one_of
from gatelab.live.stages import STAGES
from gatelab.words import PURPOSES

LARGEST = 100_000
"""Most bytes of a lesson, or characters of one that came in another way."""

HEAD = ("menu", "shows", "order", "stage", "models", "opens", "formulas")
"""Fields of a lesson's head."""

FORMULAS = ("lstm", "gru", "fixed")
"""In which cells' letters a notation writes the formulas; "fixed" leaves them as they are."""

MODELS = 8
"""Most models of a lesson."""

LONGEST = {"title": 120, "menu": 40, "shows": 240}
"""Most characters of what stands outside the lesson's own page."""


def read(text: str | bytes, name: str, known: Pages | None = None) -> Lesson:
    """A lesson from its Markdown, wherever it came from.

    Args:
        text: of the file, or its bytes.
        name: its address.
        known: where its links may lead, beside pages of the app that are no lessons.

    Raises:
        LessonError: it breaks a rule; the error names each line that does.
    """
    reader = _Reader(text, f"{name}.md")
    lesson = reader.lesson(name, links.pages() | dict(known or {}))
    if reader.faults or lesson is None:
        raise LessonError(reader.file, reader.faults)
    return lesson


def page(text: str | bytes, name: str) -> Page:
    """What links to a lesson must know of it, from its head alone.

    Raises:
        LessonError: the head breaks a rule.
    """
    reader = _Reader(text, f"{name}.md")
    stage, models = reader.staged(reader.head())
    if reader.faults:
        raise LessonError(reader.file, reader.faults)
    return Page(stage, models)


class _Reader:
    """One file while it is read."""

    def __init__(self, text: str | bytes, file: str) -> None:
        self.file, self.at = file, 0
        self.faults: list[Fault] = []
        plain = self.decoded(text).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        self.lines = plain.split("\n")
        for number, line in enumerate(self.lines, 1):
            if bad := re.search(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", line):
                self.fault(number, f"a lesson must be plain text: it has the character {bad[0]!r}")
                return

    def decoded(self, text: str | bytes) -> str:
        if len(text) > LARGEST:
            self.fault(1, f"a lesson must have at most {LARGEST:,} bytes: it has more")
            return ""
        if isinstance(text, str):
            return text
        try:
            return text.decode("utf-8")
        except UnicodeDecodeError as error:
            self.fault(text.count(b"\n", 0, error.start) + 1, "a lesson must be written in UTF-8: this line is not")
            return ""

    def fault(self, line, said):
        self.faults.append(Fault(line, said))
        if len(self.faults) >= WRONG:
            raise LessonError(self.file, self.faults)

    def lesson(self, name, known):
        """The lesson; None, or one that nobody may have, where there are faults."""
        if self.faults:
            return None
        head = self.head()
        stage, models = self.staged(head)
        here = Page(stage, models)
        told = {
            "title": self.short("title", head, ""),
            "menu": self.short("menu", head, head.get("title", (1, ""))[1]),
            "shows": self.short("shows", head, ""),
            "order": self.order(head),
            "formulas": self.chosen("formulas", head, FORMULAS),
            "opens": self.opens(head, here),
        }
        blocks, below = marks.Body(self.lines, here, known, self.fault).read(self.at)
        return Lesson(name=name, stage=stage, models=models, blocks=blocks, below=below, **told)

    # The head

    def head(self):
        """The fields of the head, name -> (line, value); the title is one of them."""
        first = self.lines[0]
        if not re.match(r"# \s*\S", first):
            self.fault(1, f"the first line must be the title, '# ...': got {first[:SHOWN]!r}")
        found = {"title": (1, first.removeprefix("#").strip())}
        self.at = 1
        while self.at < len(self.lines) and self.lines[self.at].strip():
            line, at = self.lines[self.at], self.at + 1
            key, colon, value = line.partition(":")
            if not colon:
                self.fault(at, f"a line of the head must be 'field: value', and an empty line must end the head: got {line[:SHOWN]!r}")
            elif key not in HEAD:
                self.fault(at, one_of("a field of the head", HEAD, key))
            elif key in found:
                self.fault(at, f"{key} must stand once: it stands twice")
            else:
                found[key] = (at, value.strip())
            self.at = at
        return found

    def chosen(self, key, head, words):
        """A field that is one of several words, the first where it is not said."""
        line, value = head.get(key, (1, words[0]))
        if value not in words:
            self.fault(line, one_of(key, words, value))
        return value if value in words else words[0]

    def short(self, key, head, otherwise):
        if key not in head:
            return otherwise[: LONGEST[key]]
        line, value = head[key]
        if not 0 < len(value) <= LONGEST[key]:
            self.fault(line, f"{key} must have 1 to {LONGEST[key]} characters: got {len(value)}")
        if bad := re.search(r"[\[\]<>`${}*\\]|://", value):
            self.fault(line, f"{key} must be plain words: it has {bad[0]!r}")
        return value[: LONGEST[key]]

    def order(self, head):
        line, value = head.get("order", (1, "1000"))
        if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,4})?", value):
            self.fault(line, f"order must be a number from 0 to 9999: got {value[:SHOWN]!r}")
            return 0.0
        return float(value)

    def staged(self, head):
        """The stage and the models of the head."""
        stages = ("lesson", *(name.replace("_", "-") for name in STAGES if name not in ("lesson", "start")))
        stage = self.chosen("stage", head, stages)
        line, value = head.get("models", (1, ""))
        names = tuple(filter(None, map(str.strip, value.split(","))))
        if stage != "lesson":
            if "models" in head:
                self.fault(line, f"models are of the stage lesson alone: choose one for {stage} by 'opens: model=...'")
            return stage.replace("-", "_"), ()
        offered = [name for name in zoo.readers() if zoo.task(name) in PURPOSES]
        for name in names[:MODELS]:
            if name not in offered:
                self.fault(line, one_of("a model of a lesson", offered, name))
        if not 1 <= len(set(names)) == len(names) <= MODELS:
            self.fault(line, f"models must be 1 to {MODELS} names, all different, with commas between: got {value[:SHOWN]!r}")
        return stage, tuple(name for name in names if name in offered)

    def opens(self, head, here):
        line, value = head.get("opens", (1, ""))
        try:
            fields = links.fields(value)
        except ValueError as error:
            self.fault(line, f"opens must be field=value&field=value: {error}")
            return {}
        if here.models or here.stage != "lesson":
            for said in links.read(here, "", fields):
                self.fault(line, f"opens: {said}")
        return fields
