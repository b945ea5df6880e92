"""The body of a lesson: paragraphs, and marks at the beginning of one, as blocks."""

import re
from collections.abc import Callable, Iterator

from gatelab import results, zoo
from gatelab.lessons import asking, links
from gatelab.lessons.blocks import Ask, Block, Caption, Figure, Link, Prose, Question, Tab, Tabs
from gatelab.lessons.links import SHOWN, Page, Pages, one_of
from gatelab.lessons.markdown import KNOWN, MARKS, MOST, fenced, wrong
from gatelab.questions import See

FIGURES = ("squashing", "parameters", "lengths", "scores", "measured")
"""Figures and tables that a lesson may show."""

_MARK = re.compile(r"[a-z]+(?: notation(?: [a-z]+){0,2}| gru)?:(?:\s|$)")
"""How a paragraph begins that is a mark, or would be one."""


class Body:
    """What comes after the head.

    Attributes:
        lines: of the whole file.
        page: the lesson as a page with a stage.
        known: where its links may lead.
        fault: is told (line, what is wrong with it).
    """

    def __init__(self, lines: list[str], page: Page, known: Pages, fault: Callable[[int, str], None]) -> None:
        self.lines, self.page, self.known, self.fault = lines, page, known, fault
        self.parts: list[list[Block]] = [[]]  # beside the stage, and under it
        self.tabs: list[tuple[int, str, list[Block]]] = []  # those that are open: line, title, blocks
        self.marks = 0
        self.seen: set[str] = set()

    def read(self, at: int) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
        """The blocks beside the stage, and those under it.

        Args:
            at: how many lines the head has.
        """
        prose: list[tuple[int, list[str]]] = []
        for start, lines in self._paragraphs(at):
            below = lines == ["---"] and len(self.parts) == 1
            marked = bool(_MARK.match(lines[0]))
            if below or marked or (self.tabs and re.match(r"#{1,6} ", lines[0])):
                self._put_prose(prose)
                prose = []
            if marked:
                self._put_marks(start, lines)
            elif below:
                self._close_tabs()
                self.parts.append([])
            else:
                if re.match(r"#{1,6} ", lines[0]):
                    self._close_tabs()
                prose.append((start, lines))
        self._put_prose(prose)
        self._close_tabs()
        if not any(self.parts):
            self.fault(len(self.lines), "a lesson must have a text: it has none")
        beside, *below_it = (tuple(blocks) for blocks in self.parts)
        return beside, (*below_it, ())[0]

    def _paragraphs(self, at: int) -> Iterator[tuple[int, list[str]]]:
        """(number of its first line, its lines), with code between fences in one piece."""
        code, unclosed = fenced(self.lines[at:])
        if unclosed is not None:
            self.fault(at + unclosed + 1, "the code that begins here has no end: a line like this one must end it")
        lines: list[str] = []
        for number, (line, inside) in enumerate(zip(self.lines[at:], code), at + 1):
            if line.strip() or inside:
                lines.append(line)
            elif lines:
                yield number - len(lines), lines
                lines = []
        if lines:
            yield len(self.lines) + 1 - len(lines), lines

    @property
    def _here(self) -> list[Block]:
        """Where the next block comes."""
        return self.tabs[-1][2] if self.tabs else self.parts[-1]

    def _close_tabs(self) -> None:
        """What comes now stands in no tab."""
        if self.tabs:
            tabs = tuple(Tab(title, tuple(blocks)) for _, title, blocks in self.tabs)
            line, self.tabs = self.tabs[0][0], []
            self._here.append(Tabs(tabs, line))

    def _put_prose(self, paragraphs: list[tuple[int, list[str]]]) -> None:
        """Paragraphs as one block, in which each line stays where it was."""
        if paragraphs:
            first, lines = paragraphs[0][0], list[str]()
            for start, paragraph in paragraphs:
                lines += [""] * (start - first - len(lines)) + paragraph
            self._here.append(Prose(self._checked("\n".join(lines), first), first))

    def _checked(self, text: str, first: int) -> str:
        """Markdown that begins in a line, once its links, pictures and measured numbers were looked at."""
        for line, said in wrong(text, self.page, self.known):
            self.fault(first + line, said)
        return text

    # Marks

    def _put_marks(self, start, lines):
        """A paragraph that begins with a mark: one, or several with a line each."""
        pieces: list[tuple[int, list[str]]] = []
        for number, line in enumerate(lines, start):
            if not pieces or KNOWN.match(line):
                pieces.append((number, [line]))
            else:
                pieces[-1][1].append(line)
        for number, piece in pieces:
            name, _, value = piece[0].partition(":")
            self.marks += 1
            if name not in MARKS:
                self.fault(number, one_of("a paragraph that begins with a small word and a colon is a mark, which", MARKS, name))
            elif self.marks == MOST + 1:
                self.fault(number, f"a lesson must have at most {MOST} marks: it has more")
            elif self.marks <= MOST:
                self._put(name, "\n".join([value, *piece[1:]]).strip(), number)

    def _put(self, name: str, value: str, line: int) -> None:
        if not value:
            self.fault(line, f"{name} must be followed by what it is to show: got nothing")
        elif name.startswith("if notation"):
            self._here.append(Prose(self._checked(value, line), line, turned="not" not in name.split()))
        elif name == "formulas gru":
            self._here.append(Prose(self._checked(value, line), line, formulas="gru"))
        elif name == "caption":
            self._here.append(Caption(self._checked(value, line), line))
        elif name == "question":
            self._put_question(value, line)
        else:
            getattr(self, f"_put_{name}")(" ".join(value.split("\n")), line)

    def _put_tab(self, title, line):
        self._plain("the title of a tab", title, line)
        self.tabs.append((line, title, []))

    def _plain(self, what, words, line):
        if len(words) > 200 or re.search(r"[\[\]<>`${}\\]|://", words):
            self.fault(line, f"{what} must be plain words, at most 200 characters: got {words[:SHOWN]!r}")

    def _once(self, what, line):
        if what in self.seen:
            self.fault(line, f"'{what[:SHOWN]}' must stand once in a lesson: it stands twice")
        self.seen.add(what)

    def _put_ask(self, kind, line):
        page = self.page
        self._once(f"ask: {kind}", line)
        if page.stage != "lesson":
            self.fault(line, f"ask is of the stage lesson alone: this lesson has the stage {page.stage}")
        elif page.models and not any(asking.fits(kind, model) for model in page.models if kind.partition(":")[0] in asking.KINDS):
            self.fault(line, one_of("ask, for the models of this lesson,", asking.offered(page.models), kind))
        self._here.append(Ask(kind, line))

    def _put_question(self, value, line):
        asks, bar, answer = value.partition("|")
        asks = " ".join(asks.split())
        if not bar or not asks or not answer.strip():
            return self.fault(line, f"question must be 'the question | the answer': got {value[:SHOWN]!r}")
        self._plain("a question", asks, line)
        self._once(f"question: {asks}", line)
        return self._here.append(Question(asks, self._checked(answer.strip(), line), line))

    def _put_see(self, value, line):
        words, bar, link = (part.strip() for part in value.rpartition("|"))
        page, _, query = link.partition("?")
        if not (words and bar and page):
            return self.fault(line, f"see must be 'the words | page?field=value&field=value': got {value[:SHOWN]!r}")
        self._plain("the words of a link", words, line)
        try:
            see = See(words, page, links.fields(query))
        except ValueError as error:
            return self.fault(line, str(error))
        for said in links.to_page(see, self.known):
            self.fault(line, f"see: {said}")
        return self._here.append(Link(see, line))

    def _put_figure(self, value, line):
        what, _, said = (part.strip() for part in value.partition("|"))
        kind, _, rest = what.partition(" ")
        names = tuple(filter(None, map(str.strip, rest.split(","))))
        self._once(f"figure: {kind} {', '.join(names)}".strip(), line)
        if kind not in FIGURES:
            return self.fault(line, one_of("a figure", FIGURES, kind))
        for fault in _figured(kind, names, self.page):
            self.fault(line, fault)
        if kind == "parameters" and not names:
            names = self.page.models
        return self._here.append(Figure(kind, names, said, line))


def _figured(kind, names, page):
    """What is wrong with the names of a figure."""
    if kind == "squashing":
        return ["figure: squashing needs no names"] if names else []
    if kind == "parameters" and not names:
        return [] if page.models else ["figure: parameters needs models: figure: parameters prose-lstm, prose-gru"]
    if kind == "measured":
        tasks = tuple(results.tasks())
        return [] if len(names) == 1 and names[0] in tasks else [one_of("what was measured", tasks, ", ".join(names))]
    known = {"parameters": zoo.readers(), "lengths": zoo.models("attention"), "scores": zoo.models()}[kind]
    if not 1 <= len(set(names)) == len(names) <= len(known):
        return [f"figure: {kind} needs the names of models, all different, with commas between"]
    return [one_of(f"a model of the figure {kind}", known, name) for name in names if name not in known]
