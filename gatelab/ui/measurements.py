"""What was measured, as a page shows it: scores from cards, curves over seeds, claims beside their figures, sizes by formula."""

from collections.abc import Sequence
from contextlib import nullcontext

import streamlit as st

from gatelab import figures, findings, results, tables, zoo
from gatelab.claims import Claim
from gatelab.languages import marked, tr
from gatelab.ui.languages import fragment
from gatelab.ui.layout import color_theme, figure_settings


def lengths(names: Sequence[str], alt: str) -> None:
    """How well models do against the length of the source, as measured on text that they never saw."""
    st.plotly_chart(
        figures.lengths([zoo.card(name) for name in names], color_theme()),
        theme=None,
        key=f"lengths {','.join(names)}",
        config=figure_settings("lengths"),
        alt=alt,
    )


def scores(names: Sequence[str]) -> None:
    """The measured scores of models, as they stand in their cards."""
    table = tables.scores(names)
    columns = {what: list(values) for what, values in zip(table.head, zip(*table.rows))}
    st.dataframe(columns | {tr("trained in minutes"): [zoo.card(name)["training_minutes"] for name in names]}, hide_index=True)


SIZES = {"hidden": marked("the same number of units"), "parameters": marked("as many parameters as the LSTM")}


@fragment
def measured(task: str) -> None:
    """What was measured of a task over several seeds: the figure, how it was made, and what is to be seen in it."""
    stored = results.results(task)
    size, *others = results.sizes(stored)
    if others:
        size = st.segmented_control(
            tr("All cells with"), [size, *others], format_func=lambda known: tr(SIZES[known]), default=size, required=True, key=f"size {task}"
        )
    st.markdown(f"**{tr(stored['question'])}**")
    st.plotly_chart(
        figures.curve(stored, color_theme(), size),
        theme=None,
        key=f"curve {task}",
        config=figure_settings(f"{task}-{size}"),
        alt=findings.against(stored),
    )
    st.caption(findings.conditions(stored, size))
    st.markdown("\n".join(f"- {sentence}" for sentence in findings.sentences(stored, size)))
    st.code(stored["command"], language=None, wrap_lines=True)


VERDICTS = {"all": ("green", ":material/check:"), "some": ("orange", ":material/contrast:"), "none": ("red", ":material/close:")}


def _badge(held, text):
    color, icon = VERDICTS["all" if all(held) else "some" if any(held) else "none"]
    return f":{color}-badge[{icon} {text}]"


def verdicts(found: Sequence[Claim]) -> None:
    """All claims in one table, each with its verdict.

    Args:
        found: `gatelab.claims.Claim`s.
    """
    rows = [f"| [{claim.said}](#{claim.key}) :gray[{claim.by}] | {_badge(claim.held, claim.verdict)} |" for claim in found]
    st.markdown("\n".join([f"| {tr('claim')} | {tr('measured here')} |", "| --- | --- |", *rows]))


def claim(found: Claim) -> None:
    """One claim: what was said and by whom, what was measured, every seed, and what decides it."""
    with st.container(border=True):
        st.subheader(found.said, anchor=found.key)
        st.markdown(_badge(found.held, found.verdict))
        st.caption(found.source)
        words, numbers = st.columns([5, 4], gap="medium")
        with words:
            st.markdown(found.measured)
            st.markdown("\n\n".join(f"{_badge(check.held, _share(check.held, tr(found.among)))} {check.what}" for check in found.checks))
            for note in found.notes:
                st.markdown(note)
        with numbers:
            for table in found.tables:
                st.caption(findings.capital(table.title))
                st.markdown(_rows(table))
        with st.expander(tr("The {count} commands", count=len(found.commands))) if len(found.commands) > 1 else nullcontext():
            st.code("\n".join(found.commands), language=None, wrap_lines=True)


def _share(held, among):
    return findings.share(held, among)


def _rows(table, words=1):
    """A table in Markdown: so many columns of words, then numbers."""
    lines = [table.head, (*["---"] * words, *["---:"] * (len(table.head) - words)), *table.rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def parameters(names: Sequence[str]) -> None:
    """What the recurrent layer of each model has to learn, by its formula: a table."""
    table = tables.parameters(names)
    st.markdown(_rows(table, words=2))
    st.caption(table.title)
