"""A teacher asks the class: one question through all that can become of it, seen by a teacher and two students in browsers of their own."""

import csv
import re

import numpy as np
import pytest
from playwright.sync_api import expect

import gatelab
from gatelab import zoo
from tests.axe import check_clean_and_fitting
from tests.browser import CHROMIUM, Server, Watched, eventually, require

TEXT = "the film was a boring waste of my time"
UNIT = 3
LESSON = f"/lstm?model=sentiment-lstm&unit={UNIT}&text={TEXT.replace(' ', '+')}"
HERE = "input[type=radio]:checked"

expect.set_options(timeout=20_000)

ROOM = """async () => {
  const bundle = performance.getEntriesByType("resource").map(({ name }) => name).find((name) => name.includes("/live/bundle/"));
  window.loaded = (await import(bundle)).load;
  window.room = window.loaded("classroom/room.js").room;
}"""


class Tab:
    """One browser of somebody in the class."""

    def __init__(self, chromium, url, **options):
        self.context = chromium.new_context(**{"viewport": {"width": 1400, "height": 1000}, "color_scheme": "light", **options})
        self.watched = Watched(self.context.new_page())
        self.watched.allowed = (
            "404",
            "ERR_INTERNET_DISCONNECTED",
            "ERR_CONNECTION_REFUSED",
            "ERR_INCOMPLETE_CHUNKED_ENCODING",
            "ERR_EMPTY_RESPONSE",
            "WebSocket",
            "ERR_NETWORK_CHANGED",
        )
        self.page, self.url = self.watched.page, url
        self.page.add_init_script("localStorage.setItem('gatelab:tour', 'seen')")

    def open(self, address):
        self.page.goto(self.url + address)
        self.loaded()
        return self

    def loaded(self):
        self.page.wait_for_function("performance.getEntriesByType('resource').some(({ name }) => name.includes('/live/bundle/'))", timeout=30_000)
        self.page.evaluate(ROOM)
        self.page.wait_for_function("window.loaded('standing.js').standing.stage?.stage.isConnected", timeout=30_000)

    def start(self):
        self.page.evaluate("room.start(null)")
        self.live()
        return self.page.evaluate("room.member.code")

    def join(self, code):
        self.page.evaluate("(code) => room.join(code)", code)
        self.live()

    def live(self):
        self.page.wait_for_function("room.state === 'live'", timeout=30_000)

    @property
    def sheet(self):
        return self.page.get_by_role("region", name="Question to the class")

    @property
    def board(self):
        return self.page.get_by_role("region", name="What the class is asked")

    def press(self, name):
        self.board.get_by_role("button", name=name, exact=True).click()

    def choose(self, k):
        self.sheet.get_by_role("radio").nth(k).check()
        expect(self.sheet).to_contain_text("Answered: ")

    def ask(self, **question):
        """The teacher puts a question of their own."""
        self.page.evaluate(
            "(question) => window.loaded('classroom/asking/asker.js').asker.ask({ ...question, truth: 'truth' in question ? () => question.truth : null })",
            question,
        )


class Classroom:
    """A class of one teacher and some students."""

    def __init__(self, chromium, url):
        self.chromium, self.url, self.tabs = chromium, url, []

    def tab(self, address, **options):
        self.tabs.append(Tab(self.chromium, self.url, **options))
        return self.tabs[-1].open(address)

    def begin(self, address=LESSON, students=2, **options):
        teacher = self.tab(address, **options)
        code = teacher.start()
        pupils = [self.tab(address, **options) for _ in range(students)]
        for pupil in pupils:
            pupil.join(code)
        return teacher, *pupils

    def close(self):
        for tab in self.tabs:
            tab.context.close()
        wrong = [line for tab in self.tabs for line in tab.watched.wrong]
        assert not wrong, "\n".join(wrong)


@pytest.fixture
def classroom(chromium, server):
    made = Classroom(chromium, server.url)
    yield made
    made.close()


def lost_most():
    """Of the lesson's text: at which step the unit loses most of its memory, from Python's trace."""
    trace = gatelab.trace(zoo.load("sentiment-lstm"), TEXT)
    f, c = trace["f"][:, UNIT], trace["c"][:, UNIT]
    return trace.tokens, int(np.argmax((1 - f) * np.abs(np.concatenate([[0], c[:-1]]))))


def asked_lesson(teacher):
    """The teacher puts the lesson's first question to the class; its card."""
    card = teacher.page.locator(".ask").first
    card.get_by_role("button", name="Ask the class").click()
    expect(teacher.board).to_be_visible()
    return card


def counts(place):
    """What a drawn distribution says: of each answer its counts."""
    return [
        [int(re.match(r"\d+", count)[0]) for count in row.locator(".answer-count").all_inner_texts()]
        for row in place.locator("[role=row]:not(.answers-head)").all()
    ]


def test_a_lessons_question_goes_to_the_class_and_comes_back_as_counts_then_the_truth_then_both_rounds(classroom, tmp_path):
    teacher, one, other = classroom.begin()
    tokens, t = lost_most()
    card = asked_lesson(teacher)
    expect(teacher.board).to_contain_text("0 of 2 have answered")
    for student in (one, other):
        expect(student.sheet).to_contain_text(f"does unit {UNIT} lose most")
        expect(student.sheet.get_by_role("radio")).to_have_count(4)
        expect(student.page.get_by_role("button", name="Show it without an answer")).to_be_visible()  # the stage hides the answer here too
    options = one.sheet.locator("label").all_inner_texts()
    right = next(k for k, option in enumerate(options) if f"(step {t + 1})" in option)
    assert tokens[t] in options[right]
    wrong = (right + 1) % 4
    one.choose(wrong)
    expect(teacher.board).to_contain_text("1 of 2 has answered")
    other.choose(wrong)
    expect(teacher.board).to_contain_text("2 of 2 have answered")
    other.choose(right)  # the last answer counts
    expect(other.sheet).to_contain_text(f"Answered: {'ABCD'[right]}.")

    # Hidden until it is shown.
    teacher.press("Close")
    for student in (one, other):
        expect(student.sheet.get_by_role("radio").first).to_be_disabled()
        expect(student.sheet.get_by_role("table")).to_have_count(0)
        assert student.page.evaluate("room.heard.asked.distribution") is None
    expect(teacher.board.get_by_role("table")).to_have_count(0)
    teacher.press("Show the distribution")
    expected = [[int(k == wrong) + int(k == right)] for k in range(4)]
    for place in (teacher.board, one.sheet, other.sheet):
        expect(place.get_by_role("table")).to_be_visible()
        assert counts(place) == expected
        expect(place.get_by_text("right", exact=False)).to_have_count(0)

    # Asked again after the discussion, then the truth.
    teacher.press("Ask again")
    for student in (one, other):
        expect(student.sheet).to_contain_text("Asked again after the discussion")
        student.choose(right)
    expect(teacher.board).to_contain_text("2 of 2 have answered")
    teacher.press("Show the distribution")
    expect(other.sheet.get_by_role("columnheader")).to_have_text(["Answer", "First (2)", "After the discussion (2)"])
    teacher.press("Show the truth")
    for place in (teacher.board, one.sheet, other.sheet):
        expect(place.locator(".is-right")).to_contain_text(f"(step {t + 1})")
        expect(place.locator(".is-right")).to_contain_text("right")
        expect(place).to_contain_text("Right at first: 1 of 2 (50\u202f%). Right after the discussion: 2 of 2 (100\u202f%).")
    assert counts(teacher.board) == [[int(k == wrong) + int(k == right), 2 * int(k == right)] for k in range(4)]
    for tab, there in ((teacher, card), (one, one.page.locator(".ask").first)):
        expect(there).to_contain_text(f"(step {t + 1})")
        expect(there).to_contain_text("The answer is")
        expect(tab.page.get_by_role("button", name="Show it without an answer")).to_be_hidden()

    # The summary, as a table.
    teacher.press("Summary")
    summary = teacher.page.get_by_role("dialog", name="What the class was asked")
    expect(summary).to_contain_text(teacher.page.evaluate("room.member.code"))
    with teacher.page.expect_download() as download:
        summary.get_by_role("button", name="Save as a table").click()
    download.value.save_as(tmp_path / "class.csv")
    with (tmp_path / "class.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file, strict=True))
    assert [(int(line["round"]), int(line["count"])) for line in lines] == [(1, *row) for row in expected] + [(2, 2 * int(k == right)) for k in range(4)]
    assert {line["right answer"] for line in lines} == {lines[right]["answer"]} and f"(step {t + 1})" in lines[right]["answer"]
    assert [line["right"] for line in lines] == 2 * ["yes" if k == right else "no" for k in range(4)]


def test_the_truth_is_that_of_the_text_that_was_asked_although_the_stage_has_another_by_then(classroom):
    teacher, student = classroom.begin(students=1)
    _, t = lost_most()
    asked_lesson(teacher)
    expect(student.sheet).to_be_visible()
    teacher.page.get_by_role("textbox").first.fill("what a wonderful film it was")
    teacher.page.wait_for_function("window.loaded('standing.js').standing.stage.text === 'what a wonderful film it was'")
    teacher.press("Show the truth")
    expect(student.sheet).to_contain_text(re.compile(rf"The right answer: .*\(step {t + 1}\)"))


def test_a_character_is_pointed_at_and_the_truth_is_where_the_decoder_looked_most(classroom):
    teacher, one, other = classroom.begin("/attention?model=dates-additive&text=4+July+1986")
    trace = gatelab.trace(zoo.load("dates-additive"), "4 July 1986")
    most = int(np.argmax(trace["weights"][5:7].sum(0)))
    teacher.page.get_by_role("button", name="the month?").click()
    teacher.page.get_by_role("button", name="Ask the class").click()
    expect(one.sheet.get_by_role("radio")).to_have_count(len("4 July 1986"))
    one.choose(most)
    other.choose(0)
    expect(teacher.board).to_contain_text("2 of 2 have answered")
    teacher.press("Show the distribution")
    teacher.press("Show the truth")
    for place in (teacher.board, one.sheet):
        expect(place.locator(".is-right .answer-count")).to_have_text("1")
        expect(place.locator("li")).to_have_count(len("4 July 1986"))
        assert place.locator("li").all_inner_texts()[most].split()[-1] == "right"
    expect(teacher.page.get_by_role("button", name="Stop asking")).to_have_count(0)  # nothing stays hidden


def test_a_question_of_ones_own_is_kept_and_a_number_has_a_range(classroom):
    teacher, student = classroom.begin(students=1)
    own = teacher.page.get_by_role("button", name="Ask a question")
    own.click()
    form = teacher.page.get_by_role("dialog", name="A question of your own")
    form.get_by_role("button", name="Ask the class").click()
    form.get_by_label("Question", exact=True).fill("How many units?")
    form.get_by_role("radio", name="A number").check()
    form.get_by_label("Smallest number").fill("10")
    form.get_by_label("Largest number").fill("1")
    form.get_by_role("button", name="Ask the class").click()
    expect(form.get_by_role("alert")).to_contain_text("The smallest number must be below the largest one")
    form.get_by_label("Largest number").fill("100")
    form.get_by_label("Right answer").fill("32")
    form.get_by_role("button", name="Ask the class").click()
    box = student.sheet.get_by_role("spinbutton", name="Your number")
    box.fill("1000")
    student.sheet.get_by_role("button", name="Answer").click()
    assert not box.evaluate("(box) => box.checkValidity()")
    box.fill("32")
    box.press("Enter")
    expect(student.sheet).to_contain_text("Answered: 32.")
    expect(teacher.board).to_contain_text("1 of 1 has answered")
    teacher.press("Show the distribution")
    teacher.press("Show the truth")
    expect(student.sheet.locator(".is-right .answer-count")).to_have_text("1 (100\u202f%)")
    teacher.press("Done")
    expect(student.sheet).to_have_count(0)
    teacher.page.reload()
    teacher.loaded()
    teacher.live()
    own.click()
    form.get_by_role("button", name="Take up").click()
    expect(form.get_by_label("Question", exact=True)).to_have_value("How many units?")
    expect(form.get_by_label("Right answer")).to_have_value("32")


def test_the_sheet_is_used_with_the_keyboard_put_aside_and_brought_back(classroom):
    teacher, student = classroom.begin(students=1)
    teacher.ask(kind="direction", words="Up or down?")
    expect(student.page.locator("[aria-live]", has_text="The class is asked: Up or down?")).to_have_count(1)
    first = student.sheet.get_by_role("radio").first
    first.focus()
    student.page.keyboard.press("ArrowDown")
    expect(student.sheet).to_contain_text("Answered: stays the same.")
    student.page.keyboard.press("Escape")
    expect(student.sheet).to_be_hidden()
    back = student.page.get_by_role("button", name="Back to the question")
    expect(back).to_be_focused()
    student.page.keyboard.press("Enter")
    expect(student.sheet.locator(HERE)).to_have_value("1")
    back_again = student.sheet.get_by_role("button", name="Put aside")
    expect(back_again).to_be_focused()
    back_again.click()
    teacher.press("Close")
    teacher.press("Ask again")  # a new round brings the sheet back
    expect(student.sheet).to_be_visible()


def test_an_answer_given_without_a_network_is_kept_said_to_be_and_counted_later(classroom):
    teacher, student = classroom.begin(students=1)
    teacher.ask(kind="choose", words="Which?", options=["the first", "the second"], truth=1)
    expect(student.sheet).to_be_visible()
    student.context.set_offline(True)
    student.sheet.get_by_role("radio").nth(1).check()
    expect(student.sheet).to_contain_text("The class cannot be reached. Your answer is kept")
    student.context.set_offline(False)
    expect(student.sheet).to_contain_text("Answered: B.")
    expect(teacher.board).to_contain_text("1 of 1 has answered")


@pytest.mark.browser
def test_a_server_that_is_killed_loses_no_answer_to_an_open_question(chromium, tmp_path):
    require("Chromium", CHROMIUM)
    server = Server(tmp_path / "log")
    classroom = Classroom(chromium, server.url)
    try:
        teacher, one, other = classroom.begin()
        teacher.ask(kind="choose", words="Which?", options=["the first", "the second"], truth=1)
        one.choose(0)
        other.choose(1)
        expect(teacher.board).to_contain_text("2 of 2 have answered")
        server.process.kill()
        server.process.wait()
        server.start()
        for tab in (teacher, one, other):
            tab.live()
        expect(teacher.board).to_contain_text("2 of 2 have answered", timeout=60_000)
        teacher.press("Show the distribution")
        expect(one.sheet.get_by_role("table")).to_be_visible()
        assert counts(teacher.board) == [[1], [1]]
        teacher.press("Show the truth")
        expect(other.sheet).to_contain_text("The right answer: the second")
    finally:
        for tab in classroom.tabs:
            tab.context.close()
        server.stop()


def test_after_a_reload_the_answer_is_there(classroom):
    teacher, student = classroom.begin(students=1)
    teacher.ask(kind="choose", words="Which?", options=["the first", "the second"])
    student.choose(1)
    student.page.reload()
    student.loaded()
    student.live()
    expect(student.sheet.locator(HERE)).to_have_value("1")
    expect(student.sheet).to_contain_text("Answered: B.")
    expect(teacher.board).to_contain_text("1 of 1 has answered")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_sheet_board_form_and_summary_are_clean_and_fit_a_phone(classroom, scheme):
    teacher, student = classroom.begin("/watch", students=1)
    teacher.ask(
        kind="choose",
        words="Which of these is it, if it is one of these at all?",
        options=["the first", "the second, which has a somewhat longer text so that it takes several lines", "the third"],
        truth=1,
    )
    student.choose(1)
    check_clean_and_fitting(student.page, scheme)
    check_clean_and_fitting(teacher.page, scheme)
    teacher.press("Show the distribution")
    teacher.press("Show the truth")
    for tab in (teacher, student):
        expect(tab.page.locator(".is-right")).to_be_visible()
        check_clean_and_fitting(tab.page, scheme)
    student.page.set_viewport_size({"width": 390, "height": 844})
    eventually(student.page, lambda: fits(student))
    teacher.press("Summary")
    check_clean_and_fitting(teacher.page, scheme)
    teacher.page.keyboard.press("Escape")
    teacher.page.get_by_role("button", name="Ask a question").click()
    check_clean_and_fitting(teacher.page, scheme)


def fits(student):
    box = student.sheet.bounding_box()
    assert box["height"] <= 0.61 * 844 and box["y"] + box["height"] <= 845


def test_the_summary_alone_is_printed(classroom):
    teacher, student = classroom.begin(students=1)
    teacher.ask(kind="choose", words="Which?", options=["the first", "the second"], truth=1)
    student.choose(1)
    expect(teacher.board).to_contain_text("1 of 1 has answered")
    teacher.press("Show the distribution")
    expect(teacher.board.get_by_role("table")).to_be_visible()
    teacher.press("Summary")
    teacher.page.emulate_media(media="print")
    summary = teacher.page.get_by_role("dialog", name="What the class was asked")
    expect(summary.get_by_role("table")).to_be_visible()
    expect(summary.get_by_role("button", name="Print")).to_be_hidden()
    expect(teacher.page.locator("[data-testid=stApp]")).to_be_hidden()
    expect(teacher.board).to_be_hidden()
    teacher.page.emulate_media(media="screen")
    summary.get_by_role("button", name="Close").click()
    teacher.page.emulate_media(media="print")
    expect(teacher.page.locator("[data-testid=stApp]")).to_be_visible()
