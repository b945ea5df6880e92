"""What `streamlit run app.py` starts: the Streamlit app and the live lane, in one process."""

import streamlit as st

from gatelab.live.server import MIDDLEWARE, lifespan
from gatelab.live.routes import ROUTES

app = st.App("gatelab/shell.py", routes=ROUTES, middleware=MIDDLEWARE, lifespan=lifespan)
