"""Attention: type a source, and see at every key where each step of the decoder looks."""

import streamlit as st

from gatelab.live import start
from gatelab.live.component import attention

opening, notes = start.read_attention(st.query_params, "attention")
attention(opening)
