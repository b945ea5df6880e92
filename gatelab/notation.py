"""Whose letters the formulas of a page are written in: PyTorch's, as the pages have them, or those that another source uses.

The same notations as in `static/kit/notation.js`, which says what was read where; `tests/test_notation.py` compares the two.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial


def _below(letter, when):
    return f"{letter}_{{{when}}}"


def _raised(letter, when):
    return rf"{letter}^{{\langle {when} \rangle}}"


@dataclass(frozen=True)
class Notation:
    """One notation, in LaTeX.

    Attributes:
        letters: those that are other than PyTorch's, name -> letter.
        state: h where it is all that a cell with gates keeps; "" where it has no other letter there.
        rows: what stands under a weight for a row, where that is not the row's name.
        weight: the name of a row's weight of the input ("x") or of the old state ("h", or its letter where `joined`).
        bias: the same of a bias.
        joined: whether one matrix takes both, W [h, x].
        left: whether a vector stands left of its matrix.
        biases: whether each product has a bias of its own.
        index: how the step is written to a letter.
        turns: whether the update gate of a GRU says how much of the candidate comes in, 1 - z of PyTorch.
    """

    weight: Callable[[str, str], str]
    bias: Callable[[str, str], str]
    letters: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, str] = field(default_factory=dict)
    state: str = ""
    joined: bool = False
    left: bool = False
    biases: bool = False
    index: Callable[[str, str], str] = _below
    turns: bool = False


def _pair(sign, x, h):
    """Weights or biases whose first index says what they are of."""
    return lambda row, of: f"{sign}_{{{x if of == 'x' else h}{row}}}"


def _last(sign):
    """The same with the last index."""
    return lambda row, of: f"{sign}_{{{row}{of}}}"


NOTATIONS = {
    "pytorch": Notation(_pair("W", "i", "h"), _pair("b", "i", "h"), biases=True),
    "colah": Notation(_last("W"), _last("b"), {"g": r"\tilde{C}", "c": "C", "n": r"\tilde{h}"}, {"g": "C", "n": "h"}, joined=True, turns=True),
    "d2l": Notation(
        _pair("W", "x", "h"),
        _pair("b", "x", "h"),
        {name: name.upper() for name in "xiforzch"} | {"g": r"\tilde{C}", "n": r"\tilde{H}"},
        {"g": "c", "n": "h"},
        left=True,
    ),
    "deeplearning": Notation(
        _last("W"),
        _last("b"),
        {"i": r"\Gamma_{u}", "z": r"\Gamma_{u}", "f": r"\Gamma_{f}", "o": r"\Gamma_{o}", "r": r"\Gamma_{r}", "g": r"\tilde{c}", "n": r"\tilde{c}", "h": "a"},
        {"i": "u", "z": "u", "g": "c", "n": "c", "h": "a"},
        state="c",
        joined=True,
        index=_raised,
        turns=True,
    ),
    "keras": Notation(
        lambda row, of: f"{'W' if of == 'x' else 'U'}_{{{row}}}",
        lambda row, of: f"b_{{{'W' if of == 'x' else 'U'}{row}}}",
        {"g": r"\tilde{c}", "n": r"\mathit{hh}"},
        {"g": "c", "n": "h"},
        left=True,
    ),
}
"""Notations by the name that a link has for them, PyTorch's own at the front."""

_MATH = re.compile(r"(?<!\\)\$\$(.+?)\$\$|(?<!\\)\$([^$]+?)(?<!\\)\$", re.DOTALL)
_GAP = r"(?:\\,|\s)*"
_INPUT = rf"W_\{{i(?P<row>\w)\}}{_GAP}x_(?P<t>\w){_GAP}\+{_GAP}b_\{{i(?P=row)\}}{_GAP}\+{_GAP}"
_OLD = r"h_\{(?P=t)-1\}"
_BIAS = rf"{_GAP}\+{_GAP}b_\{{h(?P=row)\}}"
_SUMS = {
    "plain": re.compile(rf"{_INPUT}W_\{{h(?P=row)\}}{_GAP}{_OLD}{_BIAS}"),
    "before": re.compile(rf"{_INPUT}W_\{{h(?P=row)\}}{_GAP}\((?P<gate>\w)_(?P=t) \\odot {_OLD}\){_BIAS}"),
    "after": re.compile(rf"{_INPUT}(?P<gate>\w)_(?P=t) \\odot \(W_\{{h(?P=row)\}}{_GAP}{_OLD}{_BIAS}\)"),
}
_MIX = re.compile(r"z_(\w) \\odot h_\{\1-1\} \+ \(1 - z_\1\) \\odot n_\1")
_PRODUCT = re.compile(rf"W_\{{(?P<of>[ih])(?P<row>\w)\}}{_GAP}(?P<vector>[xh]_(?:\w|\{{[^}}]*\}}))")
_WEIGHT = re.compile(r"W_\{(?P<of>[ih])(?P<row>\w)\}")
_PEEPHOLE = re.compile(r"w_\{c(?P<row>\w)\}")
_LETTER = re.compile(r"\\[A-Za-z]+|(?<![A-Za-z])(?P<name>[xifgocrznh])(?![A-Za-z])(?:_(?P<when>\w|\{[^}]*\}))?(?P<power>\^)?")


def turned(name: str) -> bool:
    """Whether a GRU's update gate says in a notation how much of the candidate comes in."""
    return NOTATIONS[name].turns


def rewritten(text: str, name: str, *, alone: bool = False) -> str:
    """Markdown whose formulas, in PyTorch's letters, are written in a notation: what stands between dollar signs, and nothing else.

    Args:
        name: one of `NOTATIONS`.
        alone: whether h is all that the cells of the text keep, beside their gates.
    """
    if name == "pytorch":
        return text
    writer = _Writer(NOTATIONS[name], alone)
    return _MATH.sub(lambda found: f"$${writer.formula(found[1])}$$" if found[1] else f"${writer.formula(found[2])}$", text)


def formula(latex: str, name: str, *, alone: bool = False) -> str:
    """The same of one formula without dollar signs."""
    return latex if name == "pytorch" else _Writer(NOTATIONS[name], alone).formula(latex)


class _Writer:
    """Rewrites one formula after the other; what is done is put aside, so that nothing is rewritten twice."""

    def __init__(self, notation: Notation, alone: bool) -> None:
        self.notation, self.alone = notation, alone
        self.done: list[str] = []

    def formula(self, latex):
        self.done = []
        for kind, pattern in _SUMS.items():
            latex = pattern.sub(partial(self.replaced, kind), latex)
        if self.notation.turns:
            latex = _MIX.sub(r"(1 - z_\1) \\odot h_{\1-1} + z_\1 \\odot n_\1", latex)
        latex = _PRODUCT.sub(
            lambda found: self.aside(self.product(self.row(found["row"]), "x" if found["of"] == "i" else "h", self.letters(found["vector"]))), latex
        )
        alone = r"^{\top}" if self.notation.left else ""  # a matrix that stands right of its vectors is the other's transpose
        latex = _WEIGHT.sub(lambda found: self.aside(self.weight(self.row(found["row"]), "x" if found["of"] == "i" else "h") + alone), latex)
        latex = _PEEPHOLE.sub(lambda found: self.aside(f"w_{{{self.letter('c')}{self.row(found['row'])}}}"), latex)
        latex = self.letters(latex)
        while "\0" in latex:
            latex = re.sub(r"\0(\d+)\0", lambda found: self.done[int(found[1])], latex)
        return latex

    def replaced(self, kind, found):
        return self.aside(self.sum(kind, **found.groupdict()))

    def aside(self, latex):
        self.done.append(latex)
        return f"\0{len(self.done) - 1}\0"

    def letter(self, name):
        alone = self.notation.state if name == "h" and self.alone else ""
        return alone or self.notation.letters.get(name, name)

    def at(self, name, when):
        return self.notation.index(self.letter(name), when)

    def letters(self, latex):
        def write(found):
            if not found["name"]:
                return found[0]
            if not found["when"]:
                return self.letter(found["name"]) + (found["power"] or "")
            written = self.at(found["name"], found["when"].strip("{}"))
            return f"({written})^" if found["power"] and self.notation.index is _raised else written + (found["power"] or "")

        return _LETTER.sub(write, latex)

    def row(self, name):
        return self.notation.rows.get(name, name)

    def weight(self, row, of):
        return self.notation.weight(row, self._from(of))

    def bias(self, row, of):
        return self.notation.bias(row, self._from(of))

    def _from(self, of):
        return self.letter("h") if of == "h" and self.notation.joined else of

    def product(self, row, of, vector):
        weight = self.weight(row, of)
        return rf"{vector}\,{weight}" if self.notation.left else rf"{weight}\,{vector}"

    def sum(self, kind, row, t, gate=None):
        """A sum of weighted input and old state, which comes to it "plain" or through a reset gate "before" or "after" the matrix product."""
        row = self.row(row)
        x, h = self.at("x", t), self.at("h", f"{t}-1")
        seen = rf"{self.at(gate, t)} \odot {h}" if kind == "before" else h
        if kind == "after":
            inside = f"{self.product(row, 'h', h)} + {self.bias(row, 'h')}"
            return rf"{self.product(row, 'x', x)} + {self.bias(row, 'x')} + {self.at(gate, t)} \odot ({inside})"
        if self.notation.joined:
            return rf"W_{{{row}}}\,[{seen}, {x}] + b_{{{row}}}"
        return f"{self.product(row, 'x', x)} + {self.product(row, 'h', f'({seen})' if kind == 'before' else seen)} + b_{{{row}}}"
