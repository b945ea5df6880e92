"""What `streamlit run app.py` starts: the Streamlit app and the live lane, in one process."""

from pathlib import Path

import streamlit as st

import gatelab
from gatelab.live.routes import served
from gatelab.live.server import MIDDLEWARE, lifespan

shell = Path(gatelab.__file__).with_name("shell.py")
app = st.App(shell, routes=served(st.get_option("server.baseUrlPath")), middleware=MIDDLEWARE, lifespan=lifespan)
