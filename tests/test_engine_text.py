"""Tokens and ids in the page as in Python; and no text that harms the network there."""

import json
import random
import sys
import unicodedata

from gatelab import zoo
from gatelab.text import TYPOGRAPHIC, UNKNOWN, Vocabulary, fold, join
from tests import engine

HOSTILE = 2000  # texts
STRANGE = [
    "\ud83d",
    "\udc00",
    "\udfff\ud800",
    "\0",
    "\x1b[2J",
    "\x7f",
    "\x85",
    "\u200b",
    "\u200d",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\uffff",
    "\U0010ffff",
    "\U000e0041",
    "a" + "\u0301" * 9,
    "Z\u0351\u0327",
    "שלום",
    "مرحبا",
    "1e999",
    "9" * 40,
    "-0",
    "NaN",
    "Infinity",
    "0." + "9" * 9 + "*",
    "0.5**",
    "<b>",
    "${x}",
    "\\u0000",
    "%s",
    "constructor",
    "__proto__",
    "toString",
    "hasOwnProperty",
    "<start>",
    "<end>",
    "a" * 60,
    " " * 9,
    "\r\n\u2028\u2029",
    "👩\u200d👩\u200d👧",
    "🇫🇷🇫",
    "'" * 9,
    "-" * 9,
]


def test_tokens_are_folded_read_and_joined_as_in_python(tmp_path):
    rng, target = random.Random(0), zoo.load("translate-additive").spec.target
    known = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) not in ("Cn", "Cs")]
    tokens = [*known[:30_000], *TYPOGRAPHIC, "DON\u2019T", "\u0130stanbul", "STRASSE", "\u1e9e", "\u03a3\u03a3", "constructor", "__proto__", ""]
    vocabulary = [UNKNOWN, "a", "\u00e9", "don't", "'", '"', "-", " ", "\u0130stanbul", "stra\u00dfe", "\u03c3\u03c3"]
    targets = [
        [rng.choice(target[:60] if rng.random() < 0.7 else [*target, *"!?.,;:\u00ab\u00bb()-\u2026"]) for _ in range(rng.randrange(12))] for _ in range(3000)
    ]
    job = {"does": "text", "tokens": tokens, "vocabulary": vocabulary, "targets": targets}
    [(said, _)] = engine.run([job], tmp_path)
    assert said["folded"] == [fold(token) for token in tokens]
    assert said["plain"] == Vocabulary(tuple(vocabulary)).encode(tokens)
    assert said["folding"] == Vocabulary(tuple(vocabulary), folds=True).encode(tokens)
    assert said["joined"] == [join(some, "words") for some in targets]


def hostile(rng):
    """A text of pieces that break programs; halves of surrogate pairs meet as JSON lets them."""
    text = "".join(
        rng.choice(STRANGE) if rng.random() < 0.6 else chr(rng.choice((rng.randrange(256), rng.randrange(sys.maxunicode)))) for _ in range(rng.randrange(8))
    )
    return json.loads(json.dumps(text + rng.choice(("", " ", " 0.5* "))))


def test_no_text_makes_the_network_fail_or_say_what_is_no_number(tmp_path):
    rng = random.Random(0)
    texts = [hostile(rng) for _ in range(HOSTILE)]
    kinds = {}
    for name in zoo.models():
        kinds.setdefault("translate" if name.startswith("translate") else zoo.load(name).spec.unit, []).append(str(zoo.ZOO / f"{name}.safetensors"))
    jobs = [{"does": "sound", "models": models, "texts": texts[:: 10 if kind == "translate" else 1]} for kind, models in kinds.items()]
    for said, _ in engine.run(jobs, tmp_path):
        assert said["bad"] == []
