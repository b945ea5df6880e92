"""Lesson: every output of a network that translates chooses where to look. Its text is lessons/attention.md."""

from gatelab import ui

ui.chapter("attention")
