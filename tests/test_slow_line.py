"""Pages on a slow line, as a phone at the edge of its network has it: pictures come, later, and say that they do."""

import pytest

from tests.browser import keep_out_networks
from tests.families import NOTE

SLOW = {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 50_000}  # ms, bytes a second
TEXT = ("The 4 small words of a text that goes on and on, as texts do. " * 3)[:150]
BADGE = """
const said = (window.said = []);
const look = () => {
  const badge = window.badge?.isConnected ? window.badge : (window.badge = find(document));
  if (badge && badge.textContent !== said.at(-1)) said.push(badge.textContent);
};
const find = (root) => root.querySelector(".badge") ?? [...root.querySelectorAll("*")].map(({ shadowRoot }) => shadowRoot && find(shadowRoot)).find(Boolean);
const texts = (window.texts = []);
window.addEventListener("gatelab:painted", ({ detail }) => texts.push(detail.text));
setInterval(look, 50);
"""


@pytest.fixture
def slowed(server, watched):
    """(path) -> a page whose stage is there already, on a line that is slow from now on."""
    watched.allowed = ("404",)  # Streamlit itself asks for /<page>/_stcore/health first
    page = watched.page
    keep_out_networks(page)
    page.add_init_script(NOTE + BADGE)

    def open_page(path):
        page.goto(server.url + path)
        page.wait_for_function("window.painted !== undefined", timeout=30_000)
        page.wait_for_timeout(2000)  # what else a page fetches is here
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW)
        page.evaluate("texts.length = 0")
        return page

    return open_page


@pytest.mark.parametrize(("path", "length"), [("/watch", 150), ("/compare", 40)])
def test_a_pasted_text_is_painted_piece_by_piece_until_it_is_whole(slowed, path, length):
    page, text = slowed(path), TEXT[:length]
    page.locator("textarea").fill(text)
    page.wait_for_function("text => texts.some((painted) => painted && painted.length < text.length && text.startsWith(painted))", arg=text, timeout=8000)
    page.wait_for_function("text => texts.at(-1) === text", arg=text, timeout=40_000)
    page.wait_for_function("said.at(-1) === ''")
    said = page.evaluate("said")
    assert any(words.startswith("slow connection: ") and words.endswith(f" of {length} steps") for words in said), said
    assert not any("reconnecting" in words for words in said), said
    lengths = page.evaluate("text => texts.filter((painted) => painted && text.startsWith(painted)).map(({ length }) => length)", text)
    assert lengths == sorted(lengths)  # what is here stays


def test_keys_that_follow_a_pasted_text_are_painted_too(slowed):
    page = slowed("/watch")
    page.locator("textarea").fill(TEXT)
    page.locator("textarea").press_sequentially(" and on", delay=100)
    page.wait_for_function("text => texts.at(-1) === text", arg=f"{TEXT} and on", timeout=40_000)
