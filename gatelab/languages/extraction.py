"""Finds the English texts in one file of code: what stands in calls of `tr`, `plural` and `marked`, and of `in_html`, which calls `tr`.

Python's own parser reads Python. JavaScript is searched for the calls: Babel's extractor misses those inside a template literal, and those among
the arguments of another call (tried with 2.18).
"""

import ast
import re
from collections.abc import Iterator

TEXTS = {"tr": 1, "plural": 2, "marked": 1, "in_html": 1}
"""A function -> how many of its first arguments are texts."""

Found = tuple[str, tuple[str, ...]]
"""The function, and its texts."""


def of_python(source: str) -> Iterator[Found]:
    """The calls of a Python file with literal texts, from top to bottom."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TEXTS)
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = call.func.id  # type: ignore[attr-defined]
        said = tuple(arg.value for arg in call.args[: TEXTS[name]] if isinstance(arg, ast.Constant) and isinstance(arg.value, str))
        if len(said) == TEXTS[name]:
            yield name, said


_STRING = r'"(?:[^"\\\n]|\\.)*"' + "|" + r"'(?:[^'\\\n]|\\.)*'" + "|" + r"`(?:[^`\\$]|\\.|\$(?!\{))*`"
_TEXT = rf"(?:{_STRING})(?:\s*\+\s*(?:{_STRING}))*"
_CALL = re.compile(rf"(?<![\w.$])(tr|plural)\(\s*({_TEXT})\s*(?:,\s*({_TEXT})\s*)?(?=[,)])")
_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]+)\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "\n": ""}


def of_javascript(source: str) -> Iterator[Found]:
    """The calls of a JavaScript file with literal texts, from top to bottom.

    Raises:
        ValueError: a text is put together from parts that no catalogue can know.
    """
    if glued := re.search(r"(?<![\w.$])(?:tr|plural)\(\s*`[^`]*\$\{", source):
        raise ValueError(f"a text must be a literal, with names in braces: got {source[glued.start() : glued.end() + 20]!r}")
    for name, one, many in _CALL.findall(source):
        said = tuple(_value(text) for text in (one, many)[: TEXTS[name]] if text)
        if len(said) == TEXTS[name]:
            yield name, said


def _value(literal):
    """What a literal of JavaScript, or several with + between, stands for."""
    return "".join(_ESCAPE.sub(_escaped, part[1:-1]) for part in re.findall(_STRING, literal))


def _escaped(found):
    code = found[1] or found[2] or found[3]
    return chr(int(code, 16)) if code else _NAMED.get(found[4], found[4])
