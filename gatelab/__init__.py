"""GateLab: everything that a recurrent network computes while it reads.

>>> import gatelab
>>> trace = gatelab.trace(gatelab.load("prose-lstm"), "It is a truth")
>>> trace["f"].shape  # the forget gate: 13 steps, 128 units
(13, 128)
>>> trace = gatelab.trace(gatelab.load("dates-additive"), "March 5, 2019")
>>> trace.output, trace["weights"].shape  # 11 steps, with the end, that look at 13 characters
('2019-03-05', (11, 13))
>>> gatelab.backward(gatelab.load("sentiment-lstm"), "not bad at all", "positive")["c"].shape  # the way back of the loss: dL/dc_t
(4, 32)
>>> with gatelab.watch(model) as seen:  # every recurrent module inside a model of yours, by its name
...     model(batch)
>>> seen["encoder.lstm"][0]["f"]
>>> gatelab.trace(nn.LSTM(5, 7), x, (h0, c0), tokens=words, head=linear)  # one by itself, of yours
>>> gatelab.Trace.of(["not", "bad"], f=f, h=h)  # arrays by name, of a network of any kind
>>> gatelab.show(trace)  # in a notebook: the stage, as the output of a cell
>>> peephole = gatelab.Recurrent("peephole", input_size=8, hidden_size=16)  # in the place of an nn.LSTM(8, 16)
"""

from typing import TYPE_CHECKING, Any

from gatelab.arrays import from_arrays
from gatelab.backpropagation import Backward, backward
from gatelab.holds import Hold
from gatelab.recurrent import Recurrent
from gatelab.traces import AttentionTrace, Trace, Watch, trace, watch
from gatelab.writing import Written, write
from gatelab.zoo import card, load, models
from gatelab.zoo.saving import save

if TYPE_CHECKING:
    from gatelab.notebook import show

__version__ = "0.1.0"

__all__ = [
    "AttentionTrace",
    "Backward",
    "Hold",
    "Recurrent",
    "Trace",
    "Watch",
    "Written",
    "backward",
    "card",
    "from_arrays",
    "load",
    "models",
    "save",
    "show",
    "trace",
    "watch",
    "write",
]


def __getattr__(name: str) -> Any:
    """`gatelab.show`, which needs more than all else here: it is imported when somebody asks for it."""
    if name == "show":
        from gatelab.notebook import show

        return show
    raise AttributeError(f"module 'gatelab' has no attribute {name!r}")
