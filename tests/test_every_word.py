"""Each page in the two languages for tests: no word of ours stays English, and neither long words nor a mirrored page push anything off the screen."""

import os
import re

import pytest

from gatelab import lessons, zoo
from gatelab.languages.pseudo import LONG, MIRROR
from gatelab.ui import text_of
from gatelab.ui.path import PLACES, TEACHING
from tests.browser import CHROMIUM, ROOT, finished, require, running

PAGES = [place.path for place in (*PLACES, *TEACHING)]
STAGELESS = ("claims", "questions", "glossary", "in-class", "for-teachers", "run-it", "privacy")  # nothing is painted there before one asks for it

NAMES = "LSTM GRU MGU RNN AUC BLEU PyTorch Spearman Cho peephole coupled simple English Español Français Long Mirror output mask lengths batch_first True"
FORMULAS = "tanh exp max sigmoid softmax"
LIBRARIES = (
    "Skip to main content|Navigate to home page|Logo|App pages|Main menu|Link to heading|Copy to clipboard|Fullscreen|[a-z]+ icon|"
    "Autoscale|Download plot as a PNG|Pan|Reset axes|Zoom(?: in| out)?"
)  # words of Streamlit and Plotly themselves
DATA = "dates of days that training never saw in any form"  # a card of a model says so
PAPERS = r"[A-Z][\w, ]+ \(\d{4}\), [^;]+|[A-Z]\w+ (?:et al\.|and [A-Z]\w+) \d{4}"
VERSION = r"[\d.]+\+\w+"  # of PyTorch
ENTRIES = r"\w+\[[\d, ]+\](?:,? and)?"  # Intl.ListFormat lists them, and knows no language for tests
TOKENS = "really|the|film|was|good"  # of the shapes, where each stands alone
TEXTS = (
    "wonderful food and a beautiful room but the service was terrible|beautiful and then we went home and took the train with the others|"
    "it is not without charm|Ma sœur n'aime pas le chat noir"
)  # what the stages read and write there


def any_of(texts):
    """What matches each of some texts, the longest first."""
    return "|".join(sorted(map(re.escape, filter(None, texts)), key=len, reverse=True))


CHAPTERS = any_of(text for one in (*lessons.shipped(), text_of("memory")) for text in (one.title, one.menu, one.shows))
KEPT = re.compile(
    rf"({TEXTS})|^({TOKENS})$|{CHAPTERS}|{PAPERS}|{ENTRIES}|“[^”]*”|\{{\w+\}}|^({LIBRARIES})$|{DATA}|{VERSION}|\b({any_of(zoo.models())})\b|"
    rf"\b({any_of((NAMES + ' ' + FORMULAS).split())})\b"
)
"""What is the same in all languages: tokens in quotes, names, formulas, what models say of themselves; and chapters, which have files of their own."""

WORDS = """({ kept, exempt }) => {
  const found = [];
  const attributes = ["aria-label", "aria-valuetext", "title", "placeholder", "alt"];
  const take = (text) => text?.trim() && found.push(text.trim().replace(/\\s+/g, " "));
  const read = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) read(element.shadowRoot);
      if (!element.getClientRects().length || element.closest(exempt)) continue;
      const isKept = element.closest(kept);
      for (const name of attributes) if (!isKept || element.getAttribute(name) !== element.textContent) take(element.getAttribute(name));
      if (isKept) continue;
      for (const node of element.childNodes) if (node.nodeType === 3) take(node.data);
    }
  };
  read(document.querySelector("[data-testid=stMain]"));
  return found;
}"""
"""The words in sight on a page and its stage, and those that a screen reader says or a pointer shows."""

KEPT_ELEMENTS = """style, script, noscript, textarea, code, pre, math, .katex, .math, .numbers, .detail, .token, .sign, .try, .chip, .strip, button.link, .arrays, canvas,
    svg, [data-testid=stHeader], [data-testid=stIconMaterial], [role=img], .gatelab-languages"""
"""Elements whose words are tokens, formulas or names; what is said of them is not."""

OF_FILES = """.st-key-lesson-text, .st-key-picture-text, .st-key-below-text, [class*=st-key-note-], [class*=st-key-reading-], .st-key-questions-here, .st-key-terms td,
    [class*=st-key-question-] :is(h3, [data-testid=stPageLink], [data-testid=stMarkdown]:not(:has([data-testid=stCaptionContainer]))), [class*=st-key-group-],
    .stMain a[href^="#"]"""
"""Elements whose words come from whole files of a language (chapters, notes, questions, terms), see docs/languages.md."""

WIDTHS = """() => [document.documentElement, document.querySelector("[data-testid=stMain]")].map((one) => one.scrollWidth - one.clientWidth)"""

TURNED = """() => {
  const found = [];
  const read = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) read(element.shadowRoot);
      if (element.matches("canvas, svg") && getComputedStyle(element).direction !== "ltr") found.push(element.outerHTML.slice(0, 120));
    }
  };
  for (const host of document.querySelectorAll("[data-testid=stMain] *")) if (host.shadowRoot) read(host.shadowRoot);
  return found;
}"""


SIGNS = """() => {
  const found = [];
  const read = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (const { index } of node.data.matchAll(/[-+\u2212](?=\\d)/g)) {
        const [sign, digit] = [0, 1].map((more) => {
          const range = document.createRange();
          range.setStart(node, index + more);
          range.setEnd(node, index + more + 1);
          return range.getBoundingClientRect();
        });
        if (sign.width && digit.width && sign.top === digit.top && sign.left > digit.left && !/[\\p{L}\\d]$/u.test(node.data.slice(0, index))) found.push(node.data.slice(Math.max(0, index - 40), index + 20));
      }
    }
    for (const element of root.querySelectorAll("*")) if (element.shadowRoot) read(element.shadowRoot);
  };
  read(document.querySelector("[data-testid=stMain]"));
  return found;
}"""
"""The numbers whose sign stands at their right."""


@pytest.fixture(scope="module")
def tested(tmp_path_factory):
    """A server that speaks the languages for tests."""
    require("Chromium", CHROMIUM)
    before = os.environ.get("GATELAB_TEST_LANGUAGES")
    os.environ["GATELAB_TEST_LANGUAGES"] = "1"
    try:
        with running(tmp_path_factory.mktemp("server") / "log", root=ROOT) as server:
            yield server
    finally:
        if before is None:
            del os.environ["GATELAB_TEST_LANGUAGES"]
        else:
            os.environ["GATELAB_TEST_LANGUAGES"] = before


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1400, "height": 1900})
    context.add_init_script("localStorage.setItem('gatelab:tour', 'seen'); addEventListener('gatelab:painted', () => (window.painted = true))")
    yield context.new_page()
    context.close()


def read_in(page, server, path, language):
    """Open a page in a language, until all that it opens with is there."""
    page.goto(f"{server.url}/{'' if path == 'start' else path}?lang={language}")
    page.wait_for_function("(name) => document.documentElement.lang === name", arg=language, timeout=30_000)
    finished(page)
    if path not in STAGELESS:
        page.wait_for_function("window.painted", timeout=30_000)
    page.evaluate("document.fonts.ready.then(() => true)")


def check_width(page, path):
    """Nothing is to the right of the screen, on a computer and on a phone."""
    for width in (1400, 390):
        page.set_viewport_size({"width": width, "height": 1900})
        page.wait_for_function(f"({WIDTHS})().every((more) => more <= 1)", timeout=10_000)


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_a_stage_has_no_english_word_and_long_words_find_room(tested, page, path):
    read_in(page, tested, path, LONG)
    left = {text for text in page.evaluate(WORDS, {"kept": KEPT_ELEMENTS, "exempt": OF_FILES}) if re.search("[A-Za-z]{3,}", KEPT.sub("", text))}
    assert not left
    check_width(page, path)


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_a_mirrored_page_finds_room_and_its_pictures_are_not_mirrored(tested, page, path):
    read_in(page, tested, path, MIRROR)
    assert page.evaluate("document.documentElement.dir") == "rtl"
    assert not page.evaluate(TURNED)
    assert not page.evaluate(SIGNS)
    check_width(page, path)
