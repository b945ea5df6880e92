"""What the Markdown of a lesson may hold: links that lead where links may, measured numbers that there are, and no pictures."""

import re
from collections.abc import Mapping
from itertools import islice

from gatelab import facts
from gatelab.lessons import links
from gatelab.lessons.faults import WRONG
from gatelab.lessons.links import Page, one_of

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")

MARKS = ("ask", "question", "figure", "see", "caption", "tab", "if notation turned", "if notation not turned", "formulas gru")
"""What a paragraph may begin with, before a colon."""

KNOWN = re.compile(rf"({'|'.join(MARKS)}):(?:\s|$)")

MOST = 200
"""Most links of a run of paragraphs, and most marks of a lesson."""

LONG = 8_000
"""Most characters of a link in a sentence."""

_INLINE = re.compile(r"\]\(\s*<?")
_DEFINED = re.compile(r"^ {0,3}\[(?!\^)[^\]\n]{1,999}\]:[ \t]*<?([^\s>]*)", re.MULTILINE)
_AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^<>\s]*)>")
_FACT = re.compile(r"\{\{([^{}]+)\}\}")


def wrong(text: str, here: Page, known: Mapping[str, Page]) -> list[tuple[int, str]]:
    """What Markdown holds that a lesson may not: (line, from 0; what is wrong with it).

    In code only measured numbers are looked at. HTML is no fault: it is shown as it is written, never as HTML.
    """
    whole, text = text, _without_code(text)
    places = [(match.end(), _target(text, match.end())) for match in islice(_INLINE.finditer(text), MOST + 1)]
    places += [(match.start(), match[1]) for pattern in (_DEFINED, _AUTOLINK) for match in islice(pattern.finditer(text), MOST + 1)]
    found = [(at, said) for at, target in places[:MOST] for said in links.target(target, here, known)]
    if len(places) > MOST:
        found.append((places[MOST][0], f"a paragraph must have at most {MOST} links: it has more"))
    for match in re.finditer(r"!\[", whole):  # in code as well: what is code is the renderer's to say
        found.append((match.start(), "a picture cannot be fetched: 'figure: ...' shows those that there are"))
    for match in re.finditer(r"^# ", text, re.MULTILINE):
        found.append((match.start(), "a heading must be '## ...' or '### ...': '# ...' is the lesson's title"))
    for match in re.finditer(rf"(?<=\n){KNOWN.pattern}", text):
        found.append((match.start(), f"{match[1]} must begin a paragraph: put an empty line before it"))
    for match in _FACT.finditer(whole):
        name = " ".join(match[1].split())  # a line may end inside it
        if name not in facts.FACTS:
            found.append((match.start(), one_of("a measured number", facts.FACTS, name)))
        if len(found) > WRONG:
            break
    return [(text.count("\n", 0, at), said) for at, said in found[: WRONG + 1]]


def _target(text, at):
    """Where a link leads whose target begins here: up to a space, the parenthesis that closes it, or the next link."""
    depth, end = 0, at
    while end < min(len(text), at + LONG) and not text[end].isspace() and text[end] not in "<>" and not text.startswith("](", end):
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        if depth < 0:
            break
        end += 1
    return text[at:end]


def fenced(lines: list[str]) -> tuple[list[bool], int | None]:
    """Whether each line is of code between fences, ``` or ~~~, and where one begins that does not end."""
    inside, fence, begins = [], "", None
    for k, line in enumerate(lines):
        found = _FENCE.match(line)
        inside.append(bool(fence or (found and not (found[1][0] == "`" and "`" in found[2]))))
        if fence and found and found[1].startswith(fence) and not found[2].strip():
            fence, begins = "", None
        elif not fence and inside[-1] and found:
            fence, begins = found[1], k
    return inside, begins


def _without_code(text):
    """The text with spaces for its code, so that each place stays where it is."""
    lines = text.split("\n")
    for k, inside in enumerate(fenced(lines)[0]):
        lines[k] = " " * len(lines[k]) if inside else re.sub(r"`[^`\n]+`", lambda code: " " * len(code[0]), lines[k])
    return "\n".join(lines)
