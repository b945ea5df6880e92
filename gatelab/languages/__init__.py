"""The words of the app in the visitor's language. A text in the code is English; a catalogue says what it is in another language."""

from contextvars import ContextVar

_language: ContextVar[str] = ContextVar("language", default="en")


def speak(name: str) -> None:
    """Take a language for what runs from here on in this thread, such as "es"."""
    _language.set(name)


def language() -> str:
    """The language that is spoken here, such as "en"."""
    return _language.get()


def tr(text: str, /, **values: object) -> str:
    """A text in the visitor's language.

    Args:
        text: in English, with names in braces: "step {step}".
        values: of these names.
    """
    return text.format(**values) if values else text


def plural(one: str, many: str, count: int, /, **values: object) -> str:
    """A text that depends on a number: `one` for 1, `many` for any other, "{count}" is the number."""
    return (one if count == 1 else many).format(count=count, **values)


def marked(text: str) -> str:
    """The same text: it stands in a table, and `tr` translates it where it is shown."""
    return text
