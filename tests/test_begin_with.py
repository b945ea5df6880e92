"""The state that a network begins with: what pages and route show is the rest of the whole text, as PyTorch reads it where the hidden state is passed along."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from starlette.applications import Starlette
from starlette.testclient import TestClient

import gatelab
from gatelab import zoo
from gatelab.live.endpoint import BadRequest
from gatelab.live.routes import ROUTES
from gatelab.live.stages import STAGES
from gatelab.live.trace import TraceRequest
from tests.engine import opened
from tests.families import NOTE
from tests.stage import number

BEFORE, TEXT = "the acting was not", "good at all"


@pytest.mark.parametrize("stage", ["watch", "lesson", "start"])
def test_a_link_names_the_text_after_which_the_network_begins(stage):
    given = {} if stage == "watch" else {"models": ("sentiment-lstm",)}
    assert STAGES[stage].read({}, **given)[0].after == ""
    start, notes = STAGES[stage].read({"after": BEFORE}, **given)
    assert (start.after, notes) == (BEFORE, [])


@pytest.mark.parametrize("wrong", [1, "a" * 2001, "\ud800"])
def test_a_request_that_begins_after_no_text_is_refused(wrong):
    with pytest.raises(BadRequest, match="^after must be"):
        TraceRequest.of({"model": "sentiment-lstm", "text": TEXT, "after": wrong})


@pytest.mark.parametrize("model", [*(name for name in zoo.models("answer") if name.startswith("sentiment")), *zoo.models("character")])
def test_the_route_answers_with_the_rest_of_the_whole_text(model):
    words = zoo.load(model).spec.unit == "words"
    before, text = (BEFORE, TEXT) if words else ("It is a tru", "th, I believe")
    with TestClient(Starlette(routes=ROUTES)) as client:
        answer = client.post("/live/trace", json={"model": model, "text": text, "after": before, "compact": True})
    said, arrays = opened(answer.content)
    whole = gatelab.trace(zoo.load(model), f"{before} {text}" if words else before + text)
    last = len(whole) - said["steps"] - 1
    assert said["after"] == before and last > 2
    for name in whole.names:
        np.testing.assert_allclose(arrays[name], whole[name][last + 1 :], atol=1e-5)
    for name, values in said["state"].items():
        np.testing.assert_allclose(values, whole[name][last], atol=1e-6)
    assert set(said["state"]) == ({"h", "c"} if "c" in whole.names else {"h"})


class Page:
    """A page on which a visitor chooses what the network begins with."""

    def __init__(self, page, url):
        self.page, self.url = page, url
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.add_init_script(NOTE)

    def open(self, path):
        self.page.goto(self.url + path)
        self.page.wait_for_function("window.painted !== undefined", timeout=30_000)
        call = self.page.get_by_role("button", name="Hold a value", exact=True)
        if call.get_attribute("aria-expanded") == "false":
            call.click()
        self.page.locator(".hold-panel input[type=range]:enabled").wait_for(timeout=30_000)  # the network is here
        self.first = self.page.get_by_label("Begin with", exact=True)
        self.says = self.page.locator(".hold-panel .what-it-did")


@pytest.fixture
def begun(server, watched):
    watched.allowed = ("404",)
    return Page(watched.page, server.url)


def test_a_lesson_begins_with_the_state_of_a_link_and_its_first_step_shows_the_real_old_state(begun):
    begun.open(f"/lstm?model=sentiment-lstm&text={TEXT.replace(' ', '+')}&after={BEFORE.replace(' ', '+')}&unit=19&step=1&level=1")
    whole, alone = (gatelab.trace(zoo.load("sentiment-lstm"), text) for text in (f"{BEFORE} {TEXT}", TEXT))
    last = len(BEFORE.split()) - 1
    chips = begun.page.locator(".parts .chip")
    for letter in "hc":
        chip = chips.filter(has_text=re.compile(rf"^{letter}t.1"))
        assert number(chip.locator("b").inner_text()) == pytest.approx(float(whole[letter][last, 19]), abs=0.00051)
    then, now = (f"{trace.probs[-1, 1]:.2f}".lstrip("0") for trace in (alone, whole))
    expect(begun.says).to_have_text(f"The network begins with the state in which “{BEFORE}” ends, not with zeros; “positive” goes from {then} to {now}.")
    begun.page.get_by_role("button", name="Let all go").click()
    expect(begun.first).to_have_value("")
    expect(chips.filter(has_text=re.compile("^ct.1")).locator("b")).to_have_text("0.000")
    begun.page.get_by_role("button", name="Undo").click()
    expect(begun.first).to_have_value("after")
    expect(begun.says).to_contain_text(f"to {now}.")
    expect(begun.page.locator(".check summary").first).to_contain_text("PyTorch agrees", timeout=20_000)


def test_on_watch_the_next_text_begins_where_this_one_ends_and_a_link_says_so(begun):
    begun.open("/watch?model=prose-lstm&text=It+is+a+tru&unit=7")
    begun.first.select_option("here")
    expect(begun.says).to_contain_text("begins with the state in which “It is a tru” ends, not with zeros")
    begun.page.locator("textarea").fill("th, I believe")
    begun.page.wait_for_function("window.painted.text === 'th, I believe'")
    whole = gatelab.trace(zoo.load("prose-lstm"), "It is a truth, I believe")
    cell = begun.page.locator(".map, .row").filter(has=begun.page.locator("canvas[data-name=c]")).locator("output").first
    expect(cell).to_have_text(f"{whole['c'][-1, 7]:.2f}".replace("-", "\u2212"))
    begun.page.get_by_role("button", name="Copy").first.click()
    begun.page.locator("button:has-text('Copied')").wait_for()
    link = begun.page.evaluate("navigator.clipboard.readText()")
    assert "after=It+is+a+tru" in link
    begun.page.goto(link)
    expect(cell).to_have_text(f"{whole['c'][-1, 7]:.2f}".replace("-", "\u2212"), timeout=20_000)
    begun.first.select_option("here")  # all that was read up to here
    expect(begun.says).to_contain_text("“It is a truth, I believe” ends")
