"""Lesson: a simple RNN, one state and one equation, and where it forgets. Its text is lessons/simple-rnn.md."""

from gatelab import ui

ui.chapter("simple-rnn")
