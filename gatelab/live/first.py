"""What the stage of the first page opens on, the prompts that stand there to try, and which links mean another page."""

from collections.abc import Mapping

from gatelab.languages import marked

MODEL = "sentiment-lstm"

PROMPTS = (
    ("wonderful food and a beautiful room but the service was terrible", marked("One word turns the answer round: the last one.")),
    ("beautiful and then we went home and took the train with the others", marked("The memory keeps the first word to the end.")),
    ("it is not without charm", marked("The network can be wrong: it takes this praise for criticism.")),
)
"""Sentences to try, each with its point in one line; the stage opens on the first one. tests/test_start_page.py proves the points."""

OF_WATCH = {"value", "entry", "order", "maps"}
"""Fields of a link to Watch that the first page does not have."""


def means_watch(fields: Mapping[str, str]) -> bool:
    """Whether a link was copied from Watch at the time when Watch was the first page: it names another model than the first page's, or a field that only Watch has."""
    return fields.get("model", MODEL) != MODEL or bool(OF_WATCH & set(fields))
