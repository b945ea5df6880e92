"""A trace as files that other programs read."""

import csv as table
import io
from collections.abc import Mapping

import numpy as np

from gatelab.figures import kinds
from gatelab.traces import AttentionTrace, Layer, Trace


def csv(trace: Trace | Layer) -> str:
    """Every layer as CSV: one row for each name and step, one column for each unit; a name with fewer units ends earlier.

    Args:
        trace: a `gatelab.Trace` of T steps, or a layer of one, `trace.layer(k)`; of a model that writes `trace.layer("encoder")` or
            `trace.layer("decoder")`.

    Returns:
        Text whose header is name, step (from 1), token, 0, 1, ... H - 1, or the labels of the units; where a trace has several layers, layer (from 1, the
        one that reads the input) stands in front.

    Raises:
        TypeError: it is no trace of steps.
    """
    layers = kinds.layers(kinds.of_steps(trace))
    out = io.StringIO()
    writer = table.writer(out, lineterminator="\n")
    writer.writerow([*(["layer"] if len(layers) > 1 else []), "name", "step", "token", *max((trace.units(name) for name in trace.names), key=len)])
    for k, layer in enumerate(layers, 1):
        for name in layer.names:
            for t, (token, row) in enumerate(zip(layer.tokens, layer[name].tolist()), 1):
                writer.writerow([*([k] if len(layers) > 1 else []), name, t, token, *(f"{value:.7g}" for value in row)])
    return out.getvalue()


def alignment_csv(trace: AttentionTrace, where: str = "across") -> str:
    """The attention weights of an `AttentionTrace` as CSV: one row for each step (and layer and head), one column for each token.

    Args:
        where: which of a transformer's attentions, as of `kinds.look`.

    Returns:
        Text whose header is layer, head, step (each from 1), written, and the tokens of the source; where the source looks at
        itself, token and source instead of step and written; where the target does, the tokens that it read.

    Raises:
        TypeError: it is no `AttentionTrace`.
        ValueError: there is no such attention.
        KeyError: the model has no attention weights.
    """
    look = kinds.look(trace, where)
    weights = look.weights.reshape(-1, 1, *look.weights.shape) if look.weights.ndim == 2 else look.weights
    out = io.StringIO()
    writer = table.writer(out, lineterminator="\n")
    writer.writerow(["layer", "head", look.row, look.written, *look.columns])
    for (layer, head, step), row in zip(np.ndindex(weights.shape[:3]), weights.reshape(-1, weights.shape[-1]) if weights.size else ()):
        writer.writerow([layer + 1, head + 1, step + 1, look.rows[step], *(f"{value:.7g}" for value in row.tolist())])
    return out.getvalue()


def npz(trace: Trace | Layer | AttentionTrace) -> bytes:
    """A trace as a compressed NumPy archive.

    Returns:
        Bytes for `numpy.load`. Of a `Trace`, or a layer of one: an array (T, H) under each name, which ends as PyTorch's names of
        the weights do where a trace has several layers, "f_l0" and "f_l1"; "tokens" (T,), and "units" (H,) where these have labels. Of text also what the model says:
        "probs" (T, O) with "vocab" (V,), or "answers" (T, O) where these are no probabilities; and "labels" (O,) where they are
        not the vocabulary. Of an `AttentionTrace`: its arrays, those of "encoder." and "decoder.", "tokens" (K,), "written"
        (Q,), "probs" (Q, V) and "vocab" (V,).

    Raises:
        TypeError: it is no trace.
    """
    arrays = _attention(trace) if isinstance(trace, Mapping) else _steps(trace)
    words = {name: np.array(array, dtype=str) for name, array in arrays.items() if isinstance(array, tuple)}
    out = io.BytesIO()
    np.savez_compressed(out, **arrays | words)
    return out.getvalue()


def _attention(trace):
    sides = {f"{side}.{name}": array for side in ("encoder", "decoder") for name, array in getattr(kinds.of_attention(trace), side).items()}
    return dict(trace) | sides | {"tokens": trace.tokens, "written": trace.written, "probs": trace.probs, "vocab": trace.vocab}


def _steps(trace):
    layers = kinds.layers(kinds.of_steps(trace))
    arrays = {name + (f"_l{k}" if len(layers) > 1 else ""): layer[name] for k, layer in enumerate(layers) for name in layer.names}
    said = {"units": labels} if (labels := getattr(trace, "unit_labels", ())) else {}
    if getattr(trace, "answers", None) is not None:
        said |= {"answers": trace.answers} if trace.probs is None else {"probs": trace.probs}
        said |= {} if trace.probs is None or not trace.vocab else {"vocab": trace.vocab}
        said |= {} if trace.labels == trace.vocab else {"labels": trace.labels}
    return arrays | {"tokens": trace.tokens} | said
