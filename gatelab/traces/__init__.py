"""The trace: everything that a model computed while it read one text, and, where it writes, while it wrote. Torch ends here."""

from typing import Any, overload

from torch import Tensor

from gatelab import holds
from gatelab.networks import EncoderDecoder, Reader, Transformer
from gatelab.traces import attending, recurrent, transforming
from gatelab.traces.attending import AttentionTrace
from gatelab.traces.modules import Plain
from gatelab.traces.recurrent import Layer, Rows, Trace

__all__ = ["AttentionTrace", "Layer", "Rows", "Trace", "places", "trace"]


@overload
def trace(model: Reader | Plain, given: str | Tensor, **options: Any) -> Trace: ...


@overload
def trace(model: EncoderDecoder | Transformer, given: str | Tensor, **options: Any) -> AttentionTrace: ...


def trace(model: Any, given: Any, **options: Any) -> Any:
    """Run a model and keep everything.

    A trace begins from a zero state unless another is given, and is computed as after `model.eval()`: without dropout, also where the model is in
    training mode. The model is not changed, and its `forward` is not called.

    Args:
        model: what `gatelab.load` gives, or a plain `Recurrent`, `nn.RNN`, `nn.LSTM` or `nn.GRU` with any number of layers.
        given: the text to read; for a plain module an input tensor (T, D), without a batch.
        options: `hold`, a `Hold` or several, values to put in the place of computed ones, and `state`, name -> (H,), where to begin, see
            `traces.recurrent.read`; for a recurrent model that writes also `forced` and `beam`, see `traces.attending.write`. A transformer
            takes none of them.

    Returns:
        A `Trace` of steps, or an `AttentionTrace` for a model that writes.

    Raises:
        TypeError: the model, the text or an option is of another kind.
        KeyError: a hold or the state has a name that the model does not compute.
        ValueError: the module, the shape or an option is one that cannot be traced: a transformer has nothing to hold, and a module must compute its cell's
            equations and nothing else, without forward hooks or a `forward` of its own.
    """
    known = ("hold", "state", "forced", "beam") if isinstance(model, EncoderDecoder) else ("hold", "state")
    for option in options:
        if option not in known:
            raise TypeError(f"options of a trace of {type(model).__name__} must be {' or '.join(known)}: got {option}")
    if isinstance(model, EncoderDecoder):
        return attending.write(model, given, **options)
    if isinstance(model, Transformer):
        for option, value in options.items():
            if value:
                raise ValueError(f"{option} must be left out for {model.spec.name}, a transformer, which has no recurrent cells to hold: got {value!r}")
        return transforming.write(model, given)
    return recurrent.read(model, given, **options)


def places(model: Reader | Plain | EncoderDecoder) -> dict[str, holds.Place]:
    """What of a model can be held, as `holds.parse` and `holds.check` ask for it: what stands before the dot of a name -> the layer."""
    return attending.places(model) if isinstance(model, EncoderDecoder) else recurrent.places(model)
