"""The app with a folder of one's own models, in a real browser: they stand in the lists, and the numbers are those of `gatelab.trace`."""

import shutil

import pytest
import torch
from playwright.sync_api import expect

import gatelab
from gatelab import zoo
from gatelab.networks import ModelSpec, Reader
from gatelab.text import UNKNOWN
from gatelab.traces import trace
from gatelab.training.__main__ import main as train
from gatelab.zoo import yours
from tests.browser import running
from tests.families import FamilyPage
from tests.lessons import LessonPage
from tests.stage import StagePage
from tests.test_compare_page import check_said
from tests.test_own_models import fresh, small


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three models of one's own: one of a text, one that knows brackets, one that answers in words; and a file of something else."""
    place = tmp_path_factory.mktemp("own") / "models"
    place.mkdir()
    small(place, "kediler", "--title", "Kediler", "--licence", "MIT")
    out = place.parent / "trained"
    assert train(["brackets", "--cell", "lstm", "--steps", "2", "--out", str(out)]) == 0
    for kind in ("safetensors", "json"):
        shutil.copy(out / f"brackets-lstm.{kind}", place / f"mine.{kind}")
    torch.manual_seed(2)
    words = Reader(ModelSpec("words", "lstm", (UNKNOWN, "good", "bad", "film"), 3, 4, unit="words", outputs=("no", "yes")))
    gatelab.save(words, place / "films.safetensors", title="Films", licence="MIT", texts=["good film"])
    (place / "foreign.safetensors").write_bytes(b"\x80\x04 no numbers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(yours.VARIABLE, str(place))
        fresh()
        yield place
    fresh()


@pytest.fixture(scope="module")
def app(folder, chromium, tmp_path_factory):
    with running(tmp_path_factory.mktemp("server") / "log") as server:
        yield server


def test_the_app_names_at_its_start_what_is_shown_and_what_is_left_out(app):
    said = app.said()
    assert "Your own models: films, kediler, mine." in said
    assert "Left out of the models: foreign.safetensors must be a GateLab checkpoint: it must be a safetensors file: got a pickle" in said


def test_watch_shows_a_model_of_one_s_own_and_every_number_is_that_of_its_trace(app, watched):
    watched.allowed = ("404",)  # Streamlit itself asks for /watch/_stcore/health first
    stage = StagePage(watched.page, app.url, "/watch?model=kediler")
    assert stage.text == zoo.opening("kediler").text and stage.unit == zoo.opening("kediler").unit
    facts = watched.page.locator(".facts").first
    expect(facts).to_contain_text("your own network: Kediler, MIT")
    expect(facts).to_contain_text(f"surprise {zoo.card('kediler')['held_out_nats_per_character']:.2f}")
    expect(watched.page.locator("optgroup[label=Yours] option")).to_have_text(["kediler, 6 units"])
    stage.show("All units")
    watched.page.locator("textarea").press("End")
    watched.page.keyboard.type(" Kedi, ev")
    text = zoo.opening("kediler").text + " Kedi, ev"
    stage.check_picture(text, "kediler")
    expect(watched.page.get_by_text("Left out of the models: 1 file")).to_be_visible()
    watched.page.get_by_text("Left out of the models: 1 file").click()
    expect(watched.page.get_by_text("such a file is never opened, because it can run code", exact=False)).to_be_visible()


def test_compare_shows_it_beside_the_shipped_models_of_its_task(app, watched):
    watched.allowed = ("404",)
    page = FamilyPage(watched.page, app.url, "/compare?models=brackets-lstm,mine")
    assert page.models == ["brackets-lstm", "mine"]
    expect(page.chip("mine")).to_have_attribute("aria-pressed", "true")
    page.replace("(()(", ["brackets-lstm", "mine"])
    for name, label in (("brackets-lstm", "LSTM"), ("mine", "mine")):
        band = watched.page.get_by_role("region", name=label, exact=True).locator(".now")
        expect(band).to_contain_text("at the end")
        check_said(band.inner_text().removeprefix("says ").partition(" at the end")[0], trace(zoo.load(name), "(()("), 3)


def test_a_lesson_shows_one_that_has_its_cell_and_answers_as_its_models_do(app, watched):
    watched.allowed = ("404",)
    lesson = LessonPage(watched.page, app.url, "/lstm?model=films")
    assert lesson.text == "good film"
    expect(lesson.stage.locator(".purpose")).to_have_text("This network is your own (Films). It answers after each word: no, yes.")
    expect(lesson.stage.get_by_role("button", name="films", exact=False)).to_be_visible()
    lesson.area.fill("bad film good")
    lesson.wait_for("bad film good", "films")
    seen = trace(zoo.load("films"), "bad film good")
    opened = watched.page.evaluate("window.painted")
    assert opened["model"] == "films" and seen.probs.shape == (3, 2)
    expect(lesson.stage).to_contain_text(f"{100 * seen.probs[-1].max():.0f} %")
