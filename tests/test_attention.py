"""The energies and the look itself, compared with torch's own attention and with sums written out."""

import numpy as np
import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from gatelab.attention import additive, attend, multiplicative, scaled

LEADING = [(), (3,), (2, 3)]


def some(*shape, seed=0, size=1.0):
    return size * torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("size", [1.0, 30.0])  # at 30 the energies reach hundreds: no exponential may overflow
@pytest.mark.parametrize("leading", LEADING)
@pytest.mark.parametrize(("queries", "keys"), [(1, 1), (4, 7), (5, 5)])
def test_scaled_attention_is_that_of_torch(leading, queries, keys, size):
    q, k, v = some(*leading, queries, 6, size=size), some(*leading, keys, 6, seed=1, size=size), some(*leading, keys, 9, seed=2)
    seen = attend(scaled(q, k), v)
    torch.testing.assert_close(seen.context, scaled_dot_product_attention(q, k, v), atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(seen.weights.sum(-1), torch.ones(*leading, queries), atol=1e-6, rtol=0)
    assert seen.weights.min() >= 0


@pytest.mark.parametrize("leading", LEADING)
def test_a_causal_look_is_that_of_torch_and_sees_exactly_nothing_of_what_comes(leading):
    q, k, v = (some(*leading, 6, 4, seed=seed) for seed in range(3))
    hidden = torch.tensor(np.triu(np.ones((6, 6), bool), 1))
    seen = attend(scaled(q, k), v, hidden)
    torch.testing.assert_close(seen.context, scaled_dot_product_attention(q, k, v, is_causal=True), atol=1e-5, rtol=0)
    assert (seen.weights[..., hidden] == 0).all() and (seen.weights[..., ~hidden] > 0).all()
    torch.testing.assert_close(seen.weights.sum(-1), torch.ones(*leading, 6), atol=1e-6, rtol=0)
    changed = torch.cat((v[..., :-1, :], v[..., -1:, :] + 1e6), -2)
    assert torch.equal(attend(scaled(q, k), changed, hidden).context[..., :-1, :], seen.context[..., :-1, :])


@pytest.mark.parametrize("leading", LEADING)
def test_any_mask_is_followed_as_torch_follows_it(leading):
    q, k, v = some(*leading, 4, 6), some(*leading, 5, 6, seed=1), some(*leading, 5, 3, seed=2)
    hidden = torch.tensor([[0, 1, 0, 1, 1], [1, 1, 1, 1, 0], [0, 0, 0, 0, 0], [0, 1, 1, 0, 0]], dtype=torch.bool)
    seen = attend(scaled(q, k), v, hidden)
    torch.testing.assert_close(seen.context, scaled_dot_product_attention(q, k, v, attn_mask=~hidden), atol=1e-5, rtol=0)
    assert (seen.weights[..., hidden] == 0).all()


def test_additive_energies_are_the_sum_of_the_paper():
    q, k, v = some(3, 5).numpy(), some(4, 5, seed=1).numpy(), some(5, seed=2).numpy()
    expected = [[sum(v[a] * np.tanh(q[i, a] + k[j, a]) for a in range(5)) for j in range(4)] for i in range(3)]
    np.testing.assert_allclose(additive(*map(torch.from_numpy, (q, k, v))), expected, atol=1e-6)


def test_additive_energies_of_a_batch_are_those_of_each():
    q, k, v = some(2, 3, 1, 5), some(2, 3, 4, 5, seed=1), some(5, seed=2)
    together = additive(q, k, v)
    assert together.shape == (2, 3, 1, 4)
    expected = np.einsum("a,...qka->...qk", v, np.tanh(q.numpy()[..., :, None, :] + k.numpy()[..., None, :, :]))
    np.testing.assert_allclose(together, expected, atol=1e-6)


@pytest.mark.parametrize("leading", LEADING)
def test_multiplicative_energies_are_inner_products_and_scaled_ones_a_root_smaller(leading):
    q, k = some(*leading, 3, 9), some(*leading, 4, 9, seed=1)
    expected = np.einsum("...qa,...ka->...qk", q.numpy(), k.numpy())
    np.testing.assert_allclose(multiplicative(q, k), expected, atol=1e-5)
    np.testing.assert_allclose(scaled(q, k), expected / 3, atol=1e-5)
