"""The navigation script: which page is asked for, and what stands around it."""

import streamlit as st

from gatelab import ui

ui.take_up()  # the visitor's language, before any word
ui.set_up_page()
page = st.navigation(ui.navigation(), position="top")
place = ui.here(page)
ui.visit(place.path)
st.set_page_config(page_title=f"{place.called} · GateLab")
page.run()
ui.questions_here(place.path)
ui.onward(place)
