"""How much one person may keep here."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.storage import Storage, storage_of
from instance.models import AppConfiguration
from tests.factories import make_import, make_user, upload_gpx
from tests.workouts.test_concurrency import at_once
from tests.workouts.test_transfers import make_export, make_zip, outcomes, recording, run
from workouts.models import Sport, Transfer
from workouts.services.exports import start_export
from workouts.services.restores import start_restore
from workouts.services.transfers import cancel_transfer

SIZE = len(recording(1))


def allow(number_of_bytes: int) -> None:
    AppConfiguration.objects.update_or_create(pk=1, defaults={"storage_quota": number_of_bytes})


@pytest.fixture
def running():
    return Sport.objects.get(label="Running")


def test_recordings_count_once_with_exports_and_waiting_imports(alice, bob, running):
    upload_gpx(bob, data=recording(1))
    for _ in range(2):
        upload_gpx(alice, data=recording(1))
    export = make_export(alice)
    file = make_zip(a_gpx=recording(2))
    archive = make_import(alice, file, running)
    assert storage_of(alice) == Storage(SIZE + export.file.size + len(file.getvalue()), 0)
    cancel_transfer(archive)
    assert storage_of(alice).used == SIZE + export.file.size


def test_an_upload_beyond_the_quota_is_refused_on_the_page(alice_client, alice):
    allow(SIZE + 10)
    upload_gpx(alice, data=recording(1))
    file = SimpleUploadedFile("b.gpx", recording(2))
    answer = alice_client.post("/workouts/add", {"sport": 1, "recordings": file})
    assert "There is no space left for this" in answer.content.decode()
    assert alice.workouts.count() == 1


def test_an_upload_beyond_the_quota_is_too_large_for_the_api(alice_client, alice):
    allow(SIZE - 1)
    file = SimpleUploadedFile("b.gpx", recording(2))
    form = {"data": json.dumps({"sport_id": 1}), "file": file}
    answer = alice_client.post("/api/workouts", form)
    assert answer.status_code == 413
    assert answer.json()["message"].startswith("There is no space left for this")
    assert not alice.workouts.exists()


def test_an_archive_in_the_request_takes_what_there_is_space_for(alice_client, alice):
    allow(SIZE + 10)
    packed = make_zip(a_gpx=recording(1), b_gpx=recording(2))
    file = SimpleUploadedFile("a.zip", packed.getvalue())
    form = {"data": json.dumps({"sport_id": 1}), "file": file}
    report = alice_client.post("/api/workouts", form).json()["report"]
    assert [item["result"] for item in report] == ["created", "failed"]
    assert "no space left" in report[1]["message"]


def test_the_worker_takes_what_there_is_space_for(alice, running):
    file = make_zip(a_gpx=recording(1), b_gpx=recording(2))
    allow(SIZE + len(file.getvalue()) + 10)
    transfer = run(make_import(alice, file, running))
    assert outcomes(transfer) == [("a.gpx", "imported"), ("b.gpx", "failed")]
    assert "no space left" in transfer.items.get(index=1).message


def test_an_archive_beyond_the_quota_does_not_wait_for_the_worker(alice, running, own_storage):
    file = make_zip(a_gpx=recording(1))
    allow(len(file.getvalue()) - 1)
    with pytest.raises(ValidationError, match="no space left"):
        make_import(alice, file, running)
    assert not Transfer.objects.exists()
    assert [path for path in own_storage.rglob("*") if path.is_file()] == []


def test_a_restore_beyond_the_quota_is_refused(alice, bob):
    upload_gpx(alice, data=recording(1))
    export = make_export(alice)
    allow(10)
    with pytest.raises(ValidationError, match="no space left"):
        start_restore(bob, export.file.open("rb"), "x.zip")


def test_an_export_beyond_the_quota_fails_and_leaves_no_file(alice, own_storage):
    upload_gpx(alice, data=recording(1))
    allow(SIZE + 10)
    transfer = run(start_export(alice))
    assert transfer.status == "failed"
    assert "no space left" in transfer.error
    assert not list(own_storage.glob("transfers/*/*"))


@pytest.mark.django_db(transaction=True)
def test_the_last_space_is_given_away_once(transactional_db):
    owner = make_user("alice")
    allow(SIZE + 10)

    def upload(day: int) -> bool:
        try:
            return bool(upload_gpx(owner, data=recording(day)))
        except ValidationError:
            return False

    assert sum(at_once(*(lambda day=day: upload(day) for day in range(4)))) == 1
    assert owner.workouts.count() == 1


def test_what_is_used_is_shown_to_its_owner_and_to_administrators(alice_client, alice, admin):
    upload_gpx(alice, data=recording(1))
    assert f"{SIZE}\xa0bytes used" in alice_client.get("/profile/data").content.decode()
    allow(1024 * 1024)
    page = alice_client.get("/profile/data").content.decode()
    assert f"{SIZE}\xa0bytes of 1.0\xa0MB used" in page
    assert f'<meter value="{SIZE}" max="1048576"' in page
    alice_client.force_login(admin)
    assert (
        f"{SIZE}\xa0bytes of 1.0\xa0MB used"
        in alice_client.get("/admin/users/alice").content.decode()
    )


@pytest.mark.parametrize(("typed", "stored"), [("0", 0), ("1.5", 1_572_864), ("", 7)])
def test_administrators_say_it_in_megabytes(client, admin, typed, stored):
    allow(7)
    form = {"max_users": 0, "max_file_size": 10, "max_archive_size": 20, "archive_file_limit": 7}
    client.force_login(admin)
    client.post("/admin/application", form | {"storage_quota": typed})
    assert AppConfiguration.current().storage_quota == stored
