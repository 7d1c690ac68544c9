"""Large archives over the API: accepted, followed, stopped."""

import json

import pytest
from django.core.files.base import ContentFile
from django.test import Client, TestCase

from tests.factories import make_import, make_recording_bytes
from tests.workouts.test_transfers import make_zip, recording
from workouts.api.imports import ReportPagination
from workouts.models import Transfer
from workouts.services import imports


@pytest.fixture(autouse=True)
def two_files_are_many(monkeypatch):
    monkeypatch.setattr(imports, "IN_REQUEST_FILES", 1)


def upload(client: Client, **members: bytes):
    archive = ContentFile(make_zip(**members).getvalue(), name="many.zip")
    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post("/api/workouts", {"data": json.dumps({"sport_id": 5}), "file": archive})


def test_a_large_archive_is_accepted_and_done_later(alice_client, alice):
    answer = upload(alice_client, a_gpx=recording(1), b_gpx=recording(2))
    assert answer.status_code == 202
    body = answer.json()
    assert body["status"] == "accepted"
    found = alice_client.get(f"/api/imports/{body['data']['imports'][0]['id']}").json()
    assert found["data"]["imports"][0]["state"] == "done"
    assert found["data"]["imports"][0]["done"] == 2
    assert [item["result"] for item in found["data"]["imports"][0]["report"]] == ["imported"] * 2
    assert alice.workouts.count() == 2


def test_a_small_archive_is_done_at_once(alice_client):
    assert upload(alice_client, a_gpx=make_recording_bytes()).status_code == 201


@pytest.fixture
def waiting(alice) -> Transfer:
    file = make_zip(a_gpx=recording(1), b_gpx=recording(2))
    return make_import(alice, file, 5, name="many.zip")


def test_an_import_can_be_stopped(alice_client, waiting):
    assert alice_client.delete(f"/api/imports/{waiting.uuid}").status_code == 204
    waiting.refresh_from_db()
    assert waiting.status == "cancelled"


def test_the_import_of_another_user_does_not_exist(bob, waiting):
    client = Client()
    client.force_login(bob)
    assert client.get(f"/api/imports/{waiting.uuid}").status_code == 404
    assert client.delete(f"/api/imports/{waiting.uuid}").status_code == 404
    assert client.get("/api/imports").json()["data"]["imports"] == []
    waiting.refresh_from_db()
    assert waiting.status == "queued"


def test_a_report_costs_the_same_for_one_file_and_for_many(
    alice_client, waiting, django_assert_num_queries
):
    url = f"/api/imports/{waiting.uuid}"
    alice_client.get(url)
    with django_assert_num_queries(5):
        assert len(alice_client.get(url).json()["data"]["imports"][0]["report"]) == 2
    waiting.items.filter(index=1).delete()
    with django_assert_num_queries(5):
        assert len(alice_client.get(url).json()["data"]["imports"][0]["report"]) == 1


def test_imports_are_listed_page_by_page(alice_client, alice):
    Transfer.objects.bulk_create(Transfer(owner=alice, kind="archive") for _ in range(23))
    answer = alice_client.get("/api/imports").json()
    assert len(answer["data"]["imports"]) == 20
    assert answer["pagination"]["total"] == 23
    rest = alice_client.get("/api/imports", {"page": 2}).json()["data"]["imports"]
    assert len(rest) == 3


def test_an_import_is_unknown_until_all_of_it_is_there(alice_client, waiting):
    Transfer.objects.update(status="preparing")
    assert alice_client.get("/api/imports").json()["data"]["imports"] == []
    assert alice_client.get(f"/api/imports/{waiting.uuid}").status_code == 404
    assert alice_client.get(f"/profile/data/{waiting.uuid}").status_code == 404


def test_a_long_report_is_read_page_by_page(alice_client, waiting, monkeypatch):
    monkeypatch.setattr(ReportPagination, "default_per_page", 1)
    url = f"/api/imports/{waiting.uuid}"
    pages = [alice_client.get(url, {"page": page}).json() for page in (1, 2, 3)]
    reports = [[item["file"] for item in page["data"]["imports"][0]["report"]] for page in pages]
    assert reports == [["a.gpx"], ["b.gpx"], []]
    assert pages[0]["pagination"]["pages"] == 2
