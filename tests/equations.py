"""The published equations of every cell in NumPy and float64, written from the papers and PyTorch's documentation: no line of cells.py.

Shapes as in cells.py: x is (..., D), h and c are (..., H).
"""

import numpy as np

ROWS = {"rnn": "h", "lstm": "ifgo", "peephole": "ifgo", "coupled": "fgo", "gru": "rzn", "gru-cho": "rzn", "mgu": "fn"}
"""A cell -> the order of the blocks of rows in its weights."""


def parameters(module, k=0):
    """The parameters of layer k of a recurrent module: name without suffix -> array in float64."""
    suffix = f"_l{k}"
    return {name.removesuffix(suffix): p.detach().numpy().astype(float) for name, p in module.named_parameters() if name.endswith(suffix)}


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def step(cell, w, x, h, c=None):
    """One step: name -> value, (..., H).

    Args:
        w: see `parameters`; biases may be missing.
        h, c: the states before the step; c where the cell has one.
    """
    rows = ROWS[cell]
    from_x = dict(zip(rows, np.split(x @ w["weight_ih"].T + w.get("bias_ih", 0), len(rows), axis=-1)))
    from_h = dict(zip(rows, np.split(h @ w["weight_hh"].T + w.get("bias_hh", 0), len(rows), axis=-1)))
    a = {row: from_x[row] + from_h[row] for row in rows}
    if cell == "rnn":  # Elman 1990
        return {"h": np.tanh(a["h"])}
    if cell == "mgu":  # Zhou, Wu, Zhang and Zhou 2016
        size, f = h.shape[-1], sigmoid(a["f"])
        n = np.tanh(from_x["n"] + (f * h) @ w["weight_hh"][size:].T + w.get("bias_hh", np.zeros(2 * size))[size:])
        return {"f": f, "n": n, "h": (1 - f) * h + f * n}
    if cell in ("gru", "gru-cho"):
        r, z = sigmoid(a["r"]), sigmoid(a["z"])
        if cell == "gru":  # PyTorch: the product first, then the reset gate
            n = np.tanh(from_x["n"] + r * from_h["n"])
        else:  # Cho et al. 2014: the reset gate first, then the product
            size = h.shape[-1]
            n = np.tanh(from_x["n"] + (r * h) @ w["weight_hh"][2 * size :].T + w.get("bias_hh", np.zeros(3 * size))[2 * size :])
        return {"r": r, "z": z, "n": n, "h": (1 - z) * n + z * h}
    seen = {gate: w.get(f"weight_c{gate}", 0) for gate in "ifo"}  # Gers and Schmidhuber 2000
    f = sigmoid(a["f"] + seen["f"] * c)
    i = 1 - f if cell == "coupled" else sigmoid(a["i"] + seen["i"] * c)  # Greff et al. 2017
    g = np.tanh(a["g"])
    new = f * c + i * g
    o = sigmoid(a["o"] + seen["o"] * new)
    return {"i": i, "f": f, "g": g, "o": o, "c": new, "h": o * np.tanh(new)}


def layer(cell, w, x):
    """All steps of one layer from a zero state: name -> (T, H)."""
    h = c = np.zeros(w["weight_hh"].shape[1])
    steps = []
    for row in x:
        steps.append(step(cell, w, row, h, c))
        h, c = steps[-1]["h"], steps[-1].get("c")
    return {name: np.array([values[name] for values in steps]) for name in steps[0]}
