"""Pages on paper: nothing cut off, no page nearly empty, light colors in every theme, and the screen afterwards as it was."""

import re

import numpy as np
import pypdfium2
import pytest
from playwright.sync_api import expect

from gatelab.standalone.page import page as saved
from tests.browser import eventually, finished

WIDTH, HEIGHT = 595, 842  # points of A4
PRINTED = {
    "lstm?text=the+film+is+not+boring+at+all": (("the film is not boring at all", "forget gate"), 6),
    "attention?text=Tuesday,+March+5,+2019": (("Tuesday, March 5, 2019", "2019-03-05", "encoder states"), 7),
    "watch": (("forget gate", "expected next"), 5),
    "memory": (("terrible and then we went to the house", "simple RNN"), 9),
    "compare": (("hidden state", "simple RNN"), 5),
    "self-attention": (("My sister doesn't like the black cat.", "head 1"), 8),
    "claims": (("What papers claim", "holds here"), 16),
}
PRESSED = ("Copy link", "Take along", "Try:", "Ask me", "Next page", "Deploy")

# After the stage's own listener: the canvases as they go to the paper.
SEE = """() => addEventListener("beforeprint", () => {
  const inside = (root) => [...root.querySelectorAll("*")].flatMap((one) => [one, ...(one.shadowRoot ? inside(one.shadowRoot) : [])]);
  const all = inside(document);
  const stage = all.find((one) => one.classList.contains("on-paper"))?.getBoundingClientRect();
  const shown = all.filter((one) => one.tagName === "CANVAS" && one.checkVisibility());
  window.seen = shown.map((one) => [one, one.getBoundingClientRect()]).map(([one, {left, right}]) => [left - stage.left, right - stage.left, one.className, one.parentElement?.className ?? ""]);
})"""


class Paper:
    """A printed page: its text, and its pixels, (rows, columns), 0 for black."""

    def __init__(self, sheet):
        self.text = sheet.get_textpage().get_text_bounded()
        self.pixels = np.asarray(sheet.render(scale=0.5).to_pil().convert("L"))
        self.size = sheet.get_size()

    @property
    def filled(self):
        """How far down something stands, as a share of the page."""
        rows = np.flatnonzero((self.pixels < 200).any(1))
        return (rows[-1] + 1) / len(self.pixels) if len(rows) else 0.0


def printed(page, path):
    page.pdf(path=path, format="A4", prefer_css_page_size=True, print_background=True)
    document = pypdfium2.PdfDocument(path)
    try:
        return [Paper(sheet) for sheet in document]
    finally:
        document.close()


def bare(text):
    """Letters alone: where a PDF has spaces is up to its reader."""
    return re.sub(r"\s", "", text)


def words(papers):
    return bare("".join(paper.text for paper in papers))


@pytest.fixture(params=["light", "dark"])
def tab(chromium, request):
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, color_scheme=request.param)
    context.add_init_script("try { localStorage.setItem('gatelab:tour', 'seen') } catch {}")
    yield context.new_page()
    context.close()


def opened(tab, server, address):
    tab.goto(f"{server.url}/{address}", wait_until="commit")
    finished(tab)
    if address != "claims":
        expect(tab.locator("canvas").first).to_be_visible(timeout=30_000)
        eventually(tab, lambda: check_painted(tab))
    tab.evaluate(SEE)


def check_painted(tab):
    assert tab.evaluate("[...document.querySelectorAll('.stBidiComponent')].length") > 0


@pytest.mark.parametrize("address", PRINTED)
def test_a_page_prints_whole_light_and_without_empty_sheets(tab, server, address, tmp_path):
    opened(tab, server, address)
    papers = printed(tab, tmp_path / "page.pdf")
    said, most = PRINTED[address]
    text = words(papers)
    for each in said:
        assert bare(each) in text
    assert not [each for each in PRESSED if bare(each) in text]
    assert not re.search(r"\d+to\d+of\d+", text), "some steps are out of sight"
    assert len(papers) <= most
    for k, paper in enumerate(papers):
        assert paper.size == pytest.approx((WIDTH, HEIGHT), abs=2)
        assert paper.pixels[:, :8].min() > 200 and paper.pixels[:, -8:].min() > 200, f"sheet {k + 1} is cut at its side"
        assert np.median(paper.pixels) > 240, f"sheet {k + 1} is dark"
        assert paper.filled > 0.25 or k == len(papers) - 1, f"sheet {k + 1} is nearly empty"
    assert papers[0].filled > 0.5
    if address != "claims":
        seen = tab.evaluate("window.seen")
        assert seen and not [(left, right, _) for left, right, *_ in seen if left < 0 or right > 701]


def test_the_screen_is_afterwards_as_it_was(tab, server, tmp_path):
    opened(tab, server, "lstm?text=the+film+is+not+boring+at+all")
    state = """() => { const inside = (root) => [...root.querySelectorAll("*")].flatMap((one) => [one, ...(one.shadowRoot ? inside(one.shadowRoot) : [])]);
      const all = inside(document), stage = all.find((one) => one.matches(".stage.lesson"));
      return [stage.className, stage.getAttribute("style"), stage.clientWidth, ...all.filter((one) => one.tagName === "CANVAS").map((one) => one.toDataURL())]; }"""
    before = tab.evaluate(state)
    assert len(printed(tab, tmp_path / "page.pdf")) > 1
    tab.wait_for_function("(before) => JSON.stringify((" + state + ")()) === JSON.stringify(before)", arg=before)


def test_a_page_without_a_server_prints_as_well(tab, tmp_path):
    file = tmp_path / "watch.html"
    file.write_text(saved("watch", model="prose-small", text="Her sister answered with uncommon tenderness and real astonishment."), encoding="utf-8")
    tab.goto(file.as_uri())
    expect(tab.locator("canvas").first).to_be_visible()
    tab.evaluate(SEE)
    papers = printed(tab, tmp_path / "page.pdf")
    text = words(papers)
    assert bare("Her sister answered with uncommon tenderness") in text and not [each for each in PRESSED if bare(each) in text]
    assert len(papers) <= 5 and all(np.median(paper.pixels) > 240 for paper in papers)
    assert all(right <= 701 for _, right, *_ in tab.evaluate("window.seen"))
