"""What the site stands on goes away and comes back: nothing ends, and callers are told to wait."""

import errno
import os
import signal
import sqlite3
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import psycopg
import pytest
import redis
from django import db
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from contract.outages import outage_of
from tests.factories import make_recording_bytes
from tests.running import RunningSite, run_site, wait_until
from tests.wire import Wire

FULL, AWAY = HTTPStatus.INSUFFICIENT_STORAGE, HTTPStatus.SERVICE_UNAVAILABLE


def caused_by(cause: Exception) -> db.OperationalError:
    error = db.OperationalError(str(cause))
    error.__cause__ = cause
    return error


def sqlite_error(name: str) -> sqlite3.Error:
    error = sqlite3.OperationalError(name)
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (caused_by(psycopg.OperationalError("the connection is closed")), AWAY),
        (caused_by(psycopg.errors.AdminShutdown()), AWAY),
        (caused_by(psycopg.errors.DiskFull()), FULL),
        (caused_by(sqlite_error("SQLITE_BUSY")), AWAY),
        (caused_by(sqlite_error("SQLITE_IOERR_WRITE")), AWAY),
        (caused_by(sqlite_error("SQLITE_FULL")), FULL),
        (caused_by(sqlite_error("SQLITE_ERROR")), None),
        (sqlite_error("SQLITE_CANTOPEN"), AWAY),
        (redis.ConnectionError(), AWAY),
        (redis.exceptions.OutOfMemoryError(), AWAY),
        (OSError(errno.ENOSPC, "No space left on device"), FULL),
        (OSError(errno.EACCES, "Permission denied"), None),
        (ValueError("a mistake of ours"), None),
        (None, None),
    ],
)
def test_an_outage_is_told_from_a_mistake(error, status):
    assert outage_of(error) == status


@pytest.fixture
def broken_pages(monkeypatch, client, db):
    """A way to let the next page and the next answer of the API fail with an error."""
    client.raise_request_exception = False

    def fail(error: Exception):
        def raise_it(*args: object, **options: object) -> None:
            raise error

        monkeypatch.setattr("instance.models.AppConfiguration.current", raise_it)
        return client.get("/register"), client.get("/api/config")

    return fail


def test_people_and_programs_are_told_to_come_back(broken_pages):
    page, answer = broken_pages(caused_by(psycopg.OperationalError("gone")))
    assert (page.status_code, page["Retry-After"]) == (503, "30")
    assert "The site can't reach its database just now." in page.text.replace("&#x27;", "'")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert answer.json() == {
        "status": "error",
        "message": "the site can not reach its database, please try again",
    }


def test_a_full_disk_is_said_in_a_sentence(broken_pages):
    page, answer = broken_pages(OSError(errno.ENOSPC, "No space left on device"))
    assert page.status_code == 507
    assert "The disk of this site is full" in page.text
    assert (answer.status_code, answer.json()["message"]) == (
        507,
        "the server has no room left, nothing was stored",
    )


def test_a_mistake_of_ours_stays_one(broken_pages):
    assert [answer.status_code for answer in broken_pages(ValueError("ours"))] == [500, 500]


@pytest.mark.parametrize("error", [redis.ConnectionError, redis.exceptions.OutOfMemoryError])
def test_calls_pass_while_the_cache_is_away(client, db, monkeypatch, error):
    def away(*args: object) -> None:
        raise error

    monkeypatch.setattr(type(cache._connections[cache._alias]), "add", away)
    assert client.get("/api/ping").status_code == 200


@pytest.fixture
def small_disk(own_storage) -> Iterator[Path]:
    """The folder of the files, with room for 64 KiB."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    own_storage.mkdir()
    options = ["-t", "tmpfs", "-o", "size=64k", "tmpfs", str(own_storage)]
    subprocess.run(["mount", *options], check=True)
    yield own_storage
    subprocess.run(["umount", str(own_storage)], check=True)


@pytest.mark.django_db
def test_an_upload_to_a_full_disk_leaves_nothing_behind(alice_client, alice, small_disk):
    alice_client.raise_request_exception = False
    file = SimpleUploadedFile("long.gpx", make_recording_bytes(points=3000))
    form = {"file": file, "data": '{"sport_id": 1}'}
    assert alice_client.post("/api/workouts", form).status_code == 507
    assert alice.workouts.count() == 0
    assert [path for path in small_disk.rglob("*") if path.is_file()] == []


# --- A whole site


class Database:
    """A database of one site that can be taken away."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "data" / "fittrackee.sqlite3"
        self.url = ""

    def take_away(self) -> None:
        """Files of the database that can't be opened."""
        for path in self._file.parent.glob(f"{self._file.name}*"):
            path.rename(path.with_name(f"away-{path.name}"))
        self._file.mkdir()

    def bring_back(self) -> None:
        self._file.rmdir()
        for path in self._file.parent.glob(f"away-{self._file.name}*"):
            path.rename(path.with_name(path.name.removeprefix("away-")))


class RemoteDatabase(Database):
    """A database of its own on the server of the tests, over a wire."""

    def __init__(self, folder: Path) -> None:
        self._server = connection.settings_dict
        self._name = f"outage_{uuid.uuid4().hex[:8]}"
        self._wire = Wire((self._server["HOST"], int(self._server["PORT"] or 5432)))
        self._run(f"CREATE DATABASE {self._name}")
        user, password = self._server["USER"], self._server["PASSWORD"]
        self.url = f"postgres://{user}:{password}@127.0.0.1:{self._wire.port}/{self._name}"

    def take_away(self) -> None:
        self._wire.cut()

    def bring_back(self) -> None:
        self._wire.mend()

    def drop(self) -> None:
        self._wire.close()
        self._run(f"DROP DATABASE {self._name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)


@contextmanager
def database_in(folder: Path) -> Iterator[Database]:
    if connection.vendor == "sqlite":
        yield Database(folder)
        return
    remote = RemoteDatabase(folder)
    try:
        yield remote
    finally:
        remote.drop()


@pytest.fixture
def database(transactional_db, tmp_path) -> Iterator[Database]:
    with database_in(tmp_path) as found:
        yield found


@pytest.fixture
def site(database, tmp_path) -> Iterator[RunningSite]:
    with run_site(tmp_path, DATABASE_URL=database.url) as running:
        yield running


def test_a_database_that_goes_and_comes_back_ends_no_process(site, database):
    parts = (site.web, site.worker)
    assert site.status("/api/config") == 200
    database.take_away()
    wait_until(lambda: site.status("/api/config") == 503)
    answer = site.get("/login", headers={"Cookie": "sessionid=somebody"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    wait_until(lambda: "The job worker waits for its database" in site.log.read_text())
    database.bring_back()
    wait_until(lambda: site.status("/api/config") == 200)
    assert (site.web, site.worker) == parts
    assert site.process.poll() is None


def test_a_killed_worker_is_replaced_and_the_site_answers_all_along(site):
    worker = site.worker
    os.kill(worker, signal.SIGKILL)
    assert site.status("/about") == 200
    wait_until(lambda: site.worker not in (0, worker))
    assert site.process.poll() is None
