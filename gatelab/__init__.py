"""GateLab: everything that a recurrent network computes while it reads.

    >>> import gatelab
    >>> trace = gatelab.trace(gatelab.load("prose-lstm"), "It is a truth")
    >>> trace["f"].shape  # the forget gate: 13 steps, 128 units
    (13, 128)
"""

from gatelab.trace import Trace, trace
from gatelab.zoo import card, load, models

__all__ = ["Trace", "card", "load", "models", "trace"]
