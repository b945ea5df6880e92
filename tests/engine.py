"""The network in the page, run by Node for the tests: jobs go in as JSON, answers come back as metadata and arrays."""

import json
import random
import struct
import subprocess

import numpy as np
from safetensors.numpy import load

from tests.browser import NODE, ROOT, require


def run(jobs, folder):
    """The answers of the engine to some jobs, see tests/js/engine.mjs: a list of (metadata, {name: array})."""
    require("Node.js", NODE)
    (folder / "jobs.json").write_text(json.dumps(jobs), encoding="ascii")
    command = [NODE, str(ROOT / "tests" / "js" / "engine.mjs"), str(folder / "jobs.json"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    content, at, answers = (folder / "arrays.bin").read_bytes(), 0, []
    for said in json.loads((folder / "answers.json").read_text(encoding="utf-8")):
        arrays = {}
        for name, (shape, kind) in said["shapes"].items():
            arrays[name] = np.frombuffer(content, kind, np.prod(shape, dtype=int), at).reshape(shape)
            at += arrays[name].nbytes
        answers.append((said["metadata"], arrays))
    assert at == len(content)
    return answers


def opened(body):
    """The metadata and the arrays of a safetensors body."""
    [length] = struct.unpack("<Q", body[:8])
    header = json.loads(body[8 : 8 + length])
    return {key: json.loads(value) for key, value in header["__metadata__"].items()}, load(body)


def check_near(found, expected, relative, absolute, what):
    """As `np.testing.assert_allclose`, which takes ten times as long for a small array."""
    assert found.shape == expected.shape and (np.abs(found - expected) <= absolute + relative * np.abs(expected)).all(), what


def apart(some, other):
    """The largest difference between arrays of the same names."""
    assert {name: array.shape for name, array in some.items()} == {name: array.shape for name, array in other.items()}
    return max(np.abs(some[name] - other[name]).max(initial=0) for name in some)


def weights(tensors):
    """Tensors under their names as a job has them."""
    return {name: {"shape": list(tensor.shape), "data": tensor.flatten().tolist()} for name, tensor in tensors.items()}


ARABIC = "كان يا ما كان، في قديم الزمان؛ ١٢٣"
SIGNS = [
    "😀",
    "👩\u200d👩\u200d👧",
    "🇫🇷",
    "e\u0301",
    "a\u0308\u0323",
    "İ",
    "ß",
    "Σ",
    "中文",
    "\u202eabc",
    "\ufeff",
    "¿",
    "…",
    "—",
    "–",
    "“",
    "”",
    "‘",
    "’",
    "\u00a0",
    "\t",
    "\n",
]
PLAIN = [
    "the",
    "old",
    "clock",
    "in",
    "the",
    "hall",
    "had",
    "stopped",
    "again",
    "and",
    "nobody",
    "but",
    "the",
    "youngest",
    "of",
    "the",
    "sisters",
    "seemed",
    "to",
    "mind",
]


def texts(spec, opening, count, seed=0, longest=40):
    """Texts for a model, always the same for a seed: what it opens on, what it knows, what it does not, and none at all.

    Args:
        spec: the model's; its `unit` and the tokens that it knows say what is written.
        opening: an `Opening`.
        longest: most pieces of a made-up text.
    """
    rng = random.Random(seed)
    known = spec.tokens if hasattr(spec, "tokens") else spec.source
    make = {"characters": _characters, "words": _words, "numbers": _numbers}[spec.unit]
    found = [opening.text, *opening.others, "", make(rng, known, 1), make(rng, known, 60), ARABIC, "".join(SIGNS), " ", "\ufffd"]
    while len(found) < count:
        found.append(make(rng, known, rng.randrange(1, longest)))
        if rng.random() < 0.2:  # a text whose beginning was there before
            found.append(found[-1][: rng.randrange(len(found[-1]) + 1)] + make(rng, known, rng.randrange(5)))
    return found


def _characters(rng, known, length):
    kind = rng.choice(("known", "words", "any"))
    if kind == "words":
        return " ".join(rng.choice(PLAIN) for _ in range(length))[:length]
    return "".join(rng.choice(known if kind == "known" or rng.random() < 0.7 else [*SIGNS, *ARABIC]) for _ in range(length))


def _words(rng, known, length):
    def word():
        plain = rng.choice(known) if rng.random() < 0.8 else rng.choice([*PLAIN, *SIGNS, "qwertz", *ARABIC.split()])
        return rng.choice((plain, plain, plain.upper(), plain.capitalize(), plain.replace("'", "\u2019")))

    return "".join(word() + rng.choice((" ", " ", " ", ", ", "  ", "! ", "-")) for _ in range(length))


def _numbers(rng, known, length):
    odd = ("1", "0", "1*", "0.*", ".5", "1.0*", "-0.5", "1e308", "foo", "*", "0.5**", "0.1234567890", "\u0661", "😀", "00.5")
    return " ".join(f"{rng.random():.{rng.randrange(1, 5)}f}{rng.choice(('', '', '*'))}" if rng.random() < 0.8 else rng.choice(odd) for _ in range(length))
