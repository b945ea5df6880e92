"""Watch: type a sentence, and see at every key what each gate of a trained network does with it."""

import streamlit as st

from gatelab import ui
from gatelab.languages import tr
from gatelab.live.component import watch

st.title(tr("Type, and watch every gate of a trained network"))

opening, notes = ui.opening("watch")
ui.notes(notes)


@ui.fragment
def stage():
    explored = watch(opening)
    if explored:
        ui.explore(explored)


stage()
ui.left_out()

ui.how_to_read("watch")
