"""Modules of every kind that PyTorch has: in both directions, with a projection, in half precision, compiled, scripted."""

import copy
import pickle

import numpy as np
import pytest
import torch
from torch import nn

import gatelab
from gatelab import Hold, Recurrent, cells, trace
from gatelab.cells import NAMES
from tests.own import CELLS, MODULES, D, H, equal, forward, module, numbers

X = numbers(12, D)
each = pytest.mark.parametrize("cell", MODULES)


@each
@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("options", [{}, {"bias": False}, {"dtype": torch.float64}], ids=str)
@pytest.mark.parametrize("steps", [1, 12, 300])
def test_a_module_that_reads_in_both_directions_equals_pytorch_at_every_step(cell, layers, options, steps):
    made, x = module(cell, layers, bidirectional=True, **options), numbers(steps, D).to(options.get("dtype", torch.float32))
    h, last = forward(made, x)
    seen = trace(made, x)
    equal(seen["h"], h)
    assert seen.directions == 2 and seen[seen.names[0]].shape == (steps, 2 * H)
    for k in range(layers):
        for name, ends in zip(("h", "c"), last):
            values = seen.layer(k)[name]
            equal(values[-1, :H], ends[2 * k])  # from the left: the end of the text
            equal(values[0, H:], ends[2 * k + 1])  # from the right: its beginning


@each
def test_the_second_half_of_every_gate_is_the_trace_of_the_text_read_backwards(cell):
    both = module(cell, bidirectional=True)
    left, right = (MODULES[cell](D, H) for _ in range(2))
    for one, ending in ((left, "_l0"), (right, "_l0_reverse")):
        one.load_state_dict({name.replace(ending, "_l0"): weight for name, weight in both.state_dict().items() if name.endswith(ending)})
    seen, forth, back = trace(both, X), trace(left, X), trace(right, X.flip(0))
    for name in seen.names:
        np.testing.assert_array_equal(seen[name][:, :H], forth[name])
        np.testing.assert_array_equal(seen[name][:, H:], back[name][::-1])


def test_a_hold_in_both_directions_acts_in_its_half_at_its_step():
    made = module("lstm", bidirectional=True)
    seen, free = trace(made, X, hold=Hold("f", 0.0, [2, H + 1], slice(5, 8))), trace(made, X)
    assert (seen["f"][5:8, [2, H + 1]] == 0).all() and seen.held_at("f").sum() == 6
    np.testing.assert_array_equal(seen["h"][:5, :H], free["h"][:5, :H])  # from the left nothing changed before step 6
    np.testing.assert_array_equal(seen["h"][8:, H:], free["h"][8:, H:])  # from the right nothing behind step 8
    assert np.abs(seen["h"] - free["h"])[5:8].max() > 1e-3


def test_a_trace_in_both_directions_is_neither_cut_nor_continued():
    seen = trace(module("gru", bidirectional=True), X)
    with pytest.raises(ValueError, match="reads in both directions cannot go on: each step depends on those behind it"):
        seen.extend(X)
    with pytest.raises(ValueError, match="in both directions cannot be cut"):
        seen.head(3)
    assert seen.head(len(X)) is seen


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
@pytest.mark.parametrize("ways", [1, 2])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("steps", [1, 2, 300])
@pytest.mark.parametrize("bias", [True, False])
def test_a_projection_equals_pytorch_and_explains_itself(ways, layers, steps, bias):
    made, x = module("lstm", layers, proj_size=3, bidirectional=ways == 2, bias=bias), numbers(steps, D)
    h, (_, c) = forward(made, x)
    seen = trace(made, x)
    equal(seen["h"], h)
    equal(seen["c"][-1, :H], c[(layers - 1) * ways])
    assert seen["h"].shape == (steps, 3 * ways) and seen["f"].shape == (steps, H * ways)
    shown = torch.from_numpy((seen["o"] * np.tanh(seen["c"]))[:, :H])
    equal(seen["h"][:, :3], shown @ getattr(made, f"weight_hr_l{layers - 1}").T)


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
def test_a_projection_is_extended_and_held():
    made = module("lstm", 2, proj_size=3)
    np.testing.assert_allclose(trace(made, X[:5]).extend(X[5:6]).extend(X[6:])["h"], trace(made, X)["h"], atol=1e-6)
    held = trace(made, X, hold=Hold("h", 0.25, [1], slice(3, 6)))
    assert (held["h"][3:6, 1] == 0.25).all()
    with pytest.raises(ValueError, match="names unit 5, but the units are 0 to 2"):
        trace(made, X, hold=Hold("h", 0.0, [5]))
    as_it_is = trace(made, X, hold=Hold("f", 1.0, None, None, "times"))
    np.testing.assert_allclose(as_it_is["h"], trace(made, X)["h"], atol=1e-6)


@each
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float16, 4e-3), (torch.bfloat16, 4e-2)])
def test_a_module_in_half_precision_is_traced_as_exactly_as_it_computes(cell, dtype, tolerance):
    made = module(cell, 2).to(dtype)
    h, _ = forward(made, X.to(dtype))
    seen = trace(made, X.to(dtype))
    assert seen["h"].dtype == np.float32
    equal(seen["h"], h, tolerance)
    exact = MODULES[cell](D, H, 2)
    exact.load_state_dict({name: weight.float() for name, weight in made.state_dict().items()})
    equal(seen["h"], forward(exact, X.to(dtype).float())[0])  # the same weights, in float32
    with torch.no_grad():
        made.weight_hh_l1[0, 0] += 1
    with pytest.raises(RuntimeError, match="weight_hh_l1 of .* was written to or replaced"):
        seen.extend(X)


@each
def test_a_compiled_module_is_taken_out_of_its_wrapping(cell):
    made = module(cell)
    seen = trace(torch.compile(made, backend="eager"), X)
    np.testing.assert_array_equal(seen["h"], trace(made, X)["h"])
    assert seen.model is made


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("options", [{}, {"bidirectional": True, "num_layers": 2}, {"bias": False, "batch_first": True}], ids=str)
@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN, lambda *size, **options: nn.RNN(*size, nonlinearity="relu", **options)])
def test_a_scripted_module_is_traced_with_its_own_parameters(kind, options, tmp_path):
    made = kind(D, H, **options).eval()
    scripted = torch.jit.script(made)
    torch.jit.save(scripted, str(tmp_path / "scripted.pt"))
    for one in (scripted, torch.jit.load(str(tmp_path / "scripted.pt"))):
        equal(trace(one, X)["h"], forward(made, X)[0])
    seen = trace(scripted, X)
    with torch.no_grad():
        scripted.weight_hh_l0.mul_(2)
    with pytest.raises(RuntimeError, match="written to or replaced"):
        seen.weights.check()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("cell", CELLS)
def test_a_scripted_cell_is_traced(cell):
    made = CELLS[cell](D, H)
    np.testing.assert_array_equal(trace(torch.jit.script(made), X)["h"], trace(made, X)["h"])


class Sub(nn.LSTM):
    def forward(self, x):
        return super().forward(2 * x)


class LSTM(nn.Module):
    """Somebody's own, from scratch."""


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.encoder, self.head = nn.Embedding(9, D), nn.ModuleDict({"lstm": nn.LSTM(D, H)}), nn.Linear(H, 2)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning")
@pytest.mark.parametrize(
    ("model", "said"),
    [
        (lambda: Tagger(), r"got Tagger, which has encoder.lstm \(LSTM\) inside; trace it while your own code runs: with gatelab.watch\(model\)"),
        (lambda: nn.Sequential(nn.GRU(D, H), nn.LSTM(H, H)), r"got Sequential, which has 0 \(GRU\), 1 \(LSTM\) inside; trace them all"),
        (lambda: nn.DataParallel(nn.GRU(D, H)), r"got DataParallel, which has module \(GRU\) inside"),
        (lambda: nn.Linear(D, H), "got Linear, which has none of these inside"),
        (lambda: LSTM(), r"got tests.test_own_modules.LSTM, which has none.* by gatelab.Trace.of\(tokens, f=..., h=...\)"),
        (lambda: nn.RNNBase("LSTM", D, H), "got RNNBase, which has none"),
        (lambda: "prose-lstm", "got the string 'prose-lstm'; gatelab.load gives a shipped model by its name"),
        (lambda: torch.jit.trace(nn.LSTM(D, H).eval(), X), "got LSTM from torch.jit.trace, which keeps no settings"),
        (lambda: torch.jit.script(nn.Linear(D, H)), "one of PyTorch's recurrent modules: got Linear$"),
        (lambda: torch.jit.script(nn.ModuleDict({"rnn": nn.GRU(D, H)})), r"got ModuleDict, which has rnn inside; trace model.get_submodule\('rnn'\)"),
    ],
)
def test_what_is_no_recurrent_module_is_refused_with_what_to_do(model, said):
    with pytest.raises(TypeError, match=said):
        trace(model(), X)


@pytest.mark.parametrize("make", [lambda: torch.compile(Sub(D, H), backend="eager"), lambda: Sub(D, H, bidirectional=True)])
def test_no_wrapping_hides_a_forward_of_one_s_own(make):
    with pytest.raises(ValueError, match="got a forward of its own"):
        trace(make(), X)


def test_a_cell_with_a_forward_of_its_own_is_refused():
    class Doubled(nn.GRUCell):
        def forward(self, x, h=None):
            return super().forward(2 * x, h)

    with pytest.raises(ValueError, match=r"\(Doubled\) must compute what GRUCell does"):
        trace(Doubled(D, H), X)


@pytest.mark.parametrize(
    "make", [lambda: module("lstm", 2, bidirectional=True), lambda: module("lstm", proj_size=3), lambda: nn.LSTMCell(D, H), lambda: module("gru").half()]
)
@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
def test_a_trace_of_any_module_can_be_copied_pickled_and_printed(make):
    made = make()
    seen = trace(made, X.to(next(made.parameters()).dtype), tokens=list("abcdefghijkl"))
    for other in (copy.deepcopy(seen), pickle.loads(pickle.dumps(seen))):
        assert repr(other) == repr(seen) and other.tokens == seen.tokens
        for name in seen:
            np.testing.assert_array_equal(other[name], seen[name])
    assert "12 steps of 'a b c d e f g h i j k l'" in repr(seen)


def test_a_mistyped_name_is_answered_with_the_nearest():
    seen = trace(Recurrent("gru-cho", D, H), X)
    assert NAMES["gru-cho"] == seen.names
    for wrong, said in [
        (lambda: gatelab.trace(gatelab.load("dates-additive"), "March 5")["weight"], "did you mean 'weights'"),
        (lambda: trace(module("gru"), X, token=["a"]), "got token; did you mean 'tokens'"),
    ]:
        with pytest.raises((ValueError, KeyError, TypeError), match=said):
            wrong()


def test_a_trace_says_where_its_values_are_not_finite():
    x = X.clone()
    x[7, 2] = torch.nan
    assert repr(trace(module("lstm"), x)).splitlines()[-1] == "  not finite: i, f, g, o, c, h, first at step 8"
    assert "not finite" not in repr(trace(module("lstm"), X))


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
def test_the_gradient_of_the_step_with_a_projection_is_pytorch_s():
    made, x = module("lstm", proj_size=3, dtype=torch.float64), numbers(6, D).double()
    state = x.new_zeros(3), x.new_zeros(H)
    hs = []
    for row in x:
        done = cells.lstm(row, state, cells.weights(made, "_l0"))
        state = done.h, done.c
        hs.append(done.h)
    ours = torch.autograd.grad(torch.stack(hs).square().sum(), list(made.parameters()))
    theirs = torch.autograd.grad(made(x)[0].square().sum(), list(made.parameters()))
    for one, other in zip(ours, theirs):
        equal(one.detach(), other, 1e-12)
