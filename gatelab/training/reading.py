"""What it takes to train a character model: its spec, its exercise, and the facts of its card."""

import argparse
import re

from gatelab import zoo
from gatelab.networks import ModelSpec
from gatelab.text import Vocabulary
from gatelab.training import credit, orders
from gatelab.training.loop import Prepared
from gatelab.training.texts import ANY, TEXTS, Windows, examples, nats_per_character, read, split


def prepare(args: argparse.Namespace) -> Prepared:
    """The spec, the exercise, and what to do with the trained model: order its units, and measure it on held-out text.

    Raises:
        OSError, ValueError: the text cannot be used.
    """
    task, name = TEXTS[args.task], args.name or f"{args.task}-{args.cell}"
    begins = "" if args.task == ANY else f"{args.task}-"
    if not re.fullmatch(rf"{begins}\w[\w.-]*", name):
        raise ValueError(f"name must be {begins and f'{begins} and '}letters, digits, '_', '.' or '-': got {name!r}")
    if args.task == ANY and name in zoo.shipped():
        raise ValueError(f"name must not be that of a shipped model, or nobody could tell the two apart: got {name!r}")
    text, sha256 = read(args.data)
    training_text, held_out = split(text, args.window)
    vocabulary = Vocabulary.of(training_text)
    spec = ModelSpec(name, args.cell, vocabulary.tokens, args.embedding, args.hidden, args.layers)

    about = credit.of(args.data, sha256) | credit.stated(args)

    def finish(model):
        model.half().float()  # checkpoints hold 16 bits a weight: what is measured is what is shipped
        orders.measure(model, held_out)
        nats = round(nats_per_character(model, held_out), 4)
        return {
            "task": args.task,
            "cell": spec.cell,
            "held_out_nats_per_character": nats,
            "scores": {"nats per character": nats},
            "held_out": f"the last {len(held_out):,} characters of the file, never read in training",
            "data": about,
            **credit.opening(about, examples(held_out)),
        }

    return spec, Windows(vocabulary, training_text, task, args.window), finish
