"""A small network learns a task, as in the page: the same network for the same seed, trained here by torch.optim.

This is the contract of the page's engine (live/static/engine/): first weights and strings are drawn by `gatelab.draws` from the seed alone, and an
update is one of `torch.optim`, on the mean loss over the answers that a batch asks for. The numbers differ by rounding alone.
"""

import math
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, mse_loss
from torch.nn.utils import clip_grad_norm_, get_total_norm

from gatelab import roles
from gatelab.cells import CELLS
from gatelab.draws import WORD, Draws
from gatelab.networks import ModelSpec, Reader
from gatelab.training import tasks

OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "sgd": torch.optim.SGD,
    "momentum": partial(torch.optim.SGD, momentum=0.9),
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
}
"""How parameters change when their gradient is known, with PyTorch's constants."""

INITS = ("default", "orthogonal")
"""How the first weights are drawn."""


def learn(
    task: str,
    cell: str = "lstm",
    *,
    units: int = 16,
    layers: int = 1,
    optimizer: str = "adam",
    rate: float = 0.01,
    batch: int = 32,
    length: int | None = None,
    clip: float = 1.0,
    forget_bias: float | None = None,
    init: str = "default",
    noise: float = 0.0,
    seed: int = 1,
    updates: int = 500,
    words: Sequence[str] | None = None,
    lines: Sequence[str] | None = None,
    curve: str | None = None,
    drawn: Sequence[float] | None = None,
) -> Reader:
    """Train a small network from scratch; the page "Learn" makes the same one from the same seed.

    Args:
        task: one of `tasks.TASKS`, e.g. "recall".
        cell: a key of `cells.CELLS`.
        units: H.
        layers: how many layers stand on each other.
        optimizer: one of `OPTIMIZERS`.
        rate: the learning rate, above 0.
        batch: strings an update.
        length: how long strings are, as the task counts it (`tasks.TASKS[task].counts`); None for what the page opens with.
        clip: the largest norm of a gradient; 0 leaves every gradient as it is.
        forget_bias: where the bias of every forget gate begins; None leaves it as it was drawn. A cell without a forget gate stays as it is.
        init: one of `INITS`: "orthogonal" makes the matrix of each gate from the old state a turn (Saxe et al. 2014).
        noise: the share of tokens that are read wrong, or how far numbers are off on average.
        seed: an integer from 0 to 2^32 - 1.
        updates: how often it learns from a batch, at least 0.
        words: for the task "names", the words to learn.
        lines: for the task "lines", lines with + or - in front.
        curve: for the task "wave": "sine" (as where it is None), "saw" or "drawn".
        drawn: for the curve "drawn", the values of one period.

    Returns:
        The trained network, read only, in 32 bits, as `gatelab.load` gives one: `gatelab.trace` reads a text with it. Where training goes astray,
        with a rate that is far too large for instance, it ends after the update at which loss or gradient are no numbers any more.

    Raises:
        TypeError: words or lines are no strings.
        ValueError: another argument is none of these, or belongs to another task.
    """
    _check(cell, optimizer, init, {"units": units, "layers": layers, "batch": batch}, {"seed": seed, "updates": updates})
    _check_numbers(rate, clip, forget_bias)
    learned = tasks.make(task, length, noise, words=words, lines=lines, curve=curve, drawn=drawn)
    model = begin(learned.spec(cell, units, layers), seed, init, forget_bias)
    change = OPTIMIZERS[optimizer](model.parameters(), lr=rate)
    with _one_thread():
        for update in range(1, updates + 1):
            if not _improve(model, change, learned.batch(batch, seed, update), clip):
                break
    return model.float().eval().requires_grad_(False)


def _improve(model, change, strings, clip):
    """One update; whether all were numbers."""
    change.zero_grad()
    now = loss(model, strings)
    now.backward()
    norm = clip_grad_norm_(model.parameters(), clip) if clip else get_total_norm([parameter.grad for parameter in model.parameters()])
    change.step()
    return bool(now.isfinite() and norm.isfinite())


@contextmanager
def _one_thread():
    """Several threads only wait for each other on so small a network."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def loss(model: Reader, strings: tasks.Strings) -> Tensor:
    """The mean loss of a batch, over the answers that are asked: nats, or the squared error of a number."""
    targets = torch.from_numpy(strings.targets)
    asked = ~targets.isnan()
    scores = model(torch.from_numpy(strings.read))[asked]
    return cross_entropy(scores, targets[asked].long()) if len(model.spec.labels) > 1 else mse_loss(scores[:, 0], targets[asked])


@torch.no_grad()
def begin(spec: ModelSpec, seed: int, init: str = "default", forget_bias: float | None = None) -> Reader:
    """An untrained network in 64 bits: an embedding from the standard normal distribution, all else uniform on [-1, 1] / sqrt(H), as PyTorch's modules have it.

    Args:
        spec: the network's.
        seed: an integer from 0.
        init: one of `INITS`.
        forget_bias: where the bias of every forget gate begins, see `learn`.
    """
    model, draws, bound = Reader(spec).double(), Draws(seed, -1), spec.hidden_size**-0.5
    for name, parameter in model.named_parameters():
        count = parameter.numel()
        drawn = draws.normals(count) if name == "embedding.weight" else draws.uniforms(-bound, bound, count)
        parameter.copy_(torch.from_numpy(drawn).view_as(parameter))
    layers = [{name: getattr(model.recurrent, f"{name}_l{k}") for name in ("weight_hh", "bias_ih", "bias_hh")} for k in range(spec.num_layers)]
    for layer in layers if init == "orthogonal" else ():
        layer["weight_hh"].copy_(torch.from_numpy(np.concatenate([_turn(spec.hidden_size, draws) for _ in roles.of(spec.cell).rows])))
    for layer in layers if forget_bias is not None else ():
        _open(layer, spec, forget_bias)
    return model


def _turn(size, draws):
    """A square matrix with rows of length 1 that stand at right angles (Gram and Schmidt)."""
    rows = np.empty((size, size))
    for k in range(size):
        rows[k] = draws.normals(size)
        for before in rows[:k]:
            rows[k] -= rows[k] @ before * before
        rows[k] /= math.sqrt(rows[k] @ rows[k])
    return rows


def _open(layer, spec, bias):
    """PyTorch adds two biases: that of the forget gate becomes `bias` and 0."""
    record = roles.of(spec.cell)
    if record.keep == "f":
        first = record.rows.index("f") * spec.hidden_size
        layer["bias_ih"][first : first + spec.hidden_size] = bias
        layer["bias_hh"][first : first + spec.hidden_size] = 0


def _check(cell, optimizer, init, sizes, counts):
    for what, given, known in (("cell", cell, CELLS), ("optimizer", optimizer, OPTIMIZERS), ("init", init, INITS)):
        if given not in known:
            raise ValueError(f"{what} must be one of {', '.join(known)}: got {given!r}")
    for what, size in sizes.items():
        if not _whole(size) or size < 1:
            raise ValueError(f"{what} must be an integer of at least 1: got {size!r}")
    for what, count in counts.items():
        if not _whole(count) or not 0 <= count < WORD:
            raise ValueError(f"{what} must be an integer from 0 to {WORD - 1}: got {count!r}")


def _check_numbers(rate, clip, forget_bias):
    if not _number(rate) or rate <= 0:
        raise ValueError(f"rate must be a finite number above 0: got {rate!r}")
    if not _number(clip) or clip < 0:
        raise ValueError(f"clip must be a finite number of at least 0: got {clip!r}")
    if forget_bias is not None and not _number(forget_bias):
        raise ValueError(f"forget_bias must be a finite number, or None: got {forget_bias!r}")


def _whole(given: Any) -> bool:
    return isinstance(given, int) and not isinstance(given, bool)


def _number(given: Any) -> bool:
    return isinstance(given, (int, float)) and not isinstance(given, bool) and math.isfinite(given)
