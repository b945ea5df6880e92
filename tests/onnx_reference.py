"""ONNX Runtime on the weights of a `Recurrent`: every cell as somebody else's code computes it.

Operators, their order of rows and their equations: https://onnx.ai/onnx/operators/ (RNN, LSTM, GRU).
"""

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from gatelab.cells import CELLS

OPERATORS = {
    "rnn": ("RNN", "h", {}),
    "lstm": ("LSTM", "iofg", {}),
    "peephole": ("LSTM", "iofg", {}),
    "coupled": ("LSTM", "iofg", {"input_forget": 1}),
    "gru": ("GRU", "zrn", {"linear_before_reset": 1}),
    "gru-cho": ("GRU", "zrn", {"linear_before_reset": 0}),
    "mgu": ("GRU", "zrn", {"linear_before_reset": 0}),
}
"""A cell -> its operator, the operator's order of rows (g and n are ONNX's c and h), its attributes."""


def states(recurrent, x, state=None):
    """The states of each layer at every step: for each layer name -> (T, B, H).

    ONNX Runtime gives c after the last step alone, so each layer runs over every beginning of its input.

    Args:
        x: float32 array (T, B, D).
        state: h and c before the first step, or h alone, (L, B, H) each; None begins from zeros.
    """
    layers, lstm = [], "c" in CELLS[recurrent.cell].names
    for k in range(recurrent.num_layers):
        run = _layer(recurrent, k)
        before = {} if state is None else {f"initial_{name}": s[k : k + 1] for name, s in zip("hc", state if lstm else (state,))}
        h = run({"X": x} | before)[0][:, 0]
        layers.append({"h": h})
        if lstm:
            layers[-1]["c"] = np.concatenate([run({"X": x[: t + 1]} | before)[2] for t in range(len(x))])
        x = h
    return layers


def _layer(recurrent, k):
    """A function: named inputs -> Y, Y_h and, of an LSTM, Y_c, by a model of one node."""
    operator, _, attributes = OPERATORS[recurrent.cell]
    weights, size = _weights(recurrent, k), recurrent.hidden_size
    has_c = operator == "LSTM"
    shapes = {"X": ("T", "B", recurrent.input_size if k == 0 else size)} | {f"initial_{name}": (1, "B", size) for name in ("hc" if has_c else "h")}
    inputs = ["X", "W", "R", "B", "", *list(shapes)[1:], *(["P"] if "P" in weights else [])]
    outputs = ["Y", "Y_h", "Y_c"] if has_c else ["Y", "Y_h"]

    def run(given):
        zeros = np.zeros((1, given["X"].shape[1], size), np.float32)
        return session.run(None, {name: zeros for name in list(shapes)[1:]} | given)

    graph = helper.make_graph(
        [helper.make_node(operator, inputs, outputs, hidden_size=size, **attributes)],
        recurrent.cell,
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        [numpy_helper.from_array(array, name) for name, array in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
    return run


def _weights(recurrent, k):
    """The operator's W, R, B and, of a peephole LSTM, P: float32 arrays for one direction."""
    rows, wanted = CELLS[recurrent.cell].rows, OPERATORS[recurrent.cell][1]
    array = {name: getattr(recurrent, f"{name}_l{k}").detach().numpy() for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}

    def ordered(parameter):
        blocks = dict(zip(rows, np.split(parameter, len(rows)), strict=True))
        if recurrent.cell == "coupled":  # ONNX Runtime has f = 1 - i and leaves f's own rows alone; here i = 1 - f = sigmoid(-a)
            blocks |= {"i": -blocks["f"], "f": 0 * blocks["f"]}
        if recurrent.cell == "mgu":  # a GRU in Cho's form whose reset gate is f and whose update gate is 1 - f = sigmoid(-a)
            blocks |= {"r": blocks["f"], "z": -blocks["f"]}
        return np.concatenate([blocks[row] for row in wanted])

    weights = {
        "W": ordered(array["weight_ih"])[None],
        "R": ordered(array["weight_hh"])[None],
        "B": np.concatenate((ordered(array["bias_ih"]), ordered(array["bias_hh"])))[None],
    }
    if recurrent.cell == "peephole":
        weights["P"] = np.concatenate([getattr(recurrent, f"weight_c{gate}_l{k}").detach().numpy() for gate in "iof"])[None]
    return weights
