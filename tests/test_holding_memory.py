"""Influence under holds: Python against torch's autograd over a loop of its own cells, the page against Python, and the Memory page in a browser."""

import copy
import json
import random
import re
from urllib.parse import quote

import numpy as np
import pytest
import torch
from playwright.sync_api import expect
from starlette.applications import Starlette
from starlette.testclient import TestClient
from torch import nn
from torch.autograd.functional import jacobian

from gatelab import Hold, holds, zoo
from gatelab.cells import CELLS
from gatelab.influence import influence
from gatelab.live.memory import WINDOW
from gatelab.live.routes import ROUTES
from gatelab.live.stages import STAGES
from gatelab.traces import trace
from tests import engine
from tests.axe import check_clean_and_fitting
from tests.conftest import random_model

TEXT = "the cat, the hat"
H = 8  # units of a random model
MODELS, LETTERS = ("recall-lstm", "recall-gru", "recall-rnn"), "DA!DDACADACCDBDDACDC?"
NAMES = ("norms", "gains", "products", "path")
LSTM = [
    Hold("f", 1.0),
    Hold("f", 0.5, units=[1, 3], steps=slice(4, None), how="times"),
    Hold("i", 0.25, steps=[2, 3], how="plus"),
    Hold("o", 0.75, units=[0]),
    Hold("c", 0.5, units=[2], steps=[9], how="times"),
    Hold("c", 1.0, units=[5], steps=[6]),
    Hold("h", 0.0, units=[7]),
    Hold("g", -0.5, units=[4], how="times"),
]
GRU = [
    Hold("z", 0.9, steps=slice(3, 8)),
    Hold("z", 0.5, units=[1, 3], steps=slice(8, None), how="times"),
    Hold("r", 1.0),
    Hold("n", 0.25, units=[0, 6], how="plus"),
    Hold("h", 0.5, units=[2], steps=[9], how="times"),
    Hold("h", 0.0, units=[7]),
]


def double(cell):
    model = random_model(cell).double()
    for parameter in model.recurrent.parameters():
        parameter.mul_(2)
    return model


# A loop of our own, which asks torch's cells for what it cannot compute itself


def put(held, t, name, value):
    """What holds make of a value (H,) at step t, in plain torch."""
    for hold in held:
        if hold.name != name or not hold.at(t):
            continue
        acts = torch.zeros(H, dtype=torch.bool)
        acts[list(hold.units) if hold.units else slice(None)] = True
        new = {"set": torch.full((H,), hold.value, dtype=value.dtype), "times": value * hold.value, "plus": value + hold.value}[hold.how]
        value = torch.where(acts, new, value)
    return value


def lstm(weights, held, x, state):
    """The states (T, 2 H) after each step, h before c, of an LSTM whose gates are held."""
    after = []
    for t, row in enumerate(x):
        h, c = state.chunk(2)
        i, f, g, o = (weights.weight_ih @ row + weights.bias_ih + weights.weight_hh @ h + weights.bias_hh).chunk(4)
        i, f, g, o = (put(held, t, name, value) for name, value in (("i", i.sigmoid()), ("f", f.sigmoid()), ("g", g.tanh()), ("o", o.sigmoid())))
        c = put(held, t, "c", f * c + i * g)
        state = torch.cat((put(held, t, "h", o * c.tanh()), c))
        after.append(state)
    return torch.stack(after)


def gru(weights, held, x, state):
    """The same of a GRU, (T, H)."""
    after = []
    for t, row in enumerate(x):
        a, b = (weights.weight_ih @ row + weights.bias_ih).chunk(3), (weights.weight_hh @ state + weights.bias_hh).chunk(3)
        r, z = put(held, t, "r", (a[0] + b[0]).sigmoid()), put(held, t, "z", (a[1] + b[1]).sigmoid())
        n = put(held, t, "n", (a[2] + r * b[2]).tanh())
        state = put(held, t, "h", (1 - z) * n + z * state)
        after.append(state)
    return torch.stack(after)


CASES = {"lstm": (lstm, nn.LSTMCell, 2 * H), "gru": (gru, nn.GRUCell, H)}


def loop(model):
    """A loop with a model's weights, and the width of its state; where nothing is held it is that of torch's own cell."""
    run, kind, wide = CASES[model.spec.cell]
    cell = kind(model.recurrent.input_size, H, dtype=torch.double).requires_grad_(False)
    cell.load_state_dict({name.removesuffix("_l0"): p for name, p in model.recurrent.state_dict().items()})
    x, zeros = model.inputs(trace(model, TEXT).tokens), torch.zeros(wide, dtype=torch.double)
    state = zeros
    for row, mine in zip(x, run(cell, (), x, zeros), strict=True):
        state = torch.cat(cell(row, state.chunk(2))) if kind is nn.LSTMCell else cell(row, state)
        torch.testing.assert_close(mine, state, rtol=0, atol=1e-12)
    return lambda held, x, state: run(cell, held, x, state), x, zeros


def norm(table):
    return np.sqrt((np.asarray(table) ** 2).sum(axis=(1, 2)))


@pytest.mark.parametrize(("cell", "held"), [(cell, some) for cell, all_ in (("lstm", LSTM), ("gru", GRU)) for some in (*([one] for one in all_), all_)])
def test_influence_under_holds_is_torch_s_jacobian_of_a_loop_that_holds_the_same(cell, held):
    model = double(cell)
    found, (run, x, zeros) = influence(model, TEXT, hold=held), loop(model)
    by_input = jacobian(lambda x: run(held, x, zeros)[-1, :H], x).transpose(0, 1)
    np.testing.assert_allclose(found.norms, norm(by_input), rtol=1e-9, atol=1e-13)
    states = torch.cat((zeros[None], run(held, x, zeros)))
    moved = [holds.since(held, t) for t in range(len(x))]
    factors = [jacobian(lambda state, t=t: run(moved[t], x[t : t + 1], state)[-1], states[t]) for t in range(len(x))]
    np.testing.assert_allclose(found.gains, norm(torch.stack(factors)) / len(zeros) ** 0.5, rtol=1e-9, atol=1e-13)
    rest = [jacobian(lambda state, t=t: run(moved[t], x[t:], state)[-1, :H], states[t]) for t in range(1, len(x))]
    np.testing.assert_allclose(found.products[:-1], norm(torch.stack(rest)) / len(zeros) ** 0.5, rtol=1e-9, atol=1e-13)


def test_a_forget_gate_held_at_1_makes_the_way_along_c_lossless():
    """The constant error carousel: dc_T/dc_t is the identity where no gate sees the state, by torch's jacobian."""
    model = double("lstm")
    assert influence(model, TEXT, Hold("f", 1.0)).path.tolist() == [1.0] * len(TEXT)
    model.recurrent.weight_hh_l0.zero_()
    run, x, zeros = loop(model)
    by_memory = jacobian(lambda c: run([Hold("f", 1.0)], x, torch.cat((zeros[:H], c)))[-1, H:], zeros[H:])
    torch.testing.assert_close(by_memory, torch.eye(H, dtype=torch.double))
    halved = influence(model, TEXT, [Hold("f", 1.0), Hold("c", 0.5, steps=[9], how="times"), Hold("c", 2.0, steps=[3])]).path
    assert halved.tolist() == [0.0] * 3 + [0.5] * 6 + [1.0] * 7


@pytest.mark.parametrize("cell", CELLS)
def test_held_at_their_own_values_times_1_or_plus_0_nothing_changes_and_a_last_state_that_is_set_depends_on_nothing(cell):
    model = double(cell)
    plain = influence(model, TEXT)
    for how, value in (("times", 1.0), ("plus", 0.0)):
        held = influence(model, TEXT, [Hold(name, value, how=how) for name in CELLS[cell].names])
        for name in NAMES:
            if getattr(plain, name) is not None:
                np.testing.assert_allclose(getattr(held, name), getattr(plain, name), rtol=1e-9)
    nothing = influence(model, TEXT, Hold("h", 0.25))
    assert not nothing.norms.any()


def test_holds_of_one_who_begins_later_are_those_that_are_left():
    held = holds.parse("f:all:all:=1;f:1:4-:=1;f:all:2-6:=0;c:all:3:*2;c:all:1:=0;c:0:9-10:+1")[0]
    assert holds.write(holds.since(held, 4)) == "f:all:all:=1;f:1:all:=1;f:all:1-2:=0;c:0:5-6:+1"
    assert holds.since(held, 0) == held
    assert holds.since([Hold("f", 1, steps=[1, 4, 6])], 4) == (Hold("f", 1, steps=[0, 2]),)


# The page's engine


def some(rng, cell):
    """A few holds as text, of any name, reach and way."""
    pieces = []
    for _ in range(rng.randrange(1, 5)):
        units = "all" if rng.random() < 0.5 else ",".join(str(rng.randrange(H)) for _ in range(2))
        first = rng.randrange(1, 9)
        steps = rng.choice(("all", f"{first}", f"{first}-", f"{first}-{first + 3}"))
        pieces.append(f"{rng.choice(CELLS[cell].names)}:{units}:{steps}:{rng.choice('=*+')}{rng.uniform(-1, 1.2):.3g}")
    return ";".join(pieces)


def test_the_page_computes_python_s_influence_under_any_holds_of_every_cell(tmp_path):
    rng, jobs = random.Random(5), []
    for cell in CELLS:
        model = double(cell)
        tensors = {key: tensor for key, tensor in model.state_dict().items() if not key.startswith("by_")}
        given = {"spec": json.loads(model.spec.to_json()), "weights": engine.weights(tensors)}
        jobs.append({"does": "influence", "model": given, "texts": [(TEXT, some(rng, cell)) for _ in range(12)]})
    answers = iter(engine.run(jobs, tmp_path))
    for job, cell in zip(jobs, CELLS, strict=True):
        for text, hold in job["texts"]:
            expected = influence(double(cell), text, holds.parse(hold)[0])
            for name, array in next(answers)[1].items():
                np.testing.assert_allclose(array, getattr(expected, name), rtol=1e-8, atol=1e-12, err_msg=f"{cell} {name} {hold}")


def test_the_page_computes_it_in_shipped_models_with_roles_held(tmp_path):
    names, held = ("recall-lstm", "recall-gru", "recall-coupled", "recall-peephole", "recall-rnn"), "keep:all:all:=0.95;write:all:4-9:=0.5"
    own = [holds.in_cell(holds.parse_roles(held)[0], zoo.load(name).spec.cell) for name in names]
    jobs = [
        {"does": "influence", "model": str(zoo.ZOO / f"{name}.safetensors"), "texts": [("DA!DDACADACC?", holds.write(hold))]} for name, hold in zip(names, own)
    ]
    for name, hold, (_, found) in zip(names, own, engine.run(jobs, tmp_path), strict=True):
        expected = influence(copy.deepcopy(zoo.load(name)).double(), "DA!DDACADACC?", hold)
        for what, array in found.items():
            np.testing.assert_allclose(array, getattr(expected, what), rtol=1e-7, atol=1e-12)


# Links, requests and the page


@pytest.fixture(scope="module")
def client():
    with TestClient(Starlette(routes=ROUTES)) as client:
        yield client


def asked(client, **fields):
    return client.post("/live/memory", json={"models": MODELS, "text": LETTERS} | fields)


def test_the_server_tells_influences_with_and_without_what_is_held(client):
    about, arrays = engine.opened(asked(client, hold="keep:all:3-:=0.9").content)
    assert about["held"] == "keep:all:3-:=0.9" and "held" not in engine.opened(asked(client).content)[0]
    for k, name in enumerate(MODELS):
        for before, expected in (("", followed(name, "keep:all:3-:=0.9")), ("was.", followed(name, ""))):
            for what in NAMES:
                if getattr(expected, what) is not None:
                    np.testing.assert_allclose(arrays[f"{k}.{before}{what}"], getattr(expected, what), rtol=1e-5)
    for wrong in ("f:all:all:=1", "keep:all:all:=2", "keep:1:all:=1", 1):
        answer = asked(client, hold=wrong)
        assert answer.status_code == 422 and answer.json()["field"] == "hold"


def test_steps_of_a_hold_are_those_of_the_whole_text_where_only_its_end_is_followed_back(client):
    text = "DA!" + "DACB" * 20 + "?"
    cut = len(text) - WINDOW
    _, arrays = engine.opened(asked(client, text=text, hold="keep:all:1-3:=0;write:all:30:=1").content)
    expected = influence(zoo.load("recall-lstm"), text[cut:], Hold("i", 1.0, steps=[29 - cut]))
    np.testing.assert_allclose(arrays["0.norms"], expected.norms, rtol=1e-5)


def test_a_link_keeps_the_roles_and_names_what_is_none():
    start, notes = STAGES["memory"].read({"hold": "keep:all:4-:=1;f:all:all:=1;nonsense"})
    assert start.hold == "keep:all:4-:=1" and len(notes) == 2 and "must name a role" in notes[0] + notes[1]


class Held:
    """The Memory page with its panel of holds open."""

    def __init__(self, page, url, hold=""):
        self.page = page
        page.goto(f"{url}/memory?models={','.join(MODELS)}&text={quote(LETTERS)}&hold={quote(hold)}")
        call = page.get_by_role("button", name="Hold a value", exact=True)
        call.wait_for(timeout=60_000)
        if not hold:
            call.click()
        page.locator(".hold-panel input[type=range]:enabled").wait_for(timeout=60_000)  # the networks are here

    def hold(self, role, value, steps="always"):
        self.page.get_by_label("What to hold").select_option(role)
        self.page.get_by_label("At which steps").select_option(steps)
        box = self.page.get_by_label("Value to hold, as a number")
        box.fill(str(value))
        box.press("Enter")

    def says(self, text):
        expect(self.page.locator(".what-it-did")).to_have_text(text, timeout=30_000)

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def held(server, watched):
    watched.allowed = ("404",)  # Streamlit's own
    return Held(watched.page, server.url)


def followed(name, hold):
    model = zoo.load(name)
    return influence(model, LETTERS, holds.in_cell(holds.parse_roles(hold)[0], model.spec.cell))


def short(value):
    """A number as the page writes it."""
    if 1e-3 <= value < 1000:
        return f"{float(f'{value:.3g}'):g}"
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits}·10{str(int(exponent)).translate(str.maketrans('0123456789-', '⁰¹²³⁴⁵⁶⁷⁸⁹⁻'))}"


def came(name, called, hold):
    """What the sentence says of a model."""
    now, then = followed(name, hold), followed(name, "")
    along = f" (along the cell state alone from {short(then.path[0])} to {short(now.path[0])})" if now.path is not None else ""
    return f"goes from {short(then.norms[0] / then.norms[-1])} to {short(now.norms[0] / now.norms[-1])} in the {called}{along}"


def test_one_sentence_says_what_became_of_the_influences_and_undo_takes_it_back(held):
    chart = held.page.locator("canvas.chart.norms")
    picture = "(canvas) => canvas.toDataURL()"
    before = chart.evaluate(picture)
    held.hold("keep", 0.9)
    both = f"{came('recall-lstm', 'LSTM', 'keep:all:all:=0.9')} and {came('recall-gru', 'GRU', 'keep:all:all:=0.9')}"
    said = f"With how much is kept held at 0.9 always, the influence of the first token, compared with that of the last, {both}."
    held.says(said)
    expect(held.page.locator("ul.held li")).to_have_text([re.compile("how much is kept held at 0.9 always. The simple RNN has no gate that keeps.")])
    expect(held.page.locator(".plot .gutter").first).to_contain_text("thin dashes: where nothing is held")
    expect(held.page.locator(".check summary")).to_contain_text("PyTorch agrees", timeout=20_000)
    held.page.wait_for_function(
        "(said) => [...document.querySelectorAll('*')].some(({ shadowRoot }) => shadowRoot?.querySelector('.unseen')?.textContent === said)", arg=said
    )
    assert chart.evaluate(picture) != before
    held.page.locator(".board").press("Control+z")
    expect(held.page.locator("ul.held li")).to_have_count(0)
    expect(held.page.locator(".plot .gutter").first).not_to_contain_text("thin dashes")
    held.press("Redo")
    held.says(said)
    held.press("Let all go")
    expect(held.page.locator("ul.held li")).to_have_count(0)


def test_a_link_with_everything_kept_shows_the_carousel_and_that_a_gru_reads_no_more(server, watched):
    watched.allowed = ("404",)
    held = Held(watched.page, server.url, "keep:all:all:=1;nonsense")
    expect(held.page.locator("[data-testid=stMain]")).to_contain_text("The hold 'nonsense'")
    lstm = came("recall-lstm", "LSTM", "keep:all:all:=1")
    assert lstm.endswith(" to 1)")
    held.says(
        f"With how much is kept held at 1 always, the influence of the first token, compared with that of the last, {lstm}; "
        "the last state of the GRU depends on no token any more. On the way through the cell state nothing is lost in the LSTM: all its factors are 1, "
        "the “constant error carousel” of Hochreiter and Schmidhuber (1997)."
    )
    expect(held.page.locator(".finding")).to_contain_text("GRU depends on neither")
    expect(held.page.get_by_label("Value to hold", exact=True)).to_have_value("1")
    held.page.get_by_label("Value to hold", exact=True).press("ArrowLeft")  # keys alone
    expect(held.page.locator("ul.held li")).to_contain_text("how much is kept held at 0.99 always.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_panel_and_it_fits_a_phone(held, scheme):
    held.hold("keep", 0.9)
    expect(held.page.locator(".what-it-did")).to_contain_text("With how much is kept", timeout=30_000)
    check_clean_and_fitting(held.page, scheme)
