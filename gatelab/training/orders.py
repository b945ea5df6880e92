"""Two orders of a trained model's units, measured once on held-out text: by mean, and with similar units side by side."""

import numpy as np
import torch
from torch import Tensor

from gatelab import roles
from gatelab.networks import Reader
from gatelab.traces import trace

READ = 5000
"""Characters that the orders are measured on."""


def measure(model: Reader, text: str) -> None:
    """Set `by_mean` and `by_similarity` of a model from its memory (c, or h where there is none) while it reads `text`.

    Similar units stand together by the angle of their first two principal components (the "angular order of the
    eigenvectors", Friendly 2002, Corrgrams), so units that rise and fall together are neighbors.
    """
    seen = trace(model, text[:READ])
    _set(model, seen[roles.of(seen.cell).memory])


@torch.inference_mode()
def of_inputs(model: Reader, read: Tensor) -> None:
    """The same from the hidden state while the model reads a batch: (T, B) integers or (T, B, 2) numbers."""
    h, _ = model.recurrent(read if model.embedding is None else model.embedding(read))
    _set(model, h.flatten(0, 1)[:READ].numpy())


def _set(model, state):
    model.by_mean = torch.from_numpy(np.argsort(-state.mean(axis=0), kind="stable"))
    model.by_similarity = torch.from_numpy(_by_angle(state))


def _by_angle(state):
    """Units in the order of their angle in the plane of the first two principal components: (H,) integers."""
    with np.errstate(invalid="ignore", divide="ignore"):  # a unit that never moves has no correlation with any other
        correlation = np.nan_to_num(np.corrcoef(state, rowvar=False))
    first, second = np.linalg.eigh(correlation)[1][:, [-1, -2]].T
    angles = np.arctan2(second, first)
    around = np.sort(angles)
    widest = np.argmax(np.diff(around, append=around[0] + 2 * np.pi))
    start = around[(widest + 1) % len(around)]
    return np.argsort((angles - start) % (2 * np.pi), kind="stable")
