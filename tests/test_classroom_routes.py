"""A class over HTTP: who may say what, and what reaches whom."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gatelab.classroom.rooms import Rooms
from gatelab.classroom.routes import CLASS, SHORT, ClassRoute, Limits
from gatelab.live.routes import served


@pytest.fixture
def client(monkeypatch):
    """The routes with no class yet, under a path."""
    monkeypatch.setattr(ClassRoute, "rooms", Rooms())
    monkeypatch.setattr(ClassRoute, "limits", Limits())
    with TestClient(Starlette(routes=served("gatelab", CLASS, (SHORT,))), root_path="", follow_redirects=False) as client:
        client.base_url = client.base_url.join("/gatelab/")
        yield client


def started(client, **fields):
    response = client.post("live/class", json=fields)
    assert response.status_code == 201
    return response.json()


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


def test_a_class_starts_with_a_code_of_four_letters_and_a_key_that_only_its_teacher_has(client):
    begun = started(client)
    assert len(begun["code"]) == 4 and not set(begun["code"]) & set("AEIOUQ") and begun["seconds"] == 600
    joined = client.post(f"live/class/{begun['code'].lower()}/join", json={}).json()
    assert joined["id"] == begun["id"]
    say = f"live/class/{begun['code']}/say"
    assert client.post(say, json={"attention": True}, headers=bearer(joined["seat"])).status_code == 403
    assert client.post(say, json={"attention": True}, headers=bearer(begun["key"])).json() == {"version": 1}


def test_the_short_link_leads_to_the_page_where_one_joins(client):
    response = client.get("c/bcdf")
    assert response.status_code == 302 and response.headers["location"] == "../in-class?code=BCDF"
    assert client.get("c/%3Cscript%3E").headers["location"] == "../in-class"
