"""How the loss of one answer depends on everything that a network computed before it, by autograd: backpropagation through time.

L = -ln p(label) after the last token. Its gradient goes back from step to step: dL/dc_{t-1} = dL/dc_t * f_t, and the ways through the gates beside it
(Rumelhart, Hinton and Williams 1986; Werbos 1990).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from gatelab import cells, roles
from gatelab.networks import Reader
from gatelab.traces import Trace, trace
from gatelab.traces.modules import weights


@dataclass(frozen=True)
class Backward:
    """The gradient of a loss with respect to each value of the last layer.

    Attributes:
        tokens: the T tokens read.
        label: the answer that is called right.
        loss: L = -ln p(label) after the last token, in nats.
        gradients: for "h", "c" and each gate and candidate of the cell dL/d(value): (T, H), row t is step t. Each counts all ways on which the value acts
            on the loss, also those through later steps; i of the coupled cell is counted in f, from which it follows, and has a row of its own.
    """

    tokens: tuple[str, ...]
    label: str
    loss: float
    gradients: Mapping[str, np.ndarray]

    def __getitem__(self, name: str) -> np.ndarray:
        """The gradient with respect to a value, e.g. "c": (T, H).

        Raises:
            KeyError: the cell has no such value.
        """
        if name not in self.gradients:
            raise KeyError(f"a gradient must be one of {', '.join(self.gradients)}: got {name!r}")
        return self.gradients[name]


def backward(model: nn.Module, text: str, label: str, steps: int | None = None) -> Backward:
    """Follow the loss of one answer back through a text.

    Args:
        model: a `Reader` that answers with one of several labels (see `gatelab.load`).
        text: what it reads, one token at least.
        label: the answer that is called right, one of the model's labels; of a model that predicts the next character, that character.
        steps: truncated backpropagation: the gradient stops after so many steps, counted from the end, and is 0 before; None for all of them.

    Raises:
        TypeError: the model is of another kind.
        ValueError: the model answers with a number, it has no such label, the text has no token, or steps is less than 1.
    """
    if not isinstance(model, Reader):
        raise TypeError(f"backward needs a model that reads text: got {type(model).__name__}")
    labels = model.spec.labels
    if len(labels) < 2:
        raise ValueError("backward needs a model with several labels: got one that answers with a number")
    if label not in labels:
        raise ValueError(f"label must be one of {', '.join(map(repr, labels[:12]))}{' and others' if len(labels) > 12 else ''}: got {label!r}")
    if steps is not None and steps < 1:
        raise ValueError(f"steps must be at least 1: got {steps}")
    seen = trace(model, text)
    if not len(seen):
        raise ValueError("text must have at least one token: got none")
    with torch.inference_mode(False), torch.enable_grad(), torch.device("cpu"):
        loss, probes = _followed(model, seen, labels.index(label), steps)
        found = torch.autograd.grad(loss, [probe for row in probes for probe in row.values()], materialize_grads=True, allow_unused=True)
    names, width = list(probes[0]), len(probes[0])
    gradients = {name: torch.stack(found[k::width]).numpy() for k, name in enumerate(names)}
    return Backward(seen.tokens, label, loss.item(), gradients)


def _followed(model: Reader, seen: Trace, target: int, steps: int | None) -> tuple[Tensor, list[dict[str, Tensor]]]:
    """The loss, and for each step a zero that was added to each value: its gradient is that of the value."""
    spec, last = model.spec, model.spec.num_layers
    kinds, w = roles.of(spec.cell).states, cells.Weights(*map(_whole, weights(model.recurrent, f"_l{last - 1}")))
    x = torch.tensor(np.asarray(seen.layer(last - 2)["h"])) if last > 1 else model.inputs(seen.tokens)
    state = [torch.zeros(spec.hidden_size, dtype=torch.double) for _ in kinds]
    probes: list[dict[str, Tensor]] = []
    for t, row in enumerate(x.detach().clone().double()):
        if steps is not None and t == len(seen) - steps:
            state = [value.detach() for value in state]
        here: dict[str, Tensor] = {}

        def probed(name, value, here=here):
            here[name] = torch.zeros_like(value, requires_grad=True)
            return value + here[name]

        done = cells.STEPS[spec.cell](row, state if len(kinds) > 1 else state[0], w, probed)
        state = [getattr(done, name) for name in kinds]
        probes.append(here)
    scores = linear(done.h, _whole(model.head.weight), _whole(model.head.bias))
    return -scores.log_softmax(-1)[target], probes


def _whole(weight):
    """A parameter in double precision, apart from the model."""
    return None if weight is None else weight.detach().clone().double()
