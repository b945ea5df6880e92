"""The films of the shipped models' trainings: small, true to the weights that training had, and painted as they are."""

import json
import re
import subprocess

import numpy as np
import pytest
from playwright.sync_api import expect
from safetensors.numpy import load_file
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gatelab import trace, zoo
from gatelab.live.routes import ROUTES
from gatelab.training import __main__ as training
from gatelab.training import film as packing
from gatelab.zoo import film
from tests.browser import NODE, ROOT, require

BYTES = 3_000_000
"""Of all films together."""

UNPACK = """
import { readFileSync } from "node:fs";
import { ShippedFilm } from "ENGINE/shippedfilm.js";
const film = new ShippedFilm(readFileSync(process.argv[1]));
const at = film.at(film.steps[Number(process.argv[2])]);
process.stdout.write(JSON.stringify(Object.fromEntries(Object.entries(at).map(([name, { shape, data }]) => [name, [shape, [...data]]]))));
"""


def test_moments_begin_before_the_first_step_and_grow_by_a_factor():
    moments = packing.moments(16_000)
    assert moments[:2] == (0, 40) and len(moments) == packing.COUNT and moments[-1] < 16_000
    factors = np.array(moments[2:]) / np.array(moments[1:-1])
    assert factors.min() > 1.6 and factors.max() < 1.8
    assert packing.moments(3) == (0, 1, 2)


def test_eight_bits_hold_each_number_within_half_a_level_of_its_row():
    rng = np.random.default_rng(0)
    frames = [{"w": rng.normal(size=(3, 40)).astype(np.float32), "b": rng.normal(size=5).astype(np.float32)} for _ in range(2)]
    arrays = packing.packed(frames)
    assert arrays["w.scale"].shape == (2, 3) and arrays["b.scale"].shape == (2, 1)
    for k, frame in enumerate(frames):
        back = film.unpacked(arrays, k)
        for name, array in frame.items():
            level = np.abs(array).max(-1, keepdims=True) / packing.LEVELS
            assert (np.abs(back[name] - array) <= 0.501 * level).all()


def test_a_training_keeps_its_moments_and_ends_in_the_same_weights(tmp_path):
    args = ["counter", "--cell", "gru", "--steps", "6", "--batch", "2", "--hidden", "3", "--out"]
    with_film, without = tmp_path / "with", tmp_path / "without"
    assert training.make(training.parse([*args, str(with_film), "--film"])) == training.make(training.parse([*args, str(without)])) == 0
    kept = sorted(int(path.stem) for path in packing.folder(with_film, "counter-gru").glob("*.safetensors"))
    assert kept == sorted(packing.moments(6))
    one, other = (packing.learned(folder / "counter-gru.safetensors") for folder in (with_film, without))
    assert all(np.array_equal(one[name], other[name]) for name in other)
    assert "film" not in json.loads((with_film / "counter-gru.json").read_text(encoding="utf-8"))["command"]


@pytest.mark.parametrize("name", film.films())
def test_each_shipped_film_is_of_its_model_and_leads_to_it(name):
    text = zoo.opening(name).text
    shipped = trace(zoo.load(name), text)
    last = len(film.steps(name)) - 1
    weights = {key: array.shape for key, array in packing.learned(zoo.ZOO / f"{name}.safetensors").items()}
    assert {key: array.shape for key, array in film.unpacked(load_file(film.path(name)), 0).items()} == weights
    far, near = (np.abs(trace(film.network(name, k), text).probs[:1] - shipped.probs[:1]).max() for k in (0, last))
    assert near < far


def test_all_films_together_are_small():
    assert film.films() and sum(path.stat().st_size for path in film.FILMS.iterdir()) <= BYTES


def test_the_page_unpacks_what_python_packed(tmp_path):
    require("Node.js", NODE)
    path = film.path(film.films()[0])
    program = UNPACK.replace("ENGINE", (ROOT / "gatelab" / "live" / "static" / "engine").as_uri())
    done = subprocess.run([NODE, "--input-type=module", "-e", program, str(path), "3"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    expected = film.unpacked(load_file(path), 3)
    found = json.loads(done.stdout)
    assert found.keys() == expected.keys()
    for name, (shape, data) in found.items():
        assert tuple(shape) == expected[name].shape
        assert np.allclose(np.reshape(data, shape), expected[name], rtol=1e-6, atol=1e-9)


def test_a_film_that_does_not_exist_is_named():
    with TestClient(Starlette(routes=ROUTES)) as client:
        assert client.get(f"/live/films/{film.films()[0]}.safetensors").status_code == 200
        answer = client.get("/live/films/recall-rnn.safetensors")
    assert answer.status_code == 404 and answer.json()["field"] == "film"


def test_a_lesson_shows_what_the_network_of_that_moment_computes(watched, server):
    page, watched.allowed = watched.page, ("404",)  # Streamlit itself asks for /lstm/_stcore/health first
    page.goto(f"{server.url}/lstm")
    label = page.locator(".diagram").first
    page.locator("textarea").first.fill("wonderful cast, but never a dull film, no")
    page.wait_for_selector(".check details", timeout=60_000)  # the weights are here, and PyTorch agrees
    said = label.get_attribute("aria-label")
    page.get_by_text("How did it learn this?").click()
    slider = page.get_by_role("slider", name="Moment of the training")
    expect(page.locator(".filmstrip output")).to_have_text("as it is now")
    slider.focus()
    slider.press("Home")
    expect(page.locator(".filmstrip output")).to_have_text("after 0 of 3,000 training steps")
    seen = trace(film.network("sentiment-lstm", 0), page.locator("textarea").first.input_value())
    step, unit = (int(number) for number in re.match(r"Step (\d+), .+?: unit (\d+) ", said).groups())
    value = f"{seen['h'][step - 1, unit]:.2f}".replace("-", "\u2212")
    expect(label).to_have_attribute("aria-label", re.compile(rf"h is {value}\.$"))
    expect(page.locator(".check details")).to_have_count(0)  # PyTorch has no such network
    page.get_by_role("button", name="Back to the network as it is now").click()
    expect(label).to_have_attribute("aria-label", said)
    page.wait_for_selector(".check details")  # PyTorch agrees again
