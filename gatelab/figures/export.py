"""A trace as files that other programs read."""

import csv as table
import io
from collections.abc import Mapping

import numpy as np


def csv(trace):
    """The last layer as CSV: one row for each name and step, one column for each unit.

    Returns:
        Text whose header is name, step (from 1), token, 0, 1, ... H - 1.
    """
    out = io.StringIO()
    writer = table.writer(out, lineterminator="\n")
    writer.writerow(["name", "step", "token", *range(trace[trace.names[0]].shape[1])])
    for name in trace.names:
        for t, (token, row) in enumerate(zip(trace.tokens, trace[name].tolist()), 1):
            writer.writerow([name, t, token, *(f"{value:.7g}" for value in row)])
    return out.getvalue()


def alignment_csv(trace):
    """The attention weights of an `AttentionTrace` as CSV: one row for each step (and layer and head), one column for each token.

    Returns:
        Text whose header is layer, head, step (each from 1), written, and the tokens of the source.

    Raises:
        KeyError: the model has no attention weights.
    """
    weights = trace["weights"]
    weights = weights.reshape(-1, 1, *weights.shape) if weights.ndim == 2 else weights
    out = io.StringIO()
    writer = table.writer(out, lineterminator="\n")
    writer.writerow(["layer", "head", "step", "written", *trace.tokens])
    for (layer, head, step), row in zip(np.ndindex(weights.shape[:3]), weights.reshape(-1, weights.shape[-1]) if weights.size else ()):
        writer.writerow([layer + 1, head + 1, step + 1, trace.written[step], *(f"{value:.7g}" for value in row.tolist())])
    return out.getvalue()


def npz(trace):
    """A trace as a compressed NumPy archive.

    Returns:
        Bytes for `numpy.load`. Of a `Trace`: an array (T, H) under each name of the last layer, "tokens" (T,), and for text
        "probs" (T, V) and "vocab" (V,). Of an `AttentionTrace`: its arrays, those of "encoder." and "decoder.", "tokens" (K,),
        "written" (Q,), "probs" (Q, V) and "vocab" (V,).
    """
    if isinstance(trace, Mapping):
        sides = {f"{side}.{name}": array for side in ("encoder", "decoder") for name, array in getattr(trace, side).items()}
        arrays = dict(trace) | sides | {"written": np.array(trace.written, dtype=str)}
    else:
        arrays = {name: trace[name] for name in trace.names}
    arrays["tokens"] = np.array(trace.tokens, dtype=str)
    if trace.probs is not None:
        arrays |= {"probs": trace.probs, "vocab": np.array(trace.vocab, dtype=str)}
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()
