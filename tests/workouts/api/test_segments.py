"""Segments in answers: the first ones with their workout, all of them page by page."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.factories import first_party, make_recording_bytes, make_workout, upload_gpx
from tracks.limits import Limits
from workouts.models import Segment, Workout


def listed(client: Client, **query: object) -> list[dict]:
    return client.get("/api/workouts", query).json()["data"]["workouts"]


def numbers(workout: dict) -> list[int]:
    return [segment["segment_id"] for segment in workout["segments"]]


def upload_many(owner: User) -> Workout:
    """A workout with as many segments as a recording may have."""
    return upload_gpx(owner, points=1, segments=Limits().segments)


def test_what_people_record_is_shown_whole_as_ever(alice: User, alice_client: Client):
    upload_gpx(alice, points=2, segments=20)
    upload_gpx(alice, points=2, segments=3)
    for workout, count in zip(listed(alice_client), (3, 20), strict=True):
        assert numbers(workout) == list(range(count))
        assert "segments_next" not in workout
        assert {segment["workout_id"] for segment in workout["segments"]} == {workout["id"]}


def test_of_several_workouts_each_shows_its_first_twenty(alice: User, alice_client: Client):
    many = upload_gpx(alice, points=2, segments=21)
    make_workout(alice)
    workout = listed(alice_client)[0]
    assert numbers(workout) == list(range(20))
    assert workout["segments_next"] == f"/api/workouts/{many.short_id}/segments?page=2&per_page=20"


def test_one_workout_shows_its_first_hundred(alice: User, alice_client: Client):
    many = upload_many(alice)
    (workout,) = alice_client.get(f"/api/workouts/{many.short_id}").json()["data"]["workouts"]
    assert numbers(workout) == list(range(100))
    assert workout["segments_next"] == f"/api/workouts/{many.short_id}/segments?page=2&per_page=100"


@pytest.mark.parametrize("others", [0, 1])
def test_following_the_address_shows_every_segment_once(
    alice: User, alice_client: Client, others: int
):
    many = upload_gpx(alice, points=1, segments=250)
    for _ in range(others):
        make_workout(alice)
    workout = next(found for found in listed(alice_client) if found["id"] == many.short_id)
    found, address = numbers(workout), workout["segments_next"]
    while True:
        answer = alice_client.get(address).json()
        found += numbers(answer["data"])
        page = answer["pagination"]
        assert page["total"] == 250
        if not page["has_next"]:
            break
        address = address.replace(f"page={page['page']}&", f"page={page['page'] + 1}&")
    assert found == list(range(250))


def test_an_upload_and_an_edit_are_answered_with_the_first_segments(
    alice: User, alice_client: Client, own_storage
):
    file = SimpleUploadedFile("ride.gpx", make_recording_bytes(points=1, segments=150))
    answer = alice_client.post("/api/workouts", {"file": file, "data": '{"sport_id": 1}'})
    (workout,) = answer.json()["data"]["workouts"]
    assert len(workout["segments"]) == 100
    edited = alice_client.patch(
        f"/api/workouts/{workout['id']}", {"title": "x"}, content_type="application/json"
    )
    assert len(edited.json()["data"]["workouts"][0]["segments"]) == 100


def test_a_list_of_the_largest_recordings_stays_small(alice: User, alice_client: Client):
    first = upload_many(alice)
    copies = [make_workout(alice, start=first.start) for _ in range(7)]
    segments = list(first.segments.all())
    for copy in copies:
        for segment in segments:
            segment.pk, segment.workout = None, copy
        Segment.objects.bulk_create(segments)
    with CaptureQueriesContext(connection) as queries:
        answer = alice_client.get("/api/workouts", {"per_page": 8})
    assert len(answer.json()["data"]["workouts"]) == 8
    assert len(answer.content) < 100_000
    of_segments = [query for query in queries if 'FROM "workouts_segment"' in query["sql"]]
    assert len(of_segments) == 1
    with connection.cursor() as cursor:
        cursor.execute(of_segments[0]["sql"])
        assert len(cursor.fetchall()) == 8 * 21


def test_a_workout_by_hand_has_no_segments(alice: User, alice_client: Client):
    answer = alice_client.get(f"/api/workouts/{make_workout(alice).short_id}/segments").json()
    assert answer["data"] == {"segments": []}
    assert answer["pagination"]["total"] == 0


@pytest.mark.parametrize("per_page", [1, 100])
def test_a_page_costs_the_same_whatever_its_length(
    alice: User, django_assert_num_queries, per_page: int
):
    address = f"/api/workouts/{upload_many(alice).short_id}/segments"
    client = Client(headers=first_party(alice))
    client.get(address)
    # The token, the workout, its records, the count, the segments.
    with django_assert_num_queries(5):
        answer = client.get(address, {"per_page": per_page})
    assert len(answer.json()["data"]["segments"]) == per_page


@pytest.mark.parametrize("query", [{"page": "x"}, {"per_page": 0}])
def test_a_page_that_makes_no_sense_is_refused(alice: User, alice_client: Client, query: dict):
    address = f"/api/workouts/{upload_gpx(alice).short_id}/segments"
    assert alice_client.get(address, query).status_code == 400


def test_segments_of_somebody_else_do_not_exist(bob: User, alice_client: Client):
    workout = upload_gpx(bob, segments=2)
    answer = alice_client.get(f"/api/workouts/{workout.short_id}/segments")
    assert answer.status_code == 404
    assert answer.json()["data"] == {"segments": []}
