"""The way through the app as cards: what one sees on each page, and a small picture made from real numbers."""

from functools import cache

import numpy as np
import streamlit as st

from gatelab import zoo
from gatelab.claims import claims
from gatelab.influence import influence
from gatelab.live.first import MODEL, PROMPTS
from gatelab.live.memory import recent
from gatelab.trace import trace
from gatelab.ui import sketch
from gatelab.ui.path import GROUPS

TEXT = PROMPTS[0][0]
"""What the networks of the pictures read, where they read sentences."""

LETTERS = 26  # of its opening text that the picture of Watch shows
ROWS = 8  # and of its units


def cards() -> None:
    """All pages but this one, by group."""
    with st.container(key="ways"):
        for title, group in GROUPS.items():
            if title:
                st.header(title)
                with st.container(horizontal=True, key=f"ways {title}"):
                    for place in group:
                        _card(place)


def _card(place):
    with st.container(border=True, width=300, key=f"card {place.name}"):
        st.html(picture(place.name))
        place.link(place.label)
        st.markdown(place.shows)


@cache
def picture(name: str) -> str:
    """The picture on the card of a page, as SVG.

    Raises:
        KeyError: there is none for this page.
    """
    return PICTURES[name]()


def _read(model, text):
    return recent.trace(zoo.load(model), text)


def _unit(model, names, said):
    """The values of some names of the unit that a model opens on, word by word."""
    seen, unit = _read(model, TEXT), zoo.opening(model).unit
    return sketch.squares([seen[name][:, unit] for name in names], names, seen.cell, said)


def _answers():
    return sketch.lines([_read(MODEL, TEXT).probs[:, 1]], "A line: how positive a review is, after each of its words")


def _attention():
    seen = _written("dates-additive")
    return sketch.squares(seen["weights"], ["weights"] * len(seen["weights"]), "", "Squares: where a network looks in a date, at each sign that it writes")


def _heads():
    rows = _written("translate-transformer").encoder["weights"][-1, 1]
    return sketch.squares(rows, ["weights"] * len(rows), "", "Squares: how much each word of a sentence looks at each other one")


def _written(model):
    """What a model that writes does with the text that it opens on."""
    return trace(zoo.load(model), zoo.opening(model).text)


def _watch():
    model = zoo.models("character")[0]
    seen, order = _read(model, zoo.opening(model).text), zoo.load(model).orders["similarity"]
    some = [order[k] for k in np.linspace(0, len(order) - 1, ROWS).astype(int)]
    return sketch.squares([seen["c"][:LETTERS, unit] for unit in some], ["c"] * ROWS, seen.cell, "Squares: the memory of eight units, letter by letter")


def _compare():
    cells = [name for name in zoo.families()["sentiment"] if name.rpartition("-")[2] in ("rnn", "gru", "lstm")]
    return sketch.lines([_read(name, TEXT).probs[:, 1] for name in cells], "Three lines: how positive three networks hold the same review, after each word")


def _memory():
    series = [_reach(name) for name in ("sentiment-lstm", "sentiment-rnn")]
    return sketch.lines(series, "Two lines: how much the last state of two networks depends on each word")


def _reach(model):
    """How much the last state owes to each word of the second prompt, as a share of the most: (T,)."""
    norms = influence(zoo.load(model), PROMPTS[1][0]).norms
    return norms / norms.max()


def _claims():
    return sketch.dots([claim.held for claim in claims()], "Rows of dots, one a claim: full for each training in which it held")


PICTURES = {
    "simple_rnn": lambda: _unit("sentiment-rnn", ["h"], "A row of squares: the state of one unit of a simple RNN, word by word"),
    "lstm": lambda: _unit(MODEL, ["f", "i", "o", "c"], "Four rows of squares: three gates and the memory of one unit of an LSTM, word by word"),
    "gru": lambda: _unit("sentiment-gru", ["r", "z", "h"], "Three rows of squares: two gates and the state of one unit of a GRU, word by word"),
    "answers": _answers,
    "attention": _attention,
    "self_attention": _heads,
    "watch": _watch,
    "compare": _compare,
    "memory": _memory,
    "claims": _claims,
}
"""A page's file -> what makes its picture."""
