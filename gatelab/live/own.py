"""What the stages are told of a model that is one's own, beside what they are told of every model."""

from typing import Any

from gatelab import zoo


def told(name: str) -> dict[str, Any]:
    """That it is one's own, what it learned from, for somebody whose text is something else, and whether it answers; {} for a shipped model."""
    return {"own": True, "learned": zoo.card(name)["data"]["title"], "answers": bool(getattr(zoo.load(name).spec, "outputs", ()))} if zoo.is_own(name) else {}


def purpose(name: str) -> str:
    """What a model of one's own is for, in a lesson."""
    spec, title = zoo.load(name).spec, zoo.card(name)["data"]["title"]
    if spec.outputs:
        return f"This network is your own ({title}). It answers after each {'word' if spec.unit == 'words' else 'letter'}: {', '.join(spec.outputs[:5])}."
    return f"This network is your own ({title}): the row “expected next” is its guess at what follows."
