"""A model of one's own in a file that `load` reads."""

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save as packed
from torch import nn

from gatelab.networks import Reader
from gatelab.traces.modules import check_calls
from gatelab.zoo import folder, parts

PACKAGE = Path(__file__).parents[1]


def save(
    model: Reader | nn.Module | tuple[nn.Embedding | None, nn.Module, nn.Linear],
    path: str | os.PathLike,
    *,
    title: str,
    licence: str,
    tokens: Sequence[str] | Mapping[str, int] | None = None,
    outputs: Sequence[str] = (),
    unit: str = "characters",
    texts: Sequence[str] = (),
) -> Path:
    """Write a model that reads to a file, which `gatelab.load` reads, which the page "Learn" opens, and which the app shows from a folder of your own models.

    A network of plain PyTorch is brought in by its three parts. Where its tokens have none for the unknown, one is added in front: it is read as a vector
    of zeros, and has the probability 0, so that all else is computed as it was.

    The file is a `.safetensors`: the weights, and in its metadata the model's spec with the name of the file, and title and licence. What lies there
    already is replaced, once the new file is whole and was read back.

    Args:
        model: a `gatelab.networks.Reader`; or a module with the attributes `embedding` (`nn.Embedding`, V rows), `recurrent` (a `Recurrent`, `nn.LSTM`, `nn.GRU`
            or `nn.RNN`, in one direction) and `head` (`nn.Linear`), whose scores are head(recurrent(embedding(ids))); or these three, (embedding,
            recurrent, head). float32 on the CPU.
        path: ends in ".safetensors", in a folder that there is, outside the package.
        title: what the model learned from, e.g. "Moby-Dick, a novel"; the page shows the first 40 letters.
        licence: under which the weights may be passed on, e.g. "MIT", "not to be passed on".
        tokens: not of a `Reader`: the V tokens in the order of their ids, or {token: id}.
        outputs: not of a `Reader`: what the rows of the head stand for, where the model answers; () where they are the tokens, of which one comes next.
        unit: not of a `Reader`: what a token is, "characters", "words", or "numbers" (without an embedding: number and mark, two inputs).
        texts: to open on in the app, the first one at the front.

    Returns:
        The path of the file.

    Raises:
        TypeError: the model, or a part of it, is of another kind, or a text no string.
        ValueError: the path, a text, the tokens, or a weight is not as it must be, or the model computes more than its equations.
        OSError: the file cannot be written.
    """
    path = Path(path)
    if not isinstance(model, Reader):
        model = parts.reader(model, path.stem or "mine", tokens, outputs, unit)
    elif tokens is not None or outputs or unit != "characters":
        raise ValueError("tokens, outputs and unit must be left out for a Reader, whose spec has them: got some")
    _check(model, path, {"title": title, "licence": licence}, texts)
    learned: dict[str, Any] = {"task": "answers" if model.spec.outputs else "texts", "title": title, "licence": licence, "texts": [*texts]}
    weights = {name: weight.detach().clone().contiguous() for name, weight in model.state_dict().items()}
    about = {"spec": replace(model.spec, name=path.stem).to_json(), "learned": json.dumps(learned, ensure_ascii=False)}
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".saving-") as place:
        whole = Path(place) / path.name
        whole.write_bytes(packed(weights, about))
        folder.read(whole)
        os.replace(whole, path)
    return path


def _check(model, path, said, texts):
    """Refuse what would not come back as it is."""
    check_calls(model, makers=())
    for name, weight in model.named_parameters():
        if weight.dtype != torch.float32 or weight.device.type != "cpu":
            raise ValueError(f"the model must be float32 on the CPU: got {weight.dtype} on {weight.device} for {name}")
    for name, text in said.items():
        if not isinstance(text, str):
            raise TypeError(f"{name} must be a string: got {type(text).__name__}")
        if not text.strip() or len(text.splitlines()) != 1 or text.encode("utf-8", "ignore").decode() != text:
            raise ValueError(f"{name} must be one line of text: got {text!r}")
    if isinstance(texts, str) or not all(isinstance(text, str) and text.encode("utf-8", "ignore").decode() == text for text in texts):
        raise TypeError(f"texts must be a sequence of strings: got {texts!r}")
    if path.suffix != ".safetensors" or not path.parent.is_dir():
        raise ValueError(f"path must end in .safetensors, in a folder that there is: got {str(path)!r}")
    if path.resolve().is_relative_to(PACKAGE):
        raise ValueError(f"path must lie outside the package {PACKAGE.name}: got {str(path)!r}")
