"""What it takes to train a model that writes: its spec, its exercise, and the facts of its card."""

import argparse

from gatelab.networks import PairSpec
from gatelab.text import tokenize
from gatelab.training import credit
from gatelab.training.loop import Prepared
from gatelab.training.pairs import Batches


def prepare(args: argparse.Namespace) -> Prepared:
    """The spec, the exercise, and what to do with the trained model: round its weights, and measure it on held-out pairs.

    Raises:
        ImportError: a package that only training needs is missing.
        OSError, ValueError: the data cannot be used.
    """
    try:
        from gatelab.training import dates, measure, tatoeba
    except ModuleNotFoundError as error:
        raise ImportError(f"training this needs the package {error.name}: pip install -r requirements-dev.txt") from None
    pairs = dates.pairs() if args.task == "dates" else tatoeba.pairs(args.data)
    layered = args.attention == "transformer"
    spec = PairSpec(
        f"{args.task}-{args.attention}",
        args.attention,
        pairs.unit,
        pairs.source,
        pairs.target,
        args.hidden if layered else args.embedding,
        args.hidden,
        *((args.layers, args.heads) if layered else ()),
    )

    def finish(model):
        model.half().float()  # checkpoints hold 16 bits a weight: what is measured is what is shipped
        facts = measure.dates(model, pairs.held_out) if args.task == "dates" else measure.translations(model, pairs.held_out)
        about = pairs.about | credit.stated(args)
        return {
            "attention": spec.attention,
            "task": args.task,
            "unit": spec.unit,
            **facts,
            "data": about,
            **credit.opening(about, [source for source, _ in pairs.held_out if len(tokenize(source, spec.unit)) <= credit.WORDS]),
        }

    return spec, Batches(pairs), finish
