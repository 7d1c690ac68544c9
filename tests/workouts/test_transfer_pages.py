"""Taking one's data away and bringing it back, on pages."""

import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.test import Client, TestCase

from tests.factories import confirm, make_workout, upload_gpx
from tests.workouts.test_transfers import make_export
from workouts.models import Transfer


def post(client: Client, url: str, data: dict | None = None):
    """The page that follows when the jobs are done."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = client.post(url, data or {})
    return client.get(answer["Location"]) if answer.status_code == 302 else answer


def test_an_export_is_made_and_fetched(alice_client, alice):
    workout = upload_gpx(alice)
    confirm(alice_client)
    page = post(alice_client, "/profile/data/export")
    assert b"Everything is packed." in page.content
    transfer = Transfer.objects.get()
    answer = alice_client.get(f"/profile/data/{transfer.uuid}/download")
    assert "attachment" in answer["Content-Disposition"]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert f"recordings/{workout.recording.file_sha256}.gpx" in archive.namelist()


def test_an_export_is_brought_back(alice_client, alice, bob):
    make_workout(bob, title="Of another place")
    data = make_export(bob).file.open("rb").read()
    page = post(alice_client, "/profile/data/restore", {"file": ContentFile(data, name="b.zip")})
    assert b"All files are dealt with." in page.content
    assert alice.workouts.get().title == "Of another place"


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_export_is_said_beside_the_field(alice_client, data):
    page = post(alice_client, "/profile/data/restore", {"file": ContentFile(data, name="b.zip")})
    assert page.status_code == 422
    assert b"field--invalid" in page.content
    assert not Transfer.objects.exists()


def test_a_running_transfer_can_be_stopped_and_then_removed(alice_client, alice):
    transfer = Transfer.objects.create(owner=alice, kind="export", total=10, file_name="a.zip")
    assert b"<progress" in alice_client.get(f"/profile/data/{transfer.uuid}").content
    post(alice_client, f"/profile/data/{transfer.uuid}/remove")
    assert Transfer.objects.exists()
    assert b"It was stopped." in post(alice_client, f"/profile/data/{transfer.uuid}/stop").content
    post(alice_client, f"/profile/data/{transfer.uuid}/remove")
    assert not Transfer.objects.exists()


@pytest.mark.parametrize("action", ["", "/download", "/stop", "/remove"])
def test_the_transfer_of_another_user_does_not_exist(alice_client, bob, action):
    transfer = make_export(bob)
    url = f"/profile/data/{transfer.uuid}{action}"
    method = alice_client.post if action in ("/stop", "/remove") else alice_client.get
    assert method(url).status_code == 404


def test_visitors_sign_in_first(client, db):
    assert client.get("/profile/data")["Location"].startswith("/login")
