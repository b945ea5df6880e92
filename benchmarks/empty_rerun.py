"""The least that a fragment rerun of Streamlit can do: a text box sends its length and gets it back, nothing is drawn.

`keystroke.py` serves this page with GateLab's own settings and types into it.
"""

import streamlit as st

_JS = """
export default function ({ parentElement, data, setStateValue }) {
  const box = parentElement.querySelector("textarea");
  box.oninput = () => setStateValue("length", box.value.length);
  requestAnimationFrame(() => {
    const detail = { model: "empty rerun", text: box.value.slice(0, data.length) };
    window.dispatchEvent(new CustomEvent("gatelab:painted", { detail }));
  });
}
"""

_echo = st.components.v2.component("benchmark.echo", html="<textarea></textarea>", js=_JS)


@st.fragment
def rerun():
    length = st.session_state.get("echo", {}).get("length", 0)
    _echo(key="echo", data={"length": length}, default={"length": 0}, on_length_change=lambda: None)


rerun()
