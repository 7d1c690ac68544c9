"""Uploads in every shape that programs send, what is refused, and what is there already."""

import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts.models import User
from instance.models import AppConfiguration
from tests.factories import make_recording_bytes, make_workout, upload_gpx
from workouts.models import Recording, Workout

GPX = make_recording_bytes()
LATER = make_recording_bytes(start=datetime(2026, 6, 1, 8, tzinfo=UTC), name="Second")


def part(name: str, content: bytes | str, filename: str | None = None, kind: str = "") -> bytes:
    head = f'Content-Disposition: form-data; name="{name}"'
    if filename is not None:
        head += f'; filename="{filename}"'
    if kind:
        head += f"\r\nContent-Type: {kind}"
    data = content.encode() if isinstance(content, str) else content
    return f"--frontier\r\n{head}\r\n\r\n".encode() + data + b"\r\n"


def send(client: Client, *parts: bytes, before: bytes = b"", boundary: str = "frontier", **headers):
    return client.post(
        "/api/workouts",
        before + b"".join(parts) + b"--frontier--\r\n",
        content_type=f"multipart/form-data; boundary={boundary}",
        headers=headers,
    )


def upload(client: Client, content: bytes = GPX, filename: str = "a.gpx", **data):
    text = json.dumps({"sport_id": 1, **data})
    return send(client, part("data", text), part("file", content, filename))


def make_zip(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.gpx", content)
    return buffer.getvalue()


def workouts(response) -> list[dict]:
    return response.json()["data"]["workouts"]


DATA = part("data", '{"sport_id": 1}')
FILE = part("file", GPX, "a.gpx")


@pytest.mark.parametrize(
    ("parts", "options"),
    [
        ((DATA, FILE), {}),
        ((FILE, DATA), {}),
        ((DATA, part("file", GPX, "a.gpx", "text/plain")), {}),
        ((DATA, part("file", GPX, "A.GPX", "application/octet-stream")), {}),
        ((DATA, part("file", GPX, "2026-05-01T08:00:00.gpx", "application/gpx+xml")), {}),
        ((DATA, part("file", GPX, "my track (1).gpx")), {}),
        ((part("data", '{"sport_id": "1", "equipment_ids": []}'), FILE), {}),
        ((part("data", '{"sport_id": 1}', None, "application/json"), FILE), {}),
        ((part("data", '{"sport_id": 1}', "blob", "application/json"), FILE), {}),
        ((DATA, FILE), {"before": b"\r\n"}),
        ((DATA, FILE), {"boundary": "frontier;charset=UTF-8"}),
        ((DATA, FILE), {"boundary": '"frontier"'}),
        ((DATA, part("other", "x"), FILE), {}),
    ],
)
def test_every_shape_of_a_form_is_understood(alice: User, alice_client: Client, parts, options):
    response = send(alice_client, *parts, **options)
    assert response.status_code == 201, response.content
    assert response.json()["status"] == "created"
    workout = workouts(response)[0]
    assert (workout["title"], workout["with_gpx"], workout["with_file"]) == ("Vector", True, True)
    assert bytes(Workout.objects.get().recording.file.read()) == GPX


def test_raw_line_breaks_in_data_are_kept(alice_client: Client):
    data = part("data", '{"sport_id": 1, "notes": "line 1\nline 2\tend"}')
    assert workouts(send(alice_client, data, FILE))[0]["notes"] == "line 1\nline 2\tend"


def test_the_title_sent_wins_over_the_files(alice_client: Client):
    assert workouts(upload(alice_client, title="Tour"))[0]["title"] == "Tour"


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ((DATA,), "no file part"),
        ((DATA, part("gpx", GPX, "a.gpx")), "no file part"),
        ((DATA, part("file", "x", "")), "no selected file"),
        ((DATA, part("file", "x")), "no selected file"),
        ((DATA, part("file", GPX, "a.txt")), "file extension not allowed"),
        ((DATA, part("file", GPX, "gpx")), "file extension not allowed"),
        ((DATA, part("file", GPX, "a.gpx.exe")), "file extension not allowed"),
        ((FILE,), "invalid payload"),
        ((part("data", ""), FILE), "invalid payload"),
        ((part("data", "{not json"), FILE), "invalid payload"),
        ((part("data", "[1]"), FILE), "invalid payload"),
        ((part("data", "[" * 100_000), FILE), "invalid payload"),
        ((part("data", b"\xff"), FILE), "invalid payload"),
        ((part("data", "{}"), FILE), "invalid payload"),
        ((part("data", '{"sport_id": null}'), FILE), "invalid payload"),
        ((part("data", '{"sport_id": 99}'), FILE), "Sport id: 99 does not exist"),
        ((part("data", '{"sport_id": 1, "title": []}'), FILE), "invalid payload"),
        ((part("data", '{"sport_id": 1, "on_duplicate": "x"}'), FILE), "invalid payload"),
        ((DATA, part("file", "no xml", "a.gpx")), "error during gpx file parsing"),
        ((DATA, part("file", "", "a.gpx")), "error during gpx file parsing"),
        ((DATA, part("file", "<gpx/>", "a.gpx")), "error during gpx processing"),
        ((DATA, part("file", "no zip", "a.zip")), "error during gpx file parsing"),
    ],
)
def test_what_makes_no_sense_is_refused(alice_client: Client, parts, message):
    response = send(alice_client, *parts)
    assert (response.status_code, response.json()["message"]) == (400, message)
    assert not Workout.objects.exists()


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"data": {"sport_id": 1}, "content_type": "application/json"},
        {"data": b"", "content_type": "multipart/form-data; boundary=x"},
    ],
)
def test_a_request_without_a_form_has_no_file(alice_client: Client, request_):
    response = alice_client.post("/api/workouts", **request_)
    assert (response.status_code, response.json()) == (
        400,
        {"status": "fail", "message": "no file part"},
    )


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=" + "x" * 300, "text/plain"]
)
def test_a_broken_form_is_refused(alice_client: Client, kind):
    response = alice_client.post("/api/workouts", DATA, content_type=kind)
    assert response.status_code == 400


def test_a_file_that_is_too_large_is_refused(alice_client: Client):
    AppConfiguration.objects.create(max_file_size=500, max_archive_size=4000)
    response = upload(alice_client, GPX[:2000])
    assert response.status_code == 413
    assert response.json() == {
        "status": "fail",
        "message": "Error during workout upload, file size (2.1KB) exceeds 500.0 bytes.",
    }


def test_a_request_above_every_limit_is_refused_unread(alice_client: Client):
    AppConfiguration.objects.create(max_file_size=500, max_archive_size=1024)
    assert "exceeds 1.0KB." in upload(alice_client, filename="a.zip").json()["message"]


def test_a_repeated_upload_names_what_it_repeats(alice: User, alice_client: Client):
    first = upload_gpx(alice, data=GPX)
    response = upload(alice_client)
    assert response.status_code == 201
    assert workouts(response)[0]["duplicate_of"] == first.short_id
    assert alice.workouts.count() == 2


def test_a_new_upload_repeats_nothing(alice_client: Client):
    assert "duplicate_of" not in workouts(upload(alice_client))[0]


@pytest.mark.parametrize("way", ["data", "header", "preference"])
def test_a_duplicate_is_skipped_when_asked_for(alice: User, alice_client: Client, way):
    first = upload_gpx(alice, data=GPX)
    alice.skip_duplicates = way == "preference"
    alice.save()
    data = '{"sport_id": 1, "on_duplicate": "skip"}' if way == "data" else '{"sport_id": 1}'
    headers = {"idempotency-key": "1"} if way == "header" else {}
    response = send(alice_client, part("data", data), FILE, **headers)
    assert (response.status_code, response.json()["status"]) == (200, "success")
    assert [workout["id"] for workout in workouts(response)] == [first.short_id]
    assert alice.workouts.count() == 1


def test_a_request_may_keep_a_duplicate_against_the_preference(alice: User, alice_client: Client):
    upload_gpx(alice, data=GPX)
    alice.skip_duplicates = True
    alice.save()
    assert upload(alice_client, on_duplicate="keep").status_code == 201


def test_the_same_file_of_somebody_else_is_no_duplicate(bob: User, alice_client: Client):
    upload_gpx(bob, data=GPX)
    assert "duplicate_of" not in workouts(upload(alice_client, on_duplicate="skip"))[0]


def test_an_archive_gives_a_workout_for_each_file(alice: User, alice_client: Client):
    archive = make_zip(one=GPX, two=LATER)
    response = upload(alice_client, archive, "all.zip", notes="n")
    assert response.status_code == 201
    assert [(w["title"], w["notes"]) for w in workouts(response)] == [
        ("Vector", "n"),
        ("Second", "n"),
    ]
    assert [entry["result"] for entry in response.json()["report"]] == ["created", "created"]


def test_an_archive_keeps_what_is_sound_and_reports_the_rest(alice: User, alice_client: Client):
    upload_gpx(alice, data=GPX)
    archive = make_zip(broken=b"no xml", known=GPX, new=LATER)
    response = upload(alice_client, archive, "all.zip", on_duplicate="skip")
    report = response.json()["report"]
    assert response.status_code == 201
    assert [(entry["file"], entry["result"]) for entry in report] == [
        ("broken.gpx", "failed"),
        ("known.gpx", "duplicate"),
        ("new.gpx", "created"),
    ]
    assert report[0]["message"]
    assert report[0]["workout_id"] is None
    assert alice.workouts.count() == 2


@pytest.mark.parametrize("archive", [make_zip(), make_zip(**{"folder/a": GPX})])
def test_an_archive_without_files_at_its_root_is_refused(alice_client: Client, archive):
    response = upload(alice_client, archive, "all.zip")
    assert (response.status_code, response.json()) == (
        400,
        {"status": "fail", "data": {"workouts": []}},
    )


def test_an_archive_whose_names_point_outside_is_refused(alice_client: Client):
    response = upload(alice_client, make_zip(**{"../a": GPX, "b": GPX}), "all.zip")
    assert response.status_code == 400
    assert not Recording.objects.exists()


def test_neighbours_of_an_upload_are_all_workouts(alice: User, alice_client: Client):
    earlier = make_workout(alice)
    assert workouts(upload(alice_client))[0]["previous_workout"] == earlier.short_id


def test_uploads_have_a_limit_of_their_own(alice_client: Client, settings):
    calls, uploads = settings.RATE_LIMITS["calls"][0], settings.RATE_LIMITS["uploads"][0]
    assert upload(alice_client)["RateLimit-Limit"] == str(uploads.calls)
    assert alice_client.get("/api/workouts")["RateLimit-Limit"] == str(calls.calls)
