"""What each page's texts are there to show, and whether the shipped models show it: `python -m gatelab.training.openings`.

The table is zoo/pages.json: page -> task -> texts, the one that the page opens on first. Each text says what must come out of it, one
of `PROMISES`. After a model was trained anew, `--ship` replaces the texts that no longer keep their promise by `CANDIDATES` that do.
"""

import json
import random
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import torch
from babel.dates import format_date

from gatelab import zoo
from gatelab.influence import influence
from gatelab.text import UNKNOWN
from gatelab.traces import AttentionTrace, Trace, trace
from gatelab.training.commandline import Parser
from gatelab.zoo.folder import PAGES

Text = Mapping[str, Any]
"""A text of the table: {"text": str, "shows": a key of `PROMISES`, and what that one asks for, such as "answer": str}."""

SURE = 0.8
"""Probability from which an answer counts as clear."""

LOST, FOUND = 0.45, 0.65
"""Share of a translation's words: at most so many are written without attention, at least so many with it."""

LONG = 12
"""Least words of a sentence that is to show what is lost without attention."""

FORGOTTEN = 5
"""How many times as much the first word must count for the last state of each cell with gates as for that of the simple RNN."""

OPEN, SHUT = 0.9, 0.1
"""A gate is open above the one and shut below the other."""


def written(name: str, text: str) -> str:
    """What a model that writes makes of a source."""
    return _attention(name, text).output


def kept_words(output: str, answer: str) -> float:
    """The share, from 0 to 1, of the words of an answer that an output has too, each as often as it has it."""
    left, wanted = [_words(output), _words(answer)]
    found = [left.remove(word) for word in wanted if word in left]
    return len(found) / len(wanted)


def _words(sentence):
    return "".join(letter if letter.isalnum() else " " for letter in sentence.lower()).split()


def _attention(name: str, text: str) -> AttentionTrace:
    return trace(zoo.load(name), text)


def _chances(name, text):
    """What a model with two or more answers holds likely after each step: (T, O)."""
    return np.asarray(_reading(name, text).probs)


def _reading(name: str, text: str) -> Trace:
    return trace(zoo.load(name), text)


def _said(name, text, label):
    return float(_chances(name, text)[-1][zoo.load(name).spec.outputs.index(label)])


def _family(task):
    return tuple(name for name in zoo.families()[task] if not name.endswith("-matched"))[:5]


def _only_attention(task, text):
    return written(f"{task}-additive", text["text"]) == text["answer"] != written(f"{task}-none", text["text"])


def _all_right(task, text):
    return all(written(name, text["text"]) == text["answer"] for name in (f"{task}-additive", f"{task}-multiplicative", f"{task}-none"))


def _right(task, text):
    return written(f"{task}-transformer", text["text"]) == text["answer"]


def _loses_words(task, text):
    shares = [kept_words(written(f"{task}-{attention}", text["text"]), text["answer"]) for attention in ("additive", "none")]
    return shares[0] >= FOUND and shares[1] <= LOST and len(_words(text["text"])) >= LONG


def _crosses(task, text):
    """Whether the output comes to the second of the two words named before the first, as French does with a noun and its color."""
    seen = _attention(f"{task}-additive", text["text"])
    focus = [int(row.argmax()) for row in np.asarray(seen["weights"])]
    first, second = (seen.tokens.index(word) for word in text["crossed"])
    return first in focus and second in focus and focus.index(second) < focus.index(first)


def _strange(task, text):
    """Whether a word is unknown to the model, and some step looks most at it all the same."""
    seen = _attention(f"{task}-additive", text["text"])
    unknown = {k for k, id in enumerate(seen.ids) if seen.model.spec.source[id] == UNKNOWN}
    return bool(unknown) and any(int(row.argmax()) in unknown for row in np.asarray(seen["weights"]))


def first_counts(name: str, text: str) -> float:
    """How much the first token counts for a model's last state, for one of what the last token counts."""
    norms = np.asarray(influence(zoo.load(name), text).norms)
    return float(norms[0] / norms[-1])


def _forgets(task, text):
    """Whether each cell with gates still says at the end what the first word says, and owes it much more than the simple RNN does."""
    gated = [name for name in _family(task) if name != f"{task}-rnn"]
    rnn = first_counts(f"{task}-rnn", text["text"])
    return all(_said(name, text["text"], text["label"]) >= SURE and first_counts(name, text["text"]) >= FORGOTTEN * rnn for name in gated)


def _fails_alone(task, text):
    """Whether every cell with gates names the answer, and the simple RNN does not."""
    right = {name: _best(name, text["text"]) == text["answer"] for name in _family(task)}
    return right.pop(f"{task}-rnn") is False and all(right.values())


def _all_remember(task, text):
    return all(_best(name, text["text"]) == text["answer"] for name in _family(task) if name != f"{task}-rnn")


def _best(name, text):
    return zoo.load(name).spec.outputs[int(_chances(name, text)[-1].argmax())]


def _open_and_shut(task, text):
    """Whether the gate of the unit that the model opens on is open at one word and shut at another, and every cell gives the answer at the end."""
    name = f"{task}-{text['cell']}"
    values = np.asarray(_reading(name, text["text"])[text["gate"]])[:, zoo.opening(name).unit]
    return bool(values.min() < SHUT and values.max() > OPEN) and all(_said(other, text["text"], text["label"]) > 0.5 for other in zoo.families()[task])


def _understood(name, text):
    seen = _reading(name, text)
    return all(seen.reader.knows(token) for token in seen.tokens)


def _turns(task, text):
    """Whether the answer is clear on one side first and on the other at the end."""
    chances = _chances(f"{task}-{text['cell']}", text["text"])[:, 1]
    ends, before = chances[-1] > 0.5, chances[:-1]
    return bool(max(chances[-1], 1 - chances[-1]) >= SURE and (before.min() < 1 - SURE if ends else before.max() > SURE))


def _says(task, text):
    return _said(f"{task}-{text['cell']}", text["text"], text["label"]) >= SURE


PROMISES: dict[str, Callable[[str, Text], bool]] = {
    "only attention is right": _only_attention,
    "all are right": _all_right,
    "it is right": _right,
    "words are lost without attention": _loses_words,
    "the lines cross": _crosses,
    "an unknown word is looked at": _strange,
    "only the simple RNN forgets the first word": _forgets,
    "only the simple RNN fails": _fails_alone,
    "the cells with gates are right": _all_remember,
    "the gate opens and shuts": _open_and_shut,
    "the answer turns": _turns,
    "the answer is clear": _says,
}
"""What a text is there to show -> (task, text) -> whether it does."""


def kept(task: str, text: Text) -> bool:
    """Whether a text of the table shows what it is there to show; a review must also have no word that its model does not know.

    Raises:
        KeyError: it has no promise that is known, or lacks what its promise asks for.
    """
    return PROMISES[text["shows"]](task, text) and (task != "sentiment" or _understood(f"{task}-{text.get('cell', 'lstm')}", text["text"]))


# Where the texts come from: for each place of a page what is wanted there, the more important first.

HARMLESS = "and then we went to the house and ate at the table with the others until it was time to go"
FAR = "and then we took the train to the city and walked from the station to the house of a friend and waited in the street with the others until the end of the day"
LETTERS = "ABCD"


def _dates(shows: str, form: str, locale: str) -> list[dict[str, Any]]:
    rng = random.Random(0)
    days = [date(rng.randrange(1950, 2030), rng.randrange(1, 13), rng.randrange(1, 29)) for _ in range(40)]
    return [{"text": format_date(day, form, locale), "shows": shows, "answer": day.isoformat()} for day in days]


def _recalls(shows: str, delay: int) -> list[dict[str, Any]]:
    rng = random.Random(delay)
    parts = [(rng.choice(LETTERS), *("".join(rng.choices(LETTERS, k=count)) for count in (2, delay))) for _ in range(60)]
    return [{"text": f"{before}!{letter}{after}?", "shows": shows, "answer": letter} for letter, before, after in parts]


def _texts(shows: str, *texts: str, **more: Any) -> list[dict[str, Any]]:
    return [{"text": text, "shows": shows, **more} for text in texts]


def _known(shows: str, *pairs: Sequence[str], **more: Any) -> list[dict[str, Any]]:
    return [{"text": text, "shows": shows, "answer": answer, **more} for text, answer in pairs]


TRANSLATIONS: dict[str, list[list[str]]] = json.loads((Path(__file__).parent / "translations.json").read_text(encoding="utf-8"))
"""Sentences, each with one right translation."""

# The first ones are short: all of such a text is in sight beside a chapter.
GREAT_BUT = tuple(
    f"the {one} {was} {good}, but the {other} {was} {bad}"
    for good, bad in (("wonderful", "boring"), ("excellent", "really bad"), ("great", "a terrible waste of time"))
    for one, other in (("acting", "story"), ("music", "script"), ("first half", "ending"), ("food", "service"))
    for was in ("was", "is")
)
BAD_BUT = tuple(
    f"the {one} was {bad}, but the {other} was {good}"
    for one, other in (("battery", "screen"), ("beginning", "ending"), ("plot", "cast"), ("room", "breakfast"))
    for bad, good in (("bad", "excellent"), ("slow", "wonderful"), ("poor", "great fun"), ("terrible", "great"))
)
PAIRS = (("food", "place"), ("room", "food"), ("phone", "battery"), ("idea", "film"), ("place", "staff"))
LIKED_BUT = tuple(
    f"I {liked} the {one}, but the {other} was {bad}{end}"
    for one, other in PAIRS
    for liked in ("enjoyed", "loved", "liked")
    for bad in ("awful", "terrible", "very disappointing")
    for end in ("", " and I will not come back", " and it broke after a week")
)
HATE_BUT = tuple(f"I {hate} the {one}, but the {other} {was} wonderful" for hate in ("hate", "regret") for one, other in PAIRS for was in ("is", "was"))
COMPLAINTS = (("idea", "film", "boring"), ("screen", "battery", "terrible"), ("food", "service", "awful"), ("design", "sound", "really bad"))
PLAIN = ("the food was cold and the room was dirty", "a boring film with bad jokes", "slow service and terrible food")
WARM = ("easy to use, the battery lasts for days", "I loved every minute of it", "a funny and beautiful film")

CANDIDATES: dict[str, dict[str, list[Iterable[dict[str, Any]]]]] = {
    "simple-rnn": {
        "sentiment": [
            _texts("the answer is clear", *PLAIN, cell="rnn", label="negative"),
            _texts("the answer is clear", *WARM, cell="rnn", label="positive"),
            _texts("the answer is clear", "not good", "it was not good", cell="rnn", label="negative"),
            _texts("the answer turns", *GREAT_BUT, *BAD_BUT, cell="rnn"),
        ]
    },
    "lstm": {
        "sentiment": [
            [
                *_texts("the gate opens and shuts", *GREAT_BUT, cell="lstm", gate="f", label="negative"),
                *_texts("the gate opens and shuts", *BAD_BUT, cell="lstm", gate="f", label="positive"),
            ],
            _texts("the answer turns", *BAD_BUT, *GREAT_BUT, cell="lstm"),
            _texts("the answer is clear", *WARM, cell="lstm", label="positive"),
            _texts("the answer is clear", f"wonderful {HARMLESS}", f"great {HARMLESS}", cell="lstm", label="positive"),
        ]
    },
    "gru": {
        "sentiment": [
            [
                *_texts("the gate opens and shuts", *BAD_BUT, cell="gru", gate="z", label="positive"),
                *_texts("the gate opens and shuts", *LIKED_BUT, cell="gru", gate="z", label="negative"),
                *_texts("the gate opens and shuts", *HATE_BUT, cell="gru", gate="z", label="positive"),
            ],
            _texts("the answer turns", *GREAT_BUT, *BAD_BUT, cell="gru"),
            _texts("the answer is clear", *PLAIN, cell="gru", label="negative"),
            _texts("the answer is clear", *WARM, cell="gru", label="positive"),
        ]
    },
    "answers": {
        "sentiment": [
            _texts(
                "the answer turns",
                "a great cast but a terrible script",
                *(f"I liked the {one} but the {other} is {bad}" for one, other, bad in COMPLAINTS),
                cell="lstm",
            ),
            _texts("the answer turns", "a terrible script but a great cast", *BAD_BUT, cell="lstm"),
            _texts("the answer is clear", "not good", "it was not good", cell="lstm", label="negative"),
            _texts("the answer is clear", "I expected more from this phone.", *PLAIN, cell="lstm", label="negative"),
        ]
    },
    "compare": {
        "recall": [_recalls("only the simple RNN fails", 24), _recalls("the cells with gates are right", 3), _recalls("only the simple RNN fails", 50)],
    },
    "memory": {
        "sentiment": [
            _texts(
                "only the simple RNN forgets the first word",
                *(f"{word} {rest}" for rest in (HARMLESS, FAR) for word in ("terrible", "awful", "boring", "horrible")),
                label="negative",
            ),
            _texts(
                "only the simple RNN forgets the first word",
                *(f"{word} {rest}" for rest in (HARMLESS, FAR) for word in ("wonderful", "excellent", "great")),
                label="positive",
            ),
        ],
        "recall": [_recalls("only the simple RNN fails", 40)],
    },
    "attention": {
        "dates": [
            [*_known("only attention is right", ("03.10.1990", "1990-10-03")), *_dates("only attention is right", "dd.MM.yyyy", "de_DE")],
            _dates("only attention is right", "full", "en_US"),
            _dates("only attention is right", "full", "de_DE"),
            _dates("only attention is right", "long", "es_ES"),
            _dates("all are right", "long", "fr_FR"),
        ],
        "translate": [
            _known("words are lost without attention", *TRANSLATIONS["long"]),
            _known("words are lost without attention", *TRANSLATIONS["long"][::-1]),
            _known("the lines cross", *TRANSLATIONS["crossed"], crossed=["black", "cat"]),
            _known("only attention is right", *TRANSLATIONS["counted"]),
            _texts("an unknown word is looked at", "The kangaroo stole my sandwich.", "The kangaroo is sleeping."),
        ],
    },
    "self-attention": {
        "translate": [
            _known("it is right", *TRANSLATIONS["crossed"], *TRANSLATIONS["short"]),
            _known("it is right", *TRANSLATIONS["short"]),
            _known("it is right", *TRANSLATIONS["counted"]),
        ],
        "dates": [_dates("it is right", "full", "fr_FR"), _dates("it is right", "long", "en_US")],
    },
}
"""Page -> task -> for each of its texts those that would do, the best first."""


def chosen(page: str, task: str, opened: set[str]) -> list[dict[str, Any]]:
    """For each place of a page the first candidate that keeps its promise; a place for which none does is left out.

    Args:
        opened: texts that other pages open on, which this one does not.
    """
    found: list[dict[str, Any]] = []
    for candidates in CANDIDATES[page][task]:
        taken = {text["text"] for text in found} | (set() if found else opened)
        text = next((text for text in candidates if text["text"] not in taken and kept(task, text)), None)
        found += [text] if text else []
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print each text of the table and whether it keeps its promise; with `--ship` write a table in which all do. Returns the exit code."""
    parser = Parser(prog="python -m gatelab.training.openings", description="Check, or choose anew, the texts that the pages open on.")
    parser.add_argument("--ship", action="store_true", help="choose texts that keep their promise, and write them into the package")
    parser.add_argument("--table", type=Path, default=zoo.ZOO / PAGES, metavar="FILE", help="the table (default: the package's)")
    args = parser.parse_args(arguments)
    torch.set_num_threads(1)
    if args.ship:
        args.table.write_text(json.dumps(_anew(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    broken = 0
    for page, tasks in json.loads(args.table.read_text(encoding="utf-8")).items():
        for task, texts in tasks.items():
            for text in texts:
                holds = kept(task, text)
                broken += not holds
                print(f"{'yes' if holds else 'NO '}  {page}, {task}: {text['shows']}: {text['text']}")
    return 1 if broken else 0


def _anew():
    opened: set[str] = set()
    table: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for page, tasks in CANDIDATES.items():
        table[page] = {task: chosen(page, task, opened) for task in tasks}
        opened |= {text["text"] for texts in table[page].values() for text in texts[:1]}
    return table


if __name__ == "__main__":
    sys.exit(main())
