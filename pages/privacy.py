"""Privacy: what is sent, what is kept and for how long, so that a school can file it."""

import streamlit as st

from gatelab import ui
from gatelab.languages import tr

st.title(tr("Privacy"))

ui.text("privacy")
