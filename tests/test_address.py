"""The address bar follows what a stage shows: a reload, a bookmark and a link open the same, and a page where nothing was touched keeps its bare address."""

import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser import copied_link, finished, go, show_more

PAINTED = "window.addEventListener('gatelab:painted', ({detail}) => (window.painted = detail))"
PATHS = ["", "watch", "simple-rnn", "lstm", "gru", "answers", "compare", "memory", "attention", "self-attention", "learn"]


class Bar:
    """A tab with its address bar."""

    def __init__(self, page, url):
        self.page, self.url = page, url
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.add_init_script(PAINTED)
        page.add_init_script(
            "history.pushState = new Proxy(history.pushState, { apply: (push, on, given) => { window.pushed = (window.pushed ?? 0) + 1; push.apply(on, given); } })"
        )

    def open(self, path):
        self.page.goto(path if path.startswith("http") else f"{self.url}/{path}")
        self.painted()

    def painted(self):
        self.page.wait_for_function("window.painted !== undefined", timeout=30_000)
        finished(self.page)

    def reload(self):
        self.page.reload()
        self.painted()

    def keys(self, *keys):
        self.page.locator(".board").focus()
        for key in keys:
            self.page.keyboard.press(key)

    def becomes(self, **fields):
        """Wait until the address has just these fields."""
        self.page.wait_for_function(
            "(fields) => { const now = Object.fromEntries(new URLSearchParams(location.search)); return JSON.stringify(Object.entries(now).sort()) === JSON.stringify(Object.entries(fields).sort()); }",
            arg=fields,
        )

    def has(self, **fields):
        """Wait until the address has these fields among others."""
        self.page.wait_for_function(
            "(fields) => { const now = new URLSearchParams(location.search); return Object.entries(fields).every(([name, value]) => now.get(name) === value); }",
            arg=fields,
        )

    def copied(self):
        """The link that the stage copies, and its fields."""
        return copied_link(self.page)


@pytest.fixture
def bar(server, watched):
    watched.allowed = ("404",)
    return Bar(watched.page, server.url)


def test_a_page_where_nothing_was_touched_keeps_its_bare_address(bar):
    for path in PATHS:
        bar.open(path)
        expect(bar.page).to_have_title(re.compile(r"^“.+” · .+ · GateLab$"))  # said when the page rests, as the address would be
        bar.page.wait_for_timeout(500)
        assert bar.page.url == f"{bar.url}/{path}"


def test_the_address_has_what_is_otherwise_than_at_first_and_is_replaced_never_pushed(bar):
    bar.open("lstm")
    bar.page.evaluate("window.pushed = 0")
    bar.keys("3", "n")
    bar.becomes(stage="3", numbers="off", part="c")
    bar.keys("0", "n")
    bar.page.locator("textarea").fill("my cat sat")
    bar.has(text="my cat sat", step="3")
    assert not {"stage", "numbers", "model", "unit"} & set(parse_qs(urlsplit(bar.page.url).query))
    expect(bar.page).to_have_title("“my cat sat” · LSTM · GateLab")
    assert bar.page.evaluate("window.pushed") == 0


def test_a_reload_keeps_what_is_chosen(bar):
    bar.open("watch")
    bar.page.locator("textarea").fill("to be or not")
    bar.keys("Home", "ArrowRight", "ArrowDown")
    bar.page.get_by_role("button", name="Hold a value").click()
    bar.has(text="to be or not", step="2", open="hold")
    before = bar.page.evaluate("location.search")
    bar.reload()
    bar.page.wait_for_timeout(1000)
    assert bar.page.evaluate("location.search") == before
    expect(bar.page.locator(".hold-panel")).to_be_visible()


def test_a_rerun_for_another_notation_leaves_stage_address_and_title_as_they_are(bar):
    bar.open("gru")
    bar.page.locator("textarea").fill("my cat sat")
    bar.has(text="my cat sat")
    bar.page.evaluate(
        "window.stage = (window.host = [...document.querySelectorAll('*')].find((one) => one.shadowRoot?.querySelector('.stage'))).shadowRoot.querySelector('.stage')"
    )
    show_more(bar.page)
    bar.page.get_by_label("Notation").first.select_option("keras")
    bar.has(text="my cat sat", notation="keras")
    finished(bar.page)
    expect(bar.page).to_have_title("“my cat sat” · GRU · GateLab")
    assert bar.page.evaluate("window.stage.isConnected")
    expect(bar.page.locator("textarea")).to_have_value("my cat sat")
    bar.page.get_by_label("Notation").first.select_option("pytorch")
    expect(bar.page.locator("[data-testid=stAlert]")).to_have_count(0)


def test_what_streamlit_added_stays_in_the_address_and_in_a_copied_link(bar):
    bar.open("gru?embed=true&embed_options=show_toolbar&embed_options=light_theme")
    bar.keys("Home")
    bar.has(step="1", embed="true")
    link, fields = bar.copied()
    assert parse_qs(urlsplit(link).query)["embed_options"] == ["show_toolbar", "light_theme"] and fields["embed"] == "true"


def test_a_sentence_of_a_link_goes_along_to_the_next_page(bar):
    bar.open("lstm?text=my+cat+sat")
    bar.page.evaluate("delete window.painted")
    go(bar.page, "GRU")
    bar.page.wait_for_function("window.painted?.text === 'my cat sat'", timeout=20_000)
    expect(bar.page.locator("textarea")).to_have_value("my cat sat")
    bar.open("attention?model=translate-additive&text=we+are+happy+.")
    bar.page.evaluate("delete window.painted")
    go(bar.page, "Self-attention")
    bar.page.wait_for_function("window.painted?.text === 'we are happy .'", timeout=20_000)


def test_a_lesson_paints_a_sentence_that_was_typed_in_another_one(bar):
    """The diagram was an empty frame once: its box had no numbers."""
    bar.open("simple-rnn")
    bar.page.locator("textarea").fill("the film was a boring waste of my time")
    for name in ("LSTM", "GRU"):
        bar.page.evaluate("delete window.painted")
        go(bar.page, name)
        bar.page.wait_for_function("window.painted?.text.startsWith('the film was')", timeout=20_000)
        expect(bar.page.locator(".stage svg").first).to_have_attribute("viewBox", re.compile(r"^[-\d. ]+$"))
        expect(bar.page.locator(".story p").first).to_contain_text("Step 9")


def test_what_a_link_hides_is_not_shown_and_stays_hidden_in_the_address(bar):
    bar.open("lstm?hide=nav,page,text,examples,panels,no-such")
    bar.becomes(hide="nav,page,text,examples,panels")
    for hidden in ("textarea", ".tries", "[data-testid=stHeader]", ".st-key-lesson-text"):
        expect(bar.page.locator(hidden).first).to_be_hidden()
    expect(bar.page.locator(".story").first).to_be_visible()


def test_learn_s_address_is_its_settings(bar):
    bar.open("learn")
    bar.page.get_by_label("Units").first.fill("5")
    bar.page.keyboard.press("Enter")
    bar.has(units="5")
    bar.reload()
    expect(bar.page.get_by_label("Units").first).to_have_value("5")


def test_a_text_that_no_proxy_takes_in_an_address_is_remembered_instead(bar):
    bar.open("lstm")
    text = "不" * 1500
    bar.page.locator("textarea").fill(text)
    expect(bar.page).to_have_title(re.compile("^“不{40}…” · LSTM"))
    bar.page.wait_for_timeout(300)
    assert len(bar.page.url) < 6500 and quote("不") not in bar.page.url
    bar.reload()
    expect(bar.page.locator("textarea")).to_have_value(text)


CHOSEN = [
    "watch?model=prose-lstm&text=a+good+day&unit=5&step=4&value=f&entry=o&order=mean&maps=all&hold=f:all:2-:%3D1&temperature=0.5&seed=7&marks=2-4,7&follow=distance&elsewhere=%E2%9F%A6ab%E2%9F%A7&against=a+bad+day&notation=colah&open=more,hold,follows&hide=story",
    "watch?film=3&text=a+good+day&open=film",
    "gru?model=sentiment-coupled&text=my+cat+sat&unit=3&step=2&stage=2&level=2&part=f&numbers=off&whatif=0.25&hold=f:3:1:%3D0.5&notation=keras&open=hold,matters&against=my+dog+sat",
    "lstm?text=my+cat+sat&unit=3&step=2&back=on&cut=2&right=negative&wire=d.f&open=more",
    "?text=my+cat+sat&step=2&unit=4&open=more,unit",
    "compare?models=prose-gru,prose-lstm&text=so+be+it&step=3&value=keep&units=7,12&unfolded=prose-lstm&hold=keep:all:2-:%3D1&notation=d2l&open=more",
    "memory?models=sentiment-gru,sentiment-lstm&text=so+be+it&step=2&hold=keep:all:2-:%3D1&notation=d2l&open=more,hold",
    "attention?model=dates-additive&text=7+mai+1987&step=4&unit=3&column=2&beam=3&forced=3:1,0,0,0,0,0,0,0,0,0&hold=decoder.z:0:all:%3D1&notation=keras&open=more,hold",
    "attention?model=dates-additive&text=7+mai+1987&ask=month",
    "self-attention?model=dates-transformer&text=7+mai+1987&where=across&layer=2&head=3&step=4&column=2&entry=1&notation=d2l&open=more",
]


@pytest.mark.parametrize("link", CHOSEN, ids=[f"{link.split('?')[0]}-{k}" for k, link in enumerate(CHOSEN)])
def test_a_link_to_many_things_chosen_is_followed_whole_and_copied_again(bar, link):
    asked = {key: values[0] for key, values in parse_qs(urlsplit(link).query).items()}
    bar.open(link)
    bar.page.locator(".arriving").first.wait_for(state="hidden")
    expect(bar.page.locator("[data-testid=stAlert]")).to_have_count(0)  # nothing of it was left out
    bar.page.wait_for_timeout(1500)
    url, fields = bar.copied()
    assert {name: fields.get(name) for name in asked} | {"open": None} == asked | {"open": None}
    assert set(asked.get("open", "").split(",")) - {""} <= set(fields.get("open", "").split(","))
    bar.open(url)
    bar.page.locator(".arriving").first.wait_for(state="hidden")
    bar.page.wait_for_timeout(1500)
    assert bar.copied()[1] == fields


def test_a_link_opens_explore(bar):
    bar.open("attention?text=7+mai+1987&open=explore")
    expect(bar.page.locator(".explore")).to_have_attribute("aria-expanded", "true")
    expect(bar.page.locator(".js-plotly-plot").first).to_be_visible(timeout=30_000)
    bar.becomes(text="7 mai 1987", open="explore")
