"""Page furniture: what stands around every page, and the panels that Streamlit draws. Pages and the navigation call it; nothing else does."""

from gatelab.ui.explorer import explore, explore_attention
from gatelab.ui.furniture import furnish, notes
from gatelab.ui.glossary import all_terms
from gatelab.ui.lessons import ask, beside, lesson
from gatelab.ui.measurements import claim, lengths, measured, parameters, scores, verdicts
from gatelab.ui.path import here, navigation, onward
from gatelab.ui.questions import all_questions, questions_here
from gatelab.ui.timetrial import time_trial
from gatelab.ui.ways import cards

__all__ = [
    "all_questions",
    "all_terms",
    "ask",
    "beside",
    "cards",
    "claim",
    "explore",
    "explore_attention",
    "furnish",
    "here",
    "lengths",
    "lesson",
    "measured",
    "navigation",
    "notes",
    "onward",
    "parameters",
    "questions_here",
    "scores",
    "time_trial",
    "verdicts",
]
