"""The Memory and Claims pages: every number on them is that of the stored results, and their sentences hold whatever came out."""

import json
import math
import random
import re
from statistics import mean

import pytest
import torch
from streamlit.testing.v1 import AppTest

from gatelab import cells, claims, findings, influence, results, words, zoo
from gatelab.claims import Check, Claim
from gatelab.traces import trace
from gatelab.words import FAMILY
from tests.browser import ROOT

STORED = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(results.RESULTS.glob("*.json")) if path.stem not in (results.TIMES, results.HELD)
}
TRIALS = json.loads((results.RESULTS / f"{results.TIMES}.json").read_text(encoding="utf-8"))["trials"]
HELD = json.loads((results.RESULTS / f"{results.HELD}.json").read_text(encoding="utf-8"))
CARDS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in zoo.ZOO.glob("*.json") if path.stem != "openings"}
CALLED = {called: cell for cell, called in FAMILY.items()}
NUMBER = re.compile(r"\d[\d,]*\.?\d*")


def shown(name):
    """All text of a page that stands in Markdown, captions and headings."""
    page = AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=60).run()
    assert not page.exception
    return page


def texts(page):
    return [element.value for kind in (page.markdown, page.caption, page.subheader) for element in kind]


def scores(task, cell, size="hidden"):
    return [run["score"] for run in STORED[task]["runs"] if (run["cell"], run["size"]) == (cell, size)]


def at(task, cell, x, size="hidden"):
    return [dict(run["curve"])[x] for run in STORED[task]["runs"] if (run["cell"], run["size"]) == (cell, size)]


def percents(values):
    return [f"{100 * value:.1f}".removesuffix(".0") + "\N{NO-BREAK SPACE}%" for value in values]


def in_table(values):
    return [f"{100 * value:.1f}\N{NO-BREAK SPACE}%" for value in values]


def table(text):
    """A Markdown table as its head and rows."""
    head, _, *rows = ([part.strip() for part in line.strip().removeprefix("|").removesuffix("|").split("|")] for line in text.splitlines())
    return head, rows


@pytest.fixture(scope="module")
def claimed():
    return {claim.key: claim for claim in claims.claims()}


@pytest.fixture(scope="module")
def page():
    return shown("claims")


# What a verdict says.


@pytest.mark.parametrize(
    ("held", "verdict"),
    [
        ([(True, True, True)], "holds here"),
        ([(True, True, True), (True, False, True)], "holds in 2 of 3 seeds"),
        ([(True, False, False), (False, True, False)], "does not hold here"),
        ([(True, True, False), (True,)], "holds in 2 of 3 seeds"),
        ([(True, True, True), (False,)], "does not hold here"),
        ([(True,)], "holds here"),
        ([(False,)], "does not hold here"),
    ],
)
def test_a_claim_holds_with_the_seeds_in_which_all_its_checks_do(held, verdict):
    assert Claim("a", "b", "c", "d", "e", (), tuple(Check("f", one) for one in held), (), ()).verdict == verdict


def critical(model):
    """Whether both parts that a paper calls critical cost a held model more than any other gate does."""
    score = {run["experiment"]: run["score"] for run in HELD["runs"] if run["model"] == model}
    worse = {key: (one - score[""]) * (1 if model.startswith("prose") else -1) for key, one in score.items()}
    return min(worse["lstm-1997"], worse["no-output-activation"]) > max(worse["writes-everything"], worse["shows-everything"])


def expected():
    """Which claims hold with which seeds, recomputed from the files."""
    lstm, gru, rnn = (scores("brackets", cell) for cell in ("lstm", "gru", "rnn"))
    yield "brackets", [a >= 0.9 and a > b and a > c for a, b, c in zip(lstm, gru, rnn)]
    yield "counting", [a > 50 and a > b for a, b in zip(scores("counter", "lstm"), scores("counter", "gru"))]
    delays = [x for x, _ in STORED["recall"]["runs"][0]["curve"]]
    bridged = [min(lines) >= 0.95 for lines in zip(*(at("recall", "lstm", x) for x in delays))]
    yield (
        "delays",
        [short >= 0.95 > long and all_of_them for short, long, all_of_them in zip(at("recall", "rnn", delays[0]), at("recall", "rnn", delays[-1]), bridged)],
    )
    yield "adding", [a >= 0.95 > b for a, b in zip(at("adding", "lstm", 100), at("adding", "rnn", 100))]
    nats = {cell: CARDS[f"prose-{cell}"]["held_out_nats_per_character"] for cell in ("lstm", "gru", "rnn", "peephole", "coupled")}
    little = max(nats["peephole"], nats["coupled"]) <= 1.01 * nats["lstm"]
    lstm, peephole, coupled, gru, rnn = (scores("sentiment", cell) for cell in ("lstm", "peephole", "coupled", "gru", "rnn"))
    yield "variants", [little and min(b, c) >= a - 0.01 for a, b, c in zip(lstm, peephole, coupled)]
    near = nats["lstm"] < nats["rnn"] > nats["gru"] and abs(nats["gru"] - nats["lstm"]) < abs(nats["rnn"] - nats["gru"])
    yield "gru", [near and a > c < b and abs(a - b) < abs(b - c) for a, b, c in zip(lstm, gru, rnn)]
    yield "critical", [critical(f"{task}-{cell}") for task in ("sentiment", "prose") for cell in ("lstm", "peephole")]
    yield "parameters", [True for task in zoo.families() if f"{task}-gru" in CARDS]  # tests/test_sizes.py holds it against PyTorch
    yield "speed", [one["interval"][1] < 1 for one in TRIALS if one["cell"] == "gru"]


def test_every_verdict_is_that_of_the_stored_numbers(claimed):
    wanted = dict(expected())
    assert list(claimed) == list(wanted)
    for key, held in wanted.items():
        assert list(claimed[key].held) == held, key


def test_claims_leave_out_what_was_not_measured(monkeypatch):
    monkeypatch.setattr(results, "tasks", lambda: ("counter",))
    monkeypatch.setattr(results, "times", lambda: None)
    monkeypatch.setattr(results, "held", lambda: None)
    assert [claim.key for claim in claims.claims()] == ["counting", "parameters"]


# What stands on the pages.


def test_the_claims_page_shows_every_claim_with_its_verdict_source_and_commands(page, claimed):
    assert [header.value for header in page.subheader] == [claim.said for claim in claimed.values()]
    _, rows = table(next(text for text in texts(page) if text.startswith("| claim")))
    for (said, verdict), claim in zip(rows, claimed.values(), strict=True):
        assert claim.said in said and claim.by in said and claim.verdict in verdict
    for claim, code in zip(claimed.values(), page.code, strict=True):
        assert code.value.splitlines() == list(claim.commands) and claim.source in texts(page)
        assert all(command.startswith(("python -m gatelab.training", "python -m pytest", "python benchmarks/")) for command in claim.commands)
    assert {stored["command"] for stored in (*STORED.values(), HELD)} <= {command for claim in claimed.values() for command in claim.commands}


def test_the_tables_of_the_claims_page_are_the_stored_seeds(page):
    """Each cell of each table, found again in the files: in the order of the page."""
    tables = [table(text) for text in texts(page) if text.startswith(("| cell", "| delay"))]
    delays = [x for x, _ in STORED["recall"]["runs"][0]["curve"]]
    prose = {cell: [f"{CARDS[f'prose-{cell}']['held_out_nats_per_character']:.4f}"] for cell in ("lstm", "peephole", "coupled", "gru", "rnn")}
    wanted = [
        lambda cell: in_table(scores("brackets", cell)),
        lambda cell: [str(n) for n in scores("counter", cell)],
        lambda steps: in_table(at("recall", "rnn", int(steps.split()[0]))),
        lambda cell: in_table(at("recall", cell, delays[-1])),
        lambda cell: in_table(at("adding", cell, 100)),
        lambda cell: [findings.error(score) for score in scores("adding", cell)],
        lambda cell: in_table(scores("sentiment", cell)),
        prose.get,
        lambda cell: in_table(scores("sentiment", cell)),
        prose.get,
    ]
    assert len(tables) == len(wanted)
    for (head, rows), values in zip(tables, wanted):
        assert len(rows) >= 3
        for first, *numbers in rows:
            assert numbers == values(CALLED.get(first, first)) and len(head) == len(numbers) + 1


NAMES = {
    "as trained": "",
    "The LSTM of 1997 (f = 1)": "lstm-1997",
    "No memory (f = 0)": "no-memory",
    "The conveyor belt (f = 1, i = 0)": "conveyor-belt",
    "Writes everything (i = 1)": "writes-everything",
    "Shows everything (o = 1)": "shows-everything",
    "Mute (o = 0)": "mute",
    "Alice: a reset gate alone (z = 0)": "alice",
    "Betty: an update gate alone (r = 1)": "betty",
    "All gates out of the way: a simple RNN (z = 0, r = 1)": "simple-rnn",
    "Everything is kept (z = 1)": "all-kept",
    "No output activation (h = o ⊙ c)": "no-output-activation",
    "Peepholes cut": "no-peepholes",
}
"""What a row of a table of holds is called -> its experiment."""


def nats(value):
    return f"{value:.2f}" if value < 100 else f"{value:,.0f}"


def test_the_tables_of_holds_are_the_stored_scores_none_left_out(page):
    tables = [table(text) for text in texts(page) if text.startswith("| held")]
    assert len(tables) == 2
    for task, form, (head, rows) in zip(("sentiment", "prose"), (lambda share: in_table([share])[0], nats), tables):
        found = {(f"{task}-{CALLED[cell]}", NAMES[name]): value for name, *values in rows for cell, value in zip(head[1:], values, strict=True) if value}
        wanted = {(run["model"], run["experiment"]): form(run["score"]) for run in HELD["runs"] if run["model"] == f"{task}-{run['cell']}"}
        assert found == wanted


def test_the_table_of_holds_in_the_readme_is_the_stored_scores():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    start = next(k for k, line in enumerate(lines) if line.startswith("| held |"))
    head, rows = table("\n".join(lines[start : start + 2 + len(NAMES)]))
    cells = ["lstm", "peephole", "coupled", "gru", "gru-cho"]
    score = {(run["model"], run["experiment"]): run["score"] for run in HELD["runs"]}
    assert [CALLED.get(name, name) for name in head[1:]] == ["lstm", "peephole", "coupled", "gru", "gru-cho"]
    for name, *values in rows:
        for cell, value in zip(cells, values, strict=True):
            review, prose = (score.get((f"{task}-{cell}", NAMES[name])) for task in ("sentiment", "prose"))
            wanted = "" if review is None else f"{100 * review:.1f}" + ("" if prose is None else f"; {nats(prose)}")
            assert value == wanted


def test_the_numbers_in_the_words_of_the_claim_by_holding_are_the_stored_ones(claimed):
    claim = claimed["critical"]
    assert claim.measured.startswith("**By holding, not by training anew**")
    run = {(run["model"], run["experiment"]): run for run in HELD["runs"]}
    first, second = claim.notes
    lstm, peephole = run["prose-lstm", ""], [run["prose-peephole", key]["score"] for key in ("no-peepholes", "")]
    assert [number.rstrip(".,") for number in NUMBER.findall(first)] == [nats(value) for value in (*peephole, lstm["score"])]
    never, linear = run["prose-lstm", "lstm-1997"], run["prose-lstm", "no-output-activation"]
    labels = len(zoo.load("prose-lstm").spec.tokens)
    said = [
        nats(never["score"]),
        nats(never["in_windows"]),
        str(HELD["window"]),
        nats(linear["score"]),
        nats(linear["in_windows"]),
        str(labels),
        nats(math.log(labels)),
    ]
    assert [number.rstrip(".,") for number in NUMBER.findall(second)] == said


def test_the_table_of_parameters_is_that_of_the_cards(page):
    ((_, rows),) = (table(text) for text in texts(page) if text.startswith("| model"))
    tasks = {words.SHORT[task]: task for task in zoo.families()}
    for task, lstm, gru, share, whole in ((tasks[called], *row) for called, *row in rows):
        counted = [sum(p.numel() for name, p in zoo.load(f"{task}-{cell}").recurrent.named_parameters()) for cell in ("lstm", "gru")]
        assert [lstm, gru] == [f"{count:,}" for count in counted] and [share] == percents([0.75])
        assert [whole] == in_table([CARDS[f"{task}-gru"]["parameters"] / CARDS[f"{task}-lstm"]["parameters"]])


def test_the_table_of_times_is_that_of_the_stored_trials(page):
    by = {(findings.capital(words.SHORT[one["task"]]), one["cell"]): one for one in TRIALS}
    found = {row[0]: row[1:] for text in texts(page) if text.startswith("| task") for row in table(text)[1]}
    assert set(found) == {task for task, _ in by}
    for task, (lstm, gru, ratio, interval) in found.items():
        assert (float(lstm), float(gru)) == (by[task, "lstm"]["milliseconds"], by[task, "gru"]["milliseconds"])
        assert float(ratio) == pytest.approx(by[task, "gru"]["ratio"], abs=0.0051)
        assert [float(end) for end in interval.split(" to ")] == pytest.approx(by[task, "gru"]["interval"], abs=0.0051)


def known(task):
    """Every number that the stored results of a task, or what follows from them over their seeds, may put into a sentence."""
    stored = STORED[task]
    text = json.dumps({key: stored[key] for key in ("question", "x", "y", "score", "torch", "trained_to", "seeds")})
    numbers = set(NUMBER.findall(text)) | {str(k) for k in range(len(stored["seeds"]) + 1)}  # counts of seeds
    for cell in FAMILY:
        for size in ("hidden", "parameters"):
            runs = [run for run in stored["runs"] if (run["cell"], run["size"]) == (cell, size)]
            groups = [[run["score"] for run in runs], *([y for _, y in column] for column in zip(*(run["curve"] for run in runs)))]
            for group in filter(None, groups):
                for value in (*group, mean(group)):
                    numbers |= {part.split()[0] for part in percents([value])} | {
                        f"{100 * value:.1f}",
                        f"{100 * value:.2f}",
                        str(value),
                        *NUMBER.findall(findings.error(value)),
                    }
            numbers |= {text for run in runs for text in (str(run["hidden_size"]), f"{run['parameters']:,}", *(str(x) for x, _ in run["curve"]))}
    return numbers | ({f"{100 * stored['chance']:.1f}".removesuffix(".0")} if stored["chance"] else set())


OURS = {"95", "90", "1", "6", "0.17", "100"}
"""Numbers that are ours: when a task counts as learned, and what always answering 1 costs."""


@pytest.mark.parametrize("task", [task for task in ("recall", "adding", "brackets", "counter") if task in STORED])
def test_no_number_of_a_sentence_comes_from_anywhere_else(task):
    for size in results.sizes(STORED[task]):
        said = [*findings.sentences(STORED[task], size), findings.conditions(STORED[task], size)]
        for number in NUMBER.findall(" ".join(said).replace("10⁻⁵", "")):
            assert number.strip(".,") in known(task) | OURS, (number, said)


def test_what_variants_gain_is_the_span_of_the_differences_with_the_same_seed(claimed):
    gains = [100 * (mine - theirs) for cell in ("peephole", "coupled") for mine, theirs in zip(scores("sentiment", cell), scores("sentiment", "lstm"))]
    said = next(note for note in claimed["variants"].notes if "points" in note).replace("−", "-").replace("\N{NO-BREAK SPACE}", " ")
    assert re.findall(r"[+-]\d\.\d(?= points)", said) == [f"{value:+.1f}" for value in (min(gains), max(gains), mean(gains))]


def test_no_number_in_the_words_of_a_claim_comes_from_anywhere_else(claimed):
    tasks = {"brackets": "brackets", "counting": "counter", "delays": "recall", "adding": "adding", "variants": "sentiment", "gru": "sentiment"}
    for key, task in tasks.items():
        claim = claimed[key]
        words = " ".join(
            (
                claim.said,
                claim.measured,
                *(check.what for check in claim.checks),
                *(note for note in claim.notes if "points" not in note),
                *(one.title for one in claim.tables),
            )
        )
        for number in NUMBER.findall(words):
            assert number.strip(".,") in known(task) | OURS, (key, number)


def test_the_memory_page_shows_the_sentences_commands_and_curves_of_all_its_tasks():
    page = shown("memory")
    tasks = [task for task in ("recall", "adding", "brackets", "counter") if task in STORED]
    assert [code.value for code in page.code] == [STORED[task]["command"] for task in tasks]
    assert len(page.get("plotly_chart")) == len(tasks)
    for task in tasks:
        assert "\n".join(f"- {sentence}" for sentence in findings.sentences(STORED[task])) in texts(page)
        assert findings.conditions(STORED[task]) in texts(page)


def test_the_other_size_brings_its_own_sentences():
    page = shown("memory")
    both = [task for task, stored in STORED.items() if task in ("recall", "adding") and len(results.sizes(stored)) > 1]
    for task in both:
        page.session_state[f"size {task}"] = "parameters"
    page.run()
    for task in both:
        assert findings.conditions(STORED[task], "parameters") in texts(page)


def test_the_powers_in_the_chapter_are_right():
    powers = re.findall(r"(\d\.\d)\^\{100\} \\approx ([\d.,{}]+\d)", (ROOT / "pages" / "notes" / "memory.md").read_text(encoding="utf-8"))
    assert len(powers) == 2
    for base, said in powers:
        assert float(base) ** 100 == pytest.approx(float(said.replace("{,}", "")), rel=0.13)  # one digit is said of the small one


def test_the_jacobian_of_the_chapter_is_that_of_autograd():
    model = zoo.load("brackets-rnn")
    seen = trace(model, "(()())")
    found = influence.jacobians(model.recurrent, model.inputs(seen.tokens).detach(), influence.states(seen))
    weight = cells.weights(model.recurrent, "_l0").weight_hh
    for factor, h in zip(found, torch.tensor(seen["h"])):
        torch.testing.assert_close(factor, torch.diag(1 - h**2) @ weight, atol=1e-5, rtol=1e-4)


# Whatever comes out.


def madeup(task, rng):
    """The stored results of a task with other outcomes: all right, all wrong, all alike, or anything."""
    stored = json.loads(json.dumps(STORED[task]))
    draw = rng.choice([lambda: 1.0, lambda: 0.0, lambda: 0.5, lambda: round(rng.random(), 3), lambda: round(rng.random(), 3)])
    for run in stored["runs"]:
        run["curve"] = [[x, draw()] for x, _ in run["curve"]]
        run["score"] = rng.randrange(401) if task == "counter" else draw()
    return stored


@pytest.mark.parametrize("seed", range(20))
def test_sentences_and_claims_can_be_said_whatever_came_out(seed, monkeypatch):
    rng = random.Random(seed)
    other = {task: madeup(task, rng) for task in STORED}
    monkeypatch.setattr(results, "results", other.get)
    for stored in other.values():
        for size in results.sizes(stored):
            for sentence in findings.sentences(stored, size):
                assert sentence.endswith((".", "!")) and "nan" not in sentence
    for claim in claims.claims():
        assert claim.verdict in ("holds here", "does not hold here", *(f"holds in {k} of {len(claim.held)} {claim.among}" for k in range(1, len(claim.held))))


@pytest.mark.parametrize("seed", range(20))
def test_who_learned_it_is_said_of_the_right_cells(seed):
    stored = madeup("counter", random.Random(seed))
    sentence = next(text for text in findings.sentences(stored) if text.startswith("Beyond 50"))
    groups = dict(part.split(": ", 1) for part in sentence.removeprefix("Beyond 50 ").rstrip(".").split("; "))
    names = {words: {re.sub(r" \(.*", "", name) for name in re.split(r", | and ", names)} for words, names in groups.items()}
    for cell in {run["cell"] for run in stored["runs"]}:
        beyond = [run["score"] > 50 for run in stored["runs"] if run["cell"] == cell]
        words = "with every seed" if all(beyond) else "with some seeds" if any(beyond) else "with none"
        assert FAMILY[cell] in names[words]


def test_who_stumbles_over_a_short_string_is_said():
    """Right for all eight lengths of some point of the curve, and yet wrong for one below its first."""
    (sentence,) = findings.stumbles(STORED["counter"])
    for cell in ("rnn", "lstm", "peephole", "coupled", "gru"):
        runs = [run for run in STORED["counter"]["runs"] if run["cell"] == cell]
        trips = sum(run["score"] < 8 and 1 in [y for x, y in run["curve"] if x > 8] for run in runs)
        named = re.search(rf"(?<!peephole )(?<!coupled ){FAMILY[cell]} \((all |(\d) of )3 seeds\)", sentence)
        assert bool(named) == bool(trips) and (not named or int(named[2] or 3) == trips)


def test_a_hundred_percent_is_said_of_nothing_less():
    assert " ".join(findings.percent(share) for share in (1, 0.9996, 0.932, 0.5, 0)).replace("\N{NO-BREAK SPACE}", " ") == "100 % 99.96 % 93.2 % 50 % 0 %"
    assert findings.spread([1, 1, 1], str) == "**1.0**" and findings.spread([0.5, 1], str) == "**0.75** (0.5 to 1)"
    assert [findings.count(held) for held in ([True] * 3, [True, False], [False] * 3)] == ["all 3", "1 of 2", "none of 3"]
