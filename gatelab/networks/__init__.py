"""What a model is made of: frozen specs that say how large everything is, and the modules that they build."""

import json

from gatelab.networks.encoder_decoder import EncoderDecoder
from gatelab.networks.pairs import ATTENTIONS, PairSpec
from gatelab.networks.reader import ModelSpec, Reader
from gatelab.networks.transformer import Transformer

__all__ = ["ATTENTIONS", "EncoderDecoder", "Model", "ModelSpec", "PairSpec", "Reader", "Transformer", "build", "spec_from_json"]

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
    return (PairSpec if "attention" in json.loads(line) else ModelSpec).from_json(line)
