"""The table of all that a class was asked, made in the page, as Python's csv module reads it."""

import csv
import io
import json
import subprocess

from tests.browser import NODE, ROOT, require

NASTY = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    " =1+1",
    "\uff1d1+1",
    'say "no"',
    "a,b",
    "two\nlines",
    "two\r\nlines",
    "",
    "'",
    "\u2212 0.5 (kept)",
    "\u05d0\u200f",
]
STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d")


def tabled(tmp_path, rounds, code="BCDF"):
    require("Node.js", NODE)
    (tmp_path / "in.json").write_text(json.dumps({"date": "2026-11-28", "code": code, "rounds": rounds}), encoding="utf-8")
    subprocess.run([NODE, str(ROOT / "tests/js/tabled.mjs"), tmp_path / "in.json", tmp_path / "out.csv"], check=True, timeout=60)
    return (tmp_path / "out.csv").read_bytes().decode("utf-8")


def asked(**fields):
    plain = {
        "id": "1",
        "round": 1,
        "kind": "choose",
        "words": "Which?",
        "options": ["a", "b"],
        "open": False,
        "answered": 3,
        "students": 4,
        "distribution": [1, 2],
        "truth": None,
        "before": None,
    }
    return {**plain, **fields}


def lines(text):
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_every_word_that_was_asked_comes_out_of_the_table_as_it_was(tmp_path):
    text = tabled(tmp_path, [asked(words=words or "empty", options=NASTY, distribution=list(range(len(NASTY))), answered=105) for words in NASTY])
    read = lines(text)
    assert len(read) == len(NASTY) ** 2
    for at, line in enumerate(read):
        words, answer = NASTY[at // len(NASTY)] or "empty", NASTY[at % len(NASTY)]
        assert line["words"].removeprefix("'") == words.removeprefix("'")
        assert line["answer"].removeprefix("'") == answer.removeprefix("'")
        assert int(line["count"]) == at % len(NASTY)


def test_no_field_of_the_table_is_a_formula(tmp_path):
    rounds = [asked(words=words or "-", options=NASTY, distribution=[1] * len(NASTY), truth=k) for k, words in enumerate(NASTY)]
    for line in lines(tabled(tmp_path, rounds)):
        for value in line.values():
            assert not value.lstrip(" \"'" if not value.startswith("'") else "").startswith(STARTS), value


def test_lines_end_as_rfc_4180_says_and_all_have_the_same_fields(tmp_path):
    text = tabled(tmp_path, [asked(), asked(id="2", kind="direction", options=None, distribution=[1, 0, 2], truth="down")])
    rows = text.split("\r\n")
    assert rows.pop() == ""
    assert "\n" not in "".join(rows)
    assert {len(row) for row in csv.reader(rows, strict=True)} == {13}


def test_both_rounds_of_each_question_stand_in_the_table_with_exact_counts_and_the_right_answer(tmp_path):
    bins = [{"from": None, "to": 0, "count": 0}, {"from": 0, "to": 0.5, "count": 2}, {"from": 0.5, "to": 1, "count": 5}, {"from": 1, "to": None, "count": 0}]
    rounds = [
        asked(truth=1),
        asked(round=2, distribution=[0, 4], answered=4, truth=1),
        asked(id="5", kind="number", options=None, words="How much?", distribution=bins, answered=7, students=7, truth=-0.25),
    ]
    read = lines(tabled(tmp_path, rounds))
    short = [
        (one["question"], one["round"], one["answer"], one["count"], one["percent"], one["answered"], one["students"], one["right answer"], one["right"])
        for one in read
    ]
    assert short == [
        ("1", "1", "a", "1", "33", "3", "4", "b", "no"),
        ("1", "1", "b", "2", "67", "3", "4", "b", "yes"),
        ("1", "2", "a", "0", "0", "4", "4", "b", "no"),
        ("1", "2", "b", "4", "100", "4", "4", "b", "yes"),
        ("2", "1", "below 0", "0", "0", "7", "7", "-0.25", "yes"),
        ("2", "1", "0 to 0.5", "2", "29", "7", "7", "-0.25", "no"),
        ("2", "1", "0.5 to 1", "5", "71", "7", "7", "-0.25", "no"),
    ]
    assert {(one["date"], one["class"]) for one in read} == {("2026-11-28", "BCDF")}


def test_a_question_that_nobody_answered_has_a_line_too(tmp_path):
    assert [(one["words"], one["count"]) for one in lines(tabled(tmp_path, [asked(kind="number", options=None, distribution=[], answered=0)]))] == [
        ("Which?", "0")
    ]
