"""Page furniture: what stands around every page, and the panels that Streamlit draws."""

from pathlib import Path

import streamlit as st

LOGO = Path(__file__).parent / "logo.svg"


def furnish():
    """Title, logo and margins, the same on every page."""
    st.set_page_config(page_title="GateLab", page_icon=str(LOGO), layout="wide")
    st.logo(str(LOGO), size="large")
    st.html(
        """<style>
        .stMainBlockContainer { padding: 4.2rem clamp(1rem, 3vw, 3.5rem) 3rem; max-width: 2200px; }
        .stMainBlockContainer h1 { padding: 0 0 0.6rem; font-size: clamp(1.4rem, 2.2vw, 2.1rem); }
        </style>"""
    )
