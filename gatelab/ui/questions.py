"""What students ask: the page of all questions, and at the foot of every page those that come up there."""

from functools import cache

import streamlit as st

from gatelab import facts, figures, findings, questions, results, shapes
from gatelab.folders import PAGES
from gatelab.languages import marked, tr, translated
from gatelab.live import component
from gatelab.ui.drawings import squashing
from gatelab.ui.layout import color_theme, figure_settings
from gatelab.ui.path import script

FOLDER = PAGES / "questions"


def groups() -> tuple[questions.Group, ...]:
    """All questions in the visitor's language, by group: files of the same names as the English ones, which stand in the place of those that it lacks."""
    return tuple(translated(f"questions/{path.name}", path, _group) for path in sorted(FOLDER.glob("*.md")))


@cache
def _group(path):
    english = questions.group(FOLDER / path.name)
    return questions.translated(english, questions.group(path)) if path.parent != FOLDER else english


def all_questions(asked: str | None) -> None:
    """The whole page: the search, the groups as links, and each question with its answer and what shows it.

    Args:
        asked: the id of the question to bring into sight, or None.
    """
    found = groups()
    known = {question.id for group in found for question in group.questions}
    st.html(
        """<style>
        :is([class*="st-key-question-"], [class*="st-key-group-"]) { max-width: 56rem; }
        [class*="st-key-question-"] { padding-bottom: 0.8rem; }
        [class*="st-key-question-"] h3 { font-size: 1.2rem; padding: 0.2rem 0 0; }
        [class*="st-key-question-"] h3 code { font-size: 0.95em; }
        [class*="st-key-question-"] .stCode :is(div, pre, code) { white-space: pre-wrap !important; overflow-wrap: anywhere; }
        [class*="st-key-group-"] h2 { font-size: 1.5rem; padding: 1rem 0 0.3rem; }
        </style>"""
    )
    component.search(
        [[(question.id, f"{question.asks} {question.answer}") for question in group.questions] for group in found], asked if asked in known else None
    )
    st.markdown(" · ".join(f"[{group.title}](#{_anchor(group)})" for group in found))
    for number, group in enumerate(found):
        with st.container(key=f"group-{number}"):
            st.header(group.title, anchor=_anchor(group))
        for question in group.questions:
            with st.container(key=f"question-{question.id}"):
                _question(question)


def _anchor(group):
    return group.title.lower().replace(" ", "-")


def _question(question):
    st.subheader(question.asks, anchor=question.id)
    st.markdown(facts.filled(question.answer))
    if question.figure:
        kind, _, rest = question.figure.partition(" ")
        squashing() if kind == "squashing" else _shapes(question.id, rest) if kind == "shapes" else _measured(kind)
    for see in question.see:
        st.page_link(script(see.page), label=see.label, query_params=see.fields, icon=":material/arrow_forward:")


def questions_here(address: str) -> None:
    """The questions that come up on a page, as links to their answers.

    Args:
        address: the page's, e.g. "lstm".
    """
    found = [question for group in groups() for question in group.questions if address in question.pages]
    if not found:
        return
    with st.container(key="questions-here"):
        st.caption(tr("Questions that come up here"))
        with st.container(horizontal=True):
            for question in found:
                st.page_link(script("questions"), label=question.asks, query_params={"ask": question.id})


def _shapes(of, key):
    component.shapes(shapes.view(key), key=f"shapes {of}")


def _measured(kind):
    """What was measured, as figures, and how."""
    if kind in results.tasks():
        stored = results.results(kind)
        size = results.sizes(stored)[-1]
        _figure(figures.curve(stored, color_theme(), size), findings.against(stored), kind)
        st.caption(findings.conditions(stored, size))
        return
    study = results.study(kind)
    for name, alt in STUDIES[kind].items():
        _figure(getattr(figures.studies, name)(study, color_theme()), tr(alt), name)
    st.caption(f"{tr(study['question'])} PyTorch {study['torch']}.")
    st.code(study["command"], language=None, wrap_lines=True)


STUDIES = {
    "forecast": {
        "forecast": marked("The end of a random walk and of a noisy wave, and what an LSTM foretold of each"),
        "lags": marked("How well the forecasts fit the series moved by 0 to 5 steps"),
    },
    "forget-bias": {"forget_bias": marked("The error after more and more training steps, with a forget bias of 0 and of 1")},
    "forcing": {
        "forcing": marked("How often all that follows a wrong digit is right, when the model reads its own writing and when it reads the right characters")
    },
}
"""A study -> its figures, each with what it shows."""


def _figure(figure, alt, key):
    st.plotly_chart(figure, theme=None, key=f"question {key}", config=figure_settings(key), alt=alt)
