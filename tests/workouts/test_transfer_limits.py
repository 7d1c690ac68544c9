"""How long a transfer may be silent or kept, and how many a person may have under way."""

import io
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.test import TestCase

from tests.factories import make_workout
from workouts.models import Transfer, TransferItem, Workout
from workouts.services import exports, transfers
from workouts.services.exports import start_export, write_export
from workouts.services.restores import start_restore

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
LEASE = timedelta(minutes=1)
SILENCE = timedelta(minutes=5)
EXPORT_KEPT_FOR = timedelta(days=7)
REPORT_KEPT_FOR = timedelta(days=90)


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def make_transfer(owner, **fields: Any) -> Transfer:
    fields.setdefault("kind", "export")
    fields.setdefault("touched_at", NOW)
    return Transfer.objects.create(owner=owner, **fields)


def test_a_lease_ends_a_minute_after_the_last_sign_of_life(alice, at_noon):
    transfer = transfers.claim(make_transfer(alice).pk)
    assert transfer is not None
    assert transfer.leased_until == NOW + LEASE
    at_noon.move_to(NOW + timedelta(seconds=40))
    assert transfers.is_running(transfer)
    at_noon.move_to(NOW + timedelta(seconds=40) + LEASE)
    assert transfers.requeue_stale() == []
    at_noon.move_to(NOW + timedelta(seconds=40) + LEASE + INSTANT)
    assert transfers.requeue_stale() == [transfer]


def test_a_running_transfer_without_a_lease_is_taken_up(alice):
    transfer = make_transfer(alice, status="running")
    assert transfers.requeue_stale() == [transfer]


@pytest.mark.parametrize(
    ("silent_for", "at_start", "is_found"),
    [
        (timedelta(), False, False),
        (SILENCE, False, False),
        (SILENCE + INSTANT, False, True),
        (timedelta(), True, False),
        (INSTANT, True, True),
    ],
)
def test_a_transfer_that_waits_in_silence_is_found(alice, silent_for, at_start, is_found):
    transfer = make_transfer(alice, status="queued", touched_at=NOW - silent_for)
    found = transfers.find_forgotten(at_start=at_start)
    assert found == [transfer] * is_found
    transfer.refresh_from_db()
    assert transfer.touched_at == (NOW if is_found else NOW - silent_for)


@pytest.mark.parametrize(
    ("silent_for", "at_start", "is_dropped"),
    [
        (timedelta(), False, False),
        (SILENCE, False, False),
        (SILENCE + INSTANT, False, True),
        (timedelta(), True, False),
        (INSTANT, True, True),
    ],
)
def test_a_transfer_that_was_never_complete_is_dropped(alice, silent_for, at_start, is_dropped):
    make_transfer(alice, status="preparing", touched_at=NOW - silent_for)
    transfers.drop_unfinished(at_start=at_start)
    assert Transfer.objects.exists() is not is_dropped


@pytest.mark.parametrize(
    ("kind", "kept_for"),
    [
        ("export", EXPORT_KEPT_FOR),
        ("archive", REPORT_KEPT_FOR),
        ("restore", REPORT_KEPT_FOR),
    ],
)
def test_what_is_done_is_kept_for_its_time(alice, kind, kept_for):
    for status in ("done", "failed", "cancelled"):
        make_transfer(alice, kind=kind, status=status, touched_at=NOW - kept_for)
    transfers.drop_old_transfers()
    assert Transfer.objects.count() == 3
    Transfer.objects.update(touched_at=NOW - kept_for - INSTANT)
    transfers.drop_old_transfers()
    assert Transfer.objects.count() == 0


def test_a_file_that_no_transfer_names_is_dropped_after_an_hour(alice):
    name = default_storage.save("transfers/7/lost.zip", ContentFile(b"zip"))
    written = NOW.timestamp()
    os.utime(default_storage.path(name), (written, written - 3599))
    transfers.drop_old_transfers()
    assert default_storage.exists(name)
    os.utime(default_storage.path(name), (written, written - 3600))
    transfers.drop_old_transfers()
    assert not default_storage.exists(name)


def test_an_old_file_that_a_transfer_names_is_kept(alice):
    name = default_storage.save("transfers/7/known.zip", ContentFile(b"zip"))
    os.utime(default_storage.path(name), (0, 0))
    make_transfer(alice, status="done", file=name)
    transfers.drop_old_transfers()
    assert default_storage.exists(name)


def make_finished_export(owner) -> bytes:
    transfer = transfers.claim(start_export(owner).pk)
    assert transfer is not None
    write_export(transfer)
    transfer.refresh_from_db()
    data = transfer.file.open("rb").read()
    transfers.delete_transfer(transfer)
    return data


@pytest.mark.parametrize("status", ["preparing", "queued", "running"])
def test_three_under_way_leave_no_place_for_an_export_or_a_restore(alice, status):
    data = make_finished_export(alice)
    for _ in range(2):
        make_transfer(alice, status=status)
    make_transfer(alice, status="done")
    start_restore(alice, io.BytesIO(data), "third.zip")
    for start in (
        lambda: start_export(alice),
        lambda: start_restore(alice, io.BytesIO(data), "fourth.zip"),
    ):
        with pytest.raises(ValidationError) as refused:
            start()
        assert refused.value.code == "busy"
    assert alice.transfers.count() == 4


def test_the_transfers_of_others_do_not_count(alice, bob):
    for _ in range(3):
        make_transfer(bob, status="running")
    assert start_export(alice).status == "queued"


@pytest.fixture
def packed(alice, monkeypatch) -> list[int]:
    """How many workouts were said to be packed, each time the export told."""
    told: list[int] = []

    def note(transfer: Transfer) -> bool:
        told.append(Transfer.objects.get(pk=transfer.pk).done)
        return transfers.is_running(transfer)

    monkeypatch.setattr(exports, "is_running", note)
    for _ in range(45):
        make_workout(alice)
    return told


def test_an_export_tells_after_every_twenty_workouts_how_far_it_is(alice, packed):
    transfer = transfers.claim(start_export(alice).pk)
    assert transfer is not None
    assert transfer.total == 45
    write_export(transfer)
    assert packed == [20, 40, 45, 45]


@pytest.mark.parametrize(("count", "told"), [(19, [19, 19]), (20, [20, 20, 20])])
def test_an_export_tells_of_the_twentieth_workout(alice, packed, count: int, told: list[int]):
    Workout.objects.filter(pk__in=Workout.objects.values("pk")[: 45 - count]).delete()
    transfer = transfers.claim(start_export(alice).pk)
    assert transfer is not None
    write_export(transfer)
    assert packed == told


def test_an_export_counts_no_more_than_there_were_when_it_began(alice, packed):
    transfer = transfers.claim(start_export(alice).pk)
    assert transfer is not None
    Transfer.objects.update(total=30)
    transfer.total = 30
    write_export(transfer)
    assert packed == [20, 30, 30, 30]


def test_a_cancelled_export_stops_at_its_next_count(alice, packed):
    transfer = transfers.claim(start_export(alice).pk)
    assert transfer is not None
    transfers.cancel_transfer(transfer)
    write_export(transfer)
    assert packed[0] == 20
    assert 45 not in packed
    assert not Transfer.objects.get().file


@pytest.mark.parametrize(
    ("done", "total", "percent"), [(0, 0, 0), (0, 3, 0), (1, 3, 33), (2, 3, 67), (3, 3, 100)]
)
def test_progress_is_shown_in_percent(done, total, percent):
    assert Transfer(done=done, total=total).percent == percent


@pytest.mark.parametrize(
    ("status", "is_open"),
    [
        ("preparing", False),
        ("queued", True),
        ("running", True),
        ("done", False),
        ("failed", False),
        ("cancelled", False),
    ],
)
def test_what_waits_or_runs_is_open(status, is_open):
    assert Transfer(status=status).is_open is is_open


@pytest.mark.parametrize("status", ["done", "failed"])
def test_what_has_ended_is_not_cancelled(alice, status):
    transfer = make_transfer(alice, status=status)
    transfers.cancel_transfer(transfer)
    transfer.refresh_from_db()
    assert transfer.status == status


def test_items_come_in_turns_and_none_is_lost(alice, monkeypatch):
    monkeypatch.setattr(transfers, "ITEMS_AT_ONCE", 2)
    transfer = Transfer(owner=alice, kind="restore", file_name="five.zip")
    names = [(3 * place, f"{place}" * 300) for place in range(5)]
    with TestCase.captureOnCommitCallbacks(execute=True):
        transfers.store_with_items(transfer, io.BytesIO(b"12345678"), names)
    transfer.refresh_from_db()
    assert (transfer.status, transfer.total, transfer.file_size) == ("queued", 5, 8)
    assert transfer.file.read() == b"12345678"
    items = [(item.index, item.name) for item in TransferItem.objects.all()]
    assert items == [(position, name[:255]) for position, name in names]


def test_a_try_that_the_site_failed_is_taken_back(alice):
    transfer = make_transfer(alice, kind="archive", total=3)
    tries = [("waiting", 2), ("waiting", 0), ("failed", 3)]
    for index, (outcome, attempts) in enumerate(tries):
        transfer.items.create(index=index, name="a", outcome=outcome, attempts=attempts)
    transfers.forget_try(transfer)
    assert [item.attempts for item in transfer.items.all()] == [1, 0, 3]


@pytest.mark.parametrize(
    ("lost", "is_free", "status"), [(0, True, "queued"), (2, True, "queued"), (3, False, "failed")]
)
def test_a_transfer_that_lost_three_workers_has_failed(alice, lost, is_free, status):
    transfer = make_transfer(alice, status="running", lost_workers=lost)
    assert transfers.free(transfer) is is_free
    transfer.refresh_from_db()
    assert transfer.status == status
    assert transfer.lost_workers == (lost + 1 if is_free else lost)


@pytest.mark.parametrize(("tries", "outcome"), [(2, "imported"), (3, "failed")])
def test_a_file_is_tried_three_times(alice, tries, outcome):
    transfer = make_transfer(alice, kind="archive", status="running", total=1)
    item = transfer.items.create(index=0, name="a.gpx", attempts=tries)
    settled = transfers.Settled(TransferItem.Outcome.IMPORTED, make_workout(alice))
    transfers.settle_item(transfer, item, lambda item: lambda: settled)
    assert transfer.items.get().outcome == outcome


def test_a_turn_ends_after_twenty_seconds(alice, monkeypatch):
    clock = iter([100.0, 120.0, 120.001])
    monkeypatch.setattr(transfers.time, "monotonic", lambda: next(clock))
    transfer = make_transfer(alice, kind="archive", status="running", total=3)
    for index in range(3):
        transfer.items.create(index=index, name="a.gpx")
    settled = transfers.Settled(TransferItem.Outcome.IMPORTED, make_workout(alice))
    assert transfers.settle_items(transfer, lambda item: lambda: settled) is False
    assert transfer.items.filter(outcome="imported").count() == 1


def test_a_turn_ends_after_two_hundred_items(alice):
    transfer = make_transfer(alice, kind="archive", status="running", total=201)
    TransferItem.objects.bulk_create(
        TransferItem(transfer=transfer, index=index, name="a.gpx") for index in range(201)
    )
    settled = transfers.Settled(TransferItem.Outcome.IMPORTED, make_workout(alice))
    assert transfers.settle_items(transfer, lambda item: lambda: settled) is False
    assert transfer.items.filter(outcome="waiting").count() == 1
    assert transfers.settle_items(transfer, lambda item: lambda: settled) is True


def test_a_worker_that_comes_forward_has_lost_no_other(alice):
    transfer = make_transfer(alice, kind="archive", status="running", total=1, lost_workers=2)
    item = transfer.items.create(index=0, name="a.gpx")
    settled = transfers.Settled(TransferItem.Outcome.IMPORTED, make_workout(alice))
    transfers.settle_item(transfer, item, lambda item: lambda: settled)
    transfer.refresh_from_db()
    assert (transfer.done, transfer.lost_workers) == (1, 0)


class Patience:
    """An event that comes at the third look, a while later each time."""

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        self.waited: list[float] = []

    def wait(self, seconds: float) -> bool:
        self.waited.append(seconds)
        self.clock.shift(seconds)
        return len(self.waited) == 3


@pytest.mark.django_db(transaction=True)
def test_a_lease_is_renewed_four_times_a_minute_until_the_work_is_over(alice, at_noon):
    transfer = transfers.claim(make_transfer(alice).pk)
    assert transfer is not None
    patience = Patience(at_noon)
    transfers.keep_lease(transfer, patience)  # type: ignore[arg-type]
    assert patience.waited == [15.0, 15.0, 15.0]
    transfer.refresh_from_db()
    assert transfer.leased_until == NOW + timedelta(seconds=30) + LEASE


def test_the_files_of_a_deleted_account_go_after_the_commit(alice, bob):
    names = [default_storage.save(f"transfers/{n}.zip", ContentFile(b"zip")) for n in range(3)]
    for owner, name in zip([alice, alice, bob], names, strict=True):
        make_transfer(owner, status="done", file=name)
    make_transfer(alice, status="done")
    with TestCase.captureOnCommitCallbacks(execute=True) as callbacks:
        transfers.drop_files_of(alice)
        assert all(map(default_storage.exists, names))
    assert len(callbacks) == 2
    assert [default_storage.exists(name) for name in names] == [False, False, True]


def test_a_finished_export_keeps_its_file_and_a_finished_import_does_not(alice):
    for kind in ("export", "archive", "restore"):
        name = default_storage.save(f"transfers/{kind}.zip", ContentFile(b"zip"))
        transfer = make_transfer(alice, kind=kind, status="running", file=name, file_size=3)
        with TestCase.captureOnCommitCallbacks(execute=True):
            transfers.finish(transfer)
        transfer.refresh_from_db()
        assert transfer.status == "done"
        assert default_storage.exists(name) is (kind == "export")
        assert transfer.file_size == (3 if kind == "export" else 0)


def test_an_item_that_is_settled_is_not_settled_again(alice):
    transfer = make_transfer(alice, kind="archive", status="running", total=1)
    item = transfer.items.create(index=0, name="a.gpx", outcome="failed", message="odd")
    transfers.note_outcome(transfer, item, TransferItem.Outcome.IMPORTED)
    transfer.refresh_from_db()
    assert (transfer.done, transfer.items.get().message) == (0, "odd")


def test_a_transfer_whose_items_cannot_be_stored_leaves_neither_file_nor_row(
    alice, own_storage, monkeypatch
):
    def fail(*args: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(transfers, "store_items", fail)
    transfer = Transfer(owner=alice, kind="restore", file_name="one.zip")
    with pytest.raises(DatabaseError):
        transfers.store_with_items(transfer, io.BytesIO(b"zip"), [(0, "a")])
    assert not Transfer.objects.exists()
    assert [path for path in own_storage.rglob("*") if path.is_file()] == []
