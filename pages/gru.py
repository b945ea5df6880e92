"""Lesson: the GRU, and what lies between it and the LSTM, one change at a time."""

import streamlit as st

from gatelab import ui

MODELS = ("sentiment-gru", "sentiment-lstm", "sentiment-peephole", "sentiment-coupled", "sentiment-gru-cho")

MIXES = "The **update gate** $z$ mixes the old state and a candidate $n$, unit by unit."
KEEPS = "At $z = 1$ the old state passes untouched, at $z = 0$ the candidate takes its place."
TAKES = "At $z = 1$ the candidate takes the place of the old state, at $z = 0$ the old state passes untouched."
LOOK = "Look where this unit [keeps most](#look:cell=gru;step=most:z;stage=3), and where it [replaces most](#look:cell=gru;step=least:z;stage=3)."
WHICH_WAY = r"""Here, as in PyTorch and in Cho's paper, $z = 1$ keeps the old state. Chung and others (2014), and many lectures after
them, write $h_t = (1 - z_t)\,h_{t-1} + z_t\,n_t$: the same cell with the gate turned round. Check which one is meant before you read a figure,
or choose your course's letters under *Notation* on the stage: formulas and numbers follow."""
OTHER_WAY = r"""Here, as in Chung and others (2014), $z = 1$ takes the candidate. PyTorch, Keras and Cho's paper write
$h_t = z_t\,h_{t-1} + (1 - z_t)\,n_t$: the same cell with the gate turned round. Check which one is meant before you read a figure."""

st.title("The GRU and its relatives")

with ui.lesson(MODELS, page="gru"):
    ui.prose(
        r"""
An LSTM has three gates and two states. Does it need all of that? The *gated recurrent unit* (Cho and others 2014) does with two gates and
[one state](#look:cell=gru;stage=0): it has no memory apart from its hidden state $h$, and no output gate: the rest of the network sees all of its state.

## The update gate: keep or replace

$$h_t = z_t \odot h_{t-1} + (1 - z_t) \odot n_t$$
""",
        alone=True,
    )
    ui.prose(f"{MIXES} {TAKES if ui.is_turned() else KEEPS} {LOOK}", alone=True)
    ui.ask("kept:z")
    ui.prose(
        r"""
## The reset gate: what the candidate may see

$$n_t = \tanh(W_{in}\,x_t + b_{in} + r_t \odot (W_{hn}\,h_{t-1} + b_{hn}))$$

The **reset gate** $r$ says how much of the old state [the candidate may see](#look:cell=gru;stage=1). At $r = 0$ the
candidate is made from the word alone, as if the sentence began here.
""",
        alone=True,
    )
    ui.ask("reset:r")
    ui.prose(
        r"""
## Which way round is z?
""",
        alone=True,
    )
    ui.prose(OTHER_WAY if ui.is_turned() else WHICH_WAY, alone=True)
    ui.prose(
        r"""
## From the LSTM to the GRU, one change at a time

Three cells lie between the two. Choose them with the buttons over the stage: your text stays, and each cell was trained on the same data.

**Peepholes.** In [the LSTM](#look:cell=lstm;stage=1) a gate sees the word and the hidden state. If the output gate was shut, the hidden state says
nothing, and the gates decide about a memory that they cannot see. Gers and Schmidhuber (2000) let them look: in
[the peephole LSTM](#look:cell=peephole;stage=1) each gate has one more term, $w_{cf} \odot c_{t-1}$ for the forget gate, the same for the
input gate, and for the output gate $w_{co} \odot c_t$, the *new* memory. The dashed wires carry these terms. Each unit looks at its own memory alone.

**Coupled gates.** Why two gates? In [the coupled cell](#look:cell=coupled;stage=2) what is forgotten makes room, and what is written fills it:

$$i_t = 1 - f_t \qquad c_t = f_t \odot c_{t-1} + (1 - f_t) \odot g_t$$

This is the GRU's mixture already. Under the diagram is a slider: move it, and see what this one step would have made of another $f$. There
is a disadvantage. A mixture of numbers between −1 and 1 stays between −1 and 1, so a coupled cell cannot count upwards as an LSTM can: it cannot keep all *and* add.

**Cho's form.** The authors of the GRU, in the published version of their paper, let the reset gate
[act before the matrix product](#look:cell=gru-cho;stage=2):

$$n_t = \tanh(W_{in}\,x_t + b_{in} + W_{hn}(r_t \odot h_{t-1}) + b_{hn})$$

[PyTorch's GRU](#look:cell=gru;stage=2), and cuDNN's, lets it act after the product, so that one matrix product serves both gates and the
candidate. These are two different cells: in Cho's form, each unit's gate decides what *all* candidates see of that unit; in PyTorch's,
what *one* candidate sees of all units.

How many numbers each of them has to learn:
""",
        alone=True,
    )
    ui.parameters(MODELS)
    ui.prose(
        r"""
## Not simply "peephole plus coupled"

The GRU is often told as the sum of these changes. Other differences are real. Its gates see the state
of *all* units through a matrix, where a peephole sees its own unit through one weight. Nothing stands between state and output. The reset gate
has no exact counterpart in the LSTM. And since its state is a mixture, it is bounded like the coupled cell's.

## What if?

A question from a course (deeplearning.ai, *Sequence Models*): Alice leaves the update gate out, Betty the reset gate. Whose network keeps something over a long text?
Hold the gates of this trained network and see:

- [Alice](#look:cell=gru;step=last;hold=z:all:all:%3D0): nothing of the old state is kept as it is. Each step makes its state anew, as a simple RNN does, and the past comes in only
  through the candidate.
- [Betty](#look:cell=gru;step=last;hold=r:all:all:%3D1): $r = 1$ always, so the candidate always sees all of the old state. The state can still be kept.
- [Keep everything](#look:cell=gru;step=last;hold=z:all:7-:%3D1) from the seventh word on: the update gate lets nothing of the candidate in. What comes then is read and does not count.

[Let all go](#look:hold=). A held gate shows what *this* network does with it. A network that was trained without the gate would have learned to do without, as far as it can:
the Claims page compares the two.
""",
        alone=True,
    )
    ui.ask("held:z")
    ui.prose(
        r"""

## Which is better?

Neither, everywhere. On sentiment the cells with gates are within two points of each other, and the order changes with the seed. On counting the LSTM
is ahead on average; with equal parameters the GRU may have more units. Whether three quarters of the weights make it faster
depends on the code that runs it. Do not take our word: compare them on your own text, look at what was measured, and start the time trial.
""",
        alone=True,
    )
    st.page_link(ui.script("compare"), label="Compare: all cells on one text, and the time trial")
    st.page_link(ui.script("claims"), label="Claims: what papers say, and what was measured here")
