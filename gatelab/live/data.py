"""What the components that are no stages read: JSON, for a page of the app and for one without a server alike."""

from collections.abc import Mapping, Sequence
from typing import Any

from gatelab import palette, zoo
from gatelab.live.link import STREAMLIT
from gatelab.shapes import View

COLORS = {"scales": palette.SCALES, "ink": palette.INK}


def ask(kind: str) -> dict[str, Any]:
    """A question about what the lesson's stage shows.

    Args:
        kind: "lost:NAME", "written:NAME", "kept:NAME", "mover" or another one of `static/lesson/questions.js`.
    """
    return {"ask": {"kind": kind}}


def learn(fields: Mapping[str, str]) -> dict[str, Any]:
    """The stage of the Learn page.

    Args:
        fields: those of the link; `static/learn/settings.js` has their rules, and the stage itself says what breaks one.
    """
    asked = {name: value for name, value in fields.items() if name not in STREAMLIT}
    return {"learn": {"fields": asked, "palette": COLORS, "lines": palette.LINES, "shipped": zoo.models()}}


def shapes(view: View) -> dict[str, Any]:
    """The tensors of a view.

    Args:
        view: the way to call `nn.LSTM`.
    """
    tensors = [
        {
            "name": one.name,
            "axes": one.axes,
            "labels": one.labels,
            "shape": tuple(one.values.shape),
            "values": [round(value, 6) for value in one.values.flatten().tolist()],
            "meanings": one.meanings,
            "inside": one.inside,
            "whole": not one.values.is_floating_point() or one.name == "mask",
        }
        for one in view.tensors
    ]
    return {"shapes": {"title": view.title, "code": view.code, "keras": view.keras, "opens": view.opens, "tensors": tensors}, "palette": COLORS}


def search(groups: Sequence[Sequence[tuple[str, str]]], asked: str | None) -> dict[str, Any]:
    """The search over the questions.

    Args:
        groups: for each group pairs (id, text to search in).
        asked: the id of the question to bring into sight, or None.
    """
    listed = [{"questions": [{"id": id, "text": text} for id, text in group]} for group in groups]
    return {"questions": {"groups": listed, "asked": asked}}
