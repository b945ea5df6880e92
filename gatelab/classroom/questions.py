"""What a room can be asked, what an answer may be, and how answers are counted: counts, never persons."""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KINDS = ("choose", "number", "point", "direction")

DIRECTIONS = ("up", "same", "down")
"""The answers to a question of the kind "direction"."""

BARS = 10
"""About how many bars the answers with a number make."""

LARGEST = 1e12
"""The largest number, in absolute value, that an answer can be."""


@dataclass(frozen=True)
class Question:
    """What the teacher asks.

    Attributes:
        kind: one of `KINDS`.
        words: the question as the students read it.
        options: for "choose", the answers to choose from, else ().
        tokens: for "point", the words of the text to point at, else ().
        range: for "number", the smallest and the largest answer; None where any number is one.
        about: which question of the page it is, for the students' pages, which hide its answer too; "" for one of the teacher's own.
    """

    kind: str
    words: str
    options: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    range: tuple[float, float] | None = None
    about: str = ""

    def accepts(self, answer: Any) -> bool:
        """Whether this can be an answer, or the truth: the place of an option or a token from 0, a finite number, a direction."""
        if self.kind == "direction":
            return isinstance(answer, str) and answer in DIRECTIONS
        if isinstance(answer, bool) or not isinstance(answer, (int, float)):
            return False
        if self.kind == "number":
            least, largest = self.range or (-LARGEST, LARGEST)
            return least <= answer <= largest  # which no NaN is
        return isinstance(answer, int) and 0 <= answer < len(self.options or self.tokens)

    def rule(self) -> str:
        """What an answer must be, for a refusal."""
        if self.kind == "direction":
            return f"one of {', '.join(DIRECTIONS)}"
        if self.kind == "number":
            least, largest = self.range or (-LARGEST, LARGEST)
            return f"a number from {least:.12g} to {largest:.12g}"
        return f"an integer from 0 to {len(self.options or self.tokens) - 1}"

    def count(self, answers: Collection[Any], bars: Sequence[Mapping[str, Any]] | None = None) -> list[Any]:
        """How often each answer was given.

        Args:
            answers: one of each student; each is accepted.
            bars: for "number", the bars of the round before, so that the two can stand side by side.

        Returns:
            The count of each option, token or direction, in their order; for "number" bars {"from", "to", "count"}, see `histogram`.
        """
        if self.kind == "number":
            edges = [bar["to"] for bar in bars[:-1]] if bars else edges_of(answers)
            return histogram(answers, edges)
        given = Counter(answers)
        return [given[value] for value in (DIRECTIONS if self.kind == "direction" else range(len(self.options or self.tokens)))]


def edges_of(values: Collection[float]) -> list[float]:
    """Round numbers that part the bulk of the values in about `BARS` bars of one width; a few far ones do not make the others one bar."""
    if not values:
        return []
    ordered = sorted(values)
    low, high = ordered[len(ordered) // 20], ordered[-1 - len(ordered) // 20]
    if low == high:
        low, high = ordered[0], ordered[-1]
    width = _round_up((high - low) / BARS) if high > low else 1.0
    first = math.floor(low / width)
    count = math.floor(high / width) - first + 1
    return sorted({float(f"{(first + k) * width:.12g}") for k in range(count + 1)})


def _round_up(width):
    """The smallest 1, 2 or 5 times a power of ten that is not smaller."""
    power = 10.0 ** math.floor(math.log10(max(width, 1e-12)))
    return next(times * power for times in (1, 2, 5, 10) if times * power >= width * (1 - 1e-9))


def histogram(values: Collection[float], edges: Sequence[float]) -> list[dict[str, Any]]:
    """Count values between edges.

    Returns:
        Bars {"from", "to", "count"} of the values with from <= value < to. The first has no "from" and the last no "to" (None): they
        hold what is outside of the edges. [] where there is no value and no edge.
    """
    if not edges:
        return []
    counts = [0] * (len(edges) + 1)
    for value in values:
        counts[sum(edge <= value for edge in edges)] += 1
    return [{"from": a, "to": b, "count": count} for a, b, count in zip([None, *edges], [*edges, None], counts, strict=True)]
