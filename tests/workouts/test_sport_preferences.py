"""Colours, thresholds and the choice of sports, on the page and over the API."""

import re

import pytest

from oauth_apps.services import issue_first_party_token
from tests.factories import make_workout
from workouts.models import Sport, SportPreference

API = "/api/auth/profile/edit/sports"


def form(**changes: str) -> dict[str, str]:
    """The page's form as it is for a new user."""
    data = {}
    for sport in Sport.objects.all():
        data |= {
            f"sport-{sport.pk}-color": sport.kind.color,
            f"sport-{sport.pk}-is_active": "on",
            f"sport-{sport.pk}-threshold": str(sport.stopped_speed_threshold_kmh),
        }
    return {**data, **changes}


def call(alice, client, body):
    headers = {"Authorization": f"Bearer {issue_first_party_token(alice)}"}
    return client.post(API, body, content_type="application/json", headers=headers)


def test_page_stores_what_was_changed_and_nothing_else(alice_client, alice):
    alice_client.post("/profile/sports", form(**{"sport-5-color": "#123456"}))
    (preference,) = alice.sport_preferences.all()
    assert (preference.sport_id, preference.color, preference.stopped_speed_threshold_kmh) == (
        5,
        "#123456",
        1.0,
    )


def test_threshold_is_typed_in_the_readers_unit(alice_client, alice):
    alice.imperial_units = True
    alice.save()
    data = form(**{f"sport-{pk}-threshold": "0.62" for pk in (1, 2, 4, 5, 7, 9, 11)})
    data |= {f"sport-{pk}-threshold": "0.06" for pk in (3, 6, 8, 10, 12)}
    alice_client.post("/profile/sports", data | {"sport-1-threshold": "2"})
    assert alice.sport_preferences.get().stopped_speed_threshold_kmh == pytest.approx(3.219, 0.001)


def test_mistake_is_shown_and_nothing_is_stored(alice_client, alice):
    data = form(**{"sport-1-threshold": "-1", "sport-2-color": "#000000"})
    response = alice_client.post("/profile/sports", data)
    assert "errorlist" in response.content.decode()
    assert not SportPreference.objects.exists()


def test_switched_off_sport_is_listed_only_for_who_used_it(alice_client, alice):
    Sport.objects.filter(pk=12).update(is_active=False)
    assert "Snowshoes" not in alice_client.get("/profile/sports").content.decode()
    make_workout(alice, sport=12)
    assert "switched off by the administrator" in (
        alice_client.get("/profile/sports").content.decode()
    )


def test_sports_with_own_workouts_are_marked_as_used(alice_client, alice, bob):
    make_workout(bob, sport=5)
    assert "used" not in badges(alice_client.get("/profile/sports"))
    make_workout(alice, sport=5)
    assert badges(alice_client.get("/profile/sports")).count("used") == 1


def badges(page) -> list[str]:
    return re.findall(r'class="badge">(.*?)</span>', page.content.decode())


def test_sport_is_reset_on_the_page(alice_client, alice):
    alice_client.post("/profile/sports", form(**{"sport-5-color": "#123456"}))
    alice_client.post("/profile/sports/5/reset")
    assert not SportPreference.objects.exists()


@pytest.mark.parametrize("used", [1, 3])
def test_page_takes_the_same_queries_however_many_are_chosen(
    alice_client, alice, used, django_assert_num_queries
):
    for pk in range(1, used + 1):
        SportPreference.objects.create(
            user=alice, sport_id=pk, color="#000000", stopped_speed_threshold_kmh=1
        )
    alice_client.get("/profile/sports")
    with django_assert_num_queries(6):
        alice_client.get("/profile/sports")


def test_strangers_see_no_sports_page(client, db):
    assert client.get("/profile/sports").status_code == 302


def test_api_changes_one_preference_at_a_time(alice, client):
    call(alice, client, {"sport_id": 1, "color": "#12aB9f"})
    answer = call(alice, client, {"sport_id": "1", "stopped_speed_threshold": 0.5, "color": None})
    assert answer.json() == {
        "status": "success",
        "message": "user sport preferences updated",
        "data": {
            "user_id": alice.pk,
            "sport_id": 1,
            "color": "#12aB9f",
            "is_active": True,
            "stopped_speed_threshold": 0.5,
        },
    }


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"sport_id": 1}, 400, "invalid payload"),
        ({"color": "#000000"}, 400, "invalid payload"),
        ({"sport_id": 1, "color": "red"}, 400, "invalid hexadecimal color"),
        ({"sport_id": 1, "stopped_speed_threshold": -1}, 400, "invalid payload"),
        ({"sport_id": 1, "is_active": "no"}, 400, "invalid payload"),
        ({"sport_id": 999, "color": "#000000"}, 404, "sport does not exist"),
    ],
)
def test_api_says_what_is_wrong(alice, client, body, status, message):
    answer = call(alice, client, body)
    assert (answer.status_code, answer.json()["message"]) == (status, message)
    assert not SportPreference.objects.exists()


@pytest.mark.parametrize(("number", "status"), [("1", 204), ("999", 404), ("abc", 404)])
def test_api_resets_a_sport(alice, client, number, status):
    headers = {"Authorization": f"Bearer {issue_first_party_token(alice)}"}
    call(alice, client, {"sport_id": 1, "color": "#12aB9f"})
    answer = client.delete(f"/api/auth/profile/reset/sports/{number}", headers=headers)
    assert answer.status_code == status
    assert SportPreference.objects.exists() == (status == 404)
