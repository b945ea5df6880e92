"""Lesson: a simple RNN, one state and one equation, and where it forgets."""

import streamlit as st

from gatelab import ui

st.title("A simple RNN")

with ui.lesson(("sentiment-rnn", "prose-rnn"), page="simple-rnn", level=0):
    ui.prose(
        r"""
A network that reads must carry something from one word to the next. Otherwise it would read each word as if it were the first. The simplest
thing that it can carry is a list of numbers, its **hidden state** $h$. Each place in that list is called a *unit*. Before the first word every
unit is at 0; at each word all of them are computed anew. Nothing else passes from [the first word](#look:step=first;level=1) to
[the last](#look:step=last;level=1).

## One equation

At step $t$ the network reads the word $x_t$ and the state $h_{t-1}$ that the step before has left, and makes the new state from both:

$$h_t = \tanh(W_{ih}\,x_t + b_{ih} + W_{hh}\,h_{t-1} + b_{hh})$$

The word itself is already a short list of numbers, learned in training. The two matrices $W$ say how much every one of these
numbers, and every unit of the old state, [counts for each unit of the new one](#look:stage=1). All that is
[added up and squashed](#look:stage=2) by tanh into the range from −1 to 1. Choose the hexagon in the diagram and go closer: under
it you see the largest terms of that sum, for your word and this unit. This is all that a simple RNN does. It is Elman's network of 1990 (his units went from 0 to 1).

## The loop, and the same loop unrolled

Textbooks draw the network as one box with an arrow that leads back into it. The diagram shows the same box once for each word,
[side by side](#look:level=0), so that the arrow leads from each copy to the next. There is still only one network: every copy has
the same weights. What differs from copy to copy is what flows through: orange where a number is above 0, blue where it is
below 0, and the wider the further from 0. Type another word, and one more copy appears at the right; none of those before
it changes, since the network never looks ahead.
"""
    )
    ui.ask("squash:h")
    ui.prose(
        r"""
## Nothing is stored apart

Follow one unit along its row. [Where it changes most](#look:step=change:h;stage=2) you can see that its old value is one term of the
sum, beside those of all other units, and that a new value comes out. Where it hardly changes, it was computed anew as well, and the result was nearly the same.
A simple RNN has no place that keeps a number unchanged. Whatever it is to remember must be computed anew at each step, from all
units together, and through tanh.

## Where it forgets

How much does the last state still depend on the first word? The chain rule answers with a product, one factor for each step in between:

$$\frac{\partial h_T}{\partial h_1} = J_T\,J_{T-1} \cdots J_2, \qquad J_k = \mathrm{diag}(1 - h_k^2)\;W_{hh}$$

Where these factors shrink vectors more than they stretch them, the product fades like a power, and so does the error that training
sends back along the same way: a word from long ago can hardly teach the network anything. Where they stretch, it explodes instead.
Hochreiter found this in 1991, and Bengio, Simard and Frasconi in 1994. It is the reason why the LSTM was invented.

Forgetting is a matter of degree, and of training. A simple RNN *can* hold a value: a unit driven far into the flat part
of tanh stays where it is. But there $1 - h^2$ is almost 0, so it can hardly learn when to do so. Give it one short sentence, and
its answer may be as good as that of any other cell.
"""
    )
    ui.ask("factor:h")
    ui.prose(
        r"""
## To try

- Type *not good*, then *not bad at all*, and look at [the word after which its answer changes most](#look:step=moved;level=1). The second one it
  takes for criticism, as it does most negations of a bad word; the cells with gates do not.
- Put a strong word first and many harmless words after it: [*great and then we took the train to the city and then we walked along the road to the old house*](#look:model=sentiment-rnn;text=great%20and%20then%20we%20took%20the%20train%20to%20the%20city%20and%20then%20we%20walked%20along%20the%20road%20to%20the%20old%20house;step=last).
  After *great* this network says 88 % positive, at the end 8 %, and with *terrible* as the first word it says nearly the same at the end. The text goes
  with you to the next page: the LSTM there still says 97 % at the end.
- Choose *prose-rnn*: it reads letters, so one sentence is some sixty steps, and some sixty factors stand in the product.
"""
    )
    st.page_link(ui.script("memory"), label="Memory: measure on your own text how fast each cell forgets")
