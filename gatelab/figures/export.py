"""A trace as files that other programs read."""

import csv as table
import io

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


def npz(trace):
    """The last layer as a compressed NumPy archive.

    Returns:
        Bytes for `numpy.load`: an array (T, H) under each name, "tokens" (T,), and for text "probs" (T, V) and "vocab" (V,).
    """
    arrays = {name: trace[name] for name in trace.names} | {"tokens": np.array(trace.tokens, dtype=str)}
    if trace.probs is not None:
        arrays |= {"probs": trace.probs, "vocab": np.array(trace.vocab, dtype=str)}
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()
