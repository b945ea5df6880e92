"""Lesson: a simple RNN, one state and one equation, and where it forgets."""

import streamlit as st

from gatelab import ui

st.title("A simple RNN")

with ui.lesson(("sentiment-rnn", "prose-rnn"), level=0):
    st.markdown(
        r"""
A network that reads must carry something from one word to the next, or every word would be its first. The simplest thing that it
can carry is a list of numbers, its **hidden state** $h$. Each place in that list is called a *unit*. Before the first word every
unit is at 0; after each word all of them have changed. Nothing else passes from [the first word](#look:step=first;level=1) to
[the last](#look:step=last;level=1).

## One equation

At step $t$ the network reads the word $x_t$ and the state $h_{t-1}$ that the step before has left, and makes the new state from both:

$$h_t = \tanh(W_{ih}\,x_t + b_{ih} + W_{hh}\,h_{t-1} + b_{hh})$$

The word itself is already a short list of numbers, learned in training. The two matrices $W$ say how much every one of these
numbers, and every unit of the old state, [counts for each unit of the new one](#look:stage=1). All that is
[added up and squashed](#look:stage=2) by tanh into the range from −1 to 1. Choose the hexagon in the diagram and go closer: under
it stand the largest terms of that very sum, for your word and this unit. In essence this is Elman's network of 1990 (his units went from 0 to 1), and it is all there is to it.

## The loop, and the same loop unrolled

Textbooks draw the network as one box with an arrow that leads back into it. The diagram shows the same box once for each word,
[side by side](#look:level=0), so that the arrow leads from each copy to the next. There is still only one network: every copy has
the same weights. What differs from copy to copy is what flows through: orange where a number is positive, blue where it is
negative, and the wider the further from 0. Type another word, and one more copy appears at the right; none of those before
it changes, since the network never looks ahead.
"""
    )
    ui.ask("direction:h")
    st.markdown(
        r"""
## Nothing is set aside

Follow one unit along its row. It seldom keeps a value for long: [where it changes most](#look:step=change:h;stage=2) you can see the
old value go into the sum like everybody else's, and a new one come out. A simple RNN has no place in which a number could wait
untouched. Whatever it is to remember must be computed anew at each step, from a mixture of everything, through a function that
squashes.

## Where it forgets

How much does the last state still depend on the first word? The chain rule answers with a product, one factor for each step in between:

$$\frac{\partial h_T}{\partial h_1} = J_T\,J_{T-1} \cdots J_2, \qquad J_k = \mathrm{diag}(1 - h_k^2)\;W_{hh}$$

Where these factors shrink vectors more than they stretch them, the product fades like a power, and so does the error that training
sends back along the same way: a word from long ago can hardly teach the network anything. Where they stretch, it explodes instead.
Hochreiter found this in 1991, and Bengio, Simard and Frasconi in 1994. It is the reason why the LSTM was invented.

Mark that forgetting is a matter of degree, and of training. A simple RNN *can* hold a value: a unit driven far into the flat part
of tanh stays where it is. But there $1 - h^2$ is almost 0, so it can hardly learn when to do so. Give it one short sentence, and
its answer may be as good as that of any other cell.

## To try

- Type *not good*, then *not bad at all*, and watch [the word after which its opinion changes most](#look:step=moved;level=1).
- Put the word that matters first, and more and more harmless ones after it. When does the answer stop caring?
- Choose the *prose* model: it reads letters, so one sentence is sixty steps, and about sixty factors stand in the product.
"""
    )
    ui.onward("memory", "Memory: measure on your own text how fast each cell forgets")
    ui.onward("lstm", "Next: the LSTM, which keeps a memory apart")
