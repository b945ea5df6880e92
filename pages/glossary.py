"""Glossary: every term that the pages use, in one sentence, with the page that explains it."""

import streamlit as st

from gatelab import ui
from gatelab.languages import tr

st.title(tr("Glossary"))
st.markdown(tr("On every page these words have a dotted line where they first occur: point at one, or tap it, and read its sentence there."))

ui.all_terms()
