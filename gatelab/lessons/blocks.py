"""What a lesson is made of: records that any page can show, with a server or without. Nothing here knows how they look."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gatelab.questions import See


@dataclass(frozen=True)
class Prose:
    """Paragraphs, headings, lists and tables.

    Attributes:
        text: Markdown in which `{{name}}` stands for a measured number; formulas are in PyTorch's letters. See `lessons.written`.
        line: of its file.
        turned: None where it always stands; else whether it stands where a notation turns the update gate, or where none does.
        formulas: as of the lesson, where they are others here; "" for the lesson's.
    """

    text: str
    line: int
    turned: bool | None = None
    formulas: str = ""


@dataclass(frozen=True)
class Ask:
    """A question that is made from what stands on the lesson's stage: the visitor predicts, then sees.

    Attributes:
        kind: "lost:f", "mover", ..., see `lessons.KINDS` and `static/lesson/questions.js`.
    """

    kind: str
    line: int


@dataclass(frozen=True)
class Question:
    """A question of the author's own, whose answer is shown on demand.

    Attributes:
        asks: in plain words.
        answer: Markdown, as of `Prose`.
    """

    asks: str
    answer: str
    line: int


@dataclass(frozen=True)
class Figure:
    """A figure or a table that is computed from the models or from stored results.

    Attributes:
        kind: one of `lessons.FIGURES`.
        names: of models; for "measured" the task; () for "squashing".
        said: what a figure shows, for those who do not see it; "" where the figure says so itself.
    """

    kind: str
    names: tuple[str, ...]
    said: str
    line: int


@dataclass(frozen=True)
class Link:
    """A link that stands by itself, to a page in a prepared state.

    Attributes:
        see: its words, the address of the page, and the fields of the page's link.
    """

    see: See
    line: int


@dataclass(frozen=True)
class Caption:
    """Small print, such as sources: Markdown as of `Prose`."""

    text: str
    line: int


@dataclass(frozen=True)
class Tab:
    """One of several that stand side by side."""

    title: str
    blocks: tuple["Block", ...]


@dataclass(frozen=True)
class Tabs:
    """Several tabs, of which one is seen at a time."""

    tabs: tuple[Tab, ...]
    line: int


Block = Prose | Ask | Question | Figure | Link | Caption | Tabs


@dataclass(frozen=True)
class Lesson:
    """A lesson: a stage, and what is said of it.

    Attributes:
        name: its address, such as "lstm".
        title: its heading.
        menu: what it is called in the navigation.
        shows: what one sees there, in a sentence; "" where nothing is said.
        order: lessons are read from the least to the largest.
        stage: the name of its stage, a key of `live.stages.STAGES`.
        models: those that the stage "lesson" can show, the first one at the front; () on other stages.
        opens: what its stage opens on, {field of its link: value}, as in an address.
        formulas: "lstm" or "gru": in which cells' letters a notation writes h; "fixed" where formulas stay as they are.
        blocks: what stands beside the stage.
        below: what stands under both, over the whole width.
    """

    name: str
    title: str
    menu: str
    shows: str
    order: float
    stage: str
    models: tuple[str, ...]
    opens: Mapping[str, str]
    formulas: str
    blocks: tuple[Block, ...]
    below: tuple[Block, ...] = ()

    def all_blocks(self) -> Iterator[Block]:
        """Every block in reading order, those inside tabs as well."""
        return _inside((*self.blocks, *self.below))


def _inside(blocks):
    for block in blocks:
        yield block
        if isinstance(block, Tabs):
            for tab in block.tabs:
                yield from _inside(tab.blocks)
