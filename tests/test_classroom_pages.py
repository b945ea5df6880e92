"""A teacher and a student in two browsers: the student's page follows, goes its own way and comes back, whatever happens to the server, the network or the storage."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.axe import AXE_SCRIPT
from tests.browser import CHROMIUM, Server, finished, go, require

INIT = """
try { localStorage.setItem("gatelab:tour", "seen"); } catch { /* forbidden */ }
window.addEventListener("gatelab:painted", ({ detail }) => (window.painted = detail));
"""
FORBIDDEN = (
    "for (const name of ['sessionStorage', 'localStorage']) Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } });"
)
APART = """(dialog) => {  // all of it is in sight, and no part lies on another
  const boxes = ["svg", ".letters", ".address", ".count", "button:not(.group *)"].map((part) => [...dialog.querySelectorAll(part)].at(-1).getBoundingClientRect());
  const beside = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
  return boxes.every((a, k) => a.left >= 0 && a.right <= innerWidth && a.top >= 0 && a.bottom <= innerHeight && boxes.slice(k + 1).every((b) => beside(a, b)));
}"""
CODE = re.compile("^[A-Z]{4}$")
LATE = 20_000  # ms: CI is slow
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


class Person:
    """Somebody with a browser of their own."""

    def __init__(self, chromium, url, init="", **options):
        self.url = url
        self.context = chromium.new_context(**({"viewport": {"width": 1300, "height": 1000}} | options))
        self.context.add_init_script(init + INIT)
        self.page = self.context.new_page()
        self.wrong = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def open(self, address):
        self.page.goto(self.url + address)
        return self

    def button(self, name):
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def box(self):
        return self.page.get_by_label("Text for the network to read")

    @property
    def bar(self):
        return self.page.locator("#gatelab-class .bar")

    def reads(self, text):
        """Wait until the stage has painted what it reads."""
        self.page.wait_for_function("(text) => window.painted?.text === text", arg=text, timeout=LATE)

    def networked(self):
        """Wait until the network is in the page, which needs no server from then on."""
        self.page.wait_for_selector(".numbers:has-text('=')", timeout=LATE)

    def says(self, words):
        expect(self.bar).to_contain_text(words, timeout=LATE)

    def at(self, path, **fields):
        """Wait until the address is that of a page, with these fields."""

        def is_there(url):
            parts, wanted = urlsplit(url), {name: [value] for name, value in fields.items()}
            return parts.path.endswith(f"/{path}") and parse_qs(parts.query).items() >= wanted.items()

        self.page.wait_for_url(is_there, timeout=LATE)

    @property
    def large(self):
        return self.page.get_by_role("dialog", name="The code of the class")

    def start(self, address="/watch?text=it+was+so"):
        """Start a class on a page, and put the large code away; its code."""
        self.open(address)
        self.button("Start a class").first.click()
        expect(self.bar.locator(".code")).to_have_text(CODE, timeout=LATE)
        self.large.get_by_role("button", name="Close").click()
        return self.bar.locator(".code").inner_text()

    def join(self, code):
        self.open(f"/c/{code}")
        self.button("Join the class").click()
        self.says("follow")
        return self


@pytest.fixture
def people(chromium, server):
    """Makes persons, each with a browser of their own; none of their pages may raise an error."""
    made = []

    def person(url=server.url, **options):
        made.append(Person(chromium, url, **options))
        return made[-1]

    yield person
    for one in made:
        one.context.close()
    assert [one.wrong for one in made] == [[] for _ in made]


@pytest.fixture
def lesson(people):
    """A teacher on Watch, and a student with a phone who follows."""
    teacher, student = people(), people(**PHONE)
    student.join(teacher.start())
    student.reads("it was so")
    return teacher, student


def test_a_student_sees_the_step_the_text_the_model_and_what_is_held(lesson):
    teacher, student = lesson
    teacher.page.locator(".board").focus()
    teacher.page.keyboard.press("Home")
    student.at("watch", step="1")
    teacher.page.keyboard.press("ArrowRight")
    student.at("watch", step="2")
    teacher.box.fill("a longer text, letter by letter")
    student.reads("a longer text, letter by letter")
    teacher.page.get_by_label("Model").select_option("prose-gru")
    student.at("watch", model="prose-gru")
    student.page.wait_for_function("window.painted?.model === 'prose-gru'", timeout=LATE)
    teacher.button("Hold a value").click()
    teacher.page.get_by_label("Value to hold, as a number").fill("0.25")
    teacher.page.get_by_label("Value to hold, as a number").press("Enter")
    teacher.page.wait_for_function("location.search.includes('hold=')", timeout=LATE)
    student.page.wait_for_function("location.search.includes('hold=')", timeout=LATE)
    expect(student.page.get_by_role("list", name="What is held").get_by_role("listitem")).to_have_count(1, timeout=LATE)


def test_a_student_comes_along_to_other_pages_without_a_reload(lesson):
    teacher, student = lesson
    student.page.evaluate("window.loaded = 1")
    for title, path in (("Compare", "compare"), ("GRU", "gru"), ("Glossary", "glossary"), ("Learn", "learn"), ("Start", "start"), ("Attention", "attention")):
        go(teacher.page, title)
        student.at(path)
    student.says("You follow your teacher.")
    teacher.box.fill("3 May 2001")
    student.reads("3 May 2001")
    assert student.page.evaluate("window.loaded") == 1


def test_who_types_is_on_their_own_and_comes_back_with_one_click(lesson):
    teacher, student = lesson
    student.box.press_sequentially(" good")
    student.says("You are on your own.")
    student.reads("it was so good")
    teacher.box.fill("something else")
    teacher.reads("something else")
    expect(teacher.bar).to_contain_text("1 student")
    expect(student.box).to_have_value("it was so good")
    student.button("Back to the class").click()
    student.reads("something else")
    student.says("You follow your teacher.")
    student.page.go_back()
    student.says("You are on your own.")
    student.button("Back to the class").click()
    student.at("watch")
    student.reads("something else")


def test_attention_takes_everybody_along_and_gives_their_own_text_back(lesson):
    teacher, student = lesson
    student.box.fill("my own sentence")
    student.says("You are on your own.")
    teacher.button("Attention").click()
    student.reads("it was so")
    student.says("asks for attention")
    student.box.press_sequentially("xyz")
    student.says("nothing of it is lost")
    expect(student.box).to_have_value("it was so")
    teacher.box.fill("look here")
    student.reads("look here")
    teacher.button("Attention").click()
    student.reads("my own sentence")
    student.says("You are on your own.")


def test_both_bars_count_down_how_long_attention_lasts_and_no_reader_hears_each_second(lesson):
    teacher, _ = lesson
    teacher.button("Attention").click()
    timers = [one.bar.get_by_role("timer") for one in lesson]
    for timer in timers:
        expect(timer).to_have_text(re.compile("^(5:00|4:5[0-9])$"), timeout=LATE)
        before = timer.inner_text()
        expect(timer).not_to_have_text(before)
        assert timer.evaluate("(element) => !element.closest('[aria-live], [role=status], [role=alert]')")
    teacher.button("Attention").click()
    for timer in timers:
        expect(timer).to_be_hidden(timeout=LATE)


def test_who_starts_a_class_sees_its_code_large_until_it_is_closed(people):
    teacher = people()
    for address in ("/watch", "/in-class"):
        teacher.open(address)
        teacher.button("Start a class").first.click()
        expect(teacher.large).to_contain_text(teacher.bar.locator(".code").inner_text(timeout=LATE), timeout=LATE)
        expect(teacher.large.get_by_role("img", name="QR code of")).to_be_visible()
        for size in ({"width": 1400, "height": 900}, {"width": 800, "height": 1000}, {"width": 390, "height": 844}, {"width": 1300, "height": 1000}):
            teacher.page.set_viewport_size(size)
            assert teacher.large.evaluate(APART)
        teacher.page.keyboard.press("Escape")
        expect(teacher.large).to_be_hidden()
        expect(teacher.button("Show code large")).to_be_focused()
        teacher.page.reload()
        expect(teacher.bar).to_contain_text("0 students", timeout=LATE)
        expect(teacher.large).to_be_hidden()
        teacher.button("End the class").click()
        teacher.button("End it").click()
        expect(teacher.bar).to_be_hidden(timeout=LATE)


def test_a_class_can_be_started_at_the_top_of_a_wide_page_and_with_the_controls_of_a_small_one(people):
    for wide, address in ((True, "/lstm"), (True, "/glossary"), (False, "/watch")):
        teacher = people(**({} if wide else PHONE)).open(address)
        finished(teacher.page)
        expect(teacher.button("Start a class")).to_have_count(1, timeout=LATE)
        assert teacher.button("Start a class").evaluate("(button) => Boolean(button.closest('.st-key-menu'))") == wide
        teacher.button("Start a class").click()
        expect(teacher.bar.locator(".code")).to_have_text(CODE, timeout=LATE)
        expect(teacher.button("Start a class")).to_have_count(0)


def test_a_teacher_who_closed_the_tab_can_go_on_with_the_class_and_nobody_else_can(lesson):
    teacher, student = lesson
    code = teacher.bar.locator(".code").inner_text()
    second = teacher.context.new_page()
    second.goto(f"{teacher.url}/compare")
    finished(second)
    bar = second.locator("#gatelab-class .bar")
    expect(bar).to_be_hidden()  # the first tab has the class
    teacher.page.close()
    teacher.page = second
    teacher.says(f"You left the class {code} a moment ago.")
    student.page.wait_for_timeout(1000)
    student.says("You follow your teacher.")
    student.page.evaluate("window.seen = []; addEventListener('gatelab:painted', ({ detail }) => window.seen.push(`${location.pathname} ${detail.text}`))")
    teacher.button(f"Go on with the class {code}").click()
    teacher.says("1 student")
    teacher.at("watch")
    teacher.reads("it was so")
    teacher.page.wait_for_function("JSON.parse(sessionStorage.getItem('gatelab:class')).held.bound === null", timeout=LATE)
    student.page.wait_for_timeout(1000)
    assert set(student.page.evaluate("window.seen")) <= {"/watch it was so"}  # the class went nowhere
    student.at("watch")
    teacher.box.fill("here again")
    student.reads("here again")
    assert student.page.evaluate("localStorage.getItem('gatelab:lastclass')") is None
    teacher.button("End the class").click()
    teacher.button("End it").click()
    expect(teacher.bar).to_be_hidden(timeout=LATE)
    assert teacher.page.evaluate("localStorage.getItem('gatelab:lastclass')") is None


def test_a_teacher_who_wants_no_more_of_the_class_lets_the_browser_forget_it(people):
    teacher = people()
    teacher.start()
    teacher.page.close()
    teacher.page = teacher.context.new_page()
    teacher.open("/glossary")
    teacher.button("Forget it").click(timeout=LATE)
    expect(teacher.bar).to_be_hidden()
    teacher.page.reload()
    finished(teacher.page)
    expect(teacher.bar).to_be_hidden()


def test_an_offer_is_the_teachers_alone_until_it_is_taken_up(lesson, people):
    teacher, student = lesson
    other = people().join(teacher.bar.locator(".code").inner_text())
    student.box.fill("an idea of mine")
    student.button("Offer your sentence").click()
    student.says("Offered.")
    expect(teacher.bar).to_contain_text("an idea of mine", timeout=LATE)
    other.reads("it was so")
    assert "an idea of mine" not in other.page.content()
    teacher.button("Take up").click()
    for one in (teacher, other):
        one.reads("an idea of mine")
    expect(teacher.button("Take up")).to_have_count(0)
    student.says("Your teacher took up your sentence.")
    expect(other.bar).not_to_contain_text("took up")
    student.page.reload()
    student.says("You are on your own.")
    expect(student.bar).not_to_contain_text("took up")


def test_those_who_follow_see_where_the_teacher_points(lesson):
    teacher, student = lesson
    teacher.button("Pointer").click()
    teacher.page.locator("canvas.flow").scroll_into_view_if_needed()
    teacher.page.locator(".maps canvas, .ribbon canvas, canvas").first.hover()
    dot = student.page.locator("#gatelab-class .dot")
    expect(dot).to_be_attached()
    expect(dot).not_to_have_attribute("hidden", "", timeout=LATE)
    teacher.button("Pointer").click()
    expect(dot).to_be_hidden(timeout=LATE)


def test_each_page_goes_on_when_the_server_is_started_anew(people, tmp_path):
    require("Chromium", CHROMIUM)
    server = Server(tmp_path / "log")
    try:
        teacher, student = people(url=server.url), people(url=server.url)
        code = teacher.start()
        student.join(code).reads("it was so")
        for one in (teacher, student):
            one.networked()
        server.stop()
        for one in (teacher, student):
            one.says("not reached now")
        teacher.box.fill("typed while it was away")
        teacher.reads("typed while it was away")
        server.start()
        expect(teacher.bar).to_contain_text("1 student", timeout=40_000)
        student.reads("typed while it was away")
        student.says("You follow your teacher.")
        assert teacher.bar.locator(".code").inner_text() == code
    finally:
        server.stop()


def test_no_typed_character_is_lost_while_the_class_is_away(people, tmp_path):
    server = Server(tmp_path / "log")
    try:
        teacher, student = people(url=server.url), people(url=server.url)
        student.join(teacher.start()).reads("it was so")
        student.networked()
        student.box.press_sequentially(" and then")
        server.stop()
        student.says("not reached now")
        student.box.press_sequentially(" it was not")
        server.start()
        student.says("You are on your own.")
        expect(student.box).to_have_value("it was so and then it was not")
    finally:
        server.stop()


def test_a_line_that_was_cut_for_20_s_loses_no_answer_and_no_typed_character(lesson):
    teacher, student = lesson
    student.networked()
    student.context.set_offline(True)
    student.page.wait_for_timeout(10_000)
    student.box.press_sequentially(" and then")
    student.reads("it was so and then")
    teacher.box.fill("said meanwhile")
    teacher.reads("said meanwhile")
    student.page.wait_for_timeout(10_000)
    student.context.set_offline(False)
    expect(student.box).to_have_value("it was so and then")
    student.button("Back to the class").click()
    student.reads("said meanwhile")
    teacher.box.fill("and after it")
    student.reads("and after it")


def test_a_page_that_slept_shows_what_the_teacher_shows_now(lesson):
    teacher, student = lesson
    asleep = student.context.new_cdp_session(student.page)
    asleep.send("Page.setWebLifecycleState", {"state": "frozen"})
    for text in ("said while the phone slept", "and then this"):
        teacher.box.fill(text)
        teacher.reads(text)
    asleep.send("Page.setWebLifecycleState", {"state": "active"})
    student.reads("and then this")
    student.says("You follow your teacher.")


def test_a_class_needs_no_storage(people):
    teacher, student = people(init=FORBIDDEN), people(init=FORBIDDEN)
    student.join(teacher.start()).reads("it was so")
    teacher.box.fill("no storage here")
    student.reads("no storage here")
    student.button("Leave").click()
    expect(student.bar).to_be_hidden()


def test_a_reload_finds_the_class_again_and_a_second_tab_is_its_own(lesson):
    teacher, student = lesson
    student.page.reload()
    student.says("You follow your teacher.")
    teacher.page.reload()
    expect(teacher.bar).to_contain_text("1 student", timeout=LATE)
    teacher.box.fill("after the reload")
    student.reads("after the reload")
    second = student.context.new_page()
    second.goto(f"{student.url}/watch")
    finished(second)
    expect(second.locator("#gatelab-class .bar")).to_be_hidden()


def test_a_code_in_small_letters_joins_and_an_unknown_one_is_told(people):
    teacher, student = people(), people(**PHONE)
    code = teacher.start()
    student.open("/in-class")
    box = student.page.get_by_label("The code that your teacher shows")
    box.fill("zzzz" if code != "ZZZZ" else "xxxx")
    student.button("Join the class").click()
    expect(student.page.get_by_text("There is no class")).to_be_visible()
    box.fill(f" {code.lower()} ")
    student.button("Join the class").click()
    student.says("You follow your teacher.")
    student.reads("it was so")


def test_a_class_that_was_ended_comes_back_from_its_file(lesson):
    teacher, student = lesson
    code = teacher.bar.locator(".code").inner_text()
    with teacher.page.expect_download() as saved:
        teacher.button("Save the class").click()
    assert json.loads(saved.value.path().read_text())["code"] == code
    teacher.button("End the class").click()
    teacher.button("End it").click()
    student.says("The class has ended.")
    student.bar.get_by_role("button", name="Close").click()
    expect(student.bar).to_be_hidden(timeout=LATE)
    teacher.open("/in-class")
    teacher.page.locator("input[type=file]").set_input_files(saved.value.path())
    expect(teacher.bar.locator(".code")).to_have_text(code, timeout=LATE)
    teacher.reads("it was so")
    student.join(code).reads("it was so")


def test_a_teacher_whose_code_was_taken_meanwhile_is_told_so_until_all_know(lesson):
    teacher, _ = lesson
    code = teacher.bar.locator(".code").inner_text()
    with teacher.page.expect_download() as saved:
        teacher.button("Save the class").click()
    teacher.button("End the class").click()
    teacher.button("End it").click()
    expect(teacher.bar).to_be_hidden(timeout=LATE)
    taken = teacher.page.request.post(f"{teacher.url}/live/class", data={"restore": {"code": code, "key": "A" * 22}})
    assert taken.json()["code"] == code
    teacher.open("/in-class")
    teacher.page.locator("input[type=file]").set_input_files(saved.value.path())
    warning = teacher.bar.get_by_role("alert")
    expect(warning).to_contain_text(f"The code has changed: {code} is another class by now.", timeout=LATE)
    expect(teacher.bar.locator(".code")).not_to_have_text(code)
    teacher.page.reload()
    expect(warning).to_be_visible(timeout=LATE)
    teacher.button("All have the new code").click()
    expect(warning).to_be_hidden()
    said = teacher.page.request.post(f"{teacher.url}/live/class/{code}/say", data={"end": True}, headers={"Authorization": f"Bearer {'A' * 22}"})
    assert said.ok


def check_clean(page, covered=()):
    """axe finds nothing serious, and nothing stands out to the right; `covered` are selectors of what lies under a dialog, which axe does not know."""
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("(exclude) => axe.run({ include: [['html']], exclude }, { resultTypes: ['violations'] })", [[one] for one in covered])["violations"]
    assert not [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found if rule["impact"] in ("serious", "critical")]
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth <= innerWidth")
    assert page.evaluate("document.querySelector('#gatelab-class').shadowRoot.querySelector('.bar').scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_bars_are_clean_and_fit(people, scheme):
    teacher, student = people(color_scheme=scheme), people(color_scheme=scheme, **PHONE)
    code = teacher.start("/in-class")
    check_clean(teacher.page)
    student.open("/in-class")
    expect(student.button("Join the class")).to_be_visible()
    check_clean(student.page)
    teacher.open("/watch?text=it+was+so")
    student.join(code).reads("it was so")
    student.button("Offer your sentence").click()
    expect(teacher.button("Take up")).to_be_visible(timeout=LATE)
    for one in (teacher, student):
        check_clean(one.page)
    teacher.button("Show code large").click()
    expect(teacher.large).to_be_visible()
    check_clean(teacher.page, covered=[".stApp"])
