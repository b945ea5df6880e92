"""Lesson: one answer at the end, or one answer per step."""

import streamlit as st

from gatelab import ui, zoo

RIGHT = {cell: f"{100 * zoo.card(f'sentiment-{cell}')['turns']['score']:.0f}" for cell in ("lstm", "rnn")}
"""Of the 200 sentences with a negation or a contrast, the share that a model gets right, in percent."""

st.title("One answer, or one answer per step")

with ui.lesson(("sentiment-lstm", "prose-lstm"), page="answers", level=0):
    ui.prose(
        r"""
A recurrent network makes a state at every step. How these states are used depends on the task.
On this stage stand two LSTMs. They are the same cell, with the same equations. What differs is what they were asked in training.

## Only the last state counts: sentiment

[The first one](#look:model=sentiment-lstm;step=last) reads a review word by word and is asked once, after the last word: is it positive? A single
layer, the *head*, turns the last hidden state into two scores, and the softmax into two probabilities:

$$p = \mathrm{softmax}(W\,h_T + b)$$

All states before $h_T$ matter only through what they leave in it. So everything that the answer needs must be carried to the end: this is where a
cell that forgets loses the beginning.

The row “positive” under the text still shows a number at every word. It is what the network *would have said* if the text had ended there: the same head
on an earlier state. In training it was never asked in the middle of a sentence. Even so, the row shows at which word the answer changes.
"""
    )
    ui.ask("mover")
    ui.prose(
        r"""
[At this word](#look:model=sentiment-lstm;step=moved) the answer changed most.

Try *great acting but a terrible script*, and then the two halves in the other order. Does the order matter to the model, or does one word win
either way? *not good* and *not bad at all* it gets right: a fifth of its training texts were negations and contrasts, which a rule made of
the other texts.
"""
        f"Of 200 sentences that were written to test this, the LSTM gets {RIGHT['lstm']} % right, the simple RNN {RIGHT['rnn']} %; guessing gets 50 %."
        r"""
It still knows many words and little grammar: [*it is not without charm*](#look:model=sentiment-lstm;text=it%20is%20not%20without%20charm;step=last)
and [*I could not have asked for a nicer room*](#look:model=sentiment-lstm;text=I%20could%20not%20have%20asked%20for%20a%20nicer%20room;step=last)
it takes for criticism.

## Every state counts: what comes next?

[The second one](#look:model=prose-lstm;step=last) reads characters and is asked after each of them: which one comes next? In training every
step had its own right answer, the character that really followed, and the loss was the mean over all of them:

$$-\frac{1}{T}\sum_{t=1}^{T} \log p_t(x_{t+1})$$

So each state must hold what the next character needs, and a mistake teaches at once, at the step where it was made. The row “expected next” shows
the likeliest next character, and its color how likely that is, from 0 to 1 as for the gates. On average the model is surer inside a word than where one begins.
"""
    )
    ui.ask("next")
    ui.prose(
        r"""
## The same cell, two different habits

Change between the two with the buttons over the stage and compare what their units do. In the sentiment model, the unit that opens tends to be high
where [the answer so far](#look:model=sentiment-lstm;step=last;level=0) is positive, because that answer is asked for. In the character
model, the unit that opens tends to rise [along each word](#look:model=prose-lstm;level=0), because what comes next depends on how much of the word
has been read. The note under the stage counts how often that holds for your text. The difference comes from the training task, not from the cell.

## Between the two

| the task | reads | is asked |
|---|---|---|
| sentiment | a sentence | once, at the end |
| character model | a text | after every character |
| translation | a sentence | for a whole sentence, after reading all of it |

Translation needs every output of the one that writes, and it needs more of the one that reads than its last state: one list of numbers
can hardly hold a sentence of thirty words. The way out is to let the writer look back at *all* states of the reader, as a weighted
sum. That is attention.

## To try

- Type a full stop after your review, and then another. Should that change the answer? Does it?
- Make the sentiment model change its answer twice in one sentence.
- Give the character model the beginning of a long word, and see from which letter on it knows the rest.
"""
    )
