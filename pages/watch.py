"""Watch: type a sentence, and see at every key what each gate of a trained network does with it."""

import streamlit as st

from gatelab import ui
from gatelab.live.component import watch

st.title("Type, and watch every gate of a trained network")

opening, notes = ui.opening("watch")
ui.notes(notes)


@st.fragment
def stage():
    explored = watch(opening)
    if explored:
        ui.explore(explored)


stage()

with st.expander("How to read this page"):
    st.markdown(
        """
The network reads your text one character at a time; each character is one step, from left to right. After each step it holds
a probability for every character that could come next: the three likeliest stand under each character, the fainter the less
likely. It was trained on one text only, so it knows that text's spelling and habits, and nothing of the world.

**Colors.** The further a value is from 0, the more its color stands out from the page. Near 0 it can hardly be seen: point at it
to read the number. The range of each state was measured: at least 95 % of its values on text that the network never saw lie inside. What is
beyond has the last color.

**LSTM.** At each step the forget gate *f* says how much of the old memory stays: 1 keeps all of it, 0 throws it away. The
input gate *i* says how much of the candidate *g* is written: together they make the new memory, the cell state
*c*ₜ = *f*ₜ ⊙ *c*ₜ₋₁ + *i*ₜ ⊙ *g*ₜ. The output gate *o* says how much of it shows: *h*ₜ = *o*ₜ ⊙ tanh(*c*ₜ).

**Peephole LSTM.** The same cell, but its gates also look at the memory: to the sums of *f* and *i* each unit adds its
own old *c*ₜ₋₁ times a learned weight, to that of *o* its new *c*ₜ times another. In the plain LSTM no gate sees *c*
itself, only what the output gate lets out of it. Each unit sees its own memory alone: one weight a gate and unit, no
matrix.

**Coupled LSTM.** An LSTM with one gate less: *i* = 1 − *f*, so it writes just as much as it forgets, and needs no
weights for *i*. Its memory is a weighted mean of what it was and of the candidate, so *c* stays between −1 and 1:
unlike the cells above, it cannot count up without end.

**GRU.** One state and no separate memory: *h*ₜ = *z*ₜ ⊙ *h*ₜ₋₁ + (1 − *z*ₜ) ⊙ *n*ₜ. The update gate *z* keeps the
old state where it is 1 (this is PyTorch's convention; many texts have it the other way round), and the reset gate *r* says how
much of the old state the candidate *n* may see.

**RNN.** One state, made anew at every step from the character and the state before: no gate protects anything.

**A few units.** Each of the network's units is one row in every map. Most of them are hard to read, and that is the truth about such networks.
The few that stand there at first can be read: each was the best of all units at telling one thing of the text, on one half of a text that the network
never saw, and the number beside its name comes from the other half. *AUC*: how often the value is larger where the thing is so than where it is
not (1: always, 0.5: chance). *Spearman*: how well the value rises with a count (1: always, 0: not at all). A name is in bold in the map of the value
that was measured. *All units* shows the others.

**Begin with.** Before its first character the network remembers nothing: *h* and *c* begin with zeros. Under *Hold a value* it can begin with the state in
which the text ends that stands here, and goes on reading from there, as `nn.LSTM(x, (h, c))` does. That state is the one in which nothing is held.

**Against another text.** A second text, read by the same network, stands under the first, step by step. Up to where the two part everything is the same;
after that the curves show how far the states are apart: the Euclidean distance of the two vectors *h*, and of the two *c*. One letter can throw the
states far apart for a moment, and be forgotten some steps later. Click a letter of the second text to type another in its place.

**Which unit matters here?** Each unit is held at 0 at every step, one after the other, and each character is left out: what changes the probability
of the likeliest next character most stands first. What matters for one character of one text need not matter elsewhere.

**Which unit follows this?** Mark characters on the text, and all units are ranked by how well one of their values tells marked from unmarked steps.
With hundreds of values some fit a short text by chance, so try the unit on another text.
"""
    )
