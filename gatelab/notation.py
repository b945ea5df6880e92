"""How the formulas of a cell are written in libraries, books and courses: letters, weights and which way round the update gate is.

One table for chapters, stages and tests. Every formula of a notation is made here, from the record of the cell in `roles.py`, as markup:
`W_{if} x_{t}`, with subscripts in `_{}` and superscripts in `^{}`. `latex` turns it into LaTeX.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gatelab.roles import ROLES, Roles, Share, of

ROLE_OF_GATES = ("reset", "write", "keep", "show")


@dataclass(frozen=True)
class Notation:
    """One way to write the cells.

    Attributes:
        called: its name on the screen.
        source: where it is from; `says` is the line there that tells which way round the update gate of a GRU is.
        letters: a kind of cell, see `kind` -> a role -> the letter, in the order of the cell's story.
        blocks: the same for the subscripts that weights and biases have.
        form: "split", W x + U h; "rows", x W + h U; "joined", W [h, x].
        parameters: how weights of the input, weights of the state, the one bias, and where there are two the bias of the input and the
            bias of the state are written; % stands for the block. Where `form` is "joined" the first is the weights of both together.
        apart: how the weights of input and state are written where a "joined" form cannot be: the reset gate is in between.
        two_biases: "always"; "after", where the reset gate acts after the matrix product; "never", save in that gate's candidate.
        turned: whether the update gate of a GRU at 1 takes the candidate; PyTorch's at 1 keeps the old state.
        above: whether the step stands above the letter, in angle brackets.
        titles: a role -> what its gate is called, where that is not as in `roles.GATES`.
        note: what is said of a GRU whose reset gate acts after the matrix product, where the source has no such form.
    """

    called: str
    source: str
    says: str
    letters: Mapping[str, Mapping[str, str]]
    blocks: Mapping[str, Mapping[str, str]]
    form: str
    parameters: tuple[str, str, str, str, str]
    apart: tuple[str, str] = ("", "")
    two_biases: str = "never"
    turned: bool = False
    above: bool = False
    titles: Mapping[str, str] | None = None
    note: str = ""


def _cells(memory: str, mixture: str, single: str, plain: str) -> dict[str, dict[str, str]]:
    """A table by kind of cell and role, from words in the order of the roles."""
    roles = {"memory": ("keep", "write", "candidate", "memory", "show", "state"), "mixture": ("reset", "keep", "candidate", "state")}
    roles |= {"single": ("reset", "candidate", "state"), "plain": ("state",)}
    given = {"memory": memory, "mixture": mixture, "single": single, "plain": plain}
    return {kind: {role: "" if letter == "-" else letter for role, letter in zip(roles[kind], given[kind].split(), strict=True)} for kind in roles}


NOTATIONS = {
    "pytorch": Notation(
        called="PyTorch",
        source="https://docs.pytorch.org/docs/stable/generated/torch.nn.GRU.html",
        says="h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_(t-1)",
        letters=_cells("f i g c o h", "r z n h", "f n h", "h"),
        blocks=_cells("f i g - o -", "r z n -", "f n -", "h"),
        form="split",
        parameters=("W_{i%}", "W_{h%}", "", "b_{i%}", "b_{h%}"),
        two_biases="always",
    ),
    "colah": Notation(
        called="Colah’s blog",
        source="https://colah.github.io/posts/2015-08-Understanding-LSTMs/",
        says="h_t = (1 - z_t) * h_{t-1} + z_t * h̃_t",
        letters=_cells("f i C̃ C o h", "r z h̃ h", "f h̃ h", "h"),
        blocks=_cells("f i C - o -", "r z - -", "f - -", "-"),
        form="joined",
        parameters=("W_{%}", "", "b_{%}", "b_{%x}", "b_{%h}"),
        apart=("W_{%x}", "W_{%h}"),
        turned=True,
        note="The blog writes the GRU in Cho’s form, and without biases; in this network the reset gate acts after the matrix product, as in PyTorch.",
    ),
    "d2l": Notation(
        called="Dive into Deep Learning",
        source="https://d2l.ai/chapter_recurrent-modern/gru.html",
        says="H_t = Z_t ⊙ H_{t-1} + (1 - Z_t) ⊙ H̃_t",
        letters=_cells("F I C̃ C O H", "R Z H̃ H", "F H̃ H", "H"),
        blocks=_cells("f i c - o -", "r z h -", "f h -", "h"),
        form="rows",
        parameters=("W_{x%}", "W_{h%}", "b_{%}", "b_{x%}", "b_{h%}"),
        note="The book writes the GRU in Cho’s form; in this network the reset gate acts after the matrix product, as in PyTorch.",
    ),
    "deeplearning.ai": Notation(
        called="deeplearning.ai",
        source="https://community.deeplearning.ai/t/gru-gates-c-t-vs-a-t/341446",
        says="If Gamma = 0, then c<t> = c<t-1>",
        letters=_cells("Γ_{f} Γ_{u} c̃ c Γ_{o} a", "Γ_{r} Γ_{u} c̃ c", "Γ_{f} c̃ c", "a"),
        blocks=_cells("f u c - o -", "r u c -", "f c -", "a"),
        form="joined",
        parameters=("W_{%}", "", "b_{%}", "b_{%x}", "b_{%c}"),
        apart=("W_{%x}", "W_{%c}"),
        turned=True,
        above=True,
        titles={"write": "update gate", "reset": "relevance gate"},
        note="The course writes the GRU in Cho’s form; in this network the reset gate acts after the matrix product, as in PyTorch.",
    ),
    "keras": Notation(
        called="Keras",
        source="https://github.com/keras-team/keras/blob/master/keras/src/layers/rnn/gru.py",
        says="h = z * h_tm1 + (1 - z) * hh",
        letters=_cells("f i c̃ c o h", "r z hh h", "f hh h", "h"),
        blocks=_cells("f i c - o -", "r z h -", "f h -", "-"),
        form="rows",
        parameters=("kernel_{%}", "recurrent_kernel_{%}", "bias_{%}", "input_bias_{%}", "recurrent_bias_{%}"),
        two_biases="after",
    ),
}
"""What can be chosen, the first where nothing is: names, weights and the update gate as in its source."""

DEFAULT = next(iter(NOTATIONS))


def named(key: str) -> Notation:
    """The notation of a name.

    Raises:
        ValueError: there is none.
    """
    if key not in NOTATIONS:
        raise ValueError(f"notation must be one of {', '.join(NOTATIONS)}: got {key!r}")
    return NOTATIONS[key]


def kind(record: Roles) -> str:
    """Which letters of a notation a cell has: those of a "memory" apart from h, of a "mixture" with two gates or a "single" one, or "plain"."""
    if record.apart:
        return "memory"
    if not record.keep:
        return "plain"
    return "single" if len(record.gates) == 1 else "mixture"


def _roles(record, name):
    """The roles that a name has in a cell, those of a table; h is the state of every cell, and of some the candidate or the memory besides."""
    if name == "h":
        return ("state",)
    gates = [role for role in ROLE_OF_GATES if (share := record.share(role)) and share.name == name]
    return (*gates, *(role for role in ("candidate", "memory") if getattr(record, role) == name))


def _by_name(what, table, cell):
    """A table of a notation for one cell, by the names of what it computes."""
    record, found = of(cell), {}
    for name in record.names:
        role = next((role for role in _roles(record, name) if role in table[kind(record)]), None)
        if role is None:
            raise ValueError(f"the {what} of a notation must have an entry for the {' and '.join(_roles(record, name))} of the {record.called}: got none")
        found[name] = table[kind(record)][role]
    return found


def letters(key: str, cell: str) -> dict[str, str]:
    """How a notation writes each name of a cell, without its step: a name -> markup.

    Raises:
        ValueError: there is no such notation or cell, or the notation has no letter for one of its roles.
    """
    return _by_name("letters", named(key).letters, cell)


def turned(key: str, cell: str) -> tuple[str, ...]:
    """The gates of a cell whose values a notation shows turned round, 1 minus PyTorch's."""
    record, keep = of(cell), of(cell).share("keep")
    return (keep.name,) if named(key).turned and keep and not keep.rest and kind(record) == "mixture" else ()


def share(key: str, cell: str, role: str) -> Share | None:
    """How much the gate of a role lets through, as the notation has it; None where the cell has no such gate."""
    found = of(cell).share(role)
    return found._replace(rest=not found.rest) if found and role in ("keep", "write") and found.name in turned(key, cell) else found


def titles(key: str, cell: str) -> dict[str, str]:
    """What each name of a cell is called in a notation, in the order of the cell's story."""
    record, own = of(cell), named(key).titles or {}
    alone = {name: roles[0] for name in record.titles if len(roles := _roles(record, name)) == 1}  # a gate with several roles has a title of its own
    return {name: own.get(alone.get(name, ""), title) for name, title in record.titles.items()}


def formulas(key: str, cell: str) -> dict[str, str]:
    """The formulas of a cell in a notation: each name -> its equation, and each further part of the lesson's diagram -> its expression.

    Raises:
        ValueError: there is no such notation or cell, or the notation lacks a letter.
    """
    return _Writer(key, cell).formulas()


class _Writer:
    """Writes one cell in one notation, as markup."""

    def __init__(self, key: str, cell: str) -> None:
        self.key, self.cell, self.notation, self.record = key, cell, named(key), of(cell)
        self.letters, self.blocks = letters(key, cell), _by_name("blocks", self.notation.blocks, cell)
        self.x = "X" if self.letters["h"].isupper() else "x"
        self.keep, self.write = share(key, cell, "keep"), share(key, cell, "write")

    def at(self, name, when="t"):
        letter = self.letters.get(name, self.x)
        return f"{letter}^{{⟨{when}⟩}}" if self.notation.above else f"{letter}_{{{when}}}"

    def before(self, name):
        return self.at(name, "t−1")

    def part(self, share):
        return f"(1 − {self.at(share.name)})" if share.rest else self.at(share.name)

    def parameter(self, which, name):
        pattern = which if isinstance(which, str) else self.notation.parameters[which]
        return pattern.replace("%", self.blocks[name]).replace("_{}", "")

    def times(self, weights, vector):
        return f"{vector} {weights}" if self.notation.form == "rows" else f"{weights} {vector}"

    def two_biases(self, name):
        after = self.record.resets == "after"
        return self.notation.two_biases == "always" or (after and (self.notation.two_biases == "after" or name == self.record.candidate))

    def said(self, name, state):
        """What the old state says in the sum of a name, with its own bias where it has one."""
        weights = self.parameter(self.notation.apart[1] if self.notation.form == "joined" else 1, name)
        return self.times(weights, state) + (f" + {self.parameter(4, name)}" if self.two_biases(name) else "")

    def sum(self, name):
        """The sum under a gate or a candidate."""
        after, before = (self.record.resets if name == self.record.candidate else "") == "after", self._resets_before(name)
        state = f"{self.at(self.record.reset)} ⊙ {self.before('h')}" if before else self.before("h")
        if self.notation.form == "joined" and not after:
            terms = [f"{self.parameter(0, name)} [{state}, {self.at('x')}]", self.parameter(2, name)]
        else:
            weights = self.parameter(self.notation.apart[0] if self.notation.form == "joined" else 0, name)
            state = f"( {state} )" if before else state
            old = self.said(name, state)
            terms = [self.times(weights, self.at("x")), f"{self.at(self.record.reset)} ⊙ ( {old} )" if after else old]
            terms.insert(1 if self.two_biases(name) else 2, self.parameter(3 if self.two_biases(name) else 2, name))
        if f"weight_c{name}" in self.record.peepholes:
            terms.append(self.peephole(name))
        return " + ".join(terms)

    def _resets_before(self, name):
        return name == self.record.candidate and self.record.resets == "before"

    def peephole(self, name):
        memory = self.record.memory
        return f"w_{{c{self.blocks[name]}}} ⊙ {self.at(memory) if name == self.record.show else self.before(memory)}"

    def equation(self, name):
        record, left = self.record, self.at(name)
        if name in tuple(record.rows):
            squash = ("max" if record.rectified else "tanh") if name == record.candidate else "σ"
            return f"{left} = {squash}( {self.sum(name)} )" if squash != "max" else f"{left} = max(0, {self.sum(name)})"
        if name == record.memory:
            return f"{left} = {self.kept()} + {self.written()}"
        return f"{left} = {self.at(record.show)} ⊙ tanh({self.at(record.memory)})" if name == "h" else f"{left} = 1 − {self.at(record.keep)}"

    def kept(self):
        return f"{self.part(self.keep)} ⊙ {self.before(self.record.memory)}"

    def written(self):
        return f"{self.part(self.write)} ⊙ {self.at(self.record.candidate)}"

    def formulas(self):
        record, found = self.record, {"x": self.at("x"), "in": f"{self.at('x')}, {self.before('h')}", "h-": self.before("h")}
        found |= {name: self.equation(name) for name in record.names}
        keep, write = record.share("keep"), record.share("write")
        if keep and write:  # the keys of the parts are those of gatelab/live/lesson.py, whatever the notation
            found |= {f"{'1-' if keep.rest else ''}{keep.name}{record.memory}": self.kept(), f"{write.name}{record.candidate}": self.written()}
            rest = {f"{record.memory}-": self.before(record.memory), f"t{record.memory}": f"tanh({self.at(record.memory)})"}
            found |= rest if record.apart else {f"1-{write.name}": f"1 − {self.at(write.name)}"}
        return found | self.seen() | {name.replace("weight_c", "p"): self.peephole(name.replace("weight_c", "")) for name in record.peepholes}

    def seen(self):
        """What the reset gate lets the candidate see of the old state."""
        r, n = self.record.reset, self.record.candidate
        if not r:
            return {}
        if self.record.resets == "after":
            said = self.said(n, self.before("h"))
            return {"a": said, f"{r}a": f"{self.at(r)} ⊙ ( {said} )"}
        through = f"{self.at(r)} ⊙ {self.before('h')}"
        return {f"{r}h": through, "a": self.said(n, f"( {through} )")}

    def numbers(self, name):
        """How the numbers of a sum stand beside its formula: "two" biases, "one", or one and both products "joined"."""
        if self.two_biases(name):
            return "two"
        return "joined" if self.notation.form == "joined" else "one"


TURNED = "This notation turns the update gate round: its value is 1 minus PyTorch’s, and its weights and biases are PyTorch’s with the sign turned."


@lru_cache
def table(key: str) -> dict[str, Any]:
    """All that a page must know of a notation, as JSON has it: {"key", "called", "cells": {cell: {"letters", "titles", "formulas", "turned", "numbers", "notes"}}}.

    Raises:
        ValueError: there is no such notation, or it lacks a letter of a cell.
    """
    return {"key": key, "called": named(key).called, "cells": {cell: _of_cell(key, cell) for cell in ROLES}}


def _of_cell(key, cell):
    record, writer = of(cell), _Writer(key, cell)
    notes = dict.fromkeys(turned(key, cell), TURNED)
    if record.resets == "after" and named(key).note:
        notes[record.candidate] = named(key).note
    return {
        "letters": {"x": writer.x} | writer.letters,
        "titles": titles(key, cell),
        "formulas": writer.formulas(),
        "turned": list(turned(key, cell)),
        "numbers": {name: writer.numbers(name) for name in record.rows},
        "notes": notes,
    }


_LATEX = {"σ": r"\sigma", "Γ": r"\Gamma", "⊙": r"\odot", "−": "-", "⟨": r"\langle ", "⟩": r"\rangle", "tanh": r"\tanh", "max": r"\max"}
_TILDE = "\N{COMBINING TILDE}"
_WORD = re.compile(r"(?:recurrent_|input_)?(?:kernel|bias)|hh(?=_)")  # a name of several letters
_BETWEEN = re.compile(r"(?<=[\w}\])])(?<!\\odot) (?=[\w(\[]|\\Gamma|\\tilde|\\mathrm)")  # two factors


def latex(markup: str) -> str:
    """A formula of this module as LaTeX, with a thin space between factors."""
    found = _WORD.sub(lambda word: r"\mathrm{" + word[0].replace("_", r"\_") + "}", markup)
    found = re.sub(f"(.){_TILDE}", r"\\tilde{\1}", found)
    found = re.sub("|".join(_LATEX), lambda sign: _LATEX[sign[0]], found)
    return _BETWEEN.sub(r"\\,", found).replace(r"\langle\,", r"\langle ")
