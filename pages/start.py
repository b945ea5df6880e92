"""Start: a sentence, what a network does while it reads it, and the way through the app."""

import streamlit as st

from gatelab import ui
from gatelab.languages import tr
from gatelab.live import first
from gatelab.live.component import start

if first.means_watch(st.query_params):  # a link that was copied when Watch stood here
    st.switch_page(ui.script("watch"), query_params=dict(st.query_params))

st.title(tr("Type, and watch a network read"))
st.markdown(tr("The network reads a review word by word, and says after each word how positive it is so far."))

opening, notes = ui.opening("start", models=(first.MODEL,), text=first.PROMPTS[0][0])
ui.notes(notes)
start(opening)
ui.cards()
st.caption(tr("The menu ⋮ at the top right changes the theme of all pages."))
ui.links()
