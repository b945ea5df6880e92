"""What is stored of the trained series: complete, and one with the cards of the models that were shipped from it."""

import json
import re

import pytest

from gatelab import findings, results, zoo
from gatelab.training.series import FAMILY, TASKS
from tests.browser import ROOT

STORED = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(results.RESULTS.glob("*.json")) if path.stem not in (results.TIMES, results.HELD)]


@pytest.fixture(params=STORED, ids=lambda stored: stored["task"])
def stored(request):
    return request.param


def test_every_task_of_the_series_has_its_results():
    assert set(results.tasks()) == set(TASKS)


def test_a_file_tells_how_to_make_it_again(stored):
    assert stored["command"].startswith(f"python -m gatelab.training.series {stored['task']} --seeds {' '.join(map(str, stored['seeds']))} ")
    assert len(stored["seeds"]) >= 3 and stored["torch"] and all(stored[key] for key in ("title", "question", "x", "y", "score"))
    task = TASKS[stored["task"]]
    assert (stored["chance"], stored["trained_to"]) == (task.chance, task.trained_to)
    for run in stored["runs"]:
        assert run["command"].startswith(f"python -m gatelab.training {stored['task']} ")
        assert f"--seed {run['seed']} " in run["command"] and f"--cell {run['cell']}" in run["command"]
        assert not re.search(r"[\s=]/", run["command"] + stored["command"])  # no path of the machine that made them


def test_every_cell_was_trained_with_every_seed(stored):
    found = [(run["size"], run["cell"], run["seed"]) for run in stored["runs"]]
    sizes = {size for size, *_ in found}
    wanted = {(size, cell, seed) for size in sizes for cell in FAMILY for seed in stored["seeds"]} - {("parameters", "lstm", seed) for seed in stored["seeds"]}
    assert "hidden" in sizes and len(found) == len(wanted) and set(found) == wanted


def test_curves_are_shares_over_the_same_places(stored):
    assert len({tuple(x for x, _ in run["curve"]) for run in stored["runs"]}) == 1
    for run in stored["runs"]:
        xs, shares = zip(*run["curve"])
        assert list(xs) == sorted(set(xs)) and all(0 <= share <= 1 for share in shares)


def test_shipped_models_are_the_best_of_the_stored_seeds(stored):
    for size, end in (("hidden", ""), ("parameters", "-matched")):
        for cell in {run["cell"] for run in stored["runs"] if run["size"] == size}:
            card = json.loads((zoo.ZOO / f"{stored['task']}-{cell}{end}.json").read_text(encoding="utf-8"))
            mine = {str(run["seed"]): run for run in stored["runs"] if (run["cell"], run["size"]) == (cell, size)}
            assert card["score_by_seed"] == {seed: run["score"] for seed, run in mine.items()}
            best = (min if TASKS[stored["task"]].lower_is_better else max)(card["score_by_seed"].values())
            chosen = mine[str(card["seed"])]
            assert card["score"] == chosen["score"] == best
            assert (card["command"], card["parameters"], card["hidden_size"]) == (chosen["command"], chosen["parameters"], chosen["hidden_size"])


def test_cells_are_compared_at_the_size_that_is_said(stored):
    lstm = results.runs(stored, "lstm")[0]
    for run in stored["runs"]:
        if run["size"] == "hidden":
            assert run["hidden_size"] == lstm["hidden_size"]
        else:
            assert abs(run["parameters"] / lstm["parameters"] - 1) < 0.1


def test_the_makefile_makes_every_stored_file_by_its_command(stored):
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").split("\nfigures:")[1].split("\n\n")[0]
    wanted = stored["command"].removeprefix("python ").replace("--data sentiment", '--data "$(DATA)/sentiment"')
    assert f"$(PY) {wanted}" in recipe


def test_time_trials_are_stored_of_every_cell_of_every_family():
    trials = results.times()["trials"]
    assert {f"{one['task']}-{one['cell']}" for one in trials} == {name for names in zoo.families().values() for name in names if not name.endswith("-matched")}
    for one in trials:
        low, high = one["interval"]
        assert 0 < low <= one["ratio"] <= high and one["milliseconds"] > 0 and one["rounds"] == 15


def test_there_is_nothing_of_an_unknown_task_or_cell():
    with pytest.raises(ValueError, match="must be one of"):
        results.results("nothing")
    with pytest.raises(ValueError, match="no runs of 'gru-cho'"):
        results.runs(STORED[0], "gru-cho")


LABELS = {"sentiment": "sentiment", "recall": "recall", "adding": "adding", "brackets": "brackets", "counting": "counter"}


def test_the_tables_of_the_readme_are_the_stored_scores_and_sizes():
    rows = [[part.strip() for part in line.strip("| ").split(" | ")] for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()]
    found = {row[0]: row[1:] for row in rows if row[0].split(":")[0].split(",")[0] in LABELS and len(row) > 4}
    wanted = {}
    for label, task in LABELS.items():
        stored = json.loads((results.RESULTS / f"{task}.json").read_text(encoding="utf-8"))
        write = {"counter": str, "adding": findings.error}.get(task, lambda share: f"{100 * share:.1f}")
        for size, more in (("hidden", ""), ("parameters", ", as many parameters")):
            lines = {
                cell: [run for run in stored["runs"] if (run["cell"], run["size"]) == (cell, size)] for cell in ("rnn", "lstm", "peephole", "coupled", "gru")
            }
            if any(lines.values()):
                wanted[f"{label}{more}: scores"] = [
                    "; ".join(write(run["score"]) for run in runs).replace("\N{NO-BREAK SPACE}", " ") for runs in lines.values()
                ]
                wanted[f"{label}{more}"] = [f"{runs[0]['hidden_size']} / {runs[0]['parameters']:,}" if runs else "" for runs in lines.values()]
    assert {re.sub(":.*", ": scores", label): [part.strip() for part in row] for label, row in found.items()} == wanted
