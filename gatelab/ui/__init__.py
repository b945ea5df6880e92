"""What stands around the stages on a page, and the panels that Streamlit draws. Pages and the navigation call it; nothing else does."""

from gatelab.ui.classroom import in_class
from gatelab.ui.explorer import explore
from gatelab.ui.glossary import all_terms
from gatelab.ui.languages import fragment, links, take_up
from gatelab.ui.layout import notes, set_up_page
from gatelab.ui.lessons import chapter, lesson
from gatelab.ui.measurements import claim, verdicts
from gatelab.ui.models import left_out
from gatelab.ui.path import here, navigation, onward, script
from gatelab.ui.questions import all_questions, questions_here
from gatelab.ui.reading import how_to_read, note, text, text_of
from gatelab.ui.timetrial import time_trial
from gatelab.ui.visits import opening, visit
from gatelab.ui.ways import cards

__all__ = [
    "all_questions",
    "all_terms",
    "cards",
    "chapter",
    "claim",
    "explore",
    "fragment",
    "here",
    "how_to_read",
    "in_class",
    "left_out",
    "lesson",
    "links",
    "navigation",
    "note",
    "notes",
    "onward",
    "opening",
    "questions_here",
    "script",
    "set_up_page",
    "take_up",
    "text",
    "text_of",
    "time_trial",
    "verdicts",
    "visit",
]
