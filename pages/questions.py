"""Questions: what students ask, each answered in a few sentences and shown on a stage or in a figure."""

import streamlit as st

from gatelab import ui
from gatelab.languages import tr

st.title(tr("Questions that students ask"))
st.markdown(tr("Each answer is short, and each leads to something that you can look at: a stage with a prepared text, or a figure made from stored results."))

ui.all_questions(st.query_params.get("ask"))
