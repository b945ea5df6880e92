import csv as table
import io
import json

import numpy as np
import pytest
import torch
from PIL import Image, ImageColor
from plotly.colors import sample_colorscale
from torch import nn

from gatelab import figures, results
from gatelab.figures.heatmaps import colorscale
from gatelab.figures.picture import LEFT, STEP, TOP, shades
from gatelab.networks import ModelSpec, PairSpec, build
from gatelab.palette import INK, MISSING, SCALES, span
from gatelab.text import END, START, UNKNOWN
from gatelab.traces import trace
from gatelab.words import FAMILY, TITLES
from tests.conftest import random_model

TEXT = "the cat\nsat, 😀"


@pytest.fixture
def seen(model):
    return trace(model, TEXT)


def test_a_heatmap_holds_the_trace_s_numbers_units_by_steps(seen):
    for name in seen.names:
        mark = figures.heatmap(seen, name).data[0]
        np.testing.assert_array_equal(mark.z, seen[name].T)
        assert (mark.zmin, mark.zmax) == span(name)
        assert list(mark.x) == list(range(1, len(TEXT) + 1))  # positions, not tokens, are the categories


def test_an_order_moves_rows_and_their_names_together(seen):
    order = np.array([3, 0, 1, 2, 7, 6, 5, 4])
    mark = figures.heatmap(seen, "h", order=order).data[0]
    np.testing.assert_array_equal(mark.z, seen["h"].T[order])
    assert list(mark.y) == [str(unit) for unit in order]


def test_ranges_do_not_depend_on_the_text(model):
    for name in trace(model, "a").names:
        one, other = (figures.heatmap(trace(model, text), name).data[0] for text in ("a", "completely different"))
        assert (one.zmin, one.zmax, one.colorscale) == (other.zmin, other.zmax, other.colorscale)


def test_the_lines_of_a_unit_are_its_columns(seen):
    figure = figures.unit(seen, 5)
    assert [mark.name for mark in figure.data] == list(seen.names)
    for mark in figure.data:
        np.testing.assert_array_equal(mark.y, seen[mark.name][:, 5])
    with pytest.raises(IndexError, match="0 to 7: got 8"):
        figures.unit(seen, 8)


def test_a_distribution_counts_every_entry_once(seen):
    for mark in figures.distribution(seen).data:
        assert sum(mark.y) == pytest.approx(100)
        below = np.mean(seen[mark.name] < np.mean(span(mark.name)))
        assert sum(mark.y[:20]) == pytest.approx(100 * below, abs=1e-6)


def test_csv_and_numpy_give_the_same_numbers_back(seen):
    rows = list(table.reader(io.StringIO(figures.csv(seen))))
    archive = np.load(io.BytesIO(figures.npz(seen)))
    assert rows[0] == ["name", "step", "token", *map(str, range(8))]
    for name in seen.names:
        mine = [row for row in rows[1:] if row[0] == name]
        assert [row[2] for row in mine] == list(TEXT)
        np.testing.assert_allclose(np.array([row[3:] for row in mine], float), seen[name], rtol=1e-6, atol=1e-9)
        np.testing.assert_array_equal(archive[name], seen[name])
    np.testing.assert_array_equal(archive["probs"], seen.probs)
    assert archive["tokens"].tolist() == list(TEXT)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_png_shows_each_entry_in_its_color(seen, model, theme):
    titles = TITLES[model.spec.cell]
    picture = np.asarray(Image.open(io.BytesIO(figures.png(seen, titles, theme))))
    for k, name in enumerate(titles):
        top = TOP + k * (128 + 14)
        for t, unit in ((0, 0), (5, 3), (len(TEXT) - 1, 7)):
            pixel = picture[top + unit * 16 + 8, LEFT + t * STEP + 8]
            np.testing.assert_array_equal(pixel, shades(np.array(seen[name][t, unit]), name, theme))


def test_shades_are_plotly_s_own(seen):
    """Plotly interpolates the same scale to the same color."""
    for name in ("f", "c"):
        low, high = span(name)
        for part in (0.0, 0.13, 0.5, 0.77, 1.0):
            expected = sample_colorscale(colorscale(name, "light"), part, colortype="tuple")[0]
            ours = shades(np.array(low + part * (high - low)), name, "light") / 255
            np.testing.assert_allclose(ours, expected, atol=1.5 / 255)


def test_an_empty_trace_still_gives_files(model):
    empty = trace(model, "")
    assert figures.png(empty, TITLES[model.spec.cell]).startswith(b"\x89PNG")
    assert len(figures.csv(empty).splitlines()) == 1
    figures.distribution(empty)


# What no picture may hide: values beyond a range, values that are no numbers, lower layers


def module(kind, layers=1, scale=3.0, **options):
    """A module of PyTorch with large weights."""
    torch.manual_seed(0)
    made = kind(5, 7, layers, **options)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter *= scale
    return made


@pytest.mark.parametrize(
    ("kind", "options"), [(nn.RNN, {}), (nn.RNN, {"nonlinearity": "relu"}), (nn.LSTM, {}), (nn.GRU, {})], ids=["rnn", "rnn-relu", "lstm", "gru"]
)
def test_a_range_holds_every_value_or_its_end_says_that_there_are_larger_ones(kind, options):
    seen = trace(module(kind, scale=2.0, **options), 5 * torch.randn(60, 5))
    beyond = set()
    for name in seen.names:
        mark = figures.heatmap(seen, name).data[0]
        bars = figures.distribution(seen)
        axis = bars.layout[f"xaxis{seen.names.index(name) + 1}" if seen.names.index(name) else "xaxis"]
        assert tuple(axis.range) == (mark.zmin, mark.zmax) == span(name, seen.cell)
        for below, _, above in (mark.colorbar.ticktext, axis.ticktext):
            assert seen[name].max() <= mark.zmax or above.startswith("≥ ")
            assert seen[name].min() >= mark.zmin or below.startswith("≤ ")
        beyond |= {name} if np.abs(seen[name]).max() > 1 else set()
    assert beyond == ({"h"} if options else {"c"} if kind is nn.LSTM else set())  # there is something to say


@pytest.fixture
def broken():
    """A trace of two layers of which some values are NaN and, in the state c of the second, one is infinite."""
    ours = module(nn.LSTM, 2)
    x = torch.randn(12, 5)
    x[9] = float("nan")
    seen = trace(ours, x)
    seen.rows.table[3, seen.layers[-1]["c"].start + 2] = np.inf
    return seen


def test_a_heatmap_shows_what_is_not_finite_in_a_color_of_its_own_and_says_how_much_that_is(broken):
    for theme in ("light", "dark"):
        figure = figures.heatmap(broken, "c", theme, order=np.arange(7)[::-1])
        values, gone = figure.data
        np.testing.assert_array_equal(values.z, broken["c"].T[::-1])
        np.testing.assert_array_equal(np.isfinite(gone.z), ~np.isfinite(broken["c"].T[::-1]))
        assert {color for _, color in gone.colorscale} == {MISSING[theme]} and not gone.showscale
        assert gone.text[0, 9] == "nan" and gone.text[4, 3] == "inf" and list(gone.y) == list(values.y)
        assert "c, layer 2 of 2: 7 units by 12 steps" in figure.layout.title.text
        assert "21 NaN and 1 infinite of 84 values" in figure.layout.title.text and MISSING[theme] in figure.layout.title.text
    assert len(figures.heatmap(trace(module(nn.LSTM), torch.randn(4, 5)), "c").data) == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_color_of_what_is_not_finite_is_far_from_every_color_of_a_number(theme):
    for name in ("f", "h"):
        scale = shades(np.linspace(*span(name), 300), name, theme).astype(int)
        assert np.abs(scale - ImageColor.getrgb(MISSING[theme])).sum(axis=1).min() > 120
        np.testing.assert_array_equal(shades(np.array([np.nan, np.inf, -np.inf, 0.5]), name, theme)[:3], [ImageColor.getrgb(MISSING[theme])] * 3)


def test_a_distribution_adds_up_to_all_that_is_finite_and_says_what_is_left_out(broken):
    figure = figures.distribution(broken)
    for mark, note in zip(figure.data, figure.layout.annotations):
        finite = broken[mark.name][np.isfinite(broken[mark.name])]
        assert sum(mark.y) == pytest.approx(100) and len(finite) < 84
        assert sum(mark.y[:20]) == pytest.approx(100 * np.mean(finite < np.mean(span(mark.name))), abs=1e-6)
        assert note.text == f"{mark.name}<br>{84 - len(finite)} left out"
    assert "layer 2 of 2" in figure.layout.title.text and "126 NaN and 1 infinite of 504 values" in figure.layout.title.text
    assert figure.layout.yaxis.title.text == "% of finite entries"


def test_the_lines_of_a_unit_say_how_many_values_have_no_point(broken):
    title = figures.unit(broken, 2).layout.title.text
    assert "Unit 2, layer 2 of 2" in title and "18 NaN and 1 infinite of 72 values" in title
    assert figures.unit(broken.head(3), 2).layout.title.text == "Unit 2, layer 2 of 2"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_png_shows_what_is_not_finite_in_its_color_and_counts_it(broken, theme):
    picture = np.asarray(Image.open(io.BytesIO(figures.png(broken, {"c": "cell state"}, theme))))
    color, row = ImageColor.getrgb(MISSING[theme]), 128 // 7
    for t, unit in ((9, 0), (11, 6), (3, 2)):
        np.testing.assert_array_equal(picture[TOP + unit * row + 8, LEFT + t * STEP + 8], color)
    assert (picture[TOP : TOP + 7 * row, :LEFT] == color).all(-1).sum() > 20  # the count, written beside the map
    whole = np.asarray(Image.open(io.BytesIO(figures.png(broken.head(3), {"c": "cell state"}, theme))))
    assert not (whole == color).all(-1).any()


def test_an_alignment_says_how_many_weights_are_no_numbers(looked):
    weights = looked["weights"].copy()
    weights[1, 2:] = np.nan
    looked.arrays["weights"] = weights
    figure = figures.alignment(looked)
    assert f"{len(looked.tokens) - 2} NaN of {weights.size} values" in figure.layout.title.text
    np.testing.assert_array_equal(np.isfinite(figure.data[1].z), np.isnan(weights))


def test_files_hold_every_layer_by_name():
    seen = trace(module(nn.GRU, 3), torch.randn(4, 5))
    rows = list(table.reader(io.StringIO(figures.csv(seen))))
    assert rows[0] == ["layer", "name", "step", "token", *map(str, range(7))] and len(rows) == 1 + 3 * 4 * 4
    with np.load(io.BytesIO(figures.npz(seen))) as archive:
        assert set(archive) == {f"{name}_l{k}" for name in "rznh" for k in range(3)} | {"tokens"}
        for k in range(3):
            for name in "rznh":
                mine = np.array([row[4:] for row in rows if row[:2] == [str(k + 1), name]], float)
                np.testing.assert_allclose(mine, seen.layer(k)[name], rtol=1e-6, atol=1e-9)
                np.testing.assert_array_equal(archive[f"{name}_l{k}"], seen.layer(k)[name])


def test_every_figure_and_file_of_a_layer_is_that_layer_s_and_a_picture_says_which_it_shows():
    seen = trace(module(nn.GRU, 2), torch.randn(4, 5))
    below = seen.layer(0)
    for shown, called in ((below, "layer 1 of 2"), (seen, "layer 2 of 2")):
        for figure in (figures.heatmap(shown, "z"), figures.unit(shown, 3), figures.distribution(shown)):
            assert called in figure.layout.title.text
        np.testing.assert_array_equal(figures.heatmap(shown, "z").data[0].z, shown["z"].T)
        np.testing.assert_array_equal(figures.unit(shown, 3).data[1].y, shown["z"][:, 3])
    assert figures.png(below, {"z": "update gate"}) != figures.png(seen, {"z": "update gate"})
    assert figures.csv(below).startswith("name,step,token,0,1") and len(figures.csv(below).splitlines()) == 1 + 4 * 4
    with np.load(io.BytesIO(figures.npz(below))) as archive:
        np.testing.assert_array_equal(archive["n"], below["n"])


def test_a_number_that_a_model_says_and_what_its_answers_stand_for_are_in_the_file():
    torch.manual_seed(0)
    number = build(ModelSpec("random-rnn", "rnn", (), 2, 8, unit="numbers", outputs=("sum",))).eval()
    two = build(ModelSpec("random-gru", "gru", (UNKNOWN, "a", "b"), 4, 8, unit="words", outputs=("negative", "positive"))).eval()
    for model, text, said in ((number, "0.5 0.25*", "answers"), (two, "a b a", "probs")):
        seen = trace(model, text)
        with np.load(io.BytesIO(figures.npz(seen))) as archive:
            np.testing.assert_array_equal(archive[said], seen.answers)
            assert tuple(archive["labels"]) == seen.labels and len(archive["labels"]) == archive[said].shape[1]


@pytest.mark.parametrize(
    "draw",
    [figures.csv, figures.distribution, lambda it: figures.heatmap(it, "weights"), lambda it: figures.png(it, {}), lambda it: figures.unit(it, 0)],
    ids=["csv", "distribution", "heatmap", "png", "unit"],
)
def test_a_figure_of_steps_is_drawn_from_nothing_else(looked, draw):
    for other, got in ((looked, "AttentionTrace"), (np.eye(3), "ndarray"), ({"h": np.eye(3)}, "dict")):
        with pytest.raises(TypeError, match=f"trace must be a Trace of steps, or a layer of one: got {got}"):
            draw(other)


@pytest.mark.parametrize("draw", [figures.alignment, figures.alignment_csv], ids=["alignment", "csv"])
def test_a_figure_of_attention_is_drawn_from_nothing_else(seen, draw):
    for other, got in ((seen, "Trace"), (np.eye(3), "ndarray"), ({"weights": np.eye(3)}, "dict")):
        with pytest.raises(TypeError, match=f"trace must be an AttentionTrace: got {got}"):
            draw(other)


def luminance(color):
    """WCAG 2's relative luminance."""
    parts = [c / 255 for c in ImageColor.getrgb(color)]
    return sum(w * (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4) for w, c in zip((0.2126, 0.7152, 0.0722), parts))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lightness_alone_tells_the_values_apart(theme):
    """Safe without any sense of color: sequential is monotone, diverging monotone on both sides of zero."""
    light = [luminance(color) for color in SCALES[theme]["sequential"]]
    assert light in (sorted(light), sorted(light, reverse=True))
    both = [luminance(color) for color in SCALES[theme]["diverging"]]
    middle = len(both) // 2
    sides = both[: middle + 1][::-1], both[middle:]
    assert all(side in (sorted(side), sorted(side, reverse=True)) for side in sides)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_two_sides_of_zero_differ_for_red_green_blind_eyes(theme):
    """Blue against orange: the blue channel alone separates every pair at equal distance from zero."""
    scale = [ImageColor.getrgb(color) for color in SCALES[theme]["diverging"]]
    for negative, positive in zip(scale[:3], scale[:3:-1]):
        assert negative[2] - positive[2] > 60


def test_the_marks_of_the_flow_stand_out_from_the_page():
    for theme, page in (("light", "#fffdf8"), ("dark", "#0f131a")):
        for color in INK[theme].values():
            high, low = sorted((luminance(color), luminance(page)), reverse=True)
            assert (high + 0.05) / (low + 0.05) >= 3


def test_figures_are_plain_json():
    json.loads(figures.heatmap(trace(random_model("lstm"), TEXT), "c").to_json())


@pytest.fixture
def looked():
    """The trace of a small random model with attention."""
    torch.manual_seed(0)
    spec = PairSpec("random-additive", "additive", "characters", (UNKNOWN, *"abc "), (UNKNOWN, START, END, *"0123"), 6, 8)
    return trace(build(spec).eval(), "abca b")


def test_an_alignment_is_the_weights_with_their_tokens_and_a_pinned_range(looked):
    (mark,) = figures.alignment(looked).data
    np.testing.assert_array_equal(mark.z, looked["weights"])
    assert (mark.zmin, mark.zmax) == (0, 1) and mark.colorscale[-1][1] == SCALES["light"]["sequential"][-1]
    layout = figures.alignment(looked).layout
    assert list(layout.xaxis.ticktext) == ["a", "b", "c", "a", "␣", "b"] and list(layout.yaxis.ticktext) == list(looked.written)


def test_an_alignment_of_a_transformer_is_one_head_or_the_mean_of_a_layer():
    torch.manual_seed(0)
    spec = PairSpec("random-transformer", "transformer", "characters", (UNKNOWN, *"abc "), (UNKNOWN, START, END, *"0123"), 8, 8, 2, 2)
    looked = trace(build(spec).eval(), "abc")
    np.testing.assert_array_equal(figures.alignment(looked, layer=0, head=1).data[0].z, looked["weights"][0, 1])
    np.testing.assert_allclose(figures.alignment(looked).data[0].z, looked["weights"][1].mean(axis=0))
    with pytest.raises(IndexError):
        figures.alignment(looked, layer=2)


def test_each_attention_of_a_transformer_is_drawn_and_travels_as_csv_with_its_own_tokens():
    torch.manual_seed(0)
    spec = PairSpec("random-transformer", "transformer", "characters", (UNKNOWN, *"abc "), (UNKNOWN, START, END, *"0123"), 8, 8, 2, 2)
    looked = trace(build(spec).eval(), "abc")
    read = [START, *looked.written[:-1]]
    for where, weights, header, rows, columns in (
        ("encoder", looked.encoder["weights"], ["token", "source"], looked.tokens, looked.tokens),
        ("decoder", looked.decoder["weights"], ["step", "written"], looked.written, read),
        ("across", looked["weights"], ["step", "written"], looked.written, looked.tokens),
    ):
        figure = figures.alignment(looked, layer=0, head=1, where=where)
        np.testing.assert_array_equal(figure.data[0].z, weights[0, 1])
        assert (list(figure.layout.yaxis.ticktext), list(figure.layout.xaxis.ticktext)) == (list(rows), list(columns))
        head, *lines = table.reader(io.StringIO(figures.alignment_csv(looked, where)))
        assert head == ["layer", "head", *header, *columns] and [line[3] for line in lines[: len(rows)]] == list(rows)
        np.testing.assert_allclose([[float(value) for value in line[4:]] for line in lines], weights.reshape(-1, len(columns)), rtol=1e-6)
    for draw in (figures.alignment, figures.alignment_csv):
        with pytest.raises(ValueError, match="where must be across, encoder or decoder: got 'up'"):
            draw(looked, where="up")


def test_an_alignment_travels_as_csv_and_npz(looked):
    head, *rows = table.reader(io.StringIO(figures.alignment_csv(looked)))
    assert head == ["layer", "head", "step", "written", *looked.tokens]
    assert [row[3] for row in rows] == list(looked.written)
    np.testing.assert_allclose([[float(value) for value in row[4:]] for row in rows], looked["weights"], rtol=1e-6)
    with np.load(io.BytesIO(figures.npz(looked))) as archive:
        np.testing.assert_array_equal(archive["decoder.z"], looked.decoder["z"])
        np.testing.assert_array_equal(archive["context"], looked["context"])
        assert tuple(archive["written"]) == looked.written


def test_scores_by_length_are_the_stored_ones_with_their_intervals():
    bins = [
        {"from": 5, "to": 9, "count": 30, "score": 0.5, "low": 0.3, "high": 0.8},
        {"from": 10, "to": 14, "count": 40, "score": 0.25, "low": 0.2, "high": 0.3},
    ]
    card = {"name": "a", "by_length": {"score": "exact match", "length": "characters of the source", "bins": bins}}
    one, two = figures.lengths([card, card | {"name": "b"}]).data
    assert list(one.x) == [7, 12] and list(one.y) == [0.5, 0.25] and two.name == "b"
    np.testing.assert_allclose(np.array(one.y) + one.error_y.array, [0.8, 0.3])
    np.testing.assert_allclose(np.array(one.y) - one.error_y.arrayminus, [0.3, 0.2])
    assert one.line.color != two.line.color and one.marker.symbol != two.marker.symbol


@pytest.mark.parametrize("task", results.tasks())
def test_a_curve_is_the_mean_of_the_stored_seeds_and_its_bars_reach_the_worst_and_the_best(task):
    stored = json.loads((results.RESULTS / f"{task}.json").read_text(encoding="utf-8"))
    for size in {run["size"] for run in stored["runs"]}:
        marks = {mark.name: mark for mark in figures.curve(stored, "light", size).data}
        assert set(marks) == {FAMILY[cell] for cell in ("rnn", "lstm", "peephole", "coupled", "gru")}
        for cell in ("rnn", "lstm", "peephole", "coupled", "gru"):
            mine = [run["curve"] for run in stored["runs"] if run["cell"] == cell and run["size"] in (size, "hidden" if cell == "lstm" else size)]
            table, mark = np.array(mine), marks[FAMILY[cell]]
            assert table.shape[0] == len(stored["seeds"])
            np.testing.assert_array_equal(mark.x, table[0, :, 0])
            np.testing.assert_allclose(mark.y, table[..., 1].mean(0))
            np.testing.assert_allclose(np.array(mark.y) + mark.error_y.array, table[..., 1].max(0), atol=1e-12)
            np.testing.assert_allclose(np.array(mark.y) - mark.error_y.arrayminus, table[..., 1].min(0), atol=1e-12)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_curve_pins_its_range_and_shows_chance_and_where_training_ended(theme):
    runs = [{"cell": cell, "seed": 0, "size": "hidden", "curve": [[10, 0.5], [20, 1.0]]} for cell in ("rnn", "lstm", "peephole", "coupled", "gru")]
    stored = {"task": "made-up", "x": "length", "y": "share right", "chance": 0.25, "trained_to": 15, "runs": runs}
    figure = figures.curve(stored, theme)
    assert tuple(figure.layout.yaxis.range) == (0, 1)
    assert len({(mark.line.color, mark.line.dash, mark.marker.symbol) for mark in figure.data}) == 5
    for tell in ("line.color", "line.dash", "marker.symbol"):  # each of the three alone tells the cells apart
        assert len({mark[tell] for mark in figure.data}) == 5
    (chance,) = (shape for shape in figure.layout.shapes if shape.line.dash == "dash")
    (shade,) = (shape for shape in figure.layout.shapes if shape.type == "rect")
    (ended,) = (shape for shape in figure.layout.shapes if shape.line.dash == "dot")
    assert (chance.y0, chance.y1) == (0.25, 0.25) and (ended.x0, ended.x1) == (15, 15) and shade.x0 == 15 and shade.x1 > 20
    assert {note.text.split()[0] for note in figure.layout.annotations} == {"chance", "longer"}
    assert not figures.curve(stored | {"chance": None, "trained_to": None}).layout.shapes
