"""The table of the stages holds what it says: every page, module, route and rule."""

import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gatelab.live.bundle import STATIC
from gatelab.live.routes import ROUTES
from gatelab.live.stages import STAGES
from tests.browser import ROOT

GIVEN = {name: {"models": ("sentiment-lstm",)} for name in ("lesson", "start")}
TEXTS = ("text", "against", "after", "elsewhere")  # one that is too long is cut
WRONG = {"model": "no-such", "models": "no-such"} | dict.fromkeys(TEXTS, "x" * 3000)


@pytest.fixture(scope="module")
def client():
    with TestClient(Starlette(routes=ROUTES)) as client:
        yield client


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_page_folder_class_and_function_of_a_stage_have_one_name(stage):
    from gatelab.live import component

    source = (STATIC / stage.module).read_text(encoding="utf-8")
    called = stage.name.title().replace("_", "")
    assert re.search(rf"^(export )?class {called} extends \w+ \{{$", source, flags=re.MULTILINE) and f"mounting({called}" in source
    assert callable(getattr(component, stage.name))
    assert stage.name == "lesson" or (ROOT / "pages" / f"{stage.name}.py").exists()


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_each_field_of_a_link_that_breaks_its_rule_is_named_and_its_default_stands(stage):
    given = GIVEN.get(stage.name, {})
    plain, notes = stage.read({}, **given)
    assert not notes
    for field in set(stage.link) - set(given):
        start, notes = stage.read({field: WRONG.get(field, "\u0663")}, **given)  # a digit that is none of ours
        assert len(notes) == 1 and field in notes[0], field
        assert field in TEXTS or start == plain, field


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_each_field_of_a_request_that_breaks_its_rule_is_refused_by_its_name(client, stage):
    start, _ = stage.read({}, **GIVEN.get(stage.name, {}))
    asked = {name: getattr(start, name) for name in ("model", "models", "text") if name in stage.request.FIELDS}
    assert client.post(stage.route, json=asked).status_code == 200
    for field in stage.request.FIELDS:
        for wrong in (-1.5, [None]):
            answer = client.post(stage.route, json=asked | {field: wrong})
            assert answer.status_code == 422 and answer.json()["field"] == field, (field, wrong)


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_what_a_page_opens_on_stands_where_the_link_says_nothing(stage):
    given = GIVEN.get(stage.name, {}) | {"text": "7 8"}
    assert stage.read({}, **given)[0].text == "7 8"
    assert stage.read({"text": "7"}, **given)[0].text == "7"
