"""Memory: how far back a network's last state reaches, and why that of the simple RNN does not. Its text is notes/memory.md."""

from gatelab import ui

ui.lesson(ui.text_of("memory"))
