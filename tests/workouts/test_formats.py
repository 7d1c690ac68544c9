"""A format of recordings is one line of a list; all that names formats follows it."""

import json

import pytest
from django.core.files.base import ContentFile

from tests.factories import make_recording_bytes
from tests.workouts.test_transfers import make_zip
from tracks.limits import Limits
from tracks.model import Track
from tracks.readers import FORMATS, GPX, Format, format_of, is_recording
from tracks.readers.gpx.reader import read_gpx
from workouts.forms import ACCEPTED
from workouts.models import Recording

MARK = b"<outing"
DATA = make_recording_bytes().replace(b"<gpx", MARK)


def read_outing(data: bytes, limits: Limits) -> Track:
    return read_gpx(data.replace(MARK, b"<gpx"), limits)


@pytest.fixture
def outings(monkeypatch) -> Format:
    """A format that only this test knows."""
    made = Format("outing", "application/x-outing", MARK, read_outing)
    monkeypatch.setitem(FORMATS, made.suffix, made)
    return made


def send(client, file: ContentFile):
    return client.post("/api/workouts", {"data": json.dumps({"sport_id": 1}), "file": file})


@pytest.mark.django_db
def test_a_new_format_is_accepted_kept_and_sent_as_what_it_is(alice_client, outings):
    answer = send(alice_client, ContentFile(DATA, "a.outing"))
    assert answer.status_code == 201
    recording = Recording.objects.get()
    assert (recording.format, str(recording.file)[-7:]) == ("outing", ".outing")
    workout_id = answer.json()["data"]["workouts"][0]["id"]
    for address in (f"api/workouts/{workout_id}/gpx/download", f"workouts/{workout_id}/download"):
        assert alice_client.get(f"/{address}")["Content-Type"] == outings.media_type


@pytest.mark.django_db
def test_archives_are_searched_for_a_new_format(alice, alice_client, outings):
    archive = ContentFile(make_zip(a_outing=DATA, b_txt=b"x").getvalue(), "a.zip")
    assert len(send(alice_client, archive).json()["report"]) == 1
    assert alice.workouts.count() == 1


@pytest.mark.django_db
def test_the_contents_tell_the_format_whatever_the_name_says(alice_client, outings):
    assert send(alice_client, ContentFile(DATA, "a.gpx")).status_code == 201
    assert Recording.objects.get().format == "outing"


@pytest.mark.django_db
def test_the_page_offers_what_is_read(alice_client):
    assert ACCEPTED == [".gpx", ".zip", "application/gpx+xml"]
    assert f'accept="{",".join(ACCEPTED)}"' in alice_client.get("/workouts/add").text


def test_each_format_is_listed_under_its_own_ending():
    assert all(each.suffix == suffix for suffix, each in FORMATS.items())


@pytest.mark.parametrize("data", [b"", b"no xml", "<gpx".encode("utf-16")])
def test_what_shows_no_format_is_left_to_the_reader_of_gpx(data):
    assert format_of(data) is GPX


@pytest.mark.parametrize(
    ("name", "is_one"), [("a.gpx", True), ("a.b.GPX", True), ("gpx", False), (".gpx", False)]
)
def test_the_ending_tells_whether_a_file_may_be_a_recording(name, is_one):
    assert is_recording(name) == is_one
