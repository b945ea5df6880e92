"""The glossary: one table of terms, each with a short sentence and a place that explains it, shown on every page where a term stands."""

import re

import pytest
from playwright.sync_api import expect

from gatelab import glossary
from gatelab.roles import ROLES
from tests.browser import ROOT, finished, go

TERMS = {term.name: term for term in glossary.terms()}
ASKED = [
    "unit",
    "step",
    "token",
    "gate",
    "sigmoid",
    "tanh",
    "saturated",
    "nats",
    "surprise",
    "BLEU",
    "AUC",
    "Spearman",
    "seed",
    "held-out",
    "energy",
    "context",
    "query",
    "key",
    "value",
    "head",
    "encoder",
    "decoder",
    "beam",
    "greedy",
    "embedding",
    "logits",
    "softmax",
    "gradient",
    "Jacobian",
    "clipping",
    "epoch",
    "parameter",
    "batch",
    "candidate",
]
MORE = ["forget gate", "input gate", "output gate", "reset gate", "update gate", "hidden state", "cell state", "attention weight", "teacher forcing"]


def test_every_term_that_pages_use_is_there():
    assert {*ASKED, *MORE} <= set(TERMS)


@pytest.mark.parametrize("term", TERMS.values(), ids=TERMS.get)
def test_a_term_has_one_short_sentence(term):
    assert len(term.means.split()) <= 25 and re.fullmatch(r"[^.!?]+\.", re.sub(r"\d\.\d", "", term.means))


def test_a_term_that_a_stage_names_is_in_the_glossary():
    named = set()
    for path in (ROOT / "gatelab" / "live" / "static").rglob("*.js"):
        code = path.read_text(encoding="utf-8")
        named |= set(re.findall(r'"data-term": "([^"]+)"', code))
        for table in re.findall(r"const TERMS = \{ (.*?) \};", code, flags=re.DOTALL):
            named |= set(re.findall(r': "([^"]+)"', table))
    assert named and named <= set(TERMS)
    assert {title for record in ROLES.values() for title in record.titles.values()} <= set(TERMS)  # what a row of gates or states is called


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[gate\n", r"terms\.toml must be TOML: .*line 1"),
        ('[gate]\nmeans = "A number."\n', r"terms\.toml: 'gate' must have means and where, .*: got means"),
        ('[gate]\nmeans = "A number."\nwhere = "lstm"\nsign = "f"\n', r"terms\.toml: 'gate' must have .*: got means, where, sign"),
        (f'[gate]\nmeans = "{"a " * 25}number."\nwhere = "lstm"\n', "'gate' means must be a sentence of at most 25 words"),
        ('[gate]\nmeans = "a number"\nwhere = "lstm"\n', "'gate' means must be a sentence"),
        ('[gate]\nmeans = "A."\nwhere = "x"\n[door]\nmeans = "A."\nwhere = "x"\nalso = ["Gate"]\n', "'Gate' must stand for one term: got 'gate' and 'door'"),
    ],
)
def test_a_fault_in_the_table_is_named(tmp_path, text, said):
    (tmp_path / "terms.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        glossary.read(tmp_path / "terms.toml")


# In a browser.

FOUND = """(name) => {
  const range = [...(CSS.highlights.get("gatelab-term") ?? [])].find((range) => range.toString().toLowerCase() === name);
  if (!range) return null;
  range.startContainer.parentElement.scrollIntoView({ block: "center" });
  const { left, top, width, height } = range.getClientRects()[0];
  return [left + width / 2, top + height / 2];
}"""


@pytest.mark.browser
@pytest.mark.parametrize(
    ("path", "names"),
    [("lstm", ["sigmoid", "tanh"]), ("watch", ["spearman", "auc"]), ("claims", ["seed"]), ("compare", ["nats"]), ("attention", ["bleu"])],
    ids=str,
)
def test_a_term_that_comes_from_the_field_is_marked_where_it_first_stands(watched, server, path, names):
    watched.allowed = ("404",)
    watched.page.goto(f"{server.url}/{path}")
    for name in names:
        watched.page.wait_for_function(
            "(name) => [...(CSS.highlights.get('gatelab-term') ?? [])].some((range) => range.toString().toLowerCase() === name)", arg=name
        )


def over(page, name):
    """Where the first occurrence of a term is on the screen, once it is marked and nothing moves."""
    page.wait_for_function(FOUND, arg=name)
    page.wait_for_timeout(600)  # the tips hide while the page scrolls
    return page.evaluate(FOUND, name)


@pytest.fixture
def lstm(watched, server):
    watched.allowed = ("404",)
    watched.page.set_viewport_size({"width": 1400, "height": 900})
    watched.page.goto(f"{server.url}/lstm")
    return watched.page


def test_a_term_shows_its_sentence_where_it_stands_and_leads_to_its_explanation(lstm):
    tip = lstm.get_by_role("tooltip")
    x, y = over(lstm, "cell state")
    lstm.mouse.move(x - 200, y - 60)
    assert not tip.is_visible()
    lstm.mouse.move(x, y)
    expect(tip).to_contain_text(TERMS["cell state"].means)
    lstm.mouse.move(*(side + 5 for side in (tip.bounding_box()["x"], tip.bounding_box()["y"])), steps=4)  # it stays while one goes to it
    lstm.wait_for_timeout(500)
    assert tip.is_visible()
    lstm.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    lstm.mouse.move(x, y)
    tip.get_by_role("link").click()
    lstm.wait_for_url("**/questions#two-states")
    lstm.locator("#two-states").wait_for()


def test_no_term_is_marked_in_a_link_a_heading_code_or_a_formula_and_react_keeps_its_text(lstm):
    over(lstm, "cell state")
    inside = lstm.evaluate(
        """() => [...CSS.highlights.get("gatelab-term")].map((range) => ({
          text: range.toString(), whole: range.startContainer === range.endContainer && range.startContainer.nodeType === Node.TEXT_NODE,
          bad: Boolean(range.startContainer.parentElement.closest("a, button, code, pre, h1, h2, h3, .katex, summary")),
        }))"""
    )
    names = [one["text"].lower() for one in inside]
    assert len(names) > 4 and len(set(names)) == len(names) and all(one["whole"] and not one["bad"] for one in inside)
    # Another page, and back: the text is Streamlit's own, so nothing is left over and nothing breaks.
    for title in ("GRU", "LSTM"):
        go(lstm, title)
        lstm.wait_for_url(f"**/{title.lower()}*")
        over(lstm, "reset gate" if title == "GRU" else "cell state")
    finished(lstm)
    assert not lstm.locator("[data-testid=stException]").count()


def test_a_tap_shows_the_sentence_and_another_hides_it(server, chromium):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{server.url}/lstm")
    x, y = over(page, "hidden state")
    page.touchscreen.tap(x, y)
    tip = page.get_by_role("tooltip")
    expect(tip).to_contain_text(TERMS["hidden state"].means)
    box = tip.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["y"] + box["height"] <= 844
    page.touchscreen.tap(x, y - 120)
    tip.wait_for(state="hidden")
    page.wait_for_load_state("networkidle")
    context.close()


def test_a_button_of_a_stage_shows_its_term_on_focus(watched, server):
    watched.allowed = ("404",)
    watched.page.goto(f"{server.url}/watch")
    button = watched.page.locator("button.name", has_text="forget gate")
    button.scroll_into_view_if_needed()
    watched.page.wait_for_timeout(600)
    button.focus()
    tip = watched.page.get_by_role("tooltip")
    expect(tip).to_contain_text(TERMS["forget gate"].means)
    watched.page.keyboard.press("Tab")
    expect(tip).not_to_contain_text("forget gate")
    watched.page.wait_for_load_state("networkidle")


def test_a_label_of_a_stage_shows_its_term(watched, server):
    watched.allowed = ("404",)
    page = watched.page
    page.goto(f"{server.url}/questions?ask=padding")
    label = page.get_by_role("region", name="A padded batch").first.locator("[data-term=batch]").first
    label.scroll_into_view_if_needed()
    page.wait_for_timeout(1500)
    label.hover()
    expect(page.get_by_role("tooltip")).to_contain_text(TERMS["batch"].means)


def test_every_term_leads_to_a_heading_that_there_is(watched, server):
    watched.allowed = ("404",)
    missing = []
    for address in sorted({term.where.partition("#")[0] for term in TERMS.values()}):
        watched.page.goto(f"{server.url}/{address}")
        watched.page.get_by_role("heading", level=1).wait_for()
        anchors = {term.where.partition("#")[2] for term in TERMS.values() if term.where.partition("#")[0] == address} - {""}
        for anchor in anchors:
            try:
                watched.page.wait_for_function("(id) => document.getElementById(id)", arg=anchor, timeout=10_000)
            except Exception:  # noqa: BLE001 (all that are missing are told at once)
                missing.append(f"{address}#{anchor}")
    assert not missing


def test_the_glossary_page_has_every_term(watched, server):
    watched.allowed = ("404",)
    watched.page.goto(f"{server.url}/glossary")
    table = watched.page.get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(len(TERMS) + 1, timeout=30_000)
    rows = [row.split("\t") for row in table.inner_text().split("\n")[1:]]
    assert [row[0].strip() for row in rows] == list(TERMS) and [row[-1].strip() for row in rows] == [term.means for term in TERMS.values()]
