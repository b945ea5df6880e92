"""The navigation script: which pages there are, and what stands around each of them."""

from pathlib import Path

import streamlit as st

from gatelab import ui

PAGES = Path(__file__).resolve().parents[1] / "pages"

ui.furnish()
page = st.navigation(
    [
        st.Page(PAGES / "watch.py", title="Watch", url_path="start", default=True),  # a default page answers at / alone,
        st.Page(PAGES / "watch.py", title="Watch", url_path="watch", visibility="hidden"),  # so its name gets a page too
        st.Page(PAGES / "simple_rnn.py", title="Simple RNN", url_path="simple-rnn"),
        st.Page(PAGES / "lstm.py", title="LSTM", url_path="lstm"),
        st.Page(PAGES / "gru.py", title="GRU", url_path="gru"),
        st.Page(PAGES / "answers.py", title="One answer or many", url_path="answers"),
        st.Page(PAGES / "compare.py", title="Compare", url_path="compare"),
        st.Page(PAGES / "memory.py", title="Memory", url_path="memory"),
        st.Page(PAGES / "claims.py", title="Claims", url_path="claims"),
        st.Page(PAGES / "attention.py", title="Attention", url_path="attention"),
        st.Page(PAGES / "self_attention.py", title="Self-attention", url_path="self-attention"),
        st.Page(PAGES / "questions.py", title="Questions", url_path="questions"),
        st.Page(PAGES / "glossary.py", title="Glossary", url_path="glossary"),
    ],
    position="top",
)
page.run()
ui.here(page.url_path or "watch")
