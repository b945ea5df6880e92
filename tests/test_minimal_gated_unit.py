"""The minimal gated unit against a loop over torch's operators that was written from its paper alone (Zhou, Wu, Zhang and Zhou 2016, arXiv 1603.09420)."""

import io
import json

import numpy as np
import pytest
import torch
from PIL import Image
from torch.autograd.functional import jacobian

import gatelab
from gatelab import Recurrent, figures, sizes, zoo
from gatelab.influence import influence
from gatelab.live import attention, compare, watch
from gatelab.networks import ModelSpec, build
from gatelab.palette import span
from gatelab.text import UNKNOWN
from gatelab.traces import trace
from gatelab.words import FAMILY, TITLES
from tests import engine
from tests.test_roles import node

D, H = 5, 6


def made(layers=1):
    """Layers with random weights, larger than their first ones: some gates open, some shut."""
    torch.manual_seed(0)
    recurrent = Recurrent("mgu", D, H, layers).double()
    for parameter in recurrent.parameters():
        parameter.data.mul_(2)
    return recurrent


def parameters(recurrent, k=0):
    """Those of layer k: name -> tensor."""
    return {name.removesuffix(f"_l{k}"): p for name, p in recurrent.named_parameters() if name.endswith(f"_l{k}")}


def loop(w, x, h):
    """The equations of the paper, one step after the other: forget gates, candidates and states, (T, H) each."""
    (w_f, w_h), (u_f, u_h) = w["weight_ih"].chunk(2), w["weight_hh"].chunk(2)
    b_f, b_h = (w["bias_ih"] + w["bias_hh"]).chunk(2)  # PyTorch's layers have two biases, the paper one
    found = []
    for row in x:
        f = torch.sigmoid(w_f @ row + u_f @ h + b_f)
        candidate = torch.tanh(w_h @ row + u_h @ (f * h) + b_h)
        h = (1 - f) * h + f * candidate
        found.append((f, candidate, h))
    return {name: torch.stack(values) for name, values in zip("fnh", zip(*found))}


@pytest.mark.parametrize("steps", [1, 2, 40])
@pytest.mark.parametrize("layers", [1, 3])
def test_every_value_of_every_layer_is_that_of_the_paper_s_equations(layers, steps):
    recurrent, x = made(layers), torch.randn(steps, D, dtype=torch.double)
    seen, below = trace(recurrent, x), x
    for k in range(layers):
        expected = loop(parameters(recurrent, k), below, torch.zeros(H, dtype=torch.double))
        assert seen.layer(k).names == tuple(expected)
        for name, values in expected.items():
            np.testing.assert_allclose(seen.layer(k)[name], values.detach(), rtol=0, atol=1e-13, err_msg=name)
        below = expected["h"]
    torch.testing.assert_close(recurrent(x)[0], below, atol=1e-13, rtol=0)
    if steps > 2:
        gate = seen.layer(0)["f"]
        assert gate.min() < 0.2 and gate.max() > 0.8  # an equation that is wrong would be seen


def test_a_shut_gate_keeps_the_state_and_an_open_one_takes_the_candidate():
    recurrent, x, h = made(), torch.randn(1, D, dtype=torch.double), torch.randn(1, H, dtype=torch.double)
    for bias, expected in ((-400.0, h), (400.0, None)):
        recurrent.bias_ih_l0.data[:H] = bias
        after, _ = recurrent(x, h)
        candidate = loop(parameters(recurrent), x, h[0])["n"]
        torch.testing.assert_close(after, candidate if expected is None else expected)


def test_gradients_are_those_of_autograd_through_the_loop_in_python_and_in_the_page(tmp_path):
    """By every parameter, every input, and the state before the first step."""
    recurrent, x, start, after = made(), *(torch.randn(*shape, dtype=torch.double) for shape in ((20, D), (H,), (20, H)))
    w, x, start = parameters(recurrent), x.requires_grad_(), start.requires_grad_()
    wanted = {**w, "h": start, "x": x}
    expected = torch.autograd.grad((loop(w, x, start)["h"] * after).sum(), wanted.values())
    ours = torch.autograd.grad((recurrent(x, start[None])[0] * after).sum(), wanted.values())
    job = {
        "does": "derivatives",
        "cell": "mgu",
        "weights": engine.weights({name: p.detach() for name, p in w.items()}),
        "inputs": x.tolist(),
        "after": after.tolist(),
        "start": {"h": start.tolist()},
    }
    [(_, found)] = engine.run([job], tmp_path)
    assert found.keys() == wanted.keys()
    for name, theirs, mine in zip(wanted, expected, ours):
        assert theirs.abs().max() > 1e-3
        torch.testing.assert_close(mine, theirs, atol=1e-12, rtol=1e-12)
        np.testing.assert_allclose(found[name], theirs.flatten(), rtol=1e-11, atol=1e-11, err_msg=name)


def reader():
    torch.manual_seed(0)
    model = build(ModelSpec("random-mgu", "mgu", (UNKNOWN, *"abc "), D, H)).double().eval().requires_grad_(False)
    for parameter in model.recurrent.parameters():
        parameter.mul_(2)
    return model


def test_influence_is_that_of_torch_s_jacobians_and_there_is_no_way_through_a_memory_that_it_has_not():
    """Its gate is called f, as that of an LSTM: a name says nothing of what is kept."""
    model, text = reader(), "a cab, a bac"
    found, w, x = influence(model, text), parameters(model.recurrent), model.inputs(text).detach()
    by_input = jacobian(lambda x: loop(w, x, torch.zeros(H, dtype=torch.double))["h"][-1], x).transpose(0, 1)
    np.testing.assert_allclose(found.norms, by_input.flatten(1).norm(dim=1), rtol=1e-9)
    before = torch.zeros(H, dtype=torch.double)
    for row, gain in zip(x, found.gains, strict=True):
        step = jacobian(lambda h: loop(w, row[None], h)["h"][0], before)
        np.testing.assert_allclose(gain, step.norm() / H**0.5, rtol=1e-9)
        before = loop(w, row[None], before)["h"][0]
    assert found.path is None and influence(model, "").path is None


def test_its_size_is_counted_and_told_by_formula():
    [_, part, _] = sizes.parts(reader().spec)
    assert part.formula == "2 × H × (D + H + 2)" and part.count == sum(p.numel() for p in reader().recurrent.parameters()) == eval(
        part.numbers.replace("×", "*")
    )


def test_its_figures_show_every_value_in_the_range_of_its_role():
    seen, titles = trace(reader(), "a cab"), TITLES["mgu"]
    assert titles == {"f": "forget gate", "n": "candidate", "h": "hidden state"} and FAMILY["mgu"] == "minimal gated unit"
    for name, ends in {"f": (0, 1), "n": (-1, 1), "h": (-1, 1)}.items():
        mark = figures.heatmap(seen, name).data[0]
        assert (mark.zmin, mark.zmax) == ends == span(name, "mgu")
        np.testing.assert_array_equal(mark.z, seen[name].T)
    assert figures.heatmap(seen, "f").data[0].colorscale != figures.heatmap(seen, "n").data[0].colorscale
    assert [mark.name for mark in figures.unit(seen, 2).data] == [mark.name for mark in figures.distribution(seen).data] == ["f", "n", "h"]
    assert Image.open(io.BytesIO(figures.png(seen, titles))).height > 0


def test_beside_other_cells_its_one_gate_stands_where_each_of_its_roles_is_asked_for():
    code = """
        import { nameOf, offers, VALUES } from "./compare/values.js";
        import { CELLS } from "./engine/cells.js";
        console.log(JSON.stringify([Object.fromEntries(Object.keys(VALUES).map((value) => [value, nameOf(value, CELLS.mgu)])), Object.fromEntries(offers(["lstm", "mgu"]))]));
    """
    shown, offered = node(code)
    assert shown == {"memory": "h", "keep": "", "write": "f", "reset": "f", "candidate": "n", "output": "", "hidden": "h"}
    assert (offered["write"], offered["reset"], offered["keep"]) == ("what is written (i, f)", "reset gate (f)", "what is kept (f)")


def test_no_model_of_it_ships_so_it_stands_in_no_picker():
    assert not any("mgu" in name for name in zoo.models())
    listed = json.dumps([watch.listing(), compare.listing(), attention.listing("attention")], default=list)
    assert '"mgu"' not in listed and "minimal gated unit" not in listed
    assert gatelab.Recurrent("mgu", D, H).cell == "mgu"
