"""Recurrent modules as somebody brings them, and what PyTorch itself computes with them."""

import numpy as np
import torch
from torch import nn

D, H = 5, 7
MODULES = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
CELLS = {"rnn": nn.RNNCell, "lstm": nn.LSTMCell, "gru": nn.GRUCell}


def module(cell, layers=1, **options):
    """A module with weights twice as large as PyTorch's, so that gates open and shut."""
    torch.manual_seed(3)
    made = MODULES[cell](D, H, layers, **options).eval()
    with torch.no_grad():
        for parameter in made.parameters():
            parameter *= 2
    return made


def numbers(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1))


def first(cell, *shape):
    """A state before the first step, in PyTorch's form."""
    h, c = torch.randn(2, *shape, generator=torch.Generator().manual_seed(2))
    return (h, c) if cell == "lstm" else h


@torch.no_grad()
def forward(made, *given):
    """The module's own h of every step, and its last states h and c, as tensors."""
    h, last = made(*given)
    return h, last if isinstance(last, tuple) else (last,)


def equal(ours, theirs, tolerance=2e-6):
    np.testing.assert_allclose(ours, theirs.detach().double().numpy(), rtol=0, atol=tolerance)
