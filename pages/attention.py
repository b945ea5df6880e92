"""Attention: type a source, and see at every key where each step of the decoder looks."""

import streamlit as st

from gatelab import ui
from gatelab.live.component import attention
from gatelab.live.stages import STAGES

DATES = ("dates-additive", "dates-multiplicative", "dates-none")
TRANSLATE = ("translate-additive", "translate-multiplicative", "translate-none")

st.title("Attention: every output chooses where to look")

opening, notes = STAGES["attention"].read(st.query_params)
ui.notes(notes)


@st.fragment
def stage():
    explored = attention(opening)
    if explored:
        ui.explore_attention(explored)


stage()

st.header("One state is a narrow door")
st.markdown(
    """
An **encoder** reads the source and a **decoder** writes the target, one token a step. Sentiment needs only one answer at the end;
here *every* output matters. Without attention the decoder sees the encoder's two **last states** and nothing else, at
every step the same: whatever the source said must fit through that one door, however long it was. The line *"… which has no
attention, writes"* above is that decoder, trained on the same pairs with the same sizes. It catches what kind of sentence it is
and loses the words, names and numbers in it, the more so the longer the sentence.

**Attention** opens the door. The encoder keeps its state at *every* token, and each step of the decoder looks at all of
them anew. Step *t* asks with the state that the decoder is in; each token of the source answers with an **energy**: does
it fit? A softmax turns the energies into **weights** that sum to 1, and the **context vector** is the encoder's states,
added up with these weights.
"""
)
st.latex(r"a_{tk} =\nobreak \frac{\exp e_{tk}}{\sum_j \exp e_{tj}} \qquad\qquad\allowbreak c_t =\nobreak \sum_k a_{tk}\, h_k")
st.markdown("The energy is where the models differ, and only there: the frame around it is the same.")
st.markdown('*Additive* (Bahdanau, Cho and Bengio 2015) and *multiplicative* (Luong, Pham and Manning 2015, their "general" form):')
st.latex(r"e_{tk} =\nobreak v^\top \tanh(W s_{t-1} + U h_k) \qquad\qquad\allowbreak e_{tk} =\nobreak s_{t-1}^\top W h_k")
st.markdown(
    """
*s*ₜ₋₁ is the decoder's state **before** step *t*, *h*ₖ the encoder's state at token *k*: half of its units have read from the left up to
that token, half from the right, so it knows the token in its surroundings. Luong's own decoder asks with the state *after* its step; here
both scores stand in Bahdanau's frame, so that the score alone is compared.
"""
)

st.header("Things to try")
st.markdown(
    """
- **Predict first.** With a date, press *the month?*, click the characters that you expect to matter, and reveal. Nobody told the model
  where months stand: it was trained on pairs of texts alone, and the alignment came by itself.
- **Take it over.** Choose the step that writes the month, then drag the weight of another token up, or put *all on the chosen
  token*. The decoder goes on from the context that *you* made; its own answer stays beside it. Give a date's month step the
  year's digits to look at, and see what month comes out. *Give back*, and the first answer returns to the last digit.
- **Type a word that it does not know** into a translation model. It gets a dashed frame; the model reads only "some word",
  and yet the lines still lead to it.
- **Choose a unit and a step** and check the sum: each product under a column, and the context at its end.
- **Search with a beam.** Greedy decoding takes the likeliest token each time and can not take it back. A beam keeps a
  few beginnings; the tree shows which of them died where.
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
has no digit of its own to look at, and often rests beside the field. At the separators and at the end the weights are diffuse:
there is nothing to look for.
"""
    )
with translate:
    st.markdown(
        "Without attention the score falls with nearly every word more; with it, much less. Only sentences within the vocabulary are counted here (all words of the source and "
        "of one reference), so that length is not mistaken for rare words; the table has the figure over all sentences as well."
    )
    ui.lengths(TRANSLATE, "BLEU against the length of the source, with and without attention")
    ui.scores(TRANSLATE)

st.header("What these models can not do")
st.markdown(
    """
They are small, so that everything fits on a screen. The **date** models know five locales and the years 1900 to 2099;
a source that is no date still gets a date, and an unfinished one gets the missing parts invented. The **translation** models know
some thousands of words from short everyday sentences. They lose the thread in long sentences (without
attention from about eight words on), repeat or drop what they do not know, guess freely between *tu* and *vous* and between past tenses, and have no idea what a sentence means.
BLEU counts matching word groups against the references at hand: a right translation that nobody wrote down counts as wrong, a
fluent wrong one can score. And an alignment shows *where a step looked*, not why the decoder then wrote what it wrote: its own state and
the token before speak as well (take a step over and see how little changes sometimes). More on that under Self-attention.
"""
)
st.caption(
    "Bahdanau, Cho and Bengio (2015), arXiv 1409.0473; Luong, Pham and Manning (2015), arXiv 1508.04025; Cho et al. (2014), arXiv 1406.1078. "
    "Sentence pairs: Tatoeba, CC BY 2.0 FR, put together by manythings.org/anki. Dates: Babel and Unicode CLDR."
)
