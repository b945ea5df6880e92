"""The page of all terms."""

import streamlit as st

from gatelab import glossary
from gatelab.languages import tr


def all_terms() -> None:
    """Every term with its sign, its sentence and where it is explained, in the order of the alphabet."""
    rows = [f"| {tr('term')} | {tr('sign')} | {tr('what it means')} |", "|---|---|---|"]
    for term in glossary.terms():
        rows.append(f"| [**{term.name}**]({term.where}) | {f'*{term.symbol}*' if term.symbol else ''} | {term.means} |")
    with st.container(key="terms"):
        st.markdown("\n".join(rows))
