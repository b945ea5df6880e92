"""The Compare and the Memory page as a test sees them: type, choose, wait for the picture, read it back."""

import io
from contextlib import contextmanager

import numpy as np
from PIL import Image

from gatelab import zoo
from tests.browser import Watched

NOTE = "window.addEventListener('gatelab:painted', ({detail}) => { window.painted = detail; window.paints = (window.paints ?? 0) + 1; })"
OVERFLOW = "() => { const main = document.querySelector('[data-testid=stMain]'); return main.scrollWidth - main.clientWidth; }"


def card(model):
    """What the card of any model must have at least, for one that nobody trained."""
    lengths = {"score": "exact match", "length": "characters", "bins": []}
    return {
        "task": model.spec.name.split("-")[0],
        "parameters": sum(p.numel() for p in model.parameters()),
        "scores": {},
        "training_minutes": 0,
        "command": "",
        "data": {"title": "none"},
        "held_out_nats_per_character": 1,
        "by_length": lengths,
    }


class FamilyPage:
    """A page with several models of one task on it."""

    def __init__(self, page, url, path):
        self.page, self.name = page, path.strip("/").partition("?")[0]
        page.add_init_script(NOTE)
        page.goto(url + path)
        page.wait_for_function("window.painted !== undefined", timeout=30_000)
        self.settle()

    @property
    def text(self):
        return self.page.locator("textarea").input_value()

    @property
    def models(self):
        """The names of the models whose answers are painted."""
        return self.page.evaluate("window.painted.models")

    def settle(self):
        """Wait until what was last done has been painted."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def wait_for(self, text, models=None):
        """Wait until just this text is painted, by these models."""
        self.page.wait_for_function(
            "([text, models]) => window.painted?.text === text && (!models || window.painted.models.join() === models.join())",
            arg=[text, models],
            timeout=10_000,
        )
        self.settle()

    def replace(self, text, models=None):
        """Put a text in as a paste does."""
        self.page.locator("textarea").fill(text)
        self.wait_for(text, models)

    def choose_task(self, task, opening):
        self.page.get_by_label("Task", exact=True).select_option(task)
        self.wait_for(opening)

    def chip(self, name):
        return self.page.locator(".picker").get_by_role("button", name=name, exact=True).first

    def begin_anew(self):
        """Back to what the page opens on, without the time that loading it takes: another task, then the first one."""
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": 2000, "height": 1900})
        self.page.evaluate("scrollTo(0, 0)")
        first, *others = zoo.families()
        for task in (others[0], first):
            self.choose_task(task, zoo.opening(zoo.families()[task][0], self.name).text)
        if self.page.get_by_label("Show", exact=True).count():
            self.page.get_by_label("Show", exact=True).select_option("memory")
        self.settle()

    def go_to(self, step):
        """Move the cursor to a step, counted from 1, by the slider."""
        self.page.get_by_label("Step", exact=True).fill(str(step))
        self.settle()

    def tip(self, locator, x, y):
        """The lines of what hovering says at a place of a canvas."""
        locator.hover(position={"x": x, "y": y})
        return self.page.locator(".tip").inner_text().split("\n")

    def screen(self):
        self.page.mouse.move(2, 2)  # no tip in the picture
        return np.asarray(Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")).astype(int)

    def column(self):
        """Width of a character's step in CSS pixels (static/kit/view.js)."""
        return min(27, max(14, int(self.page.locator(".lane").first.bounding_box()["width"] // 68)))

    def overflow(self):
        return self.page.evaluate(OVERFLOW)


@contextmanager
def opened(chromium, url, path):
    """A page that several tests share, each of which begins anew; (the page, what went wrong on it)."""
    context = chromium.new_context(viewport={"width": 2000, "height": 1900}, color_scheme="light")
    watched = Watched(context.new_page())
    watched.allowed = ("404",)  # Streamlit itself asks for /compare/_stcore/health first
    yield FamilyPage(watched.page, url, path), watched
    context.close()


def sent(page):
    """What the browser tells Streamlit from now on, or from its next load: a list that grows."""
    frames = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(frame)))
    return frames


def asked(page, route):
    """The requests to a route from now on: a list that grows."""
    requests = []
    page.on("request", lambda request: requests.append(request.post_data_json) if request.url.endswith(route) else None)
    return requests
