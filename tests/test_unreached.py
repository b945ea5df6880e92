"""A page whose server is gone works on: one line says so, and Streamlit's own dialog does not lie over it."""

import pytest
from playwright.sync_api import expect

from tests.browser import CHROMIUM, Server, finished, require

DIALOG_AFTER = 25  # s in which Streamlit gives up and opens its dialog
LINE = "The server is not reached. You can go on typing here"


@pytest.fixture
def own_server(tmp_path):
    require("Chromium", CHROMIUM)
    server = Server(tmp_path / "log")
    yield server
    if server.process.poll() is None:
        server.stop()


def test_a_page_works_on_without_its_server_under_one_line_and_no_dialog(chromium, own_server):
    context = chromium.new_context()
    context.add_init_script("""
      localStorage.setItem("gatelab:tour", "seen");
      new MutationObserver(() => (window.dialogs ||= Boolean(document.querySelector("[data-testid=stDialog]")))).observe(document, { childList: true, subtree: true });
    """)
    page = context.new_page()
    page.goto(f"{own_server.url}/watch?text=it+was")
    finished(page)
    page.wait_for_selector(".numbers:has-text('=')")
    box = page.get_by_label("Text for the network to read")
    line = page.locator(".gatelab-unreached")
    expect(line).to_be_hidden()
    box.focus()
    page.keyboard.press("End")
    own_server.process.kill()
    own_server.process.wait()
    expect(line).to_contain_text(LINE, timeout=15_000)
    typed = ""
    for _ in range(4 * DIALOG_AFTER):
        page.keyboard.type("a ")
        typed += "a "
        page.wait_for_timeout(250)
        if page.evaluate("window.dialogs"):
            break
    assert page.evaluate("window.dialogs"), "Streamlit opened no dialog: what closes it can go"
    page.keyboard.type("so it goes")
    expect(page.get_by_test_id("stDialog")).to_have_count(0)
    expect(box).to_have_value(f"it was{typed}so it goes")
    expect(page.get_by_role("status").filter(has_text=LINE)).to_be_visible()
    page.get_by_role("button", name="Hold a value").click()  # nothing of the page is inert
    own_server.start()
    expect(line).to_be_hidden(timeout=40_000)
    context.close()
