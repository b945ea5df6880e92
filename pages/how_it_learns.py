"""Lesson: how it learns."""

import streamlit as st

from gatelab import ui

st.title("How it learns")

with ui.lesson(("sentiment-lstm", "sentiment-gru", "sentiment-rnn"), page="how-it-learns", back="on", right="negative", wire="d.c-"):
    ui.prose("x")
    ui.ask("gradient")
    ui.ask("along:f")
