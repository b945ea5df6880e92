"""What goes over the wire: the new steps of a trace as one safetensors body (https://github.com/huggingface/safetensors)."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from gatelab import holds, roles
from gatelab.palette import limits, scale, span
from gatelab.text import UNKNOWN
from gatelab.traces import AttentionTrace, Trace, shown

MEDIA_TYPE = "application/octet-stream"

WRITTEN = {"<f8": "F64", "<f4": "F32", "<i8": "I64", "<i4": "I32", "|u1": "U8"}
"""The types of arrays, as numpy and as safetensors call them."""

FINEST = 2**23
"""Into how many steps `compact` divides a range: as fine as float32 near 1, in three bytes instead of four."""


def pack(trace: Trace, have: int, compact: bool = False, **extra: Any) -> bytes:
    """The steps of a trace from step `have` on.

    Args:
        trace: a trace of text, T steps.
        have: how many steps the reader already holds, in [0, T].
        compact: whether to send fewer bytes to a reader that knows how to read them.
        extra: more metadata, each value as JSON.

    Returns:
        A safetensors body: for each name of the last layer an array (T - have, H), and "probs" (T - have, O), float32;
        of a model that gives a number "answers" (T - have, 1) in its place; where there are several layers, "x" (T - have, H),
        what the last one reads: h of the layer below.
        Compact, an array whose values have bounds is (T - have, H, 3) uint8: integers of three bytes, the lowest first, from 0 for the
        lower end of its range to `FINEST` for the upper. What follows from other arrays of the step is left out: h = o ⊙ tanh(c), and
        of a coupled LSTM i = 1 - f.
        Metadata, each value as JSON: "model", "layers" (how many), "have", "steps" (T), "tokens" and "ids" (of the new steps only: what was
        typed, and what the model read in its place), "unknown" (whether it never saw them), "names", "ranges" and "scales" (by name),
        and "held" where something is: the holds as text. What is held may lie outside its bounds, so such a trace is never compact.
    """
    arrays, about = _steps(trace, have, compact and not trace.held)
    return _body(arrays, _header(about | extra))


def pack_side_by_side(traces: Sequence[Trace], have: int, compact: bool = False, **extra: Any) -> bytes:
    """The steps of several traces of one text from step `have` on: for the k-th the arrays of `pack` as "k.name", and what
    `pack` says about it in the list "parts" of the metadata; "model" is None."""
    packed = [_steps(trace, have, compact and not trace.held) for trace in traces]
    arrays = {f"{k}.{name}": array for k, (some, _) in enumerate(packed) for name, array in some.items()}
    parts = [about for _, about in packed]
    return _body(arrays, _header({"have": have, "steps": len(traces[0]), "tokens": parts[0]["tokens"], "parts": parts} | extra))


def pack_given(trace: Trace, **extra: Any) -> bytes:
    """A whole trace with all its layers, of a network of any kind, for a stage that computes nothing (`static/fixed/`).

    Args:
        trace: T steps.
        extra: more metadata, each value as JSON.

    Returns:
        A safetensors body: for each name of the k-th layer "k.name" (T, H), and "probs" or "answers" (T, O) where the network says something, float32; what is
        not finite stays so. Where something is held "k.held.name" (T, H), uint8.
        Metadata, each value as JSON: "model" (what it is called), "facts" (in a line), "cell", "titles" (name -> words), "tokens", "units" (what they are called;
        [] where they have numbers alone), "labels", and "parts", for each layer "names", "ranges", "scales" (by name), "beyond" (the names whose values can lie
        outside their range), "place", "directions", "missing" (where values are not finite) and "state" (name -> H numbers, where it is not zero).
    """
    layers = [trace.layer(k) for k in range(len(trace.layers))]
    arrays = {f"{k}.{name}": _rows(array, 0) for k, layer in enumerate(layers) for name, array in dict(layer).items()}
    if trace.held:
        arrays |= {f"{k}.held.{name}": layer.held_at(name).astype(np.uint8) for k, layer in enumerate(layers) for name in layer}
    if trace.answers is not None:
        arrays["answers" if trace.probs is None else "probs"] = _rows(trace.answers, 0)
    about = {
        "model": trace.title,
        "facts": _facts(trace),
        "cell": trace.cell,
        "titles": roles.of(trace.cell).titles if trace.cell else {},
        "tokens": trace.tokens,
        "units": trace.unit_labels,
        "labels": trace.labels,
        "parts": [_layer(trace, k) for k in range(len(layers))],
    }
    return _body(arrays, _header(about | extra))


def _facts(trace):
    held = f"; held: {', '.join(dict.fromkeys(hold.name for hold in trace.held))}" if trace.held else ""
    return (
        f"{trace.title}{f' ({trace.cell})' if trace.cell else ''}: {shown.count(len(trace), 'step')}, {shown.count(max(trace.layers[-1].widths), 'unit')}{held}"
    )


def _layer(trace, k):
    layer = trace.layer(k)
    colors = {name: layer.colors(name) for name in layer}
    places = ("", f"l{k + 1}") if k == len(trace.layers) - 1 else (f"l{k + 1}",)
    states = {name: array for written, array in trace.state.items() for place, name in [holds.split(written)] if place in places}
    return {
        "names": layer.names,
        "ranges": {name: one[1:3] for name, one in colors.items()},
        "scales": {name: one.scale for name, one in colors.items()},
        "beyond": [name for name, one in colors.items() if one.saturates],
        "place": layer.place,
        "directions": layer.directions,
        "missing": shown.missing(dict(layer)),
        "state": {name: np.asarray(array, np.float64).tolist() for name, array in states.items()},
    }


def pack_nothing(**extra: Any) -> bytes:
    """A body without arrays: only metadata."""
    return _body({}, _header(extra))


def _body(arrays, metadata):
    """As `safetensors.numpy.save`, which holds the interpreter's lock while it copies: everybody's keys waited 11 ms for an answer of 27 MB.

    Joining bytes lets the lock go from 1 MB on. The widest numbers come first, so that each array lies where a browser can read it in place.
    """
    header, parts, end = {"__metadata__": metadata}, [], 0
    for name, array in sorted(arrays.items(), key=lambda item: (-item[1].itemsize, item[0])):
        parts.append(array.tobytes())
        header[name] = {"dtype": WRITTEN[array.dtype.str], "shape": array.shape, "data_offsets": (end, end := end + array.nbytes)}
    written = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    written += b" " * (-len(written) % 8)
    return b"".join([len(written).to_bytes(8, "little"), written, *parts])


def _header(about):
    return {key: json.dumps(value, ensure_ascii=False) for key, value in about.items()}


def _steps(trace, have, compact):
    said = "answers" if trace.probs is None else "probs"
    arrays = {name: _rows(trace[name], have) for name in trace.names}
    arrays = (_compact(arrays, trace.model.spec.cell) if compact else arrays) | {said: _rows(trace.answers, have)}
    if len(trace.layers) > 1:
        arrays["x"] = _rows(trace.layer(-2)["h"], have)
    new = trace.tokens[have:]
    return arrays, {
        "model": trace.model.spec.name,
        "layers": len(trace.layers),
        "have": have,
        "steps": len(trace),
        "tokens": list(new),
        "ids": trace.model.vocabulary.encode(new),
        "unknown": [not trace.model.knows(token) for token in new],
        "names": trace.names,
        "ranges": {name: span(name, trace.cell) for name in trace.names},
        "scales": {name: scale(name, trace.cell) for name in trace.names},
    } | ({"held": holds.write(trace.held)} if trace.held else {})


def _rows(array, have):
    return np.ascontiguousarray(array[have:], dtype=np.float32)


def _compact(arrays, cell):
    """The arrays of a cell in fewer bytes, as `pack` says."""
    record = roles.of(cell)
    follows = ({"h"} if record.apart else set()) | ({record.write} if record.coupled else set())
    return {name: array if name in limits(cell) else _in_three_bytes(array, *span(name, cell)) for name, array in arrays.items() if name not in follows}


def _in_three_bytes(array, low, high):
    codes = np.rint((array - low) * (FINEST / (high - low))).clip(0, FINEST).astype("<u4")
    return np.ascontiguousarray(codes[..., None].view(np.uint8)[..., :3])


BEST = 5
"""Next tokens that are listed for each decoder step."""


def pack_attention(trace: AttentionTrace, beside: AttentionTrace | None = None, **extra: Any) -> bytes:
    """The whole trace of a model that writes.

    Args:
        trace: an `AttentionTrace` of K source tokens and Q steps.
        beside: the trace of the same source by a model without attention, of which only the text travels.
        extra: more metadata, each value as JSON.

    Returns:
        A safetensors body, float32: each array of the trace; of a transformer those named in `HEADS`, as "encoder.query" and
        so on ("across" for its decoder's look at the source). Metadata, each value as JSON: "model", "text", "beside",
        "forced" (steps), "tree" (of a beam search), "held" where something is (the holds as text), and what `_written` says.
    """
    about = {
        "model": trace.model.spec.name,
        "text": trace.text,
        "tokens": trace.tokens,
        "unknown": [trace.model.spec.source[id] == UNKNOWN for id in trace.ids],
        **_written(trace),
        "beside": None if beside is None else {"model": beside.model.spec.name, **_written(beside)},
        "forced": sorted(trace.forced),
        "tree": [vars(node) | {"token": trace.vocab[node.id]} for node in trace.tree],
    } | ({"held": holds.write(trace.held)} if trace.held else {})
    return _body(_arrays(trace), {key: json.dumps(value, ensure_ascii=False) for key, value in (about | extra).items()})


HEADS = ("query", "key", "value", "weights")
"""What travels of each head; scores and contexts follow from it by one product each."""


def _arrays(trace):
    if trace.model.spec.attention == "transformer":
        parts = {"encoder": trace.encoder, "decoder": trace.decoder, "across": trace.arrays}
        return {f"{part}.{name}": _rows(arrays[name], 0) for part, arrays in parts.items() for name in HEADS}
    return {name: _rows(array, 0) for name, array in trace.items()}


def _written(trace):
    """The tokens written, the text they make, and for each step the `BEST` likeliest tokens and the chance of the one written."""
    some = np.argpartition(-trace.probs, BEST - 1, axis=1)[:, :BEST] if len(trace.vocab) > BEST else np.argsort(-trace.probs, axis=1)
    best = np.take_along_axis(some, np.argsort(-np.take_along_axis(trace.probs, some, axis=1), axis=1, kind="stable"), axis=1)
    ids = [trace.model.target.ids[token] for token in trace.written]
    return {
        "written": trace.written,
        "output": trace.output,
        "best": [[[trace.vocab[id], round(float(row[id]), 6)] for id in some] for some, row in zip(best, trace.probs)],
        "chances": [round(float(row[id]), 6) for id, row in zip(ids, trace.probs)],
    }
