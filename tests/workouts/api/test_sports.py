"""Sports as their reader prefers them."""

import pytest
from django.test import Client

from accounts.models import User
from tests.factories import make_workout
from workouts.models import Sport, SportPreference

HIKING = {
    "id": 3,
    "label": "Hiking",
    "is_active": True,
    "is_active_for_user": True,
    "color": None,
    "stopped_speed_threshold": 0.1,
}


@pytest.fixture
def admin_client(admin: User) -> Client:
    client = Client()
    client.force_login(admin)
    return client


def change(client: Client, sport: object, **body):
    return client.patch(f"/api/sports/{sport}", body, content_type="application/json")


def test_all_sports_are_listed(alice_client: Client):
    sports = alice_client.get("/api/sports").json()["data"]["sports"]
    assert [sport["id"] for sport in sports] == list(range(1, 13))
    assert sports[2] == HIKING


def test_the_readers_preference_counts(alice: User, bob: User, alice_client: Client):
    for user, color in ((alice, "#336699"), (bob, "#000000")):
        SportPreference.objects.create(
            user=user, sport_id=3, color=color, is_active=False, stopped_speed_threshold_kmh=0.5
        )
    answer = alice_client.get("/api/sports/3").json()
    assert answer["data"]["sports"] == [
        HIKING | {"color": "#336699", "is_active_for_user": False, "stopped_speed_threshold": 0.5}
    ]


def test_administrators_learn_which_sports_are_used(admin_client: Client, alice: User):
    make_workout(alice, 3)
    sports = admin_client.get("/api/sports").json()["data"]["sports"]
    assert [sport["id"] for sport in sports if sport["has_workouts"]] == [3]


def test_administrators_switch_sports(admin_client: Client):
    sport = change(admin_client, 3, is_active=False, label="x").json()["data"]["sports"][0]
    assert (sport["is_active"], sport["is_active_for_user"]) == (False, False)
    assert Sport.objects.get(pk=3).label == "Hiking"


@pytest.mark.parametrize("body", [{}, {"is_active": None}, {"is_active": "nope"}, {"label": "x"}])
def test_a_wrong_switch_is_refused(admin_client: Client, body):
    response = change(admin_client, 3, **body)
    assert (response.status_code, response.json()["message"]) == (400, "invalid payload")


def test_others_may_not_switch_sports(alice_client: Client):
    response = change(alice_client, 3, is_active=False)
    assert response.status_code == 403
    assert response.json() == {"status": "error", "message": "you do not have permissions"}


@pytest.mark.parametrize("number", ["13", "0", "abc", "9" * 30, "٣"])
def test_no_such_sport(admin_client: Client, number):
    for response in (admin_client.get(f"/api/sports/{number}"), change(admin_client, number)):
        assert response.status_code in {400, 404}
    assert admin_client.get(f"/api/sports/{number}").json() == {
        "status": "not found",
        "data": {"sports": []},
    }
