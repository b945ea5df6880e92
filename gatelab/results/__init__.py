"""What was measured over several seeds, as it was stored: one JSON file a task, with the command that made it.

`make figures` makes all of them anew. A file holds:

- "task", "command", "seeds", "torch", and what a reader must know of the measurement: "question", "x", "y", "chance";
- "runs": one entry for each training run: "cell", "seed", "size" ("hidden": all cells have the same H; "parameters": as many
  parameters as the LSTM, as nearly as a whole H allows), "hidden_size", "parameters", "minutes", "score" (in [0, 1] or a
  loss, see "y"), and "curve", pairs [x, y].
"""

import json
from functools import cache
from pathlib import Path

RESULTS = Path(__file__).parent


def tasks():
    """The tasks for which results are stored, sorted."""
    return tuple(sorted(path.stem for path in RESULTS.glob("*.json")))


@cache
def results(task):
    """The stored results of a task.

    Raises:
        ValueError: there are none.
    """
    if task not in tasks():
        raise ValueError(f"task must be one of {', '.join(tasks())}: got {task!r}")
    return json.loads((RESULTS / f"{task}.json").read_text(encoding="utf-8"))
