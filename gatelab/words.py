"""What each name of a cell is called on the screen, in the order of the cell's story: forget, write, update, show."""

TITLES = {
    "rnn": {"h": "hidden state"},
    "lstm": {
        "f": "forget gate",
        "i": "input gate",
        "g": "candidate",
        "c": "cell state",
        "o": "output gate",
        "h": "hidden state",
    },
    "gru": {"r": "reset gate", "z": "update gate", "n": "candidate", "h": "hidden state"},
}


def glyph(token):
    """A token as one visible sign: white space gets a sign of its own."""
    return {" ": "␣", "\n": "⏎", "\t": "⇥"}.get(token, token)
