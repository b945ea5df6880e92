"""Lesson: the LSTM in four steps. Its text is lessons/lstm.md."""

from gatelab import ui

ui.chapter("lstm")
