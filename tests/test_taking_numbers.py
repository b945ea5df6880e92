"""The numbers that a stage hands out are those of gatelab.trace, in the form of gatelab.figures: a table, a safetensors file, and a notebook that runs."""

import csv
import io
import json
import os
import subprocess
import sys
from urllib.parse import urlencode

import numpy as np
import pytest
import torch
from playwright.sync_api import expect
from safetensors import safe_open
from safetensors.numpy import load_file

import gatelab
from gatelab import figures, holds
from gatelab.networks import ModelSpec, Reader, Transformer
from gatelab.standalone.page import page as page_of
from gatelab.text import UNKNOWN
from gatelab.traces import places
from tests.browser import ROOT, go, show_more

LINKS = {
    "watch": {"model": "prose-lstm", "text": 'It is "a truth",\nand ever', "hold": "f:all:4-:=1;c:7,12:2-3:*0.5", "after": "She"},
    "lstm": {"text": "not bad at all", "hold": "f:3:2-:=1"},
    "compare": {"models": "recall-lstm,recall-coupled,recall-gru", "text": "ab!cde?", "hold": "keep:all:3-:=1"},
    "memory": {"models": "recall-lstm,recall-rnn", "text": "AB!CD?"},
    "attention": {"model": "dates-additive", "text": "March 5, 2019", "beam": "3", "hold": "decoder.z:0:2:+-0.25"},
    "self-attention": {"model": "dates-transformer", "text": "March 5, 2019", "where": "encoder", "layer": "2", "head": "1"},
}
"""A page -> what a link to it chooses."""
HEARD = "window.addEventListener('gatelab:painted', ({detail}) => { window.painted = detail; })"


@pytest.fixture
def watched(watched):
    watched.allowed = ("404",)  # Streamlit asks for its health below the page's path, too
    return watched


def take(page, url, name):
    """The dialog of a page on which a text stands and into which the networks have come."""
    page.add_init_script(HEARD)
    with page.expect_response(lambda answer: answer.url.endswith(f"{named(name)[0]}.safetensors"), timeout=30_000) as weights:
        page.goto(f"{url}/{name}?{urlencode(LINKS[name])}")
    weights.value.finished()
    return dialog_of(page, LINKS[name]["text"])


def dialog_of(page, text):
    page.wait_for_function("(text) => window.painted?.text === text", arg=text, timeout=30_000)
    show_more(page)
    page.get_by_role("button", name="Take along", exact=True).click()
    return page.get_by_role("dialog", name="Take along")


def named(name):
    link = LINKS[name]
    return link.get("model", link.get("models", "sentiment-lstm")).split(",")


def saved(page, dialog, kind, folder, model=None):
    """The path of a file; pressed again until the network is in the page."""
    if model:
        dialog.get_by_label("Network whose numbers are saved").select_option(model)
    for _ in range(50):
        dialog.get_by_role("button", name=f"Save as {kind}", exact=True).click()
        said = dialog.get_by_text("still on its way into this page")
        if not said.is_visible():
            break
        page.wait_for_timeout(200)
    with page.expect_download() as download:
        dialog.get_by_role("button", name=f"Save as {kind}", exact=True).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def traced(name, called):
    """Python's own trace of what stands on a page."""
    model, link = gatelab.load(called), LINKS[name]
    options = {"beam": int(link["beam"])} if "beam" in link else {}
    if "keep" in link.get("hold", ""):
        options["hold"] = holds.in_cell(holds.parse_roles(link["hold"])[0], model.spec.cell)
    elif "hold" in link:
        options["hold"] = holds.parse(link["hold"], places(model))[0]
    if "after" in link:
        before = gatelab.trace(model, link["after"])
        options["state"] = {"h": before["h"][-1], "c": before["c"][-1]}
    return gatelab.trace(model, link["text"], **options)


def check_table(ours, theirs):
    """Two tables with the same head, the same labels in each row, and the same numbers within 5e-6: the page computes with 64 bits, PyTorch with 32."""
    ours, theirs = (list(csv.reader(io.StringIO(text))) for text in (ours, theirs))
    assert ours[0] == theirs[0] and len(ours) == len(theirs)
    labels = 4 if ours[0][0] == "layer" and ours[0][1] == "head" else 3 + (ours[0][0] == "layer")
    assert [row[:labels] for row in ours] == [row[:labels] for row in theirs]
    for mine, other in zip(ours[1:], theirs[1:]):
        np.testing.assert_allclose(np.array(mine[labels:], float), np.array(other[labels:], float), rtol=2e-6, atol=5e-6)


def check_archive(path, trace):
    """A safetensors file has the arrays of figures.npz and its words."""
    arrays, expected = load_file(path), np.load(io.BytesIO(figures.npz(trace)))
    computed = {name for name in expected if expected[name].dtype.kind == "f"}
    left_out = (
        {name for name in computed if name.endswith(("scores", "context"))} if isinstance(trace.model, Transformer) else set()
    )  # they follow from the others
    assert set(arrays) == computed - left_out
    for name, array in arrays.items():
        np.testing.assert_allclose(array, expected[name], rtol=2e-6, atol=5e-6, err_msg=name)
    with safe_open(path, framework="np") as file:
        said = {name: json.loads(value) for name, value in file.metadata().items()}
    for name in set(expected) - computed:
        assert said[name] == expected[name].tolist(), name


def run(path):
    """What the code of a notebook says, in a process of its own; without the line that installs."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert code[0] == "%pip install gatelab"
    program = "import json, sys\nfor cell in json.load(sys.stdin):\n    exec(cell, globals())\n"
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(code[1:]),
        capture_output=True,
        text=True,
        cwd=path.parent,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", LINKS)
def test_the_files_of_a_stage_are_those_of_python(name, server, watched, tmp_path):
    dialog = take(watched.page, server.url, name)
    models = named(name)
    for called in models[:2]:
        chosen = called if len(models) > 1 else None
        trace = traced(name, called)
        table = figures.csv(trace) if isinstance(trace, gatelab.Trace) else figures.alignment_csv(trace, "encoder" if name == "self-attention" else "across")
        check_table(saved(watched.page, dialog, "CSV", tmp_path, chosen).read_text(encoding="utf-8"), table)
        check_archive(saved(watched.page, dialog, "safetensors", tmp_path, chosen), trace)
        path = saved(watched.page, dialog, "notebook", tmp_path, chosen)
        assert called in path.read_text(encoding="utf-8")
        said = run(path)
        assert said.count("apart") == len(load_file(tmp_path / f"{path.stem}.safetensors"))


def test_attention_that_was_taken_over_is_in_the_notebook(server, watched, tmp_path, monkeypatch):
    forced = [0.0] * 12 + [1.0]
    monkeypatch.setitem(LINKS, "attention", {"model": "dates-additive", "text": "March 5, 2019", "forced": "6:" + ",".join(map(str, forced))})
    dialog = take(watched.page, server.url, "attention")
    table = figures.alignment_csv(gatelab.trace(gatelab.load("dates-additive"), "March 5, 2019", forced={5: forced}))
    check_table(saved(watched.page, dialog, "CSV", tmp_path).read_text(encoding="utf-8"), table)
    path = saved(watched.page, dialog, "notebook", tmp_path)
    assert "forced={5: [0, 0, " in path.read_text(encoding="utf-8")
    run(path)


def test_the_numbers_of_ones_own_network_of_two_layers_have_both(server, watched, tmp_path):
    torch.manual_seed(3)
    model = Reader(ModelSpec("mine", "gru", (UNKNOWN, *"abc "), embedding_size=3, hidden_size=4, num_layers=2))
    path = gatelab.save(model, tmp_path / "mine.safetensors", title="Letters", licence="MIT")
    page = watched.page
    page.add_init_script(HEARD)
    page.goto(f"{server.url}/learn")
    page.get_by_label("A checkpoint to open").set_input_files(path)
    expect(page.get_by_text("Kept as \u201cmine\u201d.")).to_be_visible()
    go(page, "Watch")
    page.get_by_role("combobox", name="Model").select_option("mine")
    page.get_by_label("Text for the network to read").fill("ab c")
    dialog = dialog_of(page, "ab c")
    trace = gatelab.trace(gatelab.load(path), "ab c")
    check_table(saved(page, dialog, "CSV", tmp_path).read_text(encoding="utf-8"), figures.csv(trace))
    check_archive(saved(page, dialog, "safetensors", tmp_path), trace)
    assert "h_l1  at most" in run(saved(page, dialog, "notebook", tmp_path))


@pytest.mark.browser
def test_a_page_without_a_server_gives_the_same_numbers(chromium, tmp_path):
    (tmp_path / "page.html").write_text(page_of("watch", **LINKS["watch"]), encoding="utf-8")
    context = chromium.new_context(viewport={"width": 1400, "height": 1900}, color_scheme="light", offline=True, accept_downloads=True)
    page = context.new_page()
    page.add_init_script(HEARD)
    page.goto((tmp_path / "page.html").as_uri())
    dialog = dialog_of(page, LINKS["watch"]["text"])
    check_table(saved(page, dialog, "CSV", tmp_path).read_text(encoding="utf-8"), figures.csv(traced("watch", "prose-lstm")))
    run(saved(page, dialog, "notebook", tmp_path))
    context.close()
