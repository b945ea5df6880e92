"""What stands around every page: logo, margins; sentences about a link; the theme of a figure."""

import html
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import streamlit as st

from gatelab.languages import marked, tr
from gatelab.live.languages import loading
from gatelab.ui import languages

LOGO = Path(__file__).parents[1] / "logo.svg"

MENU = f'<script>{loading()}.then((load) => ["menu.js", "unreached.js", "glossary.js", "classroom/bar.js"].forEach((name) => {{ try {{ load(name); }} catch (error) {{ reportError(error); }} }}))</script>'
"""Closes the menu of a narrow screen when a page was chosen; says when the server is not reached; explains the terms of the glossary where they stand; shows the bar of a class."""

INVERTED = '<style>@media print { [data-testid="stHtml"] img { filter: invert(1) hue-rotate(180deg); } }</style>'
"""Pictures that are drawn for the dark theme are turned round on paper."""

ABOUT = marked("**GateLab** shows what recurrent networks compute while you type.")
"""Streamlit shows its menu, and in it the choice of a light or dark theme, where the app itself has something to put there."""


def set_up_page() -> None:
    """Logo, menu and margins, the same on every page."""
    st.set_page_config(page_icon=str(LOGO), layout="wide", menu_items={"About": tr(ABOUT)})
    st.logo(str(LOGO), size="large")
    st.html(
        """<style>
        .stMainBlockContainer { padding: 3.9rem clamp(1rem, 3vw, 3.5rem) 3rem; max-width: 2200px; }
        .stMainBlockContainer h1 { padding: 0 0 0.4rem; font-size: clamp(1.3rem, 1.9vw, 1.9rem); }
        .stMainBlockContainer h2 { font-size: clamp(1.2rem, 1.6vw, 1.6rem); }
        .stMainBlockContainer h3 { font-size: clamp(1.1rem, 1.3vw, 1.3rem); }
        /* Streamlit's own are too faint to read: 0.6, and white on the dark theme's primary color */
        .stMainBlockContainer [data-testid="stCaptionContainer"] { opacity: 0.78; }
        .stApp button[kind="primary"] { color: light-dark(#ffffff, #0f131a); }
        /* The focus can always be seen: never in a closed sidebar, never behind the bar */
        .stApp :is(a, button, main, canvas):focus-visible { outline: 2.5px solid light-dark(#1f6f80, #49a894); outline-offset: -2.5px; }
        [data-testid="stSidebar"][data-collapsed="true"] { visibility: hidden; }
        .stMain { scroll-padding-top: 3.75rem; } /* the bar at the top covers that much */
        .stMain :is(h1, h2, h3) { scroll-margin-top: 0.5rem; }
        /* A formula has room for what stands out of its lines, and a long one breaks where it may: none scrolls */
        .stMainBlockContainer .katex-display { padding: 0.25rem 0.2rem; margin: 0.75rem 0; }
        .stMainBlockContainer .katex-display > .katex { white-space: normal; }
        .stMainBlockContainer .katex-display .base { margin: 0.15rem 0; }
        /* A table that is wider than the screen scrolls in a box of its own; one of six columns fits a phone */
        [data-testid="stMarkdownContainer"]:has(> table) { overflow-x: auto; }
        @media (max-width: 640px) { [data-testid="stMarkdownContainer"] :is(td, th) { padding: 0.4rem 0.4rem; } [data-testid="stMarkdownContainer"] th { overflow-wrap: anywhere; } [data-testid="stMarkdownContainer"] table:has(th:nth-child(6)) :is(td, th) { padding: 0.3rem 0.2rem; font-size: 0.8rem; } [data-testid="stMarkdownContainer"] table:has(th:nth-child(6)) th { overflow-wrap: break-word; font-size: 0.72rem; } }
        [class*="st-key-reading-"] :is(td, th, p, li, td code, p code, li code) { overflow-wrap: break-word; white-space: normal; }
        @media (max-width: 640px) { [class*="st-key-reading-"] :is(td code, p code, li code, a) { overflow-wrap: anywhere; } [class*="st-key-reading-"] :is(td, th) { padding: 0.4rem 0.3rem; } }
        /* A long link has more lines where the screen is narrow */
        [data-testid="stPageLink"] :is(a, span, p) { white-space: normal; overflow: visible; height: auto; }
        /* The cards of the first page */
        .st-key-ways h2 { font-size: 1.25rem; padding: 0.8rem 0 0; }
        [class*="st-key-ways-"] { display: grid; grid-template-columns: repeat(auto-fill, minmax(max(15rem, 30%), 1fr)); gap: 0.8rem; }
        [class*="st-key-card-"] { gap: 0.4rem; }
        [class*="st-key-card-"] img { display: block; width: 100%; height: 4.5rem; }
        [class*="st-key-card-"] a { padding-left: 0; }
        [class*="st-key-card-"] a p { font-size: 1.05rem; font-weight: 650; text-decoration: underline; text-underline-offset: 0.2em; }
        .st-key-onward { justify-content: space-between; margin-top: 1.2rem; padding-top: 0.6rem; border-top: 1px solid light-dark(#dcd6c8, #2c3442); }
        /* The list of languages stands in the bar, which leaves it room; beside it scripts, and nothing to see */
        .st-key-menu { position: fixed; top: 0; inset-inline-end: 3.5rem; height: 3.75rem; width: auto; z-index: 999991; flex-direction: row; align-items: center; gap: 0.7rem; }
        .st-key-menu [data-testid="stElementContainer"] { width: auto; }
        .st-key-menu [data-testid="stElementContainer"]:not(:has(.gatelab-languages, .gatelab-start)) { display: none; }
        /* "Start a class" stands there too; on a narrower screen it stands with the controls of a stage, see static/classroom/startbutton.js */
        .gatelab-start { font: inherit; font-size: 0.875rem; color: inherit; background: transparent; border: 1px solid light-dark(#dcd6c8, #2c3442); border-radius: 0.5rem; padding: 0.25rem 0.7rem; max-width: 10.5rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; cursor: pointer; }
        .gatelab-start:hover { border-color: light-dark(#1f6f80, #49a894); }
        .gatelab-languages select { font: inherit; font-size: 0.875rem; color: inherit; background: transparent; border: 1px solid light-dark(#dcd6c8, #2c3442); border-radius: 0.5rem; padding: 0.25rem 0.4rem; max-width: 8rem; }
        .gatelab-languages option { color: initial; }
        [data-testid="stHeader"] [data-testid="stMainMenu"] { margin-inline-start: 8rem; }
        @media (min-width: 1200px) { html:not([data-gatelab-member]) [data-testid="stHeader"] [data-testid="stMainMenu"] { margin-inline-start: 19rem; } }
        @media (max-width: 1199.9px) { .st-key-menu [data-testid="stElementContainer"]:has(.gatelab-start) { display: none; } }
        html[data-gatelab-member] .st-key-menu [data-testid="stElementContainer"]:has(.gatelab-start) { display: none; }
        .gatelab-unreached { position: fixed; inset: auto 0 var(--gatelab-class, 0px); z-index: 999980; margin: 0; padding: 0.45rem clamp(1rem, 3vw, 3.5rem); font-size: 0.95rem; font-weight: 600; color: light-dark(#a8320c, #ffb86b); background: light-dark(#f5f2ea, #171c26); border-top: 1px solid light-dark(#dcd6c8, #2c3442); }
        .gatelab-unreached:empty, html[data-gatelab-member] .gatelab-unreached { display: none; } /* the bar of a class says it itself */
        [data-testid="stConnectionStatus"] { display: none; } /* so this line says, in the visitor's language */
        /* What a link to a stage hides around it: hide=nav, hide=page */
        html[data-gatelab-hide~="nav"] :is([data-testid="stHeader"], [data-testid="stSidebar"], .st-key-menu, .st-key-onward) { display: none; }
        html[data-gatelab-hide~="nav"] .stMainBlockContainer { padding-top: 0.6rem; }
        .streamlit-embedded :is([data-testid="stHeader"], [data-testid="stSidebar"], .st-key-menu, .st-key-onward) { display: none; } /* embed=true: a page without a stage, too */
        .streamlit-embedded .stMainBlockContainer { padding-top: 0.6rem; }
        html[data-gatelab-hide~="page"] .stMainBlockContainer :is([data-testid="stElementContainer"], [data-testid="stColumn"], [data-testid="stLayoutWrapper"], [data-testid="stExpander"]):not(:has(.stBidiComponent), .stBidiComponent *),
        html[data-gatelab-hide~="page"] .stColumn:not(:has([class*="-stage"])) { display: none; }
        /* On paper: the page flows, in light colors, without what one can press; a stage lays itself out anew (static/printing.js) */
        @page { margin: 12mm; }
        @media print {
          html, body, #root, .stApp, [data-testid="stAppViewContainer"], [data-testid="stMain"], .stMain, .stMainBlockContainer, .stApp > div, [data-testid="stBottomBlockContainer"] { position: static !important; display: block !important; height: auto !important; min-height: 0 !important; overflow: visible !important; background: #fff !important; color: #000 !important; color-scheme: light !important; }
          .stMainBlockContainer { padding: 0; max-width: none; width: auto; }
          .stMainBlockContainer :not(svg, svg *, .stBidiComponent, .stBidiComponent *) { color: #000 !important; background-color: transparent !important; border-color: #b8b8b8 !important; }
          .js-plotly-plot text { fill: #000 !important; }
          .stMainBlockContainer :is([data-testid="stHorizontalBlock"], [data-testid="stVerticalBlock"], [data-testid="stVerticalBlockBorderWrapper"], .stColumn, [data-testid="stLayoutWrapper"], [data-testid="stElementContainer"]) { display: block; width: auto !important; max-width: 100%; height: auto !important; max-height: none !important; overflow: visible !important; position: static !important; }
          :is([data-testid="stHeader"], [data-testid="stSidebar"], [data-testid="stToolbar"], [data-testid="stStatusWidget"], [data-testid="stDecoration"], .gatelab-languages, .gatelab-unreached, .st-key-onward, .st-key-questions-here, [data-testid="stPageLink"], .stButton, .stDownloadButton, .stSelectbox, .stButtonGroup, .stRadio, .stSlider, .stCheckbox, .stTextInput, .stNumberInput, .stToast, .modebar), .stExpander details:not([open]) { display: none !important; }
          h1, h2, h3 { break-after: avoid; }
          p, li, tr, .katex-display, .stPlotlyChart { break-inside: avoid; }
        }
        </style>"""
    )
    with st.container(key="menu"):
        st.html(MENU, unsafe_allow_javascript=True)
        if color_theme() == "dark":
            st.html(INVERTED)
        start_a_class()
        languages.choice()


def start_a_class() -> None:
    """The button by which a teacher starts a class on any page; `static/classroom/startbutton.js` answers to it."""
    title = html.escape(tr("Students open a code on their phones and see what you show"))
    st.html(f'<button type="button" class="gatelab-start" title="{title}">{html.escape(tr("Start a class"))}</button>')


def notes(lines: Iterable[str]) -> None:
    """Sentences that may quote a visitor's text, so they are shown as they are, never as Markdown."""
    if lines:
        st.info(tr("Some of this link could not be followed."))
        st.text("\n".join(lines))


def color_theme() -> str:
    """The theme that the visitor sees, "light" or "dark"."""
    return "dark" if st.context.theme.type == "dark" else "light"


def figure_settings(name: str) -> dict[str, Any]:
    """The settings of a figure whose button saves it under a name."""
    return {"displaylogo": False, "toImageButtonOptions": {"format": "png", "scale": 2, "filename": name}}
