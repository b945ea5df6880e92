"""The film of a training: a shipped model's weights at some moments of its own training, small enough to be fetched by a page.

`python -m gatelab.training.again prose-lstm --film` trains a shipped model anew and keeps its weights on the way, in checkpoints/prose-lstm.film/;
`python -m gatelab.training.film prose-lstm --ship` then puts them into the package, in 8 bits each.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save

from gatelab import zoo
from gatelab.training import shipping
from gatelab.training.commandline import Parser
from gatelab.zoo import film as shipped_films

COUNT = 12
"""Moments that a film keeps beside the end, which is the shipped model itself."""

LEVELS = 127
"""The largest number in 8 bits, with a sign."""

LONG = 32
"""Numbers in a row that has a scale of its own: in a shorter one the scale would take too much room."""


def moments(steps: int, count: int = COUNT) -> tuple[int, ...]:
    """The steps at which a film is taken: 0, and from one 400th of the training on by a constant factor; the last step is not among them.

    Args:
        steps: how many steps the training has.
        count: how many moments, fewer where there are fewer steps.
    """
    first = max(1, steps // 400)
    later = {round(first * (steps / first) ** (k / (count - 1))) for k in range(count - 1)}
    return tuple(sorted({0} | {step for step in later if step < steps}))


def folder(out: Path, name: str) -> Path:
    """Where the weights of a training are kept on its way, one checkpoint a moment: STEP.safetensors."""
    return out / f"{name}.film"


def packed(frames: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """The weights of K moments in 8 bits: of each array its numbers (K, ...) and their scales (K, R), one a row where rows are long, else one for all.

    Args:
        frames: for each moment {name: array}, all with the same names and shapes.

    Returns:
        name -> integers from -127 to 127; name + ".scale" -> what they are to be multiplied by, 32 bits.
    """
    arrays = {}
    for name in frames[0]:
        values = np.stack([frame[name].astype(np.float32) for frame in frames])
        flat = values.reshape(len(frames), -1, values.shape[-1] if values.ndim > 2 and values.shape[-1] >= LONG else values[0].size)
        scale = np.maximum(np.abs(flat).max(-1), 1e-12) / LEVELS
        arrays[name] = np.rint(flat / scale[..., None]).astype(np.int8).reshape(values.shape)
        arrays[name + shipped_films.SCALE] = scale.astype(np.float32)
    return arrays


def learned(path: Path) -> dict[str, np.ndarray]:
    """The arrays of a checkpoint that training changes: those of floating point."""
    return {name: array for name, array in load_file(path).items() if np.issubdtype(array.dtype, np.floating)}


def make(name: str, out: Path) -> bytes:
    """The film of a shipped model from what its training kept: a safetensors body, with {"model", "steps": of the moments, "last": of the training}.

    Where the training ended in other numbers than the shipped model's, which another kind of processor brings about, its end is a moment too.

    Raises:
        ValueError: there are no moments.
    """
    kept = {int(path.stem): path for path in folder(out, name).glob("*.safetensors")}
    if not kept:
        raise ValueError(f"{folder(out, name)} must hold the moments of a training: run `python -m gatelab.training.again {name} --film` first")
    last = int(zoo.card(name)["command"].split("--steps ")[1].split()[0])
    ended, shipped = learned(out / f"{name}.safetensors"), learned(zoo.ZOO / f"{name}.safetensors")
    if any(not np.array_equal(ended[key], shipped[key]) for key in shipped):
        kept[last] = out / f"{name}.safetensors"
    steps = sorted(kept)
    about = {"model": name, "steps": steps, "last": last}
    return save(packed([learned(kept[step]) for step in steps]), metadata={key: json.dumps(value) for key, value in about.items()})


def main(given: Sequence[str] | None = None) -> int:
    """Pack one film or several; returns the exit code."""
    parser = Parser(prog="python -m gatelab.training.film", description=__doc__.partition("\n")[0])
    parser.add_argument("models", nargs="+", metavar="MODEL", help="names of shipped models that were trained anew with --film")
    shipping.options(parser, "put the films into the package, in place of what is there")
    args = parser.parse_args(given)
    for name in args.models:
        try:
            body = make(name, args.out)
        except (OSError, ValueError) as error:
            print(f"gatelab.training.film: {error}", file=sys.stderr)
            return 2
        path = shipped_films.path(name) if args.ship else args.out / shipped_films.path(name).name
        path.write_bytes(body)
        print(f"{path}: {len(body):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
