"""Watch: type a sentence, and see at every key what each gate of a trained network does with it."""

import streamlit as st

from gatelab import ui
from gatelab.live import start
from gatelab.live.component import stage

st.title("Type, and watch every gate of a trained network")

opening, notes = start.read(st.query_params)
for note in notes:
    st.info(note)


@st.fragment
def watch():
    explored = stage(opening)
    if explored:
        ui.explore(explored)


watch()
