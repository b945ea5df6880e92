"""The pieces of HTML that the pages of the site are made of: text, tables, code, figures, and what only the app has."""

import html
import json
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import plotly.graph_objects as go

from gatelab.languages import tr
from gatelab.standalone.document import Part

THEMES = ("light", "dark")


@dataclass
class Sheet:
    """A page of the site while it is made.

    Attributes:
        name: its address without the suffix, e.g. "lstm".
        title: its heading.
        marks: its HTML, from top to bottom.
        parts: what is put into its elements.
        figures: how many figures it has.
    """

    name: str
    title: str
    marks: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    figures: int = 0

    def add(self, *marks: str) -> None:
        """Put HTML at the end."""
        self.marks += marks

    def figure(self, make: Callable[[str], go.Figure], said: str) -> None:
        """Put a Plotly figure at the end.

        Args:
            make: theme -> figure.
            said: what it shows, for those who do not see it.
        """
        self.figures += 1
        name = f"figure-{self.figures}"
        self.add(f'<div class="figure" data-figure="{name}" role="img" aria-label="{html.escape(said)}"></div>')
        for theme in THEMES:
            self.add(script(f"{name}-{theme}", make(theme).to_json() or ""))

    def put(self, part: Part, element: str) -> None:
        """Put an element at the end, and what draws in it."""
        self.add(element)
        self.parts.append(part)


def script(name: str, content: str) -> str:
    """JSON that stands in a page under an id."""
    return f'<script type="application/json" id="{name}">{content.replace("<", chr(92) + "u003c")}</script>'


def image(svg: Callable[[str], str], said: str, style: str = "") -> str:
    """A picture made for each theme."""
    shown = f' style="{style}"' if style else ""
    pictures = ((theme, b64encode(svg(theme).encode()).decode()) for theme in THEMES)
    return "".join(f'<img class="in-{theme}" alt="{html.escape(said)}" src="data:image/svg+xml;base64,{code}"{shown}>' for theme, code in pictures)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], caption: str = "") -> str:
    """A table of plain text."""
    told = f"<caption>{html.escape(caption)}</caption>" if caption else ""
    first = "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in head)
    rest = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{told}<thead><tr>{first}</tr></thead><tbody>{rest}</tbody></table>"


def code(text: str) -> str:
    """Commands or code, as they are typed."""
    return f"<pre><code>{html.escape(text)}</code></pre>"


def only_in_the_app(what: str) -> str:
    """What a page says where something needs Python, and how to get it.

    Args:
        what: the beginning of a sentence, e.g. "The time trial".
    """
    said = tr("{what} needs the app, which runs on your own computer: {install}, then {start}.", what=what, install="\0", start="\1")
    marked = html.escape(said).replace("\0", "<code>pip install gatelab</code>").replace("\1", "<code>gatelab</code>")
    return f'<p class="app">{marked}</p>'


def blob(content: object) -> bytes:
    """JSON as bytes."""
    return json.dumps(content, ensure_ascii=False).encode()
