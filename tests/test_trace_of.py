"""Arrays by name of any network are a trace: figures, files and all that looks at one take it."""

import copy
import io
import pickle

import numpy as np
import pytest
import torch
from PIL import Image

from gatelab import Trace, figures, trace
from gatelab.palette import SCALES, colors, colors_of
from tests.own import D, H, module, numbers

WORDS = ("not", "bad", "at", "all")
DRAWN = np.random.default_rng(0)
OPEN = DRAWN.random((4, 6))
AROUND = DRAWN.normal(0, 3, (4, 6))


def test_arrays_come_back_as_they_were_given():
    seen = Trace.of(WORDS, f=OPEN, h=AROUND, units=list("uvwxyz"), title="mine")
    assert (list(seen), seen.tokens, len(seen), seen.cell, seen.directions) == (["f", "h"], WORDS, 4, "", 1)
    np.testing.assert_array_equal(seen["f"], OPEN)
    np.testing.assert_array_equal(dict(seen)["h"], AROUND)
    assert seen.units("f") == tuple("uvwxyz") and not seen["h"].flags.writeable
    assert seen.title == "mine" and trace(module("gru"), numbers(3, D)).title == "GRU"
    assert repr(seen) == "Trace of mine: 4 steps of 'not bad at all'\n  f, h (4, 6)"
    assert (seen.answers, seen.probs, seen.labels, seen.vocab) == (None, None, (), ())
    assert seen.head(2)["h"].shape == (2, 6) and seen.head(2).colors("h") == seen.colors("h")


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda seen: pickle.loads(pickle.dumps(seen))])
def test_a_copy_of_it_is_the_same(again):
    seen = Trace.of(WORDS, {"attention head": AROUND}, units=list("uvwxyz"))
    other = again(seen)
    assert repr(other) == repr(seen) and other.colors("attention head") == seen.colors("attention head")
    np.testing.assert_array_equal(other["attention head"], AROUND)


def test_arrays_of_a_cell_are_colored_as_in_every_trace_of_it():
    whole = trace(module("lstm"), numbers(4, D))
    given = Trace.of(WORDS, cell="lstm", **dict(whole))
    assert given.names == whole.names
    for name in whole:
        assert given.colors(name) == whole.colors(name) == colors(name, "lstm")
        ours, theirs = (figures.heatmap(seen, name).data[0] for seen in (given, whole))
        np.testing.assert_array_equal(ours.z, theirs.z)
        assert (ours.zmin, ours.zmax, ours.colorscale) == (theirs.zmin, theirs.zmax, theirs.colorscale)
    assert Trace.of(WORDS, cell="gru", h=whole["h"], z=whole["f"]).names == ("z", "h")  # in the order of its equations


@pytest.mark.parametrize(
    ("values", "scale", "limit"),
    [
        ([0.0, 1.0], "sequential", 1),
        ([0.2, 0.3], "sequential", 1),
        ([0.0, 1.01], "diverging", 2),
        ([-0.1, 0.5], "diverging", 0.5),
        ([-0.11, 0.1], "diverging", 0.2),
        ([-4.9], "diverging", 5),
        ([5.1], "diverging", 10),
        ([-1000.0, np.nan, np.inf], "diverging", 1000),
        ([np.nan], "diverging", 1),
        ([-3e-5], "diverging", 5e-5),
    ],
)
def test_free_names_get_the_range_that_the_rule_says(values, scale, limit):
    found = colors_of(np.array(values))
    assert found.scale == scale and found.high == pytest.approx(limit) and found.low == (0 if scale == "sequential" else -found.high)
    seen = Trace.of(list("abc")[: len(values)], a=np.array(values)[:, None])
    figure = figures.heatmap(seen, "a").data[0]
    assert (figure.zmin, figure.zmax) == found[1:3] and tuple(color for _, color in figure.colorscale) == SCALES["light"][scale]


def test_every_figure_and_file_takes_arrays_of_several_widths():
    seen = Trace.of(WORDS, gate=OPEN, small=AROUND[:, :2], probs=np.full((4, 3), 1 / 3), labels=["a", "b", "c"])
    assert figures.unit(seen, 5).data[0].name == "gate" and len(figures.unit(seen, 5).data) == 1 and len(figures.unit(seen, 1).data) == 2
    assert len(figures.distribution(seen).data) == 2
    assert figures.heatmap(seen, "small").data[0].z.shape == (2, 4)
    lines = figures.csv(seen).splitlines()
    assert lines[0] == "name,step,token,0,1,2,3,4,5" and lines[5].count(",") == 4 and len(lines) == 9
    stored = np.load(io.BytesIO(figures.npz(seen)))
    np.testing.assert_array_equal(stored["small"], AROUND[:, :2])
    assert list(stored["labels"]) == ["a", "b", "c"] and "vocab" not in stored
    np.testing.assert_allclose(stored["probs"], 1 / 3)
    assert Image.open(io.BytesIO(figures.png(seen))).size[1] > 100


def test_what_is_not_finite_is_said_in_every_picture():
    values = AROUND.copy()
    values[1, 2] = np.nan
    seen = Trace.of(WORDS, mine=values)
    for figure in (figures.heatmap(seen, "mine"), figures.unit(seen, 2), figures.distribution(seen)):
        assert "1 NaN of" in figure.layout.title.text


def test_tensors_of_any_precision_come_in():
    seen = Trace.of(WORDS, h=torch.randn(4, 3, dtype=torch.bfloat16, requires_grad=True), mask=torch.ones(4, 3, dtype=torch.bool), ids=[[1], [2], [3], [4]])
    assert {seen[name].dtype for name in seen} == {np.dtype(np.float32)} and seen["ids"].shape == (4, 1)


def test_it_cannot_go_on():
    with pytest.raises(TypeError, match="a trace of arrays cannot go on: nothing is known of the network"):
        Trace.of(WORDS, h=AROUND).extend(numbers(1, D))
    with pytest.raises(TypeError, match="revised needs a trace of text"):
        Trace.of(WORDS, h=AROUND).revised("a")
    assert not Trace.of(WORDS, h=AROUND).held_at("h").any()


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda: Trace.of(WORDS, h=AROUND[:3]), ValueError, r"'h' must have one row per token, \(4, H\): got \(3, 6\) for 4 tokens"),
        (lambda: Trace.of(WORDS, h=AROUND[0]), ValueError, r"got \(6,\)"),
        (lambda: Trace.of(WORDS, h=["a"] * 4), TypeError, "'h' must be an array of numbers"),
        (lambda: Trace.of([1, 2, 3, 4], h=AROUND), TypeError, "tokens must be strings: got int 1"),
        (lambda: Trace.of(WORDS), ValueError, "at least one array"),
        (lambda: Trace.of(WORDS, cell="lstn", h=AROUND), ValueError, "got 'lstn'; did you mean 'lstm'"),
        (lambda: Trace.of(WORDS, cell="gru", f=OPEN), ValueError, "must be one of r, z, n, h: got 'f'.*without cell= names are free"),
        (lambda: Trace.of(WORDS, cell="lstm", f=AROUND), ValueError, r"'f', a gate of the LSTM, must lie in \[0, 1\]: got -"),
        (lambda: Trace.of(WORDS, h=AROUND, units=["a"]), ValueError, "units must be 6 strings: got 1"),
        (lambda: Trace.of(WORDS, h=AROUND, probs=AROUND), ValueError, "probs must have rows of at least 0 that sum to 1"),
        (lambda: Trace.of(WORDS, h=AROUND, labels=["a"]), ValueError, "labels must be left out"),
        (lambda: Trace.of(WORDS, {"tokens": AROUND}), ValueError, "none of answers, labels, probs, tokens, units, vocab: got 'tokens'"),
        (lambda: Trace.of(WORDS, {"../h": AROUND}), ValueError, "without slashes"),
        (lambda: Trace.of(WORDS, {3: AROUND}), TypeError, "the name of an array must be a string: got 3"),
        (lambda: Trace.of(WORDS, h=AROUND)["hidden"], KeyError, "name must be one of h: got 'hidden'"),
    ],
)
def test_what_is_no_array_by_name_is_refused(make, error, said):
    with pytest.raises(error, match=said):
        make()


def test_the_gates_of_an_encoder_and_a_decoder_have_figures_and_files():
    import gatelab

    seen = gatelab.trace(gatelab.load("dates-additive"), "March 5, 2019", hold=gatelab.Hold("encoder.z", 0.5, [3]))
    for side, words in (("encoder", seen.tokens), ("decoder", seen.written)):
        layer, arrays = seen.layer(side), getattr(seen, side)
        assert layer.tokens == words and layer.cell == "gru" and list(layer) == list(arrays) == ["r", "z", "n", "h"]
        np.testing.assert_array_equal(figures.heatmap(layer, "z").data[0].z, arrays["z"].T)
        assert figures.heatmap(layer, "z").layout.title.text.startswith(f"z, {side}") and side in figures.unit(layer, 3).layout.title.text
        assert len(figures.distribution(layer).data) == 4
        assert len(figures.csv(layer).splitlines()) == 1 + 4 * len(words)
        np.testing.assert_array_equal(np.load(io.BytesIO(figures.npz(layer)))["n"], arrays["n"])
        assert figures.png(layer) != figures.png(layer, {"z": "update gate"})
        np.testing.assert_array_equal(layer.held_at("z"), seen.held_at(f"{side}.z"))
    with pytest.raises(TypeError, match='its gates are in trace.layer\\("encoder"\\)'):
        figures.heatmap(seen, "z")
    with pytest.raises(KeyError, match="layer must be encoder or decoder: got 'encodr'; did you mean 'encoder'"):
        seen.layer("encodr")
    with pytest.raises(TypeError, match="is a transformer, which has no gates"):
        gatelab.trace(gatelab.load("dates-transformer"), "March 5").layer("encoder")


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
def test_figures_of_both_directions_and_of_a_projection_say_which_units_are_which():
    seen = trace(module("lstm", 2, bidirectional=True), numbers(4, D))
    assert figures.heatmap(seen, "f").layout.title.text == "f, layer 2 of 2, units 0 to 6 from the left, 7 to 13 from the right: 14 units by 4 steps"
    assert sorted(np.load(io.BytesIO(figures.npz(seen)))) == sorted([*(f"{name}_l{k}" for name in "ifgoch" for k in (0, 1)), "tokens"])
    narrow = trace(module("lstm", proj_size=3), numbers(4, D))
    assert figures.heatmap(narrow, "h").data[0].z.shape == (3, 4) and figures.heatmap(narrow, "c").data[0].z.shape == (H, 4)
    assert len(figures.unit(narrow, 5).data) == 5 and len(figures.distribution(narrow).data) == 6
    assert figures.csv(narrow).splitlines()[-1].count(",") == 5
    assert Image.open(io.BytesIO(figures.png(narrow)))


def test_words_over_a_picture_do_not_run_into_each_other_and_its_heading_fits():
    wide, narrow = (Image.open(io.BytesIO(figures.png(Trace.of(list(words), h=OPEN)))) for words in (["considerably"] * 4, "abcd"))
    assert narrow.width == wide.width  # there is room for 30 steps in any case
    few = [Image.open(io.BytesIO(figures.png(Trace.of([word] * 40, h=np.ones((40, 2)))))) for word in ("a", "considerably")]
    assert few[0].width < 900 < few[1].width
    seen = trace(module("gru", bidirectional=True), numbers(4, D))
    assert Image.open(io.BytesIO(figures.png(seen, name="a name that is as long as names of networks can be"))).width > few[0].width
