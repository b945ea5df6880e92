"""Lesson: backpropagation through time, and what is done about its length. Its text is lessons/how-it-learns.md."""

from gatelab import ui

ui.chapter("how-it-learns")
