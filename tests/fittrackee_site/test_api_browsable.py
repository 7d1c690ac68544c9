"""The API in a browser: in the site's look, with forms, without inline scripts."""

import re

import pytest
from django.test import Client

from accounts.models import User
from tests.factories import make_workout, upload_gpx

HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize("path", ["workouts", "workouts/no_gpx", "records", "sports/1", "ping"])
def test_a_browser_gets_a_page(alice: User, alice_client: Client, path):
    upload_gpx(alice, points=3)
    response = alice_client.get(f"/api/{path}", headers=HTML)
    page = response.content.decode()
    assert response["Content-Type"].startswith("text/html")
    assert 'id="main"' in page
    assert not re.search(r"<script>|<style|style=|onclick=", page)


def test_a_workout_can_be_changed_and_deleted(alice: User, alice_client: Client):
    address = f"/api/workouts/{make_workout(alice).short_id}"
    page = alice_client.get(address, headers=HTML).content.decode()
    assert 'data-method="PATCH"' in page
    assert 'data-method="DELETE"' in page


def test_a_recording_can_be_uploaded(alice_client: Client):
    page = alice_client.get("/api/workouts", headers=HTML).content.decode()
    assert 'type="file"' in page


def test_strangers_get_a_page_that_says_so(client: Client, db):
    response = client.get("/api/workouts", headers=HTML)
    assert response.status_code == 401
    assert "provide a valid auth token" in response.content.decode()
