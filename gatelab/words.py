"""What cells, their names, tasks and tokens are called on the screen."""

from gatelab.roles import ROLES

TITLES = {cell: record.titles for cell, record in ROLES.items()}
"""A cell -> what each of its names is called, in the order of the cell's story: forget, write, update, show."""

FAMILY = {cell: record.called for cell, record in ROLES.items()}
"""What each cell is called in running text."""

PLACES = {"encoder": "source looks at itself", "decoder": "target looks at itself", "across": "target looks at source"}
"""The three attentions of a transformer, by where they stand, as in `live/static/self-attention/head.js`."""

TASKS = {
    "prose": "Prose: what comes next?",
    "names": "Names: which letter comes next?",
    "sentiment": "Sentiment: is it positive?",
    "brackets": "Brackets: is one still open?",
    "counter": "Counting: as many b as a",
    "recall": "Recall: which letter was marked?",
    "adding": "Adding two marked numbers",
}
"""What the models of each task are made for, as a question."""

PURPOSES = {
    "sentiment": "This network judges reviews: the row “positive” is the probability that the writer was pleased.",
    "prose": "This network reads letters: the row “expected next” is its guess at the one that follows.",
    "names": "This network reads names: the row “expected next” is its guess at the letter that follows.",
    "code": "This network reads C source code: the row “expected next” is its guess at the character that follows.",
}
"""What the models of a lesson are for, for somebody who has never seen one."""

LEARNED = {
    "prose": "English prose",
    "names": "given names, a line each",
    "code": "C source code",
    "sentiment": "short English reviews",
    "dates": "dates in English, French, German and Spanish",
    "translate": "short English sentences",
    "brackets": "round brackets",
    "counter": "the letters a and b",
    "recall": "the letters A to D, one of them marked with !",
    "adding": "numbers from 0 to 1",
}
"""What the models of each task were trained on, for somebody whose text is something else."""


def glyph(token: str) -> str:
    """A token as one visible sign: white space gets a sign of its own."""
    return {" ": "␣", "\n": "⏎", "\t": "⇥"}.get(token, token)
