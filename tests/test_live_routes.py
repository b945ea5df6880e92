"""The live lane's routes, through Starlette's own TestClient."""

import json

import numpy as np
import pytest
from safetensors import deserialize
from safetensors.numpy import load
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gatelab import zoo
from gatelab.live import trace as trace_route
from gatelab.live.endpoint import BODY_LIMIT, LIMIT
from gatelab.live.recent import Recent
from gatelab.live.routes import ROUTES, STATIC, served
from gatelab.palette import span
from gatelab.text import tokenize
from gatelab.traces import trace
from tests.conftest import random_model

TEXT = "It is a truth universally acknowledged, 😀 ش"


@pytest.fixture(scope="module")
def client():
    with TestClient(Starlette(routes=ROUTES), raise_server_exceptions=True) as client:
        yield client


def ask(client, **fields):
    return client.post("/live/trace", json={"model": "prose-lstm", "text": TEXT, "have": 0} | fields)


def metadata(body):
    size = int.from_bytes(body[:8], "little")
    return {key: json.loads(value) for key, value in json.loads(body[8 : 8 + size])["__metadata__"].items()}


@pytest.mark.parametrize("name", zoo.models("character"))
def test_an_answer_holds_the_steps_of_the_trace(client, name):
    arrays, expected = load(ask(client, model=name).content), trace(zoo.load(name), TEXT)
    assert set(arrays) == {*expected.names, "probs"}
    for key, array in arrays.items():
        np.testing.assert_allclose(array, expected.probs if key == "probs" else expected[key], atol=1e-5)


@pytest.mark.parametrize("have", [0, 1, 20, len(TEXT) - 1, len(TEXT)])
def test_an_answer_carries_only_the_steps_that_the_browser_lacks(client, have):
    response = ask(client, have=have)
    arrays, about = load(response.content), metadata(response.content)
    assert about["tokens"] == list(TEXT[have:]) and about["have"] == have and about["steps"] == len(TEXT)
    np.testing.assert_allclose(arrays["f"], trace(zoo.load("prose-lstm"), TEXT)["f"][have:], atol=1e-5)


def test_the_body_is_safetensors_as_another_reader_reads_it(client):
    """The Rust library's own reader takes it, and every array is float32."""
    assert {about["dtype"] for _, about in deserialize(ask(client).content)} == {"F32"}


def test_the_header_names_tokens_names_and_pinned_ranges(client):
    about = metadata(ask(client).content)
    assert about["names"] == ["i", "f", "g", "o", "c", "h"]
    assert about["ranges"]["f"] == [0, 1] and about["ranges"]["h"] == [-1, 1]
    assert about["ids"] == zoo.load("prose-lstm").vocabulary.encode(TEXT)


@pytest.mark.parametrize(("model", "text"), [("prose-lstm", TEXT), ("sentiment-gru", "  A good film, well-made; not  good enough! ")])
def test_a_long_text_comes_in_pieces_that_are_its_trace(client, model, text):
    """As the browser asks: at most so many steps, then the rest."""
    expected, have, kept = trace(zoo.load(model), text), 0, []
    tokens = tokenize(text, zoo.load(model).spec.unit)
    for most in (1, 4, 3, 100):
        response = ask(client, model=model, text=text, have=have, most=most)
        about, arrays = metadata(response.content), load(response.content)
        end = min(len(tokens), have + most)
        assert (about["have"], about["steps"], about["left"]) == (have, end, len(tokens) - end)
        assert about["tokens"] == list(tokens[have:end]) and len(arrays["h"]) == end - have
        kept, have = [*kept, arrays["h"]], end
    np.testing.assert_allclose(np.concatenate(kept), expected["h"], atol=1e-5)


def test_a_piece_reads_no_more_than_itself(client):
    model, text = zoo.load("prose-rnn"), "nobody asked for this before, " + "z" * 500
    assert steps_read(model, lambda: ask(client, model="prose-rnn", text=text, most=10)) <= 2 * 10  # once to read it, once to say under which id


@pytest.mark.parametrize("name", zoo.models("character"))
def test_a_compact_answer_is_small_and_says_the_same(client, name):
    """Read back by the rules of `pack`, as exactly as three bytes allow: far finer than any number on the screen."""
    compact, plain = ask(client, model=name, compact=True).content, ask(client, model=name).content
    arrays, expected = load(compact), load(plain)
    assert metadata(compact) == metadata(plain) and len(compact) < 0.9 * len(plain)
    read = {}
    for key, array in arrays.items():
        if array.dtype == np.uint8:
            low, high = span(key)
            codes = array.astype(float) @ [1, 2**8, 2**16]
            assert codes.max() <= 2**23
            array = low + (high - low) * codes / 2**23
        read[key] = array
    if "c" in expected:
        read["h"] = read["o"] * np.tanh(read["c"])
    if name.endswith("coupled"):
        read["i"] = 1 - read["f"]
    assert read.keys() == expected.keys()
    for key, array in expected.items():
        np.testing.assert_allclose(read[key], array, atol=3e-7)


def test_an_answer_says_how_long_it_is_before_anybody_compresses_it(client):
    response = ask(client)
    assert int(response.headers["x-uncompressed-length"]) == len(response.content)


@pytest.mark.parametrize(("base", "at"), [("", ""), ("gatelab", "/gatelab"), ("/a/class/", "/a/class")])
def test_all_routes_answer_under_the_path_that_the_app_is_served_under(base, at):
    with TestClient(Starlette(routes=served(base))) as client:
        assert client.post(f"{at}/live/trace", json={"model": "prose-rnn", "text": "a"}).status_code == 200
        assert client.get(f"{at}/live/models").json()["limit"] == LIMIT
        assert load(client.get(f"{at}/live/models/prose-rnn.safetensors").content)
        assert client.get(f"{at}/live/static/lane.js").text == (STATIC / "lane.js").read_text(encoding="utf-8")
        missing = client.get(f"{at}/live/nothing")
        assert missing.status_code == 404 and missing.json()["got"] == f"'{at}/live/nothing'"
        assert not base or client.get("/live/models").status_code == 404


def test_bytes_of_one_more_character_do_not_grow_with_the_text(client):
    sizes = []
    for length in (10, 100, 1000, 1900):
        text = ("never mind " * 200)[:length]
        ask(client, text=text)
        sizes.append(len(ask(client, text=text + "s", have=length).content))
    assert max(sizes) - min(sizes) <= 16  # the numbers in the header get a digit longer, padded to eight bytes


@pytest.mark.parametrize(
    ("fields", "status", "field", "rule", "got"),
    [
        ({"model": "no-such"}, 422, "model", "prose-lstm", "'no-such'"),
        ({"model": None}, 422, "model", "one of", "None"),
        ({"model": ["prose-lstm"]}, 422, "model", "one of", "prose-lstm"),
        ({"text": 7}, 422, "text", "a string", "an integer"),
        ({"text": None}, 422, "text", "a string", "nothing"),
        ({"text": "x" * (LIMIT + 1)}, 422, "text", "at most 2000 characters", "2001"),
        ({"have": "3"}, 422, "have", "an integer", "a string"),
        ({"have": True}, 422, "have", "an integer", "a boolean"),
        ({"have": 1.0}, 422, "have", "an integer", "a number"),
        ({"have": -1}, 422, "have", "from 0 to", "-1"),
        ({"have": len(TEXT) + 1}, 422, "have", f"from 0 to {len(TEXT)}", str(len(TEXT) + 1)),
        ({"have": 10**60}, 422, "have", "from 0 to", "large"),
        ({"most": 0}, 422, "most", "at least 1", "0"),
        ({"most": "3"}, 422, "most", "an integer", "a string"),
        ({"most": True}, 422, "most", "an integer", "a boolean"),
        ({"compact": 1}, 422, "compact", "true or false", "an integer"),
    ],
)
def test_a_wrong_field_is_named_with_its_rule_and_what_came(client, fields, status, field, rule, got):
    response = ask(client, **fields)
    body = response.json()
    assert response.status_code == status and body["field"] == field
    assert rule in body["rule"] and got in body["got"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[]", 400),
        (b"null", 400),
        (b"[" * 20_000, 400),
        (b'{"model": "prose-lstm", "text": "\\ud800", "have": 0}', 422),
        (b'{"model": "\\ud800", "text": "a"}', 422),
        (b'{"model": "prose-lstm", "text": "a", "have": ' + b"9" * 5000 + b"}", 400),
        (b'{"model": "prose-lstm", "text": "a", "have": NaN}', 422),
        (b" " * (BODY_LIMIT + 1), 413),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_bad_body_is_a_4xx_in_json_and_never_a_stack_trace(client, body, status):
    response = client.post("/live/trace", content=body)
    assert response.status_code == status
    assert set(response.json()) == {"field", "rule", "got"}
    assert "Traceback" not in response.text


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
def test_a_wrong_method_is_refused_in_json(client, method):
    response = client.request(method, "/live/trace")
    assert response.status_code == 405 and response.headers["allow"] == "POST"
    assert method == "HEAD" or response.json() == {"field": "method", "rule": "one of POST", "got": method}


@pytest.mark.parametrize("path", ["/live/nothing", "/live/models/no-such.safetensors", "/live/models/..%2f..%2fapp.py"])
def test_an_address_that_does_not_exist_is_a_404_in_json(client, path):
    response = client.get(path)
    assert response.status_code == 404 and set(response.json()) == {"field", "rule", "got"}


def test_the_longest_text_in_escapes_still_fits(client):
    body = json.dumps({"model": "prose-lstm", "text": "😀" * LIMIT, "have": LIMIT})
    assert client.post("/live/trace", content=body).status_code == 200


def test_models_are_listed_with_what_the_stage_must_know(client):
    answer = client.get("/live/models").json()
    names = [model["name"] for model in answer["models"]]
    assert names == ["prose-small", *(name for name in zoo.models("character") if name != "prose-small")] and answer["limit"] == LIMIT  # the smallest first
    for model in answer["models"]:
        assert len(model["vocab"]) == len(zoo.load(model["name"]).spec.tokens)
        for order in model["orders"].values():
            assert sorted(order) == list(range(model["hidden_size"]))


def test_a_checkpoint_comes_as_it_stands_in_the_zoo(client):
    weights = load(client.get("/live/models/prose-gru.safetensors").content)
    ours = zoo.load("prose-gru").state_dict()
    assert all(np.array_equal(weights[key], ours[key].numpy()) for key in ours)


def test_typing_and_editing_reuse_what_is_known():
    model, recent = random_model("lstm"), Recent()
    recent.trace(model, "the cat")
    read = []
    encode = type(model.vocabulary).encode
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(model.vocabulary), "encode", lambda self, text: read.append("".join(text)) or encode(self, text))
        recent.trace(model, "the cats", have=7)
        recent.trace(model, "the bats", have=4)
        recent.trace(model, "the bats", have=8)
    assert read == ["s", "bats"]


def steps_read(model, work):
    """How many characters a model reads anew while `work` runs."""
    read = []
    encode = type(model.vocabulary).encode
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(model.vocabulary), "encode", lambda self, text: read.append(len(text)) or encode(self, text))
        work()
    return sum(read)


def kept(recent):
    """Bytes that the kept traces really take: each table once."""
    return sum({id(old.rows): old.rows.table.nbytes for old in recent.traces.values()}.values())


def test_a_class_that_types_in_turns_costs_one_step_a_key():
    model, recent = random_model("lstm"), Recent(limit=4 * 2**20)
    texts = ["" for _ in range(20)]

    def class_types():
        for k in range(300):
            for student in range(20):
                texts[student] += "abcdefghij"[(student + k) % 10]
                recent.trace(model, texts[student], have=k)

    assert steps_read(model, class_types) <= 1.05 * 20 * 300
    assert recent.size == kept(recent) and len(recent.traces) <= 20


def test_holding_backspace_forgets_nobody_else():
    model, recent = random_model("lstm"), Recent(limit=2 * 2**20)
    for k in range(10):
        recent.trace(model, f"student {k}")
    for length in range(1500, 0, -1):
        recent.trace(model, "x" * length, have=length)
        assert recent.size == kept(recent)
    assert all(("random-lstm", f"student {k}") in recent.traces for k in range(10))


def test_memory_is_bounded_and_forgetting_changes_nothing():
    model, recent = random_model("gru"), Recent(limit=200_000)
    for k in range(50):
        text = f"number {k} of many"
        np.testing.assert_allclose(recent.trace(model, text)["h"], trace(model, text)["h"], atol=1e-6)
        assert recent.size == kept(recent) <= 200_000
    assert 0 < len(recent.traces) < 50


def test_what_nobody_uses_any_more_is_forgotten():
    now = [0.0]
    model, recent = random_model("gru"), Recent(clock=lambda: now[0])
    for k in range(3):
        recent.trace(model, f"student {k}")
    now[0] = 20
    recent.trace(model, "student 1")
    recent.trace(model, "student 2 types on", have=9)
    now[0] = 31
    before = recent.size
    assert recent.forget_unused(30) == before - recent.size > 0
    assert set(recent.traces) == {("random-gru", "student 1"), ("random-gru", "student 2 types on")} == set(recent.used)
    now[0] = 100
    recent.forget_unused(30)
    assert not recent.traces and not recent.used and not recent.drawn and not recent.keys and recent.size == 0
    assert recent.trace(model, "student 1").text == "student 1"


def test_memory_is_bounded_in_number_and_forgets_one_trace_for_each_new_one():
    """However many tiny traces there are, a key of somebody else costs the same: no list of all of them is made, and none is shuffled."""
    model, recent = random_model("gru"), Recent(most=40)
    for k in range(40):
        recent.trace(model, f"({k:02}")
    before = set(recent.traces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("random.shuffle", lambda keys: pytest.fail("a full memory is shuffled"))
        for k in range(40):
            recent.trace(model, f"[{k:02}")
            assert len(recent.traces) == len(recent.keys) == len(recent.drawn) == 40 and ("random-gru", f"[{k:02}") in recent.traces
            assert all(recent.drawn[place] == key for key, place in recent.at.items()) and set(recent.drawn) == set(recent.traces)
            assert recent.size == kept(recent)
    assert len(before & set(recent.traces)) > 0  # not the oldest first


@pytest.mark.parametrize("have", [0, 1999])
def test_long_work_leaves_the_event_loop_whatever_the_request_says(client, monkeypatch, have):
    threads = []

    async def in_turn(request, cost, work, *args):
        threads.append(work)
        return work(*args)

    monkeypatch.setattr(trace_route, "in_turn", in_turn)
    assert ask(client, text=f"fresh {have} " + "y" * 1900, have=have and 1900).status_code == 200
    assert len(threads) == 1
    assert ask(client, text="short", have=0).status_code == 200
    assert len(threads) == 1


def test_an_emptied_box_leaves_nothing_in_the_memory_of_traces():
    kept = Recent()
    for _ in range(3):
        kept.trace(zoo.load("prose-lstm"), "")
    assert len(kept.traces) == len(kept.keys) == 1
    assert kept.size == sum(trace.rows.table.nbytes for trace in kept.traces.values())
