"""What a model is made of: frozen specs that say how large everything is, and the modules that they build."""

import json

from gatelab.networks.encoder_decoder import EncoderDecoder
from gatelab.networks.pairs import ATTENTIONS, PairSpec
from gatelab.networks.reader import ModelSpec, Reader
from gatelab.networks.transformer import Transformer

__all__ = ["ATTENTIONS", "EncoderDecoder", "Model", "ModelSpec", "PairSpec", "Reader", "Transformer", "build", "spec_from_json"]

TOKEN = 100
"""Letters of the longest token."""

Model = Reader | EncoderDecoder | Transformer


def build(spec: ModelSpec | PairSpec) -> Model:
    """An untrained model of a spec: a `Reader`, an `EncoderDecoder` or a `Transformer`."""
    if isinstance(spec, ModelSpec):
        return Reader(spec)
    return (Transformer if spec.attention == "transformer" else EncoderDecoder)(spec)


def spec_from_json(line: str) -> ModelSpec | PairSpec:
    """The spec that a `to_json` wrote.

    Raises:
        ValueError, TypeError: it is the spec of no model.
    """
    fields = json.loads(line)
    if not isinstance(fields, dict):
        raise ValueError(f"the spec must be an object: got {type(fields).__name__}")
    for key in ("tokens", "outputs", "source", "target"):
        _check_strings(key, fields.get(key, []))
    _check_strings("name", [fields.get("name")])
    return (PairSpec if "attention" in fields else ModelSpec).from_json(line)


def _check_strings(key, words):
    """Refuse what is no list of strings that a browser can be sent."""
    if not isinstance(words, list) or not all(isinstance(word, str) and len(word) <= TOKEN for word in words):
        raise ValueError(f"{key} must be strings of at most {TOKEN} letters: got {str(words)[:60]}")
    for word in words:
        if word.encode("utf-8", "ignore").decode() != word:
            raise ValueError(f"{key} must be text: got {word!r}")
