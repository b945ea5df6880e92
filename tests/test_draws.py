"""Random numbers, the same for a seed in Python and in the page."""

import math
from itertools import islice

import numpy as np
import pytest

from gatelab.draws import WORD, Draws, mulberry32, numbers
from tests import engine

SEEDS = [(0, -1), (1, 0), (1, 1), (7, 600), (1_000_003, 0), (2**31 - 1, 5), (2**32 - 1, 10_000)]


def each(draws):
    return draws.next(), draws.uniform(-3, 5), draws.integer(-2, 7), draws.normal(), ["a", "b", "c"].index(draws.of(["a", "b", "c"]))


def test_the_page_draws_the_same(tmp_path):
    answers = engine.run([{"does": "drawing", "seeds": SEEDS, "count": 300}], tmp_path)
    for (seed, place), (_, found) in zip(SEEDS, answers):
        draws = Draws(seed, place)
        ours = np.array([each(draws) for _ in range(300)])
        theirs = found["drawn"].reshape(300, 5)
        np.testing.assert_array_equal(ours[:, [0, 2, 4]], theirs[:, [0, 2, 4]])
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


def test_the_numbers_are_those_of_pythons_own_integers():
    def plain(a):
        while True:
            a = (a + 0x6D2B79F5) % WORD
            t = (a ^ a >> 15) * (a | 1) % WORD
            t ^= (t + (t ^ t >> 7) * (t | 61)) % WORD
            yield (t ^ t >> 14) / WORD

    for seed in (0, 1, 12345, 2**31, WORD - 1):
        assert list(islice(mulberry32(seed), 1000)) == list(islice(plain(seed), 1000))
    assert numbers(3, 700, 50).tolist() == list(islice(plain(3), 700, 750))


def test_many_at_once_are_those_one_by_one():
    one, many = Draws(5, 2), Draws(5, 2)
    for count in (1, 3, 0, 300, 7):
        assert many.many(count).tolist() == [one.next() for _ in range(count)]
        assert many.next() == one.next()
        assert many.integers(1, 4, count) == [one.integer(1, 4) for _ in range(count)]
        assert many.uniforms(-1, 2, count).tolist() == [one.uniform(-1, 2) for _ in range(count)]
        np.testing.assert_allclose(many.normals(count), [one.normal() for _ in range(count)], rtol=0, atol=1e-14)


@pytest.mark.parametrize("other", [(2, 0), (1, 1), (0, 1), (1, -1)])
def test_another_seed_or_place_has_other_numbers(other):
    assert not set(Draws(1, 0).many(1000)) & set(Draws(*other).many(1000))


def test_they_are_spread_as_they_should_be():
    draws, count = Draws(1, 0), 100_000
    even, normal, dice = draws.many(count), draws.normals(count), np.bincount(draws.integers(1, 6, count), minlength=7)
    assert 0 <= even.min() and even.max() < 1 and abs(even.mean() - 0.5) < 0.005 and abs(even.var() - 1 / 12) < 0.002
    assert abs(normal.mean()) < 0.02 and abs(normal.std() - 1) < 0.01 and abs((np.abs(normal) < 1.96).mean() - 0.95) < 0.005
    assert dice[0] == 0 and np.abs(dice[1:] / count - 1 / 6).max() < 5 * math.sqrt(5 / 36 / count)
