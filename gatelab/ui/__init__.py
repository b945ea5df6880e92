"""Page furniture: what stands around every page, and the panels that Streamlit draws. Pages and the navigation call it; nothing else does."""

from gatelab.ui.explore import explore, explore_attention
from gatelab.ui.furniture import furnish, notes, onward
from gatelab.ui.lesson import ask, beside, lesson
from gatelab.ui.measured import claim, lengths, measured, parameters, scores, verdicts
from gatelab.ui.timetrial import time_trial

__all__ = [
    "ask",
    "beside",
    "claim",
    "explore",
    "explore_attention",
    "furnish",
    "lengths",
    "lesson",
    "measured",
    "notes",
    "onward",
    "parameters",
    "scores",
    "time_trial",
    "verdicts",
]
