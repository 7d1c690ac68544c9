"""The site in processes of its own, while strangers send and read as slowly as they can."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client

from accounts.models import User
from tests.factories import first_party, make_recording_bytes, make_user
from tests.running import wait_until
from tests.running_server import (
    PATIENCE_SECONDS,
    Caller,
    Reply,
    ask,
    running_site,
    wait_until_it_listens,
)
from workouts.models import Transfer, Workout

SLOW = 30
JSON = "Content-Type: application/json"
BOUNDARY = "Content-Type: multipart/form-data; boundary=xx"
PASSWORD = "a-good-password"


@pytest.fixture
def owner(transactional_db, settings) -> User:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    return make_user("alice", password=PASSWORD)


@pytest.fixture(params=["1", "2"], ids=["one worker", "two workers"])
def site(request: pytest.FixtureRequest, owner: User, tmp_path: Path) -> Iterator[int]:
    with running_site(tmp_path, WORKERS=request.param) as site:
        yield site.port


def sign_in(port: int, user: User) -> Reply:
    body = json.dumps({"email": user.email, "password": PASSWORD}).encode()
    return ask(port, "/api/auth/login", JSON, method="POST", body=body)


def upload(port: int, user: User, file: bytes) -> Reply:
    parts = [
        b'--xx\r\nContent-Disposition: form-data; name="data"\r\n\r\n{"sport_id": 1}\r\n',
        b'--xx\r\nContent-Disposition: form-data; name="file"; filename="a.gpx"\r\n\r\n',
        file + b"\r\n--xx--\r\n",
    ]
    line = f"Authorization: {first_party(user)['Authorization']}"
    return ask(port, "/api/workouts", line, BOUNDARY, method="POST", body=b"".join(parts))


def make_export(owner: User, size: int) -> str:
    """The path of a finished export of `size` bytes."""
    export = Transfer.objects.create(owner=owner, kind="export", status="done", file_name="a.zip")
    export.file.save("a.zip", ContentFile(b"x" * size))
    return f"/profile/data/{export.uuid}/download"


def cookie_of(owner: User) -> str:
    client = Client()
    client.force_login(owner)
    name = settings.SESSION_COOKIE_NAME
    return f"Cookie: {name}={client.cookies[name].value}"


def assert_site_works(port: int, owner: User) -> None:
    stored = Workout.objects.count()
    assert ask(port, "/api/config").status == 200
    assert sign_in(port, owner).status == 200
    assert upload(port, owner, make_recording_bytes()).status == 201
    assert Workout.objects.count() == stored + 1


def test_a_quiet_site_answers(site, owner):
    assert_site_works(site, owner)


def test_bodies_that_never_end_hold_nobody_up(site, owner):
    with ExitStack() as stack:
        for number in range(SLOW):
            caller = stack.enter_context(Caller(site, f"127.0.0.{number % 3 + 2}"))
            caller.head("POST", "/api/auth/login", JSON, "Content-Length: 1000000")
            caller.send(b'{"email": ')
        assert_site_works(site, owner)


def test_bodies_that_come_by_drops_hold_nobody_up(site, owner):
    with ExitStack() as stack:
        callers = [stack.enter_context(Caller(site, "127.0.0.2")) for _ in range(SLOW)]
        for caller in callers:
            caller.head("POST", "/api/workouts", BOUNDARY, "Transfer-Encoding: chunked")
        for _ in range(3):
            for caller in callers:
                caller.send(b"1\r\nx\r\n")
            assert ask(site, "/api/config").status == 200
        assert_site_works(site, owner)


def test_readers_that_read_nothing_hold_nobody_up(site, owner):
    path, cookie = make_export(owner, 20_000_000), cookie_of(owner)
    with ExitStack() as stack:
        for _ in range(SLOW):
            caller = stack.enter_context(Caller(site, window=4096))
            caller.head("GET", path, cookie)
            assert caller.socket.recv(12) == b"HTTP/1.1 200"
        assert_site_works(site, owner)
        assert ask(site, path, cookie).body == b"x" * 20_000_000


def test_a_stop_lets_answers_under_way_end(owner, tmp_path):
    path, cookie = make_export(owner, 20_000_000), cookie_of(owner)
    with running_site(tmp_path) as site, Caller(site.port, window=4096) as caller:
        caller.head("GET", path, cookie)
        assert caller.socket.recv(12, socket.MSG_PEEK) == b"HTTP/1.1 200"
        site.process.terminate()
        assert caller.reply().body == b"x" * 20_000_000
        assert site.process.wait(PATIENCE_SECONDS) == 0


def test_a_worker_that_dies_is_started_anew(owner, tmp_path):
    with running_site(tmp_path) as site:
        (dead,) = site.workers()
        os.kill(dead, signal.SIGKILL)
        wait_until(lambda: site.workers() not in ([], [dead]))
        wait_until_it_listens(site.process, site.port)
        assert_site_works(site.port, owner)
