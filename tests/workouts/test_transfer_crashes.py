"""Imports and exports whose worker dies, or is only slow: nothing lost, nothing doubled."""

import errno
import signal
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from accounts.models import User
from tests.contract.test_outages import sqlite_error
from tests.factories import make_import, make_user, upload_gpx
from tests.processes import run_process
from tests.workouts.test_concurrency import at_once
from tests.workouts.test_transfers import make_zip, recording
from workouts import access
from workouts.models import Transfer
from workouts.services import transfers
from workouts.services.exports import keep_export, start_export
from workouts.services.imports import import_archive
from workouts.services.jobs import end_turn, run_transfer, take_up_transfers
from workouts.services.transfers import (
    cancel_transfer,
    claim,
    drop_old_transfers,
    finish,
    requeue_stale,
)

pytestmark = pytest.mark.django_db(transaction=True)
RECORDINGS = {f"{letter}_gpx": recording(day) for day, letter in enumerate("abcd")}


@pytest.fixture
def owner(transactional_db) -> User:
    return make_user("alice")


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    path = tmp_path / "four.zip"
    path.write_bytes(make_zip(**RECORDINGS).getvalue())
    return path


@pytest.fixture
def archive(owner: User) -> Transfer:
    return make_import(owner, make_zip(**RECORDINGS), name="four.zip")


def kill(point: str, folder: Path, path: str | Path = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    status = run_process(folder, "tests.workouts.killed_transfer", point, str(path))
    assert status == -signal.SIGKILL


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def is_whole(owner: User, folder: Path) -> bool:
    """Whether every recording came in once, and no file is left over or missing."""
    call_command("check_storage", "--repair", verbosity=0)
    titles = sorted(owner.workouts.values_list("title", flat=True))
    return (
        titles == [f"Day {day}" for day in range(4)] and len(files_in(folder / "recordings")) == 4
    )


@pytest.mark.parametrize(
    "point",
    [
        "reading an item",
        "before the commit of an item",
        "after the commit of an item",
        "between two turns",
        "before the end",
    ],
)
def test_an_import_that_is_killed_is_whole_after_the_next_start(owner, archive, own_storage, point):
    kill(point, own_storage)
    take_up_transfers(at_start=True)
    archive.refresh_from_db()
    assert (archive.status, archive.done, archive.file.name) == ("done", 4, "")
    assert is_whole(owner, own_storage)
    assert files_in(own_storage / "transfers") == []


@pytest.mark.parametrize("point", ["packing", "before the export is kept"])
def test_an_export_that_is_killed_is_made_after_the_next_start(owner, own_storage, point):
    for day in range(3):
        upload_gpx(owner, data=recording(day))
    export = start_export(owner)
    kill(point, own_storage)
    take_up_transfers(at_start=True)
    export.refresh_from_db()
    assert (export.status, export.done) == ("done", 3)
    assert export.file.size == export.file_size


@pytest.mark.parametrize("point", ["before the file is there", "between two items"])
def test_an_import_that_is_killed_while_it_begins_never_was(owner, own_storage, packed, point):
    kill(point, own_storage, packed)
    assert not access.owned_transfers(owner).exists()
    take_up_transfers()
    assert Transfer.objects.exists()  # it may be about to go on
    take_up_transfers(at_start=True)
    assert not Transfer.objects.exists()
    assert files_in(own_storage) == []
    assert not owner.workouts.exists()


def test_a_transfer_is_taken_up_when_its_lease_has_run_out_and_only_then(archive):
    claim(archive.pk)
    assert requeue_stale() == []
    Transfer.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert requeue_stale() == [archive]
    assert requeue_stale() == []


def test_of_many_who_find_a_dead_worker_one_takes_its_transfer_up(archive):
    claim(archive.pk)
    Transfer.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    found = at_once(*(requeue_stale for _ in range(4)))
    assert sorted(map(len, found)) == [0, 0, 0, 1]


def test_a_worker_that_was_only_slow_stops_when_another_has_taken_over(owner, archive):
    slow = claim(archive.pk)
    assert slow is not None
    requeue_stale(at_start=True)
    fast = claim(archive.pk)
    assert import_archive(slow) is True
    end_turn(slow, is_done=True)
    archive.refresh_from_db()
    assert (archive.status, owner.workouts.count()) == ("running", 0)
    assert fast is not None
    import_archive(fast)
    finish(fast)
    archive.refresh_from_db()
    assert (archive.status, archive.done, owner.workouts.count()) == ("done", 4, 4)


def test_an_item_that_two_workers_hold_is_stored_once(owner, archive):
    slow = claim(archive.pk)
    assert slow is not None
    item = archive.items.first()

    def read_slowly(item):
        requeue_stale(at_start=True)
        run_transfer.func(archive.pk)
        return lambda: pytest.fail("stored a second time")

    transfers.settle_item(slow, item, read_slowly)
    archive.refresh_from_db()
    assert (archive.status, archive.done, owner.workouts.count()) == ("done", 4, 4)


def test_a_transfer_that_ends_every_worker_has_failed(archive):
    for _ in range(transfers.MAX_ATTEMPTS):
        claim(archive.pk)
        assert requeue_stale(at_start=True) == [archive]
    claim(archive.pk)
    assert requeue_stale(at_start=True) == []
    archive.refresh_from_db()
    assert archive.status == "failed"
    assert "again and again" in archive.error
    assert not archive.file


def test_a_transfer_whose_job_was_lost_gets_another(owner, archive):
    take_up_transfers()
    assert owner.workouts.count() == 0
    Transfer.objects.update(touched_at=timezone.now() - timedelta(hours=1))
    take_up_transfers()
    assert owner.workouts.count() == 4


def test_a_transfer_that_waits_for_long_is_not_dropped_as_an_old_report(archive):
    Transfer.objects.update(touched_at=timezone.now() - timedelta(days=100))
    drop_old_transfers()
    assert Transfer.objects.get() == archive


def test_an_export_that_is_stopped_at_the_last_moment_leaves_no_file(owner, own_storage):
    export = start_export(owner)
    held = claim(export.pk)
    assert held is not None
    cancel_transfer(export)
    transfers_before = files_in(own_storage)
    keep_export(held, ContentFile(b"zip"))
    export.refresh_from_db()
    assert (export.status, export.file.name) == ("cancelled", "")
    assert files_in(own_storage) == transfers_before


def test_an_import_that_is_stopped_in_its_turn_does_not_queue_up_again(archive):
    held = claim(archive.pk)
    assert held is not None
    cancel_transfer(archive)
    end_turn(held, is_done=False)
    archive.refresh_from_db()
    assert archive.status == "cancelled"


def test_a_long_import_lets_others_go_first(owner, archive, monkeypatch):
    monkeypatch.setattr(transfers, "SLICE_ITEMS", 3)
    held = claim(archive.pk)
    assert held is not None
    assert import_archive(held) is False
    assert owner.workouts.count() == 3
    assert import_archive(held) is True
    assert owner.workouts.count() == 4


# --- The site fails, not the file


def full(*args: object, **options: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def queued_jobs(monkeypatch) -> list[int]:
    queue: list[int] = []
    later = SimpleNamespace(enqueue=queue.append)
    monkeypatch.setattr(type(run_transfer), "using", lambda task, **options: later)
    return queue


def test_an_import_sits_a_full_disk_out(owner, archive, own_storage, monkeypatch):
    queue = queued_jobs(monkeypatch)
    for _ in range(transfers.MAX_ATTEMPTS + 2):
        with monkeypatch.context() as outage:
            outage.setattr("workouts.services.recordings.keep_file", full)
            run_transfer.func(archive.pk)
    archive.refresh_from_db()
    assert (archive.status, archive.done, set(queue)) == ("queued", 0, {archive.pk})
    run_transfer.func(archive.pk)
    assert is_whole(owner, own_storage)


def test_an_import_sits_a_database_out(owner, archive, own_storage, monkeypatch):
    def away(*args: object, **options: object) -> None:
        raise OperationalError from sqlite_error("SQLITE_BUSY")

    queue = queued_jobs(monkeypatch)
    with monkeypatch.context() as outage:
        outage.setattr("workouts.services.transfers.note_outcome", away)
        run_transfer.func(archive.pk)
    assert queue == [archive.pk]
    run_transfer.func(archive.pk)
    assert is_whole(owner, own_storage)


@pytest.fixture
def full_storage(own_storage, monkeypatch) -> Path:
    """A disk that takes the beginning of a file only."""

    def write_some(storage: object, name: str, content: File) -> None:
        path = own_storage / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"the beginning")
        full()

    monkeypatch.setattr(FileSystemStorage, "_save", write_some)
    return own_storage


def test_an_export_to_a_full_disk_fails_with_a_sentence_and_leaves_nothing(owner, full_storage):
    transfer = start_export(owner)
    run_transfer.func(transfer.pk)
    transfer.refresh_from_db()
    assert (transfer.status, transfer.error[:28]) == ("failed", "The disk of this site is ful")
    assert files_in(full_storage) == []


def test_an_archive_that_a_full_disk_takes_in_part_is_not_kept(owner, full_storage):
    with pytest.raises(OSError, match="No space left"):
        make_import(owner, make_zip(**RECORDINGS), name="four.zip")
    assert (files_in(full_storage), owner.transfers.count()) == ([], 0)
