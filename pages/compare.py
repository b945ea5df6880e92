"""Compare: one text, read by several cells at once."""

import streamlit as st

from gatelab import ui
from gatelab.live.component import compare

st.title("One text, every cell of the family")

opening, notes = ui.opening("compare")
ui.notes(notes)
compare(opening)

with st.expander("How to read this page"):
    st.markdown(
        """
All models read the same text at the same time, one step after another from left to right; the framed column is the step that you look at
everywhere at once. Move it with the arrows, the slider, or a click anywhere.

**Lines.** One line a model, each with its own color, dashes and sign, and the same as long as it is on the page. What is drawn depends on the task.
For prose it is the surprise at the character that really came next, −ln *p*, in nats: 0 where the model was certain of it, 0.7 where it gave it one
half, 2.3 where it gave it a tenth. For the tasks with an answer it is the probability of one answer, or the number, *if the text ended here*: after
the last step it is the model's answer to the whole text.

**Apart by.** How far the two models that differ most are from each other: half the sum of |*p* − *q*| over all answers. It is 0 where both give every answer the same
probability, and 1 where each gives probability 0 to all that the other thinks possible. Two models can be apart and still name the same answer first. For
sums it is the difference.

**Bands.** One band a model: on top what it says after each step, under it one of its gates or states, all units (rows) over all steps. The strip above
the rows is one unit alone; click a row, or type its number, to see another one. *Unit 5 of one model has nothing to do with unit 5 of another*: each was
trained from its own random beginning, and only what a model says can be set side by side. Where a cell has no such gate its band says so; **All gates** shows
everything that a cell computes.

**Hold a value.** Set what the gates of one role let through, in all models at once: how much of the memory is kept, of the candidate written, of the old state
seen by the candidate, of the memory shown. Each cell has its own gate for it: a GRU's update gate *z* keeps, and 1 − *z* writes. All that follows is computed from
what is held; thin dashed lines are what the models say where nothing is held, and held entries are hatched. Does a network whose memory is never cleared
still know the letter at the end of a long text?

**Sizes.** V is the number of tokens, D the width of what a cell reads at a step, H the number of its units, O the number of answers. Each block of a
cell has H rows of D + H weights and two biases (PyTorch keeps two): four blocks in an LSTM, three in a GRU and in the coupled LSTM, one in the simple RNN; each of the
three peepholes is H more.

**Equal units or equal parameters?** With equal units, an LSTM learns four times as many numbers in its recurrent layer as a simple RNN, so that it may win by size
alone. With equal parameters each of the others has as many units as it takes to learn about as many numbers as the LSTM. No comparison is fair in every respect, so
where both were trained, both are here.
"""
    )

st.header("Which is faster?")
st.markdown(
    """
A GRU has three blocks of weights where an LSTM has four, so it is often called the faster one. Whether it is depends on the code that runs it
as much as on the arithmetic. Measure it here, on the machine that serves this page.
"""
)
ui.time_trial(opening.models)
