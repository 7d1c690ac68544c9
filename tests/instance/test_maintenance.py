"""Closing the site for a while."""

import pytest
from django.core.management import call_command


@pytest.fixture
def closed():
    call_command("maintenance", "on")


@pytest.mark.usefixtures("closed")
def test_people_see_the_maintenance_page(client):
    answer = client.get("/workouts")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "300")
    assert "Back in a few minutes" in answer.text


@pytest.mark.usefixtures("closed")
def test_programs_get_json(client):
    answer = client.get("/api/ping")
    assert answer.status_code == 503
    assert answer.json()["status"] == "error"


@pytest.mark.usefixtures("closed")
def test_afterwards_all_is_as_before(client, db):
    call_command("maintenance", "off")
    assert client.get("/about").status_code == 200
