"""Profiles of people."""

import pytest

from tests.factories import make_workout


def test_own_page_is_the_profile(alice_client):
    assert alice_client.get("/users/alice")["Location"] == "/profile"


@pytest.mark.parametrize("name", ["bob", "nobody"])
def test_others_do_not_exist(alice_client, bob, name):
    assert alice_client.get(f"/users/{name}").status_code == 404


def test_administrators_see_profile_and_figures(client, admin, bob):
    make_workout(bob)
    client.force_login(admin)
    page = client.get("/users/bob").content.decode()
    assert "bob@example.com" in page
    assert client.get("/users/nobody").status_code == 404


def test_page_says_which_language_it_is_in(alice_client, alice):
    alice.language = "de"
    alice.save()
    assert alice_client.get("/profile")["Content-Language"] == "de"
