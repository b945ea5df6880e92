"""How much the last state of a network depends on each token that it read, by autograd: why a simple RNN forgets.

dh_T/dx_t = J ... J dx-part: one factor ds_k/ds_{k-1} for each step between, so a dependence shrinks or grows like a product
(Hochreiter 1991; Bengio, Simard and Frasconi 1994; Pascanu, Mikolov and Bengio 2013).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from gatelab import cells, holds, roles
from gatelab.holds import Hold, Holding
from gatelab.networks import Reader
from gatelab.recurrent import Recurrent
from gatelab.traces import Trace, trace
from gatelab.traces.modules import weights


@dataclass(frozen=True)
class Influence:
    """What the last hidden state h_T owes to each step; row t is step t, the last row is T.

    Attributes:
        tokens: the T tokens read.
        norms: Frobenius norm of dh_T/dx_t, an (H, D) matrix: (T,).
        gains: how much step t passes on of a small random change of the state before it, on average:
            the Frobenius norm of J_t = ds_t/ds_{t-1}, divided by the square root of its width: (T,).
        products: the same of all factors together, dh_T/ds_t = J_T ... J_{t+1}: (T,).
        path: of a cell with a memory apart from h the mean over units of f_T ... f_{t+1}, what its keep gates leave of it on the
            way through c alone: (T,); else None. Where f is held at 1 nothing is lost on this way, the "constant error carousel" of
            Hochreiter and Schmidhuber (1997).
    """

    tokens: tuple[str, ...]
    norms: np.ndarray
    gains: np.ndarray
    products: np.ndarray
    path: np.ndarray | None


def influence(model: nn.Module, text: str, hold: Hold | Iterable[Hold] | None = None) -> Influence:
    """How much the last state depends on each token of a text.

    Args:
        model: a `Reader` with one layer (see `gatelab.load`).
        text: what it reads.
        hold: a `Hold`, or several. A value that is set depends on nothing before it, one that is held by "times" that many times as much, one by
            "plus" as before.

    Raises:
        TypeError: the model, the text or a hold is of another kind.
        KeyError: a hold has a name that the model does not compute.
        ValueError: the model has more than one layer, or a hold has a unit that it does not have.
    """
    if not isinstance(model, Reader):
        raise TypeError(f"influence needs a model that reads text: got {type(model).__name__}")
    if model.spec.num_layers > 1:
        raise ValueError(f"influence needs a model with one layer: got {model.spec.num_layers}")
    seen, record = trace(model, text, hold=hold), roles.of(model.spec.cell)
    held = holds.within(seen.held, "", "l1")
    if not len(seen):
        none = np.zeros(0, np.float32)
        return Influence((), none, none, none, none if record.apart else None)
    x = model.inputs(seen.tokens).detach()
    factors = jacobians(model.recurrent, x, states(seen), held)
    products = running_products(factors, model.spec.hidden_size)
    wide = factors.shape[-1] ** 0.5
    return Influence(
        tokens=seen.tokens,
        norms=last_by_input(model.recurrent, x, held).flatten(1).norm(dim=1).numpy(),
        gains=(factors.flatten(1).norm(dim=1) / wide).numpy(),
        products=(products.flatten(1).norm(dim=1) / wide).numpy(),
        path=_path(seen, record.share("keep"), held) if record.apart else None,
    )


def last_by_input(recurrent: Recurrent, x: Tensor, held: Sequence[Hold] = ()) -> Tensor:
    """dh_T/dx_t for each step of an input (T, D): (T, H, D).

    The input is read H times at once, and unit k of the k-th copy is followed back: one pass forward and one back.

    Args:
        held: holds of the layer, under names without a place.
    """
    size = recurrent.hidden_size
    copies = x[:, None].repeat(1, size, 1).requires_grad_()
    last = _last(recurrent, copies, held) if held else recurrent(copies)[0][-1]
    if not last.requires_grad:  # it is held, all of it
        return copies.new_zeros(len(x), size, x.shape[1])
    return torch.autograd.grad(last.diagonal().sum(), copies, materialize_grads=True)[0]


def _last(recurrent, x, held):
    """The last hidden state under holds: (B, H) from (T, B, D)."""
    kinds, w = roles.of(recurrent.cell).states, weights(recurrent, "_l0")
    state = [x.new_zeros(x.shape[1], recurrent.hidden_size) for _ in kinds]
    for t, row in enumerate(x):
        done = cells.STEPS[recurrent.cell](row, state if len(kinds) > 1 else state[0], w, Holding(held, t))
        state = [getattr(done, name) for name in kinds]
    return done.h


def states(seen: Trace) -> Tensor:
    """The state after each step of a trace, h or h and c side by side, before the first step zeros: a tensor (T + 1, S)."""
    table = np.concatenate([seen[name] for name in roles.of(seen.cell).states], axis=1)
    return torch.from_numpy(np.concatenate((np.zeros_like(table[:1]), table)))


def jacobians(recurrent: Recurrent, x: Tensor, state: Tensor, held: Sequence[Hold] = ()) -> Tensor:
    """J_t = ds_t/ds_{t-1} of one layer at each step: (T, S, S).

    Args:
        x: the inputs, (T, D).
        state: the states before and after the steps, (T + 1, S), as `states` gives them.
        held: as of `last_by_input`.
    """
    width = state.shape[1]
    copies = state[:-1, None].repeat(1, width, 1).requires_grad_()  # copy k of step t is followed back from entry k
    before = copies.chunk(2, -1) if width > recurrent.hidden_size else copies
    done = cells.STEPS[recurrent.cell](x[:, None], before, weights(recurrent, "_l0"), _at_once(held, len(x)))
    after = torch.cat([getattr(done, name) for name in roles.of(recurrent.cell).states], -1)
    return torch.autograd.grad(after.diagonal(dim1=1, dim2=2).sum(), copies)[0]


def _at_once(held, count):
    """What holds put in place of a value of all `count` steps, (T, ..., H), as a step of cells.py asks for it."""

    def put(name, value):
        for hold in held:
            if hold.name == name:
                rows, value = [t for t in range(count) if hold.at(t)], value.clone()
                value[rows] = hold.put(value[rows])
        return value

    return put


def running_products(factors: Tensor, size: int) -> Tensor:
    """dh_T/ds_t for each step: (T, H, S); the last is the part of the identity that gives h.

    Args:
        factors: J_t, (T, S, S).
        size: H.
    """
    product = torch.eye(factors.shape[1], dtype=factors.dtype)[:size]
    products = [product]
    for factor in factors[1:].flip(0):
        product = product @ factor
        products.append(product)
    return torch.stack(products[::-1])


def _path(seen, keep, held):
    """The mean over units of f_T ... f_{t+1}, (T,), where f is the `Share` of the memory that is kept, and what holds of c itself leave of it."""
    f = 1 - seen[keep.name] if keep.rest else seen[keep.name]
    for hold in held:
        if hold.name == "c" and hold.how != "plus":
            acts = holds.mask([hold], "c", *f.shape)
            f = np.where(acts, f * (hold.value if hold.how == "times" else 0), f).astype(f.dtype)
    after = np.concatenate((f[1:], np.ones_like(f[:1])))
    return np.cumprod(after[::-1], axis=0)[::-1].mean(axis=1)
