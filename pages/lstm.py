"""Lesson: the LSTM in four steps."""

import streamlit as st

from gatelab import ui

st.title("The LSTM in four steps")

with ui.lesson(("sentiment-lstm", "prose-lstm"), page="lstm"):
    ui.prose(
        r"""
The simple RNN makes its whole state anew at each word. The *long short-term memory* (Hochreiter and Schmidhuber 1997) stores something
apart: besides the hidden state $h$ it has a **cell state** $c$, the line [along the top](#look:level=0;stage=0). On its way from
step to step that line meets only two things: a multiplication and an addition. If the one multiplies by 1 and the other adds 0,
a number passes as it is, over as many steps as you like.

What multiplies and what is added is decided by **gates**: numbers between 0 (shut) and 1 (open), computed at each step from the word
$x_t$ and the old hidden state $h_{t-1}$. Both are weighed and added up, and the *sigmoid* $\sigma$ brings that sum into the range from 0 to 1.
What is to be added can raise or lower the memory, so it is made with *tanh*, from −1 to 1:
"""
    )
    ui.squashing()
    ui.prose(
        r"""
Press space on the stage, or *Next*, to walk through one word in four steps and on to the
next word. Each step lights its part of the diagram, its equation and its row.

## Step 1: throw away

$$f_t = \sigma(W_{if}\,x_t + b_{if} + W_{hf}\,h_{t-1} + b_{hf})$$

The [forget gate](#look:stage=1) says how much of the old memory stays: $f_t \odot c_{t-1}$. Its name misleads: at 1 it keeps
everything, at 0 it forgets everything. Look where this unit [forgets most](#look:step=least:f;stage=1), and where it
[keeps most](#look:step=most:f;stage=1). The first LSTM had no such gate; Gers, Schmidhuber and Cummins added it in 2000.
"""
    )
    ui.ask("lost:f")
    ui.prose(
        r"""
## Step 2: choose and write

$$i_t = \sigma(\dots) \qquad g_t = \tanh(\dots) \qquad i_t \odot g_t$$

Two things are computed side by side, from the same inputs as the forget gate but with weights of their own. The
[candidate](#look:stage=2;part=g) $g$ is what could be written, from −1 to 1. It is not a gate. The [input gate](#look:stage=2;part=i)
$i$ says how much of it goes in. Only [their product](#look:stage=2;part=ig) reaches the memory: a strong candidate behind a shut gate
writes nothing.
"""
    )
    ui.ask("written:i")
    ui.prose(
        r"""
## Step 3: update the memory

$$c_t = f_t \odot c_{t-1} + i_t \odot g_t$$

[Kept plus written](#look:stage=3) is the new cell state. Nothing squashes it, so it can grow beyond 1 and count. And since the way from
$c_{t-1}$ to $c_t$ is a plain multiplication by $f_t$, an error can travel back along it without fading as long as the forget
gates stay open. This is why an LSTM can learn over many steps. (The gates look at $h$ as well, so there are other ways back, which do fade.)

## Step 4: choose what to show

$$o_t = \sigma(\dots) \qquad h_t = o_t \odot \tanh(c_t)$$

Nothing else reads the memory itself. What the rest of the network sees, and what the gates of the next step see, is the hidden state: the memory,
squashed, times the [output gate](#look:stage=4;part=o). A unit can carry something through ten words with its output gate shut,
and [show it](#look:step=most:o;stage=4) when it is wanted.
"""
    )
    ui.ask("kept:f")
    ui.prose(
        r"""
## All four at once

Go back to [the whole sentence](#look:step=last;stage=0;level=0). Each unit has its own four numbers at each word, and all of them are computed
at the same time. The walk shows them one after the other only to explain them. Then watch [the word that moves the answer most](#look:step=moved;level=1), and ask what
the gates did there.

Three remarks. Most units have no meaning that one could name: the network spreads what it knows over all of them, and the unit on which this page opens
was chosen because it has one. The note under the stage says how often it does what is said of it, on other texts and on yours. The mean over all units hides almost everything; try *mean of all*, under *More*.
And a gate is not a switch: values between 0.2 and 0.8 are common, since nothing in training asks for a clear decision.

## What if?

Do not believe the names of the gates: hold one, and see. Choose *Hold a value* over the diagram, or drag an entry of a row up or down. The network goes on
from the value that you gave, and all that follows is computed anew. What is held is hatched, with a clamp on its part of the diagram. Four experiments on the sentence
that this page opens on:

- [The LSTM of 1997](#look:step=last;hold=f:all:all:%3D1) had no forget gate, which is $f = 1$ always. Now the praise before *but* is never
  thrown away: the answer stays positive to the end.
- [No memory](#look:step=last;hold=f:all:all:%3D0): at $f = 0$ the cell state holds only what this word writes. One strong word is still enough for this network:
  the last one decides.
- [The conveyor belt](#look:step=last;hold=f:all:7-:%3D1%3Bi:all:7-:%3D0): from the seventh word on all is kept and nothing is written. The rest of the sentence is read, and
  hardly counts.
- [Mute](#look:step=last;hold=o:all:all:%3D0): the output gates stay shut. The memory goes on, nobody sees it, and the answer is the same after every word.

Then [let all go](#look:hold=). What does it take to turn the answer round with a single unit?

## To try

- Find the word at which the color of $c$ turns from blue to orange. What do the forget gate and the input gate do there?
- Type [*great food but the room is cold*](#look:model=sentiment-lstm;text=great%20food%20but%20the%20room%20is%20cold;step=least:f;stage=1).
  The forget gate of this unit falls almost to 0 at *but*: what was praised before no longer counts.
- Type the same sentence twice. Does the second half look like the first?
- Choose *prose-lstm* and look at unit 70: its cell state tends to rise along a word and to start again with the next. Then type *hello hello*: does it?
"""
    )
