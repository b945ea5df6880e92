"""The command line of training: `python -m gatelab.training prose --cell lstm --data FILE`, `... dates --attention additive`."""

import argparse
import json
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from gatelab.cells import CELLS
from gatelab.networks import ATTENTIONS, build
from gatelab.training import answering, credit, film, made, reading, shipping, writing
from gatelab.training.commandline import Parser
from gatelab.training.forecast import SERIES
from gatelab.training.loop import OtherRun, Recipe, Run, checkpoint
from gatelab.training.probes import Recall
from gatelab.training.texts import ANY, TEXTS, WINDOW

SAVE_EVERY = 200  # steps

UNITS = {"brackets": 3, "counter": 10, "recall": 16, "adding": 16, "forecast": 16}
PROBED = {
    "brackets": {"batch": 64, "rate": 1e-2, "steps": 3000, "dropout": 0.0},
    "counter": {"batch": 64, "rate": 1e-2, "steps": 3000, "dropout": 0.0},
    "recall": {"batch": 64, "rate": 5e-3, "steps": 5000, "dropout": 0.0},
    "adding": {"batch": 64, "rate": 5e-3, "steps": 6000, "dropout": 0.0},
    "forecast": {"batch": 32, "rate": 1e-2, "steps": 1000, "dropout": 0.0},
}
"""The defaults of each probe."""


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line's options, with their defaults and their help."""
    parser = Parser(
        prog="python -m gatelab.training",
        description="Train a model from scratch; writes NAME.safetensors and its card NAME.json. An interrupted run is taken up again by the same command.",
    )
    tasks = parser.add_subparsers(dest="task", required=True, metavar="TASK")
    for name, task in TEXTS.items():
        one = _task(tasks, name, f"characters of {task.kind}", reading.prepare, batch=64, rate=Recipe.learning_rate, steps=12_000, dropout=0.1)
        one.add_argument("--cell", choices=CELLS, default="lstm")
        one.add_argument("--data", type=Path, required=True, metavar="FILE", help="the text, UTF-8")
        one.add_argument("--hidden", type=int, default=128, metavar="H", help="units (default: %(default)s)")
        one.add_argument("--embedding", type=int, default=32, metavar="D", help="embedding size (default: %(default)s)")
        one.add_argument("--layers", type=int, default=1, metavar="N", help="layers (default: %(default)s)")
        one.add_argument("--window", type=int, default=WINDOW, help="characters a window (default: %(default)s)")
        rule = "letters, digits, '_', '.' and '-'" if name == ANY else f"{name}- and more"
        one.add_argument("--name", help=f"what the model is called: {rule} (default: {name}- and its cell)")
    sentiment = _task(tasks, "sentiment", "words: is a review positive?", answering.prepare, batch=128, rate=1e-2, steps=3000, dropout=0.3)
    sentiment.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder with the three sets, see training/sentiment.py")
    sentiment.set_defaults(hidden=32)
    for name, probe in answering.GENERATED.items():
        one = _task(tasks, name, f"probe: {probe.title}", answering.prepare, **PROBED[name])
        one.set_defaults(hidden=UNITS[name])
    for name in ("sentiment", *answering.GENERATED):
        one = tasks.choices[name]
        one.add_argument("--cell", choices=CELLS, default="lstm")
        one.add_argument("--hidden", type=int, metavar="H", help="units (default: %(default)s)")
        one.add_argument("--embedding", type=int, metavar="D", help="embedding size (default: the task's own)")
        one.add_argument("--forget-bias", type=float, metavar="B", help="where the bias of every forget gate begins (default: drawn like all weights)")
        one.add_argument("--matched", action="store_true", help="choose H so that there are as many parameters as an LSTM with --hidden units has")
    tasks.choices["recall"].add_argument("--longest", type=int, default=Recall.longest, help="longest delay in training (default: %(default)s)")
    tasks.choices["forecast"].add_argument("--series", choices=SERIES, default="walk", help="default: %(default)s")
    dates = _task(tasks, "dates", "written dates to ISO", writing.prepare, batch=64, rate=3e-3, steps=4000, dropout=0.1)
    translate = _task(tasks, "translate", "English to French", writing.prepare, batch=128, rate=3e-3, steps=12_000, dropout=0.15)
    translate.add_argument("--data", type=Path, required=True, metavar="FILE", help="lines of English, tab, French; UTF-8")
    for one, hidden, embedding in ((dates, 32, 16), (translate, 192, 80)):
        one.add_argument("--attention", choices=ATTENTIONS, default="additive")
        one.add_argument("--hidden", type=int, default=hidden, metavar="H", help="units (default: %(default)s)")
        one.add_argument("--embedding", type=int, default=embedding, metavar="D", help="embedding size of a recurrent model (default: %(default)s)")
        one.add_argument("--layers", type=int, default=2, metavar="N", help="layers of a transformer (default: %(default)s)")
        one.add_argument("--heads", type=int, default=4, metavar="N", help="heads of a transformer (default: %(default)s)")
        one.add_argument("--smoothing", type=float, default=Recipe.smoothing, help="share of a target that is spread over all labels (default: %(default)s)")
        one.add_argument("--device", choices=["cpu", "cuda"], default="cpu", help="where to train (default: %(default)s)")
    for name in (*TEXTS, "sentiment", "translate"):
        credit.options(tasks.choices[name])
    return parser.parse_args(arguments)


def _task(tasks, name, about, prepare, *, batch, rate, steps, dropout):
    one = tasks.add_parser(name, help=about)
    one.set_defaults(prepare=prepare)
    shipping.options(one, "put the model and its card into the package too, in place of what is there under its name")
    one.add_argument("--steps", type=int, default=steps, help="training steps (default: %(default)s)")
    one.add_argument("--batch", type=int, default=batch, help="windows or pairs a step (default: %(default)s)")
    one.add_argument("--rate", type=float, default=rate, help="learning rate (default: %(default)s)")
    one.add_argument("--dropout", type=float, default=dropout, help="default: %(default)s")
    one.add_argument("--seed", type=int, default=Recipe.seed, help="default: %(default)s")
    one.add_argument("--threads", type=int, default=1, help="CPU threads (default: %(default)s)")
    one.add_argument("--fresh", action="store_true", help="start anew, even where a run was interrupted")
    one.add_argument("--replace", action="store_true", help="write over a model of this name that other data or other options have made")
    one.add_argument("--film", action="store_true", help="keep the weights at some moments on the way, see gatelab/training/film.py")
    return one


def train(run: Run, resume: Path, quiet: bool = False, kept: Path | None = None) -> None:
    """Take a run to its last step, with a progress bar (loss, time left) and a save every `SAVE_EVERY` steps.

    Args:
        run: the run, new or restored.
        resume: where it is saved.
        quiet: without the progress bar.
        kept: a folder for the weights at the moments of `film.moments`; None keeps none.
    """
    moments = film.moments(run.recipe.steps) if kept else ()
    smooth, stop = None, []
    before = signal.signal(signal.SIGINT, lambda *_: stop.append(True))  # Ctrl-C waits for the end of a step
    bar = tqdm(total=run.recipe.steps, initial=run.step, desc=run.model.spec.name, unit="step", disable=quiet)
    try:
        while run.step < run.recipe.steps:
            if kept and run.step in moments:
                kept.mkdir(exist_ok=True)
                (kept / f"{run.step}.safetensors").write_bytes(checkpoint(run.model))
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


def card(args: argparse.Namespace, run: Run, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What a user must know about a trained model, as it stands in the file beside its weights."""
    return {
        "name": run.model.spec.name,
        "parameters": sum(p.numel() for p in run.model.parameters()),
        "hidden_size": run.model.spec.hidden_size,
        **facts,
        "command": made.command(args),
        "seed": run.recipe.seed,
        "training_minutes": round(run.seconds / 60, 1),
        "torch": torch.__version__,
        **({"device": torch.cuda.get_device_name()} if _device(args) == "cuda" else {}),
    }


def make(args: argparse.Namespace, replace: bool = False) -> int:
    """Train, or go on training, and write the checkpoint and its card; returns the exit code.

    Args:
        args: as `parse` returns them; `made` becomes the path of the checkpoint.
        replace: start anew in place of a run that had other options or data, finished or interrupted, rather than refuse to; as the option `--replace`.
    """
    args.replace = replace = replace or args.replace
    try:
        if args.threads < 1:
            raise ValueError(f"threads must be at least 1: got {args.threads}")
        torch.set_num_threads(args.threads)
        given = {name: value for name, value in vars(args).items() if name in ("smoothing", "forget_bias")}
        recipe = Recipe(args.steps, args.batch, args.rate, dropout=args.dropout, seed=args.seed, **given)
        spec, exercise, finish = args.prepare(args)
        torch.manual_seed(args.seed)
        run = Run(build(spec).to(_device(args)), recipe, exercise)
        path = args.out / f"{spec.name}.safetensors"
        made.refuse(path, args)
        args.out.mkdir(parents=True, exist_ok=True)
        resume = args.out / f"{spec.name}.resume"
        if resume.exists() and not args.fresh:
            _go_on(run, resume, replace)
    except (OSError, ValueError, ImportError) as error:
        told = f"{error.filename} must be a file that can be read: {error.strerror}" if isinstance(error, OSError) and error.strerror else error
        print(f"gatelab.training: {told}", file=sys.stderr)
        return 2
    try:
        train(run, resume, kept=film.folder(args.out, spec.name) if args.film else None)
    except KeyboardInterrupt:
        print(f"\nStopped at step {run.step:,}; the same command goes on from there.", file=sys.stderr)
        return 130
    facts = finish(run.model.cpu().eval().requires_grad_(False))
    path.write_bytes(checkpoint(run.model))
    path.with_suffix(".json").write_text(json.dumps(card(args, run, facts), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    resume.unlink(missing_ok=True)
    print(f"{path}: {path.stat().st_size:,} bytes; held out: {json.dumps(facts['scores'])}")
    if args.ship:
        shipping.ship(path)
    args.made = path
    return 0


def _device(args):
    """Where a task is trained: a task without the option, on the CPU.

    Raises:
        ValueError: CUDA was asked for, and there is none.
    """
    device = getattr(args, "device", "cpu")
    if device == "cuda" and not torch.cuda.is_available():
        raise ValueError("--device must be cpu here: PyTorch finds no CUDA device")
    return device


def _go_on(run, resume, replace):
    try:
        run.restore(resume)
        print(f"Going on at step {run.step:,} of {run.recipe.steps:,} (--fresh starts anew).")
    except OtherRun as other:
        if not replace:
            raise OtherRun(f"{other} (--fresh starts anew)") from None
        print(f"{other}, so this one starts anew.")
    except ValueError as broken:
        raise ValueError(f"{broken}; delete it, or start anew with --fresh") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """`make` what a command line asks for, and say where it is and how to see it; returns the exit code."""
    args = parse(arguments)
    code = make(args)
    if code == 0:
        print(shipping.told(args.ship))
        print(shipping.seen(args.made))
    return code


if __name__ == "__main__":
    sys.exit(main())
