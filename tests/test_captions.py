"""What is said under a unit holds for the text that stands there: what the browser counts, against Python's own count of its own trace."""

import json
import re
import subprocess

import numpy as np
import pytest

from gatelab import zoo
from gatelab.live.wire import pack
from gatelab.traces import trace
from gatelab.training import captions as measured
from gatelab.training.captions import counted
from gatelab.training.units import PROPERTIES, best
from tests.browser import NODE, ROOT, require

OWN = {
    "prose": ("hello hello", "", "the cat", "_a\n\nb_ c", "Ça va? _naïve_ 😀, ok;", "   ", "1, 2: 3!", "x" * 40),
    "code": ("hello hello", "", "/* open", "a /* 😀 */ b", "\"/*\" '/*' /**/ /*/ */", "// none"),
    "sentiment": ("hello hello", "", "good", "a dull , zzyzx film"),
}
"""Texts of a visitor's own, where a claim may fail or has nowhere to hold."""

CLAIMING = tuple(name for name in zoo.readers() if zoo.opening(name).claims)


def texts(name):
    opening = zoo.opening(name)
    return (opening.text, *opening.others, *OWN[zoo.task(name)])


def count(name, text):
    """How often each claim of a model's unit holds on a text: [(held, all)], by Python."""
    seen, opening, task = trace(zoo.load(name), text), zoo.opening(name), zoo.task(name)
    if task == "sentiment":
        properties = {"probability of positive": (seen.probs[:, 1], None)}
    else:
        properties = PROPERTIES[task](text) if text else None
    both = [counted(claim, opening.unit, seen, properties) for claim in opening.claims] if len(seen) else [(np.zeros(0), np.zeros(0))] * 2
    return [(int(held.sum()), int(where.sum())) for where, held in both]


@pytest.fixture(scope="module")
def captions(tmp_path_factory):
    """What the browser says of each (model, text)."""
    require("Node.js", NODE)
    folder, asked = tmp_path_factory.mktemp("captions"), [(name, text) for name in CLAIMING for text in texts(name)]
    files = []
    for k, (name, text) in enumerate(asked):
        spec = zoo.load(name).spec
        said = {"labels": spec.outputs} if spec.outputs else {"vocab": spec.tokens}
        about = {"name": name, "cell": spec.cell, "unit": spec.unit, "hidden_size": spec.hidden_size, "opening": vars(zoo.opening(name)), **said}
        files.append(folder / f"{k}.json")
        files[-1].write_text(json.dumps({"model": about, "text": text}), encoding="utf-8")
        files[-1].with_suffix(".trace").write_bytes(pack(trace(zoo.load(name), text), 0))
    run = subprocess.run([NODE, ROOT / "tests" / "js" / "captioned.mjs", *files], capture_output=True, timeout=120, encoding="utf-8")
    assert run.returncode == 0, run.stderr
    return dict(zip(asked, json.loads(run.stdout), strict=True))


def test_every_unit_that_a_reader_of_language_opens_on_claims_something_that_can_be_counted():
    assert set(CLAIMING) == {name for name in zoo.readers() if zoo.opening(name).note}
    assert {zoo.task(name) for name in CLAIMING} == {"prose", "code", "sentiment"}


@pytest.mark.parametrize("name", CLAIMING)
def test_a_caption_counts_on_every_text_what_the_trace_of_that_text_has(captions, name):
    for text in texts(name):
        caption, expected = captions[name, text], count(name, text)
        assert [tuple(each) for each in caption["counted"]] == expected, text
        if not len(trace(zoo.load(name), text)):
            assert caption["said"] == caption["untold"]
            continue
        here = caption["said"].removeprefix(caption["untold"])
        parts = " and ".join(f"{held} of {places}" if places else "none to count" for held, places in expected)
        held, places = map(sum, zip(*expected))
        exception = 2 * held <= places
        assert here.replace(",", "") == f" In this text: {parts}." + (" This text is an exception." if exception else ""), text


@pytest.mark.parametrize("name", CLAIMING)
def test_the_general_part_of_a_caption_has_the_measured_shares_and_no_word_on_this_text(captions, name):
    opening = zoo.opening(name)
    said = {captions[name, text]["untold"] for text in texts(name)}
    assert len(said) == 1 and all(captions[name, text]["other"] == "" for text in texts(name))
    shares = [100 * held / places for held, places in (claim["held_out"] for claim in opening.claims)]
    (general,) = said
    assert general.startswith(opening.note)
    told = re.findall(r"at (over )?(\d+) % of the", general)
    assert [share > int(percent) if over else round(share) == int(percent) for (over, percent), share in zip(told, shares, strict=True)] == [True] * len(shares)
    assert all(share > 75 for share in shares)


@pytest.mark.parametrize("name", CLAIMING)
def test_on_the_text_that_a_model_opens_on_its_claims_hold(name):
    """At three of four places, and there is a place for each of them."""
    held, places = zip(*count(name, zoo.opening(name).text))
    assert min(places) and sum(held) >= 0.75 * sum(places)


def test_a_claim_fails_where_it_is_known_to_fail(captions):
    """On "hello hello" unit 70 does not start again; after "but" the simple RNN's h is below 0 at "a", where P = .60."""
    assert count("prose-lstm", "hello hello")[1] == (1, 2)
    assert captions["prose-lstm", "hello hello"]["said"].endswith(" of 8, and 1 of 2. This text is an exception.")
    assert count("sentiment-rnn", "great acting but a terrible script")[0] == (3, 4)


def test_the_command_counts_the_claims_on_the_second_half_of_what_training_never_read(tmp_path, capsys):
    opening, model = zoo.opening("prose-lstm"), zoo.load("prose-lstm")
    text = " ".join([opening.text, *opening.others]) * 40
    (tmp_path / "text").write_text(text, encoding="utf-8")
    assert measured.main(["prose-lstm", "--data", str(tmp_path / "text")]) == 0
    held_out = text[-round(0.05 * len(text)) :]
    half, seen = len(held_out) // 2, trace(model, held_out)
    for line, claim in zip(capsys.readouterr().out.splitlines(), opening.claims, strict=True):
        where, held = (steps[half:].sum() for steps in counted(claim, opening.unit, seen, PROPERTIES["prose"](held_out)))
        assert 0 < held <= where and line.startswith(f"{held / where:.2f}  c ") and f"at {held:,} of {where:,} {claim['at']}" in line
    assert measured.main(["prose-lstm", "--data", str(tmp_path / "none")]) == 2 and "none" in capsys.readouterr().err


def test_of_units_that_rise_the_best_is_one_that_rises():
    """A unit that falls tells more; with `rising` it is left out."""
    property_ = np.tile(np.arange(10), 4)
    noise = np.random.default_rng(0).normal(size=40)
    seen = {"c": np.stack([-property_, property_ + 4 * noise], axis=1)}
    everywhere = np.ones(40, bool)
    assert best(seen, ["c"], property_, everywhere)[:3] == ("c", 0, -1)
    assert best(seen, ["c"], property_, everywhere, rising=True)[:3] == ("c", 1, 1)


# The notes that are sentences alone


def test_strings_and_code_within_a_comment_fool_the_unit_of_the_code_model():
    _, quoted, within, *_ = texts("code-lstm")
    c = {text: trace(zoo.load("code-lstm"), text)["c"][:, zoo.opening("code-lstm").unit] for text in (quoted, within)}
    assert (c[quoted][quoted.index('"') + 1 : quoted.rindex('"')] < 0).any()
    assert (c[within][2 : within.index("*/")] > 0).any()


def test_the_deeper_the_peephole_unit_is_the_more_its_peephole_shuts_the_output_gate():
    model, unit = zoo.load("prose-peephole"), zoo.opening("prose-peephole").unit
    assert model.recurrent.weight_co_l0[unit] > 0
    assert all(trace(model, text)["c"][:, unit].mean() < 0 for text in texts("prose-peephole")[:5])


def test_the_gru_s_unit_is_lost_in_a_long_emphasis():
    assert count("prose-gru", texts("prose-gru")[1])[0][0] < count("prose-gru", texts("prose-gru")[1])[0][1]


WRITERS = ("additive", "multiplicative")
MONTH = re.compile(r"March|mars|Dezember|octubre|JULY|\.10\.")


def looks(name, text):
    seen = trace(zoo.load(name), text)
    return seen, np.asarray(seen["weights"])


@pytest.mark.parametrize("attention", WRITERS)
def test_in_every_example_of_a_date_steps_6_and_7_write_the_month_and_the_hyphens_look_wider_than_the_digits(attention):
    opening = zoo.opening(f"dates-{attention}")
    assert "Steps 6 and 7 write the month" in opening.note
    for text in (opening.text, *opening.others):
        seen, weights = looks(f"dates-{attention}", text)
        assert re.fullmatch(r"\d{4}-(0\d|1[0-2])-\d\d", "".join(seen.output))
        largest = weights.max(axis=1)
        assert largest[[4, 7]].mean() < largest[[0, 1, 2, 3, 5, 6, 8, 9]].mean()


@pytest.mark.parametrize("attention", WRITERS)
def test_the_black_cat_and_the_kangaroo_come_out_as_the_note_says(attention):
    name = f"translate-{attention}"
    opening, model = zoo.opening(name), zoo.load(name)
    cat, kangaroo = "My sister doesn't like the black cat.", "The kangaroo stole my sandwich."
    assert (
        {cat, kangaroo} <= {opening.text, *opening.others}
        and "kangaroo" not in model.spec.source
        and "3,500" in opening.note
        and len(model.spec.source) == 3500
    )
    seen, weights = looks(name, cat)
    noun, adjective = (list(seen.written).index(word) for word in ("chat", "noir"))
    assert noun < adjective and "the lines cross" in opening.note
    assert [seen.tokens[weights[step].argmax()] for step in (noun, adjective)] == ["cat", "black"]
    seen, weights = looks(name, kangaroo)
    assert seen.tokens[weights[1].argmax()] == "kangaroo" and seen.written[1] != "kangourou"


def test_without_attention_a_long_sentence_loses_words_and_some_short_ones_come_out_alike():
    opening, long = zoo.opening("translate-none"), "I have so many clothes I don't know what to wear tomorrow."
    assert "the sentence about clothes" in opening.note and len(trace(zoo.load("translate-none"), long).tokens) > 12
    written = {text: {name: trace(zoo.load(f"translate-{name}"), text).output for name in ("none", *WRITERS)} for text in (opening.text, *opening.others)}
    said = {name: "vêtements" in output and "sais pas quoi porter demain" in output for name, output in written.pop(long).items()}
    assert said == {"none": False, "additive": True, "multiplicative": True}
    assert any(outputs["none"] in [outputs[name] for name in WRITERS] for outputs in written.values())


def test_most_heads_of_the_transformer_look_at_the_month_while_it_is_written():
    opening = zoo.opening("dates-transformer")
    elsewhere = 0
    for text in (opening.text, *opening.others):
        _seen, weights = looks("dates-transformer", text)
        found = MONTH.search(text)
        place = weights[:, :, 5:7].argmax(axis=-1)
        inside = ((found.start() <= place) & (place < found.end())).all(axis=-1)
        assert inside.sum() > inside.size / 2
        elsewhere += int((~inside).sum())
    assert elsewhere
