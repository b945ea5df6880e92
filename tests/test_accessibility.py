"""Every page for those who see little, or use no mouse: what axe-core finds in both themes and two widths, and where Tab leads."""

import numpy as np
import pytest
from axe_playwright_python.base import AXE_SCRIPT

from gatelab import zoo
from gatelab.traces import trace
from gatelab.ui.path import PLACES
from tests.browser import Watched

PAGES = [place.path for place in PLACES]
STAGELESS = {"claims", "questions", "glossary"}
LOOKS = [(1400, "light"), (1400, "dark"), (390, "dark"), (390, "light")]

# Whether a page is all there: its script has run in this theme, nothing is about to be replaced, and its stage has painted.
READY = """([theme, staged]) => {
  const app = document.querySelector(".stApp");
  const boxes = [...(document.querySelector("[data-testid=stBidiComponentIsolated]")?.shadowRoot?.querySelectorAll("textarea") ?? [])];
  return app?.dataset.testScriptState === "notRunning" && getComputedStyle(app).colorScheme === theme
    && !document.querySelector("[data-stale=true], [data-testid=stSkeleton]")
    && (document.querySelector("[data-testid=stException]") || (document.querySelector("h1") && (!staged || (window.painted && boxes.some((box) => box.checkVisibility())))));
}"""
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

# axe takes single letters and signs for something else than text, unless it is told; here they are tokens, numbers and gates.
STRICT = "Object.assign(axe._audit.checks['color-contrast'].options, { ignoreLength: true, ignoreUnicode: false })"

# The focused element in a few words, and whether it can be seen that it has the focus and where it is.
FOCUSED = """() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  if (!element || element === document.body) return null;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const middle = (from, to, room) => (Math.max(0, from) + Math.min(room, to)) / 2;
  const hit = element.getRootNode().elementFromPoint(middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight));
  return {
    name: `${element.localName} ${element.getAttribute("aria-label") ?? element.textContent.trim().slice(0, 40)}`,
    stage: element.getRootNode() !== document,
    ringed: (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1) || boxShadow !== "none",
    uncovered: element.contains(hit),
  };
}"""

# What the stages let one do, in the order in which it stands in the page.
REACHABLE = """() => {
  const hosts = [...document.querySelectorAll("*")].filter(({ shadowRoot }) => shadowRoot);
  const all = hosts.flatMap(({ shadowRoot }) => [...shadowRoot.querySelectorAll("button, select, textarea, input, a, summary, [tabindex='0']")]);
  return all.filter((element) => !element.disabled && element.tabIndex >= 0 && element.checkVisibility())
    .map((element) => `${element.localName} ${element.getAttribute("aria-label") ?? element.textContent.trim().slice(0, 40)}`);
}"""


class Visitor:
    """Goes from page to page in one tab."""

    def __init__(self, page, url):
        self.page, self.url, self.path, self.theme = page, url, None, "light"
        page.add_init_script("window.addEventListener('gatelab:painted', ({detail}) => (window.painted = detail))")

    def open(self, path):
        self.path, self.theme = path, "light"
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": 1400, "height": 900})
        self.page.goto(f"{self.url}/{path}")
        self.settle()
        assert not self.page.locator("[data-testid=stException]").count(), f"/{path} shows an error"

    def settle(self):
        self.page.wait_for_function(READY, arg=[self.theme, self.path not in STAGELESS], timeout=30_000)
        self.page.evaluate(FRAMES)

    def unfold(self):
        """Open all that opens: expanders, Explore, all gates, the tree of a beam, what lets a model write."""
        more = self.page.get_by_role("button", name="More", exact=True, expanded=False)
        for folded in (self.page.locator("details:not([open]) > summary").filter(visible=True), self.page.get_by_role("button", name="All gates"), more):
            for _ in range(folded.count()):
                folded.first.click()  # then it is no longer among them
        if self.page.get_by_role("button", name="Let it write", expanded=False).count():
            self.page.get_by_role("button", name="Let it write").click()
        if self.page.get_by_label("Decoding", exact=True).count():
            self.page.get_by_label("Decoding", exact=True).select_option("3")
            self.page.locator("canvas.tree").wait_for()
        if self.page.locator(".explore").count():
            self.page.locator(".explore").click()
            self.page.get_by_role("button", name="Download CSV").wait_for(timeout=30_000)
        self.settle()

    def show(self, width, theme):
        """The whole page at once: axe judges only what is in sight."""
        self.theme = theme
        self.page.emulate_media(color_scheme=theme)
        if width != self.page.viewport_size["width"] or self.page.viewport_size["height"] == 900:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.settle()
            self.page.set_viewport_size({"width": width, "height": 200 + self.page.evaluate("document.querySelector('.stMain').scrollHeight")})
        self.settle()

    def violations(self):
        """What axe finds, serious or critical: one line for each rule and element."""
        found = self.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
        serious = [rule for rule in found if rule["impact"] in ("serious", "critical")]
        return [
            f"{rule['id']} ({rule['impact']}) at {_last(node['target'])}: {' '.join(node['failureSummary'].split())}"
            for rule in serious
            for node in rule["nodes"]
        ]


def _last(target):
    """Where an element is, without the way through the shadow roots."""
    return target if isinstance(target, str) else _last(target[-1])


@pytest.fixture(scope="module")
def visitor(server, chromium):
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, color_scheme="light")
    watched = Watched(context.new_page())
    watched.allowed = ("404",)  # Streamlit itself asks for /compare/_stcore/health first
    yield Visitor(watched.page, server.url)
    context.close()
    assert not watched.wrong, "\n".join(watched.wrong)


@pytest.fixture(scope="module", params=PAGES)
def page(request, visitor):
    """Each page of the navigation, loaded once for all that is asked of it."""
    visitor.open(request.param)
    return visitor


def test_tab_reaches_everything_in_order_and_is_always_seen(page):
    first, reached = None, []
    for _ in range(250):
        page.page.keyboard.press("Tab")
        focused = page.page.evaluate(FOCUSED)
        if focused is None or focused["name"] == first:  # the end of the page; some go on at its beginning
            break
        first = first or focused["name"]
        assert focused["ringed"], f"nothing shows that {focused['name']} has the focus"
        assert focused["uncovered"] or not focused["stage"], f"{focused['name']} has the focus behind something else"
        reached += [focused["name"]] * focused["stage"]
    else:
        pytest.fail(f"Tab never leaves the page: it is at {focused['name']}")
    assert reached == page.page.evaluate(REACHABLE)


def test_axe_finds_nothing_serious(page):
    page.unfold()
    page.page.evaluate(AXE_SCRIPT)
    page.page.evaluate(STRICT)
    wrong = []
    for width, theme in LOOKS:
        page.show(width, theme)
        found = page.violations()
        if found:
            page.page.wait_for_timeout(1000)  # something may have been fading
            found = page.violations()
        wrong += [f"{page.path}, {width} px, {theme}: {line}" for line in found]
    assert not wrong, "\n".join(wrong)


def focused(visitor):
    visitor.page.evaluate(FRAMES)
    return (visitor.page.evaluate(FOCUSED) or {"name": "nothing"})["name"]


def tab_to(visitor, name):
    for _ in range(40):
        visitor.page.keyboard.press("Tab")
        if focused(visitor) == name:
            return
    pytest.fail(f"Tab does not reach {name!r}")


def test_the_focus_stays_where_a_table_is_made_anew(visitor):
    visitor.open("watch")
    visitor.page.locator(".panel button").nth(2).focus()
    title = visitor.page.locator(".panel h3").inner_text()
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_function(
        "(title) => document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot.querySelector('.panel h3').innerText !== title", arg=title
    )
    assert focused(visitor).startswith("button unit ")


# Focuses a button of a stage that was not pressed yet, and tells its name; of those that are alike, as examples are, two are enough.
# It begins at the end of the page: what opens a question, and hides other buttons, stands further up.
NEXT_BUTTON = """(skipped) => {
  const pressed = (window.pressed ??= []);
  const hosts = [...document.querySelectorAll("*")].filter(({ shadowRoot }) => shadowRoot);
  const all = hosts.flatMap(({ shadowRoot }) => [...shadowRoot.querySelectorAll("button:enabled")]).filter((button) => button.checkVisibility());
  const named = all.map((button) => ({ button, kind: button.className, name: button.getAttribute("aria-label") ?? button.textContent.trim() }));
  const left = named.filter(({ kind, name }) => !skipped.some((start) => name === start || (start.endsWith(" ") && name.startsWith(start)))
    && !pressed.some((other) => other.name === name) && (!kind || pressed.filter((other) => other.kind === kind).length < 2));
  const next = left.at(-1);
  if (!next) return null;
  pressed.push(next);
  next.button.focus();
  return next.name;
}"""
NOT_PRESSED = [
    "Copy ",
    "Explore ",
    "Play",
    "Open a file",
    "Start a class",
]  # the clipboard, another run of the page, a page of the lesson in the making, a file, a class for later tests
ANSWERED = 250  # ms in which what was pressed is answered and painted


@pytest.mark.parametrize("path", [path for path in PAGES if path not in STAGELESS])
def test_a_button_pressed_with_a_key_leaves_the_focus_on_the_stage(visitor, path):
    visitor.open(path)
    pressed = []
    while name := visitor.page.evaluate(NEXT_BUTTON, NOT_PRESSED):
        visitor.page.keyboard.press("Enter")
        visitor.page.wait_for_timeout(ANSWERED)
        now = visitor.page.evaluate(FOCUSED)
        assert now and now["stage"], f"{name!r} was pressed after {pressed}, and the focus is lost"
        pressed.append(name)
    assert len(pressed) > 5
    if path == "attention":
        assert "Give all steps their own weights back (Escape)" in pressed


def test_a_prediction_is_made_with_keys_alone(visitor):
    visitor.open("attention")
    visitor.page.get_by_role("button", name="the month?").focus()
    for key in ("Enter", "ArrowLeft", "Enter"):
        visitor.page.keyboard.press(key)
        visitor.page.evaluate(FRAMES)
    visitor.page.locator(".predict").get_by_text("You chose").wait_for()
    tab_to(visitor, "button Reveal")
    visitor.page.keyboard.press("Enter")
    visitor.page.locator(".told").wait_for()
    assert focused(visitor).startswith("button ")


# Notes each text that a screen reader is given, from now on.
HEAR = """() => {
  window.heard = [];
  const spoken = [...document.querySelectorAll("*")].map(({ shadowRoot }) => shadowRoot?.querySelector(".unseen[aria-live]")).find(Boolean);
  new MutationObserver(() => window.heard.push(spoken.textContent)).observe(spoken, { childList: true, characterData: true, subtree: true });
}"""
RESTED = 1600  # ms after which typing rests, for sure
SLOWLY = 600  # ms between the keys of a slow typist


def says(model, text):
    """What a network says at the end of a text, as it is spoken."""
    seen = trace(zoo.load(model), text)
    if hasattr(seen, "output"):
        return f"Output: {seen.output}"
    best = int(np.argmax(seen.probs[-1]))
    return f"The network says {zoo.load(model).spec.outputs[best]} {100 * seen.probs[-1, best]:.0f} %."


@pytest.mark.parametrize(
    ("path", "model", "text", "typed"),
    [
        ("lstm", "sentiment-lstm", "a film", " not bad"),
        ("simple-rnn", "sentiment-rnn", "a film", " not bad"),
        ("", "sentiment-lstm", "a film", " not bad"),
        ("attention", "dates-additive", "5 mars 199", "8"),
        ("self-attention", "dates-transformer", "5 mars 199", "8"),
    ],
)
def test_the_answer_is_spoken_once_and_only_when_typing_rests(visitor, path, model, text, typed):
    visitor.open(path)
    visitor.page.locator("textarea").fill(text)
    visitor.page.wait_for_timeout(RESTED)
    visitor.page.evaluate(HEAR)
    visitor.page.locator("textarea").press("End")
    visitor.page.keyboard.type(typed, delay=SLOWLY)
    assert visitor.page.evaluate("window.heard") == []  # not at each letter
    visitor.page.wait_for_function("window.heard.length")
    visitor.page.wait_for_timeout(RESTED)  # and no second time
    heard = visitor.page.evaluate("window.heard")
    assert len(heard) == 1 and says(model, text + typed) in heard[0], heard


def test_the_choice_of_a_prediction_and_what_reveal_tells_are_spoken(visitor):
    visitor.open("attention")
    text = visitor.page.locator("textarea").input_value()
    visitor.page.get_by_role("button", name="the month?").focus()
    visitor.page.wait_for_timeout(RESTED)
    visitor.page.evaluate(HEAR)
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_function("window.heard.length")
    visitor.page.wait_for_timeout(RESTED)
    (asked,) = visitor.page.evaluate("window.heard")
    assert "Which characters will the decoder look at to write the month? Nothing is chosen yet." in asked and "looked most" not in asked
    for key in ("ArrowLeft", "Enter"):
        visitor.page.keyboard.press(key)
        visitor.page.evaluate(FRAMES)
    visitor.page.wait_for_function("window.heard.at(-1).includes('You chose ')")
    chosen = visitor.page.evaluate("window.heard").pop()
    assert "You chose “" in chosen and "looked most" not in chosen
    visitor.page.get_by_role("button", name="Reveal").focus()
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_function("window.heard.at(-1).includes('looked most at')")
    told = visitor.page.evaluate("window.heard").pop()
    weights = trace(zoo.load("dates-additive"), text)["weights"]
    assert told.count("looked most at") >= 2 and f"({weights[5].max():.2f}, token {weights[5].argmax() + 1})" in told
    assert visitor.page.locator(".told").inner_text() in told


def test_a_phone_s_menu_takes_the_focus_only_while_it_is_open(visitor):
    visitor.open("compare")
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    expand = visitor.page.get_by_test_id("stExpandSidebarButton")
    expand.wait_for()
    for _ in range(6):
        visitor.page.keyboard.press("Tab")
        assert "Self-attention" not in focused(visitor)
    expand.click()
    visitor.page.get_by_test_id("stSidebarNavLink").first.focus()
    tab_to(visitor, "a 6 Self-attention")
