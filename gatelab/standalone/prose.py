"""Markdown with formulas as HTML that needs no script: formulas are MathML, in every notation that a visitor can choose."""

import html
from collections.abc import Callable
from functools import lru_cache
from xml.etree.ElementTree import tostring

from latex2mathml.converter import convert_to_element
from markdown_it import MarkdownIt
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from gatelab.notation import NOTATIONS, formula

BREAKS = (r"\nobreak", r"\allowbreak")
"""Where TeX may break a line; a browser decides by itself."""


def rendered(markdown: str, link: Callable[[str], str] = str, *, alone: bool = False, fixed: bool = False) -> str:
    """Markdown as HTML; HTML in it is shown as text.

    Args:
        markdown: with formulas between dollar signs, in PyTorch's letters.
        link: what a link's address becomes.
        alone: see `gatelab.notation.rewritten`.
        fixed: whether the formulas are no cell's own, and stay in their letters.

    Returns:
        HTML. Of a formula that notations write differently each form stands there under its name, `data-in`; `style` shows the one that is chosen.
    """
    reader = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False}).enable("table").enable("strikethrough")
    dollarmath_plugin(
        reader, allow_labels=False, double_inline=True, renderer=lambda content, options: _formula(content, options["display_mode"], alone, fixed)
    )
    anchors_plugin(reader, max_level=3)
    tokens = reader.parse(markdown)
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                child.attrs["href"] = link(str(child.attrs["href"]))
    return str(reader.renderer.render(tokens, reader.options, {}))


def style() -> str:
    """CSS: of each formula the notation that stands in the document's `data-notation`, the first of all where none does; and what is said of the update gate there."""
    first, *others = NOTATIONS
    shown = "".join(f':root[data-notation="{name}"] [data-in~="{name}"] {{ display: inline; }}\n' for name in others)
    turns = [name for name, notation in NOTATIONS.items() if notation.turns]
    yes, no = (", ".join(f':root[data-notation="{name}"] [data-turned="{which}"]' for name in turns) for which in ("yes", "no"))
    shown += f"{yes} {{ display: block; }}\n{no} {{ display: none; }}\n"
    return f'[data-in] {{ display: none; }}\n:root:not([data-notation]) [data-in~="{first}"], :root[data-notation="{first}"] [data-in~="{first}"] {{ display: inline; }}\n{shown}'


def _formula(latex, display, alone, fixed):
    forms: dict[str, list[str]] = {}
    for name in ["pytorch"] if fixed else NOTATIONS:
        forms.setdefault(mathml(formula(latex.strip(), name, alone=alone), display), []).append(name)
    if len(forms) == 1:
        return next(iter(forms))
    return "".join(f'<span data-in="{" ".join(names)}">{form}</span>' for form, names in forms.items())


@lru_cache(maxsize=4096)
def mathml(latex: str, display: bool = False) -> str:
    """A formula as MathML (https://www.w3.org/TR/mathml-core/), which browsers draw by themselves; one that cannot be read stays as it was written."""
    for each in BREAKS:
        latex = latex.replace(each, "")
    try:
        made = convert_to_element(latex, display="block" if display else "inline")
    except Exception:  # noqa: BLE001 (a formula of anybody: the library raises what it likes)
        return f"<code>{html.escape(latex)}</code>"
    for element in made.iter():
        element.text = html.unescape(element.text) if element.text else element.text  # its signs come as "&#x003C3;"
        element.attrib.pop("href", None)
    return tostring(made, encoding="unicode")
