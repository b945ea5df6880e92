"""Pages of models whose numbers the engine computes in the page, so that typing works: shipped ones, and a reader of one's own."""

import copy
import html
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import torch
from safetensors.torch import load as tensors

from gatelab import holds, zoo
from gatelab.holds import Hold
from gatelab.live import held as holding
from gatelab.live import watch
from gatelab.live.fields import Rule, one_of
from gatelab.live.stages import STAGES
from gatelab.networks import Model, Reader
from gatelab.standalone import page as pages
from gatelab.words import PURPOSES
from gatelab.zoo import cards, openings, yours
from gatelab.zoo.openings import Opening


def is_known(model: Model) -> bool:
    """Whether a model is one of `gatelab.models()`, with the weights of its file."""
    name = model.spec.name
    if name not in zoo.models() or zoo.load(name) is not model:
        return False
    stored = tensors(pages.checkpoint(name))
    return all(torch.equal(stored[key].to(weight.dtype), weight.detach().cpu()) for key, weight in model.state_dict().items() if key in stored)


def stage_of(model: Model) -> str | None:
    """The page on which a model stands while somebody types: "lesson" is the stage of the lessons; None for one that stands on none."""
    kind, name = cards.kind(model.spec), model.spec.name
    if kind == "answer":
        told = name in zoo.models() and (zoo.is_own(name) or zoo.task(name) in PURPOSES)
        return "lesson" if told and model.spec.num_layers == 1 and model.spec.unit != "numbers" else None
    return {"character": "watch", "attention": "attention", "transformer": "self-attention"}[kind]


def known(name: str, stage: str, fields: Mapping[str, str]) -> str:
    """The page of a model of `gatelab.models()`.

    Args:
        stage: the address of its page, or "lesson".
        fields: of the page's link.

    Raises:
        ValueError: there is no such page, or a field is not as it must be.
    """
    if stage != "lesson":
        return pages.page(stage, **{"model": name, **fields})
    start, notes = STAGES["lesson"].read({"model": name, **fields}, models=(name,), page="lesson")
    if notes:
        raise ValueError(pages.refused(notes))
    return pages.made(STAGES["lesson"], start, {name: pages.checkpoint(name)}, pages.about([name]))


def is_watched(model: Reader) -> bool:
    """Whether the engine shows a reader of one's own while somebody types: it reads characters."""
    return model.spec.unit == "characters"


def own(model: Reader, text: str | None, held: Iterable[Hold], fields: Mapping[str, str]) -> str:
    """The page of a reader of one's own, which reads characters: the stage of Watch.

    Args:
        text: to open on; what the model writes itself, or some of its tokens, where it is None.
        held: what is held.
        fields: of the page's link.

    Raises:
        ValueError: a field, or the model on this text, is not as it must be.
    """
    name = " ".join(model.spec.name.replace(",", " ").split()) or "my model"  # a link lists names with commas between
    shown = copy.copy(model)
    shown.spec = replace(model.spec, name=name)
    entry = _entry(shown, openings.of_its_own(model) if text is None else text)
    told = {"models": [entry], "experiments": holding.offered([model.spec.cell])}
    watched = STAGES["watch"]
    link = {**watched.link, "model": one_of((name,)), "hold": Rule("given")}
    stage = replace(watched, link=link, knows=lambda given: told)
    start, notes = stage.read({"text": entry["opening"]["text"], **fields}, hold=holds.write(held))
    if notes:
        raise ValueError(pages.refused(notes))
    return pages.made(stage, start, {name: yours.packed(shown)}, _told(name))


def _entry(model, text):
    spec = model.spec
    card = {"parameters": sum(parameter.numel() for parameter in model.parameters())}
    unit = openings.most_varied(model, text)
    more: dict[str, Any] = {"own": True, "learned": "texts of its own", "answers": bool(spec.outputs), "labels": spec.labels}
    return watch.entry(model, "own answers" if spec.outputs else "own texts", card, Opening(text, unit, openings.MOST_VARIED, ()), **more)


def _told(name):
    return (
        f'<p class="about">{html.escape(name)} is a network of one\'s own. Shown by GateLab: the network runs in this page, and nothing is sent anywhere.</p>'
    )


def compared(page: str, fields: Mapping[str, str]) -> str:
    """The page "compare" or "memory" with what its link's fields say."""
    return pages.page(page, **fields)
