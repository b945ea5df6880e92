"""Memory: how far back a network's last state reaches, and why that of the simple RNN does not."""

import streamlit as st

from gatelab import ui
from gatelab.live import start
from gatelab.live.component import forgetting

st.title("Why the simple RNN forgets")

opening, notes = start.read_compare(st.query_params)
ui.notes(notes)
forgetting(opening)
