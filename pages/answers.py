"""Lesson: one answer at the end, or one answer per step. Its text is lessons/answers.md."""

from gatelab import ui

ui.chapter("answers")
