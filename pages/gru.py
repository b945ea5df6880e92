"""Lesson: from the LSTM to the GRU, one change at a time."""

import streamlit as st

from gatelab import ui

MODELS = ("sentiment-lstm", "sentiment-peephole", "sentiment-coupled", "sentiment-gru-cho", "sentiment-gru")

st.title("The GRU and its relatives")

with ui.lesson(MODELS):
    st.markdown(
        r"""
An LSTM has four blocks of weights and two states. Does it need all of that? The first two cells after it on this page change one thing of the LSTM each, the GRU changes more. Go from
one to the next with the buttons over the stage: your text stays, each cell was trained on the same data, and beside its name
stands how many numbers its recurrent layer has to learn.
"""
    )
    ui.parameters(MODELS)
    st.markdown(
        r"""
## Gates that look at the memory: peepholes

In [the LSTM](#look:cell=lstm;stage=1) a gate sees the word and the hidden state. If the output gate was shut, the hidden state says nothing,
and the gates decide about a memory that they cannot see. Gers and Schmidhuber (2000) let them look: in
[the peephole LSTM](#look:cell=peephole;stage=1) each gate has one more term, $w_{cf} \cdot c_{t-1}$ for the forget gate, the same for the
input gate, and for the output gate $w_{co} \cdot c_t$, the *new* memory. Each unit looks at itself alone, so that is one weight a gate and unit. The
dashed wires carry them. This is the one step on our way that costs parameters.

## One slider for two gates: coupled

[The coupled cell](#look:cell=coupled;stage=2) asks: why two gates? What is forgotten makes room, and what is written fills it:

$$i_t = 1 - f_t \qquad c_t = f_t \cdot c_{t-1} + (1 - f_t) \cdot g_t$$

The new memory is a mixture of the old one and the candidate, and a whole block of weights is gone. Under the diagram is a slider: move it, and see
what this one step would have made of another $f$. There is a price. A mixture of numbers between −1 and 1 stays between −1 and 1, so a coupled
cell cannot count upwards as an LSTM can: keeping all *and* adding is not to be had.

## One state: the GRU

Cho and others (2014) went further. [The gated recurrent unit](#look:cell=gru-cho;stage=0) has no memory apart from its hidden state, and no
output gate: all that it knows is shown. Its **update gate** is the coupled gate again:

$$h_t = z_t \cdot h_{t-1} + (1 - z_t) \cdot n_t$$

New is the **reset gate** $r$: it says how much of the old state [the candidate may see](#look:cell=gru-cho;stage=1). At $r = 0$ the candidate is made as if the
sentence began here. The authors, in the published version of their paper, let it act on the state before the matrix product:

$$n_t = \tanh(W_{in}\,x_t + b_{in} + W_{hn}(r_t \cdot h_{t-1}) + b_{hn})$$

[PyTorch's GRU](#look:cell=gru;stage=2), and cuDNN's, lets it act after the product, so that one matrix product serves both gates and the candidate:

$$n_t = \tanh(W_{in}\,x_t + b_{in} + r_t \cdot (W_{hn}\,h_{t-1} + b_{hn}))$$

These are two different cells: in the first, each unit's gate decides what *all* candidates see of that unit; in the second, what *one* candidate
sees of all units. Both are here, trained on the same data.
"""
    )
    ui.ask("level:z")
    st.markdown(
        r"""
## Which way round is z?

Here, as in PyTorch and in Cho's paper, [$z = 1$ keeps the old state](#look:cell=gru;step=most:z;stage=3). Chung and others (2014), and many lectures after
them, write $h_t = (1 - z_t)\,h_{t-1} + z_t\,n_t$: the same cell with the gate turned round. Look which one is meant before you read a figure.

## Not simply "peephole plus coupled"

The GRU is often told as the sum of these variants. As a story that is fair: its gates see the whole state, as with peepholes, and its update
gate is coupled. But there are differences that are more than names. Its gates see the state of *all* units through a matrix, not each
its own through one weight. Nothing stands between state and output. The reset gate has no exact counterpart in the LSTM. And since its state
is a mixture, it is bounded like the coupled cell's.

## Which is better?

Neither, everywhere. On sentiment the cells with gates are within two points of each other, and the order changes with the seed. On counting the LSTM
is ahead on average; with equal parameters the GRU may have more units. Whether three quarters of the weights make it faster
depends on the code that runs it. Do not take our word: compare them on your own text, look at what was measured, and start the time trial.
"""
    )
    ui.ask("direction:n")
    ui.onward("compare", "Compare: all cells on one text, and the time trial")
    ui.onward("claims", "Claims: what papers say, and what was measured here")
    ui.onward("answers", "Next: one answer, or one answer per step")
