"""Claims: what papers say of these cells, and what this code measures, each with its command."""

import streamlit as st

from gatelab import ui
from gatelab.claims import claims
from gatelab.languages import tr

st.title(tr("What papers claim, and what came out here"))
st.markdown(
    tr(
        """
Much of what is taught about recurrent cells goes back to a few papers. Here are some of their claims in our own words, and beside each what the code of
this project measured: small models, trained on an ordinary processor, **every seed that was run** and not only the best. Where
a claim comes without a number, the rule that decides it is ours, and stands there. A claim that does not hold here is not refuted: the
models, the data and the training differ. The command beside each claim repeats the measurement.
"""
    )
)

found = claims()
ui.verdicts(found)
for one in found:
    ui.claim(one)
