"""The recorded file, its segments and the points for charts."""

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import User
from tests.factories import make_recording_bytes, make_workout, upload_gpx
from tracks.readers import read_track

ENDS = ("gpx", "gpx/segment/1", "chart_data", "chart_data/segment/1", "gpx/download")


def value(client: Client, workout, end: str):
    answer = client.get(f"/api/workouts/{workout.short_id}/{end}").json()
    assert (answer["status"], answer["message"]) == ("success", "")
    return answer["data"][end.split("/")[0]]


def test_the_file_is_unchanged(alice: User, alice_client: Client):
    data = make_recording_bytes(name="Tour d’été")
    workout = upload_gpx(alice, data=data)
    assert value(alice_client, workout, "gpx") == data.decode()
    download = alice_client.get(f"/api/workouts/{workout.short_id}/gpx/download")
    assert b"".join(download.streaming_content) == data
    assert download["Content-Type"] == "application/gpx+xml"
    assert download["Content-Disposition"].startswith("attachment; filename=")


def test_a_segment_is_a_document_of_its_own(alice: User, alice_client: Client):
    workout = upload_gpx(alice, points=5, segments=2)
    text = value(alice_client, workout, "gpx/segment/2")
    assert text.count("<trkpt") == 5
    assert "<time>" not in text
    assert 'lat="47.001' in text


def test_points_for_charts(alice: User, alice_client: Client):
    workout = upload_gpx(alice, points=3)
    points = value(alice_client, workout, "chart_data")
    assert points[0] == {
        "distance": 0.0,
        "duration": 0,
        "elevation": 100.0,
        "latitude": 47.0,
        "longitude": 5.0,
        "speed": 10.81,
        "time": "Fri, 01 May 2026 08:00:00 GMT",
    }
    assert [(point["distance"], point["duration"]) for point in points] == [
        (0.0, 0),
        (0.03, 10.0),
        (0.06, 20.0),
    ]


def test_points_of_a_segment_start_again(alice: User, alice_client: Client):
    workout = upload_gpx(alice, points=3, segments=2)
    points = value(alice_client, workout, "chart_data/segment/2")
    assert (points[0]["distance"], points[0]["duration"]) == (0.0, 0)
    assert len(value(alice_client, workout, "chart_data")) == 6


def test_charts_never_read_the_file_again(alice: User, alice_client: Client, monkeypatch):
    workout = upload_gpx(alice, points=3)
    default_storage.delete(workout.recording.file.name)
    assert len(value(alice_client, workout, "chart_data")) == 3


@pytest.mark.parametrize("number", ["0", "2", "-1", "x", "9" * 40, "١"])
def test_no_such_segment(alice: User, alice_client: Client, number):
    workout = upload_gpx(alice, points=3)
    for end in ("gpx", "chart_data"):
        response = alice_client.get(f"/api/workouts/{workout.short_id}/{end}/segment/{number}")
        assert response.status_code == 404
        assert response.json() == {
            "status": "not found",
            "message": f"No segment with id '{number}'",
        }


@pytest.mark.parametrize("end", ENDS)
def test_a_workout_without_a_recording_has_no_file(alice: User, alice_client: Client, end):
    workout = make_workout(alice)
    response = alice_client.get(f"/api/workouts/{workout.short_id}/{end}")
    assert response.status_code == 404
    assert f"(id: {workout.short_id})" in response.json()["message"]


@pytest.mark.parametrize("end", ENDS)
def test_the_recording_of_somebody_else_does_not_exist(bob: User, alice_client: Client, end):
    workout = upload_gpx(bob, points=3)
    response = alice_client.get(f"/api/workouts/{workout.short_id}/{end}")
    assert response.status_code == 404
    assert response.json()["message"] == f"workout not found (id: {workout.short_id})"


@pytest.mark.parametrize("end", ["gpx", "gpx/download"])
def test_a_lost_file_is_not_found(alice: User, alice_client: Client, end):
    workout = upload_gpx(alice, points=3)
    default_storage.delete(workout.recording.file.name)
    assert alice_client.get(f"/api/workouts/{workout.short_id}/{end}").status_code == 404


def test_a_file_in_another_encoding_is_readable(alice: User, alice_client: Client):
    text = make_recording_bytes(name="Tour d’été").decode()
    data = ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode("utf-16")
    read_track(data)
    workout = upload_gpx(alice, data=data)
    assert "Tour d’été" in value(alice_client, workout, "gpx")
