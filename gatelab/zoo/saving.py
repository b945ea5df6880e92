"""A model of one's own in a file that `load` reads."""

import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save as packed

from gatelab.networks import Reader
from gatelab.traces.modules import check_calls
from gatelab.zoo import folder

PACKAGE = Path(__file__).parents[1]


def save(model: Reader, path: str | os.PathLike, *, title: str, licence: str) -> Path:
    """Write a model that reads to a file, which `gatelab.load` reads, and which the page "Learn" opens for Watch, Compare and Memory.

    The file is a `.safetensors`: the weights, and in its metadata the model's spec with the name of the file, and title and licence. What lies there
    already is replaced, once the new file is whole and was read back.

    Args:
        model: a `gatelab.networks.Reader`, float32 on the CPU.
        path: ends in ".safetensors", in a folder that there is, outside the package.
        title: what the model learned from, e.g. "Moby-Dick, a novel"; the page shows the first 40 letters.
        licence: under which the weights may be passed on, e.g. "MIT", "not to be passed on".

    Returns:
        The path of the file.

    Raises:
        TypeError: the model is no `Reader`, or a text no string.
        ValueError: the path, a text, or a weight is not as it must be, or the model computes more than its equations.
        OSError: the file cannot be written.
    """
    path = Path(path)
    _check(model, path, {"title": title, "licence": licence})
    learned: dict[str, Any] = {"task": "answers" if model.spec.outputs else "texts", "title": title, "licence": licence, "texts": []}
    weights = {name: weight.detach().clone().contiguous() for name, weight in model.state_dict().items()}
    about = {"spec": replace(model.spec, name=path.stem).to_json(), "learned": json.dumps(learned, ensure_ascii=False)}
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".saving-") as place:
        whole = Path(place) / path.name
        whole.write_bytes(packed(weights, about))
        folder.read(whole)
        os.replace(whole, path)
    return path


def _check(model, path, texts):
    """Refuse what would not come back as it is."""
    if not isinstance(model, Reader):
        raise TypeError(f"model must be a Reader, an embedding, a Recurrent and a head: got {type(model).__name__}")
    check_calls(model, makers=())
    for name, weight in model.named_parameters():
        if weight.dtype != torch.float32 or weight.device.type != "cpu":
            raise ValueError(f"the model must be float32 on the CPU: got {weight.dtype} on {weight.device} for {name}")
    for name, text in texts.items():
        if not isinstance(text, str):
            raise TypeError(f"{name} must be a string: got {type(text).__name__}")
        if not text.strip() or len(text.splitlines()) != 1 or text.encode("utf-8", "ignore").decode() != text:
            raise ValueError(f"{name} must be one line of text: got {text!r}")
    if path.suffix != ".safetensors" or not path.parent.is_dir():
        raise ValueError(f"path must end in .safetensors, in a folder that there is: got {str(path)!r}")
    if path.resolve().is_relative_to(PACKAGE):
        raise ValueError(f"path must lie outside the package {PACKAGE.name}: got {str(path)!r}")
