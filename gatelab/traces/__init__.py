"""The trace: everything that a model computed while it read one text, and, where it writes, while it wrote. Torch ends here."""

from collections.abc import Sized
from typing import Any, overload

from gatelab import holds
from gatelab.naming import meant
from gatelab.networks import EncoderDecoder, Reader, Transformer
from gatelab.traces import attending, modules, reading, transforming
from gatelab.traces.attending import AttentionTrace
from gatelab.traces.layers import Layer
from gatelab.traces.modules import Plain
from gatelab.traces.recurrent import Trace
from gatelab.traces.rows import Rows
from gatelab.traces.watching import Watch, watch
from gatelab.traces.wrapping import check_recurrent, unwrapped

__all__ = ["AttentionTrace", "Layer", "Rows", "Trace", "Watch", "places", "trace", "watch"]

OPTIONS = {EncoderDecoder: ("hold", "forced", "beam"), Transformer: ("hold",), Reader: ("hold",)}
PLAIN_OPTIONS = ("tokens", "units", "head", "labels", "index", "hold")
"""What a trace of each kind of model can be told, beside the state to begin from."""

STATES = ("h0", "c0", "hx", "initial_state", "init_state")
"""What the state to begin from is called elsewhere."""


@overload
def trace(model: Reader | Plain, given: Any, state: Any = None, **options: Any) -> Trace: ...


@overload
def trace(model: EncoderDecoder | Transformer, given: str, state: Any = None, **options: Any) -> AttentionTrace: ...


def trace(model: Any, given: Any, state: Any = None, **options: Any) -> Any:
    """Run a model and keep everything.

    A trace begins from a zero state unless another is given, and is computed as after `model.eval()`: without dropout, also where the model is in
    training mode. The model is not changed, and its `forward` is not called.

    Args:
        model: what `gatelab.load` gives; or a plain `Recurrent`, `nn.RNN`, `nn.LSTM` or `nn.GRU` with any number of layers, in one direction or both, with a
            projection or without; or an `nn.RNNCell`, `nn.LSTMCell` or `nn.GRUCell`, which is called once a step. A module that was compiled or scripted is
            taken out of its wrapping. Of a module in half precision the trace is computed in float32, from the same weights.
        given: the text to read; for a plain module numbers (T, D), or a batch of which `index` chooses one: (T, B, D), or (B, T, D) with `batch_first`, or a
            `PackedSequence`. Numbers are a tensor, an array or lists.
        state: where to begin: name -> (H,), see `traces.reading.read`; for a plain module also PyTorch's h0 or (h0, c0), learned or not, see
            `traces.states.by_name`.
        options: `hold`, a `Hold` or several, values to put in the place of computed ones. For a plain module `tokens`, `units` and `labels`, what the
            T steps, the H units and the outputs of the head are called; `head`, a module or a function that turns h into scores or probabilities: what gives
            rows of at least 0 with sum 1 gives probabilities, anything else scores, of which a softmax is taken; and `index`. For a recurrent model that
            writes `forced` and `beam`, see `traces.attending.write`. A transformer takes none of them.

    Returns:
        A `Trace` of steps, or an `AttentionTrace` for a model that writes.

    Raises:
        TypeError: the model, the text or an option is of another kind.
        KeyError: a hold or the state has a name that the model does not compute.
        ValueError: the module, the shape or an option is one that cannot be traced: a transformer has nothing to hold, and a module must compute its cell's
            equations and nothing else, without forward hooks or a `forward` of its own.
    """
    model = unwrapped(model)
    known = next((options for kind, options in OPTIONS.items() if isinstance(model, kind)), PLAIN_OPTIONS)
    if known == PLAIN_OPTIONS:
        check_recurrent(model)
    _check_options(model, options, ("state", *known))
    with modules.on_the_cpu():
        return _traced(model, given, state, options)


def _traced(model, given, state, options):
    if isinstance(model, EncoderDecoder):
        return attending.write(model, given, state=state, **options)
    if isinstance(model, Transformer):
        for option, value in (options | {"state": state}).items():
            if value is not None and not (isinstance(value, Sized) and not len(value)):
                raise ValueError(f"{option} must be left out for {model.spec.name}, a transformer, which has no recurrent cells to hold: got {value!r}")
        return transforming.write(model, given)
    return reading.read(model, given, state=state, **options) if isinstance(model, Reader) else reading.read_input(model, given, state, **options)


def _check_options(model, options, known):
    for option in options:
        if option not in known:
            hint = "; a state to begin from is state=h0 or state=(h0, c0)" if option in STATES else meant(option, known)
            raise TypeError(f"options of a trace of {type(model).__name__} must be {' or '.join(known)}: got {option}{hint}")


def places(model: Reader | Plain | EncoderDecoder) -> dict[str, holds.Place]:
    """What of a model can be held, as `holds.parse` and `holds.check` ask for it: what stands before the dot of a name -> the layer."""
    return attending.places(model) if isinstance(model, EncoderDecoder) else modules.places(model)
