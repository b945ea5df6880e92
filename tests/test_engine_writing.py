"""Every shipped model that writes: the network in the page against PyTorch, and in the form of the server's answers."""

import copy
import random

import numpy as np
import pytest
import torch

from gatelab import attention, zoo
from gatelab.live.wire import pack_attention
from gatelab.text import START, tokenize
from gatelab.traces import trace
from gatelab.traces.attending import read_as
from tests import engine
from tests.engine import apart, opened

NAMES = zoo.models("attention") + zoo.models("transformer")
COUNT = 200  # texts a model
NEAR = 1e-5  # how far the server's numbers, of 32 bits, may lie from the engine's, of 64
TIE = 1e-6  # of two probabilities: which of the two is taken for the larger one is then a matter of 32 bits
TIED = 1e-4  # of two beginnings of a target, in nats


def plain(name):
    """The model without attention that stands beside a model, None where none does."""
    found = f"{name.split('-')[0]}-none"
    return None if name == found or zoo.load(name).spec.attention == "transformer" else found


def cases(name):
    """[(source, options, whether the model without attention writes beside)], always the same for a model."""
    rng, spec = random.Random(name), zoo.load(name).spec
    words = spec.unit == "words"
    some = engine.texts(spec, zoo.opening(name), COUNT, longest=5 if words else 30)
    found = []
    for text in some:
        count, options = len(tokenize(text, spec.unit)), {}
        if spec.attention != "transformer" and len(text) < 60:
            options |= {"beam": rng.randrange(2, 6)} if rng.random() < 0.25 else {}
            options |= {"forced": {step: row(rng, count) for step in (0, 3)}} if spec.attention != "none" and count and rng.random() < 0.25 else {}
        found.append((text, options, plain(name) is not None and (len(found) % 5 == 0 or not words)))
    return found


def row(rng, count):
    """Attention weights over so many tokens."""
    weights = np.array([rng.random() ** 3 for _ in range(count)])
    return (weights / weights.sum()).tolist()


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """name of a model -> what the engine answers to each of its sources."""

    def path(name):
        return name and str(zoo.ZOO / f"{name}.safetensors")

    jobs = [{"does": "writing", "model": path(name), "beside": path(plain(name)), "texts": cases(name)} for name in NAMES]
    found = iter(engine.run(jobs, tmp_path_factory.mktemp("writing")))
    return {name: [next(found) for _ in job["texts"]] for name, job in zip(NAMES, jobs)}


@torch.inference_mode()
def truth(model, text, written, forced):
    """The arrays of a recurrent model in 64 bits while it writes given tokens, and their probabilities, by PyTorch's own layers."""
    ids = torch.tensor(read_as(model, tokenize(text, model.spec.unit)), dtype=torch.long)
    states, s, keys = model.encode(ids[:, None])
    found, token, chances = {"context": [], "scores": [], "weights": [], "query": []}, START, []
    for q, following in enumerate(written):
        x = model.target_embedding(torch.tensor([model.target.ids[token]]))
        context = model.summary(states)
        if keys is not None:
            scores, weights, context = (part[:, 0] for part in attention.attend(model.energies(s, keys), states.transpose(0, 1)))
            if q in forced:
                weights = torch.tensor([forced[q]], dtype=torch.double)
                context = weights @ states[:, 0]
            for name, value in (("scores", scores), ("weights", weights), ("query", s if model.query is None else model.query(s))):
                found[name].append(value[0])
        found["context"].append(context[0])
        s = model.decoder(torch.cat((x, context), -1), s)
        chances.append(model.score(torch.cat((s, context, x), -1)).softmax(-1)[0, model.target.ids[following]].item())
        token = following
    arrays = {name: torch.stack(rows).numpy() for name, rows in found.items() if rows} | {"states": states[:, 0].numpy()}
    return arrays | ({} if keys is None else {"key": keys[0].numpy()}), chances


def same_words(said, seen):
    """Whether two answers wrote the same; where they did not, the two tokens at which they part must tie.

    Args:
        said: the engine's metadata.
        seen: Python's trace.
    """
    for q, (mine, theirs) in enumerate(zip(said["written"], seen.written)):
        if mine != theirs:
            ids = seen.model.target.ids
            assert abs(seen.probs[q, ids[mine]] - seen.probs[q, ids[theirs]]) < TIE
            return False
    assert said["written"] == list(seen.written) and said["output"] == seen.output
    return True


def same_tree(mine, theirs):
    """Whether two trees are the same; where they are not, the two nodes at which they part must tie."""
    for one, other in zip(mine, theirs):
        if any(one[key] != other[key] for key in ("parent", "step", "id", "token")):
            assert abs(one["total"] - other["total"]) < TIED
            return False
        assert one["logp"] == pytest.approx(other["logp"], abs=TIED) and one["total"] == pytest.approx(other["total"], abs=TIED)
        if (one["fate"], one["best"]) != (other["fate"], other["best"]):
            rivals = [node["total"] for node in theirs if node["step"] == one["step"]]
            assert sum(abs(total - one["total"]) < TIED for total in rivals) > 1
            return False
    assert len(mine) == len(theirs)
    return True


def check_lists(said, about, seen):
    """The likeliest tokens of each step and their chances; tokens may change places where they tie."""
    ids = seen.model.target.ids
    for q, (mine, theirs) in enumerate(zip(said["best"], about["best"], strict=True)):
        for (token, chance), (other, expected) in zip(mine, theirs, strict=True):
            assert abs(chance - expected) < NEAR
            assert token == other or abs(seen.probs[q, ids[token]] - seen.probs[q, ids[other]]) < TIE
    np.testing.assert_allclose(said["chances"], about["chances"], rtol=0, atol=NEAR)


@pytest.mark.parametrize("name", NAMES)
def test_a_writer_in_the_page_answers_as_the_server_does(answers, name):
    """The arrays are those of PyTorch in 64 bits; the server's have 32, and may differ by what they lose, see test_engine_reading.py."""
    model = zoo.load(name)
    double, beside, ties = copy.deepcopy(model).double(), plain(name) and zoo.load(plain(name)), 0
    for k, ((text, options, both), (said, arrays)) in enumerate(zip(cases(name), answers[name], strict=True)):
        seen, other = trace(model, text, **options), trace(beside, text) if both else None
        about, served = opened(pack_attention(seen, other))
        assert [said[key] for key in ("model", "text", "tokens", "unknown", "forced")] == [
            about[key] for key in ("model", "text", "tokens", "unknown", "forced")
        ]
        if not same_words(said, seen) or not same_tree(said["tree"], about["tree"]) or other and not same_words(said["beside"], other):
            ties += 1
            continue
        check_lists(said, about, seen)
        if other:
            assert said["beside"].keys() == about["beside"].keys() and said["beside"]["model"] == about["beside"]["model"]
            check_lists(said["beside"], about["beside"], other)
        assert said.keys() == about.keys()
        if k % 3 == 0 or apart(arrays, served) > NEAR:
            exact, chances = precisely(double, text, seen, options.get("forced", {}))
            for array in exact:
                np.testing.assert_allclose(arrays[array], exact[array], rtol=1e-6, atol=1e-6, err_msg=f"{array} of {text!r}")
            np.testing.assert_allclose(said["chances"], chances, rtol=0, atol=2e-6)
            assert apart(arrays, served) < NEAR + max((np.abs(exact[array] - served[array]).max() for array in exact), default=0), text
    assert ties < COUNT / 50


def precisely(double, text, seen, forced):
    """The arrays of an answer and the chances of the tokens written, in 64 bits; none for an empty text."""
    if not seen.tokens:
        return {}, []
    if double.spec.attention != "transformer":
        return truth(double, text, seen.written, forced)
    again = trace(double, text)
    assert again.written == seen.written
    parts = {"encoder": again.encoder, "decoder": again.decoder, "across": again.arrays}
    arrays = {f"{part}.{name}": some[name] for part, some in parts.items() for name in ("query", "key", "value", "weights")}
    return arrays, [row[again.model.target.ids[token]] for row, token in zip(again.probs, again.written)]
