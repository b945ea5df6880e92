"""What cells, their names, tasks and tokens are called on the screen, in English: `tr` translates them where they are shown."""

from gatelab.languages import marked
from gatelab.roles import ROLES

TITLES = {cell: record.titles for cell, record in ROLES.items()}
"""A cell -> what each of its names is called, in the order of the cell's story: forget, write, update, show."""

FAMILY = {cell: record.called for cell, record in ROLES.items()}
"""What each cell is called in running text."""

PLACES = {"encoder": marked("source looks at itself"), "decoder": marked("target looks at itself"), "across": marked("target looks at source")}
"""The three attentions of a transformer, by where they stand, as in `live/static/self-attention/head.js`."""

TASKS = {
    "prose": marked("Prose: what comes next?"),
    "names": marked("Names: which letter comes next?"),
    "sentiment": marked("Sentiment: is it positive?"),
    "brackets": marked("Brackets: is one still open?"),
    "counter": marked("Counting: as many b as a"),
    "recall": marked("Recall: which letter was marked?"),
    "adding": marked("Adding two marked numbers"),
}
"""What the models of each task are made for, as a question."""

SHORT = {
    "prose": marked("prose"),
    "names": marked("names"),
    "sentiment": marked("sentiment"),
    "brackets": marked("brackets"),
    "counter": marked("counting"),
    "recall": marked("recall"),
    "adding": marked("adding"),
}
"""The same tasks in a word, for a table."""

PURPOSES = {
    "sentiment": marked("This network judges reviews: the row “positive” is the probability that the writer was pleased."),
    "prose": marked("This network reads letters: the row “expected next” is its guess at the one that follows."),
    "names": marked("This network reads names: the row “expected next” is its guess at the letter that follows."),
    "code": marked("This network reads C source code: the row “expected next” is its guess at the character that follows."),
}
"""What the models of a lesson are for, for somebody who has never seen one."""

LEARNED = {
    "prose": marked("English prose"),
    "names": marked("given names, a line each"),
    "code": marked("C source code"),
    "sentiment": marked("short English reviews"),
    "dates": marked("dates in English, French, German and Spanish"),
    "translate": marked("short English sentences"),
    "brackets": marked("round brackets"),
    "counter": marked("the letters a and b"),
    "recall": marked("the letters A to D, one of them marked with !"),
    "adding": marked("numbers from 0 to 1"),
}
"""What the models of each task were trained on, for somebody whose text is something else."""


def glyph(token: str) -> str:
    """A token as one visible sign: white space gets a sign of its own."""
    return {" ": "␣", "\n": "⏎", "\t": "⇥"}.get(token, token)
