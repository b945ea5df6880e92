"""The stage as a test sees it: type, wait for the picture, and read it back."""

import io

import numpy as np
from PIL import Image

from gatelab import zoo
from gatelab.figures.picture import shades
from gatelab.traces import trace
from tests.browser import keep_out_networks

MAP_TOP = 19  # CSS pixels from the top of a heatmap of all units to its first: the strip of the chosen unit and a gap


class StagePage:
    """A page with the stage on it."""

    def __init__(self, page, url, path="/watch", networks=True):
        self.page = page
        if page.viewport_size == {"width": 1400, "height": 1900}:
            page.set_viewport_size({"width": 1400, "height": 2600})  # all maps of all units are in sight
        if not networks:
            keep_out_networks(page)
        page.add_init_script("window.addEventListener('gatelab:painted', ({detail}) => { window.painted = detail; window.paints = (window.paints ?? 0) + 1; })")
        page.goto(url + path)
        page.wait_for_function("window.painted !== undefined", timeout=30_000)
        self.wait_for(self.text)
        if networks:
            page.wait_for_selector(".numbers:has-text('=')")  # the weights have arrived
        page.locator(".more > summary").click()  # the unit, the order, the color of the text and the speed

    @property
    def text(self):
        return self.page.locator("textarea").input_value()

    def show(self, maps):
        """Let the maps show "A few units", "All units" or "One unit"."""
        self.page.get_by_role("group", name="Maps", exact=True).get_by_role("button", name=maps).click()
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    @property
    def few(self):
        """Whether the maps show a few units, with their names."""
        return self.page.get_by_role("button", name="A few units").get_attribute("aria-pressed") == "true"

    @property
    def unit(self):
        return int(self.page.get_by_label("Unit", exact=True).input_value())

    def units(self):
        """The units from top to bottom, as the maps show them."""
        model = zoo.load(self.model)
        if not self.few:
            return model.by_similarity.numpy()
        named = [one["unit"] for one in zoo.card(self.model)["measured"]["units"]]
        return np.array(named if self.unit in named else [*named, self.unit])

    @property
    def model(self):
        return self.page.get_by_label("Model", exact=True).input_value()

    def wait_for(self, text, model=None):
        """Wait until the stage has painted just this text."""
        self.page.wait_for_function(
            "([text, model]) => window.painted?.text === text && (!model || window.painted.model === model)", arg=[text, model], timeout=10_000
        )
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def replace(self, text):
        """Put a text in as a paste does."""
        self.page.locator("textarea").fill(text)

    def check_picture(self, text, model=None):
        """Compare the whole picture with Python's own trace: the color of every visible entry, and a few hovered numbers."""
        self.wait_for(text, model)
        model = zoo.load(model or self.model)
        expected = trace(model, text)
        assert self.page.locator("canvas.heatmap").count() == len(expected.names)
        self.page.mouse.move(2, 2)  # no tip in the picture
        screen = np.asarray(Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")).astype(int)
        for name in expected.names:
            box = self.page.locator(f"canvas[data-name='{name}']").bounding_box()
            self.check_colors(screen, box, expected, name, self.units())
            self.check_tip(expected, name, box)

    def check_colors(self, screen, box, expected, name, order):
        """Every visible entry of a heatmap, and with all units the strip of the chosen one above it, has the color of its value."""
        values, ranges, top = expected[name], expected.ranges, 0 if self.few else MAP_TOP
        step, visible = self.window()
        start = max(0, len(values) - visible)
        row = (box["height"] - top) / len(order)
        assert row >= 22 or not self.few
        for k, t in enumerate(range(start, len(values) - 1)):  # the last column has the cursor's frame
            x = round(box["x"] + (k + 0.5) * step)
            strip = screen[round(box["y"]) + 8, x]
            assert self.few or near(strip, values[t, self.unit], name, ranges), f"{name}: strip at step {t + 1}"
            y = np.floor(box["y"] + top + (np.arange(len(order)) + 0.5) * row).astype(int)
            right = near(screen[y, x], values[t, order], name, ranges)
            beside = (not self.few) & (abs(np.arange(len(order)) - list(order).index(self.unit)) <= 1)  # the hairlines that frame the chosen unit
            assert (right | beside).all(), f"{name}: units {order[~(right | beside)]} at step {t + 1}"

    def check_ribbon(self, values, name, cursor, ranges):
        """Every visible cell of the ribbon has the color of its value, for a text that fits the stage."""
        self.page.mouse.move(2, 2)
        screen = np.asarray(Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")).astype(int)
        box = self.page.locator("canvas.ribbon").bounding_box()
        step, _ = self.window()
        for t, value in enumerate(values):
            if t not in (cursor - 1, cursor, cursor + 1):  # the cursor's frame
                corner = screen[round(box["y"]) + 2, round(box["x"] + t * step) + 3]
                assert near(corner, value, name, ranges), f"ribbon at step {t + 1}"

    def window(self):
        """Width of a step in CSS pixels, and how many fit (static/kit/view.js)."""
        width = self.page.locator(".lane").first.bounding_box()["width"]
        step = min(27, max(14, int(width // 68)))
        return step, int(width // step)

    def check_tip(self, expected, name, box):
        """What hovering says at a point is what Python's trace has there."""
        for x, y in ((5, 8), (5, 40), (22, 120)):
            self.page.mouse.move(box["x"] + x, box["y"] + y)
            tip = self.page.locator(".tip")
            if tip.is_hidden():
                continue  # behind the last step
            t, unit, shown = parse_tip(tip.inner_text(), name)
            assert abs(shown - expected[name][t, unit]) < 0.000501


def near(color, value, name, ranges):
    """Whether a painted color is that of a value, up to the rounding of 256 shades."""
    return abs(color - shades(np.asarray(value), name, "light", ranges=ranges).astype(int)).max(axis=-1) <= 4


def parse_tip(said, name):
    """`step 3 'e' · unit 17 · f = 0.932` -> (2, 17, 0.932)."""
    step = int(said.split()[1]) - 1
    unit = int(said.split("unit ")[1].split()[0])
    return step, unit, number(said.split(f"{name} = ")[1])


def number(text):
    """A number as the stage writes it, with a real minus sign."""
    return float(text.replace("\u2212", "-"))
