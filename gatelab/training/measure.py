"""What a model that writes is worth, on sources that training never read: exact match, BLEU, and where it looks.

`python -m gatelab.training.measure CHECKPOINT --data FILE` measures a checkpoint anew, and writes the figures into the card beside it;
a shipped model's new card goes to `--out`, unless `--ship` says that it is to replace the old one.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sacrebleu.metrics import BLEU

from gatelab import zoo
from gatelab.networks import EncoderDecoder, Transformer
from gatelab.text import END, UNKNOWN, french, join, tokenize
from gatelab.traces import trace
from gatelab.traces.attending import read_as
from gatelab.training import dates as written_dates
from gatelab.training import shipping
from gatelab.training.commandline import Parser
from gatelab.training.tatoeba import pairs, words

AT_ONCE = 64
"""Sources of one length that are decoded together."""

SHORT = 7
"""Words of the longest sentence that counts as short."""

FEWEST = 20
"""Sources that a bin must have to be shown."""

ROWS = {"year": slice(0, 4), "month": slice(5, 7), "day": slice(8, 10)}
"""The steps that write each field of an ISO date."""

RESAMPLED = 1000
"""Samples, drawn with replacement, behind an interval."""


Writer = EncoderDecoder | Transformer
HeldOut = Sequence[tuple[str, Sequence[str]]]
"""Sources, and of each the texts that would be right."""


def outputs(model: Writer, sources: Sequence[str]) -> list[str]:
    """The text that a model writes for each source, greedily and without a trace."""
    groups, written = defaultdict(list), {}
    for source in dict.fromkeys(sources):
        groups[len(tokenize(source, model.spec.unit))].append(source)
    for length, group in groups.items():
        for at in range(0, len(group), AT_ONCE):
            some = group[at : at + AT_ONCE]
            ids = torch.tensor([read_as(model, tokenize(source, model.spec.unit)) for source in some]).T
            for source, column in zip(some, model.greedy(ids, model.spec.longest(length)).T.tolist()):
                tokens = [model.spec.target[id] for id in column]
                written[source] = join(tokens[: tokens.index(END)] if END in tokens else tokens, model.spec.unit)
    return [written[source] for source in sources]


def exact(written: Sequence[str], references: Sequence[Sequence[str]]) -> np.ndarray:
    """Whether each text is one of its references, as numbers 0 and 1; the kind of space and apostrophe does not count."""
    return np.array([french(text) in map(french, right) for text, right in zip(written, references)], float)


def bleu(written: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """sacrebleu's BLEU over all references, 0 to 100, as it comes (13a tokens, case counts)."""
    return _bleu(_statistics(written, references))


def _statistics(written, references):
    """sacrebleu's counts for each text: lengths, and matching and possible n-grams."""
    most = max(map(len, references))
    padded = [[right[k] if k < len(right) else None for right in references] for k in range(most)]
    return np.array(BLEU()._extract_corpus_statistics(list(written), padded))  # type: ignore[arg-type]  # it takes None where a text has fewer references


def _bleu(statistics):
    return BLEU()._compute_score_from_stats(statistics.sum(0).tolist()).score


def interval(values: np.ndarray, score: Callable[[np.ndarray], float], seed: int = 0) -> tuple[float, ...]:
    """The middle 95 % of a score over samples drawn with replacement (bootstrap): low, high."""
    rng = np.random.default_rng(seed)
    scores = [score(values[rng.integers(len(values), size=len(values))]) for _ in range(RESAMPLED)]
    return tuple(float(end) for end in np.percentile(scores, (2.5, 97.5)))


def dates(model: Writer, held_out: HeldOut) -> dict[str, Any]:
    """The facts of a card: exact match, also by the source's length, and how often the largest weight is in the right field."""
    sources, references = zip(*held_out)
    right = exact(outputs(model, sources), references)
    lengths = np.array([len(source) for source in sources])
    return {
        "scores": {"exact": round(right.mean(), 4)}
        | {f"largest weight in {name}": round(share, 4) for name, share in in_the_right_field(model, held_out).items()},
        "held_out": f"{len(held_out):,} dates of days that training never saw in any form",
        "by_length": {"score": "exact match", "length": "characters of the source", "bins": by_length(lengths, 5, lambda chosen: (right[chosen], np.mean))},
    }


def translations(model: Writer, held_out: HeldOut) -> dict[str, Any]:
    """The facts of a card: BLEU and exact match of short sentences, and BLEU by the source's length.

    A vocabulary of a few thousand words leaves words out, and a sentence with such a word can not come out right. So there
    are two figures: over the sentences within the vocabulary (all words of the source and of one reference), and over all.
    """
    sources, references = zip(*held_out)
    written = outputs(model, sources)
    statistics, right = _statistics(written, references), exact(written, references)
    lengths, within = np.array([words(source) for source in sources]), np.array([known(model, *pair) for pair in held_out])
    short = lengths <= SHORT
    return {
        "scores": _scores(statistics, right, short, within),
        "held_out": f"{len(held_out):,} English sentences that training never read in any translation; {short.sum():,} of at most {SHORT} words, "
        f"{(short & within).sum():,} of these within the vocabulary: all words of the source and of one reference",
        "by_length": {
            "score": "BLEU",
            "length": "words of the source, all known",
            "bins": by_length(lengths[within], 1, lambda chosen: (statistics[within][chosen], _bleu)),
        },
    }


def _scores(statistics, right, short, within):
    chosen = short & within
    if not chosen.any():
        return {}  # too little was held out to say anything
    return {
        f"BLEU to {SHORT} words": round(_bleu(statistics[chosen]), 2),
        "its interval": "{:.1f} to {:.1f}".format(*interval(statistics[chosen], _bleu)),
        f"exact to {SHORT} words": round(right[chosen].mean(), 4),
        f"BLEU to {SHORT} words, unknown ones too": round(_bleu(statistics[short]), 2),
    }


def known(model: Writer, source: str, references: Sequence[str]) -> bool:
    """Whether a sentence is within the vocabulary: all words of the source and of at least one reference."""
    forms = model.target.ids
    readable = model.source.ids[UNKNOWN] not in read_as(model, tokenize(source, model.spec.unit))
    return readable and any(all(token in forms or token[0].lower() + token[1:] in forms for token in french(right)) for right in references)


def by_length(lengths: np.ndarray, width: int, scored: Callable[[np.ndarray], tuple[np.ndarray, Callable[[np.ndarray], float]]]) -> list[dict[str, float]]:
    """A score with its interval for sources of like length: a list of {"from", "to", "count", "score", "low", "high"}.

    Args:
        lengths: of each source.
        width: lengths that one bin takes together.
        scored: a choice of sources -> their values and the score over such values.
    """
    bins = []
    for low in () if not len(lengths) else range(int(lengths.min()) // width * width, int(lengths.max()) + 1, width):
        chosen = (lengths >= low) & (lengths < low + width)
        if chosen.sum() >= FEWEST:
            values, score = scored(chosen)
            bins.append(
                {
                    "from": low,
                    "to": low + width - 1,
                    "count": int(chosen.sum()),
                    "score": round(float(score(values)), 4),
                    **dict(zip(("low", "high"), (round(end, 4) for end in interval(values, score)))),
                }
            )
    return bins


def in_the_right_field(model: Writer, held_out: HeldOut) -> dict[str, float]:
    """How often a recurrent model's largest weight lies in the right field while year, month and day are written.

    Over dates that were written right and, for the month, have its name: once a field, by the mean of the weights of its
    digits ("the day"), and once for every digit by itself ("a digit of the day").

    Returns:
        name -> share in [0, 1]; {} for a model without attention, and for a transformer, which has many.
    """
    if model.spec.attention not in ("additive", "multiplicative"):
        return {}
    hits = defaultdict(list)
    for source, (right,) in held_out:
        seen = trace(model, source)
        if seen.output != right:
            continue
        for name, where in written_dates.fields(source, written_dates.date.fromisoformat(right)).items():
            weights = seen["weights"][ROWS[name]]
            hits[f"the {name}"].append(int(weights.mean(axis=0).argmax()) in where)
            hits[f"a digit of the {name}"] += [int(row.argmax()) in where for row in weights]
    return {name: float(np.mean(found)) for name, found in hits.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure checkpoints anew; returns the exit code."""
    parser = Parser(prog="python -m gatelab.training.measure", description="Measure checkpoints of models that write anew.")
    parser.add_argument(
        "checkpoints", nargs="+", type=Path, metavar="CHECKPOINT", help="a *.safetensors file; the card beside it is rewritten, unless it is in the package"
    )
    parser.add_argument("--data", type=Path, metavar="FILE", help="the pairs that a translation model learned from")
    shipping.options(parser, "rewrite the cards of shipped models, too")
    args = parser.parse_args(arguments)
    torch.set_num_threads(1)
    try:
        for path in args.checkpoints:
            card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
            if card["task"] == "dates":
                card |= dates(zoo.load(str(path)), written_dates.pairs().held_out)
            elif args.data is None:
                raise ValueError(f"{path.name} needs --data: the pairs that it learned from")
            else:
                given = pairs(args.data)
                if given.about["sha256"] != card["data"]["sha256"]:
                    raise ValueError(f"--data must be the file that {path.name} learned from: its SHA-256 is another")
                card |= translations(zoo.load(str(path)), given.held_out)
            to = path.with_suffix(".json")
            if shipping.in_package(path) and not args.ship:
                args.out.mkdir(parents=True, exist_ok=True)
                to = args.out / to.name
            to.write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
            print(f"{to}: {json.dumps(card['scores'])}", flush=True)
        if any(map(shipping.in_package, args.checkpoints)):
            print(shipping.told(args.ship))
    except (OSError, ValueError, KeyError) as error:
        print(f"gatelab.training.measure: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
