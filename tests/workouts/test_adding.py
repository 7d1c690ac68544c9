"""Adding workouts on their page, from recordings and by hand."""

import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import make_workout
from workouts.models import SportPreference, Workout

GPX = b"""<?xml version="1.0"?>
<gpx version="1.1" creator="test" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>River</name>
<trkseg>
<trkpt lat="48.0" lon="2.0"><ele>100</ele><time>2026-03-01T08:00:00Z</time></trkpt>
<trkpt lat="48.001" lon="2.001"><ele>110</ele><time>2026-03-01T08:01:00Z</time></trkpt>
<trkpt lat="48.002" lon="2.002"><ele>105</ele><time>2026-03-01T08:02:00Z</time></trkpt>
</trkseg></trk></gpx>"""


def gpx(name: str = "river.gpx", data: bytes = GPX) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "application/gpx+xml")


def add(client, *files, headers=None, **said):
    said = {"sport": "5", "notes": "", "recordings": list(files)} | said
    return client.post("/workouts/add", said, headers=headers or {})


def test_a_stranger_is_sent_to_sign_in(client, db):
    assert client.post("/workouts/add").url == "/login?next=/workouts/add"


def test_one_recording_leads_to_its_workout(alice_client, alice):
    answer = add(alice_client, gpx(), notes="Cold.")
    workout = alice.workouts.get()
    assert answer.url == workout.get_absolute_url()
    assert (workout.title, workout.notes, workout.sport_id) == ("River", "Cold.", 5)


def test_a_recording_that_cannot_be_read_is_an_error_beside_the_field(alice_client, alice):
    answer = add(alice_client, gpx(data=b"no xml"), notes="kept")
    assert list(answer.context["form"].errors) == ["recordings"]
    assert "kept" in answer.text
    assert not alice.workouts.exists()


def test_several_recordings_succeed_or_fail_on_their_own(alice_client, alice):
    later = gpx("later.gpx", GPX.replace(b"2026-03-01", b"2026-03-02"))
    answer = add(alice_client, gpx(), gpx("bad.gpx", b"no xml"), later)
    assert answer.status_code == 200
    assert [result.name for result in answer.context["results"] if result.error] == ["bad.gpx"]
    assert alice.workouts.count() == 2


def test_an_archive_brings_in_each_of_its_recordings(alice_client, alice):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("one.gpx", GPX)
        archive.writestr("two.gpx", GPX.replace(b"2026-03-01", b"2026-03-02"))
    add(alice_client, gpx("week.zip", packed.getvalue()))
    assert alice.workouts.count() == 2


def test_a_large_archive_comes_in_while_its_owner_does_something_else(alice_client, alice):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for day in range(1, 23):
            archive.writestr(f"{day}.gpx", GPX.replace(b"2026-03-01", b"2026-03-%02d" % day))
    answer = add(alice_client, gpx("year.zip", packed.getvalue()))
    assert answer.url == f"/profile/data/{alice.transfers.get().uuid}"


@pytest.mark.parametrize("name", ["week.zip", "week.ZIP"])
def test_an_archive_that_is_none_is_refused(alice_client, alice, name):
    answer = add(alice_client, gpx(name, b"PK no"))
    assert list(answer.context["form"].errors) == ["recordings"]


def test_the_same_recording_is_not_added_twice_unless_asked(alice_client, alice):
    add(alice_client, gpx())
    answer = add(alice_client, gpx())
    assert answer.url == alice.workouts.get().get_absolute_url()
    add(alice_client, gpx(), keep_duplicates="on")
    assert alice.workouts.count() == 2


def test_the_script_gets_the_result_of_its_one_file(alice_client, alice):
    answer = add(alice_client, gpx(), headers={"X-One-By-One": "yes"})
    assert "<html" not in answer.text
    assert f'data-location="{alice.workouts.get().get_absolute_url()}"' in answer.text


def test_the_script_hears_what_is_wrong_with_the_form(alice_client):
    answer = add(alice_client, gpx(), headers={"X-One-By-One": "yes"}, sport="99")
    assert answer.status_code == 422
    assert "upload--failed" in answer.text


def test_the_usual_sport_is_chosen_already(alice_client, alice):
    make_workout(alice, sport=8)
    assert alice_client.get("/workouts/add").context["form"]["sport"].value() == 8


def test_a_sport_that_is_off_is_not_offered(alice_client, alice):
    SportPreference.objects.create(
        user=alice, sport_id=11, is_active=False, stopped_speed_threshold_kmh=1
    )
    form = alice_client.get("/workouts/add").context["form"]
    assert "11" not in dict(form.fields["sport"].choices)


SAID = {
    "sport": "5",
    "title": "",
    "notes": "",
    "day": "2026-03-02",
    "time": "07:30",
    "duration_hours": "",
    "duration_minutes": "45",
    "duration_seconds": "",
    "distance": "6.2",
}


def test_by_hand_in_the_persons_zone_and_units(alice_client, alice):
    alice.timezone, alice.imperial_units = "America/New_York", True
    alice.save()
    alice_client.post("/workouts/add/by-hand", SAID)
    workout = alice.workouts.get()
    assert workout.start == datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
    assert (workout.distance_km, workout.duration) == (9.978, timedelta(minutes=45))
    assert workout.title == "Running - 2026-03-02 07:30:00"


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("sport", {"sport": ""}),
        ("day", {"day": "2026-02-30"}),
        ("day", {"day": "0001-01-01"}),
        ("time", {"time": "25:00"}),
        ("duration", {"duration_minutes": ""}),
        ("duration", {"duration_minutes": "60"}),
        ("duration", {"duration_hours": "9" * 30}),
        ("distance", {"distance": "nan"}),
        ("distance", {"distance": "-1"}),
        ("title", {"title": "x" * 256}),
        ("notes", {"notes": "x" * 501}),
        ("title", {"title": "\x00"}),
    ],
)
def test_what_makes_no_sense_is_an_error_and_nothing_is_added(alice_client, field, said):
    answer = alice_client.post("/workouts/add/by-hand", SAID | said)
    assert list(answer.context["form"].errors) == [field]
    assert not Workout.objects.exists()
