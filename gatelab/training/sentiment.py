"""Sentiment: is a review, or a list of pros or cons, positive? Only the output after the last word is ever asked.

The folder holds rt-polarity.neg and .pos (Pang and Lee 2005), {amazon_cells,imdb,yelp}_labelled.txt (Kotzias et al. 2015) and
IntegratedPros.txt and IntegratedCons.txt (Ganapathibhotla and Liu 2008). A fifth of each training step are texts that turns.py makes
from those of the folder: negations, and clauses that contradict each other.
"""

import hashlib
import random
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from gatelab.networks import Reader
from gatelab.text import UNKNOWN, Vocabulary, fold, tokenize
from gatelab.training import credit, turns
from gatelab.training.probes import SKIP, Measured

WORDS = 5000
"""Words that the model knows: the most frequent ones of the training texts, in their folded form."""

LONGEST = 60
"""Words of the longest training text; longer ones (a few imdb sentences) are left out."""

BLANKED = 0.25
"""Share of the words that a training step reads as unknown, so that the unknown has an embedding and no word is relied upon alone; words that turn a label are spared."""

HELD_OUT = 10
"""One text in so many is never trained on, chosen by its words alone, so that twins fall on the same side."""

MADE, TURNS = "made by turns.py", "negation and contrast"
"""What the texts that the rule makes are called, and on a card the sentences to measure on."""

SHARES = {"RT": 0.24, "UCI": 0.12, "pros and cons": 0.44, MADE: 0.2}
"""How much of a training step comes from each set, and how much is made of all three."""

CREDITS = {
    "RT": "movie-review snippets, Pang and Lee 2005 (sentence polarity dataset v1.0); licence: CC BY 4.0 says NLTK, unknown says Hugging Face",
    "UCI": "sentences of Amazon, IMDb and Yelp, Kotzias et al. 2015 (Sentiment Labelled Sentences, UCI data set 331); licence: the UCI page is believed to say CC BY 4.0",
    "pros and cons": "product pros and cons, Pros and cons dataset by Bing Liu (Ganapathibhotla and Liu 2008); licence: CC BY 4.0",
}
"""Whom a card credits for a set, if its files are those of `KNOWN`."""

KNOWN = {
    "RT": {
        "rt-polarity.neg": "dd06575f8b765d240fd3e984aa9c0244c4f74f51da9f13eff64408c31d6441ef",
        "rt-polarity.pos": "bf834ce8805a25d4641c9a892ca215019a9d8170e6f3b2b7dda8410fc7f8f12c",
    },
    "UCI": {
        "amazon_cells_labelled.txt": "181b51b1622d896e2316f7c1fe6ea33dca0e2180f757342322eae283a80048e4",
        "imdb_labelled.txt": "c069aad7ce69c8974929c318934293ff14e277c8b2334f8dbd48dbcf1da64329",
        "yelp_labelled.txt": "1fac5d22fce06b0ea35623dc22355f3b40331cfd17e5419f779fd8e53ba1a63b",
    },
    "pros and cons": {
        "IntegratedCons.txt": "f3eac95a77bbc40c81ee4151adbb35e55c50f8dbd56efc65ca47d975dc5a59b9",
        "IntegratedPros.txt": "16739f8da0adb73583fd5041558ed377e4e4fdf95cafa58dd1f95dc39d303905",
    },
}
"""The files of each set, with the SHA-256 that they had when the shipped models learned from them."""


def fingerprints(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file of the three sets, under its name.

    Raises:
        OSError: a file is missing.
    """
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in sorted(name for files in KNOWN.values() for name in files)}


def about(folder: Path) -> dict:
    """What a card says of a folder with the three sets: a set whose files are known is credited, of any other its files are named.

    Raises:
        OSError: a file is missing.
    """
    found = fingerprints(folder)
    own = {
        name: f"{', '.join(f'{file} ({(folder / file).stat().st_size:,} bytes)' for file in files)}; licence {credit.UNKNOWN_LICENCE}"
        for name, files in KNOWN.items()
        if any(found[file] != sha256 for file, sha256 in files.items())
    }
    said = {"title": "Your own texts, positive and negative", "own": True} if own else {"title": Sentiment.title}
    return said | {"sets": CREDITS | own, "sha256": found}


def sets(folder: Path) -> dict[str, list[tuple[tuple[str, ...], int]]]:
    """The texts of each set as pairs of words and label: 1 is positive. Twins and texts of both labels are left out.

    Raises:
        OSError: a file is missing.
        ValueError: a line of the UCI files has no label.
    """
    read: dict[str, list[tuple[str, int]]] = {"RT": [], "UCI": [], "pros and cons": []}
    for label, name in enumerate(("neg", "pos")):
        read["RT"] += [(line, label) for line in _lines(folder / f"rt-polarity.{name}")]
    for name in ("amazon_cells", "imdb", "yelp"):
        read["UCI"] += _labelled(folder / f"{name}_labelled.txt")
    for label, name in enumerate(("Cons", "Pros")):
        found = re.findall(rf"<{name}>(.*?)</{name}>", (folder / f"Integrated{name}.txt").read_text(encoding="utf-8", errors="replace"))
        read["pros and cons"] += [(line, label) for line in found]
    return {name: _distinct(lines) for name, lines in read.items()}


def _lines(path):
    return [line for line in path.read_text(encoding="utf-8", errors="replace").split("\n") if line.strip()]


def _labelled(path):
    found = []
    for line in _lines(path):
        text, _, label = line.rpartition("\t")
        if label.strip() not in ("0", "1"):
            raise ValueError(f"{path.name} must have lines of a text, a tab, and 0 or 1: got {line[:60]!r}")
        found.append((text, int(label)))
    return found


def _distinct(lines):
    labels: dict[tuple[str, ...], set[int]] = {}
    for line, label in lines:
        words = tuple(map(fold, tokenize(line, "words")))
        if words:
            labels.setdefault(words, set()).add(label)
    return [(words, label) for words, (label, *more) in ((w, tuple(ls)) for w, ls in labels.items()) if not more]


def held_out(words: Sequence[str]) -> bool:
    """Whether a text is kept for measuring."""
    return hashlib.sha256(" ".join(words).encode()).digest()[0] * HELD_OUT < 256


class Sentiment:
    """The three sets mixed, and what a training step reads of them."""

    title, rule = "Reviews, pros and cons", "at the end: is it positive?"
    unit, outputs, embedding_size = "words", ("negative", "positive"), 8
    x, y, chance, trained_to = "words", "share of texts right", 0.5, None
    scored, lower_is_better = "share of texts right, mean of the three sets", False
    question = "Trained on three sets of reviews, pros and cons: for what share of texts that training never saw is the label right?"

    def __init__(self, folder: Path) -> None:
        all_sets = sets(folder)
        self.turns = turns.sentences()
        measured = {words for words, _ in self.turns}
        kept = {name: [(words, label) for words, label in texts if not held_out(words) and words not in measured] for name, texts in all_sets.items()}
        self.tests = {name: [(words, label) for words, label in texts if held_out(words)] for name, texts in all_sets.items()}
        for name in all_sets:
            if not kept[name] or not self.tests[name]:
                raise ValueError(f"{name} must have texts to train on and texts to measure: got {len(kept[name])} and {len(self.tests[name])}")
        counts = Counter(word for texts in kept.values() for words, _ in texts for word in words)
        self.tokens = (UNKNOWN, *(word for word, _ in counts.most_common(WORDS - 1)))
        self.vocabulary = Vocabulary(self.tokens, folds=True)
        self.training = {name: [self._encoded(*pair) for pair in texts if len(pair[0]) <= LONGEST] for name, texts in kept.items()}
        self.grammar = turns.Rule.of(pair for texts in kept.values() for pair in texts)
        self.spared = torch.tensor([turns.turning(word) for word in self.tokens])
        self.held_out = f"{sum(map(len, self.tests.values())):,} texts never read in training: " + ", ".join(
            f"{len(texts):,} of {name}" for name, texts in self.tests.items()
        )
        self.about = about(folder)

    def examples(self) -> list[str]:
        """Held-out texts of at most `credit.WORDS` words, those of the three sets in turn."""
        return [" ".join(words) for texts in zip(*self.tests.values()) for words, _ in texts if len(words) <= credit.WORDS]

    def _encoded(self, words, label):
        return torch.tensor(self.vocabulary.encode(words)), label

    def batch(self, size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Random texts of the three sets and of those made of them, by `SHARES`; the label is asked after the last word."""
        shares = SHARES if self.grammar.complete else {name: share for name, share in SHARES.items() if name != MADE}
        names = torch.multinomial(torch.tensor(list(shares.values())), size, replacement=True, generator=generator)
        places = torch.rand(size, generator=generator)
        ids, targets = self._padded([self._drawn([*shares][name], place) for name, place in zip(names, places.tolist())])
        blanked = torch.rand(ids.shape, generator=generator) < BLANKED
        return ids.masked_fill(blanked & ~self.spared[ids], 0), targets

    def _drawn(self, name, place):
        """A text with its label: the one that stands at a place of a set, from 0 to 1, or the one that the rule makes from that number."""
        if name != MADE:
            return self.training[name][int(place * len(self.training[name]))]
        rng = random.Random(place)
        label = rng.randrange(2)
        return self._encoded(self.grammar.make(label, rng), label)

    def _padded(self, pairs):
        ids = torch.nn.utils.rnn.pad_sequence([words for words, _ in pairs])
        targets = torch.full(ids.shape, SKIP)
        targets[torch.tensor([len(words) - 1 for words, _ in pairs]), torch.arange(len(pairs))] = torch.tensor([label for _, label in pairs])
        return ids, targets

    @torch.inference_mode()
    def measure(self, model: Reader) -> Measured:
        """Share of held-out texts that are right, by set; the score is the mean of the three sets; the curve goes by length.

        The sentences of turns.tsv are measured too, and count for neither.
        """
        hits = {name: self._right(model, texts) for name, texts in self.tests.items()}
        lengths: dict[int, list[bool]] = {}
        for name, texts in self.tests.items():
            for (words, _), hit in zip(texts, hits[name]):
                lengths.setdefault(min(50, 5 * (1 + (len(words) - 1) // 5)), []).append(hit)
        shares = {name: sum(found) / len(found) for name, found in hits.items()}
        curve = [(length, sum(found) / len(found)) for length, found in sorted(lengths.items())]
        self.by_set = shares
        right = sum(self._right(model, self.turns))
        self.of_turns = {"score": right / len(self.turns), "of": len(self.turns)} | turns.about()
        told = shares | {TURNS: self.of_turns["score"]}
        return sum(shares.values()) / len(shares), curve, {name: f"{share:.1%}" for name, share in told.items()}

    def _right(self, model, texts):
        """Whether a model is right on each of some texts."""
        right: list[bool] = []
        for at in range(0, len(texts), 256):
            ids, targets = self._padded([self._encoded(*pair) for pair in texts[at : at + 256]])
            asked = targets != SKIP
            right += (model.eval()(ids).argmax(-1) == targets).T[asked.T].tolist()
        return right

    def fingerprint(self) -> list:
        """What tells the folder's files from any others."""
        return [self.about["sha256"]]
