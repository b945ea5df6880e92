"""Memory: how far back a network's last state reaches, and why that of the simple RNN does not."""

import streamlit as st

from gatelab import results, ui
from gatelab.live.component import memory

st.title("Why the simple RNN forgets")

opening, notes = ui.opening("memory")
ui.notes(notes)
picture, text = ui.beside()
with picture:
    memory(opening)

text.markdown(
    r"""
Every cell here reads the same text up to its end. In a row of the picture each square says how much that cell's *last state* still depends on the token
above it: its **influence**. Where a row fades towards the left, the beginning is forgotten. Under the rows the same is drawn as curves, on a
scale where each line up is ten thousand times as much.

Put a strong word first and harmless ones after it. The cells with gates keep it. In the simple RNN hardly anything of it is left.

## Does forgetting matter? One marked letter

In *recall* a letter is marked with `!`, many others follow, and at `?` the network must name the marked one. Each cell was trained for it from scratch:
"""
)
with text:
    ui.measured("recall")
ui.prose(
    r"""
## Why: a product with a factor for each step

The influence in the picture is a derivative: how much the last state $h_T$ would move if the token at step $t$ were changed a little. The change has only one way
to get there, through every state in between, and by the chain rule it is multiplied at every step:
""",
    on=text,
)
ui.latex(
    r"\frac{\partial h_T}{\partial x_t} =\nobreak J_T \; J_{T-1} \cdots J_{t+1} \; \frac{\partial h_t}{\partial x_t}, \qquad\allowbreak J_k =\nobreak \frac{\partial h_k}{\partial h_{k-1}}",
    on=text,
)
ui.prose(
    "(An LSTM hands on $h$ and $c$, so there the two together take the place of $h$.) In a simple RNN all these factors, the **Jacobians**, are made from one matrix:",
    on=text,
)
ui.latex(r"h_k = \tanh(W_{ih}\, x_k + W_{hh}\, h_{k-1} + b)", on=text)
ui.latex(r"J_k = \operatorname{diag}(1 - h_k^2)\; W_{hh}", on=text)
ui.prose(
    r"""
The diagonal is at most 1, and near 0 where a unit is saturated. So if $W_{hh}$ shortens every vector, the product shrinks at least as fast as a power: with a factor of
0.9 a step, $0.9^{100} \approx 0.00003$ is left after a hundred. If it stretches some direction and the units are not saturated, the product can
grow instead: $1.1^{100} \approx 13{,}781$. To stay near 1 for a hundred steps, in the directions that matter, is possible only in a narrow range between the two.

Hochreiter worked this out in his diploma thesis (1991). Bengio, Simard and Frasconi (1994) showed that this is no accident: a state that keeps
a bit safe from noise must sit where small changes die out, and there the derivative by anything long ago dies out with them. Pascanu, Mikolov and
Bengio (2013) gave conditions for both cases, and a cure for one: a gradient that explodes can be cut to a fixed length, as our training does. One that has vanished
cannot be stretched again.

This is first of all about **learning**. The gradient of the loss is a sum over the steps, and the part that says *remember what you read a hundred
steps ago* comes through the whole product. Where it is tiny, the nearer steps outweigh it. And beware of the reverse: a small derivative
does not prove that a network knows nothing of a token. A bit held by a saturated unit does not move for a small change.
""",
    on=text,
)

ui.prose(
    r"""
## What the gates change

The **LSTM** adds a second way, from cell state to cell state, on which there is neither a matrix nor a tanh:
""",
    on=text,
)
ui.latex(r"c_k = f_k \odot c_{k-1} + i_k \odot g_k", on=text)
ui.latex(r"\left.\frac{\partial c_T}{\partial c_t}\right|_{\text{along } c} = \operatorname{diag}(f_{t+1} \odot \cdots \odot f_T)", on=text)
ui.prose(
    r"""
The factors are the forget gates alone, and the network chooses them, for each unit and each step: where $f = 1$, what is in $c$ reaches the end
unchanged. (The LSTM of 1997 had no $f$ at all, which is $f = 1$ always.) But $f = 0.9$ forgets as quickly as above, and the gates also depend on $h_{k-1}$, which adds
other ways with matrix products. Peepholes and coupled gates, $i = 1 - f$, leave this way as it is. The **GRU** has it in its one state:
""",
    on=text,
)
ui.latex(r"h_k = z_k \odot h_{k-1} + (1 - z_k) \odot n_k", alone=True, on=text)
ui.prose("Here $1 - z$ does what $f$ does: at $z = 1$ the candidate takes its place." if ui.is_turned() else "Here $z$ does what $f$ does: 1 keeps.", on=text)
ui.prose(
    r"""
**Hold a value** shows it: with *how much is kept* held at 1, all factors along $c$ are 1, and nothing is lost on that way however long the text is. Hochreiter and
Schmidhuber (1997) called it the *constant error carousel*. The sentence in the panel says what came out for your text, and thin dashed lines are what the cells do where nothing is
held. What is set depends on nothing before it, so the ways through a gate that is held are closed. A GRU and a coupled LSTM that keep everything write nothing: their last state
depends on no token at all.
""",
    on=text,
)
ui.prose(
    r"""
But a cell that can hold a value cannot yet **count**. A new state of the GRU, or a new $c$ of the coupled LSTM, is a
mixture of the old one and a candidate in $[-1, 1]$, so it can never leave that range; the LSTM's $c$ can grow by 1 at each step
(Weiss, Goldberg and Yahav 2018). See under *Counting* what that is worth.
""",
    on=text,
)

st.header("The other tasks")
st.markdown(
    "The same cells, trained from scratch on tasks with a known right answer. Sentences and figures are made from the stored results; the command under each makes them anew."
)
tasks = {"adding": "Adding", "brackets": "Brackets", "counter": "Counting"}
measured = [task for task in tasks if task in results.tasks()]
for task, tab in zip(measured, st.tabs([tasks[task] for task in measured])):
    with tab:
        ui.measured(task)
st.caption(
    "Hochreiter (1991), Untersuchungen zu dynamischen neuronalen Netzen, diploma thesis, TU München; Bengio, Simard and Frasconi (1994), IEEE Transactions on Neural Networks 5(2); "
    "Hochreiter and Schmidhuber (1997), Neural Computation 9(8); Pascanu, Mikolov and Bengio (2013), arXiv 1211.5063; "
    "Weiss, Goldberg and Yahav (2018), arXiv 1805.04908."
)
