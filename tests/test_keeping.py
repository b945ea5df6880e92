"""A network that was trained in the page is kept: on other pages for the visit, in a file that Python reads, and from a file again."""

import json
import re
import subprocess

import numpy as np
import pytest
import torch
from playwright.sync_api import expect
from safetensors import safe_open
from safetensors.numpy import save_file

import gatelab
from gatelab.cells import CELLS
from gatelab.networks import ModelSpec, Reader
from gatelab.text import UNKNOWN
from gatelab.training.loop import checkpoint
from tests.browser import NODE, ROOT, go, require

TEXTS = ("0.25 0.5* 1", "AB!C", "")


def run(folder, *jobs):
    require("Node.js", NODE)
    command = [NODE, str(ROOT / "tests" / "js" / "keeping.mjs"), str(folder), json.dumps(TEXTS), *(json.dumps(job) for job in jobs)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def check_answers(path):
    """The answers that the page gave beside a checkpoint are those of PyTorch."""
    model = gatelab.load(path)
    for text, answers in zip(TEXTS, json.loads(path.with_suffix(".json").read_text())):
        seen = gatelab.trace(model, text)
        expected = np.asarray(seen.probs if len(model.spec.labels) > 1 else seen.answers)
        np.testing.assert_allclose(np.reshape(answers, expected.shape), expected, rtol=0, atol=1e-6)
    return model


def test_python_reads_what_the_page_saved_and_answers_the_same(tmp_path):
    cells = [cell for cell in CELLS if cell != "rnn-relu"]
    jobs = [{"settings": {"task": "recall", "cells": [cell], "units": 5, "layers": 1 + k % 2}, "updates": 2} for k, cell in enumerate(cells)]
    run(
        tmp_path,
        *jobs,
        {"settings": {"task": "adding", "cells": ["lstm"], "units": 3}, "updates": 2},
        {"settings": {"task": "names", "cells": ["gru"]}, "updates": 1},
    )
    paths = sorted(tmp_path.glob("mine *.safetensors"))
    assert len(paths) == len(cells) + 2
    for path in paths:
        model = check_answers(path)
        assert model.spec.name == path.stem
        with safe_open(path, "np") as file:
            assert {key: file.get_tensor(key).shape for key in file.keys()} == {key: tuple(value.shape) for key, value in model.state_dict().items()}  # noqa: SIM118 (see zoo/folder.py)
            assert file.get_tensor("head.weight").dtype == np.float32


def test_the_page_opens_what_python_wrote_and_answers_the_same(tmp_path):
    torch.manual_seed(0)
    for k, cell in enumerate(("lstm", "peephole", "gru-cho")):
        spec = ModelSpec(f"python {cell}", cell, (UNKNOWN, *"ABC!"), 4, 6, 1 + k % 2)
        (tmp_path / f"{spec.name}.safetensors").write_bytes(checkpoint(Reader(spec)))
    halves = Reader(ModelSpec("python halves", "gru", (), 2, 4, unit="numbers", outputs=("sum",))).half().float()
    (tmp_path / "python halves.safetensors").write_bytes(checkpoint(halves))  # weights that 16 bits hold are written so
    run(tmp_path)
    for path in tmp_path.glob("python *.safetensors"):
        check_answers(path)


# In the browser.


@pytest.fixture
def learning(server, watched):
    """The Learn page with a small network of every kind that a test needs, trained for 30 updates, and paused."""
    watched.allowed = ("404",)  # Streamlit itself asks for /learn/_stcore/health first
    watched.page.goto(f"{server.url}/learn?task=recall&cells=lstm,gru&units=4&length=3&batch=8")
    train(watched.page)
    return watched.page


def train(page):
    page.get_by_role("button", name="Train (space)").click()
    expect(page.locator(".counts")).to_have_text(re.compile(r"^([3-9]\d|\d{3}|\d+,\d+) updates"), timeout=60_000)
    page.get_by_role("button", name="Pause (space)").click()


def kept(page):
    return page.get_by_role("list", name="Kept networks").get_by_role("listitem")


def test_a_trained_network_is_used_on_watch_compare_and_memory_until_it_is_forgotten(learning, server):
    page = learning
    for cell in ("LSTM", "GRU"):
        page.get_by_role("button", name="Use it").nth(("LSTM", "GRU").index(cell)).click()
    expect(kept(page)).to_have_count(2)
    page.get_by_label("Name of my recall gru").fill("Ada")
    page.get_by_label("Name of my recall gru").press("Enter")
    expect(page.get_by_label("Name of Ada")).to_be_visible()
    go(page, "Watch")
    page.get_by_role("combobox", name="Model").select_option("my recall lstm")
    expect(page.get_by_text("your own network; 254 parameters")).to_be_visible()
    page.get_by_label("Text for the network to read").fill("AB!CD?")
    expect(page.get_by_text("its answer here")).to_be_visible()
    expect(page.locator(".guess")).to_have_count(4)
    expect(page.get_by_text("Not compared with PyTorch: this network is yours")).to_be_visible()
    page.reload()
    expect(page.get_by_role("combobox", name="Model")).to_have_value("my recall lstm")
    expect(page.locator(".guess")).to_have_count(4)
    go(page, "Compare")
    page.get_by_role("combobox", name="Task").select_option("Yours: Recall a letter")
    expect(page.get_by_role("region", name="my recall lstm")).to_be_visible()
    expect(page.get_by_role("region", name="Ada")).to_be_visible()
    page.reload()
    expect(page.get_by_role("region", name="Ada")).to_be_visible()
    go(page, "Memory")
    page.get_by_role("combobox", name="Task").select_option("Yours: Recall a letter")
    expect(page.get_by_text(re.compile("compared with that of the last.*my recall lstm.*Ada"))).to_be_visible(timeout=20_000)  # a worker starts for it
    go(page, "Learn")
    page.get_by_role("button", name="Forget it: Ada").click()
    expect(kept(page)).to_have_count(1)
    page.get_by_role("button", name="Forget it: my recall lstm").click()
    expect(kept(page)).to_have_count(0)
    go(page, "Watch")
    expect(page.get_by_role("combobox", name="Model")).to_have_value(re.compile("^prose-"))


def test_a_saved_network_opens_again_and_what_does_not_fit_is_told(learning, tmp_path):
    page = learning
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save", exact=True).first.click()
    path = tmp_path / saving.value.suggested_filename
    saving.value.save_as(path)
    assert path.name == "my-recall-lstm.safetensors" and gatelab.load(path).spec.hidden_size == 4
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    page.get_by_label("A checkpoint to open").set_input_files([path, tmp_path / "picture.png"])
    expect(page.get_by_text("Kept as “my recall lstm”.")).to_be_visible()
    expect(page.get_by_text("picture.png is not opened: picture.png must be a safetensors file: got a PNG picture.")).to_be_visible()
    expect(kept(page)).to_have_count(1)
    save_file({"x": np.zeros(2, np.float32)}, tmp_path / "other.safetensors")
    page.get_by_label("A checkpoint to open").set_input_files(tmp_path / "other.safetensors")
    expect(page.get_by_text("the metadata must be a GateLab checkpoint’s")).to_be_visible()
    line = page.locator(".python code").first
    expect(line).to_contain_text(re.compile(r'learn\("recall", "lstm", units=4, length=3, seed=1, updates=\d+, batch=8, forget_bias=1\)'))
