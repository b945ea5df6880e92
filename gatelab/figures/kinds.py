"""What a figure is drawn from: which kind of trace, and which of its layers."""

from collections.abc import Mapping


def of_steps(trace):
    """A `gatelab.Trace`, or one of its layers.

    Raises:
        TypeError: it is something else.
    """
    if isinstance(trace, Mapping) or not hasattr(trace, "place"):
        raise TypeError(f"trace must be a Trace of steps, or a layer of one: got {type(trace).__name__}")
    return trace


def of_attention(trace):
    """A `gatelab.AttentionTrace`.

    Raises:
        TypeError: it is something else.
    """
    if not isinstance(trace, Mapping) or not hasattr(trace, "written"):
        raise TypeError(f"trace must be an AttentionTrace: got {type(trace).__name__}")
    return trace


def named(text, trace):
    """A title, with the layer that is shown where a trace has several."""
    return f"{text}, {trace.place}" if trace.place else text


def layers(trace):
    """Every layer of a trace, the first at the front; the layer itself where one is given."""
    return [trace.layer(k) for k in range(len(trace.layers))] if hasattr(trace, "layer") else [trace]
