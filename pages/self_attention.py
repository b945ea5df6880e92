"""Lesson: every head of every layer of a small transformer. Its text is lessons/self-attention.md."""

from gatelab import ui

ui.chapter("self-attention")
