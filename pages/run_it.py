"""Run it for your class: on a laptop, in a container or for a whole school."""

import streamlit as st

from gatelab import ui
from gatelab.languages import tr

st.title(tr("Run it for your class"))

ui.text("run-it")
