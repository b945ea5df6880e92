"""Gates that are held by role on Compare, in all models at once: what the page shows is Python's traces with the same holds in each cell's letters."""

import re

import numpy as np
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gatelab import Hold, holds, zoo
from gatelab.live.routes import ROUTES
from gatelab.live.stages import STAGES
from gatelab.traces import trace
from tests import engine
from tests.families import FamilyPage
from tests.stage import number

NAMES = ("recall-lstm", "recall-gru", "recall-coupled", "recall-rnn")
TEXT = "DA!DDACADACCDBDDACDCBBDADDAB?"
PATH = f"/compare?models={','.join(NAMES)}&text={TEXT.replace('?', '%3F')}&value=keep"
EXPECTED = {
    "keep:all:all:=0.9": {"lstm": "f:all:all:=0.9", "gru": "z:all:all:=0.9", "coupled": "f:all:all:=0.9", "rnn": ""},
    "write:all:4-:=0.25": {"lstm": "i:all:4-:=0.25", "gru": "z:all:4-:=0.75", "coupled": "i:all:4-:=0.25", "rnn": ""},
    "reset:all:2-9:=0;show:all:all:=1": {"lstm": "o:all:all:=1", "gru": "r:all:2-9:=0", "coupled": "o:all:all:=1", "rnn": ""},
    "keep:all:all:=1;write:all:7:=1": {"lstm": "f:all:all:=1;i:all:7:=1", "gru": "z:all:all:=1;z:all:7:=0", "coupled": "f:all:all:=1;i:all:7:=1", "rnn": ""},
}
WRONG = ["f:all:all:=1", "keep:7:all:=1", "keep:all:all:*0.5", "keep:all:all:=1.5", "keep:all:all:=-0.1", "keep", "__proto__:all:all:=1", "\u202e😀"]


def told(text, name):
    """Python's trace of a model with holds by role."""
    model = zoo.load(name)
    return trace(model, TEXT, hold=holds.in_cell(holds.parse_roles(text)[0], model.spec.cell))


# Links, requests and the engine


@pytest.mark.parametrize("text", EXPECTED)
def test_a_hold_by_role_is_that_of_the_gate_which_has_the_role_and_turned_where_it_leaves_the_rest(text):
    found, wrong = holds.parse_roles(text)
    assert not wrong and holds.write(found) == text
    assert {cell: holds.write(holds.in_cell(found, cell)) for cell in EXPECTED[text]} == EXPECTED[text]


def test_how_much_is_written_in_a_gru_is_what_its_update_gate_leaves():
    seen = told("write:all:all:=1", "recall-gru")
    np.testing.assert_array_equal(seen["h"], seen["n"])  # all of the candidate is written, and nothing else stays


def test_a_link_keeps_the_holds_by_role_and_names_what_is_none():
    start, notes = STAGES["compare"].read({"hold": ";".join(["keep:all:4-:=1", *WRONG, "show:all:all:=0"])})
    assert start.hold == "keep:all:4-:=1;show:all:all:=0"
    assert len(notes) == len(WRONG) and all(note.startswith("The hold '") for note in notes)
    assert any("'f:all:all:=1' must name a role, one of reset, write, keep, show" in note for note in notes)


def test_page_and_python_read_holds_by_role_alike_and_compute_the_same(tmp_path):
    texts = [*EXPECTED, *WRONG, ";".join([*WRONG, "keep:all:4-:=.5"])]
    job = {"does": "sideBySide", "models": [str(zoo.ZOO / f"{name}.safetensors") for name in NAMES], "texts": [(TEXT, text) for text in texts]}
    for text, (said, arrays) in zip(texts, engine.run([job], tmp_path), strict=True):
        _, wrong = holds.parse_roles(text)
        assert said["wrong"] == list(wrong)
        for k, name in enumerate(NAMES):
            seen = told(text, name)
            assert said["held"][k] == holds.write(seen.held)
            for what in (*seen.names, "probs"):
                values = seen.probs if what == "probs" else seen[what]
                np.testing.assert_allclose(arrays[f"{k}.{what}"], values, atol=1e-5)


def test_the_server_holds_by_role_too_and_refuses_what_is_none():
    with TestClient(Starlette(routes=ROUTES)) as client:
        asked = {"models": NAMES, "text": TEXT, "compact": True}
        about, arrays = engine.opened(client.post("/live/compare", json=asked | {"hold": "write:all:4-:=0.25"}).content)
        for k, name in enumerate(NAMES):
            seen = told("write:all:4-:=0.25", name)
            assert about["parts"][k].get("held", "") == holds.write(seen.held)
            np.testing.assert_allclose(arrays[f"{k}.probs"], seen.probs, atol=1e-6)
        for wrong in (*WRONG, 1, "keep:all:all:=1;" * 500):
            answer = client.post("/live/compare", json=asked | {"hold": wrong})
            assert answer.status_code == 422 and answer.json()["field"] == "hold"


# In a browser


class Held(FamilyPage):
    """The Compare page with its panel of holds open."""

    def __init__(self, page, url, path):
        super().__init__(page, url, path)
        call = page.get_by_role("button", name="Hold a value", exact=True)
        if call.get_attribute("aria-expanded") == "false":
            call.click()
        page.locator(".hold-panel input[type=range]:enabled").wait_for(timeout=30_000)  # the networks are here
        self.settle()

    def hold(self, role, value, steps="always"):
        self.page.get_by_label("What to hold").select_option(role)
        self.page.get_by_label("At which steps").select_option(steps)
        box = self.page.get_by_label("Value to hold, as a number")
        box.fill(str(value))
        box.press("Enter")
        self.settle()

    def press(self, button):
        self.page.get_by_role("button", name=button, exact=True).click()
        self.settle()

    @property
    def says(self):
        return self.page.locator(".what-it-did").inner_text()

    @property
    def holds(self):
        return [re.sub(r"\s*×$", "", line).replace("\n", " ") for line in self.page.locator("ul.held li").all_inner_texts()]

    @property
    def legend(self):
        return {entry.locator("b").inner_text(): entry.locator("span").inner_text() for entry in self.page.locator(".entry").all()}

    def picture(self, selector):
        return self.page.locator(selector).evaluate("(canvas) => canvas.toDataURL()")


@pytest.fixture
def held(server, watched):
    watched.allowed = ("404",)  # Streamlit's own
    return Held(watched.page, server.url, PATH)


def said(seen, t=-1):
    """What a model says, as the page writes it: ("D", "100 %")."""
    best = int(seen.probs[t].argmax())
    return seen.model.spec.labels[best], f"{round(100 * float(seen.probs[t, best]))} %"


def came(text, name, called):
    """What the sentence says of a model."""
    (label, chance), (old, was) = said(told(text, name)), said(told("", name))
    if (label, chance) == (old, was):
        return f"the {called} still says “{label}” {chance}"
    return f"the {called} says “{label}” {chance} instead of {was if label == old else f'“{old}” {was}'}"


@pytest.mark.parametrize(
    ("role", "value", "words"), [("keep", 0.9, "how much is kept"), ("write", 0.25, "how much is written"), ("show", 0.5, "how much is shown")]
)
def test_each_model_is_held_as_python_holds_it_and_one_sentence_says_what_came_of_it(held, role, value, words):
    held.hold(role, value)
    text = f"{role}:all:all:={value}"
    called = {"recall-lstm": "LSTM", "recall-gru": "GRU", "recall-coupled": "coupled LSTM"}
    parts = [came(text, name, short) for name, short in called.items() if told(text, name).held]
    assert held.says == f"With {words} held at {value} always: {'; '.join(parts)}."
    legend = held.legend
    for name, short in called.items():
        label, chance = said(told(text, name))
        assert legend[short].startswith(f"says “{label}” {chance}")
        assert ("where nothing is held" in legend[short]) == (said(told(text, name)) != said(told("", name)))
    for name, short in called.items():
        band = held.page.get_by_role("region", name=short, exact=True)
        unit, gate = int(band.get_by_label(f"Unit of {short}", exact=True).input_value()), band.locator("canvas.heatmap").get_attribute("data-name")
        assert number(band.locator(".value").inner_text().split(": ")[1]) == pytest.approx(float(told(text, name)[gate][-1, unit]), abs=0.00051)
    expect(held.page.locator(".check summary")).to_contain_text("PyTorch agrees", timeout=20_000)
    held.page.wait_for_function(
        "(said) => [...document.querySelectorAll('*')].some(({ shadowRoot }) => shadowRoot?.querySelector('.unseen')?.textContent === said)", arg=held.says
    )


def test_a_cell_without_the_role_says_so_before_and_after_it_is_held(held):
    panel = held.page.get_by_role("region", name="Hold a value")
    expect(panel).to_contain_text("The simple RNN has no gate that keeps.")
    held.hold("reset", 1)
    assert held.holds == [
        "how much of the old state the candidate sees held at 1 always. The LSTM, the coupled LSTM and the simple RNN have no gate that resets."
    ]
    held.hold("keep", 0.9)
    held.hold("write", 0.8)
    assert "In the GRU one gate does both, and a later hold of it counts." in held.holds[1]
    assert "In the GRU" not in held.holds[2]


def test_the_original_stays_as_a_ghost_and_held_entries_are_hatched_until_all_is_let_go(held):
    plain = {
        selector: held.picture(selector)
        for selector in ("canvas.chart", "section[aria-label='GRU'] canvas.heatmap", "section[aria-label='simple RNN'] canvas.said")
    }
    held.hold("keep", 0.9)
    assert "thin dashes: where nothing is held" in held.page.locator(".plot .gutter").inner_text()
    changed = {selector: held.picture(selector) != before for selector, before in plain.items()}
    assert list(changed.values()) == [True, True, False]  # the simple RNN has nothing that could be held
    held.press("Undo")
    assert not held.holds and {selector: held.picture(selector) for selector in plain} == plain
    held.press("Redo")
    assert held.holds and held.picture("canvas.chart") != plain["canvas.chart"]
    held.press("Let all go")
    assert not held.holds and {selector: held.picture(selector) for selector in plain} == plain
    assert "where nothing is held" not in " ".join(held.legend.values())


def test_steps_text_and_models_may_change_under_a_hold(held):
    held.go_to(12)
    held.hold("keep", 0, "on")
    assert held.holds[0].startswith("how much is kept held at 0 from step 12, “C”, on.")
    now = {name: trace(zoo.load(name), TEXT, hold=Hold(gate, 0, steps=slice(11, None))) for name, gate in (("recall-lstm", "f"), ("recall-gru", "z"))}
    for name, short in (("recall-lstm", "LSTM"), ("recall-gru", "GRU")):
        label, chance = said(now[name])
        assert f"says “{label}” {chance} at the end" in held.page.get_by_role("region", name=short, exact=True).locator(".now").inner_text()
    held.replace("CA!BDBC?")
    assert "still says" in held.says and "instead" not in held.says  # it ends before step 12
    held.chip("peephole LSTM").click()
    held.page.wait_for_function("window.painted.models.includes('recall-peephole')")
    held.settle()
    assert "the peephole LSTM still says" in held.says


def test_a_link_opens_on_what_is_held_and_keeps_it(server, watched):
    watched.allowed = ("404",)
    watched.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    held = Held(watched.page, server.url, f"{PATH}&hold=keep:all:4-:%3D0.9;nonsense")
    assert held.holds == ["how much is kept held at 0.9 from step 4, “D”, on. The simple RNN has no gate that keeps."]
    expect(held.page.get_by_test_id("stMain")).to_contain_text("The hold 'nonsense'")
    held.page.get_by_role("button", name="More", exact=True).click()
    held.press("Copy link")
    held.page.locator("button:has-text('Copied')").wait_for()
    again = Held(watched.page, "", held.page.evaluate("navigator.clipboard.readText()"))
    assert again.holds == held.holds and again.says


def test_the_panel_is_reached_and_worked_by_keys_alone_and_undone(held):
    page = held.page
    page.get_by_label("What to hold").focus()
    for _ in range(2):
        page.keyboard.press("Tab")
    for key in ("Home", "ArrowRight"):
        page.keyboard.press(key)
    held.settle()
    assert held.holds[0].startswith("how much is kept held at 0.01 always.")
    page.keyboard.press("Control+z")
    held.settle()
    assert held.holds == [] or held.holds[0].startswith("how much is kept held at 0 always.")
    page.keyboard.press("Control+z")
    held.settle()
    assert not held.holds
    page.locator(".board").press("Control+Shift+Z")
    held.settle()
    assert held.holds


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_panel_and_it_fits_a_phone(held, scheme):
    held.hold("keep", 0.9)
    held.page.emulate_media(color_scheme=scheme)
    for width in (1400, 390):
        held.page.set_viewport_size({"width": width, "height": 2600})
        held.page.locator(f".stage[data-theme='{scheme}']").wait_for()
        held.page.wait_for_timeout(300)
        assert held.overflow() <= 0
        for entry in held.page.locator(".hold-panel, .entry").all():
            box = entry.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= width
        if not held.page.evaluate("typeof axe !== 'undefined'"):
            held.page.evaluate(AXE_SCRIPT)
        found = held.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
        assert not [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found if rule["impact"] in ("serious", "critical")]
