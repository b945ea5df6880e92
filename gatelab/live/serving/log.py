"""The log: nobody who sends a request can write lines of their own into it."""

import logging

LONGEST = 1000
"""Most characters of a line."""


def one_line(text: str) -> str:
    """A text without its control characters, as one line, cut where it is long."""
    text = "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


class Line(logging.LogRecord):
    """A record whose message is one line."""

    def getMessage(self) -> str:
        """The message."""
        return one_line(super().getMessage())


def tame() -> None:
    """From now on each message of this process is one line."""
    logging.setLogRecordFactory(Line)
