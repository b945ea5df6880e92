"""Foretelling the next number of a series: one series in which there is nothing to learn but "the same again", and one in which there is.

Shapes: a batch is (T, B, 2) numbers, each with a mark of 0, and its targets (T, B), the numbers one step later.
"""

import torch
from torch import Tensor, nn

from gatelab.text import NUMBERS, Numbers
from gatelab.training.probes import TESTED, Measured

NOISE = 0.05
"""The standard deviation of a step of the walk, and of what is added to each number of the wave."""


def walk(length: int, size: int, generator: torch.Generator) -> Tensor:
    """Random walks, (length, size): each number is the one before it plus a normal step, so the best forecast is the last number itself."""
    return 0.5 + NOISE * torch.randn(length, size, generator=generator).cumsum(0)


def wave(length: int, size: int, generator: torch.Generator) -> Tensor:
    """Slow waves with noise, (length, size): 12 to 30 steps a wave, each with a beginning of its own."""
    period = 12 + 18 * torch.rand(size, generator=generator)
    turned = 2 * torch.pi * torch.rand(size, generator=generator)
    clean = 0.5 + 0.4 * torch.sin(2 * torch.pi * torch.arange(length)[:, None] / period + turned)
    return clean + NOISE * torch.randn(length, size, generator=generator)


SERIES = {"walk": walk, "wave": wave}


class Forecast:
    """After each number of a series: which comes next? The measure is the error of the forecast that repeats the last number.

    Args:
        series: a key of `SERIES`.
    """

    title = "Forecasting the next number of a series"
    rule = "after each number: the next one"
    unit, tokens, embedding_size, outputs = NUMBERS, (), Numbers.width, ("next",)
    length, warm = 100, 20  # steps; so many at the beginning are not measured, since nothing is known there
    lags = range(6)
    held_out = "1,000 random series of 100 numbers, drawn apart from those of training; the first 20 steps do not count"

    def __init__(self, series: str = "walk") -> None:
        if series not in SERIES:
            raise ValueError(f"series must be one of {', '.join(SERIES)}: got {series!r}")
        self.series = series

    def _strings(self, size, generator):
        numbers = SERIES[self.series](self.length + 1, size, generator)
        return torch.stack((numbers[:-1], torch.zeros_like(numbers[:-1])), -1), numbers[1:]

    def batch(self, size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Random series and, at each step, the number that comes next."""
        return self._strings(size, generator)

    @torch.inference_mode()
    def foretold(self, model: nn.Module, size: int = 1000) -> tuple[Tensor, Tensor, Tensor]:
        """Held-out series and what a model says of them: the numbers that were read, those that came next, the forecasts, (T, size) each."""
        read, following = self._strings(size, torch.Generator().manual_seed(TESTED))
        return read[..., 0], following, model.eval()(read)[..., 0]

    def measure(self, model: nn.Module) -> Measured:
        """The mean squared error as a share of that of the repeated last number, and how well the forecasts fit the series moved by each lag."""
        read, following, said = (numbers[self.warm :] for numbers in self.foretold(model))
        error, repeated = ((following - each).square().mean().item() for each in (said, read))
        curve = [(lag, fit(said, following, lag)) for lag in self.lags]
        return error / repeated, curve, {"mean squared error": f"{error:.5f}", "mean squared error of repeating the last number": f"{repeated:.5f}"}

    def example(self, model: nn.Module) -> dict[str, list[float]]:
        """The end of one held-out series and its forecasts: two lists of 40 numbers."""
        _, following, said = self.foretold(model)
        return {name: [round(value, 4) for value in numbers[-40:, 0].tolist()] for name, numbers in (("truth", following), ("forecast", said))}

    def fingerprint(self) -> list[str]:
        """What tells its series from the other one."""
        return [type(self).__name__, self.series]


def fit(said: Tensor, following: Tensor, lag: int) -> float:
    """The mean correlation, over the series, of the forecasts with the numbers `lag` steps earlier than those that they foretell.

    Args:
        said, following: forecasts and what came, (T, B).
        lag: 0 fits what came, 1 what had just been read.
    """
    moved = following[: len(following) - lag]
    pairs = torch.stack((said[lag:], moved))
    pairs = pairs - pairs.mean(1, keepdim=True)
    one, other = pairs / pairs.norm(dim=1, keepdim=True)
    return (one * other).sum(0).mean().item()
