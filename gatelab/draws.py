"""Numbers drawn at random, always the same for a seed, as live/static/engine/random.js draws them in the page."""

import math
from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np

WORD = 2**32
"""One more than the largest state of the generator: integers of 32 bits."""

BLOCK = 256
"""How many numbers are made at once where they are asked for one by one."""

Value = TypeVar("Value")


def numbers(seed: int, first: int, count: int) -> np.ndarray:
    """Some numbers of the generator mulberry32, all of it on integers of 32 bits: each follows from its place alone.

    Args:
        seed: an integer from 0 to 2^32 - 1.
        first: the place of the first, from 0.

    Returns:
        Numbers in [0, 1), evenly spread: (count,).
    """
    a = np.uint32(seed) + np.arange(first + 1, first + count + 1, dtype=np.uint32) * np.uint32(0x6D2B79F5)
    t = (a ^ a >> 15) * (a | 1)
    t ^= t + (t ^ t >> 7) * (t | 61)
    return (t ^ t >> 14) / float(WORD)


def mulberry32(seed: int) -> Iterator[float]:
    """All of these numbers, one by one.

    Args:
        seed: an integer from 0 to 2^32 - 1.
    """
    first = 0
    while True:
        yield from numbers(seed, first, BLOCK).tolist()
        first += BLOCK


class Draws:
    """What is drawn for one purpose: its own numbers for each seed and each place in a sequence, so that nothing that is drawn elsewhere changes them.

    Args:
        seed: an integer from 0.
        place: which draw of a sequence this is: a batch, for instance; -1 for initial values.
    """

    def __init__(self, seed: int, place: int = 0) -> None:
        self._seed = ((seed + 1) * 0x9E3779B1 ^ (place + 2) * 0x85EBCA6B) % WORD
        self._taken = 0  # how many numbers were given
        self._first = 0  # the place of the first of the numbers that were made at once
        self._block: list[float] = []

    def next(self) -> float:
        """The next number in [0, 1)."""
        at = self._taken - self._first
        if at >= len(self._block):
            self._first, self._block, at = self._taken, numbers(self._seed, self._taken, BLOCK).tolist(), 0
        self._taken += 1
        return self._block[at]

    def many(self, count: int) -> np.ndarray:
        """The next numbers at once: (count,)."""
        self._taken += count
        return numbers(self._seed, self._taken - count, count)

    def uniform(self, low: float = 0, high: float = 1) -> float:
        """A number in [low, high)."""
        return low + (high - low) * self.next()

    def uniforms(self, low: float, high: float, count: int) -> np.ndarray:
        """Several of these: (count,)."""
        return low + (high - low) * self.many(count)

    def integer(self, low: int, high: int) -> int:
        """An integer from `low` up to `high`, both included."""
        return low + math.floor((high - low + 1) * self.next())

    def integers(self, low: int, high: int, count: int) -> list[int]:
        """Several of these."""
        return (low + np.floor((high - low + 1) * self.many(count)).astype(int)).tolist()

    def normal(self) -> float:
        """A number from the standard normal distribution (Box and Muller 1958), of two draws."""
        return float(self.normals(1)[0])

    def normals(self, count: int) -> np.ndarray:
        """Several of these: (count,)."""
        first, second = self.many(2 * count).reshape(count, 2).T
        return np.sqrt(-2 * np.log(1 - first)) * np.cos(2 * math.pi * second)

    def of(self, values: Sequence[Value]) -> Value:
        """One of some values."""
        return values[self.integer(0, len(values) - 1)]
