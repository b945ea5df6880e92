"""The picture that a stage hands out shows the numbers of Python's own trace, in words and in colors, whatever theme the page has."""

import base64
import io
import re
import tomllib
import xml.etree.ElementTree as xml
from urllib.parse import urlencode

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

import gatelab
from gatelab.figures.picture import shades
from gatelab.standalone.page import page as page_of
from tests.browser import ROOT, eventually, show_more
from tests.stage import near

SVG = "{http://www.w3.org/2000/svg}"
STATIC = ROOT / "gatelab" / "live" / "static"
HEARD = "window.addEventListener('gatelab:painted', ({detail}) => { window.painted = detail; }); localStorage.setItem('gatelab:tour', 'seen')"
LINKS = {
    "": {"text": "not bad at all"},
    "watch": {"model": "prose-lstm", "text": "It is a truth", "maps": "few"},
    "lstm": {"text": "not bad at all", "unit": "3", "step": "4"},
    "compare": {"models": "sentiment-lstm,sentiment-rnn", "text": "the food was not bad", "step": "3"},
    "memory": {"models": "recall-lstm,recall-rnn", "text": "ab!cde?"},
    "attention": {"model": "dates-additive", "text": "March 5, 2019", "step": "6"},
    "self-attention": {"model": "dates-transformer", "text": "March 5, 2019", "layer": "2", "head": "1"},
}
"""A page -> what a link to it chooses."""


@pytest.fixture
def watched(watched):
    watched.allowed = ("404",)  # Streamlit asks for its health below the page's path, too
    return watched


def take(page, url, name, **fields):
    """The dialog of a page on which a text stands."""
    link = LINKS[name] | fields
    page.add_init_script(HEARD)
    page.goto(f"{url}/{name}?{urlencode(link)}")
    page.wait_for_function("(text) => window.painted?.text === text", arg=link["text"], timeout=30_000)
    if name == "":
        page.locator("summary").filter(has_text="More").first.click()
    show_more(page)
    page.get_by_role("button", name="Take along", exact=True).click()
    return page.get_by_role("dialog", name="Take along")


def saved(page, dialog, kind):
    with page.expect_download() as download:
        dialog.get_by_role("button", name=f"Save as {kind}", exact=True).click()
    with open(download.value.path(), "rb") as file:
        return file.read()


def words(picture):
    """All texts of a picture, each as it is read."""
    return ["".join(text.itertext()) for text in picture.iter(f"{SVG}text")]


def channels(color):
    return np.array([int(channel) for channel in re.findall(r"\d+", color)])


@pytest.mark.parametrize("name", LINKS)
def test_every_stage_gives_a_picture_that_says_what_it_shows(name, server, watched):
    dialog = take(watched.page, server.url, name)
    picture = xml.fromstring(saved(watched.page, dialog, "SVG"))
    said, link = words(picture), LINKS[name]
    title = " ".join("".join(text.itertext()) for text in picture.iter(f"{SVG}text") if text.get("class") == "title")
    for model in link.get("model", link.get("models", "sentiment-lstm")).split(","):
        assert model in title
    assert f"\u201c{link['text']}\u201d" in title and len(said) > 10
    width, height = (float(picture.get(side)) for side in ("width", "height"))
    for text in picture.findall(f".//{SVG}text"):
        assert text.get("transform") or -1 <= float(text.get("x") or 0) <= width
    assert width > 300 and height > 200


def test_the_colors_of_a_picture_are_those_of_the_values(server, watched):
    dialog = take(watched.page, server.url, "watch")
    picture = xml.fromstring(saved(watched.page, dialog, "SVG"))
    model = gatelab.load("prose-lstm")
    trace = gatelab.trace(model, "It is a truth")
    units = [one["unit"] for one in gatelab.card("prose-lstm")["measured"]["units"]]
    for name in trace.names:
        canvas = next(one for one in picture.iter(f"{SVG}svg") if one.get("class") == f"heatmap {name}")
        rects = canvas.find(f"{SVG}g[@class='entries']").findall(f"{SVG}rect")
        colors = np.array([channels(rect.get("fill")) for rect in rects]).reshape(len(units), len(trace.tokens), 3)
        for row, unit in enumerate(units):
            for t, value in enumerate(trace[name][:, unit]):
                assert near(colors[row, t], value, name, trace.ranges), f"{name}: unit {unit} at step {t + 1}"


def test_a_large_heatmap_is_an_image_with_a_pixel_for_each_entry(server, watched):
    text = "It is a truth universally acknowledged, that a single man"
    dialog = take(watched.page, server.url, "watch", text=text, maps="all")
    picture = xml.fromstring(saved(watched.page, dialog, "SVG"))
    model = gatelab.load("prose-lstm")
    trace = gatelab.trace(model, text)
    canvas = next(one for one in picture.iter(f"{SVG}svg") if one.get("class") == "heatmap f")
    image = canvas.find(f"{SVG}image").get("href")
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(image.partition(",")[2]))).convert("RGB")).astype(int)
    expected = shades(trace["f"][:, model.by_similarity.numpy()].T, "f", "light", ranges=trace.ranges).astype(int)
    assert abs(pixels - expected).max() <= 4


def test_the_words_of_a_lesson_are_the_numbers_of_its_step(server, watched):
    dialog = take(watched.page, server.url, "lstm")
    said = words(xml.fromstring(saved(watched.page, dialog, "SVG")))
    trace = gatelab.trace(gatelab.load("sentiment-lstm"), "not bad at all")
    for name in "fico":
        for value in trace[name][:, 3] if name != "c" else trace[name][-1:, 3]:
            assert f"{value:.2f}".replace("-", "\u2212") in said, name


def test_a_dark_page_gives_the_picture_of_a_light_one_and_stays_dark(server, watched, chromium):
    light = saved(watched.page, take(watched.page, server.url, "watch"), "SVG")
    context = chromium.new_context(viewport={"width": 1400, "height": 1900}, color_scheme="dark", accept_downloads=True)
    page = context.new_page()
    dialog = take(page, server.url, "watch")
    theme = page.locator(".stage").first.get_attribute("data-theme")
    shown = page.locator(".stage canvas.heatmap").first
    before = shown.evaluate("(canvas) => canvas.toDataURL()")
    dark = saved(page, dialog, "SVG")
    assert theme == "dark" and page.locator(".stage").first.get_attribute("data-theme") == "dark"
    eventually(page, lambda: None if shown.evaluate("(canvas) => canvas.toDataURL()") == before else pytest.fail("the page is another one", pytrace=False))
    context.close()
    colors = [sorted({value for _, value in re.findall(rb'(fill|stroke)="([^"]*)"', picture)}) for picture in (light, dark)]
    assert colors[0] == colors[1]


def test_the_light_theme_of_pictures_is_the_pages_own_but_for_the_paper():
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]["light"]
    written = (STATIC / "taking" / "light.js").read_text(encoding="utf-8")
    said = dict(re.findall(r'"--st-([a-z-]+)": "(#[0-9a-f]{6})"', written))
    names = {
        "primaryColor": "primary-color",
        "secondaryBackgroundColor": "secondary-background-color",
        "textColor": "text-color",
        "borderColor": "border-color",
    }
    assert said == {new: theme[old] for old, new in names.items()}


def test_the_png_can_be_printed_16_cm_wide(server, watched):
    dialog = take(watched.page, server.url, "lstm")
    image = Image.open(io.BytesIO(saved(watched.page, dialog, "PNG")))
    assert image.width >= 16 / 2.54 * 300 - 1
    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    assert image.convert("RGB").getpixel((3, 3)) == (255, 255, 255)
    assert len(image.convert("RGB").resize((400, 400)).getcolors(160_000)) > 100


def test_one_chooses_what_a_picture_shows(server, watched):
    dialog = take(watched.page, server.url, "watch")
    whole = xml.fromstring(saved(watched.page, dialog, "SVG"))
    dialog.get_by_label("arithmetic", exact=True).check()
    more = xml.fromstring(saved(watched.page, dialog, "SVG"))
    assert float(more.get("height")) > float(whole.get("height"))
    assert any(text.startswith("forget gate") or "forget gate of unit" in text for text in words(more))
    for name in ("text", "board", "arithmetic"):
        dialog.get_by_label(name, exact=True).uncheck()
    expect(dialog.get_by_role("button", name="Save as PNG", exact=True)).to_be_disabled()


def test_what_a_visitor_typed_is_text_in_the_picture(server, watched):
    typed = "</text><script>alert(1)</script>&amp;"
    dialog = take(watched.page, server.url, "watch", text=typed)
    picture = xml.fromstring(saved(watched.page, dialog, "SVG"))
    assert not list(picture.iter(f"{SVG}script")) and any(typed in text for text in words(picture))


def test_the_recorder_knows_all_that_the_stages_draw():
    known = set(re.search(r"DRAWS = \[(.*)\]", (STATIC / "taking" / "recorder.js").read_text(encoding="utf-8"))[1].replace('"', "").split(", "))
    state = {"getTransform", "measureText", "rotate", "setLineDash", "setTransform", "translate"}
    files = [path for path in STATIC.rglob("*.js") if "taking" not in path.parts]
    called = {call for path in files for call in re.findall(r"\b(?:context|pen|probe)\.([a-zA-Z]+)\(", path.read_text(encoding="utf-8"))}
    assert called - state - known - {"join", "map", "filter"} == set()


def test_learn_gives_a_picture_of_its_curves(server, watched):
    page = watched.page
    page.add_init_script(HEARD)
    page.goto(f"{server.url}/learn")
    page.get_by_role("button", name="One update of every network", exact=True).click()
    expect(page.locator(".counts")).to_contain_text("1 updates", timeout=20_000)
    page.get_by_role("button", name="Take along", exact=True).click()
    dialog = page.get_by_role("dialog", name="Take along")
    said = words(xml.fromstring(saved(page, dialog, "SVG")))
    assert "Loss on a log scale: lower is better" in said and any("units" in text for text in said[:3])


@pytest.mark.browser
def test_a_page_without_a_server_gives_its_picture_too(chromium, tmp_path):
    (tmp_path / "page.html").write_text(page_of("watch", **LINKS["watch"]), encoding="utf-8")
    context = chromium.new_context(viewport={"width": 1400, "height": 1900}, color_scheme="light", offline=True, accept_downloads=True)
    page = context.new_page()
    page.add_init_script(HEARD)
    page.goto((tmp_path / "page.html").as_uri())
    page.wait_for_function("window.painted?.text === 'It is a truth'", timeout=30_000)
    page.get_by_role("button", name="Take along", exact=True).click()
    dialog = page.get_by_role("dialog", name="Take along")
    assert "cell state" in " ".join(words(xml.fromstring(saved(page, dialog, "SVG"))))
    assert Image.open(io.BytesIO(saved(page, dialog, "PNG"))).width >= 1889
    context.close()
