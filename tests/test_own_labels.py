"""A trace of one's own network has one's own labels, and what one's own head says; they stay with it wherever it goes."""

import io

import numpy as np
import pytest
import torch
from torch import nn

from gatelab import figures, trace
from tests.own import D, H, equal, module, numbers

WORDS = ("the", "film", "was", "not", "bad", "at", "all")
X = numbers(len(WORDS), D)
UNITS = tuple(f"unit of {k}" for k in "abcdefg")


def seen(**options):
    return trace(module("lstm"), X, tokens=WORDS, units=UNITS, **options)


def test_labels_stay_with_a_trace_that_is_cut_and_goes_on():
    whole = seen()
    assert whole.tokens == WORDS and whole.units("f") == UNITS
    assert whole.head(3).tokens == WORDS[:3] and whole.head(3).units("c") == UNITS
    longer = whole.head(3).extend(X[3:5], tokens=["x", "y"])
    assert longer.tokens == (*WORDS[:3], "x", "y") and longer.layer(0).units("h") == UNITS
    assert whole.extend(X[:1]).tokens == (*WORDS, "8")


def test_labels_can_be_given_afterwards():
    bare = trace(module("gru"), X)
    named = bare.labelled(WORDS, UNITS)
    assert (named.tokens, named.units("z")) == (WORDS, UNITS) and bare.tokens[0] == "1" and bare.units("z")[0] == "0"
    assert named.labelled(units=UNITS[::-1]).tokens == WORDS


def test_figures_and_files_show_the_labels():
    figure = figures.heatmap(seen(), "f")
    assert tuple(figure.layout.xaxis.ticktext) == WORDS and tuple(figure.data[0].y) == UNITS
    assert figures.unit(seen(), 2).layout.title.text == "Unit 2, unit of c"
    lines = figures.csv(seen()).splitlines()
    assert lines[0] == "name,step,token," + ",".join(UNITS) and lines[1].startswith("i,1,the,")
    stored = np.load(io.BytesIO(figures.npz(seen())))
    assert tuple(stored["tokens"]) == WORDS and tuple(stored["units"]) == UNITS


def test_two_units_of_one_name_are_two_rows_of_a_heatmap():
    figure = figures.heatmap(trace(module("gru"), X, units=["a", "b", "a", "c", "d", "e", "f"]), "z")
    assert tuple(figure.data[0].y) == ("a (0)", "b", "a (2)", "c", "d", "e", "f")


HEADS = {
    "scores": (nn.Linear(H, 3), True),
    "probabilities": (nn.Sequential(nn.Linear(H, 3), nn.Softmax(-1)), False),
    "logarithms of probabilities": (nn.Sequential(nn.Linear(H, 3), nn.LogSoftmax(-1)), True),
    "a function": (lambda h: h[:, :3] * 5, True),
}


@pytest.mark.parametrize(("head", "scores"), HEADS.values(), ids=HEADS)
def test_a_head_gives_probabilities_of_scores_and_keeps_those_that_are_some(head, scores):
    heard = seen(head=head, labels=["bad", "so-so", "good"])
    with torch.no_grad():
        said = head(torch.from_numpy(heard["h"].copy()))
    equal(heard.probs, said.softmax(-1) if scores else said)
    np.testing.assert_allclose(heard.probs.sum(1), 1, atol=1e-6)
    assert heard.labels == ("bad", "so-so", "good") and heard.vocab == ()
    longer = heard.head(2).extend(X[2:])
    np.testing.assert_allclose(longer.probs, heard.probs, atol=1e-6)
    stored = np.load(io.BytesIO(figures.npz(heard)))
    np.testing.assert_array_equal(stored["probs"], heard.probs)
    assert list(stored["labels"]) == ["bad", "so-so", "good"] and "vocab" not in stored


def test_a_head_with_one_output_gives_a_number():
    head = nn.Linear(H, 1)
    heard = seen(head=head)
    equal(heard.answers, head(torch.from_numpy(heard["h"].copy())))
    assert heard.probs is None and heard.labels == ("0",) and "answers (7, 1)" in repr(heard)


def test_a_head_hears_both_directions_a_batch_and_half_precision():
    both, head = module("gru", 2, bidirectional=True), nn.Linear(2 * H, 4)
    x = numbers(6, 3, D)
    with torch.no_grad():
        theirs = head(both(x)[0]).softmax(-1)
    equal(trace(both, x, index=1, head=head).probs, theirs[:, 1])
    assert trace(both.half(), x.half(), index=1, head=head.half()).probs.dtype == np.float32


def test_a_trace_of_nothing_has_labels_and_goes_on():
    empty = trace(module("gru"), X[:0], head=nn.Linear(H, 2))
    assert empty.probs.shape == (0, 2) and empty.extend(X).probs.shape == (7, 2)


def test_a_trace_does_not_go_on_with_another_head():
    head = nn.Linear(H, 2)
    heard = seen(head=head)
    with torch.no_grad():
        head.bias += 1
    with pytest.raises(RuntimeError, match="bias of Linear was written to or replaced"):
        heard.extend(X)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"tokens": WORDS[:3]}, ValueError, "tokens must be 7 strings: got 3"),
        ({"tokens": range(7)}, TypeError, "tokens must be strings: got int 0"),
        ({"units": ["a"]}, ValueError, "units must be 7 strings: got 1"),
        ({"head": nn.Linear(3, 2)}, RuntimeError, "shapes cannot be multiplied"),
        ({"head": "linear"}, TypeError, r"head must be a module or a function of hidden states \(T, 7\): got str"),
        ({"head": lambda h: h[:, 0]}, ValueError, r"head must give a tensor \(1, O\) for hidden states \(1, 7\): got \(1,\)"),
        ({"head": lambda h: h.tolist()}, ValueError, "got list"),
        ({"head": nn.Linear(H, 2), "labels": ["a"]}, ValueError, "labels must be 2 strings: got 1"),
        ({"labels": ["a"]}, ValueError, "labels must be left out where no head is given"),
        ({"head": nn.Sequential(nn.Dropout(), nn.Linear(H, 2))}, ValueError, r"head must be as after eval\(\): 0 \(Dropout\) is in training mode"),
    ],
)
def test_a_label_or_a_head_that_does_not_fit_is_refused(options, error, said):
    with pytest.raises(error, match=said):
        trace(module("gru"), X, **options)


def test_a_model_of_text_takes_no_labels():
    from tests.conftest import random_model

    with pytest.raises(TypeError, match="must be state or hold: got tokens"):
        trace(random_model("gru"), "ab", tokens=["a", "b"])
    with pytest.raises(TypeError, match="takes no labels"):
        trace(random_model("gru"), "ab").labelled(["a", "b"])


def test_the_readme_s_lines_on_a_model_of_one_s_own_run():
    import gatelab
    from tests.browser import ROOT

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = readme[readme.index("**Your own model**") :].split("```python\n")[1].split("```")[0]
    tagger = nn.ModuleDict({"encoder": nn.ModuleDict({"lstm": nn.LSTM(8, 4)})})
    tagger.forward = lambda batch: tagger["encoder"]["lstm"](batch)
    known = {
        "gatelab": gatelab,
        "torch": torch,
        "figures": figures,
        "tagger": tagger,
        "batch": numbers(3, 2, 8),
        "gate": np.ones((2, 3)),
        "state": np.ones((2, 3)),
    }
    exec(lines.replace(".show()", ""), known)  # noqa: S102 (our own lines)
    assert known["trace"].tokens == ("not", "bad") and len(known["seen"]["encoder.lstm"][0]) == 3
