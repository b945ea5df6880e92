"""The weights of one recurrent layer from elsewhere, Keras, JAX or NumPy, as a `Recurrent` that can be traced.

The equations of Keras' layers, with which those of cells.py are compared: https://keras.io/api/layers/recurrent_layers/ and
`keras/src/layers/rnn/` in https://github.com/keras-team/keras.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from gatelab import roles
from gatelab.recurrent import Recurrent

FOUND = ("rnn", "lstm", "gru", "gru-cho")
"""The cells that other libraries have in one of GateLab's forms."""

CANDIDATES = {"lstm": "c", "gru": "h", "gru-cho": "h"}
"""A cell -> the letter that Keras has for its candidate, where it is another than PyTorch's."""

USUAL = {"lstm": '"ifco" is that of Keras, "ifgo" that of PyTorch', "gru": '"zrh" is that of Keras, "rzn" that of PyTorch'}
"""A cell -> the orders that are met most."""


def from_arrays(cell: str, *, kernel: Any, recurrent_kernel: Any, bias: Any = None, order: str | None = None) -> Recurrent:
    """Bring the weights of one recurrent layer of Keras, JAX or NumPy into a `Recurrent`.

    The arrays are those of a row vector times a matrix, x kernel + h recurrent_kernel + bias, with G blocks of H columns side by side. Of a
    Keras layer they are `kernel, recurrent_kernel, bias = layer.get_weights()`; PyTorch's `weight_ih_l0` is turned round, `weight_ih_l0.T`.

    - "rnn": Keras' `SimpleRNN`, one block.
    - "lstm": Keras' `LSTM`, order "ifco". PyTorch's is "ifgo"; g and c are two letters for the candidate.
    - "gru": Keras' `GRU` with `reset_after=True`, the default since TensorFlow 2, order "zrh": the reset gate acts after the matrix product, as in PyTorch,
      whose order is "rzn"; n and h are two letters for the candidate.
    - "gru-cho": Keras' `GRU` with `reset_after=False`, the form of the paper (Cho et al. 2014), order "zrh" as well.

    A trap: z = 1 must keep the old state, h = z ⊙ h + (1 - z) ⊙ n, as in Keras and in PyTorch, though the order of their blocks differs.
    Many texts and some libraries have it the other way round, h = (1 - z) ⊙ h + z ⊙ n; of those, give the columns of z and their bias with the
    opposite sign, for 1 - sigmoid(a) = sigmoid(-a). Gates must be sigmoids and candidates tanh: a layer with
    `recurrent_activation="hard_sigmoid"`, as Keras had it before 2.3, computes something else with the same weights.

    Args:
        cell: "rnn", "lstm", "gru" or "gru-cho".
        kernel: what the input is multiplied by, (D, G H), floating-point numbers; anything that NumPy can read, or a tensor.
        recurrent_kernel: what the state is multiplied by, (H, G H).
        bias: (G H,); for "gru" (2, G H), the bias of the input's sums above that of the state's; None for a layer without.
        order: the letters of the G blocks, from the first to the last, in any order; may be left out for "rnn" alone.

    Returns:
        A `Recurrent` with one layer, float64 where one of the arrays is, else float32, with weights of its own. Of a bias (G H,) it makes
        `bias_ih_l0`, and zeros of `bias_hh_l0`.

    Raises:
        TypeError: an argument is no array, or order no string.
        ValueError: the cell, the order, a shape or a dtype is another, or a number is not finite.
    """
    if cell not in FOUND:
        raise ValueError(f"cell must be one of {', '.join(FOUND)}: got {cell!r}")
    blocks = _blocks(cell, order)
    given = {"kernel": kernel, "recurrent_kernel": recurrent_kernel} | ({} if bias is None else {"bias": bias})
    arrays = {name: _array(name, array) for name, array in given.items()}
    inputs, size = _sizes(cell, arrays, len(blocks))
    biases = arrays["bias"].reshape(-1, len(blocks) * size) if "bias" in arrays else np.zeros((1, len(blocks) * size), np.float32)
    columns = np.concatenate([np.arange(size) + block * size for block in blocks])
    dtype = np.result_type(np.float32, *arrays.values())
    with torch.random.fork_rng(devices=[]):  # the values that it begins with are not kept, so they cost no random numbers
        made = Recurrent(cell, inputs, size).to(torch.from_numpy(np.empty(0, dtype)).dtype)
    weights = {
        "weight_ih_l0": arrays["kernel"].T[columns],
        "weight_hh_l0": arrays["recurrent_kernel"].T[columns],
        "bias_ih_l0": biases[0, columns],
        "bias_hh_l0": biases[1, columns] if len(biases) == 2 else np.zeros(len(columns)),
    }
    made.load_state_dict({name: torch.from_numpy(np.ascontiguousarray(array, dtype)) for name, array in weights.items()})
    return made


def _blocks(cell, order):
    """Which block of columns each block of rows of a `Recurrent` comes from: G numbers."""
    rows = roles.of(cell).rows
    if order is None and len(rows) == 1:
        return [0]
    if order is not None and not isinstance(order, str):
        raise TypeError(f"order must be a string of one letter a block: got {type(order).__name__}")
    here, there = roles.of(cell).candidate, CANDIDATES.get(cell, "")
    letters = (order or "").replace(there, here) if there else order or ""
    if sorted(letters) != sorted(rows):
        either = [f"{letter} or {there}" if letter == here and there else letter for letter in rows]
        usual = f", where {USUAL[cell.partition('-')[0]]}" if there else ""
        raise ValueError(f"order of {cell} must have each of its blocks once, {', '.join(either)}{usual}: got {order!r}")
    return [letters.index(row) for row in rows]


def _array(name, given):
    """An array of finite floating-point numbers."""
    try:
        array = np.asarray(given.detach().cpu() if isinstance(given, Tensor) else given)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name} must be an array of numbers: got {type(given).__name__}, of which NumPy says: {error}") from error
    if array.dtype.kind != "f" or array.dtype.itemsize not in (2, 4, 8):
        raise ValueError(f"{name} must have floating-point numbers, float16, float32 or float64: got {array.dtype}")
    wrong = array[~np.isfinite(array)]
    if wrong.size:
        raise ValueError(f"{name} must have finite numbers: got {wrong[0]} at {wrong.size} of {array.size} places")
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _sizes(cell, arrays, count):
    """D and H, of arrays whose shapes fit each other."""
    kernel, recurrent = arrays["kernel"].shape, arrays["recurrent_kernel"].shape
    wide = f"{count} H" if count > 1 else "H"
    if len(recurrent) != 2 or not recurrent[0] or recurrent[1] != count * recurrent[0]:
        raise ValueError(f"recurrent_kernel of {cell} must have shape (H, {wide}){_turned(recurrent)}: got {recurrent}")
    columns = recurrent[1]
    if len(kernel) != 2 or not kernel[0] or kernel[1] != columns:
        raise ValueError(f"kernel of {cell} must have shape (D, {columns}), as wide as recurrent_kernel{_turned(kernel)}: got {kernel}")
    rule = (2, columns) if cell == "gru" else (columns,)
    if "bias" in arrays and arrays["bias"].shape != rule:
        raise ValueError(f"bias of {cell} must have shape {rule}{_other_form(cell)}: got {arrays['bias'].shape}")
    return kernel[0], recurrent[0]


def _turned(shape):
    """What to do with a matrix that lies as PyTorch's do."""
    return ", and not be turned round as PyTorch's are" if len(shape) == 2 and shape[0] > shape[1] else ""


def _other_form(cell):
    """What a bias of another shape says of a GRU."""
    if cell == "gru":
        return ', that of the input above that of the state (Keras with reset_after=True; one of a single row is that of "gru-cho", or has zeros below)'
    return ' (Keras with reset_after=False; one of two rows is that of "gru")' if cell == "gru-cho" else ""
