"""The pages of the site that are no lessons, each a function that fills a sheet from the same texts, models and results as the app."""

import html
from collections.abc import Callable
from functools import partial

from gatelab import claims, facts, figures, findings, glossary, lessons, results, shapes, zoo
from gatelab.languages import marked, tr
from gatelab.live import data, first
from gatelab.live.stages import STAGES
from gatelab.standalone import blocks, marks
from gatelab.standalone.blocks import Address, Writer
from gatelab.standalone.document import Part
from gatelab.standalone.marks import Sheet
from gatelab.standalone.page import part
from gatelab.standalone.prose import rendered
from gatelab.ui import questions as asked
from gatelab.ui.path import GROUPS
from gatelab.ui.reading import note, text_of
from gatelab.ui.ways import PICTURES, picture


def stage(sheet: Sheet, name: str, **given: object) -> None:
    """Put a stage on a sheet, with all its models.

    Args:
        name: a key of `STAGES`.
        given: what its page says beside the link, see `Stage.read`.
    """
    of = STAGES[name]
    sheet.put(part(of, of.read({}, **given)[0], zoo.models()), f'<div data-stage="{of.name}"></div>')


def start(sheet: Sheet, address: Address) -> None:
    """The first page: a sentence, what a network does while it reads it, and the way through the site."""
    said = tr("The network reads a review word by word, and says after each word how positive it is so far.")
    sheet.add(f'<p class="prose">{html.escape(said)}</p>')
    stage(sheet, "start", models=(first.MODEL,), text=first.PROMPTS[0][0])
    sheet.add('<div class="st-key-ways">')
    for title, group in GROUPS.items():
        if title:
            sheet.add(f"<h2>{html.escape(tr(title))}</h2>", '<div class="cards">', *(_card(place, address) for place in group), "</div>")
    sheet.add("</div>")


def _card(place, address):
    shown = marks.image(partial(picture, place.name), tr(PICTURES[place.name].said)) if place.name in PICTURES else ""
    return f'<div class="card">{shown}<a href="{address(place.path)}">{html.escape(place.label)}</a><p>{html.escape(place.seen)}</p></div>'


def lesson(sheet: Sheet, address: Address, of: lessons.Lesson) -> None:
    """A lesson: its stage on one side, its text on the other."""
    opening, _ = lessons.opening(of, {})
    staged = STAGES[of.stage]
    sheet.add('<div class="beside stHorizontalBlock">', '<div class="picture">')
    sheet.put(part(staged, opening, of.models or zoo.models()), f'<div data-stage="{staged.name}"></div>')
    sheet.add("</div>", "<div>")
    writer = Writer(sheet, of, address)
    writer.write(of.blocks)
    sheet.add("</div>", "</div>")
    writer.write(of.below)


def watch(sheet: Sheet, address: Address) -> None:
    """Watch."""
    stage(sheet, "watch")
    _how_to_read(sheet, address, "watch")


def compare(sheet: Sheet, address: Address) -> None:
    """Compare."""
    stage(sheet, "compare")
    _how_to_read(sheet, address, "compare")
    sheet.add(f"<h2>{html.escape(tr('Which is faster?'))}</h2>", marks.only_in_the_app(tr("The time trial, in which the models take turns on one machine,")))


def _how_to_read(sheet, address, name):
    sheet.add(f"<details><summary>{html.escape(tr('How to read this page'))}</summary><div class='prose'>{rendered(note(name), address)}</div></details>")


def memory(sheet: Sheet, address: Address) -> None:
    """Memory."""
    lesson(sheet, address, text_of("memory"))


def learn(sheet: Sheet, address: Address) -> None:
    """Learn."""
    said = tr("Press **Play**. The networks begin with random numbers, and learn from examples, here in this page. Everything below follows while they learn.")
    sheet.add(rendered(said).strip().replace("<p>", '<p class="prose">').replace("strong>", "b>"))
    sheet.put(Part("[data-stage=learn]", "learn/learn.js", data=data.learn({})), '<div data-stage="learn"></div>')


def claimed(sheet: Sheet, address: Address) -> None:
    """Claims: what papers say, beside what was measured."""
    said = tr(
        "Much of what is taught about recurrent cells goes back to a few papers. Here are some of their claims in our own words, and beside each what the "
        "code of this project measured: small models, trained on an ordinary processor, every seed that was run and not only the best. The command beside each claim repeats "
        "the measurement."
    )
    sheet.add(f'<div class="prose"><p>{html.escape(said)}</p></div>')
    for one in claims.claims():
        checks = "".join(f"<li>{rendered(f'**{findings.share(check.held, tr(one.among))}**: {check.what}', address)}</li>" for check in one.checks)
        sheet.add(
            f'<section class="claim" id="{one.key}"><h2>{html.escape(one.said)}</h2><p><span class="badge">{html.escape(one.verdict)}</span></p>',
            f'<p class="about">{html.escape(one.source)}</p><div class="prose">{rendered(one.measured, address)}<ul>{checks}</ul>',
            *(marks.table(found.head, found.rows, findings.capital(found.title)) for found in one.tables),
            *(rendered(note, address) for note in one.notes),
            *(marks.code(command) for command in one.commands),
            "</div></section>",
        )


def asking(sheet: Sheet, address: Address) -> None:
    """Questions: what students ask, with answers."""
    groups = asked.groups()
    listed = [[(question.id, f"{question.asks} {question.answer}") for question in group.questions] for group in groups]
    sheet.put(Part("#search", "questions/questions.js", data=data.search(listed, None)), '<div id="search"></div>')
    for number, group in enumerate(groups):
        sheet.add(f'<h2 class="st-key-group-{number}">{html.escape(group.title)}</h2>')
        for question in group.questions:
            _question(sheet, address, question)


def _question(sheet, address, question):
    answer = rendered(facts.filled(question.answer), address, fixed=True)
    asks = rendered(question.asks).removeprefix("<p>").removesuffix("</p>\n")
    sheet.add(f'<section class="st-key-question-{question.id}"><h3 id="{question.id}">{asks}</h3>')
    sheet.add(f'<div class="prose">{answer}</div>')
    kind, _, rest = question.figure.partition(" ")
    if kind == "squashing":
        blocks.squashing(sheet, lessons.Figure("squashing", (), "", 0))
    elif kind == "shapes":
        sheet.put(Part(f"#shapes-{question.id}", "shapes/shapes.js", data=data.shapes(shapes.view(rest))), f'<div id="shapes-{question.id}"></div>')
    elif kind in results.tasks():
        stored = results.results(kind)
        said = findings.against(stored)
        sheet.figure(lambda theme: figures.curve(stored, theme, results.sizes(stored)[-1]), said)
        sheet.add(f'<p class="about">{html.escape(findings.conditions(stored, results.sizes(stored)[-1]))}</p>')
    elif kind:
        study = results.study(kind)
        for name, said in asked.STUDIES[kind].items():
            sheet.figure(partial(getattr(figures.studies, name), study), tr(said))
        sheet.add(f'<p class="about">{html.escape(tr(study["question"]))} PyTorch {html.escape(study["torch"])}.</p>', marks.code(study["command"]))
    sheet.add(*(blocks.link(see, address) for see in question.see), "</section>")


def terms(sheet: Sheet, address: Address) -> None:
    """Glossary: every term in one sentence."""
    rows = "".join(
        f'<tr><td><a href="{html.escape(address(term.where))}"><b>{html.escape(term.name)}</b></a></td><td><i>{html.escape(term.symbol)}</i></td>'
        f"<td>{html.escape(term.means)}</td></tr>"
        for term in glossary.terms()
    )
    heads = "".join(f"<th>{html.escape(head)}</th>" for head in (tr("term"), tr("sign"), tr("what it means")))
    sheet.add(f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>")


TITLES = {
    "start": marked("Type, and watch a network read"),
    "watch": marked("Type, and watch every gate of a trained network"),
    "compare": marked("One text, every cell of the family"),
    "memory": marked("Why the simple RNN forgets"),
    "learn": marked("Train it before your eyes"),
    "claims": marked("What papers claim, and what came out here"),
    "questions": marked("Questions that students ask"),
    "glossary": marked("Glossary"),
}
SHEETS: dict[str, Callable[[Sheet, Address], None]] = {
    "start": start,
    "watch": watch,
    "compare": compare,
    "memory": memory,
    "learn": learn,
    "claims": claimed,
    "questions": asking,
    "glossary": terms,
}
"""A page's file -> what fills it; lessons are filled by `lesson`."""
