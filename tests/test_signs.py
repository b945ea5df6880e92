"""One sign for each product: ⊙ between vectors entry by entry, × between numbers, none between a matrix and what it multiplies, ⊤ in a dot product."""

import re

import pytest

from tests.browser import ROOT

SOURCES = [
    *sorted((ROOT / "pages").rglob("*.py")),
    *sorted((ROOT / "pages" / "lessons").glob("*.md")),
    *sorted((ROOT / "gatelab" / "live" / "static").rglob("*.js")),
    ROOT / "README.md",
]

DOT = re.compile(r"\\cdot(?!s)|\\u00b7|·")
SEPARATES = re.compile(r"(?<=\s)(?:\\u00b7|·)(?= (?!tanh)[a-z]{3,}| \$?\{(?!number|inner))")  # "step 3 · unit 7": words, no product
JOINS = re.compile(r'\.join\(" (?:\\u00b7|·) "\)')  # words of a list
POWER = re.compile(r"(?:\\u00b7|·)\s*10(?=[⁰¹²³⁴⁵⁶⁷⁸⁹⁻$])")  # 2.4·10⁻⁷


def products(text):
    """The dots of a text that stand for a product."""
    return DOT.findall(POWER.sub("", SEPARATES.sub("", JOINS.sub("", text))))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_formula_has_a_dot_for_a_product(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert not [f"line {number}: {line.strip()}" for number, line in enumerate(lines, 1) if products(line)]


@pytest.mark.parametrize(
    "formula", [r"f_t \cdot c_{t-1}", "*f*ₜ · *c*ₜ₋₁", r"`${keep}_{t} \u00b7 ${number(c)}`", r"v \u00b7 tanh(W s)", r"q\u00b7k", "0.5 · 0.25"]
)
def test_a_dot_that_stands_for_a_product_is_seen(formula):
    assert products(formula)
