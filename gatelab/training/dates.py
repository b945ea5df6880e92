"""Written dates and their ISO form, made by Babel: a task whose right alignment is known."""

import random
from datetime import date, timedelta

from babel import __version__ as babel_version
from babel.dates import format_date, get_month_names

from gatelab.text import END, START, UNKNOWN, fold
from gatelab.training.pairs import Pairs

LOCALES = ("en_US", "en_GB", "fr_FR", "de_DE", "es_ES")
FORMATS = ("medium", "long", "full")
FIRST, LAST = date(1900, 1, 1), date(2099, 12, 31)
HELD_OUT = 0.1
"""Share of the days that training never sees in any form."""

TRAINING = 60_000
"""Pairs to learn from."""

LOOSE = 0.5
"""Share of the training sources whose spaces became other separators, or nothing: nobody types them alike."""

SEPARATORS = ("-", "/", ".", "_", ",", " ", "  ", "")


def written(day: date, rng: random.Random) -> str:
    """A day as somebody writes it: any locale, form and capitalization."""
    text = format_date(day, rng.choice(FORMATS), rng.choice(LOCALES))
    return rng.choice((str, str, str.lower, str.upper, str.title))(text)


def loose(text: str, rng: random.Random) -> str:
    """A written date as it may be typed in haste: without spaces, with one other separator, or with any in each place."""
    if rng.random() >= LOOSE:
        return text
    one = rng.choice(("", rng.choice(SEPARATORS), None))
    return "".join((rng.choice(SEPARATORS) if one is None else one) if letter == " " else letter for letter in text)


def fields(text: str, day: date) -> dict[str, range]:
    """Where year, month name and day stand in a written date: name -> range of characters; no "month" where it is a number.

    A name is looked up in the five locales, abbreviated and whole; the day is the number that is not the year.
    """
    found, lower = {}, text.lower()
    at = lower.rindex(f"{day.year}")
    found["year"] = range(at, at + 4)
    names = {get_month_names(width, "format", locale)[day.month].lower() for width in ("wide", "abbreviated") for locale in LOCALES}
    for name in sorted(names, key=len, reverse=True):
        if name in lower:
            found["month"] = range(lower.index(name), lower.index(name) + len(name))
            break
    number = next(form for form in (f"{day.day:02}", f"{day.day}") if form in lower.replace(f"{day.year}", "    "))
    at = lower.replace(f"{day.year}", "    ").index(number)
    found["day"] = range(at, at + len(number))
    return found


def pairs(seed: int = 0, count: int = TRAINING) -> Pairs:
    """The pairs of the task: `count` to learn from, and 1,000 written from days that training never sees."""
    rng = random.Random(seed)
    days = [FIRST + timedelta(k) for k in range((LAST - FIRST).days + 1)]
    rng.shuffle(days)
    unseen, seen = days[: round(HELD_OUT * len(days))], days[round(HELD_OUT * len(days)) :]
    training = [(tuple(map(fold, loose(written(day, rng), rng))), tuple(day.isoformat())) for day in rng.choices(seen, k=count)]
    rng = random.Random(seed)  # its own, so that these stay the same whatever training reads
    held_out = [(written(day, rng), [day.isoformat()]) for day in unseen[:1000]]
    return Pairs(
        unit="characters",
        source=(UNKNOWN, *sorted({letter for source, _ in training for letter in source})),
        target=(UNKNOWN, START, END, *sorted({letter for _, target in training for letter in target})),
        training=training,
        held_out=held_out,
        about={
            "title": "Written dates, 1900 to 2099, in five locales",
            "licence": "made by Babel (BSD); locale data: Unicode CLDR",
            "credit": "Babel, Unicode CLDR",
            "where": f"the package babel {babel_version}",
        },
    )
