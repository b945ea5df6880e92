"""What goes over the wire: the new steps of a trace as one safetensors body (https://github.com/huggingface/safetensors)."""

import json

import numpy as np
from safetensors.numpy import save

from gatelab.palette import scale, span

MEDIA_TYPE = "application/octet-stream"


def pack(trace, have, **extra):
    """The steps of a trace from step `have` on.

    Args:
        trace: a trace of text, T steps.
        have: how many steps the reader already holds, in [0, T].
        extra: more metadata, each value as JSON.

    Returns:
        A safetensors body: for each name of the last layer an array (T - have, H), and "probs" (T - have, V), float32.
        Metadata, each value as JSON: "model", "have", "steps" (T), "tokens" and "ids" (of the new steps only: what was
        typed, and what the model read in its place), "names", "ranges" and "scales" (by name).
    """
    arrays = {name: _rows(trace[name], have) for name in trace.names} | {"probs": _rows(trace.probs, have)}
    new = trace.text[have:]
    about = {
        "model": trace.model.spec.name,
        "have": have,
        "steps": len(trace),
        "tokens": list(new),
        "ids": trace.model.vocabulary.encode(new),
        "names": trace.names,
        "ranges": {name: span(name) for name in trace.names},
        "scales": {name: scale(name) for name in trace.names},
    }
    return save(arrays, {key: json.dumps(value, ensure_ascii=False) for key, value in (about | extra).items()})


def _rows(array, have):
    return np.ascontiguousarray(array[have:], dtype=np.float32)
