"""Sharing a stage: the link and its QR code, which a reader of others reads; a frame in another page; the stage alone for the projector."""

import io
import json
import re
import subprocess
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gatelab.live import server as app_server
from gatelab.live import sharing
from gatelab.live.routes import ROUTES
from gatelab.standalone.page import page as standalone
from tests.browser import NODE, ROOT, eventually, finished, require

# Which address


@pytest.fixture
def asked(monkeypatch):
    """What `GET /live/addresses` answers to a browser at an address, where the machine and the app's options are these."""

    def ask(url, options=None, machine=("192.168.1.7", "10.0.0.2")):
        given = {"server.address": None, "server.port": 8501, "server.baseUrlPath": "lab"} | (options or {})
        monkeypatch.setattr(app_server.st, "get_option", given.get)
        monkeypatch.setattr(app_server.addresses, "reachable", lambda port, base: [f"http://{host}:{port}/{base}" for host in machine])
        with TestClient(Starlette(routes=ROUTES), base_url=url, client=("127.0.0.1", 50000)) as client:
            return client.get("/live/addresses").json()

    return ask


@pytest.mark.parametrize("url", ["http://localhost:8501", "http://127.0.0.1:8501", "http://[::1]:8501"])
def test_this_machine_is_told_under_which_addresses_others_reach_the_app(asked, url):
    assert asked(url) == {"addresses": ["http://192.168.1.7:8501/lab", "http://10.0.0.2:8501/lab"], "why": ""}


@pytest.mark.parametrize("url", ["https://gatelab.example.org", "http://192.168.1.7:8501", "http://localhost.example.org:8501"])
def test_who_comes_from_elsewhere_is_told_no_address_of_the_machine(asked, url):
    assert asked(url) == {"addresses": [], "why": ""}


@pytest.mark.parametrize(
    ("url", "options", "machine", "why"),
    [
        ("http://localhost:8501", {"server.address": "localhost"}, ["10.0.0.2"], "listens on this machine alone"),
        ("http://localhost:8501", {}, [], "in no network"),
        ("http://localhost:9000", {}, ["172.17.0.2"], "here it is at port 9000, but it listens at port 8501"),
        ("http://localhost", {}, ["172.17.0.2"], "at port 80"),
    ],
    ids=["one address", "no network", "a container", "a proxy"],
)
def test_where_no_other_device_reaches_the_app_a_sentence_says_why(asked, url, options, machine, why):
    answer = asked(url, options, machine)
    assert answer["addresses"] == [] and why in answer["why"]


def test_a_host_is_this_machine_s_name_for_itself_or_not():
    assert all(map(sharing.is_this_machine, ("localhost", "a.localhost", "127.3.2.1", "::1", "[::1]")))
    assert not any(map(sharing.is_this_machine, ("", "gatelab.local", "localhost.org", "10.0.0.1", "::", "0.0.0.0", "fe80::1")))


# The code

PAGE = "http://192.168.1.7:8501/lstm"
LINKS = [
    PAGE,
    f"{PAGE}?text=my+cat+sat&step=2",
    f"{PAGE}?text=%D8%B4+%F0%9F%98%80+caf%C3%A9&hold=f:all:2-:%3D1,i:3:1:%3D0.25",
    *(f"{PAGE}?text={'so+be+it+' * n}" for n in (5, 20, 40, 60, 90, 100)),
]


def codes_of(texts):
    """The QR code of each text, {"version", "rows"}, or None."""
    require("Node.js", NODE)
    run = subprocess.run([NODE, "tests/js/qr.mjs", json.dumps(texts)], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def read(image):
    """What ZXing reads in a picture: the texts of its QR codes."""
    return [found.text for found in zxingcpp.read_barcodes(image) if found.format == zxingcpp.BarcodeFormat.QRCode]


def pictured(code, pixels):
    """The code as a gray picture, so many pixels a module."""
    dark = np.array([[int(one) for one in row] for row in code["rows"]], dtype=np.uint8)
    return np.kron(255 * (1 - dark), np.ones((pixels, pixels), dtype=np.uint8))


def test_a_reader_of_others_reads_the_code_of_a_short_and_of_a_long_link():
    codes = codes_of(LINKS)
    assert [read(pictured(code, 4)) for code in codes] == [[link] for link in LINKS]
    assert codes[0]["version"] <= 3 and codes[-1]["version"] >= 20


def test_a_phone_s_camera_that_sees_the_wall_small_askew_and_with_noise_reads_every_code():
    """Three camera pixels a module, turned by a few degrees, blurred and with noise."""
    random = np.random.default_rng(0)
    for link, code in zip(LINKS, codes_of(LINKS), strict=True):
        turned = Image.fromarray(pictured(code, 12) // 2 + 60).rotate(5, expand=True, fillcolor=187, resample=Image.Resampling.BICUBIC)
        small = np.asarray(turned.resize((turned.width // 4, turned.height // 4), Image.Resampling.LANCZOS), dtype=float)
        seen = np.clip(small + random.normal(0, 8, small.shape), 0, 255).astype(np.uint8)
        assert read(seen) == [link]


# On the stage


def taking(page):
    """Open "Take along"; its panel."""
    more = page.get_by_role("button", name="More", exact=True)
    if more.count() and more.get_attribute("aria-expanded") == "false":
        more.click()
    page.get_by_role("button", name="Take along", exact=True).click()
    return page.get_by_role("dialog", name="Take along")


@pytest.fixture
def reached(server, watched):
    """A page of the app whose machine has two addresses for others."""
    watched.allowed = ("404",)
    page = watched.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.route("**/live/addresses", lambda route: route.fulfill(json={"addresses": ["http://192.168.1.7:8501", "http://10.0.0.2:8501"], "why": ""}))

    def open_(path):
        page.goto(f"{server.url}/{path}")
        page.locator(".board").first.wait_for(timeout=30_000)
        finished(page)
        return page

    return open_


def seen(locator):
    """What ZXing reads in a picture of an element."""
    return read(np.asarray(Image.open(io.BytesIO(locator.screenshot())).convert("L")))


def test_the_code_on_the_stage_is_the_link_at_an_address_that_others_reach(reached):
    page = reached("lstm?text=my+cat+sat&step=2")
    panel = taking(page)
    link = panel.get_by_role("textbox", name="The link")
    expect(panel.get_by_role("img", name="QR code of http://192.168.1.7:8501/lstm")).to_be_visible()
    asked = urlsplit(link.inner_text())
    assert (asked.netloc, asked.path) == ("192.168.1.7:8501", "/lstm")
    assert parse_qs(asked.query)["text"] == ["my cat sat"] and parse_qs(asked.query)["step"] == ["2"]
    assert seen(panel.locator(".qr")) == [link.inner_text()]
    panel.get_by_label("Address").select_option(label="10.0.0.2:8501")
    expect(panel.get_by_role("img", name="QR code of http://10.0.0.2:8501/lstm")).to_be_visible()
    panel.get_by_role("button", name="Copy link").click()
    expect(panel.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == link.inner_text()


def test_the_code_fills_the_screen_dark_on_white_in_a_dark_theme_too(reached):
    page = reached("gru?text=my+cat+sat")
    page.emulate_media(color_scheme="dark")
    expect(page.locator(".stage").first).to_have_attribute("data-theme", "dark")
    panel = taking(page)
    panel.get_by_role("button", name="Show the code large").click()
    large = page.get_by_role("dialog", name="QR code of the link")
    expect(large.locator(".qr-address")).to_have_text("http://192.168.1.7:8501/gru")
    eventually(page, lambda: _fills(page, large))
    assert seen(large)[0].startswith("http://192.168.1.7:8501/gru?text=my+cat+sat")
    page.keyboard.press("Escape")
    expect(large).to_be_hidden()
    expect(panel).to_be_visible()


def _fills(page, large):
    box, code = large.bounding_box(), large.locator(".qr").bounding_box()
    size = page.evaluate("[innerWidth, innerHeight]")
    assert [box["width"], box["height"]] == size and code["width"] > 0.6 * min(size)


def test_a_link_too_long_for_a_code_offers_the_page_s_bare_address(reached):
    page = reached("watch?text=" + "so+be+it+" * 150)
    panel = taking(page)
    expect(panel.get_by_role("img", name="QR code of http://192.168.1.7:8501/watch", exact=True)).to_be_visible()
    expect(panel.get_by_text("too long for a code")).to_be_visible()
    assert seen(panel.locator(".qr")) == ["http://192.168.1.7:8501/watch"]
    assert len(panel.get_by_role("textbox", name="The link").inner_text()) > 1300


def test_an_app_that_listens_on_this_machine_alone_says_so_and_shows_no_code(server, watched):
    watched.allowed = ("404",)
    page = watched.page
    page.goto(f"{server.url}/compare")
    page.locator(".board").first.wait_for(timeout=30_000)
    finished(page)
    panel = taking(page)
    expect(panel.get_by_text("The app listens on this machine alone.")).to_be_visible()
    expect(panel.locator(".qr")).to_have_count(0)


# A frame in another page


@pytest.fixture
def elsewhere(tmp_path):
    """Serves one page of HTML from another origin: from its text to its address."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    handler = partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
        Thread(target=served.serve_forever, daemon=True).start()

        def show(body):
            (folder / "course.html").write_text(f"<!doctype html><meta charset=utf-8><title>A course</title><h1>A course</h1>\n{body}", encoding="utf-8")
            return f"http://127.0.0.1:{served.server_port}/course.html"

        yield show
        served.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        """Nothing is said of each request."""


def test_the_copied_line_shows_the_stage_in_a_page_of_another_origin_and_typing_works_there(server, watched, elsewhere):
    watched.allowed = ("404",)
    page = watched.page
    page.set_viewport_size({"width": 800, "height": 700})
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{server.url}/lstm?text=my+cat+sat&step=2")
    page.locator(".board").first.wait_for(timeout=30_000)
    finished(page)
    panel = taking(page)
    for name in ("Choice of models", "Controls"):
        panel.get_by_label(name).uncheck()
    panel.get_by_label("Height").fill("600")
    panel.get_by_role("button", name="Copy line").click()
    expect(panel.get_by_role("button", name="Copied")).to_be_visible()
    line = page.evaluate("navigator.clipboard.readText()")
    assert line == panel.get_by_role("textbox", name="The line to embed").inner_text()

    page.goto(elsewhere(line))
    frame = page.frame_locator("iframe")
    box = frame.get_by_role("textbox", name="Text for the network to read")
    expect(box).to_have_value("my cat sat", timeout=30_000)
    expect(frame.locator(".story p").first).to_contain_text("Step 2")
    for hidden in ("[data-testid=stHeader]", ".bar-of-controls", ".lesson-picker", "h1", ".st-key-onward"):
        expect(frame.locator(hidden).first).to_be_hidden()
    whole, diagram = page.locator("iframe").bounding_box(), frame.locator(".diagram").bounding_box()
    assert diagram["y"] + diagram["height"] <= whole["y"] + whole["height"]  # in sight without scrolling
    box.fill("my dog sat here")
    expect(frame.locator(".story p").first).to_contain_text("here")
    assert whole["height"] == 600 and "embed=true" in line


def test_the_preview_is_what_the_line_will_show(server, watched):
    watched.allowed = ("404",)
    page = watched.page
    page.goto(f"{server.url}/watch?text=so+be+it")
    page.locator(".board").first.wait_for(timeout=30_000)
    finished(page)
    panel = taking(page)
    panel.get_by_label("Text box").uncheck()
    panel.get_by_role("button", name="Preview").click()
    frame = page.frame_locator("iframe")
    expect(frame.locator(".ribbon").first).to_be_visible(timeout=30_000)
    expect(frame.locator("textarea").first).to_be_hidden()
    panel.get_by_label("Text box").check()
    expect(frame.locator("textarea").first).to_be_visible(timeout=30_000)


@pytest.mark.parametrize("path", ["questions", "compare"])
def test_an_embedded_page_shows_no_navigation(server, watched, path):
    watched.allowed = ("404",)
    page = watched.page
    page.goto(f"{server.url}/{path}?embed=true")
    finished(page)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for hidden in ("[data-testid=stHeader]", "[data-testid=stTopNav]", ".st-key-onward"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert page.get_by_role("heading", level=1).bounding_box()["y"] < 40


# On the projector

LETTERS = """
window.letters = [];
const written = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
  if (this.canvas.isConnected && this.canvas.checkVisibility() && text.trim()) window.letters.push([parseFloat(this.font.match(/([\\d.]+)px/)[1]) * (this.canvas.currentCSSZoom ?? 1), text]);
  return written.call(this, text, ...rest);
};
localStorage.setItem("gatelab:tour", "seen");
"""

# The smallest letters in sight, in CSS pixels of the window: of the elements, and of what is drawn.
SMALLEST = """() => {
  const stage = [...document.querySelectorAll("*")].find((one) => one.shadowRoot?.querySelector(".stage")).shadowRoot.querySelector(".stage");
  const walker = document.createTreeWalker(stage, NodeFilter.SHOW_TEXT), sizes = [];
  while (walker.nextNode()) {
    const { parentElement: one, textContent } = walker.currentNode;
    const box = one.getBoundingClientRect();
    if (!textContent.trim() || !one.checkVisibility({ visibilityProperty: true }) || !box.width || box.top > innerHeight || one.closest(".unseen, svg, option")) continue;
    sizes.push([parseFloat(getComputedStyle(one).fontSize) * one.currentCSSZoom, textContent]);
  }
  return [...sizes, ...window.letters].sort(([a], [b]) => a - b).slice(0, 3);
}"""

PICTURES = {
    "": ".diagram",
    "lstm": ".diagram",
    "how-it-learns": ".diagram",
    "watch": ".board canvas",
    "compare": ".plot canvas",
    "memory": ".board canvas",
    "attention": ".board canvas",
    "self-attention": ".board canvas",
}
"""A page -> what of its stage must be in sight."""


@pytest.fixture
def projector(server, chromium):
    """A page on a projector: from a path, the width and the height of the window to the page."""
    contexts = []

    def show(path, width=1280, height=720):
        contexts.append(chromium.new_context(viewport={"width": width, "height": height}, color_scheme="light"))
        page = contexts[-1].new_page()
        page.add_init_script(LETTERS)
        page.goto(f"{server.url}/{path}")
        page.locator(".board").first.wait_for(timeout=30_000)
        page.wait_for_function("document.fonts.status === 'loaded'")
        finished(page)
        return page

    yield show
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("path", "width", "height"), [*((path, 1280, 720) for path in PICTURES), ("lstm", 1920, 1080), ("watch", 1920, 1080)])
def test_on_the_wall_stand_the_stage_and_its_text_alone_with_the_picture_in_sight(projector, path, width, height):
    page = projector(f"{path}?present=on", width, height)
    expect(page.locator(".stage.presented")).to_have_count(1)
    assert page.evaluate(
        f"[[10, 10], [{width - 10}, {height - 10}]].every(([x, y]) => document.elementFromPoint(x, y).shadowRoot)"
    )  # nothing of the page is over it
    for hidden in ("[data-testid=stHeader]", ".bar-of-controls", ".tries"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator("textarea").first).to_be_visible()

    def in_sight():
        box = page.locator(PICTURES[path]).first.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= height and box["width"] > 0

    eventually(page, in_sight)
    page.evaluate("window.letters = []")
    page.keyboard.press("ArrowLeft")  # the board has the focus
    page.wait_for_function("window.letters.length > 0")
    assert page.evaluate(SMALLEST)[0][0] >= 16 * height / 720 - 0.1, page.evaluate(SMALLEST)


def test_escape_leaves_the_wall_and_the_address_follows(projector):
    page = projector("lstm?present=on&text=my+cat+sat")
    expect(page.locator(".stage.presented")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".stage.presented")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".bar-of-controls").first).to_be_visible()
    page.wait_for_function("!new URLSearchParams(location.search).has('present')")


def test_present_in_take_along_begins_and_a_remote_goes_through_the_steps(projector):
    page = projector("lstm?text=my+cat+sat&step=1")
    taking(page).get_by_role("button", name="Present", exact=True).click()
    expect(page.locator(".stage.presented")).to_have_count(1)
    page.wait_for_function("new URLSearchParams(location.search).get('present') === 'on'")
    for key, step in (("PageDown", 2), ("PageDown", 3), ("PageUp", 2)):
        page.keyboard.press(key)
        expect(page.locator(".story p").first).to_contain_text(f"Step {step}")
    page.get_by_role("button", name="Leave full screen").click()
    expect(page.locator(".stage.presented")).to_have_count(0)
    page.keyboard.press("PageDown")
    expect(page.locator(".story p").first).to_contain_text("Step 2")


def test_a_remote_goes_on_to_the_next_page_and_back_which_open_as_they_were_left(projector):
    page = projector("lstm?present=on&text=my+cat+sat&step=2")
    expect(page.locator(".story p").first).to_contain_text("Step 2")
    page.keyboard.press("PageDown")
    expect(page.locator(".story p").first).to_contain_text("Step 3")
    page.keyboard.press("PageDown")
    page.wait_for_url("**/gru?**present=on**", timeout=20_000)
    expect(page.locator(".stage.presented")).to_have_count(1)
    page.locator(".board").focus()
    page.keyboard.press("Home")
    expect(page.locator(".story p").first).to_contain_text("Step 1")
    page.keyboard.press("PageUp")
    page.wait_for_url("**/lstm?**present=on**", timeout=20_000)


def test_on_the_wall_a_clock_runs_and_the_room_can_be_dark(projector):
    page = projector("lstm?present=on")
    expect(page.locator(".present-bar .clock")).to_have_text(re.compile(r"\d\d.\d\d.* · 0:0[1-9]"))
    expect(page.locator(".stage[data-theme=light] > .present-bar")).to_have_count(1)
    page.get_by_role("button", name="Dark room").click()
    expect(page.locator(".stage[data-theme=dark]:has(> .present-bar)")).to_have_css("background-color", "rgb(15, 19, 26)")
    page.get_by_role("button", name="Leave full screen").click()
    expect(page.locator(".stage[data-theme=light] > .present-bar")).to_have_count(1)


def test_on_the_wall_a_click_meets_what_it_points_at_and_pictures_are_sharp(projector):
    page = projector("lstm?present=on&step=1")  # ten words, which fill the row
    strip = page.locator(".strips canvas").first
    expect(page.locator(".story p").first).to_contain_text("Step 1")
    box = strip.bounding_box()
    strip.click(position={"x": box["width"] * 7.5 / 10, "y": box["height"] / 2})
    expect(page.locator(".story p").first).to_contain_text("Step 8, “story”")
    assert strip.evaluate("(canvas) => canvas.width / canvas.getBoundingClientRect().width") == pytest.approx(
        1, abs=0.02
    )  # a pixel of the picture for each of the screen


# Without a server


@pytest.fixture
def on_disk(chromium, tmp_path):
    """A page of its own on a disk, in a browser without any network: from its stage, its link's fields and the query to the page."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, color_scheme="light", offline=True)
    path = tmp_path / "my page.html"

    def show(stage, query="", **fields):
        path.write_text(standalone(stage, **fields), encoding="utf-8")
        page = context.new_page()
        page.goto(f"{path.as_uri()}{query}")
        page.locator(".board").first.wait_for(timeout=30_000)
        return page

    yield show
    context.close()


def test_a_page_on_a_disk_hides_and_presents_what_its_link_says(on_disk):
    page = on_disk("lstm", "?hide=page,story&text=my+cat+sat", text="not bad at all")
    expect(page.locator("textarea").first).to_have_value("my cat sat")
    for hidden in ("body > h1", ".story"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".about").first).to_be_visible()  # what must be said of a model
    page = on_disk("lstm", "?present=on", text="not bad at all")
    expect(page.locator(".stage.presented")).to_have_count(1)
    expect(page.locator(".bar-of-controls").first).to_be_hidden()
    assert page.locator(".diagram").bounding_box()["width"] > 1200
    page.keyboard.press("Escape")
    expect(page.locator(".bar-of-controls").first).to_be_visible()


def test_a_page_on_a_disk_says_that_it_has_no_address_and_its_line_names_the_file(on_disk):
    page = on_disk("lstm", text="not bad at all")
    panel = taking(page)
    expect(panel.get_by_text("This page lies on a disk")).to_be_visible()
    expect(panel.locator(".qr")).to_have_count(0)
    line = panel.get_by_role("textbox", name="The line to embed")
    expect(line).to_contain_text('<iframe src="my%20page.html?text=not+bad+at+all')
    expect(line).not_to_contain_text("embed=true")


def test_nobody_from_elsewhere_is_told_this_machines_addresses_whatever_the_header_says():
    with TestClient(Starlette(routes=ROUTES), base_url="http://localhost:8501", client=("203.0.113.9", 5)) as client:
        assert client.get("/live/addresses").json() == {"addresses": [], "why": "The app does not know its address for other devices."}
