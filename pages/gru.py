"""Lesson: the GRU, and what lies between it and the LSTM, one change at a time. Its text is lessons/gru.md."""

from gatelab import ui

ui.chapter("gru")
