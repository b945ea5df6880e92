"""What `streamlit run app.py` starts: the Streamlit app and the live lane, in one process."""

from pathlib import Path

import streamlit as st

import gatelab
from gatelab import lessons
from gatelab.classroom.routes import CLASS, SHORT
from gatelab.live.routes import served
from gatelab.live.server import lifespan
from gatelab.live.serving import middleware
from gatelab.standalone.route import PAGES

shell = Path(gatelab.__file__).with_name("shell.py")
base = st.get_option("server.baseUrlPath")
app = st.App(shell, routes=served(base, (*PAGES, *CLASS), (SHORT,)), middleware=middleware(base), lifespan=lifespan)

lessons.warn()  # names the lessons of one's own that are left out
