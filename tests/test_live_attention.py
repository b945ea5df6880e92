"""`POST /live/attention` through Starlette's own TestClient, over small random models in a zoo of their own."""

import json
import random

import numpy as np
import pytest
from safetensors import deserialize
from safetensors.numpy import load
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gatelab import zoo
from gatelab.live import attention
from gatelab.live.attention import QUICK, ROOM, TOKENS, WIDEST
from gatelab.live.endpoint import LIMIT
from gatelab.live.routes import ROUTES
from gatelab.networks import ATTENTIONS
from gatelab.text import UNKNOWN
from gatelab.traces import trace
from gatelab.training.loop import checkpoint
from tests.families import card
from tests.test_attention_trace import WORDS, one_thread, random_pair  # noqa: F401

DATES = tuple(f"dates-{attention}" for attention in ATTENTIONS)
CACHES = [kept for module in (zoo, attention) for kept in vars(module).values() if hasattr(kept, "cache_clear")]
TEXT = "abcXj"


@pytest.fixture(scope="module", autouse=True)
def shelf(tmp_path_factory):
    """A zoo with one random model of each kind, and one that reads words and has none without attention at its side."""
    path = tmp_path_factory.mktemp("zoo")
    models = [random_pair(attention, f"dates-{attention}", end=2.0) for attention in ATTENTIONS]
    models.append(random_pair("additive", "words-additive", **WORDS))
    openings = {}
    for model in models:
        (path / f"{model.spec.name}.safetensors").write_bytes(checkpoint(model))
        (path / f"{model.spec.name}.json").write_text(json.dumps({"name": model.spec.name} | card(model)))
        openings[model.spec.name] = {"text": TEXT, "unit": 0, "note": "random", "others": []}
    (path / "openings.json").write_text(json.dumps(openings))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zoo, "ZOO", path)
        [cache.cache_clear() for cache in CACHES]
        yield path
    [cache.cache_clear() for cache in CACHES]


@pytest.fixture(scope="module")
def client(shelf):
    with TestClient(Starlette(routes=ROUTES), raise_server_exceptions=True) as client:
        yield client


def ask(client, **fields):
    return client.post("/live/attention", json={"model": "dates-additive", "text": TEXT} | fields)


def metadata(body):
    """What stands in the header, read as strictly as a browser reads it: no NaN and no Infinity."""
    size = int.from_bytes(body[:8], "little")
    pairs = json.loads(body[8 : 8 + size])["__metadata__"].items()
    return {key: json.loads(value, parse_constant=lambda name: pytest.fail(f"{key} holds {name}")) for key, value in pairs}


def parts(seen):
    """The arrays of a trace under the names of the wire."""
    if seen.model.spec.attention != "transformer":
        return dict(seen)
    rooms = {"encoder": seen.encoder, "decoder": seen.decoder, "across": seen}
    return {f"{room}.{name}": arrays[name] for room, arrays in rooms.items() for name in ("query", "key", "value", "weights")}


def check_written(about, seen):
    """What an answer says of the text written, against the trace."""
    assert (tuple(about["written"]), about["output"]) == (seen.written, seen.output)
    ids = [seen.vocab.index(token) for token in seen.written]
    np.testing.assert_allclose(about["chances"], seen.probs[np.arange(len(ids)), ids], atol=1e-6)
    assert len(about["best"]) == len(ids)
    for row, some in zip(seen.probs, about["best"]):
        np.testing.assert_allclose([chance for _, chance in some], np.sort(row)[::-1][:5], atol=1e-6)
        np.testing.assert_allclose([row[seen.vocab.index(token)] for token, _ in some], [chance for _, chance in some], atol=1e-6)


@pytest.mark.parametrize("text", ["", "a", TEXT, "abc😀\0ş" * 12])
@pytest.mark.parametrize("name", [*DATES, "words-additive"])
def test_an_answer_holds_the_whole_trace(client, name, text):
    response, seen = ask(client, model=name, text=text), trace(zoo.load(name), text)
    assert response.status_code == 200 and response.headers["cache-control"] == "no-store"
    arrays, about, expected = load(response.content), metadata(response.content), parts(seen)
    assert {about["dtype"] for _, about in deserialize(response.content)} == {"F32"}
    assert set(arrays) == set(expected) and all(arrays[key].shape == expected[key].shape for key in expected)
    for key, array in arrays.items():
        np.testing.assert_allclose(array, expected[key], atol=1e-5)
    assert (about["model"], about["text"], tuple(about["tokens"])) == (name, text, seen.tokens)
    assert about["unknown"] == [seen.model.spec.source[id] == UNKNOWN for id in seen.ids]
    assert about["forced"] == [] and about["tree"] == []
    check_written(about, seen)


def test_a_letter_without_a_token_is_called_unknown(client):
    assert metadata(ask(client, text="aXA\N{REPLACEMENT CHARACTER}j").content)["unknown"] == [False, True, False, True, False]
    assert metadata(ask(client, model="words-additive", text="I’m THERE.").content)["unknown"] == [False, True, False]


@pytest.mark.parametrize("name", DATES[:2])
def test_a_model_with_attention_has_the_one_without_at_its_side(client, name):
    beside = metadata(ask(client, model=name, forced={"0": [1, 0, 0, 0, 0]}, beam=2).content)["beside"]
    assert beside["model"] == "dates-none"
    check_written(beside, trace(zoo.load("dates-none"), TEXT))  # neither forced nor searched with a beam


@pytest.mark.parametrize("name", ["dates-none", "dates-transformer", "words-additive"])
def test_a_model_with_no_such_neighbour_stands_alone(client, name):
    assert metadata(ask(client, model=name).content)["beside"] is None


@pytest.mark.parametrize("name", DATES[:2])
def test_forced_rows_are_followed(client, name):
    row = [0, 0.25, 0, 0.75, 0]
    response = ask(client, model=name, forced={"0": row, "2": row})
    seen, about = trace(zoo.load(name), TEXT, forced={0: row, 2: row}), metadata(response.content)
    assert about["forced"] == [0, 2] and len(seen.written) > 2
    np.testing.assert_array_equal(load(response.content)["weights"][[0, 2]], [row, row])
    for key, array in load(response.content).items():
        np.testing.assert_allclose(array, seen[key], atol=1e-5)
    check_written(about, seen)


@pytest.mark.parametrize("name", DATES[:3])
def test_the_tree_of_a_beam_travels_whole(client, name):
    about, seen = metadata(ask(client, model=name, beam=3).content), trace(zoo.load(name), TEXT, beam=3)
    assert about["tree"] == [vars(node) | {"token": seen.vocab[node.id]} for node in seen.tree] and seen.tree
    assert [node["token"] for node in about["tree"] if node["best"]] == about["written"]
    check_written(about, seen)


@pytest.mark.parametrize("total", [0.999, 0.9995, 1.0005, 1.001])
def test_a_row_that_the_route_takes_is_one_that_the_trace_takes(client, total):
    """On the very edge of the rule, 32 bits and 64 may round to different sides."""
    for share in np.linspace(0.05, 0.95, 19).tolist():
        row = [share, total - share]
        assert ask(client, text="ab", forced={"0": row}).status_code in (200, 422), row


@pytest.mark.parametrize(
    ("fields", "field", "rule", "got"),
    [
        ({"model": "no-such"}, "model", "dates-additive", "'no-such'"),
        ({"model": None}, "model", "dates-transformer", "None"),
        ({"model": ["dates-additive"]}, "model", "one of", "dates-additive"),
        ({"model": "prose-lstm"}, "model", "one of", "'prose-lstm'"),
        ({"text": 7}, "text", "a string", "an integer"),
        ({"text": None}, "text", "a string", "nothing"),
        ({"text": "x" * (LIMIT + 1)}, "text", "at most 2000 characters", "2001 characters"),
        ({"text": "x" * (TOKENS + 1)}, "text", "at most 200 characters", "201 characters"),
        ({"model": "words-additive", "text": "a " * 201}, "text", "at most 200 words", "201 words"),
        ({"beam": 0}, "beam", f"an integer from 1 to {WIDEST}", "0"),
        ({"beam": WIDEST + 1}, "beam", "an integer from 1", "6"),
        ({"beam": -1}, "beam", "an integer from 1", "-1"),
        ({"beam": True}, "beam", "an integer", "True"),
        ({"beam": 2.0}, "beam", "an integer", "2.0"),
        ({"beam": "2"}, "beam", "an integer", "'2'"),
        ({"beam": None}, "beam", "an integer", "None"),
        ({"beam": 10**60}, "beam", "an integer", "large"),
        ({"model": "dates-transformer", "beam": 2}, "model", "dates-additive", "'dates-transformer'"),
        ({"model": "dates-transformer", "forced": {"0": [1, 0, 0, 0, 0]}}, "model", "for a beam or a forced row", "'dates-transformer'"),
        ({"model": "dates-none", "forced": {"0": [1, 0, 0, 0, 0]}}, "forced", "empty", "1 rows"),
        ({"forced": [[1, 0, 0, 0, 0]]}, "forced", "an object", "a list"),
        ({"forced": "0"}, "forced", "an object", "a string"),
        ({"forced": 1}, "forced", "an object", "an integer"),
        ({"forced": {"-1": [1, 0, 0, 0, 0]}}, "forced", "steps from 0 to 19", "'-1'"),
        ({"forced": {"20": [1, 0, 0, 0, 0]}}, "forced", "steps from 0 to 19", "'20'"),
        ({"forced": {"1.0": [1, 0, 0, 0, 0]}}, "forced", "steps from 0", "'1.0'"),
        ({"forced": {"": [1, 0, 0, 0, 0]}}, "forced", "steps from 0", "''"),
        ({"forced": {"٣": [1, 0, 0, 0, 0]}}, "forced", "steps from 0", "'٣'"),
        ({"forced": {"²": [1, 0, 0, 0, 0]}}, "forced", "steps from 0", "'²'"),
        ({"forced": {"9" * 5000: [1, 0, 0, 0, 0]}}, "forced", "steps from 0", "999"),
        ({"forced": {"0": [1, 0, 0, 0]}}, "forced", "rows of 5 weights from 0 to 1 that sum to 1", "[1, 0, 0, 0]"),
        ({"forced": {"0": [0.5, 0.6, 0, 0, 0]}}, "forced", "sum to 1", "[0.5, 0.6"),
        ({"forced": {"0": [2, -1, 0, 0, 0]}}, "forced", "from 0 to 1", "[2, -1"),
        ({"forced": {"0": [True, 0, 0, 0, 0]}}, "forced", "weights", "[True"),
        ({"forced": {"0": ["1", 0, 0, 0, 0]}}, "forced", "weights", "['1'"),
        ({"forced": {"0": [None, 1, 0, 0, 0]}}, "forced", "weights", "[None"),
        ({"forced": {"0": [[1], 0, 0, 0, 0]}}, "forced", "weights", "[[1]"),
        ({"forced": {"0": [10**400, 0, 0, 0, 0]}}, "forced", "weights", "[1000"),
        ({"forced": {"0": None}}, "forced", "rows of 5", "None"),
        ({"forced": {"0": "10000"}}, "forced", "rows of 5", "'10000'"),
        ({"forced": {"0": {"0": 1}}}, "forced", "rows of 5", "{'0': 1}"),
        ({"text": "", "forced": {"0": []}}, "forced", "rows of 0", "[]"),
    ],
)
def test_a_wrong_field_is_named_with_its_rule_and_what_came(client, fields, field, rule, got):
    response = ask(client, **fields)
    body = response.json()
    assert response.status_code == 422 and body["field"] == field
    assert rule in body["rule"] and got in body["got"] and len(body["got"]) <= 80


ASKED = b'{"model": "dates-additive", "text": "ab", '


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'"dates-additive"', 400),
        (b"{}", 422),
        (b"[" * 200_000, 400),
        (b'{"a": ' * 40_000, 400),
        (ASKED + b'"forced": {"0": ' + b"[" * 900 + b"]" * 900 + b"}}", 422),
        (ASKED + b'"forced": ' + b"[" * 900 + b"]" * 900 + b"}", 422),
        (ASKED + b'"forced": {"0": [NaN, 1]}}', 422),
        (ASKED + b'"forced": {"0": [Infinity, 0]}}', 422),
        (ASKED + b'"forced": {"0": [-Infinity, 1]}}', 422),
        (ASKED + b'"forced": {"0": [1e999, 0]}}', 422),
        (ASKED + b'"forced": {"0": [' + b"9" * 4000 + b", 0]}}", 422),
        (ASKED + b'"forced": {"0": [' + b"9" * 5000 + b", 0]}}", 400),
        (ASKED + b'"forced": {"\\ud800": [1, 0]}}', 422),
        (ASKED + b'"beam": NaN}', 422),
        (ASKED + b'"beam": -Infinity}', 422),
        (ASKED + b'"beam": ' + b"9" * 4000 + b"}", 422),
        (b'{"model": "dates-additive", "text": "\\ud800"}', 422),
        (b'{"model": "\\udfff", "text": "a"}', 422),
        (b" " * (ROOM + 1), 413),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_bad_body_is_a_4xx_in_json_and_never_a_stack_trace(client, body, status):
    response = client.post("/live/attention", content=body)
    assert response.status_code == status
    assert set(response.json()) == {"field", "rule", "got"} and all(isinstance(said, str) for said in response.json().values())
    assert "Traceback" not in response.text


@pytest.mark.parametrize("depth", range(940, 1000, 4))  # about where Python gives up
def test_no_depth_of_nesting_is_too_deep_to_refuse(client, depth):
    for begin, end in ((b"[", b"]"), (b'{"a":', b"}")):
        deep = begin * depth + b"1" + end * depth
        for body in (b'{"model": ' + deep + b"}", ASKED + b'"beam": ' + deep + b"}", ASKED + b'"forced": {"0": ' + deep + b"}}"):
            assert client.post("/live/attention", content=body).status_code in (400, 422)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
def test_a_wrong_method_is_refused_in_json(client, method):
    response = client.request(method, "/live/attention")
    assert response.status_code == 405 and response.headers["allow"] == "POST"
    assert method == "HEAD" or response.json() == {"field": "method", "rule": "one of POST", "got": method}


def test_the_longest_source_may_have_every_row_forced(client):
    row = np.random.default_rng(0).dirichlet(np.ones(TOKENS)).tolist()  # 20 digits each, as a browser writes them
    steps = zoo.load("dates-additive").spec.longest(TOKENS)
    body = json.dumps({"model": "dates-additive", "text": "abcdefghij" * 20, "forced": dict.fromkeys(map(str, range(steps)), row)})
    response = client.post("/live/attention", content=body)
    assert response.status_code == 200, f"{len(body):,} bytes: {response.text}"
    weights = load(response.content)["weights"]
    np.testing.assert_allclose(weights, np.tile(row, (len(weights), 1)), atol=1e-6)


VALUES = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2,
    1.5,
    1e308,
    -1e-320,
    10**50,
    float("nan"),
    float("inf"),
    "",
    "0",
    "ab",
    "ü😀\0",
    "\ud800",
    "a" * 201,
    [],
    [1, 0],
    [0.5, 0.5],
    [0.2, 0.801],
    [[]],
    ["1", 0],
    {},
    {"0": [1, 0]},
    {"1": [0, 1], "01": [1, 0]},
    {"x": 1},
    *DATES,
    "words-additive",
)


def mutated(rng):
    """A request with some fields of any kind, sometimes with a few bytes of it changed."""
    fields = {"model": rng.choice(DATES), "text": rng.choice(["ab", "", "a b"]), "forced": {}, "beam": 1}
    for _ in range(rng.randint(0, 2)):
        fields[rng.choice([*fields, "more"])] = rng.choice(VALUES)
    if rng.random() < 0.3:
        fields["forced"] = {str(rng.choice([0, 3, "00", -1, 999])): [rng.choice(VALUES), rng.choice(VALUES)]}
    body = bytearray(json.dumps(fields).encode())
    for _ in range(rng.choice([0, 0, 1, 4])):
        body[rng.randrange(len(body))] = rng.choice(b'{}[]",:0159eE+-. \\u\x00\xff')
    return bytes(body)


def test_no_request_however_mutilated_is_answered_with_a_5xx(client):
    rng, statuses = random.Random(0), []
    for _ in range(300):
        body = mutated(rng)
        response = client.post("/live/attention", content=body)
        assert response.status_code in (200, 400, 422), body
        assert response.status_code == 200 or set(response.json()) == {"field", "rule", "got"}
        statuses.append(response.status_code)
    assert all(statuses.count(status) >= 10 for status in (200, 400, 422))


def test_long_work_leaves_the_event_loop(client, monkeypatch):
    threads = []

    async def in_turn(request, cost, work, *args):
        threads.append(work)
        return work(*args)

    monkeypatch.setattr(attention, "in_turn", in_turn)
    assert ask(client, text="a" * QUICK).status_code == 200 and not threads
    assert ask(client, text="a" * (QUICK + 1)).status_code == 200 and len(threads) == 1
    assert ask(client, text="a", beam=2).status_code == 200 and len(threads) == 2


@pytest.mark.parametrize(("kind", "names"), [("attention", {*DATES[:3], "words-additive"}), ("transformer", {DATES[3]})])
def test_models_are_listed_with_what_the_stage_must_know(kind, names):
    listed = json.loads(json.dumps(attention.listing(kind)))
    assert {model["name"] for model in listed} == names
    for model in listed:
        ours = zoo.load(model["name"])
        assert model["task"] == model["name"].split("-")[0] and model["attention"] == ours.spec.attention and model["unit"] == ours.spec.unit
        assert (model["v"] is not None) == (ours.spec.attention == "additive") and model["opening"]["text"] == TEXT
        if model["v"]:
            np.testing.assert_array_equal(np.float32(model["v"]), ours.v.numpy())
        assert (model["hidden_size"], model["layers"], model["heads"]) == (8, *((2, 2) if kind == "transformer" else (1, 1)))
