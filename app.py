"""What `streamlit run app.py` starts: the Streamlit app and the live lane, in one process."""

import streamlit as st

from gatelab import lessons
from gatelab.live.routes import served
from gatelab.live.server import MIDDLEWARE, lifespan
from gatelab.standalone.route import PAGES

app = st.App("gatelab/shell.py", routes=served(st.get_option("server.baseUrlPath"), PAGES), middleware=MIDDLEWARE, lifespan=lifespan)

lessons.warn()  # names the lessons of one's own that are left out
