"""Lesson: how it learns, backpropagation through time and what is done about its length."""

import streamlit as st

from gatelab import ui
from gatelab.facts import filled

LONG = "great and then we took the train to the city and then we walked along the road to the old house"
"""A strong word, and nineteen that say little."""

LEARN = ui.script("learn")
SEE = {
    "delay": {"task": "recall", "cells": "rnn,lstm", "length": "30"},
    "forcing": {"task": "names", "cells": "lstm"},
    "bias": {"task": "recall", "cells": "lstm", "length": "40", "bias": "0"},
    "clipping": {"task": "adding", "cells": "rnn", "length": "50", "optimizer": "sgd", "rate": "1", "clip": "0"},
}
"""Settings of the Learn page, as `static/learn/settings.js` reads them from a link."""

st.title("How it learns")

with ui.lesson(("sentiment-lstm", "sentiment-gru", "sentiment-rnn"), page="how-it-learns", back="on", right="negative", wire="d.c-"):
    ui.prose(
        r"""
A network learns from its mistakes. After the last word it says how likely each answer is. You say which one is right, and the **loss**
$L = -\ln p$ says how wrong it was: 0 if it was sure of the right answer, large if it was sure of the other. Then each weight moves a little in
the direction in which $L$ falls. For that one must know how $L$ depends on everything that was computed on the way: on each gate, at
each word.

## Backpropagation through time

The diagram shows it. Begin at [the last word](#look:back=on;step=last;level=1). From there the **gradient** goes back, from right to left, on the
violet wires. They are the wires of the forward way, and each carries a derivative: how much $L$ would change if this number changed a
little. Call the other answer right, under the diagram: all signs turn, and the sizes change with the loss.

No new rule is needed. Where the forward way multiplies by a number, so does the way back:

$$\frac{\partial L}{\partial c_{t-1}} = \frac{\partial L}{\partial c_t} \odot f_t + \dots$$

Click [the wire at the top left](#look:back=on;wire=d.c-;level=1): its product stands under the diagram. The dots are the other ways, through the gates and the
state $h_{t-1}$. Where wires meet, their gradients add up: [the cell state](#look:back=on;wire=d.c;level=1) gets one part from the next step and one
through the hidden state. Each gate gets its share as well: [the forget gate](#look:back=on;wire=d.f;level=1) what the memory brings,
times what it had to keep or lose.

Now step back from the picture and see [several words side by side](#look:back=on;level=0). The same weights stand in every copy, so what they
learn is the sum over all steps. This is all of *backpropagation through time* (Rumelhart, Hinton and Williams 1986; Werbos 1990).
"""
    )
    ui.ask("gradient")
    ui.prose(
        rf"""
## Where it fades

Read [a long sentence](#look:model=sentiment-lstm;text={LONG.replace(" ", "%20")};back=on;step=first;wire=d.c-;level=1) with the LSTM, and look at the
curve under the diagram. At *great*, at the other end, the gradient of the cell state is twice as long as at the last word.
[The simple RNN](#look:model=sentiment-rnn;text={LONG.replace(" ", "%20")};back=on;step=first;wire=d.h-;level=1) reads the same. There the gradient is 15,000 times as
short: whatever *great* should have taught is lost among the nearer words.

A forget gate works in both directions. [Where it shuts](#look:model=sentiment-lstm;back=on;step=least:f;wire=d.c-;level=1), the old memory is
thrown away, and so is the gradient: what no longer counts is not blamed.
"""
    )
    ui.ask("along:f")
    st.page_link(LEARN, label="See it happen: a delay of 30, and how long the gradient is at each step", query_params=SEE["delay"])
    ui.prose(
        r"""
## Truncation, and what `detach` does

A book is one text of several hundred thousand letters. Nobody follows a loss back through all of them: it takes too long, and every step must be kept in memory. So training
reads a piece, learns from it, and goes on with the next. The state is handed on, but its history is cut off:

    h, c = h.detach(), c.detach()

Forward nothing changes. Backward the gradient ends there, and this is **truncated backpropagation**. Try it:
[stop the gradient after three steps](#look:back=on;cut=3;level=0), then [let it pass](#look:back=on;cut=never;level=0). What lies before the cut can
still be remembered, if the network has learned to keep it for some other reason. But nothing tells it to. With pieces of 3 words, no weight learns that
the first of 20 words mattered. Without `detach` PyTorch complains at the second piece: the history of the first is already gone.

## Teacher forcing

A network that writes reads its own last letter. If it learned like that, one early mistake would spoil all that follows, and it would be told what
comes next in a text that nobody wrote. So in training it reads the *right* letter at each step, whatever it said: **teacher forcing** (Williams and Zipser 1989).
All steps then have a target and an input that are known beforehand.
"""
    )
    ui.prose(
        filled(
            "It has a price. In use there is no teacher. We gave a date model without attention one wrong digit: all that comes after it is right in "
            "{{forcing own}} if it reads its own writing, and in {{forcing fed}} with the right digits."
        )
    )
    st.page_link(LEARN, label="See it happen: a network learns to write names, each letter from the right ones before", query_params=SEE["forcing"])
    ui.prose(
        r"""
## Begin with open gates

If a forget gate begins at 0.5, half of the gradient is gone after one step, and after forty $0.5^{40} \approx 10^{-12}$ of it is left along $c$. A **forget bias** of 1
lets the gate begin at $\sigma(1) \approx 0.73$ (Gers, Schmidhuber and Cummins 2000; Jozefowicz, Zaremba and Sutskever 2015).
"""
    )
    ui.prose(
        filled(
            "Measured here on sums of two numbers among 100: after {{bias steps}} training steps the mean squared error is {{bias 0}} with a bias of 0 and {{bias 1}} with 1, "
            "which was better with {{bias 1 better}} seeds."
        )
    )
    st.page_link(LEARN, label="See it happen: forget bias 0; then choose 1, and start again", query_params=SEE["bias"])
    ui.prose(
        r"""
## Clip what explodes

The factors can also be larger than 1. Then the gradient grows with every step, and one update throws the weights far away. **Clipping**
shortens a gradient that is longer than a limit and keeps its direction (Pascanu, Mikolov and Bengio 2013). It helps against gradients that
explode. One that has vanished cannot be stretched again: that is what the gates are for.
"""
    )
    st.page_link(LEARN, label="See it happen: without clipping, one long step", query_params=SEE["clipping"])
    ui.prose(
        r"""
## To try

- Which wire carries most at [the word that moved the answer](#look:back=on;step=moved;level=1)? Is it the same for another unit?
- Choose the GRU. Where is its straight way, and what stands on it instead of $f$?
- Call the answer right that the network gives already. What does it learn from a text that it knows?
"""
    )
