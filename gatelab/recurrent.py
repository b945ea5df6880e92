"""Any cell of the family as an `nn.Module` that takes the place of `nn.LSTM` or `nn.GRU` in a model."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from gatelab import cells, roles

FUSED: dict[str, Callable[..., Any]] = {"rnn": torch.rnn_tanh, "lstm": torch.lstm, "gru": torch.gru}
"""Cells for which PyTorch has a call over all steps and layers at once; the others run their equations in a loop."""


State = Tensor | tuple[Tensor, ...]
"""h, or h and c where the cell has a c."""


class Recurrent(nn.Module):
    """Layers of one cell, with PyTorch's parameter names, row order and initial values.

    Parameters of layer k: `weight_ih_lk` (G * H, D; H instead of D above the first layer), `weight_hh_lk` (G * H, H),
    `bias_ih_lk` and `bias_hh_lk` (G * H,), with the blocks of rows that `roles.of(cell).rows` names; of a cell with peepholes
    those as well, `weight_cf_lk` (H,) and so on. A state dict of `nn.RNN` (with tanh),
    `nn.LSTM` or `nn.GRU` fits the cells "rnn", "lstm" and "gru".

    Args:
        cell: a key of `cells.CELLS`, e.g. "peephole"; "gru" is the GRU in PyTorch's form, "gru-cho" that of its paper.
        input_size: D.
        hidden_size: H.
        num_layers: how many layers stand on each other.

    Raises:
        ValueError: there is no such cell, or a size is no positive integer.
    """

    def __init__(self, cell: str, input_size: int, hidden_size: int, num_layers: int = 1) -> None:
        super().__init__()
        if cell not in cells.CELLS:
            raise ValueError(f"cell must be one of {', '.join(cells.CELLS)}: got {cell!r}")
        for what, size in {"input_size": input_size, "hidden_size": hidden_size, "num_layers": num_layers}.items():
            if not isinstance(size, int) or isinstance(size, bool) or size < 1:
                raise ValueError(f"{what} must be a positive integer: got {size!r}")
        self.cell, self.input_size, self.hidden_size, self.num_layers = cell, input_size, hidden_size, num_layers
        for k in range(num_layers):
            for name, shape in self._shapes(input_size if k == 0 else hidden_size).items():
                self.register_parameter(f"{name}_l{k}", nn.Parameter(torch.empty(shape)))
        self.reset_parameters()

    def _shapes(self, width):
        """The parameters of a layer whose input has `width` entries: name -> shape."""
        record, size = roles.of(self.cell), self.hidden_size
        rows = len(record.rows) * size
        matrices = {"weight_ih": (rows, width), "weight_hh": (rows, size), "bias_ih": (rows,), "bias_hh": (rows,)}
        return matrices | {name: (size,) for name in record.peepholes}

    def reset_parameters(self) -> None:
        """Draw every parameter from the uniform distribution on [-1, 1] / sqrt(H), as PyTorch's modules do."""
        bound = self.hidden_size**-0.5
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def forward(self, x: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Read a sequence from its first step to its last.

        Args:
            x: input, (T, B, D), or (T, D) without a batch; T at least 1.
            state: h before the first step, or h and c where the cell has a c, each (num_layers, B, H), or (num_layers, H)
                without a batch; None begins from zeros.

        Returns:
            h of the last layer at each step, (T, B, H) or (T, H), and the state after the last step, in the form of `state`.

        Raises:
            TypeError: the input is no tensor, a packed sequence for instance.
            ValueError: the input or the state has another shape, or the input another dtype than the weights.
        """
        if not isinstance(x, Tensor):
            raise TypeError(f"input must be a tensor (T, B, {self.input_size}) or (T, {self.input_size}): got {type(x).__name__}")
        if x.ndim not in (2, 3) or x.shape[-1] != self.input_size or not len(x):
            raise ValueError(f"input must have shape (T, B, {self.input_size}) or (T, {self.input_size}), T at least 1: got {tuple(x.shape)}")
        if x.dtype != self.weight_ih_l0.dtype and not torch.is_autocast_enabled(x.device.type):
            raise ValueError(f"input must be {self.weight_ih_l0.dtype}, like the weights: got {x.dtype}")
        if state is not None:
            self._check_state(state, (self.num_layers, *x.shape[1:-1], self.hidden_size))
        if x.ndim == 2:
            state = None if state is None else self._each(lambda s: s[:, None], state)
            h, last = self(x[:, None], state)
            return h[:, 0], self._each(lambda s: s[:, 0], last)
        if state is None:
            zeros = x.new_zeros(self.num_layers, x.shape[1], self.hidden_size)
            state = (zeros, zeros) if self._has_c else zeros
        return self._fused(x, state) if self.cell in FUSED else self._looped(x, state)

    @property
    def _has_c(self):
        return roles.of(self.cell).apart

    def _check_state(self, state, shape):
        """Refuse any other shape: PyTorch's fused calls would read and write beyond its memory."""
        parts = state if self._has_c and isinstance(state, (tuple, list)) else (state,)
        got = [tuple(part.shape) if isinstance(part, Tensor) else type(part).__name__ for part in parts]
        if got != [shape] * (1 + self._has_c):
            raise ValueError(f"state must be {'h and c, each' if self._has_c else 'h'} of shape {shape}: got {', '.join(map(str, got))}")

    def _each(self, change, state):
        return tuple(map(change, state)) if self._has_c else change(state)

    def _fused(self, x, state):
        parameters = [p for k in range(self.num_layers) for p in cells.weights(self, f"_l{k}") if p is not None]
        # input, state, parameters, has_biases, num_layers, dropout, train, bidirectional, batch_first
        h, *last = FUSED[self.cell](x, state, parameters, True, self.num_layers, 0.0, self.training, False, False)
        return h, tuple(last) if self._has_c else last[0]

    def _looped(self, x, state):
        step, names = cells.STEPS[self.cell], roles.of(self.cell).states
        ends = []
        for k in range(self.num_layers):
            w = cells.weights(self, f"_l{k}")
            before = self._each(lambda s: s[k], state)
            x, w = cells.from_input(x, w), w._replace(weight_ih=None)
            hs = []
            for a in x.unbind(0):
                done = step(a, before, w)
                before = tuple(getattr(done, name) for name in names) if self._has_c else done.h
                hs.append(done.h)
            x = torch.stack(hs)
            ends.append(before)
        return x, tuple(map(torch.stack, zip(*ends))) if self._has_c else torch.stack(ends)

    def flatten_parameters(self) -> None:
        """Nothing: the parameters stay where they are. Code that is made for `nn.LSTM` calls it."""

    def extra_repr(self) -> str:
        return f"{self.cell!r}, {self.input_size}, {self.hidden_size}, num_layers={self.num_layers}"
