"""Attention: type a source, and see at every key where each step of the decoder looks."""

import streamlit as st

from gatelab import ui
from gatelab.live.component import attention

DATES = ("dates-additive", "dates-multiplicative", "dates-none")
TRANSLATE = ("translate-additive", "translate-multiplicative", "translate-none")

st.title("Attention: every output chooses where to look")

opening, notes = ui.opening("attention")
ui.notes(notes)
picture, text = ui.beside()


@st.fragment
def stage():
    explored = attention(opening)
    if explored:
        ui.explore_attention(explored)


with picture:
    stage()

with text:
    st.markdown(
        """
Two networks work together here. The **encoder** reads the source, the text that you type, and makes a state at each of its tokens. The
**decoder** writes the output, one token a step. A token is a letter in the dates and a word in the translations.

## Without attention: one state must hold the whole source

The model *without* attention hands its decoder two states, those that the encoder ends on, and nothing else: the same at every step.
Whatever the source said must fit into them, however long it was. What it writes stands under the answer of the model with attention. It was trained on
the same pairs, with the same sizes.

## With attention: look again at every step

The encoder keeps its state at *every* token, and each step of the decoder looks at all of them anew. How much it looks at each is
its **weight**: the weights of a step are from 0 to 1 and add up to 1. In the picture every line is a weight, and so is every square of the table
under it: a row is a step of the decoder, a column a token of the source. The encoder's states, added up with these weights, are the
**context** that the step writes from.

Nobody told these models where the month stands in a date. They were trained on pairs of texts alone, and learned by themselves where to look.

## How a weight comes about

Step *t* asks with the decoder's state before it, $s_{t-1}$. Each token *k* of the source answers with an **energy** $e_{tk}$: how well does it fit?
The softmax turns the energies of a step into its weights $a_{tk}$, and the context $c_t$ is the weighted sum of the encoder's states $h_k$:
"""
    )
    st.latex(r"a_{tk} =\nobreak \frac{\exp e_{tk}}{\sum_j \exp e_{tj}} \qquad\qquad\allowbreak c_t =\nobreak \sum_k a_{tk}\, h_k")
    st.markdown("The models differ in the energy alone. *Additive* (Bahdanau, Cho and Bengio 2015):")
    st.latex(r"e_{tk} =\nobreak v^\top \tanh(W s_{t-1} + U h_k)")
    st.markdown('*Multiplicative* (Luong, Pham and Manning 2015, their "general" form):')
    st.latex(r"e_{tk} =\nobreak s_{t-1}^\top W h_k")
    st.markdown(
        """
Half of the units of $h_k$ have read from the left up to token *k*, half from the right, so the state knows the token in its surroundings.
Luong's own decoder asks with the state *after* its step; here both forms ask with the one before, so that only the energy differs.

## Things to try

- **Predict first.** With a date, press *the month?*, click the characters that you expect to matter, and reveal.
- **Take a step over.** Choose the step that writes the month, then drag the weight of another token up, or put *all on the chosen
  token*. The decoder goes on from the context that *you* made; its own answer stays beside it. *Give back* undoes it.
- **Hold a value.** *Attention spread evenly* gives every token the same weight at every step, *attention on one token* gives all of it to the one that
  you chose. Gates and states of decoder and encoder can be held as well, and so can the energies, from which the weights follow. What is held is hatched; what the
  model writes where nothing is held stays beside it.
- **Type a word that it does not know** into a translation model. It gets a dashed frame; the model reads only "some word",
  and yet the lines still lead to it.
- **Choose a unit and a step** (the unit is behind *More*) and check the sum: each product under a column, and the context at its end.
- **Search with a beam** (behind *More*). Greedy decoding takes the likeliest token each time and cannot take it back. A beam keeps a
  few beginnings; the tree shows which of them were dropped, and where.
"""
    )

st.header("Where it matters")
st.markdown(
    """
Measured on sources that training never read, with the same data and sizes for each model. The bars are the middle 95 % over
1,000 samples drawn with replacement: where they overlap, do not read a difference into the lines. The measurements are part of
the models' cards, together with the command that makes them again.
"""
)
dates, translate = st.tabs(["Dates: exact match", "Translation: BLEU"])
with dates:
    st.markdown(
        "The length hardly matters here: a long date spells weekday and month out. What matters is how much has to pass at once, and these models have 32 units."
    )
    ui.lengths(DATES, "Exact match against the length of the source, with and without attention")
    ui.scores(DATES)
    st.markdown(
        """
*Largest weight in the year, the month, the day*: how often the largest weight lies inside the right field of the source while that field is
written, by the mean over its digits, and then for each digit by itself. Where a day has one digit, the step that writes its leading 0
has no digit of its own to look at, and often rests beside the field. At the separators and at the end the weights are spread:
there is nothing to look for.
"""
    )
with translate:
    st.markdown(
        "BLEU counts, from 0 to 100, how many groups of one to four words an output shares with right translations. "
        "Without attention it falls with nearly every additional word; with attention it falls much less. Only sentences within the vocabulary are counted here (all words of the source and "
        "of one right translation), so that length is not mistaken for rare words; the table has the figure over all sentences as well."
    )
    ui.lengths(TRANSLATE, "BLEU against the length of the source, with and without attention")
    ui.scores(TRANSLATE)

st.header("What these models can not do")
st.markdown(
    """
They are small, so that everything fits on a screen. The **date** models know five locales and the years 1900 to 2099;
a source that is no date still gets a date, and an unfinished one gets the missing parts invented. The **translation** models know
some thousands of words from short everyday sentences. They make more and more mistakes in long sentences (without attention from about eight words on), repeat or
drop what they do not know, guess freely between *tu* and *vous* and between past tenses, and have no idea what a sentence means.
A right translation that nobody wrote down counts as wrong in BLEU, and a fluent wrong one can score. And the weights show *where a step
looked*, not why the decoder then wrote what it wrote: its own state and the token before speak as well (take a step over and see how
little changes sometimes). More on that under Self-attention.
"""
)
st.caption(
    "Bahdanau, Cho and Bengio (2015), arXiv 1409.0473; Luong, Pham and Manning (2015), arXiv 1508.04025; Cho et al. (2014), arXiv 1406.1078. "
    "Sentence pairs: Tatoeba, CC BY 2.0 FR, put together by manythings.org/anki. Dates: Babel and Unicode CLDR."
)
