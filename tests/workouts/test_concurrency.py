"""Two writes at the same moment, on real transactions."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection, connections

from accounts.models import User
from tests.factories import make_recording_bytes, make_user, make_workout, upload_gpx
from workouts.models import Record, Recording, Sport, Workout
from workouts.services.recordings import UploadOptions, import_recording, read_recording
from workouts.services.records import find_holders, refresh_records
from workouts.services.workouts import WorkoutChanges, delete_workout, edit_workout

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner(transactional_db) -> User:
    return make_user("alice")


def at_once(*jobs: Callable[[], object]) -> list[object]:
    """Run the jobs in threads that start together, each on its own connection."""
    barrier = threading.Barrier(len(jobs))

    def work(job: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(60) for future in [pool.submit(work, job) for job in jobs]]


def stored_files(folder: Path) -> list[Path]:
    return [path for path in (folder / "recordings").rglob("*") if path.is_file()]


def test_uploads_at_once_leave_the_right_records(owner):
    fast = {"seconds_between": 5}
    at_once(
        *(lambda: upload_gpx(owner) for _ in range(3)),
        *(lambda: upload_gpx(owner, **fast) for _ in range(3)),
    )
    assert Workout.objects.count() == 6
    holders = find_holders(owner, Sport.objects.get(pk=1))
    assert dict(Record.objects.values_list("kind", "workout")) == holders
    assert Workout.objects.get(pk=holders["AS"]).ave_speed_kmh == 21.61


@pytest.mark.parametrize("attempt", range(3))
def test_same_bytes_at_once_share_one_file(owner, own_storage, attempt):
    at_once(*(lambda: upload_gpx(owner) for _ in range(4)))
    assert Workout.objects.count() == 4
    (path,) = stored_files(own_storage)
    assert path.read_bytes() == make_recording_bytes()


@pytest.mark.parametrize("attempt", range(3))
def test_two_deletes_at_once_remove_the_shared_file(owner, own_storage, attempt):
    first, second = upload_gpx(owner), upload_gpx(owner)
    at_once(lambda: delete_workout(first), lambda: delete_workout(second))
    assert not Workout.objects.exists()
    assert stored_files(own_storage) == []


@pytest.mark.parametrize("attempt", range(5))
def test_delete_beside_an_upload_of_the_same_bytes_keeps_the_file(owner, own_storage, attempt):
    workout = upload_gpx(owner)
    at_once(lambda: delete_workout(workout), lambda: upload_gpx(owner))
    recording = Recording.objects.get()
    assert recording.file.read() == make_recording_bytes()
    assert len(stored_files(own_storage)) == 1


def test_upload_between_a_delete_and_the_removal_of_its_file_keeps_it(owner, own_storage):
    workout = upload_gpx(owner)
    committed = connection.run_and_clear_commit_hooks

    def upload_first() -> None:
        # The row is gone and the lock released, the file not yet removed.
        del connection.run_and_clear_commit_hooks
        at_once(lambda: upload_gpx(owner))
        committed()

    connection.run_and_clear_commit_hooks = upload_first
    delete_workout(workout)
    assert Recording.objects.get().file.read() == make_recording_bytes()


def test_edits_at_once_of_different_fields_are_both_kept(owner):
    workout = make_workout(owner, title="Before")
    at_once(
        lambda: edit_workout(Workout.objects.get(pk=workout.pk), WorkoutChanges(title="After")),
        lambda: edit_workout(Workout.objects.get(pk=workout.pk), WorkoutChanges(notes="wind")),
    )
    workout.refresh_from_db()
    assert (workout.title, workout.notes) == ("After", "wind")


def test_edit_and_delete_at_once_leave_no_record_of_the_deleted(owner):
    kept = make_workout(owner, distance_km=1, ave_speed_kmh=1)
    gone = make_workout(owner, distance_km=50, ave_speed_kmh=50)
    refresh_records(owner, Sport.objects.get(pk=1))
    changes = WorkoutChanges(duration=timedelta(hours=2), distance_km=4)
    at_once(lambda: delete_workout(gone), lambda: edit_workout(kept, changes))
    assert dict(Record.objects.values_list("kind", "workout__ave_speed_kmh")) == dict.fromkeys(
        ["AS", "FD", "LD", "MS"], 2.0
    )


def test_uploads_of_two_people_do_not_share_a_file(owner, own_storage):
    other = make_user("bob")
    at_once(lambda: upload_gpx(owner), lambda: upload_gpx(other))
    assert len(stored_files(own_storage)) == 2


@pytest.fixture
def failing_commit(monkeypatch) -> Iterator[None]:
    """The next transaction fails in the very last moment."""

    def fail() -> None:
        monkeypatch.undo()
        raise OperationalError("the database went away")

    monkeypatch.setattr(connection, "_commit", fail)
    yield
    monkeypatch.undo()


def test_failed_commit_leaves_neither_row_nor_file(owner, own_storage, failing_commit):
    file, sport = read_recording("outing.gpx", make_recording_bytes()), Sport.objects.get(pk=1)
    with pytest.raises(OperationalError):
        import_recording(owner, file, UploadOptions(sport))
    assert not Workout.objects.exists()
    assert stored_files(own_storage) == []
