"""A lesson's blocks as HTML, for a page without a server."""

import html
from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from gatelab import facts, figures, findings, results, tables, zoo
from gatelab.languages import tr
from gatelab.lessons import Ask, Block, Caption, Figure, Lesson, Link, Prose, Question, Tabs
from gatelab.questions import See
from gatelab.standalone import marks
from gatelab.standalone.document import Part
from gatelab.standalone.marks import Sheet
from gatelab.standalone.prose import rendered

Address = Callable[[str], str]
"""What the address of a link becomes on the site."""


class Writer:
    """Writes the blocks of one lesson onto a sheet."""

    def __init__(self, sheet: Sheet, lesson: Lesson, address: Address) -> None:
        self.sheet, self.lesson, self.address = sheet, lesson, address
        self.asked = 0

    def write(self, blocks: tuple[Block, ...]) -> None:
        """Put blocks at the end of the sheet."""
        for block in blocks:
            self.block(block)

    def block(self, block: Block) -> None:
        """Put one block at the end."""
        match block:
            case Prose():
                turned = "" if block.turned is None else f' data-turned="{"yes" if block.turned else "no"}"'
                self.sheet.add(f'<div class="prose"{turned}>{self.text(block.text, block.formulas)}</div>')
            case Ask():
                self.asked += 1
                name = f"ask-{self.asked}"
                self.sheet.put(Part(f"#{name}", "lesson/ask.js", data={"ask": {"kind": block.kind}}), f'<div id="{name}"></div>')
            case Question():
                self.sheet.add(f'<details class="prose"><summary>{html.escape(block.asks)}</summary>{self.text(block.answer)}</details>')
            case Figure():
                FIGURES[block.kind](self.sheet, block)
            case Link():
                self.sheet.add(link(block.see, self.address))
            case Caption():
                self.sheet.add(f'<div class="prose about">{self.text(block.text)}</div>')
            case Tabs():
                for tab in block.tabs:
                    self.sheet.add(f"<h3>{html.escape(tab.title)}</h3>")
                    self.write(tab.blocks)

    def text(self, markdown: str, formulas: str = "") -> str:
        """A text of the lesson as HTML."""
        kind = formulas or self.lesson.formulas
        return rendered(facts.filled(markdown), self.address, alone=kind == "gru", fixed=kind == "fixed")


def link(see: See, address: Address) -> str:
    """A link that stands by itself."""
    query = urlencode(see.fields)
    return f'<p class="see"><a href="{html.escape(address(f"{see.page}?{query}" if query else see.page))}">{html.escape(see.label)} \u2192</a></p>'


def squashing(sheet: Sheet, block: Figure) -> None:
    """Sigmoid and tanh."""
    sheet.add(
        marks.image(figures.squashing, block.said or tr("Two curves: the sigmoid, from 0 to 1, and tanh, from \u22121 to 1"), "max-width: 27rem; width: 100%")
    )


def parameters(sheet: Sheet, block: Figure) -> None:
    """What the recurrent layer of each model has to learn."""
    _table(sheet, tables.parameters(block.names))


def lengths(sheet: Sheet, block: Figure) -> None:
    """How well models do against the length of the source."""
    sheet.figure(partial(figures.lengths, [zoo.card(name) for name in block.names]), block.said)


def scores(sheet: Sheet, block: Figure) -> None:
    """The measured scores of models."""
    _table(sheet, tables.scores(block.names))


def _table(sheet, table):
    sheet.add(f'<div class="prose">{marks.table(table.head, table.rows, table.title)}</div>')


def measured(sheet: Sheet, block: Figure) -> None:
    """What was measured of a task over several seeds."""
    stored = results.results(block.names[0])
    said = findings.against(stored)
    for size in results.sizes(stored):
        sheet.figure(lambda theme, size=size: figures.curve(stored, theme, size), said)  # type: ignore[misc]
        sheet.add(f'<p class="about">{html.escape(findings.conditions(stored, size))}</p>')
        sheet.add('<div class="prose">' + rendered("\n".join(f"- {sentence}" for sentence in findings.sentences(stored, size))) + "</div>")
    sheet.add(marks.code(stored["command"]))


FIGURES: dict[str, Callable[[Sheet, Figure], None]] = {
    "squashing": squashing,
    "parameters": parameters,
    "lengths": lengths,
    "scores": scores,
    "measured": measured,
}
"""What each kind of figure puts on a sheet: those of `lessons.FIGURES`."""
