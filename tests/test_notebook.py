"""The stage in a notebook: what `gatelab.show` makes of what one has, what it refuses, and that it paints the same numbers without any network."""

import html
import json
import re

import numpy as np
import pytest
import torch
from safetensors.numpy import load
from torch import nn

import gatelab
from gatelab.networks import ModelSpec, Reader
from gatelab.notebook import Shown
from gatelab.notebook.given import FILE
from tests.browser import ROOT
from tests.test_standalone import HOSTILE, Found, unpacked

ROOT_OF_WIDGET = ROOT / "gatelab" / "notebook" / "widget.js"
WORDS = ["the", "food", "was", "not", "bad"]


def within(shown):
    """The document in the frame of an output, as a browser reads it."""
    output = shown._repr_html_()
    attributes = dict(next(attrs for tag, attrs in Found(output).tags if tag == "iframe"))
    assert attributes["srcdoc"] == shown.document
    assert set(attributes["sandbox"].split()) == {"allow-scripts", "allow-downloads", "allow-popups"}
    return Found(attributes["srcdoc"])


def about(found):
    return json.loads(found.scripts["gatelab-about"])["parts"][0]


def numbers(found):
    """The arrays and the metadata of a trace with fixed numbers."""
    packed = unpacked(found.scripts[FILE])
    length = int.from_bytes(packed[:8], "little")
    told = json.loads(packed[8 : 8 + length])["__metadata__"]
    return load(packed), {key: json.loads(value) for key, value in told.items()}


def module(kind=nn.LSTM, *args, **options):
    torch.manual_seed(0)
    return kind(*(args or (4, 6)), **options), torch.randn(len(WORDS), 4)


@pytest.mark.parametrize(
    ("name", "text", "stage"),
    [
        ("prose-small", "It is a truth", "watch"),
        ("sentiment-lstm", "not bad at all", "lesson"),
        ("dates-additive", "March 5, 2019", "attention"),
        ("dates-transformer", "March 5, 2019", "self_attention"),
    ],
)
def test_a_trace_of_a_shipped_model_opens_the_stage_on_its_text_with_its_weights(name, text, stage):
    for shown in (gatelab.show(gatelab.trace(gatelab.load(name), text)), gatelab.show(gatelab.load(name), text), gatelab.show(name, text)):
        found = within(shown)
        assert about(found)["page"]["stage"] == stage
        assert about(found)["page"]["start"]["model"] == name
        assert about(found)["page"]["start"]["text"] == text
        assert f"/live/models/{name}.safetensors" in found.scripts


def test_what_is_held_in_a_trace_is_held_on_its_stage():
    model = gatelab.load("prose-small")
    trace = gatelab.trace(model, "It is", hold=gatelab.Hold("f", 1.0, units=[3], steps=[2]))
    assert about(within(gatelab.show(trace)))["page"]["start"]["hold"] == "f:3:3:=1"


def test_two_models_stand_side_by_side():
    shown = gatelab.show(["sentiment-lstm", gatelab.load("sentiment-gru")], "not bad")
    assert about(within(shown))["page"]["start"]["models"] == ["sentiment-lstm", "sentiment-gru"]
    traces = [gatelab.trace(gatelab.load(name), "not bad") for name in ("sentiment-lstm", "sentiment-gru")]
    assert gatelab.show(traces).document == shown.document


def test_a_reader_of_ones_own_goes_along_with_its_weights():
    torch.manual_seed(0)
    model = Reader(ModelSpec("a, <b>net</b>", "gru", ("\ufffd", *"abc "), embedding_size=3, hidden_size=5)).eval()
    found = within(gatelab.show(model, "abc cab"))
    [entry] = about(found)["page"]["models"]
    assert entry["name"] == "a <b>net</b>"
    weights = load(unpacked(found.scripts[f"/live/models/{entry['name']}.safetensors"]))
    for name, weight in model.state_dict().items():
        assert np.array_equal(weights[name], weight.numpy())
    assert not [tag for tag, _ in found.tags if tag == "b"]


def test_a_shipped_model_that_was_trained_on_does_not_show_its_old_weights():
    import copy

    model = copy.deepcopy(gatelab.load("prose-small"))
    with torch.no_grad():
        model.head.bias += 1
    found = within(gatelab.show(model, "It is"))
    weights = load(unpacked(found.scripts["/live/models/prose-small.safetensors"]))
    assert np.array_equal(weights["head.bias"], model.head.bias.detach().numpy())


@pytest.mark.filterwarnings("ignore:LSTM with projections")
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (nn.LSTM, {}),
        (nn.GRU, {"num_layers": 2}),
        (nn.LSTM, {"num_layers": 2, "bidirectional": True}),
        (nn.LSTM, {"proj_size": 2}),
        (nn.RNN, {}),
        (nn.LSTMCell, {}),
    ],
)
def test_a_trace_of_a_module_keeps_all_its_numbers(kind, options):
    made, x = module(kind, **options)
    trace = gatelab.trace(made, x, tokens=WORDS)
    arrays, told = numbers(within(gatelab.show(trace)))
    assert told["tokens"] == WORDS
    assert len(told["parts"]) == len(trace.layers)
    for k, part in enumerate(told["parts"]):
        assert tuple(part["names"]) == trace.layer(k).names
        for name in part["names"]:
            assert np.array_equal(arrays[f"{k}.{name}"], trace.layer(k)[name])


def test_the_last_layer_of_a_module_is_what_pytorch_gives():
    made, x = module(nn.LSTM, num_layers=2, bidirectional=True)
    arrays, _ = numbers(within(gatelab.show(gatelab.trace(made, x, tokens=WORDS))))
    assert np.allclose(arrays["1.h"], made(x)[0].detach().numpy(), atol=1e-6)


def test_labels_a_head_a_state_and_holds_of_a_module_go_along():
    made, x = module(nn.GRU)
    state = torch.linspace(-1, 1, 6)
    trace = gatelab.trace(
        made, x, state=state, tokens=WORDS, units=list("abcdef"), head=nn.Linear(6, 2), labels=["no", "yes"], hold=gatelab.Hold("z", 0.5, steps=[1])
    )
    arrays, told = numbers(within(gatelab.show(trace)))
    assert (told["units"], told["labels"]) == (list("abcdef"), ["no", "yes"])
    assert np.array_equal(arrays["probs"], trace.probs)
    assert np.array_equal(arrays["0.held.z"], trace.held_at("z"))
    assert told["parts"][0]["state"] == {"h": state.tolist()}


def test_arrays_by_name_are_shown_with_what_is_not_finite():
    f, h = np.random.default_rng(0).random((2, 5, 3))
    h[2, 1] = np.nan
    arrays, told = numbers(within(gatelab.show(gatelab.Trace.of(WORDS, f=f, h=h, title="mine"))))
    assert np.array_equal(arrays["0.h"], h.astype(np.float32), equal_nan=True)
    assert told["parts"][0]["missing"] == "not finite: h, first at step 3"
    assert told["cell"] == ""


def test_a_trace_as_a_cells_last_line_shows_the_same_and_keeps_its_words():
    made, x = module()
    for trace in (gatelab.trace(made, x), gatelab.trace(gatelab.load("prose-small"), "It"), gatelab.trace(gatelab.load("dates-additive"), "May 1")):
        assert trace._repr_html_() == gatelab.show(trace)._repr_html_()
        assert repr(trace).startswith(("Trace of", "AttentionTrace of"))


def test_labels_and_names_from_strangers_stay_text():
    trace = gatelab.Trace.of([HOSTILE, *WORDS[1:]], {HOSTILE.replace("/", "").replace("\u2028", ""): np.zeros((5, 2))}, units=[HOSTILE, "u"], title=HOSTILE)
    output = gatelab.show(trace)._repr_html_()
    assert [tag for tag, _ in Found(output).tags] == ["iframe", "script"]
    found = within(gatelab.show(trace))
    assert not [tag for tag, _ in found.tags if tag == "img"]
    assert numbers(found)[1]["tokens"][0] == HOSTILE


def test_what_opens_can_be_chosen():
    made, x = module(nn.GRU, num_layers=2)
    start = about(within(gatelab.show(gatelab.trace(made, x), unit=2, step=3, value="z", layer=1)))["page"]["start"]
    assert {key: start[key] for key in ("unit", "step", "value", "layer")} == {"unit": 2, "step": 2, "value": "z", "layer": 0}
    assert about(within(gatelab.show("prose-small", "It is", unit=7, step=2)))["page"]["start"]["unit"] == 7


@pytest.mark.parametrize(
    ("given", "options", "error", "said"),
    [
        (("prose-smal", "a"), {}, ValueError, "model must be one of .*: got 'prose-smal'; did you mean 'prose-small'"),
        ((3,), {}, TypeError, "what is shown must be a trace, a model, the name of one, or a list of these: got int"),
        (("prose-small", 3), {}, TypeError, "text must be a string: got int"),
        (("prose-small", "a"), {"height": 5}, ValueError, "height must be from 100 to 10000 pixels: got 5"),
        (("prose-small", "a"), {"height": "5"}, TypeError, "height must be a whole number of pixels, or None: got str '5'"),
        (("prose-small", "a"), {"unit": 900}, ValueError, "unit must be a number from 0 to 23: got '900'"),
        (("prose-small", "a"), {"stage": "wacth"}, ValueError, "stage must be one of .*: got 'wacth'; did you mean 'watch'"),
        ((["sentiment-lstm"], "a"), {}, ValueError, "models must be .*2 to 5"),
        ((nn.LSTM(2, 3),), {}, TypeError, "a module must be shown as a trace, gatelab.show\\(gatelab.trace\\(module, x\\)\\), .*: got LSTM"),
    ],
)
def test_what_cannot_be_shown_is_said(given, options, error, said):
    with pytest.raises(error, match=said):
        gatelab.show(*given, **options)


def test_what_cannot_be_chosen_on_a_trace_is_said():
    made, x = module()
    trace = gatelab.trace(made, x)
    for options, said in (
        ({"units": 1}, "of a trace with fixed numbers one can choose unit, step, value, layer: got 'units'; did you mean 'unit'"),
        ({"unit": 6}, "unit must be a whole number from 0 to 5: got 6"),
        ({"value": "z"}, "value must be one of i, f, g, o, c, h: got 'z'"),
        ({"stage": "watch"}, "stage must be left out for a trace with fixed numbers"),
        ({"text": "a"}, "text must be left out"),
    ):
        with pytest.raises(ValueError, match=said):
            gatelab.show(trace, **options)
    big = gatelab.Trace.of(["a"] * 5000, h=np.zeros((5000, 900)))
    with pytest.raises(ValueError, match=r"at most 4,000,000 numbers: got 4,500,000 in 5,000 steps; trace.head\(n\)"):
        gatelab.show(big)
    assert big._repr_html_() is None


def test_a_shown_stage_can_be_saved_as_a_file(tmp_path):
    shown = gatelab.show("prose-small", "It is", height=500)
    assert isinstance(shown, Shown)
    assert "height: 500px" in shown._repr_html_()
    assert "<script>" not in shown._repr_html_().replace(html.escape(shown.document), "")
    assert shown.save(tmp_path / "stage.html").read_text(encoding="utf-8") == shown.document
    with pytest.raises(ValueError, match="path must end in .html: got 'a.txt'"):
        shown.save("a.txt")
    assert re.fullmatch(r"prose-small on 'It is': \d+ kB, open it in a notebook, or save\(path\) it", repr(shown))


def test_an_output_is_small():
    made, x = module()
    assert len(gatelab.show(gatelab.trace(made, x))._repr_html_()) < 250_000
    assert len(gatelab.show("prose-lstm", "It is a truth")._repr_html_()) < 550_000


class Comm:
    """Takes the place of the line to a notebook: keeps what is sent, and hands on what the page says."""

    comm_id = "1"

    def __init__(self, **opened):
        self.sent, self.heard = [], None

    def send(self, data=None, metadata=None, buffers=None):
        self.sent.append((data, buffers or []))

    def on_msg(self, heard):
        self.heard = heard

    def close(self, *more):
        pass

    def says(self, content):
        self.heard({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})


@pytest.fixture
def comms(monkeypatch):
    import comm

    made = []
    monkeypatch.setattr(comm, "create_comm", lambda **options: made.append(Comm(**options)) or made[-1])
    return made


def reading(text):
    """A network of one's own: words as vectors of their lengths and first letters."""
    made, _ = module(nn.GRU, 2, 3)
    words = text.split() or ["?"]
    return gatelab.trace(made, torch.tensor([[len(word) / 5, ord(word[0]) / 100] for word in words]), tokens=words)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_is_typed_goes_to_python_which_answers_with_a_trace(comms):
    made = gatelab.show(None, "not bad", encode=reading)
    found = Found(made.document)
    assert about(found)["page"]["typing"] is True
    assert about(found)["page"]["start"]["text"] == "not bad"
    assert numbers(found)[1]["tokens"] == ["not", "bad"]
    comms[-1].says({"text": "not bad at all", "asked": 7})
    (data, [packed]) = comms[-1].sent[-1]
    assert data["content"] == {"asked": 7}
    arrays = load(bytes(packed))
    assert np.array_equal(arrays["0.h"], reading("not bad at all")["h"])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"text": "x" * 2001, "asked": 1}, "The text must have at most 2,000 characters: got 2,001."),
        ({"text": "boom", "asked": 1}, "ZeroDivisionError: division by zero"),
        ({"text": "none", "asked": 1}, "TypeError: encode must give a gatelab.Trace: got NoneType"),
        ({"text": 3}, "a message must hold a text and its number"),
        ("text", "a message must hold a text and its number"),
    ],
)
def test_what_goes_wrong_with_a_typed_text_is_told_on_the_stage(comms, content, said):
    def encode(text):
        return None if text == "none" else 1 / 0 if text == "boom" else reading(text)

    gatelab.show(None, "not bad", encode=encode)
    comms[-1].says(content)
    (data, buffers) = comms[-1].sent[-1]
    assert (data["content"]["error"], buffers) == (said, [])


def test_without_anywidget_it_is_said_what_is_missing(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(ImportError, match=r"encode= needs anywidget: pip install gatelab\[notebook\]"):
        gatelab.show(None, "not bad", encode=reading)
    with pytest.raises(TypeError, match="encode must be a function, text -> trace: got str"):
        gatelab.show(None, "not bad", encode="reading")


def test_gatelab_alone_imports_nothing_of_the_stages():
    import subprocess
    import sys

    code = "import sys, gatelab; print([name for name in ('streamlit', 'starlette', 'anywidget', 'gatelab.live', 'gatelab.notebook') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
