"""Every text of the stages' JavaScript that a visitor sees or hears can be translated: it stands in a call of `tr` or `plural`."""

import re

import pytest
import tree_sitter_javascript
from tree_sitter import Language, Parser

from tests.browser import ROOT

STATIC = ROOT / "gatelab" / "live" / "static"
PARSER = Parser(Language(tree_sitter_javascript.language()))

TEXTS = ("tr", "plural")

SENTENCE = re.compile(r"[A-Za-z]{2,}[,;:.]? [a-z]{2,}|^ ?[A-Z][a-z]+(?![A-Za-z-])|[a-z]{2,} \{\}|\{\} [a-z]{2,}")
"""What looks like words wherever it stands; {} is a value in a template."""

WORD = re.compile(r"[A-Za-z]{2,}")
"""What looks like words where a visitor sees or hears it."""

SEEN = {"title", "aria-label", "aria-valuetext", "placeholder", "textContent", "label", "alt"}
"""Properties and attributes with words."""

NOT_SEEN = {"className", "class", "kind", "font", "background", "style", "preserveAspectRatio", "data-term"}
"""Properties and attributes with names, colors, sizes and sides."""

ASKS = {"closest", "querySelector", "querySelectorAll", "focus", "includes", "matchMedia", "setRequestHeader", "warn"}
"""Calls whose texts are selectors, names of the web, or words for who develops."""

FIRST = {"canvas", "el", "show", "svg"}
"""Calls whose first argument is the name of an element, a class or a state."""

MARKUP = re.compile(r"^[<.]|, \.|px \{\}|px$|\{ [a-z-]+: |\.js$|^gatelab ")
"""How a piece of a document, a selector, a style, the font of a canvas, the name of a file and a command begin, end or look."""

NAMES = {"Adam", "Bearer {}", "Dive into Deep Learning", "Keras", "Spearman", "Spearman {}"}

KEYS = {"Alt", "Control", "End", "Enter", "Escape", "Home", "Meta", "Shift", "Tab"}

NO_WORDS = {
    "attention/predict.js": ["look {}"],  # which question it is
    "builder/file.js": ["stage: watch", "[view {}]: {}"],  # lines of the file
    "classroom/asking/csv.js": ["right answer"],  # the head of a column
    "lesson/backtile.js": ["grad inside-grad"],  # classes
    "own.js": ["my {}", "own {}"],  # how a file and a task of one's own are named
    "taking/domsvg.js": ["Top", "Right", "Bottom", "Left"],  # ends of names of CSS
}

LEFT_OUT = {
    "vendor": "the code of others",
    "engine": "what is shown of it goes through `tr`, there or where it is shown; the rest are errors, as Python words them",
    "language.js": "speaks of such calls",
    "learn/python.js": "writes Python",
    "taking/notebook.js": "writes Python",
}

FILES = [path for path in sorted(STATIC.rglob("*.js")) if not {path.relative_to(STATIC).parts[0], path.relative_to(STATIC).as_posix()} & LEFT_OUT.keys()]


def unwrapped(source, but=()):
    """The texts of a module that no catalogue can translate: ["line: text"]; `but` are no words."""
    literals = [*_literals(PARSER.parse(source.encode()).root_node)]
    translated = {_text(node) for node in literals if _call(node)[0] in TEXTS}  # where one stands alone as well, it is the English name of something
    texts = [(node, _text(node)) for node in literals if not _is_code(node)]
    return [f"{node.start_point[0] + 1}: {text}" for node, text in texts if _has_words(node, text) and text not in {*translated, *NAMES, *KEYS, *but}]


def _literals(node):
    """The strings and templates of a tree, but for errors, which are for who develops."""
    made = _name(node.child_by_field_name("constructor")) if node.type == "new_expression" else ""
    error = node.type == "class_declaration" and any(child.type == "class_heritage" and child.text.decode().endswith("Error") for child in node.children)
    if error or node.type in ("import_statement", "throw_statement") or made.endswith(("Error", "URL")):
        return
    if node.type in ("string", "template_string"):
        yield node
    for child in node.children:
        yield from _literals(child)


def _text(node):
    """What stands in a literal; {} for each value of a template."""
    parts = (child for child in node.children if child.type not in ('"', "'", "`"))
    return "".join({"template_substitution": "{}", "escape_sequence": "~"}.get(part.type) or part.text.decode() for part in parts)


def _name(node):
    return "" if node is None else node.text.decode().split(".")[-1]


def _outer(node):
    """What a literal is a part of, up to where that is a value of something: a sum, a choice, or its own `trim()`."""
    while node.parent is not None and (
        node.parent.type in ("binary_expression", "parenthesized_expression", "ternary_expression", "member_expression")
        or (node.parent.type == "call_expression" and node.parent.child_by_field_name("function") == node)
    ):
        node = node.parent
    return node


def _call(node):
    """The name of the call of which a literal is an argument, and its place among the arguments; ("", 0) where it is none."""
    outer = _outer(node)
    if outer.parent is None or outer.parent.type != "arguments":
        return "", 0
    return _name(outer.parent.parent.child_by_field_name("function")), outer.parent.named_children.index(outer)


def _property(node):
    """The property or attribute that a literal is the value of; "" where it is none."""
    outer = _outer(node)
    parent = outer.parent
    if parent.type == "pair" and parent.child_by_field_name("key") != outer:
        return parent.child_by_field_name("key").text.decode().strip('"')
    if parent.type in ("assignment_expression", "field_definition"):
        return _name(parent.child_by_field_name("left") or parent.child_by_field_name("property"))
    return _text(parent.named_children[0]) if _call(node) == ("setAttribute", 1) else ""


def _has_words(node, text):
    call, place = _call(node)
    seen = _property(node) in SEEN or (call == "el" and place > 1) or call in ("append", "prompt", "replaceChildren")
    return bool((WORD if seen else SENTENCE).search(text)) and not MARKUP.search(text)


def _is_code(node):
    """Whether a literal is told to the machine: a key, a name of the web, a class; or is translated already."""
    parent, (call, place) = node.parent, _call(node)
    compared = parent.type == "binary_expression" and any(child.type in ("===", "!==", "in") for child in parent.children)
    key = parent.type in ("subscript_expression", "switch_case") or (parent.type == "pair" and parent.child_by_field_name("key") == node)
    return call in {*TEXTS, *ASKS} or (call in FIRST and place == 0) or _property(node) in NOT_SEEN or compared or key


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(STATIC).as_posix())
def test_a_text_that_a_visitor_sees_can_be_translated(path):
    assert not unwrapped(path.read_text(encoding="utf-8"), NO_WORDS.get(path.relative_to(STATIC).as_posix(), ()))


@pytest.mark.parametrize(
    "line",
    [
        'el("button", { type: "button" }, "Copy link");',
        'el("p", {}, many ? tr("steps") : "none");',
        'el("input", { title: "unit" });',
        'canvas.setAttribute("aria-label", `unit ${unit}`);',
        'this.note.textContent = "saved";',
        'const HOW = "Press Mark and drag over the text above.";',
        "return `${size} of the units`;",
        'tr("{what} of {unit}", { what: "the forget gate" });',
        'super(look, "Move the slider");',
    ],
)
def test_a_text_that_is_not_translated_is_found(line):
    assert unwrapped(line)


@pytest.mark.parametrize(
    "line",
    [
        'el("p", { className: "quiet size" }, tr("Copy link"), " · ", plural("{count} unit", "{count} units", size));',
        'if (event.key === "Escape" || event.target.closest("button, select, input")) return;',
        "context.font = `600 ${size}px ${ink.mono}`;",
        'throw new RangeError("the answer begins too late");',
        '// A comment says what it wants, "as here".',
        'class Busy extends Error { constructor() { super("too much to do"); } }',
    ],
)
def test_what_no_visitor_sees_is_no_text(line):
    assert not unwrapped(line)
