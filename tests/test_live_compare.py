"""`POST /live/compare` and `POST /live/memory` through Starlette's own TestClient, and links to their stages, over small
random models in a zoo of their own."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from safetensors import deserialize
from safetensors.numpy import load
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gatelab import sizes, zoo
from gatelab.cells import CELLS
from gatelab.influence import influence
from gatelab.live import compare, memory
from gatelab.live.compare import AT_ONCE, MOST, VALUES
from gatelab.live.endpoint import BODY_LIMIT, LIMIT
from gatelab.live.memory import WINDOW
from gatelab.live.routes import ROUTES
from gatelab.live.stages import STAGES
from gatelab.networks import ModelSpec, build
from gatelab.text import UNKNOWN, Vocabulary, tokenize
from gatelab.traces import trace
from gatelab.training.loop import checkpoint
from tests.conftest import ALPHABET
from tests.families import card

TEXTS = {"tale": "the cat, 😀 ش the hat", "review": "A good  film, not GOOD enough!", "sum": "0.25 0.5* 1  .75* x 0"}
TALES = tuple(f"tale-{cell}" for cell in ("lstm", "gru", "rnn", "peephole", "coupled", "gru-cho"))
FAMILIES = {"tale": TALES, "review": ("review-coupled", "review-gru", "review-lstm"), "sum": ("sum-gru", "sum-peephole", "sum-rnn")}
"""Task -> its models. More than five of the first; words and numbers are read by the others."""

CACHES = [kept for room in (zoo, compare, memory) for kept in vars(room).values() if hasattr(kept, "cache_clear")]


def made(name):
    """A random model; the more letters its name has, the more units, so that no two of a task are alike."""
    torch.manual_seed(len(name))
    task, cell = name.removesuffix("-matched").split("-", 1)
    options = {
        "tale": {"tokens": Vocabulary.of(ALPHABET).tokens},
        "review": {"tokens": (UNKNOWN, "a", "good", "film", "not"), "unit": "words", "outputs": ("negative", "positive")},
        "sum": {"tokens": (), "unit": "numbers", "outputs": ("sum",), "embedding_size": 2},
    }
    return build(ModelSpec(**{"name": name, "cell": cell, "embedding_size": 6, "hidden_size": len(name)} | options[task]))


@pytest.fixture(scope="module", autouse=True)
def shelf(tmp_path_factory):
    """A zoo with three families, and one model that has no relatives."""
    path = tmp_path_factory.mktemp("zoo")
    openings = {}
    for name in [*(name for family in FAMILIES.values() for name in family), "tale-gru-matched", "lonely-gru"]:
        model = made(name) if not name.startswith("lonely") else build(ModelSpec(name, "gru", (UNKNOWN, "a"), 3, 4))
        (path / f"{name}.safetensors").write_bytes(checkpoint(model))
        (path / f"{name}.json").write_text(json.dumps({"name": name} | card(model) | {"scores": {"nats": 1.5}, "matched": name.endswith("-matched")}))
        openings[name] = {"text": TEXTS.get(name.split("-")[0], "a"), "unit": 1, "note": "random", "others": []}
    (path / "openings.json").write_text(json.dumps(openings))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zoo, "ZOO", path)
        patch.setattr(zoo, "ORDER", TALES)
        [cache.cache_clear() for cache in CACHES]
        yield path
    [cache.cache_clear() for cache in CACHES]


@pytest.fixture(scope="module")
def client(shelf):
    with TestClient(Starlette(routes=ROUTES), raise_server_exceptions=True) as client:
        yield client


def ask(client, route="compare", **fields):
    return client.post(f"/live/{route}", json={"models": list(TALES[:MOST]), "text": TEXTS["tale"]} | fields)


def metadata(body):
    """What stands in the header, read as strictly as a browser reads it: no NaN and no Infinity."""
    size = int.from_bytes(body[:8], "little")
    strictly = {"parse_constant": lambda constant: pytest.fail(f"no browser reads {constant}")}
    return {key: json.loads(value, **strictly) for key, value in json.loads(body[8 : 8 + size], **strictly)["__metadata__"].items()}


def said(seen):
    """What stands in an answer for a trace: name -> array."""
    return {name: seen[name] for name in seen.names} | {"answers" if seen.probs is None else "probs": seen.answers}


def part(arrays, k):
    return {name.split(".", 1)[1]: array for name, array in arrays.items() if name.startswith(f"{k}.")}


# Compare


@pytest.mark.parametrize("task", FAMILIES)
@pytest.mark.parametrize("count", [2, 3, 5])
def test_an_answer_holds_the_trace_of_every_model_in_the_order_asked(client, task, count):
    models, text = list(reversed(FAMILIES[task][:count])), TEXTS[task]
    response = ask(client, models=models, text=text)
    arrays, about = load(response.content), metadata(response.content)
    assert response.status_code == 200 and response.headers["cache-control"] == "no-store"
    assert [one["model"] for one in about["parts"]] == models
    assert len(arrays) == sum(len(part(arrays, k)) for k in range(len(models)))
    for k, name in enumerate(models):
        expected = said(trace(zoo.load(name), text))
        assert part(arrays, k).keys() == expected.keys()
        for what, values in expected.items():
            np.testing.assert_allclose(part(arrays, k)[what], values, atol=1e-6)
    assert {one["dtype"] for _, one in deserialize(response.content)} == {"F32"}


@pytest.mark.parametrize("task", FAMILIES)
def test_the_header_says_what_was_read_and_how_it_is_to_be_shown(client, task):
    models, text = FAMILIES[task][:2], TEXTS[task]
    about = metadata(ask(client, models=models, text=text).content)
    tokens = tokenize(text, {"tale": "characters", "review": "words", "sum": "numbers"}[task])
    assert (about["have"], about["steps"], about["tokens"]) == (0, len(tokens), list(tokens))
    for name, one in zip(models, about["parts"], strict=True):
        model = zoo.load(name)
        assert one["tokens"] == list(tokens) and one["ids"] == model.vocabulary.encode(tokens)
        assert one["names"] == list(CELLS[model.spec.cell].names) and set(one["ranges"]) == set(one["scales"]) == set(one["names"])
        assert one["unknown"] == [token in {"tale": "😀ش", "review": ",!enough", "sum": "x"}[task] for token in tokens]


@pytest.mark.parametrize("task", FAMILIES)
def test_an_answer_carries_only_the_steps_that_the_browser_lacks(client, task):
    models, text = FAMILIES[task][:2], TEXTS[task]
    whole = load(ask(client, models=models, text=text).content)
    steps = len(whole["0.h"])
    for have in range(steps + 1):
        response = ask(client, models=models, text=text, have=have)
        arrays, about = load(response.content), metadata(response.content)
        assert about["have"] == have and about["steps"] == steps and len(about["tokens"]) == steps - have
        for what, values in whole.items():
            assert len(arrays[what]) == steps - have
            np.testing.assert_allclose(arrays[what], values[have:], atol=1e-6)


@pytest.mark.parametrize("task", FAMILIES)
def test_pieces_and_compact_answers_hold_for_several_models_as_for_one(client, task):
    models, text = list(FAMILIES[task][:MOST]), TEXTS[task]
    steps = len(trace(zoo.load(models[0]), text))
    response = ask(client, models=models, text=text, have=1, most=3, compact=True)
    about, arrays = metadata(response.content), load(response.content)
    assert (about["have"], about["steps"], about["left"]) == (1, 4, steps - 4) and len(about["tokens"]) == 3
    for k, name in enumerate(models):
        one = load(client.post("/live/trace", json={"model": name, "text": text, "have": 1, "most": 3, "compact": True}).content)
        assert one.keys() == part(arrays, k).keys() and all((one[key] == part(arrays, k)[key]).all() for key in one)
    assert ask(client, most=-1).json()["field"] == "most" and ask(client, compact=None).json()["field"] == "compact"


def test_a_text_typed_key_by_key_is_the_text_at_once(client):
    """With a second thought in the middle, as the browser asks for it."""
    kept = {}
    for text, have in [*((TEXTS["tale"][: n + 1], n) for n in range(12)), ("the dog, ", 4), ("the dog, o", 9), ("the dog", 7), ("", 0), ("o", 0)]:
        new = load(ask(client, text=text, have=have).content)
        kept = {what: np.concatenate((kept[what][:have], values)) if kept else values for what, values in new.items()}
        for k, name in enumerate(TALES[:MOST]):
            for what, values in said(trace(zoo.load(name), text)).items():
                np.testing.assert_allclose(kept[f"{k}.{what}"], values, atol=1e-6)


def test_a_word_that_goes_on_is_read_anew(client):
    models = list(FAMILIES["review"])
    for text, have in (("a goo", 1), ("a good", 1), ("a good film", 2), ("a good fil", 2)):
        arrays = load(ask(client, models=models, text=text, have=have).content)
        for k, name in enumerate(models):
            np.testing.assert_allclose(arrays[f"{k}.probs"], trace(zoo.load(name), text).probs[have:], atol=1e-6)


def test_bytes_of_one_more_character_do_not_grow_with_the_text(client):
    found = []
    for length in (10, 100, 1000, 1900):
        text = ("never mind " * 200)[:length]
        ask(client, text=text)
        found.append(len(ask(client, text=text + "s", have=length).content))
    assert max(found) - min(found) <= 48  # the numbers in the header get longer by a digit or two, in all and for each model


def test_one_more_character_is_one_more_step_for_every_model(client, monkeypatch):
    ask(client, text="they typed this")
    read, encode = [], Vocabulary.encode
    monkeypatch.setattr(Vocabulary, "encode", lambda self, tokens: read.append(tuple(tokens)) or encode(self, tokens))
    ask(client, text="they typed this,", have=15)
    assert read == [(",",)] * 2 * MOST  # once to read it, once to say which id it was read under


@pytest.mark.parametrize("length", [0, 1, LIMIT])
def test_the_shortest_and_the_longest_text_are_read(client, length):
    arrays = load(ask(client, text=("ab " * LIMIT)[:length]).content)
    assert {len(array) for array in arrays.values()} == {length}


def test_the_longest_text_in_escapes_still_fits(client):
    body = json.dumps({"models": list(TALES[:MOST]), "text": "😀" * LIMIT, "have": LIMIT})
    assert client.post("/live/compare", content=body).status_code == client.post("/live/memory", content=body).status_code == 200


@pytest.mark.parametrize(
    "text", ["\x00", "é́", "👩‍👩‍👧", "\u202eabc", "ﬁ\ufeff", "\N{REPLACEMENT CHARACTER}", "\U0010ffff", "a\r\nb\u2028", "<b>&amp;"], ids=ascii
)
def test_any_whole_text_is_read_character_by_character(client, text):
    response = ask(client, text=text)
    assert metadata(response.content)["tokens"] == list(text)
    for k, name in enumerate(TALES[:MOST]):
        np.testing.assert_allclose(load(response.content)[f"{k}.h"], trace(zoo.load(name), text)["h"], atol=1e-6)


@pytest.mark.parametrize(("have", "threads"), [(0, 1), (1000 - AT_ONCE, 0), (999, 0), (1000 - AT_ONCE - 1, 1)])
def test_long_work_leaves_the_event_loop(client, monkeypatch, have, threads):
    text, used = f"{have:04d}" + "y" * 996, []
    if have:
        ask(client, text=text[:have])

    async def in_turn(request, cost, work, *args):
        used.append(work)
        return work(*args)

    monkeypatch.setattr(compare, "in_turn", in_turn)
    assert ask(client, text=text, have=have).status_code == 200
    assert len(used) == threads


def test_work_that_was_forgotten_leaves_the_event_loop_whatever_the_request_says(client, monkeypatch):
    used = []

    async def in_turn(request, cost, work, *args):
        used.append(work)
        return work(*args)

    monkeypatch.setattr(compare, "in_turn", in_turn)
    assert ask(client, text="never asked before " + "z" * 900, have=919).status_code == 200
    assert len(used) == 1


def test_many_visitors_at_once_get_their_own_answers(client):
    texts = [f"{k} of many " * (1 + k % 7) for k in range(40)]
    with ThreadPoolExecutor(8) as pool:
        for text, response in zip(texts, pool.map(lambda text: ask(visitor(client, len(text)), text=text), texts)):
            arrays = load(response.content)
            for k, name in enumerate(TALES[:MOST]):
                np.testing.assert_allclose(arrays[f"{k}.h"], trace(zoo.load(name), text)["h"], atol=1e-6)


# Influence


@pytest.mark.parametrize("task", FAMILIES)
def test_an_answer_holds_the_influence_of_every_model(client, task):
    models, text = list(FAMILIES[task][:MOST]), TEXTS[task]
    response = ask(client, "memory", models=models, text=text)
    arrays, about = load(response.content), metadata(response.content)
    assert response.headers["cache-control"] == "no-store"
    tokens = list(influence(zoo.load(models[0]), text).tokens)
    assert about == {"models": models, "tokens": tokens, "unknown": [not zoo.load(models[0]).knows(token) for token in tokens], "cut": 0, "text": text}
    for k, name in enumerate(models):
        expected = {what: array for what, array in vars(influence(zoo.load(name), text)).items() if what != "tokens" and array is not None}
        assert part(arrays, k).keys() == expected.keys() == {"norms", "gains", "products"} | ({"path"} if "f" in CELLS[name.split("-", 1)[1]].names else set())
        for what, values in expected.items():
            assert part(arrays, k)[what].dtype == np.float32
            np.testing.assert_allclose(part(arrays, k)[what], values, rtol=1e-4)


@pytest.mark.parametrize(
    ("task", "text"),
    [
        ("tale", "".join("abcde fgh,"[k * k % 10] for k in range(WINDOW + 25))),
        ("review", " ".join(["a good", "film,", "  not"][k % 3] for k in range(WINDOW))),
        ("sum", "  ".join(f"0.{k:03d}{'*' * (k % 9 == 0)}" for k in range(1, WINDOW + 26))),
    ],
)
def test_a_long_text_is_followed_back_over_its_last_tokens_alone(client, task, text):
    models = list(FAMILIES[task][:2])
    model = zoo.load(models[0])
    tokens = tokenize(text, model.spec.unit)
    response = ask(client, "memory", models=models, text=text)
    arrays, about = load(response.content), metadata(response.content)
    assert about["cut"] == len(tokens) - WINDOW > 0 and about["tokens"] == list(tokens[-WINDOW:]) and about["text"] == text
    expected = influence(model, ("" if model.spec.unit == "characters" else " ").join(tokens[-WINDOW:]))
    assert arrays["0.norms"].shape == (WINDOW,)
    np.testing.assert_allclose(arrays["0.norms"], expected.norms, rtol=1e-4)


@pytest.mark.parametrize("text", ["", " ", "\n"])
@pytest.mark.parametrize("task", ["review", "sum"])
def test_a_text_without_tokens_depends_on_nothing(client, task, text):
    response = ask(client, "memory", models=list(FAMILIES[task]), text=text)
    assert {array.shape for array in load(response.content).values()} == {(0,)} and metadata(response.content)["tokens"] == []
    assert load(ask(client, models=list(FAMILIES[task]), text=text).content)["0.h"].shape[0] == 0


def visitor(client, number):
    """A client with a connection of its own."""
    other = TestClient(client.app, client=("visitor", 1 + number))
    other.portal = client.portal  # the same event loop
    return other


def test_one_text_is_followed_back_at_a_time_and_keys_go_first(client, monkeypatch):
    """Somebody's influence is in work and others wait: a key of the Compare page is answered all the same."""
    at_once, most, go_on = 0, [], threading.Event()

    def slow(model, text, hold):
        nonlocal at_once
        at_once += 1
        most.append(at_once)
        go_on.wait(30)
        at_once -= 1
        return influence(model, text, hold)

    monkeypatch.setattr(memory, "influence", slow)
    with ThreadPoolExecutor(6) as pool:
        waiting = [pool.submit(ask, visitor(client, k), "memory", text=f"visitor {k}") for k in range(6)]
        deadline = time.monotonic() + 20
        while not most and time.monotonic() < deadline:
            time.sleep(0.01)
        began = time.monotonic()
        assert ask(client, text="a key").status_code == 200 and ask(client, text="a long text " * 100).status_code == 200
        assert time.monotonic() - began < 10 and len(most) == 1 and not any(one.done() for one in waiting)
        go_on.set()
        answers = [one.result(30) for one in waiting]
    assert set(most) == {1} and len(most) == 6 * MOST
    assert sorted(metadata(answer.content)["text"] for answer in answers) == [f"visitor {k}" for k in range(6)]


def test_work_that_fails_makes_room_for_the_next(client, monkeypatch):
    monkeypatch.setattr(memory, "influence", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        ask(client, "memory", text="this fails")
    monkeypatch.undo()
    assert ask(client, "memory", text="this fails").status_code == 200


def test_the_same_question_is_answered_from_memory(client, monkeypatch):
    first = ask(client, "memory", text="twice").content
    monkeypatch.setattr(memory, "influence", lambda *given: pytest.fail("it was computed again"))
    second = ask(client, "memory", text="twice").content
    assert metadata(second) == metadata(first)
    assert all(np.array_equal(values, load(second)[what]) for what, values in load(first).items())


# What is refused, by both


@pytest.mark.parametrize("route", ["compare", "memory"])
@pytest.mark.parametrize(
    ("fields", "field", "rule", "got"),
    [
        ({"models": None}, "models", "a list of names", "nothing"),
        ({"models": "tale-lstm,tale-gru"}, "models", "a list of names", "a string"),
        ({"models": {"0": "tale-lstm"}}, "models", "a list of names", "an object"),
        ({"models": []}, "models", "2 to 5 names", "0"),
        ({"models": ["tale-lstm"]}, "models", "2 to 5 names", "1"),
        ({"models": list(TALES)}, "models", "2 to 5 names", "6"),
        ({"models": ["tale-lstm"] * 100}, "models", "2 to 5 names", "100"),
        ({"models": ["tale-lstm", "tale-lstn"]}, "models", "among tale-lstm, tale-gru", "'tale-lstn'"),
        ({"models": ["tale-lstm", "lonely-gru"]}, "models", "among tale-lstm, tale-gru", "'lonely-gru'"),
        ({"models": ["tale-lstm", None]}, "models", "among", "None"),
        ({"models": ["tale-lstm", ["tale-gru"]]}, "models", "among", "['tale-gru']"),
        ({"models": ["tale-lstm", {"a": 1}]}, "models", "among", "{'a': 1}"),
        ({"models": ["tale-lstm", 10**60]}, "models", "among", "a very large integer"),
        ({"models": ["tale-lstm", "x" * 500]}, "models", "among", "x..."),
        ({"models": ["tale-lstm", "../../app"]}, "models", "among", "'../../app'"),
        ({"models": ["tale-lstm", "tale-gru", "tale-lstm"]}, "models", "all different", "['tale-lstm', 'tale-gru', 'tale-lstm']"),
        ({"models": ["tale-lstm", "review-gru"]}, "models", "of one task", "review, tale"),
        ({"models": ["sum-gru", "review-gru"], "text": ""}, "models", "of one task", "review, sum"),
        ({"text": None}, "text", "a string", "nothing"),
        ({"text": 7}, "text", "a string", "an integer"),
        ({"text": ["a"]}, "text", "a string", "a list"),
        ({"text": "x" * (LIMIT + 1)}, "text", "at most 2000 characters", "2001 characters"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_a_wrong_field_is_named_with_its_rule_and_what_came(client, route, fields, field, rule, got):
    response = ask(client, route, **fields)
    body = response.json()
    assert response.status_code == 422 and body["field"] == field
    assert rule in body["rule"] and body["got"].endswith(got) if got == "x..." else body["got"] == got


@pytest.mark.parametrize(
    ("have", "rule", "got"),
    [
        ("3", "an integer", "a string"),
        (True, "an integer", "a boolean"),
        (1.0, "an integer", "a number"),
        (None, "an integer", "nothing"),
        ([1], "an integer", "a list"),
        (-1, f"from 0 to {len(TEXTS['tale'])}, the tokens of the text", "-1"),
        (len(TEXTS["tale"]) + 1, f"from 0 to {len(TEXTS['tale'])}, the tokens of the text", str(len(TEXTS["tale"]) + 1)),
        (10**60, f"from 0 to {len(TEXTS['tale'])}, the tokens of the text", "a very large integer"),
    ],
    ids=str,
)
def test_a_wrong_number_of_steps_is_refused(client, have, rule, got):
    response = ask(client, have=have)
    assert response.status_code == 422 and response.json() == {"field": "have", "rule": rule, "got": got}


def test_steps_are_counted_in_tokens_and_not_in_characters(client):
    models, text = FAMILIES["review"], "a good film"
    assert ask(client, models=models, text=text, have=3).status_code == 200
    assert ask(client, models=models, text=text, have=4).json()["rule"] == "from 0 to 3, the tokens of the text"


@pytest.mark.parametrize("route", ["compare", "memory"])
@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"", 400, "body"),
        (b"{", 400, "body"),
        (b"\xff\xfe", 400, "body"),
        (b"[]", 400, "body"),
        (b"null", 400, "body"),
        (b'"models"', 400, "body"),
        (b"[" * 20_000, 400, "body"),
        (b"{}", 422, "models"),
        (b'{"models": ["\\ud800", "tale-gru"], "text": "a"}', 422, "models"),
        (b'{"models": ["tale-lstm", "tale-gru"], "text": "\\ud800"}', 422, "text"),
        (b'{"models": ["tale-lstm", "tale-gru"], "text": "a\\udc00b"}', 422, "text"),
        (b'{"models": ["tale-lstm", "tale-gru"]}', 422, "text"),
        (b'{"models": ["tale-lstm", ' + b"9" * 5000 + b'], "text": "a"}', 400, "body"),
        (b'{"models": ["tale-lstm", NaN], "text": "a"}', 422, "models"),
        (b" " * (BODY_LIMIT + 1), 413, "body"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_bad_body_is_a_4xx_in_json_and_never_a_stack_trace(client, route, body, status, field):
    response = client.post(f"/live/{route}", content=body)
    assert response.status_code == status and response.json().keys() == {"field", "rule", "got"}
    assert response.json()["field"] == field and "Traceback" not in response.text


@pytest.mark.parametrize("route", ["compare", "memory"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
def test_a_wrong_method_is_refused_in_json(client, route, method):
    response = client.request(method, f"/live/{route}")
    assert response.status_code == 405 and response.headers["allow"] == "POST"
    assert method == "HEAD" or response.json() == {"field": "method", "rule": "one of POST", "got": method}


# What the stages are told


def test_the_listing_holds_every_family_with_sizes_that_add_up(client):
    families = {family["task"]: family for family in compare.listing()}
    assert {task: [model["name"] for model in family["models"]] for task, family in families.items()} == {
        task: sorted(
            names + (("tale-gru-matched",) if task == "tale" else ()), key=lambda name: (name not in TALES, name if name not in TALES else TALES.index(name))
        )
        for task, names in FAMILIES.items()
    }
    assert {task: family["unit"] for task, family in families.items()} == {"tale": "characters", "review": "words", "sum": "numbers"}
    for family in families.values():
        for told in family["models"]:
            model = zoo.load(told["name"])
            assert sum(one["count"] for one in told["sizes"]) == sum(p.numel() for p in model.parameters()) == sum(one.count for one in sizes.parts(model.spec))
            assert sorted(told["order"]) == list(range(model.spec.hidden_size)) and tuple(told["labels"]) == model.spec.labels
            assert set(told["titles"]) == set(CELLS[model.spec.cell].names) and told["opening"] == vars(zoo.opening(told["name"]))
            assert told["matched"] == (told["name"] == "tale-gru-matched")
    json.dumps(compare.listing(), allow_nan=False)


def test_a_link_chooses_models_text_step_and_value():
    start, notes = STAGES["compare"].read({"models": "review-gru,review-lstm", "text": "not\r\ngood", "step": "2", "value": "keep"})
    assert (start.models, start.text, start.step, start.value) == (("review-gru", "review-lstm"), "not\ngood", 1, "keep") and not notes
    start, notes = STAGES["compare"].read({"models": "sum-rnn,sum-gru"})
    assert start.text == TEXTS["sum"] and not notes  # what these models open on


def test_without_a_link_the_first_family_stands_there_with_its_example():
    start, notes = STAGES["compare"].read({})
    assert start.models == TALES[:MOST] and start.text == TEXTS["tale"] and start.value == VALUES[0] and not notes
    assert start.step == LIMIT - 1  # the last of any text


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("models", "", "models must be 2 to 5 names: got 1."),
        ("models", "tale-lstm", "models must be 2 to 5 names: got 1."),
        ("models", ",".join(TALES), "models must be 2 to 5 names: got 6."),
        ("models", "tale-lstm,nobody", "models must be among tale-lstm, tale-gru"),
        ("models", "tale-lstm, tale-gru", "got ' tale-gru'."),
        ("models", "tale-lstm,tale-lstm", "models must be all different"),
        ("models", "tale-lstm,review-gru", "models must be of one task: got review, tale."),
        ("models", "tale-lstm,<b>x</b>", "got '<b>x</b>'."),
        ("models", "tale-lstm," + "x" * 5000, "got '" + "x" * 40 + "'."),
        ("text", "x" * (LIMIT + 1), "text was cut: at most 2,000 characters fit, it has 2,001."),
        ("step", "0", "step must be a number from 1 to 2,000: got '0'."),
        ("step", "2001", "got '2001'."),
        ("step", "٣", "got '٣'."),
        ("step", "-1", "got '-1'."),
        ("step", "1" * 5000, "step must be a number from 1"),
        ("value", "forget", "value must be one of memory, keep, write"),
        ("value", "", "value must be one of memory, keep, write"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_a_broken_link_opens_all_the_same_and_says_what_is_wrong(key, value, said):
    start, notes = STAGES["compare"].read({key: value})
    assert len(notes) == 1 and said in notes[0] and notes[0].startswith("The link's ") and len(notes[0]) < 600
    plain, _ = STAGES["compare"].read({})
    assert start.models == plain.models and start.step == plain.step and start.value == plain.value
    assert start.text == (plain.text if key != "text" else "x" * LIMIT)
    assert load(compare.packed(compare.CompareRequest(start.models, start.text)))["0.h"].shape[0] == len(start.text)


def test_everything_that_is_wrong_with_a_link_is_said():
    start, notes = STAGES["compare"].read({"models": "a,b", "text": "y" * 3000, "step": "x", "value": "z"})
    assert [note.split()[2] for note in notes] == ["models", "text", "step", "value"] and len(start.text) == LIMIT
