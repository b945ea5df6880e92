"""The site: every page that needs no Python, as files for any host, for a folder on a server, or for a disk."""

import base64
import html
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from plotly.offline import get_plotlyjs

from gatelab import lessons, zoo
from gatelab.languages import ENGLISH, language, languages, speaking, tr
from gatelab.live.languages import words
from gatelab.standalone import prose
from gatelab.standalone.document import HERE, LOGO, STARTS, WORDS, code, filled, held, modules, of_language, packed
from gatelab.standalone.marks import Sheet
from gatelab.standalone.page import checkpoint
from gatelab.standalone.sheets import SHEETS, TITLES
from gatelab.standalone.sheets import lesson as fill_lesson
from gatelab.ui.path import GROUPS, OWN, PLACES, Place
from gatelab.zoo import film

CODE = "code.js"
PLOTLY = "plotly.js"
FILES = "files/"
"""Beside the pages: models, films and the glossary, each as a script, which a browser loads from a disk as well."""


def site(folder: Path, names: Sequence[str] = (ENGLISH,)) -> Iterator[Path]:
    """Write the site.

    Args:
        folder: where to; it is made, and must be empty or hold a site.
        names: its languages, such as ("en", "es"): the pages of the first stand in the folder itself, those of any other in a folder of its name.

    Yields:
        Each file when it is written.

    Raises:
        ValueError: the folder holds something else, or there is no such language.
        OSError: a file cannot be written.
    """
    _check(folder)
    own.cache_clear()
    folder.mkdir(parents=True, exist_ok=True)
    places = (*PLACES, *own())
    needed: dict[str, None] = {}
    pages: dict[Path, str] = {}
    for name in names:
        with speaking(name):
            for place in places:
                each = sheet(place)
                needed |= dict.fromkeys(modules(each.parts))
                pages[folder / ("" if name == names[0] else name) / file(place.path)] = page(place, each, names)
    yield _written(folder / CODE, code((*needed, "standalone/figures.js")).decode())
    yield _written(folder / PLOTLY, get_plotlyjs())
    for path, text in pages.items():
        yield _written(path, text)
    with speaking(names[0]):
        beside = dict(files())
    for name, content in beside.items():
        yield _written(folder / FILES / f"{name}.js", f'gatelabFile("{packed(content)}");\n')
    yield _written(folder / ".nojekyll", "")


def _check(folder):
    if folder.is_file():
        raise ValueError(f"the folder of the site must be a folder: got a file, {str(folder)!r}")
    there = [path.name for path in folder.iterdir()] if folder.exists() else []
    if there and CODE not in there:
        raise ValueError(f"the folder of the site must be empty or hold a site: got {str(folder)!r} with {', '.join(sorted(there)[:3])}")


def _written(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def file(address: str) -> str:
    """The file of a page, "lstm" -> "lstm.html", with what stands behind the address; the first page is the index."""
    name, mark, rest = address.partition("?")
    name, hash_, anchor = name.partition("#") if not mark else (name, "", "")
    return ("index.html" if name == PLACES[0].path else f"{name}.html") + mark + rest + hash_ + anchor


def address(link: str) -> str:
    """Where a link of a text leads on the site: pages of the app to their files, all else as it is."""
    name = link.partition("?")[0].partition("#")[0].strip("/")
    return file(link.lstrip("/")) if name in {place.path for place in (*PLACES, *own())} else link


@cache
def own() -> tuple[Place, ...]:
    """Somebody's own lessons, of the folder that `GATELAB_LESSONS` names."""
    return tuple(Place(lesson.name, lesson.menu, lesson.shows) for lesson in lessons.own().lessons)


def sheet(place: Place) -> Sheet:
    """A page of the site, filled."""
    told = {lesson.name: lesson for lesson in (*lessons.shipped(), *lessons.own().lessons)}
    if place.path in told:
        made = Sheet(place.path, told[place.path].title)
        fill_lesson(made, address, told[place.path])
    else:
        made = Sheet(place.path, tr(TITLES[place.name]))
        SHEETS[place.name](made, address)
    return made


def page(place: Place, sheet: Sheet, names: Sequence[str] = (ENGLISH,)) -> str:
    """A page of the site as HTML.

    Args:
        names: as of `site`.
    """
    up = "" if language() == names[0] else "../"
    body = "\n".join([_header(place, names), "<main>", f"<h1>{html.escape(sheet.title)}</h1>", *sheet.marks, _onward(place), "</main>"])
    scripts = f'<script src="{up}{CODE}"></script>'
    starts = list(STARTS)
    if sheet.figures:
        scripts += f'\n<script src="{up}{PLOTLY}"></script>'
        starts.append("standalone/figures.js")
    if up:  # the files beside the pages are in the first language
        scripts += "".join(f"\n{held(name, content)}" for name, content in of_language(address).items())
    elif language() != ENGLISH:
        scripts += f"\n{held(WORDS, words(language()).encode())}"
    style = (HERE / "site.css").read_text(encoding="utf-8") + prose.style()
    return filled(f"{place.called} \u00b7 GateLab", body, sheet.parts, scripts, up + FILES, style, starts)


def _header(place, names):
    logo = base64.b64encode(LOGO.read_bytes()).decode()
    links = "".join(
        (f"<b>{html.escape(tr(title))}</b>" if title else "") + "".join(_link(other, other.label, other is place) for other in group)
        for title, group in {**GROUPS, **({OWN: own()} if own() else {})}.items()
    )
    return (
        f'<header><a href="index.html"><img alt="GateLab" src="data:image/svg+xml;base64,{logo}"></a><button type="button" id="gatelab-theme">{html.escape(tr("Change the theme"))}</button>'
        f'<nav aria-label="{html.escape(tr("Pages"))}">{links}</nav>{_languages(place, names)}</header>'
    )


def _languages(place, names):
    """Links to the same page in the other languages of the site; nothing where there are none."""
    if len(names) < 2:
        return ""
    up = "" if language() == names[0] else "../"
    links = (
        f"<b>{html.escape(languages()[name].own)}</b>"
        if name == language()
        else f'<a href="{up}{"" if name == names[0] else f"{name}/"}{file(place.path)}" lang="{name}" hreflang="{name}">{html.escape(languages()[name].own)}</a>'
        for name in names
    )
    return f'<nav class="languages" aria-label="{html.escape(tr("Languages"))}">{"".join(links)}</nav>'


def _link(place, words, here=False):
    return f'<a href="{file(place.path)}"{" aria-current=page" if here else ""}>{html.escape(words)}</a>'


def _onward(place):
    places = own() if place in own() else PLACES
    at = places.index(place)
    back = _link(places[at - 1], tr("← Back: {page}", page=places[at - 1].label)) if at else "<span></span>"
    onward = _link(places[at + 1], tr("Next: {page} →", page=places[at + 1].label)) if at + 1 < len(places) else ""
    return f'<div class="onward">{back}{onward}</div>'


def files() -> Iterator[tuple[str, bytes]]:
    """What the pages ask for beside them: name under `FILES` -> bytes."""
    yield "glossary", of_language(address)["/live/glossary"]
    for name in zoo.models():
        yield f"models/{name}.safetensors", checkpoint(name)
    for name in film.films():
        yield f"films/{name}.safetensors", film.path(name).read_bytes()
