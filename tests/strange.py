"""Requests, links, lesson files and answers as an attacker or a damaged page would send them: strategies of hypothesis, for the tests and for `make load`."""

import json
from typing import NamedTuple
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from gatelab import zoo
from gatelab.classroom.questions import KINDS
from gatelab.languages import languages
from gatelab.lessons import HEAD, MARKS
from gatelab.lessons.folder import FOLDER
from gatelab.live.stages import HIDDEN, STAGES

ODD = (
    *("", " ", "\0", "\u202e abc", "e\u0301", "\U0001f469\u200d\U0001f469\u200d\U0001f467", "Z\u0334\u0335", "\ufeff", "\u2028\u2029", "\r\n\r"),
    *("<script>alert(1)</script>", "=1+1", "\x1b[31m", "\x7f\x80\x9f", "שלום", "%00", "{}", "{a}"),
    *("NaN", "../../etc/passwd", "None", "-1", "0", "1e999", "٣", "²", ",", ";", ":", "i:1:1:0", "f:*:*:1;f:*:*:0", "0:1;1:0.5,0.5"),
)
"""Texts that have broken programs before."""


def often(*pieces):
    """Each of some texts, again and again, (text, times)."""
    return st.sampled_from(pieces).map(lambda piece: piece[0] * piece[1])


LONG = often(("e\u0301", 50), ("Z\u0334\u0335", 200), ("a", 200), ("a", 2001), ("\U0001f600", 2000), ("word ", 41), ("9", 5000), ("{a}", 600))
WORDS = st.one_of(st.sampled_from(ODD), st.text(max_size=30), st.text(max_size=30), LONG)
TEXT = st.sampled_from(("It is a truth", "not good at all", "A!BC", "((1)", "0.5 1 0.3", "March 3, 1999")) | WORDS
HALVES = st.sampled_from(("\ud800", "\udfff x"))
NUMBER = (
    st.integers(-3, 30) | st.integers() | st.floats() | st.sampled_from((1e308, 2**53, True)) | st.sampled_from((400, 4298)).map(lambda places: -(10**places))
)
PLAIN = st.none() | st.booleans() | NUMBER | WORDS | HALVES
JUNK = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(WORDS.map(lambda word: word[:20]), inner, max_size=4), max_leaves=8)

HOLD = st.one_of(
    st.just(""), st.just(""), st.sampled_from(("f:1:1-3:0", "h:0:1:0.5", "c:3:2:0.5", "forget:*:*:1", "f:1:1:0;")), often(("f:1:1:0;", 600)), WORDS
)
SMALL = st.integers(-2, 20)
STEPS = {"have": SMALL, "most": SMALL, "compact": st.booleans()}


def _names(kind):
    return st.sampled_from(zoo.models(kind))


READERS = st.sampled_from(zoo.readers())
FAMILIES = st.sampled_from([names[:3] for names in zoo.families().values()])
SEARCH = st.sampled_from(("", "", "?text=a", "?text=a", "? ")) | often(("?", 30_001), ("?a", 9))
VIEW = st.fixed_dictionaries({"path": st.sampled_from(("", "watch", "a/b", "../x")), "search": SEARCH})
ASK = {
    "kind": st.sampled_from(KINDS),
    "words": st.just("Which?") | WORDS,
    "options": st.lists(WORDS, min_size=2, max_size=4),
    "tokens": st.lists(WORDS, min_size=1, max_size=4),
    "range": st.sampled_from((None, [0, 1])) | st.lists(NUMBER, max_size=2),
}
ROUND = ASK | {"id": st.sampled_from(("1", "2", "99")), "round": SMALL, "answered": SMALL, "students": SMALL, "open": st.booleans()}
ROUND |= {"distribution": st.lists(SMALL, max_size=4), "truth": SMALL | WORDS}


def some(fields):
    """Objects with these fields: as they should be, only some of them, with a value that a field cannot have, or with a field that nobody knows."""
    good, parts = st.fixed_dictionaries(fields), st.fixed_dictionaries({}, optional=fields)
    wrong = st.dictionaries(st.sampled_from(list(fields)) | WORDS, JUNK, min_size=1, max_size=2)
    return st.one_of(good, good, parts, st.builds(lambda found, more: found | more, good, wrong))


RESTORE = some(
    {"code": st.sampled_from(("BCDF", "AAAA")), "key": st.just("k" * 22), "view": VIEW, "rounds": st.lists(some(ROUND), max_size=3), "asked": some(ROUND)}
)
SAY = {
    "view": VIEW,
    "pointer": some({"x": NUMBER, "y": NUMBER, "place": WORDS}),
    "attention": st.booleans(),
    "ask": some(ASK),
    "truth": st.sampled_from((None, 0, 1, "up")),
}
SAY |= {name: st.just(True) for name in ("again", "close", "show")} | {name: st.sampled_from(("1", "2", "x")) for name in ("take", "drop")}

FIELDS = {
    "/live/trace": {"model": READERS, "text": TEXT, "hold": HOLD, "after": TEXT} | STEPS,
    "/live/compare": {"models": FAMILIES, "text": TEXT, "hold": HOLD} | STEPS,
    "/live/memory": {"models": FAMILIES, "text": st.just("abc") | WORDS.map(lambda word: word[:20]), "hold": HOLD},
    "/live/attention": {
        "model": _names("attention") | _names("transformer"),
        "text": TEXT,
        "forced": st.dictionaries(st.sampled_from(("0", "00", "-1", "٣", "999")), st.lists(st.floats(), max_size=4), max_size=2),
        "beam": st.integers(-1, 6),
        "hold": HOLD,
    },
    "/live/class": {"view": VIEW, "restore": RESTORE},
    "/live/class/CODE/join": {"seat": st.just("s" * 22), "id": st.none() | WORDS},
    "/live/class/CODE/answer": {"id": st.sampled_from(("1", "2")), "round": st.just(1), "answer": st.integers(-1, 3) | st.sampled_from(("up", "down"))},
    "/live/class/CODE/offer": {"text": TEXT},
}
"""What is posted, field by field; CODE stands for the code of a class."""

BODIES = {path: some(fields) for path, fields in FIELDS.items()} | {
    "/live/class/CODE/say": st.one_of(st.fixed_dictionaries({}, optional=SAY), st.fixed_dictionaries({"ask": some(ASK)}), some(SAY))
}
HEAVY = ("/live/memory",)
"""Routes whose work is large: fewer requests go there."""


class Sent(NamedTuple):
    """A request: its address is as it travels, in ASCII; CODE in it, and KEY and SEAT in headers, stand for those of a class."""

    method: str
    address: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def of(self, begun):
        """The same request for a class, {"code", "key", "seat"}."""
        filled = tuple((name, value.replace("KEY", begun["key"]).replace("SEAT", begun["seat"])) for name, value in self.headers)
        return self._replace(address=self.address.replace("CODE", begun["code"]), headers=filled)


def written(value):
    """A value as JSON, with what JSON has no words for as Python writes it."""
    try:
        return json.dumps(value).encode()
    except ValueError:  # a whole number of too many digits
        return b"9" * 5000


@st.composite
def damaged(draw, body):
    """A body of which some bytes are others."""
    changed = bytearray(body or b"{}")
    for _ in range(draw(st.integers(1, 4))):
        changed[draw(st.integers(0, len(changed) - 1))] = draw(st.integers(0, 255))
    return bytes(changed)


DEEP = st.integers(1, 6000).flatmap(
    lambda depth: st.sampled_from((b"[" * depth, b'{"a":' * depth, b"[" * depth + b"]" * depth, b'{"text":' * depth + b"1" + b"}" * depth))
)
SECRETS = ("Bearer KEY", "Bearer SEAT", "Bearer " + "x" * 22, "Basic a", "Bearer")
TYPES = st.sampled_from(("application/json", "text/plain", "multipart/form-data", ""))


@st.composite
def posts(draw):
    """Something for a route that is posted to."""
    path = draw(st.sampled_from([*(path for path in BODIES if path not in HEAVY), *(HEAVY if draw(st.integers(0, 9)) == 0 else ())]))
    body = written(draw(BODIES[path]))
    what = draw(st.integers(0, 19))
    if what == 0:
        body = draw(damaged(body))
    elif what == 1:
        body = draw(DEEP)
    elif what == 2:
        body = written(draw(JUNK))
    elif what == 3:
        body = body.decode().encode(draw(st.sampled_from(("utf-16", "utf-32", "utf-8-sig"))))
    secret = "Bearer KEY" if path.endswith("/say") else "Bearer SEAT"
    headers = (("Authorization", draw(st.sampled_from((secret,) * 6 + SECRETS))), ("Content-Type", draw(TYPES))) if "CODE" in path or what < 6 else ()
    return Sent("POST", path, headers, body)


def _query(**fields):
    """The query of an address, of some of the fields."""
    return st.fixed_dictionaries({}, optional=fields).map(lambda found: f"?{urlencode(found, errors='replace')}" if found else "")


TAG = st.sampled_from((*languages(), "es-MX", "tlh", "../es")) | WORDS
NAME = (
    st.sampled_from(("prose-lstm", "watch", "lesson", "nope", "..", "%2e%2e%2fapp", "%00", "%ff"))
    | often(("a", 5000))
    | WORDS.map(lambda word: quote(word, errors="replace"))
)
TRAVERSAL = st.lists(
    st.sampled_from(("..", "%2e%2e", "..%2f", "..%5c", ".", "", "%00", "static", "js", "x", "app.py", "engine", "%252e%252e", "~")), max_size=6
).map("/".join)
CODE = st.sampled_from(("CODE", "code", "bcdf", "AAAA", "%00")) | NAME
SHEET = {"text": TEXT.map(lambda text: text[:300]), "cell": st.sampled_from(("lstm", "gru", "rnn", "x")), "notation": st.sampled_from(("pytorch", "olah", "x"))}
SHEET |= {"step": st.sampled_from(("0", "1", "3", "999", "-1", "٣")), "unit": st.sampled_from(("0", "1", "9", "x")), "language": TAG, "strange": WORDS}


def _joined(*parts):
    return st.tuples(*(st.just(part) if isinstance(part, str) else part for part in parts)).map("".join)


ADDRESSES = st.one_of(
    st.sampled_from(("/live/models", "/live/addresses", "/live", "/live/", "/live/class", "/live/class/CODE/events", "/live/trace")),
    _joined("/live/", st.sampled_from(("models", "films")), "/", NAME, st.sampled_from((".safetensors", "", ".json"))),
    _joined("/live/", st.sampled_from(("bundle", "languages")), "/", NAME),
    _joined("/live/glossary", _query(language=TAG)),
    _joined(
        "/live/pages/",
        st.sampled_from((*STAGES, "nope")),
        ".html",
        _query(models=st.sampled_from(("prose-lstm", "prose-lstm,prose-gru")) | WORDS, language=TAG),
    ),
    _joined("/live/worksheet.html", _query(**SHEET)),
    _joined("/live/static/", TRAVERSAL),
    _joined(st.sampled_from(("/live/", "/static/", "/static/js/", "/media/", "/")), TRAVERSAL),
    _joined("/live/class/", CODE, st.sampled_from(("/join", "/events", "/say", "/answer", "/offer", "", "/x"))),
    _joined("/c/", CODE, st.sampled_from(("", "/", "/x"))),
)
"""What is asked for, with CODE for the code of a class."""

METHODS = st.sampled_from(("GET",) * 8 + ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "FOO", "POST"))
PIECE = st.sampled_from(("*", "garbage", "Wed, 99 Foo", "bytes=0-0", "bytes=-1", "bytes=9-1", "bytes=a-b", "br;q=x", "é")) | often(
    ("x", 3000), ("bytes=0-", 900), ("0-1,", 900)
)
HEADERS = st.sampled_from(
    (
        "Range",
        "If-None-Match",
        "If-Modified-Since",
        "If-Range",
        "Accept-Encoding",
        "Accept",
        "Accept-Language",
        "Origin",
        "Cookie",
        "X-Forwarded-For",
        "Forwarded",
    )
)
gets = st.builds(
    lambda method, address, headers, secret: Sent(method, address, (*headers, *secret)),
    METHODS,
    ADDRESSES,
    st.lists(st.tuples(HEADERS, PIECE), max_size=1),
    st.sampled_from((*(((),) * 3), *(((("Authorization", secret)),) for secret in SECRETS))),
)
"""Something for a route that is asked with an address."""

requests = gets | posts()
"""All requests."""

answers = st.integers(-2, 5) | st.sampled_from(("up", "same", "down")) | JUNK
"""What a student answers to a question."""

LOOSE = st.sampled_from(("mean", "on", "off", "all", "3,7-9", "1-", "0.5", "1.", ".", "0", "1", "2", "64", "1999", "prose-lstm,prose-gru", *HIDDEN))


@st.composite
def links(draw):
    """A stage and the fields of a link to it."""
    stage = draw(st.sampled_from(list(STAGES.values())))
    names = [name for name, rule in stage.link.items() if rule.kind != "given"]
    models = st.sampled_from((*zoo.readers(), *zoo.models("attention"), *zoo.models("transformer")))
    name = st.one_of(st.sampled_from(names), st.sampled_from(names), WORDS)
    fields = draw(st.dictionaries(name, LOOSE | WORDS | HOLD, max_size=8))
    if "model" in names and draw(st.booleans()):
        fields["model"] = draw(models)
    return stage, fields


FILES = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.md"))]
"""The app's own lessons."""

LINES = [line for file in FILES for line in file.split("\n")]
LINE = st.one_of(
    st.integers(0, len(LINES) - 1).map(lambda at: LINES[at]),
    st.sampled_from(
        [*(f"{field}: " for field in HEAD), *(f"{mark}: " for mark in MARKS), "", "# ", "## ", "    ", "> ", "1. ", "| a | b |", "$$", "```", "[a](<", "{{"]
    ),
    WORDS,
)


@st.composite
def lesson_files(draw):
    """The bytes of a lesson file: lines in any order, or one of the app's own of which some lines or bytes are others."""
    if draw(st.booleans()):
        lines = ["# A title", *draw(st.lists(LINE, max_size=12))]
    else:
        lines = FILES[draw(st.integers(0, len(FILES) - 1))].split("\n")
        for _ in range(draw(st.integers(1, 3))):
            lines.insert(draw(st.integers(0, len(lines))), draw(LINE) + draw(LINE))
    file = "\n".join(lines).encode("utf-8", "replace")
    return draw(damaged(file)) if draw(st.integers(0, 3)) == 0 else file
