"""What stands around the stages on a page, and the panels that Streamlit draws. Pages and the navigation call it; nothing else does."""

from gatelab.ui.drawings import squashing
from gatelab.ui.explorer import explore, explore_attention
from gatelab.ui.formulas import is_turned, latex, prose
from gatelab.ui.glossary import all_terms
from gatelab.ui.layout import notes, set_up_page
from gatelab.ui.lessons import beside, chapter, lesson
from gatelab.ui.measurements import claim, lengths, measured, parameters, scores, verdicts
from gatelab.ui.models import left_out
from gatelab.ui.path import here, navigation, onward, script
from gatelab.ui.questions import all_questions, questions_here
from gatelab.ui.reading import how_to_read
from gatelab.ui.timetrial import time_trial
from gatelab.ui.visits import opening, visit
from gatelab.ui.ways import cards

__all__ = [
    "all_questions",
    "all_terms",
    "beside",
    "cards",
    "chapter",
    "claim",
    "explore",
    "explore_attention",
    "here",
    "how_to_read",
    "is_turned",
    "latex",
    "left_out",
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
    "script",
    "set_up_page",
    "squashing",
    "time_trial",
    "verdicts",
    "visit",
]
