"""Worksheets: what stands on page two follows from the numbers on page one, by the calculator of a student."""

import html
import json
import math
import re
from html.parser import HTMLParser

import pypdf
import pytest
import torch
from playwright.sync_api import expect
from safetensors import safe_open
from starlette.applications import Starlette
from starlette.testclient import TestClient

import gatelab
from gatelab import zoo
from gatelab.__main__ import main
from gatelab.live.routes import served
from gatelab.notation import NOTATIONS, turned
from gatelab.standalone.page import page as saved
from gatelab.standalone.route import PAGES
from gatelab.standalone.worksheet import EQUATIONS, page
from gatelab.text import tokenize
from gatelab.training import worksheets
from gatelab.worksheet import CELLS, in_order, network, worksheet
from gatelab.zoo import cards
from gatelab.zoo.folder import SHEETS
from tests.browser import show_more

SENTENCES = ("the film is not boring at all", "My xylophone is great, but I do not like the price", "bad bad", "a wonderful, wonderful story; never slow!")
HOSTILE = "</title><script>'&\u2028"
CLOSE = 0.001


class Tables(HTMLParser):
    """The printed numbers: class of a table -> its rows, without their heads; and the marked answers."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.found, self.answers, self.table, self.cell, self.answer = {}, {}, None, None, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "table":
            self.table = self.found.setdefault(attrs["class"], [])
        elif tag == "tbody":
            self.table.clear()
        elif tag == "tr":
            self.table.append([])
        elif tag == "td":
            self.cell = ""
        elif tag == "span" and "data-answer" in attrs:
            self.answer, self.answers[attrs["data-answer"]] = attrs["data-answer"], ""

    def handle_endtag(self, tag):
        if tag == "td":
            self.table[-1].append(number(self.cell))
            self.cell = None
        elif tag == "span":
            self.answer = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data
        if self.answer:
            self.answers[self.answer] += data


def number(printed):
    printed = printed.replace("\u2212", "-")
    return float(printed) if re.fullmatch(r"-?\d+\.\d+", printed) else printed


def numbers(printed):
    return [float(one) for one in re.findall(r"-?\d+\.\d{4}", printed.replace("\u2212", "-"))]


def sigmoid(s):
    return 1 / (1 + math.exp(-s))


def rounded(value):
    return round(value, 4)


class Student:
    """Computes a sheet from what is printed on its page one, with four decimals and nothing else."""

    def __init__(self, cell, notation, tables, unit):
        self.cell, self.notation, self.unit = cell, notation, unit
        self.words, self.states = tables["words"], tables["states"]
        names = [name for name in in_order(cell) if cell != "rnn" and name not in "ch" or cell == "rnn"]
        self.weights = dict(zip(names, tables["weights"], strict=True))
        self.h, *rest = self.states
        self.c = rest[0][unit] if cell == "lstm" else None
        self.beside = [row[1 - unit] for row in self.states[-2:]]

    def compute(self, k, hold=None):
        """Sums and values of one step; the states go on."""
        sums, values, hold = {}, {}, hold or {}
        for name, row in self.weights.items():
            of_x, of_h, biases = row[:2], row[2:4], [bias for bias in row[4:] if bias != ""]
            a = sum(w * x for w, x in zip(of_x, self.words[k])) + biases[0]
            b = sum(w * h for w, h in zip(of_h, self.h)) + sum(biases[1:])
            sums[name] = rounded(a + (values["r"] if name == "n" else 1) * b)
            values[name] = hold.get(name, rounded(math.tanh(sums[name]) if name in "gn" or self.cell == "rnn" else sigmoid(sums[name])))
        old = self.h[self.unit]
        if self.cell == "lstm":
            self.c = values["c"] = rounded(values["f"] * self.c + values["i"] * values["g"])
            values["h"] = rounded(values["o"] * math.tanh(values["c"]))
        elif self.cell == "gru":
            z, n = values["z"], values["n"]
            values["h"] = rounded((1 - z) * old + z * n if turned(self.notation) else z * old + (1 - z) * n)
        self.h = [values["h"], self.beside[k]] if self.unit == 0 else [self.beside[k], values["h"]]
        return sums, values


def head(text):
    """The numbers of the last question."""
    (said,) = re.findall(r"how likely the text is positive:(.*?)What does it say", text, re.DOTALL)
    return [float(one) for one in re.findall(r"-?\d+\.\d\d", said.replace("\u2212", "-"))]


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("cell", CELLS)
def test_page_two_follows_from_the_printed_numbers_of_page_one(cell, notation):
    for text in SENTENCES:
        for step in range(1, len(tokenize(text, "words"))):
            for unit in (0, 1):
                check(page(text, cell, notation, step, unit), cell, notation, unit)


def check(text, cell, notation, unit):
    asked, answered = text.split('<section class="sheet answers">')
    given, told = Tables(asked).found, Tables(answered)
    printed, answers = told.found["blanks filled"], told.answers
    student = Student(cell, notation, given, unit)
    a, b, bias = head(asked)
    steps, said, before = [], [], None
    for k in (0, 1):
        if k:
            before = student.h, student.c
        sums, values = student.compute(k)
        steps.append(values)
        said.append(sigmoid(a * student.h[0] + b * student.h[1] + bias))
        for name, row in zip(in_order(cell), printed, strict=True):
            shown_sum, shown = row[2 * k : 2 * k + 2]
            assert shown == pytest.approx(values[name], abs=CLOSE), (name, k)
            assert shown_sum == (pytest.approx(sums[name], abs=CLOSE) if name in sums else "\u2013"), (name, k)
    assert numbers(answers["positive"]) == pytest.approx(said, abs=CLOSE)
    one, two = steps
    student.h, student.c = before
    if cell == "lstm":
        parts = [two["f"] * one["c"], two["i"] * two["g"]]
        instead = student.compute(1, {"f": 0})[1]
        wanted = [instead["c"], instead["h"]]
    elif cell == "gru":
        z = 1 - two["z"] if turned(notation) else two["z"]
        parts = [z * one["h"], (1 - z) * two["n"]]
        wanted = [student.compute(1, {"z": 0 if turned(notation) else 1})[1]["h"]]
    else:
        row = student.weights["h"]
        parts = [sum(w * x for w, x in zip(row[:2], student.words[1])), sum(w * h for w, h in zip(row[2:4], student.h))]
        student.h = [0, 0]
        wanted = [student.compute(1)[1]["h"]]
    assert numbers(answers["parts"]) == pytest.approx(parts, abs=CLOSE)
    assert numbers(answers["instead"]) == pytest.approx(wanted, abs=CLOSE)


@pytest.mark.parametrize("cell", CELLS)
def test_the_values_of_a_sheet_are_those_of_the_trace(cell):
    sheet = worksheet(SENTENCES[0], cell, step=4, unit=0)
    traced = gatelab.trace(network(cell), SENTENCES[0])
    for at, step in zip((3, 4), sheet.steps):
        assert step.values == {name: float(traced[name][at, 0]) for name in step.values}
        assert step.beside == traced["h"][at, 1] and step.positive == pytest.approx(float(traced.probs[at, 1]), abs=1e-6)
    assert sheet.end == pytest.approx(float(traced.probs[-1, 1]), abs=1e-6)
    assert [word.token for word in sheet.words] == ["not", "boring"]


@pytest.mark.parametrize("cell", CELLS)
def test_a_network_of_a_sheet_has_weights_of_two_decimals_and_a_card(cell):
    path = SHEETS / f"sheet-{cell}.safetensors"
    with safe_open(path, "pt") as file:
        weights = {name: file.get_tensor(name) for name in list(file.keys())}
        for name, values in weights.items():
            assert not values.is_floating_point() or torch.equal((values * 100).round() / 100, values), name
    facts = cards.read(path.with_suffix(".json"), network(cell))
    assert facts["name"] == network(cell).spec.name == path.stem
    assert path.stem not in zoo.models() and path.stat().st_size < 30_000
    scores = worksheets.measure(network(cell))
    assert f"{scores['agreement']:.1%}" in facts["scores"].values() and scores["agreement"] > 0.7


def test_a_network_of_a_sheet_is_trained_by_its_command(monkeypatch):
    monkeypatch.setattr(worksheets, "UPDATES", 3)
    with torch.random.fork_rng():
        (one, _), (two, _) = worksheets.train("gru", 5), worksheets.train("gru", 5)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters()))
    assert json.loads((SHEETS / "sheet-gru.json").read_text(encoding="utf-8"))["command"].endswith("gatelab.training.worksheets")


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"text": "one"}, "text must have 2 to 12 words: got 1"),
        ({"text": "a " * 13}, "text must have 2 to 12 words: got 13"),
        ({"text": "a " + "b" * 200}, "text must have at most 120 characters: got 202"),
        ({"text": "a b", "cell": "lstn"}, "cell must be one of rnn, lstm, gru: got 'lstn'"),
        ({"text": "a b", "notation": "x"}, "notation must be one of pytorch"),
        ({"text": "a b", "step": 2}, "step must be from 1 to 1, so that another word follows: got 2"),
        ({"text": "a b", "unit": 2}, "unit must be 0 or 1: got 2"),
    ],
)
def test_what_makes_no_sheet_is_refused_with_the_rule(fields, rule):
    with pytest.raises(ValueError, match=re.escape(rule)):
        page(**fields)


def test_a_visitors_text_stays_text_on_the_sheet():
    made = page(HOSTILE)
    assert "<script" not in made and made.count("</title>") == 1
    assert all(html.escape(sign) in made for sign in "<>&'")


@pytest.mark.parametrize("notation", NOTATIONS)
def test_equations_stand_in_the_chosen_letters(notation):
    texts = {name: page("not bad", "lstm", name).split("<h2>Equations</h2>")[1].split("<h2>")[0] for name in ("pytorch", notation)}
    assert (texts["pytorch"] == texts[notation]) == (notation == "pytorch")
    assert set(EQUATIONS) == set(CELLS)


def test_the_command_writes_the_sheet(tmp_path, capsys):
    file = tmp_path / "sheet.html"
    assert main(["worksheet", "--cell", "gru", "--text", "not bad at all", "--step", "2", str(file)]) == 0
    assert file.read_text(encoding="utf-8") == page("not bad at all", "gru", step=2)
    assert main(["worksheet", "--text", "bad", str(file)]) == 2
    assert "gatelab worksheet: text must have 2 to 12 words: got 1" in capsys.readouterr().err
    assert main(["worksheet", "--text", "not bad", str(tmp_path / "sheet.pdf")]) == 2


def test_the_route_gives_the_sheet_and_names_what_is_wrong():
    client = TestClient(Starlette(routes=served("", PAGES)))
    good = client.get("/live/worksheet.html", params={"cell": "rnn", "text": HOSTILE, "step": "3", "unit": "1", "notation": "d2l"})
    assert good.status_code == 200 and good.text == page(HOSTILE, "rnn", "d2l", 3, 1)
    for wrong, field in (({}, "text"), ({"text": "a b", "cell": "<b>"}, "cell"), ({"text": "a b", "step": "1e9"}, "step"), ({"text": "a b", "x": "1"}, "x")):
        answer = client.get("/live/worksheet.html", params=wrong)
        assert answer.status_code == 422 and field in answer.json()["field"], answer.json()


@pytest.fixture
def printed(chromium, tmp_path):
    """The pages of a sheet's PDF, as text."""

    def print_(text):
        file = tmp_path / "sheet.html"
        file.write_text(text, encoding="utf-8")
        tab = chromium.new_page()
        tab.goto(file.as_uri())
        tab.pdf(path=tmp_path / "sheet.pdf", prefer_css_page_size=True)
        tab.close()
        return [one.extract_text() for one in pypdf.PdfReader(tmp_path / "sheet.pdf").pages]

    return print_


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("text", [SENTENCES[0], "xylophone " * 11 + "z" * 10, "W" * 100 + " " + "x" * 19, "a b " * 6])
def test_a_sheet_prints_on_two_pages_with_all_answers_on_the_second(printed, cell, text):
    for notation in ("pytorch", "deeplearning"):
        made = page(text, cell, notation)
        one, two = printed(made)
        answers = [
            f"{value:.4f}".replace("-", "\u2212") for value in (row for rows in Tables(made).found["blanks filled"] for row in rows) if isinstance(value, float)
        ]
        assert all(answer in two for answer in answers)
        given = {f"{value:.4f}".replace("-", "\u2212") for rows in Tables(made).found["states"] for value in rows if isinstance(value, float)}
        assert not [answer for answer in answers if answer in one and answer not in given]
        assert "Questions" in one and "Questions" in two and "Given" not in two


def take_along(tab):
    expect(tab.get_by_role("button", name="More", exact=True)).to_be_visible(timeout=30_000)
    show_more(tab)
    tab.get_by_role("button", name="Take along").click()


def test_take_along_on_a_lesson_opens_the_sheet_of_what_stands_there(watched, server):
    tab = watched.page
    watched.allowed = ("404",)  # Streamlit itself asks for /gru/_stcore/health first
    tab.goto(f"{server.url}/gru?text=not+bad+at+all&notation=colah")
    take_along(tab)
    link = tab.get_by_role("link", name="Open the worksheet")
    expect(link).to_be_visible()
    tab.get_by_label("Begins at").select_option("2")
    with tab.expect_popup() as opening:
        link.click()
    sheet = opening.value
    expect(sheet.locator("h1").first).to_have_text("Two steps of a GRU, by hand")
    expect(sheet.locator(".text").first).to_have_text("not bad at all")
    expect(sheet.locator(".text b").first).to_have_text("bad")
    assert sheet.locator("mo").first.evaluate("() => document.documentElement.outerHTML.includes('step 2')")


def test_the_sheet_of_a_french_page_is_french(watched, server):
    tab = watched.page
    watched.allowed = ("404",)  # as above
    tab.goto(f"{server.url}/gru?text=not+bad+at+all&lang=fr")
    more = tab.get_by_role("button", name="Plus", exact=True)
    expect(more).to_be_visible(timeout=30_000)
    more.click()
    tab.get_by_role("button", name="Emporter").click()
    expect(tab.get_by_label("Commence à").locator("option").first).to_have_text("1\N{NO-BREAK SPACE}: not")
    with tab.expect_popup() as opening:
        tab.locator('a[href*="worksheet.html"]').click()
    expect(opening.value.locator("html")).to_have_attribute("lang", "fr")


def test_a_page_without_a_server_says_which_command_makes_the_sheet(watched, tmp_path):
    file = tmp_path / "lstm.html"
    file.write_text(saved("lstm", text="it's not bad"), encoding="utf-8")
    watched.page.goto(file.as_uri())
    take_along(watched.page)
    told = "gatelab worksheet --cell lstm --notation pytorch --step 1 --text 'it'\\''s not bad' sheet.html"
    expect(watched.page.get_by_text(told)).to_be_visible()
    expect(watched.page.get_by_text("Open the worksheet")).to_be_hidden()
