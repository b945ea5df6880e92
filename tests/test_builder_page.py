"""The builder of lessons as a teacher meets it, in a browser: from two views on two pages to a file, to a lesson that is played, and to a link."""

import pytest
from playwright.sync_api import expect

from gatelab import lessons
from tests.axe import check_clean_and_fitting
from tests.test_builder import KNOWN

TEXTS = {"watch": "it was so", "lstm": "not bad at all"}


@pytest.fixture
def teacher(watched):
    """A page on which a stage opens with a text, and whose clipboard can be read."""
    watched.allowed = ("404",)  # Streamlit's own, on a link to a page
    watched.page.add_init_script(
        "localStorage.setItem('gatelab:tour', 'seen'); window.addEventListener('gatelab:painted', ({detail}) => { window.painted = detail; })"
    )
    watched.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return watched.page


def opened(page, address, text):
    page.goto(address)
    shows(page, text)


def shows(page, text):
    page.wait_for_function("(text) => window.painted?.text === text", arg=text, timeout=30_000)


def more(page):
    button = page.get_by_role("button", name="More", exact=True)
    if button.get_attribute("aria-expanded") == "false":
        button.click()


def test_two_views_become_a_lesson_to_play_to_save_and_to_share(teacher, server):
    page = teacher
    opened(page, f"{server.url}/watch?text=it+was+so&step=4", TEXTS["watch"])
    page.get_by_role("button", name="Add this view").click()
    expect(page.get_by_role("button", name="Added: view 1")).to_be_visible()
    opened(page, f"{server.url}/lstm?text=not+bad+at+all&step=2", TEXTS["lstm"])
    more(page)
    page.get_by_role("button", name="Add this view").click()
    page.get_by_role("button", name="My lesson (2)").click()
    panel = page.get_by_role("dialog", name="My lesson")
    panel.get_by_label("Name of the lesson").fill("What does not do?")
    view = panel.get_by_role("group", name="View 2")
    view.get_by_label("Words to read here").fill("note: *look*\n[x](javascript:alert(1))")
    view.get_by_text("Ask something here").click()
    view.get_by_label("Question").fill("Why <b>?")
    view.get_by_role("button", name="Up").click()
    expect(panel.get_by_role("group", name="View 1").get_by_label("Words to read here")).to_have_value("note: *look*\n[x](javascript:alert(1))")
    panel.get_by_role("group", name="View 2").get_by_role("button", name="Remove").click()
    expect(panel.get_by_role("group", name="View 2")).to_have_count(0)
    panel.get_by_role("button", name="Undo").click()
    expect(panel.get_by_role("group", name="View 2")).to_be_visible()

    with page.expect_download() as saved:
        panel.get_by_role("button", name="Download").click()
    path = saved.value.path()
    lesson = lessons.read(path.read_bytes(), "mine", KNOWN)
    assert saved.value.suggested_filename == "what-does-not-do.md" and lesson.title == "What does not do?" and lesson.models == ("sentiment-lstm",)
    assert [block.see.page for block in lesson.all_blocks() if isinstance(block, lessons.Link)] == ["watch"]

    panel.get_by_role("button", name="Play", exact=True).click()
    bar = page.get_by_role("region", name="My lesson, played")
    expect(bar).to_contain_text("View 1 of 2")
    bar.get_by_role("button", name="Next view").click()
    expect(bar).to_contain_text("View 2 of 2", timeout=30_000)
    shows(page, TEXTS["watch"])
    assert "/watch?" in page.url
    bar.get_by_role("button", name="End").click()
    expect(bar).to_be_hidden()

    page.get_by_role("button", name="My lesson (2)").click()
    panel.get_by_role("button", name="Start again").click()
    expect(panel.get_by_role("group", name="View 1")).to_have_count(0)
    panel.locator("input[type=file]").set_input_files({"name": "mine.md", "mimeType": "text/markdown", "buffer": path.read_bytes()})
    expect(panel.get_by_role("group", name="View 2")).to_be_visible()
    expect(panel.get_by_label("Name of the lesson")).to_have_value("What does not do?")
    panel.get_by_role("button", name="Share as a link").click()
    expect(panel.get_by_role("status").filter(has_text="whole lesson")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")

    opened(page, link, TEXTS["lstm"])
    expect(page.get_by_role("heading", level=1)).to_have_text("What does not do?")
    page.locator("textarea").first.fill("so good")
    shows(page, "so good")
    page.get_by_role("link", name="Show it", exact=True).click()
    shows(page, TEXTS["lstm"])
    page.wait_for_function("new URLSearchParams(location.search).has('lesson')")
    page.get_by_role("link", name="Show it: prose-lstm").click()
    shows(page, TEXTS["watch"])


def test_a_view_on_the_same_page_moves_the_stage_without_loading_it_anew(teacher, server):
    page = teacher
    opened(page, f"{server.url}/lstm?text=not+bad+at+all&step=2", TEXTS["lstm"])
    more(page)
    page.get_by_role("button", name="Add this view").click()
    page.locator("textarea").first.fill("so good")
    shows(page, "so good")
    page.get_by_role("button", name="view").first.click()
    page.get_by_role("button", name="My lesson (2)").click()
    page.evaluate("window.same = true")
    page.get_by_role("dialog", name="My lesson").get_by_role("button", name="Play", exact=True).click()
    shows(page, TEXTS["lstm"])
    page.get_by_role("button", name="Next view").click()
    shows(page, "so good")
    assert page.evaluate("window.same")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_panel_and_the_bar_have_names_and_contrast_and_fit(scheme, teacher, server):
    page = teacher
    opened(page, f"{server.url}/watch?text=it+was+so&step=4", TEXTS["watch"])
    page.get_by_role("button", name="Add this view").click()
    page.get_by_role("button", name="My lesson (1)").click()
    panel = page.get_by_role("dialog", name="My lesson")
    panel.get_by_text("Ask something here").click()
    panel.get_by_label("Question").fill("Why?")
    check_clean_and_fitting(page, scheme)
    page.set_viewport_size({"width": 1400, "height": 1900})
    panel.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_role("region", name="My lesson, played")).to_be_visible()
    shows(page, TEXTS["watch"])
    check_clean_and_fitting(page, scheme)
