"""Files and rows stay together, whatever happens in between."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, connections, transaction

from accounts.models import User
from tests.factories import make_recording_bytes, make_user, upload_gpx
from tests.processes import run_process
from workouts.models import Record, Recording, Segment, Workout
from workouts.services import recordings, storage
from workouts.services.storage import delete_owned_files, find_missing, find_orphans
from workouts.services.workouts import delete_workout


def stored_files(folder: Path) -> list[str]:
    """The names of all recordings in the storage."""
    files = (path for path in (folder / "recordings").rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in files)


# --- names and rights


@pytest.mark.django_db
def test_originals_are_named_by_owner_and_content(alice, own_storage):
    data = make_recording_bytes()
    upload_gpx(alice, data=data, file_name="../../etc/passwd.gpx")
    digest = Recording.checksum(data)
    assert stored_files(own_storage) == [f"recordings/{alice.pk}/{digest[:2]}/{digest}.gpx"]


@pytest.mark.django_db
def test_originals_are_for_the_server_only(alice, own_storage):
    path = Path(upload_gpx(alice).recording.file.path)
    assert path.stat().st_mode & 0o777 == 0o600
    folders = [parent for parent in path.parents if own_storage in (parent, *parent.parents)]
    assert [folder.stat().st_mode & 0o777 for folder in folders] == [0o700] * 4


@pytest.mark.django_db
def test_unwritable_storage_leaves_no_row(alice, own_storage):
    own_storage.write_text("a file where the folder should be")
    with pytest.raises(OSError):
        upload_gpx(alice)
    assert not Workout.objects.exists()


# --- the order of operations


@pytest.mark.django_db(transaction=True)
def test_file_is_on_the_disk_before_the_commit_and_never_without_the_lock(
    monkeypatch, transactional_db
):
    owner = make_user("alice")
    steps: list[str] = []

    def note(step: str, honest):
        def noted(*args, **kwargs):
            steps.append(step)
            return honest(*args, **kwargs)

        return noted

    def path_of(descriptor: int) -> str:
        return os.readlink(f"/proc/self/fd/{descriptor}")

    honest_sync = os.fsync

    def sync(descriptor: int) -> None:
        steps.append("sync file" if path_of(descriptor).endswith(".part") else "sync folder")
        honest_sync(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", note("rename", Path.replace))
    monkeypatch.setattr(recordings, "lock_owner", note("lock", recordings.lock_owner))
    monkeypatch.setattr(Recording, "save", note("insert", Recording.save))
    monkeypatch.setattr(connection, "_commit", note("commit", connection._commit))
    upload_gpx(owner)
    kept = ["sync file", "rename", "sync folder"]
    assert steps == ["lock", "insert", *kept, "commit", *kept]  # at last the map picture


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("place", "step"),
    [
        (recordings, "keep_file"),
        (recordings, "refresh_records"),
        (Segment.objects, "bulk_create"),
        (recordings, "insert_recording"),
    ],
)
def test_failure_at_any_step_leaves_neither_row_nor_file(
    alice, own_storage, monkeypatch, place, step
):
    def fail(*args, **kwargs):
        raise MemoryError

    monkeypatch.setattr(place, step, fail)
    with pytest.raises(MemoryError):
        upload_gpx(alice)
    assert [model.objects.exists() for model in (Workout, Segment, Recording, Record)] == [
        False
    ] * 4
    assert stored_files(own_storage) == []


@pytest.mark.django_db
def test_failure_keeps_the_file_of_an_earlier_upload_of_the_same_bytes(
    alice, own_storage, monkeypatch
):
    kept = upload_gpx(alice)

    def rename_and_fail(*args):
        honest(*args)
        raise MemoryError

    honest = recordings.keep_file
    monkeypatch.setattr(recordings, "keep_file", rename_and_fail)
    with pytest.raises(MemoryError):
        upload_gpx(alice)
    assert kept.recording.file.read() == make_recording_bytes()
    assert len(stored_files(own_storage)) == 1


# --- deleting


@pytest.mark.django_db
def test_file_goes_with_the_last_workout_that_needs_it(
    alice, own_storage, django_capture_on_commit_callbacks
):
    first, second = upload_gpx(alice), upload_gpx(alice)
    with django_capture_on_commit_callbacks(execute=True):
        delete_workout(first)
    assert len(stored_files(own_storage)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        delete_workout(second)
    assert stored_files(own_storage) == []


@pytest.mark.django_db(transaction=True)
def test_delete_that_is_rolled_back_keeps_the_file(transactional_db, own_storage):
    workout = upload_gpx(make_user("alice"))
    with transaction.atomic():
        delete_workout(workout)
        transaction.set_rollback(True)
    assert Recording.objects.get().file.read() == make_recording_bytes()


@pytest.mark.django_db
def test_delete_removes_the_map_picture(alice, django_capture_on_commit_callbacks):
    workout = upload_gpx(alice)
    default_storage.save(workout.map_file, ContentFile(b"picture"))
    with django_capture_on_commit_callbacks(execute=True):
        delete_workout(workout)
    assert not default_storage.exists(workout.map_file)


@pytest.mark.django_db
def test_missing_file_does_not_hinder_a_delete(alice, django_capture_on_commit_callbacks):
    workout = upload_gpx(alice)
    Path(workout.recording.file.path).unlink()
    with django_capture_on_commit_callbacks(execute=True):
        delete_workout(workout)
    assert not Workout.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_account_takes_its_files_along_and_nobody_elses(transactional_db, own_storage):
    alice, bob = make_user("alice"), make_user("bob")
    mine, theirs = upload_gpx(alice), upload_gpx(bob)
    assert default_storage.exists(mine.map_file)
    with transaction.atomic():
        delete_owned_files(alice)
        alice.delete()
    assert stored_files(own_storage) == [theirs.recording.file.name]
    assert not default_storage.exists(mine.map_file)
    assert default_storage.exists(theirs.map_file)


@pytest.mark.django_db(transaction=True)
def test_account_that_is_not_deleted_after_all_keeps_its_files(transactional_db, own_storage):
    alice = make_user("alice")
    upload_gpx(alice)
    with transaction.atomic():
        delete_owned_files(alice)
    assert len(stored_files(own_storage)) == 1


# --- killed


def run_and_kill(point: str, folder: Path, recording: Path) -> int:
    """Run a service in a process of its own that kills itself at `point`; the exit status."""
    return run_process(folder, "tests.workouts.killed_process", point, str(recording))


@pytest.fixture
def owner(transactional_db) -> User:
    return make_user("alice")


@pytest.fixture
def recording(tmp_path) -> Path:
    path = tmp_path / "outing.gpx"
    path.write_bytes(make_recording_bytes())
    return path


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "point",
    [
        "writing the file",
        "before the rename",
        "after inserting the rows",
        "before the commit",
    ],
)
def test_kill_in_an_upload_leaves_no_row_and_only_what_a_sweep_removes(
    owner, own_storage, recording, point
):
    assert run_and_kill(point, own_storage, recording) == -signal.SIGKILL
    assert [model.objects.exists() for model in (Workout, Segment, Recording, Record)] == [
        False
    ] * 4
    assert list(find_orphans()) == stored_files(own_storage)
    call_command("check_storage", "--repair", verbosity=0)
    assert stored_files(own_storage) == []
    upload_gpx(owner)
    assert Recording.objects.get().file.read() == make_recording_bytes()


@pytest.mark.django_db(transaction=True)
def test_kill_after_the_commit_of_an_upload_leaves_it_whole(owner, own_storage, recording):
    assert run_and_kill("after the commit", own_storage, recording) == -signal.SIGKILL
    assert Recording.objects.get().file.read() == make_recording_bytes()
    assert (Segment.objects.count(), Record.objects.count()) == (1, 5)
    assert (list(find_orphans()), list(find_missing())) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_kill_before_the_commit_of_a_delete_leaves_all_as_it_was(owner, own_storage, recording):
    upload_gpx(owner)
    point = "before the commit of a delete"
    assert run_and_kill(point, own_storage, recording) == -signal.SIGKILL
    assert Recording.objects.get().file.read() == make_recording_bytes()
    assert Record.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_kill_after_the_commit_of_a_delete_leaves_a_file_to_sweep(owner, own_storage, recording):
    upload_gpx(owner)
    point = "after the commit of a delete"
    assert run_and_kill(point, own_storage, recording) == -signal.SIGKILL
    assert not Workout.objects.exists()
    assert list(find_orphans()) == stored_files(own_storage) != []
    call_command("check_storage", "--repair", verbosity=0)
    assert stored_files(own_storage) == []


@pytest.mark.django_db(transaction=True)
def test_sweep_leaves_a_file_that_got_its_row_meanwhile(owner, own_storage):
    workout = upload_gpx(owner)
    storage.remove_orphan(workout.recording.file.name)
    assert len(stored_files(own_storage)) == 1


@pytest.mark.django_db(transaction=True)
def test_sweep_beside_an_upload_waits_for_it(owner, own_storage, monkeypatch):
    """The sweep begins while the file is written and the row not yet committed."""
    begun = threading.Event()
    honest = recordings.keep_file

    def keep_slowly(*args):
        begun.set()
        time.sleep(0.3)
        honest(*args)
        time.sleep(0.3)

    def sweep() -> None:
        begun.wait(10)
        try:
            for name in find_orphans():
                storage.remove_orphan(name)
        finally:
            connections.close_all()

    monkeypatch.setattr(recordings, "keep_file", keep_slowly)
    sweeper = threading.Thread(target=sweep)
    sweeper.start()
    upload_gpx(owner)
    sweeper.join(20)
    assert Recording.objects.get().file.read() == make_recording_bytes()
