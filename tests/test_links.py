"""A copied link holds all that is chosen on a stage: opened, the page shows the same, and copies the same link again."""

import pytest

from tests.browser import copied_link, eventually, finished, show_more

PAINTED = "window.addEventListener('gatelab:painted', ({detail}) => (window.painted = detail))"


class Linked:
    """A page from which a visitor copies links."""

    def __init__(self, page, url):
        self.page, self.url = page, url
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.add_init_script(PAINTED)

    def open(self, address):
        self.page.goto(address if address.startswith("http") else self.url + address)
        self.page.wait_for_function("window.painted !== undefined", timeout=30_000)
        self.settle()
        return self

    def settle(self):
        self.page.wait_for_timeout(400)  # an answer, and two frames

    def choose(self, label, value):
        self.page.get_by_label(label, exact=True).select_option(value)
        self.settle()

    def press(self, name):
        self.page.get_by_role("button", name=name).first.click()
        self.settle()

    def keys(self, *keys):
        self.page.locator(".board").focus()
        for key in keys:
            self.page.keyboard.press(key)
        self.settle()

    def number(self, label, value):
        box = self.page.get_by_label(label, exact=True)
        box.fill(str(value))
        box.press("Enter")
        self.settle()

    def copied(self):
        """The link, and its fields."""
        return copied_link(self.page)

    def shown(self, *selectors):
        """What stands on the stage, in words."""
        return [self.page.locator(selector).filter(visible=True).all_inner_texts() for selector in selectors]

    def opens_again(self, *selectors):
        """Copy the link, open it, and compare; the fields of the link."""
        link, fields = self.copied()
        self.page.locator(".arriving").first.wait_for(state="hidden")  # numbers that are made from the weights are here
        self.settle()
        before = self.shown(*selectors)
        again = self.open(link)
        self.page.locator(".arriving").first.wait_for(state="hidden")
        self.settle()

        def the_same():
            assert again.shown(*selectors) == before

        eventually(self.page, the_same)
        assert again.copied()[1] == fields
        finished(self.page)
        assert not self.page.locator("[data-testid=stText]").count()  # nothing of the link was left out
        return fields


@pytest.fixture
def linked(server, watched):
    watched.allowed = ("404",)
    return Linked(watched.page, server.url)


def test_a_link_to_watch_keeps_this_unit_alone(linked):
    linked.open("/watch")
    linked.press("One unit")
    linked.page.locator(".more > summary").click()
    linked.choose("Text color", "f")
    linked.keys("ArrowLeft", "ArrowLeft", "ArrowDown")
    fields = linked.opens_again(".panel h3", ".caption")
    assert fields["maps"] == "alone" and "Every value of unit" in linked.page.locator(".caption").inner_text()


def test_a_link_to_compare_keeps_the_units_and_the_open_gates(linked):
    linked.open("/compare?models=prose-lstm,prose-gru,prose-rnn")
    linked.number("Unit of GRU", 7)
    linked.page.get_by_role("region", name="LSTM", exact=True).get_by_role("button", name="All gates").click()
    linked.settle()
    fields = linked.opens_again(".band-maps .title", ".legend")
    assert fields["unfolded"] == "prose-lstm" and fields["units"].split(",")[fields["models"].split(",").index("prose-gru")] == "7"
    assert linked.page.get_by_label("Unit of GRU", exact=True).input_value() == "7"


def test_a_link_to_attention_keeps_weights_that_were_taken_over_and_the_chosen_token(linked):
    linked.open("/attention")
    linked.keys("Home", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowLeft")
    linked.press("Put all attention of this step")
    linked.page.locator(".ghost").filter(visible=True).wait_for()
    fields = linked.opens_again(".answer", ".panel")
    step, column = int(fields["step"]), int(fields["column"])
    taken, weights = fields["forced"].split(":")
    assert int(taken) == step == 3 and [k for k, weight in enumerate(weights.split(",")) if weight == "1"] == [column - 1]
    assert linked.page.evaluate("window.painted.forced") == [2]


def test_a_link_to_attention_keeps_an_open_prediction_and_does_not_tell_its_answer(linked):
    linked.open("/attention")
    linked.press("the month?")
    fields = linked.opens_again(".predict p")
    assert fields["ask"] == "month" and linked.page.locator(".predict").get_by_role("button", name="Reveal").count() == 1


def test_a_link_to_self_attention_keeps_head_row_column_and_entry(linked):
    linked.open("/self-attention")
    linked.press("target looks at source")
    linked.keys("2", "PageDown", "ArrowDown", "ArrowRight")
    show_more(linked.page)
    linked.number("Entry of the output", 3)
    fields = linked.opens_again(".board h3", ".panel h3")
    assert (fields["where"], fields["layer"], fields["head"], fields["entry"]) == ("across", "2", "2", "3")


def test_a_link_to_memory_keeps_models_and_step(linked):
    linked.open("/memory")
    linked.keys("Home", "ArrowRight", "ArrowRight")
    third = linked.page.locator(".where").inner_text().split()[0]  # of a long text, the first steps are not followed back
    assert linked.opens_again(".legend", ".decay caption")["step"] == third
    linked.keys("ArrowRight")
    assert linked.copied()[1]["step"] == str(int(third) + 1)


@pytest.mark.parametrize(
    ("path", "keys", "kept"),
    [
        ("/lstm", ("3", "Enter", "ArrowLeft", "n"), {"level": "2", "part": "c", "numbers": "off", "stage": "3"}),
        ("/simple-rnn", ("Escape",), {"level": "0", "numbers": "on"}),
        ("/gru", ("2", "Enter", "ArrowLeft", "m"), {"level": "2", "unit": "mean"}),
    ],
)
def test_a_link_to_a_lesson_keeps_closeness_part_and_numbers(linked, path, keys, kept):
    linked.open(path).keys("Enter", "Escape", *keys)
    assert kept.items() <= linked.opens_again(".story", ".panel h3", ".parts").items()


def test_a_link_to_a_lesson_keeps_what_if_the_forget_gate_stood_elsewhere(linked):
    linked.open("/gru?model=sentiment-coupled")
    linked.page.get_by_label("Forget gate, if it stood elsewhere").fill("0.25")
    linked.settle()
    assert linked.opens_again(".story", ".whatif")["whatif"] == "0.25"
    assert "What if: " in linked.page.locator(".story").inner_text()
