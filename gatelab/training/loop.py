"""The training loop: the same steps in the same order for the same seed, also when it is interrupted and taken up again."""

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from safetensors.torch import save
from torch import Tensor

from gatelab import roles
from gatelab.networks import Model, ModelSpec, PairSpec, Reader


@dataclass(frozen=True)
class Recipe:
    """How a model is trained; with the data it determines the weights up to rounding."""

    steps: int = 12_000
    batch: int = 64
    learning_rate: float = 4e-3  # at its highest; after 200 steps of warm-up it falls to 0 along a cosine
    weight_decay: float = 0.01
    dropout: float = 0.1
    clip: float = 1.0  # largest norm of the gradient
    smoothing: float = 0.0  # share of a target that is spread over all labels (Szegedy et al. 2016)
    seed: int = 0
    forget_bias: float | None = None  # where the bias of every forget gate begins; None leaves it to the model

    def __post_init__(self) -> None:
        for field in ("steps", "batch"):
            if getattr(self, field) < 1:
                raise ValueError(f"{field} must be at least 1: got {getattr(self, field)}")
        if not 0 < self.learning_rate < math.inf:
            raise ValueError(f"learning_rate must be a positive number: got {self.learning_rate}")
        for field in ("dropout", "smoothing"):
            if not 0 <= getattr(self, field) < 1:
                raise ValueError(f"{field} must be at least 0 and below 1: got {getattr(self, field)}")
        if not 0 <= self.seed < 2**40:
            raise ValueError(f"seed must be at least 0 and below 2**40: got {self.seed}")
        if self.forget_bias is not None and not math.isfinite(self.forget_bias):
            raise ValueError(f"forget_bias must be a number: got {self.forget_bias}")

    def rate(self, step: int) -> float:
        """The learning rate of one step."""
        return self.learning_rate * min(1, (step + 1) / 200) * (0.5 + 0.5 * math.cos(math.pi * step / self.steps))


class Exercise(Protocol):
    """What a run learns from."""

    def loss(self, model: Any, recipe: Recipe, generator: torch.Generator) -> Tensor:
        """The mean loss in nats a prediction, or the mean squared error of a number, over one batch that the generator decides."""

    def fingerprint(self) -> list:
        """A few numbers or names that differ between any two sets of data worth telling apart."""


Prepared = tuple[ModelSpec | PairSpec, Exercise, Callable[[Any], dict[str, Any]]]
"""What it takes to train a model: its spec, its exercise, and what makes the facts of its card from the trained model."""


class Run:
    """One training run: a model, its optimizer, the exercise that it learns from, and how far it is."""

    def __init__(self, model: Model, recipe: Recipe, exercise: Exercise) -> None:
        self.model, self.recipe, self.exercise = model, recipe, exercise
        if recipe.forget_bias is not None:
            begin_forget_gates(model, recipe.forget_bias)
        self.optimizer = torch.optim.AdamW(model.parameters(), weight_decay=recipe.weight_decay, betas=(0.9, 0.99))
        self.step, self.seconds = 0, 0.0

    def advance(self) -> float:
        """Train one step; returns its loss in nats."""
        began = time.perf_counter()
        recipe = self.recipe
        generator = torch.Generator().manual_seed(recipe.seed * 1_000_003 + self.step)  # the step alone decides its data
        _seed(recipe.seed * 1_000_003 + self.step, next(self.model.parameters()).device)  # and its dropout, so an interruption changes nothing
        loss = self.exercise.loss(self.model.train(), recipe, generator)
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), recipe.clip)
        for group in self.optimizer.param_groups:
            group["lr"] = recipe.rate(self.step)
        self.optimizer.step()
        self.step += 1
        value = loss.item()  # waits for the device
        self.seconds += time.perf_counter() - began
        return value

    def save(self, path: Path) -> None:
        """Write all that `restore` needs; a file is never left half written."""
        state = {
            "recipe": asdict(self.recipe),
            "spec": self.model.spec.to_json(),
            "data": self.exercise.fingerprint(),
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
        }
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(path)

    def restore(self, path: Path) -> None:
        """Go on where `save` was called.

        Raises:
            OtherRun: the file belongs to another recipe, model or data.
            ValueError: it is no file that `save` wrote.
        """
        try:
            state = torch.load(path, map_location=next(self.model.parameters()).device, weights_only=True)
            saved = {what: state[what] for what in ("recipe", "spec", "data")}
        except Exception as error:  # noqa: BLE001 (a file of another kind makes torch raise errors of many kinds)
            raise ValueError(f"{path.name} must be an interrupted run: it cannot be read ({type(error).__name__})") from None
        ours = {"recipe": asdict(self.recipe), "spec": self.model.spec.to_json(), "data": self.exercise.fingerprint()}
        for what, mine in ours.items():
            if saved[what] != mine:
                raise OtherRun(f"{path.name} belongs to a run with another {'set of data' if what == 'data' else what + _difference(saved[what], mine)}")
        try:
            step, seconds = int(state["step"]), float(state["seconds"])
            if not 0 <= step <= self.recipe.steps or not 0 <= seconds < math.inf:
                raise ValueError
            self.model.load_state_dict(state["model"])
            self.optimizer.load_state_dict(state["optimizer"])
        except Exception as error:  # noqa: BLE001 (as above)
            raise ValueError(f"{path.name} must be an interrupted run: its weights or its steps cannot be read ({type(error).__name__})") from None
        self.step, self.seconds = step, seconds


@torch.no_grad()
def begin_forget_gates(model: Model, bias: float) -> None:
    """Set the bias of every forget gate: PyTorch adds two, so one becomes `bias` and the other 0.

    Args:
        model: a `Reader` whose cell has a forget gate.

    Raises:
        ValueError: it has none.
    """
    if not isinstance(model, Reader) or roles.of(model.spec.cell).keep != "f":
        raise ValueError(f"forget_bias must be left out for a cell without a forget gate: got {model.spec.name}")
    recurrent, size, row = model.recurrent, model.spec.hidden_size, roles.of(model.spec.cell).rows.index("f")
    block = slice(row * size, (row + 1) * size)
    for layer in range(recurrent.num_layers):
        getattr(recurrent, f"bias_ih_l{layer}")[block] = bias
        getattr(recurrent, f"bias_hh_l{layer}")[block] = 0


def _seed(number, device):
    """Seed what draws at random on a device; `torch.manual_seed` keeps the whole stack for each kind of device that is not in use."""
    (torch.default_generator.manual_seed if device.type == "cpu" else torch.manual_seed)(number)


class OtherRun(ValueError):
    """An interrupted run that this run cannot go on with."""


def _difference(saved, mine):
    """The fields in which two recipes, or two specs as JSON, differ."""
    saved, mine = (json.loads(one) if isinstance(one, str) else one for one in (saved, mine))
    fields = (f"{name} {_short(saved.get(name))} and not {_short(value)}" for name, value in mine.items() if saved.get(name) != value)
    return f": {', '.join(fields)}"


def _short(value):
    return text if len(text := f"{value}") <= 40 else f"{text[:37]}..."


def checkpoint(model: Model) -> bytes:
    """The bytes of a safetensors file with the weights, and the spec in its metadata.

    Weights that 16 bits hold exactly are written so.
    """
    weights = {name: weight.contiguous() for name, weight in model.state_dict().items()}
    halves = {name: weight.half() for name, weight in weights.items() if weight.is_floating_point()}
    if all(torch.equal(half.float(), weights[name]) for name, half in halves.items()):
        weights |= halves
    return save(weights, metadata={"spec": model.spec.to_json()})
