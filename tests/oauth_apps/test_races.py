"""Two processes with the same code or refresh token at the same instant: one wins."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from oauth_apps.models import AccessToken, Grant, RefreshToken
from oauth_apps.random_texts import checksum
from tests.factories import make_application, make_tokens, make_user

ROOT = Path(__file__).resolve().parent.parent.parent
ROUNDS = 5


def database_for_processes(folder: Path) -> str:
    """The address of a database that other processes can open, with what is in ours."""
    if connection.vendor == "postgresql":
        database = connection.settings_dict
        place = f"{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
        return f"postgres://{database['USER']}:{database['PASSWORD']}@{place}"
    file = folder / "race.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(file) as copy:
        connection.connection.backup(copy)
    return f"sqlite:///{file}"


def start(environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.oauth_apps.racer"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


@pytest.fixture
def run_race(transactional_db, tmp_path) -> Iterator:
    processes: list[subprocess.Popen[str]] = []

    def race(forms: list[dict[str, str]]) -> tuple[list[list[int]], str]:
        """The two statuses of each form, and the database in which it happened."""
        url = database_for_processes(tmp_path)
        environment = os.environ | {
            "DATABASE_URL": url,
            "DATA_DIR": str(tmp_path),
            "SECRET_KEY": settings.SECRET_KEY,
        }
        processes.extend(start(environment) for _ in range(2))
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        return [one_round(form) for form in forms], url

    def one_round(form: dict[str, str]) -> list[int]:
        for process in processes:
            process.stdin.write(json.dumps(form) + "\n")
            process.stdin.flush()
        return sorted(int(process.stdout.readline()) for process in processes)

    yield race
    for process in processes:
        process.stdin.close()
        process.wait(timeout=20)
        process.stdout.close()


def count(model, url: str, condition: str = "1 = 1") -> int:
    """How many rows there are in the database of the race."""
    statement = f"SELECT count(*) FROM {model._meta.db_table} WHERE {condition}"
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
            return database.execute(statement).fetchone()[0]
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def test_of_two_refreshes_at_the_same_instant_one_wins(run_race):
    alice = make_user("alice")
    app = make_application(alice)
    forms = [
        {
            "grant_type": "refresh_token",
            "refresh_token": make_tokens(alice, "profile:read", app).refresh_token,
            "client_id": app.client_id,
            "client_secret": app.secret,
        }
        for _ in range(ROUNDS)
    ]
    results, url = run_race(forms)
    assert results == [[200, 400]] * ROUNDS
    assert count(RefreshToken, url) == 2 * ROUNDS  # the used one and its successor
    assert count(AccessToken, url) <= ROUNDS


def test_of_two_redemptions_of_one_code_at_the_same_instant_one_wins(run_race):
    alice = make_user("alice")
    app = make_application(alice)
    codes = [f"code{number}" for number in range(ROUNDS)]
    for code in codes:
        Grant.objects.create(
            application=app,
            user=alice,
            code=checksum(code),
            expires=timezone.now() + timedelta(minutes=5),
            scope="profile:read",
        )
    credentials = {"client_id": app.client_id, "client_secret": app.secret}
    forms = [credentials | {"grant_type": "authorization_code", "code": code} for code in codes]
    results, url = run_race(forms)
    assert results == [[200, 400]] * ROUNDS
    assert count(RefreshToken, url) == ROUNDS
    assert count(AccessToken, url) <= ROUNDS
