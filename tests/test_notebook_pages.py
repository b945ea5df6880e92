"""What stands in a notebook, in a browser that is cut from every network: the numbers of Python's own trace, and text that stays text."""

import io

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

import gatelab
from gatelab import palette
from gatelab.figures.picture import shades
from tests.browser import Watched, eventually
from tests.stage import StagePage
from tests.test_notebook import ROOT_OF_WIDGET, WORDS, module, reading
from tests.test_standalone import HOSTILE

HEARD = "window.addEventListener('gatelab:painted', ({detail}) => { window.painted = detail; window.paints = (window.paints ?? 0) + 1; })"

pytestmark = pytest.mark.browser


@pytest.fixture
def cut(chromium):
    """A page in a browser without any network; the test fails if anything goes wrong on it."""
    context = chromium.new_context(viewport={"width": 1400, "height": 2600}, color_scheme="light", offline=True)
    watched = Watched(context.new_page())
    watched.page.add_init_script(HEARD)
    yield watched.page
    context.close()
    assert not watched.wrong, "\n".join(watched.wrong)


def opened(page, shown, folder):
    """The output of a cell in a page, as a saved notebook has it; the frame in it."""
    (folder / "notebook.html").write_text(f"<!doctype html><meta charset='utf-8'><body>{shown._repr_html_()}", encoding="utf-8")
    page.goto((folder / "notebook.html").as_uri())
    frame = page.locator("iframe").element_handle().content_frame()
    awake(page, frame, "window.painted !== undefined")
    return frame


def awake(page, frame, wanted):
    """Wait until an expression holds in a frame, or an element is there; a browser without a screen lets a frame of its own process sleep while no mouse moves."""

    def holds():
        page.mouse.move(1, 1)
        page.mouse.move(2, 2)
        assert frame.evaluate(wanted) if isinstance(wanted, str) else wanted.count()

    eventually(page, holds, 40)


def picture(page):
    return np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB")).astype(int)


def color(scale, low, high, value):
    """The color of a value on a scale of the light theme, or that of what is not finite."""
    if not np.isfinite(value):
        return np.array([int(palette.MISSING["light"][at : at + 2], 16) for at in (1, 3, 5)])
    stops = np.array([[int(stop[at : at + 2], 16) for at in (1, 3, 5)] for stop in palette.SCALES["light"][scale]])
    at = np.clip((value - low) / (high - low), 0, 1) * (len(stops) - 1)
    return np.array([np.interp(at, range(len(stops)), stops[:, channel]) for channel in range(3)])


def check_maps(page, frame, layer):
    """Every entry of every map has the color of its value in the trace."""
    page.mouse.move(2, 2)
    screen = picture(page)
    for name in layer.names:
        box = frame.locator(f"canvas[data-name='{name}']").bounding_box()
        scale, low, high, _ = layer.colors(name)
        steps, units = layer[name].shape
        wide = min(box["width"] / steps, 130)
        row = (box["height"] - 19) / units
        for t in range(steps):
            for unit in range(units):
                seen = screen[int(box["y"] + 19 + (unit + 0.5) * row), round(box["x"] + (t + 0.5) * wide)]
                assert abs(seen - color(scale, low, high, layer[name][t, unit])).max() <= 5, f"{name}: unit {unit} at step {t + 1}"


def test_a_shipped_model_in_a_notebook_has_the_colors_of_pythons_own_trace(cut, tmp_path):
    shown = gatelab.show(gatelab.trace(gatelab.load("prose-small"), "It is a truth"))
    frame = opened(cut, shown, tmp_path)
    cut.wait_for_function("parseInt(document.querySelector('iframe').style.height) > 1000")  # as high as its document
    frame.get_by_role("button", name="All units").click()
    awake(cut, frame, frame.locator(".numbers", has_text="="))
    frame.locator("textarea").fill("It is")  # typing works
    awake(cut, frame, "window.painted.text === 'It is'")
    trace = gatelab.trace(gatelab.load("prose-small"), "It is")
    order = gatelab.load("prose-small").by_similarity.numpy()
    box = frame.locator("canvas[data-name='f']").bounding_box()
    cut.mouse.move(2, 2)
    screen = picture(cut)
    row = (box["height"] - 19) / len(order)
    wide = frame.evaluate(
        "() => Math.min(27, Math.max(14, Math.floor(document.querySelector('[data-stage]').shadowRoot.querySelector('.lane').clientWidth / 68)))"
    )
    hairline = list(order).index(5)
    for place, unit in enumerate(order):
        if abs(place - hairline) > 1:
            seen = screen[int(box["y"] + 19 + (place + 0.5) * row), round(box["x"] + 2.5 * wide)]
            assert abs(seen - shades(trace["f"][2, unit], "f", "light").astype(int)).max() <= 5, f"unit {unit}"


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
def test_a_module_of_ones_own_has_the_colors_of_its_trace_in_every_layer(kind, cut, tmp_path):
    made, x = module(kind, num_layers=2, bidirectional=True)
    trace = gatelab.trace(made, x, tokens=WORDS)
    frame = opened(cut, gatelab.show(trace, unit=3), tmp_path)
    cut.wait_for_function("parseInt(document.querySelector('iframe').style.height) > 1000")
    check_maps(cut, frame, trace.layer(1))
    frame.get_by_label("Layer").select_option("0")
    awake(cut, frame, frame.get_by_text("layer 1 of 2"))
    cut.wait_for_timeout(200)
    check_maps(cut, frame, trace.layer(0))


def test_what_is_not_finite_has_a_color_of_its_own_and_is_said(cut, tmp_path):
    rng = np.random.default_rng(1)
    f, h = rng.random((5, 4)), rng.normal(size=(5, 4))
    h[2, 1] = np.nan
    trace = gatelab.Trace.of(WORDS, f=f, h=h, wide=rng.normal(size=(5, 7)))
    frame = opened(cut, gatelab.show(trace), tmp_path)
    awake(cut, frame, frame.get_by_text("Not finite: h, first at step 3."))
    check_maps(cut, frame, trace.layer(0))


def test_the_keys_move_step_and_unit_of_a_fixed_trace(cut, tmp_path):
    made, x = module()
    trace = gatelab.trace(made, x, tokens=WORDS, units=list("abcdef"), head=nn.Linear(6, 2), labels=["no", "yes"])
    frame = opened(cut, gatelab.show(trace, step=2), tmp_path)
    board = frame.get_by_role("group", name="Board:")
    for key, step, unit in (("ArrowRight", 2, 0), ("ArrowDown", 2, 1), ("Home", 0, 1), ("End", 4, 1), ("ArrowUp", 4, 0)):
        board.press(key)
        awake(cut, frame, frame.get_by_role("heading", name=f"Step {step + 1} \u201c{WORDS[step]}\u201d, unit {unit}, {'abcdef'[unit]}"))
        for name in trace.names:
            said = f"{trace[name][step, unit]:.3f}".replace("-", "\u2212").replace("\u22120.000", "0.000")
            awake(cut, frame, frame.locator("tr", has=frame.get_by_role("rowheader", name=f"{name}, ")).get_by_text(said, exact=True))
    awake(cut, frame, frame.locator("tr", has=frame.get_by_role("rowheader", name="yes")).get_by_text(f"{trace.probs[4, 1]:.3f}", exact=True))


def test_the_flow_of_a_unit_that_reads_from_the_right_adds_up(cut, tmp_path):
    made, x = module(nn.LSTM, bidirectional=True)
    trace = gatelab.trace(made, x, tokens=WORDS)
    frame = opened(cut, gatelab.show(trace, unit=8), tmp_path)
    awake(cut, frame, frame.get_by_role("heading", name="Unit 8: the flow of its cell state"))
    kept = trace["f"][:4, 8] * trace["c"][1:, 8] + trace["i"][:4, 8] * trace["g"][:4, 8]
    assert np.allclose(kept, trace["c"][:4, 8], atol=1e-6)  # the step before is the one to the right


def test_words_of_strangers_stay_text_in_a_notebook(cut, tmp_path):
    trace = gatelab.Trace.of([HOSTILE, "b"], h=np.zeros((2, 2)), units=[HOSTILE, "u"], title=HOSTILE)
    frame = opened(cut, gatelab.show(trace), tmp_path)
    awake(cut, frame, frame.get_by_role("heading", name="alert(1)", exact=False).first)
    assert (
        frame.evaluate("document.querySelectorAll('img').length + document.querySelector('[data-stage]').shadowRoot.querySelectorAll('img, script').length")
        == 0
    )


def test_the_frame_reaches_nothing_of_the_notebook(cut, tmp_path):
    frame = opened(cut, gatelab.show("prose-small", "It is"), tmp_path)
    assert frame.evaluate("() => { try { return window.parent.document.title; } catch (error) { return error.name; } }") == "SecurityError"


def test_what_is_typed_goes_to_the_kernel_and_its_trace_is_painted(cut, tmp_path):
    """The kernel is a function of this test."""
    from gatelab.notebook import given, live

    document = given.page(reading("not bad"), {}, typing=True, text="not bad")
    (tmp_path / "notebook.html").write_text("<!doctype html><meta charset='utf-8'><body><main></main>", encoding="utf-8")
    cut.goto((tmp_path / "notebook.html").as_uri())

    def kernel(content):
        message, packed = live.answer(reading, content)
        return [message, [list(part) for part in packed]]

    cut.expose_function("kernel", kernel)
    script = ROOT_OF_WIDGET.read_text(encoding="utf-8").replace("export default", "window.widget =")
    cut.add_script_tag(content=script)
    cut.evaluate(
        """([document, sandbox]) => {
          const told = { document, sandbox, title: "mine", height: 0 }, calls = [];
          const model = {
            get: (name) => told[name], on: (name, call) => calls.push(call), off: () => calls.pop(),
            send: async (content) => {
              const [message, parts] = await window.kernel(content);
              for (const call of calls) call(message, parts.map((part) => new DataView(Uint8Array.from(part).buffer)));
            },
          };
          window.widget.render({ model, el: window.document.querySelector("main") });
        }""",
        [document, "allow-scripts"],
    )
    frame = cut.locator("iframe").element_handle().content_frame()
    awake(cut, frame, "window.painted?.text === 'notbad'")
    frame.locator("textarea").fill("not bad at all")
    awake(cut, frame, "window.painted.text === 'notbadatall'")
    cut.wait_for_timeout(200)
    check_maps(cut, frame, reading("not bad at all").layer(0))


def test_the_stage_of_a_saved_output_is_that_of_watch(cut, tmp_path):
    """The document in the frame, opened by itself, passes the checks of the app's own page."""
    path = gatelab.show("prose-small", "It is a truth").save(tmp_path / "page.html")
    stage = StagePage(cut, path.as_uri(), "")
    stage.show("All units")
    stage.check_picture("It is a truth")


def test_a_reader_of_ones_own_computes_in_the_notebook(cut, tmp_path):
    from gatelab.networks import ModelSpec, Reader

    torch.manual_seed(2)
    model = Reader(ModelSpec("my net", "lstm", ("\ufffd", *"abc "), embedding_size=3, hidden_size=6)).eval()
    frame = opened(cut, gatelab.show(model, "abc"), tmp_path)
    frame.locator("textarea").fill("cab a")
    awake(cut, frame, "window.painted.text === 'cab a'")
    trace = gatelab.trace(model, "cab a")
    value = frame.locator("canvas[data-name='c']").locator("xpath=ancestor::div[contains(@class, 'row')][1]").locator("output")
    unit = int(frame.get_by_label("Unit", exact=True).input_value())
    value.get_by_text(f"{trace['c'][4, unit]:.2f}".replace("-", "\u2212"), exact=True).wait_for()
