"""Each page opens, takes keys and paints them in Firefox and in WebKit, and nothing goes wrong there."""

import pytest

from tests.browser import require
from tests.other_browsers import FIREFOX, WEBKIT, XVFB, firefox, wait, webkit

STAGES = ("/", "/watch", "/simple-rnn", "/lstm", "/gru", "/answers", "/compare", "/memory", "/attention", "/self-attention")
FOCUS = """(() => {
  const all = (root) => [...root.querySelectorAll("*")].flatMap((one) => (one.shadowRoot ? [one, ...all(one.shadowRoot)] : [one]));
  const box = all(document).find((one) => one.matches("textarea"));
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
  return box.value;
})()"""


@pytest.fixture(scope="module", params=["Firefox", "WebKit"])
def window(request, server, tmp_path_factory):
    if request.param == "Firefox":
        require("Firefox", FIREFOX)
        opened = firefox
    else:
        require("WebKitWebDriver", WEBKIT)
        require("Xvfb", XVFB)
        opened = webkit
    with opened(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.mark.parametrize("path", STAGES)
def test_a_key_is_painted(server, window, path):
    window.open(server.url + path)
    wait(window, "window.paints?.length")
    text = window.evaluate(FOCUS)
    window.type(" it")
    wait(window, f"window.paints.at(-1) === {text + ' it'!r}")
    assert window.evaluate("window.wrong") == []


def test_a_page_of_text_opens(server, window):
    window.open(server.url + "/claims")
    wait(window, "document.querySelectorAll('h2, h3').length > 2")
    assert window.evaluate("window.wrong") == []
