"""What was measured over several seeds, as it was stored: one JSON file a task, with the command that made it.

`make figures` makes all of them anew. The file of a task holds:

- "task", "command", "seeds", "torch", and what a reader must know of the measurement: "question", "x", "y", "chance" (what
  guessing reaches, or null) and "trained_to", the x at which training ended (null where it went as far as was measured);
- "runs": one entry for each training run: "cell", "seed", "size" ("hidden": all cells have the same H; "parameters": as many
  parameters as the LSTM, as nearly as a whole H allows), "hidden_size", "parameters", "minutes", "score" (a share, a
  loss or a count: the task's own "score" says of what), and "curve", pairs [x, y].

One more file, `TIMES`, holds time trials: see benchmarks/trial.py; another, `HELD`, what holding gates does to the score of trained
models: see training/held.py. The folder `STUDIES` holds small experiments that answer one
question each, "study", "command", "torch", "question" and "runs": see training/studies.py.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent
TIMES = "times"
HELD = "held"
STUDIES = RESULTS / "studies"


def tasks() -> tuple[str, ...]:
    """The tasks for which results are stored, sorted."""
    return tuple(sorted(path.stem for path in RESULTS.glob("*.json") if path.stem not in (TIMES, HELD)))


@cache
def results(task: str) -> dict[str, Any]:
    """The stored results of a task.

    Raises:
        ValueError: there are none.
    """
    if task not in tasks():
        raise ValueError(f"task must be one of {', '.join(tasks())}: got {task!r}")
    return json.loads((RESULTS / f"{task}.json").read_text(encoding="utf-8"))


@cache
def times() -> dict[str, Any] | None:
    """The stored time trials: {"command", "torch", "steps", "batch", "ways": cell -> how PyTorch trains it, "trials"}; None if there are none.

    Each of "trials" is {"task", "cell", "rounds", "milliseconds" of a training step, "ratio" to the LSTM, "interval" of 95 %}.
    """
    path = RESULTS / f"{TIMES}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


@cache
def held() -> dict[str, Any] | None:
    """The stored scores of models with gates held: {"command", "torch", "question", "scores", "held_out", "window", "models", "runs"}; None if there are none.

    "scores" and "held_out" say for each task what the score is, and of which texts; "models" has the SHA-256 of each checkpoint. Each of
    "runs" is {"task", "model", "cell", "experiment", "holds", "score"}; "experiment" is a key of `experiments.EXPERIMENTS` or
    `experiments.REMOVED`, or "" as trained, and "holds" its text. Sentiment has "sets", the score of each; prose has
    "in_windows", the score where each "window" of characters is read from a zero state.
    """
    path = RESULTS / f"{HELD}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def sizes(stored: Mapping[str, Any]) -> tuple[str, ...]:
    """The sizes at which a task's cells were compared, "hidden" first."""
    return tuple(size for size in ("hidden", "parameters") if any(run["size"] == size for run in stored["runs"]))


def runs(stored: Mapping[str, Any], cell: str, size: str = "hidden") -> list[dict[str, Any]]:
    """The training runs of a cell, one a seed, in the order of the seeds; the LSTM is the measure of both sizes.

    Raises:
        ValueError: there are none.
    """
    size = "hidden" if cell == "lstm" else size
    found = sorted((run for run in stored["runs"] if (run["cell"], run["size"]) == (cell, size)), key=lambda run: run["seed"])
    if not found:
        raise ValueError(f"{stored['task']} has no runs of {cell!r} with size {size!r}")
    return found


def cells(stored: Mapping[str, Any], size: str = "hidden") -> tuple[str, ...]:
    """The cells that were compared at a size, in the order in which they were trained."""
    return tuple(dict.fromkeys(run["cell"] for run in stored["runs"] if run["size"] == size or run["cell"] == "lstm"))


def curve(stored: Mapping[str, Any], cell: str, size: str = "hidden") -> list[tuple[float, float, float, float]]:
    """How a cell did over its seeds: for each x the mean, the lowest and the highest y, as tuples (x, mean, low, high)."""
    lines = [dict(map(tuple, run["curve"])) for run in runs(stored, cell, size)]
    columns = {x: [line[x] for line in lines] for x in lines[0]}
    return [(x, sum(ys) / len(ys), min(ys), max(ys)) for x, ys in columns.items()]


@cache
def study(name: str) -> dict[str, Any]:
    """The stored results of a study.

    Raises:
        ValueError: there is none.
    """
    known = sorted(path.stem for path in STUDIES.glob("*.json"))
    if name not in known:
        raise ValueError(f"study must be one of {', '.join(known)}: got {name!r}")
    return json.loads((STUDIES / f"{name}.json").read_text(encoding="utf-8"))
