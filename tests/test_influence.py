"""Influence against PyTorch's own jacobian of a loop over its cells, and against finite differences of the published equations."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import nn
from torch.autograd.functional import jacobian

import gatelab
from gatelab.cells import CELLS
from gatelab.influence import influence, jacobians, last_by_input, running_products, states
from gatelab.networks import ModelSpec, PairSpec, build
from gatelab.text import END, START, UNKNOWN
from gatelab.traces import trace
from tests import equations
from tests.conftest import random_model

THEIRS = {"rnn": nn.RNNCell, "lstm": nn.LSTMCell, "gru": nn.GRUCell}
TEXT = "the cat, the hat"
H = 8  # units of a random model


def double(cell):
    """A random character model in float64, with larger weights than its first ones: some gates open, some shut."""
    model = random_model(cell).double()
    for parameter in model.recurrent.parameters():
        parameter.mul_(2)
    return model


def numbers(cell):
    """A made model that reads numbers, as those of the adding problem do."""
    torch.manual_seed(0)
    return build(ModelSpec(f"adding-{cell}", cell, (), 2, H, unit="numbers", outputs=("sum",))).eval().requires_grad_(False).double()


def loop(model):
    """PyTorch's own cell with the weights of a model: (x, state (S,)) -> the state after each step, (T, S); S is H, or 2 H with c behind h."""
    recurrent = model.recurrent
    cell = THEIRS[recurrent.cell](recurrent.input_size, H, dtype=torch.double).requires_grad_(False)
    cell.load_state_dict({name.removesuffix("_l0"): p for name, p in recurrent.state_dict().items()})

    def run(x, state):
        after = []
        for row in x:
            state = torch.cat(cell(row, state.chunk(2))) if recurrent.cell == "lstm" else cell(row, state)
            after.append(state)
        return torch.stack(after)

    return run


def zeros(model):
    return torch.zeros(H * (1 + ("c" in CELLS[model.spec.cell].names)), dtype=torch.double)


def norm(table):
    """Frobenius norm of each row's matrix."""
    return np.sqrt((np.asarray(table) ** 2).sum(axis=(1, 2)))


@pytest.mark.parametrize("make", [double, numbers], ids=["characters", "numbers"])
def test_norms_are_those_of_torch_s_jacobian_of_a_loop_over_its_cell(cell, make):
    model = make(cell)
    text = TEXT if make is double else "0.25 0.5* 1 0.75* .125 0 0.5"
    seen = influence(model, text)
    x = model.inputs(trace(model, text).tokens)
    expected = jacobian(lambda x: loop(model)(x, zeros(model))[-1, :H], x).transpose(0, 1)  # (T, H, D)
    assert seen.tokens == (tuple(TEXT) if make is double else tuple(text.split()))
    np.testing.assert_allclose(last_by_input(model.recurrent, x), expected, atol=1e-12)
    np.testing.assert_allclose(seen.norms, norm(expected), rtol=1e-9)
    assert seen.norms.min() > 0


def test_gains_and_products_are_those_of_torch_s_jacobians_multiplied(cell):
    model = double(cell)
    seen = influence(model, TEXT)
    run, x, before, factors = loop(model), model.inputs(TEXT), zeros(model), []
    for row in x:
        factors.append(jacobian(lambda state: run(row[None], state)[-1], before))
        before = run(row[None], before)[-1]
    wide = len(before)
    np.testing.assert_allclose(seen.gains, norm(torch.stack(factors)) / wide**0.5, rtol=1e-9)
    product, products = torch.eye(wide, dtype=torch.double), []
    for factor in reversed(factors):
        products.append(product[:H])
        product = product @ factor
    np.testing.assert_allclose(seen.products, norm(torch.stack(products[::-1])) / wide**0.5, rtol=1e-9)
    assert seen.products[-1] == pytest.approx((H / wide) ** 0.5)  # the state itself, and of an LSTM its half


def test_a_product_is_torch_s_jacobian_of_the_last_state_by_an_earlier_one(cell):
    """In one piece, from the state in the middle to the end."""
    model = double(cell)
    seen, x, run = trace(model, TEXT), model.inputs(TEXT), loop(model)
    known = states(seen)
    products = running_products(jacobians(model.recurrent, x, known), H)
    np.testing.assert_allclose(known[1:], run(x, zeros(model)), atol=1e-12)
    for t in (0, 5, len(TEXT) - 2):
        expected = jacobian(lambda state: run(x[t + 1 :], state)[-1, :H], known[t + 1])
        np.testing.assert_allclose(products[t], expected, atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_norms_and_products_say_the_same(cell):
    """dh_T/dx_t is the product of the steps behind t times what step t takes of its input, here by finite differences."""
    model = double(cell)
    seen, x = trace(model, TEXT), model.inputs(TEXT)
    known, wide = states(seen).numpy(), len(zeros(model))
    products = running_products(jacobians(model.recurrent, x, states(seen)), H).numpy()
    w = equations.parameters(model.recurrent)
    for t, by_input in enumerate(last_by_input(model.recurrent, x).numpy()):
        taken = finite_differences(lambda row: after(cell, w, row, known[t]), x[t].numpy())
        assert taken.shape == (wide, x.shape[1])
        np.testing.assert_allclose(products[t] @ taken, by_input, atol=1e-7)


@pytest.mark.parametrize("cell", CELLS)
def test_everything_is_what_finite_differences_of_the_published_equations_give(cell):
    model = double(cell)
    found, seen, x, w = influence(model, TEXT), trace(model, TEXT), model.inputs(TEXT).numpy(), equations.parameters(model.recurrent)
    by_input = finite_differences(lambda flat: equations.layer(cell, w, flat.reshape(x.shape))["h"][-1], x.ravel()).reshape(H, *x.shape)
    np.testing.assert_allclose(found.norms, norm(by_input.transpose(1, 0, 2)), rtol=1e-5)
    known = states(seen).numpy()
    factors = [finite_differences(lambda state: after(cell, w, x[t], state), known[t]) for t in range(len(x))]
    np.testing.assert_allclose(found.gains, norm(factors) / known.shape[1] ** 0.5, rtol=1e-6)


def after(cell, w, row, state):
    """The state after a step, (S,), by the published equations."""
    done = equations.step(cell, w, row, *np.split(state, len(state) // H))
    return np.concatenate([done[name] for name in ("h", "c") if name in done])


def finite_differences(of, at, step=1e-6):
    """The jacobian of a function of a vector, (outputs, inputs), from both sides."""
    return np.stack([(of(at + step * e) - of(at - step * e)) / (2 * step) for e in np.eye(len(at))], axis=1)


@pytest.mark.parametrize("cell", ["lstm", "peephole", "coupled"])
def test_the_path_of_a_cell_with_a_forget_gate_is_the_product_of_the_gates_behind_each_step(cell):
    model = double(cell)
    found, f = influence(model, TEXT), trace(model, TEXT)["f"]
    for t in range(len(TEXT)):
        expected = np.mean([np.prod([f[k, unit] for k in range(t + 1, len(TEXT))]) for unit in range(H)])
        assert found.path[t] == pytest.approx(expected)
    assert found.path[-1] == 1 and (np.diff(found.path) >= 0).all()


def test_the_path_is_all_there_is_where_the_gates_see_no_state():
    """An LSTM without W_hh: dc_T/dc_t is the product of its forget gates and nothing else, by torch's jacobian."""
    model = double("lstm")
    model.recurrent.weight_hh_l0.zero_()
    known, x, run = states(trace(model, TEXT)), model.inputs(TEXT), loop(model)
    for t in (0, 7):
        by_memory = jacobian(lambda state: run(x[t + 1 :], state)[-1, H:], known[t + 1])[:, H:]
        assert influence(model, TEXT).path[t] == pytest.approx(by_memory.diagonal().mean().item())
        assert by_memory.count_nonzero() <= H  # nothing outside the diagonal


@pytest.mark.parametrize("cell", ["rnn", "gru", "gru-cho", "mgu"])
def test_a_cell_without_a_memory_apart_has_no_path(cell):
    assert influence(random_model(cell), TEXT).path is None and influence(random_model(cell), "").path is None


@pytest.mark.parametrize("cell", CELLS)
def test_an_empty_text_gives_empty_arrays(cell):
    found = influence(random_model(cell), "")
    assert found.tokens == () and found.norms.shape == found.gains.shape == found.products.shape == (0,)
    assert found.path is None or found.path.shape == (0,)


@pytest.mark.parametrize("cell", CELLS)
def test_one_token_is_all_that_its_state_depends_on(cell):
    model = double(cell)
    found, w, x = influence(model, "a"), equations.parameters(model.recurrent), model.inputs("a").numpy()
    by_input = finite_differences(lambda row: equations.layer(cell, w, row[None])["h"][0], x[0])
    assert found.tokens == ("a",) and found.norms == pytest.approx([np.linalg.norm(by_input)])
    assert found.products == pytest.approx([1 if found.path is None else 0.5**0.5])
    assert found.path is None or found.path.tolist() == [1]


@pytest.mark.parametrize("cell", CELLS)
def test_a_model_in_32_bits_gives_the_same_as_in_64(cell):
    one, other = influence(random_model(cell), TEXT), influence(random_model(cell).double(), TEXT)
    for name in ("norms", "gains", "products", "path"):
        if getattr(other, name) is not None:
            assert getattr(one, name).dtype == np.float32
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-3)


def test_models_that_read_words_or_numbers_are_followed_token_by_token():
    torch.manual_seed(0)
    words = build(ModelSpec("sentiment-gru", "gru", (UNKNOWN, "good", "film"), 3, H, unit="words", outputs=("negative", "positive"))).eval()
    found = influence(words, "A good,  GOOD film!")
    assert found.tokens == ("A", "good", ",", "GOOD", "film", "!") and found.norms.shape == (6,)
    assert influence(numbers("rnn"), "0.5  0.25*\nx").tokens == ("0.5", "0.25*", "x")


def test_a_shipped_model_is_as_it_was_and_may_be_asked_by_many_threads_at_once():
    model = gatelab.load("prose-lstm")
    before = {name: p.clone() for name, p in model.state_dict().items()}
    alone = influence(model, TEXT)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: influence(model, TEXT), range(8)):
            np.testing.assert_array_equal(found.norms, alone.norms)
    assert all(torch.equal(p, before[name]) for name, p in model.state_dict().items())
    assert not any(p.requires_grad or p.grad is not None for p in model.parameters())


def test_the_simple_rnn_forgets_and_an_lstm_with_open_gates_does_not():
    """What the page is about, on made models: a product of small factors goes to nothing, one of factors near 1 stays."""
    rnn, lstm = random_model("rnn"), random_model("lstm")
    rnn.recurrent.weight_hh_l0.mul_(0.5 / torch.linalg.matrix_norm(rnn.recurrent.weight_hh_l0, 2))
    lstm.recurrent.bias_ih_l0[:H] = -10.0  # i near 0
    lstm.recurrent.bias_ih_l0[H : 2 * H] = 10.0  # f near 1
    text = "a" * 40
    assert influence(rnn, text).norms[0] < 1e-9 * influence(rnn, text).norms[-1]
    assert influence(lstm, text).products[0] > 0.05 and influence(lstm, text).path[0] > 0.99


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda: influence(nn.LSTM(5, 7), TEXT), TypeError, "a model that reads text: got LSTM"),
        (lambda: influence(gatelab.Recurrent("gru", 5, 7), torch.zeros(3, 5)), TypeError, "got Recurrent"),
        (
            lambda: influence(build(PairSpec("a-none", "none", "characters", (UNKNOWN, "a"), (UNKNOWN, START, END, "0"), 4, 4)), "a"),
            TypeError,
            "got EncoderDecoder",
        ),
        (lambda: influence("prose-lstm", TEXT), TypeError, "got str"),
        (lambda: influence(random_model("lstm"), 7), TypeError, "reads a string: got int"),
        (lambda: influence(random_model("gru", layers=2), TEXT), ValueError, "a model with one layer: got 2"),
    ],
)
def test_an_error_names_the_thing_the_rule_and_what_came(wrong, error, said):
    with pytest.raises(error, match=said):
        wrong()
