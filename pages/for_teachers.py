"""For teachers: how a class works in GateLab, and a plan for 45 minutes."""

import streamlit as st

from gatelab import ui
from gatelab.languages import tr

st.title(tr("For teachers"))

ui.text("for-teachers")
