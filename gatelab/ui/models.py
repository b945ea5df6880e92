"""What a page says of one's own models: which files are left out, and why."""

import streamlit as st

from gatelab import zoo
from gatelab.languages import plural


def left_out() -> None:
    """A sentence for each file of the models' folders that cannot be shown, shown as it is, never as Markdown; nothing where there is none."""
    if sentences := zoo.left_out():
        with st.expander(plural("Left out of the models: {count} file", "Left out of the models: {count} files", len(sentences))):
            st.text("\n".join(f"{sentence}." for sentence in sentences))
