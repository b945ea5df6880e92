"""The command line of training: `python -m gatelab.training prose --cell lstm --data FILE`."""

import argparse
import json
import signal
import sys
from pathlib import Path

import torch
from tqdm import tqdm

from gatelab.models import CELLS, CharacterModel, ModelSpec
from gatelab.text import Vocabulary
from gatelab.training import orders
from gatelab.training.loop import Recipe, Run, checkpoint, nats_per_character
from gatelab.training.tasks import TASKS, read, split

SAVE_EVERY = 200  # steps


def parse(arguments):
    """The command line's options, with their defaults and their help."""
    parser = argparse.ArgumentParser(
        prog="python -m gatelab.training",
        description="Train a character model from scratch; writes NAME.safetensors and its card NAME.json. "
        "An interrupted run is taken up again by the same command.",
    )
    parser.add_argument("task", choices=TASKS, help="what the text is")
    parser.add_argument("--cell", choices=CELLS, default="lstm")
    parser.add_argument("--data", type=Path, required=True, metavar="FILE", help="the text, UTF-8")
    parser.add_argument("--out", type=Path, default=Path("checkpoints"), metavar="DIR", help="default: %(default)s")
    parser.add_argument("--hidden", type=int, default=128, metavar="H", help="units (default: %(default)s)")
    parser.add_argument("--embedding", type=int, default=32, metavar="D", help="embedding size (default: %(default)s)")
    parser.add_argument("--layers", type=int, default=1, metavar="N", help="layers (default: %(default)s)")
    parser.add_argument("--steps", type=int, default=Recipe.steps, help="training steps (default: %(default)s)")
    parser.add_argument("--batch", type=int, default=Recipe.batch, help="windows a step (default: %(default)s)")
    parser.add_argument("--window", type=int, default=Recipe.window, help="characters a window (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=Recipe.learning_rate, help="learning rate (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=Recipe.seed, help="default: %(default)s")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default: %(default)s)")
    parser.add_argument("--fresh", action="store_true", help="start anew, even where a run was interrupted")
    return parser.parse_args(arguments)


def train(run, resume, quiet=False):
    """Take a run to its last step, with a progress bar (loss, time left) and a save every `SAVE_EVERY` steps."""
    smooth, stop = None, []
    before = signal.signal(signal.SIGINT, lambda *_: stop.append(True))  # Ctrl-C waits for the end of a step
    bar = tqdm(total=run.recipe.steps, initial=run.step, desc=run.model.spec.name, unit="step", disable=quiet)
    try:
        while run.step < run.recipe.steps:
            loss = run.advance()
            smooth = loss if smooth is None else 0.98 * smooth + 0.02 * loss
            bar.set_postfix_str(f"loss {smooth:.3f} nats", refresh=False)
            bar.update()
            if run.step % SAVE_EVERY == 0:
                run.save(resume)
            if stop:
                raise KeyboardInterrupt
    except KeyboardInterrupt:
        run.save(resume)  # nothing that was trained is lost
        raise
    finally:
        bar.close()
        signal.signal(signal.SIGINT, before)


def card(args, run, data, sha256, held_out):
    """What a user must know about a trained model, as it stands in the file beside its weights."""
    task, spec, recipe = run.task, run.model.spec, run.recipe
    options = {"cell": spec.cell, "data": data.name, "hidden": spec.hidden_size, "embedding": spec.embedding_size,
               "layers": spec.num_layers, "steps": recipe.steps, "batch": recipe.batch, "window": recipe.window,
               "rate": recipe.learning_rate, "seed": recipe.seed, "threads": args.threads}  # fmt: skip
    return {
        "name": spec.name,
        "cell": spec.cell,
        "parameters": sum(p.numel() for p in run.model.parameters()),
        "hidden_size": spec.hidden_size,
        "held_out_nats_per_character": round(nats_per_character(run.model, held_out), 4),
        "held_out": f"the last {len(held_out):,} characters of the file, never read in training",
        "data": {"title": task.title, "file": data.name, "sha256": sha256, "licence": task.licence,
                 "credit": task.credit, "where": task.where},  # fmt: skip
        "command": " ".join([f"python -m gatelab.training {args.task}", *(f"--{k} {v}" for k, v in options.items())]),
        "seed": recipe.seed,
        "training_minutes": round(run.seconds / 60, 1),
        "torch": torch.__version__,
    }


def main(arguments=None):
    """Train, or go on training, and write the checkpoint and its card; returns the exit code."""
    args = parse(arguments)
    torch.set_num_threads(args.threads)
    try:
        text, sha256 = read(args.data)
        recipe = Recipe(args.steps, args.batch, args.window, args.rate, seed=args.seed)
        training_text, held_out = split(text, args.window)
        spec = ModelSpec(f"{args.task}-{args.cell}", args.cell, Vocabulary.of(training_text).tokens,
                         args.embedding, args.hidden, args.layers)  # fmt: skip
        torch.manual_seed(args.seed)
        run = Run(CharacterModel(spec), recipe, TASKS[args.task], training_text)
        args.out.mkdir(parents=True, exist_ok=True)
        resume = args.out / f"{spec.name}.resume"
        if resume.exists() and not args.fresh:
            run.restore(resume)
            print(f"Going on at step {run.step:,} of {recipe.steps:,} (--fresh starts anew).")
    except (OSError, ValueError) as error:
        print(f"gatelab.training: {error}", file=sys.stderr)
        return 2
    try:
        train(run, resume)
    except KeyboardInterrupt:
        print(f"\nStopped at step {run.step:,}; the same command goes on from there.", file=sys.stderr)
        return 130
    orders.measure(run.model.eval(), held_out)
    path = args.out / f"{spec.name}.safetensors"
    path.write_bytes(checkpoint(run.model))
    facts = card(args, run, args.data, sha256, held_out)
    path.with_suffix(".json").write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    resume.unlink(missing_ok=True)
    print(f"{path}: {path.stat().st_size:,} bytes, held out {facts['held_out_nats_per_character']} nats per character")
    return 0


if __name__ == "__main__":
    sys.exit(main())
