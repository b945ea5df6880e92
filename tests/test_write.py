"""A text that a model goes on with: drawn as its probabilities say, the same for the same seed, in JavaScript as well."""

import subprocess
from itertools import islice

import numpy as np
import pytest
import torch

import gatelab
from gatelab import Hold, writing
from gatelab.draws import mulberry32
from gatelab.networks import ModelSpec, build
from gatelab.text import UNKNOWN
from gatelab.traces import trace
from tests.browser import NODE, require
from tests.conftest import random_model
from tests.test_attention_trace import random_pair

MULBERRY32 = """
function mulberry32(a) {
  return function () {
    a |= 0; a = a + 0x6D2B79F5 | 0;
    var t = Math.imul(a ^ a >>> 15, 1 | a);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 4294967296;
  };
}
for (const seed of [0, 1, 2, 12345, 2147483648, 4294967295]) {
  const next = mulberry32(seed);
  for (let k = 0; k < 500; k += 1) console.log(next());
}
"""
"""The generator as its author, Tommy Ettinger, and bryc's collection of generators for JavaScript have it."""


@pytest.fixture
def uneven():
    """A model that finds some characters a hundred times as likely as others."""
    model = random_model("lstm")
    model.head.weight.mul_(8)
    return model


def expected(model, text, temperature):
    """How likely each label is to be written next, from PyTorch's own modules: (V,)."""
    h, _ = model.recurrent(model.embedding(torch.tensor(model.vocabulary.encode(text))))
    scores = model.head(h[-1]).double()
    scores[model.spec.labels.index(UNKNOWN)] = -torch.inf
    return (scores / temperature).softmax(-1).numpy()


def surprise(counts, chances):
    """How likely counts are at least so far from what chances say, by Pearson's chi-squared test."""
    wanted = counts.sum() * chances
    seen = wanted > 0
    assert not counts[~seen].any()
    apart = ((counts[seen] - wanted[seen]) ** 2 / wanted[seen]).sum()
    return float(torch.special.gammaincc(torch.tensor((seen.sum() - 1) / 2), torch.tensor(apart / 2)))


@pytest.mark.parametrize("temperature", [1, 0.5, 2.0])
def test_characters_come_as_often_as_the_probabilities_say(uneven, temperature):
    """10,000 texts, one character each, every one with a seed of its own."""
    chances = expected(uneven, "the cat", temperature)
    written = [uneven.spec.labels.index(gatelab.write(uneven, "the cat", 1, temperature, seed).text) for seed in range(10_000)]
    counts = np.bincount(written, minlength=len(chances))
    few = chances * 10_000 < 5  # those are counted together
    counts, chances = (np.append(of[~few], of[few].sum()) for of in (counts, chances))
    assert len(chances) > 10 and surprise(counts, chances) > 0.001


def test_one_generator_draws_as_often_as_the_probabilities_say():
    p, numbers = np.array([0.5, 0, 0.1, 0.25, 0.15]), mulberry32(7)
    counts = np.bincount([writing.drawn(p, 1, next(numbers)) for _ in range(10_000)], minlength=5)
    assert surprise(counts, p) > 0.001


def test_a_number_draws_the_first_label_whose_sum_exceeds_it():
    p = np.array([0.0, 0.25, 0.25, 0.0, 0.5])
    assert [writing.drawn(p, 1, u) for u in (0, 0.2499, 0.25, 0.4999, 0.5, 1 - 2**-32)] == [1, 1, 2, 2, 4, 4]
    assert [writing.drawn(p, 0.5, u) for u in (0.1666, 0.1667, 0.3333, 0.3334)] == [1, 2, 2, 4]  # 1/16, 1/16 and 1/4
    assert {writing.drawn(p, 1e-9, u) for u in (0, 0.5, 1 - 2**-32)} == {4}
    assert [writing.drawn(p, 1e9, u) for u in (0.3, 0.6, 0.9)] == [1, 2, 4]  # what is impossible stays so


def test_temperature_0_always_takes_the_likeliest(uneven):
    seen, given = gatelab.write(uneven, "the cat", 50, temperature=0)
    assert (given, len(seen)) == (7, 57)
    for at in range(given, len(seen)):
        assert seen.tokens[at] == uneven.spec.labels[expected(uneven, seen.text[:at], 1).argmax()]
    assert gatelab.write(uneven, "the cat", 50, 0, seed=9).trace.text == seen.text


def test_the_same_seed_writes_the_same_text_and_another_seed_another(uneven):
    texts = [gatelab.write(uneven, "the cat", 80, 0.8, seed).text for seed in (1, 1, 2, 3)]
    assert texts[0] == texts[1] == gatelab.write(uneven, "the cat", 80).text and len(set(texts)) == 3
    assert texts[0].startswith(gatelab.write(uneven, "the cat", 30).text)  # a shorter text is its beginning


def test_every_character_follows_from_the_contract(uneven):
    """Recomputed with Python's own floats from the trace's probabilities."""
    seen, given = gatelab.write(uneven, "the cat", 100, 0.7, 5)
    for u, at in zip(mulberry32(5), range(given, len(seen))):
        p = [0.0 if label == UNKNOWN else float(value) for label, value in zip(uneven.spec.labels, seen.probs[at - 1])]
        weights = [(value / max(p)) ** (1 / 0.7) for value in p]
        total, label = 0.0, 0
        while total + weights[label] <= u * sum(weights):
            total, label = total + weights[label], label + 1
        assert seen.tokens[at] == uneven.spec.labels[label]


def test_the_generator_is_mulberry32_as_javascript_has_it():
    require("Node.js", NODE)
    done = subprocess.run([NODE, "-e", MULBERRY32], capture_output=True, text=True, timeout=60, check=True)
    ours = [number for seed in (0, 1, 2, 12345, 2**31, 2**32 - 1) for number in islice(mulberry32(seed), 500)]
    assert ours == [float(line) for line in done.stdout.split()] and 0 <= min(ours) and max(ours) < 1


def test_the_unknown_is_never_written(uneven):
    uneven.head.bias[uneven.spec.labels.index(UNKNOWN)] = 50.0
    for temperature in (0, 1, 1000.0):
        assert UNKNOWN not in gatelab.write(uneven, "the cat", 300, temperature).text


def test_what_is_written_is_the_trace_of_the_whole_text(uneven):
    seen, given = gatelab.write(uneven, "Möwe?", 40, hold=Hold("f", 1.0, steps=slice(8, None)))
    whole = trace(uneven, seen.text, hold=Hold("f", 1.0, steps=slice(8, None)))
    assert seen.text.startswith("Möwe?") and given == 5 and len(seen) == 45 and seen.held == whole.held
    np.testing.assert_allclose(seen.probs, whole.probs, atol=1e-6)
    assert (seen["f"][8:] == 1).all() and seen.held_at("f")[8:].all() and not seen.held_at("f")[:8].any()


def test_a_hold_changes_what_is_written_from_its_step_on(uneven):
    plain, held = (gatelab.write(uneven, "the cat", 60, hold=hold).text for hold in (None, Hold("h", 1.0, steps=slice(27, None))))
    assert plain[:21] == held[:21] and plain[21:] != held[21:]


def test_no_characters_are_written_where_none_are_asked_for(uneven):
    done = gatelab.write(uneven, "the cat", 0)
    assert done.text == "" and done.trace.text == "the cat" and done.given == 7


def answering():
    return build(ModelSpec("answers", "gru", (UNKNOWN, "a", "b"), 2, 3, outputs=("no", "yes")))


def of_words():
    return build(ModelSpec("words", "gru", (UNKNOWN, "a", "b"), 2, 3, unit="words"))


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"model": random_pair("none")}, TypeError, "model must be one that reads text, see gatelab.load: got EncoderDecoder"),
        ({"model": "prose-lstm"}, TypeError, "got str"),
        ({"model": torch.nn.LSTM(2, 3)}, TypeError, "got LSTM"),
        ({"model": answering()}, ValueError, "model must read characters and predict the next one: got answers"),
        ({"model": of_words()}, ValueError, "got words, which reads words"),
        ({"text": ""}, ValueError, "text must have at least one character to go on from: got ''"),
        ({"text": 7}, TypeError, "text must be a string: got int"),
        ({"length": -1}, ValueError, "length must be an integer of at least 0: got -1"),
        ({"length": 2.0}, ValueError, "got 2.0"),
        ({"temperature": -0.1}, ValueError, "temperature must be a finite number of at least 0: got -0.1"),
        ({"temperature": float("nan")}, ValueError, "got nan"),
        ({"temperature": float("inf")}, ValueError, "got inf"),
        ({"temperature": "1"}, ValueError, "got '1'"),
        ({"seed": 2**32}, ValueError, "seed must be an integer from 0 to 4294967295: got 4294967296"),
        ({"seed": -1}, ValueError, "got -1"),
        ({"seed": True}, ValueError, "got True"),
        ({"hold": Hold("r", 1)}, KeyError, "names r, which the LSTM does not compute"),
    ],
)
def test_an_error_names_the_thing_the_rule_and_what_came(given, error, said):
    with pytest.raises(error, match=said):
        gatelab.write(**{"model": random_model("lstm"), "text": "a"} | given)


@pytest.mark.parametrize("temperature", [5e-324, 1e-12, 1e12])
def test_temperatures_at_the_ends_write(uneven, temperature):
    assert len(gatelab.write(uneven, "the cat", 20, temperature).text) == 20


def test_a_shipped_model_writes_words():
    done = gatelab.write(gatelab.load("prose-lstm"), "It is a truth ", 200, temperature=0.5)
    assert len(done.text) == 200 and done.text.count(" ") > 20 and " the " in done.text + done.trace.text
