"""What a folder of models must hold: checkpoints (NAME.safetensors), each checked before anything is built of it, and the card (NAME.json) beside each."""

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from gatelab.networks import Model, Reader, build, spec_from_json
from gatelab.zoo import cards

OPENINGS = "openings.json"
"""What the models open on; no card, as the next."""

PAGES = "pages.json"
"""What pages offer instead."""

HEADER = 2**23
"""Bytes of the largest header of a checkpoint."""

LARGEST = {"hidden_size": 4096, "embedding_size": 4096, "num_layers": 16, "num_heads": 64}
"""The most that a spec may say."""

SHEETS = Path(__file__).parent / "sheets"
"""The networks of the worksheets, which are in no picker: two units each."""

DTYPES = ("F32", "F16")
"""How weights may be written; the orders of the units are I64."""

PICKLE = "a pickle; such a file is never opened, because it can run code"
OTHERS = {
    b"PK\x03\x04": "a zip archive, as PyTorch's .pt files are; such a file is never opened, because it can run code",
    **{bytes((0x80, version)): PICKLE for version in range(2, 6)},
    b"\x89HDF": "an HDF5 file, as Keras writes them",
    b"\x1f\x8b": "a gzip archive",
}
"""How files of other kinds begin."""


@dataclass(frozen=True)
class Shelved:
    """A model of a folder.

    Attributes:
        model: with the name of its file, whatever name it was trained under, so that no two have the same.
        card: what its card says, with the same name.
        trained_as: the name that it was trained under, which stands in its file.
        own: whether it comes from one's own folder, and not from the package.
    """

    model: Model
    card: dict
    trained_as: str
    own: bool = False


def read(path: Path, name: str | None = None) -> Model:
    """The model of a checkpoint, read only.

    Args:
        name: what to call it; None leaves it the name that it was trained under.

    Raises:
        ValueError: the file is no checkpoint, or of a kind that this version does not know.
    """
    try:
        _check_file(path)
        with safe_open(path, framework="pt") as file:
            spec, weights = _opened(file)
        with torch.device("cpu"):  # whatever the defaults are: everybody gets the same model
            model = build(replace(spec, name=name or spec.name)).float()
        model.load_state_dict(weights)  # copied into 32 bits where they have 16
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError, ArithmeticError, AttributeError) as error:
        raise ValueError(f"{path.name} must be a GateLab checkpoint: {error}") from None
    return model.eval().requires_grad_(False)


def about(path: Path) -> dict[str, str]:
    """The metadata of a checkpoint that `read` takes."""
    with safe_open(path, framework="pt") as file:
        return file.metadata()


def renamed(path: Path) -> bytes:
    """A checkpoint with the name of its file in place of the one that it was trained under."""
    with safe_open(path, framework="pt") as file:
        spec, weights = _opened(file)
    return save(weights, {"spec": replace(spec, name=path.stem).to_json()})


def _check_file(path):
    """Refuse by its first bytes what is no safetensors file."""
    size = path.stat().st_size
    if size <= 8:
        raise ValueError(f"it must be a safetensors file: got {size} bytes, too few for one")
    with path.open("rb") as file:
        first = file.read(8)
    header = int.from_bytes(first, "little")
    other = next((what for begins, what in OTHERS.items() if first.startswith(begins)), None)
    if header > size - 8 and other:
        raise ValueError(f"it must be a safetensors file: got {other}")
    if header > min(size - 8, HEADER):
        raise ValueError(f"it must be a whole safetensors file, whose header has at most {HEADER:,} bytes: got a length of {header:,} in a file of {size:,}")


def _opened(file):
    """The spec and the weights in an open file, whose shapes are checked before a single one is read."""
    found = file.metadata() or {}
    if "spec" not in found:
        raise ValueError(f"its metadata must hold a spec: got {', '.join(found)[:60] or 'nothing'}")
    spec = spec_from_json(found["spec"])
    for field, most in LARGEST.items():
        if (size := getattr(spec, field, 1)) > most:
            raise ValueError(f"{field} must be at most {most}: got {size}")
    with torch.device("meta"):  # shapes alone, no memory
        wanted = build(spec).state_dict()
    keys = file.keys()
    pieces = {key: file.get_slice(key) for key in keys}
    _check_shapes({key: tuple(weight.shape) for key, weight in wanted.items()}, {key: tuple(piece.get_shape()) for key, piece in pieces.items()})
    weights = {}
    for key, piece in pieces.items():
        kinds = DTYPES if wanted[key].is_floating_point() else ("I64",)
        if piece.get_dtype() not in kinds:
            raise ValueError(f"{key} must be of type {' or '.join(kinds)}: got {piece.get_dtype()}")
        weights[key] = file.get_tensor(key)
        if not weights[key].isfinite().all():
            raise ValueError(f"{key} must hold finite numbers")
    for key in ("by_mean", "by_similarity"):
        if key in weights and not torch.equal(weights[key].sort().values, torch.arange(spec.hidden_size, device="cpu")):
            raise ValueError(f"{key} must hold each unit from 0 to {spec.hidden_size - 1} once")
    return spec, weights


def _check_shapes(wanted, has):
    for key in dict.fromkeys((*wanted, *has)):
        must, got = (f"{side.get(key, 'left out')}" for side in (wanted, has))
        if must != got:
            raise ValueError(f"{key} must be {must}: got {got}")


def shelved(path: Path) -> Shelved:
    """A checkpoint with its card, both checked.

    Raises:
        ValueError: one of them is not as it must be; the sentence names the file, the rule and what came.
    """
    name, card = path.stem, path.with_suffix(".json")
    if not re.fullmatch(r"[\w.-]+", name):
        raise ValueError(f"{path.name} must have a name of letters, digits, '_', '.' and '-': got {name!r}")
    if not card.exists():
        raise ValueError(f"{path.name} must have a card beside it, {card.name}: there is none")
    model = read(path, name)
    return Shelved(model, carded(path, model) | {"name": name}, trained_as(path))


def trained_as(path: Path) -> str:
    """The name in a checkpoint that `read` takes."""
    return spec_from_json(about(path)["spec"]).name


def carded(path: Path, model: Model) -> dict:
    """The card beside a checkpoint, checked; what was measured on other weights is left out.

    Raises:
        ValueError: it is not the card of this model.
    """
    card = path.with_suffix(".json")
    try:
        facts = cards.read(card, model)
    except (OSError, ValueError) as error:  # what is no JSON, or no UTF-8, as well
        raise ValueError(f"{card.name} must be the card of {path.name}: {error}") from None
    measured = facts.get("measured")
    if measured and measured["weights"] != hashlib.sha256(path.read_bytes()).hexdigest():
        del facts["measured"]  # it was measured on other weights: nothing of it holds
    elif measured and isinstance(model, Reader):
        model.ranges = {name: float(span["to"]) for name, span in measured["ranges"].items()}
    return facts


def alone(folder: Path) -> list[str]:
    """A sentence for each JSON file that stands alone in a folder: it is no card, or that of a checkpoint which is not there."""
    return [
        f"{path.name} must have its checkpoint beside it, {path.stem}.safetensors: there is none"
        for path in sorted(folder.glob("*.json"))
        if path.name not in (OPENINGS, PAGES) and not path.with_suffix(".safetensors").exists()
    ]
