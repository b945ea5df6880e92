"""Lessons: Markdown files with a head, and marks for what a page shows. docs/lessons.md says how to write one; nothing here needs Streamlit."""

from gatelab.lessons.asking import KINDS
from gatelab.lessons.blocks import Ask, Block, Caption, Figure, Lesson, Link, Prose, Question, Tab, Tabs
from gatelab.lessons.faults import Fault, LessonError
from gatelab.lessons.folder import LEFT_OUT, SETTING, Contents, contents, own, shipped, warn
from gatelab.lessons.links import LOOK, Page, pages
from gatelab.lessons.markdown import MARKS
from gatelab.lessons.marks import FIGURES
from gatelab.lessons.reading import FORMULAS, HEAD, LARGEST, read
from gatelab.lessons.sharing import FIELD, SHARED, shared
from gatelab.lessons.showing import opening, stands, written

__all__ = [
    "FIELD",
    "FIGURES",
    "FORMULAS",
    "HEAD",
    "KINDS",
    "LARGEST",
    "LEFT_OUT",
    "LOOK",
    "MARKS",
    "SETTING",
    "SHARED",
    "Ask",
    "Block",
    "Caption",
    "Contents",
    "Fault",
    "Figure",
    "Lesson",
    "LessonError",
    "Link",
    "Page",
    "Prose",
    "Question",
    "Tab",
    "Tabs",
    "contents",
    "opening",
    "own",
    "pages",
    "read",
    "shared",
    "shipped",
    "stands",
    "warn",
    "written",
]
