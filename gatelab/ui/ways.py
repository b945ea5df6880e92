"""The way through the app as cards: what one sees on each page, and a small picture made from real numbers."""

import html
from base64 import b64encode
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
import streamlit as st

from gatelab import results, zoo
from gatelab.backpropagation import backward
from gatelab.claims import claims
from gatelab.languages import marked, tr
from gatelab.live.first import MODEL, PROMPTS
from gatelab.live.recent import recent
from gatelab.traces import trace
from gatelab.ui import sketch
from gatelab.ui.layout import color_theme
from gatelab.ui.path import GROUPS, OWN, TEACH, TEACHING, own
from gatelab.zoo import film

TEXT = PROMPTS[0][0]
"""What the networks of the pictures read, where they read sentences."""

FADES = "great and then we took the train to the city and then we walked along the road to the old house"
"""A strong word, and many that say little: the last word of it teaches a simple RNN nothing of the first."""

LETTERS = 26  # of its opening text that the picture of Watch shows
ROWS = 8  # and of its units


def cards() -> None:
    """All pages but this one, by group."""
    theme = color_theme()
    with st.container(key="ways"):
        for title, group in (*GROUPS.items(), (TEACH, TEACHING), (OWN, own())):
            if title and group:
                st.header(tr(title), anchor=False)
                with st.container(key=f"ways {title}"):
                    for place in group:
                        _card(place, theme)


def _card(place, theme):
    with st.container(border=True, key=f"card {place.name}"):
        if place.name in PICTURES:
            st.html(
                f'<img alt="{html.escape(tr(PICTURES[place.name].said))}" src="data:image/svg+xml;base64,{b64encode(picture(place.name, theme).encode()).decode()}">'
            )
        place.link(place.label)
        st.markdown(place.seen)


class Picture(NamedTuple):
    """What is drawn on a card: what one sees, for those who do not, and theme -> SVG."""

    said: str
    draw: Callable[[str], str]


@cache
def picture(name: str, theme: str) -> str:
    """The picture on the card of a page, as SVG.

    Args:
        name: a key of `PICTURES`.
        theme: "light" or "dark".
    """
    return PICTURES[name].draw(theme)


def _read(model, text=TEXT):
    return recent.trace(zoo.load(model), text)


def _written(model):
    """What a model that writes does with the text that it opens on."""
    return trace(zoo.load(model), zoo.opening(model).text)


def _unit(theme, model, names):
    """The values of some names of the unit that a model opens on, word by word."""
    seen, unit = _read(model), zoo.opening(model).unit
    return sketch.squares([seen[name][:, unit] for name in names], names, seen.cell, theme, seen.ranges)


def _weights(theme, weights):
    return sketch.squares(weights, ["weights"] * len(weights), "", theme)


def _many(theme):
    """Some units of the first model of Watch."""
    name = zoo.models("character")[0]
    seen, order = _read(name, zoo.opening(name).text), zoo.load(name).orders["similarity"]
    some = [order[k] for k in np.linspace(0, len(order) - 1, ROWS).astype(int)]
    return sketch.squares([seen["c"][:LETTERS, unit] for unit in some], ["c"] * ROWS, seen.cell, theme, seen.ranges)


def _positive(*models):
    """How positive the text is so far, after each word, to each model."""
    return [_read(model).probs[:, 1] for model in models]


def _recalled(*cells):
    """How many of the marked letters of the task Recall each cell gives back, the longer ago the further right: shares, the mean of all seeds."""
    stored = results.results("recall")
    return [np.array([mean for _, mean, *_ in results.curve(stored, cell)]) for cell in cells]


def _faded():
    """How long the gradient of the states is at each word, of the answer that the network does not give: |dL/dc| of an LSTM, |dL/dh| of a simple RNN, over six powers of ten."""
    sizes = []
    for model, name in (("sentiment-lstm", "c"), ("sentiment-rnn", "h")):
        network = zoo.load(model)
        wrong = network.spec.labels[int(np.argmin(_read(model, FADES).probs[-1]))]
        sizes.append(np.linalg.norm(backward(network, FADES, wrong)[name], axis=1))
    return [np.clip((np.log10(size) + 5) / 6, 0, 1) for size in sizes]


def _forecast():
    """The first stored example of a forecast: the series and what was foretold of it, between the least and the largest of both."""
    example = results.study("forecast")["runs"][0]["example"]
    both = np.array([example["truth"], example["forecast"]])
    return (both - both.min()) / (both.max() - both.min())


def _squashed():
    """The sigmoid and the tanh from -5 to 5, on one scale from -1 to 1."""
    x = np.linspace(-5, 5, 41)
    return [(1 + 1 / (1 + np.exp(-x))) / 2, (1 + np.tanh(x)) / 2]


def _learned():
    """What a network says of two sentences, at each moment of its own training: the probability of "positive" after the last word."""
    networks = [film.network(MODEL, k) for k in range(len(film.steps(MODEL)))]
    return [np.array([trace(one, text).probs[-1, 1] for one in networks]) for text, _ in PROMPTS[:2]]


PICTURES = {
    "simple_rnn": Picture(marked("A row of squares: the state of one unit of a simple RNN, word by word"), lambda theme: _unit(theme, "sentiment-rnn", ["h"])),
    "lstm": Picture(marked("Four rows of squares: three gates and the memory of one unit of an LSTM"), lambda theme: _unit(theme, MODEL, ["f", "i", "o", "c"])),
    "gru": Picture(marked("Three rows of squares: two gates and the state of one unit of a GRU"), lambda theme: _unit(theme, "sentiment-gru", ["r", "z", "h"])),
    "answers": Picture(marked("A line: how positive a review is, after each of its words"), lambda theme: sketch.lines(_positive(MODEL), theme)),
    "attention": Picture(
        marked("Squares: where a network looks in a date, at each sign that it writes"), lambda theme: _weights(theme, _written("dates-additive")["weights"])
    ),
    "self_attention": Picture(
        marked("Squares: how much each word of a sentence looks at each other one"),
        lambda theme: _weights(theme, _written("translate-transformer").encoder["weights"][-1, 1]),
    ),
    "how_it_learns": Picture(
        marked("Two lines: how long the gradient of an LSTM and of a simple RNN is at each word, from the first to the last"),
        lambda theme: sketch.lines(_faded(), theme),
    ),
    "watch": Picture(marked("Rows of squares: the memory of eight units of a network, letter by letter"), _many),
    "compare": Picture(
        marked("Three lines: how positive a review is to a simple RNN, a GRU and an LSTM, after each of its words"),
        lambda theme: sketch.lines(_positive("sentiment-lstm", "sentiment-gru", "sentiment-rnn"), theme),
    ),
    "memory": Picture(
        marked("Two lines: how often an LSTM and a simple RNN recall a letter, the longer ago the further to the right"),
        lambda theme: sketch.lines(_recalled("lstm", "rnn"), theme),
    ),
    "learn": Picture(
        marked("Two lines: what a network says of two sentences, from the first step of its training to the last"),
        lambda theme: sketch.lines(_learned(), theme),
    ),
    "claims": Picture(
        marked("Columns of dots, one a claim: full for each training in which it held"), lambda theme: sketch.dots([claim.held for claim in claims()], theme)
    ),
    "questions": Picture(marked("Two lines: a series, and a forecast of it that comes late"), lambda theme: sketch.lines(_forecast(), theme)),
    "glossary": Picture(marked("Two curves: the sigmoid, from 0 to 1, and the tanh, from -1 to 1"), lambda theme: sketch.lines(_squashed(), theme)),
}
"""A page's file -> what is drawn on its card."""
