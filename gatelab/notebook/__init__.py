"""The stage in a notebook: in the output of a cell, without a server and without any request."""

from gatelab.notebook.frame import Shown
from gatelab.notebook.showing import show

__all__ = ["Shown", "show"]
