"""The trace: everything that a model computed while it read one text, and, where it writes, while it wrote. Torch ends here."""

from gatelab.models import EncoderDecoder, Transformer
from gatelab.trace import attending, recurrent, transforming
from gatelab.trace.attending import AttentionTrace
from gatelab.trace.recurrent import Rows, Trace

__all__ = ["AttentionTrace", "Rows", "Trace", "trace"]


def trace(model, given, **options):
    """Run a model and keep everything.

    Args:
        model: what `gatelab.load` gives, or a plain `Recurrent`, `nn.RNN`, `nn.LSTM` or `nn.GRU` with any number of layers.
        given: the text to read; for a plain module an input tensor (T, D).
        options: for a model that writes, `forced` and `beam`, see `trace.attending.write` (a transformer takes none).

    Returns:
        A `Trace` of steps, or an `AttentionTrace` for a model that writes.

    Raises:
        TypeError: the model, the text or an option is of another kind.
        ValueError: the module, the shape or an option is one that cannot be traced.
    """
    if isinstance(model, EncoderDecoder):
        return attending.write(model, given, **options)
    if isinstance(model, Transformer):
        return transforming.write(model, given, **options)
    return recurrent.read(model, given, **options)
