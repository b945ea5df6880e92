"""Self-attention: every head of every layer of a small transformer, at every key."""

import streamlit as st

from gatelab import ui, zoo
from gatelab.live.component import self_attention
from gatelab.live.stages import STAGES

st.title("Self-attention: a text that looks at itself")

opening, notes = STAGES["self_attention"].read(st.query_params)
ui.notes(notes)


@st.fragment
def stage():
    explored = self_attention(opening)
    if explored:
        ui.explore_attention(explored)


stage()

st.header("No cell, no memory: only looks")
st.markdown(
    """
The decoder of the Attention page looked at the source and still carried a state from step to step. A **transformer** drops the
state. Each token becomes a vector, and in each layer every token looks at all the others *at the same time*. Nothing is passed
along a chain, so the first word is as near to the last as its neighbor is; that also means that the order of the words would be
lost, so a pattern of sines and cosines that tells the **position** is added to each vector.

One look is one **head**. From each token's vector it makes three: a **query** (what am I looking for?), a **key** (what do I
offer?) and a **value** (what do I pass on?). A query and a key that point the same way give a high energy:
"""
)
st.latex(
    r"e_{ij} =\nobreak \frac{q_i^\top k_j}{\sqrt{A}} \qquad\allowbreak a_{ij} =\nobreak \frac{\exp e_{ij}}{\sum_m \exp e_{im}} \qquad\allowbreak o_i =\nobreak \sum_j a_{ij}\, v_j"
)
st.markdown(
    """
*A* is the length of a query. Without the root the sums of a long query would grow with its length and the softmax would put
everything on one key (Vaswani et al. 2017). Four heads look in each layer, each with matrices of its own; their outputs are put
side by side and mixed by one more matrix, the token's own vector is added and the sum normalized, and two plain layers work on each token
alone. Then the next layer looks again, at what the first one made.

Three places use the same three formulas:

- **The source looks at itself** (encoder): every token at every token, in both directions.
- **The target looks at itself** (decoder): only backwards. What has not been written yet must not be seen, so these entries are
  masked: their energy is set to minus infinity *before* the softmax, and their weight is exactly 0, not just small.
- **The target looks at the source**: queries from the decoder, keys and values from the encoder. This is the attention of the
  page before, with another score.
"""
)

st.header("Things to try")
st.markdown(
    """
- **Predict first.** Choose *the target looks at itself* and an entry above the diagonal: what is its weight, and why is the first row
  always 1? Then look.
- **Compare the heads.** One may look at the token before, one at the last or at a full stop, one at the token itself. Type on and see which of
  these habits hold. Heads of one layer are free to differ, and nothing makes them useful.
- **Find the look that writes the month** (or the noun): in *the target looks at the source*, and in which layer and head.
- **Check one entry.** Its query and key, their products, the sum, the root, the softmax: all numbers are those of your text.
"""
)

st.header("What a weight does not mean")
st.markdown(
    """
A weight says how much of a *value* was mixed into a vector. It is tempting to read it as "the model wrote this because of that
word". Jain and Wallace (2019) tested that reading on text classifiers with attention over recurrent encoders: the weights agreed poorly with measures
of what changes the output, and one could often find quite different weights that gave nearly the same answer. Wiegreffe and Pinter
(2019) replied that this depends on what an explanation is asked to do, and that weights which must be learned together with the model
are not that arbitrary. Both agree on what to take home: a map of weights is something that the model *computed*, and a hint; the
test is to change something and see what happens, as on the Attention page. In a transformer there is more reason for care: after
the first layer a position's vector is already a mixture of many tokens, the values differ in length (a large weight on a small value is a
small thing), and every look is added to a vector that also carries on by itself.
"""
)

st.header("How well it does")
ui.scores(zoo.models("transformer"))
st.caption(
    "Vaswani et al. (2017), arXiv 1706.03762; Jain and Wallace (2019), arXiv 1902.10186; Wiegreffe and Pinter (2019), arXiv 1908.04626. "
    "As in the first of these papers, normalization comes after each sum; 2 layers and 4 heads here, 6 and 8 there."
)
