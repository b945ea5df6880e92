"""What `streamlit run app.py` starts: the Streamlit app and the live lane, in one process."""

from pathlib import Path

import streamlit as st

import gatelab
from gatelab import lessons
from gatelab.classroom.routes import CLASS, SHORT
from gatelab.live.routes import served
from gatelab.live.server import MIDDLEWARE, lifespan
from gatelab.standalone.route import PAGES

shell = Path(gatelab.__file__).with_name("shell.py")
app = st.App(shell, routes=served(st.get_option("server.baseUrlPath"), (*PAGES, *CLASS), (SHORT,)), middleware=MIDDLEWARE, lifespan=lifespan)

lessons.warn()  # names the lessons of one's own that are left out
