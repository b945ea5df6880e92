"""The live lane: what stands between a key and the picture. Routes, the Streamlit component, and the stage's JavaScript."""
