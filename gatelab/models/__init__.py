"""What a model is made of: frozen specs that say how large everything is, and the modules that they build."""

import json

from gatelab.models.character import CELLS, CharacterModel, ModelSpec
from gatelab.models.encoder_decoder import EncoderDecoder
from gatelab.models.pairs import ATTENTIONS, PairSpec
from gatelab.models.transformer import Transformer

__all__ = ["ATTENTIONS", "CELLS", "CharacterModel", "EncoderDecoder", "ModelSpec", "PairSpec", "Transformer", "build", "spec_from_json"]


def build(spec):
    """An untrained model of a spec: a `CharacterModel`, an `EncoderDecoder` or a `Transformer`."""
    if isinstance(spec, ModelSpec):
        return CharacterModel(spec)
    return (Transformer if spec.attention == "transformer" else EncoderDecoder)(spec)


def spec_from_json(line):
    """The spec that a `to_json` wrote.

    Raises:
        ValueError, TypeError: it is the spec of no model.
    """
    return (PairSpec if "attention" in json.loads(line) else ModelSpec).from_json(line)
