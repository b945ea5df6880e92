"""Self-attention: every head of every layer of a small transformer, at every key."""

import streamlit as st

from gatelab import ui, zoo
from gatelab.live.component import self_attention

st.title("Self-attention: a text that looks at itself")

opening, notes = ui.opening("self_attention")
ui.notes(notes)
picture, text = ui.beside()


@st.fragment
def stage():
    explored = self_attention(opening)
    if explored:
        ui.explore_attention(explored)


with picture:
    stage()

with text:
    st.markdown(
        """
The decoder of the Attention page still carried a state from step to step. A **transformer** has no such state. Each token becomes a
list of numbers, a *vector*, and in each layer every token looks at all the others *at the same time*. Nothing is passed along a
chain: the last word reaches the first one in a single step, as it reaches its neighbor.

## One head is one way to look

In each layer four **heads** look side by side. Each small map in the picture is one head: a row for each token that looks, a column for each that is
looked at, and a square for how much. What stands over a map was *measured*, on texts that training never read: where most of the
head's weight lies. Point at a map to read how much. Where no place gets 40 % of it, the head is called *spread over several*.
Some heads have a plain habit. Many do not, and nothing in training asks for one.

## Query, key, value

From each token's vector a head makes three shorter ones. The **query** says what the token looks for, the **key** what it offers, the **value** what
it passes on. Where the query $q_i$ of the token that looks and the key $k_j$ of another point the same way, the **energy** $e_{ij}$ is
high. The softmax turns the energies of a row into **weights** from 0 to 1 that add up to 1, and the output $o_i$ is the weighted sum of the values:
"""
    )
    st.latex(r"e_{ij} =\nobreak \frac{q_i^\top k_j}{\sqrt{A}} \qquad\allowbreak a_{ij} =\nobreak \frac{\exp e_{ij}}{\sum_m \exp e_{im}}")
    st.latex(r"o_i =\nobreak \sum_j a_{ij}\, v_j")
    st.markdown(
        """
*A* is the length of a query. Without the root the sums of a long query would grow with its length, and the softmax would put
everything on one key (Vaswani et al. 2017). The outputs of the four heads are put side by side and mixed by one more matrix, the token's own
vector is added, and two plain layers work on each token alone. Then the next layer looks again, at what the first one made. As nothing
else would tell the order of the words, a pattern that stands for the **position** is added to each vector at the beginning.

## Three places, the same formulas

- **The source looks at itself** (encoder): every token at every token, in both directions.
- **The target looks at itself** (decoder): only backwards. What has not been written yet must not be seen, so these entries are
  *masked*: their weight is exactly 0.
- **The target looks at the source**: queries from the decoder, keys and values from the encoder, as on the page before.

## Things to try

- **Predict first.** Choose *the target looks at itself*. What is the weight above the diagonal, and why is the first row
  always 1? Then look.
- **Change the sentence** and see whether a head keeps the habit that its label names.
- **Find the head that writes the month** (or the noun): in *the target looks at the source*, in which layer and which head?
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
are not that arbitrary. Both agree on this: a map of weights is something that the model *computed*, and a hint; the
test is to change something and see what happens, as on the Attention page. In a transformer there is more reason for care: after
the first layer a position's vector is already a mixture of many tokens, the values differ in length (a large weight on a small value is a
small thing), and every output of a head is added to a vector that also carries on by itself.
"""
)

st.header("How well it does")
ui.scores(zoo.models("transformer"))
st.caption(
    "Vaswani et al. (2017), arXiv 1706.03762; Jain and Wallace (2019), arXiv 1902.10186; Wiegreffe and Pinter (2019), arXiv 1908.04626. "
    "As in the first of these papers, normalization comes after each sum; 2 layers and 4 heads here, 6 and 8 there."
)
