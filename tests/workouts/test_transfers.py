"""Archives, exports and restored exports, done by the job worker."""

import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.test import TestCase
from django.utils import timezone

from tests.factories import make_import, make_recording_bytes, make_workout, upload_gpx
from workouts.models import Sport, Transfer, Workout
from workouts.services import imports, transfers
from workouts.services.exports import start_export
from workouts.services.jobs import run_transfer
from workouts.services.recordings import UploadOptions
from workouts.services.restores import start_restore
from workouts.services.transfers import cancel_transfer, drop_old_transfers, requeue_stale
from workouts.services.uploads import receive

DAY_1 = datetime(2026, 5, 1, 8, tzinfo=UTC)


def make_zip(**members: bytes) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return file


def recording(day: int) -> bytes:
    return make_recording_bytes(start=DAY_1 + timedelta(days=day), name=f"Day {day}", points=5)


@pytest.fixture
def running():
    return Sport.objects.get(label="Running")


def run(transfer: Transfer) -> Transfer:
    with TestCase.captureOnCommitCallbacks(execute=True):
        run_transfer.func(transfer.pk)
    transfer.refresh_from_db()
    return transfer


def outcomes(transfer: Transfer) -> list[tuple[str, str]]:
    return [(item.name, item.outcome) for item in transfer.items.all()]


@pytest.fixture
def archive(alice, running) -> Transfer:
    """Three recordings that wait for the worker."""
    file = make_zip(a_gpx=recording(1), b_gpx=recording(2), c_gpx=recording(3))
    return make_import(alice, file, running, name="three.zip", notes="from the archive")


def test_an_archive_becomes_workouts(alice, archive):
    run(archive)
    assert (archive.status, archive.done, archive.total) == ("done", 3, 3)
    assert sorted(alice.workouts.values_list("title", flat=True)) == ["Day 1", "Day 2", "Day 3"]
    assert {workout.notes for workout in alice.workouts.all()} == {"from the archive"}


def test_the_archive_is_dropped_when_all_is_imported(archive):
    name = archive.file.name
    assert default_storage.exists(name)
    run(archive)
    assert not archive.file
    assert not default_storage.exists(name)


def test_each_file_has_its_own_result(alice, running):
    upload_gpx(alice, running, data=recording(1))
    file = make_zip(a_gpx=recording(1), b_gpx=b"<gpx>", c_zip=b"PK", d_gpx=recording(2))
    transfer = run(make_import(alice, file, running, name="mixed.zip"))
    assert outcomes(transfer) == [
        ("a.gpx", "duplicate"),
        ("b.gpx", "failed"),
        ("c.zip", "failed"),
        ("d.gpx", "imported"),
    ]
    assert transfer.items.get(name="c.zip").message == "An archive inside an archive is not read."
    assert alice.workouts.count() == 2


def test_duplicates_are_imported_when_asked(alice, running):
    upload_gpx(alice, running, data=recording(1))
    file = make_zip(a_gpx=recording(1))
    run(make_import(alice, file, running, name="again.zip", skip_duplicates=False))
    assert alice.workouts.count() == 2


def test_a_worker_that_dies_leaves_the_rest_to_the_next(alice, archive, monkeypatch):
    real = imports.store_recording

    def die_at_the_second(*args, **kwargs):
        if alice.workouts.exists():
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(imports, "store_recording", die_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        run(archive)
    archive.refresh_from_db()
    assert (archive.status, archive.done) == ("running", 1)

    monkeypatch.setattr(imports, "store_recording", real)
    Transfer.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert requeue_stale() == [archive]
    run(archive)
    assert (archive.status, archive.done) == ("done", 3)
    assert alice.workouts.count() == 3


def test_a_file_that_kills_the_worker_is_given_up(archive, monkeypatch):
    def die(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(imports, "read_recording", die)
    for _ in range(transfers.MAX_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            run(archive)
        Transfer.objects.update(status="queued")
    monkeypatch.undo()
    run(archive)
    assert outcomes(archive)[0] == ("a.gpx", "failed")
    assert archive.status == "done"


def test_cancelling_keeps_what_is_imported_and_drops_the_rest(alice, archive, monkeypatch):
    real = imports.store_recording

    def cancel_after(*args, **kwargs):
        workout = real(*args, **kwargs)
        cancel_transfer(archive)
        return workout

    monkeypatch.setattr(imports, "store_recording", cancel_after)
    run(archive)
    assert archive.status == "cancelled"
    assert alice.workouts.count() == 1
    assert not archive.file


def test_a_cancelled_transfer_never_runs(alice, archive):
    cancel_transfer(archive)
    run(archive)
    assert not alice.workouts.exists()


def test_no_more_than_three_at_once(alice, running):
    for _ in range(3):
        make_import(alice, make_zip(a_gpx=recording(1)), running)
    with pytest.raises(ValidationError, match="Wait until"):
        make_import(alice, make_zip(a_gpx=recording(1)), running)


def test_an_archive_without_recordings_leaves_nothing_behind(alice, running):
    file = File(make_zip(a_txt=b"x"), "a.zip")
    (refused,) = receive(alice, file, UploadOptions(running)).files
    assert refused.reason == "This archive holds no recording outside of its folders."
    assert not Transfer.objects.exists()


def make_export(owner) -> Transfer:
    return run(start_export(owner))


def opened(transfer: Transfer) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(transfer.file.open("rb").read()))


def test_an_export_holds_the_original_files_and_their_checksums(alice, running):
    data = recording(1)
    workout = upload_gpx(alice, running, data=data)
    make_workout(alice, title="By hand")
    transfer = make_export(alice)
    assert (transfer.status, transfer.done) == ("done", 2)
    archive = opened(transfer)
    name = f"recordings/{workout.recording.file_sha256}.gpx"
    assert archive.read(name) == data
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest["files"][name] == {"sha256": workout.recording.file_sha256, "size": len(data)}
    assert set(manifest["files"]) | {"manifest.json"} == set(archive.namelist())
    titles = [found["title"] for found in json.loads(archive.read("workouts.json"))]
    assert sorted(titles) == ["By hand", "Day 1"]


def test_an_export_holds_no_secret(alice):
    transfer = make_export(alice)
    assert alice.password not in opened(transfer).read("account.json").decode()


FIGURES = [
    *("title", "notes", "start", "duration", "moving", "pauses", "distance_km", "created_at"),
    *("ave_speed_kmh", "max_speed_kmh", "ascent_m", "descent_m", "sport_id", "modified_at"),
]


def figures(owner) -> list[tuple]:
    return list(owner.workouts.order_by("start").values_list(*FIGURES))


def test_an_export_comes_back_whole_on_another_account(alice, bob, running):
    alice.sport_preferences.create(sport=running, color="#123456", stopped_speed_threshold_kmh=2.5)
    upload_gpx(alice, running, data=recording(1), title="Renamed", notes="a\nb")
    make_workout(alice, title="By hand", ascent_m=12.0)
    file = make_export(alice).file.open("rb")
    transfer = run(start_restore(bob, file, "alice.zip"))
    assert (transfer.status, transfer.done) == ("done", 2)
    assert figures(bob) == figures(alice)
    assert bob.sport_preferences.get().stopped_speed_threshold_kmh == 2.5
    assert bob.records.count() == 10


def test_a_restored_workout_keeps_its_id_where_that_is_free(alice, bob, running):
    workout = upload_gpx(alice, running)
    data = make_export(alice).file.open("rb").read()
    run(start_restore(bob, io.BytesIO(data), "x.zip"))
    assert bob.workouts.get().uuid != workout.uuid
    Workout.objects.all().delete()
    run(start_restore(alice, io.BytesIO(data), "x.zip"))
    assert alice.workouts.get().uuid == workout.uuid


def test_restoring_twice_adds_nothing(alice, running):
    upload_gpx(alice, running)
    make_workout(alice)
    transfer = run(start_restore(alice, make_export(alice).file.open("rb"), "x.zip"))
    assert {outcome for _, outcome in outcomes(transfer)} == {"duplicate"}
    assert alice.workouts.count() == 2


def test_restoring_never_changes_who_one_is(alice, bob):
    alice.is_admin = True
    alice.save()
    run(start_restore(bob, make_export(alice).file.open("rb"), "x.zip"))
    bob.refresh_from_db()
    assert (bob.username, bob.email, bob.is_admin) == ("bob", "bob@example.com", False)


def changed(transfer: Transfer, name: str, data: bytes) -> io.BytesIO:
    """The export with one file replaced."""
    source, file = opened(transfer), io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for member in source.namelist():
            archive.writestr(member, data if member == name else source.read(member))
    return file


def test_a_changed_recording_is_refused_and_named(alice, bob, running):
    workout = upload_gpx(alice, running)
    name = f"recordings/{workout.recording.file_sha256}.gpx"
    file = changed(make_export(alice), name, b"other bytes")
    transfer = run(start_restore(bob, file, "x.zip"))
    assert transfer.items.get().message == f"“{name}” was damaged or changed."
    assert not bob.workouts.exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("manifest.json", b"{"),
        ("manifest.json", b"[]"),
        ("manifest.json", b'{"format": "other"}'),
        ("manifest.json", b'{"format": "fittrackee-export", "version": 99, "files": {}}'),
        ("workouts.json", b"[]"),
    ],
)
def test_what_is_no_export_is_refused_at_once(alice, name, data):
    make_workout(alice)
    file = changed(make_export(alice), name, data)
    with pytest.raises(ValidationError):
        start_restore(alice, file, "x.zip")
    assert not Transfer.objects.filter(kind="restore").exists()


def forged(transfer: Transfer, name: str, content: object, *, raw: bool = False) -> io.BytesIO:
    """The export with one file replaced by JSON or bytes, and the checksum to go with it."""
    data = content if raw else json.dumps(content).encode()
    manifest = json.loads(opened(transfer).read("manifest.json"))
    manifest["files"][name] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    file, source = io.BytesIO(), opened(transfer)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        archive.writestr(name, data)
        for member in {*source.namelist()} - {"manifest.json", name}:
            archive.writestr(member, source.read(member))
    return file


TOLD = {
    "uuid": "11111111-1111-4111-8111-111111111111",
    "sport_id": 1,
    "title": "By hand",
    "start": "2026-05-01T08:00:00Z",
    "duration": "P0DT01H00M00S",
    "distance_km": 10,
}


@pytest.mark.parametrize(
    "change",
    [
        {"start": "0001-01-01T00:00:00+14:00"},
        {"start": "9999-12-31T23:59:00-12:00"},
        {"start": 5},
        {"start": ["2026-05-01"]},
        {"created_at": "0001-01-01T00:00:00+14:00"},
        {"duration": "P999999999DT00H00M00S"},
        {"duration": "-P1DT00H00M00S"},
        {"distance_km": 1e308},
        {"distance_km": float("nan")},
        {"title": "null \0 byte"},
        {"title": {"a": 1}, "sport_id": [1]},
        {"recording": "recordings/../../x.gpx"},
        {"recording": 7},
    ],
)
def test_a_forged_workout_fails_by_itself(alice, bob, change):
    file = forged(make_export(alice), "workouts.json", [TOLD | change, TOLD])
    transfer = run(start_restore(bob, file, "x.zip"))
    assert [outcome for _, outcome in outcomes(transfer)] == ["failed", "imported"]
    assert transfer.status == "done"


@pytest.mark.parametrize(
    "account",
    [
        None,
        [],
        {"profile": ["x"], "sport_preferences": 5},
        {"profile": {"birth_date": 7, "bio": {"a": "b"}}, "sport_preferences": [{"sport_id": {}}]},
    ],
)
def test_a_forged_account_changes_nothing(alice, bob, account):
    transfer = run(start_restore(bob, forged(make_export(alice), "account.json", account), "x.zip"))
    assert transfer.status == "done"
    assert not bob.sport_preferences.exists()


def test_half_a_surrogate_pair_is_no_text(alice, bob):
    file = forged(make_export(alice), "workouts.json", [TOLD | {"title": "\ud800"}])
    with pytest.raises(ValidationError, match="damaged"):
        start_restore(bob, file, "x.zip")


def test_an_export_that_lists_too_many_files_is_refused_unread(alice, monkeypatch):
    monkeypatch.setattr("workouts.services.archives.MOST_DIRECTORY_BYTES", 100)
    with pytest.raises(ValidationError, match="too many"):
        start_restore(alice, make_export(alice).file.open("rb"), "x.zip")


def test_old_exports_and_lost_files_are_dropped(alice):
    transfer = make_export(alice)
    name = transfer.file.name
    Transfer.objects.update(touched_at=timezone.now() - timedelta(days=8))
    with TestCase.captureOnCommitCallbacks(execute=True):
        drop_old_transfers()
    assert not Transfer.objects.exists()
    assert not default_storage.exists(name)


def test_workouts_that_their_owner_kept_twice_come_back_twice_and_once_only(alice, bob, running):
    for _ in range(2):
        upload_gpx(alice, running, data=recording(1))
        make_workout(alice, title="By hand", start=DAY_1, sport=running)
    export = make_export(alice).file.open("rb").read()
    assert bob.workouts.count() == 0
    for _ in range(2):
        run(start_restore(bob, io.BytesIO(export), "x.zip"))
        assert bob.workouts.count() == 4
