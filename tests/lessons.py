"""The stage of a lesson as a test sees it: type, choose, walk, and read back everything that it says; and what it should say."""

import itertools
import re
from functools import cache

import numpy as np

from gatelab import zoo
from gatelab.text import tokenize
from gatelab.traces import trace
from tests.browser import Watched, finished, show_more
from tests.equations import parameters, sigmoid
from tests.families import NOTE, OVERFLOW, sent
from tests.stage import number

OWN = "Never zzyzx, and not dull"
"""A sentence that no page opens on: six tokens, the second one unknown to every model."""

LOOK = """async (stage) => {
  await new Promise(requestAnimationFrame); // what was asked for before is painted
  const all = (of, selector) => [...of.querySelectorAll(selector)];
  const text = (selector) => stage.querySelector(selector)?.textContent ?? null;
  const pressed = (element) => element.getAttribute("aria-pressed") === "true";
  const shown = (element) => element && getComputedStyle(element).display !== "none";
  const tiles = Object.fromEntries(all(stage, ".tile").map((tile) => [
    Math.round(tile.getAttribute("transform").match(/-?[\\d.]+/)[0] / 360),
    {
      token: tile.querySelector(".token").textContent,
      numbers: all(tile, "[data-of]").map((label) => [label.dataset.of, label.textContent]),
      lit: all(tile, "[data-key]:not(.dim)").map((group) => group.dataset.key),
      dim: all(tile, "[data-key].dim").map((group) => group.dataset.key),
      framed: tile.querySelector("[data-key].chosen")?.dataset.key ?? null,
      flows: all(tile, ".flow").map((flow) => flow.getAttribute("stroke")),
      fills: all(tile, ".part:not(.op) .box").map((box) => box.getAttribute("fill")),
      here: tile.classList.contains("here"),
    },
  ]));
  const at = Object.keys(tiles).find((t) => tiles[t].here);
  const walk = all(stage, ".walk button").slice(0, -1);
  const close = all(stage, "button").find((button) => button.textContent.includes("Closer"));
  const panel = stage.querySelector(".panel");
  const diagram = stage.querySelector(".diagram");
  return {
    step: at === undefined || !shown(diagram) ? null : Number(at), tiles,
    model: text(".facts").split(":")[0],
    parts: shown(stage.querySelector(".parts")) ? Object.fromEntries(all(stage, ".parts .chip").map((chip) => [chip.dataset.key, chip.querySelector("b").textContent.trim()])) : {},
    chosen: all(stage, ".parts .chip").find(pressed)?.dataset.key ?? null,
    stage: walk.findIndex(pressed),
    level: close.disabled ? 2 : diagram.dataset.level === "text" ? 0 : 1,
    story: text(".story p"), spoken: text(".unseen[aria-live]"), hides: shown(stage.querySelector(".story button")), equation: text(".story .equation"),
    panel: panel.hidden ? null : panel.textContent, title: panel.hidden ? null : text(".panel h3"), numbers: panel.hidden ? null : text(".panel .numbers"),
    terms: panel.hidden ? [] : all(panel, ".terms tr").map((row) => [row.cells[0].textContent, row.cells[2].textContent]),
    rows: Object.fromEntries(all(stage, ".row").filter((row) => row.querySelector("b")).map((row) => [row.querySelector("b").textContent, !row.classList.contains("dim")])),
    labels: all(stage, "canvas, .diagram").map((element) => element.getAttribute("aria-label")),
    mean: all(stage, "button").find((button) => button.textContent === "mean of all").getAttribute("aria-pressed") === "true",
    slider: shown(stage.querySelector(".whatif")) ? text(".whatif output") : null,
    purpose: text(".purpose"), legend: text(".colors-of"), caption: text(".note-of-unit"),
    note: text(".note"), badge: text(".badge"), counter: text(".counter"), theme: stage.dataset.theme,
    tip: stage.querySelector(".tip").hidden ? null : text(".tip"),
    view: diagram.getAttribute("viewBox"),
  };
}"""

SAID = """(page) => {
  const found = [];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) found.push(node.data);
    if (node.nodeType === Node.ELEMENT_NODE) {
      if (["STYLE", "SCRIPT"].includes(node.tagName)) return;
      for (const name of ["aria-label", "title", "alt", "placeholder", "aria-valuetext"]) if (node.hasAttribute(name)) found.push(node.getAttribute(name));
      if ("value" in node && typeof node.value === "string") found.push(node.value);
      if (node.shadowRoot) walk(node.shadowRoot);
    }
    for (const child of node.childNodes) walk(child);
  };
  walk(document.body);
  return found.join("\\n");
}"""

EACH_PART = """async (stage) => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const found = {};
  for (const chip of stage.querySelectorAll(".parts .chip")) {
    chip.click();
    await frame();
    const panel = stage.querySelector(".panel");
    found[chip.dataset.key] = {
      numbers: panel.querySelector(".numbers").textContent, equation: panel.querySelector(".equation").textContent, said: stage.querySelector(".story .equation").textContent,
      terms: [...panel.querySelectorAll(".terms tr")].map((row) => [row.cells[0].textContent, row.cells[2].textContent]),
    };
  }
  return found;
}"""

COLUMNS = """(stage, wide) => [...stage.querySelectorAll(".strip-row")].map((canvas) => {
  const ratio = canvas.width / parseFloat(canvas.style.width);
  const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
  const pixels = copy.getContext("2d", { willReadFrequently: true });
  pixels.drawImage(canvas, 0, 0);
  const count = Math.round(parseFloat(canvas.style.width) / wide);
  return Array.from({ length: count }, (_, k) => pixels.getImageData(Math.floor((k * wide + 3.5) * ratio), Math.floor(4 * ratio), 1, 1).data.slice(0, 3).join());
})"""


VISIBLE = "␣⏎⇥◌"
"""What stands for a token that leaves no mark of its own."""


class LessonPage:
    """A page with the stage of a lesson on it."""

    def __init__(self, page, url, path, more=True):
        self.page, self.url, self.path, self.more = page, url, path, more
        page.add_init_script(NOTE)
        self.frames = sent(page)
        self.open(path)

    def open(self, path):
        self.page.goto(self.url + path)
        self.page.wait_for_function("window.painted !== undefined", timeout=30_000)
        finished(self.page)  # its sentences and questions
        self.stage = self.page.locator(".stage.lesson")
        self.board = self.page.locator(".board")
        self.area = self.page.locator("textarea")
        if self.more:
            show_more(self.page)  # unit, mean, nearer and farther, numbers, link
        self.settle()

    @property
    def text(self):
        return self.area.input_value()

    def settle(self):
        """Wait until what was last done has been painted."""
        self.page.evaluate("() => new Promise(requestAnimationFrame)")  # what paints was there before

    def wait_for(self, text, model=None):
        """Wait until just this text has been painted, by this model."""
        self.page.wait_for_function(
            "([text, model]) => window.painted?.text === text && (!model || window.painted.model === model)", arg=[text, model], timeout=10_000
        )
        self.settle()

    def look(self):
        """All that stands on the stage, when what was last done has been painted."""
        return self.stage.evaluate(LOOK)

    def said(self):
        """Every text, label and tooltip of the whole page."""
        return self.page.evaluate(SAID)

    def each_part(self):
        """Click every part's button: key -> what the panel then says."""
        return self.stage.evaluate(EACH_PART)

    def wide(self, steps, words=True):
        """CSS pixels of a step in the rows."""
        room = self.page.locator(".strips .lane").first.evaluate("(lane) => lane.clientWidth")
        return min(130, max(62, room // steps)) if words else min(27, max(14, room // 68))

    def columns(self, steps, words=True):
        """Of each row, text first, the color at each step, where all of them are in sight: "r,g,b"."""
        self.settle()
        return [colors[:steps] for colors in self.stage.evaluate(COLUMNS, self.wide(steps, words))]

    def replace(self, text, model=None):
        """Put a text in as a paste does."""
        if self.text != text:
            self.area.fill(text)
        self.wait_for(text[:2000], model)

    def choose(self, model):
        chip = self.page.locator(f".cells button[title='{model}']")
        if chip.count():
            chip.click()
            self.page.wait_for_function("model => window.painted.model === model", arg=model, timeout=10_000)

    def keys(self, *keys):
        """The same as `press` at once, for what a test begins from."""
        self.board.evaluate("(board, keys) => keys.forEach((key) => board.dispatchEvent(new KeyboardEvent('keydown', { key })))", keys)

    def press(self, *keys):
        self.board.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def go(self, step):
        """Move to a step, counted from 0."""
        self.keys("Home", *["ArrowRight"] * step)

    def choose_unit(self, unit):
        """One unit, or None for the mean of all."""
        if unit is None:
            if not self.look()["mean"]:
                self.page.get_by_role("button", name="mean of all").click()
            return
        box = self.page.get_by_label("Unit", exact=True)
        box.fill(str(unit))
        box.press("Enter")

    def begin(self, model, text=OWN, unit=3):
        """A text and a unit of a model, one whole step from near, at the last token."""
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        if self.look()["model"] != model:
            self.choose(model)
        self.replace(text, model)
        self.lift()
        if self.page.get_by_label("Unit", exact=True).input_value() != str(unit):
            self.choose_unit(unit)
            self.lift()
        if self.look()["mean"]:
            self.keys("m")
        self.keys("0", "Escape", "Escape", "Enter", "End")
        self.page.locator(".parts b", has_text="?").first.wait_for(state="detached")  # the weights have arrived
        return self

    def lift(self):
        """Give up the questions that hide something here."""
        if self.look()["hides"]:
            self.page.get_by_role("button", name="Show it without an answer").click()

    def part(self, key):
        """The gate, candidate or operation of the step in sight."""
        return self.page.locator(f".tile.here .part[data-key='{key}']").first

    def ask(self, k):
        """Open a question of the text, counted from 0: its card."""
        card = self.page.locator(".ask").nth(k)
        if card.get_by_role("button", name="Once more").count():
            card.get_by_role("button", name="Once more").click()
        card.get_by_role("button", name="Ask me").click()
        return card

    def check(self, model, text, step, unit):
        """The diagram and the parts' buttons show what the model's trace of a text has at a step; the steps beside it theirs."""
        seen = self.look()
        expected = mean_or_unit(carried(model, text), unit)
        assert (seen["model"], seen["step"], seen["mean"]) == (model, step, unit is None), (seen["model"], seen["step"], seen["mean"])
        tokens = tokenize(text, zoo.load(model).spec.unit)
        for t, tile in seen["tiles"].items():
            if tile["token"] not in VISIBLE:
                assert tokens[int(t)].startswith(tile["token"].rstrip("…")), tile["token"]
            for key, shown in tile["numbers"]:
                close(shown, expected[key][int(t)], 2, f"{key} at step {int(t) + 1}")
        assert set(seen["parts"]) == set(expected)
        for key, shown in seen["parts"].items():
            close(shown, expected[key][step], 3, key)
        return seen

    def overflow(self):
        return self.page.evaluate(OVERFLOW)


class Lessons:
    """One browser tab a lesson, opened when first asked for; `check` is for the end of a test."""

    def __init__(self, context, url):
        self.context, self.url, self.opened = context, url, {}

    def __call__(self, path):
        if path not in self.opened:
            watched = Watched(self.context.new_page())
            watched.allowed = ("404",)  # Streamlit itself asks for /lstm/_stcore/health first
            self.opened[path] = LessonPage(watched.page, self.url, path), watched
        lesson, _ = self.opened[path]
        lesson.page.bring_to_front()
        return lesson

    def check(self):
        wrong = [line for _, watched in self.opened.values() for line in watched.wrong]
        for _, watched in self.opened.values():
            watched.wrong = []
        assert not wrong, "\n".join(wrong)


# What should be seen


@cache
def carried(name, text):
    """Everything that flows through a cell while it reads a text: key -> (T, H), from the trace and the checkpoint's weights."""
    model = zoo.load(name)
    cell, seen, w = model.spec.cell, trace(model, text), parameters(model.recurrent)
    v = {key: np.asarray(seen[key], float) for key in seen.names}
    before = {key: np.vstack([np.zeros_like(v[key][:1]), v[key][:-1]]) for key in "hc" if key in v}
    v["h-"] = before["h"]
    if "c" in v:
        v |= {"c-": before["c"], "fc": v["f"] * before["c"], "ig": v["i"] * v["g"], "tc": np.tanh(v["c"])}
    if cell == "peephole":
        v |= {f"p{gate}": w[f"weight_c{gate}"] * (v["c"] if gate == "o" else before["c"]) for gate in "ifo"}
    if "z" in v:
        v |= {"zh": v["z"] * before["h"], "1-z": 1 - v["z"], "zn": (1 - v["z"]) * v["n"]}
        candidate = slice(2 * model.spec.hidden_size, None)
        let_in = v["r"] * before["h"] if cell == "gru-cho" else before["h"]
        v["a"] = let_in @ w["weight_hh"][candidate].T + w["bias_hh"][candidate]
        v |= {"rh": let_in} if cell == "gru-cho" else {"ra": v["r"] * v["a"]}
    return v


def mean_or_unit(values, unit):
    return {key: value.mean(axis=1) if unit is None else value[:, unit] for key, value in values.items()}


def close(shown, value, digits, what=""):
    """A printed number is a value, to its last digit."""
    assert len(shown.split(".")[1]) == digits, f"{what}: {shown}"
    assert abs(number(shown) - value) <= 0.5 * 10**-digits + 2e-5, f"{what}: {shown} is not {value}"


FUNCTIONS = {"tanh": np.tanh, "sigmoid": sigmoid, "__builtins__": {}}
PRINTED = re.compile(r"\d+\.\d+")


def recompute(line, **known):
    """Every `=` of a printed line holds for the numbers that are printed in it, up to the rounding of their last digits.

    Args:
        known: what a letter stands for that is printed as such, e.g. wcf.
    """
    written = line.replace("\u2212", "-").replace("\u00d7", "*").replace("\u03c3", "sigmoid")
    for letter, value in known.items():
        written = written.replace(letter, f"({value!r})")
    sides = [side for side in written.split("=") if side.strip()]
    assert sides and all(re.fullmatch(r"(tanh|sigmoid|[\d.+\-*() e])+", side) for side in sides), line
    found = [worth(side, known) for side in sides]
    for (value, slack), (other, more) in itertools.pairwise(found):
        assert abs(value - other) <= slack + more + 1e-5, line
    return found[-1][0]


def worth(side, known):
    """What an expression is worth, and how far that can be off for the rounding of what is printed in it."""
    value = eval(side, FUNCTIONS)  # of digits, operators and two names alone
    slack = 0
    for printed in PRINTED.finditer(side):
        if any(printed[0] in repr(exact) for exact in known.values()):
            continue
        step = 0.5 * 10.0 ** -len(printed[0].split(".")[1])
        moved = side[: printed.start()] + f"{float(printed[0]) + step:.9f}" + side[printed.end() :]
        slack += abs(eval(moved, FUNCTIONS) - value) * 1.05
    return value, slack


def question(kind, seen, unit):
    """What a question asks of a trace: the step, and how the right choice begins."""
    how, _, name = kind.partition(":")
    if how == "next":
        return len(seen) - 1, seen.vocab[int(np.argmax(seen.probs[-1]))]
    if how == "mover":
        t = moved_most(seen)
        return t, word(seen, t)
    v = {key: np.asarray(seen[key], float)[:, unit] for key in seen.names}
    memory, candidate = ("c", "g") if "c" in v else ("h", "n") if "n" in v else ("h", "h")
    old = np.concatenate([[0], v[memory][:-1]])
    if how in ("kept", "squash"):
        values = np.stack([old, v[candidate], old + v[candidate], 0 * old])
        apart = np.min([abs(one - other) for one, other in itertools.combinations(values, 2)], axis=0)
        t = int(np.argmax(apart)) if how == "kept" else int(np.argmin(abs(abs(v[name]) - 0.85)))
        return t, f"{(old[t] if how == 'kept' else v[name][t]):.2f}".replace("-", "−")
    of = {
        "lost": lambda: (1 - v[name]) * abs(old),
        "written": lambda: abs(v[name] * v[candidate]),
        "factor": lambda: v[name] ** 2,
        "reset": lambda: 1 - v[name],
    }
    t = int(np.argmax(of[how]()))
    return t, word(seen, t)


def word(seen, t):
    """A token and its step, as a choice of a question begins."""
    token = seen.tokens[t]
    return f"“{token}” (step {t + 1})"


def moved_most(seen):
    """The step at which a model's answer changes most; before the first it holds all for equally likely."""
    said = np.vstack([np.full_like(seen.probs[:1], 1 / seen.probs.shape[1]), seen.probs])
    return int(np.argmax(abs(np.diff(said, axis=0)).sum(axis=1)))
