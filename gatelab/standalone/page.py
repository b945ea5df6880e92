"""One stage as one file that works alone: it opens from a disk, in a course's pages or in slides, and typing works."""

import html
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from urllib.parse import parse_qsl

from gatelab import lessons, naming, zoo
from gatelab.languages import ENGLISH, marked, speaking, tr
from gatelab.live.stages import STAGES, Stage, Start
from gatelab.standalone.document import Part, document


def page(stage: str, **fields: str) -> str:
    """A stage as one HTML file that asks for nothing: its code, the weights of its models and its text are inside.

    Args:
        stage: the address of a page with a stage, e.g. "watch" or "self-attention", or of a lesson, e.g. "lstm".
        fields: of its link, all as text: model, text, unit, step, ...

    Returns:
        HTML. The models are those that the link names, and the one without attention that stands beside; other ones cannot be chosen there.

    Raises:
        ValueError: there is no such stage, or a field is not as it must be.
    """
    of, read = staged(stage)
    with speaking(ENGLISH):  # what is wrong is said as all errors are
        start, notes = read(fields)
    if notes:
        raise ValueError(refused(notes))
    names = needed(start)
    return made(of, start, {name: checkpoint(name) for name in names}, about(names))


def made(of: Stage, start: Start, models: Mapping[str, bytes], told: str) -> str:
    """A stage as one HTML file, with what it opens on.

    Args:
        models: name -> checkpoint: those that can be chosen there.
        told: HTML, what must be said of them.
    """
    heading = ", ".join(chosen(start))
    files = {f"/live/models/{name}.safetensors": bytes for name, bytes in models.items()}
    return document(f"{heading} \u00b7 GateLab", body(of.name, heading, told), [part(of, start, list(models))], files, quoted(start.text))


def refused(notes: Iterable[str]) -> str:
    """What was wrong with a link, from what a page says of it, as an error says it."""
    return "; ".join(note.removeprefix("The link's ").split(". Here ")[0].removesuffix(".") for note in notes)


def staged(name: str) -> tuple[Stage, Callable[[Mapping[str, str]], tuple[Start, list[str]]]]:
    """The stage of a page, and what reads its link: what it opens on, and a sentence for each part that could not be followed.

    Args:
        name: the page's address.

    Raises:
        ValueError: there is no such page, or it has no stage.
    """
    told = {lesson.name: lesson for lesson in (*lessons.shipped(), *lessons.own().lessons)}
    if name in told:
        return STAGES[told[name].stage], partial(lessons.opening, told[name])
    plain = {stage.page: stage for stage in STAGES.values() if stage.name not in ("lesson", "start")}
    if name not in plain:
        known = list(dict.fromkeys((*plain, *told)))
        raise ValueError(f"stage must be one of {', '.join(known)}: got {name!r}{naming.meant(name, known)}")
    return plain[name], lambda fields: plain[name].read(fields)


def fields(stage: str, link: str = "", model: str | None = None, text: str | None = None) -> dict[str, str]:
    """The fields of a link.

    Args:
        stage: as of `page`.
        link: a copied link, or what stands behind its question mark.
        model: takes the place of the link's; several with commas between.
        text: takes the place of the link's.
    """
    of, _ = staged(stage)
    found = dict(parse_qsl(link.rpartition("?")[2], keep_blank_values=True))
    chosen = "model" if "model" in of.link else "models"
    return found | ({chosen: model} if model else {}) | ({"text": text} if text is not None else {})


def empty(of: Stage, names: Collection[str]) -> str:
    """The same with nothing on its stage yet, for `static/standalone/saving.js`.

    Args:
        names: the models that it will have.
    """
    return document("GateLab", body(of.name, "", about(names)), [Part("", of.module)], {})


def body(stage: str, heading: str, told: str) -> str:
    """The HTML around a stage.

    Args:
        heading: any text.
        told: HTML, what must be said of its models.
    """
    return f'<h1>{html.escape(heading)}</h1>\n<div data-stage="{stage}"></div>\n{told}'


def part(of: Stage, start: Start, names: Collection[str], place: str | None = None) -> Part:
    """A stage as a part of a document, with what it opens on.

    Args:
        names: the models that can be chosen there; the others of its menus are left out.
        place: its element; the first with its name where it is None.
    """
    known = of.known(start)
    for listed in ("models", "families"):
        if listed in known:
            known[listed] = _only(known[listed], names)
    if "model" in known["fields"]:
        known["fields"]["model"]["words"] = list(names)
    known["films"] = []
    known["start"] = known["given"] = start._asdict() | ({"models": list(names)} if hasattr(start, "model") and hasattr(start, "models") else {})
    return Part(place or f"[data-stage={of.name}]", of.module, page=known)


def _only(listing, names):
    """The entries of a listing of models, or of families of them, that are about some models."""
    if listing and "models" in listing[0]:
        families = [family | {"models": _only(family["models"], names)} for family in listing]
        return [family for family in families if family["models"]]
    return [model for model in listing if model["name"] in names]


def chosen(start: Start) -> tuple[str, ...]:
    """The models that a start names."""
    return (start.model,) if hasattr(start, "model") else tuple(start.models)


def needed(start: Start) -> tuple[str, ...]:
    """The models that a stage needs: those of its start, and those that stand beside them."""
    names = chosen(start)
    return tuple(dict.fromkeys((*names, *filter(None, map(zoo.plain_twin, names)))))


def checkpoint(name: str) -> bytes:
    """The file of a model, under its name."""
    return zoo.renamed(name) or (zoo.ZOO / f"{name}.safetensors").read_bytes()


def quoted(text: str) -> str:
    """A text in quotes and in one line, for a title; of a long one its beginning."""
    line = " ".join(text.split())
    return f"“{line if len(line) <= 60 else line[:59] + '…'}”"


def about(names: Collection[str]) -> str:
    """What must be said of models wherever they go: what they learned from, and its licence. HTML."""
    told: list[str] = []
    for name in names:
        data = zoo.card(name)["data"]
        title = tr(data.get("title", marked("made-up texts")))
        told.append(
            tr("{name} learned from {data} ({licence}).", name=name, data=title, licence=data["licence"])
            if data.get("licence")
            else tr("{name} learned from {data}.", name=name, data=title)
        )
    told.append(tr("Made with GateLab: the network runs in this page, and nothing is sent anywhere."))
    return f'<p class="about">{html.escape(" ".join(told))}</p>'
