"""The list, reading, adding, editing and deleting of workouts."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from tests.factories import make_user, make_workout, upload_gpx
from workouts.models import Workout
from workouts.services.records import refresh_records

NEW = {"sport_id": 1, "duration": 3600, "distance": 12.5, "workout_date": "2021-03-14 09:30"}
NOT_FOUND = {"status": "not found", "data": {"workouts": []}}


def as_user(user: User) -> APIClient:
    """A client that costs no queries to sign in."""
    client = APIClient()
    client.force_authenticate(user)
    return client


def post(client: Client, **body):
    return client.post("/api/workouts/no_gpx", body, content_type="application/json")


def patch(client: Client, workout: Workout, **body):
    return client.patch(f"/api/workouts/{workout.short_id}", body, content_type="application/json")


def test_a_workout_as_json(client: Client, db):
    nora = make_user("nora", timezone="Europe/Paris")
    client.force_login(nora)
    workout = post(client, **NEW).json()["data"]["workouts"][0]
    stored = Workout.objects.get()
    records = workout.pop("records")
    creation = workout.pop("creation_date")
    assert creation.endswith(" GMT")
    assert workout == {
        "id": stored.short_id,
        "user": "nora",
        "sport_id": 1,
        "title": "Cycling (Sport) - 2021-03-14 09:30:00",
        "modification_date": None,
        "workout_date": "Sun, 14 Mar 2021 08:30:00 GMT",
        "duration": "1:00:00",
        "moving": "1:00:00",
        "pauses": None,
        "distance": 12.5,
        "ave_speed": 12.5,
        "max_speed": 12.5,
        "min_alt": None,
        "max_alt": None,
        "ascent": None,
        "descent": None,
        "with_gpx": False,
        "with_file": False,
        "bounds": [],
        "map": None,
        "previous_workout": None,
        "next_workout": None,
        "segments": [],
        "weather_start": None,
        "weather_end": None,
        "notes": None,
    }
    assert [(record["record_type"], record["value"]) for record in records] == [
        ("AS", 12.5),
        ("FD", 12.5),
        ("LD", "1:00:00"),
        ("MS", 12.5),
    ]


def test_a_new_workout_is_created(alice_client: Client):
    response = post(alice_client, **NEW)
    assert (response.status_code, response.json()["status"]) == (201, "created")


@pytest.mark.parametrize("notes", [None, "", "windy\nand cold"])
def test_notes_that_were_emptied_differ_from_none(alice_client: Client, notes):
    response = post(alice_client, **NEW, notes=notes)
    assert response.json()["data"]["workouts"][0]["notes"] == notes


def test_a_program_may_send_text_numbers_fractions_and_climb(alice_client: Client):
    body = {**NEW, "sport_id": "3", "duration": 59.9, "distance": 0.001, "ascent": 12, "x": 1}
    workout = post(alice_client, **body).json()["data"]["workouts"][0]
    assert (workout["sport_id"], workout["duration"], workout["distance"], workout["ascent"]) == (
        3,
        "0:00:59",
        0.001,
        12.0,
    )


def test_long_workouts_count_their_days(alice_client: Client):
    workout = post(alice_client, **{**NEW, "duration": 2 * 86400 + 250}).json()
    assert workout["data"]["workouts"][0]["duration"] == "2 days, 0:04:10"


@pytest.mark.parametrize(
    "wrong",
    [
        {"sport_id": None},
        {"sport_id": 999},
        {"sport_id": True},
        {"sport_id": 10**400},
        {"sport_id": [1]},
        {"duration": "1:00:00"},
        {"duration": -1},
        {"duration": 10**400},
        {"duration": True},
        {"distance": "far"},
        {"distance": "nan"},
        {"distance": 100_000},
        {"distance": -1},
        {"workout_date": "2021-03-14"},
        {"workout_date": "2021-03-14 09:30:00"},
        {"workout_date": "0001-01-01 00:00"},
        {"workout_date": 20210314},
        {"title": "t" * 256},
        {"title": "\x00"},
        {"notes": "n" * 501},
        {"notes": {}},
        {"ascent": -1},
    ],
)
def test_values_that_make_no_sense_are_refused_and_nothing_is_stored(alice_client, wrong):
    response = post(alice_client, **{**NEW, **wrong})
    assert response.status_code == 400
    assert response.json()["message"] == "invalid payload"
    assert list(response.json()["errors"]) == list(wrong)
    assert not Workout.objects.exists()


@pytest.mark.parametrize(
    "body", ["{not json", "[]", "null", '"text"', "[1]", "{}", "[" * 5000, '{"a": NaN}', ""]
)
def test_a_body_that_is_no_object_is_refused(alice_client: Client, body):
    response = alice_client.post("/api/workouts/no_gpx", body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["message"] == "invalid payload"


def test_a_body_of_another_kind_is_refused(alice_client: Client):
    response = alice_client.post("/api/workouts/no_gpx", NEW)
    assert (response.status_code, response.json()["message"]) == (400, "invalid payload")


def test_a_huge_body_is_refused(alice_client: Client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert post(alice_client, **NEW, notes="n" * 100).status_code == 413


def test_the_list_is_in_pages(alice: User, alice_client: Client):
    for _ in range(7):
        make_workout(alice)
    answer = alice_client.get("/api/workouts", {"page": 2}).json()
    assert len(answer["data"]["workouts"]) == 2
    assert answer["pagination"] == {
        "has_next": False,
        "has_prev": True,
        "page": 2,
        "pages": 2,
        "total": 7,
    }


@pytest.mark.parametrize(
    ("query", "page", "count"),
    [
        ({"page": "0"}, 1, 2),
        ({"page": "-3"}, 1, 2),
        ({"page": "99"}, 99, 0),
        ({"page": str(10**30)}, 10**30, 0),
        ({"per_page": "1000"}, 1, 2),
        ({"per_page": ""}, 1, 2),
    ],
)
def test_pages_out_of_range(alice: User, alice_client: Client, query, page, count):
    make_workout(alice)
    make_workout(alice)
    answer = alice_client.get("/api/workouts", query).json()
    assert (answer["pagination"]["page"], len(answer["data"]["workouts"])) == (page, count)


@pytest.mark.parametrize(
    "query",
    [
        {"page": "x"},
        {"per_page": "1.5"},
        {"per_page": "0"},
        {"per_page": "-1"},
        {"page": "1" * 5000},
        {"from": "yesterday"},
        {"duration_to": "a:b"},
        {"sport_id": "abc"},
    ],
)
def test_queries_that_make_no_sense_are_refused(alice_client: Client, query):
    response = alice_client.get("/api/workouts", query)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == list(query)


def test_neighbours_in_the_list_are_those_of_its_filters(alice: User, alice_client: Client):
    first, other, last = (
        make_workout(alice, sport, start=datetime(2026, 1, day, tzinfo=UTC))
        for day, sport in enumerate((1, 5, 1), start=1)
    )
    listed = alice_client.get("/api/workouts", {"sport_id": 1}).json()["data"]["workouts"]
    assert [(w["previous_workout"], w["next_workout"]) for w in listed] == [
        (first.short_id, None),
        (None, last.short_id),
    ]
    alone = alice_client.get(f"/api/workouts/{last.short_id}").json()["data"]["workouts"][0]
    assert alone["previous_workout"] == other.short_id


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(alice: User, django_assert_num_queries, count):
    for _ in range(count):
        upload_gpx(alice)
        make_workout(alice, 5)
    with django_assert_num_queries(5):
        as_user(alice).get("/api/workouts")


@pytest.mark.parametrize("count", [1, 3])
def test_records_cost_the_same_whatever_their_number(alice: User, django_assert_num_queries, count):
    for sport in range(1, count + 1):
        refresh_records(alice, make_workout(alice, sport).sport)
    with django_assert_num_queries(1):
        answer = as_user(alice).get("/api/records")
    assert len(answer.json()["data"]["records"]) == 4 * count


@pytest.mark.parametrize("segments", [1, 3])
def test_a_workout_costs_the_same_whatever_its_segments(
    alice: User, django_assert_num_queries, segments
):
    workout = upload_gpx(alice, segments=segments)
    with django_assert_num_queries(4):
        as_user(alice).get(f"/api/workouts/{workout.short_id}")


def test_a_workout_is_edited(alice: User, alice_client: Client):
    workout = make_workout(alice)
    answer = patch(
        alice_client,
        workout,
        title="Tour",
        notes="windy",
        sport_id=5,
        distance=20,
        duration=7200,
        workout_date="2021-03-25 18:00",
    ).json()
    edited = answer["data"]["workouts"][0]
    assert answer["status"] == "success"
    assert edited["modification_date"].endswith(" GMT")
    names = ("title", "notes", "sport_id", "distance", "duration", "ave_speed", "workout_date")
    assert [edited[name] for name in names] == [
        "Tour",
        "windy",
        5,
        20.0,
        "2:00:00",
        10.0,
        "Thu, 25 Mar 2021 18:00:00 GMT",
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"title": ""},
        {"title": None},
        {"notes": None},
        {"duration": 0, "distance": 0},
        {"sport_id": None, "workout_date": ""},
        {"unknown": 1},
    ],
)
def test_empty_values_change_nothing(alice: User, alice_client: Client, body):
    workout = make_workout(alice, title="Tour", notes="n")
    edited = patch(alice_client, workout, **body).json()["data"]["workouts"][0]
    assert (edited["title"], edited["notes"], edited["distance"]) == ("Tour", "n", 10.0)
    assert edited["modification_date"] is None


def test_measured_values_are_kept(alice: User, alice_client: Client):
    workout = upload_gpx(alice)
    edited = patch(alice_client, workout, distance=99, duration="x", workout_date="x").json()
    assert edited["data"]["workouts"][0]["distance"] == workout.distance_km


@pytest.mark.parametrize(
    "body",
    [{}, {"workout_date": "x", "title": "partial?"}, {"sport_id": 999}, {"duration": "x"}],
)
def test_a_wrong_edit_changes_nothing(alice: User, alice_client: Client, body):
    workout = make_workout(alice, title="Tour")
    response = patch(alice_client, workout, **body)
    assert response.status_code == 400
    workout.refresh_from_db()
    assert workout.title == "Tour"


def test_a_workout_is_deleted(alice: User, alice_client: Client):
    address = f"/api/workouts/{make_workout(alice).short_id}"
    assert alice_client.delete(address).status_code == 204
    assert alice_client.delete(address).json() == NOT_FOUND


@pytest.mark.parametrize(
    "short_id", ["2222222222222222222223", "0" * 22, "z" * 22, "short", "é" * 22]
)
def test_no_such_workout(alice_client: Client, short_id):
    response = alice_client.get(f"/api/workouts/{short_id}")
    assert (response.status_code, response.json()) == (404, NOT_FOUND)


def test_the_workout_of_somebody_else_does_not_exist(bob: User, alice_client: Client):
    workout = make_workout(bob)
    address = f"/api/workouts/{workout.short_id}"
    assert alice_client.get(address).json() == NOT_FOUND
    assert alice_client.delete(address).json() == NOT_FOUND
    assert patch(alice_client, workout, title="mine").json() == NOT_FOUND
    assert Workout.objects.get() == workout
    assert alice_client.get("/api/workouts").json()["data"]["workouts"] == []


def test_strangers_are_asked_who_they_are(client: Client, db):
    for path in ("workouts", "workouts/no_gpx", "records", "sports", "sports/1"):
        response = client.get(f"/api/{path}")
        assert response.status_code == 401
        assert response.json() == {"status": "error", "message": "provide a valid auth token"}


def test_durations_are_compared_without_pauses(alice: User, alice_client: Client):
    make_workout(alice, duration=timedelta(hours=2), moving=timedelta(hours=1))
    answer = alice_client.get("/api/workouts", {"duration_from": "1:01"}).json()
    assert answer["data"]["workouts"] == []
