"""The trace: everything that a model computed while it read one text, and, where it writes, while it wrote. Torch ends here."""

from typing import Any, overload

from torch import Tensor

from gatelab.networks import EncoderDecoder, Reader, Transformer
from gatelab.traces import attending, recurrent, transforming
from gatelab.traces.attending import AttentionTrace
from gatelab.traces.modules import Plain
from gatelab.traces.recurrent import Layer, Rows, Trace

__all__ = ["AttentionTrace", "Layer", "Rows", "Trace", "trace"]


@overload
def trace(model: Reader | Plain, given: str | Tensor, **options: Any) -> Trace: ...


@overload
def trace(model: EncoderDecoder | Transformer, given: str | Tensor, **options: Any) -> AttentionTrace: ...


def trace(model: Any, given: Any, **options: Any) -> Any:
    """Run a model and keep everything.

    A trace begins from a zero state and is computed as after `model.eval()`: without dropout, also where the model is in
    training mode. The model is not changed, and its `forward` is not called.

    Args:
        model: what `gatelab.load` gives, or a plain `Recurrent`, `nn.RNN`, `nn.LSTM` or `nn.GRU` with any number of layers.
        given: the text to read; for a plain module an input tensor (T, D), without a batch.
        options: for a recurrent model that writes, `forced` and `beam`, see `traces.attending.write`; no other model takes one.

    Returns:
        A `Trace` of steps, or an `AttentionTrace` for a model that writes.

    Raises:
        TypeError: the model, the text or an option is of another kind.
        ValueError: the module, the shape or an option is one that cannot be traced: a module must compute its cell's
            equations and nothing else, without forward hooks or a `forward` of its own.
    """
    known = ("forced", "beam") if isinstance(model, EncoderDecoder) else ()
    for option in options:
        if option not in known:
            raise TypeError(f"options of a trace of {type(model).__name__} must be {' or '.join(known) or 'none (it begins from a zero state)'}: got {option}")
    if isinstance(model, EncoderDecoder):
        return attending.write(model, given, **options)
    if isinstance(model, Transformer):
        return transforming.write(model, given)
    return recurrent.read(model, given)
