"""A class: students follow the page of a teacher, and answer what the teacher asks. What is shared by one class is its *room*.

A room is in memory alone: nothing of it is written to a disk or a log, and it ends ten minutes after its teacher has left.
"""
