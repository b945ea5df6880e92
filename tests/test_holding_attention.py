"""Values that are held on the Attention page: the energies, and the gates of decoder and encoder; what the page shows is Python's trace with the same holds."""

import random
import re
from urllib.parse import quote

import numpy as np
import pytest
import torch
from playwright.sync_api import expect
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gatelab import Hold, experiments, holds, zoo
from gatelab.live.routes import ROUTES
from gatelab.live.stages import STAGES
from gatelab.traces import places, trace
from tests import engine
from tests.axe import check_clean_and_fitting

DATE, SENTENCE = "Tuesday, March 5, 2019", "The old man lives alone."
EVEN, ONE = experiments.LOOKS
WRITERS = {"dates-additive": DATE, "dates-multiplicative": DATE, "translate-additive": SENTENCE, "translate-multiplicative": SENTENCE}
WRONG = ["decoder.weights:all:all:=1", "scores:all:all:=0", "encoder.scores:all:all:=0", "decoder.z:99:all:=1", "f:all:all:=1", "\u202e😀"]


def written(name, text, hold, **options):
    """Python's trace with holds as text."""
    model = zoo.load(name)
    found, wrong = holds.parse(hold, places(model))
    assert not wrong
    return trace(model, text, hold=found, **options)


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("one", [False, True])
def test_an_experiment_with_an_attention_is_what_the_same_weights_at_every_step_would_do(name, one):
    model, text = zoo.load(name), WRITERS[name]
    seen = trace(model, text, hold=(ONE if one else EVEN).holds(2))
    row = np.eye(len(seen.tokens))[2] if one else np.full(len(seen.tokens), 1 / len(seen.tokens))
    forced = trace(model, text, forced=dict.fromkeys(range(len(seen.written)), row))
    assert seen.written == forced.written
    np.testing.assert_allclose(seen["weights"], forced["weights"], atol=1e-7)
    np.testing.assert_allclose(seen.probs, forced.probs, atol=1e-5)
    assert (seen.held_at("decoder.scores") == (np.arange(len(seen.tokens)) == 2 if one else True)).all()


@pytest.mark.parametrize("name", WRITERS)
def test_weights_are_torch_s_softmax_of_what_the_energies_are_held_at_and_the_steps_before_are_as_they_were(name):
    model, text = zoo.load(name), WRITERS[name]
    plain = trace(model, text)
    seen = trace(model, text, hold=[Hold("decoder.scores", 0.5, steps=slice(2, None), how="times"), Hold("decoder.scores", 3, [1, 500], [3])])
    np.testing.assert_array_equal(seen["weights"][:2], plain["weights"][:2])
    np.testing.assert_allclose(seen["scores"][2], plain["scores"][2] / 2, rtol=1e-6)
    assert seen["scores"][3, 1] == 3 and seen.held_at("decoder.scores").sum() == (len(seen.written) - 2) * len(seen.tokens)
    np.testing.assert_allclose(seen["weights"], torch.softmax(torch.from_numpy(seen["scores"].copy()), -1), atol=1e-6)
    np.testing.assert_allclose(seen["context"], seen["weights"] @ seen["states"], atol=1e-5)


def test_page_and_python_hold_the_same_energies_and_compute_the_same(tmp_path):
    rng, jobs = random.Random(3), []
    for name in ("dates-additive", "dates-multiplicative"):
        texts = []
        for k in range(20):
            where = rng.choice(("all", "1,3", "2,40")), rng.choice(("all", "3", "2-6", "4-"))
            piece = f"decoder.scores:{':'.join(where)}:{rng.choice('=*+')}{rng.uniform(-2, 2):.3g}"
            texts.append((DATE, piece if k % 2 else f"{piece};decoder.z:all:4-:=0.4", {"beam": 3} if k % 5 == 0 else {}))
        jobs.append({"does": "holding", "model": str(zoo.ZOO / f"{name}.safetensors"), "texts": texts})
    answers = iter(engine.run(jobs, tmp_path))
    for job, name in zip(jobs, ("dates-additive", "dates-multiplicative"), strict=True):
        for text, hold, options in job["texts"]:
            said, arrays = next(answers)
            seen = written(name, text, hold, **options)
            assert said["held"] == holds.write(seen.held) and said["written"] == list(seen.written), hold
            for what in seen:
                np.testing.assert_allclose(arrays[what], seen[what], rtol=1e-5, atol=2e-5, err_msg=f"{what} {hold}")


def test_a_link_keeps_what_the_model_has_and_names_the_rest():
    start, notes = STAGES["attention"].read({"hold": ";".join(["decoder.scores:0:all:=1", *WRONG, "encoder.h:all:2:*0.5"])})
    assert start.hold == "decoder.scores:0:all:=1;encoder.h:all:2:*0.5"
    assert len(notes) == len(WRONG) and all(note.startswith("The hold '") for note in notes)
    start, notes = STAGES["attention"].read({"model": "dates-none", "hold": "decoder.scores:0:all:=1;decoder.z:all:all:=1"})
    assert start.hold == "decoder.z:all:all:=1" and "names scores" in notes[0]


def test_the_server_holds_too_and_refuses_what_the_model_has_not():
    with TestClient(Starlette(routes=ROUTES)) as client:
        asked = {"model": "dates-additive", "text": DATE}
        about, arrays = engine.opened(client.post("/live/attention", json=asked | {"hold": EVEN.text()}).content)
        assert about["held"] == EVEN.text() and about["output"] == written("dates-additive", DATE, EVEN.text()).output
        np.testing.assert_allclose(arrays["weights"], 1 / len(DATE), atol=1e-7)
        assert "held" not in engine.opened(client.post("/live/attention", json=asked).content)[0]
        for model, hold in [*(("dates-additive", wrong) for wrong in (*WRONG, 1)), ("dates-none", EVEN.text()), ("dates-transformer", EVEN.text())]:
            answer = client.post("/live/attention", json={"model": model, "text": DATE, "hold": hold})
            assert answer.status_code == 422 and answer.json()["field"] == "hold"


# In a browser


class Held:
    """The Attention page with its panel of holds open."""

    def __init__(self, page, url, hold="", model="dates-additive", text=DATE):
        self.page, self.model, self.text = page, model, text
        page.add_init_script("window.addEventListener('gatelab:painted', ({detail}) => (window.painted = detail))")
        page.goto(f"{url}/attention?model={model}&text={quote(text)}&step=7&hold={quote(hold)}")
        call = page.get_by_role("button", name="Hold a value", exact=True)
        call.wait_for(timeout=60_000)
        if not hold:
            call.click()
        page.locator(".hold-panel input[type=range]:enabled").wait_for(timeout=60_000)  # the networks are here

    def holds(self, *lines):
        """Wait until just these are held."""
        expect(self.page.locator("ul.held li")).to_have_text([re.compile(re.escape(line)) for line in lines])

    def says(self, text):
        expect(self.page.locator(".what-it-did")).to_have_text(text)

    def painted(self, hold):
        """Wait until the stage has painted what Python writes with these holds; the trace."""
        seen = written(self.model, self.text, hold)
        self.page.wait_for_function("([held, output]) => window.painted?.held === held && window.painted.text", arg=[hold, seen.output])
        expect(self.page.locator(".answer .output b")).to_have_text(seen.output)
        return seen

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def hold(self, name, value, steps="always", units="all"):
        self.page.get_by_label("What to hold").select_option(name)
        self.page.get_by_label("Of which units").select_option(units)
        self.page.get_by_label("At which steps").select_option(steps)
        box = self.page.get_by_label("Value to hold, as a number")
        box.fill(str(value))
        box.press("Enter")


@pytest.fixture
def held(server, watched):
    watched.allowed = ("404",)  # Streamlit's own
    return Held(watched.page, server.url)


def test_attention_spread_evenly_shows_both_texts_and_one_sentence_until_it_is_let_go(held):
    plain = written(held.model, held.text, "").output
    held.press("Attention spread evenly")
    even = held.painted(EVEN.text())
    held.says(f"With attention spread evenly always, the date goes from “{plain}” to “{even.output}”.")
    expect(held.page.locator(".answer .ghost")).to_contain_text(f"where nothing is held {plain}")
    expect(held.page.locator(".hold-panel")).to_contain_text(EVEN.look)
    held.holds("attention spread evenly always. ")
    expect(held.page.get_by_label("How the energy is computed")).to_contain_text("Held at 0.000; by its equation it would be")
    expect(held.page.locator(".check summary")).to_contain_text("PyTorch agrees", timeout=20_000)
    held.page.wait_for_function(
        "(said) => [...document.querySelectorAll('*')].some(({ shadowRoot }) => shadowRoot?.querySelector('.unseen')?.textContent.startsWith(said))",
        arg=f"With attention spread evenly always, the date goes from “{plain}”",
    )
    held.press("Undo")
    held.painted("")
    held.holds()
    expect(held.page.locator(".answer .ghost")).to_be_hidden()
    held.page.locator(".board").press("Control+Shift+Z")
    held.painted(EVEN.text())
    held.press("Let all go")
    held.painted("")


def test_gates_of_decoder_and_encoder_are_held_as_python_holds_them(held):
    canvas = "(canvas) => canvas.toDataURL()"
    before = held.page.locator("canvas.threads").evaluate(canvas)
    held.hold("decoder.z", 1, "on")
    held.painted("decoder.z:all:7-:=1")
    assert held.page.locator("canvas.threads").evaluate(canvas) != before
    held.hold("encoder.h", 0.5, "here", "one")
    unit = zoo.opening(held.model, "attention").unit
    held.holds("the update gate of all units of the decoder held at 1 from step 7 on. ", f"the hidden state of unit {unit} of the encoder held at 0.5 at token")
    held.hold("decoder.r", 2, "always")
    expect(held.page.locator("ul.held li").nth(2)).to_contain_text("No reset gate can do this: its values lie between 0 and 1.")
    held.press("Let go: the update gate of all units of the decoder held at 1 from step 7 on")
    expect(held.page.locator("ul.held li")).to_have_count(2)
    held.page.wait_for_function("() => window.painted.held.endsWith(';decoder.r:all:all:=2')")
    token = 1 + int(written(held.model, held.text, "decoder.z:all:7-:=1")["weights"][6].argmax())  # the one that the step looks at most
    held.painted(f"encoder.h:{unit}:{token}:=0.5;decoder.r:all:all:=2")


def test_a_link_opens_on_what_is_held_and_another_model_keeps_what_it_has(server, watched):
    watched.allowed = ("404",)
    watched.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    hold = "decoder.scores:3:all:=1000;decoder.z:all:2:=0.5"
    held = Held(watched.page, server.url, f"{hold};nonsense")
    held.painted(hold)
    expect(held.page.locator("[data-testid=stMain]")).to_contain_text("The hold 'nonsense'")
    held.holds(f"attention on “{DATE[3]}” (token 4) always. ", "the update gate of all units of the decoder held at 0.5 at step 2. ")
    held.press("More")
    held.press("Copy link")
    held.page.locator("button:has-text('Copied')").wait_for()
    assert quote(hold, safe="") in held.page.evaluate("navigator.clipboard.readText()").replace("*", "%2A")
    held.page.get_by_label("Model", exact=True).select_option("dates-none")
    expect(held.page.locator(".left-out")).to_contain_text("It names scores, which the GRU does not compute.")
    held.model = "dates-none"
    held.painted("decoder.z:all:2:=0.5")
    expect(held.page.get_by_role("group", name="Experiments")).to_be_hidden()


def test_the_panel_is_worked_by_keys_alone_and_a_question_lets_all_go(held):
    page = held.page
    page.get_by_role("button", name="Attention on one token", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => window.painted.held.startsWith('decoder.scores:')")
    page.get_by_label("Value to hold", exact=True).focus()
    page.keyboard.press("Home")
    page.wait_for_function("() => window.painted.held.includes('decoder.scores:all:all:=-20')")
    page.keyboard.press("Control+z")
    page.wait_for_function("() => !window.painted.held.includes('-20')")
    held.press("the month?")
    held.painted("")
    held.says("Answer the question in the text first: what is held would tell.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_panel_and_it_fits_a_phone(held, scheme):
    held.press("Attention spread evenly")
    held.painted(EVEN.text())
    check_clean_and_fitting(held.page, scheme)
