"""Learn: networks learn small tasks in the page, before the visitor's eyes."""

import streamlit as st

from gatelab.languages import tr
from gatelab.live.component import learn

st.title(tr("Train it before your eyes"))
st.markdown(
    tr("Press **Play**. The networks begin with random numbers, and learn from examples, here in this page. Everything below follows while they learn.")
)

learn(st.query_params)
