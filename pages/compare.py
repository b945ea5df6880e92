"""Compare: one text, read by several cells at once."""

import streamlit as st

from gatelab import ui
from gatelab.languages import tr
from gatelab.live.component import compare

st.title(tr("One text, every cell of the family"))

opening, notes = ui.opening("compare")
ui.notes(notes)
compare(opening)

ui.how_to_read("compare")

st.header(tr("Which is faster?"))
st.markdown(
    tr(
        """
A GRU has three blocks of weights where an LSTM has four, so it is often called the faster one. Whether it is depends on the code that runs it
as much as on the arithmetic. Measure it here, on the machine that serves this page.
"""
    )
)
ui.time_trial(opening.models)
