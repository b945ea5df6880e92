"""Compare: one text, read by several cells at once."""

import streamlit as st

from gatelab import ui
from gatelab.live import start
from gatelab.live.component import comparison

st.title("One text, every cell of the family")

opening, notes = start.read_compare(st.query_params)
ui.notes(notes)
comparison(opening)

st.header("Which is faster?")
st.markdown(
    """
A GRU has three blocks of weights where an LSTM has four, so it is often called the faster one. Whether it is depends on the code that runs it
as much as on the arithmetic. Measure it here, on the machine that serves this page.
"""
)
ui.time_trial(opening.models)
