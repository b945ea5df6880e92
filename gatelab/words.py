"""What each name of a cell is called on the screen, in the order of the cell's story: forget, write, update, show."""

LSTM = {
    "f": "forget gate",
    "i": "input gate",
    "g": "candidate",
    "c": "cell state",
    "o": "output gate",
    "h": "hidden state",
}
GRU = {"r": "reset gate", "z": "update gate", "n": "candidate", "h": "hidden state"}
TITLES = {"rnn": {"h": "hidden state"}, "lstm": LSTM, "peephole": LSTM, "coupled": LSTM, "gru": GRU, "gru-cho": GRU}

FAMILY = {
    "rnn": "simple RNN",
    "lstm": "LSTM",
    "peephole": "peephole LSTM",
    "coupled": "coupled LSTM",
    "gru": "GRU",
    "gru-cho": "GRU, Cho's form",
}
"""What each cell is called in running text."""


TASKS = {
    "prose": "Prose: what comes next?",
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
}
"""What the models of a lesson are for, for somebody who has never seen one."""


def glyph(token):
    """A token as one visible sign: white space gets a sign of its own."""
    return {" ": "␣", "\n": "⏎", "\t": "⇥"}.get(token, token)
