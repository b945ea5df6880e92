"""In class: the page where a teacher starts a class and a student joins one."""

import streamlit as st

from gatelab import ui

st.title("In class")

ui.in_class(st.query_params.get("code"))
