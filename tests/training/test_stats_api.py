"""Statistics over the API: shapes, keys, access and errors of the contract."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests.factories import make_user, make_workout
from tracks.readers import timestamps


def get(user, path: str, **query):
    client = Client()
    if user is not None:
        client.force_login(user)
    return client.get(f"/api/stats/{path}", query)


def statistics(user, path: str, **query):
    answer = get(user, path, **query)
    assert answer.status_code == 200
    assert answer.json()["status"] == "success"
    return answer.json()["data"]["statistics"]


def test_by_time_answers_by_year_unless_told_otherwise(alice):
    make_workout(
        alice,
        1,
        start=datetime(2021, 6, 5, 22, 50, tzinfo=UTC),
        distance_km=0.543,
        moving=timedelta(seconds=278),
        ave_speed_kmh=7.03,
        ascent_m=10.79,
        descent_m=6.69,
    )
    assert statistics(alice, "alice/by_time") == {
        "2021": {
            "1": {
                "average_speed": 7.03,
                "nb_workouts": 1,
                "total_ascent": 10.79,
                "total_descent": 6.69,
                "total_distance": 0.543,
                "total_duration": 278,
            }
        }
    }


def test_missing_ascent_adds_zero_as_a_float(alice):
    make_workout(alice, 1)
    figures = statistics(alice, "alice/by_sport")["1"]
    assert (figures["total_ascent"], figures["total_descent"]) == (0.0, 0.0)
    assert type(figures["total_ascent"]) is float
    assert type(figures["total_duration"]) is int


def test_days_are_local_while_keys_are_utc(db):
    paris = make_user("paris", timezone="Europe/Paris")
    make_workout(paris, start=datetime(2021, 6, 5, 22, 50, tzinfo=UTC))
    chosen = {"from": "2021-06-06", "to": "2021-06-06", "time": "week"}
    assert list(statistics(paris, "paris/by_time", **chosen)) == ["2021-05-30"]
    assert statistics(paris, "paris/by_time", **{"to": "2021-06-05"}) == {}


def test_an_administrator_reads_days_of_the_user_asked_for(admin):
    paris = make_user("paris", timezone="Europe/Paris")
    make_workout(paris, start=datetime(2021, 6, 5, 22, 50, tzinfo=UTC))
    assert list(statistics(admin, "paris/by_time", **{"from": "2021-06-06"})) == ["2021"]


def test_one_sport_can_be_chosen(alice):
    make_workout(alice, 1)
    make_workout(alice, 5)
    assert list(statistics(alice, "alice/by_sport", sport_id=5)) == ["5"]
    assert list(statistics(alice, "alice/by_time", sport_id=5)["2026"]) == ["5"]


def test_by_time_of_an_unknown_sport_is_empty(alice):
    make_workout(alice, 1)
    assert statistics(alice, "alice/by_time", sport_id=999) == {}


def test_by_sport_of_an_unknown_sport_is_not_found(alice):
    answer = get(alice, "alice/by_sport", sport_id=999)
    assert answer.status_code == 404
    assert answer.json() == {"status": "not found", "message": "sport does not exist"}


def test_by_sport_of_a_sport_without_workouts_is_empty(alice):
    assert statistics(alice, "alice/by_sport", sport_id=2) == {}


@pytest.mark.parametrize("kind", ["by_time", "by_sport"])
@pytest.mark.parametrize(
    "query",
    [
        {"from": "x"},
        {"to": "2018/01/01"},
        {"from": "0001-01-01"},
        {"to": "9999-12-31"},
        {"sport_id": "abc"},
        {"sport_id": "-1"},
        {"sport_id": "99999999999999999999"},
        {"from": "2018-01-01\x00"},
    ],
)
def test_values_that_make_no_sense_are_refused(alice, kind: str, query: dict[str, str]):
    answer = get(alice, f"alice/{kind}", **query)
    assert answer.status_code == 400
    assert answer.json()["message"] == "invalid payload"


@pytest.mark.parametrize("time", ["day", "decade", "Week", ""])
def test_an_unknown_period_is_refused_even_without_workouts(alice, time: str):
    answer = get(alice, "alice/by_time", time=time)
    assert answer.status_code == 400
    assert answer.json() == {"status": "fail", "message": "Invalid time period."}


@pytest.mark.parametrize("kind", ["by_time", "by_sport"])
def test_somebody_else_is_refused(alice, bob, kind: str):
    answer = get(bob, f"alice/{kind}")
    assert answer.status_code == 403
    assert answer.json() == {"status": "error", "message": "you do not have permissions"}


@pytest.mark.parametrize("kind", ["by_time", "by_sport"])
def test_an_unknown_user_is_not_found(alice, kind: str):
    answer = get(alice, f"nobody/{kind}")
    assert answer.status_code == 404
    assert answer.json() == {"status": "not found", "message": "user does not exist"}


@pytest.mark.parametrize("path", ["alice/by_time", "alice/by_sport", "all"])
def test_a_stranger_needs_a_token(alice, path: str):
    answer = get(None, path)
    assert answer.status_code == 401
    assert answer.json() == {"status": "error", "message": "provide a valid auth token"}


def test_figures_of_the_instance_are_for_administrators(alice, admin):
    make_workout(alice, 1)
    assert get(alice, "all").status_code == 403
    assert get(admin, "all").json() == {
        "status": "success",
        "data": {"workouts": 1, "sports": 1, "users": 2, "uploads_dir_size": 0},
    }


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_workouts(alice, django_assert_num_queries, number: int):
    for place in range(number):
        make_workout(alice, place + 1)
    client = APIClient()
    client.force_authenticate(alice)
    with django_assert_num_queries(1):
        client.get("/api/stats/alice/by_time")


@pytest.mark.parametrize("period", ["week", "weekm", "month", "year"])
@pytest.mark.parametrize("moment", [timestamps.EARLIEST, timestamps.LATEST])
def test_by_time_answers_for_the_wildest_clock_of_a_recording(alice, period, moment):
    make_workout(alice, start=moment.item().replace(tzinfo=UTC))
    found = statistics(alice, "alice/by_time", time=period)
    assert [key[:4] for key in found] == [str(moment)[:4]]
