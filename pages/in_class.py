"""In class: the page where a teacher starts a class and a student joins one."""

import streamlit as st

from gatelab import ui
from gatelab.languages import tr

st.title(tr("In class"))

ui.in_class(st.query_params.get("code"))
