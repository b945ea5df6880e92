"""What a request about a room may hold, field by field."""

import itertools
import re
from collections.abc import Callable, Mapping
from typing import Any

from gatelab.classroom.codes import is_secret, read_code
from gatelab.classroom.questions import KINDS, Question
from gatelab.classroom.room import ROUND_BYTES, ROUNDS, Asked
from gatelab.live.endpoint import LIMIT, BadRequest, Check, kind, shown

SEARCH = 30_000
"""Most characters of a link's query: a text of `LIMIT` characters, each up to twelve when escaped, and the other fields."""

OPTIONS = 12
"""Most options of a question."""

OPTION = 200
"""Most characters of an option, and of a token to point at."""

TOKENS = 500
"""Most tokens to point at."""

PATH = re.compile(r"([a-z0-9_-]+(/[a-z0-9_-]+)*)?")
QUERY = re.compile(r"|\?[!-~]*")
NUMBER = re.compile(r"[0-9]{1,6}")
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What is no text: control characters except for tab and new line, and those that turn the direction of what stands around them."""


def text(name: str, most: int, least: int = 1) -> Check:
    """The check of a field that is a text."""

    def check(value, before=None):
        if not isinstance(value, str):
            raise BadRequest(name, "a string", kind(value))
        if not least <= len(value) <= most:
            raise BadRequest(name, f"{least} to {most} characters", f"{len(value)} characters")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise BadRequest(name, "whole Unicode characters", "half of a surrogate pair")
        if found := CONTROLS.search(value):
            raise BadRequest(name, "text without control characters", f"U+{ord(found[0]):04X}")
        return value

    return check


def texts(name: str, least: int, most: int, longest: int) -> Check:
    """The check of a field that is a list of texts."""
    each = text(name, longest, 0)

    def check(value, before=None):
        if not isinstance(value, list) or not least <= len(value) <= most:
            got = f"{len(value)}" if isinstance(value, list) else kind(value)
            raise BadRequest(name, f"a list of {least} to {most} texts", got)
        return tuple(each(item, {}) for item in value)

    return check


def matching(name: str, form: re.Pattern[str], rule: str, most: int) -> Check:
    """The check of a field that is a string of a form."""

    def check(value, before=None):
        if not isinstance(value, str) or len(value) > most or not form.fullmatch(value):
            raise BadRequest(name, rule, shown(value))
        return value

    return check


def integer(name: str, least: int, most: int) -> Check:
    """The check of a field that is a whole number in a range."""

    def check(value, before=None):
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise BadRequest(name, f"an integer from {least} to {most}", shown(value))
        return value

    return check


def secret(name: str) -> Check:
    """The check of a field that is a key or a seat."""

    def check(value, before=None):
        if not is_secret(value):
            raise BadRequest(name, "22 letters, digits, - and _", "something else")  # a secret is never shown
        return value

    return check


def fields(name: str, value: object) -> Mapping[str, Any]:
    """A value that is an object."""
    if not isinstance(value, dict):
        raise BadRequest(name, "an object", kind(value), status=400 if name == "body" else 422)
    return value


path = matching("path", PATH, "the path of a page, without a / before it", 80)
search = matching("search", QUERY, f"the query of a link from its ? on, escaped, at most {SEARCH} characters", SEARCH)
number = matching("id", NUMBER, "the id of a question or an offer", 6)


def view(value: object, before: object = None) -> dict[str, Any]:
    """A page and its link's query, {"path", "search"}."""
    got = fields("view", value)
    return {"path": path(got.get("path"), {}), "search": search(got.get("search"), {})}


def pointer(value: object, before: object = None) -> dict[str, Any] | None:
    """Where the teacher points, {"x", "y", "place"}, or None."""
    if value is None:
        return None
    got = fields("pointer", value)
    for name in ("x", "y"):
        if isinstance(got.get(name), bool) or not isinstance(got.get(name), (int, float)) or not 0 <= got[name] <= 1:
            raise BadRequest(name, "a number from 0 to 1", shown(got.get(name)))
    return {"x": round(got["x"], 4), "y": round(got["y"], 4), "place": text("place", 80, 0)(got.get("place", ""), {})}


def ask(value: object, before: object = None) -> Question | None:
    """A question, {"kind", "words"} with "options" to choose from, "tokens" to point at, or the "range" of a number, and what it is "about"; or None."""
    if value is None:
        return None
    got = fields("ask", value)
    if got.get("kind") not in KINDS:
        raise BadRequest("kind", f"one of {', '.join(KINDS)}", shown(got.get("kind")))
    words = text("words", LIMIT)(got.get("words"), {})
    options = texts("options", 2, OPTIONS, OPTION)(got.get("options"), {}) if got["kind"] == "choose" else ()
    tokens = texts("tokens", 1, TOKENS, OPTION)(got.get("tokens"), {}) if got["kind"] == "point" else ()
    most = span(got["range"]) if got["kind"] == "number" and got.get("range") is not None else None
    about = text("about", OPTION, 0)(got.get("about", ""), {})
    return Question(got["kind"], words, options, tokens, most, about)


def span(value: object) -> tuple[float, float]:
    """The smallest and the largest answer to a question for a number."""
    ends = value if isinstance(value, list) else []
    if len(ends) != 2 or not all(Question("number", "").accepts(end) for end in ends) or not ends[0] < ends[1]:
        raise BadRequest("range", "two numbers, the smaller one first", shown(value))
    return ends[0], ends[1]


def flag(name: str) -> Check:
    """The check of a field that is true or false."""

    def check(value, before=None):
        if not isinstance(value, bool):
            raise BadRequest(name, "true or false", kind(value))
        return value

    return check


def yes(name: str) -> Check:
    """The check of a field that is true, where it is there."""

    def check(value, before=None):
        if value is not True:
            raise BadRequest(name, "true", shown(value))
        return True

    return check


def truth(value: object, before: object = None) -> object:
    """What is right; the room knows the question, and checks it."""
    if not isinstance(value, (str, int, float, type(None))):
        raise BadRequest("truth", "an answer to the question", kind(value))
    return value


SAY: dict[str, Callable[..., Any]] = {
    "view": view,
    "pointer": pointer,
    "attention": flag("attention"),
    "ask": ask,
    "again": yes("again"),
    "close": yes("close"),
    "show": yes("show"),
    "truth": truth,
    "take": number,
    "drop": number,
    "end": yes("end"),
}
"""What the teacher can say, each with its check."""


def said(body: object) -> dict[str, Any]:
    """The words of a teacher, one or more of `SAY`."""
    got = fields("body", body)
    words = {name: check(got[name], {}) for name, check in SAY.items() if name in got}
    if not words or got.keys() - SAY.keys():
        raise BadRequest("body", f"one or more of {', '.join(SAY)}", shown(", ".join(map(str, got))))
    return words


def rounds(value: object) -> tuple[dict[str, Any], ...]:
    """All that was asked in a room that is to be restored, as the teacher's page was told it."""
    if not isinstance(value, list) or len(value) > ROUNDS:
        raise BadRequest("rounds", f"a list of at most {ROUNDS}", kind(value))
    return tuple(told(each) for each in value)


def told(value: object) -> dict[str, Any]:
    """A question with its counts, as `Asked.told` says it."""
    got = fields("rounds", value)
    question = ask(got)
    assert question
    kept = {"id": number(got.get("id"), {}), "round": integer("round", 1, ROUNDS)(got.get("round"), {})}
    counts = {name: integer(name, 0, 10_000)(got.get(name), {}) for name in ("answered", "students")}
    if got.get("truth") is not None and not question.accepts(got["truth"]):
        raise BadRequest("truth", question.rule(), shown(got["truth"]))
    open = flag("open")(got.get("open"), {})
    lists = {name: distribution(question, name, got.get(name)) for name in ("distribution", "before")}
    about = Asked(**kept, question=question, open=open, truth=got.get("truth"), before=lists["before"]).told(0, teacher=True)
    return about | counts | lists


def distribution(question: Question, name: str, value: object) -> list[Any] | None:
    """The counts of a question: of each option, token or direction, or bars; None where there are none."""
    if value is None:
        return None
    empty = question.count([])
    count = integer(name, 0, 10_000)
    if not isinstance(value, list) or (empty and len(value) != len(empty)) or len(value) > 50:
        raise BadRequest(name, f"a list of {len(empty) or 'at most 50'}", kind(value))
    if question.kind != "number":
        return [count(item, {}) for item in value]
    return _bars(name, [fields(name, item) for item in value], count)


def _bars(name, bars, count):
    """Bars as `histogram` makes them: each begins where the one before ends; the first has no beginning, and the last no end."""
    edges = [bar.get("to") for bar in bars[:-1]]
    rising = all(Question("number", "").accepts(edge) for edge in edges) and all(a < b for a, b in itertools.pairwise(edges))
    if bars and (not rising or [bar.get("from") for bar in bars] != [None, *edges] or bars[-1].get("to") is not None):
        raise BadRequest(name, "bars of which each begins where the one before ends, the first and the last open", shown(bars))
    return [{"from": bar.get("from"), "to": bar.get("to"), "count": count(bar.get("count"), {})} for bar in bars]


def restore(value: object) -> dict[str, Any]:
    """A room that is to come back: {"code", "key"} and what the teacher's page holds of it."""
    got = fields("restore", value)
    code = read_code(got.get("code"))
    if code is None:
        raise BadRequest("code", "four letters", shown(got.get("code")))
    asked = told(got["asked"]) if got.get("asked") is not None else None
    before = rounds(got.get("rounds") or [])
    seen = None if got.get("view") is None else view(got["view"])
    version = fields("view", got["view"]).get("version", 0) if seen else 0
    if seen:
        seen["version"] = integer("version", 0, 10**9)(version, {})
    return {"code": code, "key": secret("key")(got.get("key"), {}), "view": seen, "rounds": before, "asked": asked}


RESTORE_LIMIT = ROUND_BYTES + 100_000
"""Most bytes of a request that brings a room back."""
