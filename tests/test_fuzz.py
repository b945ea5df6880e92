"""Nothing that is sent breaks GateLab: a few hundred of what `make load` tries ten thousand of."""

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings

from gatelab import languages
from gatelab.classroom.questions import KINDS
from tests import fuzzing, strange

few = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def app():
    with fuzzing.NoServer() as app:
        yield app


@few
@given(strange.requests)
def test_every_request_is_answered_or_refused_in_three_strings(app, sent):
    _, wrong = app.ask(sent)
    assert wrong is None


@few
@given(strange.posts())
def test_everything_posted_is_answered_or_refused_in_three_strings(app, sent):
    _, wrong = app.ask(sent)
    assert wrong is None


@pytest.mark.parametrize("kind", KINDS)
@settings(few, max_examples=40)
@given(answer=strange.answers)
def test_an_answer_of_a_class_counts_or_is_refused(app, kind, answer):
    _, wrong = fuzzing.answered(app, kind, answer)
    assert wrong is None


@few
@given(strange.links())
def test_every_link_is_read_in_every_language(link):
    for name in languages.languages():
        with languages.speaking(name):
            fuzzing.read_link(*link)


@settings(few, max_examples=60)
@given(strange.lesson_files())
def test_every_file_is_a_lesson_or_an_error_that_says_where(file):
    fuzzing.read_lesson(file)


@few
@given(strange.TAG | strange.HALVES)
def test_every_tag_is_answered_in_a_language_that_there_is(tag):
    fuzzing.spoken(tag)


LONGEST_HEAD = 60_000
"""Characters of an address, or of a header, that the server still reads."""


@pytest.mark.parametrize("part", ["a-", "a,", "a.", "a:", "a ", "a;", '"', "\\", "[", "%", "0"])
def test_no_field_holds_the_others_up_because_it_is_long(app, part):
    """Each field is about as long as it can be; all are read on the event loop."""
    long = part * (LONGEST_HEAD // len(part))
    for address in ("/live/glossary?language=", "/live/pages/watch.html?language=", "/live/pages/watch.html?models=", "/live/worksheet.html?step=", "/live/"):
        quick(app, "GET", address + quote(long)[:LONGEST_HEAD])
    for header in ("Accept-Encoding", "If-None-Match", "Authorization", "Cookie", "Range"):
        quick(app, "GET", "/live/glossary", ((header, long),))
    for field in ("model", "text", "hold", "after", "have"):
        asked = {"model": "prose-lstm", "text": "a", field: long[:20_000]}
        quick(app, "POST", "/live/trace", body=json.dumps(asked).encode())


def quick(app, *sent, **more):
    """Send a request that must be answered before anybody notices."""
    answer = app.send(*sent, **more)
    assert answer.status < 500 and answer.seconds < fuzzing.HANG, (answer.status, answer.seconds, [str(one)[:60] for one in sent])
