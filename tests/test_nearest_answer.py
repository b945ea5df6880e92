"""The network runs in the page: the engine answers where the weights are here, the server elsewhere, and PyTorch checks at rest."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from safetensors.numpy import load, save

from gatelab import zoo
from gatelab.traces import trace

PAGES = {
    "/watch": "Some words of mine.",
    "/lstm": "not a good film , a great one",
    "/compare": "Some words.",
    "/memory": "never mind",
    "/attention": "7 mai 1987",
    "/self-attention": "we are happy .",
}
PAINTED = "window.addEventListener('gatelab:painted', ({detail}) => (window.painted = detail))"
CHECKPOINT = re.compile(r"/live/models/.*\.safetensors")


class Near:
    """A page whose requests are counted, and can be cut off."""

    def __init__(self, page, url):
        self.page, self.url, self.posts = page, url, []
        page.add_init_script(PAINTED)
        page.on("request", lambda request: self.posts.append(request.url) if request.method == "POST" and "/live/" in request.url else None)

    def open(self, path):
        with self.page.expect_response(lambda response: CHECKPOINT.search(response.url), timeout=60_000) if self.arrives else _nothing():
            self.page.goto(self.url + path)
        self.page.wait_for_function("window.painted !== undefined", timeout=30_000)
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_timeout(1500)
        self.posts.clear()

    arrives = True

    def type(self, text):
        box = self.page.locator("textarea")
        box.fill("")
        box.press_sequentially(text, delay=20)
        self.page.wait_for_function("(text) => window.painted.text === text", arg=text, timeout=20_000)

    @property
    def said(self):
        """What the check says, once it has."""
        self.page.locator(".check summary").filter(visible=True).wait_for(timeout=15_000)
        return self.page.locator(".check summary").inner_text()


class _nothing:
    def __enter__(self):
        return None

    def __exit__(self, *error):
        return False


@pytest.fixture
def near(server, watched):
    watched.allowed = ("404", "ERR_FAILED", "ERR_CONNECTION")  # Streamlit's own requests, and those that a test cuts off
    return Near(watched.page, server.url)


@pytest.mark.parametrize("path", PAGES)
def test_keys_cost_the_server_nothing_and_pytorch_agrees_when_typing_rests(near, path):
    near.open(path)
    near.type(PAGES[path])
    assert near.posts == []
    assert re.fullmatch(r"PyTorch agrees: largest difference \d(\.\d)?·10⁻[⁵⁶⁷⁸⁹]", near.said), near.said
    assert len(near.posts) == 1
    near.page.locator(".check summary").click()
    expect(near.page.locator(".check tbody tr").nth(1)).to_be_visible()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_works_on_when_the_server_is_gone(near, path):
    near.open(path)
    near.page.route("**/live/**", lambda route: route.abort())
    near.type(PAGES[path])
    near.page.wait_for_timeout(1500)
    expect(near.page.locator(".badge")).to_have_text("")
    expect(near.page.locator(".check summary")).to_have_count(0)
    if path == "/attention":
        expect(near.page.locator(".answer .output b")).to_have_text(trace(zoo.load("dates-additive"), PAGES[path]).output)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_works_by_the_server_when_the_weights_never_come(near, path):
    near.page.route(CHECKPOINT, lambda route: route.abort())
    near.arrives = False
    near.open(path)
    near.type(PAGES[path])
    assert near.posts
    expect(near.page.locator(".check summary")).to_have_count(0)


def test_of_an_empty_text_nothing_is_compared(near):
    near.open("/watch")
    near.type("It is a truth")
    assert near.said
    near.page.locator("textarea").fill("")
    near.page.wait_for_timeout(2500)  # longer than typing rests, and the server takes
    expect(near.page.locator(".check summary")).to_have_count(0)


def test_numbers_that_are_not_pytorch_s_are_named_and_replaced_by_its_own(near):
    def other_weights(route):
        arrays = load((zoo.ZOO / "prose-lstm.safetensors").read_bytes())
        arrays["recurrent.weight_hh_l0"] = np.roll(arrays["recurrent.weight_hh_l0"], 1, axis=0)
        spec = re.search(rb'"spec": ?"((?:[^"\\]|\\.)*)"', (zoo.ZOO / "prose-lstm.safetensors").read_bytes())[1]
        route.fulfill(body=save(arrays, {"spec": spec.decode().encode().decode("unicode_escape")}), content_type="application/octet-stream")

    near.page.route(CHECKPOINT, other_weights)
    near.open("/watch?model=prose-lstm")
    near.type("It is a truth")
    said = near.said
    assert re.match(r"PyTorch disagrees: \w+ at step \d+ differs by .*PyTorch’s values are shown\.", said), said
    expected = trace(zoo.load("prose-lstm"), "It is a truth")
    best = expected.model.vocabulary.tokens[int(expected.probs[-1].argmax())]
    expect(near.page.locator(".next .guess b").first).to_have_text({" ": "␣"}.get(best, best))
    near.posts.clear()
    near.type("It is a truth.")
    assert near.posts  # from now on the server answers for this model


def test_a_thin_line_says_how_much_of_the_network_has_come(near):
    session = near.page.context.new_cdp_session(near.page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {"offline": False, "latency": 20, "downloadThroughput": 500_000, "uploadThroughput": 500_000})
    near.page.goto(near.url + "/attention?model=translate-additive")
    line = near.page.locator(".arriving span")
    line.wait_for(timeout=60_000)
    widths = []
    while line.is_visible():
        widths.append(float(line.evaluate("(line) => line.style.width").removesuffix("%") or 0))
        near.page.wait_for_timeout(200)
    assert widths == sorted(widths) and len({width for width in widths if 0 < width < 100}) > 3, widths
    near.posts.clear()
    near.type("the cat sleeps .")
    assert near.posts == []
