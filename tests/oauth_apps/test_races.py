"""Processes and threads with the same code or refresh token at the same instant: one wins."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from oauth_apps.models import AccessToken, Grant, RefreshToken
from oauth_apps.random_texts import checksum
from tests.factories import make_application, make_tokens, make_user
from tests.processes import database_url

ROOT = Path(__file__).resolve().parent.parent.parent
ROUNDS = 5


def database_for_processes(folder: Path) -> str:
    """The address of a database that other processes can open, with what is in ours."""
    if connection.vendor == "postgresql":
        return database_url()
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


def post_at_once(
    processes: list[subprocess.Popen[str]], form: dict[str, str], times: int
) -> list[int]:
    """The statuses of so many posts of the form by each process, the lowest first."""
    for process in processes:
        process.stdin.write(json.dumps({"form": form, "times": times}) + "\n")
        process.stdin.flush()
    answers = [json.loads(process.stdout.readline()) for process in processes]
    return sorted(status for answer in answers for status in answer)


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.stdin.close()
        process.wait(timeout=20)
        process.stdout.close()


@pytest.fixture
def run_race(transactional_db, tmp_path, processes) -> Callable:
    def race(forms: list[dict[str, str]], times: int = 1) -> tuple[list[list[int]], str]:
        """What both processes answered to each form, and the database in which it happened."""
        url = database_for_processes(tmp_path)
        environment = os.environ | {
            "DATABASE_URL": url,
            "DATA_DIR": str(tmp_path),
            "SECRET_KEY": settings.SECRET_KEY,
        }
        processes.extend(start(environment) for _ in range(2))
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        return [post_at_once(processes, form, times) for form in forms], url

    return race


def query(url: str, statement: str) -> list[tuple]:
    """Run a statement in the database of the race, and return its rows."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
            return database.execute(statement).fetchall()
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def count(model, url: str, condition: str = "1 = 1") -> int:
    """How many rows there are in the database of the race."""
    statement = f"SELECT count(*) FROM {model._meta.db_table} WHERE {condition}"
    return query(url, statement)[0][0]


def make_codes(user, app, number: int) -> list[dict[str, str]]:
    """Forms that redeem so many new codes."""
    credentials = {"client_id": app.client_id, "client_secret": app.secret}
    codes = [f"code{index}" for index in range(number)]
    for code in codes:
        Grant.objects.create(
            application=app,
            user=user,
            code=checksum(code),
            expires=timezone.now() + timedelta(minutes=5),
            scope="profile:read",
        )
    return [credentials | {"grant_type": "authorization_code", "code": code} for code in codes]


def make_refreshes(user, app, number: int) -> list[dict[str, str]]:
    """Forms that refresh so many new pairs."""
    credentials = {"client_id": app.client_id, "client_secret": app.secret}
    tokens = [make_tokens(user, "profile:read", app).refresh_token for _ in range(number)]
    form = credentials | {"grant_type": "refresh_token"}
    return [form | {"refresh_token": token} for token in tokens]


def test_of_two_refreshes_at_the_same_instant_one_wins(run_race):
    alice = make_user("alice")
    results, url = run_race(make_refreshes(alice, make_application(alice), ROUNDS))
    assert results == [[200, 400]] * ROUNDS
    assert count(RefreshToken, url) == 2 * ROUNDS  # the used one and its successor
    assert count(AccessToken, url) == ROUNDS


def test_of_two_redemptions_of_one_code_at_the_same_instant_one_wins(run_race):
    alice = make_user("alice")
    results, url = run_race(make_codes(alice, make_application(alice), ROUNDS))
    assert results == [[200, 400]] * ROUNDS
    assert count(RefreshToken, url) == count(AccessToken, url) == ROUNDS


@pytest.mark.parametrize("make_forms", [make_codes, make_refreshes])
def test_of_twelve_that_wait_for_four_threads_the_winner_keeps_its_tokens(run_race, make_forms):
    alice = make_user("alice")
    results, url = run_race(make_forms(alice, make_application(alice), ROUNDS), times=12)
    assert results == [[200] + [400] * 23] * ROUNDS
    assert count(AccessToken, url) == ROUNDS
    assert count(RefreshToken, url, "revoked IS NULL") == ROUNDS


@pytest.mark.parametrize(
    ("make_forms", "used"),
    [(make_codes, (Grant, "used_at")), (make_refreshes, (RefreshToken, "revoked"))],
)
def test_one_that_comes_later_is_a_replay_even_if_twelve_come(
    run_race, processes, make_forms, used
):
    alice = make_user("alice")
    forms = make_forms(alice, make_application(alice), 1)
    _results, url = run_race(forms)
    model, column = used
    query(
        url,
        f"UPDATE {model._meta.db_table} SET {column} = '2020-01-01 00:00:00+00:00'"
        f" WHERE {column} IS NOT NULL",
    )
    assert post_at_once(processes, forms[0], 12) == [400] * 24
    assert count(AccessToken, url) == count(RefreshToken, url, "revoked IS NULL") == 0
