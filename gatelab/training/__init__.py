"""Training from scratch: the only place with a batch dimension. Command line: `python -m gatelab.training --help`.

>>> from gatelab.training import learn
>>> model = learn("recall", "lstm", length=10, seed=1)  # what the page "Learn" makes of the same settings
"""

from gatelab.training.learning import learn

__all__ = ["learn"]
