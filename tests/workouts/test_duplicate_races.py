"""One recording that comes in six times at once, through every door: one workout."""

import json
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from accounts.models import User
from tests.factories import make_import, make_recording_bytes, make_user, upload_gpx
from tests.processes import start_process
from tests.workouts.test_transfers import DAY_1, make_zip
from workouts.models import Transfer
from workouts.services.exports import start_export
from workouts.services.jobs import run_transfer
from workouts.services.restores import start_restore

DOORS = ["page", "api", "archive", "command", "worker", "restore"]
ROUNDS = 3


@pytest.fixture
def owner(transactional_db) -> User:
    return make_user("alice")


@pytest.fixture
def doors(owner, own_storage) -> Iterator[list[subprocess.Popen[str]]]:
    own_storage.mkdir(parents=True, exist_ok=True)
    processes = [start_process(own_storage, "tests.workouts.importer", door) for door in DOORS]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    yield processes
    for process in processes:
        process.stdin.close()
        process.wait(timeout=20)
        process.stdout.close()


def waiting_import(owner: User, data: bytes) -> Transfer:
    return make_import(owner, make_zip(outing_gpx=data))


def waiting_restore(owner: User, data: bytes) -> Transfer:
    """The recording in another account's export."""
    other = make_user()
    upload_gpx(other, data=data)
    export = start_export(other)
    run_transfer.func(export.pk)
    export.refresh_from_db()
    with export.file.open("rb") as file:
        return start_restore(owner, file, "x.zip")


@pytest.mark.django_db(transaction=True)
def test_a_file_sent_through_all_doors_at_once_is_one_workout(owner, doors, tmp_path: Path):
    for number in range(ROUNDS):
        data = make_recording_bytes(start=DAY_1 + timedelta(days=number), points=3000)
        path = tmp_path / f"{number}.gpx"
        path.write_bytes(data)
        line = json.dumps(
            {
                "path": str(path),
                "import": waiting_import(owner, data).pk,
                "restore": waiting_restore(owner, data).pk,
            }
        )
        for process in doors:
            process.stdin.write(line + "\n")
            process.stdin.flush()
        assert [process.stdout.readline() for process in doors] == ["done\n"] * len(DOORS)
        assert owner.workouts.count() == number + 1
    closed = owner.transfers.values_list("status", flat=True)
    assert set(closed) == {"done"}
