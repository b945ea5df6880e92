"""docs/tour.ipynb: it runs from top to bottom, says what it said when it was made, and all its pictures stand without a network."""

import importlib.util
import re
import subprocess
import sys

import nbformat
import pytest

from tests.browser import ROOT, Watched, eventually

HEARD = "window.addEventListener('gatelab:painted', ({detail}) => { window.painted = detail; })"


@pytest.fixture(scope="module")
def tour():
    spec = importlib.util.spec_from_file_location("tour", ROOT / "docs" / "tour.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def made(tour):
    return nbformat.read(tour.FILE, as_version=4)


def said(notebook):
    """What each cell says in words; the size of a picture is another where the stages are."""
    told = []
    for cell in notebook.cells:
        words = [output["data"]["text/plain"] if "data" in output else output.get("text", output.get("evalue")) for output in cell.get("outputs", [])]
        told.append((cell.cell_type, cell.source, [re.sub(r"\d+ kB", "# kB", word) for word in words]))
    return told


def pictures(notebook):
    return [output["data"]["text/html"] for cell in notebook.cells for output in cell.get("outputs", []) if "text/html" in output.get("data", {})]


def test_the_tour_holds_all_its_pictures_in_less_than_6_megabytes(tour, made):
    assert tour.FILE.stat().st_size < 6e6
    assert [(cell.cell_type, cell.source) for cell in made.cells] == [(cell.cell_type, cell.source) for cell in tour.cells()], "make it again: make tour"
    assert len(pictures(made)) == 6
    assert not re.search(r"/(tmp|home|work|Users)/", re.sub(r'"text/html": \[.*?\]', "", tour.FILE.read_text(encoding="utf-8"), flags=re.DOTALL))


def test_the_tour_runs_from_top_to_bottom_and_says_what_it_said(made, tmp_path):
    done = subprocess.run([sys.executable, ROOT / "docs" / "tour.py", tmp_path / "tour.ipynb"], capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-3000:]
    again = nbformat.read(tmp_path / "tour.ipynb", as_version=4)
    assert said(again) == said(made)
    assert len(pictures(again)) == len(pictures(made))


@pytest.mark.browser
def test_every_picture_of_the_tour_stands_without_a_network(made, chromium, tmp_path):
    context = chromium.new_context(viewport={"width": 1200, "height": 3000}, offline=True)
    watched = Watched(context.new_page())
    page = watched.page
    page.add_init_script(HEARD)
    for k, output in enumerate(pictures(made)):
        (tmp_path / f"{k}.html").write_text(f"<!doctype html><meta charset='utf-8'><body>{output}", encoding="utf-8")
        page.goto((tmp_path / f"{k}.html").as_uri())
        frame = page.locator("iframe").element_handle().content_frame()

        def painted(frame=frame):
            page.mouse.move(1, 1)
            page.mouse.move(2, 2)
            assert frame.evaluate("window.painted !== undefined")

        eventually(page, painted, 40)
        frame.locator("canvas").first.wait_for()
    context.close()
    assert not watched.wrong, "\n".join(watched.wrong)
