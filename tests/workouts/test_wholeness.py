"""What fails at its last step leaves everything as it was."""

import os
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.db.models import QuerySet

from tests.factories import make_user, make_workout, upload_gpx
from workouts.models import Record, Sport, Transfer, TransferItem, Workout
from workouts.services import recordings, restores, storage, transfers, workouts
from workouts.services.records import refresh_records
from workouts.services.workouts import NewWorkout, WorkoutChanges

pytestmark = pytest.mark.django_db


def fail(*args: object, **options: object) -> None:
    raise DatabaseError


def failing(action: Callable[[], object]) -> None:
    with pytest.raises(DatabaseError):
        action()


def test_a_workout_by_hand(alice, monkeypatch):
    monkeypatch.setattr(workouts, "refresh_records", fail)
    new = NewWorkout(
        Sport.objects.get(pk=1), make_workout(alice).start, timedelta(hours=1), distance_km=10
    )
    failing(lambda: workouts.create_workout(alice, new))
    assert alice.workouts.count() == 1


def test_an_edit(alice, monkeypatch):
    workout = make_workout(alice, title="before")
    monkeypatch.setattr(workouts, "refresh_records", fail)
    failing(lambda: workouts.edit_workout(workout, WorkoutChanges(title="after")))
    assert Workout.objects.get().title == "before"


def test_a_deletion(alice, monkeypatch):
    workout = make_workout(alice)
    monkeypatch.setattr(workouts, "refresh_records", fail)
    failing(lambda: workouts.delete_workout(workout))
    assert Workout.objects.get() == workout


def test_records(alice, monkeypatch):
    workout = make_workout(alice, ascent_m=5)
    refresh_records(alice, workout.sport)
    held = set(Record.objects.values_list("kind", "workout"))
    Workout.objects.update(ascent_m=None)
    make_workout(alice, distance_km=99)
    monkeypatch.setattr(QuerySet, "delete", fail)
    failing(lambda: refresh_records(alice, workout.sport))
    assert set(Record.objects.values_list("kind", "workout")) == held


def test_an_upload(alice, monkeypatch):
    monkeypatch.setattr(recordings, "keep_file", fail)
    failing(lambda: upload_gpx(alice))
    assert not alice.workouts.exists()
    assert not Record.objects.exists()


def test_a_recomputation(alice, monkeypatch):
    workout = upload_gpx(alice)
    Workout.objects.update(distance_km=99)
    monkeypatch.setattr(recordings, "refresh_records", fail)
    failing(lambda: recordings.recompute_workout(workout))
    assert Workout.objects.get().distance_km == 99


def test_an_account_that_comes_back(alice, monkeypatch):
    monkeypatch.setattr(restores, "restore_sport_preference", fail)
    profile = {"bio": "new", "timezone": "UTC", "language": "en", "theme": "system"}
    assert restores.ProfileForm(profile, instance=make_user()).is_valid()
    account = {"profile": profile, "sport_preferences": [{"sport_id": 1}]}
    failing(lambda: restores.restore_account(alice, account))
    alice.refresh_from_db()
    assert not alice.bio


def test_an_item_of_an_import(alice, monkeypatch):
    transfer = Transfer.objects.create(owner=alice, kind="archive", status="running", total=1)
    item = transfer.items.create(index=0, name="a.gpx")
    settled = transfers.Settled(TransferItem.Outcome.IMPORTED, make_workout(alice))
    monkeypatch.setattr(transfers, "note_outcome", fail)

    def store() -> transfers.Settled:
        Workout.objects.update(title="stored")
        return settled

    failing(lambda: transfers.store_once(transfer, item, store))
    assert Workout.objects.get().title != "stored"


def test_a_removed_file_of_a_deleted_workout_is_gone_only_without_a_row(alice):
    workout = upload_gpx(alice)
    name = str(workout.recording.file)
    storage.remove_unreferenced(alice.pk, name)
    assert default_storage.exists(name)
    workout.recording.delete()
    storage.remove_unreferenced(alice.pk, name)
    assert not default_storage.exists(name)


def test_daily_sweep_spares_what_is_younger_than_an_hour(alice):
    names = [
        default_storage.save(f"recordings/{folder}/lost.gpx", ContentFile(b"gpx"))
        for folder in (alice.pk, "odd")
    ]
    for name in names:
        os.utime(default_storage.path(name), (time.time() - 3500,) * 2)
    storage.remove_orphans()
    assert all(map(default_storage.exists, names))
    for name in names:
        os.utime(default_storage.path(name), (time.time() - 3700,) * 2)
    assert sorted(storage.find_orphans(timedelta(hours=2))) == []
    storage.remove_orphans()
    assert not any(map(default_storage.exists, names))


def test_missing_files_are_named_once(alice):
    workout = upload_gpx(alice)
    assert list(storage.find_missing()) == []
    default_storage.delete(str(workout.recording.file))
    assert list(storage.find_missing()) == [str(workout.recording.file)]
