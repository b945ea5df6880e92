"""What stands around the stages on a page, and the panels that Streamlit draws. Pages and the navigation call it; nothing else does."""

from gatelab.ui.drawings import squashing
from gatelab.ui.explorer import explore, explore_attention
from gatelab.ui.formulas import is_turned, latex, prose
from gatelab.ui.glossary import all_terms
from gatelab.ui.layout import notes, set_up_page
from gatelab.ui.lessons import ask, beside, lesson
from gatelab.ui.measurements import claim, lengths, measured, parameters, scores, verdicts
from gatelab.ui.path import here, navigation, onward
from gatelab.ui.questions import all_questions, questions_here
from gatelab.ui.timetrial import time_trial
from gatelab.ui.visits import opening, visit
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
    "here",
    "is_turned",
    "latex",
    "lengths",
    "lesson",
    "measured",
    "navigation",
    "notes",
    "onward",
    "opening",
    "parameters",
    "prose",
    "questions_here",
    "scores",
    "set_up_page",
    "squashing",
    "time_trial",
    "verdicts",
    "visit",
]
