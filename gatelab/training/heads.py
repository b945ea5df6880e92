"""Where each head of a transformer looks, measured on sources that training never read, so that a head can be called by what it does.

`python -m gatelab.training.heads MODEL --data FILE --ship` writes the label of every head and the number behind it into the model's card.
A label says in which place most of a head's attention lies, on average over all rows; where no place has `ENOUGH` of it, it is "spread".
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import torch

from gatelab import zoo
from gatelab.text import END
from gatelab.traces import AttentionTrace, trace
from gatelab.training import dates as written_dates
from gatelab.training.commandline import Parser
from gatelab.training.tatoeba import pairs

ENOUGH = 0.4
"""Least share of the attention that gives a head its name."""

SPREAD = "spread over several"
SOURCES = 300
"""Sources that are measured."""

LEAST, MOST = 4, 40
"""Tokens of a source that is measured: in a shorter one every place is near."""

Fields = Mapping[str, range]
"""Where year, month and day stand in a written date; empty for other texts."""

Mask = Callable[[AttentionTrace, Fields, int, int], np.ndarray]
"""(trace, fields, Q, K) -> (Q, K) Booleans: which columns of each row are the place."""


def _diagonal(shift):
    return lambda seen, fields, rows, columns: np.eye(rows, columns, shift, dtype=bool)


def _column(of):
    def mask(seen, fields, rows, columns):
        found = np.zeros((rows, columns), bool)
        found[:, of(columns)] = True
        return found

    return mask


def _punctuation(seen, fields, rows, columns):
    return np.tile([not any(letter.isalnum() for letter in token) for token in seen.tokens], (rows, 1))


def _near(seen, fields, rows, columns):
    """The same share of the way through source and target, one token more or less."""
    at = np.arange(rows) / max(1, rows - 1) * (columns - 1)
    return np.abs(np.arange(columns) - at[:, None]) <= 1


def _field(seen, fields, rows, columns):
    """The characters of the year, month or day that a step writes; the steps between write no field and do not count."""
    found = np.zeros((rows, columns), bool)
    for name, steps in {"year": range(4), "month": range(5, 7), "day": range(8, 10)}.items():
        if name in fields:
            found[steps.start : steps.stop, fields[name].start : fields[name].stop] = True
    return found


ITSELF = {"itself": _diagonal(0), "the {} before": _diagonal(-1), "the {} after": _diagonal(1), "two {}s before": _diagonal(-2), "two {}s after": _diagonal(2)}
PLACES: dict[str, dict[str, Mask]] = {
    "encoder": ITSELF
    | {"the first token": _column(lambda count: 0), "the last token": _column(lambda count: count - 1), "punctuation and spaces": _punctuation},
    "decoder": {"what was written last": _diagonal(0), "what was written one step earlier": _diagonal(-1), "the start": _column(lambda count: 0)},
    "across": {
        "the field that it writes": _field,
        "about the same place in the sentence": _near,
        "the first token": _column(lambda count: 0),
        "the last token": _column(lambda count: count - 1),
        "punctuation and spaces": _punctuation,
    },
}
"""Where a row can look, of each attention: what it is called, {} being the unit, and which columns it is."""


def measured(model: Any, sources: Iterable[tuple[str, Fields]]) -> dict[str, list[list[dict[str, Any]]]]:
    """What each head is called: attention -> layer -> head -> {"label": the place, or
    `SPREAD`; "place": where most of its attention lies; "share": how much of it, from 0 to 1}.

    Args:
        model: a transformer.
        sources: texts, each with its fields; one whose output did not end by itself is left out.

    Raises:
        ValueError: no source is left.
    """
    sums: dict[str, dict[str, np.ndarray]] = {where: {} for where in PLACES}
    counts: dict[str, dict[str, int]] = {where: dict.fromkeys(places, 0) for where, places in PLACES.items()}
    measured_sources = 0
    for source, fields in sources:
        seen = trace(model, source)
        if not LEAST <= len(seen.tokens) <= MOST or not seen.written or seen.written[-1] != END:
            continue
        measured_sources += 1
        for where, weights in (("encoder", seen.encoder["weights"]), ("decoder", seen.decoder["weights"]), ("across", seen["weights"])):
            for place, mask in PLACES[where].items():
                columns = mask(seen, fields, *weights.shape[-2:])
                rows = columns.any(axis=1)  # those for which there is such a place
                share = (weights * columns).sum(axis=-1)[..., rows].sum(axis=-1)
                sums[where][place] = sums[where].get(place, 0) + share
                counts[where][place] += int(rows.sum())
    if not measured_sources:
        raise ValueError(f"sources must hold one of {LEAST} to {MOST} tokens whose output ends: got none")
    unit = {"words": "word", "characters": "character"}[model.spec.unit]
    return {where: _named({place: total / max(1, counts[where][place]) for place, total in places.items()}, unit) for where, places in sums.items()}


def _named(shares, unit):
    """The labels of an attention's heads from the shares (L, heads) of each place."""
    places = list(shares)
    stacked = np.stack([shares[place] for place in places])
    best, most = stacked.argmax(axis=0), stacked.max(axis=0)
    return [
        [
            {
                "label": places[best[layer, head]].format(unit) if most[layer, head] >= ENOUGH else SPREAD,
                "place": places[best[layer, head]].format(unit),
                "share": round(float(most[layer, head]), 4),
            }
            for head in range(best.shape[1])
        ]
        for layer in range(best.shape[0])
    ]


def weights_of(name: str) -> str:
    """A fingerprint of a shipped model's weights: what was measured holds for these alone."""
    return hashlib.sha256((zoo.ZOO / f"{name}.safetensors").read_bytes()).hexdigest()[:16]


def held_out(task: str, data: Path | None) -> list[tuple[str, Fields]]:
    """The first `SOURCES` sources of a task that training never read, each with its fields.

    Raises:
        ValueError: the task is read from a file, and none was given.
    """
    if task == "dates":
        found = written_dates.pairs().held_out[:SOURCES]
        return [(source, written_dates.fields(source, date.fromisoformat(right[0]))) for source, right in found]
    if data is None:
        raise ValueError(f"--data must name the file that {task} was trained on: got none")
    return [(source, {}) for source, _ in pairs(data).held_out[:SOURCES]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what each head of a shipped transformer is called, and write it into its card with `--ship`; returns the exit code."""
    parser = Parser(prog="python -m gatelab.training.heads", description="Measure where each head of a transformer looks.")
    parser.add_argument("model", choices=zoo.models("transformer"))
    parser.add_argument("--data", type=Path, metavar="FILE", help="for translation: the file that it was trained on")
    parser.add_argument("--ship", action="store_true", help="write it into the model's card in the package")
    args = parser.parse_args(arguments)
    torch.set_num_threads(1)
    try:
        sources = held_out(args.model.split("-")[0], args.data)
        found = measured(zoo.load(args.model), sources)
    except (OSError, ValueError) as error:
        print(f"gatelab.training.heads: {error}", file=sys.stderr)
        return 2
    for where, layers in found.items():
        for layer, heads in enumerate(layers, 1):
            for head, about in enumerate(heads, 1):
                print(f"{where}, layer {layer}, head {head}: {about['label']}, {about['share']:.0%}")
    if args.ship:
        card = zoo.ZOO / f"{args.model}.json"
        facts = json.loads(card.read_text(encoding="utf-8"))
        facts["heads"] = {"weights": weights_of(args.model), "sources": len(sources), **found}
        card.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
