"""What a lesson opens on, what its stage knows of the cells, and the route that reads words: answers that grow, words never seen."""

import json
import re
import subprocess

import numpy as np
import pytest
from safetensors.numpy import load
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gatelab import zoo
from gatelab.cells import CELLS
from gatelab.live.component import first_picture
from gatelab.live.endpoint import LIMIT
from gatelab.live.lesson import ARITHMETIC, FAR, NEAR, PARTS, WALKS, listing
from gatelab.live.routes import ROUTES, STATIC
from gatelab.live.stages import STAGES
from gatelab.text import UNKNOWN, tokenize
from gatelab.traces import trace
from gatelab.words import FAMILY, PURPOSES
from tests.browser import NODE, require
from tests.equations import layer, parameters

MODELS = ("sentiment-lstm", "prose-lstm")
SENTIMENT = tuple(name for cell in CELLS if (name := f"sentiment-{cell}") in zoo.models())
TEXT = "It wasn't zzyzx, but GREAT: na\u00efve 😀 fun"


def start(**link):
    return STAGES["lesson"].read(link, models=MODELS)


# What a link opens


def test_without_a_link_a_lesson_opens_on_its_first_model_s_opening_at_the_last_step_from_near():
    opened, notes = start()
    opening = zoo.opening("sentiment-lstm")
    assert not notes and (opened.model, opened.text, opened.unit, opened.stage, opened.level, opened.part) == (
        "sentiment-lstm",
        opening.text,
        opening.unit,
        0,
        NEAR,
        None,
    )
    assert opened.step >= len(tokenize(opening.text, "words")) - 1


def test_a_lesson_opens_on_what_it_says_itself_and_a_link_goes_before_that():
    opened, _ = STAGES["lesson"].read({}, models=MODELS, text="not bad", step=1, level=FAR)
    assert (opened.text, opened.step, opened.level) == ("not bad", 1, FAR)
    opened, notes = STAGES["lesson"].read(
        {"text": "a link", "step": "1", "model": "prose-lstm", "unit": "127", "stage": "4"}, models=MODELS, text="not bad", step=1, level=FAR
    )
    assert not notes and (opened.text, opened.step, opened.model, opened.unit, opened.stage) == ("a link", 0, "prose-lstm", 127, 4)


@pytest.mark.parametrize("text", ["", " ", "a\nb", "😀", "x" * LIMIT, "<b>&amp;"])
def test_any_text_that_fits_is_taken_as_it_is(text):
    assert start(text=text)[0].text == text and not start(text=text)[1]


def test_line_ends_of_windows_are_one_character():
    assert start(text="a\r\nb")[0].text == "a\nb"


def test_the_mean_of_all_units_can_be_linked_to():
    opened, notes = start(unit="mean")
    assert opened.unit is None and not notes


@pytest.mark.parametrize(
    ("link", "said", "kept"),
    [
        (
            {"model": "sentiment-gru"},
            "The link's model must be one of sentiment-lstm, prose-lstm: got 'sentiment-gru'. Here is sentiment-lstm.",
            ("model", "sentiment-lstm"),
        ),
        ({"model": ""}, "got ''", ("model", "sentiment-lstm")),
        ({"unit": "9999"}, "The link's unit must be a number from 0 to", ("unit", zoo.opening("sentiment-lstm").unit)),
        ({"unit": "Mean"}, "got 'Mean'", ("unit", zoo.opening("sentiment-lstm").unit)),
        ({"unit": "\u0663"}, "got '\u0663'", ("unit", zoo.opening("sentiment-lstm").unit)),
        ({"step": "0"}, "The link's step must be a number from 1 to 2,000: got '0'.", ("step", LIMIT - 1)),
        ({"step": "2001"}, "got '2001'", ("step", LIMIT - 1)),
        ({"stage": "5"}, "The link's stage must be a number from 0 to 4: got '5'.", ("stage", 0)),
        ({"stage": "-1"}, "got '-1'", ("stage", 0)),
        ({"level": "3"}, "The link's level must be a number from 0 to 2: got '3'.", ("level", NEAR)),
        ({"part": "z"}, "The link's part must be one of x, in, h-, c-, f,", ("part", None)),
        ({"numbers": "no"}, "The link's numbers must be one of on, off: got 'no'. Here is on.", ("numbers", "on")),
        ({"whatif": "0.5"}, "The link's whatif must be left out: only the coupled cell has this slider: got '0.5'.", ("whatif", None)),
        ({"zoom": "2"}, "This page does not know the link's field 'zoom'.", ("level", NEAR)),
        ({"text": "x" * (LIMIT + 1)}, "The link's text was cut: at most 2,000 characters fit, it has 2,001.", ("text", "x" * LIMIT)),
        ({"model": "<script>" + "x" * 100}, "got '<script>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'", ("model", "sentiment-lstm")),
    ],
    ids=lambda value: str(value)[:30],
)
def test_each_part_of_a_link_that_cannot_be_followed_is_said_and_the_rest_is_followed(link, said, kept):
    rest = {"text": "ab", "unit": "0", "step": "2", "stage": "1"}
    opened, (note,) = start(**rest | link)
    assert said in note and getattr(opened, kept[0]) == kept[1]
    expected = {"text": "ab", "unit": 0, "step": 1, "stage": 1}
    assert {key: getattr(opened, key) for key in expected if key != kept[0]} == {key: value for key, value in expected.items() if key != kept[0]}


def test_several_faults_are_all_said():
    assert len(start(model="x", unit="x", step="x", stage="x", text="x" * 3000)[1]) == 5


def test_a_walk_has_as_many_stages_in_python_as_on_the_stage():
    source = (STATIC / "lesson" / "cells.js").read_text(encoding="utf-8")
    walks = {name: found.count("title:") for name, found in re.findall(r"const (\w+_WALK) = \[(.*?)\];", source, flags=re.DOTALL)} | {"MEMORY_WALK": 4}
    for cell, count in WALKS.items():
        walk = re.search(rf'^  "?{cell}"?: {{.*walk: (\w+_WALK|\[.*\]) }},$', source, flags=re.MULTILINE)[1]
        assert count == (walks[walk] if walk in walks else walk.count("title:")), cell
    assert set(WALKS) == set(CELLS)
    with_fewer, notes = STAGES["lesson"].read({"stage": "3"}, models=("sentiment-rnn",))
    assert with_fewer.stage == 0 and "from 0 to 2" in notes[0]


def test_each_part_that_can_be_chosen_on_the_stage_can_be_linked_to():
    import_parts = "import {QUANTITIES} from './quantities.js'; console.log(JSON.stringify(Object.fromEntries(Object.entries(QUANTITIES).map(([cell, parts]) => [cell, Object.keys(parts)]))))"
    require("Node.js", NODE)
    found = json.loads(
        subprocess.run([NODE, "--input-type=module", "-e", import_parts], cwd=STATIC / "lesson", capture_output=True, text=True, check=True).stdout
    )
    assert {cell: set(parts) for cell, parts in found.items()} == {cell: set(parts) for cell, parts in PARTS.items()}


def test_closeness_part_numbers_and_what_if_can_be_linked_to():
    opened, notes = STAGES["lesson"].read(
        {"model": "sentiment-coupled", "level": "2", "part": "ig", "numbers": "off", "whatif": "0.25"}, models=("sentiment-gru", "sentiment-coupled")
    )
    assert (opened.level, opened.part, opened.numbers, opened.whatif, notes) == (ARITHMETIC, "ig", "off", 0.25, [])


def test_the_first_picture_of_a_start_is_its_trace():
    opened, _ = start(text=TEXT, unit="mean", stage="2")
    body = first_picture("lesson", opened)
    about = metadata(body)["page"]
    assert about["start"] == {
        "text": TEXT,
        "unit": None,
        "step": LIMIT - 1,
        "stage": 2,
        "level": NEAR,
        "part": None,
        "numbers": "on",
        "whatif": None,
        "hold": "",
        "after": "",
        "notation": None,
        "open": None,
        "hide": [],
        "present": "off",
        "film": None,
        "against": None,
        "back": "off",
        "right": None,
        "wire": None,
        "cut": None,
    }
    np.testing.assert_allclose(load(body)["c"], trace(zoo.load("sentiment-lstm"), TEXT)["c"], atol=1e-6)
    assert about["limit"] == LIMIT and set(about["palette"]) == {"scales", "ink"}
    empty, _ = start(text="")
    assert load(first_picture("lesson", empty))["c"].shape[0] == 0


# What the stage knows of each model


def test_the_listing_tells_each_cell_as_its_checkpoint_is():
    for model in listing((*SENTIMENT, "prose-lstm")):
        spec = zoo.load(model["name"]).spec
        assert (model["cell"], model["hidden_size"], model["unit"], model["family"]) == (spec.cell, spec.hidden_size, spec.unit, FAMILY[spec.cell])
        assert set(model["titles"]) == set(CELLS[spec.cell].names) and model["purpose"] == PURPOSES[zoo.task(spec.name)]
        counted = sum(p.numel() for p in zoo.load(model["name"]).recurrent.parameters())
        (recurrent,) = (part for part in model["sizes"] if part["what"].startswith("recurrent"))
        assert recurrent["count"] == counted == eval(recurrent["numbers"].replace("×", "*"))
        assert model["opening"]["text"] == zoo.opening(model["name"]).text
        json.dumps(model)


def test_the_thousands_of_words_of_a_model_that_answers_stay_at_home():
    """Only a model that predicts its next token needs their names."""
    (answers, predicts) = listing(MODELS)
    assert answers["labels"] == ("negative", "positive") and "vocab" not in answers
    assert predicts["vocab"] == zoo.load("prose-lstm").spec.tokens and "labels" not in predicts
    assert len(json.dumps(listing(SENTIMENT))) < 20_000


# The route, asked for words


@pytest.fixture(scope="module")
def client():
    with TestClient(Starlette(routes=ROUTES), raise_server_exceptions=True) as client:
        yield client


def metadata(body):
    size = int.from_bytes(body[:8], "little")
    return {key: json.loads(value) for key, value in json.loads(body[8 : 8 + size])["__metadata__"].items()}


def ask(client, model, text, have=0):
    return client.post("/live/trace", json={"model": model, "text": text, "have": have})


@pytest.mark.parametrize("model", SENTIMENT)
def test_an_answer_is_what_the_cell_s_published_equations_make_of_the_words(client, model):
    answer = ask(client, model, TEXT).content
    reader = zoo.load(model)
    expected = layer(reader.spec.cell, parameters(reader.recurrent), reader.embedding.weight.numpy().astype(float)[metadata(answer)["ids"]])
    arrays = load(answer)
    assert set(arrays) == {*expected, "probs"}
    for name, values in expected.items():
        np.testing.assert_allclose(arrays[name], values, atol=1e-5)
    scores = expected["h"] @ reader.head.weight.numpy().T.astype(float) + reader.head.bias.numpy()
    np.testing.assert_allclose(arrays["probs"], np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True), atol=1e-5)


def test_words_are_read_in_their_plain_form_and_those_never_seen_are_called_so(client):
    about = metadata(ask(client, "sentiment-gru", TEXT).content)
    assert about["tokens"] == ["It", "wasn't", "zzyzx", ",", "but", "GREAT", ":", "na\u00efve", "😀", "fun"]
    vocabulary = zoo.load("sentiment-gru").vocabulary
    lower = metadata(ask(client, "sentiment-gru", TEXT.lower()).content)
    assert about["ids"] == lower["ids"] and about["unknown"] == lower["unknown"]
    assert [token for token, unknown in zip(about["tokens"], about["unknown"]) if unknown] == [
        token for token in about["tokens"] if token.lower() not in vocabulary.tokens
    ]
    assert {"zzyzx", "😀"} <= {token for token, unknown in zip(about["tokens"], about["unknown"]) if unknown}
    assert about["ids"][2] == about["ids"][8] == vocabulary.tokens.index(UNKNOWN)


@pytest.mark.parametrize("model", ["sentiment-lstm", "sentiment-gru-cho"])
def test_every_key_of_a_sentence_that_is_typed_gets_the_steps_that_are_new(client, model):
    """As the browser asks: it holds the tokens that the text before and this one have in common, and puts the answers together."""
    typed, held, arrays = "a dull, zzyzx film isn't it", [], {}
    for length in range(1, len(typed) + 1):
        text = typed[:length]
        tokens = list(tokenize(text, "words"))
        have = next((k for k, (one, other) in enumerate(zip(held, tokens)) if one != other), min(len(held), len(tokens)))
        answer = ask(client, model, text, have)
        assert answer.status_code == 200
        about, new = metadata(answer.content), load(answer.content)
        assert (about["have"], about["steps"]) == (have, len(tokens)) and about["tokens"] == tokens[have:] and len(tokens) - have <= 2
        arrays = {name: np.concatenate([arrays[name][:have], values]) if name in arrays else values for name, values in new.items()}
        held = tokens
        expected = trace(zoo.load(model), text)
        for name in expected.names:
            np.testing.assert_allclose(arrays[name], expected[name], atol=1e-5)
        np.testing.assert_allclose(arrays["probs"], expected.probs, atol=1e-5)


@pytest.mark.parametrize("have", [0, 1, 9, 10])
def test_how_much_is_held_is_counted_in_words(client, have):
    about = metadata(ask(client, "sentiment-rnn", TEXT, have).content)
    assert about["tokens"] == list(tokenize(TEXT, "words"))[have:] and about["steps"] == 10
    refused = ask(client, "sentiment-rnn", TEXT, 11)
    assert refused.status_code == 422 and refused.json() == {"field": "have", "rule": "from 0 to 10, the tokens of the text", "got": "11"}


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_a_text_without_words_has_no_steps(client, text):
    answer = ask(client, "sentiment-peephole", text).content
    assert metadata(answer)["steps"] == 0 and load(answer)["c"].shape == (0, zoo.load("sentiment-peephole").spec.hidden_size)


def test_the_longest_text_of_words_is_answered_and_what_is_longer_is_refused(client):
    text = ("no " * LIMIT)[:LIMIT]
    assert metadata(ask(client, "sentiment-coupled", text).content)["steps"] == len(text.split())
    assert ask(client, "sentiment-coupled", text + "!").status_code == 422
