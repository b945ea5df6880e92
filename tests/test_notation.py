"""Each notation is that of its source, and each of its formulas, computed with the numbers that the page shows, gives the states of the trace."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
import torch

import gatelab
from gatelab import notation
from gatelab.live import lesson
from gatelab.notation import NOTATIONS, formulas, latex, letters
from gatelab.roles import ROLES

KEYS, CELLS = list(NOTATIONS), list(ROLES)
EACH = [(key, cell) for key in KEYS for cell in CELLS]
SIZE, WIDE, STEPS = 5, 4, 6

# A small evaluator: products by their signs, vectors in the columns or the rows that the notation has them in

FUNCTIONS = {"σ": lambda a: 1 / (1 + np.exp(-a)), "tanh": np.tanh}
TOKEN = re.compile(r"σ|tanh|[⊙+−=()\[\],1]|[A-Za-zΓ]\u0303?(?:[a-z]|_(?!\{))*(?:_\{[^}]*\})?(?:\^\{[^}]*\})?")


def tokens(markup):
    found = TOKEN.findall(markup)
    assert "".join(found) == markup.replace(" ", ""), markup
    return found


class Evaluator:
    """What a formula comes to, with `known` for its letters: arrays (H,) or (D,), matrices as they stand in it."""

    def __init__(self, markup, known):
        self.rest, self.known = tokens(markup), known

    def all(self):
        value = self.sum()
        assert not self.rest, self.rest
        return value

    def sum(self):
        value = self.product()
        while self.rest and self.rest[0] in "+−":
            sign = 1 if self.rest.pop(0) == "+" else -1
            value = value + sign * self.product()
        return value

    def product(self):
        value = self.chain()
        while self.rest and self.rest[0] == "⊙":
            self.rest.pop(0)
            other = self.chain()
            assert value.shape == other.shape, "⊙ stands between vectors of one size"
            value = value * other
        return value

    def chain(self):
        value = self.factor()
        while self.rest and self.rest[0] not in "+−⊙),]=":
            other = self.factor()
            assert 2 in (np.ndim(value), np.ndim(other)), "nothing but a matrix stands beside its factor"
            value = value @ other
        return value

    def factor(self):
        token = self.rest.pop(0)
        if token in FUNCTIONS:
            return FUNCTIONS[token](self.factor())
        if token == "1":
            return np.float64(1)
        if token in "([":
            parts = [self.sum()]
            while self.rest[0] == ",":
                self.rest.pop(0)
                parts.append(self.sum())
            assert self.rest.pop(0) == {"(": ")", "[": "]"}[token]
            return np.concatenate(parts) if token == "[" else parts[0]
        return self.known[token]


def test_the_evaluator_knows_its_signs():
    known = {"W": np.array([[1.0, 2.0], [3.0, 4.0]]), "x_{t}": np.array([1.0, 2.0]), "b": np.array([0.5, 0.5])}
    assert Evaluator("W x_{t} + b", known).all().tolist() == [5.5, 11.5] and Evaluator("x_{t} W", known).all().tolist() == [7, 10]
    assert Evaluator("(1 − x_{t}) ⊙ b", known).all().tolist() == [0, -0.5]
    with pytest.raises(AssertionError, match="nothing but a matrix"):
        Evaluator("x_{t} b", known).all()


def model(cell):
    torch.manual_seed(CELLS.index(cell))
    made = gatelab.Recurrent(cell, WIDE, SIZE)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.normal_(0, 0.7)
    return made


def parameters(key, cell, made):
    """The weights and biases under every name that the notation could give them, made from PyTorch's and from what the names mean."""
    record, chosen, found = ROLES[cell], NOTATIONS[key], {}
    own = {name: value.detach().double().numpy() for name, value in made.named_parameters()}
    blocks = notation._by_name("blocks", chosen.blocks, cell)
    for k, name in enumerate(record.rows):
        rows, sign = slice(k * SIZE, (k + 1) * SIZE), -1 if name in notation.turned(key, cell) else 1
        w_x, w_h, b_x, b_h = (sign * own[f"{which}_l0"][rows] for which in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        b, both = blocks[name], np.hstack([w_h, w_x])
        names = {
            "pytorch": {"W_{i%}": w_x, "W_{h%}": w_h, "b_{i%}": b_x, "b_{h%}": b_h},
            "colah": {"W_{%}": both, "b_{%}": b_x + b_h},
            "d2l": {"W_{x%}": w_x.T, "W_{h%}": w_h.T, "b_{%}": b_x + b_h},
            "deeplearning.ai": {"W_{%}": both, "b_{%}": b_x + b_h},
            "keras": {"kernel_{%}": w_x.T, "recurrent_kernel_{%}": w_h.T, "bias_{%}": b_x + b_h, "input_bias_{%}": b_x, "recurrent_bias_{%}": b_h},
        }[key]
        if name == record.candidate and record.resets:  # the two halves of its weights apart
            names |= {"colah": {"W_{x}": w_x, "W_{h}": w_h, "b_{x}": b_x, "b_{h}": b_h}, "d2l": {"b_{xh}": b_x, "b_{hh}": b_h}}.get(key, {})
            names |= {"W_{cx}": w_x, "W_{cc}": w_h, "b_{cx}": b_x, "b_{cc}": b_h} if key == "deeplearning.ai" else {}
        found |= {letter.replace("%", b).replace("_{}", ""): value for letter, value in names.items()}
        if f"weight_c{name}" in record.peepholes:
            found[f"w_{{c{b}}}"] = own[f"weight_c{name}_l0"]
    return found


def step(key, letter, when):
    return f"{letter}^{{⟨{when}⟩}}" if NOTATIONS[key].above else f"{letter}_{{{when}}}"


@pytest.mark.parametrize(("key", "cell"), EACH)
def test_every_formula_gives_what_the_trace_has(key, cell):
    made, x = model(cell), torch.randn(STEPS, WIDE)
    seen, record = gatelab.trace(made, x), ROLES[cell]
    weights, written = parameters(key, cell, made), letters(key, cell)
    shown = {name: 1 - seen[name] if name in notation.turned(key, cell) else seen[name] for name in record.names}
    for t in range(STEPS):
        known = dict(weights)
        for name in record.names:
            known[step(key, written[name], "t")] = shown[name][t].astype(np.float64)
            known[step(key, written[name], "t−1")] = shown[name][t - 1].astype(np.float64) if t else np.zeros(SIZE)
        known[step(key, "X" if key == "d2l" else "x", "t")] = x[t].double().numpy()
        for name in record.names:
            left, right = formulas(key, cell)[name].split(" = ")
            np.testing.assert_allclose(Evaluator(right, known).all(), known[left], atol=2e-6, err_msg=f"{key}, {cell}: {left} = {right}")
        if record.keep:  # the parts of the diagram: what is kept and what is written make the memory
            keep, write = record.share("keep"), record.share("write")
            keys = f"{'1-' if keep.rest else ''}{keep.name}{record.memory}", f"{write.name}{record.candidate}"
            kept, written_now = (Evaluator(formulas(key, cell)[part], known).all() for part in keys)
            np.testing.assert_allclose(
                kept, (1 - seen[keep.name][t] if keep.rest else seen[keep.name][t]) * (seen[record.memory][t - 1] if t else 0), atol=1e-6
            )
            np.testing.assert_allclose(kept + written_now, seen[record.memory][t], atol=2e-6)


@pytest.mark.parametrize(("key", "cell"), EACH)
def test_every_part_of_the_diagram_has_a_formula_and_every_name_its_letter_and_title(key, cell):
    assert set(formulas(key, cell)) == set(lesson.PARTS[cell]) == set(notation.table(key)["cells"][cell]["formulas"])
    assert list(letters(key, cell)) == list(ROLES[cell].names)
    assert len(set(letters(key, cell).values())) == len(ROLES[cell].names), "two names must not look alike"
    assert list(notation.titles(key, cell)) == list(ROLES[cell].titles)


# What the sources say


def docs(name):
    return torch.nn.__dict__[name].__doc__.replace("h_{(t-1)}", "h_{t-1}")


@pytest.mark.parametrize(("name", "cell"), [("LSTM", "lstm"), ("GRU", "gru")])
def test_the_first_notation_is_that_of_the_documentation_of_torch(name, cell):
    assert notation.DEFAULT == "pytorch"
    bare = docs(name).replace(" ", "").replace("_t", "_{t}").replace("\\odot", "⊙").replace("\\sigma", "σ").replace("\\tanh", "tanh")
    for written, formula in formulas("pytorch", cell).items():
        if written in ROLES[cell].rows or written == "c":
            assert formula.replace(" ", "").replace("−", "-") in bare, formula
    assert ("h_{t}=(1-z_{t})⊙n_{t}+z_{t}⊙h_{t-1}" in bare) == (cell == "gru")  # z at 1 keeps the old state


# The line of each source that mixes old state and candidate, as it stood there in 2026. Colah: https://colah.github.io/posts/2015-08-Understanding-LSTMs/;
# Keras: keras/src/layers/rnn/gru.py; Dive into Deep Learning: chapter_recurrent-modern/gru.md; deeplearning.ai: Sequence Models, week 1.
MIXES = {
    "pytorch": (False, "h_{t} = z_{t} ⊙ h_{t−1} + (1 − z_{t}) ⊙ n_{t}"),
    "colah": (True, "h_{t} = (1 − z_{t}) ⊙ h_{t−1} + z_{t} ⊙ h̃_{t}"),
    "d2l": (False, "H_{t} = Z_{t} ⊙ H_{t−1} + (1 − Z_{t}) ⊙ H̃_{t}"),
    "deeplearning.ai": (True, "c^{⟨t⟩} = (1 − Γ_{u}^{⟨t⟩}) ⊙ c^{⟨t−1⟩} + Γ_{u}^{⟨t⟩} ⊙ c̃^{⟨t⟩}"),
    "keras": (False, "h_{t} = z_{t} ⊙ h_{t−1} + (1 − z_{t}) ⊙ hh_{t}"),
}


@pytest.mark.parametrize("key", KEYS)
def test_the_update_gate_is_turned_round_where_the_source_has_it_so(key):
    turned, mix = MIXES[key]
    assert formulas(key, "gru")["h"] == formulas(key, "gru-cho")["h"] == mix
    for cell in CELLS:
        assert notation.turned(key, cell) == (("z",) if turned and cell.startswith("gru") else ())


def test_the_books_write_their_gates_so():
    assert formulas("d2l", "lstm")["f"] == "F_{t} = σ( X_{t} W_{xf} + H_{t−1} W_{hf} + b_{f} )"
    assert formulas("d2l", "gru-cho")["n"] == "H̃_{t} = tanh( X_{t} W_{xh} + ( R_{t} ⊙ H_{t−1} ) W_{hh} + b_{h} )"
    assert formulas("colah", "lstm")["g"] == "C̃_{t} = tanh( W_{C} [h_{t−1}, x_{t}] + b_{C} )"
    assert formulas("deeplearning.ai", "lstm")["i"] == "Γ_{u}^{⟨t⟩} = σ( W_{u} [a^{⟨t−1⟩}, x^{⟨t⟩}] + b_{u} )"
    assert formulas("keras", "rnn")["h"] == "h_{t} = tanh( x_{t} kernel + h_{t−1} recurrent_kernel + bias )"


# Errors, and LaTeX


def test_a_notation_without_a_letter_is_named(monkeypatch):
    broken = replace(
        NOTATIONS["d2l"], letters={kind: {role: letter for role, letter in table.items() if role != "show"} for kind, table in NOTATIONS["d2l"].letters.items()}
    )
    monkeypatch.setitem(NOTATIONS, "d2l", broken)
    with pytest.raises(ValueError, match="the letters of a notation must have an entry for the show of the LSTM: got none"):
        formulas("d2l", "lstm")


@pytest.mark.parametrize("ask", [letters, formulas, notation.titles, notation.turned])
def test_an_unknown_notation_or_cell_is_named(ask):
    with pytest.raises(ValueError, match=r"notation must be one of pytorch, .*: got 'mine'"):
        ask("mine", "gru")
    with pytest.raises(ValueError, match="cell must be one of rnn, .*: got 'elman'"):
        ask("colah", "elman")


@pytest.mark.parametrize(("key", "cell"), EACH)
def test_latex_has_no_sign_that_is_none(key, cell):
    for formula in formulas(key, cell).values():
        made = latex(formula)
        assert made.isascii() and made.count("{") == made.count("}"), made
        assert not re.search(r"(?<![\\{_a-z])(?:kernel|bias|tanh|hh(?=_))", made), made
    json.dumps(notation.table(key))
