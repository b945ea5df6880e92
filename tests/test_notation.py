"""The notations of the page's JavaScript and of Python are the same, the chapters follow, and a link and a visit keep the choice."""

import json
import re
import subprocess

import numpy as np
import pytest
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

from gatelab import roles, zoo
from gatelab.live.stages import STAGES
from gatelab.notation import NOTATIONS, formula, rewritten, turned
from gatelab.traces import trace
from tests.browser import NODE, ROOT, eventually, finished, go, require
from tests.families import NOTE
from tests.stage import number

OTHERS = [name for name in NOTATIONS if name != "pytorch"]
SAID = """
import { explain } from "./kit/arithmetic.js";
import { NOTATIONS, writing } from "./kit/notation.js";
const said = {};
for (const [notation, { turns = false }] of Object.entries(NOTATIONS)) {
  said[notation] = { turns, cells: {} };
  for (const [cell, names] of Object.entries(CELLS)) {
    const record = { model: { cell }, notation, layers: 1, value: () => 0.5 };
    said[notation].cells[cell] = Object.fromEntries(names.map((name) => [name, explain(record, null, name, 0, 0).equation]));
  }
}
console.log(JSON.stringify(said));
"""


@pytest.fixture(scope="module")
def page():
    """What the page's JavaScript writes: notation -> {turns, cells: {cell: {name: equation}}}."""
    require("Node.js", NODE)
    cells = json.dumps({cell: list(record.names) for cell, record in roles.ROLES.items()})
    code = f"const CELLS = {cells};\n{SAID}"
    run = subprocess.run([NODE, "--input-type=module", "-e", code], cwd=ROOT / "gatelab" / "live" / "static", capture_output=True, encoding="utf-8", timeout=60)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def latex(equation):
    """An equation of the page as a chapter has it."""
    signs = {"σ": r"\sigma", "tanh": r"\tanh", "−": "-", "⊙": r"\odot", "( ": "(", " )": ")", "_{t}": "_t"}
    for sign, written in signs.items():
        equation = equation.replace(sign, written)
    return equation


def plain(source):
    """A formula of a chapter as the page has it, without spaces."""
    source = re.sub(r"\\tilde\{(\w)\}", "\\1\u0303", source).replace(r"\mathit{hh}", "hh")
    signs = {r"\Gamma": "Γ", r"\langle": "⟨", r"\rangle": "⟩", r"\odot": "⊙", r"\sigma": "σ", r"\tanh": "tanh", r"\,": "", "-": "−", " ": ""}
    for sign, written in signs.items():
        source = source.replace(sign, written)
    return re.sub(r"_(\w)", r"_{\1}", source)


@pytest.mark.parametrize("name", NOTATIONS)
def test_python_and_the_page_write_every_equation_alike(page, name):
    assert list(page) == list(NOTATIONS) and page[name]["turns"] == turned(name)
    compared = 0
    for cell, record in roles.ROLES.items():
        alone = bool(record.keep) and not record.apart
        for value, equation in page["pytorch"]["cells"][cell].items():
            if "w_{c" in equation:
                continue  # the chapters have a peephole's term alone
            assert plain(formula(latex(equation), name, alone=alone)) == page[name]["cells"][cell][value].replace(" ", ""), (cell, value)
            compared += 1
    assert compared > 20


@pytest.mark.parametrize("name", OTHERS)
def test_a_peephole_s_term_has_the_letters_of_the_page(page, name):
    term = plain(formula(r"w_{cf} \odot c_{t-1}", name))
    assert term in page[name]["cells"]["peephole"]["f"].replace(" ", "")


def test_only_formulas_are_rewritten():
    text = r"A *candidate* $g$ costs 5 \$; [go](#look:part=g) and $$c_t = f_t \odot c_{t-1}$$ in h."
    assert rewritten(text, "pytorch") == text
    assert rewritten(text, "colah") == r"A *candidate* $\tilde{C}$ costs 5 \$; [go](#look:part=g) and $$C_{t} = f_{t} \odot C_{t-1}$$ in h."


def test_a_matrix_that_stands_right_of_its_vectors_is_transposed_where_it_stands_alone():
    assert formula(r"J_k = \mathrm{diag}(1 - h_k^2)\;W_{hh}", "d2l") == r"J_k = \mathrm{diag}(1 - H_{k}^2)\;W_{hh}^{\top}"
    assert formula(r"J_k = \mathrm{diag}(1 - h_k^2)\;W_{hh}", "deeplearning") == r"J_k = \mathrm{diag}(1 - (a^{\langle k \rangle})^2)\;W_{aa}"


@pytest.fixture(scope="module")
def app():
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        yield AppTest.from_file(str(ROOT / "gatelab" / "shell.py"), default_timeout=60).run()


def opened(app, name, **link):
    app.session_state["visited"] = ""  # a visit of its own
    app.query_params.clear()
    for key, value in link.items():
        app.query_params[key] = value
    return app.switch_page(f"../pages/{name}.py").run()


def told(page):
    return "\n\n".join(element.value for element in (*page.markdown, *page.get("latex")))


@pytest.mark.parametrize("name", ["simple_rnn", "lstm", "gru", "answers", "memory"])
def test_the_formulas_of_a_chapter_follow_the_notation_of_the_link(app, name):
    own = told(opened(app, name, notation="pytorch"))
    for notation in OTHERS:
        text = told(opened(app, name, notation=notation))
        assert "\0" not in text and text.count("$") % 2 == 0
        formulas = [one or other for one, other in re.findall(r"\$\$(.*?)\$\$|\$([^$]+)\$", text, flags=re.DOTALL)]
        for written in formulas:
            assert written.count("{") == written.count("}"), written
        assert text != own or (name, notation) == ("answers", "colah"), notation  # h alone is the same there
    assert told(opened(app, name)) == text  # the next page of the visit, with a link that says nothing
    assert told(opened(app, name, notation="pytorch")) == own


def test_a_chapter_says_of_its_update_gate_what_its_formula_says(app):
    for notation in NOTATIONS:
        text = told(opened(app, "gru", notation=notation))
        z = formula("z", notation)
        takes, keeps = f"At ${z} = 1$ the candidate takes", f"At ${z} = 1$ the old state passes"
        assert (takes in text, keeps in text) == (turned(notation), not turned(notation))
        memory = told(opened(app, "memory", notation=notation))
        assert (f"Here $1 - {z}$ does what" in memory) == turned(notation)


@pytest.mark.parametrize("name", [name for name, stage in STAGES.items() if "notation" in stage.link])
def test_a_notation_that_there_is_not_is_said_to_be_none(name):
    given = {"models": ("sentiment-gru",)} if name in ("lesson", "start") else {}
    start, notes = STAGES[name].read({"notation": "latin"}, **given)
    assert start.notation is None and "notation must be one of pytorch, colah, d2l, deeplearning, keras" in notes[0]
    assert STAGES[name].read({"notation": "keras"}, **given)[0].notation == "keras"


def test_no_claim_about_a_unit_is_about_a_gate_that_a_notation_turns_round():
    for name in zoo.models():
        assert "z" not in {claim["name"] for claim in zoo.opening(name).claims}, name


# In a browser


def choose(page, notation):
    """Choose a notation where it stands, behind More where the stage has that."""
    select = page.get_by_label("Notation", exact=True).first
    for more in page.locator("summary:has-text('More'), button:has-text('More')").all():
        if not select.is_visible():
            more.click()
    select.select_option(notation)
    page.wait_for_timeout(700)


def formula_of(page, begins):
    """A formula of the chapter, by the LaTeX that it was made from."""
    return page.locator("annotation").filter(has_text=begins).first


def chosen(page):
    return page.get_by_label("Notation", exact=True).first


def visit(page, address):
    page.add_init_script(NOTE)
    page.goto(address)
    page.get_by_label("Notation", exact=True).first.wait_for(state="attached", timeout=60_000)
    page.locator(".board").first.wait_for()
    finished(page)
    page.wait_for_function("window.painted !== undefined")
    page.locator(".arriving").first.wait_for(state="hidden")  # the network is here, and what is computed from it
    page.wait_for_timeout(700)


@pytest.mark.parametrize("path", ["/", "/lstm", "/gru", "/simple-rnn", "/answers", "/watch", "/compare", "/memory"])
def test_every_page_with_a_cell_has_the_switch_and_its_letters_follow(server, watched, path):
    page = watched.page
    watched.allowed = ("404",)  # Streamlit's own
    visit(page, server.url + path)
    labels = page.locator(".board").first.locator(".gutter, .map-head, .equation")
    before = labels.all_inner_texts()

    def follow():
        after = labels.all_inner_texts()
        assert after != before and any("Γ" in text or "a" in text for text in after)

    def return_():
        assert labels.all_inner_texts() == before

    choose(page, "deeplearning")
    eventually(page, follow)
    choose(page, "pytorch")
    eventually(page, return_)


def test_a_visit_keeps_the_notation_from_page_to_page_and_over_a_reload_and_a_new_link_counts_first(server, watched):
    page = watched.page
    watched.allowed = ("404",)
    visit(page, f"{server.url}/lstm")
    choose(page, "d2l")
    expect(page.locator(".strips .gutter").nth(1)).to_contain_text("F")
    formula_of(page, "F_{t} = ").wait_for(state="attached")  # the chapter follows
    go(page, "GRU")
    page.locator(".strips .gutter", has_text="update gate").wait_for()
    page.wait_for_timeout(700)
    expect(chosen(page)).to_have_value("d2l")
    formula_of(page, "H_{t} = Z_{t}").wait_for(state="attached")
    page.reload()
    page.locator(".strips .gutter", has_text="update gate").wait_for()
    formula_of(page, "H_{t} = Z_{t}").wait_for(state="attached")
    expect(chosen(page)).to_have_value("d2l")
    visit(page, f"{server.url}/gru?notation=keras")
    expect(chosen(page)).to_have_value("keras")
    choose(page, "colah")
    page.reload()
    page.locator(".strips .gutter", has_text="update gate").wait_for()
    expect(chosen(page)).to_have_value("colah")


def test_a_copied_link_has_the_notation(server, watched):
    page = watched.page
    watched.allowed = ("404",)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, f"{server.url}/gru")
    choose(page, "colah")
    page.get_by_role("button", name="Copy").first.click()
    page.locator("button:has-text('Copied')").wait_for()
    assert "notation=colah" in page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize("notation", ["pytorch", "colah", "deeplearning", "d2l"])
def test_diagram_arithmetic_and_equation_show_the_update_gate_as_the_notation_has_it(server, watched, notation):
    page = watched.page
    watched.allowed = ("404",)
    text, unit, step = "a great film", 3, 2
    seen = trace(zoo.load("sentiment-gru"), text)
    z = float(seen["z"][step - 1, unit])
    expected = 1 - z if turned(notation) else z
    visit(page, f"{server.url}/gru?model=sentiment-gru&text={text}&unit={unit}&step={step}&level=2&part=z&stage=3&notation={notation}")
    page.locator(".panel .numbers", has_text="=").wait_for()
    assert number(page.locator(".tile.here .part[data-key=z] ~ .inside[data-of=z], .tile.here .inside[data-of=z]").first.text_content()) == pytest.approx(
        expected, abs=0.0051
    )
    assert number(page.locator(".panel .numbers").inner_text().split("=")[-1]) == pytest.approx(expected, abs=0.00051)
    assert number(page.locator(".panel .total.result .amount").inner_text()) == pytest.approx(expected, abs=0.00051)
    left = number(page.locator(".parts .chip[data-key='1-z'] b").inner_text())
    assert left == pytest.approx(1 - expected, abs=0.00051)
    label = page.locator(".strips canvas[aria-label^='update gate']").get_attribute("aria-label")
    assert number(re.search(r"update gate \S+, (\S+) at step", label)[1]) == pytest.approx(expected, abs=0.0051)
    h, old, n = (float(seen[name][step - 1 - back, unit]) for name, back in (("h", 0), ("h", 1), ("n", 0)))
    keep = 1 - expected if turned(notation) else expected
    np.testing.assert_allclose(keep * old + (1 - keep) * n, h, atol=1e-5)
