"""Drawings that a text needs beside it, light enough to come with the page."""

import html
from base64 import b64encode

import streamlit as st

from gatelab import figures
from gatelab.languages import marked, tr
from gatelab.ui.layout import color_theme

SQUASHING = marked(
    "Two curves over the sums from −5 to 5: the sigmoid σ rises from 0 over one half to 1, tanh from −1 over 0 to 1; both are flat at their ends"
)


def squashing() -> None:
    """Sigmoid and tanh, as curves."""
    svg = b64encode(figures.squashing(color_theme()).encode()).decode()
    st.html(f'<img style="max-width: 27rem; width: 100%" alt="{html.escape(tr(SQUASHING))}" src="data:image/svg+xml;base64,{svg}">')
