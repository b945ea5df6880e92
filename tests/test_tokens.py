"""The browser splits a text, and reads its numbers, as Python does: the same cases given to both."""

import json
import random
import subprocess
import sys
import unicodedata

import pytest

from gatelab.text import READS, Numbers, tokenize
from tests.browser import NODE, ROOT, require

WRITTEN = (
    "",
    " ",
    "It isn\u2019t re-done, na\u00efve! 'tis rock'n'roll -- a--b '' x'",
    "e\u0301 \u0661\u0662 \u2160 \u00b2 _a_ a_b \u4e2d\u6587, \u30a2\u30fc",
    "😀👩\u200d👩\u200d👧 \ufeffa\x85b\x1cc\x1f \u2028\u2029\u3000\u180e\u200b\u00a0!",
    '<b>&amp;</b> "q" \u2018q\u2019 \u2014 \u2026',
    "\r\n\t\v\f a\0b",
    "0.31 0.5* .25* 1* 1.0* 0.* 2* -0.5* foo* * ** 0.1** 0.1234567890 \u0661* 1e-1* +1 00.5* 0.\u0665*",
    "constructor __proto__ toString",
)
SCRIPT = """
import { readFileSync } from "node:fs";
const { split } = await import(process.argv[1]);
const { sum } = await import(process.argv[2]);
const cases = JSON.parse(readFileSync(0, "utf8"));
const all = cases.map((text) => ({ tokens: UNITS.map((unit) => split(text, unit)), sums: split(text, "numbers").map((_, t, all) => sum(all, t)) }));
process.stdout.write(JSON.stringify(all));
""".replace("UNITS", json.dumps(READS))


def made_up():
    """Texts of characters of every kind that this Python knows; what a newer Unicode added may be split otherwise."""
    rng = random.Random(0)
    known = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) not in ("Cn", "Cs")]
    yield from ("a".join(known[start : start + 400]) for start in range(0, 30_000, 400))  # all that is common, one by one
    often = "ab'\u2019-_.,0* \t\n\x85\ufeff"
    for _ in range(300):
        yield "".join(rng.choice(known if rng.random() < 0.3 else often) for _ in range(rng.randrange(40)))


@pytest.fixture(scope="module")
def answers():
    require("Node.js", NODE)
    cases = [*WRITTEN, *made_up()]
    static = ROOT / "gatelab" / "live" / "static"
    command = [NODE, "--input-type=module", "-e", SCRIPT, str(static / "engine" / "tokens.js"), str(static / "kit" / "readings.js")]
    run = subprocess.run(command, input=json.dumps(cases), capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    return list(zip(cases, json.loads(run.stdout), strict=True))


@pytest.mark.parametrize("unit", READS)
def test_a_text_has_the_same_tokens_in_the_browser(answers, unit):
    for text, answer in answers:
        assert answer["tokens"][READS.index(unit)] == list(tokenize(text, unit)), repr(text)


def test_the_true_sum_is_that_of_the_numbers_that_a_model_reads(answers):
    for text, answer in answers:
        pairs = Numbers().encode(tokenize(text, "numbers"))
        sums = [sum(number * mark for number, mark in pairs[: t + 1]) for t in range(len(pairs))]
        assert answer["sums"] == pytest.approx(sums, abs=1e-9), repr(text)
